use super::letters::{hash_of, with};
use super::lexicon::Lexicons;
use super::names::Lookup;
use super::views::folded;

/// The ordinary words as sets.
pub(super) struct WordSets {
    ordinary: Lookup,
    joined: Lookup,
    dictionary: Lookup,
    proper_names: Lookup,
    pub censored: Vec<String>,
}

/// Most words that are written together with a name: `nike|running|shoes|sale`.
const MOST_JOINED: usize = 3;

/// What is added to a word when it is inflected, and the letters that the word has at least: `Oakly` is not what an oak is like.
const ENDINGS: [(&str, usize); 6] = [
    ("s", 3),
    ("ed", 3),
    ("ing", 3),
    ("er", 4),
    ("ers", 4),
    ("ly", 4),
];

impl WordSets {
    pub fn new(lexicons: &Lexicons) -> Self {
        let common = &lexicons.common_words;
        let set = |words: &[String]| {
            Lookup::new(words.iter().map(|word| (hash_of(folded(word).chars()), 0)))
        };
        Self {
            ordinary: set(&common.ordinary),
            joined: set(&common.joined),
            dictionary: set(&lexicons.dictionary),
            proper_names: set(&lexicons.proper_names),
            censored: common.censored.iter().map(|word| folded(word)).collect(),
        }
    }

    /// Whether a folded word, or what it is an inflection of, is one of the ordinary words: a name that
    /// is one is less sure.
    pub fn is_ordinary(&self, word: &str) -> bool {
        stems(word, |hash| {
            self.ordinary.contains(hash) || self.joined.contains(hash)
        })
    }

    /// Whether a folded word, or what it is an inflection of, is an ordinary word or in the dictionary:
    /// no name is recognised in it that is not there letter by letter.
    pub fn is_known(&self, word: &str) -> bool {
        stems(word, |hash| {
            self.ordinary.contains(hash)
                || self.joined.contains(hash)
                || self.dictionary.contains(hash)
        })
    }

    /// Whether a folded word is somebody's or some place's name as it is: Boise is no misspelt Bose.
    pub fn is_proper_name(&self, word: &str) -> bool {
        self.proper_names.contains(hash_of(word.chars()))
    }

    /// Whether a folded word is one of the ordinary words as it is.
    pub fn is_common(&self, word: &str) -> bool {
        let hash = hash_of(word.chars());
        self.ordinary.contains(hash) || self.joined.contains(hash)
    }

    /// Whether sellers write this word together with a brand's name.
    pub fn joins(&self, word: &str) -> bool {
        let stem = word.strip_suffix('s').unwrap_or(word);
        [word, stem]
            .iter()
            .any(|word| self.joined.contains(hash_of(word.chars())))
    }

    /// Whether `rest` is numbers and known words of three letters or more, one behind the other.
    pub fn is_compound(&self, rest: &str) -> bool {
        let known = |word: &str| self.joins(word) || word.len() > 2 && self.is_known(word);
        splits(rest, MOST_JOINED, &known)
    }

    /// The same of words that sellers write together with names.
    pub fn joins_all(&self, rest: &str) -> bool {
        splits(rest, MOST_JOINED, &|word| self.joins(word))
    }
}

/// Whether `rest` is numbers and at most so many words that `known` holds for.
fn splits(rest: &str, most: usize, known: &impl Fn(&str) -> bool) -> bool {
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.is_empty() {
        return true;
    }
    most > 0
        && rest
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .any(|end| {
                let (word, more) = rest.split_at(end);
                known(word) && splits(more, most - 1, known)
            })
}

/// Whether `known` holds for the hash of `word` or of a stem of three letters or more.
fn stems(word: &str, known: impl Fn(u64) -> bool) -> bool {
    if known(hash_of(word.chars())) {
        return true;
    }
    let stem = |ending: &str| word.strip_suffix(ending).filter(|stem| stem.len() > 2);
    let of = |stem: &str| hash_of(stem.chars());
    ENDINGS
        .iter()
        .filter_map(|(ending, letters)| stem(ending).filter(|stem| stem.len() >= *letters))
        .any(|stem| known(of(stem)))
        // `Hemes` are no hems.
        || stem("es").is_some_and(|stem| stem.ends_with(['s', 'x', 'z', 'h', 'o']) && known(of(stem)))
        // Sony is no inflection of son.
        || stem("y").is_some_and(|stem| stem.len() > 3 && known(of(stem)))
        || stem("d").is_some_and(|stem| stem.ends_with('e') && known(of(stem)))
        || stem("ies").is_some_and(|stem| known(with(of(stem), 'y')))
        || stem("ing").is_some_and(|stem| known(with(of(stem), 'e')))
}
