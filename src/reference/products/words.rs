use std::collections::{BTreeSet, HashSet};

use crate::matching::colour;
use crate::record::Product;
use crate::text::lexicon::CommonWords;
use crate::text::views::folded;

/// What a title says, as it is compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Facts {
    /// The title's words, sorted, each once.
    pub words: Vec<String>,
    /// Its character trigrams.
    pub trigrams: Vec<(u64, f64)>,
    /// Model and part numbers.
    pub models: BTreeSet<String>,
    /// Colours.
    pub colours: BTreeSet<&'static str>,
    /// Kinds of goods.
    pub kinds: BTreeSet<&'static str>,
    /// The part number.
    pub mpn: Option<String>,
    /// The article number.
    pub gtin: Option<crate::record::Gtin>,
}

impl Facts {
    pub fn of_product(product: &Product) -> Self {
        let mut facts = Self::of_title(&product.title, &product.color);
        facts.mpn = normalised_number(&product.mpn);
        facts.models.extend(facts.mpn.clone());
        facts.gtin = product.gtin;
        facts
    }

    pub fn of_title(title: &str, colour: &str) -> Self {
        let words = title_words(title);
        let mut colours: BTreeSet<&'static str> = title_words(colour)
            .iter()
            .filter_map(|word| colour::named(word))
            .collect();
        if colours.is_empty() {
            colours = words
                .iter()
                .filter_map(|word| colour::named(word))
                .collect();
        }
        Self {
            kinds: words.iter().filter_map(|word| kind(word)).collect(),
            trigrams: crate::text::similarity::trigrams(title),
            models: model_numbers(title),
            colours,
            words,
            mpn: None,
            gtin: None,
        }
    }
}

/// The folded words of a title, sorted, each once; of an English plural also the singular's form.
pub(super) fn title_words(title: &str) -> Vec<String> {
    let folded = folded(title);
    let words: BTreeSet<String> = folded
        .split(' ')
        .filter(|word| !word.is_empty() && *word != "s")
        .map(singular)
        .collect();
    words.into_iter().collect()
}

fn singular(word: &str) -> String {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// Letters and digits of a part number in lower case; `None` when there are fewer than four or no
/// digit, since `black` or `12` says nothing.
pub(super) fn normalised_number(text: &str) -> Option<String> {
    let number: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    (number.chars().count() >= 4 && digits > 0).then_some(number)
}

/// What is shaped like a model number: letters with digits, or at least four digits that are no
/// year. Amounts (`50ml`), sizes and ordinals are none.
pub(super) fn model_numbers(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for chunk in text.split_whitespace() {
        let chunk = chunk.trim_matches(|c: char| !c.is_alphanumeric());
        let parts = chunk
            .split(|c: char| !c.is_alphanumeric())
            .filter(|part| !part.is_empty());
        let parts: Vec<&str> = parts.collect();
        found.extend(parts.iter().filter_map(|part| model_number(part)));
        if parts.len() > 1 && chunk.contains('-') {
            // `AE-1` is one number; `Hoodie-XS-Black` has no digit and is none.
            found.extend(model_number(&parts.concat()).filter(|number| number.len() <= 16));
        }
    }
    found
}

pub(super) fn model_number(part: &str) -> Option<String> {
    let number = part.to_lowercase();
    if !number.is_ascii() || number.len() < 2 || number.len() > 24 {
        return None;
    }
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if digits == number.len() {
        let year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
        return (number.len() >= 4 && !year).then_some(number);
    }
    (digits > 0 && number.len() >= 3 && !is_amount(&number) && !is_season(&number))
        .then_some(number)
}

/// A number with a unit, an ordinal, or a count: `50ml`, `2nd`, `3x`, `90s`.
fn is_amount(number: &str) -> bool {
    const UNITS: &[&str] = &[
        "ml", "cl", "l", "oz", "fl", "g", "kg", "lb", "lbs", "mg", "mm", "cm", "m", "km", "in",
        "inch", "ft", "gb", "tb", "mb", "w", "kw", "v", "a", "ah", "mah", "wh", "hz", "mhz", "ghz",
        "k", "p", "fps", "mp", "dpi", "pc", "pcs", "pack", "pk", "pairs", "pair", "set", "ct", "x",
        "s", "st", "nd", "rd", "th", "d", "h", "hr", "hrs", "min", "days", "yrs", "y", "t", "atm",
        "bar", "ply", "color", "colors", "colour", "colours", "piece", "pieces", "size",
    ];
    let unit = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let sized = number.trim_end_matches(|c: char| c.is_ascii_digit());
    unit.len() < number.len() && UNITS.contains(&unit)
        || matches!(
            sized,
            "size"
                | "sz"
                | "eu"
                | "us"
                | "uk"
                | "eur"
                | "no"
                | "w"
                | "l"
                | "x"
                | "xl"
                | "pack"
                | "vol"
                | "set"
        )
        || matches!(
            number,
            "2xl" | "3xl" | "4xl" | "5xl" | "6xl" | "3d" | "2d" | "4k" | "5g" | "4g"
        )
}

/// `19fw`, `ss22`, `aw2021`.
fn is_season(number: &str) -> bool {
    let season = number.trim_matches(|c: char| c.is_ascii_digit());
    matches!(season, "fw" | "ss" | "aw" | "sp" | "su")
}

/// The kind of goods that a word names, as wide as two sellers would agree on.
pub(super) fn kind(word: &str) -> Option<&'static str> {
    Some(match word {
        "shoe" | "sneaker" | "trainer" | "boot" | "sandal" | "slipper" | "slide" | "loafer"
        | "clog" | "footwear" => "footwear",
        "hoodie" | "sweatshirt" | "sweater" | "pullover" | "cardigan" | "jumper" => "sweater",
        "jacket" | "coat" | "parka" | "windbreaker" | "anorak" | "blazer" => "jacket",
        "shirt" | "tee" | "tshirt" | "t-shirt" | "polo" | "blouse" | "tank" | "bra" | "top" => {
            "top"
        }
        "pant" | "trouser" | "jean" | "short" | "legging" | "capri" | "sweatpant" | "skirt" => {
            "bottoms"
        }
        "dress" | "gown" => "dress",
        "bag" | "handbag" | "backpack" | "tote" | "duffle" | "duffel" | "satchel" | "clutch"
        | "purse" => "bag",
        "wallet" | "cardholder" => "wallet",
        "watch" | "wristwatch" | "chronograph" => "watch",
        "sunglass" | "sunglasse" | "sunglasses" | "eyeglass" | "eyewear" => "eyewear",
        "hat" | "cap" | "beanie" => "headwear",
        "belt" => "belt",
        "ball" | "football" | "basketball" => "ball",
        "phone" | "smartphone" => "phone",
        "headphone" | "earphone" | "earbud" | "headset" => "headphones",
        "perfume" | "fragrance" | "cologne" | "parfum" => "perfume",
        "necklace" | "bracelet" | "earring" | "ring" | "pendant" => "jewellery",
        "book" | "paperback" | "hardcover" => "book",
        "poster" => "poster",
        "case" | "cover" | "strap" | "charger" | "battery" | "cable" => "accessory",
        _ => return None,
    })
}

/// Words too ordinary to be the name of a model.
pub(super) struct CommonSet(HashSet<String>);

impl CommonSet {
    /// From the shipped lexicon; empty if that were damaged, which its tests rule out.
    pub fn embedded() -> Self {
        let common = CommonWords::embedded().unwrap_or_default();
        Self(
            common
                .ordinary
                .iter()
                .chain(&common.joined)
                .map(|word| folded(word))
                .collect(),
        )
    }

    pub fn contains(&self, word: &str) -> bool {
        self.0.contains(word)
            || ["s", "es", "ed", "ing", "er", "y", "ly"]
                .iter()
                .any(|ending| {
                    word.strip_suffix(ending)
                        .is_some_and(|stem| self.0.contains(stem))
                })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_numbers_and_what_is_none() {
        let found = |text: &str| model_numbers(text).into_iter().collect::<Vec<_>>();
        assert_eq!(found("Canon EOS-R5 body"), ["eosr5"]);
        assert_eq!(found("Nike AQ2664 (2019)"), ["aq2664"]);
        assert_eq!(
            found("Seiko SKX013, 5625-7110"),
            ["5625", "56257110", "7110", "skx013"]
        );
        for text in [
            "50ml 3x 2nd",
            "size 42 EU44",
            "19FW SS2021",
            "128GB 2XL",
            "Hoodie-XS-Black",
            "1990s 2024",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn numbers_that_say_something() {
        assert_eq!(normalised_number("MH-01 XS"), Some("mh01xs".to_owned()));
        assert_eq!(normalised_number("12"), None);
        assert_eq!(normalised_number("black"), None);
    }
}
