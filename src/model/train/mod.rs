//! Labelled rows to a model.
//!
//! | file | holds |
//! |---|---|
//! | `types` | what goes in and comes out |
//! | `split` | sellers dealt out to a held-out part and to folds |
//! | `fit` | a logistic regression that keeps cues to their directions |
//! | `platt` | calibration |
//! | `figures` | how good the result is |

mod error;
mod figures;
mod fit;
mod platt;
mod split;
mod types;

pub use error::TrainError;
pub use types::{HeldOut, LabelledRow, TrainSettings, Trained};

use ndarray::Array2;
use rayon::prelude::*;

use crate::features::{CUES, table_version};
use crate::record::SellerId;

use super::artifact::{AlphaLoss, Artifact, CueWeight, FORMAT, Figures, TrainingFacts};
use super::metrics::{Metrics, Prediction, log_loss, rounded};
use super::{Model, Score};
use error::FEWEST_FAKES;
use fit::{Linear, SELLER_MOST, fit};
use platt::{Platt, platt};
use split::Split;

/// Trains a scorecard.
///
/// 1. Rows are sorted, so that their order does not matter; sellers are dealt out to a held-out part
///    and to folds.
/// 2. Cues are divided by the greatest value that each can have and not centred, so that a missing or
///    absent cue adds exactly nothing.
/// 3. For each alpha, each fold is predicted by a fit to the other folds; the alpha with the least
///    log loss is taken, the larger of equals. Fits keep cues to their directions; predictions hold
///    the seller's cues to what they may add together.
/// 4. Platt calibration on those predictions, folded into weights and intercept.
/// 5. Weights are rounded to six decimals, and the figures are those of the rounded model on the
///    held-out sellers.
///
/// Fakes are not weighted up: probabilities are wanted, and weights would have to be undone.
///
/// # Errors
/// [`TrainError`] says what is missing or wrong and what to do.
pub fn train(rows: &[LabelledRow], settings: &TrainSettings) -> Result<Trained, TrainError> {
    check(rows, settings)?;
    let rows = sorted(rows);
    let split = Split::new(&rows, settings)?;
    both_classes(&rows, &split, settings)?;

    let alphas = falling(&settings.alphas);
    let paths: Vec<Vec<Vec<f64>>> = (0..settings.folds)
        .into_par_iter()
        .map(|fold| fold_path(&rows, &split, fold, &alphas))
        .collect::<Result<_, _>>()?;
    let fake: Vec<bool> = split
        .folds
        .iter()
        .flatten()
        .map(|at| rows[*at].fake)
        .collect();
    let left_out =
        |at: usize| -> Vec<f64> { paths.iter().flat_map(|path| path[at].clone()).collect() };
    let losses: Vec<f64> = (0..alphas.len())
        .map(|at| loss(&left_out(at), &fake))
        .collect();
    let best = (0..alphas.len()).fold(
        0,
        |best, at| if losses[at] < losses[best] { at } else { best },
    );
    let calibration = platt(&left_out(best), &fake);
    if calibration.slope.is_nan() || calibration.slope <= 0.0 {
        return Err(TrainError::NoSignal {
            slope: calibration.slope,
        });
    }

    let training: Vec<&LabelledRow> = split.training().into_iter().map(|at| &rows[at]).collect();
    let cues = matrix(&training);
    let truth: Vec<bool> = training.iter().map(|row| row.fake).collect();
    let linear = fit(&cues, &truth, alphas[best], None)?;
    let tried = alphas.iter().zip(&losses);
    let facts = TrainingFacts {
        data: settings.data.clone(),
        seed: settings.seed,
        folds: settings.folds,
        holdout: settings.holdout,
        rows: training.len() as u64,
        fakes: truth.iter().filter(|fake| **fake).count() as u64,
        sellers: sellers(&training),
        tried: tried
            .map(|(alpha, loss)| AlphaLoss {
                alpha: *alpha,
                log_loss: rounded(*loss),
            })
            .collect(),
        alpha: alphas[best],
        platt_slope: rounded(calibration.slope),
        platt_offset: rounded(calibration.offset),
    };
    let held_out: Vec<&LabelledRow> = split.held_out.iter().map(|at| &rows[*at]).collect();
    measured(artifact(&linear, calibration, &cues, facts), &held_out)
}

/// Log-odds of a fold's rows under a fit to the others, for each alpha.
fn fold_path(
    rows: &[LabelledRow],
    split: &Split,
    fold: usize,
    alphas: &[f64],
) -> Result<Vec<Vec<f64>>, TrainError> {
    let others: Vec<&LabelledRow> = split
        .without(fold)
        .into_iter()
        .map(|at| &rows[at])
        .collect();
    let own: Vec<&LabelledRow> = split.folds[fold].iter().map(|at| &rows[*at]).collect();
    let (cues, own) = (matrix(&others), matrix(&own));
    let fake: Vec<bool> = others.iter().map(|row| row.fake).collect();
    let mut path = Vec::with_capacity(alphas.len());
    let mut start: Option<Linear> = None;
    for alpha in alphas {
        let linear = fit(&cues, &fake, *alpha, start.as_ref())?;
        path.push(
            own.rows()
                .into_iter()
                .map(|row| linear.held_log_odds(row))
                .collect(),
        );
        start = Some(linear);
    }
    Ok(path)
}

/// The cues of `rows`, each divided by its scale; a missing one is zero.
fn matrix(rows: &[&LabelledRow]) -> Array2<f64> {
    let mut matrix = Array2::zeros((rows.len(), CUES.len()));
    for (row, mut line) in rows.iter().zip(matrix.rows_mut()) {
        for (at, value) in row.features.values().iter().enumerate() {
            line[at] = value.unwrap_or(0.0) / scale(at);
        }
    }
    matrix
}

/// The greatest absolute value that a cue can have, by its range: it does not depend on the data,
/// and makes a weight the log-odds at full strength.
fn scale(at: usize) -> f64 {
    let (low, high) = CUES[at].range;
    low.abs().max(high.abs())
}

fn artifact(
    linear: &Linear,
    platt: Platt,
    cues: &Array2<f64>,
    training: TrainingFacts,
) -> Artifact {
    let weights = CUES.iter().enumerate().map(|(at, cue)| CueWeight {
        cue: cue.name.to_owned(),
        scale: scale(at),
        weight: rounded(platt.slope * linear.weights[at]),
        fit: linear.fits[at],
        rows: cues
            .column(at)
            .iter()
            .filter(|value| **value != 0.0)
            .count() as u64,
    });
    Artifact {
        format: FORMAT,
        cue_table: table_version(),
        intercept: rounded(platt.slope * linear.intercept + platt.offset),
        seller_most: rounded(platt.slope * SELLER_MOST),
        weights: weights.collect(),
        training,
        figures: Figures {
            all: Metrics::of(&[]),
            kinds: Vec::new(),
            brands: Vec::new(),
        },
    }
}

/// The model with its figures on `rows`.
fn measured(mut artifact: Artifact, rows: &[&LabelledRow]) -> Result<Trained, TrainError> {
    let model = Model::new(artifact.clone())?;
    let predictions: Vec<Prediction> = rows
        .iter()
        .map(|row| Prediction {
            probability: model.probability(&row.features),
            fake: row.fake,
        })
        .collect();
    artifact.figures = figures::figures(rows, &predictions);
    let held_out = rows
        .iter()
        .zip(&predictions)
        .map(|(row, prediction)| HeldOut {
            listing_id: row.listing_id.clone(),
            seller_id: row.seller_id.clone(),
            brand: row.brand.clone(),
            kind: row.kind.clone(),
            fake: row.fake,
            probability: prediction.probability,
        });
    Ok(Trained {
        held_out: held_out.collect(),
        model: Model::new(artifact)?,
    })
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

/// From the strongest regularisation down: each fit begins from a stiffer one.
fn falling(alphas: &[f64]) -> Vec<f64> {
    let mut alphas = alphas.to_vec();
    alphas.sort_by(|a, b| b.total_cmp(a));
    alphas.dedup();
    alphas
}

fn loss(log_odds: &[f64], fake: &[bool]) -> f64 {
    let predictions: Vec<Prediction> = log_odds
        .iter()
        .zip(fake)
        .map(|(log_odds, fake)| Prediction {
            probability: Score::of_log_odds(*log_odds),
            fake: *fake,
        })
        .collect();
    log_loss(&predictions).unwrap_or(f64::INFINITY)
}

fn sellers(rows: &[&LabelledRow]) -> u64 {
    let mut sellers: Vec<&SellerId> = rows.iter().map(|row| &row.seller_id).collect();
    sellers.sort_unstable();
    sellers.dedup();
    sellers.len() as u64
}

#[cfg(test)]
mod tests;
