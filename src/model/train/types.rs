use jiff::civil::Date;

use crate::features::FeatureRow;
use crate::record::{BrandId, ListingId, SellerId};

use super::super::bound::Promise;
use super::super::{DataSource, Model, ModelError, Score, SplitRule, card};

/// A listing whose truth is known.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledRow {
    /// The listing.
    pub listing_id: ListingId,
    /// Who offers it, or the ring of accounts that does; all rows of it go into the same part of every
    /// split.
    pub seller_id: SellerId,
    /// What it is about; empty for none.
    pub brand: BrandId,
    /// When it was listed, or decided; `None` when that is not known.
    pub day: Option<Date>,
    /// The truth.
    pub fake: bool,
    /// The kind of fake or of honest listing, for the figures.
    pub kind: String,
    /// Whether a right in force covers it, so that it can become a candidate.
    pub covered: bool,
    /// The cues.
    pub features: FeatureRow,
}

/// How to train.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainSettings {
    /// Seed of the splits.
    pub seed: u64,
    /// Parts of the cross-validation, at least 2.
    pub folds: usize,
    /// Share of sellers held out for the figures, between 0 and 1.
    pub holdout: f64,
    /// What else the held-out part is kept apart by.
    pub split: SplitRule,
    /// Other rules by which the same way to a model is measured beside, for its card.
    pub rehearse: Vec<SplitRule>,
    /// A model that the weights are drawn to, rather than to nothing: what few rows show stays as it was.
    pub prior: Option<Model>,
    /// Regularisation strengths to choose from, each above 0.
    pub alphas: Vec<f64>,
    /// What a fake may count for where an honest listing counts for 1, to choose from, each above 0.
    pub fake_weights: Vec<f64>,
    /// What the rows come from, for the artifact.
    pub data: Vec<DataSource>,
}

impl Default for TrainSettings {
    fn default() -> Self {
        Self {
            seed: 0,
            folds: 5,
            holdout: 0.2,
            split: SplitRule::default(),
            rehearse: Vec::new(),
            prior: None,
            alphas: vec![0.01, 0.1, 1.0, 10.0, 100.0],
            fake_weights: vec![1.0, 3.0, 10.0],
            data: Vec::new(),
        }
    }
}

/// What is told of the bound on wrong accusations when training ends.
const PROMISE: Promise = Promise {
    wrong_share: 0.05,
    doubt: 0.05,
};

/// What training gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// The model, with its figures.
    pub model: Model,
    /// The held-out rows behind the figures, by listing.
    pub held_out: Vec<HeldOut>,
}

/// A held-out row and what the model said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOut {
    /// The listing.
    pub listing_id: ListingId,
    /// Who offers it.
    pub seller_id: SellerId,
    /// What it is about.
    pub brand: BrandId,
    /// The kind of listing.
    pub kind: String,
    /// The truth.
    pub fake: bool,
    /// What the model said.
    pub probability: Score,
    /// What the model said that this one was drawn to.
    pub before: Option<Score>,
}

impl Trained {
    /// The model card in Markdown.
    pub fn card(&self) -> String {
        card(self.model.artifact())
    }

    /// The figures as a JSON text, ending in a new line.
    ///
    /// # Errors
    /// [`ModelError::Json`], which finite numbers never cause.
    pub fn metrics_json(&self) -> Result<String, ModelError> {
        Ok(serde_json::to_string_pretty(&self.model.artifact().figures)? + "\n")
    }

    /// The main figures in a few lines, for a person.
    pub fn summary(&self) -> String {
        let artifact = self.model.artifact();
        let (facts, figures) = (&artifact.training, &artifact.figures.all);
        let number = |value: Option<f64>| {
            value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
        };
        format!(
            "trained on {} listings ({} fakes) of {} sellers, alpha {}, a fake counts for {}\n\
             held out: {}\n\
             {} listings ({} fakes) of other sellers\n\
             PR-AUC {}, recall at precision 0.9 {}, Brier {}, calibration error {}\n{}\n",
            facts.rows,
            facts.fakes,
            facts.sellers,
            facts.alpha,
            facts.fake_weight,
            facts.split.sentence(facts.holdout),
            figures.rows,
            figures.fakes,
            number(figures.pr_auc),
            number(figures.recall_at_precision_90),
            number(figures.brier),
            number(figures.ece),
            artifact.decided.bound(PROMISE).sentence(PROMISE),
        )
    }
}
