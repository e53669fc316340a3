use std::path::Path;

use crate::features::{CUES, Family, FeatureRow};
use crate::record::ContentHash;

use super::artifact::{Artifact, ModelError};
use super::score::{Contribution, Score, Scored};

/// The model that is built into the program.
const BASELINE: &str = include_str!("../../models/baseline/model.json");

/// A trained scorecard, ready to score.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    artifact: Artifact,
}

impl Model {
    /// The model for an artifact.
    ///
    /// # Errors
    /// [`ModelError`] when the artifact does not fit this program.
    pub fn new(artifact: Artifact) -> Result<Self, ModelError> {
        artifact.check()?;
        Ok(Self { artifact })
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
        let parts = CUES.iter().zip(row.values()).zip(&self.artifact.weights);
        let mut contributions: Vec<Contribution> = parts
            .map(|((cue, value), weight)| Contribution {
                cue: cue.name,
                family: cue.family,
                value: *value,
                log_odds: value.map_or(weight.missing, |value| weight.shape.at(value)),
            })
            .collect();
        let sum = |sellers: bool| -> f64 {
            let parts = contributions.iter();
            parts
                .filter(|part| (part.family == Family::Seller) == sellers)
                .map(|part| part.log_odds)
                .sum()
        };
        let (others, seller) = (sum(false), sum(true));
        // Who sells may only add so much; see `Artifact::seller_most`.
        let most = self.artifact.seller_most;
        let seller_held = seller > most;
        if seller_held {
            let own = contributions
                .iter_mut()
                .filter(|part| part.family == Family::Seller);
            own.for_each(|part| part.log_odds *= most / seller);
        }
        let sum = intercept + others + seller.min(most);
        let calibration = self
            .artifact
            .calibration
            .as_ref()
            .map_or(0.0, |added| added.at(sum));
        let log_odds = sum + calibration;
        Scored {
            probability: Score::of_log_odds(log_odds),
            log_odds,
            intercept,
            calibration,
            contributions,
            seller_held,
        }
    }

    /// The probability alone; the same as that of [`Model::score`].
    pub fn probability(&self, row: &FeatureRow) -> Score {
        self.score(row).probability
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rayon::prelude::*;

    use super::super::fixture::{any_row, artifact, market};
    use super::super::shape::{Point, Shape};
    use crate::features::fixture::{Case, hit, mention};

    use super::*;
    use crate::features::{Direction, position};
    use crate::reference::{ImageHit, Verdict};

    #[test]
    fn the_embedded_model_fits_the_cues() {
        let model = Model::embedded().expect("train again after a change of the cues");
        assert!(model.artifact().figures.all.pr_auc.is_some());
    }

    #[test]
    fn a_missing_value_is_not_a_value_that_says_nothing() {
        let mut artifact = artifact();
        artifact.weights[0].missing = 0.5;
        let model = Model::new(artifact).expect("valid");
        let added = |value| {
            let mut values = [Some(0.0); CUES.len()];
            values[0] = value;
            let row = FeatureRow::from_values(&values).expect("valid");
            model.score(&row).contributions[0].log_odds
        };
        assert_eq!((added(None), added(Some(0.0))), (0.5, 0.0));
    }

    fn family_at_most(model: &Model, family: Family) -> f64 {
        let weights = CUES.iter().zip(&model.artifact().weights);
        weights
            .filter(|(cue, _)| cue.family == family && cue.direction == Direction::Raises)
            .map(|(_, weight)| weight.shape.at_most())
            .sum()
    }

    #[test]
    fn every_family_that_a_candidate_may_rest_on_has_weight_in_the_embedded_model() {
        let model = Model::embedded().expect("train again after a change of the cues");
        for family in Family::ALL {
            let most = family_at_most(&model, family);
            assert!(most > 1.0, "{} can add only {most}", family.as_str());
        }
    }

    #[test]
    fn a_price_far_below_the_reference_counts_by_itself_in_the_embedded_model() {
        let model = Model::embedded().expect("train again after a change of the cues");
        let at = position("price.depth").expect("a cue");
        let adds = model.artifact().weights[at].shape.at_most();
        assert!(adds > 1.0, "less than 40 % of the price adds only {adds}");
    }

    #[test]
    fn what_is_left_out_never_lowers_suspicion_in_the_embedded_model() {
        let model = Model::embedded().expect("train again after a change of the cues");
        for weight in &model.artifact().weights {
            assert!(weight.missing >= 0.0, "{}", weight.cue);
        }
    }

    #[test]
    fn who_sells_adds_no_more_than_the_bound() {
        let model = Model::embedded().expect("train again after a change of the cues");
        let most = model.artifact().seller_most;
        assert!((1.0..4.5).contains(&most), "{most}");
        let values = CUES.iter().map(|cue| {
            let worst = cue.family == Family::Seller && cue.direction == Direction::Raises;
            // Nothing else is missing, and nothing else shows.
            Some(if worst { cue.range.1 } else { cue.range.0 })
        });
        let row = FeatureRow::from_values(&values.collect::<Vec<_>>()).expect("valid");
        let scored = model.score(&row);
        assert!(scored.seller_held && scored.log_odds <= scored.intercept + most);
        assert!(
            scored.probability.get() < 0.5,
            "a seller alone is no candidate: {:?}",
            scored.probability
        );
    }

    #[test]
    fn another_colour_of_the_brands_photo_is_no_candidate_by_itself_in_the_embedded_model() {
        let model = Model::embedded().expect("train again after a change of the cues");
        let recoloured = ImageHit {
            verdict: Verdict::Recoloured,
            ..hit("luma/mh01.jpg", 20, 1.0)
        };
        let mut case = Case::with_hit(recoloured);
        case.signals.reading.mentions = vec![mention("luma", None, 0.99)];
        case.set_product(0.95, 0.9);
        case.set_ratio(0.75);
        case.relations.seller.listings = 3;
        case.relations.seller.age_days = Some(20);
        let scored = model.score(&case.row());
        assert!(scored.probability.get() < 0.5, "{:?}", scored.probability);
        let mut parts = scored.contributions.iter();
        let colour = parts.find(|part| part.cue == "image.recoloured");
        assert!(colour.is_some_and(|part| part.log_odds > 1.0), "{colour:?}");
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

    #[test]
    fn scores_are_the_same_to_the_bit_over_threads_and_a_rebuilt_model() {
        let model = Model::new(calibrated()).expect("valid");
        let rebuilt = Model::from_json(&model.to_json().expect("writable")).expect("valid");
        let rows = market(5000, 1);
        let scores = |model: &Model, threads: usize| -> Vec<Scored> {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("threads").install(|| {
                rows.par_iter()
                    .map(|row| model.score(&row.features))
                    .collect()
            })
        };
        let bits = |scores: &[Scored]| -> Vec<u64> {
            let parts = scores.iter().flat_map(|one| {
                let contributions = one.contributions.iter().map(|part| part.log_odds);
                contributions.chain([one.log_odds, one.calibration, one.probability.get()])
            });
            parts.map(f64::to_bits).collect()
        };
        let once = bits(&scores(&model, 1));
        assert_eq!(bits(&scores(&model, 3)), once);
        assert_eq!(bits(&scores(&rebuilt, 2)), once);
    }

    /// An artifact with pools after the line, and values that say something when missing.
    fn calibrated() -> Artifact {
        let mut artifact = artifact();
        let point = |value, log_odds| Point { value, log_odds };
        artifact.calibration = Some(Shape::new(vec![
            point(-4.0, 0.3),
            point(0.0, -0.2),
            point(3.0, -1.0),
        ]));
        artifact.weights[0].missing = 0.25;
        artifact
    }

    proptest! {
        #[test]
        fn contributions_add_up_to_the_score(row in any_row()) {
            let model = Model::new(calibrated()).expect("valid");
            let scored = model.score(&row);
            let sum: f64 = scored.contributions.iter().map(|part| part.log_odds).sum();
            prop_assert!((scored.intercept + sum + scored.calibration - scored.log_odds).abs() <= 1e-9);
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

        #[test]
        fn a_cut_in_price_never_pays(
            dear in 0.01f64..4.0,
            cut in 0.0f64..1.0,
            pieces in 1u32..2000,
            days in 0i64..400,
        ) {
            let model = Model::embedded().expect("embedded");
            let score = |ratio: f64| {
                let mut case = Case::default();
                case.listing.quantity = Some(pieces);
                case.relations.seller.listings = 1;
                case.relations.seller.age_days = Some(days);
                case.set_product(0.9, 0.8);
                case.set_ratio(ratio);
                model.score(&case.row()).log_odds
            };
            prop_assert!(score(dear * cut.max(1e-3)) >= score(dear) - 1e-12);
        }
    }
}
