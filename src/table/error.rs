use std::io;
use std::path::{Path, PathBuf};

/// Why a table as a whole cannot be read or written. A problem of one row is a
/// [`BadRow`](super::BadRow) instead.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file cannot be opened.
    #[error("cannot open {}: {source}; check the path and that you may read it", file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Reading stopped in the middle.
    #[error("reading {} stopped after row {row}: {source}; copy the file again", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Rows read before.
        row: u64,
        /// What the system says.
        source: io::Error,
    },
    /// The file's name does not tell its format.
    #[error("{}: the file name ends in {found:?}, expected .csv, .tsv, .txt, .ndjson, .jsonl (each also with .gz or .zst behind it) or .parquet; rename or convert it", file.display())]
    Extension {
        /// The file.
        file: PathBuf,
        /// The extension, empty when there is none.
        found: String,
    },
    /// The content is not what the format asks for.
    #[error("{}: found {found}, expected {expected}; {remedy}", file.display())]
    Content {
        /// The file.
        file: PathBuf,
        /// What is there.
        found: String,
        /// What should be there.
        expected: &'static str,
        /// What to do about it.
        remedy: &'static str,
    },
    /// A cell of one of our own tables is not of its column's kind.
    #[error("{}, row {row}, column {column}: found {found:?}, expected {expected}; make the file again with this version", file.display())]
    Cell {
        /// The file.
        file: PathBuf,
        /// The row, 1-based.
        row: u64,
        /// The column.
        column: String,
        /// What is there.
        found: String,
        /// What should be there.
        expected: String,
    },
    /// Whoever read what is written has gone.
    #[error("the reader of the output has gone")]
    Closed {
        /// What the system says.
        source: io::Error,
    },
    /// Writing failed.
    #[error("cannot write {}: {found}; check the folder, your rights in it and the free space", file.display())]
    Write {
        /// The file, or `output` where a stream was given.
        file: PathBuf,
        /// What went wrong.
        found: String,
    },
}

impl TableError {
    pub(super) fn content(
        file: &Path,
        found: impl Into<String>,
        expected: &'static str,
        remedy: &'static str,
    ) -> Self {
        let file = file.to_owned();
        let found = found.into();
        Self::Content {
            file,
            found,
            expected,
            remedy,
        }
    }

    pub(super) fn read(file: &Path, row: u64, source: io::Error) -> Self {
        let file = file.to_owned();
        Self::Read { file, row, source }
    }

    pub(super) fn write(file: &Path, found: impl ToString) -> Self {
        let file = file.to_owned();
        let found = found.to_string();
        Self::Write { file, found }
    }
}
