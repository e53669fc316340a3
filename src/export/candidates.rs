//! The queue as tables.
//!
//! CSV and Parquet are flat, one row a candidate, with the columns of [`COLUMNS`]; NDJSON carries the
//! whole [`Candidate`], cues included.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::candidates::{Candidate, News};
use crate::table::{Cell, Column, Format, Kind, Writer};

use super::ExportError;

/// The columns of `candidates.csv` and `candidates.parquet`, in order.
pub const COLUMNS: &[Column] = &[
    Column::new("rank", Kind::Int),
    Column::new("listing_id", Kind::Text),
    Column::new("seller_id", Kind::Text),
    Column::new("seller_name", Kind::Text),
    Column::new("title", Kind::Text),
    Column::new("brand", Kind::Text),
    Column::new("ground", Kind::Text),
    Column::new("ground_reason", Kind::Text),
    Column::new("right_type", Kind::Text),
    Column::new("right_number", Kind::Text),
    Column::new("right_office", Kind::Text),
    Column::new("right_territories", Kind::Text),
    Column::new("action", Kind::Text),
    Column::new("action_reason", Kind::Text),
    Column::new("probability", Kind::Float),
    Column::new("log_odds", Kind::Float),
    Column::new("families", Kind::Text),
    Column::new("reasons", Kind::Text),
    Column::new("in_favour", Kind::Text),
    Column::new("cues", Kind::Text),
    Column::new("product_id", Kind::Text),
    Column::new("product_title", Kind::Text),
    Column::new("price", Kind::Text),
    Column::new("reference_price", Kind::Text),
    Column::new("price_ratio", Kind::Float),
    Column::new("listing_image", Kind::Text),
    Column::new("reference_image", Kind::Text),
    Column::new("image_verdict", Kind::Text),
    Column::new("image_distance", Kind::Int),
    Column::new("image_hashes", Kind::Text),
    Column::new("evidence", Kind::Text),
    Column::new("same_seller", Kind::Int),
    Column::new("same_image", Kind::Int),
    Column::new("link", Kind::Text),
    Column::new("purpose", Kind::Text),
    Column::new("case_id", Kind::Text),
    Column::new("news", Kind::Text),
];

/// Writes the queue to `path`.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, format: Format, queue: &[Candidate]) -> Result<(), ExportError> {
    if matches!(format, Format::Ndjson) {
        return write_ndjson(path, queue);
    }
    let mut writer = Writer::create(path, format, COLUMNS)?;
    for candidate in queue {
        writer.push(cells(candidate))?;
    }
    writer.finish()?;
    Ok(())
}

fn write_ndjson(path: &Path, queue: &[Candidate]) -> Result<(), ExportError> {
    let io = |source| ExportError::Io {
        path: path.to_owned(),
        source,
    };
    let mut out = BufWriter::new(File::create(path).map_err(io)?);
    for candidate in queue {
        let line = serde_json::to_string(candidate)?;
        writeln!(out, "{line}").map_err(io)?;
    }
    out.flush().map_err(io)
}

/// Hands each candidate of a `candidates.ndjson` to `take`, with the place of its line as its first byte and its length.
///
/// # Errors
/// When the file cannot be read, or a line of it is no candidate.
pub fn read(path: &Path, mut take: impl FnMut(Candidate, [u64; 2])) -> Result<(), ExportError> {
    let io = |source| ExportError::Io {
        path: path.to_owned(),
        source,
    };
    let mut lines = BufReader::new(File::open(path).map_err(io)?);
    let (mut line, mut at) = (String::new(), 0);
    loop {
        line.clear();
        let length = lines.read_line(&mut line).map_err(io)? as u64;
        if length == 0 {
            return Ok(());
        }
        take(serde_json::from_str(&line)?, [at, length]);
        at += length;
    }
}

/// The candidate whose line lies at `place`, as [`read`] gave it.
///
/// # Errors
/// When the file cannot be read, or there is no candidate at that place.
pub fn read_at(path: &Path, place: [u64; 2]) -> Result<Candidate, ExportError> {
    let io = |source| ExportError::Io {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(io)?;
    file.seek(SeekFrom::Start(place[0])).map_err(io)?;
    let mut line = Vec::new();
    file.take(place[1]).read_to_end(&mut line).map_err(io)?;
    Ok(serde_json::from_slice(&line)?)
}

/// One candidate as a row of [`COLUMNS`].
pub fn cells(candidate: &Candidate) -> Vec<Cell> {
    let right = &candidate.right;
    let image = candidate.image.as_ref();
    let product = candidate.product.as_ref();
    let hashes = candidate
        .images
        .iter()
        .filter_map(|image| image.content.map(|hash| hash.to_string()));
    let places = candidate
        .images
        .iter()
        .filter_map(|image| image.evidence.clone());
    let cues = candidate
        .cues
        .iter()
        .map(|cue| format!("{}={:+.4}", cue.cue, cue.log_odds));
    vec![
        candidate.rank.into(),
        candidate.listing_id.as_str().into(),
        candidate.seller_id.as_str().into(),
        text(&candidate.seller_name),
        text(&candidate.title),
        candidate.brand.as_str().into(),
        candidate.ground.as_str().into(),
        text(&candidate.ground_reason),
        right.kind.as_str().into(),
        text(&right.number),
        text(&right.office),
        text(&right.territories.join(";")),
        candidate.action.as_str().into(),
        text(&candidate.action_reason),
        candidate.probability.into(),
        candidate.log_odds.into(),
        joined(
            candidate
                .families
                .iter()
                .map(|family| family.as_str().to_owned()),
            ";",
        ),
        joined(candidate.reasons.iter().cloned(), "\n"),
        joined(candidate.in_favour.iter().cloned(), "\n"),
        joined(cues, ";"),
        product.map(|product| product.product_id.to_string()).into(),
        product.map(|product| product.title.clone()).into(),
        candidate.price.amount.map(|money| money.to_string()).into(),
        candidate
            .price
            .reference
            .map(|money| money.to_string())
            .into(),
        candidate.price.ratio.into(),
        image.map(|image| image.file.clone()).into(),
        candidate.reference_image.clone().into(),
        image.map(|image| verdict(image.verdict).to_owned()).into(),
        image.map(|image| i64::from(image.distance)).into(),
        joined(hashes, ";"),
        joined(places.chain(candidate.record.clone()), ";"),
        candidate.neighbours.same_seller.into(),
        candidate.neighbours.same_image.into(),
        text(&candidate.link),
        candidate.purpose.as_str().into(),
        candidate.case.as_ref().map(|case| case.id.clone()).into(),
        candidate.news.as_ref().map(News::as_str).into(),
    ]
}

/// The word for a verdict in every output.
pub(super) fn verdict(verdict: crate::reference::Verdict) -> &'static str {
    use crate::reference::Verdict;
    match verdict {
        Verdict::Copy => "copy",
        Verdict::Recoloured => "recoloured",
        Verdict::Related => "related",
    }
}

/// An absent text is null, not empty.
fn text(text: &str) -> Cell {
    if text.is_empty() {
        Cell::Null
    } else {
        text.into()
    }
}

fn joined(parts: impl Iterator<Item = String>, by: &str) -> Cell {
    text(&parts.collect::<Vec<_>>().join(by))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::invented;

    #[test]
    fn formulas_in_a_title_do_not_run_in_a_spreadsheet() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("candidates.csv");
        let mut candidate = invented::candidate(1);
        candidate.title = "=HYPERLINK(\"http://evil.example\",\"Luma\")".to_owned();
        candidate.seller_name = "@SUM(A1:A9)".to_owned();
        candidate.link = "+1-900".to_owned();
        write(&path, Format::Csv, &[candidate]).expect("written");
        let mut rows = csv::Reader::from_path(&path).expect("readable");
        let header = rows.headers().expect("header").clone();
        let row = rows.records().next().expect("one row").expect("valid CSV");
        for (name, cell) in header.iter().zip(&row) {
            let numeric = matches!(name, "log_odds" | "probability");
            assert!(
                numeric || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{name}: {cell}"
            );
        }
        let title = header
            .iter()
            .position(|name| name == "title")
            .expect("column");
        assert_eq!(&row[title], "'=HYPERLINK(\"http://evil.example\",\"Luma\")");
    }

    #[test]
    fn a_row_has_a_cell_for_every_column() {
        assert_eq!(cells(&invented::candidate(1)).len(), COLUMNS.len());
    }

    #[test]
    fn a_line_of_ndjson_is_the_whole_candidate() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("candidates.ndjson");
        let queue = [invented::candidate(1), invented::candidate(2)];
        write(&path, Format::Ndjson, &queue).expect("written");
        let text = std::fs::read_to_string(&path).expect("read");
        let back: Vec<Candidate> = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("a candidate"))
            .collect();
        assert_eq!(back, queue);
        let mut places = Vec::new();
        read(&path, |_, place| places.push(place)).expect("read");
        assert_eq!(read_at(&path, places[1]).expect("read"), queue[1]);
    }
}
