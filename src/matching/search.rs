//! Candidates from an inverted index.

use std::borrow::Borrow;
use std::ops::Range;

use super::Article;
use super::keys::{KeyMap, key};
use super::sums::Sums;
use super::tokens::{squeezed, words};

/// Articles by the words and letter trigrams of their titles, brands and part numbers.
///
/// Two articles are as near as the mean of two cosines, of their distinct words and of their distinct
/// trigrams, each weighed by ln(1 + N / n). Terms of the query are read from the rarest, until
/// `MOST_READ` entries are read: what comes after is in so many articles that it no longer tells
/// them apart. Each entry holds its part of the cosine in a byte, so that sums are whole numbers
/// and the order never depends on the machine.
pub struct Search {
    /// The list of each term.
    terms: KeyMap<u32>,
    /// Where each list begins in `places` and `parts`, with the term's weight; then where the last ends.
    starts: Vec<(u32, f32)>,
    /// The rows that hold each term, in order.
    places: Vec<u32>,
    parts: Vec<u8>,
    articles: u32,
}

/// Most entries that one query reads.
const MOST_READ: usize = 6_000;
/// The byte of a whole cosine.
const WHOLE: f32 = 255.0;
/// The whole of the query's part of a cosine; both together leave room for any sum.
const WHOLE_OF_QUERY: f32 = 4096.0;

/// What one searching thread uses again for each query.
#[derive(Debug, Default)]
pub struct Scratch {
    sums: Sums,
    lists: Vec<List>,
    found: Vec<u32>,
}

/// The part of a term's list that a query reads, with the query's part of the cosine.
#[derive(Debug)]
struct List {
    key: u64,
    start: usize,
    length: usize,
    weight: f32,
}

impl Search {
    /// An index of `articles`.
    pub fn new(articles: impl IntoIterator<Item: Borrow<Article>>) -> Self {
        let mut index = Self {
            terms: KeyMap::default(),
            starts: Vec::new(),
            places: Vec::new(),
            parts: Vec::new(),
            articles: 0,
        };
        let mut counts: Vec<u32> = Vec::new();
        // The terms of each article behind each other, and where those of its words and trigrams end.
        let (mut held, mut ends) = (Vec::new(), Vec::new());
        for article in articles {
            let keys = Keys::new(article.borrow());
            for list in [keys.words, keys.trigrams] {
                for key in list {
                    let term = *index.terms.entry(key).or_insert(counts.len() as u32);
                    match counts.get_mut(term as usize) {
                        Some(count) => *count += 1,
                        None => counts.push(1),
                    }
                    held.push(term);
                }
                ends.push(held.len());
            }
            index.articles += 1;
        }
        let mut end = 0;
        for count in counts {
            let weight = 1.0 + index.articles as f32 / count as f32;
            index.starts.push((end, weight.ln()));
            end += count;
        }
        index.starts.push((end, 0.0));
        index.fill(&held, &ends);
        index
    }

    fn fill(&mut self, held: &[u32], ends: &[usize]) {
        self.places = vec![0; held.len()];
        self.parts = vec![0; held.len()];
        let mut next: Vec<u32> = self.starts.iter().map(|(start, _)| *start).collect();
        let mut start = 0;
        for (list, end) in ends.iter().enumerate() {
            let terms = &held[start..*end];
            let weight = |term: &u32| self.starts[*term as usize].1;
            let squares: f32 = terms.iter().map(|term| weight(term).powi(2)).sum();
            let norm = squares.sqrt().max(f32::MIN_POSITIVE);
            for term in terms {
                let at = &mut next[*term as usize];
                let part = weight(term) / norm * WHOLE;
                // Words and trigrams are two lists of one article.
                self.places[*at as usize] = (list / 2) as u32;
                self.parts[*at as usize] = part.round().clamp(1.0, WHOLE) as u8;
                *at += 1;
            }
            start = *end;
        }
    }

    /// The number of articles.
    pub fn len(&self) -> usize {
        self.articles as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.articles == 0
    }

    /// The rows of at most `most` articles that share a term with `article`, the nearest first; equally
    /// near ones by row.
    pub fn find<'a>(&self, article: &Article, most: usize, scratch: &'a mut Scratch) -> &'a [u32] {
        self.find_in(article, 0..self.articles, most, scratch)
    }

    /// The same of the articles in `rows` only. It takes the longer the more of these share a term, not the
    /// more there are.
    pub fn find_in<'a>(
        &self,
        article: &Article,
        rows: Range<u32>,
        most: usize,
        scratch: &'a mut Scratch,
    ) -> &'a [u32] {
        scratch.lists.clear();
        let keys = Keys::new(article);
        for list in [&keys.words, &keys.trigrams] {
            self.add_lists(list, &rows, &mut scratch.lists);
        }
        let by_length = |list: &List| (list.length, list.key);
        scratch.lists.sort_unstable_by_key(by_length);
        scratch.sums.cover(rows.len());
        let mut read = 0;
        for list in &scratch.lists {
            if read > 0 && read + list.length > MOST_READ {
                break;
            }
            read += list.length;
            let entries = list.start..list.start + list.length;
            let places = self.places[entries.clone()].iter();
            let entries = places.zip(&self.parts[entries]);
            let weight = (list.weight * WHOLE_OF_QUERY) as i32;
            scratch
                .sums
                .add(entries.map(|(place, part)| (place - rows.start, weight * i32::from(*part))));
        }
        scratch.found.clear();
        let best = scratch.sums.take_best(most);
        scratch.found.extend(best.map(|place| place + rows.start));
        &scratch.found
    }

    /// The lists of the query's words or trigrams, cut to `rows`, with the query's part of the cosine.
    fn add_lists(&self, keys: &[u64], rows: &Range<u32>, lists: &mut Vec<List>) {
        let (first, mut squares) = (lists.len(), 0.0);
        for key in keys {
            let Some(&term) = self.terms.get(key) else {
                // As if one article had it.
                squares += (1.0 + self.articles as f32).ln().powi(2);
                continue;
            };
            let [(start, weight), (end, _)] = self.starts[term as usize..][..2] else {
                continue;
            };
            squares += weight.powi(2);
            let (start, end) = (start as usize, end as usize);
            let before =
                |row: u32| start + self.places[start..end].partition_point(|place| *place < row);
            let (start, end) = if rows.len() == self.len() {
                (start, end)
            } else {
                (before(rows.start), before(rows.end))
            };
            lists.push(List {
                key: *key,
                start,
                length: end - start,
                weight,
            });
        }
        let norm = squares.sqrt().max(f32::MIN_POSITIVE);
        for list in &mut lists[first..] {
            list.weight /= norm;
        }
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
