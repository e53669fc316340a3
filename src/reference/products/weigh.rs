use crate::matching::compare::{Values, compare_with_held};
use crate::matching::facts::Facts;
use crate::matching::reasons::value;

/// Log odds of two products taken at random from what the search gives.
const BASE: f64 = -5.0;
/// Log odds that titles of likeness 1 add.
const TITLE: f64 = 8.5;
/// Log odds that the other comparisons add.
const WEIGHTS: &[(&str, f64)] = &[
    ("gtin_equal", 8.0),
    ("gtin_differs", -1.5),
    ("mpn_equal", 6.0),
    ("model_equal", 2.0),
    ("model_differs", -2.0),
    ("number_differs", -2.0),
    ("measure_differs", -2.0),
    ("colour_equal", 0.5),
    ("colour_differs", -1.0),
    ("kind_differs", -2.5),
    ("brand_equal", 1.0),
    ("brand_differs", -2.0),
];

/// A listing held against one product.
pub(super) struct Weighed {
    /// That it is the product.
    pub log_odds: f64,
    /// How alike the titles are, 0..=1.
    pub title_likeness: f64,
    pub values: Values,
}

impl Weighed {
    /// Compares as [`crate::matching`] does, with weights set by hand.
    ///
    /// The weights of `models/product-match` are for two shops: there, a word on one side only tells
    /// two articles apart. Sellers on a marketplace write what comes to their minds around a name,
    /// and leave out what the catalog has. An equal title gives above 0.9, and one that shares only the
    /// kind of goods below 0.1.
    pub fn new(listing: &Facts, product: &Facts) -> Self {
        let (values, held) = compare_with_held(listing, product);
        let cosine = value(&values, "title_cosine").max(value(&values, "letters_cosine"));
        // A title of one word is held by chance.
        let held = held * if product.words.len() > 1 { 1.0 } else { 0.6 };
        let title_likeness = (held + cosine) / 2.0;
        let others: f64 = WEIGHTS
            .iter()
            .map(|(name, weight)| weight * value(&values, name))
            .sum();
        Self {
            log_odds: BASE + TITLE * title_likeness + others,
            title_likeness,
            values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::compare::COMPARISONS;

    #[test]
    fn every_weight_is_of_a_comparison() {
        let named = ["title_cosine", "letters_cosine"];
        for name in WEIGHTS.iter().map(|(name, _)| *name).chain(named) {
            assert!(COMPARISONS.iter().any(|of| of.name == name), "{name}");
        }
    }
}
