//! Catalogs as search structures: what brand owners registered, ready to hold a listing against.
//!
//! - [`catalog`]: a folder of `brand.toml`, products and images, checked and loaded;
//! - [`images`]: reference images by perceptual hash;
//! - [`find_in_frames`]: the same for pictures with several frames;
//! - [`Bank`]: pictures that decisions confirmed or cleared;
//! - [`HashList`]: hashes of pictures that are not at hand;
//! - [`products`]: reference products by article number, part number and title.

mod animations;
mod bank;
pub mod catalog;
mod hash_list;
pub mod images;
pub mod products;

pub use animations::{FrameHit, find_in_frames, find_in_frames_at_either_depth};
pub use bank::{Bank, BankEntry, BankKind};
pub use catalog::{Catalog, CatalogError, CatalogReport, Code, Finding, Severity, load};
pub use hash_list::{HashHit, HashList};
pub use images::{ImageHit, ImageIndex, ImageRole, ReferenceImage, Verdict};
pub use products::{InventedModel, ProductHit, ProductIndex};

use std::collections::BTreeMap;
use std::convert::Infallible;

use crate::record::{Brand, BrandId, ContentHash, Product, ProductId};
use crate::text::BrandNames;

use images::ReferenceDetail;

/// All catalogs together, searchable.
pub struct Reference {
    brands: BTreeMap<BrandId, Brand>,
    versions: BTreeMap<BrandId, ContentHash>,
    /// Reference images by perceptual hash.
    pub images: ImageIndex,
    /// Reference products, by brand and id, and by article number, part number and title.
    pub product_index: ProductIndex,
}

impl Reference {
    /// Builds the search structures. Of two catalogs of one brand the later replaces the earlier.
    ///
    /// The result does not depend on the order of catalogs of different brands.
    pub fn new(catalogs: Vec<Catalog>) -> Self {
        let Ok(reference) = Self::with_details(catalogs, |_| Ok::<_, Infallible>(Vec::new()));
        reference
    }

    /// The same with what `details` tells of the reference images, in their order; see [`ImageIndex::with_details`].
    ///
    /// # Errors
    /// That of `details`.
    pub fn with_details<E>(
        catalogs: Vec<Catalog>,
        details: impl FnOnce(&[ReferenceImage]) -> Result<Vec<Option<ReferenceDetail>>, E>,
    ) -> Result<Self, E> {
        let catalogs: BTreeMap<BrandId, Catalog> = catalogs
            .into_iter()
            .map(|catalog| (catalog.brand.id.clone(), catalog))
            .collect();
        let mut brands = BTreeMap::new();
        let mut versions = BTreeMap::new();
        let (mut all_products, mut all_images) = (Vec::new(), Vec::new());
        for (id, catalog) in catalogs {
            all_products.extend(catalog.products);
            // Of a single catalog with a million pictures none is moved.
            if all_images.is_empty() {
                all_images = catalog.images;
            } else {
                all_images.extend(catalog.images);
            }
            versions.insert(id.clone(), catalog.version);
            brands.insert(id, catalog.brand);
        }
        let brand_list: Vec<Brand> = brands.values().cloned().collect();
        let product_index = ProductIndex::new(all_products, &brand_list);
        let details = details(&all_images)?;
        Ok(Self {
            brands,
            versions,
            images: ImageIndex::with_details(all_images, details),
            product_index,
        })
    }

    /// The brand of that id.
    pub fn brand(&self, id: &BrandId) -> Option<&Brand> {
        self.brands.get(id)
    }

    /// All brands, by id.
    pub fn brands(&self) -> impl Iterator<Item = &Brand> {
        self.brands.values()
    }

    /// One product of a brand's catalog.
    pub fn product(&self, brand: &BrandId, product: &ProductId) -> Option<&Product> {
        self.product_index.product(brand, product)
    }

    /// All products, by brand and id.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        self.product_index.products().iter()
    }

    /// The version of each brand's catalog, for the manifest of a run.
    pub fn versions(&self) -> &BTreeMap<BrandId, ContentHash> {
        &self.versions
    }

    /// The names that texts are searched for, by brand id.
    pub fn brand_names(&self) -> Vec<BrandNames> {
        self.brands()
            .map(|brand| BrandNames {
                id: brand.id.clone(),
                name: brand.name.clone(),
                aliases: brand.aliases.clone(),
            })
            .collect()
    }
}
