use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{BrandId, Gtin, Money, ProductId};

/// One product of a brand owner's catalog.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// Unique within the brand's catalog.
    pub id: ProductId,
    /// The catalog's brand.
    pub brand: BrandId,
    /// The product's name.
    pub title: String,
    /// The description.
    pub description: String,
    /// The article number.
    pub gtin: Option<Gtin>,
    /// The maker's part number.
    pub mpn: String,
    /// The recommended retail price.
    pub price: Option<Money>,
    /// The lowest price at which genuine goods are sold, as the brand owner states it.
    pub price_floor: Option<Money>,
    /// Official images: paths below the catalog's `images/`.
    pub images: Vec<String>,
    /// Images confirmed to show fakes: paths below the catalog's `images/`.
    pub known_fake_images: Vec<String>,
    /// The category path.
    pub product_type: String,
    /// The colour.
    pub color: String,
    /// When the product left the range.
    pub discontinued_at: Option<Date>,
}
