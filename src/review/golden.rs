//! Golden cases: decided ones with an answer that a lead holds to be known, mixed among what analysts take next.
//!
//! A reviewer who has one sees it as any open case. What the reviewer answers is kept apart from the log of decisions.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::Desk;
use super::case::case_for;
use super::extract::{Form, Path};
use super::request::{Fields, Refusal, Visit, field, submit, to};
use crate::candidates::DecisionKind;
use crate::store::{Case, Filter, Role, Status};

/// Makes a decided case a golden one, or no longer.
pub(super) async fn change(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(id): Path<i64>,
    Form(fields): Form<Fields>,
) -> Response {
    submit(desk, headers, fields, move |visit, fields| {
        visit.must_lead()?;
        let case = case_for(visit, id)?;
        let _turn = visit.desk.turn();
        match (field(fields, "act"), case.status) {
            ("remove", _) => visit.store.remove_golden(id)?,
            ("add", Status::Decided(kind)) if kind.is_final() => {
                let by = visit.user.name.clone();
                visit.store.add_golden(id, kind, &by, visit.now)?;
            }
            _ => {
                return Err(Refusal::Wrong(
                    "Only what is confirmed or cleared has a known answer.".to_owned(),
                ));
            }
        }
        to(&format!("/case/{id}"))
    })
    .await
}

/// A golden case in place of the next one, where it is its turn.
pub(super) fn instead(visit: &mut Visit<'_>, filter: &Filter) -> Result<Option<i64>, Refusal> {
    let every = visit.desk.rules.golden_every;
    if every == 0 || visit.user.role != Role::Analyst || filter.status != Some(Status::Open) {
        return Ok(None);
    }
    // A reviewer cannot tell when: by the time and the name, and not by counting.
    let text = format!("golden {} {}", visit.user.name, visit.now);
    let drawn = u32::from_le_bytes(
        *blake3::hash(text.as_bytes())
            .as_bytes()
            .first_chunk()
            .unwrap_or(&[0; 4]),
    );
    if drawn % every != 0 {
        return Ok(None);
    }
    let _turn = visit.desk.turn();
    Ok(visit
        .store
        .hand_golden(&visit.user.name, filter, visit.now)?)
}

/// Whether the user has this case as a golden one and has not answered.
pub(super) fn is_asked(visit: &Visit<'_>, case: &Case) -> Result<bool, Refusal> {
    let possible = visit.user.role == Role::Analyst && case.status.is_final();
    Ok(possible
        && visit
            .store
            .awaits_golden_answer(case.id, &visit.user.name)?)
}

/// The case as if nobody had looked at it.
pub(super) fn as_open(case: Case) -> Case {
    Case {
        status: Status::Open,
        decision: None,
        claim: None,
        ..case
    }
}

/// Keeps an answer.
pub(super) fn answer(
    visit: &mut Visit<'_>,
    case: &Case,
    kind: DecisionKind,
    reason: &str,
) -> Result<(), Refusal> {
    let _turn = visit.desk.turn();
    let (name, now) = (visit.user.name.as_str(), visit.now);
    if visit
        .store
        .answer_golden(case.id, name, Some((kind, reason)), now)?
    {
        Ok(())
    } else {
        Err(Refusal::Taken(
            "You decided on this one already.".to_owned(),
        ))
    }
}

/// Takes back the user's last answer where it is the last thing that the user did; gives the case.
pub(super) fn take_back(visit: &mut Visit<'_>) -> Result<Option<i64>, Refusal> {
    let name = visit.user.name.clone();
    let Some((case, at)) = visit.store.last_golden_answer(&name)? else {
        return Ok(None);
    };
    let decided = visit.store.last_decision_of(&name)?;
    if decided.is_some_and(|entry| entry.decision.decided_at > at) {
        return Ok(None);
    }
    let _turn = visit.desk.turn();
    let done = visit.store.answer_golden(case, &name, None, visit.now)?;
    Ok(done.then_some(case))
}

/// Takes back the user's answer to a golden case; gives the case.
pub(super) fn take_back_on(visit: &mut Visit<'_>, case: i64) -> Result<i64, Refusal> {
    let name = visit.user.name.clone();
    let _turn = visit.desk.turn();
    if visit.store.answer_golden(case, &name, None, visit.now)? {
        Ok(case)
    } else {
        Err(Refusal::Wrong("There is nothing to take back.".to_owned()))
    }
}
