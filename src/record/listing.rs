use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Condition, Gtin, ListingId, Money, SellerId};

/// One offer on the marketplace, as the seller wrote it. Texts are raw; absent texts are empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// Unique within the feed.
    pub id: ListingId,
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
    /// The brand that the seller put into the brand field.
    pub brand: String,
    /// The article number, when its check digit is right.
    pub gtin: Option<Gtin>,
    /// The maker's part number.
    pub mpn: String,
    /// The asked price.
    pub price: Option<Money>,
    /// The reduced price, when on sale.
    pub sale_price: Option<Money>,
    /// What sending it costs, the least where it depends on the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Money>,
    /// Paths below the image folder, or addresses as `//host/path`, the main image first.
    pub images: Vec<String>,
    /// The marketplace's category path.
    pub product_type: String,
    /// The condition offered, when stated.
    pub condition: Option<Condition>,
    /// The colour.
    pub color: String,
    /// The listing's page.
    pub link: String,
    /// Pieces on offer.
    pub quantity: Option<u32>,
    /// When the listing was first seen or last updated, whichever is later: the price's day.
    pub listed_at: Option<Date>,
    /// Who offers it.
    pub seller: Seller,
}

/// What the feed says of the seller.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seller {
    /// The account.
    pub id: SellerId,
    /// The shop's name.
    pub name: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// The account's first day.
    pub created_at: Option<Date>,
    /// Mean rating, 0..=5.
    pub rating: Option<f64>,
    /// Sales so far.
    pub sales: Option<u64>,
    /// Where goods leave from, ISO 3166-1 alpha-2.
    pub ships_from: String,
}

impl Listing {
    /// What a buyer would pay: the sale price where there is one.
    pub fn asking_price(&self) -> Option<Money> {
        self.sale_price.or(self.price)
    }
}
