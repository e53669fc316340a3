//! RELATE: facts that need the whole feed.
//!
//! READ spills flat facts; here they are grouped and kept as look-ups. Memory grows with sellers,
//! shared images and reference products, not with listings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::reference::{ImageRole, Verdict};
use crate::signals::{
    ImageRelation, ImageSignal, ProductRelation, ReadListing, Relations, SellerRelation, Signals,
};
use crate::table::facts::{self, BRAND_FACTS, IMAGE_FACTS, LISTING_FACTS};
use crate::table::{Format, TableError, Writer};

/// Where READ leaves what RELATE and JUDGE need.
#[derive(Clone, Debug)]
pub struct SpillPaths {
    /// Listings with their signals, in feed order.
    pub listings: PathBuf,
    listing_facts: PathBuf,
    brand_facts: PathBuf,
    image_facts: PathBuf,
}

impl SpillPaths {
    /// The files below `folder`.
    pub fn below(folder: &Path) -> Self {
        Self {
            listings: folder.join("listings.parquet"),
            listing_facts: folder.join("listing_facts.parquet"),
            brand_facts: folder.join("brand_facts.parquet"),
            image_facts: folder.join("image_facts.parquet"),
        }
    }
}

/// Writes the facts of each listing as READ comes by.
pub struct FactWriter {
    listings: Writer,
    brands: Writer,
    images: Writer,
}

impl FactWriter {
    /// Starts the three tables.
    ///
    /// # Errors
    /// When a file cannot be created.
    pub fn create(paths: &SpillPaths) -> Result<Self, TableError> {
        Ok(Self {
            listings: Writer::create(&paths.listing_facts, Format::Parquet, LISTING_FACTS)?,
            brands: Writer::create(&paths.brand_facts, Format::Parquet, BRAND_FACTS)?,
            images: Writer::create(&paths.image_facts, Format::Parquet, IMAGE_FACTS)?,
        })
    }

    /// Adds one listing's facts.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn push(&mut self, read: &ReadListing) -> Result<(), TableError> {
        let (id, seller) = (read.listing.id.as_str(), read.listing.seller.id.as_str());
        let signals = &read.signals;
        let mut brands = Vec::new();
        for mention in &signals.reading.mentions {
            if mention.confidence >= 0.5 && !mention.lawful && !brands.contains(&&mention.brand) {
                brands.push(&mention.brand);
            }
        }
        self.listings.push(vec![
            id.into(),
            seller.into(),
            signals.disguised().into(),
            signals.slang().into(),
            product_key(signals).into(),
            signals.price.ratio.into(),
        ])?;
        for brand in brands {
            self.brands
                .push(vec![id.into(), seller.into(), brand.as_str().into()])?;
        }
        for image in &signals.images {
            if let Some(key) = &image.key {
                let official = shows_official_photo(image);
                self.images.push(vec![
                    id.into(),
                    seller.into(),
                    key.as_str().into(),
                    official.into(),
                ])?;
            }
        }
        Ok(())
    }

    /// Closes the tables.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn finish(self) -> Result<(), TableError> {
        self.listings.finish()?;
        self.brands.finish()?;
        self.images.finish()?;
        Ok(())
    }
}

/// The key under which offers of one reference product are taken together.
fn product_key(signals: &Signals) -> Option<String> {
    let hit = signals
        .products
        .first()
        .filter(|hit| hit.probability >= 0.5)?;
    Some(format!("{}/{}", hit.brand, hit.product_id))
}

fn shows_official_photo(image: &ImageSignal) -> bool {
    image.hits.first().is_some_and(|hit| {
        hit.role == ImageRole::Official && hit.verdict != Verdict::Related && hit.confidence >= 0.5
    })
}

/// The grouped facts as look-ups.
#[derive(Clone, Debug)]
pub struct Related {
    sellers: BTreeMap<String, SellerRelation>,
    images: BTreeMap<String, (u64, u64)>,
    products: BTreeMap<String, ProductRelation>,
    as_of: Date,
}

impl Related {
    /// Groups what READ spilled.
    ///
    /// # Errors
    /// When a fact table cannot be read.
    pub fn read(paths: &SpillPaths, as_of: Date) -> Result<Self, TableError> {
        let sellers = facts::sellers(&paths.listing_facts, &paths.brand_facts)?
            .into_iter()
            .map(|seller| {
                let relation = SellerRelation {
                    listings: seller.listings,
                    brands: seller.brands,
                    disguised: seller.disguised,
                    slang: seller.slang,
                    priced: seller.priced,
                    below_half: seller.below_half,
                    age_days: None,
                };
                (seller.seller_id, relation)
            })
            .collect();
        let images = facts::images(&paths.image_facts)?
            .into_iter()
            .map(|image| (image.image_key, (image.listings, image.sellers)))
            .collect();
        let products = facts::products(&paths.listing_facts)?
            .into_iter()
            .map(|product| {
                let relation = ProductRelation {
                    listings: product.listings,
                    sellers: product.sellers,
                    ratio_p10: product.ratio_p10,
                    ratio_median: product.ratio_median,
                    ratio_p90: product.ratio_p90,
                };
                (product.product, relation)
            })
            .collect();
        Ok(Self {
            sellers,
            images,
            products,
            as_of,
        })
    }

    /// What the whole feed tells of one listing.
    pub fn of(&self, read: &ReadListing) -> Relations {
        let mut seller = self
            .sellers
            .get(read.listing.seller.id.as_str())
            .cloned()
            .unwrap_or_default();
        seller.age_days = SellerRelation::age_days(&read.listing.seller, self.as_of);
        let image = read
            .signals
            .images
            .iter()
            .filter_map(|image| {
                let key = image.key.as_ref()?;
                let (listings, sellers) = *self.images.get(key)?;
                let official = shows_official_photo(image);
                Some(ImageRelation {
                    key: key.clone(),
                    official,
                    listings,
                    sellers,
                })
            })
            // An image that is nobody's official photo says more than one that is.
            .min_by(|a, b| {
                (a.official, std::cmp::Reverse(a.sellers))
                    .cmp(&(b.official, std::cmp::Reverse(b.sellers)))
            });
        let product = product_key(&read.signals).and_then(|key| self.products.get(&key).cloned());
        Relations {
            seller,
            image,
            product,
        }
    }
}
