//! One file a way to hide a name; each adds what it finds to the names found so far.

mod in_view;
mod joined;
mod leetspeak;
mod masked;
mod misspelt;
mod spaced;

pub(super) use in_view::{in_lookalike, in_plain, in_transliterated};
pub(super) use joined::joined;
pub(super) use misspelt::misspelt;
pub(super) use spaced::spaced;

use std::ops::Range;

use super::mentions::Found;
use super::names::Names;
use super::reader::{Text, WordSets};
use super::views::{Letter, words};

/// The disguises that need the words as written: masks, leetspeak, letters drawn with two.
pub(super) fn by_word(names: &Names, words_known: &WordSets, text: &Text, found: &mut Vec<Found>) {
    if names.most_words == 0 {
        return;
    }
    let words = words(text.original);
    masked::masked(names, words_known, &words, found);
    leetspeak::leetspeak(names, words_known, &words, found);
}

/// Whether a name stands there undisguised.
fn is_taken(found: &[Found], span: &Range<usize>) -> bool {
    found.iter().any(|other| {
        other.disguise.is_none() && other.span.start < span.end && span.start < other.span.end
    })
}

/// Up to `most` neighbouring pieces at a time, of which at least one is `odd`.
fn windows<'a>(
    pieces: &'a [&'a [Letter]],
    most: usize,
    odd: impl Fn(&[Letter]) -> bool + 'a,
) -> impl Iterator<Item = &'a [&'a [Letter]]> {
    let odd: Vec<bool> = pieces.iter().map(|piece| odd(piece)).collect();
    (0..pieces.len()).flat_map(move |start| {
        let odd = odd.clone();
        (start + 1..=(start + most).min(pieces.len()))
            .filter(move |end| odd[start..*end].contains(&true))
            .map(move |end| &pieces[start..end])
    })
}
