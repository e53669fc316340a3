//! Cases that are like another: by seller, picture, product or words.

use std::collections::BTreeSet;

use super::super::{Store, StoreError};
use super::{CASE, Case, case};
use crate::rings::Sketch;
use crate::text::views::folded;

/// What two cases have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The same account offers both.
    Seller,
    /// Both show the same image.
    Picture,
    /// Both were matched with the same product, and are there on the same ground.
    Product,
    /// Their titles are made of nearly the same words.
    Words,
}

impl Likeness {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Seller => "same seller",
            Self::Picture => "same picture",
            Self::Product => "same product and ground",
            Self::Words => "nearly the same title",
        }
    }
}

/// A case that is like another.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    /// The case.
    pub case: Case,
    /// In what; never empty.
    pub by: Vec<Likeness>,
}

/// Bands of a title's sketch that are kept. Of titles that share nine tenths of their words 98 in 100 agree in one of four, of
/// those that share six tenths 43.
const BANDS: usize = 4;
/// Words that a title has at least to be like another.
const FEWEST_WORDS: usize = 3;
/// The part of all their words that titles share at least to be nearly the same.
const SHARED_WORDS: f64 = 0.6;

/// Cases that are looked at for each likeness: the page must not take longer on a desk where everything is alike.
const LOOKED_AT: usize = 200;

/// The numbers under which a title is found by titles of nearly the same words; none for a title of few words.
pub(super) fn bands(title: &str) -> Vec<i64> {
    let words = folded(title);
    let words: BTreeSet<&str> = words.split_whitespace().collect();
    if words.len() < FEWEST_WORDS {
        return Vec::new();
    }
    let hash = |word: &&str| {
        let bytes = *blake3::hash(word.as_bytes()).as_bytes();
        u64::from_le_bytes(*bytes.first_chunk().unwrap_or(&[0; 8]))
    };
    let hashes: Vec<u64> = words.iter().map(hash).collect();
    let bands = Sketch::of_text(&hashes).bands().take(BANDS).enumerate();
    bands
        .map(|(number, band)| ((number as i64) << 32) | i64::from(u32::from_le_bytes(band)))
        .collect()
}

/// Whether two titles are made of nearly the same words.
fn share_words(one: &str, other: &str) -> bool {
    let (one, other) = (folded(one), folded(other));
    let one: BTreeSet<&str> = one.split_whitespace().collect();
    let other: BTreeSet<&str> = other.split_whitespace().collect();
    let shared = one.intersection(&other).count() as f64;
    shared >= SHARED_WORDS * one.union(&other).count() as f64
}

/// Cases of the seller `?1`, with the image `?2`, of the product `?4` of the brand `?3` on the ground `?5`, or in a band, but
/// not the case `?6`.
fn sql(bands: &[i64]) -> String {
    let like = bands.iter().map(|band| {
        format!(
            "UNION SELECT case_id FROM (SELECT case_id FROM queue_like WHERE band = {band}
                 ORDER BY case_id DESC LIMIT {LOOKED_AT})"
        )
    });
    format!(
        "SELECT {CASE} FROM queue WHERE id IN (
             SELECT id FROM (SELECT id FROM queue WHERE seller_id = ?1 AND ?1 <> ''
                 ORDER BY run DESC LIMIT {LOOKED_AT})
             UNION SELECT id FROM (SELECT id FROM queue WHERE image_key = ?2 ORDER BY id DESC LIMIT {LOOKED_AT})
             UNION SELECT id FROM (SELECT id FROM queue WHERE brand = ?3 AND product = ?4 AND ground = ?5
                 ORDER BY decision DESC LIMIT {LOOKED_AT})
             {})
         AND id <> ?6",
        like.collect::<String>()
    )
}

impl Store {
    /// Other cases that are like this one, decided ones first, then those that are like it in more; at most `most`. Of each
    /// likeness the newest 200 are looked at.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn similar(&self, to: &Case, most: usize) -> Result<Vec<Similar>, StoreError> {
        let sql = sql(&bands(&to.title));
        let read = || -> rusqlite::Result<Vec<Case>> {
            let mut statement = self.connection.prepare(&sql)?;
            let key = (
                to.seller_id.as_str(),
                &to.image_key,
                to.brand.as_str(),
                &to.product,
                &to.ground,
                to.id,
            );
            statement.query_map(key, case)?.collect()
        };
        let found = read().map_err(StoreError::at(&self.path))?;
        let mut similar: Vec<Similar> = found
            .into_iter()
            .filter_map(|case| {
                let by = likenesses(to, &case);
                (!by.is_empty()).then_some(Similar { case, by })
            })
            .collect();
        similar.sort_by(|one, other| {
            let order = |it: &Similar| (it.case.decision.is_none(), std::cmp::Reverse(it.by.len()));
            order(one)
                .cmp(&order(other))
                .then(other.case.value.total_cmp(&one.case.value))
                .then(one.case.id.cmp(&other.case.id))
        });
        similar.truncate(most);
        Ok(similar)
    }
}

fn likenesses(one: &Case, other: &Case) -> Vec<Likeness> {
    let same = |key: &Option<String>, of: &Option<String>| key.is_some() && key == of;
    let seller = !one.seller_id.as_str().is_empty() && one.seller_id == other.seller_id;
    let product = one.brand == other.brand
        && one.ground == other.ground
        && same(&one.product, &other.product);
    let picture = same(&one.image_key, &other.image_key);
    [
        (Likeness::Seller, seller),
        (Likeness::Picture, picture),
        (Likeness::Product, product),
        (Likeness::Words, share_words(&one.title, &other.title)),
    ]
    .into_iter()
    .filter_map(|(likeness, holds)| holds.then_some(likeness))
    .collect()
}

#[cfg(test)]
#[path = "similar_tests.rs"]
mod tests;
