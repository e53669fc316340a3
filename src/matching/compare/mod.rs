//! The named comparisons of two articles.

mod looks;
mod numbers;
mod titles;
mod wording;

use super::align::Alignment;
use super::facts::Facts;
use crate::text::similarity::cosine;
use titles::Side;

/// One comparison: its name, and whether what it adds may bend (its effect is then piecewise linear).
pub struct Comparison {
    /// As artifacts and explanations name it.
    pub name: &'static str,
    /// Whether it has knots; see [`super::score::KNOTS`].
    pub bent: bool,
}

const fn straight(name: &'static str) -> Comparison {
    Comparison { name, bent: false }
}

const fn bent(name: &'static str) -> Comparison {
    Comparison { name, bent: true }
}

/// Every comparison, in the order of their values. All are in 0..=1; 0 says nothing.
///
/// "Held" is the share of a title's weight that the other title holds, "told" that the other's title,
/// brand, part number or description hold; least and most are over the two directions.
pub static COMPARISONS: [Comparison; COUNT] = [
    bent("title_cosine"),
    bent("title_least_held"),
    bent("title_most_held"),
    bent("title_least_told"),
    bent("title_most_told"),
    bent("weightiest_untold"),
    bent("weightiest_untold_of_both"),
    bent("letters_cosine"),
    bent("longest_run"),
    straight("model_equal"),
    bent("model_near"),
    straight("model_differs"),
    straight("model_in_text"),
    straight("mpn_equal"),
    straight("mpn_near"),
    straight("mpn_differs"),
    straight("gtin_equal"),
    straight("gtin_differs"),
    straight("measure_equal"),
    straight("measure_differs"),
    straight("number_equal"),
    straight("number_differs"),
    straight("number_on_one_side"),
    straight("colour_equal"),
    straight("colour_differs"),
    straight("colour_on_one_side"),
    straight("kind_differs"),
    straight("brand_equal"),
    straight("brand_differs"),
    straight("brand_in_text"),
    straight("first_word_equal"),
    straight("price_on_both"),
    bent("price_log_ratio"),
    straight("price_equal"),
    straight("platform_differs"),
    straight("upgrade_on_one_side"),
    straight("academic_on_one_side"),
    straight("edition_differs"),
    straight("edition_on_one_side"),
    straight("edition_shared_in_part"),
    straight("version_differs"),
    straight("version_shared_in_part"),
    straight("qualifier_on_one_side"),
    straight("title_in_description"),
    bent("descriptions_cosine"),
    straight("description_missing"),
    straight("pack_differs"),
    straight("title_is_short"),
    straight("audience_differs"),
];

/// The values of one pair, in the order of [`COMPARISONS`].
pub type Values = [f64; COUNT];

const COUNT: usize = 49;

/// Compares two articles.
pub fn compare(left: &Facts, right: &Facts) -> Values {
    compare_with_held(left, right).0
}

/// The comparisons, and the share of the right title that the left one holds, 0..=1, by the squares of
/// its words' weights: the rare words, which name an article, outweigh its kind and colour.
pub fn compare_with_held(left: &Facts, right: &Facts) -> (Values, f64) {
    let mut values = [0.0; COUNT];
    let held = Alignment::new(&left.words, &right.words);
    let one = Side::new(left, held.left, right);
    let other = Side::new(right, held.right, left);
    let all = titles::compared(&one, &other, cosine(&left.trigrams, &right.trigrams))
        .into_iter()
        .chain(numbers::identifiers(left, right))
        .chain(numbers::measures(left, right))
        .chain(looks::colours_and_brands(left, right))
        .chain(looks::prices(left, right))
        .chain(wording::editions(left, right))
        .chain(wording::texts((left, &one), (right, &other)))
        .chain([flag(left.audience.differs(right.audience))]);
    for (place, value) in values.iter_mut().zip(all) {
        *place = value;
    }
    (values, other.held_of_squares())
}

fn flag(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// `count` of `most`, at most 1.
fn share(count: usize, most: usize) -> f64 {
    count.min(most) as f64 / most as f64
}
