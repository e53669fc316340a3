//! The log of decisions: only added to, each entry holding the hash of the one before.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde::Serialize;

use super::{Store, StoreError};
use crate::candidates::decision::{Decision, DecisionKind};
use crate::record::{BrandId, ListingId};

/// What the first entry names as the one before it.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A decision in the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// Its place, from 1 without gaps.
    pub place: u64,
    /// The hash of the entry before it; [`GENESIS`] for the first.
    pub previous: String,
    /// BLAKE3 over its place, the hash before it and the decision as it was written.
    pub hash: String,
    /// The decision.
    pub decision: Decision,
}

/// What became of decisions that were handed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// Entries written.
    pub new: u64,
    /// Those that the log held already, to the letter.
    pub known: u64,
}

/// What a look at the whole log tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Every entry holds the hash of the one before.
    Whole {
        /// How many there are.
        entries: u64,
        /// The last one's hash, which stands for all of them.
        head: String,
    },
    /// An entry was changed, removed or put in by something else than this program.
    Broken {
        /// The first such place.
        place: u64,
        /// What is wrong there.
        problem: String,
    },
}

fn hash(place: u64, previous: &str, payload: &str) -> String {
    let text = format!("touchstone decision 1\n{place}\n{previous}\n{payload}");
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

const ENTRY: &str = "place, previous, hash, payload";

impl Store {
    /// Adds decisions to the log, all or none; one that is there to the letter is not added again.
    ///
    /// # Errors
    /// When the database cannot be written, or an undo names what cannot be undone.
    pub fn append_decisions(&mut self, decisions: &[Decision]) -> Result<Appended, StoreError> {
        let path = self.path.clone();
        let transaction = self.write()?;
        let mut appended = Appended::default();
        for decision in decisions {
            let payload = payload(decision).map_err(|found| unreadable(&path, 0, found))?;
            let known =
                is_known(&transaction, decision, &payload).map_err(StoreError::at(&path))?;
            if known {
                appended.known += 1;
            } else {
                append(&transaction, decision, &payload).map_err(StoreError::at(&path))?;
                appended.new += 1;
            }
        }
        transaction.commit().map_err(StoreError::at(&path))?;
        Ok(appended)
    }

    /// Adds each decision if the one standing for its listing and brand is the one given beside it, so that two people
    /// cannot decide on the same candidate unseen by each other; gives its place, or `None` when another stands. What was
    /// added is on the disk when this returns.
    ///
    /// # Errors
    /// When the database cannot be written; then none is added.
    pub fn append_after(
        &mut self,
        decisions: &[(Decision, Option<u64>)],
    ) -> Result<Vec<Option<u64>>, StoreError> {
        let path = self.path.clone();
        let at = StoreError::at(&path);
        // People's work outlives a power cut; claims and sessions need not.
        self.connection
            .pragma_update(None, "synchronous", "full")
            .map_err(&at)?;
        let transaction = self.write()?;
        let mut places = Vec::with_capacity(decisions.len());
        for (decision, expected) in decisions {
            let standing = transaction
                .prepare_cached("SELECT place FROM standing WHERE listing_id = ?1 AND brand = ?2")
                .map_err(&at)?
                .query_row(
                    (decision.listing_id.as_str(), decision.brand.as_str()),
                    |row| place(row, 0),
                )
                .optional()
                .map_err(&at)?;
            if standing != *expected {
                places.push(None);
                continue;
            }
            let payload = payload(decision).map_err(|found| unreadable(&path, 0, found))?;
            let place = append(&transaction, decision, &payload).map_err(&at)?;
            places.push(Some(place));
        }
        transaction.commit().map_err(&at)?;
        self.connection
            .pragma_update(None, "synchronous", "normal")
            .map_err(&at)?;
        Ok(places)
    }

    /// Hands every entry to `take`, in order.
    ///
    /// # Errors
    /// When the database, or an entry, cannot be read, and what `take` returns.
    pub fn each_decision<E: From<StoreError>>(
        &self,
        mut take: impl FnMut(Entry) -> Result<(), E>,
    ) -> Result<(), E> {
        let at = StoreError::at(&self.path);
        let sql = format!("SELECT {ENTRY} FROM decisions ORDER BY place");
        let mut statement = self.connection.prepare(&sql).map_err(&at)?;
        let mut rows = statement.query([]).map_err(&at)?;
        while let Some(row) = rows.next().map_err(&at)? {
            take(self.entry(row)?)?;
        }
        Ok(())
    }

    /// The entries that stand: of each listing and brand the last one that was not undone, by place.
    ///
    /// # Errors
    /// When the database, or an entry, cannot be read.
    pub fn standing_decisions(&self) -> Result<Vec<Entry>, StoreError> {
        self.entries_where("place IN (SELECT place FROM standing)", [])
    }

    /// The entry that stands for a listing under a brand.
    ///
    /// # Errors
    /// When the database, or the entry, cannot be read.
    pub fn standing(
        &self,
        listing: &ListingId,
        brand: &BrandId,
    ) -> Result<Option<Entry>, StoreError> {
        let which = "place = (SELECT place FROM standing WHERE listing_id = ?1 AND brand = ?2)";
        let found = self.entries_where(which, [listing.as_str(), brand.as_str()])?;
        Ok(found.into_iter().next())
    }

    /// Everything that was decided on a listing under a brand, undone or not, the oldest first.
    ///
    /// # Errors
    /// When the database, or an entry, cannot be read.
    pub fn decisions_on(
        &self,
        listing: &ListingId,
        brand: &BrandId,
    ) -> Result<Vec<Entry>, StoreError> {
        self.entries_where(
            "listing_id = ?1 AND brand = ?2",
            [listing.as_str(), brand.as_str()],
        )
    }

    /// The last entry of a reviewer that is no undo and was not undone.
    ///
    /// # Errors
    /// When the database, or the entry, cannot be read.
    pub fn last_decision_of(&self, reviewer: &str) -> Result<Option<Entry>, StoreError> {
        let which = "place = (SELECT max(own.place) FROM decisions AS own
                     WHERE own.reviewer = ?1 AND own.kind <> 'undo'
                       AND NOT EXISTS (SELECT 1 FROM decisions AS later WHERE later.undoes = own.place))";
        let found = self.entries_where(which, [reviewer])?;
        Ok(found.into_iter().next())
    }

    /// The entries since a time, by place.
    ///
    /// # Errors
    /// When the database, or an entry, cannot be read.
    pub fn decisions_since(&self, since: Timestamp) -> Result<Vec<Entry>, StoreError> {
        self.entries_where("decided_at >= ?1", [since.to_string()])
    }

    /// Looks at every entry whether it holds the hash of the one before, and whether what stands follows from them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn verify_decisions(&self) -> Result<Verified, StoreError> {
        let verify = || -> rusqlite::Result<Verified> {
            let sql = format!("SELECT {ENTRY} FROM decisions ORDER BY place");
            let mut statement = self.connection.prepare(&sql)?;
            let mut rows = statement.query([])?;
            let (mut entries, mut head) = (0, GENESIS.to_owned());
            while let Some(row) = rows.next()? {
                let expected = entries + 1;
                let broken = |problem: &str| Verified::Broken {
                    place: expected,
                    problem: problem.to_owned(),
                };
                let (found, previous): (u64, String) = (place(row, 0)?, row.get(1)?);
                if found != expected {
                    return Ok(broken("the entry is missing"));
                }
                if previous != head {
                    return Ok(broken("it does not hold the hash of the entry before it"));
                }
                let kept: String = row.get(2)?;
                if hash(found, &previous, &row.get::<_, String>(3)?) != kept {
                    return Ok(broken("its content is not what its hash was made of"));
                }
                (entries, head) = (found, kept);
            }
            Ok(match first_wrong_standing(&self.connection)? {
                Some(place) => Verified::Broken {
                    place,
                    problem: "what is held to stand does not follow from the log".to_owned(),
                },
                None => Verified::Whole { entries, head },
            })
        };
        verify().map_err(StoreError::at(&self.path))
    }

    /// Whether an entry of the log has this hash: what was noted of the log earlier is still in it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn holds_decision(&self, hash: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM decisions WHERE hash = ?1)";
        self.connection
            .query_row(sql, [hash], |row| row.get(0))
            .map_err(StoreError::at(&self.path))
    }

    pub(super) fn entries_where(
        &self,
        which: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<Vec<Entry>, StoreError> {
        let at = StoreError::at(&self.path);
        let sql = format!("SELECT {ENTRY} FROM decisions WHERE {which} ORDER BY place");
        let mut statement = self.connection.prepare_cached(&sql).map_err(&at)?;
        let mut rows = statement.query(parameters).map_err(&at)?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next().map_err(&at)? {
            entries.push(self.entry(row)?);
        }
        Ok(entries)
    }

    /// The entry in a row that begins with place, hash before it, hash and payload.
    pub(super) fn entry(&self, row: &Row<'_>) -> Result<Entry, StoreError> {
        let at = StoreError::at(&self.path);
        let place = place(row, 0).map_err(&at)?;
        let payload: String = row.get(3).map_err(&at)?;
        let decision = serde_json::from_str(&payload)
            .map_err(|error| unreadable(&self.path, place, error.to_string()))?;
        Ok(Entry {
            place,
            previous: row.get(1).map_err(&at)?,
            hash: row.get(2).map_err(&at)?,
            decision,
        })
    }
}

fn payload(decision: &Decision) -> Result<String, String> {
    serde_json::to_string(decision).map_err(|error| error.to_string())
}

fn unreadable(path: &std::path::Path, place: u64, found: String) -> StoreError {
    StoreError::Record {
        path: path.to_owned(),
        record: format!("decision {place}"),
        found,
        remedy: "`touchstone decisions verify` says whether the log is whole",
    }
}

fn is_known(
    transaction: &Transaction<'_>,
    decision: &Decision,
    payload: &str,
) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM decisions
               WHERE listing_id = ?1 AND brand = ?2 AND payload = ?3)";
    let key = (
        decision.listing_id.as_str(),
        decision.brand.as_str(),
        payload,
    );
    transaction
        .prepare_cached(sql)?
        .query_row(key, |row| row.get(0))
}

fn append(
    transaction: &Transaction<'_>,
    decision: &Decision,
    payload: &str,
) -> rusqlite::Result<u64> {
    let last = transaction
        .prepare_cached("SELECT place, hash FROM decisions ORDER BY place DESC LIMIT 1")?
        .query_row([], |row| Ok((place(row, 0)?, row.get::<_, String>(1)?)))
        .optional()?;
    let (last, previous) = last.unwrap_or((0, GENESIS.to_owned()));
    let place = last + 1;
    transaction
        .prepare_cached(
            "INSERT INTO decisions (place, previous, hash, payload) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((
            place as i64,
            &previous,
            hash(place, &previous, payload),
            payload,
        ))?;
    let key = (decision.listing_id.as_str(), decision.brand.as_str());
    if decision.kind == DecisionKind::Undo {
        transaction
            .prepare_cached("DELETE FROM standing WHERE listing_id = ?1 AND brand = ?2")?
            .execute(key)?;
        let sql = format!(
            "INSERT INTO standing SELECT listing_id, brand, max(place) FROM ({NOT_UNDONE})
             WHERE listing_id = ?1 AND brand = ?2 GROUP BY listing_id, brand"
        );
        transaction.prepare_cached(&sql)?.execute(key)?;
    } else {
        transaction
            .prepare_cached("INSERT OR REPLACE INTO standing VALUES (?1, ?2, ?3)")?
            .execute((key.0, key.1, place as i64))?;
    }
    super::queue::restate(transaction, key)?;
    Ok(place)
}

const NOT_UNDONE: &str =
    "SELECT listing_id, brand, place FROM decisions AS own WHERE kind <> 'undo'
    AND NOT EXISTS (SELECT 1 FROM decisions AS later WHERE later.undoes = own.place)";

fn first_wrong_standing(connection: &Connection) -> rusqlite::Result<Option<u64>> {
    let derived = format!(
        "SELECT listing_id, brand, max(place) AS place FROM ({NOT_UNDONE}) GROUP BY listing_id, brand"
    );
    let sql = format!(
        "SELECT min(place) FROM (
             SELECT place FROM (SELECT * FROM standing EXCEPT {derived})
             UNION ALL
             SELECT place FROM (SELECT * FROM ({derived}) EXCEPT SELECT * FROM standing))"
    );
    let first: Option<i64> = connection.query_row(&sql, [], |row| row.get(0))?;
    Ok(first.map(i64::unsigned_abs))
}

/// Places are positive and far below `i64::MAX`.
pub(super) fn place(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::unsigned_abs)
}

#[cfg(test)]
#[path = "decisions_tests.rs"]
mod tests;
