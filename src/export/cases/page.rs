//! One case as a page that needs nothing else.

use std::collections::BTreeMap;

use askama::Template;

use crate::export::display::{percent, seller, visible};
use crate::export::report::{data_uri, web_address};
use crate::rings::{Case, CaseListing, TieKind};

const NAME_LIMIT: usize = 80;
const TITLE_LIMIT: usize = 160;
/// The most bytes of pictures in one page; as base64 they take a third more.
const PICTURE_BUDGET: usize = 8_000_000;

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

/// The page of `case` of the run `run`. `picture` gives a small picture, as JPEG or PNG, by its place in the evidence.
///
/// # Errors
/// When the template fails, which only a full memory can bring about.
pub fn page(
    case: &Case,
    run: &str,
    mut picture: impl FnMut(&str) -> Option<Vec<u8>>,
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
    let page = Page {
        id: visible(&case.id, NAME_LIMIT),
        run: visible(run, NAME_LIMIT),
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
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::rings::{CaseSeller, SharedThing};

    #[test]
    fn what_sellers_write_is_text_and_pictures_come_from_the_evidence() {
        let case = Case {
            id: "C-00c0ffee".to_owned(),
            priority: 3.2,
            expected: 3.2,
            sellers: vec![CaseSeller {
                seller_name: "<script>alert(1)</script>".to_owned(),
                seller_id: "S-1".into(),
                ..CaseSeller::default()
            }],
            brands: [("luma".into(), 5)].into(),
            listings: 5,
            tied: 4,
            queued: 2,
            first_seen: date(2026, 4, 1),
            growth: None,
            density: 1.0,
            shared: vec![SharedThing {
                kind: TieKind::Image,
                what: "a.jpg".to_owned(),
                content: None,
                evidence: Some("aa/b.jpg".to_owned()),
                sellers: 3,
                listings: 4,
            }],
            examples: vec![CaseListing {
                listing_id: "L-1".into(),
                seller_id: "S-1".into(),
                title: "\u{202E}bag".to_owned(),
                link: "javascript:alert(1)".to_owned(),
                brand: None,
                price: String::new(),
                probability: 0.9,
                shares: vec![TieKind::Image],
                image: None,
                content: None,
                evidence: Some("aa/b.jpg".to_owned()),
            }],
        };
        let mut asked = Vec::new();
        let page = page(&case, "2026-04-01", |place| {
            asked.push(place.to_owned());
            Some(b"\xFF\xD8\xFF\xE0".to_vec())
        })
        .expect("a page");
        assert_eq!(asked, ["aa/b.jpg"], "read once");
        assert!(
            !page.contains("<script") && page.contains("&#60;script&#62;"),
            "{page}"
        );
        assert!(!page.contains("javascript:") && page.contains("‹U+202E›"));
        assert_eq!(page.matches("data:image/jpeg;base64,").count(), 2);
        assert!(page.contains("4 more"), "{page}");
    }
}
