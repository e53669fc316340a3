use super::facts::Word;
use super::tokens::is_number;

/// How much of each word the other title holds, 0..=1: 1 for the same word, less for one that is
/// spelt, shortened or numbered a little otherwise.
pub(super) struct Alignment {
    pub left: Vec<f64>,
    pub right: Vec<f64>,
}

impl Alignment {
    pub fn new(left: &[Word], right: &[Word]) -> Self {
        let mut held = Self {
            left: vec![0.0; left.len()],
            right: vec![0.0; right.len()],
        };
        for (at, word) in left.iter().enumerate() {
            if let Some(same) = right.iter().position(|other| other.key == word.key) {
                (held.left[at], held.right[same]) = (1.0, 1.0);
            }
        }
        join(left, &mut held.left, right, &mut held.right);
        join(right, &mut held.right, left, &mut held.left);
        for (at, word) in left.iter().enumerate() {
            if held.left[at] > 0.0 {
                continue;
            }
            let open = right
                .iter()
                .enumerate()
                .filter(|(at, _)| held.right[*at] == 0.0);
            let best = open
                .map(|(other, against)| (other, alike(&word.text, &against.text)))
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            if let Some((other, likeness)) = best {
                (held.left[at], held.right[other]) = (likeness, likeness);
            }
        }
        held
    }
}

/// Finds words of one title that are two or three neighbouring words of the other: `backpack` and `back
/// pack`.
fn join(ones: &[Word], held_ones: &mut [f64], parts: &[Word], held_parts: &mut [f64]) {
    for (one, held) in ones.iter().zip(held_ones) {
        if *held > 0.0 || one.text.len() < 4 {
            continue;
        }
        for start in 0..parts.len() {
            let mut rest = one.text.as_str();
            let mut end = start;
            while end < parts.len() && end < start + 3 {
                match rest.strip_prefix(parts[end].text.as_str()) {
                    Some(after) => rest = after,
                    None => break,
                }
                end += 1;
            }
            if rest.is_empty() && end > start + 1 {
                *held = 1.0;
                held_parts[start..end].fill(1.0);
            }
        }
    }
}

/// How alike two different words are, 0..=1.
fn alike(left: &str, right: &str) -> f64 {
    if is_number(left) || is_number(right) {
        return 0.0;
    }
    let digits = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    match (digits(left), digits(right)) {
        (true, true) => {
            let likeness = number_likeness(left, right);
            return if likeness >= 0.6 { 0.9 * likeness } else { 0.0 };
        }
        (false, false) => {}
        _ => return 0.0,
    }
    let (short, long) = by_length(left, right);
    let same = shared_start(short, long);
    if short.len() >= 5 && one_slip(short, long) {
        0.9
    } else if short.len() >= 3 && same == short.len() || same >= 5 && same * 3 >= long.len() * 2 {
        0.7
    } else {
        0.0
    }
}

/// How alike two part numbers are, 0..=1: shops add endings for colour and market, so a number inside the
/// other is at least 0.6; else the share of the longer that both begin with.
pub(super) fn number_likeness(left: &str, right: &str) -> f64 {
    let (short, long) = by_length(left, right);
    if short.len() < 3 {
        0.0
    } else if short == long {
        1.0
    } else if short.len() >= 4 && long.contains(short) {
        0.6 + 0.4 * short.len() as f64 / long.len() as f64
    } else {
        0.9 * shared_start(short, long) as f64 / long.len() as f64
    }
}

fn by_length<'a>(left: &'a str, right: &'a str) -> (&'a str, &'a str) {
    if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    }
}

fn shared_start(short: &str, long: &str) -> usize {
    short
        .bytes()
        .zip(long.bytes())
        .take_while(|(a, b)| a == b)
        .count()
}

/// Whether one byte added, left out or changed makes `short` into `long`.
fn one_slip(short: &str, long: &str) -> bool {
    let start = shared_start(short, long);
    let (short, long) = (&short.as_bytes()[start..], &long.as_bytes()[start..]);
    let end = short
        .iter()
        .rev()
        .zip(long.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    long.len() - end <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::keys::key;
    use crate::matching::tokens::words;

    fn held(left: &str, right: &str) -> Vec<f64> {
        let weighed = |title: &str| -> Vec<Word> {
            words(title)
                .into_iter()
                .map(|text| Word {
                    key: key(&text),
                    text,
                    weight: 1.0,
                })
                .collect()
        };
        Alignment::new(&weighed(left), &weighed(right)).left
    }

    #[test]
    fn words_meet_as_people_read_them() {
        assert_eq!(held("back pack", "Backpack"), [1.0, 1.0]);
        assert_eq!(held("printshop", "print shop"), [1.0]);
        assert_eq!(held("modeler multimedia", "modeller multi"), [0.9, 0.7]);
        assert_eq!(held("red 2007", "blue 2008"), [0.0, 0.0]);
    }

    #[test]
    fn endings_of_part_numbers_count_little() {
        assert!(number_likeness("fs105", "fs105na") > 0.8);
        assert!(number_likeness("lds4821ww", "lds4821wh") > 0.6);
        assert!(number_likeness("kx200", "kx300") < 0.6);
        assert_eq!(number_likeness("", "kx300"), 0.0);
    }
}
