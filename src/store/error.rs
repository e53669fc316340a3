use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database's folder cannot be made.
    #[error("cannot make the folder {}: {source}; check that you may write there", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is some other program's, or no database.
    #[error("{} is not a database of touchstone: {found}; name another workspace, or move the file away", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        found: String,
    },
    /// A later version of the program has written the file.
    #[error("{} was written by a newer touchstone: it has the change {found:?}, and this version ends with {known:?}; update touchstone", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The first change of the schema that this program does not know.
        found: String,
        /// The last one that it knows.
        known: &'static str,
    },
    /// Another process holds the file for too long.
    #[error("{} is in use by another process; wait until that has finished, then try again", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// A kept record cannot be read back.
    #[error("{}: {record} cannot be read: {found}; {remedy}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// Which record.
        record: String,
        /// What is wrong with it.
        found: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The file is not whole.
    #[error("{} is damaged: {found}; {remedy}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        found: String,
        /// What to do.
        remedy: &'static str,
    },
    /// SQLite refuses.
    #[error("{}: {source}; check free space and that you may write the file, or restore it from a copy", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

impl StoreError {
    pub(super) fn at(path: &Path) -> impl Fn(rusqlite::Error) -> Self + '_ {
        move |source| {
            let path = path.to_owned();
            match source.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
                Some(ErrorCode::DatabaseCorrupt) => Self::Damaged {
                    found: source.to_string(),
                    remedy: if path.ends_with("fingerprints.sqlite") {
                        "delete it: what was found out about pictures is found out again"
                    } else {
                        "restore the workspace with `touchstone restore`"
                    },
                    path,
                },
                Some(ErrorCode::NotADatabase) => Self::Foreign {
                    path,
                    found: "it is no SQLite file".to_owned(),
                },
                _ => Self::Sqlite { path, source },
            }
        }
    }
}
