//! One candidate on the page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::candidates::{Candidate, CaseMark, News, Purpose};
use crate::export::candidates::verdict;
use crate::export::display::{self, percent, visible};

use super::Pictures;
use super::facet::{Choices, Facet, choices, ground_label};
use super::waterfall::Waterfall;

/// Characters of a title that are shown.
const TITLE_LIMIT: usize = 180;
const NAME_LIMIT: usize = 80;
const SENTENCE_LIMIT: usize = 400;

/// A candidate with pictures.
pub(super) struct Card {
    pub line: Line,
    pub listing_picture: Option<String>,
    pub listing_caption: String,
    pub reference_picture: Option<String>,
    pub reference_caption: String,
    pub ground_reason: String,
    pub action_reason: String,
    pub reasons: Vec<String>,
    pub in_favour: Vec<String>,
    pub right: String,
    pub product: Option<String>,
    pub families: Vec<&'static str>,
    pub waterfall: Waterfall,
    pub evidence: Vec<Link>,
    pub link: Option<String>,
    pub neighbours: Vec<String>,
}

/// A candidate in one line.
pub(super) struct Line {
    pub rank: u64,
    pub listing_id: String,
    pub title: String,
    pub seller: String,
    pub brand: String,
    pub ground: &'static str,
    pub action: &'static str,
    pub action_class: &'static str,
    pub probability: String,
    pub price: String,
    pub price_note: String,
    pub choices: Choices,
}

/// A place that can be opened.
pub(super) struct Link {
    pub label: String,
    pub place: String,
}

impl Line {
    pub fn new(candidate: &Candidate, facets: &[Facet]) -> Self {
        let (price, price_note) = price(candidate);
        Self {
            rank: candidate.rank,
            listing_id: visible(candidate.listing_id.as_str(), NAME_LIMIT),
            title: match visible(&candidate.title, TITLE_LIMIT) {
                title if title.is_empty() => "(no title)".to_owned(),
                title => title,
            },
            seller: display::seller(
                &candidate.seller_name,
                candidate.seller_id.as_str(),
                NAME_LIMIT,
            ),
            brand: visible(&candidate.brand_name, NAME_LIMIT),
            ground: ground_label(candidate.ground),
            action: match candidate.purpose {
                Purpose::Candidate => candidate.action.label(),
                Purpose::CheckOfMisses => "check of misses",
            },
            action_class: candidate.action.as_str(),
            probability: percent(candidate.probability),
            price,
            price_note,
            choices: choices(facets, candidate),
        }
    }
}

impl Card {
    pub fn new(candidate: &Candidate, facets: &[Facet], pictures: &Pictures) -> Self {
        let shown = |texts: &[String]| {
            texts
                .iter()
                .map(|text| visible(text, SENTENCE_LIMIT))
                .collect()
        };
        Self {
            line: Line::new(candidate, facets),
            listing_picture: pictures.listing.as_deref().and_then(data_uri),
            listing_caption: listing_caption(candidate),
            reference_picture: pictures.reference.as_deref().and_then(data_uri),
            reference_caption: reference_caption(candidate),
            ground_reason: visible(&candidate.ground_reason, SENTENCE_LIMIT),
            action_reason: visible(&candidate.action_reason, SENTENCE_LIMIT),
            reasons: shown(&candidate.reasons),
            in_favour: shown(&candidate.in_favour),
            right: right(candidate),
            product: candidate.product.as_ref().map(|product| {
                let title = visible(&product.title, NAME_LIMIT);
                let id = visible(product.product_id.as_str(), NAME_LIMIT);
                let sure = percent(product.probability);
                format!(
                    "{title} [{id}], {sure}: {}",
                    visible(&product.why, NAME_LIMIT)
                )
            }),
            families: candidate
                .families
                .iter()
                .map(|family| family.as_str())
                .collect(),
            waterfall: Waterfall::new(candidate),
            evidence: evidence(candidate),
            link: web_address(&candidate.link),
            neighbours: neighbours(candidate),
        }
    }
}

/// The asked price, and how it compares.
fn price(candidate: &Candidate) -> (String, String) {
    let facts = &candidate.price;
    let asked = facts
        .amount
        .map_or_else(|| "no price".to_owned(), |amount| amount.to_string());
    let note = match (facts.ratio, facts.reference, &facts.why_missing) {
        (Some(ratio), Some(reference), _) => {
            format!("{:.0} % of {reference}", ratio * 100.0)
        }
        (_, _, Some(why)) => format!("not compared: {}", visible(why, NAME_LIMIT)),
        _ => "not compared".to_owned(),
    };
    (asked, note)
}

fn right(candidate: &Candidate) -> String {
    let mut line = visible(&candidate.right.line(), NAME_LIMIT);
    if let Some(expiry) = candidate.right.expiry {
        line.push_str(&format!(", in force until {expiry}"));
    }
    line
}

fn listing_caption(candidate: &Candidate) -> String {
    let readable = candidate
        .images
        .iter()
        .filter(|image| image.content.is_some())
        .count();
    match (candidate.images.len(), readable) {
        (0, _) => "The listing's image was not read".to_owned(),
        (1, 1) => "The listing's image".to_owned(),
        (all, 0) => format!("None of {all} images could be read"),
        (all, _) => format!("One of the listing's {all} images"),
    }
}

fn reference_caption(candidate: &Candidate) -> String {
    match (&candidate.image, &candidate.reference_image) {
        (Some(image), _) => {
            let role = image.role.caption();
            format!(
                "{role}: {}, {} of 256 bits apart",
                verdict(image.verdict),
                image.distance
            )
        }
        (None, Some(_)) => "From the catalog; not the same photo".to_owned(),
        (None, None) => "No reference image".to_owned(),
    }
}

fn evidence(candidate: &Candidate) -> Vec<Link> {
    let images = candidate
        .images
        .iter()
        .filter_map(|image| image.evidence.as_ref());
    let images = images
        .zip(1..)
        .map(|(place, number): (_, u32)| (format!("image {number}"), place));
    let record = candidate
        .record
        .iter()
        .map(|place| ("record".to_owned(), place));
    record
        .chain(images)
        .map(|(label, place)| Link {
            label,
            place: format!("evidence/{place}"),
        })
        .collect()
}

/// Only addresses of the web become links: a feed may hold `javascript:` or a file's path.
pub(crate) fn web_address(link: &str) -> Option<String> {
    let lower = link.get(..8).unwrap_or(link).to_ascii_lowercase();
    let web = lower.starts_with("https://") || lower.starts_with("http://");
    let plain = link.len() <= 2000 && !link.chars().any(|c| c.is_whitespace() || c.is_control());
    (web && plain).then(|| link.to_owned())
}

fn neighbours(candidate: &Candidate) -> Vec<String> {
    let others = |count: u64, what: &str| match count {
        0 => None,
        1 => Some(format!("1 more in this queue {what}")),
        more => Some(format!("{more} more in this queue {what}")),
    };
    let neighbours = &candidate.neighbours;
    [
        others(neighbours.same_seller, "by this seller"),
        others(neighbours.same_image, "with this image"),
        candidate.case.as_ref().map(CaseMark::sentence),
        relisted(candidate),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Of which listing this is likely the return.
fn relisted(candidate: &Candidate) -> Option<String> {
    let Some(News::Relisted {
        listing_id,
        same_seller,
    }) = &candidate.news
    else {
        return None;
    };
    let whose = if *same_seller {
        "the same seller"
    } else {
        "another seller"
    };
    let id = visible(listing_id.as_str(), NAME_LIMIT);
    Some(format!(
        "Seems to be listing {id} of {whose} again, which was queued in the run before"
    ))
}

/// `None` for bytes that no browser shows as a picture.
pub(crate) fn data_uri(bytes: &[u8]) -> Option<String> {
    let kind = match bytes {
        [0xFF, 0xD8, 0xFF, ..] => "jpeg",
        [0x89, b'P', b'N', b'G', ..] => "png",
        [b'G', b'I', b'F', b'8', ..] => "gif",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => "webp",
        _ => return None,
    };
    Some(format!(
        "data:image/{kind};base64,{}",
        STANDARD.encode(bytes)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        assert!(web_address("https://shop.example/item?id=1&x=2").is_some());
        for hostile in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "/etc/passwd",
            "",
            "https://a b",
            "h\u{202E}ttps://x",
        ] {
            assert_eq!(web_address(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn only_pictures_become_data_uris() {
        assert_eq!(data_uri(b"<svg onload=alert(1)>"), None);
        assert!(
            data_uri(&[0xFF, 0xD8, 0xFF, 0xE0])
                .is_some_and(|uri| uri.starts_with("data:image/jpeg;base64,"))
        );
    }
}
