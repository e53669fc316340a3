use std::collections::BTreeSet;
use std::path::Path;

use iso_currency::Currency;

use super::columns::Canonical as C;
use super::fields::Fields;
use super::record_row::RecordRow;
use super::records::Records;
use super::{Batch, ColumnNames, IntakeError, values};
use crate::record::{BrandId, Money, Product, Right, RightKind, SellerId};

/// Values of one kind in [`BrandColumns`] that are kept.
const MAX_BRAND_VALUES: usize = 1000;

/// A catalog's products, in batches. What the rows say of the brand as a whole gathers in
/// [`Products::brand_columns`].
///
/// A product needs an identifier and a title; the later of two rows with one identifier is a reject.
pub struct Products {
    records: Records,
    brand: BrandId,
    gathered: BrandColumns,
}

/// What a product table says of the brand beside its products: each value once, also of rows that
/// make no product.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BrandColumns {
    /// From `ip_type`, `ip_registration_number`, `ip_office`, `ip_territories`, `nice_classes`, `ip_expiry`.
    pub rights: Vec<Right>,
    /// From `authorised_sellers`.
    pub authorised_sellers: BTreeSet<SellerId>,
    /// From `logo_image`: paths below the catalog's `images/`.
    pub logo_images: BTreeSet<String>,
    /// From `distinguishing_features`.
    pub distinguishing_features: BTreeSet<String>,
    /// The first row that cannot be read at all, where the file states `authorised_sellers`: it may
    /// name sellers that no other row names.
    pub sellers_unread: Option<u64>,
    /// From `image_rights`: true when any row says yes, `None` when no row says anything.
    pub image_rights: Option<bool>,
}

impl Products {
    /// Opens a product table of any format, for a catalog of `brand`.
    ///
    /// # Errors
    /// [`IntakeError`] when the table cannot be read or has no column for `id` or `title`.
    pub fn open(path: &Path, brand: BrandId, chunk_rows: usize) -> Result<Self, IntakeError> {
        let records = Records::open(path, chunk_rows, &ColumnNames::default())?;
        Ok(Self {
            records,
            brand,
            gathered: BrandColumns::default(),
        })
    }

    /// The currency of prices that name none.
    #[must_use]
    pub fn default_currency(mut self, currency: Option<Currency>) -> Self {
        self.records.set_currency(currency);
        self
    }

    /// What the rows read so far say of the brand.
    pub fn brand_columns(&self) -> &BrandColumns {
        &self.gathered
    }
}

impl Iterator for Products {
    type Item = Result<Batch<Product>, IntakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self {
            records,
            brand,
            gathered,
        } = self;
        let batch = records.next_batch(
            |row, fields| gathered.gather(row, fields),
            |row, _| product(row, brand),
        );
        let stated = records.states(C::AuthorisedSellers);
        if stated.unwrap_or(!gathered.authorised_sellers.is_empty()) {
            gathered.sellers_unread = records.unreadable();
        }
        batch
    }
}

fn product(row: &mut RecordRow<'_>, brand: &BrandId) -> Product {
    let (price, _) = row.prices();
    let product_type = match row.word(C::ProductType) {
        none if none.is_empty() => row.word(C::GoogleProductCategory),
        stated => stated,
    };
    Product {
        id: row.id().into(),
        brand: brand.clone(),
        title: row.text(C::Title),
        description: row.html(C::Description),
        gtin: row.gtin(),
        mpn: row.identifier(C::Mpn),
        price,
        price_floor: row.money(C::PriceFloor, price.map(Money::currency)),
        images: row.images(&[C::ImageLink, C::AdditionalImageLink]),
        known_fake_images: row.images(&[C::KnownFakeImage]),
        product_type,
        color: row.word(C::Color),
        discontinued_at: row.date(C::DiscontinuedAt),
    }
}

impl BrandColumns {
    fn gather(&mut self, row: &mut RecordRow<'_>, fields: &Fields) {
        if let Some(right) = right(row, fields)
            && self.rights.len() < MAX_BRAND_VALUES
            && !self.rights.contains(&right)
        {
            self.rights.push(right);
        }
        for seller in values::words(fields.get(C::AuthorisedSellers)) {
            insert(&mut self.authorised_sellers, seller.into());
        }
        for logo in row.images(&[C::LogoImage]) {
            insert(&mut self.logo_images, logo);
        }
        let features = row.text(C::DistinguishingFeatures);
        if !features.is_empty() {
            insert(&mut self.distinguishing_features, features);
        }
        if let Some(stated) = row.parsed(C::ImageRights, truth, "yes or no") {
            self.image_rights = Some(stated || self.image_rights == Some(true));
        }
    }
}

fn insert<T: Ord>(set: &mut BTreeSet<T>, value: T) {
    if set.len() < MAX_BRAND_VALUES {
        set.insert(value);
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" | "y" => Some(true),
        "no" | "false" | "0" | "n" => Some(false),
        _ => None,
    }
}

/// A right needs its kind and number; the rest may be blank.
fn right(row: &mut RecordRow<'_>, fields: &Fields) -> Option<Right> {
    let kinds = [
        RightKind::Trademark,
        RightKind::Design,
        RightKind::Copyright,
        RightKind::Patent,
    ];
    let kind = row.parsed(
        C::IpType,
        |text| {
            kinds
                .into_iter()
                .find(|kind| kind.as_str().eq_ignore_ascii_case(text))
        },
        "trademark, design, copyright or patent",
    )?;
    let number = row.word(C::IpRegistrationNumber);
    let classes = values::words(fields.get(C::NiceClasses));
    let class = |text: &String| text.parse().ok().filter(|class| (1..=45).contains(class));
    let right = Right {
        kind,
        number,
        office: row.word(C::IpOffice),
        territories: values::words(fields.get(C::IpTerritories)),
        nice_classes: classes.iter().filter_map(class).collect(),
        expiry: row.date(C::IpExpiry),
    };
    (!right.number.is_empty()).then_some(right)
}
