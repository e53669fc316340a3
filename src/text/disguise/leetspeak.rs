use super::{is_taken, windows};
use crate::text::mentions::Found;
use crate::text::names::{Name, Names, SHORTEST_DISGUISED, leet_key};
use crate::text::reader::WordSets;
use crate::text::reading::Disguise;
use crate::text::views::{Letter, Word, span};

/// Names with digits or signs for letters (`N1ke`, `Gucc!`, `L0uis Vu1tton`), with `l` for `I`
/// (`NlKE`), or with `rn` for `m` and `vv` for `w` (`Arrnani`).
pub(crate) fn leetspeak(names: &Names, known: &WordSets, words: &[Word], found: &mut Vec<Found>) {
    let pieces: Vec<&[Letter]> = words.iter().flat_map(|word| pieces(word)).collect();
    let odd = |piece: &[Letter]| has_substitute(piece) || is_drawn_with_two(piece);
    if !pieces.iter().any(|piece| odd(piece)) {
        return;
    }
    for window in windows(&pieces, names.most_words, odd) {
        let (Some(first), Some(last)) = (window.first(), window.last()) else {
            continue;
        };
        let span = span(first).start..span(last).end;
        if is_taken(found, &span) {
            continue;
        }
        let letters: Vec<Letter> = window.concat();
        let key: String = letters
            .iter()
            .map(|letter| letters_of(letter.folded).next().unwrap_or(letter.folded))
            .collect();
        for &index in names.leet.get(&leet_key(&key)).into_iter().flatten() {
            if let Some(sureness) = undo(names.name(index), &letters) {
                found.push(Found {
                    name: index,
                    span: span.clone(),
                    disguise: Some(Disguise::Leetspeak),
                    sureness,
                });
            }
        }
        let plain: String = letters.iter().map(|letter| letter.folded).collect();
        let redrawn = plain.replace("rn", "m").replace("vv", "w");
        if redrawn == plain || known.is_ordinary(&plain) {
            continue;
        }
        for &index in names.exact.get(&redrawn).into_iter().flatten() {
            if names.name(index).length > SHORTEST_DISGUISED {
                found.push(Found {
                    name: index,
                    span: span.clone(),
                    disguise: Some(Disguise::Lookalike),
                    sureness: 0.75,
                });
            }
        }
    }
}

/// The letters that a digit or sign stands for, likeliest first.
fn letters_of(sign: char) -> impl Iterator<Item = char> {
    let letters = match sign {
        '0' => "o",
        '1' | '!' | '|' | '¡' => "il",
        '2' => "z",
        '3' | '€' => "e",
        '4' => "a",
        '@' => "a",
        '5' | '$' => "s",
        '6' => "gb",
        '7' => "t",
        '8' => "b",
        '9' => "g",
        _ => "",
    };
    letters.chars()
}

fn is_part(letter: &Letter) -> bool {
    letter.folded.is_alphanumeric() || letters_of(letter.folded).next().is_some()
}

/// The runs of letters, digits and signs of a word that hold a letter; an exclamation mark at the end
/// is one.
fn pieces(word: &[Letter]) -> impl Iterator<Item = &[Letter]> {
    word.split(|letter| !is_part(letter)).filter_map(|run| {
        let marks = run
            .iter()
            .rev()
            .take_while(|letter| matches!(letter.folded, '!' | '|'))
            .count();
        // `Gucc!` ends with a letter, `Gucci!` does not: both are tried by their length in the index.
        let run = if marks > 1 {
            &run[..run.len() - marks]
        } else {
            run
        };
        run.iter()
            .any(|letter| letter.folded.is_alphabetic())
            .then_some(run)
    })
}

fn has_substitute(piece: &[Letter]) -> bool {
    let capital = piece
        .iter()
        .any(|letter| letter.written.is_ascii_uppercase());
    piece.iter().any(|letter| {
        letters_of(letter.folded).next().is_some() || capital && matches!(letter.written, 'l' | 'I')
    })
}

fn is_drawn_with_two(piece: &[Letter]) -> bool {
    piece
        .windows(2)
        .any(|pair| matches!((pair[0].folded, pair[1].folded), ('r', 'n') | ('v', 'v')))
}

/// How sure it is that `letters` is `name`; `None` unless something was substituted and at least half
/// is as it should be.
fn undo(name: &Name, letters: &[Letter]) -> Option<f64> {
    let capitals = letters
        .iter()
        .filter(|letter| letter.written.is_ascii_uppercase())
        .count();
    let mut substituted = 0;
    if name.joined.chars().count() != letters.len() {
        return None;
    }
    for (place, (wanted, letter)) in name.joined.chars().zip(letters).enumerate() {
        if letter.folded == wanted {
            continue;
        }
        let swapped_case = match letter.written {
            'l' => wanted == 'i' && capitals + 1 >= letters.len().saturating_sub(1) && capitals > 1,
            'I' => wanted == 'l' && place > 0 && capitals <= 2,
            _ => false,
        };
        if !swapped_case && !letters_of(letter.folded).any(|meant| meant == wanted) {
            return None;
        }
        substituted += 1;
    }
    let kept = letters.len() - substituted;
    (substituted > 0 && kept >= 2 && kept >= substituted).then_some(if kept >= 3 {
        0.88
    } else {
        0.7
    })
}
