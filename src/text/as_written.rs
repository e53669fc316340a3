use std::ops::Range;

use super::disguise;
use super::mentions::{Found, MOST_MENTIONS};
use super::names::{Name, Names, SHORTEST_DISGUISED};
use super::reader::{Text, TextToken};
use super::reading::Field;
use super::views::Lens;
use super::word_sets::WordSets;

/// Most words that a name set apart is looked for in: `N I K E` has four.
const MOST_PIECES: usize = 24;

/// Names as they are in a view; in the plain view also those whose letters are set apart.
///
/// The letters of every few neighbouring words are looked up together, and what was found is judged by
/// where the words end.
pub(super) fn find(
    names: &Names,
    words: &WordSets,
    text: &Text,
    lens: Lens,
    found: &mut Vec<Found>,
) {
    let mut apart = Vec::new();
    for start in 0..text.tokens.len() {
        let first = &text.tokens[start];
        for end in start..(start + names.most_tokens.max(MOST_PIECES)).min(text.tokens.len()) {
            let last = &text.tokens[end];
            let count = last.letters.end - first.letters.start;
            let pieces = end - start + 1;
            // Two long words are two words; only single letters go on and on.
            let set_apart = lens == Lens::Plain && (pieces <= 4 || count <= pieces + 2);
            if pieces > names.most_tokens && !set_apart || found.len() > 4 * MOST_MENTIONS {
                break;
            }
            for from in starts(text, first) {
                for to in ends(text, last).filter(|to| *to > from && to - from <= names.longest) {
                    for &index in names.exact.get(text.letters.hash(from..to)) {
                        let name = names.name(index);
                        if !text.letters.spell(from..to, &name.joined) {
                            continue;
                        }
                        let whole = from == first.letters.start && to == last.letters.end;
                        let view = bytes(text, first, from).start..bytes(text, last, to - 1).end;
                        if is_written(text, name, &view, whole) {
                            found.extend(as_seen(text, name, index, lens, view));
                        } else if set_apart
                            && whole
                            && pieces > 1
                            && name.length >= SHORTEST_DISGUISED
                        {
                            let span = first.start..last.end;
                            let pieces = &text.tokens[start..=end];
                            let judged = disguise::spaced(words, text, pieces, name.length);
                            // `350 V2` is how people write the number `350V2`.
                            let number = name.joined.contains(|c: char| c.is_ascii_digit());
                            apart.extend(judged.map(|(disguise, sureness)| Found {
                                name: index,
                                span,
                                disguise: disguise.filter(|_| !number),
                                sureness,
                            }));
                        }
                    }
                }
            }
        }
    }
    let written = found.len();
    for other in apart {
        if !disguise::is_taken(&found[..written], &other.span) {
            found.push(other);
        }
    }
}

fn as_seen(text: &Text, name: &Name, index: u32, lens: Lens, view: Range<usize>) -> Option<Found> {
    let span = text.view.original(view);
    let written = &text.original[span.clone()];
    let (disguise, sureness) = match lens {
        Lens::Plain => Some(disguise::in_plain(name, written)),
        Lens::Lookalike => disguise::in_lookalike(name, written),
        Lens::Transliterated => disguise::in_transliterated(name, written),
        // Names that are turned are read from behind only.
        Lens::Turned => None,
    }?;
    Some(Found {
        name: index,
        span,
        disguise,
        sureness,
    })
}

/// Whether the letters stand as the name's words do, or all together; a part of a word only when the
/// name is long, since short ones are parts of many.
fn is_written(text: &Text, name: &Name, view: &Range<usize>, whole: bool) -> bool {
    let written = &text.view.text()[view.clone()];
    let together = name.word_count > 1 && name.length > SHORTEST_DISGUISED;
    // One letter or digit is a name only where a name is expected.
    (name.length > 1 || text.field == Field::Brand)
        && (whole || name.length >= SHORTEST_DISGUISED)
        && (written == name.words || together && written == name.joined)
}

/// Where a name may begin in its first word: at the start, or right after a number.
fn starts<'a>(text: &'a Text, token: &'a TextToken) -> impl Iterator<Item = usize> + 'a {
    let inside = cuts(text, token, |before, after| {
        before.is_ascii_digit() && !after.is_ascii_digit()
    });
    std::iter::once(token.letters.start).chain(inside)
}

/// Where it may end in its last: at the end, right before a number, or before the s of a plural.
fn ends<'a>(text: &'a Text, token: &'a TextToken) -> impl Iterator<Item = usize> + 'a {
    let letters = text.letters.get(token.letters.clone());
    let plural =
        letters.len() > 1 && letters.last() == Some(&'s') && letters.iter().all(char::is_ascii);
    let inside = cuts(text, token, |before, after| {
        !before.is_ascii_digit() && after.is_ascii_digit()
    });
    std::iter::once(token.letters.end)
        .chain(plural.then(|| token.letters.end - 1))
        .chain(inside)
}

fn cuts<'a>(
    text: &'a Text,
    token: &'a TextToken,
    cut: impl Fn(char, char) -> bool + 'a,
) -> impl Iterator<Item = usize> + 'a {
    let letters = if token.alphabetic {
        &[]
    } else {
        text.letters.get(token.letters.clone())
    };
    let pairs = letters.windows(2).enumerate();
    pairs
        .filter(move |(_, pair)| cut(pair[0], pair[1]))
        .map(move |(at, _)| token.letters.start + at + 1)
}

/// The bytes of the view that the letter `at` of `token` has.
pub(super) fn bytes(text: &Text, token: &TextToken, at: usize) -> Range<usize> {
    let before = text.letters.get(token.letters.start..at);
    let start = token.view.start + before.iter().map(|letter| letter.len_utf8()).sum::<usize>();
    let own = text
        .letters
        .get(at..at + 1)
        .iter()
        .map(|letter| letter.len_utf8())
        .sum::<usize>();
    start..start + own
}
