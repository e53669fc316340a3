//! A marketplace over given catalogs, with the truth about every listing.

mod disguise;
mod edits;
mod kind;
mod offer;
mod phrases;
mod pictures;
mod price;
mod rings;
mod seller;
mod shelf;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use rayon::prelude::*;

use self::offer::{Market, Offer};
use self::pictures::Gallery;
use self::rings::Rings;
use self::seller::Sellers;
use self::shelf::Shelf;
use super::random::number;
use super::{SimulateError, SourceCatalog};
use crate::record::Seller;
use crate::table::{Cell, Column, Format, Kind as Type, Writer};

pub use self::kind::Kind;
pub(super) use self::pictures::write_jpeg;

/// What the marketplace is like.
#[derive(Clone, Debug, PartialEq)]
pub struct MarketSettings {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// Rows of the feed, without those of `rings`.
    pub listings: u64,
    /// Whether picture files are made; without, `image_link` is empty.
    pub images: bool,
    /// Whether the feed says who offers a listing; without, its seller columns are empty. The truth
    /// names the seller all the same.
    pub sellers: bool,
    /// A folder of photos that private sellers took. Without, products are drawn or bent onto
    /// other backgrounds.
    pub own_photos: Option<PathBuf>,
    /// The share of fakes, 0..=1.
    pub fake_share: f64,
    /// Rings of 3 to 50 accounts, whose listings come after all others and beyond their number.
    pub rings: u32,
    /// The day that the feed is of: no listing and no account is younger.
    pub as_of: Date,
    /// How many picture files are made of one catalog photo, at least 3; each ring adds its own.
    pub max_images_per_photo: u32,
    /// The longer side of a picture in pixels, 64..=2048.
    pub image_side: u32,
}

impl Default for MarketSettings {
    /// 20,000 listings; 6.6 % fakes, as in Ozon's contest of 2025 with 197,198 labelled listings.
    fn default() -> Self {
        Self {
            seed: 1,
            listings: 20_000,
            images: true,
            sellers: true,
            own_photos: None,
            fake_share: 0.066,
            rings: 0,
            as_of: date(2026, 4, 1),
            max_images_per_photo: 10,
            image_side: 512,
        }
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marketplace {
    /// The listings.
    pub feed: PathBuf,
    /// One row a listing: label, kind, brand, seller, ring, image edit.
    pub truth: PathBuf,
    /// The folder that image links start from.
    pub images: PathBuf,
    /// Rows of both tables.
    pub listings: u64,
    /// Of those, fakes.
    pub fakes: u64,
    /// Picture files.
    pub pictures: u64,
}

const FEED: [&str; 24] = [
    "listing_id",
    "title",
    "description",
    "brand",
    "gtin",
    "mpn",
    "price",
    "sale_price",
    "image_link",
    "additional_image_link",
    "product_type",
    "condition",
    "color",
    "link",
    "quantity",
    "seller_id",
    "seller_name",
    "seller_country",
    "seller_created_at",
    "seller_rating",
    "seller_sales",
    "ships_from",
    "first_seen",
    "marketplace",
];

const TRUTH: [&str; 7] = [
    "listing_id",
    "label",
    "kind",
    "brand",
    "seller_id",
    "ring",
    "image_edit",
];

/// Rows that are made at a time.
const CHUNK: u64 = 4096;

/// Writes `feed.csv`, `truth.csv` and `images/` below `out`.
///
/// Memory holds the catalogs, one chunk of rows and the names of the picture files, whose number is
/// bounded by the catalogs; it does not grow with the number of listings. `progress` hears of the
/// rows that were written since its last call.
///
/// # Errors
/// [`SimulateError`] when no catalog has products, a setting is out of range, or a file cannot be
/// read or written.
pub fn simulate(
    catalogs: &[SourceCatalog],
    out: &Path,
    settings: &MarketSettings,
    progress: &dyn Fn(u64),
) -> Result<Marketplace, SimulateError> {
    check(settings)?;
    let shelf = Shelf::new(catalogs, settings.seed)?;
    let own = match &settings.own_photos {
        Some(folder) if settings.images => pictures::photos_in(folder)?,
        _ => Vec::new(),
    };
    let images = out.join("images");
    let folder = if settings.images {
        images.as_path()
    } else {
        out
    };
    fs::create_dir_all(folder).map_err(SimulateError::io(folder))?;
    let market = Market {
        seed: settings.seed,
        as_of: settings.as_of,
        fake_share: settings.fake_share,
        shelf: &shelf,
        sellers: Sellers::new(settings.seed, settings.as_of, settings.listings),
        languages: phrases::load()?,
    };
    let (side, most) = (settings.image_side, settings.max_images_per_photo);
    let mut gallery = Gallery::new(
        &shelf.photos,
        own,
        images.clone(),
        settings.seed,
        side,
        most,
    );
    let (feed_path, truth_path) = (out.join("feed.csv"), out.join("truth.csv"));
    let mut feed = Writer::create(
        &feed_path,
        Format::Csv,
        &FEED.map(|name| Column::new(name, Type::Text)),
    )?;
    let mut truth = Writer::create(
        &truth_path,
        Format::Csv,
        &TRUTH.map(|name| Column::new(name, Type::Text)),
    )?;
    let rings = Rings::new(settings.seed, settings.rings);
    let all = settings.listings + rings.listings();
    let mut fakes = 0;
    for start in (0..all).step_by(CHUNK as usize) {
        let end = (start + CHUNK).min(all);
        let mut offers: Vec<Offer> = (start..end)
            .into_par_iter()
            .map(|listing| match listing.checked_sub(settings.listings) {
                None => market.offer(listing + 1, &gallery),
                Some(at) => rings.offer(&market, at, listing + 1, &gallery),
            })
            .collect();
        if settings.images {
            gallery.make(
                offers
                    .iter()
                    .flat_map(|offer| offer.pictures.iter().copied()),
            )?;
        } else {
            offers.iter_mut().for_each(|offer| offer.pictures.clear());
        }
        for offer in &offers {
            fakes += u64::from(offer.kind.is_fake());
            feed.push(feed_row(offer, &gallery, settings.sellers))?;
            truth.push(truth_row(offer, &market, &gallery))?;
        }
        progress(end - start);
    }
    let listings = feed.finish()?;
    truth.finish()?;
    Ok(Marketplace {
        feed: feed_path,
        truth: truth_path,
        images,
        listings,
        fakes,
        pictures: gallery.files(),
    })
}

fn check(settings: &MarketSettings) -> Result<(), SimulateError> {
    let setting = |name, found: String, expected| {
        Err(SimulateError::Setting {
            name,
            found,
            expected,
        })
    };
    if !(0.0..=1.0).contains(&settings.fake_share) {
        return setting("fake_share", settings.fake_share.to_string(), "0 to 1");
    }
    if !(64..=2048).contains(&settings.image_side) {
        return setting(
            "image_side",
            settings.image_side.to_string(),
            "64 to 2048 pixels",
        );
    }
    if settings.max_images_per_photo < 3 {
        return setting(
            "max_images_per_photo",
            settings.max_images_per_photo.to_string(),
            "at least 3",
        );
    }
    Ok(())
}

fn listing_id(offer: &Offer) -> String {
    format!("L{:08}", offer.number)
}

fn feed_row(offer: &Offer, gallery: &Gallery<'_>, sellers: bool) -> Vec<Cell> {
    let mut files = offer.pictures.iter().map(|picture| gallery.file(*picture));
    let first = files.next();
    let rest: Vec<String> = files.collect();
    let id = listing_id(offer);
    let link = format!("https://market.example/item/{id}");
    let nobody = Seller::default();
    let seller = if sellers { &offer.seller } else { &nobody };
    vec![
        id.into(),
        offer.text.title.as_str().into(),
        offer.text.description.as_str().into(),
        offer.text.brand.as_str().into(),
        offer.gtin.as_str().into(),
        offer.mpn.as_str().into(),
        text(offer.price),
        text(offer.sale_price),
        first.into(),
        rest.join(",").into(),
        offer.product_type.as_str().into(),
        offer.condition.into(),
        offer.color.as_str().into(),
        link.into(),
        offer.quantity.to_string().into(),
        seller.id.as_str().into(),
        seller.name.as_str().into(),
        seller.country.as_str().into(),
        text(seller.created_at),
        text(seller.rating),
        text(seller.sales),
        seller.ships_from.as_str().into(),
        text(offer.first_seen),
        "simulated".into(),
    ]
}

fn truth_row(offer: &Offer, market: &Market<'_>, gallery: &Gallery<'_>) -> Vec<Cell> {
    let brand = &market.shelf.brands[market.shelf.goods[offer.goods].brand].brand;
    let named = offer.kind != Kind::Unrelated;
    vec![
        listing_id(offer).into(),
        offer.kind.label().into(),
        offer.kind.as_str().into(),
        named.then(|| brand.id.as_str()).into(),
        offer.seller.id.as_str().into(),
        offer
            .ring
            .map(|ring| format!("R-{:06x}", number(market.seed, "ring name", ring) >> 40))
            .into(),
        offer
            .pictures
            .first()
            .map(|picture| gallery.edit_name(*picture))
            .into(),
    ]
}

fn text(value: Option<impl ToString>) -> Cell {
    value.map(|value| value.to_string()).into()
}

#[cfg(test)]
mod tests;
