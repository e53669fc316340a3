//! How sellers hide a brand's name from a search for it, and how honest ones get it wrong.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::super::random::{chance, pick, weighted};

/// Letters that look like others: Latin, then Cyrillic or Greek.
const ALIKE: [(char, char); 14] = [
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('i', 'і'),
    ('o', 'о'),
    ('p', 'р'),
    ('s', 'ѕ'),
    ('x', 'х'),
    ('y', 'у'),
    ('A', 'Α'),
    ('B', 'В'),
    ('K', 'Κ'),
    ('M', 'Μ'),
    ('T', 'Т'),
];

const DIGITS: [(char, char); 6] = [
    ('a', '4'),
    ('e', '3'),
    ('i', '1'),
    ('o', '0'),
    ('s', '5'),
    ('l', '1'),
];

/// A name that people read and a search does not find.
pub(super) fn masked(rng: &mut ChaCha8Rng, name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let len = letters.len();
    if len < 2 {
        return format!("{name}*");
    }
    let text = match weighted(rng, &[0.34, 0.14, 0.16, 0.12, 0.09, 0.08, 0.07]) {
        0 => {
            let sign = pick(rng, &['*', '*', '.', '_', '#', '✱']);
            let count = if len > 5 { rng.random_range(1..=2) } else { 1 };
            let from = rng.random_range(1..=len - count);
            letters
                .iter()
                .enumerate()
                .map(|(at, c)| {
                    if (from..from + count).contains(&at) {
                        sign
                    } else {
                        *c
                    }
                })
                .collect()
        }
        1 => {
            let gap = pick(rng, &[" ", ".", "-", " "]);
            letters
                .iter()
                .map(char::to_string)
                .collect::<Vec<_>>()
                .join(gap)
        }
        2 => swap_letters(&letters, &ALIKE),
        3 => swap_letters(&letters, &DIGITS),
        4 => {
            let at = rng.random_range(1..len);
            let mut hidden = letters.clone();
            hidden.insert(at, '\u{200b}');
            hidden.into_iter().collect()
        }
        5 => letters
            .iter()
            .map(|c| {
                if c.is_ascii_graphic() {
                    char::from_u32(*c as u32 + 0xfee0).unwrap_or(*c)
                } else {
                    *c
                }
            })
            .collect(),
        _ => {
            let keep = (len / 2).max(2);
            format!(
                "{}{}",
                letters[..keep].iter().collect::<String>(),
                "*".repeat(len - keep)
            )
        }
    };
    if text == name {
        format!(
            "{}*{}",
            letters[0],
            letters[2.min(len - 1)..].iter().collect::<String>()
        )
    } else {
        text
    }
}

fn swap_letters(letters: &[char], table: &[(char, char)]) -> String {
    let alike = |c: &char| {
        table
            .iter()
            .find(|(from, _)| from == c)
            .map_or(*c, |(_, to)| *to)
    };
    letters.iter().map(alike).collect()
}

/// A name with one or two wrong letters, or letters left out.
pub(super) fn misspelt(rng: &mut ChaCha8Rng, name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 3 {
        letters.push(pick(rng, &['a', 'e', 's']));
        return letters.into_iter().collect();
    }
    let at = rng.random_range(1..letters.len() - 1);
    match rng.random_range(0..5) {
        0 => letters.swap(at, at + 1),
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        3 => letters[at] = near(letters[at]),
        _ => {
            let last = letters.len() - 1;
            letters[last] = near(letters[last]);
        }
    }
    let text: String = letters.into_iter().collect();
    if text == name {
        format!("{name}{}", pick(rng, &["e", "h", "s"]))
    } else {
        text
    }
}

/// The letter that is taken for this one, by sound or on the keyboard.
fn near(letter: char) -> char {
    let pairs = [
        "ae", "ou", "iy", "ck", "dt", "bp", "vw", "mn", "sz", "gj", "lr", "fv", "hg", "qk", "xs",
    ];
    let lower = letter.to_ascii_lowercase();
    let other = pairs.iter().find_map(|pair| {
        let (first, second) = (pair.chars().next()?, pair.chars().nth(1)?);
        (lower == first)
            .then_some(second)
            .or((lower == second).then_some(first))
    });
    match other {
        Some(other) if letter.is_uppercase() => other.to_ascii_uppercase(),
        Some(other) => other,
        None => letter,
    }
}

/// What insiders call the brand: initials, consonants or the first letters.
pub(super) fn nickname(rng: &mut ChaCha8Rng, name: &str) -> String {
    let initials: String = name
        .split([' ', '-'])
        .filter_map(|word| word.chars().next())
        .collect();
    if initials.chars().count() > 1 && chance(rng, 0.6) {
        return initials.to_uppercase();
    }
    let consonants: String = name
        .chars()
        .filter(|c| c.is_alphabetic() && !"aeiouAEIOU".contains(*c))
        .take(3)
        .collect();
    if consonants.chars().count() >= 2 {
        consonants.to_uppercase()
    } else {
        name.chars().take(3).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::random::stream;

    #[test]
    fn a_disguised_name_is_never_the_name() {
        for index in 0..3000 {
            let mut rng = stream(4, "disguise", index);
            for name in ["Luma", "Ray-Ban", "Q", "LG", "Zelivadask Works", "露玛运动"] {
                assert_ne!(masked(&mut rng, name), name);
                assert_ne!(misspelt(&mut rng, name), name);
            }
        }
    }
}
