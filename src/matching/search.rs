//! Candidates from an inverted index.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::Article;
use super::tokens::{key, squeezed, words};

/// Articles by the words and letter trigrams of their titles, brands and part numbers.
///
/// Two articles are as near as the mean of two cosines, of their distinct words and of their distinct
/// trigrams, each weighed by ln(1 + N / n). Terms of the query are read from the rarest, until
/// `MOST_READ` entries are read: what comes after is in so many articles that it no longer tells
/// them apart. Each entry holds its part of the cosine in a byte, so that sums are whole numbers
/// and the order never depends on the machine.
pub struct Search {
    /// The list of each term.
    terms: HashMap<u64, u32, BuildHasherDefault<Spread>>,
    /// Where each list begins in `places` and `parts`, and where the last ends.
    starts: Vec<u32>,
    places: Vec<u32>,
    parts: Vec<u8>,
    /// The weight of each term.
    weights: Vec<f32>,
    articles: usize,
}

/// Most entries that one query reads.
const MOST_READ: usize = 6_000;
/// The byte of a whole cosine.
const WHOLE: f32 = 255.0;

/// The sums of one searching thread, used again for each query.
#[derive(Debug, Default)]
pub struct Scratch {
    sums: Vec<u32>,
    ranked: Vec<(u32, u32)>,
    found: Vec<u32>,
}

impl Search {
    /// An index of `articles`.
    pub fn new(articles: &[Article]) -> Self {
        let keys: Vec<Keys> = articles.iter().map(Keys::new).collect();
        let mut counts: HashMap<u64, u32, BuildHasherDefault<Spread>> = HashMap::default();
        for key in keys
            .iter()
            .flat_map(|keys| keys.words.iter().chain(&keys.trigrams))
        {
            *counts.entry(*key).or_default() += 1;
        }
        let mut order: Vec<(u64, u32)> = counts.into_iter().collect();
        order.sort_unstable();
        let mut index = Self {
            terms: HashMap::with_capacity_and_hasher(order.len(), BuildHasherDefault::default()),
            starts: vec![0],
            places: Vec::new(),
            parts: Vec::new(),
            weights: Vec::with_capacity(order.len()),
            articles: articles.len(),
        };
        let mut end = 0;
        for (term, (key, count)) in (0u32..).zip(order) {
            end += count;
            index.terms.insert(key, term);
            index.starts.push(end);
            index
                .weights
                .push((1.0 + articles.len() as f32 / count as f32).ln());
        }
        index.places = vec![0; end as usize];
        index.parts = vec![0; end as usize];
        let mut next = index.starts.clone();
        for (place, keys) in (0u32..).zip(&keys) {
            for list in [&keys.words, &keys.trigrams] {
                let norm = index.norm(list);
                for term in list.iter().filter_map(|key| index.terms.get(key)) {
                    let at = next[*term as usize] as usize;
                    let part = index.weights[*term as usize] / norm * WHOLE;
                    index.places[at] = place;
                    index.parts[at] = part.round().clamp(1.0, WHOLE) as u8;
                    next[*term as usize] += 1;
                }
            }
        }
        index
    }

    /// The number of articles.
    pub fn len(&self) -> usize {
        self.articles
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.articles == 0
    }

    /// The rows of at most `most` articles that share a term with `article`, the nearest first; equally
    /// near ones by row.
    pub fn find<'a>(&self, article: &Article, most: usize, scratch: &'a mut Scratch) -> &'a [u32] {
        let keys = Keys::new(article);
        scratch.sums.clear();
        scratch.sums.resize(self.articles, 0);
        let mut lists: Vec<(u32, u32, u32)> =
            Vec::with_capacity(keys.words.len() + keys.trigrams.len());
        for list in [&keys.words, &keys.trigrams] {
            let (start, mut squares) = (lists.len(), 0.0);
            for key in list {
                let Some(&term) = self.terms.get(key) else {
                    squares += self.unseen().powi(2);
                    continue;
                };
                let at = term as usize;
                squares += self.weights[at].powi(2);
                lists.push((self.starts[at + 1] - self.starts[at], term, 0));
            }
            let norm = squares.sqrt().max(f32::MIN_POSITIVE);
            for (_, term, weight) in &mut lists[start..] {
                *weight = (self.weights[*term as usize] / norm * 4096.0) as u32;
            }
        }
        lists.sort_unstable();
        let mut read = 0;
        for (length, term, weight) in lists {
            if read > 0 && read + length as usize > MOST_READ {
                break;
            }
            read += length as usize;
            let range =
                self.starts[term as usize] as usize..self.starts[term as usize + 1] as usize;
            for (place, part) in self.places[range.clone()].iter().zip(&self.parts[range]) {
                scratch.sums[*place as usize] += weight * u32::from(*part);
            }
        }
        scratch.best(most);
        &scratch.found
    }

    /// The length of the vector of an article's own terms.
    fn norm(&self, keys: &[u64]) -> f32 {
        let terms = keys.iter().filter_map(|key| self.terms.get(key));
        let squares: f32 = terms.map(|term| self.weights[*term as usize].powi(2)).sum();
        squares.sqrt().max(f32::MIN_POSITIVE)
    }

    /// The weight of a term that no article has: as if one had.
    fn unseen(&self) -> f32 {
        (1.0 + self.articles as f32).ln()
    }
}

impl Scratch {
    /// Puts the rows with the `most` greatest sums into `found`.
    fn best(&mut self, most: usize) {
        let by_sum = |a: &(u32, u32), b: &(u32, u32)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        let enough = 8 * most.max(8);
        self.ranked.clear();
        // What is not above the last of the best so far need not be kept: later rows lose ties.
        let mut floor = 0;
        for (place, sum) in (0u32..).zip(&self.sums) {
            if *sum > floor {
                self.ranked.push((*sum, place));
                if self.ranked.len() == enough {
                    self.ranked.select_nth_unstable_by(most, by_sum);
                    self.ranked.truncate(most);
                    floor = self.ranked.iter().map(|entry| entry.0).min().unwrap_or(0);
                }
            }
        }
        self.ranked.sort_unstable_by(by_sum);
        self.ranked.truncate(most);
        self.found.clear();
        self.found.extend(self.ranked.iter().map(|entry| entry.1));
    }
}

/// What an article is searched by.
struct Keys {
    words: Vec<u64>,
    trigrams: Vec<u64>,
}

impl Keys {
    fn new(article: &Article) -> Self {
        let mut found = words(&article.title);
        found.extend(words(&article.brand));
        found.extend(Some(squeezed(&article.mpn)).filter(|number| number.len() >= 3));
        let mut letters = vec![b' '];
        for word in &found {
            letters.extend_from_slice(word.as_bytes());
            letters.push(b' ');
        }
        if let Some(gtin) = article.gtin {
            found.push(gtin.to_string());
        }
        // The highest bit tells a trigram from a word.
        let trigram = |three: &[u8]| {
            three
                .iter()
                .fold(1 << 39, |key, byte| key << 8 | u64::from(*byte))
        };
        Self {
            trigrams: distinct(letters.windows(3).map(trigram).collect()),
            words: distinct(found.iter().map(|word| key(word) >> 1).collect()),
        }
    }
}

fn distinct(mut keys: Vec<u64>) -> Vec<u64> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Spreads keys that are already hashes or trigrams.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, key: u64) {
        let mixed = (self.0 ^ key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }
}
