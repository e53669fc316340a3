use jiff::civil::Date;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row};
use serde::Serialize;

use super::{Store, StoreError};

/// One run of a scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Its name, which is also its folder's.
    pub id: String,
    /// The day it took as today.
    pub as_of: Date,
    /// Its manifest as JSON; `None` until it has finished.
    pub manifest: Option<String>,
    /// Whether it came to its end.
    pub finished: bool,
}

const RUN: &str = "id, as_of, manifest, finished";

impl Store {
    /// Notes that a run has begun. A run of that name that was noted before is begun anew.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn begin_run(&mut self, id: &str, as_of: Date) -> Result<(), StoreError> {
        self.put_run(id, as_of, None)
    }

    /// Keeps a finished run with its manifest, in place of what was noted of it before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add_run(&mut self, id: &str, as_of: Date, manifest: &str) -> Result<(), StoreError> {
        self.put_run(id, as_of, Some(manifest))
    }

    fn put_run(&mut self, id: &str, as_of: Date, manifest: Option<&str>) -> Result<(), StoreError> {
        let sql = "INSERT INTO runs (id, as_of, manifest, finished) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (id) DO UPDATE SET
                   as_of = excluded.as_of, manifest = excluded.manifest, finished = excluded.finished";
        let values = (id, as_of.to_string(), manifest, manifest.is_some());
        self.connection
            .execute(sql, values)
            .map_err(StoreError::at(&self.path))?;
        Ok(())
    }

    /// All runs, by date and name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn runs(&self) -> Result<Vec<Run>, StoreError> {
        let at = StoreError::at(&self.path);
        let sql = format!("SELECT {RUN} FROM runs ORDER BY as_of, id");
        let mut statement = self.connection.prepare(&sql).map_err(&at)?;
        let rows = statement.query_map([], run).map_err(&at)?;
        rows.collect::<Result<_, _>>().map_err(&at)
    }

    /// The run of that name, if there is one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn run(&self, id: &str) -> Result<Option<Run>, StoreError> {
        let sql = format!("SELECT {RUN} FROM runs WHERE id = ?1");
        let found = self.connection.query_row(&sql, [id], run).optional();
        found.map_err(StoreError::at(&self.path))
    }
}

fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        id: row.get(0)?,
        as_of: date(row, 1)?,
        manifest: row.get(2)?,
        finished: row.get(3)?,
    })
}

/// A date in its ISO 8601 form, which also sorts by day.
pub(super) fn date(row: &Row<'_>, column: usize) -> rusqlite::Result<Date> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error: jiff::Error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}
