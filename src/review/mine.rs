//! What a reviewer decided, and taking it back.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;

use super::Desk;
use super::case::NAME_LIMIT;
use super::extract::{Form, Query};
use super::golden;
use super::queue::{Notice, address, encoded};
use super::request::{Answer, Fields, Refusal, Visit, field, html, submit, to, visit};
use super::view::Top;
use crate::candidates::decision::reason;
use crate::export::display::visible;
use crate::store::{OwnDecision, OwnState, Which};

/// Decisions on a page.
const PAGE: usize = 50;
/// Decisions of the greatest batch.
const MOST_IN_BATCH: usize = 1000;

#[derive(Template)]
#[template(path = "review/mine.html")]
struct MinePage {
    top: Top,
    /// What was decided together, if the page is about that.
    batch: String,
    /// Of a batch: how many there are, and how many can be taken back.
    all: usize,
    standing: usize,
    rows: Vec<Row>,
    older: Option<String>,
    notice: Option<Notice>,
    fields: Vec<(&'static str, String)>,
}

/// One decision.
struct Row {
    at: Timestamp,
    title: String,
    case: Option<i64>,
    listing: String,
    label: &'static str,
    kind: &'static str,
    note: String,
    /// What became of it; empty where it stands.
    became: String,
    /// The field that takes it back, and its value; `None` where it cannot be.
    undo: Option<(&'static str, String)>,
    /// The batch that it is one of, as part of an address; may be empty.
    batch: String,
}

impl Row {
    fn new(own: &OwnDecision) -> Self {
        let decision = &own.entry.decision;
        let code = reason(decision.kind, &decision.reason).map_or_else(
            || decision.reason.replace('_', " "),
            |one| one.label.to_owned(),
        );
        let title = own.case.as_ref().map_or("", |(_, title)| title.as_str());
        Self {
            at: decision.decided_at,
            title: visible(title, 2 * NAME_LIMIT),
            case: own.case.as_ref().map(|(id, _)| *id),
            listing: visible(decision.listing_id.as_str(), NAME_LIMIT),
            label: decision.kind.label(),
            kind: decision.kind.as_str(),
            note: visible(format!("{code} {}", decision.note).trim(), 2 * NAME_LIMIT),
            became: became(&own.state),
            undo: (own.state == OwnState::Stands).then(|| ("place", own.entry.place.to_string())),
            batch: encoded(&decision.batch),
        }
    }

    /// For people.
    fn when(&self) -> String {
        self.at.strftime("%Y-%m-%d %H:%M UTC").to_string()
    }
}

/// What became of a decision, for people; empty where it stands.
fn became(state: &OwnState) -> String {
    match state {
        OwnState::Stands => String::new(),
        OwnState::TakenBack => "Taken back".to_owned(),
        OwnState::Replaced { by, kind, at } => format!(
            "Stays: {} decided on it since ({}, {})",
            visible(by, NAME_LIMIT),
            kind.label(),
            at.strftime("%Y-%m-%d %H:%M UTC")
        ),
    }
}

/// What the user decided, the newest first, or all of one batch.
pub(super) async fn page(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Query(fields): Query<Fields>,
) -> Response {
    visit(desk, headers, move |visit| {
        visit.must_decide()?;
        match field(&fields, "batch") {
            "" => recent(visit, &fields),
            batch => together(visit, &fields, batch),
        }
    })
    .await
}

fn recent(visit: &Visit<'_>, fields: &Fields) -> Answer {
    let name = visit.user.name.as_str();
    let before = field(fields, "before").parse().unwrap_or(u64::MAX);
    let own = visit
        .store
        .own_decisions(name, Which::Before(before), PAGE)?;
    // Answers to golden cases are among them: what is missing here would tell which these were.
    let until = match visit.store.own_decisions(name, Which::At(before), 1)?.pop() {
        Some(last) => last.entry.decision.decided_at,
        None => Timestamp::MAX,
    };
    let last = own.last().filter(|_| own.len() == PAGE);
    let from = last.map_or(Timestamp::MIN, |last| last.entry.decision.decided_at);
    let golden = visit.store.golden_answers_of(name, from, until, PAGE)?;
    let golden = golden.into_iter().map(|answer| Row {
        at: answer.at,
        title: visible(&answer.title, 2 * NAME_LIMIT),
        case: Some(answer.case),
        listing: String::new(),
        label: answer.kind.label(),
        kind: answer.kind.as_str(),
        note: String::new(),
        became: String::new(),
        undo: Some(("golden", answer.case.to_string())),
        batch: String::new(),
    });
    let older = last.map(|last| format!("/mine?before={}", last.entry.place));
    let mut rows: Vec<Row> = own.iter().map(Row::new).chain(golden).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    html(&MinePage {
        top: visit.top("mine"),
        batch: String::new(),
        all: rows.len(),
        standing: 0,
        rows,
        older,
        notice: Notice::of(fields),
        fields: Vec::new(),
    })
}

fn together(visit: &Visit<'_>, fields: &Fields, batch: &str) -> Answer {
    let name = visit.user.name.as_str();
    let own = visit
        .store
        .own_decisions(name, Which::Batch(batch), MOST_IN_BATCH)?;
    if own.is_empty() {
        return Err(Refusal::Missing);
    }
    let count = |state: fn(&OwnState) -> bool| own.iter().filter(|one| state(&one.state)).count();
    let taken_back = count(|state| *state == OwnState::TakenBack);
    let replaced = count(|state| matches!(state, OwnState::Replaced { .. }));
    let mut text = format!("Taken back: {taken_back} of {}.", own.len());
    if replaced > 0 {
        let others = match replaced {
            1 => "The other one stays: it was".to_owned(),
            many => format!("The other {many} stay: they were"),
        };
        text.push_str(&format!(
            " {others} decided on again since, as the list says."
        ));
    }
    let notice = Notice::without_undo(text);
    html(&MinePage {
        top: visit.top("mine"),
        batch: batch.to_owned(),
        all: own.len(),
        standing: count(|state| *state == OwnState::Stands),
        rows: own.iter().map(Row::new).collect(),
        older: None,
        notice: (!field(fields, "undone").is_empty()).then_some(notice),
        fields: Vec::new(),
    })
}

/// Takes back one decision of the user's, a whole batch of theirs, or the last thing that they did.
pub(super) async fn undo(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    submit(desk, headers, fields, |visit, fields| {
        visit.must_decide()?;
        let name = visit.user.name.clone();
        let batch = field(fields, "batch");
        if !batch.is_empty() {
            let own = visit
                .store
                .own_decisions(&name, Which::Batch(batch), MOST_IN_BATCH)?;
            take_back(visit, &own)?;
            return to(&format!("/mine?batch={}&undone=1", encoded(batch)));
        }
        let golden = match field(fields, "golden") {
            "" if field(fields, "place").is_empty() => golden::take_back(visit)?,
            "" => None,
            case => Some(golden::take_back_on(visit, case.parse().unwrap_or(0))?),
        };
        if let Some(case) = golden {
            return after(fields, Some(case));
        }
        let place = match field(fields, "place") {
            "" => visit
                .store
                .last_decision_of(&name)?
                .map(|entry| entry.place),
            place => place.parse().ok(),
        };
        let own = visit
            .store
            .own_decisions(&name, Which::At(place.unwrap_or(0)), 1)?;
        let Some(one) = own.first() else {
            return Err(Refusal::Wrong("There is nothing to take back.".to_owned()));
        };
        if take_back(visit, &own)? == 0 {
            return Err(Refusal::Taken(match became(&one.state) {
                state if state.is_empty() => "Somebody decided on it meanwhile.".to_owned(),
                state => format!("{state}."),
            }));
        }
        after(fields, one.case.as_ref().map(|(id, _)| *id))
    })
    .await
}

/// Where to go when something was taken back: to the list where it was done there, else to the case.
fn after(fields: &Fields, case: Option<i64>) -> Answer {
    match case.filter(|_| field(fields, "back") != "mine") {
        Some(case) => to(&address(
            fields,
            &format!("/case/{case}"),
            &[("undone", "1")],
        )),
        None => to("/mine?undone=1"),
    }
}

/// Takes back what still stands of these; gives how many that were.
fn take_back(visit: &mut Visit<'_>, own: &[OwnDecision]) -> Result<usize, Refusal> {
    let (name, now) = (visit.user.name.clone(), visit.now);
    let standing = own.iter().filter(|one| one.state == OwnState::Stands);
    let undoing: Vec<_> = standing
        .map(|one| {
            let place = one.entry.place;
            let undo = one.entry.decision.undone(place, &name, now);
            (undo, Some(place))
        })
        .collect();
    let _turn = visit.desk.turn();
    // Whoever decided between the look and this has the last word.
    let added = visit.store.append_after(&undoing)?;
    Ok(added.iter().flatten().count())
}
