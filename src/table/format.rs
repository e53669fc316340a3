use std::path::Path;

/// The formats that tables are read and written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Delimited text with a header (RFC 4180 and its tab, semicolon and pipe cousins).
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// The format of a file that is to be read: as [`Format::of_path`], and text may be packed (`feed.csv.gz`).
    pub fn of_input(path: &Path) -> Option<Self> {
        if !is_packed(path) {
            return Self::of_path(path);
        }
        let text = Self::of_path(Path::new(path.file_stem()?));
        text.filter(|format| *format != Self::Parquet)
    }

    /// The format that a file's extension names.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "ndjson" | "jsonl" | "json" | "jsonld" => Some(Self::Ndjson),
            "parquet" | "pq" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// Reads a format's name, as `--format` takes it: `csv`, `ndjson` (or `jsonl`), `parquet`.
    pub fn parse(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// The name, which is also the usual extension.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
        }
    }
}

/// Whether the extension names a packed file: gzip or Zstandard.
pub fn is_packed(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        let packed = ["gz", "gzip", "zst", "zstd"];
        packed.contains(&extension.to_ascii_lowercase().as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_may_be_packed_and_parquet_packs_itself() {
        let of = |name: &str| Format::of_input(Path::new(name));
        assert_eq!(of("feed.CSV.gz"), Some(Format::Csv));
        assert_eq!(of("day=1/feed.ndjson.zst"), Some(Format::Ndjson));
        assert_eq!(of("feed.csv"), Some(Format::Csv));
        assert_eq!(of("feed.parquet"), Some(Format::Parquet));
        assert_eq!(of("feed.parquet.gz"), None);
        assert_eq!(of("feed.gz"), None);
        // What is written is not packed.
        assert_eq!(Format::of_path(Path::new("feed.csv.gz")), None);
    }
}
