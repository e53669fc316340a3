use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;

use super::{Store, StoreError};

/// One run of a scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Its name, which is also its folder's.
    pub id: String,
    /// The day it took as today.
    pub as_of: Date,
    /// Its manifest as JSON.
    pub manifest: String,
}

impl Store {
    /// Keeps a run that finished at `at` with its manifest, in place of one of that name.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add_run(
        &mut self,
        id: &str,
        as_of: Date,
        at: Timestamp,
        manifest: &str,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO runs (id, as_of, added_at, manifest) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (id) DO UPDATE SET as_of = excluded.as_of, added_at = excluded.added_at,
                       manifest = excluded.manifest";
        self.connection
            .execute(sql, (id, as_of.to_string(), at.as_second(), manifest))
            .map_err(StoreError::at(&self.path))?;
        Ok(())
    }

    /// Forgets a run; nothing happens when there is none of that name.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn remove_run(&mut self, id: &str) -> Result<(), StoreError> {
        self.connection
            .execute("DELETE FROM runs WHERE id = ?1", [id])
            .map_err(StoreError::at(&self.path))?;
        Ok(())
    }

    /// All runs, by date, of one date in the order they were made.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn runs(&self) -> Result<Vec<Run>, StoreError> {
        let at = StoreError::at(&self.path);
        let sql = "SELECT id, as_of, manifest FROM runs ORDER BY as_of, rowid";
        let mut statement = self.connection.prepare(sql).map_err(&at)?;
        let rows = statement.query_map([], run).map_err(&at)?;
        rows.collect::<Result<_, _>>().map_err(&at)
    }
}

fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        id: row.get(0)?,
        as_of: date(row, 1)?,
        manifest: row.get(2)?,
    })
}

/// A date in its ISO 8601 form, which also sorts by day.
pub(super) fn date(row: &Row<'_>, column: usize) -> rusqlite::Result<Date> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error: jiff::Error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}
