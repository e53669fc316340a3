//! Labelled rows to a model.
//!
//! | file | holds |
//! |---|---|
//! | `types` | what goes in and comes out |
//! | `split` | sellers dealt out to a held-out part and to folds |
//! | `columns` | cues as the columns of a shape that is linear in its weights |
//! | `fit` | a logistic regression whose weights keep within bounds |
//! | `select` | the strength of regularisation and what a fake counts for, by cross-validation |
//! | `calibrate` | the better of `platt` and `isotonic` |
//! | `figures` | how good the result is |
//! | `compare` | the result beside the model that it was drawn to |

mod calibrate;
mod columns;
mod compare;
mod error;
mod figures;
mod fit;
mod isotonic;
mod platt;
mod select;
mod split;
mod types;

pub use compare::{Comparison, Paired, Verdict};
pub use error::TrainError;
pub use types::{HeldOut, LabelledRow, TrainSettings, Trained};

use crate::features::{CUES, table_version};
use crate::record::SellerId;

use super::Model;
use super::SplitRule;
use super::artifact::{
    Artifact, Calibrated, CueWeight, FORMAT, Figures, Fit, Rehearsal, TrainingFacts,
};
use super::bound::Decided;
use super::metrics::{Metrics, Prediction, rounded};
use calibrate::{Calibration, LeftOut};
use columns::Columns;
use error::FEWEST_FAKES;
use fit::{Linear, Problem, SELLER_MOST, fit};
use select::select;
use split::Split;

/// Bins of the probabilities that two runs are compared in.
const SCORE_BINS: usize = 10;

/// Trains a scorecard.
///
/// 1. Rows are sorted, so that their order does not matter; sellers are dealt out to a held-out part
///    and to folds. Where the settings say so, brands or days are kept apart as well.
/// 2. A cue becomes a few columns, which add up to a shape with corners; a missing value is a column of
///    its own.
/// 3. For each strength of regularisation, then for each weight of a fake, each fold is predicted by a fit to the
///    other folds; the setting with the least log loss after Platt calibration is taken, the first of equals.
///    Fits keep cues to their directions; predictions hold the seller's cues to what they may add together.
/// 4. Platt's line on those predictions, folded into weights and intercept; isotonic pools after it where
///    they have the smaller squared error on folds that they were not fitted to.
/// 5. Weights are rounded to six decimals. The figures, and the counts for the bound on wrong accusations,
///    are those of the rounded model on the held-out sellers.
///
/// # Errors
/// [`TrainError`] says what is missing or wrong and what to do.
pub fn train(rows: &[LabelledRow], settings: &TrainSettings) -> Result<Trained, TrainError> {
    check(rows, settings)?;
    let rows = sorted(rows);
    let split = Split::new(&rows, settings)?;
    let trained = train_on(&rows, &split, settings)?;
    if settings.rehearse.is_empty() {
        return Ok(trained);
    }
    let rules = settings.rehearse.iter();
    let mut artifact = trained.model.artifact().clone();
    artifact.figures.rehearsed = rules
        .map(|rule| rehearsed(&rows, *rule, settings))
        .collect();
    Ok(Trained {
        model: Model::new(artifact)?,
        ..trained
    })
}

/// The figures of a model made of `rows` in the same way, but held out by `rule`.
fn rehearsed(rows: &[LabelledRow], rule: SplitRule, settings: &TrainSettings) -> Rehearsal {
    let settings = TrainSettings {
        split: rule,
        rehearse: Vec::new(),
        ..settings.clone()
    };
    let made = Split::new(rows, &settings).and_then(|split| {
        let trained = train_on(rows, &split, &settings)?;
        Ok((split.facts.sentence(settings.holdout), trained))
    });
    match made {
        Ok((held_out, trained)) => {
            let all = &trained.model.artifact().figures.all;
            Rehearsal {
                held_out,
                rows: all.rows,
                fakes: all.fakes,
                pr_auc: all.pr_auc,
                recall_at_precision_90: all.recall_at_precision_90,
                ece: all.ece,
            }
        }
        // Few rows can be trained on and yet not be told apart so: that says nothing against the model.
        Err(error) => Rehearsal {
            held_out: format!("not measured: {error}"),
            rows: 0,
            fakes: 0,
            pr_auc: None,
            recall_at_precision_90: None,
            ece: None,
        },
    }
}

/// Trains a scorecard as [`train`] does, with all of `rows` but those that share a seller or a brand with `others`, which
/// give the figures: how it does on another market.
///
/// # Errors
/// As [`train`].
pub fn train_for(
    rows: &[LabelledRow],
    others: &[LabelledRow],
    settings: &TrainSettings,
) -> Result<Trained, TrainError> {
    check(rows, settings)?;
    let mut rows = sorted(rows);
    let first = rows.len();
    rows.extend(sorted(others));
    let split = Split::given(&rows, first, settings)?;
    train_on(&rows, &split, settings)
}

fn train_on(
    rows: &[LabelledRow],
    split: &Split,
    settings: &TrainSettings,
) -> Result<Trained, TrainError> {
    both_classes(rows, split, settings)?;
    let training: Vec<&LabelledRow> = split.training().into_iter().map(|at| &rows[at]).collect();
    // Where corners stand hangs on the cues alone, never on the labels.
    let columns = Columns::of(&training, settings.prior.as_ref());
    let sparse = columns.sparse(rows.iter().map(|row| &row.features));
    let fake: Vec<bool> = rows.iter().map(|row| row.fake).collect();
    let chosen = select(&columns, &sparse, &fake, split, settings);
    let (calibration, compared) = chosen.left_out.calibrate();
    let slope = calibration.line.slope;
    if slope.is_nan() || slope <= 0.0 {
        return Err(TrainError::NoSignal { slope });
    }
    let problem = Problem {
        sparse: &sparse,
        columns: &columns,
        rows: &split.training(),
        fake: &fake,
        fake_weight: chosen.fake_weight,
        alpha: chosen.alpha,
    };
    let linear = fit(&problem, &chosen.start);
    let prior = settings.prior.as_ref().map(Model::version);
    let facts = TrainingFacts {
        data: settings.data.clone(),
        seed: settings.seed,
        folds: settings.folds,
        holdout: settings.holdout,
        split: split.facts.clone(),
        prior: prior.transpose()?,
        rows: training.len() as u64,
        fakes: training.iter().filter(|row| row.fake).count() as u64,
        sellers: sellers(&training),
        tried: chosen.tried,
        alpha: chosen.alpha,
        fake_weight: chosen.fake_weight,
        calibrated: Calibrated {
            platt_slope: rounded(slope),
            platt_offset: rounded(calibration.line.offset),
            platt_brier: rounded(compared.platt),
            isotonic_brier: rounded(compared.isotonic),
        },
    };
    let held_out: Vec<&LabelledRow> = split.held_out.iter().map(|at| &rows[*at]).collect();
    let artifact = artifact(&linear, calibration, &columns, &training, facts);
    measured(artifact, &training, &held_out, settings.prior.as_ref())
}

fn artifact(
    linear: &Linear,
    calibration: Calibration,
    columns: &Columns,
    rows: &[&LabelledRow],
    training: TrainingFacts,
) -> Artifact {
    let slope = calibration.line.slope;
    let weights = CUES.iter().enumerate().map(|(at, cue)| {
        let (shape, missing) = columns.shape(at, linear.weights(), slope);
        let values = || rows.iter().map(|row| row.features.values()[at]);
        let shown = values()
            .flatten()
            .filter(|value| *value > cue.range.0)
            .count();
        let fit = match shown {
            0 => Fit::Unseen,
            _ if shape.points().iter().all(|point| point.log_odds == 0.0) => Fit::Held,
            _ => Fit::Fitted,
        };
        CueWeight {
            cue: cue.name.to_owned(),
            shape,
            missing,
            fit,
            rows: shown as u64,
            missing_rows: values().filter(Option::is_none).count() as u64,
        }
    });
    Artifact {
        format: FORMAT,
        cue_table: table_version(),
        intercept: rounded(slope * linear.intercept() + calibration.line.offset),
        seller_most: rounded(slope * SELLER_MOST),
        weights: weights.collect(),
        calibration: calibration.added,
        score_bins: Vec::new(),
        decided: Decided::default(),
        training,
        figures: Figures {
            all: Metrics::of(&[]),
            kinds: Vec::new(),
            brands: Vec::new(),
            rehearsed: Vec::new(),
        },
    }
}

/// The model with its figures on `held_out`.
fn measured(
    mut artifact: Artifact,
    training: &[&LabelledRow],
    held_out: &[&LabelledRow],
    prior: Option<&Model>,
) -> Result<Trained, TrainError> {
    let model = Model::new(artifact.clone())?;
    artifact.score_bins = score_bins(&model, training);
    let predictions: Vec<Prediction> = held_out
        .iter()
        .map(|row| Prediction {
            probability: model.probability(&row.features),
            fake: row.fake,
        })
        .collect();
    artifact.figures = figures::figures(held_out, &predictions);
    let decided = held_out
        .iter()
        .zip(&predictions)
        .filter(|(row, _)| row.covered);
    artifact.decided = Decided::of(decided.map(|(row, prediction)| {
        (
            prediction.probability.get(),
            row.fake,
            row.seller_id.as_str(),
        )
    }));
    let held_out = held_out
        .iter()
        .zip(&predictions)
        .map(|(row, prediction)| HeldOut {
            listing_id: row.listing_id.clone(),
            seller_id: row.seller_id.clone(),
            brand: row.brand.clone(),
            kind: row.kind.clone(),
            fake: row.fake,
            probability: prediction.probability,
            before: prior.map(|prior| prior.probability(&row.features)),
        });
    Ok(Trained {
        held_out: held_out.collect(),
        model: Model::new(artifact)?,
    })
}

/// Where the tenths of the training rows' probabilities end, each once.
fn score_bins(model: &Model, rows: &[&LabelledRow]) -> Vec<f64> {
    let probabilities = rows.iter().map(|row| model.probability(&row.features));
    let mut probabilities: Vec<f64> = probabilities.map(|probability| probability.get()).collect();
    probabilities.sort_unstable_by(f64::total_cmp);
    let ends =
        (1..SCORE_BINS).map(|at| rounded(probabilities[probabilities.len() * at / SCORE_BINS]));
    let mut ends: Vec<f64> = ends.collect();
    ends.dedup();
    ends
}

fn check(rows: &[LabelledRow], settings: &TrainSettings) -> Result<(), TrainError> {
    let wrong = |what, found: String, expected| {
        Err(TrainError::Setting {
            what,
            found,
            expected,
        })
    };
    if settings.folds < 2 {
        return wrong("folds", settings.folds.to_string(), "at least 2");
    }
    if !(settings.holdout > 0.0 && settings.holdout < 1.0) {
        return wrong(
            "holdout",
            settings.holdout.to_string(),
            "a share between 0 and 1",
        );
    }
    if settings.alphas.is_empty()
        || settings
            .alphas
            .iter()
            .any(|alpha| !(alpha.is_finite() && *alpha > 0.0))
    {
        return wrong(
            "alphas",
            format!("{:?}", settings.alphas),
            "one or more numbers above 0",
        );
    }
    let positive = |weight: &f64| weight.is_finite() && *weight > 0.0;
    if settings.fake_weights.is_empty() || !settings.fake_weights.iter().all(positive) {
        return wrong(
            "fake_weights",
            format!("{:?}", settings.fake_weights),
            "one or more numbers above 0",
        );
    }
    let fakes = rows.iter().filter(|row| row.fake).count();
    let honest = rows.len() - fakes;
    if fakes == 0 || honest == 0 {
        return Err(TrainError::OneClass { fakes, honest });
    }
    if fakes < FEWEST_FAKES {
        return Err(TrainError::TooFewFakes { found: fakes });
    }
    Ok(())
}

fn both_classes(
    rows: &[LabelledRow],
    split: &Split,
    settings: &TrainSettings,
) -> Result<(), TrainError> {
    let folds =
        (0..settings.folds).map(|fold| (format!("all but fold {}", fold + 1), split.without(fold)));
    for (part, of) in folds.chain([("the held-out part".to_owned(), split.held_out.clone())]) {
        let fakes = of.iter().filter(|at| rows[**at].fake).count();
        let honest = of.len() - fakes;
        if fakes == 0 || honest == 0 {
            return Err(TrainError::OneSidedPart {
                seed: settings.seed,
                part,
                fakes,
                honest,
            });
        }
    }
    Ok(())
}

/// Rows in an order that depends only on what they hold: listing ids may repeat across feeds.
fn sorted(rows: &[LabelledRow]) -> Vec<LabelledRow> {
    let bits = |row: &LabelledRow| -> Vec<Option<u64>> {
        row.features
            .values()
            .iter()
            .map(|value| value.map(f64::to_bits))
            .collect()
    };
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| {
        let names = |row: &LabelledRow| (row.fake, row.brand.clone(), row.kind.clone(), bits(row));
        (&a.listing_id, &a.seller_id)
            .cmp(&(&b.listing_id, &b.seller_id))
            .then_with(|| names(a).cmp(&names(b)))
    });
    rows
}

fn sellers(rows: &[&LabelledRow]) -> u64 {
    let mut sellers: Vec<&SellerId> = rows.iter().map(|row| &row.seller_id).collect();
    sellers.sort_unstable();
    sellers.dedup();
    sellers.len() as u64
}

#[cfg(test)]
mod tests;
