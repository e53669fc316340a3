//! What a person decided about a candidate, and what became of it.
//!
//! A decision is not a notice sent, and a notice sent is not its outcome: [`Decision`] and [`Outcome`] are records of
//! their own. Decisions are never changed; one that was wrong is undone by another.

mod content;
mod outcome;
mod projection;
mod reason;
mod rules;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Candidate, Ground};
use crate::record::{BrandId, ListingId, SellerId};

pub use content::Content;
pub use outcome::{Outcome, OutcomeKind};
pub use projection::{Basis, Fate, ProjectedRow, Projection, Share};
pub use reason::{APPEALED, DISPUTED, Reason, reason, reasons};
pub use rules::ReviewRules;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// A counterfeit, or another infringement on the ground that is named.
    Confirm,
    /// Nothing to object to.
    Clear,
    /// Not to be told from what is here.
    Unsure,
    /// Somebody else must decide.
    Escalate,
    /// To be bought and looked at.
    TestBuy,
    /// An earlier decision is taken back.
    Undo,
}

impl DecisionKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Confirm,
        Self::Clear,
        Self::Unsure,
        Self::Escalate,
        Self::TestBuy,
        Self::Undo,
    ];

    /// The word in every table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Clear => "clear",
            Self::Unsure => "unsure",
            Self::Escalate => "escalate",
            Self::TestBuy => "test_buy",
            Self::Undo => "undo",
        }
    }

    /// What it is called once it was done, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Confirm => "Confirmed",
            Self::Clear => "Cleared",
            Self::Unsure => "Unsure",
            Self::Escalate => "Escalated",
            Self::TestBuy => "Test buy",
            Self::Undo => "Undone",
        }
    }

    /// Reads the word or the label, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace(['-', ' '], "_");
        Self::ALL.into_iter().find(|kind| {
            let label = kind.label().replace(' ', "_");
            [kind.as_str(), &label]
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&text))
        })
    }

    /// Whether it ends the matter: what is unsure, escalated or to be bought goes on.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Confirm | Self::Clear)
    }
}

impl fmt::Display for DecisionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One decision on one listing under one brand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The listing.
    pub listing_id: ListingId,
    /// The brand whose right was at stake.
    pub brand: BrandId,
    /// The account that offers it; may be empty.
    pub seller_id: SellerId,
    /// The run that queued it; may be empty for a decision made elsewhere.
    pub run: String,
    /// What was decided.
    pub kind: DecisionKind,
    /// On which ground it was confirmed.
    pub ground: Option<Ground>,
    /// A code of [`reasons`]; may be empty.
    pub reason: String,
    /// In the reviewer's words; may be empty.
    pub note: String,
    /// Who decided.
    pub reviewer: String,
    /// When.
    pub decided_at: Timestamp,
    /// The place in the log of the decision that an undo takes back.
    pub undoes: Option<u64>,
    /// Whether nothing may follow from it until a second reviewer decides alike.
    #[serde(default)]
    pub awaits_second: bool,
    /// What several decisions have in common that were made at once; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub batch: String,
    /// What the listing said at that time, where a run tells.
    pub content: Option<Content>,
    /// The probability that the reviewer was shown, 0..=1.
    pub probability: Option<f64>,
    /// The model that gave it.
    pub model: String,
}

impl Decision {
    /// A decision on `candidate` of the run `run`, which the model `model` judged.
    pub fn on(
        candidate: &Candidate,
        run: &str,
        model: &str,
        kind: DecisionKind,
        reviewer: &str,
        decided_at: Timestamp,
    ) -> Self {
        Self {
            listing_id: candidate.listing_id.clone(),
            brand: candidate.brand.clone(),
            seller_id: candidate.seller_id.clone(),
            run: run.to_owned(),
            kind,
            ground: (kind == DecisionKind::Confirm).then_some(candidate.ground),
            reason: String::new(),
            note: String::new(),
            reviewer: reviewer.to_owned(),
            decided_at,
            undoes: None,
            awaits_second: false,
            batch: String::new(),
            content: candidate.content.clone(),
            probability: Some(candidate.probability),
            model: model.to_owned(),
        }
    }

    /// The decision by `reviewer` that takes this one back, which stands at `place` in the log.
    pub fn undone(&self, place: u64, reviewer: &str, decided_at: Timestamp) -> Self {
        Self {
            kind: DecisionKind::Undo,
            ground: None,
            reason: String::new(),
            note: String::new(),
            reviewer: reviewer.to_owned(),
            decided_at,
            undoes: Some(place),
            awaits_second: false,
            ..self.clone()
        }
    }

    /// Whether somebody outside contests an earlier decision by it: the brand's owner, or the seller.
    pub fn is_contest(&self) -> bool {
        self.kind == DecisionKind::Escalate && [DISPUTED, APPEALED].contains(&self.reason.as_str())
    }

    /// Whether a notice, a bank or a label may rest on it.
    pub fn is_settled(&self) -> bool {
        self.kind.is_final() && !self.awaits_second
    }
}

#[cfg(test)]
mod tests {
    use super::DecisionKind;

    #[test]
    fn words_labels_and_spellings_are_read() {
        for kind in DecisionKind::ALL {
            assert_eq!(DecisionKind::parse(kind.as_str()), Some(kind));
            assert_eq!(
                DecisionKind::parse(&kind.label().to_uppercase()),
                Some(kind)
            );
        }
        assert_eq!(DecisionKind::parse("test-buy"), Some(DecisionKind::TestBuy));
        assert_eq!(DecisionKind::parse("maybe"), None);
    }
}
