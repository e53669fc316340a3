//! A brand's catalog: the folder that a brand owner submits, checked and loaded.
//!
//! ```text
//! luma/
//!   brand.toml                    brand_toml.rs, rights.rs, aliases.rs
//!   products.{csv,ndjson,parquet} products.rs, rows.rs    exactly one of them
//!   images/                       images.rs, alike.rs     what image_link and known_fake_image name
//! ```
//!
//! [`load`] reads all of it and reports every problem as a [`Finding`]; what is in error is left
//! out, the rest is the [`Catalog`].

mod aliases;
mod alike;
mod brand_toml;
mod files;
mod finding;
mod hints;
mod images;
mod keys;
mod load;
mod nearest;
mod products;
mod report;
mod rights;
mod rows;
mod variants;

pub use finding::{Code, Finding, Severity};
pub use hints::Hint;
pub use load::{CatalogError, load};
pub use report::CatalogReport;
pub use rows::{RowHead, row_heads};

use serde::{Deserialize, Serialize};

use super::images::ReferenceImage;
use crate::record::{Brand, ContentHash, Product};

/// The usable part of a brand's catalog. The store keeps it as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// The brand, with the rights that its owner registered.
    pub brand: Brand,
    /// Products in the order of the file.
    pub products: Vec<Product>,
    /// Fingerprints of the images that products name, and the logo, by file name.
    pub images: Vec<ReferenceImage>,
    /// The hash of all of the above: equal for equal content, wherever and whenever it is loaded.
    pub version: ContentHash,
}

impl Catalog {
    /// Puts a catalog together and computes its version.
    ///
    /// The version covers the brand, the products and, for each image, its file, role, product and
    /// content hash; not the fingerprints, so that a better hash does not make old content new.
    ///
    /// # Errors
    /// When the content cannot be written as JSON: a number that is not finite.
    pub fn new(
        brand: Brand,
        products: Vec<Product>,
        images: Vec<ReferenceImage>,
    ) -> Result<Self, serde_json::Error> {
        let image_contents: Vec<_> = images
            .iter()
            .map(|image| {
                (
                    &image.file,
                    image.role,
                    &image.product,
                    image.fingerprint.content,
                )
            })
            .collect();
        let canonical = serde_json::to_vec(&(&brand, &products, &image_contents))?;
        let version = ContentHash::of(&canonical);
        Ok(Self {
            brand,
            products,
            images,
            version,
        })
    }
}
