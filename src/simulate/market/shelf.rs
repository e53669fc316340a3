//! What the simulated sellers sell: the products of all catalogs, prepared for offers.

use iso_currency::Currency;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::super::draw::Drawing;
use super::super::random::{chance, number, weighted};
use super::super::{SimulateError, SourceCatalog, invent};
use super::pictures::Photo;
use crate::record::{Brand, Product};

/// A product with what offers need of it.
pub(super) struct Goods {
    pub(super) brand: usize,
    pub(super) product: Product,
    /// The title without the brand.
    pub(super) model: String,
    /// What the thing is, in a word or two.
    pub(super) noun: String,
    /// The brand's price in major units, and its currency.
    pub(super) list: (f64, Currency),
    /// Places of its photos on the shelf.
    pub(super) photos: Vec<u32>,
}

pub(super) struct BrandShelf {
    pub(super) brand: Brand,
    /// Whether its goods are often sold at half of the list price.
    pub(super) reduces: bool,
    goods: std::ops::Range<usize>,
}

pub(super) struct Shelf {
    pub(super) brands: Vec<BrandShelf>,
    pub(super) goods: Vec<Goods>,
    pub(super) photos: Vec<Photo>,
    weights: Vec<f64>,
}

impl Shelf {
    /// # Errors
    /// [`SimulateError::NoProducts`] when the catalogs are empty.
    pub(super) fn new(catalogs: &[SourceCatalog], seed: u64) -> Result<Self, SimulateError> {
        let mut shelf = Self {
            brands: Vec::new(),
            goods: Vec::new(),
            photos: Vec::new(),
            weights: Vec::new(),
        };
        for catalog in catalogs
            .iter()
            .filter(|catalog| !catalog.products.is_empty())
        {
            shelf.add(catalog, seed);
        }
        if shelf.goods.is_empty() {
            return Err(SimulateError::NoProducts {
                catalogs: catalogs.len(),
            });
        }
        Ok(shelf)
    }

    fn add(&mut self, catalog: &SourceCatalog, seed: u64) {
        let drawings = invent::drawings(&catalog.images_dir);
        let place = self.brands.len();
        let start = self.goods.len();
        let mut known = std::collections::BTreeMap::new();
        for product in &catalog.products {
            let photos = product.images.iter().map(|file| {
                *known.entry(file.clone()).or_insert_with(|| {
                    let drawing: Option<Drawing> = drawings.get(file).copied();
                    self.photos.push(Photo {
                        name: format!("{}/{file}", catalog.brand.id),
                        path: catalog.images_dir.join(file),
                        drawing,
                    });
                    (self.photos.len() - 1) as u32
                })
            });
            let photos = photos.collect();
            let model = model_of(&product.title, &catalog.brand.name, &product.color);
            self.goods.push(Goods {
                brand: place,
                noun: noun_of(&model, &product.product_type),
                model,
                list: product.price.map_or((60.0, Currency::EUR), |price| {
                    (price.major(), price.currency())
                }),
                photos,
                product: product.clone(),
            });
        }
        let reduces = number(seed, catalog.brand.id.as_str(), 1).is_multiple_of(2);
        self.brands.push(BrandShelf {
            brand: catalog.brand.clone(),
            reduces,
            goods: start..self.goods.len(),
        });
        self.weights.push((catalog.products.len() as f64).sqrt());
    }

    /// The goods of one offer: mostly of the brand that the seller deals in, some much more often.
    pub(super) fn draw(&self, rng: &mut ChaCha8Rng, habit: u64) -> usize {
        let brand = if chance(rng, 0.6) {
            weighted(
                &mut super::super::random::stream(habit, "brand", 0),
                &self.weights,
            )
        } else {
            weighted(rng, &self.weights)
        };
        let range = self.brands[brand].goods.clone();
        let place = (range.len() as f64 * rng.random::<f64>().powf(1.5)) as usize;
        range.start + place.min(range.len() - 1)
    }

    /// A brand that names sellers of its own, if there is one.
    pub(super) fn draw_with_sellers(&self, rng: &mut ChaCha8Rng) -> Option<usize> {
        let weights: Vec<f64> = self
            .brands
            .iter()
            .zip(&self.weights)
            .map(|(shelf, weight)| {
                if shelf.brand.authorised_sellers.is_empty() {
                    0.0
                } else {
                    *weight
                }
            })
            .collect();
        if weights.iter().all(|weight| *weight == 0.0) {
            return None;
        }
        let range = self.brands[weighted(rng, &weights)].goods.clone();
        Some(rng.random_range(range))
    }

    /// Whether any brand names sellers of its own.
    pub(super) fn names_sellers(&self) -> bool {
        self.brands
            .iter()
            .any(|shelf| !shelf.brand.authorised_sellers.is_empty())
    }

    /// Whether the brand has a model of this name.
    pub(super) fn has_model(&self, brand: usize, model: &str) -> bool {
        self.goods[self.brands[brand].goods.clone()]
            .iter()
            .any(|goods| goods.model.eq_ignore_ascii_case(model))
    }
}

/// `Brora Trail Shoe` of `Nevask Brora Trail Shoe, Black`.
fn model_of(title: &str, brand: &str, colour: &str) -> String {
    let title = title.trim();
    let rest = match title.get(..brand.len()) {
        Some(start) if !brand.is_empty() && start.eq_ignore_ascii_case(brand) => {
            &title[brand.len()..]
        }
        _ => title,
    };
    let rest = if colour.is_empty() {
        rest
    } else {
        rest.strip_suffix(colour).unwrap_or(rest)
    };
    let model = rest.trim_matches(|c: char| c.is_whitespace() || ",-:".contains(c));
    if model.is_empty() {
        title.to_owned()
    } else {
        model.to_owned()
    }
}

const NOUNS: [&str; 40] = [
    "running shoe",
    "trail shoe",
    "sneaker",
    "boot",
    "shoe",
    "tote bag",
    "shoulder bag",
    "backpack",
    "weekender",
    "bag",
    "watch",
    "headphones",
    "bottle",
    "flask",
    "jacket",
    "hoodie",
    "sweatshirt",
    "sunglasses",
    "pants",
    "pant",
    "shorts",
    "short",
    "tee",
    "tank",
    "bra",
    "shirt",
    "tights",
    "capri",
    "leggings",
    "cap",
    "wallet",
    "phone",
    "tablet",
    "ball",
    "chair",
    "clock",
    "ring",
    "dress",
    "strap",
    "glasses",
];

fn noun_of(model: &str, path: &str) -> String {
    let lower = model.to_lowercase();
    let found = NOUNS
        .iter()
        .find(|noun| lower.contains(**noun))
        .map(|noun| (*noun).to_owned());
    let category = || {
        path.rsplit(['>', '/'])
            .next()
            .map(|last| last.trim().to_lowercase())
            .filter(|last| !last.is_empty())
    };
    found.or_else(category).unwrap_or_else(|| "item".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_the_title_without_brand_and_colour() {
        assert_eq!(
            model_of(
                "Nevask Brora 210 Trail Shoe, Sky Blue",
                "Nevask",
                "Sky Blue"
            ),
            "Brora 210 Trail Shoe"
        );
        assert_eq!(
            model_of("COOGEE LOW M", "Jack-Wolfskin", ""),
            "COOGEE LOW M"
        );
        assert_eq!(model_of("Luma", "Luma", ""), "Luma");
    }

    #[test]
    fn a_noun_is_found_or_taken_from_the_category() {
        assert_eq!(
            noun_of("Brora 210 Trail Shoe", "Apparel > Shoes"),
            "trail shoe"
        );
        assert_eq!(
            noun_of("Zing Jump Rope", "Gear/Fitness Equipment"),
            "fitness equipment"
        );
        assert_eq!(noun_of("X", ""), "item");
    }
}
