//! Candidates into the index, and cases in line with decisions.

use rusqlite::{OptionalExtension, Transaction};

use super::super::{Store, StoreError};
use super::similar::bands;
use crate::candidates::Candidate;
use crate::record::BrandId;

impl Store {
    /// The runs whose candidates were not indexed yet, each with its model.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn unindexed_runs(&self) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT id, coalesce(manifest ->> 'model', '') FROM runs
                   WHERE id NOT IN (SELECT run FROM indexed) ORDER BY as_of, rowid";
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare_cached(sql).map_err(&at)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.map_err(&at)?.collect::<Result<_, _>>().map_err(&at)
    }

    /// The runs that were indexed, the newest first, each with its model and number of cases.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn indexed_runs(&self) -> Result<Vec<(String, String, u64)>, StoreError> {
        let at = StoreError::at(&self.path);
        let sql = "SELECT run, model, cases FROM indexed LEFT JOIN runs ON runs.id = run
                   ORDER BY as_of DESC, runs.rowid DESC, run DESC";
        let mut statement = self.connection.prepare_cached(sql).map_err(&at)?;
        let rows = statement
            .query_map([], |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get::<_, i64>(2)?.unsigned_abs(),
                ))
            })
            .map_err(&at)?;
        rows.collect::<Result<_, _>>().map_err(&at)
    }

    /// The model that judged an indexed run; empty when it is not known.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn model_of(&self, run: &str) -> Result<String, StoreError> {
        let sql = "SELECT model FROM indexed WHERE run = ?1";
        let found = self
            .connection
            .query_row(sql, [run], |row| row.get(0))
            .optional();
        Ok(found
            .map_err(StoreError::at(&self.path))?
            .unwrap_or_default())
    }

    /// The brands of a run's cases, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn queued_brands(&self, run: &str) -> Result<Vec<BrandId>, StoreError> {
        // Hops from brand to brand along the index, instead of passing every case.
        let sql = "WITH RECURSIVE statuses (status) AS (VALUES ('open'), ('second'), ('escalate'), ('unsure'),
                       ('test_buy'), ('confirm'), ('clear')),
                   hop (status, brand) AS (
                       SELECT status, (SELECT min(brand) FROM queue
                           WHERE run = ?1 AND queue.status = statuses.status) FROM statuses
                       UNION ALL
                       SELECT status, (SELECT min(brand) FROM queue
                           WHERE run = ?1 AND queue.status = hop.status AND queue.brand > hop.brand)
                       FROM hop WHERE brand IS NOT NULL)
                   SELECT DISTINCT brand FROM hop WHERE brand IS NOT NULL ORDER BY brand";
        let read = || -> rusqlite::Result<Vec<BrandId>> {
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows =
                statement.query_map([run], |row| Ok(BrandId::from(row.get::<_, String>(0)?)))?;
            rows.collect()
        };
        read().map_err(StoreError::at(&self.path))
    }

    /// A number that changes whenever reference pictures may have.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn reference_stamp(&self) -> Result<i64, StoreError> {
        let sql = "SELECT (SELECT count(*) FROM catalog_versions) * 1000000 + (SELECT count(*) FROM bank)";
        let found = self.connection.query_row(sql, [], |row| row.get(0));
        found.map_err(StoreError::at(&self.path))
    }

    /// Adds candidates of a run to the index, each with what a right decision on it is worth and the place of its line.
    /// Those that are there already are left alone, so that an interrupted indexing can be repeated.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn index_candidates(
        &mut self,
        run: &str,
        candidates: &[(Candidate, f64, [u64; 2])],
    ) -> Result<(), StoreError> {
        let path = self.path.clone();
        let transaction = self.write()?;
        for (candidate, value, place) in candidates {
            add(&transaction, run, candidate, *value, *place).map_err(StoreError::at(&path))?;
        }
        transaction.commit().map_err(StoreError::at(&path))
    }

    /// Notes that a run is indexed whole.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn finish_index(&mut self, run: &str, model: &str) -> Result<(), StoreError> {
        let path = self.path.clone();
        let transaction = self.write()?;
        let finish = || {
            transaction.execute(WAIT_SINCE, [run])?;
            transaction.execute(CARRY_ON, [run])?;
            transaction.execute(
                &format!(
                    "{RESTATE} WHERE run = ?1 AND EXISTS (SELECT 1 FROM standing
                     WHERE standing.listing_id = queue.listing_id AND standing.brand = queue.brand)"
                ),
                [run],
            )?;
            transaction.execute(
                "INSERT OR REPLACE INTO indexed
                 SELECT ?1, ?2, (SELECT count(*) FROM queue WHERE run = ?1)",
                [run, model],
            )
        };
        finish().map_err(StoreError::at(&path))?;
        transaction.commit().map_err(StoreError::at(&path))
    }
}

/// A run's cases wait since those of earlier runs do that they carry on.
const WAIT_SINCE: &str = "UPDATE queue SET queued_at = min(queued_at, coalesce((
        SELECT min(before.queued_at) FROM queue AS before INDEXED BY queue_of_listing
        WHERE before.listing_id = queue.listing_id AND before.brand = queue.brand AND before.run <> ?1
          AND before.carried = 0 AND before.decided_at IS NULL), queued_at))
    WHERE run = ?1";

/// Cases of earlier runs that nobody decided on and that a run queued again.
const CARRY_ON: &str = "UPDATE queue SET carried = 1 WHERE id IN (
        SELECT before.id FROM queue AS again JOIN queue AS before INDEXED BY queue_of_listing
            ON before.listing_id = again.listing_id AND before.brand = again.brand
        WHERE again.run = ?1 AND before.run <> ?1 AND before.carried = 0 AND before.decided_at IS NULL)";

/// Brings cases in line with what stands. What was decided at last may be later than when it was first decided.
const RESTATE: &str = "UPDATE queue SET (decision, status, claimed_by, claimed_until) = (
    SELECT max(place), coalesce(max(word), 'open'), NULL, 0 FROM (
        SELECT decisions.place, CASE WHEN awaits_second THEN 'second' ELSE kind END AS word
        FROM standing JOIN decisions ON decisions.place = standing.place
        WHERE standing.listing_id = queue.listing_id AND standing.brand = queue.brand
          AND decisions.run IN (queue.run, ''))),
    decided_at = (
        SELECT unixepoch(decided_at) FROM decisions AS own
        WHERE own.listing_id = queue.listing_id AND own.brand = queue.brand AND own.run IN (queue.run, '')
          AND own.kind IN ('confirm', 'clear') AND NOT own.awaits_second
          AND NOT EXISTS (SELECT 1 FROM decisions AS later WHERE later.undoes = own.place)
        ORDER BY own.place LIMIT 1)";

/// Brings the cases of one listing under one brand in line with what stands.
pub(in super::super) fn restate(
    transaction: &Transaction<'_>,
    (listing, brand): (&str, &str),
) -> rusqlite::Result<()> {
    let sql = format!("{RESTATE} WHERE listing_id = ?1 AND brand = ?2");
    transaction
        .prepare_cached(&sql)?
        .execute((listing, brand))
        .map(|_| ())
}

fn add(
    transaction: &Transaction<'_>,
    run: &str,
    candidate: &Candidate,
    value: f64,
    place: [u64; 2],
) -> rusqlite::Result<()> {
    let added = transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO queue (run, rank, listing_id, brand, seller_id, seller_name, title,
                 ground, action, probability, value, price, image_key, start, length, status, product, queued_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 'open', ?16,
                 coalesce((SELECT added_at FROM runs WHERE id = ?1), 0))",
        )?
        .execute(rusqlite::params![
            run,
            candidate.rank as i64,
            candidate.listing_id.as_str(),
            candidate.brand.as_str(),
            candidate.seller_id.as_str(),
            candidate.seller_name,
            candidate.title,
            candidate.ground.as_str(),
            candidate.action.as_str(),
            candidate.probability,
            value,
            candidate
                .price
                .amount
                .map_or_else(String::new, |amount| amount.to_string()),
            candidate.neighbours.image_key,
            place[0] as i64,
            place[1] as i64,
            candidate
                .product
                .as_ref()
                .map(|product| product.product_id.as_str()),
        ])?;
    if added == 1 {
        let id = transaction.last_insert_rowid();
        for band in bands(&candidate.title) {
            transaction
                .prepare_cached("INSERT OR IGNORE INTO queue_like (band, case_id) VALUES (?1, ?2)")?
                .execute((band, id))?;
        }
        let words = format!(
            "{}\n{}\n{}\n{}",
            candidate.title, candidate.seller_name, candidate.seller_id, candidate.listing_id
        );
        transaction
            .prepare_cached("INSERT INTO queue_words (rowid, words) VALUES (?1, ?2)")?
            .execute((id, words))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::plan;

    #[test]
    fn earlier_cases_of_a_listing_are_found_by_its_name() {
        let store = Store::open_in_memory().expect("opened");
        for sql in [WAIT_SINCE, CARRY_ON] {
            let plan = plan(&store, sql).join("\n");
            let index = "before USING INDEX queue_of_listing (listing_id=? AND brand=?)";
            assert!(plan.contains(index), "{plan}");
        }
    }
}
