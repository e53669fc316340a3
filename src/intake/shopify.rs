//! Shopify's product export: one row a variant or extra image, consecutive rows with one handle.
//!
//! The first row of a handle is the record, with the handle as its identifier. A further row whose
//! SKU or price differs from every row of the handle before it is a record of its own: identifier
//! `handle/sku` (`handle/n` for the n-th row where there is no SKU), its own price, barcode, part number, colour
//! and image, everything else from the first row. All other rows are folded into the first.

use super::columns::Canonical as C;
use super::fields::Fields;
use super::image_links::{MAX_IMAGES, split_links};

/// Variants of one handle that are kept apart (Shopify allows 2,048); later ones are folded.
const MAX_VARIANTS: usize = 2048;

/// What a variant takes from the first row where it says nothing itself.
const INHERITED: &[C] = &[
    C::Title,
    C::Description,
    C::Brand,
    C::Price,
    C::Currency,
    C::ProductType,
    C::GoogleProductCategory,
    C::Condition,
    C::Link,
    C::SellerId,
    C::SellerName,
    C::SellerCountry,
    C::SellerCreatedAt,
    C::SellerRating,
    C::SellerSales,
    C::ShipsFrom,
    C::FirstSeen,
    C::UpdatedAt,
    C::OptionName,
];

/// The rows of one handle so far.
pub(super) struct Group {
    handle: String,
    rows: u64,
    first: Fields,
    variants: Vec<Fields>,
    /// SKU and price of the kept rows.
    offers: Vec<(String, String)>,
    images: Vec<String>,
}

impl Group {
    /// Opens the group of a handle's first row.
    pub(super) fn open(mut first: Fields) -> Self {
        let handle = first.get(C::Handle).to_owned();
        let (sku, price) = (sku(&first).to_owned(), first.get(C::Price).to_owned());
        first.set(C::Id, handle.clone());
        let mut group = Self {
            handle,
            rows: 0,
            first,
            variants: Vec::new(),
            offers: vec![(sku, price)],
            images: Vec::new(),
        };
        let first = group.first.clone();
        group.take_images(&first);
        group.rows = 1;
        group
    }

    /// Whether a row belongs to this group.
    pub(super) fn holds(&self, row: &Fields) -> bool {
        row.get(C::Handle) == self.handle
    }

    /// Adds a row of the same handle; true when it stays a row of its own, false when it is folded.
    pub(super) fn push(&mut self, mut row: Fields) -> bool {
        self.rows += 1;
        self.take_images(&row);
        let (first_sku, first_price) = self.offers[0].clone();
        let own = |text: &str, first: String| {
            if text.is_empty() {
                first
            } else {
                text.to_owned()
            }
        };
        let offer = (
            own(sku(&row), first_sku),
            own(row.get(C::Price), first_price),
        );
        if self.offers.contains(&offer) || self.variants.len() >= MAX_VARIANTS {
            return false;
        }
        let name = match sku(&row) {
            "" => self.rows.to_string(),
            sku => sku.to_owned(),
        };
        row.set(C::Id, format!("{}/{name}", self.handle));
        for column in INHERITED {
            row.inherit(*column, &self.first);
        }
        self.offers.push(offer);
        self.variants.push(row);
        true
    }

    fn take_images(&mut self, row: &Fields) {
        let links = row
            .all(C::ImageLink)
            .chain(row.all(C::AdditionalImageLink))
            .flat_map(split_links);
        for link in links {
            // One more than is kept, so that the record can note that there were too many.
            if self.images.len() <= MAX_IMAGES && !self.images.contains(&link) {
                self.images.push(link);
            }
        }
    }

    /// The finished rows: the first, then its variants, each with all the images of the handle.
    pub(super) fn close(self) -> impl Iterator<Item = Fields> {
        let Self {
            first,
            variants,
            images,
            ..
        } = self;
        std::iter::once(first).chain(variants).map(move |mut row| {
            let own: Vec<String> = row.all(C::VariantImage).flat_map(split_links).collect();
            row.clear(C::AdditionalImageLink);
            let links: Vec<&String> = own.iter().chain(&images).collect();
            row.set(
                C::ImageLink,
                serde_json::Value::from_iter(links.into_iter().cloned()).to_string(),
            );
            let name = row.get(C::OptionName).to_ascii_lowercase();
            if row.get(C::Color).is_empty() && matches!(name.as_str(), "color" | "colour") {
                let value = row.get(C::OptionValue).to_owned();
                row.set(C::Color, value);
            }
            row
        })
    }
}

/// The new headers' `SKU` also stands for a plain identifier.
fn sku(row: &Fields) -> &str {
    match row.get(C::VariantSku) {
        "" => row.get(C::Id),
        sku => sku,
    }
}
