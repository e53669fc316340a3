//! Many decisions at once: all cases of a narrow list are shown, and those that are ticked are decided alike.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::Desk;
use super::case::case_for;
use super::decide::{asked, drafted};
use super::extract::{Form, Query};
use super::queue::{FILTER_FIELDS, address, filter};
use super::request::{Fields, Refusal, Visit, field, html, submit, to, visit};
use super::view::{Button, Line, Top, buttons};
use crate::store::{Filter, Status};

/// Most decisions at once.
const MOST_AT_ONCE: usize = 500;
/// Before a case's number, the name of the field that ticks it.
const PICK: &str = "pick";

#[derive(Template)]
#[template(path = "review/bulk.html")]
struct BulkPage {
    top: Top,
    lines: Vec<Line>,
    /// Cases of the list beyond those that are shown.
    more: u64,
    fields: Vec<(&'static str, String)>,
    back: String,
    query: String,
    buttons: Vec<Button>,
}

/// Whether a list is narrow enough to be decided on as one.
pub(super) fn is_narrow(filter: &Filter) -> bool {
    !filter.seller.is_empty()
        || filter.words.trim().chars().count() >= 3
        || !filter.brands.is_empty() && !filter.ground.is_empty()
}

/// The open cases of a list, all of them on one page, to be ticked.
pub(super) async fn page(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Query(fields): Query<Fields>,
) -> Response {
    visit(desk, headers, move |visit| {
        visit.must_decide()?;
        let filter = filter(visit, &fields)?;
        if filter.status.is_some_and(|status| status != Status::Open) {
            return Err(Refusal::Wrong(
                "Only open cases are decided together.".to_owned(),
            ));
        }
        let filter = Filter {
            status: Some(Status::Open),
            ..filter
        };
        if !is_narrow(&filter) {
            return Err(Refusal::Wrong(
                "Narrow the list first: by seller, by words, or by brand and ground.".to_owned(),
            ));
        }
        let found = visit.store.queue_page(&filter, 0, MOST_AT_ONCE)?;
        let lines = found.cases.iter().map(|case| Line::new(case, visit));
        html(&BulkPage {
            top: visit.top("queue"),
            more: found.count - found.cases.len() as u64,
            lines: lines.collect(),
            fields: FILTER_FIELDS
                .iter()
                .map(|name| (*name, field(&fields, name).to_owned()))
                .collect(),
            back: address(&fields, "/queue", &[]),
            query: address(&fields, "", &[]),
            buttons: buttons(),
        })
    })
    .await
}

/// Decides on the cases that are ticked, and on no others: what came into the list since was not looked at.
pub(super) async fn decide(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    submit(desk, headers, fields, |visit, fields| {
        visit.must_decide()?;
        let (kind, code, note) = asked(fields)?;
        let picked: Vec<i64> = fields
            .keys()
            .filter_map(|name| name.strip_prefix(PICK)?.parse().ok())
            .collect();
        if picked.is_empty() || picked.len() > MOST_AT_ONCE {
            return Err(Refusal::Wrong(format!(
                "Tick the cases to decide on: one at least, {MOST_AT_ONCE} at most."
            )));
        }
        let batch = format!("{} {}", visit.now, visit.user.name);
        let mut decisions = Vec::new();
        for id in &picked {
            let case = case_for(visit, *id)?;
            if case.status != Status::Open || is_anothers(visit, &case) {
                continue;
            }
            let mut decision = drafted(visit, &case, kind, None)?;
            decision.reason.clone_from(&code);
            decision.note.clone_from(&note);
            decision.batch.clone_from(&batch);
            decisions.push((decision, case.decision));
        }
        let turn = visit.desk.turn();
        let added = visit.store.append_after(&decisions)?;
        drop(turn);
        let decided = added.iter().flatten().count();
        let left = picked.len() - decided;
        let listing = match decided {
            1 => "1 listing".to_owned(),
            _ => format!("{decided} listings"),
        };
        let left = match left {
            0 => String::new(),
            _ => left.to_string(),
        };
        let said = [
            ("done", kind.as_str()),
            ("listing", listing.as_str()),
            ("left", left.as_str()),
            ("batch", if decided > 0 { batch.as_str() } else { "-" }),
        ];
        to(&address(fields, "/queue", &said))
    })
    .await
}

/// Whether somebody else works on a case.
fn is_anothers(visit: &Visit<'_>, case: &crate::store::Case) -> bool {
    let now = visit.now.as_second();
    case.claimed_by(now)
        .is_some_and(|name| name != visit.user.name)
}
