//! How long cases wait: from the run that first queued them to the first decision that ended the matter.
//!
//! A case that nobody decided on is carried on when a later run queues it again, and keeps the time at which it was first
//! queued. One that was decided and is queued again, since its listing changed, waits anew.

use jiff::Timestamp;

use super::super::{Store, StoreError};
use crate::record::BrandId;

/// How long the cases of one brand wait, or waited.
#[derive(Clone, Debug, PartialEq)]
pub struct Ages {
    /// The brand.
    pub brand: BrandId,
    /// Cases that nobody has confirmed or cleared.
    pub waiting: u64,
    /// Of those, the ones that have waited longer than the target.
    pub late: u64,
    /// The one that has waited longest, and since when.
    pub oldest: Option<(i64, Timestamp)>,
    /// Cases that were decided in the time that is looked at.
    pub decided: u64,
    /// Of those, the ones that were decided within the target.
    pub in_time: u64,
}

/// By brand, for the seconds `?1` (now), `?2` (since) and `?3` (the target). Of a group with `min`, SQLite takes the other columns
/// from the row that has it.
const AGES: &str =
    "SELECT brand, sum(decided_at IS NULL), sum(decided_at IS NULL AND queued_at < ?1 - ?3),
        min(CASE WHEN decided_at IS NULL THEN queued_at END), id,
        sum(decided_at >= ?2), sum(decided_at >= ?2 AND decided_at - queued_at <= ?3)
    FROM queue INDEXED BY queue_ages WHERE carried = 0 AND +run IN (SELECT id FROM runs)
    GROUP BY brand ORDER BY brand";

impl Store {
    /// How long cases have waited at `now`, and those that were decided since `since` had, against a target in hours; by brand.
    /// Cases of runs that were deleted are left out: nobody can decide on them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn ages(
        &self,
        now: Timestamp,
        since: Timestamp,
        target_hours: i64,
    ) -> Result<Vec<Ages>, StoreError> {
        let count = |row: &rusqlite::Row<'_>, column| {
            let found = row.get::<_, Option<i64>>(column)?;
            Ok::<_, rusqlite::Error>(found.unwrap_or(0).unsigned_abs())
        };
        let ages = |row: &rusqlite::Row<'_>| {
            let oldest: Option<i64> = row.get(3)?;
            let oldest = match oldest.and_then(|second| Timestamp::from_second(second).ok()) {
                Some(since) => Some((row.get(4)?, since)),
                None => None,
            };
            Ok(Ages {
                brand: BrandId::from(row.get::<_, String>(0)?),
                waiting: count(row, 1)?,
                late: count(row, 2)?,
                oldest,
                decided: count(row, 5)?,
                in_time: count(row, 6)?,
            })
        };
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare_cached(AGES).map_err(&at)?;
        let values = (now.as_second(), since.as_second(), target_hours * 3600);
        let rows = statement.query_map(values, ages).map_err(&at)?;
        rows.collect::<Result<_, _>>().map_err(&at)
    }
}

#[cfg(test)]
#[path = "ages_tests.rs"]
mod tests;
