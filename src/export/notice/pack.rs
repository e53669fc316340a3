//! The evidence of one decision as a page that needs nothing else.

use askama::Template;
use jiff::Timestamp;

use super::Draft;
use crate::candidates::EvidenceImage;
use crate::export::display::{percent, visible};
use crate::export::report::{Waterfall, data_uri, web_address};
use crate::reference::ImageHit;

const NAME_LIMIT: usize = 200;
const SENTENCE_LIMIT: usize = 400;

/// What a pack holds besides the draft.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The program and its version, as the run's manifest has them.
    pub program: String,
    /// The run.
    pub run: String,
    /// The listing's picture that matches, as JPEG or PNG.
    pub listing: Option<Vec<u8>>,
    /// The reference picture.
    pub reference: Option<Vec<u8>>,
    /// Where the two match.
    pub hit: Option<ImageHit>,
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

struct Picture {
    label: &'static str,
    uri: String,
    points: String,
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
    let hit = contents.hit.as_ref();
    let picture = |label, bytes: &Option<Vec<u8>>, corners: &[[f64; 2]]| {
        let uri = data_uri(bytes.as_deref()?)?;
        let point = |[x, y]: &[f64; 2]| format!("{:.1},{:.1}", x * 1000.0, y * 1000.0);
        let points: Vec<String> = corners.iter().map(point).collect();
        Some(Picture {
            label,
            uri,
            points: points.join(" "),
        })
    };
    let none: &[[f64; 2]] = &[];
    let pictures = [
        picture(
            "Listing",
            &contents.listing,
            hit.map_or(none, |hit| &hit.in_query),
        ),
        picture(
            "Reference",
            &contents.reference,
            hit.map_or(none, |hit| &hit.in_reference),
        ),
    ];
    let hash = |image: &EvidenceImage| {
        let content = image.content?;
        Some((visible(&image.file, NAME_LIMIT), content.to_string()))
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
    let mut hashes: Vec<(String, String)> = candidate.images.iter().filter_map(hash).collect();
    hashes.extend(
        candidate
            .record
            .clone()
            .map(|place| ("record".to_owned(), place)),
    );
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
        pictures: pictures.into_iter().flatten().collect(),
        waterfall: Waterfall::new(candidate),
        facts,
        hashes,
    }
    .render()
}
