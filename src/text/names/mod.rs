mod lookup;
mod sound;

use std::collections::HashMap;

pub(super) use lookup::Lookup;
pub(super) use sound::sound;
use sound::sounds_of_name;

use super::letters::{LONGEST_NAME, hash_of};
use super::views::{Lens, View};
use crate::record::BrandId;

/// A brand's name and everything else it is called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BrandNames {
    /// The brand.
    pub id: BrandId,
    /// The registered name.
    pub name: String,
    /// Other names, abbreviations, spellings in other scripts.
    pub aliases: Vec<String>,
}

/// One spelling of a brand's name.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// Index of the brand.
    pub brand: u32,
    /// As registered, in lower case: tells which accents belong to it.
    pub registered: String,
    /// Folded words with one space between.
    pub words: String,
    /// The same without spaces.
    pub joined: String,
    /// Letters and digits of `joined`.
    pub length: usize,
    /// Number of words.
    pub word_count: usize,
    /// Whether it is also a word of everyday language: Coach, Apple.
    pub ordinary: bool,
}

/// All names as search structures, each built once. What they find by hash the caller compares.
pub(super) struct Names {
    pub brands: Vec<BrandId>,
    names: Vec<Name>,
    /// By joined form.
    pub exact: Lookup,
    /// By [`leet_class`] of the joined form.
    pub leet: Lookup,
    /// By the joined form with every letter once where it is repeated.
    pub single: Lookup,
    /// By the sounds of the words.
    pub sounds: Lookup,
    /// By the joined form as it is and with one letter left out: two words one edit apart share one
    /// (symmetric deletion, as in SymSpell).
    pub deletions: Lookup,
    /// The words of names with several.
    pub words: Lookup,
    /// By first letter and number of characters of the words with spaces.
    pub by_length: HashMap<(char, usize), Vec<u32>>,
    /// Most words that a name has which is looked for in disguise.
    pub most_words: usize,
    /// Most tokens that a name has.
    pub most_tokens: usize,
    /// Letters of the longest name.
    pub longest: usize,
}

/// Names shorter than this are never looked for in an altered form.
pub(super) const SHORTEST_DISGUISED: usize = 4;
/// Names with more words than this are found as they are only.
const MOST_WORDS: usize = 4;

impl Names {
    pub fn new(brands: &[BrandNames], is_ordinary: impl Fn(&str) -> bool) -> Self {
        let mut names: Vec<Name> = Vec::new();
        let mut most_tokens = 0;
        for (brand, spellings) in (0u32..).zip(brands) {
            let own = names.len();
            let written = std::iter::once(&spellings.name).chain(&spellings.aliases);
            for text in written.flat_map(|text| as_people_write(text)) {
                let text = &text;
                let view = View::new(text, Lens::Plain);
                let words = view.words();
                let joined: String = words.chars().filter(|c| *c != ' ').collect();
                let known = names[own..].iter().any(|other| other.words == words);
                if words.is_empty() || known || joined.chars().count() > LONGEST_NAME {
                    continue;
                }
                most_tokens = most_tokens.max(view.tokens().len());
                names.push(Name {
                    brand,
                    registered: text.to_lowercase(),
                    length: joined.chars().filter(|c| c.is_alphanumeric()).count(),
                    word_count: words.split(' ').count(),
                    ordinary: is_ordinary(words),
                    words: words.to_owned(),
                    joined,
                });
            }
        }
        let indexed = || (0u32..).zip(&names);
        let altered = || {
            indexed().filter(|(_, name)| {
                name.length >= SHORTEST_DISGUISED && name.word_count <= MOST_WORDS
            })
        };
        let spelt = || altered().filter(|(_, name)| name.joined.chars().all(is_letter));
        let mut by_length = HashMap::<(char, usize), Vec<u32>>::new();
        for (index, name) in altered() {
            if let Some(first) = name.words.chars().next() {
                let length = name.words.chars().count();
                by_length.entry((first, length)).or_default().push(index);
            }
        }
        let several = spelt().filter(|(_, name)| name.word_count > 1);
        let several = several.flat_map(|(_, name)| name.words.split(' '));
        Self {
            brands: brands.iter().map(|brand| brand.id.clone()).collect(),
            exact: Lookup::new(
                indexed().map(|(index, name)| (hash_of(name.joined.chars()), index)),
            ),
            leet: Lookup::new(
                altered()
                    .map(|(index, name)| (hash_of(name.joined.chars().map(leet_class)), index)),
            ),
            single: Lookup::new(
                spelt().map(|(index, name)| (hash_of(singled(name.joined.chars())), index)),
            ),
            sounds: Lookup::new(spelt().flat_map(|(index, name)| {
                name_sounds(&name.words)
                    .into_iter()
                    .map(move |heard| (hash_of(heard), index))
            })),
            deletions: Lookup::new(spelt().flat_map(|(index, name)| {
                deletions(&name.joined)
                    .into_iter()
                    .map(move |hash| (hash, index))
            })),
            words: Lookup::new(several.map(|word| (hash_of(word.chars()), 0))),
            by_length,
            most_words: names
                .iter()
                .map(|name| name.word_count)
                .max()
                .unwrap_or(0)
                .min(MOST_WORDS),
            most_tokens,
            longest: names
                .iter()
                .map(|name| name.joined.chars().count())
                .max()
                .unwrap_or(0),
            names,
        }
    }

    pub fn name(&self, index: u32) -> &Name {
        &self.names[index as usize]
    }

    /// The names whose joined form is `joined`.
    pub fn called(&self, joined: &str) -> impl Iterator<Item = u32> {
        let hits = self.exact.get(hash_of(joined.chars())).iter().copied();
        hits.filter(move |index| self.name(*index).joined == joined)
    }
}

/// Whether a name with it is looked for with letters wrong.
pub(super) fn is_letter(letter: char) -> bool {
    letter.is_alphabetic() || letter == '&'
}

/// A name and how honest people write it too: where an `&` or `+` joins its words without it and with `and`, not those of
/// single letters (`H&M`); without its apostrophes (`Victorias Secret`).
fn as_people_write(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split(['&', '+']).map(str::trim).collect();
    let mut all = vec![text.to_owned()];
    if parts.len() > 1 && parts.iter().all(|part| part.chars().count() > 2) {
        all.push(parts.join(" "));
        all.push(parts.join(" and "));
    }
    let without: Vec<String> = all
        .iter()
        .filter(|name| name.contains(['\'', '’']))
        .map(|name| name.replace(['\'', '’'], ""))
        .collect();
    all.extend(without);
    all
}

/// The class of letters that one sign may stand for in leetspeak: `1` and `!` are i or l, `6` and `9` are
/// b or g.
pub(super) fn leet_class(letter: char) -> char {
    match letter {
        'l' => 'i',
        'b' => 'g',
        other => other,
    }
}

/// Letters that follow themselves, once.
pub(super) fn singled(letters: impl IntoIterator<Item = char>) -> impl Iterator<Item = char> {
    let mut last = None;
    letters
        .into_iter()
        .filter(move |letter| last.replace(*letter) != Some(*letter))
}

/// The sounds of the words one behind the other, in all their ways.
fn name_sounds(words: &str) -> Vec<Vec<char>> {
    let mut all: Vec<Vec<char>> = vec![Vec::new()];
    for word in words.split(' ') {
        let ways = sounds_of_name(&word.chars().collect::<Vec<_>>());
        all = all
            .iter()
            .flat_map(|heard| ways.iter().map(move |way| [&heard[..], way].concat()))
            .collect();
    }
    all.retain(|heard| heard.len() >= 3);
    all
}

/// Hashes of `joined` as it is and with each letter left out.
fn deletions(joined: &str) -> Vec<u64> {
    let letters: Vec<char> = joined.chars().collect();
    let without = |out: usize| {
        let rest = letters.iter().enumerate().filter(move |(at, _)| *at != out);
        hash_of(rest.map(|(_, letter)| *letter))
    };
    (0..=letters.len()).map(without).collect()
}
