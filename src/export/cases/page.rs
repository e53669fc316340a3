//! One case as a page that needs nothing else.

use std::collections::BTreeMap;

use askama::Template;
use jiff::Timestamp;

use crate::candidates::{Candidate, Decision};
use crate::export::display::{percent, seller, visible};
use crate::export::notice::pack::hashes;
use crate::export::report::{data_uri, web_address};
use crate::export::side_by_side::{self, SideBySide};
use crate::rings::{Case, CaseListing, TieKind};

const NAME_LIMIT: usize = 80;
const TITLE_LIMIT: usize = 160;
const SENTENCE_LIMIT: usize = 400;
/// The most bytes of small pictures in one page; as base64 they take a third more.
const PICTURE_BUDGET: usize = 8_000_000;
/// The most bytes of pictures beside their references.
const PAIR_BUDGET: usize = 24_000_000;

/// What the page says besides the case.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The run.
    pub run: String,
    /// The program and its version, as the run's manifest has them.
    pub program: String,
    /// The model that judged, as the manifest has it.
    pub model: String,
    /// When the page is made.
    pub made_at: Option<Timestamp>,
}

/// A candidate of the case, with what was decided on it.
#[derive(Clone, Debug)]
pub struct Queued {
    /// The candidate.
    pub candidate: Candidate,
    /// The entries of the log on it, the oldest first.
    pub decisions: Vec<Decided>,
}

/// An entry of the log.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The decision.
    pub decision: Decision,
    /// The entry's hash.
    pub entry: String,
    /// Whether a later entry takes it back.
    pub undone: bool,
}

#[derive(Template)]
#[template(path = "case.html")]
struct Page {
    id: String,
    run: String,
    head: Vec<(&'static str, String)>,
    pictures: Vec<Picture>,
    shared: Vec<[String; 4]>,
    sellers: Vec<[String; 6]>,
    listings: Vec<Row>,
    more: u64,
    candidates: Vec<Shown>,
    without_pictures: u64,
    origin: Vec<(&'static str, String)>,
}

/// A candidate of the case.
struct Shown {
    title: String,
    listing: String,
    seller: String,
    facts: Vec<(&'static str, String)>,
    reasons: Vec<String>,
    in_favour: Vec<String>,
    pictures: Vec<side_by_side::Picture>,
    decisions: Vec<Vec<(&'static str, String)>>,
    hashes: Vec<(String, String)>,
}

struct Picture {
    uri: String,
    caption: String,
}

struct Row {
    uri: Option<String>,
    listing: String,
    link: Option<String>,
    title: String,
    seller: String,
    brand: String,
    price: String,
    probability: String,
    shares: String,
}

/// The page of `case`. `picture` gives a small picture, as JPEG or PNG, by its place in the evidence, and `pair` the two of a
/// candidate; it is asked in their order, and not for those that the page has no more room for.
///
/// # Errors
/// When the template fails, which only a full memory can bring about.
pub fn page(
    case: &Case,
    origin: &Origin,
    candidates: &[Queued],
    mut picture: impl FnMut(&str) -> Option<Vec<u8>>,
    mut pair: impl FnMut(&Candidate) -> SideBySide,
) -> Result<String, askama::Error> {
    let mut shown: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut budget = PICTURE_BUDGET;
    let mut uri = |place: &str| {
        let known = shown.entry(place.to_owned()).or_insert_with(|| {
            let bytes = picture(place).filter(|bytes| bytes.len() <= budget)?;
            budget -= bytes.len();
            data_uri(&bytes)
        });
        known.clone()
    };
    let pictures = case
        .shared
        .iter()
        .filter(|thing| thing.kind == TieKind::Image);
    let pictures = pictures
        .filter_map(|thing| {
            let caption = format!(
                "{}: {} sellers, {} listings",
                visible(&thing.what, NAME_LIMIT),
                thing.sellers,
                thing.listings
            );
            let uri = uri(thing.evidence.as_deref()?)?;
            Some(Picture { uri, caption })
        })
        .collect();
    let shared = case.shared.iter().map(|thing| {
        [
            word(thing.kind).to_owned(),
            visible(&thing.what, TITLE_LIMIT),
            thing.sellers.to_string(),
            thing.listings.to_string(),
        ]
    });
    let sellers = case.sellers.iter().map(|one| {
        [
            seller(&one.seller_name, one.seller_id.as_str(), NAME_LIMIT),
            one.opened.map(|day| day.to_string()).unwrap_or_default(),
            one.listings.to_string(),
            one.tied.to_string(),
            format!("{:.1}", one.expected),
            format!("{} of {}", one.ties, case.sellers.len() - 1),
        ]
    });
    let (mut room, mut without_pictures) = (PAIR_BUDGET, 0);
    let mut pictures_of = |candidate: &Candidate| {
        let found = match room {
            0 => SideBySide::default(),
            _ => pair(candidate),
        };
        if room == 0 || found.bytes() > room {
            (room, without_pictures) = (0, without_pictures + 1);
            return Vec::new();
        }
        room -= found.bytes();
        found.drawn()
    };
    let candidates = candidates
        .iter()
        .map(|one| shown_with(one, pictures_of(&one.candidate)))
        .collect();
    let page = Page {
        id: visible(&case.id, NAME_LIMIT),
        run: visible(&origin.run, NAME_LIMIT),
        candidates,
        without_pictures,
        origin: vec![
            ("Run", visible(&origin.run, NAME_LIMIT)),
            ("Program", visible(&origin.program, NAME_LIMIT)),
            ("Model", visible(&origin.model, NAME_LIMIT)),
            (
                "Made at",
                origin.made_at.map_or_else(String::new, |at| at.to_string()),
            ),
        ],
        head: head(case),
        pictures,
        shared: shared.collect(),
        sellers: sellers.collect(),
        more: case.listings - case.examples.len() as u64,
        listings: case
            .examples
            .iter()
            .map(|listing| row(listing, listing.evidence.as_deref().and_then(&mut uri)))
            .collect(),
    };
    page.render()
}

fn shown_with(queued: &Queued, pictures: Vec<side_by_side::Picture>) -> Shown {
    let candidate = &queued.candidate;
    let lines = |texts: &[String]| {
        let texts = texts.iter().map(|text| visible(text, SENTENCE_LIMIT));
        texts.collect()
    };
    Shown {
        title: visible(&candidate.title, TITLE_LIMIT),
        listing: visible(candidate.listing_id.as_str(), NAME_LIMIT),
        seller: visible(candidate.seller_id.as_str(), NAME_LIMIT),
        facts: vec![
            ("Brand", visible(&candidate.brand_name, NAME_LIMIT)),
            (
                "Ground",
                format!(
                    "{}: {}",
                    candidate.ground.as_str(),
                    visible(&candidate.ground_reason, SENTENCE_LIMIT)
                ),
            ),
            ("Right", visible(&candidate.right.line(), TITLE_LIMIT)),
            ("Probability", percent(candidate.probability)),
        ],
        reasons: lines(&candidate.reasons),
        in_favour: lines(&candidate.in_favour),
        pictures,
        decisions: queued.decisions.iter().map(decided).collect(),
        hashes: hashes(candidate),
    }
}

fn decided(entry: &Decided) -> Vec<(&'static str, String)> {
    let decision = &entry.decision;
    let taken_back = if entry.undone { " (taken back)" } else { "" };
    let second = if decision.awaits_second {
        " (by one of two)"
    } else {
        ""
    };
    let mut facts = vec![
        (
            "Decision",
            format!("{}{second}{taken_back}", decision.kind.label()),
        ),
        ("By", visible(&decision.reviewer, NAME_LIMIT)),
        ("At", decision.decided_at.to_string()),
        (
            "On the ground",
            decision
                .ground
                .map_or_else(String::new, |ground| ground.as_str().to_owned()),
        ),
        ("Reason", decision.reason.replace('_', " ")),
        ("Note", visible(&decision.note, 2000)),
        ("Entry in the log", entry.entry.clone()),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

fn head(case: &Case) -> Vec<(&'static str, String)> {
    let brands = case
        .brands
        .iter()
        .map(|(brand, listings)| format!("{} ({listings})", visible(brand.as_str(), NAME_LIMIT)));
    let mut head = vec![
        (
            "Priority",
            format!(
                "{:.1}: counterfeits to be expected among its listings, new ones counted twice",
                case.priority
            ),
        ),
        (
            "Listings",
            format!(
                "{} of {} sellers, {} tied, {} in the queue",
                case.listings,
                case.sellers.len(),
                case.tied,
                case.queued
            ),
        ),
        ("Brands", brands.collect::<Vec<_>>().join(", ")),
        ("First seen", case.first_seen.to_string()),
        ("Tied pairs", percent(case.density)),
    ];
    if let Some(growth) = &case.growth {
        head.push((
            "Since",
            format!(
                "{}: {} sellers came, {} went, {:+} listings",
                visible(&growth.since, NAME_LIMIT),
                growth.new_sellers,
                growth.gone_sellers,
                growth.listings
            ),
        ));
    }
    head
}

fn row(listing: &CaseListing, uri: Option<String>) -> Row {
    let shares: Vec<&str> = listing.shares.iter().map(|kind| word(*kind)).collect();
    Row {
        uri,
        listing: visible(listing.listing_id.as_str(), NAME_LIMIT),
        link: web_address(&listing.link),
        title: visible(&listing.title, TITLE_LIMIT),
        seller: visible(listing.seller_id.as_str(), NAME_LIMIT),
        brand: listing
            .brand
            .as_ref()
            .map(|brand| visible(brand.as_str(), NAME_LIMIT))
            .unwrap_or_default(),
        price: listing.price.clone(),
        probability: percent(listing.probability),
        shares: shares.join(", "),
    }
}

fn word(kind: TieKind) -> &'static str {
    match kind {
        TieKind::Image => "picture",
        TieKind::Text => "words",
        TieKind::Contact => "contact",
        TieKind::Price => "price",
        TieKind::Opened => "opening day",
    }
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
