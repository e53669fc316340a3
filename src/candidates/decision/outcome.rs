use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What became of a decision that was acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// The platform took the listing down, or kept it down.
    Upheld,
    /// The platform refused.
    Rejected,
    /// The seller answered with a counter-notice.
    Countered,
    /// The seller complained or appealed.
    Appealed,
}

impl OutcomeKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::Upheld,
        Self::Rejected,
        Self::Countered,
        Self::Appealed,
    ];

    /// The word in every table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Rejected => "rejected",
            Self::Countered => "countered",
            Self::Appealed => "appealed",
        }
    }

    /// Reads the word, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(text.trim()))
    }
}

/// One thing that became of a confirmed decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The decision's place in the log.
    pub decision: u64,
    /// What became of it.
    pub kind: OutcomeKind,
    /// The day on which that was known.
    pub day: Date,
    /// In anybody's words; may be empty.
    pub note: String,
}
