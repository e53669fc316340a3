//! One file a way to hide a name; each adds what it finds to the names found so far.

mod in_view;
mod joined;
mod leetspeak;
mod masked;
mod misspelt;
mod reversed;
mod spaced;

pub(super) use in_view::{in_lookalike, in_plain, in_transliterated};
pub(super) use joined::joined;
pub(super) use misspelt::misspelt;
pub(super) use reversed::reversed;
pub(super) use spaced::spaced;

use std::ops::Range;

use super::mentions::Found;
use super::names::Names;
use super::reader::Text;
use super::views::words;
use super::word_sets::WordSets;

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
pub(super) fn is_taken(found: &[Found], span: &Range<usize>) -> bool {
    found.iter().any(|other| {
        other.disguise.is_none() && other.span.start < span.end && span.start < other.span.end
    })
}

/// The places of up to `most` neighbouring pieces at a time, of which at least one is `odd`.
fn windows(odd: &[bool], most: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    (0..odd.len()).flat_map(move |start| {
        (start + 1..=(start + most).min(odd.len()))
            .filter(move |end| odd[start..*end].contains(&true))
            .map(move |end| start..end)
    })
}
