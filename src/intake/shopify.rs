//! Shopify's product export: one row a variant or extra image, consecutive rows with one handle.
//!
//! The first row of a handle is the record, with the handle as its identifier. A further row whose
//! SKU or price differs from every row of the handle before it is a record of its own: identifier
//! `handle/sku` (`handle/n` for the n-th row where there is no SKU), its own price, barcode, part number, colour
//! and image, everything else from the first row. All other rows are folded into the first.

use std::collections::HashSet;

use super::columns::Canonical as C;
use super::fields::Fields;
use super::image_links::{MAX_IMAGES, MAX_LINK, split_links};
use super::record_row::text_of_description;
use super::values::{MAX_TEXT, bounded};

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

/// Text that the kept rows of one handle may hold together; further rows are folded.
const MAX_BYTES: usize = 64 << 20;

/// The rows of one handle so far.
pub(super) struct Group {
    handle: String,
    rows: u64,
    first: Fields,
    variants: Vec<Fields>,
    /// SKU and price of the first row.
    first_offer: (String, String),
    /// SKU and price of all kept rows.
    offers: HashSet<(String, String)>,
    /// Text held by the variants and their offers.
    bytes: usize,
    images: Vec<String>,
}

impl Group {
    /// Opens the group of a handle's first row.
    pub(super) fn open(mut first: Fields) -> Self {
        let handle = first.get(C::Handle).to_owned();
        let first_offer = (sku(&first).to_owned(), first.get(C::Price).to_owned());
        let mut images = Vec::new();
        take_images(&first, &mut images);
        first.set(C::Id, handle.clone());
        Self {
            handle,
            rows: 1,
            first,
            variants: Vec::new(),
            offers: HashSet::from([first_offer.clone()]),
            first_offer,
            bytes: 0,
            images,
        }
    }

    /// Whether a row belongs to this group.
    pub(super) fn holds(&self, row: &Fields) -> bool {
        row.get(C::Handle) == self.handle
    }

    /// Adds a row of the same handle; true when it stays a row of its own, false when it is folded.
    pub(super) fn push(&mut self, mut row: Fields) -> bool {
        self.rows += 1;
        take_images(&row, &mut self.images);
        if self.variants.len() >= MAX_VARIANTS || self.bytes >= MAX_BYTES {
            return false;
        }
        let own = |text: &str, first: &String| {
            if text.is_empty() {
                first.clone()
            } else {
                text.to_owned()
            }
        };
        let offer = (
            own(sku(&row), &self.first_offer.0),
            own(row.get(C::Price), &self.first_offer.1),
        );
        let length = offer.0.len() + offer.1.len();
        if !self.offers.insert(offer) {
            return false;
        }
        let name = match sku(&row) {
            "" => self.rows.to_string(),
            sku => sku.to_owned(),
        };
        row.set(C::Id, format!("{}/{name}", self.handle));
        self.bytes += row.bytes() + length;
        self.variants.push(row);
        true
    }

    /// The finished rows: the first, then its variants, each with all the images of the handle.
    ///
    /// What a variant inherits is put into it when its turn comes, and is no longer than a record
    /// keeps: one row of a handle holds the first row's texts at a time.
    pub(super) fn close(self) -> impl Iterator<Item = Fields> {
        let Self {
            first,
            variants,
            images,
            ..
        } = self;
        let heritage = heritage(&first);
        let variants = variants.into_iter().map(move |mut row| {
            for column in INHERITED {
                row.inherit(*column, &heritage);
            }
            row
        });
        std::iter::once(first).chain(variants).map(move |mut row| {
            let mut own = Vec::new();
            for link in row.all(C::VariantImage).flat_map(split_links) {
                push_image(link, &mut own);
            }
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

/// The first row's values as variants take them over: bounded, the description as text.
fn heritage(first: &Fields) -> Fields {
    let mut heritage = first.clone();
    for column in INHERITED {
        heritage.rewrite(*column, |text| match column {
            C::Description => {
                let text = text_of_description(text);
                // Read once more as HTML, it is the same text.
                bounded(text, MAX_TEXT)
                    .0
                    .replace('&', "&amp;")
                    .replace('<', "&lt;")
            }
            _ => bounded(text.to_owned(), MAX_TEXT + 1).0,
        });
    }
    heritage
}

fn take_images(row: &Fields, images: &mut Vec<String>) {
    let links = row
        .all(C::ImageLink)
        .chain(row.all(C::AdditionalImageLink))
        .flat_map(split_links);
    links.for_each(|link| push_image(link, images));
}

/// One more than is kept, so that the record can note that there were too many; of an overlong
/// link no more than shows that it is one.
fn push_image(mut link: String, images: &mut Vec<String>) {
    if link.len() > MAX_LINK {
        link = bounded(link, MAX_LINK + 1).0;
    }
    if images.len() <= MAX_IMAGES && !images.contains(&link) {
        images.push(link);
    }
}

/// The new headers' `SKU` also stands for a plain identifier.
fn sku(row: &Fields) -> &str {
    match row.get(C::VariantSku) {
        "" => row.get(C::Id),
        sku => sku,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::fields::Mapper;
    use crate::table::Chunks;

    #[test]
    fn a_group_does_not_hold_the_first_rows_text_for_every_variant() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("shop.csv");
        let mut text = format!(
            "Handle,Title,Body (HTML),Variant SKU,Variant Price\nbag,Bag,{},s0,1 EUR\n",
            "x<br>".repeat(100_000)
        );
        for n in 1..500 {
            text.push_str(&format!("bag,,,s{n},1 EUR\n"));
        }
        std::fs::write(&path, text).expect("written");
        let mut mapper = Mapper::default();
        let rows = Chunks::open(&path, 1000).expect("opened");
        let mut rows = rows.flat_map(|chunk| chunk.expect("read"));
        let mut next = || {
            let row = rows.next()?.expect("a good row");
            Some(mapper.fields(row))
        };
        let mut group = Group::open(next().expect("a first row"));
        while let Some(row) = next() {
            assert!(group.push(row));
        }
        assert!(group.bytes < 100_000, "{} bytes", group.bytes);
        assert!(group.variants.iter().all(|row| row.bytes() < 200));
        let longest = group.close().skip(1).map(|row| row.bytes()).max();
        assert!(
            longest.is_some_and(|bytes| (10_000..20_000).contains(&bytes)),
            "{longest:?}"
        );
    }
}
