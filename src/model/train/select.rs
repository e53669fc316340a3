use rayon::prelude::*;

use super::super::artifact::Tried;
use super::super::metrics::rounded;
use super::columns::{Columns, Sparse};
use super::fit::{Linear, Problem, fit};
use super::split::Split;
use super::{LeftOut, TrainSettings};

/// The setting that does best on sellers left out.
pub(super) struct Chosen {
    pub(super) alpha: f64,
    pub(super) fake_weight: f64,
    /// Every setting with its loss.
    pub(super) tried: Vec<Tried>,
    /// What fits of this setting say of the rows that they did not see.
    pub(super) left_out: LeftOut,
    /// A fit of this setting, to begin from.
    pub(super) start: Linear,
}

/// A fold under one setting: log-odds of its rows by a fit to the other folds.
struct Predicted {
    log_odds: Vec<f64>,
    linear: Linear,
}

/// Tries every setting on every fold.
pub(super) fn select(
    columns: &Columns,
    sparse: &Sparse,
    fake: &[bool],
    split: &Split,
    settings: &TrainSettings,
) -> Chosen {
    let tried = grid(settings);
    let of_seller = columns.of_seller();
    let folds: Vec<Vec<Predicted>> = (0..split.folds.len())
        .into_par_iter()
        .map(|fold| {
            let rows = split.without(fold);
            let mut start = Linear::start(columns);
            let predicted = tried.iter().map(|(fake_weight, alpha)| {
                let problem = Problem {
                    sparse,
                    rows: &rows,
                    fake,
                    fake_weight: *fake_weight,
                    alpha: *alpha,
                };
                // Each fit begins from the one before, which is much like it.
                start = fit(&problem, columns, &start);
                let own = split.folds[fold].iter();
                Predicted {
                    log_odds: own.map(|at| start.held_log_odds(sparse.row(*at), &of_seller)).collect(),
                    linear: start.clone(),
                }
            });
            predicted.collect()
        })
        .collect();
    let left_out = |at: usize| {
        let mut rows = LeftOut::default();
        for (fold, (own, predicted)) in split.folds.iter().zip(&folds).enumerate() {
            rows.log_odds.extend(&predicted[at].log_odds);
            rows.fake.extend(own.iter().map(|row| fake[*row]));
            rows.fold.extend(own.iter().map(|_| fold));
        }
        rows
    };
    let losses: Vec<f64> = (0..tried.len()).into_par_iter().map(|at| left_out(at).log_loss()).collect();
    let best = (1..tried.len()).fold(0, |best, at| if losses[at] < losses[best] { at } else { best });
    let (fake_weight, alpha) = tried[best];
    let tried = tried.iter().zip(&losses).map(|((fake_weight, alpha), loss)| Tried {
        alpha: *alpha,
        fake_weight: *fake_weight,
        log_loss: rounded(*loss),
    });
    Chosen {
        alpha,
        fake_weight,
        tried: tried.collect(),
        left_out: left_out(best),
        start: folds[0][best].linear.clone(),
    }
}

/// The settings: the least weights of fakes first, each from the strongest regularisation down.
fn grid(settings: &TrainSettings) -> Vec<(f64, f64)> {
    let sorted = |values: &[f64], falling: bool| {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values.dedup();
        if falling {
            values.reverse();
        }
        values
    };
    let alphas = sorted(&settings.alphas, true);
    let weights = sorted(&settings.fake_weights, false);
    let pairs = weights.iter().flat_map(|weight| alphas.iter().map(|alpha| (*weight, *alpha)));
    pairs.collect()
}
