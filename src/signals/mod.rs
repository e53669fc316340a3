//! What one listing shows ([`Signals`]) and what only the whole feed can tell ([`Relations`]).
//!
//! `Signals` are made per listing with no shared state; `Relations` are joined to them afterwards.
//! Together they are all that the cues are computed from.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::price::Comparable;
use crate::record::{BrandId, Condition, ContentHash, Listing, ListingId, Seller};
use crate::reference::{ImageHit, ProductHit, Verdict};
use crate::text::{ContextKind, Disguise, Reading};

/// Everything that READ learns from one listing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signals {
    /// The listing.
    pub listing_id: ListingId,
    /// What the text says.
    #[serde(flatten)]
    pub reading: Reading,
    /// Reference products that this may be, best first.
    pub products: Vec<ProductHit>,
    /// The model that the listing claims and the brand never made.
    pub nonexistent_model: Option<String>,
    /// The brand's own products whose names are most like that model, at most three.
    #[serde(default)]
    pub nearest_models: Vec<String>,
    /// The price against the best product's reference price; its place among other offers is joined by RELATE.
    pub price: Comparable,
    /// One entry an image, in the listing's order.
    pub images: Vec<ImageSignal>,
    /// Brands that authorised this seller.
    pub authorised_by: Vec<BrandId>,
}

/// What one image of a listing shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageSignal {
    /// The path below the image folder: the one where it was found, of an address that was not its
    /// file name.
    pub file: String,
    /// `ok`, or the reason code why it could not be read.
    pub status: String,
    /// The hash of the file's bytes.
    pub content: Option<ContentHash>,
    /// The PDQ hash in hexadecimal.
    pub pdq: Option<String>,
    /// The PDQ quality, 0..=100.
    pub quality: Option<u8>,
    /// The same for images that look the same: the matched reference, else the DCT hash.
    pub key: Option<String>,
    /// Reference images that it matches, best first; of an animation those that any frame matches.
    pub hits: Vec<ImageHit>,
    /// What an animation shows after its first frame; `None` for a still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub animation: Option<Animation>,
}

/// An animation after its first frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Animation {
    /// Up to seven frames spread evenly over it, less those that look like the one before.
    pub frames: Vec<FrameSignal>,
    /// The reason code why it was not read to its end, where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<String>,
}

/// What one frame of an animation shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrameSignal {
    /// Which frame it is, from 0.
    pub frame: u32,
    /// The PDQ hash in hexadecimal.
    pub pdq: String,
    /// The PDQ quality, 0..=100.
    pub quality: u8,
    /// The references among the image's hits that this frame, and none better, matches.
    pub matches: Vec<String>,
}

impl ImageSignal {
    /// Which frame, from 0, shows the reference picture of this name; 0 in a still.
    pub fn frame_of(&self, reference: &str) -> u32 {
        let later = self.animation.iter().flat_map(|later| &later.frames);
        let mut showing = later.filter(|frame| frame.matches.iter().any(|name| name == reference));
        showing.next().map_or(0, |frame| frame.frame)
    }
}

/// A listing with what was read from it: what the second pass over the feed works on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadListing {
    /// The listing as it came.
    pub listing: Listing,
    /// What was read from it.
    pub signals: Signals,
}

/// What the whole feed tells of one listing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Relations {
    /// The seller's listings taken together; empty for a listing that names no seller.
    pub seller: SellerRelation,
    /// The most widely shown of the listing's images.
    pub image: Option<ImageRelation>,
    /// The matched product's offers taken together.
    pub product: Option<ProductRelation>,
}

/// One seller over the whole feed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SellerRelation {
    /// Listings on offer.
    pub listings: u64,
    /// Registered brands mentioned.
    pub brands: u64,
    /// Listings with a disguised brand name.
    pub disguised: u64,
    /// Listings with replica slang.
    pub slang: u64,
    /// Listings whose price could be compared.
    pub priced: u64,
    /// Of those, the ones under half of the reference price.
    pub below_half: u64,
    /// Days between the account's first day and the run's date.
    pub age_days: Option<i64>,
}

/// One image, however it was re-encoded, over the whole feed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImageRelation {
    /// What is the same for all of them.
    pub key: String,
    /// Whether it is a brand owner's own photo.
    pub official: bool,
    /// Listings that show it.
    pub listings: u64,
    /// Sellers that show it; listings that name none do not count.
    pub sellers: u64,
}

/// One reference product over the whole feed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProductRelation {
    /// Listings matched to it.
    pub listings: u64,
    /// Sellers of those; listings that name none do not count.
    pub sellers: u64,
}

impl ReadListing {
    /// Whether the goods are offered as used or restored, by the condition field or in words.
    pub fn second_hand(&self) -> bool {
        self.signals.second_hand(&self.listing)
    }
}

impl Signals {
    /// Whether `listing`, which shows these, offers its goods as used or restored.
    pub fn second_hand(&self, listing: &Listing) -> bool {
        let mut contexts = self.reading.contexts.iter();
        matches!(
            listing.condition,
            Some(Condition::Used | Condition::Refurbished)
        ) || contexts.any(|context| context.kind == ContextKind::Used)
    }

    /// The official or known-fake reference image that this listing matches best. What two pictures merely have in common
    /// says nothing of whose goods they show.
    pub fn best_image_hit(&self) -> Option<(&ImageSignal, &ImageHit)> {
        self.images
            .iter()
            .flat_map(|image| image.hits.iter().map(move |hit| (image, hit)))
            .filter(|(_, hit)| hit.verdict != Verdict::Related)
            .reduce(|best, next| {
                if next.1.confidence > best.1.confidence {
                    next
                } else {
                    best
                }
            })
    }

    /// The brand that this listing is about: the best image's, else the surest mention's, else the product's.
    pub fn subject(&self) -> Option<&BrandId> {
        let mention = self
            .reading
            .mentions
            .iter()
            .filter(|mention| mention.confidence >= 0.5)
            .reduce(|best, next| {
                if next.confidence > best.confidence {
                    next
                } else {
                    best
                }
            });
        let product = self.products.first().filter(|hit| hit.probability >= 0.5);
        let image = self
            .best_image_hit()
            .filter(|(_, hit)| hit.confidence >= 0.5);
        image
            .map(|(_, hit)| &hit.brand)
            .or(mention.map(|mention| &mention.brand))
            .or(product.map(|hit| &hit.brand))
    }

    /// Whether a brand's name is disguised in a way that does not happen by accident.
    pub fn disguised(&self) -> bool {
        self.reading.mentions.iter().any(|mention| {
            mention.confidence >= 0.5 && mention.disguise.is_some_and(Disguise::is_deliberate)
        })
    }

    /// Whether words of the replica trade are used.
    pub fn slang(&self) -> bool {
        !self.reading.slang.is_empty()
    }

    /// Whether the seller may sell what the listing is about: its subject, and every other brand that
    /// it names openly, shows or matches for sure. One brand's leave is no leave for another's goods.
    pub fn authorised(&self) -> bool {
        let granted = |brand: &BrandId| self.authorised_by.contains(brand);
        let mut named = self
            .reading
            .mentions
            .iter()
            .filter(|mention| mention.confidence >= 0.5 && !mention.lawful)
            .map(|mention| &mention.brand);
        let mut shown = self
            .images
            .iter()
            .flat_map(|image| &image.hits)
            .filter(|hit| hit.confidence >= 0.5 && hit.verdict != Verdict::Related)
            .map(|hit| &hit.brand);
        let mut matched = self
            .products
            .iter()
            .filter(|hit| hit.probability >= 0.5)
            .map(|hit| &hit.brand);
        self.subject().is_some_and(granted)
            && named.all(granted)
            && shown.all(granted)
            && matched.all(granted)
    }
}

impl SellerRelation {
    /// The same seller without the listing that shows `signals`, so that a cue about the seller does
    /// not say again what the listing's own cues say.
    pub fn without(&self, signals: &Signals) -> Self {
        let ratio = signals.price.ratio;
        let less = |count: u64, own: bool| count.saturating_sub(u64::from(own));
        Self {
            listings: less(self.listings, true),
            disguised: less(self.disguised, signals.disguised()),
            slang: less(self.slang, signals.slang()),
            priced: less(self.priced, ratio.is_some()),
            below_half: less(self.below_half, ratio.is_some_and(|ratio| ratio < 0.5)),
            ..self.clone()
        }
    }

    /// Days from `seller`'s first day to `as_of`; `None` when unknown.
    pub fn age_days(seller: &Seller, as_of: Date) -> Option<i64> {
        let span = as_of.since(seller.created_at?).ok()?;
        Some(i64::from(span.get_days()))
    }
}
