use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::lexicon::{Entry, Lexicons};
use super::reader::{ReaderError, Text};
use super::views::folded;

/// An entry of a lexicon, by its place in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cue {
    Context(u32),
    Noun(u32),
    Slang(u32),
    Negation(u32),
    Channel(u32),
    Invitation(u32),
    Claim(u32),
}

/// An entry found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub cue: Cue,
    /// Bytes of the original.
    pub start: usize,
    pub end: usize,
}

/// All lexicon entries in one automaton.
pub(super) struct Phrases {
    automaton: AhoCorasick,
    patterns: Vec<Vec<Rule>>,
}

/// When a pattern counts as the entry.
struct Rule {
    cue: Cue,
    whole_word: bool,
    /// Things may stand in the plural: `case`, `cases`.
    plural: bool,
    unless_before: Vec<String>,
    unless_after: Vec<String>,
}

/// Found entries are kept up to this number in a text, so that a text of cues alone stays cheap.
const MOST_HITS: usize = 512;

impl Phrases {
    pub fn new(lexicons: &Lexicons) -> Result<Self, ReaderError> {
        let mut builder = Builder::default();
        builder.add(&lexicons.contexts.contexts, Cue::Context);
        builder.add(&lexicons.contexts.nouns, Cue::Noun);
        builder.add(&lexicons.slang.slang, Cue::Slang);
        builder.add(&lexicons.slang.negations, Cue::Negation);
        builder.add(&lexicons.contacts.channels, Cue::Channel);
        builder.add(&lexicons.contacts.invitations, Cue::Invitation);
        builder.add(&lexicons.claims, Cue::Claim);
        Ok(Self {
            automaton: AhoCorasick::new(&builder.texts)?,
            patterns: builder.patterns,
        })
    }

    /// The entries in `text` by place; of entries of one list, one inside another is left out.
    pub fn find(&self, text: &Text) -> Vec<Hit> {
        let view = text.view.text();
        let mut hits: Vec<Hit> = Vec::new();
        for found in self.automaton.find_overlapping_iter(view) {
            let rules = &self.patterns[found.pattern().as_usize()];
            let range = found.range();
            for rule in rules.iter().filter(|rule| rule.fits(text, &range)) {
                // Two languages may share a word: what one of them excludes is excluded.
                let same_list = |other: &&Rule| {
                    std::mem::discriminant(&other.cue) == std::mem::discriminant(&rule.cue)
                };
                if rules
                    .iter()
                    .filter(same_list)
                    .any(|rule| rule.excluded(text, &range))
                {
                    continue;
                }
                let span = text.view.original(range.clone());
                hits.push(Hit {
                    cue: rule.cue,
                    start: span.start,
                    end: span.end,
                });
            }
            if hits.len() > MOST_HITS {
                break;
            }
        }
        hits.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end), hit.cue));
        let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
        for hit in hits {
            let inside = |outer: &&Hit| {
                std::mem::discriminant(&outer.cue) == std::mem::discriminant(&hit.cue)
                    && outer.end >= hit.end
            };
            // An outer hit starts at most one phrase earlier, so a few steps back suffice.
            if !kept.iter().rev().take(16).any(|outer| inside(&outer)) {
                kept.push(hit);
            }
        }
        kept
    }
}

impl Rule {
    fn fits(&self, text: &Text, range: &Range<usize>) -> bool {
        if !self.whole_word {
            return true;
        }
        if !text.view.bounded_before(range.start) {
            return false;
        }
        let rest = &text.view.text()[range.end..];
        text.view.bounded_after(range.end)
            || self.plural
                && ["s", "es"].iter().any(|ending| {
                    rest.starts_with(ending) && text.view.bounded_after(range.end + ending.len())
                })
    }

    fn excluded(&self, text: &Text, range: &Range<usize>) -> bool {
        let (before, after) = (
            text.view.text()[..range.start].trim_end(),
            &text.view.text()[range.end..],
        );
        let gap = after.len() - after.trim_start().len();
        self.unless_after.iter().any(|word| {
            after.trim_start().starts_with(word)
                && text.view.bounded_after(range.end + gap + word.len())
        }) || self.unless_before.iter().any(|word| {
            before
                .strip_suffix(word.as_str())
                .is_some_and(|rest| text.view.bounded_before(rest.len()))
        })
    }
}

#[derive(Default)]
struct Builder {
    texts: Vec<String>,
    patterns: Vec<Vec<Rule>>,
    places: HashMap<String, usize>,
}

impl Builder {
    fn add<T: Entry>(&mut self, entries: &[T], cue: fn(u32) -> Cue) {
        for (index, entry) in (0u32..).zip(entries) {
            let text = folded(entry.text());
            let place = *self.places.entry(text.clone()).or_insert_with(|| {
                self.texts.push(text);
                self.patterns.push(Vec::new());
                self.texts.len() - 1
            });
            let fold_all = |words: &[String]| words.iter().map(|word| folded(word)).collect();
            let cue = cue(index);
            self.patterns[place].push(Rule {
                cue,
                whole_word: entry.whole_word(),
                plural: matches!(cue, Cue::Noun(_)),
                unless_before: fold_all(entry.unless_preceded_by()),
                unless_after: fold_all(entry.unless_followed_by()),
            });
        }
    }
}
