//! Whole tables: every article of the left one to those of the right one.

use std::collections::BTreeSet;

use super::Article;
use super::compare::{Values, compare};
use super::facts::{Facts, Rarity};
use super::score::{Model, probability, rivals};
use super::search::{Scratch, Search};

/// Two rows that may be one article.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The row of the left table, from 0.
    pub left: usize,
    /// The row of the right table, from 0.
    pub right: usize,
    /// That they are one article, 0..=1; from 0.5 on we would act on it.
    pub probability: f64,
    /// The same as log odds, which tell links near 0 and 1 apart.
    pub log_odds: f64,
    /// The comparisons.
    pub values: Values,
}

/// How tables are linked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Candidates looked at for each left row.
    pub candidates: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { candidates: 20 }
    }
}

/// Every candidate pair of two tables with its probability, by left row, then by probability.
pub fn link(left: &[Article], right: &[Article], model: &Model, options: &Options) -> Vec<Link> {
    let search = Search::new(right);
    let mut scratch = Scratch::default();
    let mut pairs = Vec::with_capacity(left.len() * options.candidates.min(right.len()));
    for (at, article) in left.iter().enumerate() {
        let found = search.find(article, options.candidates, &mut scratch);
        pairs.extend(found.iter().map(|place| (at, *place as usize)));
    }
    judge(left, right, &pairs, model)
}

/// The probabilities of given pairs of rows, each among its rivals in `pairs`, by left row, then by
/// probability. A pair given twice is judged once.
pub fn judge(
    left: &[Article],
    right: &[Article],
    pairs: &[(usize, usize)],
    model: &Model,
) -> Vec<Link> {
    let pairs: BTreeSet<(usize, usize)> = pairs.iter().copied().collect();
    let pairs: Vec<(usize, usize)> = pairs.into_iter().collect();
    let values = compared(left, right, &pairs);
    let alone: Vec<f64> = values.iter().map(|values| model.pair(values)).collect();
    let told = among(&pairs, &alone, left.len(), right.len());
    let mut links: Vec<Link> = pairs
        .into_iter()
        .zip(values)
        .zip(told)
        .map(|(((left, right), values), told)| {
            let log_odds = model.among_rivals(&told);
            Link {
                left,
                right,
                probability: probability(log_odds),
                log_odds,
                values,
            }
        })
        .collect();
    links.sort_by(|a, b| {
        let by_odds = b.log_odds.total_cmp(&a.log_odds);
        a.left
            .cmp(&b.left)
            .then(by_odds)
            .then(a.right.cmp(&b.right))
    });
    links
}

/// The comparisons of each pair. Words are weighed by both tables, and then again by how close titles use
/// them; see [`Rarity`].
pub(super) fn compared(
    left: &[Article],
    right: &[Article],
    pairs: &[(usize, usize)],
) -> Vec<Values> {
    let mut rarity = Rarity::of(left.iter().chain(right));
    let (lefts, rights) = (facts(left, &rarity), facts(right, &rarity));
    let mut nearest: Vec<Option<(f64, usize)>> = vec![None; left.len()];
    for (one, other) in pairs {
        let closeness = closeness(&compare(&lefts[*one], &rights[*other]));
        if closeness > CLOSE && nearest[*one].is_none_or(|(best, _)| closeness > best) {
            nearest[*one] = Some((closeness, *other));
        }
    }
    for (one, other) in lefts.iter().zip(nearest) {
        if let Some((_, other)) = other {
            rarity.learn(one, &rights[other]);
        }
    }
    let (lefts, rights) = (facts(left, &rarity), facts(right, &rarity));
    pairs
        .iter()
        .map(|(one, other)| compare(&lefts[*one], &rights[*other]))
        .collect()
}

fn facts(articles: &[Article], rarity: &Rarity) -> Vec<Facts> {
    articles
        .iter()
        .map(|article| Facts::new(article, rarity))
        .collect()
}

/// Titles closer than this may teach which words shops leave out.
const CLOSE: f64 = 1.0;

/// The titles' cosine and how much of one the other article tells, 0..=2.
fn closeness(values: &Values) -> f64 {
    values[0] + values[4]
}

/// What the rivals of each pair tell.
pub(super) fn among(
    pairs: &[(usize, usize)],
    alone: &[f64],
    lefts: usize,
    rights: usize,
) -> Vec<[f64; super::score::RIVALS.len()]> {
    let mut best_left = vec![Best::default(); lefts];
    let mut best_right = vec![Best::default(); rights];
    for ((left, right), odds) in pairs.iter().zip(alone) {
        best_left[*left].see(*odds);
        best_right[*right].see(*odds);
    }
    let told = pairs.iter().zip(alone).map(|((left, right), odds)| {
        rivals(
            *odds,
            best_left[*left].but(*odds),
            best_right[*right].but(*odds),
        )
    });
    told.collect()
}

/// The best two log odds of a row.
#[derive(Clone, Copy, Debug, Default)]
struct Best {
    first: Option<f64>,
    second: Option<f64>,
}

impl Best {
    fn see(&mut self, odds: f64) {
        if self.first.is_none_or(|first| odds > first) {
            self.second = self.first.replace(odds);
        } else if self.second.is_none_or(|second| odds > second) {
            self.second = Some(odds);
        }
    }

    /// The best of the others of a pair that has `odds`.
    fn but(&self, odds: f64) -> Option<f64> {
        if self.first.is_some_and(|first| odds >= first) {
            self.second
        } else {
            self.first
        }
    }
}

/// The links in which every row stands at most once: the most probable first, then the most probable of
/// what is left (unique mapping clustering); equal ones by left, then right row.
///
/// How many rows have a partner at all differs from table to table, so the log odds are raised to the share that the links
/// themselves suggest, by expectation maximisation (Saerens, Latinne and Decaestecker 2002,
/// doi:10.1162/089976602753284446). No more rows can have one than the shorter table of `sizes` has. They are never lowered:
/// where titles are all that there is no link is sure, and the share that is found runs away to nothing.
pub fn one_to_one(links: &[Link], sizes: [usize; 2], model: &Model) -> Vec<Link> {
    let mut ranked: Vec<&Link> = links.iter().collect();
    ranked.sort_by(|a, b| {
        let by_odds = b.log_odds.total_cmp(&a.log_odds);
        by_odds
            .then(a.left.cmp(&b.left))
            .then(a.right.cmp(&b.right))
    });
    let (mut taken, mut given) = (BTreeSet::new(), BTreeSet::new());
    let mut kept: Vec<Link> = Vec::new();
    for link in ranked {
        if !taken.contains(&link.left) && !given.contains(&link.right) {
            taken.insert(link.left);
            given.insert(link.right);
            kept.push(link.clone());
        }
    }
    let [lefts, rights] = sizes;
    let moved = (shift(&kept, lefts.min(rights)) + model.assigned).max(0.0);
    for link in &mut kept {
        link.log_odds += moved;
        link.probability = probability(link.log_odds);
    }
    kept.sort_by_key(|link| link.left);
    kept
}

/// Rounds of expectation maximisation; later ones change little.
const ROUNDS: usize = 6;
/// The share of rows with a partner is believed to be in this range.
const SHARES: (f64, f64) = (0.02, 0.98);

/// By how much log odds move from a table of which half the rows have a partner to this one.
fn shift(kept: &[Link], most: usize) -> f64 {
    let mut moved = 0.0;
    for _ in 0..ROUNDS {
        let found: f64 = kept
            .iter()
            .map(|link| probability(link.log_odds + moved))
            .sum();
        let share = (found / most.max(1) as f64).clamp(SHARES.0, SHARES.1);
        moved = (share / (1.0 - share)).ln();
    }
    moved
}
