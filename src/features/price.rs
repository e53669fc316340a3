//! What is asked.
//!
//! Price proves nothing alone: genuine goods are sold at half of the list price every day and, down to 40 % of it,
//! in sales; below that they are one in 1,500. So suspicion starts there, is whole at 30 %, and does
//! not grow further, because what is cheaper still is mostly something else than the product: a miniature, a
//! box, a mistake. Where other offers of the feed tell what the product goes for, the price must be
//! out of the ordinary among them too, so that a sale that everybody has is no cue; a spread is
//! robust, so that many fakes do not make each other ordinary. The brand owner's own floor counts by itself. One
//! cue says all of it: several that grow together would share one weight between them, by chance.
//! Used goods are cheap by nature. A cheaper price never lowers suspicion in this family.

use crate::price::Among;

use super::cue::{Cue, Direction, Family, Input, indicator};

/// The share of the reference price that hardly any genuine sale goes below.
const UNUSUAL: f64 = 0.4;

/// The share of the reference price from which down a price is as suspicious as a price can be.
const FAR_BELOW: f64 = 0.3;

/// The share of a product's genuine offers below which a price is out of the ordinary.
const RARE: f64 = 0.05;

/// The share of a product's genuine offers below which it is as far out as counts.
const VERY_RARE: f64 = 0.01;

/// The share of the reference price from which a price begins to look like a genuine one's.
const ORDINARY: f64 = 0.6;

/// From so many times the reference price on nobody asks what is usual.
const FAR_ABOVE: f64 = 1.5;

/// How low the price of new goods is: 0 from 40 % of the reference price up, 1 from 30 % of it down, and no more than its
/// place among the feed's other offers says (0 where 5 % of genuine ones would ask less, 1 where 1 % would); 1 below
/// the lowest price that the brand owner states. Weighted by how sure the product is.
pub const DEPTH: Cue = Cue {
    name: "price.depth",
    family: Family::Price,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: depth,
    sentence: |input| {
        let price = below_reference(input);
        let among = among_others(input);
        let usual = if input.signals.price.below_floor == Some(true) {
            " It is below the lowest price that the brand owner states for genuine goods."
        } else if ratio(input).is_some_and(|ratio| ratio < UNUSUAL) {
            " Genuine goods are hardly ever sold new below 40 % of it."
        } else {
            ""
        };
        format!("{price}{usual}{among}")
    },
};

/// A comparable price near or above the reference price: 0 at 0.6 of it, 1 from all of it on.
///
/// It stays at 1 above the reference price, so that a cheaper offer never looks better.
pub const NEAR_RETAIL: Cue = Cue {
    name: "price.near_retail",
    family: Family::Price,
    direction: Direction::Lowers,
    range: (0.0, 1.0),
    value: near_retail,
    sentence: |input| match ratio(input) {
        Some(ratio) => format!(
            "The price is {} of the reference price, as genuine goods cost.",
            percent(ratio)
        ),
        None => String::new(),
    },
};

/// No price, or a placeholder. It never speaks for a seller: who leaves the price out would be better off than who asks one.
pub const MISSING: Cue = Cue {
    name: "price.missing",
    family: Family::Price,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| Some(indicator(input.signals.price.amount.is_none())),
    sentence: |input| match &input.signals.price.why_missing {
        Some(why) => format!("There is no price to compare: {why}."),
        None => "The listing has no price.".to_owned(),
    },
};

/// See [`DEPTH`].
fn depth(input: &Input<'_>) -> Option<f64> {
    let price = &input.signals.price;
    let low = ratio(input).map(|ratio| {
        let among = price.place.map(|place| place.quantile);
        let among = among.map_or(1.0, |quantile| fallen(quantile, RARE, VERY_RARE));
        fallen(ratio, UNUSUAL, FAR_BELOW).min(among)
    });
    let floor = price.below_floor.map(indicator);
    let low = low.into_iter().chain(floor).reduce(f64::max)?;
    if input.second_hand() {
        return Some(0.0);
    }
    let sure = input
        .signals
        .products
        .first()
        .map_or(1.0, |hit| hit.probability);
    Some(low * sure)
}

/// 0 from `start` up and 1 from `end` down, by the logarithm between.
fn fallen(value: f64, start: f64, end: f64) -> f64 {
    ((start / value).ln() / (start / end).ln()).clamp(0.0, 1.0)
}

/// See [`NEAR_RETAIL`].
fn near_retail(input: &Input<'_>) -> Option<f64> {
    Some(((ratio(input)? - ORDINARY) / (1.0 - ORDINARY)).clamp(0.0, 1.0))
}

/// 1 up to the reference price, 0 from [`FAR_ABOVE`] times that on.
pub(super) fn no_more_than_usual(input: &Input<'_>) -> Option<f64> {
    Some(((FAR_ABOVE - ratio(input)?) / (FAR_ABOVE - 1.0)).clamp(0.0, 1.0))
}

/// The asked price by the reference price, when it can be a price.
fn ratio(input: &Input<'_>) -> Option<f64> {
    input
        .signals
        .price
        .ratio
        .filter(|ratio| *ratio > 0.0 && ratio.is_finite())
}

fn below_reference(input: &Input<'_>) -> String {
    let price = &input.signals.price;
    let shipping = price
        .shipping
        .map_or_else(String::new, |amount| format!(" with {amount} for shipping"));
    match (price.amount, price.reference, ratio(input)) {
        (Some(amount), Some(reference), Some(ratio)) => format!(
            "The price of {amount}{shipping} is {} of the reference price of {reference}.",
            percent(ratio)
        ),
        (Some(amount), _, None) => format!("The price is {amount}."),
        (_, _, Some(ratio)) => format!("The price is {} of the reference price.", percent(ratio)),
        _ => String::new(),
    }
}

/// Where the price lies among other offers of the feed, as a sentence after another one; empty when that is not known.
fn among_others(input: &Input<'_>) -> String {
    let Some(place) = input.signals.price.place else {
        return String::new();
    };
    let goods = match place.among {
        Among::Product => "this product",
        Among::Kind => "the brand's products of this type",
        Among::Brand => "the brand's products",
        Among::All => "registered products",
    };
    format!(
        " It is cheaper than {} of {} offers of {goods} (by the reference price, each seller once).",
        // Rounded down: of 300 offers, 299 are not all.
        percent((place.cheaper_than * 100.0).floor() / 100.0),
        place.offers
    )
}

/// "23 %", and "0.4 %" below one.
fn percent(share: f64) -> String {
    let decimals = if share < 0.01 { 1 } else { 0 };
    format!("{:.decimals$} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use iso_currency::Currency;

    use crate::price::Place;
    use crate::record::{Condition, Money};

    use super::super::CUES;
    use super::super::fixture::Case;
    use super::*;

    fn at(ratio: f64) -> Case {
        let mut case = Case::default();
        case.set_product(1.0, 1.0);
        case.set_ratio(ratio);
        case
    }

    #[test]
    fn honest_sales_down_to_40_percent_are_no_cue_and_30_percent_is_all_there_is() {
        let depth = |ratio| at(ratio).row().get("price.depth").expect("priced");
        for ordinary in [0.4, 0.5, 0.6, 1.3] {
            assert_eq!(depth(ordinary), 0.0, "{ordinary}");
        }
        // 60 % off, rounded to a whole amount.
        assert!(depth(38.0 / 96.0) < 0.05);
        assert!((0.4..0.6).contains(&depth(0.346)), "{}", depth(0.346));
        for low in [0.299, 0.15, 1e-9] {
            assert_eq!(depth(low), 1.0, "{low}");
        }
    }

    #[test]
    fn the_brand_owners_floor_counts_as_much_as_a_price_far_too_low() {
        let mut case = at(0.7);
        case.signals.price.below_floor = Some(true);
        assert_eq!(case.row().get("price.depth"), Some(1.0));
        let sentence = DEPTH.explain(&case.input()).expect("it says something");
        assert!(sentence.contains("the brand owner states"), "{sentence}");
        case.signals.price.ratio = None;
        assert_eq!(case.row().get("price.depth"), Some(1.0));
    }

    #[test]
    fn a_price_that_cannot_be_compared_is_missing_not_zero() {
        let row = Case::default().row();
        assert_eq!(row.get("price.depth"), None);
        assert_eq!(row.get("price.near_retail"), None);
        assert_eq!(row.get("price.missing"), Some(1.0));
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(at(bad).row().get("price.depth"), None, "{bad}");
        }
    }

    #[test]
    fn an_unsure_product_makes_an_unsure_price() {
        let mut case = at(0.2);
        let sure = case.row().get("price.depth").expect("priced");
        case.set_product(0.5, 0.6);
        assert_eq!(case.row().get("price.depth"), Some(sure / 2.0));
    }

    #[test]
    fn the_sentence_gives_both_amounts() {
        let case = at(0.23);
        assert_eq!(
            DEPTH.explain(&case.input()).as_deref(),
            Some(
                "The price of 23.00 USD is 23 % of the reference price of 100.00 USD. Genuine goods are hardly ever sold new below 40 % of it."
            )
        );
    }

    #[test]
    fn used_goods_are_not_held_to_prices_of_new_ones() {
        let mut case = at(0.2);
        case.signals.price.below_floor = Some(true);
        let new = case.row();
        case.listing.condition = Some(Condition::Used);
        let used = case.row();
        assert_eq!(new.get("price.depth"), Some(1.0));
        assert_eq!(used.get("price.depth"), Some(0.0));
    }

    fn place(quantile: f64) -> Option<Place> {
        Some(Place {
            quantile,
            usual: 0.5,
            cheaper_than: 0.978,
            offers: 41,
            among: Among::Product,
        })
    }

    #[test]
    fn a_sale_that_everybody_has_is_no_cue() {
        let mut case = at(0.3);
        for (quantile, depth) in [(0.5, 0.0), (0.05, 0.0), (0.01, 1.0), (0.0, 1.0)] {
            case.signals.price.place = place(quantile);
            assert_eq!(case.row().get("price.depth"), Some(depth), "{quantile}");
        }
        // A dear market accuses nobody who asks what genuine goods cost.
        let mut case = at(0.5);
        case.signals.price.place = place(0.0);
        assert_eq!(case.row().get("price.depth"), Some(0.0));
    }

    #[test]
    fn the_sentence_gives_the_place_among_other_offers_and_shipping() {
        let mut case = at(0.23);
        case.signals.price.place = place(0.001);
        case.signals.price.shipping = Money::from_major(3.0, Currency::USD);
        assert_eq!(
            DEPTH.explain(&case.input()).as_deref(),
            Some(
                "The price of 23.00 USD with 3.00 USD for shipping is 23 % of the reference price of 100.00 USD. Genuine goods are hardly ever sold new below 40 % of it. It is cheaper than 97 % of 41 offers of this product (by the reference price, each seller once)."
            )
        );
    }

    proptest! {
        #[test]
        fn cheaper_never_lowers_suspicion(dear in 0.001f64..5.0, cut in 0.0f64..1.0, used in any::<bool>()) {
            let row = |ratio| {
                let mut case = at(ratio);
                case.listing.condition = used.then_some(Condition::Used);
                case.listing.quantity = Some(500);
                case.relations.seller.age_days = Some(3);
                case.row()
            };
            let (dear, cheap) = (row(dear), row(dear * cut.max(1e-6)));
            for cue in CUES {
                let (Some(before), Some(after)) = (dear.get(cue.name), cheap.get(cue.name)) else { continue };
                match cue.direction {
                    Direction::Raises => prop_assert!(after >= before, "{}", cue.name),
                    Direction::Lowers => prop_assert!(after <= before, "{}", cue.name),
                    Direction::Either => prop_assert_eq!(after, before),
                }
            }
        }
    }
}
