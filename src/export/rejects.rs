//! `rejects.csv` and `notes.csv`: what of the input could not be used, and why.

use std::path::Path;

use crate::intake::Reject;
use crate::table::{Column, Format, Kind, TableError, Writer};

/// The columns of `rejects.csv` and `notes.csv`, in order.
pub const COLUMNS: &[Column] = &[
    Column::new("file", Kind::Text),
    Column::new("row", Kind::Int),
    Column::new("id", Kind::Text),
    Column::new("column", Kind::Text),
    Column::new("found", Kind::Text),
    Column::new("expected", Kind::Text),
];

/// Writes rejects as they come.
pub struct RejectWriter(Writer);

impl RejectWriter {
    /// Starts the table at `path`.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn create(path: &Path) -> Result<Self, TableError> {
        Writer::create(path, Format::Csv, COLUMNS).map(Self)
    }

    /// Adds one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn push(&mut self, reject: &Reject) -> Result<(), TableError> {
        self.0.push(vec![
            reject.file.as_str().into(),
            reject.row.into(),
            reject.id.as_str().into(),
            reject.column.as_str().into(),
            reject.found.as_str().into(),
            reject.expected.as_str().into(),
        ])
    }

    /// Closes the table; gives the number of rows.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(self) -> Result<u64, TableError> {
        self.0.finish()
    }
}
