//! Catalogs that brand owners handed in at the desk, until they are submitted or dropped. Their files lie in the workspace.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row};

use super::{Store, StoreError};
use crate::record::BrandId;

/// How far a catalog that was handed in has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubmissionState {
    /// It is being checked.
    Checking,
    /// Its owner is to look at what the check says.
    Checked,
    /// It is the brand's catalog, or was.
    Submitted,
    /// Its owner dropped it, or handed in another one.
    Dropped,
    /// It could not be checked.
    Failed,
}

impl SubmissionState {
    const ALL: [Self; 5] = [
        Self::Checking,
        Self::Checked,
        Self::Submitted,
        Self::Dropped,
        Self::Failed,
    ];

    /// The word in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Checked => "checked",
            Self::Submitted => "submitted",
            Self::Dropped => "dropped",
            Self::Failed => "failed",
        }
    }
}

/// A catalog that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Its number, which no other gets.
    pub id: i64,
    /// The brand.
    pub brand: BrandId,
    /// Who handed it in.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// How far it has got.
    pub state: SubmissionState,
    /// Why it could not be checked; else empty.
    pub problem: String,
}

const SUBMISSION: &str = "id, brand, by_user, at, state, problem";

impl Store {
    /// Notes that a catalog was handed in and is being checked; gives its number.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add_submission(
        &mut self,
        brand: &BrandId,
        by: &str,
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        let sql =
            "INSERT INTO submissions (brand, by_user, at, state) VALUES (?1, ?2, ?3, 'checking')";
        let row = (brand.as_str(), by, time_text(at));
        let added = self.connection.execute(sql, row);
        added.map_err(StoreError::at(&self.path))?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Moves a submission from one state to another; `false` when it is in neither that state nor there at all.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn move_submission(
        &mut self,
        id: i64,
        from: SubmissionState,
        to: SubmissionState,
        problem: &str,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE submissions SET state = ?3, problem = ?4 WHERE id = ?1 AND state = ?2";
        let row = (id, from.as_str(), to.as_str(), problem);
        let changed = self.connection.execute(sql, row);
        Ok(changed.map_err(StoreError::at(&self.path))? == 1)
    }

    /// One submission.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn submission(&self, id: i64) -> Result<Option<Submission>, StoreError> {
        let sql = format!("SELECT {SUBMISSION} FROM submissions WHERE id = ?1");
        let found = self.connection.query_row(&sql, [id], submission);
        found.optional().map_err(StoreError::at(&self.path))
    }

    /// A brand's submissions, the newest first, at most `most`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn submissions(&self, brand: &BrandId, most: usize) -> Result<Vec<Submission>, StoreError> {
        self.submissions_where(
            &format!("brand = ?1 ORDER BY id DESC LIMIT {most}"),
            [brand.as_str()],
        )
    }

    /// Those that are being checked, or were when the desk ended.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn unchecked_submissions(&self) -> Result<Vec<Submission>, StoreError> {
        self.submissions_where("state = 'checking' ORDER BY id", [])
    }

    fn submissions_where(
        &self,
        which: &str,
        values: impl rusqlite::Params,
    ) -> Result<Vec<Submission>, StoreError> {
        let at = StoreError::at(&self.path);
        let sql = format!("SELECT {SUBMISSION} FROM submissions WHERE {which}");
        let mut statement = self.connection.prepare(&sql).map_err(&at)?;
        let rows = statement.query_map(values, submission).map_err(&at)?;
        rows.collect::<Result<_, _>>().map_err(&at)
    }

    /// What names of sellers are made from where they must not be known: as random as the day the database was made.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn sellers_secret(&self) -> Result<String, StoreError> {
        let sql = "SELECT value FROM secrets WHERE name = 'sellers'";
        let found = self.connection.query_row(sql, [], |row| row.get(0));
        found.map_err(StoreError::at(&self.path))
    }
}

fn submission(row: &Row<'_>) -> rusqlite::Result<Submission> {
    let state: String = row.get(4)?;
    let known = SubmissionState::ALL.into_iter();
    Ok(Submission {
        id: row.get(0)?,
        brand: row.get::<_, String>(1)?.into(),
        by: row.get(2)?,
        at: time(row, 3)?,
        state: known
            .into_iter()
            .find(|known| known.as_str() == state)
            .unwrap_or(SubmissionState::Failed),
        problem: row.get(5)?,
    })
}

/// A time as text, with as many digits whatever the time, so that texts sort as times do.
pub(super) fn time_text(at: Timestamp) -> String {
    format!("{at:.9}")
}

/// The time that a text is of.
pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error: jiff::Error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_sort_as_their_times_do() {
        let whole: Timestamp = "2026-04-01T12:00:00Z".parse().expect("a time");
        let later: Timestamp = "2026-04-01T12:00:00.5Z".parse().expect("a time");
        assert!(time_text(whole) < time_text(later));
        assert_eq!(time_text(later).parse::<Timestamp>().ok(), Some(later));
    }
}
