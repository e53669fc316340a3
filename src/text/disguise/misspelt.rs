use super::is_taken;
use crate::text::mentions::Found;
use crate::text::names::{Names, SHORTEST_MISSPELT};
use crate::text::reader::{Text, TextToken, WordSets};
use crate::text::reading::{Disguise, Field};

/// Names with one letter wrong, missing, added or swapped with its neighbour; the first is right.
///
/// Ordinary words and other names are never misspelt names. In a description, where there are many
/// words, only names of six letters or more are looked for.
pub(crate) fn misspelt(names: &Names, known: &WordSets, text: &Text, found: &mut Vec<Found>) {
    let shortest = if text.field == Field::Description {
        SHORTEST_MISSPELT + 1
    } else {
        SHORTEST_MISSPELT
    };
    let (mut letters, mut near) = (Vec::<char>::new(), Vec::<u32>::new());
    let before = found.len();
    for start in 0..text.tokens.len() {
        letters.clear();
        for (end, token) in text
            .tokens
            .iter()
            .enumerate()
            .skip(start)
            .take(names.most_words)
        {
            if !text.word(token).chars().all(char::is_alphabetic) {
                break;
            }
            if end > start {
                letters.push(' ');
            }
            letters.extend(text.word(token).chars());
            let pieces = &text.tokens[start..=end];
            let span = pieces[0].start..token.end;
            let ordinary = || {
                pieces
                    .iter()
                    .all(|piece| known.is_ordinary(text.word(piece)))
            };
            if letters.len() + 1 < shortest || ordinary() || is_taken(&found[..before], &span) {
                continue;
            }
            near.clear();
            names.near(&letters, &mut near);
            near.retain(|index| {
                let name = names.name(*index);
                name.length >= shortest
                    && name.word_count == pieces.len()
                    && one_edit(&letters, &name.words)
                    && !changed_word_is_ordinary(known, text, pieces, &name.words)
            });
            if near.is_empty()
                || names
                    .exact
                    .contains_key(&letters.iter().filter(|c| **c != ' ').collect::<String>())
            {
                continue;
            }
            for &index in &near {
                let name = names.name(index);
                let by_length = match name.length {
                    ..=5 => 0.45,
                    6 | 7 => 0.55,
                    _ => 0.7,
                };
                // Two brands as near as each other: neither is sure.
                let sureness = if near
                    .iter()
                    .any(|other| names.name(*other).brand != name.brand)
                {
                    0.3
                } else {
                    by_length
                };
                found.push(Found {
                    name: index,
                    span: span.clone(),
                    disguise: Some(Disguise::Misspelt),
                    sureness,
                });
            }
        }
    }
}

/// Whether the word that differs is an ordinary one: `the cow` is no misspelt `The Row`.
fn changed_word_is_ordinary(
    known: &WordSets,
    text: &Text,
    pieces: &[TextToken],
    name: &str,
) -> bool {
    let changed = pieces
        .iter()
        .zip(name.split(' '))
        .find(|(piece, word)| text.word(piece) != *word);
    changed.is_some_and(|(piece, _)| known.is_ordinary(text.word(piece)))
}

/// Whether one insertion, deletion, substitution or swap of neighbours, not at the first letter and
/// not of a space, turns one into the other (optimal string alignment distance 1).
fn one_edit(written: &[char], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let start = written
        .iter()
        .zip(&name)
        .take_while(|(a, b)| a == b)
        .count();
    let most = written.len().min(name.len()) - start;
    let end = written
        .iter()
        .rev()
        .zip(name.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let (left, right) = (
        &written[start..written.len() - end],
        &name[start..name.len() - end],
    );
    if start == 0 || left.contains(&' ') || right.contains(&' ') {
        return false;
    }
    match (left, right) {
        ([_], []) | ([], [_]) | ([_], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}
