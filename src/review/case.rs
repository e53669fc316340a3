//! One case: the listing beside what it is held against, and the buttons.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::Desk;
use super::drafts::Offered;
use super::extract::{Path, Query};
use super::facts::{facts, forget_the_seller, right};
use super::golden;
use super::marked::{Piece, mentions, pieces, without_contacts};
use super::overlay::matrix;
use super::past::{Past, past};
use super::price::Price;
use super::queue::{FILTER_FIELDS, Notice, address};
use super::request::{Fields, Refusal, Visit, field, html, visit};
use super::view::{Button, Choice, Line, Top, buttons, ground, may_decide};
use crate::candidates::decision::DISPUTED;
use crate::candidates::{Candidate, DecisionKind, Evidence, Ground, Offer};
use crate::export;
use crate::export::display::{percent, visible};
use crate::export::report::{Waterfall, web_address};
use crate::export::side_by_side::{hit_of, points};
use crate::signals::ReadListing;
use crate::store::{Case, Role, Status};
use crate::text::Field;

pub(super) const SENTENCE_LIMIT: usize = 400;
pub(super) const NAME_LIMIT: usize = 80;

#[derive(Template)]
#[template(path = "review/case.html")]
struct CasePage {
    top: Top,
    line: Line,
    title: Vec<Piece>,
    description: Vec<Piece>,
    ground: &'static str,
    ground_reason: String,
    right: String,
    product: Option<String>,
    reasons: Vec<String>,
    in_favour: Vec<String>,
    price: Price,
    facts: Vec<(&'static str, String)>,
    images: Vec<Image>,
    reference: Option<String>,
    overlay: Option<Overlay>,
    waterfall: Waterfall,
    /// Other cases, each with what it is like this one in.
    similar: Vec<(Line, String)>,
    history: Vec<Past>,
    link: Option<String>,
    may_decide: bool,
    drafts: Offered,
    contest: Option<&'static str>,
    /// For leads: whether a decided case is a golden one.
    golden: Option<bool>,
    seller_history: Vec<(Status, u64)>,
    claimed: String,
    minutes: i64,
    buttons: Vec<Button>,
    /// The grounds that a right of the brand's covers, where there is more than the candidate's own.
    grounds: Vec<Choice>,
    seen: String,
    fields: Vec<(&'static str, String)>,
    back: String,
    notice: Option<Notice>,
}

/// One of the listing's pictures.
struct Image {
    number: usize,
    name: String,
    kept: bool,
    main: bool,
}

/// Where the two pictures match.
struct Overlay {
    listing: String,
    reference: String,
    matrix: Option<String>,
}

/// The case, if the user may see it.
pub(super) fn case_for(visit: &Visit<'_>, id: i64) -> Result<Case, Refusal> {
    let case = visit.store.case(id)?.ok_or(Refusal::Missing)?;
    if visit.user.may_see(&case.brand) {
        Ok(case)
    } else {
        Err(Refusal::Missing)
    }
}

/// The whole candidate of a case.
pub(super) fn candidate_of(desk: &Desk, case: &Case) -> Result<Candidate, Refusal> {
    let folder = desk.workspace.run(&case.run);
    let folder = folder.ok_or_else(|| {
        Refusal::Wrong(format!(
            "The folder of the run {} is gone.",
            visible(&case.run, NAME_LIMIT)
        ))
    })?;
    Ok(export::candidates::read_at(
        &folder.join("candidates.ndjson"),
        case.place,
    )?)
}

/// The grounds that a confirmation may stand on; none where the candidate's own is the only one, or nobody decides.
fn grounds(
    visit: &Visit<'_>,
    case: &Case,
    offer: &Offer,
    open: bool,
) -> Result<Vec<Choice>, Refusal> {
    let brand = if open {
        visit.desk.brand(visit.store, &case.brand)?
    } else {
        None
    };
    let Some(brand) = brand else {
        return Ok(Vec::new());
    };
    let day = visit.desk.today();
    let choices: Vec<Choice> = Ground::ALL
        .into_iter()
        .filter(|one| one.as_str() == case.ground || one.right_of(&brand, day, offer).is_some())
        .map(|one| {
            Choice::new(
                one.as_str(),
                ground(one.as_str()),
                one.as_str() == case.ground,
            )
        })
        .collect();
    Ok(if choices.len() > 1 {
        choices
    } else {
        Vec::new()
    })
}

/// What was read from a candidate's listing, as it was kept.
pub(super) fn record_of(desk: &Desk, case: &Case, candidate: &Candidate) -> Option<ReadListing> {
    let folder = desk.workspace.run(&case.run)?;
    let bytes = Evidence::below(&folder.join("evidence")).read(candidate.record.as_deref()?);
    serde_json::from_slice(&bytes.ok()?).ok()
}

/// One case; opening it makes it the user's for a while.
pub(super) async fn page(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(id): Path<i64>,
    Query(fields): Query<Fields>,
) -> Response {
    visit(desk, headers, move |visit| {
        let mut case = case_for(visit, id)?;
        let now = visit.now.as_second();
        let decided = case.status;
        let golden = visit.store.golden(id)?.is_some();
        let asked = golden::is_asked(visit, &case)?;
        if asked {
            case = golden::as_open(case);
        }
        // Who confirmed first leaves the second look to somebody else.
        let first = case.status == Status::Second
            && visit
                .store
                .standing(&case.listing_id, &case.brand)?
                .is_some_and(|entry| entry.decision.reviewer == visit.user.name);
        let open = visit.decides() && !first && may_decide(case.status, visit.user.role);
        if open && !asked && !case.status.is_final() {
            let length = visit.desk.rules.lock_minutes * 60;
            let own = case
                .claim
                .as_ref()
                .is_some_and(|(name, until)| *name == visit.user.name && until - now > length - 60);
            // Whoever was led here by the last decision has it already.
            if !own {
                let _turn = visit.desk.turn();
                // One at a time: who looks around holds nobody up.
                visit.store.release(&visit.user.name)?;
                visit.store.claim(id, &visit.user.name, now, now + length)?;
                case = case_for(visit, id)?;
            }
        }
        let mut candidate = candidate_of(visit.desk, &case)?;
        let read = record_of(visit.desk, &case, &candidate);
        let drafts = if case.status == Status::Decided(DecisionKind::Confirm) {
            Offered::of(visit, &case, &candidate, read.as_ref())?
        } else {
            Offered::default()
        };
        if visit.user.role == Role::BrandOwner {
            forget_the_seller(&mut candidate);
        }
        let line = Line::new(&case, visit);
        let owner = visit.user.role == Role::BrandOwner;
        let contacts = read
            .as_ref()
            .map_or(&[][..], |read| &read.signals.reading.contacts);
        let text = |text: &str| {
            if owner {
                without_contacts(text, contacts)
            } else {
                text.to_owned()
            }
        };
        let (mut similar, mut seller_history) = (Vec::new(), Vec::new());
        if !owner {
            similar = visit.store.similar(&case, 12)?;
            seller_history = visit.store.seller_history(&case.seller_id)?;
        }
        let mut history = visit.store.decisions_on(&case.listing_id, &case.brand)?;
        let disputed = history
            .iter()
            .any(|entry| entry.decision.reason == DISPUTED);
        if asked {
            // What was decided on this very listing would give the answer away.
            history.clear();
            similar.retain(|other| other.case.listing_id != case.listing_id);
            for (status, count) in &mut seller_history {
                *count -= u64::from(*status == decided);
            }
            seller_history.retain(|(_, count)| *count > 0);
        }
        let shown = |texts: &[String]| {
            texts
                .iter()
                .map(|text| visible(text, SENTENCE_LIMIT))
                .collect()
        };
        let listing = read.as_ref().map(|read| &read.listing);
        let claimed = line.claimed.clone();
        html(&CasePage {
            top: visit.top("case"),
            title: pieces(
                &text(&candidate.title),
                mentions(read.as_ref(), Field::Title),
            ),
            description: listing.map_or_else(Vec::new, |listing| {
                pieces(
                    &text(&listing.description),
                    mentions(read.as_ref(), Field::Description),
                )
            }),
            ground: ground(&case.ground),
            ground_reason: visible(&candidate.ground_reason, SENTENCE_LIMIT),
            right: right(&candidate),
            product: candidate.product.as_ref().map(|product| {
                format!(
                    "{} [{}], {} by {}",
                    visible(&product.title, NAME_LIMIT),
                    visible(product.product_id.as_str(), NAME_LIMIT),
                    percent(product.probability),
                    visible(&product.why, NAME_LIMIT)
                )
            }),
            reasons: shown(&candidate.reasons),
            in_favour: shown(&candidate.in_favour),
            price: Price::new(&candidate.price),
            facts: facts(candidate.case.as_ref(), listing, visit),
            images: images(&candidate),
            reference: candidate
                .reference_image
                .as_ref()
                .map(|_| caption(&candidate)),
            overlay: hit_of(&candidate, read.as_ref()).map(|hit| Overlay {
                listing: points(&hit.in_query),
                reference: points(&hit.in_reference),
                matrix: matrix(&hit.in_reference, &hit.in_query),
            }),
            waterfall: Waterfall::new(&candidate),
            similar: similar
                .iter()
                .map(|other| {
                    let by = other.by.iter().map(|likeness| likeness.label());
                    let by: Vec<&str> = by.collect();
                    (Line::new(&other.case, visit), by.join(", "))
                })
                .collect(),
            history: past(&history, candidate.ground, &visit.user),
            link: web_address(&candidate.link),
            may_decide: open && claimed.is_empty(),
            drafts,
            contest: match case.status {
                Status::Decided(DecisionKind::Clear) if owner && !disputed => {
                    Some("Dispute this decision")
                }
                Status::Decided(DecisionKind::Confirm) if visit.decides() => {
                    Some("Note a seller's appeal")
                }
                _ => None,
            },
            golden: (visit.user.role >= Role::Lead && case.status.is_final()).then_some(golden),
            seller_history,
            claimed,
            // A golden case is nobody's, and looks like one that was just opened.
            minutes: match &case.claim {
                _ if asked => visit.desk.rules.lock_minutes,
                Some((_, until)) => ((until - now).max(0) + 59) / 60,
                None => 0,
            },
            buttons: buttons(),
            grounds: grounds(visit, &case, &candidate.offer, open)?,
            seen: case
                .decision
                .map_or_else(String::new, |place| place.to_string()),
            fields: FILTER_FIELDS
                .iter()
                .map(|name| (*name, field(&fields, name).to_owned()))
                .collect(),
            back: address(&fields, "/queue", &[]),
            notice: Notice::of(&fields),
            line,
        })
    })
    .await
}

fn images(candidate: &Candidate) -> Vec<Image> {
    let matched = candidate.image.as_ref().map(|image| image.file.as_str());
    let main = candidate
        .images
        .iter()
        .position(|image| image.evidence.is_some() && Some(image.file.as_str()) == matched)
        .or_else(|| {
            candidate
                .images
                .iter()
                .position(|image| image.evidence.is_some())
        });
    let images = candidate.images.iter().enumerate();
    images
        .map(|(number, image)| Image {
            number,
            name: visible(&image.file, NAME_LIMIT),
            kept: image.evidence.is_some(),
            main: Some(number) == main,
        })
        .collect()
}

fn caption(candidate: &Candidate) -> String {
    match &candidate.image {
        Some(image) => format!(
            "{}: {}, {} of 256 bits apart, {} sure",
            image.role.caption(),
            image.verdict.as_str(),
            image.distance,
            percent(image.confidence)
        ),
        None => "From the catalog; not the same photo".to_owned(),
    }
}
