//! Which of a brand's rights a notice about an offer should cite.
//!
//! A trademark or a design holds in its territory, and a trademark for its classes of goods, so not every right in force
//! fits every offer. What matters in law is where the goods are offered. Only the setting `market` tells that; where the
//! goods leave and where the seller is are weaker signs of it.
//!
//! | the right | then |
//! |---|---|
//! | holds nowhere in the `market`, where that is set | is never cited |
//! | `market` is not set, and it holds neither where the goods leave nor where the seller is | is cited if no other fits better, with [`Doubt::Territory`] |
//! | nothing tells where it holds, and `market` or seller are told | the same |
//! | is a trademark whose classes are told and are none of the goods' | is cited if no other fits better, with [`Doubt::Class`] |
//!
//! Of several the one with the fewest doubts is cited; then the one that holds in more countries of the market, where the
//! goods leave, where the seller is, for the class of the goods; then the first in the owner's order. What the feed does not
//! tell raises no doubt. Authorship needs no registration and holds everywhere (Berne Convention, articles 3 and 5), so
//! a copyright is never in doubt.

use std::cmp::Reverse;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ground::{Ground, SURE};
use super::{CitedRight, goods};
use crate::record::{Brand, Listing, Right, RightKind, territory};
use crate::reference::Reference;
use crate::signals::Signals;

/// Where goods are offered, and what kind of goods, as far as settings, feed and catalog tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Countries that the marketplace sells to (ISO 3166-1 alpha-2, or `EU`); empty when not set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub market: Vec<String>,
    /// Where the goods leave from; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ships_from: String,
    /// Where the seller is; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seller_country: String,
    /// Classes of the Nice Agreement that the product type may belong to; empty when it does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nice_classes: Vec<u8>,
}

/// Why a citation is weaker than it could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// It is not known to hold where the goods are offered.
    Territory,
    /// Its classes are not those of the goods.
    Class,
}

impl Doubt {
    /// What the reviewer should look at, as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Territory => {
                "Check that buyers where the right holds can order: it is not known to hold where the goods leave or the seller is."
            }
            Self::Class => {
                "Check that the right covers such goods: it is registered for other classes than their product type's."
            }
        }
    }
}

impl Offer {
    /// What is told of `listing`, which shows `signals`, on a marketplace that sells to `market`.
    pub fn of(
        listing: &Listing,
        signals: &Signals,
        reference: &Reference,
        market: &[String],
    ) -> Self {
        let matched = signals
            .products
            .iter()
            .find(|hit| hit.probability >= SURE)
            .and_then(|hit| reference.product(&hit.brand, &hit.product_id));
        let of_catalog = matched.map_or_else(Vec::new, |one| goods::classes(&one.product_type));
        Self {
            market: market.to_vec(),
            ships_from: listing.seller.ships_from.clone(),
            seller_country: listing.seller.country.clone(),
            nice_classes: if of_catalog.is_empty() {
                goods::classes(&listing.product_type)
            } else {
                of_catalog
            },
        }
    }
}

/// The right of the brand's, in force on `day`, that a notice on `ground` about `offer` should cite; see the [module](self).
pub(super) fn cite(ground: Ground, brand: &Brand, day: Date, offer: &Offer) -> Option<CitedRight> {
    let kind = ground.right_kind();
    let rights = brand.rights.iter();
    let fits = rights
        .filter(|right| right.kind == kind && right.in_force(day))
        .filter_map(|right| Some((fit(right, offer)?, right)));
    // Of equal ones `min_by_key` keeps the first: the owner's order decides.
    let best = fits.min_by_key(|(fit, _)| (fit.doubts.len(), fit.place, fit.class));
    let registered = best.map(|(fit, right)| CitedRight {
        doubts: fit.doubts,
        ..CitedRight::from(right)
    });
    let unregistered = || {
        (ground == Ground::Copyright && brand.image_rights).then(CitedRight::unregistered_copyright)
    };
    registered.or_else(unregistered)
}

/// How a right fits what is told; the better before the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fits {
    Yes,
    Untold,
    No,
}

struct Fit {
    doubts: Vec<Doubt>,
    /// Countries of the market, then where the goods leave and where the seller is.
    place: (Reverse<usize>, Fits, Fits),
    class: Fits,
}

/// `None` for a right that must not be cited.
fn fit(right: &Right, offer: &Offer) -> Option<Fit> {
    let in_country = |country: &str| match right.holds_in(country) {
        _ if country.is_empty() => Fits::Untold,
        None => Fits::Untold,
        Some(true) => Fits::Yes,
        Some(false) => Fits::No,
    };
    let market = territory::countries(&offer.market);
    let covered: Vec<Fits> = market.iter().map(|country| in_country(country)).collect();
    let (ships, seller) = (
        in_country(&offer.ships_from),
        in_country(&offer.seller_country),
    );
    let class = match (right.kind, &right.nice_classes[..], &offer.nice_classes[..]) {
        (RightKind::Trademark, [_, ..], [_, ..]) => {
            let mut goods = offer.nice_classes.iter();
            match goods.any(|class| right.nice_classes.contains(class)) {
                true => Fits::Yes,
                false => Fits::No,
            }
        }
        _ => Fits::Untold,
    };
    let told = !offer.ships_from.is_empty() || !offer.seller_country.is_empty();
    let territory = if right.kind == RightKind::Copyright {
        Fits::Yes
    } else if !covered.is_empty() {
        covered.iter().copied().min().unwrap_or(Fits::Untold)
    } else {
        ships.min(seller)
    };
    let doubtful = match territory {
        // No law reaches an offer that nobody in its territory can take.
        Fits::No if !market.is_empty() => return None,
        Fits::No => true,
        Fits::Untold => told || !market.is_empty(),
        Fits::Yes => false,
    };
    let doubts = [
        doubtful.then_some(Doubt::Territory),
        (class == Fits::No).then_some(Doubt::Class),
    ];
    Some(Fit {
        doubts: doubts.into_iter().flatten().collect(),
        place: (
            Reverse(covered.iter().filter(|fits| **fits == Fits::Yes).count()),
            ships,
            seller,
        ),
        class,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn mark(number: &str, office: &str, territories: &[&str], classes: &[u8]) -> Right {
        Right {
            kind: RightKind::Trademark,
            number: number.to_owned(),
            office: office.to_owned(),
            territories: territories.iter().map(|code| (*code).to_owned()).collect(),
            nice_classes: classes.to_vec(),
            expiry: None,
        }
    }

    fn offer(market: &[&str], ships_from: &str, seller: &str, classes: &[u8]) -> Offer {
        Offer {
            market: market.iter().map(|code| (*code).to_owned()).collect(),
            ships_from: ships_from.to_owned(),
            seller_country: seller.to_owned(),
            nice_classes: classes.to_vec(),
        }
    }

    /// The number of the mark that is cited, and what is doubtful about it.
    fn cited(rights: &[Right], offer: &Offer) -> Option<(String, Vec<Doubt>)> {
        let brand = Brand {
            rights: rights.to_vec(),
            ..Brand::default()
        };
        let right = cite(Ground::Trademark, &brand, date(2026, 1, 2), offer)?;
        Some((right.number, right.doubts))
    }

    fn sure(number: &str) -> Option<(String, Vec<Doubt>)> {
        Some((number.to_owned(), Vec::new()))
    }

    fn doubtful(number: &str, doubt: Doubt) -> Option<(String, Vec<Doubt>)> {
        Some((number.to_owned(), vec![doubt]))
    }

    fn of_union_and_states() -> [Right; 2] {
        [
            mark("union", "EUIPO", &["EU"], &[25]),
            mark("states", "USPTO", &["US"], &[25]),
        ]
    }

    #[test]
    fn a_seller_in_the_states_is_held_against_the_right_that_holds_there() {
        let rights = of_union_and_states();
        assert_eq!(cited(&rights, &offer(&[], "", "US", &[])), sure("states"));
        assert_eq!(cited(&rights, &offer(&[], "US", "", &[])), sure("states"));
        assert_eq!(cited(&rights, &offer(&[], "", "DE", &[])), sure("union"));
        let shipped_from_france = offer(&[], "FR", "US", &[]);
        assert_eq!(cited(&rights, &shipped_from_france), sure("union"));
    }

    #[test]
    fn where_the_marketplace_sells_counts_before_where_the_seller_is() {
        let rights = of_union_and_states();
        let from_china = offer(&["US"], "CN", "CN", &[]);
        assert_eq!(cited(&rights, &from_china), sure("states"));
        let into_the_union = offer(&["EU", "US"], "US", "US", &[]);
        assert_eq!(cited(&rights, &into_the_union), sure("union"));
    }

    #[test]
    fn a_right_that_holds_nowhere_in_the_market_is_no_ground() {
        let rights = of_union_and_states();
        assert_eq!(cited(&rights, &offer(&["JP"], "DE", "DE", &[])), None);
    }

    #[test]
    fn a_foreign_seller_on_an_unknown_market_is_flagged_for_the_reviewer() {
        let rights = of_union_and_states();
        let from_china = offer(&[], "CN", "CN", &[]);
        assert_eq!(
            cited(&rights, &from_china),
            doubtful("union", Doubt::Territory)
        );
        let silent = offer(&[], "", "", &[]);
        assert_eq!(cited(&rights, &silent), sure("union"), "the owner's order");
    }

    #[test]
    fn an_international_registration_holds_where_it_says() {
        let designated = mark("designated", "WIPO", &["CH", "JP"], &[]);
        let silent = mark("silent", "WIPO", &[], &[]);
        let swiss = offer(&[], "", "CH", &[]);
        let rights = [silent.clone(), designated];
        assert_eq!(cited(&rights, &swiss), sure("designated"));
        assert_eq!(
            cited(&[silent], &swiss),
            doubtful("silent", Doubt::Territory)
        );
    }

    #[test]
    fn the_mark_for_such_goods_is_cited() {
        let rights = [
            mark("bags", "EUIPO", &["EU"], &[18]),
            mark("clothing", "EUIPO", &["EU"], &[25]),
            mark("all", "EUIPO", &["EU"], &[]),
        ];
        let shoes = offer(&[], "", "DE", &[25]);
        assert_eq!(cited(&rights, &shoes), sure("clothing"));
        assert_eq!(cited(&rights[..1], &shoes), doubtful("bags", Doubt::Class));
        assert_eq!(cited(&rights, &offer(&[], "", "DE", &[])), sure("bags"));
        let american = [rights[1].clone(), mark("states", "USPTO", &["US"], &[18])];
        let shoes = offer(&[], "US", "US", &[25]);
        assert_eq!(
            cited(&american, &shoes),
            doubtful("states", Doubt::Class),
            "of two with one doubt, the one that holds there"
        );
    }

    #[test]
    fn authorship_holds_everywhere() {
        let brand = Brand {
            image_rights: true,
            ..Brand::default()
        };
        let japan = offer(&["JP"], "CN", "CN", &[25]);
        let right = cite(Ground::Copyright, &brand, date(2026, 1, 2), &japan);
        assert_eq!(right.map(|right| right.doubts), Some(Vec::new()));
    }
}
