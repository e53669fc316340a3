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

/// Texts split at white space only; accents, case and invisible characters are undone as in the plain view.
pub(crate) struct Words {
    letters: Vec<Letter>,
    /// The number of letters up to the end of each word.
    ends: Vec<usize>,
}

impl Words {
    /// What stands between two white spaces, punctuation included.
    pub fn iter(&self) -> impl Iterator<Item = &[Letter]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.letters[*start..*end])
    }

    /// Each word that consists of letters that are `sign`, with the words before and after it, without the white
    /// spaces between: `Ni * e` is `Ni*e`.
    pub fn around(&self, sign: impl Fn(char) -> bool) -> impl Iterator<Item = &[Letter]> {
        let words: Vec<&[Letter]> = self.iter().collect();
        let places: Vec<usize> = (1..words.len().saturating_sub(1))
            .filter(|at| words[*at].iter().all(|letter| sign(letter.folded)))
            .collect();
        places.into_iter().map(|at| {
            let start = if at > 1 { self.ends[at - 2] } else { 0 };
            &self.letters[start..self.ends[at + 1]]
        })
    }
}

/// The words of a text, see [`Words`].
pub(crate) fn words(original: &str) -> Words {
    let mut words = Words {
        letters: Vec::with_capacity(original.len()),
        ends: Vec::with_capacity(original.len() / 4 + 1),
    };
    let mut parts = Vec::with_capacity(4);
    for (start, written) in original.char_indices() {
        if is_invisible(written) {
            continue;
        }
        if written.is_whitespace() {
            words.end();
            continue;
        }
        parts.clear();
        fold(written, &mut parts);
        let end = start + written.len_utf8();
        words.letters.extend(parts.iter().map(|&folded| Letter {
            folded,
            written,
            start,
            end,
        }));
    }
    words.end();
    words
}

impl Words {
    fn end(&mut self) {
        if self.ends.last().copied().unwrap_or(0) < self.letters.len() {
            self.ends.push(self.letters.len());
        }
    }
}

/// The bytes of the original from the first letter to the last.
pub(crate) fn span(letters: &[Letter]) -> Range<usize> {
    match (letters.first(), letters.last()) {
        (Some(first), Some(last)) => first.start..last.end,
        _ => 0..0,
    }
}
