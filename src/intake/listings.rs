use std::path::Path;

use iso_currency::Currency;

use super::columns::Canonical as C;
use super::fields::Fields;
use super::record_row::RecordRow;
use super::records::{Records, SeenIds};
use super::{Batch, ColumnNames, IntakeError, values};
use crate::record::{Listing, Seller};

/// A feed's listings, in batches; memory is bounded by the chunk and eight bytes a listing.
///
/// A listing needs an identifier and a title; other fields that cannot be read are dropped with a
/// note. The later of two rows with one identifier is a reject. Without `seller_id` the seller's
/// name stands in for it.
pub struct Listings {
    records: Records,
}

impl Listings {
    /// Opens a feed of any table format.
    ///
    /// # Errors
    /// [`IntakeError`] when the table cannot be read or has no column for `id` or `title`.
    pub fn open(path: &Path, chunk_rows: usize) -> Result<Self, IntakeError> {
        Self::open_named(path, chunk_rows, &ColumnNames::default())
    }

    /// Opens a feed some of whose columns have names of their own.
    ///
    /// # Errors
    /// As [`Listings::open`], and [`IntakeError::NoSuchColumn`] when one of those names is not there; of NDJSON, which has
    /// no header, only the end tells, and the iteration ends with that error.
    pub fn open_named(
        path: &Path,
        chunk_rows: usize,
        names: &ColumnNames,
    ) -> Result<Self, IntakeError> {
        Ok(Self {
            records: Records::open(path, chunk_rows, names)?,
        })
    }

    /// Also rejects identifiers that files read before use; see [`Listings::into_seen`].
    #[must_use]
    pub fn after(mut self, seen: SeenIds) -> Self {
        self.records.set_seen(seen);
        self
    }

    /// The identifiers used so far, for the next file of the same feed.
    pub fn into_seen(self) -> SeenIds {
        self.records.into_seen()
    }

    /// The currency of prices that name none, for feeds such as Shopify's that have no column for it.
    #[must_use]
    pub fn default_currency(mut self, currency: Option<Currency>) -> Self {
        self.records.set_currency(currency);
        self
    }
}

impl Iterator for Listings {
    type Item = Result<Batch<Listing>, IntakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.records
            .next_batch(|_, _| {}, |row, _: &Fields| listing(row))
    }
}

/// The listing that a row tells of.
pub(super) fn listing(row: &mut RecordRow<'_>) -> Listing {
    let (price, sale_price) = row.prices();
    let product_type = match row.word(C::ProductType) {
        none if none.is_empty() => row.word(C::GoogleProductCategory),
        stated => stated,
    };
    Listing {
        id: row.id().into(),
        title: row.text(C::Title),
        description: row.html(C::Description),
        brand: row.word(C::Brand),
        gtin: row.gtin(),
        mpn: row.identifier(C::Mpn),
        price,
        sale_price,
        shipping: row.shipping(),
        images: row.image_places(&[C::ImageLink, C::AdditionalImageLink]),
        product_type,
        condition: row.condition(),
        color: row.word(C::Color),
        link: row.word(C::Link),
        quantity: row.parsed(
            C::Quantity,
            |text| values::count(text).and_then(|n| u32::try_from(n).ok()),
            "a whole number of pieces",
        ),
        listed_at: row.date(C::FirstSeen).max(row.date(C::UpdatedAt)),
        seller: seller(row),
    }
}

fn seller(row: &mut RecordRow<'_>) -> Seller {
    let name = row.word(C::SellerName);
    let id = match row.identifier(C::SellerId) {
        none if none.is_empty() => name.clone(),
        id => id,
    };
    let rating = |text: &str| values::number(text).filter(|rating| (0.0..=5.0).contains(rating));
    Seller {
        id: id.into(),
        name,
        country: row.country(C::SellerCountry),
        created_at: row.date(C::SellerCreatedAt),
        rating: row.parsed(C::SellerRating, rating, "a number from 0 to 5"),
        sales: row.parsed(C::SellerSales, values::count, "a whole number of sales"),
        ships_from: row.country(C::ShipsFrom),
    }
}
