//! What RELATE needs of one listing.

use crate::reference::{ImageRole, ProductHit, Verdict};
use crate::signals::{ImageSignal, ReadListing, Signals};

/// What RELATE needs of one listing. Listings that name no seller are nobody's: taken together they would be judged by
/// each other.
pub(super) struct ListingFacts<'a> {
    /// The seller, when one is named.
    pub seller: Option<&'a str>,
    /// Whether a brand's name is disguised.
    pub disguised: bool,
    /// Whether there is replica slang.
    pub slang: bool,
    /// Asked price to reference price, where it can be compared.
    pub ratio: Option<f64>,
    /// The brands that it mentions outside any lawful context, each once.
    pub brands: Vec<&'a str>,
    /// What it offers, when that is known.
    pub offer: Option<Offer<'a>>,
    /// The keys of its images; one may stand there twice.
    pub images: Vec<&'a str>,
}

/// An offer of a reference product.
pub(super) struct Offer<'a> {
    /// The product's key.
    pub product: String,
    /// Asked price to reference price, where it is something to go by for others.
    pub ratio: Option<f64>,
    /// Whether it is offered as used or restored.
    pub second_hand: bool,
    /// The key of an image that is nobody's official one.
    pub picture: Option<&'a str>,
}

impl<'a> ListingFacts<'a> {
    pub fn of(read: &'a ReadListing) -> Self {
        let signals = &read.signals;
        let seller = read.listing.seller.id.as_str();
        let (disguised, slang) = (signals.disguised(), signals.slang());
        let mut brands = Vec::new();
        for mention in &signals.reading.mentions {
            let brand = mention.brand.as_str();
            if mention.confidence >= 0.5 && !mention.lawful && !brands.contains(&brand) {
                brands.push(brand);
            }
        }
        let keys = |images: &mut dyn Iterator<Item = &'a ImageSignal>| -> Vec<&'a str> {
            images.filter_map(|image| image.key.as_deref()).collect()
        };
        let mut own = signals
            .images
            .iter()
            .filter(|image| !shows_official_photo(image));
        let offer = matched(signals).map(|hit| Offer {
            product: product_key(hit),
            // What gives itself away is no measure for others.
            ratio: signals.price.ratio.filter(|_| !disguised && !slang),
            second_hand: read.second_hand(),
            picture: keys(&mut own).first().copied(),
        });
        Self {
            seller: (!seller.is_empty()).then_some(seller),
            disguised,
            slang,
            ratio: signals.price.ratio,
            brands,
            offer,
            images: keys(&mut signals.images.iter()),
        }
    }
}

/// The reference product that a listing is taken to offer.
pub(super) fn matched(signals: &Signals) -> Option<&ProductHit> {
    let best = signals.products.first();
    best.filter(|hit| hit.probability >= 0.5)
}

/// The key under which offers of one reference product are taken together.
pub(super) fn product_key(hit: &ProductHit) -> String {
    format!("{}/{}", hit.brand, hit.product_id)
}

/// Whether an image is a brand owner's own photo.
pub(super) fn shows_official_photo(image: &ImageSignal) -> bool {
    image.hits.first().is_some_and(|hit| {
        hit.role == ImageRole::Official && hit.verdict != Verdict::Related && hit.confidence >= 0.5
    })
}
