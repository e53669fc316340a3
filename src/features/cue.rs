use serde::{Deserialize, Serialize};

use crate::record::{BrandId, Listing};
use crate::signals::{Relations, Signals};
use crate::text::ContextKind;

/// Where a cue's evidence comes from. Families are independent of each other: a candidate needs two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// What the photos show.
    Image,
    /// What title, description and brand field say.
    Text,
    /// What is asked.
    Price,
    /// Who offers it and what else they offer.
    Seller,
}

impl Family {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 4] = [Self::Image, Self::Text, Self::Price, Self::Seller];

    /// The word used in cue names and outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Text => "text",
            Self::Price => "price",
            Self::Seller => "seller",
        }
    }
}

/// What a larger value of a cue may do to the suspicion. Training keeps to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Never lowers it.
    Raises,
    /// Never raises it.
    Lowers,
    /// Whichever the training data show.
    Either,
}

impl Direction {
    /// The word used in outputs and in `docs/cues.md`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Raises => "raises",
            Self::Lowers => "lowers",
            Self::Either => "either",
        }
    }

    /// Whether a weight of this sign keeps to the direction; zero always does.
    pub fn allows(self, weight: f64) -> bool {
        match self {
            Self::Raises => weight >= 0.0,
            Self::Lowers => weight <= 0.0,
            Self::Either => true,
        }
    }
}

/// All that the cues of one listing are computed from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The listing as it came.
    pub listing: &'a Listing,
    /// What was read from it.
    pub signals: &'a Signals,
    /// What the whole feed tells of it.
    pub relations: &'a Relations,
}

impl Input<'_> {
    /// Whether the owner of `brand` authorised this seller.
    pub fn authorised_by(&self, brand: &BrandId) -> bool {
        self.signals.authorised_by.contains(brand)
    }

    /// Whether the goods are offered as used or restored, by the condition field or in words.
    pub fn second_hand(&self) -> bool {
        self.signals.second_hand(self.listing)
    }

    /// The words of the first context of one of these kinds.
    pub(super) fn context(&self, kinds: &[ContextKind]) -> Option<&str> {
        let contexts = &self.signals.reading.contexts;
        let found = contexts
            .iter()
            .find(|context| kinds.contains(&context.kind));
        found.map(|context| context.text.as_str())
    }
}

/// Values closer to nothing than this are printed as 0.000.
const LEAST_SAID: f64 = 0.0005;

/// One cue: a number computed from a listing, and how to say it.
#[derive(Clone, Copy, Debug)]
pub struct Cue {
    /// Family and name: `image.brand_photo`.
    pub name: &'static str,
    /// Where the evidence comes from.
    pub family: Family,
    /// What a larger value may do.
    pub direction: Direction,
    /// The least and the greatest value; values beyond are brought back to it.
    pub range: (f64, f64),
    /// The value; `None` when it cannot be known, which adds nothing to the score.
    pub value: fn(&Input<'_>) -> Option<f64>,
    /// A sentence with the facts behind the value, for an analyst to read to the seller.
    pub sentence: fn(&Input<'_>) -> String,
}

impl Cue {
    /// The value of the cue for one listing, finite and within the range; `None` when missing.
    pub fn read(&self, input: &Input<'_>) -> Option<f64> {
        self.bound((self.value)(input)?)
    }

    /// The sentence, when the cue says anything of this listing: one whose value rounds to nothing, as the newness of an
    /// account of ten years does, would speak of what is not there.
    pub fn explain(&self, input: &Input<'_>) -> Option<String> {
        let value = self.read(input)?;
        (value.abs() >= LEAST_SAID).then(|| (self.sentence)(input))
    }

    /// `value` within the range; `None` unless it is a number.
    pub(super) fn bound(&self, value: f64) -> Option<f64> {
        // Adding zero turns the -0.0 of an empty sum into 0.0.
        (!value.is_nan()).then(|| value.clamp(self.range.0, self.range.1) + 0.0)
    }
}

impl PartialEq for Cue {
    /// Names are unique, so they are the identity of a cue.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// 1.0 for true and 0.0 for false.
pub(super) fn indicator(fact: bool) -> f64 {
    f64::from(u8::from(fact))
}
