//! PDQ hashes in a table with a column `pdq`, as `touchstone fingerprint` writes it.

use super::{PdqHash, PdqLine, PdqLineError};

/// Where the columns are that say something of a hash.
struct Columns {
    pdq: usize,
    quality: Option<usize>,
    file: Option<usize>,
    frame: Option<usize>,
}

/// The hashes of a comma-separated table, row by row; rows without one, of pictures that could not be read, are left
/// out. `None` for text whose first line names no column `pdq`, or begins with a hash: its metadata may be `pdq`.
pub(super) fn rows(text: &str) -> Option<impl Iterator<Item = Result<PdqLine, PdqLineError>>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let names = reader.headers().ok()?;
    if names.get(0)?.trim().parse::<PdqHash>().is_ok() {
        return None;
    }
    let column = |wanted: &str| {
        let mut names = names.iter();
        names.position(|name| name.trim().eq_ignore_ascii_case(wanted))
    };
    let columns = Columns {
        pdq: column("pdq")?,
        quality: column("quality"),
        file: column("file"),
        frame: column("frame"),
    };
    // Text is valid UTF-8 and rows may have any length: there is no other error than memory to read with.
    let records = reader.into_records().map_while(Result::ok);
    Some(records.filter_map(move |record| columns.line(&record)))
}

impl Columns {
    fn line(&self, record: &csv::StringRecord) -> Option<Result<PdqLine, PdqLineError>> {
        let cell =
            |column: Option<usize>| column.map_or("", |at| record.get(at).unwrap_or_default());
        let hash = cell(Some(self.pdq)).trim();
        if hash.is_empty() {
            return None;
        }
        let quality = cell(self.quality).trim().parse().ok();
        let file = cell(self.file).trim().replace(['\n', '\r'], " ");
        let metadata = match cell(self.frame).trim().parse::<u32>() {
            Ok(frame) if frame > 0 => format!("{file}#frame={frame}"),
            _ => file,
        };
        Some(match hash.parse() {
            Ok(hash) => Ok(PdqLine {
                hash,
                quality: quality.filter(|quality| *quality <= 100),
                metadata,
            }),
            Err(_) => Err(PdqLineError {
                line: record
                    .position()
                    .map_or(0, |position| position.line() as usize),
                found: hash.chars().take(80).collect(),
            }),
        })
    }
}
