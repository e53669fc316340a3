//! What to suggest to the reviewer. Rules that one can read aloud, the first that holds:
//!
//! 1. `hold_payout`: probability at least [`NEARLY_SURE`], the listing gives itself away (a deliberately
//!    disguised name, replica slang, a model that never existed, the photo of a known fake), and the seller has
//!    at least [`REPEATED`] such listings. Buyers are about to lose money to a pattern, not to one offer.
//! 2. `monitor`: probability below [`HARDLY`] and the listing does not give itself away. Not worth an
//!    analyst's hour yet; look again when the seller lists more.
//! 3. `test_buy`: the listing does not give itself away and asks at least [`PLAUSIBLE_PRICE`] of the
//!    reference price. Words and pictures look right; only the goods in hand can tell.
//! 4. `review`: everything else.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::reference::{ImageRole, Verdict};
use crate::signals::{Relations, Signals};
use crate::text::Disguise;

use super::ground::{SURE, open_mentions};

/// Probability from which money may be held.
pub const NEARLY_SURE: f64 = 0.95;
/// Probability below which a listing that does not give itself away is only watched.
pub const HARDLY: f64 = 0.6;
/// Listings with a disguised name or slang that make a pattern of one seller.
pub const REPEATED: u64 = 3;
/// The part of the reference price from which a price alone is no warning.
pub const PLAUSIBLE_PRICE: f64 = 0.5;

/// What to do next with a candidate. Nothing is done by the program itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A person decides from what is here.
    Review,
    /// Buy one and look at it.
    TestBuy,
    /// Review at once, and hold the seller's payout until then.
    HoldPayout,
    /// Look again on another night.
    Monitor,
}

impl Action {
    /// The word in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::TestBuy => "test_buy",
            Self::HoldPayout => "hold_payout",
            Self::Monitor => "monitor",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Review => "Review",
            Self::TestBuy => "Test buy",
            Self::HoldPayout => "Hold payout",
            Self::Monitor => "Monitor",
        }
    }

    /// Why this is suggested, as a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Review => "What is here should be enough for a person to decide.",
            Self::TestBuy => {
                "Words, pictures and price look right; only the goods in hand can tell."
            }
            Self::HoldPayout => {
                "Nearly sure, the listing gives itself away, and the seller has more of the kind: decide before money moves."
            }
            Self::Monitor => {
                "Too little for a decision yet; look again when the seller lists more."
            }
        }
    }

    /// The first rule that holds; see the [module](self).
    pub fn suggest(probability: f64, signals: &Signals, relations: &Relations) -> Self {
        let gives_itself_away = gives_itself_away(signals);
        let seller = &relations.seller;
        let repeated = seller.disguised.max(seller.slang) >= REPEATED;
        let plausible = signals
            .price
            .ratio
            .is_some_and(|ratio| ratio >= PLAUSIBLE_PRICE);
        if probability >= NEARLY_SURE && gives_itself_away && repeated {
            Self::HoldPayout
        } else if probability < HARDLY && !gives_itself_away {
            Self::Monitor
        } else if !gives_itself_away && plausible {
            Self::TestBuy
        } else {
            Self::Review
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Whether the listing shows what hardly any honest one has: a deliberately disguised name, replica
/// slang, a model that never existed, or the photo of a known fake.
pub fn gives_itself_away(signals: &Signals) -> bool {
    words_give_away(signals)
        || signals
            .images
            .iter()
            .flat_map(|image| &image.hits)
            .any(|hit| {
                hit.role == ImageRole::KnownFake
                    && hit.verdict != Verdict::Related
                    && hit.confidence >= SURE
            })
}

/// The same by the text alone.
pub fn words_give_away(signals: &Signals) -> bool {
    signals.nonexistent_model.is_some()
        || !signals.reading.slang.is_empty()
        || open_mentions(signals)
            .any(|mention| mention.disguise.is_some_and(Disguise::is_deliberate))
}
