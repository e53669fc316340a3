use serde::{Deserialize, Deserializer, Serialize};

use crate::features::Family;

/// A probability: finite and in 0..=1 by construction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Score(f64);

impl Score {
    /// `probability`, when it is one.
    pub fn new(probability: f64) -> Option<Self> {
        // Adding zero turns -0.0 into 0.0, so that equal scores are equal in order too.
        (0.0..=1.0)
            .contains(&probability)
            .then_some(Self(probability + 0.0))
    }

    /// The logistic function of `log_odds`; one half when that is not a number.
    pub fn of_log_odds(log_odds: f64) -> Self {
        Self(if log_odds.is_nan() {
            0.5
        } else {
            logistic(log_odds)
        })
    }

    /// The probability, 0..=1.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Eq for Score {}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Self::new(number).ok_or_else(|| {
            serde::de::Error::custom(format!("{number} is not a probability from 0 to 1"))
        })
    }
}

/// One cue's part in a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contribution {
    /// The cue's name in [`crate::features::CUES`].
    pub cue: &'static str,
    /// Its family.
    pub family: Family,
    /// Its value; `None` when missing.
    pub value: Option<f64>,
    /// What it adds to the log-odds; negative speaks for the seller.
    pub log_odds: f64,
}

/// A score with the arithmetic behind it.
///
/// `intercept` plus all contributions plus `calibration` is `log_odds`, up to rounding, and
/// `probability` is the logistic function of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scored {
    /// Calibrated probability that the listing offers a counterfeit.
    pub probability: Score,
    /// The same as log-odds.
    pub log_odds: f64,
    /// Log-odds of a listing on which no cue says anything.
    pub intercept: f64,
    /// What calibration adds; 0 where it is folded into weights and intercept.
    pub calibration: f64,
    /// Every cue of the table, in its order.
    pub contributions: Vec<Contribution>,
    /// Whether the seller's cues came to more than they may add, and were cut in proportion.
    pub seller_held: bool,
}

/// 1 / (1 + e^-x), without overflow on either side.
pub(super) fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let odds = x.exp();
        odds / (1.0 + odds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_probabilities_are_scores() {
        for bad in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Score::new(bad), None, "{bad}");
        }
        assert_eq!(Score::of_log_odds(f64::NEG_INFINITY).get(), 0.0);
        assert_eq!(Score::of_log_odds(1e300).get(), 1.0);
        assert_eq!(Score::of_log_odds(0.0).get(), 0.5);
        assert!((Score::of_log_odds(9f64.ln()).get() - 0.9).abs() < 1e-12);
        assert!(serde_json::from_str::<Score>("1.5").is_err());
    }
}
