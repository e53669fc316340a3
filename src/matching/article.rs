use crate::record::{Gtin, Listing, Money};

/// One row of a table of products, as it is matched. Texts that are missing are empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Article {
    /// The name.
    pub title: String,
    /// The description.
    pub description: String,
    /// The brand or maker.
    pub brand: String,
    /// The maker's part or model number.
    pub mpn: String,
    /// The article number.
    pub gtin: Option<Gtin>,
    /// The price; compared with another of the same currency only.
    pub price: Option<Money>,
    /// The colour.
    pub color: String,
}

impl From<Listing> for Article {
    fn from(listing: Listing) -> Self {
        Self {
            price: listing.asking_price(),
            title: listing.title,
            description: listing.description,
            brand: listing.brand,
            mpn: listing.mpn,
            gtin: listing.gtin,
            color: listing.color,
        }
    }
}
