//! What a workspace keeps between runs, in one SQLite file: catalogs with their versions, runs, decisions and banks.
//!
//! Several processes may use the file at once: every write is one immediate transaction, readers
//! are never blocked. No clock is read; dates come from the caller.

mod backup;
mod bank;
mod catalogs;
mod decisions;
mod desk_figures;
mod error;
mod fingerprints;
mod golden;
mod grants;
mod ledger;
mod migrations;
mod own_decisions;
mod queue;
mod runs;
mod saved_views;
mod schema;
mod submissions;
mod users;

pub use backup::{Backup, BackupError, Kept, backup, restore};
pub use catalogs::{Added, CatalogEntry, Naming};
pub use decisions::{Appended, Entry, GENESIS, Verified};
pub use desk_figures::{DeskFigures, ReviewerFigures, RunBacklog};
pub use error::StoreError;
pub use fingerprints::FingerprintCache;
pub use golden::{GoldenAnswer, GoldenFigures};
pub use grants::Grant;
pub use ledger::LedgerRow;
pub use own_decisions::{OwnDecision, OwnState, Which};
pub use queue::{Ages, Case, Filter, Likeness, QueuePage, Similar, Sort, Status};
pub use runs::Run;
pub use saved_views::SavedView;
pub use submissions::{Submission, SubmissionState};
pub use users::{Role, Session, User, View};

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

/// How long a process waits for another one's write.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open workspace database.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

impl Store {
    /// Opens the database at `path`; makes it, and its folder, when there is none.
    ///
    /// # Errors
    /// When the file is no database of this program, is newer than it, or cannot be written.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(|source| StoreError::Folder {
                path: folder.to_owned(),
                source,
            })?;
        }
        let connection = Connection::open(path).map_err(StoreError::at(path))?;
        Self::prepare(connection, path)
    }

    /// A database that lives as long as the value, for tests and dry runs.
    ///
    /// # Errors
    /// When memory runs out.
    pub fn open_in_memory() -> Result<Self, StoreError> {
        let path = Path::new(":memory:");
        let connection = Connection::open_in_memory().map_err(StoreError::at(path))?;
        Self::prepare(connection, path)
    }

    fn prepare(mut connection: Connection, path: &Path) -> Result<Self, StoreError> {
        let at = |source| StoreError::at(path)(source);
        // First of all: what follows may have to wait for another process.
        connection.busy_timeout(PATIENCE).map_err(at)?;
        migrations::recognise(&connection, path)?;
        use_write_ahead_log(&connection).map_err(at)?;
        // SQLite leaves references unchecked unless asked, for each connection anew.
        connection
            .pragma_update(None, "foreign_keys", true)
            .map_err(at)?;
        // With the log this survives a crash of the program; only the last writes before a power
        // cut may be lost, never the file. A run can be repeated, so that is enough; a decision cannot
        // (see `append_after`).
        connection
            .pragma_update(None, "synchronous", "normal")
            .map_err(at)?;
        migrations::apply(&mut connection, path)?;
        Ok(Self {
            connection,
            path: path.to_owned(),
        })
    }

    /// A transaction that takes the write lock at once, so that what it reads cannot change before
    /// it writes.
    fn write(&mut self) -> Result<Transaction<'_>, StoreError> {
        self.connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::at(&self.path))
    }
}

/// Readers go on while one process writes. The mode is kept in the file, so that it is set once;
/// SQLite does not wait on its own when two processes set it at the same moment.
fn use_write_ahead_log(connection: &Connection) -> rusqlite::Result<()> {
    const PAUSE: Duration = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        let set = connection
            .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0));
        match set {
            Err(error)
                if waited < PATIENCE
                    && error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) =>
            {
                sleep(PAUSE);
                waited += PAUSE;
            }
            // A database in memory keeps its own mode, which serves as well.
            other => return other.map(|_| ()),
        }
    }
}

/// How SQLite would go about a statement whose parameters are all set to null, a line a step.
#[cfg(test)]
fn plan(store: &Store, sql: &str) -> Vec<String> {
    let mut statement = store
        .connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .expect("a statement");
    let rows = statement.raw_query().mapped(|row| row.get(3));
    rows.collect::<Result<_, _>>().expect("a plan")
}

#[cfg(test)]
mod tests;
