//! What one reviewer decided, and which of it can still be taken back.

use jiff::Timestamp;
use rusqlite::types::Value;

use super::decisions::place;
use super::{Entry, Store, StoreError};
use crate::candidates::DecisionKind;

/// A decision of a reviewer's, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnDecision {
    /// The entry in the log.
    pub entry: Entry,
    /// What became of it.
    pub state: OwnState,
    /// The desk's number of its case, and the listing's title; `None` for one that the desk has not indexed.
    pub case: Option<(i64, String)>,
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnState {
    /// It is the newest on its case, and can be taken back.
    Stands,
    /// It was taken back.
    TakenBack,
    /// Somebody decided on the case after it: that stands.
    Replaced {
        /// Who; may be the same reviewer.
        by: String,
        /// What.
        kind: DecisionKind,
        /// When.
        at: Timestamp,
    },
}

/// Which of a reviewer's decisions.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// Those before this place in the log, the newest first.
    Before(u64),
    /// Those of a batch.
    Batch(&'a str),
    /// The one at this place.
    At(u64),
}

impl Which<'_> {
    /// The statement for the reviewer `?1`, and what `?2` is.
    fn sql(self, most: usize) -> (String, Value) {
        let at = |place: u64| Value::from(i64::try_from(place).unwrap_or(i64::MAX));
        let (condition, value) = match self {
            Self::Before(place) => ("own.place < ?2", at(place)),
            Self::At(place) => ("own.place = ?2", at(place)),
            // As the index over batches says it.
            Self::Batch(batch) => (
                "own.payload ->> 'batch' <> '' AND own.payload ->> 'batch' = ?2",
                Value::from(batch.to_owned()),
            ),
        };
        let sql = format!(
            "SELECT own.place, own.previous, own.hash, own.payload,
                 EXISTS (SELECT 1 FROM decisions AS later WHERE later.undoes = own.place),
                 top.place, top.reviewer, top.kind, top.decided_at, queue.id, queue.title
             FROM decisions AS own
             LEFT JOIN standing ON standing.listing_id = own.listing_id AND standing.brand = own.brand
             LEFT JOIN decisions AS top ON top.place = standing.place
             LEFT JOIN queue ON queue.run = own.run AND queue.listing_id = own.listing_id AND queue.brand = own.brand
             WHERE own.reviewer = ?1 AND own.kind <> 'undo' AND {condition}
             ORDER BY own.place DESC LIMIT {most}"
        );
        (sql, value)
    }
}

impl Store {
    /// What a reviewer decided, undos aside, the newest first and at most `most`.
    ///
    /// # Errors
    /// When the database, or an entry, cannot be read.
    pub fn own_decisions(
        &self,
        reviewer: &str,
        which: Which<'_>,
        most: usize,
    ) -> Result<Vec<OwnDecision>, StoreError> {
        let (sql, value) = which.sql(most);
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare_cached(&sql).map_err(&at)?;
        let mut rows = statement.query((reviewer, value)).map_err(&at)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(&at)? {
            let entry = self.entry(row)?;
            let state = || -> rusqlite::Result<OwnState> {
                if row.get(4)? {
                    return Ok(OwnState::TakenBack);
                }
                if place(row, 5)? == entry.place {
                    return Ok(OwnState::Stands);
                }
                let kind: String = row.get(7)?;
                Ok(OwnState::Replaced {
                    by: row.get(6)?,
                    kind: DecisionKind::parse(&kind).unwrap_or(DecisionKind::Unsure),
                    at: super::submissions::time(row, 8)?,
                })
            };
            let case = || -> rusqlite::Result<Option<(i64, String)>> {
                let id: Option<i64> = row.get(9)?;
                id.map(|id| Ok((id, row.get(10)?))).transpose()
            };
            found.push(OwnDecision {
                state: state().map_err(&at)?,
                case: case().map_err(&at)?,
                entry,
            });
        }
        Ok(found)
    }
}

#[cfg(test)]
#[path = "own_decisions_tests.rs"]
mod tests;
