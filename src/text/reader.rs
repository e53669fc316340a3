use std::ops::Range;

use super::contacts::contacts;
use super::contexts::contexts;
use super::language::Languages;
use super::letters::Letters;
use super::lexicon::Lexicons;
use super::mentions::{self, MOST_MENTIONS};
use super::names::{BrandNames, Names, is_letter};
use super::phrases::{Hit, Phrases};
use super::reading::{Field, Reading};
use super::slang::slang_and_claims;
use super::views::{Lens, View, folded};
use super::word_sets::WordSets;
use crate::record::Listing;

/// Reads listings: built once, then shared by all threads.
pub struct Reader {
    lexicons: Lexicons,
    words: WordSets,
    names: Names,
    phrases: Phrases,
    /// The lexicon's bridges, folded.
    bridges: Vec<String>,
    languages: Languages,
}

/// Why a [`Reader`] cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// More lexicon entries than one automaton holds.
    #[error("too many lexicon entries for one search automaton: {0}; take some out")]
    TooMany(#[from] aho_corasick::BuildError),
}

/// The bytes of a text that are read; what stands beyond is not.
const LONGEST_TEXT: usize = 32 * 1024;

impl Reader {
    /// Builds the index of all names of `brands` and the automaton over all lexicon entries. Names without
    /// a letter or digit, or with more than 128 of them, are left out.
    ///
    /// # Errors
    /// [`ReaderError`] when there are more lexicon entries than an automaton holds (millions).
    pub fn new(lexicons: Lexicons, brands: &[BrandNames]) -> Result<Self, ReaderError> {
        let words = WordSets::new(&lexicons);
        let names = Names::new(brands, |name| {
            name.split(' ').all(|word| words.is_ordinary(word))
        });
        let phrases = Phrases::new(&lexicons)?;
        let bridges = lexicons.contexts.bridges.iter().map(|word| folded(word));
        Ok(Self {
            bridges: bridges.collect(),
            lexicons,
            words,
            names,
            phrases,
            languages: Languages::new(),
        })
    }

    /// Reads brand field, title and description, of each at most the first 32 KiB.
    pub fn read(&self, listing: &Listing) -> Reading {
        let texts = [
            Text::new(Field::Brand, &listing.brand, Lens::Plain),
            Text::new(Field::Title, &listing.title, Lens::Plain),
            Text::new(Field::Description, &listing.description, Lens::Plain),
        ];
        let mut reading = Reading {
            language: self.languages.tell(&texts[1], &texts[2]),
            ..Reading::default()
        };
        for text in texts.iter().filter(|text| !text.tokens.is_empty()) {
            reading
                .mentions
                .extend(mentions::find(&self.names, &self.words, text));
        }
        let [_, title, description] = &texts;
        mentions::add_split(
            &self.names,
            &self.words,
            title,
            description,
            &mut reading.mentions,
        );
        mentions::weigh_ordinary_names(&self.names, &mut reading.mentions, &texts[0]);
        reading.mentions.truncate(MOST_MENTIONS);
        let hits = texts.each_ref().map(|text| match text.field {
            // The brand field names a brand; words in it that also mean something else mean nothing.
            Field::Brand => Vec::new(),
            _ if text.tokens.is_empty() => Vec::new(),
            _ => self.phrases.find(text),
        });
        let read: Vec<(&Text, &[Hit])> = texts
            .iter()
            .zip(&hits)
            .map(|(text, hits)| (text, hits.as_slice()))
            .collect();
        reading.contexts = contexts(
            &self.lexicons.contexts,
            &self.bridges,
            &read,
            listing.condition,
            &mut reading.mentions,
        );
        for (text, hits) in &read {
            slang_and_claims(&self.lexicons, text, hits, &mut reading);
            contacts(&self.lexicons.contacts, text, hits, &mut reading.contacts);
        }
        reading
    }
}

/// One text of a listing in one view.
pub(super) struct Text<'a> {
    pub field: Field,
    pub original: &'a str,
    pub view: View,
    /// The words, as bytes of the original and of the view.
    pub tokens: Vec<TextToken>,
    /// The letters of all words, one behind the other.
    pub letters: Letters,
}

/// A word as bytes of the original and of the view, and as letters.
pub(super) struct TextToken {
    pub start: usize,
    pub end: usize,
    pub view: Range<usize>,
    /// First and last letter, exclusive, in [`Text::letters`].
    pub letters: Range<usize>,
    /// Letters and no digit or sign but `&`.
    pub alphabetic: bool,
}

impl<'a> Text<'a> {
    pub fn new(field: Field, original: &'a str, lens: Lens) -> Self {
        let original = &original[..original.floor_char_boundary(LONGEST_TEXT)];
        let view = View::new(original, lens);
        let mut letters: Vec<char> = Vec::with_capacity(view.text().len());
        let tokens = view.tokens().into_iter();
        let tokens = tokens.map(|token| {
            let span = view.original(token.clone());
            let first = letters.len();
            letters.extend(view.text()[token.clone()].chars());
            TextToken {
                start: span.start,
                end: span.end,
                view: token,
                alphabetic: letters[first..].iter().all(|letter| is_letter(*letter)),
                letters: first..letters.len(),
            }
        });
        Self {
            field,
            original,
            tokens: tokens.collect(),
            view,
            letters: Letters::new(letters),
        }
    }

    pub fn word(&self, token: &TextToken) -> &str {
        &self.view.text()[token.view.clone()]
    }

    /// The words that lie wholly between two bytes of the original.
    pub fn between(&self, start: usize, end: usize) -> &[TextToken] {
        let first = self.tokens.partition_point(|token| token.start < start);
        let after = self.tokens.partition_point(|token| token.end <= end);
        self.tokens.get(first..after).unwrap_or(&[])
    }

    /// Whether a sentence or clause ends between two bytes of the original.
    pub fn breaks_between(&self, start: usize, end: usize) -> bool {
        let Some(gap) = self.original.get(start..end) else {
            return false;
        };
        let mut rest = gap.chars().peekable();
        while let Some(letter) = rest.next() {
            match letter {
                '!' | '?' | ';' | '|' | '\n' | '。' | '！' | '？' | '；' | '•' => {
                    return true;
                }
                '.' if rest.peek().is_none_or(|next| next.is_whitespace()) => return true,
                _ => {}
            }
        }
        false
    }
}
