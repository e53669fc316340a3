use std::ops::Range;

use super::article::Names;
use super::model_number::model_number;
use super::{BrandProducts, ProductHit, ProductIndex};
use crate::matching::colour;
use crate::matching::keys::key;
use crate::matching::kind::kind;
use crate::matching::tokens::{squeezed, words};
use crate::record::{Listing, Product};
use crate::text::similarity::trigrams;
use crate::text::views::folded;
use crate::text::{Disguise, Field, Mention, Reading};

/// A mention less sure than this claims nothing.
const SURE: f64 = 0.7;
/// A hit at least this probable may be the product that the listing means.
const MAY_BE: f64 = 0.4;
/// Most words after the brand that a model's name has.
const LONGEST_NAME: usize = 3;

/// Most real models that are named beside an invented one.
const MOST_NEAREST: usize = 3;

/// A model that a listing claims and the brand never made.
#[derive(Clone, Debug, PartialEq)]
pub struct InventedModel {
    /// As the seller wrote it, with the brand's name before it.
    pub claimed: String,
    /// The titles of the brand's products whose names are most like it, the nearest first; at most
    /// three, none that is not like it at all.
    pub nearest: Vec<String>,
}

/// What a brand has made, as far as its catalog says.
#[derive(Default)]
pub(super) struct Made {
    /// The keys of every word of titles, descriptions and the brand's names; sorted.
    vocabulary: Vec<u64>,
    /// Every model number of titles and descriptions, and every part number; sorted.
    numbers: Vec<String>,
}

impl Made {
    pub fn new(names: &Names, products: &[Product]) -> Self {
        let mut made = Self::default();
        made.see(names.spelt.iter().flatten().cloned());
        for product in products {
            made.see(words(&product.title));
            made.see(words(&product.description));
            let number = squeezed(&product.mpn);
            if number.len() > 3 && number.bytes().any(|byte| byte.is_ascii_digit()) {
                made.numbers.push(number);
            }
        }
        made.vocabulary.sort_unstable();
        made.vocabulary.dedup();
        made.numbers.sort_unstable();
        made.numbers.dedup();
        made
    }

    fn see(&mut self, words: impl IntoIterator<Item = String>) {
        for word in words {
            self.vocabulary.push(key(&word));
            self.numbers.extend(model_number(&word));
        }
    }

    /// Whether a number is one of the catalog's, or longer or shorter than one.
    fn is_near(&self, number: &str) -> bool {
        let mut numbers = self.numbers.iter();
        numbers.any(|known| known.contains(number) || number.contains(known.as_str()))
    }

    fn has_word(&self, word: &str) -> bool {
        self.vocabulary.binary_search(&key(word)).is_ok()
    }
}

impl ProductIndex {
    /// The model that `listing` claims and the brand's catalog does not hold.
    ///
    /// Only where the owner says that the catalog is complete, and careful even then: the brand is named for sure, in the
    /// title and in no lawful context; nothing says second hand, parts, lot and the like; none of `hits` is near; and what is claimed is shaped like a model number, or is
    /// one to three capitalised words right after the brand, of which none is an ordinary word and
    /// none stands anywhere in the brand's catalog.
    pub fn nonexistent(
        &self,
        listing: &Listing,
        reading: &Reading,
        hits: &[ProductHit],
    ) -> Option<InventedModel> {
        if !reading.contexts.is_empty() || hits.iter().any(|hit| hit.probability >= MAY_BE) {
            return None;
        }
        let claims = |mention: &&Mention| {
            mention.field == Field::Title
                && mention.confidence >= SURE
                && !mention.lawful
                && mention.disguise != Some(Disguise::Misspelt)
        };
        reading.mentions.iter().filter(claims).find_map(|mention| {
            let brand = self.brands.get(&mention.brand)?;
            if !brand.complete {
                return None;
            }
            let claimed = claimed_number(&listing.title, mention, &brand.made);
            let claimed =
                claimed.or_else(|| self.claimed_name(&listing.title, mention, &brand.made))?;
            let model = listing.title.get(claimed)?;
            Some(InventedModel {
                claimed: format!("{} {model}", mention.text),
                nearest: self.nearest(brand, model),
            })
        })
    }

    /// Titles of the brand's products by how many of the model's letter trigrams they hold, equal ones
    /// by title.
    fn nearest(&self, brand: &BrandProducts, model: &str) -> Vec<String> {
        let wanted = trigrams(model);
        let held = |title: &str| {
            let held = trigrams(title);
            let holds = |key: &u64| held.binary_search_by_key(key, |entry| entry.0).is_ok();
            wanted.iter().filter(|(key, _)| holds(key)).count()
        };
        let rows = brand.rows.start as usize..brand.rows.end as usize;
        let mut ranked: Vec<(usize, &str)> = self.products[rows]
            .iter()
            .map(|product| (held(&product.title), product.title.as_str()))
            .filter(|(held, _)| *held > 0)
            .collect();
        ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        ranked.dedup();
        let titles = ranked.into_iter().map(|(_, title)| title.to_owned());
        titles.take(MOST_NEAREST).collect()
    }

    /// Capitalised words right after the brand that the catalog has nowhere.
    fn claimed_name(&self, title: &str, mention: &Mention, made: &Made) -> Option<Range<usize>> {
        let mut name: Option<Range<usize>> = None;
        for chunk in chunks(title, mention.end).take(LONGEST_NAME) {
            let text = &title[chunk.clone()];
            let word = folded(text);
            let capital = text.starts_with(char::is_uppercase)
                && text.chars().skip(1).any(char::is_lowercase);
            let known = || {
                self.common.contains(&word)
                    || colour::named(&word).is_some()
                    || kind(&word).is_some()
                    || kind(word.trim_end_matches('s')).is_some()
            };
            if !capital || word.chars().count() < 3 || word.contains(' ') || known() {
                break;
            }
            if words(text).iter().any(|word| made.has_word(word)) {
                return None;
            }
            name = Some(name.map_or(chunk.start, |name| name.start)..chunk.end);
        }
        // One short unknown word is too little: it may be a seller's adjective.
        name.filter(|name| name.len() >= 5)
    }
}

/// Something shaped like a model number that is near none of the catalog's. One that is known means
/// that the listing is about that product.
fn claimed_number(title: &str, mention: &Mention, made: &Made) -> Option<Range<usize>> {
    let mut claimed = None;
    for chunk in chunks(title, mention.end) {
        let Some(number) = claimable_number(&title[chunk.clone()]) else {
            continue;
        };
        if made.is_near(&number) {
            return None;
        }
        claimed = claimed.or(Some(chunk));
    }
    claimed
}

/// A model number with at least one letter and two digits, or three letters and a digit.
fn claimable_number(chunk: &str) -> Option<String> {
    // `1:1` is what a copy claims to be, `1:18` a scale, `16:9` a shape.
    if chunk.contains(':') {
        return None;
    }
    let number = model_number(&chunk.replace('-', ""))?;
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let letters = number.len() - digits;
    (letters >= 1
        && digits >= 1
        && number.len() >= 3
        && number.len() <= 10
        && (digits >= 2 || letters <= 3))
        .then_some(number)
}

/// The words of `title` from the byte `start` on, without the signs around them.
fn chunks(title: &str, start: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let base = title.as_ptr() as usize;
    title
        .get(start..)
        .unwrap_or("")
        .split_whitespace()
        .filter_map(move |chunk| {
            let chunk = chunk.trim_matches(|c: char| !c.is_alphanumeric());
            let at = chunk.as_ptr() as usize - base;
            (!chunk.is_empty()).then_some(at..at + chunk.len())
        })
}
