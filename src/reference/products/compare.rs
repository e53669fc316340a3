use std::collections::BTreeSet;

use super::index::Index;
use super::words::{Facts, normalised_number};
use super::{Item, SURE_ENOUGH};
use crate::record::{BrandId, Listing};
use crate::text::similarity::cosine;
use crate::text::{ContextKind, Field, Reading};

/// What a listing is compared by.
pub(super) struct Query {
    pub facts: Facts,
    pub mpn: Option<String>,
    /// Brands that the listing mentions surely enough; empty: none.
    pub brands: BTreeSet<BrandId>,
    /// Brands in the brand field; `None` when it is empty or says "unbranded".
    brand_field: Option<BTreeSet<BrandId>>,
    /// Brands named for something made for, of or about their goods; with `None` for all.
    about: BTreeSet<Option<BrandId>>,
}

impl Query {
    pub fn new(listing: &Listing, reading: &Reading) -> Self {
        let sure = reading
            .mentions
            .iter()
            .filter(|mention| mention.confidence >= SURE_ENOUGH);
        let in_field = |mention: &&crate::text::Mention| mention.field == Field::Brand;
        let mut facts = Facts::of_title(&listing.title, &listing.color);
        let mpn = normalised_number(&listing.mpn);
        facts.models.extend(mpn.clone());
        facts.gtin = listing.gtin;
        Self {
            facts,
            mpn,
            brands: sure.clone().map(|mention| mention.brand.clone()).collect(),
            brand_field: names_a_brand(&listing.brand).then(|| {
                sure.filter(in_field)
                    .map(|mention| mention.brand.clone())
                    .collect()
            }),
            about: reading
                .contexts
                .iter()
                .filter(|context| is_about(context.kind))
                .map(|context| context.brand.clone())
                .collect(),
        }
    }
}

fn names_a_brand(field: &str) -> bool {
    let field = field.trim().to_lowercase();
    !matches!(
        field.as_str(),
        "" | "unbranded" | "no brand" | "generic" | "none" | "n/a" | "na" | "-" | "does not apply"
    )
}

/// Contexts in which the thing offered is not the brand's product itself.
fn is_about(kind: ContextKind) -> bool {
    !matches!(
        kind,
        ContextKind::Used | ContextKind::Bundle | ContextKind::NotReplica | ContextKind::Repair
    )
}

/// A listing held against one product: each comparison adds to the log odds.
#[derive(Clone, Debug, Default)]
pub(super) struct Comparison {
    pub logit: f64,
    notes: Vec<String>,
}

/// Log odds of two products taken at random from what the search gives.
const BASE: f64 = -5.0;
/// Log odds that a title of likeness 1 adds.
const TITLE: f64 = 8.5;

impl Comparison {
    pub fn new(query: &Query, item: &Item, index: &Index) -> Self {
        let (left, right) = (&query.facts, &item.facts);
        let title = title_likeness(left, right, index);
        let mut result = Self {
            logit: BASE + TITLE * title,
            notes: Vec::new(),
        };
        if left.gtin.is_some() && left.gtin == right.gtin {
            result.add(8.0, "gtin".to_owned());
        }
        if left.gtin.is_some() && right.gtin.is_some() && left.gtin != right.gtin {
            result.add(-1.5, "gtin differs".to_owned());
        }
        let same_mpn =
            query.mpn.is_some() && query.mpn == right.mpn && query.brands.contains(&item.brand);
        if same_mpn {
            result.add(6.0, "mpn".to_owned());
        }
        result.notes.push(format!("title {title:.2}"));
        let shared: Vec<&String> = left.models.intersection(&right.models).collect();
        match shared.first() {
            Some(model) if !same_mpn => result.add(2.0, format!("model {model}")),
            None if !left.models.is_empty() && !right.models.is_empty() => {
                result.add(-2.0, "model differs".to_owned())
            }
            _ => {}
        }
        match left.colours.intersection(&right.colours).next() {
            Some(colour) => result.add(0.5, format!("colour {colour}")),
            None if !left.colours.is_empty() && !right.colours.is_empty() => {
                result.add(-1.0, "colour differs".to_owned())
            }
            None => {}
        }
        if !left.kinds.is_empty() && !right.kinds.is_empty() && left.kinds.is_disjoint(&right.kinds)
        {
            result.add(-2.5, "another kind of goods".to_owned());
        }
        match &query.brand_field {
            Some(brands) if brands.contains(&item.brand) => result.add(0.5, "brand".to_owned()),
            Some(_) => result.add(-2.0, "another brand".to_owned()),
            None if query.brands.contains(&item.brand) => result.add(0.5, "brand".to_owned()),
            None => {}
        }
        if query.about.contains(&None) || query.about.contains(&Some(item.brand.clone())) {
            result.add(-7.0, "made for or about it".to_owned());
        }
        result
    }

    fn add(&mut self, log_odds: f64, note: String) {
        self.logit += log_odds;
        self.notes.push(note);
    }

    pub fn probability(&self) -> f64 {
        (1.0 / (1.0 + (-self.logit).exp())).clamp(0.0, 0.999)
    }

    pub fn why(&self) -> String {
        self.notes.join(", ")
    }
}

/// The mean of how much of the product's title the listing holds, by the squares of the words'
/// weights, and of the greater of the two titles' cosines over words (by weight) and over character
/// trigrams.
///
/// Shops add words to a product's name and drop few, so holding all of it counts although the
/// cosine is low; squares make the rare words, which name the product, outweigh its kind and
/// colour; trigrams forgive spelling.
fn title_likeness(left: &Facts, right: &Facts, index: &Index) -> f64 {
    let square = |word: &String| index.weight(word).powi(2);
    let sum = |words: &[String]| words.iter().map(square).sum::<f64>();
    let (of_left, of_right) = (sum(&left.words), sum(&right.words));
    if of_left <= 0.0 || of_right <= 0.0 {
        return 0.0;
    }
    let shared = right
        .words
        .iter()
        .filter(|word| left.words.binary_search(word).is_ok());
    let shared: f64 = shared.map(square).sum();
    let words = shared / (of_left * of_right).sqrt();
    let letters = cosine(&left.trigrams, &right.trigrams);
    // A title of one word is held by chance.
    let held = shared / of_right * if right.words.len() > 1 { 1.0 } else { 0.6 };
    (0.5 * held + 0.5 * words.max(letters)).clamp(0.0, 1.0)
}
