use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::reader::ReaderError;
use super::views::folded;
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

/// All names as search structures, each built once.
pub(super) struct Names {
    pub brands: Vec<BrandId>,
    pub names: Vec<Name>,
    /// Over the folded words of all names, and the joined form of those with several words.
    pub automaton: AhoCorasick,
    /// The names of each pattern of `automaton`.
    pub patterns: Vec<Vec<u32>>,
    /// By joined form.
    pub exact: HashMap<String, Vec<u32>>,
    /// By the joined form with every `l` as `i`, since `1` and `!` stand for both.
    pub leet: HashMap<String, Vec<u32>>,
    /// By first letter and number of characters of the words with spaces.
    pub by_length: HashMap<(char, usize), Vec<u32>>,
    /// By the hash of the words with one letter (never the first) left out, or none.
    deletions: HashMap<u64, (u32, u32)>,
    deletion_names: Vec<u32>,
    /// Characters of the longest name in `deletions`.
    longest: usize,
    /// Most words that a name has.
    pub most_words: usize,
}

/// Names shorter than this are never looked for in an altered form.
pub(super) const SHORTEST_DISGUISED: usize = 4;
/// Names shorter than this are never looked for with a letter wrong.
pub(super) const SHORTEST_MISSPELT: usize = 5;
/// Names with more words than this are found as they are only.
const MOST_WORDS: usize = 4;

impl Names {
    pub fn new(
        brands: &[BrandNames],
        is_ordinary: impl Fn(&str) -> bool,
    ) -> Result<Self, ReaderError> {
        let mut names: Vec<Name> = Vec::new();
        for (brand, spellings) in (0u32..).zip(brands) {
            let mut seen: Vec<String> = Vec::new();
            for text in std::iter::once(&spellings.name).chain(&spellings.aliases) {
                let words = folded(text);
                if words.is_empty() || seen.contains(&words) {
                    continue;
                }
                seen.push(words.clone());
                let joined: String = words.chars().filter(|c| *c != ' ').collect();
                names.push(Name {
                    brand,
                    registered: text.to_lowercase(),
                    length: joined.chars().filter(|c| c.is_alphanumeric()).count(),
                    word_count: words.split(' ').count(),
                    ordinary: is_ordinary(&words),
                    words,
                    joined,
                });
            }
        }
        let (mut texts, mut patterns) = (Vec::new(), Vec::<Vec<u32>>::new());
        let mut pattern_of: HashMap<String, usize> = HashMap::new();
        let (mut exact, mut leet) = (
            HashMap::<String, Vec<u32>>::new(),
            HashMap::<String, Vec<u32>>::new(),
        );
        let mut by_length = HashMap::<(char, usize), Vec<u32>>::new();
        let mut deletions: Vec<(u64, u32)> = Vec::new();
        let mut longest = 0;
        for (index, name) in (0u32..).zip(&names) {
            let joined_too = name.word_count > 1 && name.length > SHORTEST_DISGUISED;
            for text in std::iter::once(&name.words).chain(joined_too.then_some(&name.joined)) {
                let pattern = *pattern_of.entry(text.clone()).or_insert_with(|| {
                    texts.push(text.clone());
                    patterns.push(Vec::new());
                    texts.len() - 1
                });
                if !patterns[pattern].contains(&index) {
                    patterns[pattern].push(index);
                }
            }
            exact.entry(name.joined.clone()).or_default().push(index);
            if name.length < SHORTEST_DISGUISED || name.word_count > MOST_WORDS {
                continue;
            }
            leet.entry(leet_key(&name.joined)).or_default().push(index);
            if let Some(first) = name.words.chars().next() {
                by_length
                    .entry((first, name.words.chars().count()))
                    .or_default()
                    .push(index);
            }
            if name.length >= SHORTEST_MISSPELT
                && name.words.chars().all(|c| c.is_alphabetic() || c == ' ')
            {
                let letters: Vec<char> = name.words.chars().collect();
                longest = longest.max(letters.len());
                deletions.extend(deletion_hashes(&letters).map(|hash| (hash, index)));
            }
        }
        deletions.sort_unstable();
        deletions.dedup();
        let mut ranges = HashMap::with_capacity(deletions.len());
        for (at, (hash, _)) in (0u32..).zip(&deletions) {
            ranges.entry(*hash).or_insert((at, at)).1 = at + 1;
        }
        Ok(Self {
            brands: brands.iter().map(|brand| brand.id.clone()).collect(),
            automaton: AhoCorasick::new(&texts)?,
            patterns,
            exact,
            leet,
            by_length,
            deletions: ranges,
            longest,
            deletion_names: deletions.into_iter().map(|(_, name)| name).collect(),
            most_words: names
                .iter()
                .map(|name| name.word_count)
                .max()
                .unwrap_or(0)
                .min(MOST_WORDS),
            names,
        })
    }

    pub fn name(&self, index: u32) -> &Name {
        &self.names[index as usize]
    }

    /// Names that may be one edit away from `letters` (words with one space between), each once.
    ///
    /// Two words one edit apart share a form with one letter left out (symmetric deletion, as in
    /// SymSpell). The caller checks the distance.
    pub fn near(&self, letters: &[char], found: &mut Vec<u32>) {
        for hash in self.hashes_near(letters) {
            if let Some(&(start, end)) = self.deletions.get(&hash) {
                found.extend(&self.deletion_names[start as usize..end as usize]);
            }
        }
        found.sort_unstable();
        found.dedup();
    }
}

impl Names {
    /// The hashes under which names one edit away stand: none for what is too long for any, since
    /// their number times their cost grows with the square of the length.
    fn hashes_near<'a>(&self, letters: &'a [char]) -> impl Iterator<Item = u64> + 'a {
        let possible = letters.len() <= self.longest + 1;
        deletion_hashes(if possible { letters } else { &[] }).filter(move |_| possible)
    }
}

/// The form under which leetspeak is looked up.
pub(super) fn leet_key(joined: &str) -> String {
    joined.replace('l', "i")
}

/// Hashes (FNV-1a) of `letters` as they are and with each letter but the first left out.
fn deletion_hashes(letters: &[char]) -> impl Iterator<Item = u64> + '_ {
    (0..=letters.len())
        .filter(|left_out| *left_out != 0 || letters.is_empty())
        .map(move |left_out| {
            letters
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != left_out)
                .fold(0xcbf2_9ce4_8422_2325, |hash, (_, letter)| {
                    (hash ^ u64::from(u32::from(*letter))).wrapping_mul(0x0000_0100_0000_01b3)
                })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_longer_than_every_name_is_not_hashed() {
        let luma = BrandNames {
            id: "lumandra".into(),
            name: "Lumandra".to_owned(),
            aliases: vec!["Lumandra Home".to_owned()],
        };
        let names = Names::new(&[luma], |_| false).expect("few names");
        let hashes = |word: &str| names.hashes_near(&word.chars().collect::<Vec<_>>()).count();
        assert_eq!(hashes(&"a".repeat(10_000)), 0);
        assert_eq!(hashes(&"a".repeat(15)), 0);
        assert_eq!(hashes(&"a".repeat(14)), 14);
        let mut found = Vec::new();
        names.near(&"lumandra homes".chars().collect::<Vec<_>>(), &mut found);
        assert_eq!(found, [1]);
    }
}
