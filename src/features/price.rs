//! What is asked.
//!
//! Price proves nothing alone: 37 % of genuine sale prices are at or under half of the list price,
//! and convincing fakes sit near it. So suspicion starts below 0.6 of the reference price, grows
//! with the logarithm of the ratio, and grows faster below 0.4, where genuine sales are about one
//! in 1,500. Used goods are cheap by nature: their depth is a cue of its own, and what holds for new
//! goods is not held against them. A cheaper price never lowers suspicion.

use super::cue::{Cue, Direction, Family, Input, indicator};

/// The share of the reference price below which an offer counts as deep.
const DEEP: f64 = 0.6;

/// The share of the reference price that hardly any genuine sale goes below.
const UNUSUAL: f64 = 0.4;

/// Depth is cut off here: about 3 % of the reference price, where mistakes in the data begin.
pub(super) const MOST_DEPTH: f64 = 3.0;

/// The fewest sellers whose offers make a market.
const MARKET_SELLERS: u64 = 3;

/// How far below 0.6 of the reference price new goods are: ln(0.6 / ratio), weighted by how sure the
/// product is.
pub const DEPTH: Cue = Cue {
    name: "price.depth",
    family: Family::Price,
    direction: Direction::Raises,
    range: (0.0, MOST_DEPTH),
    value: depth,
    sentence: below_reference,
};

/// How far below 0.4 of the reference price new goods are.
pub const BELOW_USUAL: Cue = Cue {
    name: "price.below_usual",
    family: Family::Price,
    direction: Direction::Raises,
    range: (0.0, MOST_DEPTH),
    value: |input| Some(below(input, UNUSUAL)? * indicator(!input.second_hand())),
    sentence: |input| {
        let price = below_reference(input);
        format!("{price} Genuine goods are hardly ever sold new below 40 % of it.")
    },
};

/// How far below 0.6 of the reference price goods are that are offered as used.
pub const DEPTH_SECOND_HAND: Cue = Cue {
    name: "price.depth_second_hand",
    family: Family::Price,
    direction: Direction::Raises,
    range: (0.0, MOST_DEPTH),
    value: |input| Some(below(input, DEEP)? * indicator(input.second_hand())),
    sentence: |input| {
        let price = below_reference(input);
        format!("{price} For used goods a low price is ordinary.")
    },
};

/// Below the lowest price at which the brand owner says genuine goods are sold new.
pub const BELOW_FLOOR: Cue = Cue {
    name: "price.below_floor",
    family: Family::Price,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| {
        let below = input.signals.price.below_floor?;
        (!input.second_hand()).then(|| indicator(below))
    },
    sentence: |input| match input.signals.price.amount {
        Some(amount) => format!(
            "The price of {amount} is below the lowest price that the brand owner states for genuine goods."
        ),
        None => String::new(),
    },
};

/// How far below 0.6 of the median that all sellers ask for the product new goods are.
pub const BELOW_MARKET: Cue = Cue {
    name: "price.below_market",
    family: Family::Price,
    direction: Direction::Raises,
    range: (0.0, MOST_DEPTH),
    value: |input| {
        if input.second_hand() {
            return None;
        }
        let market = input
            .relations
            .product
            .as_ref()
            .filter(|product| product.sellers >= MARKET_SELLERS)?;
        Some((DEEP * market.ratio_median / ratio(input)?).ln().max(0.0))
    },
    sentence: |input| match (ratio(input), &input.relations.product) {
        (Some(ratio), Some(product)) => format!(
            "The price is {} of what the {} sellers of this product ask in the middle.",
            percent(ratio / product.ratio_median),
            product.sellers
        ),
        _ => String::new(),
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
    value: |input| Some(((ratio(input)? - DEEP) / (1.0 - DEEP)).clamp(0.0, 1.0)),
    sentence: |input| match ratio(input) {
        Some(ratio) => format!(
            "The price is {} of the reference price, as genuine goods cost.",
            percent(ratio)
        ),
        None => String::new(),
    },
};

/// No price, or a placeholder.
pub const MISSING: Cue = Cue {
    name: "price.missing",
    family: Family::Price,
    direction: Direction::Either,
    range: (0.0, 1.0),
    value: |input| Some(indicator(input.signals.price.amount.is_none())),
    sentence: |input| match &input.signals.price.why_missing {
        Some(why) => format!("There is no price to compare: {why}."),
        None => "The listing has no price.".to_owned(),
    },
};

/// See [`DEPTH`].
pub(super) fn depth(input: &Input<'_>) -> Option<f64> {
    Some(below(input, DEEP)? * indicator(!input.second_hand()))
}

fn below(input: &Input<'_>, share: f64) -> Option<f64> {
    let sure = input
        .signals
        .products
        .first()
        .map_or(1.0, |hit| hit.probability);
    Some((share / ratio(input)?).ln().clamp(0.0, MOST_DEPTH) * sure)
}

/// The asked price by the reference price, when it can be a price.
fn ratio(input: &Input<'_>) -> Option<f64> {
    input
        .signals
        .price
        .ratio
        .filter(|ratio| *ratio > 0.0 && ratio.is_finite())
}

pub(super) fn below_reference(input: &Input<'_>) -> String {
    let price = &input.signals.price;
    match (price.amount, price.reference, ratio(input)) {
        (Some(amount), Some(reference), Some(ratio)) => format!(
            "The price of {amount} is {} of the reference price of {reference}.",
            percent(ratio)
        ),
        (_, _, Some(ratio)) => format!("The price is {} of the reference price.", percent(ratio)),
        _ => String::new(),
    }
}

/// "23 %", and "0.4 %" below one.
fn percent(share: f64) -> String {
    let decimals = if share < 0.01 { 1 } else { 0 };
    format!("{:.decimals$} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::record::Condition;

    use super::super::CUES;
    use super::super::fixture::Case;
    use super::*;

    fn at(ratio: f64) -> Case {
        let mut case = Case::default();
        case.set_product(1.0, "gtin");
        case.set_ratio(ratio);
        case
    }

    #[test]
    fn honest_sales_at_half_price_are_shallow() {
        let depth = |ratio| at(ratio).row().get("price.depth").expect("priced");
        assert_eq!(depth(0.6), 0.0);
        assert_eq!(depth(1.3), 0.0);
        assert!((depth(0.5) - 1.2f64.ln()).abs() < 1e-12);
        assert!((depth(0.06) - 10f64.ln()).abs() < 1e-12);
        assert_eq!(depth(1e-9), MOST_DEPTH);
        assert_eq!(at(0.5).row().get("price.below_usual"), Some(0.0));
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
        case.set_product(0.5, "title 0.6");
        assert_eq!(case.row().get("price.depth"), Some(sure / 2.0));
    }

    #[test]
    fn the_sentence_gives_both_amounts() {
        let case = at(0.23);
        assert_eq!(
            DEPTH.explain(&case.input()).as_deref(),
            Some("The price of 23.00 USD is 23 % of the reference price of 100.00 USD.")
        );
    }

    #[test]
    fn used_goods_are_not_held_to_prices_of_new_ones() {
        let mut case = at(0.2);
        case.signals.price.below_floor = Some(true);
        let new = case.row();
        case.listing.condition = Some(Condition::Used);
        let used = case.row();
        assert_eq!(used.get("price.depth_second_hand"), new.get("price.depth"));
        assert_eq!(
            (new.get("price.below_floor"), used.get("price.below_floor")),
            (Some(1.0), None)
        );
        for name in ["price.depth", "price.below_usual"] {
            assert_eq!(used.get(name), Some(0.0), "{name}");
        }
    }

    #[test]
    fn a_market_needs_three_sellers() {
        let mut case = at(0.3);
        let market = |sellers| crate::signals::ProductRelation {
            sellers,
            ratio_median: 1.0,
            ..Default::default()
        };
        case.relations.product = Some(market(2));
        assert_eq!(case.row().get("price.below_market"), None);
        case.relations.product = Some(market(3));
        assert!(
            (case.row().get("price.below_market").expect("a market") - 2f64.ln()).abs() < 1e-12
        );
    }

    proptest! {
        #[test]
        fn cheaper_never_lowers_suspicion(dear in 0.001f64..5.0, cut in 0.0f64..1.0, used in any::<bool>()) {
            let row = |ratio| {
                let mut case = at(ratio);
                case.listing.condition = used.then_some(Condition::Used);
                case.row()
            };
            let (dear, cheap) = (row(dear), row(dear * cut.max(1e-6)));
            for cue in CUES.iter().filter(|cue| cue.family == Family::Price) {
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
