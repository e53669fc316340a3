//! The evidence of one decision as a page that needs nothing else.

use askama::Template;
use jiff::Timestamp;

use super::Draft;
use crate::candidates::{Candidate, EvidenceImage};
use crate::export::display::{percent, visible};
use crate::export::report::{Waterfall, web_address};
use crate::export::side_by_side::{Picture, SideBySide};

const NAME_LIMIT: usize = 200;
const SENTENCE_LIMIT: usize = 400;

/// What a pack holds besides the draft.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The program and its version, as the run's manifest has them.
    pub program: String,
    /// The run.
    pub run: String,
    /// The listing's picture beside the reference.
    pub pictures: SideBySide,
    /// When the pack is made.
    pub made_at: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "pack.html")]
struct Pack {
    title: String,
    listing: String,
    link: Option<String>,
    seller: String,
    brand: String,
    ground: &'static str,
    claim: &'static str,
    reason: String,
    right: String,
    probability: String,
    reasons: Vec<String>,
    in_favour: Vec<String>,
    pictures: Vec<Picture>,
    waterfall: Waterfall,
    facts: Vec<(&'static str, String)>,
    hashes: Vec<(String, String)>,
}

/// The page.
///
/// # Errors
/// When the template fails, which only a full memory can bring about.
pub fn page(draft: &Draft<'_>, contents: &Contents) -> Result<String, askama::Error> {
    let candidate = draft.candidate;
    let decision = draft.decision;
    let shown = |texts: &[String]| {
        let texts = texts.iter().map(|text| visible(text, SENTENCE_LIMIT));
        texts.collect::<Vec<_>>()
    };
    let mut facts = vec![
        ("Decided", decision.decided_at.to_string()),
        ("Reason", decision.reason.replace('_', " ")),
        ("Note", visible(&decision.note, 2000)),
        ("Entry in the log of decisions", draft.entry.to_owned()),
        ("Run", visible(&contents.run, NAME_LIMIT)),
        ("Program", contents.program.clone()),
        ("Model", decision.model.clone()),
        (
            "Made at",
            contents
                .made_at
                .map_or_else(String::new, |at| at.to_string()),
        ),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    Pack {
        title: visible(&candidate.title, NAME_LIMIT),
        listing: visible(candidate.listing_id.as_str(), NAME_LIMIT),
        link: web_address(&candidate.link),
        seller: visible(candidate.seller_id.as_str(), NAME_LIMIT),
        brand: visible(&draft.brand.name, NAME_LIMIT),
        ground: draft.ground.as_str(),
        claim: draft.claim(),
        reason: visible(&draft.because, SENTENCE_LIMIT),
        right: visible(&draft.right.line(), NAME_LIMIT),
        probability: percent(candidate.probability),
        reasons: shown(&candidate.reasons),
        in_favour: shown(&candidate.in_favour),
        pictures: contents.pictures.drawn(),
        waterfall: Waterfall::new(candidate),
        facts,
        hashes: hashes(candidate),
    }
    .render()
}

/// The hashes of what a candidate rests on, by name.
pub(in super::super) fn hashes(candidate: &Candidate) -> Vec<(String, String)> {
    let hash = |image: &EvidenceImage| {
        let content = image.content?;
        Some((visible(&image.file, NAME_LIMIT), content.to_string()))
    };
    let images = candidate.images.iter().filter_map(hash);
    let record = candidate.record.clone();
    images
        .chain(record.map(|place| ("record".to_owned(), place)))
        .collect()
}
