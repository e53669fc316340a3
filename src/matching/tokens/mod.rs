//! Titles to words that two shops would write alike.

mod numbers;
mod part_number;

use crate::text::views::folded;
pub use numbers::{is_number, measure};
use numbers::{measured, plain_number, unit};
use part_number::is_part_number;

/// The words of a text in order, in lower case, without accents and most punctuation.
///
/// Numbers lose what says nothing (`2.0` and `v2` are `2`, `10,000` is `10000`), a number is joined
/// with the unit after it under one name of the unit (`16 GB`, `16gb`; `24"`, `24 inch`), a part number
/// stays whole (`EX-ZS5` is `exzs5`), and English plurals lose their `s`.
pub fn words(text: &str) -> Vec<String> {
    let plain = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        let signs = text.replace(['”', '″', '“'], "\"").replace(['’', '′'], "'");
        if signs.is_ascii() {
            signs.to_ascii_lowercase()
        } else {
            folded(&signs)
        }
    };
    let mut found: Vec<String> = Vec::new();
    for chunk in plain.split(|c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ';' | '|' | '!' | '?')
    }) {
        push_chunk(chunk, &mut found);
    }
    without_systems(&mut found);
    found
}

/// Drops lists of the systems that software runs on (`win 98 me 2000 xp`): their numbers are no versions.
fn without_systems(found: &mut Vec<String>) {
    let system = |word: &String| {
        matches!(
            word.as_str(),
            "win"
                | "window"
                | "95"
                | "98"
                | "me"
                | "nt"
                | "2000"
                | "xp"
                | "vista"
                | "2000/xp"
                | "98se"
                | "se"
        )
    };
    let mut at = 0;
    while at < found.len() {
        let run = found[at..].iter().take_while(|word| system(word)).count();
        if run >= 3 || run == 2 && matches!(found[at].as_str(), "win" | "window" | "xp" | "me") {
            found.splice(at..at + run, ["win".to_owned()]);
        }
        at += run.max(1);
    }
}

fn push_chunk(chunk: &str, found: &mut Vec<String>) {
    // A text in pieces (`v2 .0`) keeps its number together.
    if let Some(decimals) = chunk.strip_prefix('.')
        && is_number(decimals)
        && let Some(last) = found.last_mut()
        && is_number(last)
    {
        *last = plain_number(&format!("{last}.{decimals}"));
        return;
    }
    let inner = chunk.trim_matches(|c: char| !c.is_alphanumeric());
    if inner.is_empty() {
        // The sign of inches may stand alone after its number.
        if matches!(chunk, "'" | "\"" | "''") {
            join_unit("in", found);
        }
        return;
    }
    if inner.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        push_word(inner, found);
        return;
    }
    if is_part_number(inner) {
        found.push(squeezed(inner));
        return;
    }
    for part in inner.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | ',' | '\''))) {
        for word in split_points(part) {
            push_word(&word, found);
        }
    }
    let before_inner = |c: char| !c.is_alphanumeric();
    let after = chunk.trim_start_matches(before_inner).strip_prefix(inner);
    let inches = after.is_some_and(|after| after.starts_with(['\'', '"']));
    if inches && inner.ends_with(|c: char| c.is_ascii_digit()) {
        join_unit("in", found);
    }
}

/// Splits at points and commas that are not inside a number; apostrophes vanish.
fn split_points(part: &str) -> Vec<String> {
    let letters: Vec<char> = part.chars().collect();
    let digit = |at: Option<usize>| {
        at.and_then(|at| letters.get(at))
            .is_some_and(char::is_ascii_digit)
    };
    let (mut words, mut word) = (Vec::new(), String::new());
    for (at, letter) in letters.iter().enumerate() {
        let inside = digit(at.checked_sub(1)) && digit(Some(at + 1));
        match letter {
            '\'' => {}
            '.' if inside => word.push('.'),
            ',' if inside && digit(Some(at + 2)) && digit(Some(at + 3)) && !digit(Some(at + 4)) => {
            }
            // A decimal comma: `1,5 l`.
            ',' if inside && !word.contains(['.', ',']) && !digit(Some(at + 2)) => word.push('.'),
            '.' | ',' => words.push(std::mem::take(&mut word)),
            _ => word.push(*letter),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

fn push_word(word: &str, found: &mut Vec<String>) {
    let digits = word
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(word.len());
    let (number, rest) = word.split_at(digits);
    if number.is_empty() {
        let version = word.strip_prefix('v').filter(|rest| is_number(rest));
        match (version, unit(word)) {
            (Some(number), _) => found.push(plain_number(number)),
            (None, Some(unit)) if found.last().is_some_and(|last| is_number(last)) => {
                join_unit(unit, found)
            }
            _ => found.push(singular(word)),
        }
    } else if rest.is_empty() {
        found.push(plain_number(number));
    } else if let Some(unit) = unit(rest) {
        found.push(measured(number, unit));
    } else {
        found.push(word.to_owned());
    }
}

fn join_unit(unit: &str, found: &mut [String]) {
    if let Some(last) = found.last_mut()
        && is_number(last)
    {
        *last = measured(last, unit);
    }
}

/// The letters and digits of `text` in lower case.
pub fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A word without the ending of an English plural.
fn singular(word: &str) -> String {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shops_write_the_same_differently() {
        for (one, other) in [
            ("16 GB SD card", "16gb SD cards"),
            ("24\" LCD TV", "24 inch LCD TV"),
            ("24 ' LCD TV", "24-inch LCD TV"),
            ("Nero v7.0", "nero 7"),
            ("10,000 photos", "10000 photo"),
            ("Casio EX-ZS5", "casio exzs5"),
            ("Café Élan", "cafe elan"),
            ("24” LCD", "24in LCD"),
            ("v7 .0.2 mac", "v7.0.2 mac"),
            ("editor (win 98 me 2000 xp)", "editor win"),
            ("cola can 330 ml", "cola can 33 cl"),
            ("pasta 500g", "pasta 0.5 kg"),
            ("disk 1 TB", "disk 1000GB"),
            ("cable 2 m", "cable 200 cm"),
            ("water 1.5 l", "water 1,5 l"),
        ] {
            assert_eq!(words(one), words(other), "{one}");
        }
    }

    #[test]
    fn part_numbers_stay_whole_and_words_do_not() {
        assert_eq!(
            words("KFC-1652 5-port 10/100"),
            ["kfc1652", "5port", "10", "100"]
        );
        assert_eq!(measure("5port"), Some(("5", "port")));
        assert_eq!(measure("port"), None);
    }

    proptest! {
        #[test]
        fn any_text_gives_words_without_spaces(text in "\\PC{0,60}") {
            for word in words(&text) {
                prop_assert!(!word.is_empty() && !word.contains(char::is_whitespace));
            }
        }
    }
}
