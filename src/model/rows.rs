//! Labelled rows kept in a file, so that models and peers can be trained on the very same cues.

use std::path::{Path, PathBuf};

use crate::features::{CUES, FeatureError, FeatureRow};
use crate::table::{Cell, Column, Format, Kind, TableError, Writer, read_cells};

use super::train::{HeldOut, LabelledRow};

/// The columns before the cues, which follow in the table's order under their names.
const FACTS: [Column; 7] = [
    Column::new("listing_id", Kind::Text),
    Column::new("seller_id", Kind::Text),
    Column::new("brand", Kind::Text),
    Column::new("kind", Kind::Text),
    Column::new("fake", Kind::Bool),
    Column::new("covered", Kind::Bool),
    Column::new("day", Kind::Text),
];

/// Rows read at a time.
const CHUNK: usize = 65_536;

/// Why a file of rows cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// It cannot be read or written, or lacks a cue.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The file's ending names no format of tables.
    #[error("{}: expected a file that ends in .csv, .ndjson or .parquet", .0.display())]
    Format(PathBuf),
    /// A row that no listing can have.
    #[error("{}, row {row}: {problem}; make the rows again with `touchstone train --keep-rows`", file.display())]
    Row {
        /// The file.
        file: PathBuf,
        /// The row, from 1.
        row: usize,
        /// What is wrong.
        problem: String,
    },
}

/// Writes `rows` to `path`: CSV, NDJSON or Parquet by its ending, one column a fact and one a cue.
///
/// # Errors
/// [`RowsError`] when the file cannot be written.
pub fn write_rows(path: &Path, rows: &[LabelledRow]) -> Result<(), RowsError> {
    let mut writer = Writer::create(path, format(path)?, &columns())?;
    for row in rows {
        let mut cells: Vec<Cell> = vec![
            row.listing_id.as_str().into(),
            row.seller_id.as_str().into(),
            row.brand.as_str().into(),
            row.kind.as_str().into(),
            row.fake.into(),
            row.covered.into(),
            row.day.map(|day| day.to_string()).into(),
        ];
        cells.extend(row.features.values().iter().map(|value| Cell::from(*value)));
        writer.push(cells)?;
    }
    writer.finish()?;
    Ok(())
}

/// Reads back what [`write_rows`] wrote.
///
/// # Errors
/// [`RowsError`] when the file cannot be read, lacks a cue of this program's table, or holds a value that
/// no listing can have.
pub fn read_rows(path: &Path) -> Result<Vec<LabelledRow>, RowsError> {
    let mut rows = Vec::new();
    for chunk in read_cells(path, format(path)?, &columns(), CHUNK)? {
        for cells in chunk? {
            let row = labelled(&cells).map_err(|problem| RowsError::Row {
                file: path.to_owned(),
                row: rows.len() + 1,
                problem,
            })?;
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Writes what a model says of the rows that were held out of its training, by listing.
///
/// # Errors
/// [`RowsError`] when the file cannot be written.
pub fn write_held_out(path: &Path, rows: &[HeldOut]) -> Result<(), RowsError> {
    let columns: Vec<Column> = FACTS[..5]
        .iter()
        .copied()
        .chain([Column::new("probability", Kind::Float)])
        .collect();
    let mut writer = Writer::create(path, format(path)?, &columns)?;
    for row in rows {
        writer.push(vec![
            row.listing_id.as_str().into(),
            row.seller_id.as_str().into(),
            row.brand.as_str().into(),
            row.kind.as_str().into(),
            row.fake.into(),
            row.probability.get().into(),
        ])?;
    }
    writer.finish()?;
    Ok(())
}

fn columns() -> Vec<Column> {
    let cues = CUES.iter().map(|cue| Column::new(cue.name, Kind::Float));
    FACTS.into_iter().chain(cues).collect()
}

fn format(path: &Path) -> Result<Format, RowsError> {
    Format::of_path(path).ok_or_else(|| RowsError::Format(path.to_owned()))
}

fn labelled(cells: &[Cell]) -> Result<LabelledRow, String> {
    let (facts, cues) = cells.split_at(FACTS.len());
    let text = |at: usize| facts[at].as_text().unwrap_or_default();
    let truth = |at: usize| {
        let missing = || format!("column {} is empty", FACTS[at].name);
        facts[at].as_bool().ok_or_else(missing)
    };
    let day = |text: &str| {
        let day = text.parse();
        day.map_err(|_| format!("day is {text:?}, expected 2026-03-31"))
    };
    let values: Vec<Option<f64>> = cues.iter().map(Cell::as_float).collect();
    Ok(LabelledRow {
        listing_id: text(0).into(),
        seller_id: text(1).into(),
        brand: text(2).into(),
        kind: text(3).to_owned(),
        fake: truth(4)?,
        covered: truth(5)?,
        day: facts[6].as_text().map(day).transpose()?,
        features: FeatureRow::from_values(&values)
            .map_err(|error: FeatureError| error.to_string())?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::market;
    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let rows = market(300, 1);
        for name in ["rows.parquet", "rows.csv"] {
            let path = folder.path().join(name);
            write_rows(&path, &rows).expect("written");
            assert_eq!(read_rows(&path).expect("read"), rows, "{name}");
        }
    }

    #[test]
    fn rows_of_other_cues_are_refused() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("rows.csv");
        std::fs::write(&path, "listing_id,seller_id\nL1,S1\n").expect("written");
        let error = read_rows(&path)
            .expect_err("columns are missing")
            .to_string();
        assert!(error.contains("brand"), "{error}");
        let error = read_rows(Path::new("rows.xls"))
            .expect_err("no table")
            .to_string();
        assert!(error.contains(".parquet"), "{error}");
    }
}
