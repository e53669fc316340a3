use std::collections::HashSet;

use super::contacts::contacts;
use super::contexts::contexts;
use super::lexicon::{CommonWords, Lexicons};
use super::mentions::{self, MOST_MENTIONS};
use super::names::{BrandNames, Names};
use super::phrases::{Hit, Phrases};
use super::reading::{Field, Reading};
use super::slang::slang_and_claims;
use super::views::{Lens, View, folded};
use crate::record::Listing;

/// Reads listings: built once, then shared by all threads.
pub struct Reader {
    lexicons: Lexicons,
    words: WordSets,
    names: Names,
    phrases: Phrases,
}

/// Why a [`Reader`] cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// More names or lexicon entries than one automaton holds.
    #[error(
        "too many brand names or lexicon entries for one search automaton: {0}; split the catalogs over several runs"
    )]
    TooMany(#[from] aho_corasick::BuildError),
}

/// The bytes of a text that are read; what stands beyond is not.
const LONGEST_TEXT: usize = 32 * 1024;
/// The bytes of title and description from which the language is told.
const LANGUAGE_SAMPLE: usize = 240;

impl Reader {
    /// Builds the automata over all lexicon entries and all names of `brands`. Names without a letter
    /// or digit are left out.
    ///
    /// # Errors
    /// [`ReaderError`] when there are more names than an automaton holds (millions).
    pub fn new(lexicons: Lexicons, brands: &[BrandNames]) -> Result<Self, ReaderError> {
        let words = WordSets::new(&lexicons.common_words);
        let names = Names::new(brands, |name| {
            name.split(' ').all(|word| words.is_ordinary(word))
        })?;
        let phrases = Phrases::new(&lexicons)?;
        Ok(Self {
            lexicons,
            words,
            names,
            phrases,
        })
    }

    /// Reads brand field, title and description, of each at most the first 32 KiB.
    pub fn read(&self, listing: &Listing) -> Reading {
        let texts = [
            Text::new(Field::Brand, &listing.brand),
            Text::new(Field::Title, &listing.title),
            Text::new(Field::Description, &listing.description),
        ];
        let mut reading = Reading {
            language: language(&listing.title, &listing.description),
            ..Reading::default()
        };
        for text in &texts {
            reading
                .mentions
                .extend(mentions::find(&self.names, &self.words, text));
        }
        mentions::weigh_ordinary_names(&self.names, &mut reading.mentions, &texts[0]);
        reading.mentions.truncate(MOST_MENTIONS);
        let hits = texts.each_ref().map(|text| match text.field {
            // The brand field names a brand; words in it that also mean something else mean nothing.
            Field::Brand => Vec::new(),
            _ => self.phrases.find(text),
        });
        let read: Vec<(&Text, &[Hit])> = texts
            .iter()
            .zip(&hits)
            .map(|(text, hits)| (text, hits.as_slice()))
            .collect();
        reading.contexts = contexts(
            &self.lexicons.contexts,
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

/// One text of a listing with its plain view.
pub(super) struct Text<'a> {
    pub field: Field,
    pub original: &'a str,
    pub view: View,
    /// The words, as bytes of the original and of the view.
    pub tokens: Vec<TextToken>,
}

/// A word as bytes of the original and of the plain view.
pub(super) struct TextToken {
    pub start: usize,
    pub end: usize,
    pub view: std::ops::Range<usize>,
}

impl<'a> Text<'a> {
    pub fn new(field: Field, original: &'a str) -> Self {
        let original = &original[..original.floor_char_boundary(LONGEST_TEXT)];
        let view = View::new(original, Lens::Plain);
        let tokens = view.tokens().into_iter();
        let tokens = tokens.map(|token| {
            let span = view.original(token.clone());
            TextToken {
                start: span.start,
                end: span.end,
                view: token,
            }
        });
        Self {
            field,
            original,
            tokens: tokens.collect(),
            view,
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

/// The ordinary words as sets.
pub(super) struct WordSets {
    ordinary: HashSet<String>,
    joined: HashSet<String>,
    pub censored: Vec<String>,
}

impl WordSets {
    fn new(common: &CommonWords) -> Self {
        let set = |words: &[String]| words.iter().map(|word| folded(word)).collect();
        Self {
            ordinary: set(&common.ordinary),
            joined: set(&common.joined),
            censored: common.censored.iter().map(|word| folded(word)).collect(),
        }
    }

    /// Whether a folded word, or what it is an inflection of, is an ordinary word.
    pub fn is_ordinary(&self, word: &str) -> bool {
        let known = |word: &str| self.ordinary.contains(word) || self.joined.contains(word);
        known(word)
            || ["s", "es", "d", "ed", "ing", "er", "ers", "ly", "y"]
                .iter()
                .any(|ending| {
                    word.strip_suffix(ending)
                        .is_some_and(|stem| stem.len() > 2 && known(stem))
                })
            || word
                .strip_suffix("ies")
                .is_some_and(|stem| known(&format!("{stem}y")))
            || word
                .strip_suffix("ing")
                .is_some_and(|stem| known(&format!("{stem}e")))
    }

    /// Whether sellers write this word together with a brand's name.
    pub fn joins(&self, word: &str) -> bool {
        self.joined.contains(word)
            || word
                .strip_suffix('s')
                .is_some_and(|stem| self.joined.contains(stem))
    }
}

/// ISO 639-3, when whatlang is confident.
fn language(title: &str, description: &str) -> Option<String> {
    let room = LANGUAGE_SAMPLE.saturating_sub(title.len());
    let mut sample = title[..title.floor_char_boundary(LANGUAGE_SAMPLE)].to_owned();
    sample.push('\n');
    sample.push_str(&description[..description.floor_char_boundary(room)]);
    let told = whatlang::detect(&sample)?;
    told.is_reliable().then(|| told.lang().code().to_owned())
}
