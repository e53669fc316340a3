//! Reference products by article number, part number and title.
//!
//! - `article`: a product and a listing as [`crate::matching`] compares them;
//! - `nonexistent`: a model that the brand never made;
//! - `model_number`: what is shaped like one;
//! - `weigh`: how probable it is that a listing offers a product;
//! - `common`: words too ordinary to be the name of one.

mod article;
mod common;
mod model_number;
mod nonexistent;
#[cfg(test)]
mod tests;
mod weigh;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::matching::facts::{Facts, Rarity};
use crate::matching::reasons::reasons;
use crate::matching::score::probability;
use crate::matching::search::Scratch;
use crate::matching::{Article, Search};
use crate::record::{Brand, BrandId, Listing, Product, ProductId};
use crate::text::{ContextKind, Reading};
use article::{Names, of_listing, of_product};
use common::CommonSet;
pub use nonexistent::InventedModel;
use nonexistent::Made;
use weigh::Weighed;

/// A reference product that a listing may be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProductHit {
    /// The product.
    pub product_id: ProductId,
    /// Whose it is.
    pub brand: BrandId,
    /// The product's title.
    #[serde(default)]
    pub title: String,
    /// How likely it is the same product, 0..=1; from 0.5 on we would act on it.
    pub probability: f64,
    /// How alike the titles are but for the brand's name, 0..=1; 1 when they are the same.
    #[serde(default)]
    pub title_likeness: f64,
    /// What it rests on, for a person to read: `same GTIN, nearly the same title, another colour`.
    pub why: String,
}

/// All reference products, searchable. The order of the products given does not matter.
pub struct ProductIndex {
    /// By brand and id.
    products: Vec<Product>,
    /// Their titles without the brand's name.
    titles: Vec<Box<str>>,
    brands: BTreeMap<BrandId, BrandProducts>,
    search: Search,
    rarity: Rarity,
    common: CommonSet,
    /// What is compared of the first [`KEPT_FACTS`] of them, once it was asked for.
    facts: Vec<OnceLock<Facts>>,
}

/// One brand's part of the index.
#[derive(Default)]
struct BrandProducts {
    names: Names,
    rows: Range<u32>,
    made: Made,
    /// Whether these are all models that the brand ever made.
    complete: bool,
}

/// Products of which it is kept what is compared, about 2 kB each; of others it is made anew for each listing.
const KEPT_FACTS: usize = 100_000;
/// Most hits of one listing.
const MOST_HITS: usize = 5;
/// Most candidates of one listing and brand that are compared in full.
const MOST_CANDIDATES: usize = 12;
/// A mention less sure than this does not narrow the search to its brand.
const SURE_ENOUGH: f64 = 0.4;
/// A hit less probable than this is none.
const LEAST_PROBABILITY: f64 = 0.01;
/// No hit is more probable.
const MOST_PROBABILITY: f64 = 0.999;
/// Log odds that it adds when what is offered is made for a product, or about it.
const ABOUT: f64 = -7.0;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl ProductIndex {
    /// Builds the index. `brands` gives the names that say nothing about the product. Of products with
    /// the same brand and id the first is kept.
    pub fn new(mut products: Vec<Product>, brands: &[Brand]) -> Self {
        products.sort_by(|a, b| (&a.brand, &a.id).cmp(&(&b.brand, &b.id)));
        products.dedup_by(|next, first| (&next.brand, &next.id) == (&first.brand, &first.id));
        let mut of_brands: BTreeMap<BrandId, BrandProducts> = BTreeMap::new();
        for brand in brands {
            let first = products.partition_point(|product| product.brand < brand.id);
            let end = products.partition_point(|product| product.brand <= brand.id);
            let known = of_brands.entry(brand.id.clone()).or_default();
            known.names = Names::new(brand, &products[first..end]);
            known.complete = brand.complete;
        }
        let mut start = 0;
        for of_brand in products.chunk_by(|a, b| a.brand == b.brand) {
            let id = &of_brand[0].brand;
            let known = of_brands.entry(id.clone()).or_default();
            if known.names.name.is_empty() {
                known.names.name = id.to_string();
            }
            known.rows = start..start + of_brand.len() as u32;
            known.made = Made::new(&known.names, of_brand);
            start = known.rows.end;
        }
        let named = || {
            products
                .iter()
                .map(|product| (product, &of_brands[&product.brand].names))
        };
        let titles: Vec<Box<str>> = named()
            .map(|(product, names)| names.taken_from(&product.title).into())
            .collect();
        let articles = || {
            named()
                .zip(&titles)
                .map(|((product, names), title)| of_product(product, title, names))
        };
        Self {
            rarity: Rarity::of(articles()),
            search: Search::new(articles()),
            common: CommonSet::embedded(),
            titles,
            brands: of_brands,
            facts: vec![OnceLock::new(); products.len().min(KEPT_FACTS)],
            products,
        }
    }

    /// The number of products.
    pub fn len(&self) -> usize {
        self.products.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// All products, by brand and id.
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// One product.
    pub fn product(&self, brand: &BrandId, id: &ProductId) -> Option<&Product> {
        let place = self
            .products
            .binary_search_by(|product| (&product.brand, &product.id).cmp(&(brand, id)));
        place.ok().and_then(|place| self.products.get(place))
    }

    /// The products that `listing` may be, best first, at most five; equal ones by brand and id.
    ///
    /// Candidates have the listing's GTIN, or words and letters of title and part number in common; where
    /// the listing mentions brands, only theirs. Price and description are not compared: the first is
    /// evidence of its own, the second tells of more than the thing that is offered. Other colours and sizes
    /// of a product do not make it less probable.
    pub fn hits(&self, listing: &Listing, reading: &Reading) -> Vec<ProductHit> {
        let mut hits: Vec<(u32, Weighed)> = Vec::new();
        for (article, rows) in self.queries(listing, reading) {
            let facts = Facts::new(&article, &self.rarity);
            for row in rows {
                let mut weighed = Weighed::new(&facts, &self.facts(row));
                if is_about(reading, &self.products[row as usize].brand) {
                    weighed.log_odds += ABOUT;
                }
                hits.push((row, weighed));
            }
        }
        hits.sort_by(|(a, left), (b, right)| {
            right.log_odds.total_cmp(&left.log_odds).then(a.cmp(b))
        });
        let mut seen = BTreeSet::new();
        hits.retain(|(row, _)| seen.insert(*row));
        hits.truncate(MOST_HITS);
        let hit = |(row, weighed): (u32, Weighed)| {
            let product = &self.products[row as usize];
            let mut why = reasons(&weighed.values, weighed.title_likeness);
            why.extend(is_about(reading, &product.brand).then_some("made for it or about it"));
            ProductHit {
                product_id: product.id.clone(),
                brand: product.brand.clone(),
                title: product.title.clone(),
                // Nothing that is read off a text is certain.
                probability: probability(weighed.log_odds).min(MOST_PROBABILITY),
                title_likeness: weighed.title_likeness,
                why: why.join(", "),
            }
        };
        hits.into_iter()
            .map(hit)
            .filter(|hit| hit.probability >= LEAST_PROBABILITY)
            .collect()
    }

    /// The listing as it is compared with the products of each brand that it mentions, or with all,
    /// and the rows of the candidates.
    fn queries(&self, listing: &Listing, reading: &Reading) -> Vec<(Article, Vec<u32>)> {
        let sure = reading
            .mentions
            .iter()
            .filter(|mention| mention.confidence >= SURE_ENOUGH);
        let mentioned: BTreeSet<&BrandId> = sure.map(|mention| &mention.brand).collect();
        let all = 0..self.products.len() as u32;
        let mut queries: Vec<(Article, Range<u32>)> = if mentioned.is_empty() {
            vec![(of_listing(listing, reading, None), all.clone())]
        } else {
            let of_brand = |id: &BrandId| {
                let brand = self.brands.get(id)?;
                let article = of_listing(listing, reading, Some((id, &brand.names)));
                Some((article, brand.rows.clone()))
            };
            mentioned.into_iter().filter_map(of_brand).collect()
        };
        let by_number = Article {
            gtin: listing.gtin,
            ..Article::default()
        };
        if listing.gtin.is_some() && queries.is_empty() {
            queries.push((of_listing(listing, reading, None), 0..0));
        }
        SCRATCH.with_borrow_mut(|scratch| {
            let mut found: Vec<(Article, Vec<u32>)> = queries
                .into_iter()
                .map(|(article, rows)| {
                    let rows = self
                        .search
                        .find_in(&article, rows, MOST_CANDIDATES, scratch);
                    let rows = rows.to_vec();
                    (article, rows)
                })
                .collect();
            if let Some((_, rows)) = found.first_mut() {
                let numbered = self
                    .search
                    .find_in(&by_number, all, MOST_CANDIDATES, scratch);
                rows.extend(numbered);
                rows.sort_unstable();
                rows.dedup();
            }
            found
        })
    }

    fn facts(&self, row: u32) -> Cow<'_, Facts> {
        let row = row as usize;
        let made = || {
            let (product, title) = (&self.products[row], &self.titles[row]);
            let names = &self.brands[&product.brand].names;
            Facts::new(&of_product(product, title, names), &self.rarity)
        };
        match self.facts.get(row) {
            Some(kept) => Cow::Borrowed(kept.get_or_init(made)),
            None => Cow::Owned(made()),
        }
    }
}

/// Whether what is offered is made for, of or about the brand's goods and not one of them.
fn is_about(reading: &Reading, brand: &BrandId) -> bool {
    reading.contexts.iter().any(|context| {
        let goods_themselves = matches!(
            context.kind,
            ContextKind::Used | ContextKind::Bundle | ContextKind::NotReplica | ContextKind::Repair
        );
        !goods_themselves && context.brand.as_ref().is_none_or(|of| of == brand)
    })
}
