use std::ops::Range;

use super::is_taken;
use crate::text::letters::{LONGEST_NAME, concatenated, hash_of};
use crate::text::mentions::Found;
use crate::text::names::{Name, Names, SHORTEST_DISGUISED, singled, sound};
use crate::text::reader::Text;
use crate::text::reading::{Disguise, Field};

/// Fewest letters of a name that is looked for in a description, where there are many words.
const SHORTEST_IN_DESCRIPTION: usize = 6;

/// Names with one letter wrong, missing, added or swapped with its neighbour, with letters repeated, or
/// spelt by ear.
///
/// Known words and other names are never misspelt names.
pub(crate) fn misspelt(names: &Names, text: &Text, known: &[bool], found: &mut Vec<Found>) {
    let before = found.len();
    let sounds: Vec<(u64, usize)> = text
        .tokens
        .iter()
        .map(|token| {
            let letters = text.letters.get(token.letters.clone());
            let few = letters.len() > names.longest + 4;
            let heard = if few { Vec::new() } else { sound(letters) };
            (hash_of(heard.iter().copied()), heard.len())
        })
        .collect();
    let mut near: Vec<(u32, f64)> = Vec::new();
    for start in 0..text.tokens.len() {
        let mut heard = 0;
        for end in start..(start + names.most_words).min(text.tokens.len()) {
            let (first, last) = (&text.tokens[start], &text.tokens[end]);
            let letters = first.letters.start..last.letters.end;
            let pieces = end - start + 1;
            if !last.alphabetic
                || letters.len() > (names.longest + 4).min(LONGEST_NAME)
                || !ends_like_a_name(names, text, start, end)
            {
                break;
            }
            heard = concatenated(heard, sounds[end].0, sounds[end].1);
            if letters.len() + 1 < SHORTEST_DISGUISED
                || known[start..=end].iter().all(|known| *known)
            {
                continue;
            }
            near.clear();
            candidates(names, text, letters.clone(), heard, &mut near);
            let shortest = match text.field {
                Field::Description => SHORTEST_IN_DESCRIPTION,
                _ => SHORTEST_DISGUISED,
            };
            near.retain(|(index, _)| {
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
            let span = first.start..last.end;
            if is_taken(&found[..before], &span) {
                continue;
            }
            near.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            near.dedup_by_key(|(index, _)| *index);
            let brand = |index: u32| names.name(index).brand;
            // Two brands as near as each other: neither is sure.
            let several = near
                .iter()
                .any(|(index, _)| brand(*index) != brand(near[0].0));
            for &(index, sureness) in &near {
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

/// Whether the words may be a name of several words, of which one at most is wrong: the first or the last
/// is right. A single word always may, and more words may while they go on.
fn ends_like_a_name(names: &Names, text: &Text, start: usize, end: usize) -> bool {
    let is_edge = |at: usize| {
        names
            .edges
            .contains(text.letters.hash(text.tokens[at].letters.clone()))
    };
    end == start || is_edge(start) || is_edge(end) || end - start + 1 < names.most_words
}

fn candidates(
    names: &Names,
    text: &Text,
    letters: Range<usize>,
    heard: u64,
    near: &mut Vec<(u32, f64)>,
) {
    let written = text.letters.get(letters.clone());
    let by_edit = std::iter::once(text.letters.hash(letters.clone())).chain(
        letters
            .clone()
            .map(|out| text.letters.without(letters.clone(), out)),
    );
    for hash in by_edit {
        for &index in names.deletions.get(hash) {
            let name = names.name(index);
            near.extend(edited(name, written).map(|sureness| (index, sureness)));
        }
    }
    if written.windows(2).any(|pair| pair[0] == pair[1]) {
        for &index in names.single.get(hash_of(singled(written.iter().copied()))) {
            let name = names.name(index);
            near.extend(repeated(written, &name.joined).then(|| (index, sureness(name) + 0.1)));
        }
    }
    for &index in names.sounds.get(heard) {
        let name = names.name(index);
        // The whole sounds the same: the last check is that it is about as long.
        let alike = name.joined.chars().count().abs_diff(written.len()) <= 3;
        near.extend(
            (alike && written.len() >= SHORTEST_DISGUISED).then(|| (index, sureness(name))),
        );
    }
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
fn edited(name: &Name, written: &[char]) -> Option<f64> {
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
        ([], [_]) if !short || !front => {}
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
