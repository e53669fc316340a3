//! RELATE: facts that need the whole feed.
//!
//! READ spills flat facts in shards; here they are grouped and kept as compact look-ups. Memory grows
//! with sellers, shared images and reference products, not with listings.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::price::{Kind, Offers, Spreads};
use crate::reference::Reference;
use crate::signals::{ImageRelation, ProductRelation, ReadListing, Relations, SellerRelation};
use crate::table::TableError;
use crate::table::facts::{
    self, Fact, Facts, ImageFacts, Key, OfferFacts, ProductFacts, SHARDS, SellerFacts,
};

use super::facts::{ListingFacts, matched, product_key, shows_official_photo};

use super::flood::SetAside;

/// Where READ leaves what RELATE and JUDGE need.
#[derive(Clone, Debug)]
pub struct SpillPaths {
    /// Listings with their signals, in the order of their keys: a folder of segments.
    pub listings: PathBuf,
    /// Flat facts, in shards.
    pub(super) facts: PathBuf,
}

impl SpillPaths {
    /// The files below `folder`.
    pub fn below(folder: &Path) -> Self {
        Self {
            listings: folder.join("listings"),
            // The shape of the tables is in the name: facts of an earlier one are missing, not misread.
            facts: folder.join("facts-2"),
        }
    }

    /// Whether both are there.
    pub(super) fn is_whole(&self) -> bool {
        self.listings.is_dir() && self.facts.is_dir()
    }
}

/// Writes the facts of each listing as READ comes by.
pub struct FactWriter(Facts);

impl FactWriter {
    /// Starts the tables of so many listings.
    ///
    /// # Errors
    /// When their folder cannot be made.
    pub fn create(paths: &SpillPaths, listings: u64) -> Result<Self, TableError> {
        Facts::create(&paths.facts, listings).map(Self)
    }

    /// Adds one listing's facts; with `reference`, also what cases are made from.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn push(
        &mut self,
        read: &ReadListing,
        reference: Option<&Reference>,
    ) -> Result<(), TableError> {
        let facts = ListingFacts::of(read);
        let (id, seller) = (read.listing.id.as_str(), facts.seller);
        if let Some(seller) = seller {
            if let Some(reference) = reference {
                super::rings::write(&mut self.0, read, reference)?;
            }
            let opened = read.listing.seller.created_at.and_then(days);
            let row = [
                facts.disguised.into(),
                facts.slang.into(),
                facts.ratio.into(),
                opened.map(i64::from).into(),
            ];
            self.0.push(Fact::Seller, seller, row)?;
            for brand in facts.brands {
                self.0.push(Fact::Brand, seller, [brand.into()])?;
            }
        }
        if let Some(offer) = facts.offer {
            let row = [
                seller.into(),
                offer.ratio.into(),
                offer.second_hand.into(),
                offer.picture.into(),
            ];
            self.0.push(Fact::Product, &offer.product, row)?;
        }
        for key in facts.images {
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

/// Days since 1970.
fn days(day: Date) -> Option<i32> {
    let since = day.since(Date::constant(1970, 1, 1)).ok()?;
    Some(since.get_days())
}

/// The grouped facts as look-ups, sorted by key.
#[derive(Clone, Debug)]
pub struct Related {
    sellers: Vec<(Key, Seller)>,
    images: Vec<(Key, Image)>,
    products: Vec<(Key, ProductRelation)>,
    spreads: Spreads<Key>,
    /// Names of reference pictures that are no evidence.
    set_aside: BTreeSet<String>,
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

/// The grouped facts as they come.
pub(super) struct Groups {
    sellers: Vec<(Key, Seller)>,
    images: Vec<(Key, Image)>,
    products: Vec<(Key, ProductRelation)>,
    offers: Offers<Key>,
    as_of: Date,
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
        let mut related = Groups::none(as_of);
        for shard in 0..SHARDS {
            for seller in facts::sellers(&paths.facts, shard)? {
                related.add_seller(&seller);
            }
            for image in facts::images(&paths.facts, shard)? {
                related.add_image(&image);
            }
            for product in facts::products(&paths.facts, shard)? {
                related.add_product(&product);
            }
            for offer in facts::offers(&paths.facts, shard)? {
                related.add_offer(&offer, reference);
            }
        }
        Ok(related.related())
    }

    /// The same without the reference pictures `set_aside` as evidence.
    pub fn without(mut self, set_aside: &[SetAside]) -> Self {
        self.set_aside = set_aside
            .iter()
            .map(|aside| aside.reference.clone())
            .collect();
        self
    }

    /// Joins what the whole feed tells to one listing: the relations, where its price lies, and that pictures set aside
    /// are no evidence.
    pub fn join(&self, read: &mut ReadListing, reference: &Reference) -> Relations {
        if !self.set_aside.is_empty() {
            for image in &mut read.signals.images {
                image
                    .hits
                    .retain(|hit| !self.set_aside.contains(&hit.reference));
            }
        }
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

impl Groups {
    /// Nothing known yet. The order of adding changes nothing.
    pub fn none(as_of: Date) -> Self {
        Self {
            sellers: Vec::new(),
            images: Vec::new(),
            products: Vec::new(),
            offers: Offers::default(),
            as_of,
        }
    }

    pub fn add_seller(&mut self, seller: &SellerFacts) {
        let counts = Seller {
            listings: seller.listings,
            brands: seller.brands,
            disguised: seller.disguised,
            slang: seller.slang,
            priced: seller.priced,
            below_half: seller.below_half,
        };
        self.sellers.push((Key::of(&seller.seller_id), counts));
    }

    pub fn add_image(&mut self, image: &ImageFacts) {
        let counts = Image {
            listings: image.listings,
            sellers: image.sellers,
        };
        self.images.push((Key::of(&image.image_key), counts));
    }

    pub fn add_product(&mut self, product: &ProductFacts) {
        let relation = ProductRelation {
            listings: product.listings.into(),
            sellers: product.sellers.into(),
        };
        self.products.push((Key::of(&product.product), relation));
    }

    pub fn add_offer(&mut self, offer: &OfferFacts, reference: &Reference) {
        let kind = kind(&offer.product, offer.second_hand, reference);
        self.offers
            .add(&Key::of(&offer.product), &kind, offer.ratio);
    }

    /// As look-ups.
    pub fn related(mut self) -> Related {
        self.sellers.sort_unstable_by_key(|(key, _)| *key);
        self.images.sort_unstable_by_key(|(key, _)| *key);
        self.products.sort_unstable_by_key(|(key, _)| *key);
        Related {
            sellers: self.sellers,
            images: self.images,
            products: self.products,
            spreads: self.offers.spreads(),
            set_aside: BTreeSet::new(),
            as_of: self.as_of,
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
