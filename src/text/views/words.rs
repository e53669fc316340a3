use std::ops::Range;

use super::letters::{fold, is_invisible};

/// One folded character beside the one it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    /// In lower case, without accent.
    pub folded: char,
    /// As written.
    pub written: char,
    /// First byte in the original.
    pub start: usize,
    /// The byte after it in the original.
    pub end: usize,
}

/// What stands between two white spaces, punctuation included.
pub(crate) type Word = Vec<Letter>;

/// Splits at white space only; accents, case and invisible characters are undone as in the plain view.
pub(crate) fn words(original: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut word, mut parts) = (Word::new(), Vec::with_capacity(4));
    for (start, written) in original.char_indices() {
        if is_invisible(written) {
            continue;
        }
        if written.is_whitespace() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        parts.clear();
        fold(written, &mut parts);
        let end = start + written.len_utf8();
        word.extend(parts.iter().map(|&folded| Letter {
            folded,
            written,
            start,
            end,
        }));
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The bytes of the original from the first letter to the last.
pub(crate) fn span(letters: &[Letter]) -> Range<usize> {
    match (letters.first(), letters.last()) {
        (Some(first), Some(last)) => first.start..last.end,
        _ => 0..0,
    }
}
