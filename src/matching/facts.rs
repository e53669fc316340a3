//! What is compared of an article.

use std::borrow::Borrow;

use super::Article;
use super::align::Alignment;
use super::audience::Audience;
use super::colour;
use super::keys::{KeyMap, key};
use super::kind::kind;
use super::tokens::{is_number, measure, squeezed, words};
use super::wording::Wording;
use crate::record::{Gtin, Money};

/// How much each word tells, from the tables that are matched themselves.
///
/// A word tells the more the fewer titles hold it, and the more faithfully titles that are close to
/// each other hold it both or neither: shops add `software` or `complete package` at will, but not
/// `upgrade`. The second is the m-probability of Fellegi and Sunter (1969, doi:10.1080/01621459.1969.10501049),
/// estimated for each word from each title's nearest one, without labels.
#[derive(Clone, Debug, Default)]
pub struct Rarity {
    holding: KeyMap<u32>,
    titles: u32,
    close: KeyMap<Close>,
}

/// How often a word stood in one of two close titles, and how much of it in the other.
#[derive(Clone, Copy, Debug, Default)]
struct Close {
    seen: f64,
    held: f64,
}

/// Two close titles hold a word alike this often, as far as we know before looking ...
const AGREEMENT: f64 = 0.75;
/// ... which counts as much as so many sights of the word.
const PRIOR_SIGHTS: f64 = 8.0 / 3.0;

impl Rarity {
    /// Counts the words of the titles.
    pub fn of(articles: impl IntoIterator<Item: Borrow<Article>>) -> Self {
        let mut rarity = Self::default();
        for article in articles {
            let mut keys: Vec<u64> = words(&article.borrow().title)
                .iter()
                .map(|word| key(word))
                .collect();
            keys.sort_unstable();
            keys.dedup();
            rarity.titles = rarity.titles.saturating_add(1);
            for key in keys {
                *rarity.holding.entry(key).or_default() += 1;
            }
        }
        rarity
    }

    /// What the word weighs: near 0 for one of every title or that comes and goes, to 1.
    pub fn weight(&self, key: u64) -> f64 {
        let titles = f64::from(self.titles.max(1));
        let holding = f64::from(self.holding.get(&key).copied().unwrap_or(1));
        let rarity = (1.0 + titles / holding).ln() / (1.0 + titles).ln();
        let close = self.close.get(&key).copied().unwrap_or_default();
        rarity * (close.held + AGREEMENT * PRIOR_SIGHTS) / (close.seen + PRIOR_SIGHTS)
    }

    /// Learns from two titles that are close to each other which words they share.
    pub fn learn(&mut self, left: &Facts, right: &Facts) {
        let held = Alignment::new(&left.words, &right.words);
        let sides = [
            (&left.words, &held.left, right),
            (&right.words, &held.right, left),
        ];
        for (words, held, other) in sides {
            for (word, held) in words.iter().zip(held) {
                let close = self.close.entry(word.key).or_default();
                close.seen += 1.0;
                close.held += if other.names(word.key) { 1.0 } else { *held };
            }
        }
    }
}

/// A word with what it weighs.
#[derive(Clone, Debug)]
pub struct Word {
    /// As [`words`] gives it.
    pub text: String,
    /// Its [`key`].
    pub key: u64,
    /// What it tells, 0..=1.
    pub weight: f64,
}

/// What is compared of an article.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The title's words in order, each once.
    pub words: Vec<Word>,
    /// Keys of the words of brand and part number; sorted.
    fields: Vec<u64>,
    /// Keys of the description's words with their weights; sorted.
    pub description: Vec<(u64, f64)>,
    /// The title's letter trigrams with their weights; sorted.
    pub trigrams: Vec<(u64, f64)>,
    /// Model and part numbers of the title and the field; sorted.
    pub models: Vec<String>,
    /// The letters and digits of all texts.
    pub letters: String,
    /// Those of the part number.
    pub mpn: String,
    /// Those of the brand.
    pub brand: String,
    /// The article number.
    pub gtin: Option<Gtin>,
    /// The price.
    pub price: Option<Money>,
    /// Numbers with a unit, of the title.
    pub measures: Vec<(String, &'static str)>,
    /// Numbers of at most four digits without one: versions, editions, years.
    pub numbers: Vec<String>,
    /// Colours, each under one name; sorted.
    pub colours: Vec<&'static str>,
    /// Letters and digits of the field that says the colour, whatever its name: `plum`.
    pub shade: String,
    /// Kinds of goods; sorted.
    pub kinds: Vec<&'static str>,
    /// Version and edition.
    pub wording: Wording,
    /// For whom it is made.
    pub audience: Audience,
}

impl Facts {
    /// Reads an article.
    pub fn new(article: &Article, rarity: &Rarity) -> Self {
        let mut title: Vec<Word> = Vec::new();
        for text in words(&article.title) {
            let key = key(&text);
            if title.iter().all(|word| word.key != key) {
                let weight = rarity.weight(key);
                title.push(Word { text, key, weight });
            }
        }
        let mpn = squeezed(&article.mpn);
        let keys = |text: &str| {
            words(text)
                .into_iter()
                .map(|word| key(&word))
                .collect::<Vec<_>>()
        };
        let mut fields = keys(&article.brand);
        fields.extend(keys(&article.mpn));
        fields.extend((!mpn.is_empty()).then(|| key(&mpn)));
        let mut description = keys(&article.description);
        description.sort_unstable();
        description.dedup();
        let texts = title.iter().map(|word| &word.text);
        let mut models: Vec<String> = texts
            .clone()
            .filter(|word| is_model(word))
            .cloned()
            .collect();
        if mpn.len() >= 3 && mpn.bytes().any(|byte| byte.is_ascii_digit()) {
            models.push(mpn.clone());
        }
        let mut colours: Vec<&'static str> = texts
            .clone()
            .filter_map(|word| colour::of_shop(word))
            .collect();
        colours.extend(
            words(&article.color)
                .iter()
                .filter_map(|word| colour::of_shop(word)),
        );
        Self {
            fields: sorted(fields),
            description: description
                .into_iter()
                .map(|key| (key, rarity.weight(key)))
                .collect(),
            trigrams: trigrams(&title),
            kinds: sorted(texts.clone().filter_map(|word| kind(word)).collect()),
            models: sorted(models),
            letters: squeezed(&article.title) + &mpn + &squeezed(&article.description),
            brand: squeezed(&article.brand),
            mpn,
            gtin: article.gtin,
            price: article.price,
            measures: texts
                .clone()
                .filter_map(|word| measure(word).map(|(number, unit)| (number.to_owned(), unit)))
                .collect(),
            wording: Wording::new(texts.clone().map(String::as_str)),
            audience: Audience::of(texts.clone().map(String::as_str)),
            numbers: texts
                .filter(|word| is_number(word) && word.len() <= 4)
                .cloned()
                .collect(),
            colours: sorted(colours),
            shade: squeezed(&article.color),
            words: title,
        }
    }

    /// Whether brand or part number hold the word.
    pub fn names(&self, key: u64) -> bool {
        self.fields.binary_search(&key).is_ok()
    }

    /// Whether the description holds the word.
    pub fn describes(&self, key: u64) -> bool {
        self.description
            .binary_search_by_key(&key, |entry| entry.0)
            .is_ok()
    }
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}

/// Letters with digits, three or more together, or at least five digits.
fn is_model(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let long_enough = if digits == word.len() {
        digits >= 5
    } else {
        (3..=24).contains(&word.len())
    };
    word.is_ascii() && digits > 0 && long_enough && measure(word).is_none() && !word.contains('.')
}

/// Each word's trigrams share its weight.
fn trigrams(words: &[Word]) -> Vec<(u64, f64)> {
    let mut found: Vec<(u64, f64)> = Vec::new();
    for word in words {
        let letters: Vec<u8> = std::iter::once(b' ')
            .chain(word.text.bytes())
            .chain([b' '])
            .collect();
        let share = word.weight / (letters.len() - 2) as f64;
        let one = |three: &[u8]| {
            three
                .iter()
                .fold(0, |key, byte| key << 8 | u64::from(*byte))
        };
        found.extend(letters.windows(3).map(|three| (one(three), share)));
    }
    found.sort_by_key(|entry| entry.0);
    found.dedup_by(|next, first| {
        let same = next.0 == first.0;
        first.1 += if same { next.1 } else { 0.0 };
        same
    });
    found
}
