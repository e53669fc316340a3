use std::path::{Path, PathBuf};

use super::guard::unguarded;
use super::{Cell, Chunks, Column, Format, Kind, RawRow, TableError};

/// The rows of one of our own tables as typed cells, in chunks.
pub struct Cells {
    path: PathBuf,
    chunks: Chunks,
    columns: Vec<Column>,
    guarded: bool,
}

/// Reads back a table that a [`Writer`](super::Writer) wrote. What it wrote is what comes back, but
/// for empty texts, which come back as null, and for floats in NDJSON, of which the last digit
/// may differ. Columns that are not asked for are passed over.
///
/// # Errors
/// [`TableError`] when the table cannot be read or lacks a column; while iterating, also when a cell
/// is not of its column's kind.
pub fn read_cells(
    path: &Path,
    format: Format,
    columns: &[Column],
    chunk_rows: usize,
) -> Result<Cells, TableError> {
    let chunks = Chunks::open_as(path, format, chunk_rows)?;
    if let Some(header) = chunks.header() {
        for column in columns {
            if !header.iter().any(|name| **name == *column.name) {
                let found: Vec<&str> = header.iter().map(|name| &**name).collect();
                return Err(TableError::Cell {
                    file: path.to_owned(),
                    row: 0,
                    column: column.name.to_owned(),
                    found: format!("the columns {}", found.join(", ")),
                    expected: "this column".to_owned(),
                });
            }
        }
    }
    let guarded = format == Format::Csv;
    Ok(Cells {
        path: path.to_owned(),
        chunks,
        columns: columns.to_vec(),
        guarded,
    })
}

impl Iterator for Cells {
    type Item = Result<Vec<Vec<Cell>>, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        let chunk = match self.chunks.next()? {
            Ok(chunk) => chunk,
            Err(error) => return Some(Err(error)),
        };
        let rows = chunk.into_iter().map(|row| match row {
            Ok(row) => self.cells(&row),
            Err(bad) => Err(self.error(bad.row, &bad.column, bad.found, bad.expected)),
        });
        Some(rows.collect())
    }
}

impl Cells {
    fn cells(&self, row: &RawRow) -> Result<Vec<Cell>, TableError> {
        let cell = |column: &Column| match row.get(column.name) {
            None => Ok(Cell::Null),
            Some(text) => self.cell(column.kind, text).ok_or_else(|| {
                let expected = column.kind.as_str().to_owned();
                self.error(row.row(), column.name, text.to_owned(), expected)
            }),
        };
        self.columns.iter().map(cell).collect()
    }

    fn cell(&self, kind: Kind, text: &str) -> Option<Cell> {
        match kind {
            Kind::Text if self.guarded => Some(Cell::Text(unguarded(text).to_owned())),
            Kind::Text => Some(Cell::Text(text.to_owned())),
            Kind::Int => text.parse().ok().map(Cell::Int),
            Kind::Float => text.parse().ok().map(Cell::Float),
            Kind::Bool => text.parse().ok().map(Cell::Bool),
        }
    }

    fn error(&self, row: u64, column: &str, found: String, expected: String) -> TableError {
        let (file, column) = (self.path.clone(), column.to_owned());
        TableError::Cell {
            file,
            row,
            column,
            found,
            expected,
        }
    }
}
