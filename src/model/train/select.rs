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

/// Tries each strength with fakes that count like the others, then each weight of fakes with the strength that
/// did best; every setting on every fold.
pub(super) fn select(
    columns: &Columns,
    sparse: &Sparse,
    fake: &[bool],
    split: &Split,
    settings: &TrainSettings,
) -> Chosen {
    let folds = Folds {
        columns,
        sparse,
        fake,
        split,
    };
    let (alphas, weights) = (sorted(&settings.alphas), sorted(&settings.fake_weights));
    // From the strongest regularisation down: each fit begins from a stiffer one.
    let first = alphas.iter().rev().map(|alpha| (weights[0], *alpha));
    let mut best = folds.best(&first.collect::<Vec<_>>(), None);
    if weights.len() > 1 {
        let then: Vec<(f64, f64)> = weights[1..]
            .iter()
            .map(|weight| (*weight, best.alpha))
            .collect();
        let other = folds.best(&then, Some(&best.start));
        let tried: Vec<Tried> = best.tried.iter().chain(&other.tried).copied().collect();
        if other.loss() < best.loss() {
            best = other;
        }
        best.tried = tried;
    }
    best
}

/// What every setting is tried on.
struct Folds<'a> {
    columns: &'a Columns,
    sparse: &'a Sparse,
    fake: &'a [bool],
    split: &'a Split,
}

impl Folds<'_> {
    /// The best of `settings`, pairs of the weight of a fake and the strength; the first of equals.
    fn best(&self, settings: &[(f64, f64)], start: Option<&Linear>) -> Chosen {
        let folds: Vec<Vec<Predicted>> = (0..self.split.folds.len())
            .into_par_iter()
            .map(|fold| self.path(fold, settings, start))
            .collect();
        let losses: Vec<f64> = (0..settings.len())
            .into_par_iter()
            .map(|at| self.left_out(&folds, at).log_loss())
            .collect();
        let best = (1..losses.len()).fold(
            0,
            |best, at| if losses[at] < losses[best] { at } else { best },
        );
        let tried = settings
            .iter()
            .zip(&losses)
            .map(|((fake_weight, alpha), loss)| Tried {
                alpha: *alpha,
                fake_weight: *fake_weight,
                log_loss: rounded(*loss),
            });
        Chosen {
            alpha: settings[best].1,
            fake_weight: settings[best].0,
            tried: tried.collect(),
            left_out: self.left_out(&folds, best),
            start: folds[0][best].linear.clone(),
        }
    }

    /// Each setting in turn: log-odds of the fold's rows by a fit to the other folds.
    fn path(&self, fold: usize, settings: &[(f64, f64)], start: Option<&Linear>) -> Vec<Predicted> {
        let rows = self.split.without(fold);
        let mut linear = start
            .cloned()
            .unwrap_or_else(|| Linear::start(self.columns));
        let predicted = settings.iter().map(|(fake_weight, alpha)| {
            let problem = Problem {
                sparse: self.sparse,
                columns: self.columns,
                rows: &rows,
                fake: self.fake,
                fake_weight: *fake_weight,
                alpha: *alpha,
            };
            linear = fit(&problem, &linear);
            let own = self.split.folds[fold].iter();
            Predicted {
                log_odds: linear.held_log_odds(self.columns, own.map(|at| self.sparse.row(*at))),
                linear: linear.clone(),
            }
        });
        predicted.collect()
    }

    fn left_out(&self, folds: &[Vec<Predicted>], setting: usize) -> LeftOut {
        let mut rows = LeftOut::default();
        for (fold, (own, predicted)) in self.split.folds.iter().zip(folds).enumerate() {
            rows.log_odds.extend(&predicted[setting].log_odds);
            rows.fake.extend(own.iter().map(|row| self.fake[*row]));
            rows.fold.extend(own.iter().map(|_| fold));
        }
        rows
    }
}

impl Chosen {
    /// The loss of the setting taken.
    fn loss(&self) -> f64 {
        let own =
            |tried: &&Tried| tried.alpha == self.alpha && tried.fake_weight == self.fake_weight;
        self.tried
            .iter()
            .find(own)
            .map_or(f64::INFINITY, |tried| tried.log_loss)
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}
