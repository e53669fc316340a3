use std::path::PathBuf;

use crate::table::TableError;

/// Why a file as a whole cannot be taken in.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The table cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// No column has a name that stands for one that every record needs.
    #[error("{}: no column for {column}: found the columns {found}, expected one named {expected}; rename the column, name a feed's with --columns {column}=NAME, or check the delimiter", file.display())]
    MissingColumn {
        /// The file.
        file: PathBuf,
        /// The canonical column.
        column: &'static str,
        /// The columns that are there.
        found: String,
        /// The names that would do.
        expected: String,
    },
    /// The feed has no column of a name that its owner gave.
    #[error("{}: no column {named:?}, which is to be read as {column}: found the columns {found}; correct the name where `columns` are named", file.display())]
    NoSuchColumn {
        /// The file.
        file: PathBuf,
        /// The canonical column.
        column: &'static str,
        /// The name that the feed should have for it.
        named: String,
        /// The columns that are there.
        found: String,
    },
    /// Several rows of a stream may make one listing.
    #[error(
        "the Arrow stream has the columns of a shop's export in which several rows make one listing (handle, variants), and rows of a stream stand alone; scan such a feed with `touchstone scan`"
    )]
    SeveralRows,
    /// A label file's row cannot be used; labels are never guessed.
    #[error("{}, row {row}, column {column}: found {found:?}, expected {expected}; correct the row", file.display())]
    Label {
        /// The file.
        file: PathBuf,
        /// The row, from 1.
        row: u64,
        /// The column.
        column: String,
        /// What is there.
        found: String,
        /// What should be there.
        expected: String,
    },
}
