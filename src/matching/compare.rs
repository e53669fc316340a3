//! The named comparisons of two articles.

use super::align::{Alignment, number_likeness};
use super::facts::{Facts, Word};
use crate::record::Money;
use crate::text::similarity::cosine;

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
    straight("qualifier_on_one_side"),
    straight("title_in_description"),
    bent("descriptions_cosine"),
    straight("description_missing"),
    straight("pack_differs"),
    straight("title_is_short"),
];

/// The values of one pair, in the order of [`COMPARISONS`].
pub type Values = [f64; COUNT];

const COUNT: usize = 40;

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
    let all = titles(&one, &other, cosine(&left.trigrams, &right.trigrams))
        .into_iter()
        .chain(numbers(left, right))
        .chain(measures(left, right))
        .chain(looks(left, right))
        .chain(prices(left, right))
        .chain(rest((left, &one), (right, &other)));
    for (place, value) in values.iter_mut().zip(all) {
        *place = value;
    }
    let squares = other.squares(|_| 1.0);
    let held = if squares > 0.0 {
        other.squares(|at| other.held[at]) / squares
    } else {
        0.0
    };
    (values, held)
}

fn flag(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// `count` of `most`, at most 1.
fn share(count: usize, most: usize) -> f64 {
    count.min(most) as f64 / most as f64
}

/// One title against the other.
struct Side<'a> {
    words: &'a [Word],
    held: Vec<f64>,
    told: Vec<f64>,
}

impl<'a> Side<'a> {
    fn new(of: &'a Facts, held: Vec<f64>, other: &Facts) -> Self {
        let told = of.words.iter().zip(&held).map(|(word, held)| {
            if other.names(word.key) {
                1.0
            } else if other.describes(word.key) {
                held.max(0.8)
            } else {
                *held
            }
        });
        Self {
            words: &of.words,
            told: told.collect(),
            held,
        }
    }

    fn share(&self, of: &[f64]) -> f64 {
        let all: f64 = self.words.iter().map(|word| word.weight).sum();
        let part: f64 = self
            .words
            .iter()
            .zip(of)
            .map(|(word, held)| word.weight * held)
            .sum();
        if all > 0.0 { part / all } else { 0.0 }
    }

    fn untold(&self) -> f64 {
        let weights = self
            .words
            .iter()
            .zip(&self.told)
            .map(|(word, told)| word.weight * (1.0 - told));
        weights.fold(0.0, f64::max)
    }

    fn squares(&self, of: impl Fn(usize) -> f64) -> f64 {
        self.words
            .iter()
            .enumerate()
            .map(|(at, word)| word.weight.powi(2) * of(at))
            .sum()
    }

    fn qualifiers(&self) -> usize {
        let alone = self
            .words
            .iter()
            .zip(&self.told)
            .filter(|(_, told)| **told < 0.5);
        alone.filter(|(word, _)| is_qualifier(&word.text)).count()
    }
}

fn titles(one: &Side<'_>, other: &Side<'_>, letters: f64) -> [f64; 9] {
    let norms = (one.squares(|_| 1.0) * other.squares(|_| 1.0)).sqrt();
    let dot = (one.squares(|at| one.held[at]) + other.squares(|at| other.held[at])) / 2.0;
    let held = (one.share(&one.held), other.share(&other.held));
    let told = (one.share(&one.told), other.share(&other.told));
    let untold = (one.untold(), other.untold());
    [
        if norms > 0.0 {
            (dot / norms).min(1.0)
        } else {
            0.0
        },
        held.0.min(held.1),
        held.0.max(held.1),
        told.0.min(told.1),
        told.0.max(told.1),
        untold.0.max(untold.1),
        untold.0.min(untold.1),
        letters,
        longest_run(one.words, other.words),
    ]
}

/// The weight of the longest run of words that both titles have in the same order, of the lighter title's.
fn longest_run(left: &[Word], right: &[Word]) -> f64 {
    let weight = |words: &[Word]| words.iter().map(|word| word.weight).sum::<f64>();
    let mut longest = 0.0f64;
    for at in 0..left.len() {
        for other in 0..right.len() {
            let pairs = left[at..].iter().zip(&right[other..]);
            let run = pairs.take_while(|(a, b)| a.key == b.key).count();
            if run > 0 {
                longest = longest.max(weight(&left[at..at + run]));
            }
        }
    }
    let all = weight(left).min(weight(right));
    if all > 0.0 {
        (longest / all).min(1.0)
    } else {
        0.0
    }
}

fn numbers(left: &Facts, right: &Facts) -> [f64; 9] {
    let equal = left
        .models
        .iter()
        .filter(|model| right.models.binary_search(model).is_ok());
    let equal = equal.map(String::len).max();
    let pairs = left
        .models
        .iter()
        .flat_map(|a| right.models.iter().map(move |b| number_likeness(a, b)));
    let near = pairs.fold(0.0, f64::max);
    let inside = |one: &Facts, other: &Facts| {
        one.models
            .iter()
            .any(|model| model.len() >= 5 && other.letters.contains(model.as_str()))
    };
    let in_text = equal.is_none() && (inside(left, right) || inside(right, left));
    let both_models = !left.models.is_empty() && !right.models.is_empty();
    let both_fields = left.mpn.len() >= 2 && right.mpn.len() >= 2;
    let field = if both_fields {
        number_likeness(&left.mpn, &right.mpn)
    } else {
        0.0
    };
    let same_field = both_fields && left.mpn == right.mpn;
    let both_gtins = left.gtin.is_some() && right.gtin.is_some();
    [
        // A short number is sooner equal by chance.
        equal.map_or(0.0, |length| if length >= 5 { 1.0 } else { 0.6 }),
        if equal.is_none() { near } else { 0.0 },
        flag(both_models && equal.is_none() && near < 0.6),
        flag(in_text),
        flag(same_field),
        if same_field { 0.0 } else { field },
        flag(both_fields && !same_field && field < 0.6),
        flag(both_gtins && left.gtin == right.gtin),
        flag(both_gtins && left.gtin != right.gtin),
    ]
}

fn measures(left: &Facts, right: &Facts) -> [f64; 5] {
    let equal = left
        .measures
        .iter()
        .filter(|measure| right.measures.contains(measure))
        .count();
    let (numbers, others) = (&left.numbers, &right.numbers);
    let same = numbers
        .iter()
        .filter(|number| others.contains(number))
        .count();
    [
        share(equal, 2),
        share(differing(left, right, |unit| unit != "pk"), 2),
        share(same, 2),
        flag(!numbers.is_empty() && !others.is_empty() && same == 0),
        share(numbers.len() + others.len() - 2 * same, 3),
    ]
}

/// Measures of the left whose unit the right has with other numbers only.
fn differing(left: &Facts, right: &Facts, wanted: impl Fn(&str) -> bool) -> usize {
    let differs = |(number, unit): &&(String, &'static str)| {
        let mut of_unit = right
            .measures
            .iter()
            .filter(|(_, other)| other == unit)
            .peekable();
        wanted(unit) && of_unit.peek().is_some() && of_unit.all(|(other, _)| other != number)
    };
    left.measures.iter().filter(differs).count()
}

fn looks(left: &Facts, right: &Facts) -> [f64; 8] {
    let (colours, others) = (&left.colours, &right.colours);
    let same_colour = colours.iter().any(|colour| others.contains(colour));
    let both_colours = !colours.is_empty() && !others.is_empty();
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

fn prices(left: &Facts, right: &Facts) -> [f64; 3] {
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

fn rest((left, one): (&Facts, &Side<'_>), (right, other): (&Facts, &Side<'_>)) -> [f64; 6] {
    let described = |side: &Side<'_>, by: &Facts| {
        let told: Vec<f64> = side
            .words
            .iter()
            .map(|word| flag(by.describes(word.key)))
            .collect();
        side.share(&told)
    };
    let missing = left.description.is_empty() || right.description.is_empty();
    [
        share(one.qualifiers() + other.qualifiers(), 2),
        described(one, right).max(described(other, left)),
        if missing {
            0.0
        } else {
            cosine(&left.description, &right.description)
        },
        flag(missing),
        flag(differing(left, right, |unit| unit == "pk") > 0),
        1.0 / (1 + left.words.len().min(right.words.len())) as f64,
    ]
}

/// Words that make another article of one with the same name.
fn is_qualifier(word: &str) -> bool {
    const QUALIFIERS: &[&str] = &[
        "academic",
        "adapter",
        "add",
        "basic",
        "battery",
        "bundle",
        "business",
        "cable",
        "case",
        "cd",
        "charger",
        "cover",
        "deluxe",
        "dvd",
        "edu",
        "education",
        "enterprise",
        "expansion",
        "extra",
        "home",
        "kid",
        "kit",
        "large",
        "left",
        "lic",
        "license",
        "lite",
        "mac",
        "macintosh",
        "max",
        "medium",
        "men",
        "mini",
        "mount",
        "oem",
        "plus",
        "premium",
        "pro",
        "professional",
        "refill",
        "refurbished",
        "replacement",
        "right",
        "small",
        "standard",
        "std",
        "student",
        "suite",
        "teacher",
        "ultimate",
        "upg",
        "upgrade",
        "win",
        "window",
        "wireless",
        "women",
        "xl",
    ];
    QUALIFIERS.binary_search(&word).is_ok()
}
