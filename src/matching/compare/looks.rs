use super::flag;
use crate::matching::facts::Facts;
use crate::record::Money;

pub(super) fn colours_and_brands(left: &Facts, right: &Facts) -> [f64; 8] {
    let (colours, others) = (&left.colours, &right.colours);
    // Brands have names of their own for colours.
    let same_shade = !left.shade.is_empty() && left.shade == right.shade;
    let shades_alone = colours.is_empty()
        && others.is_empty()
        && !left.shade.is_empty()
        && !right.shade.is_empty();
    let same_colour = same_shade || colours.iter().any(|colour| others.contains(colour));
    let both_colours = shades_alone || !colours.is_empty() && !others.is_empty();
    let (kinds, other_kinds) = (&left.kinds, &right.kinds);
    let same_kind = kinds.iter().any(|kind| other_kinds.contains(kind));
    let both_kinds = !kinds.is_empty() && !other_kinds.is_empty();
    let both_brands = !left.brand.is_empty() && !right.brand.is_empty();
    let same_brand =
        both_brands && (left.brand.contains(&right.brand) || right.brand.contains(&left.brand));
    let told =
        |one: &Facts, other: &Facts| !one.brand.is_empty() && other.letters.contains(&one.brand);
    let told = told(left, right) || told(right, left);
    let first = left.words.first().zip(right.words.first());
    [
        flag(same_colour),
        flag(both_colours && !same_colour),
        flag(colours.is_empty() != others.is_empty()),
        flag(both_kinds && !same_kind),
        flag(same_brand),
        flag(both_brands && !same_brand && !told),
        flag(told),
        flag(first.is_some_and(|(a, b)| a.key == b.key)),
    ]
}

/// A factor of e² and more is all the same.
const MOST_LOG_RATIO: f64 = 2.0;

pub(super) fn prices(left: &Facts, right: &Facts) -> [f64; 3] {
    let stated = |price: Option<Money>| price.filter(|price| price.minor() > 0);
    let both = stated(left.price).zip(stated(right.price));
    let Some((one, other)) = both.filter(|(a, b)| a.currency() == b.currency()) else {
        return [0.0; 3];
    };
    let ratio = (one.major() / other.major()).ln().abs();
    [
        1.0,
        ratio.min(MOST_LOG_RATIO) / MOST_LOG_RATIO,
        flag(ratio < 0.02),
    ]
}
