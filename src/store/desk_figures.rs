//! Figures about the work at the review desk.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Status, Store, StoreError};
use crate::candidates::{Decision, DecisionKind};
use crate::record::{BrandId, SellerId};

/// How the work at the desk goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeskFigures {
    /// What waits, by run, the newest first.
    pub backlog: Vec<RunBacklog>,
    /// What reviewers did, by name.
    pub reviewers: Vec<ReviewerFigures>,
    /// Decisions of all reviewers.
    pub decisions: u64,
    /// Median seconds from one decision of a reviewer to the next, where no pause lies between.
    pub median_seconds: Option<f64>,
    /// Confirmations that a second reviewer looked at.
    pub seconded: u64,
    /// Those of which the second reviewer confirmed too.
    pub agreed: u64,
    /// Decisions that ended a matter and that another person's later decision turned into its opposite, second reviews
    /// aside.
    pub overturned: u64,
}

/// What waits in one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunBacklog {
    /// The run.
    pub run: String,
    /// The day that it speaks of.
    pub as_of: Option<Date>,
    /// Not decided on.
    pub open: u64,
    /// Confirmed once of two times.
    pub second: u64,
    /// Left to a lead.
    pub escalated: u64,
    /// Unsure, or to be bought.
    pub pending: u64,
    /// Confirmed.
    pub confirmed: u64,
    /// Cleared.
    pub cleared: u64,
}

impl RunBacklog {
    fn count(&mut self, status: &str, cases: i64) {
        let slot = match status {
            "open" => &mut self.open,
            "second" => &mut self.second,
            "escalate" => &mut self.escalated,
            "unsure" | "test_buy" => &mut self.pending,
            "confirm" => &mut self.confirmed,
            _ => &mut self.cleared,
        };
        *slot += cases.unsigned_abs();
    }
}

/// What one reviewer did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewerFigures {
    /// Who.
    pub name: String,
    /// Decisions, without what was taken back.
    pub decisions: u64,
    /// Of those, the confirmed.
    pub confirmed: u64,
    /// Decisions that were taken back.
    pub undone: u64,
    /// Decisions of theirs that another person turned into their opposite.
    pub overturned: u64,
    /// Median seconds from one decision to the next.
    pub median_seconds: Option<f64>,
}

/// A longer time between two decisions is a pause.
const LONGEST_SECONDS: f64 = 600.0;

impl Store {
    /// Figures about decisions since `since`, and about what waits now.
    ///
    /// # Errors
    /// When the database, or an entry, cannot be read.
    pub fn desk_figures(&self, since: Timestamp) -> Result<DeskFigures, StoreError> {
        let mut figures = DeskFigures {
            backlog: self.backlog()?,
            ..DeskFigures::default()
        };
        let mut reviewers: BTreeMap<String, (ReviewerFigures, Vec<Timestamp>)> = BTreeMap::new();
        // The last decision on each case that ended the matter, or would if a second reviewer agreed.
        let mut last: BTreeMap<(String, String), Decision> = BTreeMap::new();
        for entry in self.decisions_since(since)? {
            let decision = entry.decision;
            // An owner's dispute or a seller's appeal is nobody's review.
            if decision.is_contest() {
                continue;
            }
            let (own, times) = reviewers.entry(decision.reviewer.clone()).or_default();
            if decision.kind == DecisionKind::Undo {
                own.undone += 1;
                own.decisions = own.decisions.saturating_sub(1);
                continue;
            }
            own.decisions += 1;
            own.confirmed += u64::from(decision.kind == DecisionKind::Confirm);
            // Many at once say nothing about the time that one takes.
            if decision.batch.is_empty() {
                times.push(decision.decided_at);
            }
            let key = (decision.listing_id.to_string(), decision.brand.to_string());
            let before = match decision.kind.is_final() {
                true => last.insert(key, decision.clone()),
                false => last.remove(&key),
            };
            let Some(before) = before else { continue };
            if before.awaits_second {
                figures.seconded += 1;
                figures.agreed += u64::from(decision.kind == before.kind);
            } else if decision.kind.is_final()
                && decision.kind != before.kind
                && decision.reviewer != before.reviewer
            {
                figures.overturned += 1;
                if let Some((other, _)) = reviewers.get_mut(&before.reviewer) {
                    other.overturned += 1;
                }
            }
        }
        let mut all = Vec::new();
        for (name, (mut own, mut times)) in reviewers {
            times.sort_unstable();
            let gaps = times
                .windows(2)
                .map(|pair| (pair[1] - pair[0]).total(jiff::Unit::Second));
            let gaps: Vec<f64> = gaps
                .flatten()
                .filter(|seconds| *seconds <= LONGEST_SECONDS)
                .collect();
            own.median_seconds = median(gaps.clone());
            own.name = name;
            all.extend(gaps);
            figures.decisions += own.decisions;
            figures.reviewers.push(own);
        }
        figures.median_seconds = median(all);
        Ok(figures)
    }

    fn backlog(&self) -> Result<Vec<RunBacklog>, StoreError> {
        let sql = "SELECT indexed.run, runs.as_of, queue.status, count(*) FROM indexed
                   JOIN queue ON queue.run = indexed.run LEFT JOIN runs ON runs.id = indexed.run
                   GROUP BY indexed.run, queue.status
                   ORDER BY runs.as_of DESC, runs.rowid DESC, indexed.run DESC";
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare_cached(sql).map_err(&at)?;
        let mut rows = statement.query([]).map_err(&at)?;
        let mut backlog: Vec<RunBacklog> = Vec::new();
        while let Some(row) = rows.next().map_err(&at)? {
            let run: String = row.get(0).map_err(&at)?;
            let as_of: Option<String> = row.get(1).map_err(&at)?;
            let status: String = row.get(2).map_err(&at)?;
            let count: i64 = row.get(3).map_err(&at)?;
            if backlog.last().is_none_or(|last| last.run != run) {
                backlog.push(RunBacklog {
                    run,
                    as_of: as_of.and_then(|day| day.parse().ok()),
                    ..RunBacklog::default()
                });
            }
            if let Some(last) = backlog.last_mut() {
                last.count(&status, count);
            }
        }
        Ok(backlog)
    }
}

impl Store {
    /// What the newest runs found of a brand, at most `most` runs.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn brand_runs(&self, brand: &BrandId, most: usize) -> Result<Vec<RunBacklog>, StoreError> {
        // Run by run and status by status, so that only this brand's part of the index is passed.
        let sql = "SELECT status, (SELECT count(*) FROM queue
                       WHERE run = ?1 AND queue.status = statuses.status AND brand = ?2)
                   FROM (SELECT column1 AS status FROM (VALUES ('open'), ('second'), ('escalate'), ('unsure'),
                       ('test_buy'), ('confirm'), ('clear'))) AS statuses";
        let at = StoreError::at(&self.path);
        let newest =
            "SELECT indexed.run, runs.as_of FROM indexed LEFT JOIN runs ON runs.id = indexed.run
                      ORDER BY runs.as_of DESC, runs.rowid DESC, indexed.run DESC LIMIT ?1";
        let mut statement = self.connection.prepare_cached(newest).map_err(&at)?;
        let run = |row: &rusqlite::Row<'_>| {
            Ok(RunBacklog {
                run: row.get(0)?,
                as_of: row
                    .get::<_, Option<String>>(1)?
                    .and_then(|day| day.parse().ok()),
                ..RunBacklog::default()
            })
        };
        let runs = statement.query_map([most as i64], run).map_err(&at)?;
        let mut runs: Vec<RunBacklog> = runs.collect::<Result<_, _>>().map_err(&at)?;
        let mut statement = self.connection.prepare_cached(sql).map_err(&at)?;
        for run in &mut runs {
            let key = (run.run.clone(), brand.as_str());
            let mut rows = statement.query(key).map_err(&at)?;
            while let Some(row) = rows.next().map_err(&at)? {
                let status: String = row.get(0).map_err(&at)?;
                run.count(&status, row.get(1).map_err(&at)?);
            }
        }
        Ok(runs)
    }

    /// How many cases of a seller are in each status, over all runs, in the order of a case's life; at most 10,000 are
    /// counted.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn seller_history(&self, seller: &SellerId) -> Result<Vec<(Status, u64)>, StoreError> {
        let sql = "SELECT status, count(*) FROM (SELECT status FROM queue WHERE seller_id = ?1 AND ?1 <> ''
                   LIMIT 10000) GROUP BY status";
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare_cached(sql).map_err(&at)?;
        let count = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let rows = statement.query_map([seller.as_str()], count).map_err(&at)?;
        let counts: BTreeMap<String, i64> = rows.collect::<Result<_, _>>().map_err(&at)?;
        let found = |status: &Status| {
            counts
                .get(status.as_str())
                .map(|n| (*status, n.unsigned_abs()))
        };
        Ok(Status::ALL.iter().filter_map(found).collect())
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}
