use serde::{Deserialize, Serialize};

use crate::image::{Fingerprint, Transform};
use crate::record::{BrandId, ProductId};

/// What a reference picture is evidence of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageRole {
    /// The brand owner's own picture of a genuine product.
    Official,
    /// A picture that fakes have been offered with.
    KnownFake,
}

/// A picture of a catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReferenceImage {
    /// The brand whose catalog it is in.
    pub brand: BrandId,
    /// The product that it shows; `None` for a logo or a picture of several.
    pub product: Option<ProductId>,
    /// Its path in the catalog.
    pub file: String,
    /// What it is evidence of.
    pub role: ImageRole,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
}

impl ReferenceImage {
    /// The name that hits carry: brand and path, unique over all catalogs.
    pub fn name(&self) -> String {
        format!("{}/{}", self.brand, self.file)
    }
}

/// How a picture relates to the reference picture that it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Made from the reference picture, or the same picture.
    Copy,
    /// The reference picture in other colours, or the same design photographed alike in another colourway.
    Recoloured,
    /// Something in common, too little to call it a copy.
    Related,
}

/// A reference picture that a listing's picture matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageHit {
    /// The reference picture's name, see [`ReferenceImage::name`].
    pub reference: String,
    /// Its brand.
    pub brand: BrandId,
    /// The product that it shows.
    pub product_id: Option<ProductId>,
    /// What it is evidence of.
    pub role: ImageRole,
    /// How the two relate.
    pub verdict: Verdict,
    /// What was done to the listing's picture to match it.
    pub transform: Transform,
    /// Differing bits of the PDQ hashes under that transform, 0..=31.
    pub distance: u32,
    /// Differing bits of the DCT hashes of the two pictures as they are, 0..=64.
    pub phash_distance: u32,
    /// Keypoints that agree on one movement; 0 when none were compared.
    pub inliers: u32,
    /// Part of the reference picture that the match covers, 0..=1; hashes compare whole pictures.
    pub coverage: f64,
    /// How sure the verdict is, 0..=1; from 0.5 on it may be acted on.
    pub confidence: f64,
}
