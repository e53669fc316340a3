//! The nouns: what a listing, a product, a brand and an amount of money are.
//!
//! This module does no I/O and imports nothing else of the crate.

mod amount;
mod brand;
mod condition;
mod currency_signs;
mod gtin;
mod hash;
mod ids;
mod listing;
mod money;
mod product;
pub mod territory;

pub use brand::{Brand, Right, RightKind};
pub use condition::Condition;
pub use gtin::{Gtin, GtinError};
pub use hash::ContentHash;
pub use ids::{BrandId, ListingId, ProductId, SellerId};
pub use listing::{Listing, Seller};
pub use money::{Beside, Money, MoneyError};
pub use product::Product;
