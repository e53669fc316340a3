//! Decisions on one case.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::Desk;
use super::case::{candidate_of, case_for};
use super::extract::{Form, Path};
use super::golden;
use super::queue::{address, filter};
use super::request::{Answer, Fields, Refusal, Visit, field, submit, to};
use super::view::may_decide;
use crate::candidates::decision::{APPEALED, DISPUTED, Outcome, OutcomeKind, reason};
use crate::candidates::{Decision, DecisionKind, Ground};
use crate::store::{Case, Role, Status};

/// Characters of the longest note.
const LONGEST_NOTE: usize = 4000;

/// The kind, reason and note that a form asks for.
pub(super) fn asked(fields: &Fields) -> Result<(DecisionKind, String, String), Refusal> {
    let kind = DecisionKind::parse(field(fields, "kind"))
        .filter(|kind| *kind != DecisionKind::Undo)
        .ok_or_else(|| Refusal::Wrong("The form names no decision.".to_owned()))?;
    let code = field(fields, "reason");
    if [DISPUTED, APPEALED].contains(&code) {
        return Err(Refusal::Wrong(
            "A dispute or an appeal is noted on the decided case itself.".to_owned(),
        ));
    }
    // One list holds the reasons of all decisions: one that is for another decision was left over.
    let code = reason(kind, code).map_or("", |reason| reason.code);
    let note = field(fields, "note").trim();
    if note.chars().count() > LONGEST_NOTE {
        return Err(Refusal::Wrong(format!(
            "A note has at most {LONGEST_NOTE} characters."
        )));
    }
    Ok((kind, code.to_owned(), note.to_owned()))
}

/// Decides on one case; leads to the next.
pub(super) async fn one(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(id): Path<i64>,
    Form(fields): Form<Fields>,
) -> Response {
    submit(desk, headers, fields, move |visit, fields| {
        visit.must_decide()?;
        let case = case_for(visit, id)?;
        let is_golden = golden::is_asked(visit, &case)?;
        // Who may not decide on it is told so, whoever works on it.
        if !is_golden {
            must_decide_on(visit, &case)?;
        }
        let now = visit.now.as_second();
        if let Some(other) = case.claimed_by(now).filter(|name| *name != visit.user.name) {
            return Err(Refusal::Taken(format!("{other} is working on this one.")));
        }
        let seen = match field(fields, "seen") {
            "" => None,
            place => place.parse::<u64>().ok(),
        };
        let (kind, code, note) = asked(fields)?;
        if is_golden {
            golden::answer(visit, &case, kind, &code)?;
            let said = [
                ("done", kind.as_str()),
                ("listing", case.listing_id.as_str()),
            ];
            return go_on(visit, fields, &said);
        }
        let ground = asked_ground(visit, &case, kind, field(fields, "on_ground"))?;
        let mut decision = drafted(visit, &case, kind, ground)?;
        if decision.kind == kind {
            decision.reason = code;
        }
        decision.note = note;
        let kind = decision.kind.as_str();
        let turn = visit.desk.turn();
        let added = visit.store.append_after(&[(decision, seen)])?;
        drop(turn);
        if added.contains(&None) {
            return Err(Refusal::Taken(
                "Somebody decided on this one since you opened it. Load it again.".to_owned(),
            ));
        }
        let said = [("done", kind), ("listing", case.listing_id.as_str())];
        go_on(visit, fields, &said)
    })
    .await
}

/// Refuses whoever does not decide on a case that has got so far.
fn must_decide_on(visit: &Visit<'_>, case: &Case) -> Result<(), Refusal> {
    if may_decide(case.status, visit.user.role) {
        Ok(())
    } else {
        Err(Refusal::Forbidden(
            "This one is decided or escalated: only a lead decides on it.",
        ))
    }
}

/// The ground that a confirmation is to stand on; `None` for the candidate's own. Only one that a right of the brand's covers.
fn asked_ground(
    visit: &Visit<'_>,
    case: &Case,
    kind: DecisionKind,
    word: &str,
) -> Result<Option<Ground>, Refusal> {
    if kind != DecisionKind::Confirm || word.is_empty() || word == case.ground {
        return Ok(None);
    }
    let brand = visit
        .desk
        .brand(visit.store, &case.brand)?
        .ok_or(Refusal::Missing)?;
    let day = visit.desk.today();
    let offer = candidate_of(visit.desk, case)?.offer;
    let covered = |ground: &Ground| ground.right_of(&brand, day, &offer).is_some();
    let ground = Ground::parse(word).filter(covered);
    let no_right = || {
        Refusal::Wrong("No right of the brand's that is in force covers that ground.".to_owned())
    };
    ground.map(Some).ok_or_else(no_right)
}

/// A decision on a case, as the rules of review have it; on the candidate's ground where no other is given.
pub(super) fn drafted(
    visit: &Visit<'_>,
    case: &Case,
    kind: DecisionKind,
    ground: Option<Ground>,
) -> Result<Decision, Refusal> {
    must_decide_on(visit, case)?;
    let candidate = candidate_of(visit.desk, case)?;
    let model = visit.store.model_of(&case.run)?;
    let (name, now) = (visit.user.name.as_str(), visit.now);
    let mut decision = Decision::on(&candidate, &case.run, &model, kind, name, now);
    decision.ground = ground.or(decision.ground);
    let standing = visit.store.standing(&case.listing_id, &case.brand)?;
    if standing
        .as_ref()
        .is_some_and(|entry| entry.decision.is_contest())
    {
        let before = contested(visit, case)?;
        if before.is_some_and(|before| before.reviewer == visit.user.name) {
            return Err(Refusal::Forbidden(
                "You made the decision that is contested: another lead decides on it.",
            ));
        }
    }
    match standing.filter(|_| case.status == Status::Second) {
        Some(first) if first.decision.reviewer == visit.user.name => {
            return Err(Refusal::Forbidden(
                "You confirmed this one first: somebody else must look at it.",
            ));
        }
        // Two who disagree leave it to a lead, unless the second is one.
        Some(_) if kind == DecisionKind::Clear && visit.user.role < Role::Lead => {
            decision.kind = DecisionKind::Escalate;
            decision.ground = None;
            decision.reason = "disagreement".to_owned();
        }
        Some(_) => {}
        None => decision.awaits_second = visit.desk.rules.need_second(&decision, &candidate),
    }
    Ok(decision)
}

/// The decision that an owner's dispute or a seller's appeal is about.
fn contested(visit: &Visit<'_>, case: &Case) -> Result<Option<Decision>, Refusal> {
    let entries = visit.store.decisions_on(&case.listing_id, &case.brand)?;
    let undone: Vec<u64> = entries
        .iter()
        .filter_map(|entry| entry.decision.undoes)
        .collect();
    let last = entries
        .into_iter()
        .rev()
        .find(|entry| entry.decision.kind.is_final() && !undone.contains(&entry.place));
    Ok(last.map(|entry| entry.decision))
}

/// Leaves a decided case to a lead: a brand's owner disputes what was cleared, or a seller's appeal against what was
/// confirmed is noted.
pub(super) async fn contest(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(id): Path<i64>,
    Form(fields): Form<Fields>,
) -> Response {
    submit(desk, headers, fields, move |visit, fields| {
        let case = case_for(visit, id)?;
        let (against, code) = if visit.user.role == Role::BrandOwner {
            (DecisionKind::Clear, DISPUTED)
        } else {
            visit.must_decide()?;
            (DecisionKind::Confirm, APPEALED)
        };
        // A golden case looks open until it is answered.
        if case.status != Status::Decided(against) || golden::is_asked(visit, &case)? {
            return Err(Refusal::Taken(
                "What you contest does not stand (any more).".to_owned(),
            ));
        }
        let note = field(fields, "note").trim();
        if note.is_empty() || note.chars().count() > LONGEST_NOTE {
            return Err(Refusal::Wrong(format!(
                "Say why, in up to {LONGEST_NOTE} characters."
            )));
        }
        let earlier = visit.store.decisions_on(&case.listing_id, &case.brand)?;
        let repeated = earlier
            .iter()
            .any(|entry| entry.decision.reason == DISPUTED);
        if code == DISPUTED && repeated {
            return Err(Refusal::Taken(
                "This one was disputed before, and a lead decided.".to_owned(),
            ));
        }
        let candidate = candidate_of(visit.desk, &case)?;
        let model = visit.store.model_of(&case.run)?;
        let (name, now) = (visit.user.name.as_str(), visit.now);
        let escalate = DecisionKind::Escalate;
        let mut decision = Decision::on(&candidate, &case.run, &model, escalate, name, now);
        code.clone_into(&mut decision.reason);
        note.clone_into(&mut decision.note);
        let _turn = visit.desk.turn();
        let added = visit.store.append_after(&[(decision, case.decision)])?;
        if added.contains(&None) {
            return Err(Refusal::Taken(
                "Somebody decided on it meanwhile.".to_owned(),
            ));
        }
        // Outcomes are kept by the confirmation that they are about.
        if let Some(decision) = case.decision.filter(|_| code == APPEALED) {
            visit.store.add_outcomes(&[Outcome {
                decision,
                kind: OutcomeKind::Appealed,
                day: visit.desk.today(),
                note: note.to_owned(),
            }])?;
        }
        to(&address(fields, &format!("/case/{id}"), &[]))
    })
    .await
}

/// To the next case that the filters leave, or back to the queue.
fn go_on(visit: &mut Visit<'_>, fields: &Fields, said: &[(&str, &str)]) -> Answer {
    let mut filter = filter(visit, fields)?;
    if filter.status.is_none_or(Status::is_final) {
        filter.status = Some(Status::Open);
    }
    if let Some(id) = golden::instead(visit, &filter)? {
        return to(&address(fields, &format!("/case/{id}"), said));
    }
    let now = visit.now.as_second();
    let until = now + visit.desk.rules.lock_minutes * 60;
    match visit
        .store
        .next_case(&filter, &visit.user.name, now, until)?
    {
        Some(id) => to(&address(fields, &format!("/case/{id}"), said)),
        None => {
            let mut said = said.to_vec();
            if !said.iter().any(|(name, _)| *name == "done") {
                said.push(("empty", "1"));
            }
            to(&address(fields, "/queue", &said))
        }
    }
}

/// Takes the next case that nobody works on.
pub(super) async fn next(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    submit(desk, headers, fields, |visit, fields| {
        visit.must_decide()?;
        {
            let _turn = visit.desk.turn();
            visit.store.release(&visit.user.name)?;
        }
        go_on(visit, fields, &[])
    })
    .await
}
