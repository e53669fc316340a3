//! Cases out of the index, and who works on them.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params_from_iter};

use super::super::{Store, StoreError};
use super::{CASE, Case, Filter, QueuePage, Sort, case};
use crate::record::{BrandId, ListingId};

impl Store {
    /// The page `page`, from 0, of `size` cases.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn queue_page(
        &self,
        filter: &Filter,
        page: usize,
        size: usize,
    ) -> Result<QueuePage, StoreError> {
        let (from, values) = filter.sql();
        let read = || -> rusqlite::Result<QueuePage> {
            let cases = if filter.brands.len() > 1 && filter.sort == Sort::Value {
                self.merged(filter, page, size)?
            } else {
                let sql = format!(
                    "SELECT {CASE} FROM {from} ORDER BY {} LIMIT {size} OFFSET {}",
                    filter.order(),
                    page * size
                );
                let mut statement = self.connection.prepare_cached(&sql)?;
                let rows = statement.query_map(params_from_iter(&values), case)?;
                rows.collect::<Result<_, _>>()?
            };
            let sql = format!(
                "SELECT count(*) FROM (SELECT 1 FROM {from} LIMIT {})",
                Filter::COUNTED
            );
            let mut statement = self.connection.prepare_cached(&sql)?;
            let count: i64 = statement.query_row(params_from_iter(&values), |row| row.get(0))?;
            Ok(QueuePage {
                cases,
                count: count.unsigned_abs(),
            })
        };
        read().map_err(StoreError::at(&self.path))
    }

    /// A page of several brands by value. Each brand's cases lie in that order in an index, and all of them together do not: the
    /// first of each are taken and merged.
    fn merged(&self, filter: &Filter, page: usize, size: usize) -> rusqlite::Result<Vec<Case>> {
        let mut first: Vec<(f64, i64)> = Vec::new();
        for brand in &filter.brands {
            let of_brand = Filter {
                brands: vec![brand.clone()],
                ..filter.clone()
            };
            let (from, values) = of_brand.sql();
            let sql = format!(
                "SELECT value, queue.id FROM {from} ORDER BY {} LIMIT {}",
                filter.order(),
                (page + 1) * size
            );
            let mut statement = self.connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params_from_iter(&values), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
            for row in rows {
                first.push(row?);
            }
        }
        first.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let sql = format!("SELECT {CASE} FROM queue WHERE id = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let shown = first.iter().skip(page * size).take(size);
        shown
            .map(|(_, id)| statement.query_row([id], case))
            .collect()
    }

    /// One case.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn case(&self, id: i64) -> Result<Option<Case>, StoreError> {
        let sql = format!("SELECT {CASE} FROM queue WHERE id = ?1");
        let read = || {
            let mut statement = self.connection.prepare_cached(&sql)?;
            statement.query_row([id], case).optional()
        };
        read().map_err(StoreError::at(&self.path))
    }

    /// The case of a decision: its listing's, under its brand, in its run.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn case_of(
        &self,
        run: &str,
        listing: &ListingId,
        brand: &BrandId,
    ) -> Result<Option<Case>, StoreError> {
        let sql =
            format!("SELECT {CASE} FROM queue WHERE run = ?1 AND listing_id = ?2 AND brand = ?3");
        let key = (run, listing.as_str(), brand.as_str());
        let found = self.connection.query_row(&sql, key, case).optional();
        found.map_err(StoreError::at(&self.path))
    }

    /// Gives a case to a user until the second `until`, unless it is another's at the second `now`.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn claim(&mut self, id: i64, user: &str, now: i64, until: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE queue SET claimed_by = ?2, claimed_until = ?4
                   WHERE id = ?1 AND (claimed_by IS NULL OR claimed_by = ?2 OR claimed_until <= ?3)";
        let changed = self.connection.execute(sql, (id, user, now, until));
        Ok(changed.map_err(StoreError::at(&self.path))? == 1)
    }

    /// Gives up whatever a user claimed.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn release(&mut self, user: &str) -> Result<(), StoreError> {
        let sql = "UPDATE queue SET claimed_by = NULL, claimed_until = 0 WHERE claimed_by = ?1";
        let done = self.connection.execute(sql, [user]);
        done.map_err(StoreError::at(&self.path)).map(|_| ())
    }

    /// The first case that the filter leaves and nobody else works on or, in a second review, decided first; given to
    /// the user until the second `until`.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn next_case(
        &mut self,
        filter: &Filter,
        user: &str,
        now: i64,
        until: i64,
    ) -> Result<Option<i64>, StoreError> {
        let path = self.path.clone();
        let (from, mut values) = filter.sql();
        let at = values.len();
        values.extend([Value::from(user.to_owned()), Value::from(now)]);
        let sql = format!(
            "SELECT queue.id FROM {from}
             AND (claimed_by IS NULL OR claimed_by = ?{user} OR claimed_until <= ?{now})
             AND NOT (status = 'second' AND EXISTS (SELECT 1 FROM decisions
                      WHERE place = queue.decision AND reviewer = ?{user}))
             ORDER BY {order} LIMIT 1",
            user = at + 1,
            now = at + 2,
            order = filter.order()
        );
        let transaction = self.write()?;
        let find = || -> rusqlite::Result<Option<i64>> {
            let id: Option<i64> = transaction
                .prepare_cached(&sql)?
                .query_row(params_from_iter(&values), |row| row.get(0))
                .optional()?;
            if let Some(id) = id {
                transaction
                    .prepare_cached(
                        "UPDATE queue SET claimed_by = ?2, claimed_until = ?3 WHERE id = ?1",
                    )?
                    .execute((id, user, until))?;
            }
            Ok(id)
        };
        let id = find().map_err(StoreError::at(&path))?;
        transaction.commit().map_err(StoreError::at(&path))?;
        Ok(id)
    }
}

#[cfg(test)]
#[path = "cases_tests.rs"]
mod tests;
