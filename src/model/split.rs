use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the held-out rows share with none that the model was trained on, beside the seller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitRule {
    /// No brand.
    pub brands: bool,
    /// All are of a later day.
    pub later: bool,
}

/// What was held out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitFacts {
    /// What was kept apart.
    pub rule: SplitRule,
    /// The brands held out, where brands were and the rows do not say it.
    pub brands: Vec<String>,
    /// The first day held out, where days were.
    pub first_day: Option<Date>,
    /// Whether the held-out rows are others than those given for training.
    pub other_rows: bool,
    /// Rows that neither side could have.
    pub unused: u64,
}

impl SplitFacts {
    /// Whether sellers alone were kept apart.
    pub fn is_by_seller(&self) -> bool {
        *self == Self::default()
    }

    /// What was held out, for people, after "held out for the figures: ".
    pub fn sentence(&self, holdout: f64) -> String {
        let share = holdout * 100.0;
        let mut held = match (self.other_rows, self.rule.brands, self.rule.later) {
            (true, ..) => {
                "other rows, with no seller and no brand in common with those trained on".to_owned()
            }
            (_, false, false) => format!("{share} % of sellers"),
            (_, true, false) => format!("brands with {share} % of the rows, and their sellers"),
            (_, false, true) => format!("the newest {share} % of the rows, and their sellers"),
            (_, true, true) => {
                format!(
                    "the newest {share} % of the rows, of brands with {share} % of them, and their sellers"
                )
            }
        };
        if let Some(day) = self.first_day {
            held.push_str(&format!("; from {day} on"));
        }
        if !self.brands.is_empty() {
            held.push_str(&format!("; brands {}", self.brands.join(", ")));
        }
        if self.unused > 0 {
            held.push_str(&format!(
                "; {} rows would have been on both sides and were left out",
                self.unused
            ));
        }
        held
    }
}
