//! Comparisons to a probability, with what each adds.

use serde::{Deserialize, Serialize};

use super::compare::{COMPARISONS, Values};

/// Where the effect of a bent comparison may change its slope.
pub const KNOTS: [f64; 4] = [0.2, 0.4, 0.6, 0.8];

/// The names of what rivals tell, in order; see [`rivals`].
pub const RIVALS: [&str; 7] = [
    "pair",
    "pair_likely",
    "ahead_on_the_left",
    "ahead_on_the_left_surely",
    "ahead_on_the_right",
    "ahead_on_the_right_surely",
    "ahead_on_both",
];

/// A margin over the best rival counts up to this, in log odds.
const MOST_MARGIN: f64 = 4.0;
/// The log odds of the rival that is not there.
const NO_RIVAL: f64 = -6.0;

/// The weights: two logistic regressions, of a pair by itself and of a pair among its rivals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The form of this file.
    pub format: u32,
    /// Log odds of a pair without any comparison.
    pub intercept: f64,
    /// One for each of [`COMPARISONS`], in order.
    pub comparisons: Vec<Weight>,
    /// Log odds among rivals to begin with.
    pub rivals_intercept: f64,
    /// One for each of [`RIVALS`], in order.
    pub rivals: Vec<f64>,
    /// What being the one partner that is left adds to the log odds, where rows are linked one to one.
    pub assigned: f64,
}

/// What one comparison adds to the log odds of a pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// The comparison's name.
    pub name: String,
    /// The slope from 0.
    pub slope: f64,
    /// By how much the slope changes at each of [`KNOTS`]; empty for a straight one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bends: Vec<f64>,
}

/// Why weights cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Not JSON of the right shape.
    #[error("the weights of the product match are no such file: {0}")]
    Json(#[from] serde_json::Error),
    /// Of another program.
    #[error(
        "the weights of the product match have format {found}, expected {}; fit them again",
        Model::FORMAT
    )]
    Format {
        /// What the file says.
        found: u32,
    },
    /// Fitted for other comparisons.
    #[error("the weights of the product match are for other comparisons ({found}); fit them again")]
    Comparisons {
        /// What differs.
        found: String,
    },
}

impl Weight {
    fn adds(&self, value: f64) -> f64 {
        let bends = self
            .bends
            .iter()
            .zip(KNOTS)
            .map(|(bend, knot)| bend * (value - knot).max(0.0));
        self.slope * value + bends.sum::<f64>()
    }
}

impl Model {
    /// The form that this program writes and reads.
    pub const FORMAT: u32 = 1;

    /// The weights that come with the program; see `models/product-match/CARD.md`.
    ///
    /// # Errors
    /// When they were fitted for other comparisons, which a test rules out.
    pub fn embedded() -> Result<Self, ModelError> {
        Self::from_json(include_str!("../../models/product-match/model.json"))
    }

    /// Reads weights.
    ///
    /// # Errors
    /// When `json` is no such file, or of another format or other comparisons.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        let model: Self = serde_json::from_str(json)?;
        if model.format != Self::FORMAT {
            return Err(ModelError::Format {
                found: model.format,
            });
        }
        let fits = |weight: &Weight, at: usize| {
            COMPARISONS.get(at).is_some_and(|comparison| {
                let bends = if comparison.bent { KNOTS.len() } else { 0 };
                comparison.name == weight.name && weight.bends.len() == bends
            })
        };
        let other = (0..)
            .zip(&model.comparisons)
            .find(|(at, weight)| !fits(weight, *at));
        if let Some((_, weight)) = other {
            return Err(ModelError::Comparisons {
                found: weight.name.clone(),
            });
        }
        let counts = (model.comparisons.len(), model.rivals.len());
        if counts != (COMPARISONS.len(), RIVALS.len()) {
            return Err(ModelError::Comparisons {
                found: format!("{} and {}", counts.0, counts.1),
            });
        }
        Ok(model)
    }

    /// The log odds of a pair by itself.
    pub fn pair(&self, values: &Values) -> f64 {
        self.contributions(values)
            .map(|(_, added)| added)
            .sum::<f64>()
            + self.intercept
    }

    /// What each comparison adds to the log odds of a pair, in the order of [`COMPARISONS`].
    pub fn contributions(&self, values: &Values) -> impl Iterator<Item = (&'static str, f64)> {
        let parts = COMPARISONS.iter().zip(self.comparisons.iter().zip(values));
        parts.map(|(comparison, (weight, value))| (comparison.name, weight.adds(*value)))
    }

    /// The log odds of a pair among its rivals, from [`rivals`].
    pub fn among_rivals(&self, told: &[f64; RIVALS.len()]) -> f64 {
        let parts = self
            .rivals
            .iter()
            .zip(told)
            .map(|(weight, value)| weight * value);
        parts.sum::<f64>() + self.rivals_intercept
    }
}

/// The slope's value and those of the bends, for fitting: the terms that [`Model::pair`] weighs.
pub(super) fn terms(values: &Values) -> Vec<f64> {
    let of_one = |(comparison, value): (&super::compare::Comparison, &f64)| {
        let knots = if comparison.bent { &KNOTS[..] } else { &[] };
        let bends = knots.iter().map(|knot| (value - knot).max(0.0));
        std::iter::once(*value).chain(bends).collect::<Vec<_>>()
    };
    COMPARISONS.iter().zip(values).flat_map(of_one).collect()
}

/// What a pair's log odds and those of its rivals tell: the pair's own, and how far it is ahead (or
/// behind) of the best other candidate of its left article and of the best other left article that has the
/// same candidate.
pub fn rivals(
    pair: f64,
    on_the_left: Option<f64>,
    on_the_right: Option<f64>,
) -> [f64; RIVALS.len()] {
    let margin =
        |rival: Option<f64>| (pair - rival.unwrap_or(NO_RIVAL)).clamp(-MOST_MARGIN, MOST_MARGIN);
    let (left, right) = (margin(on_the_left), margin(on_the_right));
    [
        pair,
        pair.max(0.0),
        left,
        left.max(0.0),
        right,
        right.max(0.0),
        left.min(right),
    ]
}

/// Log odds to a probability, 0..=1.
pub fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}
