use super::mentions::Found;
use super::names::Name;
use super::reader::Text;
use super::reading::{Disguise, Field};

/// How sure it is that `found` means the brand.
///
/// A name that is no ordinary word is nearly certain. One that is (Supreme, Coach, Apple) is judged
/// by its capital where capitals tell something: not in a title written in capitals throughout, and
/// little in one that capitalises every word. The brand field is surest. The figures are judgements,
/// ordered by what an analyst would trust more; they are not frequencies.
pub(super) fn of(name: &Name, found: &Found, text: &Text) -> f64 {
    let sure = match found.disguise {
        Some(disguise) => disguised(name, disguise, found.sureness, text.field),
        None => found.sureness * plain(name, found, text),
    };
    sure.clamp(0.05, 0.99)
}

fn disguised(name: &Name, disguise: Disguise, sureness: f64, field: Field) -> f64 {
    // Only these leave the ordinary word as it is; what hides it or misspells it is no such word.
    let as_it_is = matches!(
        disguise,
        Disguise::Spaced | Disguise::Joined | Disguise::Transliterated | Disguise::Split
    );
    let ordinary = name.ordinary && as_it_is;
    let by_field = match field {
        Field::Brand => 0.05,
        Field::Title => 0.0,
        Field::Description => -0.05,
    };
    sureness + by_field - if ordinary { 0.1 } else { 0.0 }
}

fn plain(name: &Name, found: &Found, text: &Text) -> f64 {
    let written = &text.original[found.span.clone()];
    let capital = written.chars().next().is_some_and(char::is_uppercase);
    match text.field {
        Field::Brand if text.original.trim().len() == written.len() => 0.99,
        Field::Brand if name.ordinary || name.length < 4 => 0.85,
        Field::Brand => 0.95,
        field if name.length < 4 && name.joined.is_ascii() => {
            let as_registered = if name.ordinary {
                // `Off Shoulder` is no Off-White, whose owner registered `OFF`.
                !written.contains(char::is_lowercase) && !matches!(case_of(text), Case::Upper)
            } else {
                // What mixes letters and digits (`aj4`) is no word however it is written.
                written.to_lowercase() != written || written.contains(|c: char| c.is_ascii_digit())
            };
            let by_field = if field == Field::Title { 0.05 } else { 0.0 };
            by_field + if as_registered { 0.7 } else { 0.3 }
        }
        Field::Title if name.ordinary => {
            let first = text
                .tokens
                .first()
                .is_some_and(|token| token.start == found.span.start);
            match (case_of(text), capital, first) {
                (Case::Upper, _, _) => 0.5,
                // Several ordinary words together are hardly ever met by chance.
                (_, false, _) if name.word_count > 1 && name.length >= 10 => 0.6,
                (_, false, _) => 0.4,
                (_, true, true) => 0.8,
                (Case::Title, true, false) => 0.55,
                (Case::Mixed, true, false) => 0.7,
            }
        }
        Field::Description if name.ordinary => {
            let starts_sentence = text.original[..found.span.start]
                .trim_end()
                .chars()
                .next_back()
                .is_none_or(|last| matches!(last, '.' | '!' | '?' | ':' | '•' | '>'));
            if capital && !starts_sentence {
                0.55
            } else {
                0.25
            }
        }
        Field::Title => 0.96,
        Field::Description => 0.9,
    }
}

/// How a text is capitalised.
enum Case {
    Upper,
    Title,
    Mixed,
}

fn case_of(text: &Text) -> Case {
    if !text.original.chars().any(char::is_lowercase) {
        return Case::Upper;
    }
    let starts = text
        .tokens
        .iter()
        .filter_map(|token| text.original[token.start..].chars().next());
    let (mut capitals, mut letters) = (0, 0);
    for first in starts.filter(|first| first.is_alphabetic()) {
        letters += 1;
        capitals += usize::from(first.is_uppercase());
    }
    if letters > 2 && capitals * 3 >= letters * 2 {
        Case::Title
    } else {
        Case::Mixed
    }
}
