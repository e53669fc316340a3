//! What is asked.
//!
//! Price proves nothing alone: 37 % of genuine sale prices are at or under half of the list price,
//! and convincing fakes sit near it. So suspicion starts below half of the reference price and is
//! whole from 0.4 of it down, where genuine sales are about one in 1,500; the brand owner's own floor
//! says the same. It does not grow further, because what is cheaper still is mostly something else
//! than the product: a miniature, a box, a mistake. One cue says all of it: several that grow together
//! would share one weight between them, by chance. A sale that all sellers have is no cue, and used
//! goods are cheap by nature. A cheaper price never lowers suspicion.

use super::cue::{Cue, Direction, Family, Input, indicator};

/// The share of the reference price below which an offer counts as deep.
const HALF: f64 = 0.5;

/// The share of the reference price that hardly any genuine sale goes below.
const UNUSUAL: f64 = 0.4;

/// The share of the reference price from which a price begins to look like a genuine one's.
const ORDINARY: f64 = 0.6;

/// The fewest sellers whose offers make a market.
const MARKET_SELLERS: u64 = 3;

/// A market lower than this share of the reference price is taken for one at it: genuine sales
/// stop there, and many fakes of one product must not excuse each other.
const LOWEST_MARKET: f64 = 0.5;

/// How low the price of new goods is: 0 at half of the reference price, 1 from 40 % of it down and below
/// the lowest price that the brand owner states, weighted by how sure the product is. Where the
/// market's middle is lower than the reference price, the market's counts.
pub const DEPTH: Cue = Cue {
    name: "price.depth",
    family: Family::Price,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: depth,
    sentence: |input| {
        let price = below_reference(input);
        let usual = if input.signals.price.below_floor == Some(true) {
            " It is below the lowest price that the brand owner states for genuine goods."
        } else if ratio(input).is_some_and(|ratio| ratio < UNUSUAL) {
            " Genuine goods are hardly ever sold new below 40 % of it."
        } else {
            ""
        };
        format!("{price}{usual}")
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
    value: |input| Some(((ratio(input)? - ORDINARY) / (1.0 - ORDINARY)).clamp(0.0, 1.0)),
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
fn depth(input: &Input<'_>) -> Option<f64> {
    let low = ratio(input).map(|ratio| {
        let ratio = ratio / market(input);
        ((HALF / ratio).ln() / (HALF / UNUSUAL).ln()).clamp(0.0, 1.0)
    });
    let floor = input.signals.price.below_floor.map(indicator);
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

/// What the product's sellers ask in the middle, by the reference price: 1 where that is not lower
/// or where there is no market.
fn market(input: &Input<'_>) -> f64 {
    let product = input.relations.product.as_ref();
    product
        .filter(|product| product.sellers >= MARKET_SELLERS && product.ratio_median > 0.0)
        .map_or(1.0, |product| {
            product.ratio_median.clamp(LOWEST_MARKET, 1.0)
        })
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
    match (price.amount, price.reference, ratio(input)) {
        (Some(amount), Some(reference), Some(ratio)) => format!(
            "The price of {amount} is {} of the reference price of {reference}.",
            percent(ratio)
        ),
        (Some(amount), _, None) => format!("The price is {amount}."),
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
    fn honest_sales_at_half_price_are_no_cue_and_40_percent_is_all_there_is() {
        let depth = |ratio| at(ratio).row().get("price.depth").expect("priced");
        for ordinary in [0.5, 0.6, 1.3] {
            assert_eq!(depth(ordinary), 0.0, "{ordinary}");
        }
        assert!((0.4..0.6).contains(&depth(0.447)), "{}", depth(0.447));
        for low in [0.399, 0.15, 1e-9] {
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
        case.set_product(0.5, "title 0.6");
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

    #[test]
    fn a_sale_that_everybody_has_is_no_cue() {
        let depth = |sellers, ratio_median| {
            let mut case = at(0.45);
            case.relations.product = Some(crate::signals::ProductRelation {
                sellers,
                ratio_median,
                ..Default::default()
            });
            case.row().get("price.depth").expect("priced")
        };
        let alone = at(0.45).row().get("price.depth").expect("priced");
        assert_eq!(depth(2, 0.6), alone, "two sellers are no market");
        assert_eq!(depth(3, 0.7), 0.0);
        assert_eq!(depth(3, 1.4), alone, "a dear market accuses nobody");
    }

    #[test]
    fn many_fakes_of_one_product_do_not_excuse_each_other() {
        let mut case = at(0.15);
        case.relations.product = Some(crate::signals::ProductRelation {
            sellers: 60,
            ratio_median: 0.15,
            ..Default::default()
        });
        assert_eq!(case.row().get("price.depth"), Some(1.0));
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
