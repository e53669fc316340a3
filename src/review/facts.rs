//! What is known of seller, offer and right, in words.

use super::case::NAME_LIMIT;
use super::request::Visit;
use crate::candidates::{Candidate, CaseMark};
use crate::export::display::visible;
use crate::features::{CONTACT, Family};
use crate::record::Listing;
use crate::store::Role;

/// Takes out what cues say of the account and how to reach who is behind it; that they count, and how much, stays.
pub(super) fn forget_the_seller(candidate: &mut Candidate) {
    let mut said = Vec::new();
    for cue in &mut candidate.cues {
        if cue.family == Family::Seller || cue.cue == CONTACT.name {
            said.push(std::mem::take(&mut cue.sentence));
        }
    }
    candidate.reasons.retain(|reason| !said.contains(reason));
    candidate.in_favour.retain(|reason| !said.contains(reason));
}

/// The right that is cited, in one line.
pub(super) fn right(candidate: &Candidate) -> String {
    let mut line = visible(&candidate.right.line(), 120);
    if let Some(expiry) = candidate.right.expiry {
        line.push_str(&format!(", in force until {expiry}"));
    }
    for doubt in &candidate.right.doubts {
        line.push_str(". ");
        line.push_str(doubt.sentence());
    }
    line
}

/// What is known of seller and offer. A brand owner learns what the goods are, not who sells them.
pub(super) fn facts(
    ring: Option<&CaseMark>,
    listing: Option<&Listing>,
    visit: &Visit<'_>,
) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let ring = ring.filter(|_| visit.user.role != Role::BrandOwner);
    facts.extend(ring.map(|ring| ("Case", ring.sentence())));
    let Some(listing) = listing else {
        return facts;
    };
    let of_seller = &listing.seller;
    let text = |text: &str| visible(text, NAME_LIMIT);
    if visit.user.role != Role::BrandOwner {
        let mut add = |name, value: Option<String>| {
            facts.extend(
                value
                    .filter(|value| !value.is_empty())
                    .map(|value| (name, value)),
            );
        };
        add(
            "Account since",
            of_seller.created_at.map(|day| day.to_string()),
        );
        add(
            "Rating",
            of_seller.rating.map(|rating| format!("{rating:.1} of 5")),
        );
        add("Sales", of_seller.sales.map(|sales| sales.to_string()));
        add("Country", Some(text(&of_seller.country)));
        add("Ships from", Some(text(&of_seller.ships_from)));
    }
    let mut add = |name, value: Option<String>| {
        facts.extend(
            value
                .filter(|value| !value.is_empty())
                .map(|value| (name, value)),
        );
    };
    add("Brand field", Some(text(&listing.brand)));
    add("Category", Some(text(&listing.product_type)));
    add("Colour", Some(text(&listing.color)));
    add("Part number", Some(text(&listing.mpn)));
    add(
        "Article number",
        listing.gtin.as_ref().map(ToString::to_string),
    );
    add(
        "Quantity",
        listing.quantity.map(|quantity| quantity.to_string()),
    );
    add("Seen", listing.listed_at.map(|day| day.to_string()));
    facts
}
