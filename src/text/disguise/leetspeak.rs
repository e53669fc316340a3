use super::{is_taken, windows};
use crate::text::letters::hash_of;
use crate::text::mentions::Found;
use crate::text::names::{Name, Names, SHORTEST_DISGUISED, leet_class};
use crate::text::reading::Disguise;
use crate::text::views::{Letter, Words, span};
use crate::text::word_sets::WordSets;

/// Names with digits or signs for letters (`N1ke`, `Gucc!`, `L0uis Vu1tton`), with `l` for `I`
/// (`NlKE`), or with `rn` for `m` and `vv` for `w` (`Arrnani`).
pub(crate) fn leetspeak(names: &Names, known: &WordSets, words: &Words, found: &mut Vec<Found>) {
    let pieces: Vec<&[Letter]> = words.iter().flat_map(pieces).collect();
    let odd: Vec<bool> = pieces.iter().map(|piece| has_substitute(piece)).collect();
    for window in windows(&odd, names.most_words) {
        let window = &pieces[window];
        if window.iter().map(|piece| piece.len()).sum::<usize>() > names.longest {
            continue;
        }
        let letters = || window.iter().copied().flatten();
        let meant = |letter: &Letter| letters_of(letter.folded).next().unwrap_or(letter.folded);
        let hash = hash_of(letters().map(|letter| leet_class(meant(letter))));
        for &index in names.leet.get(hash) {
            let letters: Vec<Letter> = letters().copied().collect();
            let span = span(&letters);
            if is_taken(found, &span) {
                continue;
            }
            if let Some(sureness) = undo(names.name(index), &letters) {
                found.push(Found {
                    name: index,
                    span,
                    disguise: Some(Disguise::Leetspeak),
                    sureness,
                });
            }
        }
    }
    let odd: Vec<bool> = pieces
        .iter()
        .map(|piece| is_drawn_with_two(piece))
        .collect();
    for window in windows(&odd, names.most_words) {
        let letters: Vec<Letter> = pieces[window].concat();
        let span = span(&letters);
        let plain: String = letters.iter().map(|letter| letter.folded).collect();
        let redrawn = plain.replace("rn", "m").replace("vv", "w");
        if is_taken(found, &span) || known.is_known(&plain) {
            continue;
        }
        for index in names.called(&redrawn) {
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
        '7' | '+' => "t",
        '£' => "l",
        '¥' => "y",
        '¢' => "c",
        '§' => "s",
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
    // An article's number: it begins with a digit, and other parts are digits only (`1EG0.052.01`).
    let digits = |run: &[Letter]| run.iter().all(|letter| letter.folded.is_ascii_digit());
    let parts = || word.split(|letter| matches!(letter.folded, '.' | '-' | '/' | '_'));
    let code = word
        .first()
        .is_some_and(|first| first.folded.is_ascii_digit())
        && parts().any(|part| !part.is_empty() && digits(part));
    let word = if code { &[] } else { word };
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
        let letters = run.iter().any(|letter| letter.folded.is_alphabetic());
        // The last letter of `Lev1'$` stands alone.
        let sign = matches!(run, [letter] if !letter.folded.is_alphanumeric());
        (letters || sign).then_some(run)
    })
}

/// A sign for a letter, an `l` among capitals or an `I` among small letters.
fn has_substitute(piece: &[Letter]) -> bool {
    let capitals = piece
        .iter()
        .filter(|letter| letter.written.is_ascii_uppercase())
        .count();
    piece.iter().any(|letter| {
        letters_of(letter.folded).next().is_some()
            || letter.written == 'l' && capitals + 1 >= piece.len()
            || letter.written == 'I' && capitals <= 2
    })
}

fn is_drawn_with_two(piece: &[Letter]) -> bool {
    piece
        .windows(2)
        .any(|pair| matches!((pair[0].folded, pair[1].folded), ('r', 'n') | ('v', 'v')))
}

/// How sure it is that `letters` is `name`; `None` unless something was substituted and at least two
/// letters and a third are as they should be.
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
    (substituted > 0 && kept >= 2 && 2 * kept >= substituted).then_some(if kept < substituted {
        0.6
    } else if kept < 3 {
        0.7
    } else {
        0.88
    })
}
