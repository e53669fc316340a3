//! Names that would find too much.

use super::finding::Code;

/// Everyday words, mostly English, that are also brand names or tempting as aliases. Searched alone
/// they find listings that have nothing to do with the brand.
const COMMON_WORDS: &[&str] = &[
    "active", "air", "all", "amazon", "and", "angel", "apple", "arc", "art", "audio", "baby",
    "bag", "bags", "basic", "beauty", "best", "black", "blue", "body", "book", "boot", "boots",
    "boss", "box", "boy", "brand", "camp", "camper", "car", "case", "champion", "classic", "clean",
    "clock", "coach", "color", "colour", "company", "converse", "cool", "cotton", "crown",
    "diesel", "dove", "dress", "echo", "eco", "element", "energy", "express", "fashion", "fit",
    "focus", "for", "fossil", "fresh", "galaxy", "gap", "girl", "gold", "golf", "good", "gray",
    "green", "guess", "home", "house", "hunter", "jacket", "jeans", "kid", "kids", "king", "lady",
    "leather", "life", "light", "line", "love", "luxury", "mango", "man", "max", "men", "mens",
    "mini", "model", "modern", "monster", "moon", "music", "natural", "nature", "nest", "new",
    "next", "off", "one", "only", "orange", "original", "outdoor", "perfect", "pixel", "play",
    "polo", "power", "premium", "pro", "pure", "queen", "quality", "red", "ring", "rock", "royal",
    "run", "sale", "set", "shell", "shirt", "shoe", "shoes", "shop", "silver", "slim", "smart",
    "soft", "sport", "sports", "star", "stone", "store", "street", "style", "sun", "super",
    "supreme", "surface", "sweet", "table", "target", "the", "theory", "tide", "time", "tommy",
    "top", "toy", "tree", "true", "ultra", "urban", "vans", "vintage", "visa", "watch", "water",
    "white", "wild", "woman", "women", "womens", "wood", "work", "world", "yellow", "you", "young",
    "zoom",
];

/// What speaks against searching for `alias` alone: code, what was found, what to do.
pub(super) fn weakness(alias: &str) -> Option<(Code, String, &'static str)> {
    if weight(alias) < 3 {
        let expected =
            "use at least three letters, or leave it out: short names are found inside others";
        return Some((Code::AliasTooShort, format!("{alias:?}"), expected));
    }
    common_word(alias).then(|| {
        let expected = "leave it out or add a second word: alone it also means something else";
        (
            Code::AliasCommonWord,
            format!("{alias:?} is an everyday word"),
            expected,
        )
    })
}

/// Whether a name alone is an everyday word.
pub(super) fn common_word(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    COMMON_WORDS.contains(&name.as_str())
}

/// Letters and digits; one sign of a syllabic or ideographic script says as much as two letters.
fn weight(name: &str) -> usize {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .map(|letter| {
            if ('\u{1100}'..='\u{11ff}').contains(&letter) || letter >= '\u{2e80}' {
                2
            } else {
                1
            }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(alias: &str) -> Option<Code> {
        weakness(alias).map(|(code, ..)| code)
    }

    #[test]
    fn short_and_common_names_are_told_from_good_ones() {
        assert_eq!(code("LV"), Some(Code::AliasTooShort));
        assert_eq!(code("H&M"), Some(Code::AliasTooShort));
        assert_eq!(code("露"), Some(Code::AliasTooShort));
        assert_eq!(code("露玛"), None);
        assert_eq!(code(" Supreme "), Some(Code::AliasCommonWord));
        assert_eq!(code("Supreme New York"), None);
    }
}
