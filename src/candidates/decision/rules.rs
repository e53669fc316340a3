use serde::Deserialize;

use super::{Decision, DecisionKind};
use crate::candidates::{Candidate, Ground};
use crate::record::BrandId;

/// How reviewers work together: the table `[review]` of `touchstone.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewRules {
    /// Minutes for which an opened candidate is its reviewer's alone.
    pub lock_minutes: i64,
    /// Hours within which a candidate is to be decided.
    pub target_hours: i64,
    /// Grounds on which a second reviewer must confirm.
    pub second_review_grounds: Vec<Ground>,
    /// Brands under which a second reviewer must confirm.
    pub second_review_brands: Vec<BrandId>,
    /// The probability below which a second reviewer must confirm, 0..=1.
    pub second_review_below: f64,
    /// Of how many cases that an analyst takes next one is a golden one, where there is any left; 0 for none.
    pub golden_every: u32,
}

impl Default for ReviewRules {
    fn default() -> Self {
        Self {
            lock_minutes: 15,
            target_hours: 24,
            second_review_grounds: Vec::new(),
            second_review_brands: Vec::new(),
            second_review_below: 0.0,
            golden_every: 20,
        }
    }
}

impl ReviewRules {
    /// Whether a second reviewer must agree before anything follows from the decision on `candidate`. Only what accuses
    /// somebody needs one.
    pub fn need_second(&self, decision: &Decision, candidate: &Candidate) -> bool {
        let grounds = &self.second_review_grounds;
        decision.kind == DecisionKind::Confirm
            && (decision
                .ground
                .is_some_and(|ground| grounds.contains(&ground))
                || self.second_review_brands.contains(&candidate.brand)
                || candidate.probability < self.second_review_below)
    }
}
