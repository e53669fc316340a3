//! Golden cases: decided ones whose answer is held to be known, mixed among a reviewer's next to measure the reviewer. Their
//! answers are no decisions and follow into nothing.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params_from_iter};

use super::queue::Filter;
use super::submissions::{time, time_text};
use super::{Store, StoreError};
use crate::candidates::DecisionKind;

/// How one reviewer, or all on one golden case, did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoldenFigures {
    /// The reviewer, or the golden case's number.
    pub of: String,
    /// Confirmed or cleared.
    pub answered: u64,
    /// Of those, as was held to be right.
    pub right: u64,
    /// Left open: unsure, escalated, to be bought.
    pub open: u64,
}

/// What a reviewer answered to a golden case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoldenAnswer {
    /// The case.
    pub case: i64,
    /// Its listing's title.
    pub title: String,
    /// The answer.
    pub kind: DecisionKind,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Makes a case a golden one with that answer; the answer may be changed so.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add_golden(
        &mut self,
        case: i64,
        answer: DecisionKind,
        by: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO golden (case_id, answer, added_by, added_at) VALUES (?1, ?2, ?3, ?4)";
        let row = (case, answer.as_str(), by, time_text(at));
        let done = self.connection.execute(sql, row);
        done.map_err(StoreError::at(&self.path)).map(|_| ())
    }

    /// Hands a golden case out no more; the answers that were given stay.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn remove_golden(&mut self, case: i64) -> Result<(), StoreError> {
        let done = self
            .connection
            .execute("DELETE FROM golden WHERE case_id = ?1", [case]);
        done.map_err(StoreError::at(&self.path)).map(|_| ())
    }

    /// The answer that is held to be right, if the case is a golden one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn golden(&self, case: i64) -> Result<Option<DecisionKind>, StoreError> {
        let sql = "SELECT answer FROM golden WHERE case_id = ?1";
        let read = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement
                .query_row([case], |row| row.get::<_, String>(0))
                .optional()
        };
        let found = read().map_err(StoreError::at(&self.path))?;
        Ok(found.and_then(|word| DecisionKind::parse(&word)))
    }

    /// A golden case of the filter's brands and ground for a reviewer who had no part in it: the one that waits for an
    /// answer, else one that the reviewer never had. Only of runs that are kept: others' candidates are gone.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn hand_golden(
        &mut self,
        reviewer: &str,
        filter: &Filter,
        at: Timestamp,
    ) -> Result<Option<i64>, StoreError> {
        let mut values = vec![Value::from(reviewer.to_owned())];
        let mut fits = String::new();
        if !filter.ground.is_empty() {
            values.push(Value::from(filter.ground.clone()));
            fits.push_str(&format!(" AND queue.ground = ?{}", values.len()));
        }
        if let [brand] = filter.brands.as_slice() {
            values.push(Value::from(brand.to_string()));
            fits.push_str(&format!(" AND queue.brand = ?{}", values.len()));
        }
        let sql = format!(
            "SELECT golden.case_id, golden.answer FROM golden JOIN queue ON queue.id = golden.case_id
             JOIN runs ON runs.id = queue.run
             LEFT JOIN golden_answers AS mine ON mine.case_id = golden.case_id AND mine.reviewer = ?1
             WHERE golden.added_by <> ?1 AND mine.answer IS NULL {fits}
               AND NOT EXISTS (SELECT 1 FROM decisions WHERE decisions.listing_id = queue.listing_id
                               AND decisions.brand = queue.brand AND decisions.reviewer = ?1)
             ORDER BY mine.case_id IS NULL, golden.added_at, golden.case_id LIMIT 1"
        );
        let path = self.path.clone();
        let any = "SELECT EXISTS (SELECT 1 FROM golden)";
        let any = self.connection.query_row(any, [], |row| row.get(0));
        // Most desks have none, and nobody waits for the write lock to learn that.
        if !any.map_err(StoreError::at(&path))? {
            return Ok(None);
        }
        let transaction = self.write()?;
        let hand = || -> rusqlite::Result<Option<i64>> {
            let found: Option<(i64, String)> = transaction
                .prepare_cached(&sql)?
                .query_row(params_from_iter(&values), |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            if let Some((case, answer)) = &found {
                transaction
                    .prepare_cached(
                        "INSERT OR IGNORE INTO golden_answers (case_id, reviewer, expected, handed_at)
                         VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute((case, reviewer, answer, time_text(at)))?;
            }
            Ok(found.map(|(case, _)| case))
        };
        let case = hand().map_err(StoreError::at(&path))?;
        transaction.commit().map_err(StoreError::at(&path))?;
        Ok(case)
    }

    /// Whether a case was handed to a reviewer as a golden one and waits for an answer.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn awaits_golden_answer(&self, case: i64, reviewer: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM golden_answers
                   WHERE case_id = ?1 AND reviewer = ?2 AND answer IS NULL)";
        let read = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.query_row((case, reviewer), |row| row.get(0))
        };
        read().map_err(StoreError::at(&self.path))
    }

    /// Keeps a reviewer's answer; `None` takes back the one that was given. `false` when there was nothing to do.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn answer_golden(
        &mut self,
        case: i64,
        reviewer: &str,
        answer: Option<(DecisionKind, &str)>,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE golden_answers SET answer = ?3, reason = ?4, at = ?5
                   WHERE case_id = ?1 AND reviewer = ?2 AND (answer IS NULL) = (?3 IS NOT NULL)";
        let (kind, reason) = answer.unzip();
        let row = (
            case,
            reviewer,
            kind.map(DecisionKind::as_str),
            reason,
            kind.map(|_| time_text(at)),
        );
        let changed = self.connection.execute(sql, row);
        Ok(changed.map_err(StoreError::at(&self.path))? == 1)
    }

    /// A reviewer's last answer to a golden case: which, and when.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn last_golden_answer(
        &self,
        reviewer: &str,
    ) -> Result<Option<(i64, Timestamp)>, StoreError> {
        let sql = "SELECT case_id, at FROM golden_answers WHERE reviewer = ?1 AND at IS NOT NULL
                   ORDER BY at DESC, case_id DESC LIMIT 1";
        let last = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, time(row, 1)?));
        let read = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.query_row([reviewer], last).optional()
        };
        read().map_err(StoreError::at(&self.path))
    }

    /// A reviewer's answers to golden cases from one time until before another, the newest first and at most `most`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn golden_answers_of(
        &self,
        reviewer: &str,
        from: Timestamp,
        until: Timestamp,
        most: usize,
    ) -> Result<Vec<GoldenAnswer>, StoreError> {
        let sql = "SELECT case_id, title, answer, at FROM golden_answers JOIN queue ON queue.id = case_id
                   WHERE reviewer = ?1 AND at >= ?2 AND at < ?3 ORDER BY at DESC, case_id DESC LIMIT ?4";
        let answer = |row: &rusqlite::Row<'_>| {
            let kind: String = row.get(2)?;
            Ok(GoldenAnswer {
                case: row.get(0)?,
                title: row.get(1)?,
                kind: DecisionKind::parse(&kind).unwrap_or(DecisionKind::Unsure),
                at: time(row, 3)?,
            })
        };
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare_cached(sql).map_err(&at)?;
        let values = (reviewer, time_text(from), time_text(until), most as i64);
        let rows = statement.query_map(values, answer).map_err(&at)?;
        rows.collect::<Result<_, _>>().map_err(&at)
    }

    /// How reviewers answered golden cases since a time, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn golden_by_reviewer(&self, since: Timestamp) -> Result<Vec<GoldenFigures>, StoreError> {
        self.golden_figures("reviewer", since)
    }

    /// How each golden case was answered since a time, by its number.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn golden_by_case(&self, since: Timestamp) -> Result<Vec<GoldenFigures>, StoreError> {
        self.golden_figures("case_id", since)
    }

    fn golden_figures(&self, by: &str, since: Timestamp) -> Result<Vec<GoldenFigures>, StoreError> {
        let sql = format!(
            "SELECT CAST({by} AS TEXT), sum(answer IN ('confirm', 'clear')), sum(answer = expected),
                 sum(answer NOT IN ('confirm', 'clear'))
             FROM golden_answers WHERE at >= ?1 GROUP BY {by} ORDER BY {by}"
        );
        let count =
            |row: &rusqlite::Row<'_>, column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        let figures = |row: &rusqlite::Row<'_>| {
            Ok(GoldenFigures {
                of: row.get(0)?,
                answered: count(row, 1)?,
                right: count(row, 2)?,
                open: count(row, 3)?,
            })
        };
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare_cached(&sql).map_err(&at)?;
        let rows = statement.query_map([time_text(since)], figures);
        rows.map_err(&at)?.collect::<Result<_, _>>().map_err(&at)
    }
}
