//! Figures about the work at the review desk.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Store, StoreError};
use crate::candidates::DecisionKind;

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
    /// Decisions that another person's later decision on the same case replaced, second reviews aside.
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
    /// Confirmed or cleared.
    pub decided: u64,
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
        // The last decision on each case: who, whether it waits for a second reviewer.
        let mut last: BTreeMap<(String, String), (String, bool)> = BTreeMap::new();
        for entry in self.decisions_since(since)? {
            let decision = entry.decision;
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
            let now = (decision.reviewer, decision.awaits_second);
            match last.insert(key, now.clone()) {
                Some((_, true)) => {
                    figures.seconded += 1;
                    figures.agreed += u64::from(decision.kind == DecisionKind::Confirm);
                }
                Some((before, false)) => figures.overturned += u64::from(before != now.0),
                None => {}
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
                let slot = match status.as_str() {
                    "open" => &mut last.open,
                    "second" => &mut last.second,
                    "escalate" => &mut last.escalated,
                    "unsure" | "test_buy" => &mut last.pending,
                    _ => &mut last.decided,
                };
                *slot += count.unsigned_abs();
            }
        }
        Ok(backlog)
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
