//! Reference products by article number, part number and title.
//!
//! - `index`: candidates from an inverted index with bounded work a query;
//! - `compare`: named comparisons of a listing with a product, and the probability from them;
//! - `nonexistent`: a model that the brand never made;
//! - `words`: title words, model numbers, colours and kinds of goods.

mod compare;
mod index;
mod nonexistent;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::record::{Brand, BrandId, Listing, Product, ProductId};
use crate::text::Reading;
use compare::{Comparison, Query};
use index::Index;
pub use nonexistent::InventedModel;
use words::{Facts, normalised_number};

/// A reference product that a listing may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductHit {
    /// The product.
    pub product_id: ProductId,
    /// Whose it is.
    pub brand: BrandId,
    /// How likely it is the same product, 0..=1; from 0.5 on we would act on it.
    pub probability: f64,
    /// What it rests on: `gtin`, `mpn`, `title 0.82, colour black`, ...
    pub why: String,
}

/// All reference products, searchable. The order of the products given does not matter.
pub struct ProductIndex {
    items: Vec<Item>,
    index: Index,
    by_gtin: BTreeMap<crate::record::Gtin, Vec<u32>>,
    by_mpn: BTreeMap<(BrandId, String), Vec<u32>>,
    brands: BTreeMap<BrandId, BrandFacts>,
    common: words::CommonSet,
}

/// One product as it is compared.
struct Item {
    product_id: ProductId,
    brand: BrandId,
    title: String,
    facts: Facts,
}

/// What a brand's catalog holds, taken together.
#[derive(Default)]
struct BrandFacts {
    products: usize,
    /// Every word of its titles and descriptions, and of its names.
    vocabulary: BTreeSet<String>,
    /// Every model number of its titles, descriptions and part numbers.
    models: BTreeSet<String>,
}

/// Most hits of one listing.
const MOST_HITS: usize = 5;
/// Most candidates of one listing that are compared in full.
const MOST_CANDIDATES: usize = 48;
/// A mention less sure than this does not narrow the search to its brand.
const SURE_ENOUGH: f64 = 0.4;

impl ProductIndex {
    /// Builds the index. `brands` gives the names whose words say nothing about the product.
    pub fn new(products: &[Product], brands: &[Brand]) -> Self {
        let mut sorted: Vec<&Product> = products.iter().collect();
        sorted.sort_by(|a, b| (&a.brand, &a.id).cmp(&(&b.brand, &b.id)));
        let mut facts: BTreeMap<BrandId, BrandFacts> = BTreeMap::new();
        for brand in brands {
            let known = facts.entry(brand.id.clone()).or_default();
            for name in std::iter::once(&brand.name).chain(&brand.aliases) {
                known.vocabulary.extend(words::title_words(name));
            }
        }
        let mut items = Vec::with_capacity(sorted.len());
        let (mut by_gtin, mut by_mpn) = (
            BTreeMap::<_, Vec<u32>>::new(),
            BTreeMap::<_, Vec<u32>>::new(),
        );
        for (index, product) in (0u32..).zip(&sorted) {
            let item = Facts::of_product(product);
            let known = facts.entry(product.brand.clone()).or_default();
            known.products += 1;
            known.vocabulary.extend(item.words.iter().cloned());
            known
                .vocabulary
                .extend(words::title_words(&product.description));
            known.models.extend(item.models.iter().cloned());
            known
                .models
                .extend(words::model_numbers(&product.description));
            if let Some(gtin) = product.gtin {
                by_gtin.entry(gtin).or_default().push(index);
            }
            if let Some(mpn) = normalised_number(&product.mpn) {
                by_mpn
                    .entry((product.brand.clone(), mpn))
                    .or_default()
                    .push(index);
            }
            items.push(Item {
                product_id: product.id.clone(),
                brand: product.brand.clone(),
                title: product.title.clone(),
                facts: item,
            });
        }
        let index = Index::new(items.iter().map(|item| item.facts.words.as_slice()));
        Self {
            items,
            index,
            by_gtin,
            by_mpn,
            brands: facts,
            common: words::CommonSet::embedded(),
        }
    }

    /// The number of products.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The products that `listing` may be, best first, at most five; equal ones by brand and id.
    ///
    /// Candidates have the listing's GTIN, or its part number within a brand that it mentions, or
    /// title words in common; where the listing mentions brands, only theirs. How probable each is,
    /// is a logistic function of named comparisons. Its weights are set by hand for titles as shops
    /// write them, so that an equal title gives above 0.9 and one that shares only the kind of goods
    /// below 0.1.
    pub fn hits(&self, listing: &Listing, reading: &Reading) -> Vec<ProductHit> {
        let query = Query::new(listing, reading);
        let mut hits: Vec<(u32, Comparison)> = self
            .candidates(listing, &query)
            .into_iter()
            .map(|index| {
                (
                    index,
                    Comparison::new(&query, &self.items[index as usize], &self.index),
                )
            })
            .collect();
        hits.sort_by(|(a, left), (b, right)| right.logit.total_cmp(&left.logit).then(a.cmp(b)));
        hits.truncate(MOST_HITS);
        let hit = |(index, comparison): (u32, Comparison)| {
            let item = &self.items[index as usize];
            let probability = comparison.probability();
            let why = comparison.why();
            ProductHit {
                product_id: item.product_id.clone(),
                brand: item.brand.clone(),
                probability,
                why,
            }
        };
        hits.into_iter()
            .map(hit)
            .filter(|hit| hit.probability >= 0.01)
            .collect()
    }

    fn candidates(&self, listing: &Listing, query: &Query) -> BTreeSet<u32> {
        let mut found = BTreeSet::new();
        if let Some(gtin) = listing.gtin {
            found.extend(self.by_gtin.get(&gtin).into_iter().flatten().copied());
        }
        if let Some(mpn) = &query.mpn {
            for brand in &query.brands {
                found.extend(
                    self.by_mpn
                        .get(&(brand.clone(), mpn.clone()))
                        .into_iter()
                        .flatten()
                        .copied(),
                );
            }
        }
        let wanted = |index: u32| {
            query.brands.is_empty() || query.brands.contains(&self.items[index as usize].brand)
        };
        found.extend(
            self.index
                .candidates(&query.facts.words, MOST_CANDIDATES, wanted),
        );
        found
    }
}

#[cfg(test)]
mod tests;
