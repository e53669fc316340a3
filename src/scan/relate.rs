//! RELATE: facts that need the whole feed.
//!
//! READ spills flat facts in shards; here they are grouped and kept as compact look-ups. Memory grows
//! with sellers, shared images and reference products, not with listings.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::price::{Kind, Offers, Spreads};
use crate::reference::{ImageRole, ProductHit, Reference, Verdict};
use crate::signals::{
    ImageRelation, ImageSignal, ProductRelation, ReadListing, Relations, SellerRelation, Signals,
};
use crate::table::TableError;
use crate::table::facts::{self, Fact, Facts, Key, SHARDS};

/// Where READ leaves what RELATE and JUDGE need.
#[derive(Clone, Debug)]
pub struct SpillPaths {
    /// Listings with their signals, in the order of their keys: a folder of segments.
    pub listings: PathBuf,
    /// Flat facts, in shards.
    facts: PathBuf,
}

impl SpillPaths {
    /// The files below `folder`.
    pub fn below(folder: &Path) -> Self {
        Self {
            listings: folder.join("listings"),
            facts: folder.join("facts"),
        }
    }
}

/// Writes the facts of each listing as READ comes by.
pub struct FactWriter(Facts);

impl FactWriter {
    /// Starts the tables.
    ///
    /// # Errors
    /// When their folder cannot be made.
    pub fn create(paths: &SpillPaths) -> Result<Self, TableError> {
        Facts::create(&paths.facts).map(Self)
    }

    /// Adds one listing's facts. Listings that name no seller are nobody's: taken together they would
    /// be judged by each other.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn push(&mut self, read: &ReadListing) -> Result<(), TableError> {
        let (id, seller) = (read.listing.id.as_str(), read.listing.seller.id.as_str());
        let seller = (!seller.is_empty()).then_some(seller);
        let signals = &read.signals;
        if let Some(seller) = seller {
            let (disguised, slang) = (signals.disguised(), signals.slang());
            let row = [disguised.into(), slang.into(), signals.price.ratio.into()];
            self.0.push(Fact::Seller, seller, row)?;
            let mut brands = Vec::new();
            for mention in &signals.reading.mentions {
                if mention.confidence >= 0.5 && !mention.lawful && !brands.contains(&&mention.brand)
                {
                    brands.push(&mention.brand);
                    self.0
                        .push(Fact::Brand, seller, [mention.brand.as_str().into()])?;
                }
            }
        }
        if let Some(hit) = matched(signals) {
            // What gives itself away is no measure for others.
            let telling = signals.disguised() || signals.slang();
            let own = signals
                .images
                .iter()
                .filter(|image| !shows_official_photo(image));
            let row = [
                seller.into(),
                signals.price.ratio.filter(|_| !telling).into(),
                read.second_hand().into(),
                own.filter_map(|image| image.key.as_deref()).next().into(),
            ];
            self.0.push(Fact::Product, &product_key(hit), row)?;
        }
        for key in signals.images.iter().filter_map(|image| image.key.as_ref()) {
            self.0.push(Fact::Image, key, [id.into(), seller.into()])?;
        }
        Ok(())
    }

    /// Closes the tables.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn finish(self) -> Result<(), TableError> {
        self.0.finish()
    }
}

/// The reference product that a listing is taken to offer.
fn matched(signals: &Signals) -> Option<&ProductHit> {
    let best = signals.products.first();
    best.filter(|hit| hit.probability >= 0.5)
}

/// The key under which offers of one reference product are taken together.
fn product_key(hit: &ProductHit) -> String {
    format!("{}/{}", hit.brand, hit.product_id)
}

/// What `product`, a key, is like others by: the type is the brand owner's, since sellers write what they like.
fn kind(product: &str, second_hand: bool, reference: &Reference) -> Kind {
    let (brand, id) = product.split_once('/').unwrap_or((product, ""));
    let known = reference.product(&brand.into(), &id.into());
    Kind {
        brand: brand.to_owned(),
        product_type: known.map_or_else(String::new, |product| product.product_type.clone()),
        second_hand,
    }
}

fn shows_official_photo(image: &ImageSignal) -> bool {
    image.hits.first().is_some_and(|hit| {
        hit.role == ImageRole::Official && hit.verdict != Verdict::Related && hit.confidence >= 0.5
    })
}

/// The grouped facts as look-ups, sorted by key.
#[derive(Clone, Debug)]
pub struct Related {
    sellers: Vec<(Key, Seller)>,
    images: Vec<(Key, Image)>,
    products: Vec<(Key, ProductRelation)>,
    spreads: Spreads<Key>,
    as_of: Date,
}

/// A [`SellerRelation`] without the account's age, in half of its room.
#[derive(Clone, Copy, Debug)]
struct Seller {
    listings: u32,
    brands: u32,
    disguised: u32,
    slang: u32,
    priced: u32,
    below_half: u32,
}

/// How widely an image is shown.
#[derive(Clone, Copy, Debug)]
struct Image {
    listings: u32,
    sellers: u32,
}

impl Related {
    /// Groups what READ spilled, a shard at a time. `reference` is what READ held the feed against.
    ///
    /// # Errors
    /// When a fact table cannot be read.
    pub fn read(
        paths: &SpillPaths,
        reference: &Reference,
        as_of: Date,
    ) -> Result<Self, TableError> {
        let mut asked = Offers::default();
        let (mut sellers, mut images, mut products) = (Vec::new(), Vec::new(), Vec::new());
        for shard in 0..SHARDS {
            let of_shard = facts::sellers(&paths.facts, shard)?.into_iter();
            sellers.extend(of_shard.map(|seller| {
                let counts = Seller {
                    listings: seller.listings,
                    brands: seller.brands,
                    disguised: seller.disguised,
                    slang: seller.slang,
                    priced: seller.priced,
                    below_half: seller.below_half,
                };
                (Key::of(&seller.seller_id), counts)
            }));
            let of_shard = facts::images(&paths.facts, shard)?.into_iter();
            images.extend(of_shard.map(|image| {
                let counts = Image {
                    listings: image.listings,
                    sellers: image.sellers,
                };
                (Key::of(&image.image_key), counts)
            }));
            let of_shard = facts::products(&paths.facts, shard)?.into_iter();
            products.extend(of_shard.map(|product| {
                let relation = ProductRelation {
                    listings: product.listings.into(),
                    sellers: product.sellers.into(),
                };
                (Key::of(&product.product), relation)
            }));
            for offer in facts::offers(&paths.facts, shard)? {
                let kind = kind(&offer.product, offer.second_hand, reference);
                asked.add(&Key::of(&offer.product), &kind, offer.ratio);
            }
        }
        sellers.sort_unstable_by_key(|(key, _)| *key);
        images.sort_unstable_by_key(|(key, _)| *key);
        products.sort_unstable_by_key(|(key, _)| *key);
        Ok(Self {
            sellers,
            images,
            products,
            spreads: asked.spreads(),
            as_of,
        })
    }

    /// Joins what the whole feed tells to one listing: the relations, and where its price lies.
    pub fn join(&self, read: &mut ReadListing, reference: &Reference) -> Relations {
        let product = matched(&read.signals).map(product_key);
        let ratio = read.signals.price.ratio;
        read.signals.price.place = product.zip(ratio).and_then(|(product, ratio)| {
            let kind = kind(&product, read.second_hand(), reference);
            self.spreads.place(&Key::of(&product), &kind, ratio)
        });
        self.of(read)
    }

    /// What the whole feed tells of one listing.
    fn of(&self, read: &ReadListing) -> Relations {
        let mut seller = found(&self.sellers, read.listing.seller.id.as_str())
            .map(SellerRelation::from)
            .unwrap_or_default();
        seller.age_days = SellerRelation::age_days(&read.listing.seller, self.as_of);
        let image = read
            .signals
            .images
            .iter()
            .filter_map(|image| {
                let key = image.key.as_ref()?;
                let counts = found(&self.images, key)?;
                Some(ImageRelation {
                    key: key.clone(),
                    official: shows_official_photo(image),
                    listings: counts.listings.into(),
                    sellers: counts.sellers.into(),
                })
            })
            // An image that is nobody's official photo says more than one that is.
            .min_by(|a, b| {
                (a.official, std::cmp::Reverse(a.sellers))
                    .cmp(&(b.official, std::cmp::Reverse(b.sellers)))
            });
        let product = matched(&read.signals)
            .and_then(|hit| found(&self.products, &product_key(hit)))
            .cloned();
        Relations {
            seller,
            image,
            product,
        }
    }
}

/// What stands under `key`; nothing stands under the empty text.
fn found<'a, T>(sorted: &'a [(Key, T)], key: &str) -> Option<&'a T> {
    let key = (!key.is_empty()).then(|| Key::of(key))?;
    let at = sorted.binary_search_by_key(&key, |(key, _)| *key).ok()?;
    Some(&sorted[at].1)
}

impl From<&Seller> for SellerRelation {
    fn from(seller: &Seller) -> Self {
        Self {
            listings: seller.listings.into(),
            brands: seller.brands.into(),
            disguised: seller.disguised.into(),
            slang: seller.slang.into(),
            priced: seller.priced.into(),
            below_half: seller.below_half.into(),
            age_days: None,
        }
    }
}
