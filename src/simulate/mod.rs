//! Seeded marketplaces with ground truth.
//!
//! [`invent`] makes catalogs of brands that do not exist, with pictures drawn by code. [`simulate`]
//! makes a feed of honest and fake offers over any catalogs, one row after another, so that memory
//! does not grow with the number of listings. Both give the same bytes for the same seed.

mod draw;
mod error;
mod invent;
mod market;
mod random;

use std::path::PathBuf;

use crate::record::{Brand, Product};

pub use error::SimulateError;
pub use invent::{InventSettings, Invented, invent};
pub use market::{Kind, MarketSettings, Marketplace, simulate};

/// A catalog to make offers about.
#[derive(Clone, Debug)]
pub struct SourceCatalog {
    /// The brand; its authorised sellers appear in the feed.
    pub brand: Brand,
    /// What the brand makes.
    pub products: Vec<Product>,
    /// The folder that the products' image paths start from.
    pub images_dir: PathBuf,
}
