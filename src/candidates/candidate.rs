use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::features::Family;
use crate::price::Comparable;
use crate::record::{BrandId, ContentHash, ListingId, ProductId, Right, RightKind, SellerId};
use crate::reference::{ImageRole, Verdict};

use super::decision::Content;
use super::{Action, Doubt, Ground, Offer};

/// A listing that a person should decide on, with everything that the decision needs.
///
/// One line of `candidates.ndjson` is one of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Place in the queue from 1; 0 until the queue is drawn.
    pub rank: u64,
    /// The listing.
    pub listing_id: ListingId,
    /// The account that offers it.
    pub seller_id: SellerId,
    /// The shop's name; may be empty.
    pub seller_name: String,
    /// The title as the seller wrote it.
    pub title: String,
    /// The listing's page as the feed gives it; may be empty, may be hostile.
    pub link: String,
    /// The brand whose right is cited.
    pub brand: BrandId,
    /// Its name as registered.
    pub brand_name: String,
    /// On what a notice could rest.
    pub ground: Ground,
    /// What the ground rests on here, as a sentence.
    pub ground_reason: String,
    /// The right that is cited, in force on the run's date.
    pub right: CitedRight,
    /// Where the goods are offered, and what kind of goods: what the right was chosen by.
    #[serde(default)]
    pub offer: Offer,
    /// What to do next.
    pub action: Action,
    /// Why that, as a sentence.
    pub action_reason: String,
    /// Calibrated probability of a counterfeit, 0..=1.
    pub probability: f64,
    /// The same as log-odds: `intercept` plus all contributions plus `calibration`.
    pub log_odds: f64,
    /// Log-odds before any cue.
    pub intercept: f64,
    /// What calibration adds to intercept and contributions; mostly 0.
    pub calibration: f64,
    /// Families of cues that speak for a counterfeit, each on its own.
    pub families: Vec<Family>,
    /// What speaks for a counterfeit, strongest first.
    pub reasons: Vec<String>,
    /// What speaks for the seller, strongest first.
    pub in_favour: Vec<String>,
    /// Every cue that moved the score, strongest first.
    pub cues: Vec<Cue>,
    /// The reference product that it may be.
    pub product: Option<MatchedProduct>,
    /// The reference image of the brand that it matches best.
    pub image: Option<MatchedImage>,
    /// A reference image to hold the listing against, matched or not, as `brand/file`.
    pub reference_image: Option<String>,
    /// The asked price against the reference price.
    pub price: Comparable,
    /// The listing's images.
    pub images: Vec<EvidenceImage>,
    /// Where the listing and what was read from it are kept, below the run's `evidence/`.
    pub record: Option<String>,
    /// Others in the same queue that belong with it.
    pub neighbours: Neighbours,
    /// Why it is in the queue.
    #[serde(default)]
    pub purpose: Purpose,
    /// What it is to the run before; `None` where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<News>,
    /// The case that its seller belongs to, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseMark>,
    /// What the listing says, to tell later whether it changed in what matters; absent in the first version's runs.
    #[serde(default)]
    pub content: Option<Content>,
}

impl Candidate {
    /// The image of the listing to show: of those whose bytes are kept the one that matches a reference, else the first.
    pub fn shown_image(&self) -> Option<&EvidenceImage> {
        let matches = |image: &&EvidenceImage| {
            self.image
                .as_ref()
                .is_some_and(|hit| hit.file == image.file)
        };
        let kept = self.images.iter().filter(|image| image.evidence.is_some());
        kept.clone().find(matches).or_else(|| kept.clone().next())
    }
}

/// What a candidate is to the queue of the run before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// It was not queued then.
    New,
    /// It was not there then; its picture or title is of one that was queued.
    Relisted {
        /// That listing.
        listing_id: ListingId,
        /// Whether it was the same seller's.
        same_seller: bool,
    },
    /// It was queued then.
    Known,
}

impl News {
    /// The word in every output.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Relisted { .. } => "relisted",
            Self::Known => "known",
        }
    }
}

/// The case of sellers that a candidate belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseMark {
    /// Its name.
    pub id: String,
    /// Its sellers.
    pub sellers: u64,
    /// Their listings.
    pub listings: u64,
}

impl CaseMark {
    /// As a sentence for people.
    pub fn sentence(&self) -> String {
        format!(
            "Belongs to case {}: {} sellers tied by what they share, with {} listings",
            self.id, self.sellers, self.listings
        )
    }
}

/// Why a listing is in the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// It fulfils every condition of a candidate.
    #[default]
    Candidate,
    /// It was drawn at random from those below the threshold, so that misses can be estimated.
    CheckOfMisses,
}

impl Purpose {
    /// The word in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::CheckOfMisses => "check_of_misses",
        }
    }
}

/// A right as a notice cites it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CitedRight {
    /// What it protects.
    pub kind: RightKind,
    /// Registration number; empty for a copyright that needs no registration.
    pub number: String,
    /// Registering office; empty when there is none.
    pub office: String,
    /// ISO 3166-1 alpha-2 codes, or `EU`.
    pub territories: Vec<String>,
    /// Last day of protection.
    pub expiry: Option<Date>,
    /// Why a better fitting right should be looked for before it is relied on; empty for most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
}

/// One cue's part in the score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cue {
    /// Its name in the table of features.
    pub cue: String,
    /// Its family.
    pub family: Family,
    /// Its value; `None` when it could not be had.
    pub value: Option<f64>,
    /// What it adds to the log-odds; negative speaks for the seller.
    pub log_odds: f64,
    /// What it says, for people.
    pub sentence: String,
}

/// The reference product that a listing may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchedProduct {
    /// Its id in the brand's catalog.
    pub product_id: ProductId,
    /// Its name.
    pub title: String,
    /// Probability of the match, 0..=1.
    pub probability: f64,
    /// What it was matched by.
    pub why: String,
}

/// A listing's image beside the reference image that it matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchedImage {
    /// The listing's image as the feed names it.
    pub file: String,
    /// The reference image as `brand/file`.
    pub reference: String,
    /// Official photo, or one of a known fake.
    pub role: ImageRole,
    /// How the two relate.
    pub verdict: Verdict,
    /// PDQ distance in bits, 0..=256.
    pub distance: u32,
    /// Confidence of the verdict, 0..=1.
    pub confidence: f64,
}

/// One of the listing's images and where its bytes are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceImage {
    /// The image as the feed names it.
    pub file: String,
    /// `ok`, or the reason code why it could not be read.
    pub status: String,
    /// The hash of its bytes.
    pub content: Option<ContentHash>,
    /// Where the bytes are kept, below the run's `evidence/`.
    pub evidence: Option<String>,
}

/// Other candidates of the same queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbours {
    /// Others by the same seller.
    pub same_seller: u64,
    /// Others that show the same image.
    pub same_image: u64,
    /// What is the same for the images, when there is something.
    pub image_key: Option<String>,
}

impl From<&Right> for CitedRight {
    fn from(right: &Right) -> Self {
        Self {
            kind: right.kind,
            number: right.number.clone(),
            office: right.office.clone(),
            territories: right.territories.clone(),
            expiry: right.expiry,
            doubts: Vec::new(),
        }
    }
}

impl CitedRight {
    /// Authorship, which protects a photo without any registration.
    pub fn unregistered_copyright() -> Self {
        Self {
            kind: RightKind::Copyright,
            number: String::new(),
            office: String::new(),
            territories: Vec::new(),
            expiry: None,
            doubts: Vec::new(),
        }
    }

    /// As one line for people: `trademark EUIPO 018123456 (EU)`.
    pub fn line(&self) -> String {
        let mut line = self.kind.as_str().to_owned();
        if self.number.is_empty() {
            line.push_str(" (needs no registration)");
        } else {
            for part in [&self.office, &self.number] {
                if !part.is_empty() {
                    line.push(' ');
                    line.push_str(part);
                }
            }
        }
        if !self.territories.is_empty() {
            line.push_str(&format!(" ({})", self.territories.join(", ")));
        }
        line
    }
}
