use std::path::Path;

use crate::features::{CUES, FeatureRow};
use crate::record::ContentHash;

use super::artifact::{Artifact, ModelError};
use super::score::{Contribution, Score, Scored};

/// The model that is built into the program.
const BASELINE: &str = include_str!("../../models/baseline/model.json");

/// A trained scorecard, ready to score.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    artifact: Artifact,
    /// Log-odds for one unit of each cue's value.
    slopes: Vec<f64>,
}

impl Model {
    /// The model for an artifact.
    ///
    /// # Errors
    /// [`ModelError`] when the artifact does not fit this program.
    pub fn new(artifact: Artifact) -> Result<Self, ModelError> {
        artifact.check()?;
        let slopes = artifact
            .weights
            .iter()
            .map(|weight| weight.weight / weight.scale)
            .collect();
        Ok(Self { artifact, slopes })
    }

    /// The model in the text of a `model.json`.
    ///
    /// # Errors
    /// [`ModelError`] when it is damaged or does not fit this program.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        Self::new(Artifact::from_json(json)?)
    }

    /// The model in the file `path`.
    ///
    /// # Errors
    /// [`ModelError`] when the file cannot be read, is damaged or does not fit this program.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        let json = std::fs::read_to_string(path).map_err(|source| ModelError::Io {
            path: path.to_owned(),
            source,
        })?;
        Self::from_json(&json)
    }

    /// The model that is built into the program, `models/baseline/model.json`.
    ///
    /// # Errors
    /// [`ModelError`] when it was not trained again after the cues changed.
    pub fn embedded() -> Result<Self, ModelError> {
        Self::from_json(BASELINE)
    }

    /// What the model is kept as.
    pub fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// The text of a `model.json`, ending in a new line.
    ///
    /// # Errors
    /// [`ModelError::Json`], which finite numbers never cause.
    pub fn to_json(&self) -> Result<String, ModelError> {
        Ok(serde_json::to_string_pretty(&self.artifact)? + "\n")
    }

    /// What tells this model from others: the hash of its [`Model::to_json`].
    ///
    /// # Errors
    /// As [`Model::to_json`].
    pub fn version(&self) -> Result<ContentHash, ModelError> {
        Ok(ContentHash::of(self.to_json()?.as_bytes()))
    }

    /// Scores one listing, with the part of every cue.
    pub fn score(&self, row: &FeatureRow) -> Scored {
        let intercept = self.artifact.intercept;
        let parts = CUES.iter().zip(row.values()).zip(&self.slopes);
        let contributions: Vec<Contribution> = parts
            .map(|((cue, value), slope)| Contribution {
                cue: cue.name,
                family: cue.family,
                value: *value,
                log_odds: part(*value, *slope),
            })
            .collect();
        let log_odds = contributions
            .iter()
            .fold(intercept, |sum, part| sum + part.log_odds);
        Scored {
            probability: Score::of_log_odds(log_odds),
            log_odds,
            intercept,
            contributions,
        }
    }

    /// The probability alone; the same as that of [`Model::score`].
    pub fn probability(&self, row: &FeatureRow) -> Score {
        let parts = row.values().iter().zip(&self.slopes);
        Score::of_log_odds(parts.fold(self.artifact.intercept, |sum, (value, slope)| {
            sum + part(*value, *slope)
        }))
    }
}

/// What a value adds. Adding zero turns the -0.0 of a lowering cue that says nothing into 0.0.
fn part(value: Option<f64>, slope: f64) -> f64 {
    value.map_or(0.0, |value| value * slope + 0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fixture::{any_row, artifact};
    use super::*;
    use crate::features::Direction;

    #[test]
    fn the_embedded_model_fits_the_cues() {
        let model = Model::embedded().expect("train again after a change of the cues");
        assert!(model.artifact().figures.all.pr_auc.is_some());
    }

    #[test]
    fn a_missing_value_adds_nothing() {
        let model = Model::new(artifact()).expect("valid");
        let row = FeatureRow::from_values(&[None; CUES.len()]).expect("valid");
        let scored = model.score(&row);
        assert_eq!(scored.log_odds, scored.intercept);
        assert!(scored.contributions.iter().all(|part| part.log_odds == 0.0));
    }

    #[test]
    fn a_model_reads_back_as_it_was() {
        let model = Model::new(artifact()).expect("valid");
        let json = model.to_json().expect("writable");
        let again = Model::from_json(&json).expect("valid");
        assert_eq!(again, model);
        assert_eq!(again.to_json().expect("writable"), json);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Model::load(Path::new("/nowhere/model.json")).expect_err("no such file");
        assert!(
            error.to_string().starts_with("/nowhere/model.json: "),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn contributions_add_up_to_the_score(row in any_row()) {
            let model = Model::new(artifact()).expect("valid");
            let scored = model.score(&row);
            let sum: f64 = scored.contributions.iter().map(|part| part.log_odds).sum();
            prop_assert!((scored.intercept + sum - scored.log_odds).abs() <= 1e-9);
            prop_assert_eq!(scored.probability, Score::of_log_odds(scored.log_odds));
            prop_assert_eq!(scored.probability, model.probability(&row));
        }

        #[test]
        fn a_raising_cue_never_lowers_the_score(row in any_row(), at in 0..CUES.len(), share in 0.0f64..=1.0) {
            let model = Model::new(artifact()).expect("valid");
            let mut values = row.values().to_vec();
            let (low, high) = CUES[at].range;
            let less = values[at].unwrap_or(low);
            values[at] = Some(less);
            let before = model.probability(&FeatureRow::from_values(&values).expect("valid"));
            values[at] = Some((less + share * (high - less)).clamp(low, high));
            let after = model.probability(&FeatureRow::from_values(&values).expect("valid"));
            match CUES[at].direction {
                Direction::Raises => prop_assert!(after >= before),
                Direction::Lowers => prop_assert!(after <= before),
                Direction::Either => {}
            }
        }
    }
}
