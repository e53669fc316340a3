//! What only the whole feed can tell, as group-bys over flat facts.
//!
//! Reading a feed spills facts of each kind below with [`Facts`], spread over shards by a
//! hash of what they are grouped by, the more the larger the feed. All facts of one key lie in one shard, so the questions are
//! answered a shard at a time by polars' streaming engine, and memory grows with the answers and
//! with a small part of the listings. Every answer is sorted by its key.

mod grouped;
mod shards;
mod shared;

use super::{Column, Kind};

pub use grouped::{images, offers, products, sellers};
pub use shards::{Facts, Key, SHARDS};
pub use shared::{AccountFacts, SharedFacts, accounts, shared};

/// A kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// One for each listing that names a seller, by seller.
    Seller,
    /// One for each brand that such a listing mentions outside any lawful context, by seller.
    Brand,
    /// One for each listing that was matched to a product, by product.
    Product,
    /// One for each image with a key, by key. Images that look the same share it.
    Image,
    /// One for each trace that a listing leaves by which others of the same people can be found, by key.
    Trace,
}

impl Fact {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Seller,
        Self::Brand,
        Self::Product,
        Self::Image,
        Self::Trace,
    ];

    /// The columns of a row; the first is the key, which no row lacks.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Seller => SELLER,
            Self::Brand => BRAND,
            Self::Product => PRODUCT,
            Self::Image => IMAGE,
            Self::Trace => TRACE,
        }
    }

    /// Shards at most: of each some rows are held back. There are several traces of a listing, and few others. Sellers and
    /// their brands are joined shard by shard, so there are as many of either.
    fn most_shards(self) -> usize {
        match self {
            Self::Trace => SHARDS,
            Self::Seller | Self::Brand | Self::Product | Self::Image => SHARDS / 8,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Seller => "sellers",
            Self::Brand => "brands",
            Self::Product => "products",
            Self::Image => "images",
            Self::Trace => "traces",
        }
    }
}

const SELLER: &[Column] = &[
    Column::new("seller_id", Kind::Text),
    // Whether a brand's name is disguised, and whether there is replica slang.
    Column::new("disguised", Kind::Bool),
    Column::new("slang", Kind::Bool),
    // Asked price to reference price, null when it cannot be compared.
    Column::new("ratio", Kind::Float),
    // The account's first day, in days since 1970, null when unknown.
    Column::new("opened", Kind::Int),
];

const BRAND: &[Column] = &[
    Column::new("seller_id", Kind::Text),
    Column::new("brand", Kind::Text),
];

const PRODUCT: &[Column] = &[
    Column::new("product", Kind::Text),
    // Null when the listing names none.
    Column::new("seller_id", Kind::Text),
    // Asked price to reference price, null when it is nothing to go by for others.
    Column::new("ratio", Kind::Float),
    Column::new("second_hand", Kind::Bool),
    // The key of an image that is nobody's official one, null without.
    Column::new("picture", Kind::Text),
];

const IMAGE: &[Column] = &[
    Column::new("image_key", Kind::Text),
    Column::new("listing_id", Kind::Text),
    // Null when the listing names none.
    Column::new("seller_id", Kind::Text),
];

const TRACE: &[Column] = &[
    Column::new("key", Kind::Int),
    Column::new("seller", Kind::Int),
    // What those are compared by that have the key in common, null where the key says it all.
    Column::new("sketch_0", Kind::Int),
    Column::new("sketch_1", Kind::Int),
    Column::new("sketch_2", Kind::Int),
    Column::new("sketch_3", Kind::Int),
];

/// One seller over the whole feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SellerFacts {
    /// The seller.
    pub seller_id: String,
    /// Listings.
    pub listings: u32,
    /// Brands mentioned outside any lawful context.
    pub brands: u32,
    /// Listings with a disguised brand name.
    pub disguised: u32,
    /// Listings with replica slang.
    pub slang: u32,
    /// Listings whose price could be compared.
    pub priced: u32,
    /// Of those, the ones under half of the reference price.
    pub below_half: u32,
}

/// One image over the whole feed, shown by at least two sellers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImageFacts {
    /// What images that look the same share.
    pub image_key: String,
    /// Listings that show it.
    pub listings: u32,
    /// Sellers that show it.
    pub sellers: u32,
}

/// One reference product over the whole feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProductFacts {
    /// The product, as the facts name it.
    pub product: String,
    /// Listings matched to it.
    pub listings: u32,
    /// Sellers of those.
    pub sellers: u32,
}

/// What one seller, or one group of sellers that show the same picture, asks for a product.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OfferFacts {
    /// The product, as the facts name it.
    pub product: String,
    /// Whether it is offered as used or restored.
    pub second_hand: bool,
    /// The median of price to reference price.
    pub ratio: f64,
}
