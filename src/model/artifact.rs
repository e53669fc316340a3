use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::features::{CUES, Cue, Direction, table_version};
use crate::record::ContentHash;

use super::bound::Decided;
use super::metrics::Metrics;
use super::shape::Shape;
use super::split::SplitFacts;

/// The version of the artifact's form.
pub const FORMAT: u32 = 3;

/// A trained model as it is kept: `models/<name>/model.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Artifact {
    /// [`FORMAT`] of the program that wrote it.
    pub format: u32,
    /// [`table_version`] of the cues that it was trained with.
    pub cue_table: ContentHash,
    /// Log-odds of a listing on which no cue says anything.
    pub intercept: f64,
    /// The most log-odds that the seller's cues may add together; above it they are cut in proportion.
    /// Being new, small or unknown is no offence, so who sells may tip a scale and not fill it.
    pub seller_most: f64,
    /// One for each cue, in the table's order.
    pub weights: Vec<CueWeight>,
    /// What calibration adds to the sum of intercept and cues, by that sum; `None` when calibration is a
    /// line, which is folded into the weights.
    pub calibration: Option<Shape>,
    /// Where the bins of probabilities end in which two runs are compared, rising, within 0..1.
    pub score_bins: Vec<f64>,
    /// Held-out listings by probability, for the bound on wrong accusations.
    pub decided: Decided,
    /// How it came to be.
    pub training: TrainingFacts,
    /// How good it is on sellers that it was not trained on.
    pub figures: Figures,
}

/// What one cue adds to the log-odds, calibrated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CueWeight {
    /// The cue's name.
    pub cue: String,
    /// What it adds, by its value.
    pub shape: Shape,
    /// What it adds when its value is missing, which is not the same as a value that says nothing.
    pub missing: f64,
    /// Why the weight is what it is.
    pub fit: Fit,
    /// Training rows on which the cue said anything (its value known and above its least).
    pub rows: u64,
    /// Training rows on which the value was missing.
    pub missing_rows: u64,
}

/// What training made of a cue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// It has the fitted weight.
    Fitted,
    /// No training row shows it; it weighs what is held of it before any data, mostly nothing.
    Unseen,
    /// The data would give it the sign that its meaning forbids; it is held at zero.
    Held,
}

/// How a model came to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingFacts {
    /// What it was trained and measured on.
    pub data: Vec<DataSource>,
    /// Seed of the splits.
    pub seed: u64,
    /// Parts of the cross-validation.
    pub folds: usize,
    /// Share of sellers (of brands, of the newest rows) held out for the figures.
    pub holdout: f64,
    /// What else was kept apart from what the model was trained on.
    #[serde(default, skip_serializing_if = "SplitFacts::is_by_seller")]
    pub split: SplitFacts,
    /// The model that its weights are drawn to, by its hash; `None` when they are drawn to nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior: Option<ContentHash>,
    /// Rows trained on.
    pub rows: u64,
    /// Fakes among them.
    pub fakes: u64,
    /// Sellers of them.
    pub sellers: u64,
    /// Settings tried, with the mean log loss on sellers left out.
    pub tried: Vec<Tried>,
    /// The strength that was taken: the L2 penalty is `alpha / 2` times the squared weights.
    pub alpha: f64,
    /// What a fake counted for where an honest listing counts for 1, as taken.
    pub fake_weight: f64,
    /// How probabilities were made true.
    pub calibrated: Calibrated,
}

/// The two calibrations on folds that they were not fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibrated {
    /// The slope of Platt's line, already folded into weights and intercept.
    pub platt_slope: f64,
    /// Its offset, already folded in.
    pub platt_offset: f64,
    /// Mean squared error of the line.
    pub platt_brier: f64,
    /// Mean squared error of isotonic pools after the line.
    pub isotonic_brier: f64,
}

/// A file, or a simulated marketplace, that training read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSource {
    /// A name for people.
    pub name: String,
    /// The hash of its bytes.
    pub hash: ContentHash,
}

/// Log loss of one setting of the fit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// Regularisation strength.
    pub alpha: f64,
    /// What a fake counts for.
    pub fake_weight: f64,
    /// Mean log loss in nats on sellers left out, after Platt calibration.
    pub log_loss: f64,
}

/// Figures on held-out sellers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// All held-out rows together.
    pub all: Metrics,
    /// By kind of fake and of honest listing, by name.
    pub kinds: Vec<KindFigures>,
    /// By brand, by name.
    pub brands: Vec<BrandFigures>,
    /// What models made in the same way do on rows that are kept apart by more than their sellers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rehearsed: Vec<Rehearsal>,
}

/// A model made of the same rows in the same way, but trained and measured on other parts of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// What it was measured on.
    pub held_out: String,
    /// Rows of that; 0 where it could not be made.
    pub rows: u64,
    /// Fakes among them.
    pub fakes: u64,
    /// Area under the precision-recall curve.
    pub pr_auc: Option<f64>,
    /// Recall at precision 0.9.
    pub recall_at_precision_90: Option<f64>,
    /// Expected calibration error.
    pub ece: Option<f64>,
}

/// One kind of listing among the held-out rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindFigures {
    /// The kind.
    pub kind: String,
    /// Whether it is a kind of fake.
    pub fake: bool,
    /// Listings of the kind.
    pub rows: u64,
    /// Of those, the ones with a probability of at least one half.
    pub flagged: u64,
    /// Their mean probability.
    pub mean_probability: f64,
}

/// One brand among the held-out rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrandFigures {
    /// The brand; empty for listings about none.
    pub brand: String,
    /// Listings about it.
    pub rows: u64,
    /// Fakes among them.
    pub fakes: u64,
    /// Area under the precision-recall curve, when there are fakes.
    pub pr_auc: Option<f64>,
    /// Mean squared error of the probabilities.
    pub brier: Option<f64>,
}

/// Why an artifact cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file cannot be read.
    #[error("{}: {source}; expected a model artifact", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// Not an artifact, or a damaged one.
    #[error(
        "the model artifact cannot be read: {0}; restore it, or make a new one with `touchstone train`"
    )]
    Json(#[from] serde_json::Error),
    /// Written by another version of the program.
    #[error(
        "the model artifact has format {found}, this program reads format {FORMAT}; {}",
        if *found > u64::from(FORMAT) { "use a newer touchstone, or make a new model with `touchstone train`" } else { "make a new model with `touchstone train`" }
    )]
    Format {
        /// The format found.
        found: u64,
    },
    /// Trained with other cues.
    #[error(
        "the model was trained with cue table {found}, this program has {expected}{difference}; make a new model with `touchstone train`"
    )]
    CueTable {
        /// The table's hash in the artifact.
        found: ContentHash,
        /// The program's.
        expected: ContentHash,
        /// The first cue that differs, as a clause; may be empty.
        difference: String,
    },
    /// A number that no training gives.
    #[error(
        "the model artifact has {what} {found}, expected {expected}; restore it, or make a new one with `touchstone train`"
    )]
    Value {
        /// Which number.
        what: String,
        /// The number.
        found: f64,
        /// What it may be.
        expected: &'static str,
    },
}

impl CueWeight {
    fn check(&self, cue: &Cue) -> Result<(), ModelError> {
        let points = self.shape.points().len() as f64;
        number(
            &format!("{} points", cue.name),
            points,
            self.shape.is_sound(),
            "rising finite points",
        )?;
        let expected = match cue.direction {
            Direction::Raises => "a finite number of at least 0",
            Direction::Lowers => "a finite number of at most 0",
            Direction::Either => "a finite number",
        };
        let first = self.shape.points().first().map(|point| point.log_odds);
        let steps = first.into_iter().chain(self.shape.steps());
        for (what, found) in steps
            .map(|step| ("weight", step))
            .chain([("missing", self.missing)])
        {
            let fits = found.is_finite() && cue.direction.allows(found);
            number(&format!("{} {what}", cue.name), found, fits, expected)?;
        }
        Ok(())
    }
}

impl Artifact {
    /// Reads and checks an artifact.
    ///
    /// # Errors
    /// [`ModelError`] when it is damaged, of another format or of another table of cues.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        // The format is looked at first: another format may have other fields.
        #[derive(Deserialize)]
        struct Head {
            format: u64,
        }
        let Head { format } = serde_json::from_str(json)?;
        if format != u64::from(FORMAT) {
            return Err(ModelError::Format { found: format });
        }
        let artifact: Self = serde_json::from_str(json)?;
        artifact.check()?;
        Ok(artifact)
    }

    /// Whether the artifact fits this program's cues and keeps to their directions.
    ///
    /// # Errors
    /// [`ModelError::CueTable`] or [`ModelError::Value`].
    pub fn check(&self) -> Result<(), ModelError> {
        let expected = table_version();
        let names = self.weights.iter().map(|weight| weight.cue.as_str());
        if self.cue_table != expected || !names.eq(CUES.iter().map(|cue| cue.name)) {
            return Err(ModelError::CueTable {
                found: self.cue_table,
                expected,
                difference: self.difference(),
            });
        }
        number(
            "intercept",
            self.intercept,
            self.intercept.is_finite(),
            "a finite number",
        )?;
        number(
            "seller_most",
            self.seller_most,
            self.seller_most.is_finite() && self.seller_most > 0.0,
            "a positive number",
        )?;
        for (cue, weight) in CUES.iter().zip(&self.weights) {
            weight.check(cue)?;
        }
        // A calibration that falls would turn the order of listings round.
        let falls = |shape: &Shape| {
            let points = shape.points().windows(2);
            let mut steps = points
                .map(|pair| pair[1].value + pair[1].log_odds - pair[0].value - pair[0].log_odds);
            steps.find(|step| *step < -1e-5)
        };
        if let Some(shape) = &self.calibration {
            number(
                "calibration points",
                shape.points().len() as f64,
                shape.is_sound(),
                "rising finite points",
            )?;
            let falls = falls(shape);
            number(
                "calibration step",
                falls.unwrap_or(0.0),
                falls.is_none(),
                "steps that do not fall",
            )?;
        }
        Ok(())
    }

    fn difference(&self) -> String {
        let table = CUES
            .iter()
            .map(|cue| Some(cue.name))
            .chain(std::iter::repeat(None));
        let model = self.weights.iter().map(|weight| Some(weight.cue.as_str()));
        let model = model.chain(std::iter::repeat(None));
        let most = CUES.len().max(self.weights.len());
        match table
            .zip(model)
            .take(most)
            .find(|(table, model)| table != model)
        {
            Some((Some(table), Some(model))) => {
                format!(" (it has {model} where {table} is expected)")
            }
            Some((Some(table), None)) => format!(" (it lacks {table})"),
            Some((None, Some(model))) => format!(" (it has {model}, which is gone)"),
            _ => String::new(),
        }
    }
}

fn number(what: &str, found: f64, fits: bool, expected: &'static str) -> Result<(), ModelError> {
    if fits {
        return Ok(());
    }
    Err(ModelError::Value {
        what: what.to_owned(),
        found,
        expected,
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{artifact, shape};
    use super::super::shape::Point;
    use super::*;

    fn refusal(artifact: &Artifact) -> String {
        let json = serde_json::to_string(artifact).expect("writable");
        Artifact::from_json(&json).expect_err("refused").to_string()
    }

    #[test]
    fn an_artifact_reads_back_as_it_was() {
        let artifact = artifact();
        let json = serde_json::to_string(&artifact).expect("writable");
        assert_eq!(Artifact::from_json(&json).expect("valid"), artifact);
    }

    #[test]
    fn an_artifact_of_another_cue_table_is_refused() {
        let mut other = artifact();
        other.cue_table = ContentHash::of(b"another table");
        assert!(refusal(&other).contains("make a new model with `touchstone train`"));
        let mut other = artifact();
        other.weights[0].cue = "image.gone".into();
        assert!(refusal(&other).contains("it has image.gone where image.brand_photo is expected"));
        let mut other = artifact();
        other.weights.pop();
        assert!(refusal(&other).contains("it lacks seller.large_stock_new_account"));
    }

    #[test]
    fn another_format_is_refused_before_its_fields_are_read() {
        let error = Artifact::from_json("{\"format\": 99, \"trees\": []}").expect_err("too new");
        assert!(
            error.to_string().contains("use a newer touchstone"),
            "{error}"
        );
        let error = Artifact::from_json("{\"format\": 0}").expect_err("too old");
        assert!(
            error
                .to_string()
                .ends_with("; make a new model with `touchstone train`"),
            "{error}"
        );
        assert!(matches!(Artifact::from_json("{"), Err(ModelError::Json(_))));
    }

    #[test]
    fn a_weight_against_its_direction_is_refused() {
        let mut wrong = artifact();
        wrong.weights[0].shape = shape(-1.0);
        assert!(
            refusal(&wrong).contains("image.brand_photo weight -1"),
            "{}",
            refusal(&wrong)
        );
        let mut wrong = artifact();
        wrong.seller_most = f64::INFINITY;
        let json = serde_json::to_string(&wrong).expect("writable");
        assert!(Artifact::from_json(&json).is_err());
        let mut wrong = artifact();
        wrong.weights[0].shape = Shape::new(Vec::new());
        assert!(refusal(&wrong).contains("image.brand_photo points 0"));
        let mut wrong = artifact();
        wrong.weights[0].missing = -0.5;
        assert!(refusal(&wrong).contains("image.brand_photo missing -0.5"));
        let mut wrong = artifact();
        let point = |value, log_odds| Point { value, log_odds };
        wrong.calibration = Some(Shape::new(vec![point(0.0, 0.0), point(1.0, -2.0)]));
        assert!(refusal(&wrong).contains("steps that do not fall"));
    }
}
