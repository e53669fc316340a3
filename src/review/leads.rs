//! How the work goes, for leads.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::Desk;
use super::ages::{Age, ages};
use super::queue::encoded;
use super::request::{html, visit};
use super::view::{Top, share};
use crate::export::display::visible;
use crate::store::{DeskFigures, ReviewerFigures};

#[derive(Template)]
#[template(path = "review/leads.html")]
struct LeadsPage {
    top: Top,
    days: i64,
    target: i64,
    backlog: Vec<Backlog>,
    /// How long cases wait, of all brands and of each.
    age: Age,
    ages: Vec<Age>,
    reviewers: Vec<Reviewer>,
    seconds: String,
    agreement: String,
    overturned: u64,
    decisions: u64,
    golden: String,
    missed: Vec<Missed>,
}

/// A golden case that reviewers answered otherwise.
struct Missed {
    id: String,
    wrong: u64,
    answered: u64,
}

/// What waits in one run.
struct Backlog {
    run: String,
    /// As part of an address.
    address: String,
    as_of: String,
    open: u64,
    second: u64,
    escalated: u64,
    pending: u64,
    decided: u64,
}

/// One reviewer's work.
struct Reviewer {
    name: String,
    decisions: u64,
    confirmed: String,
    median: String,
    undone: u64,
    overturned: u64,
    golden: String,
}

/// Days that the page looks back on.
const DAYS: i64 = 30;

/// How the work goes.
pub(super) async fn page(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    visit(desk, headers, |visit| {
        visit.must_lead()?;
        visit.desk.index_runs(visit.store)?;
        let target = visit.desk.rules.target_hours;
        let since = visit.now - jiff::SignedDuration::from_hours(24 * DAYS);
        let figures: DeskFigures = visit.store.desk_figures(since)?;
        let found = visit.store.ages(visit.now, since, target)?;
        let (age, ages) = ages(&found, visit.now);
        let backlog = figures.backlog.iter().map(|run| Backlog {
            run: visible(&run.run, 60),
            address: encoded(&run.run),
            as_of: run.as_of.map_or_else(String::new, |day| day.to_string()),
            open: run.open,
            second: run.second,
            escalated: run.escalated,
            pending: run.pending,
            decided: run.confirmed + run.cleared,
        });
        let golden = visit.store.golden_by_reviewer(since)?;
        let said = |right: u64, answered: u64| format!("{right} of {answered}");
        // Who only answered golden cases is a reviewer as well.
        let known = |name: &str| figures.reviewers.iter().any(|one| one.name == name);
        let others = golden.iter().filter(|one| !known(&one.of));
        let others: Vec<_> = others
            .map(|one| ReviewerFigures {
                name: one.of.clone(),
                ..ReviewerFigures::default()
            })
            .collect();
        let reviewers = figures.reviewers.iter().chain(&others).map(|one| Reviewer {
            name: visible(&one.name, 60),
            decisions: one.decisions,
            confirmed: share(one.confirmed, one.decisions),
            median: one.median_seconds.map_or_else(|| "–".to_owned(), seconds),
            undone: one.undone,
            overturned: one.overturned,
            golden: golden
                .iter()
                .find(|figures| figures.of == one.name)
                .map_or_else(|| "–".to_owned(), |one| said(one.right, one.answered)),
        });
        let by_case = visit.store.golden_by_case(since)?;
        let (right, answered) = golden.iter().fold((0, 0), |(right, answered), one| {
            (right + one.right, answered + one.answered)
        });
        html(&LeadsPage {
            top: visit.top("leads"),
            days: DAYS,
            target,
            backlog: backlog.collect(),
            age,
            ages,
            reviewers: reviewers.collect(),
            seconds: figures
                .median_seconds
                .map_or_else(|| "none yet".to_owned(), seconds),
            agreement: share(figures.agreed, figures.seconded),
            overturned: figures.overturned,
            decisions: figures.decisions,
            golden: share(right, answered),
            missed: by_case
                .into_iter()
                .filter(|one| one.right < one.answered)
                .map(|one| Missed {
                    wrong: one.answered - one.right,
                    answered: one.answered,
                    id: one.of,
                })
                .take(20)
                .collect(),
        })
    })
    .await
}

fn seconds(seconds: f64) -> String {
    if seconds < 90.0 {
        format!("{seconds:.0} s")
    } else {
        format!("{:.1} min", seconds / 60.0)
    }
}
