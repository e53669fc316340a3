use std::cmp::Ordering;

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
    /// The brand owner's mark, such as a logo, that stands for the brand and shows no product.
    Mark,
}

impl ImageRole {
    /// What to call such a picture above it.
    pub fn caption(self) -> &'static str {
        match self {
            Self::Official => "Official photo",
            Self::KnownFake => "Photo of a known fake",
            Self::Mark => "The brand's mark",
        }
    }
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

impl Verdict {
    /// The verdict's name in snake case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Recoloured => "recoloured",
            Self::Related => "related",
        }
    }
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
    /// What is to be done to the listing's picture to match it, among turns by right angles and mirrors.
    pub transform: Transform,
    /// Whether the listing's picture is the negative.
    #[serde(default)]
    pub inverted: bool,
    /// Differing bits of the PDQ hashes under that transform, 0..=256; those of the contents within borders where these
    /// are what matched.
    pub distance: u32,
    /// Differing bits of the DCT hashes of the two pictures as they are, 0..=64.
    pub phash_distance: u32,
    /// Local features that agree on one movement; 0 when hashes of whole pictures matched.
    pub inliers: u32,
    /// Local features of the reference that should be seen in the picture, and those that are.
    #[serde(default)]
    pub features: Option<[u32; 2]>,
    /// Part of the reference picture that the match covers, 0..=1.
    pub coverage: f64,
    /// Part of the listing's picture that the match covers, 0..=1.
    #[serde(default)]
    pub query_coverage: f64,
    /// The matched area as corners in parts of the reference picture's width and height.
    #[serde(default)]
    pub in_reference: Vec<[f64; 2]>,
    /// The same in the listing's picture.
    #[serde(default)]
    pub in_query: Vec<[f64; 2]>,
    /// How sure the verdict is, 0..=1; from 0.5 on it may be acted on.
    pub confidence: f64,
    /// How far the colours differ where both pictures show the same, 0..=360, beyond what edits of a whole picture do; `None`
    /// where that was not looked at.
    #[serde(default)]
    pub colour_difference: Option<f64>,
}

impl ImageHit {
    /// Most hits for one picture, all its frames together.
    pub const MOST: usize = 12;

    /// From here on a verdict is final: the search for less obvious relations ends.
    pub const SURE: f64 = 0.9;

    /// Which of two says more: by verdict, then the surer, then the nearer. Of sure ones the nearer in colour, then in hash,
    /// says more; of those that are only related the one that is less sure to be no copy.
    ///
    /// A copy of one colourway is also every other colourway recoloured: the copy says more.
    pub fn order(&self, other: &Self) -> Ordering {
        let verdict = self.verdict.cmp(&other.verdict);
        if self.verdict == Verdict::Related || verdict.is_ne() {
            return verdict
                .then(self.confidence.total_cmp(&other.confidence))
                .then(other.inliers.cmp(&self.inliers));
        }
        let surer = other.confidence.total_cmp(&self.confidence);
        let (sure, other_sure) = (
            self.confidence >= Self::SURE,
            other.confidence >= Self::SURE,
        );
        if !(sure && other_sure) {
            return surer.then(self.distance.cmp(&other.distance));
        }
        let colour = |hit: &Self| hit.colour_difference.unwrap_or(f64::INFINITY);
        (colour(self).total_cmp(&colour(other)))
            .then(self.distance.cmp(&other.distance))
            .then(surer)
    }

    /// Where the middle of the reference is in the picture, in parts of its width and height; `None` when nothing tells.
    pub(super) fn middle(&self) -> Option<[f64; 2]> {
        let corners = self.in_query.len() as f64;
        let sum = |axis: usize| self.in_query.iter().map(|corner| corner[axis]).sum::<f64>();
        (corners > 0.0).then(|| [sum(0) / corners, sum(1) / corners])
    }
}
