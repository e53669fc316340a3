use std::ops::Range;

use super::is_taken;
use crate::text::letters::{LONGEST_NAME, concatenated, hash_of};
use crate::text::mentions::Found;
use crate::text::names::{Name, Names, SHORTEST_DISGUISED, singled, sound};
use crate::text::reader::Text;
use crate::text::reading::{Disguise, Field};
use crate::text::word_sets::WordSets;

/// Fewest letters of a name that is looked for in a description, where there are many words.
const SHORTEST_IN_DESCRIPTION: usize = 6;

/// Names with one letter wrong, missing, added or swapped with its neighbour, with letters repeated, or
/// spelt by ear.
///
/// Known words and other names are never misspelt names; of several words one may be a proper name (`Michel Kors`).
pub(crate) fn misspelt(
    names: &Names,
    words: &WordSets,
    text: &Text,
    known: &[bool],
    found: &mut Vec<Found>,
) {
    let before = found.len();
    let sounds: Vec<(u64, usize)> = text
        .tokens
        .iter()
        .zip(known)
        .enumerate()
        .map(|(at, (token, known))| {
            let letters = text.letters.get(token.letters.clone());
            let skipped =
                letters.len() > names.longest + 4 || *known && !is_name_word(names, text, at);
            let heard = if skipped { Vec::new() } else { sound(letters) };
            (hash_of(heard.iter().copied()), heard.len())
        })
        .collect();
    let mut near: Vec<Near> = Vec::new();
    for start in 0..text.tokens.len() {
        let mut heard = 0;
        for end in start..(start + names.most_words).min(text.tokens.len()) {
            let (first, last) = (&text.tokens[start], &text.tokens[end]);
            let letters = first.letters.start..last.letters.end;
            let pieces = end - start + 1;
            if !last.alphabetic || letters.len() > (names.longest + 4).min(LONGEST_NAME) {
                break;
            }
            heard = concatenated(heard, sounds[end].0, sounds[end].1);
            if letters.len() + 1 < SHORTEST_DISGUISED
                || !may_be_a_name(names, text, start, end)
                || known[start..=end].iter().all(|known| *known)
                || pieces == 1 && words.is_proper_name(text.word(first))
            {
                continue;
            }
            near.clear();
            let span = first.start..last.end;
            candidates(names, text, letters.clone(), span.clone(), heard, &mut near);
            let shortest = match text.field {
                Field::Description => SHORTEST_IN_DESCRIPTION,
                _ => SHORTEST_DISGUISED,
            };
            near.retain(|(index, _, _)| {
                let name = names.name(*index);
                name.length >= shortest
                    && (pieces == 1 || name.word_count == pieces)
                    && !changed_word_is_known(text, start, known, &name.words, pieces)
            });
            if near.is_empty()
                || names
                    .exact
                    .get(text.letters.hash(letters.clone()))
                    .iter()
                    .any(|index| {
                        text.letters
                            .spell(letters.clone(), &names.name(*index).joined)
                    })
            {
                continue;
            }
            if is_taken(&found[..before], &span) {
                continue;
            }
            near.sort_by_key(|(index, way, _)| (*index, *way));
            near.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.2 = kept.2.max(next.2);
                }
                same
            });
            // Where a letter is wrong in one name, another that only sounds alike is not meant.
            let best = near.iter().map(|(_, way, _)| *way).min();
            near.retain(|(_, way, _)| Some(*way) == best);
            let brand = |index: u32| names.name(index).brand;
            // Two brands as near as each other: neither is sure.
            let several = near
                .iter()
                .any(|(index, _, _)| brand(*index) != brand(near[0].0));
            for &(index, _, sureness) in &near {
                found.push(Found {
                    name: index,
                    span: span.clone(),
                    disguise: Some(Disguise::Misspelt),
                    sureness: if several { 0.3 } else { sureness },
                });
            }
        }
    }
}

/// Whether the words may be a name: a single one always may; of several the first or the last must be
/// right, since one at most is wrong.
fn may_be_a_name(names: &Names, text: &Text, start: usize, end: usize) -> bool {
    end == start || is_name_word(names, text, start) || is_name_word(names, text, end)
}

fn is_name_word(names: &Names, text: &Text, at: usize) -> bool {
    let letters = text.tokens[at].letters.clone();
    letters.len() <= names.longest && names.words.contains(text.letters.hash(letters))
}

fn candidates(
    names: &Names,
    text: &Text,
    letters: Range<usize>,
    span: Range<usize>,
    heard: u64,
    near: &mut Vec<Near>,
) {
    let written = text.letters.get(letters.clone());
    let in_capitals = !text.original[span].contains(char::is_lowercase);
    let by_edit = std::iter::once(text.letters.hash(letters.clone())).chain(
        letters
            .clone()
            .map(|out| text.letters.without(letters.clone(), out)),
    );
    for hash in by_edit {
        for &index in names.deletions.get(hash) {
            let name = names.name(index);
            near.extend(
                edited(name, written, in_capitals).map(|sureness| (index, Way::Edited, sureness)),
            );
        }
    }
    if written.windows(2).any(|pair| pair[0] == pair[1]) {
        for &index in names.single.get(hash_of(singled(written.iter().copied()))) {
            let name = names.name(index);
            near.extend(
                repeated(written, &name.joined)
                    .then(|| (index, Way::Repeated, sureness(name) + 0.1)),
            );
        }
    }
    for &index in names.sounds.get(heard) {
        let name = names.name(index);
        let alike = looks_like(written, &name.joined);
        near.extend(
            (alike && written.len() >= SHORTEST_DISGUISED)
                .then(|| (index, Way::ByEar, sureness(name))),
        );
    }
}

/// Whether somebody who spells `name` by ear would write it so: about as long, and half of the letters, in their
/// order, are the name's. Short words of the same sounds are many: `Koss` is no `Coach`.
fn looks_like(written: &[char], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let longer = written.len().max(name.len());
    // The longest common subsequence, a row of its table at a time.
    let mut row = vec![0; name.len() + 1];
    for letter in written {
        let mut diagonal = 0;
        for (at, other) in name.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if letter == other {
                diagonal + 1
            } else {
                above.max(row[at])
            };
            diagonal = above;
        }
    }
    let common = row.last().copied().unwrap_or(0);
    name.len().abs_diff(written.len()) <= 3 && 2 * common >= longer
}

/// A name that may be meant: its index, the way it was altered (the least likely by chance first) and how
/// sure that is.
type Near = (u32, Way, f64);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Repeated,
    Edited,
    ByEar,
}

/// How sure a name is with one letter wrong: the longer, the less by chance.
fn sureness(name: &Name) -> f64 {
    match name.length {
        ..=5 => 0.5,
        6 | 7 => 0.6,
        _ => 0.75,
    }
}

/// How sure it is that `written` is `name` after one insertion, deletion, substitution or swap of
/// neighbours (optimal string alignment distance 1); `None` when it is not or when it is too near to
/// other words: the shorter a name, the more words are near it.
fn edited(name: &Name, written: &[char], in_capitals: bool) -> Option<f64> {
    let letters: Vec<char> = name.joined.chars().collect();
    let start = written
        .iter()
        .zip(&letters)
        .take_while(|(a, b)| a == b)
        .count();
    let most = written.len().min(letters.len()) - start;
    let (from_behind, name_behind) = (written.iter().rev(), letters.iter().rev());
    let same = from_behind
        .zip(name_behind)
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let changed = (
        &written[start..written.len() - same],
        &letters[start..letters.len() - same],
    );
    let (short, front) = (name.length < 5, start == 0);
    match changed {
        // A letter dropped.
        // Of four letters three are left, which in capitals are mostly an article's code.
        ([], [_]) if !short => {}
        ([], [_]) if !front && !in_capitals => {}
        // Added: anything may stand before a name.
        ([_], []) if !front => {}
        // Replaced.
        ([_], [_]) if !front && name.length > 5 => {}
        // Names of five letters with another in place of one are mostly other names.
        ([_], [_]) if !front && !short => return Some(0.4),
        ([a, b], [c, d]) if a == d && b == c => {}
        _ => return None,
    }
    Some(sureness(name))
}

/// Whether `written` is `name` with letters repeated, and none fewer.
fn repeated(written: &[char], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let runs = |letters: &[char]| {
        letters
            .chunk_by(|a, b| a == b)
            .map(<[char]>::len)
            .collect::<Vec<_>>()
    };
    let (written_runs, name_runs) = (runs(written), runs(&name));
    written.len() > name.len()
        && written_runs.len() == name_runs.len()
        && written_runs.iter().zip(&name_runs).all(|(a, b)| a >= b)
        && singled(written.iter().copied()).eq(singled(name.iter().copied()))
}

/// Whether the word that differs is a known one: `the cow` is no misspelt `The Row`.
fn changed_word_is_known(
    text: &Text,
    start: usize,
    known: &[bool],
    name: &str,
    pieces: usize,
) -> bool {
    let words = (start..start + pieces).zip(name.split(' '));
    let mut changed = words.filter(|(at, word)| text.word(&text.tokens[*at]) != *word);
    pieces > 1 && changed.any(|(at, _)| known[at])
}
