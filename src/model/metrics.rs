//! How good predictions are. All are pure functions; the order of predictions does not matter,
//! and predictions of one probability are taken together.

use serde::{Deserialize, Serialize};

use super::Score;

/// Bins of the reliability curve and of the expected calibration error.
pub const BINS: usize = 15;

/// A probability beside the truth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// What the model said.
    pub probability: Score,
    /// Whether it is a fake.
    pub fake: bool,
}

/// The figures of one set of predictions. `None` where a figure has no meaning: no fakes, nothing
/// but fakes, or nothing flagged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Predictions.
    pub rows: u64,
    /// Fakes among them.
    pub fakes: u64,
    /// See [`average_precision`].
    pub pr_auc: Option<f64>,
    /// See [`roc_auc`].
    pub roc_auc: Option<f64>,
    /// See [`recall_at_precision`], with precision 0.9.
    pub recall_at_precision_90: Option<f64>,
    /// See [`brier`].
    pub brier: Option<f64>,
    /// See [`log_loss`].
    pub log_loss: Option<f64>,
    /// See [`expected_calibration_error`], with [`BINS`] bins.
    pub ece: Option<f64>,
    /// Precision and recall at probabilities .1 to .9.
    pub thresholds: Vec<AtThreshold>,
    /// The reliability curve: bins that are not empty.
    pub reliability: Vec<Bin>,
}

/// What flagging everything from one probability on gives.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AtThreshold {
    /// The least probability that is flagged.
    pub threshold: f64,
    /// Predictions flagged.
    pub flagged: u64,
    /// Share of the flagged that are fakes.
    pub precision: Option<f64>,
    /// Share of the fakes that are flagged.
    pub recall: Option<f64>,
}

/// Predictions of like probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Where the bin begins; it ends where the next of [`BINS`] equally wide ones begins.
    pub from: f64,
    /// Predictions in it.
    pub rows: u64,
    /// Their mean probability.
    pub mean_probability: f64,
    /// The share of fakes among them.
    pub fakes: f64,
}

impl Metrics {
    /// All figures of `predictions`, rounded to six decimals.
    pub fn of(predictions: &[Prediction]) -> Self {
        let at = |tenths: u32| at_threshold(predictions, f64::from(tenths) / 10.0);
        Self {
            rows: predictions.len() as u64,
            fakes: predictions.iter().filter(|one| one.fake).count() as u64,
            pr_auc: average_precision(predictions).map(rounded),
            roc_auc: roc_auc(predictions).map(rounded),
            recall_at_precision_90: recall_at_precision(predictions, 0.9).map(rounded),
            brier: brier(predictions).map(rounded),
            log_loss: log_loss(predictions).map(rounded),
            ece: expected_calibration_error(predictions, BINS).map(rounded),
            thresholds: (1..=9).map(at).map(AtThreshold::rounded).collect(),
            reliability: reliability(predictions, BINS)
                .into_iter()
                .map(Bin::rounded)
                .collect(),
        }
    }
}

impl AtThreshold {
    fn rounded(self) -> Self {
        Self {
            precision: self.precision.map(rounded),
            recall: self.recall.map(rounded),
            ..self
        }
    }
}

impl Bin {
    fn rounded(self) -> Self {
        Self {
            from: rounded(self.from),
            mean_probability: rounded(self.mean_probability),
            fakes: rounded(self.fakes),
            ..self
        }
    }
}

/// Six decimals: what a person can use, and what JSON gives back to the bit.
pub(super) fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6 + 0.0
}

/// Area under the precision-recall curve as average precision: the sum over falling thresholds of
/// the recall gained times the precision there. `None` without fakes.
pub fn average_precision(predictions: &[Prediction]) -> Option<f64> {
    let all = fakes(predictions)?;
    let (mut area, mut before) = (0.0, 0.0);
    for (flagged, found) in falling_thresholds(predictions) {
        area += (found - before) / all * (found / flagged);
        before = found;
    }
    Some(area)
}

/// Area under the ROC curve: how often a fake has a higher probability than an honest listing,
/// ties counting half (Mann-Whitney). `None` unless there are both.
pub fn roc_auc(predictions: &[Prediction]) -> Option<f64> {
    let all = fakes(predictions)?;
    let honest = predictions.len() as f64 - all;
    if honest == 0.0 {
        return None;
    }
    let (mut wins, mut flagged_before, mut found_before) = (0.0, 0.0, 0.0);
    for (flagged, found) in falling_thresholds(predictions) {
        let (new_fakes, new_all) = (found - found_before, flagged - flagged_before);
        let new_honest = new_all - new_fakes;
        wins += new_honest * (found_before + new_fakes / 2.0);
        (flagged_before, found_before) = (flagged, found);
    }
    Some(wins / (all * honest))
}

/// The greatest recall of any threshold whose precision is at least `precision`; 0 when no
/// threshold reaches it. `None` without fakes.
pub fn recall_at_precision(predictions: &[Prediction], precision: f64) -> Option<f64> {
    let all = fakes(predictions)?;
    let reached = falling_thresholds(predictions)
        .into_iter()
        .filter(|(flagged, found)| found / flagged >= precision)
        .map(|(_, found)| found / all);
    Some(reached.fold(0.0, f64::max))
}

/// Precision and recall when everything from `threshold` on is flagged.
pub fn at_threshold(predictions: &[Prediction], threshold: f64) -> AtThreshold {
    let flagged = predictions
        .iter()
        .filter(|one| one.probability.get() >= threshold);
    let (flagged, found) = flagged.fold((0u64, 0u64), |(n, fakes), one| {
        (n + 1, fakes + u64::from(one.fake))
    });
    AtThreshold {
        threshold,
        flagged,
        precision: (flagged > 0).then(|| found as f64 / flagged as f64),
        recall: fakes(predictions).map(|all| found as f64 / all),
    }
}

/// Mean squared error of the probabilities (Brier 1950). `None` without predictions.
pub fn brier(predictions: &[Prediction]) -> Option<f64> {
    mean(
        predictions
            .iter()
            .map(|one| (one.probability.get() - truth(one)).powi(2)),
    )
}

/// Mean log loss in nats; probabilities are kept 1e-15 away from 0 and 1. `None` without predictions.
pub fn log_loss(predictions: &[Prediction]) -> Option<f64> {
    mean(predictions.iter().map(|one| {
        let probability = one.probability.get().clamp(1e-15, 1.0 - 1e-15);
        -if one.fake {
            probability.ln()
        } else {
            (1.0 - probability).ln()
        }
    }))
}

/// Mean distance between probability and share of fakes over equally wide bins, weighted by the
/// predictions in each (Naeini et al. 2015). `None` without predictions.
pub fn expected_calibration_error(predictions: &[Prediction], bins: usize) -> Option<f64> {
    let all = predictions.len() as f64;
    (all > 0.0).then(|| {
        let curve = reliability(predictions, bins);
        curve
            .iter()
            .map(|bin| bin.rows as f64 / all * (bin.mean_probability - bin.fakes).abs())
            .sum()
    })
}

/// The reliability curve over equally wide bins of 0..=1; empty bins are left out.
pub fn reliability(predictions: &[Prediction], bins: usize) -> Vec<Bin> {
    let mut sums = vec![(0u64, 0.0, 0.0); bins];
    // Sums of floats depend on their order.
    let mut sorted = predictions.to_vec();
    sorted.sort_by_key(|one| (one.probability, one.fake));
    for one in &sorted {
        let at = (one.probability.get() * bins as f64) as usize;
        if let Some(sum) = sums.get_mut(at.min(bins.saturating_sub(1))) {
            *sum = (sum.0 + 1, sum.1 + one.probability.get(), sum.2 + truth(one));
        }
    }
    let filled = sums
        .into_iter()
        .enumerate()
        .filter(|(_, (rows, ..))| *rows > 0);
    filled
        .map(|(at, (rows, probability, fakes))| Bin {
            from: at as f64 / bins as f64,
            rows,
            mean_probability: probability / rows as f64,
            fakes: fakes / rows as f64,
        })
        .collect()
}

/// Flagged and fakes among them at each probability that occurs, from the highest down.
fn falling_thresholds(predictions: &[Prediction]) -> Vec<(f64, f64)> {
    let mut sorted = predictions.to_vec();
    sorted.sort_by_key(|one| std::cmp::Reverse(one.probability));
    let (mut flagged, mut found) = (0.0, 0.0);
    let ties = sorted.chunk_by(|a, b| a.probability == b.probability);
    ties.map(|tie| {
        flagged += tie.len() as f64;
        found += tie.iter().map(truth).sum::<f64>();
        (flagged, found)
    })
    .collect()
}

fn fakes(predictions: &[Prediction]) -> Option<f64> {
    let count: f64 = predictions.iter().map(truth).sum();
    (count > 0.0).then_some(count)
}

fn truth(prediction: &Prediction) -> f64 {
    f64::from(u8::from(prediction.fake))
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let mut numbers: Vec<f64> = numbers.collect();
    // Sums of floats depend on their order.
    numbers.sort_by(f64::total_cmp);
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn predictions(of: &[(f64, bool)]) -> Vec<Prediction> {
        let one = |&(probability, fake)| {
            let probability = Score::new(probability).expect("a probability");
            Prediction { probability, fake }
        };
        of.iter().map(one).collect()
    }

    fn near(found: Option<f64>, expected: f64) {
        let found = found.expect("defined");
        assert!(
            (found - expected).abs() < 1e-12,
            "{found} is not {expected}"
        );
    }

    /// Ranked: fake, honest, fake, honest.
    fn four() -> Vec<Prediction> {
        predictions(&[(0.9, true), (0.8, false), (0.4, true), (0.1, false)])
    }

    #[test]
    fn figures_worked_out_by_hand() {
        // Recall 1/2 at precision 1, then 1/2 more at precision 2/3.
        near(average_precision(&four()), 0.5 * 1.0 + 0.5 * 2.0 / 3.0);
        // Of four pairs of fake and honest three are in order.
        near(roc_auc(&four()), 0.75);
        near(brier(&four()), (0.01 + 0.64 + 0.36 + 0.01) / 4.0);
        near(
            log_loss(&four()),
            -(0.9f64.ln() + 0.2f64.ln() + 0.4f64.ln() + 0.9f64.ln()) / 4.0,
        );
        near(recall_at_precision(&four(), 0.9), 0.5);
        near(recall_at_precision(&four(), 0.6), 1.0);
        let half = at_threshold(&four(), 0.5);
        assert_eq!(
            (half.flagged, half.precision, half.recall),
            (2, Some(0.5), Some(0.5))
        );
    }

    #[test]
    fn ties_are_taken_together() {
        let tied = predictions(&[(0.5, true), (0.5, false), (0.5, false), (0.5, true)]);
        near(average_precision(&tied), 0.5);
        near(roc_auc(&tied), 0.5);
        near(recall_at_precision(&tied, 0.9), 0.0);
    }

    #[test]
    fn calibration_error_weighs_bins_by_their_rows() {
        // Two bins: three predictions of mean 0.2 with 1/3 fakes, one of 0.8 that is a fake.
        let some = predictions(&[(0.1, false), (0.2, true), (0.3, false), (0.8, true)]);
        let expected = 0.75 * (1.0f64 / 3.0 - 0.2) + 0.25 * 0.2;
        near(expected_calibration_error(&some, 2), expected);
        let curve = reliability(&some, 2);
        assert_eq!(curve.iter().map(|bin| bin.rows).collect::<Vec<_>>(), [3, 1]);
        // Certainty falls into the last bin, not beyond it.
        assert_eq!(
            reliability(&predictions(&[(1.0, true)]), 15)[0].from,
            14.0 / 15.0
        );
    }

    #[test]
    fn what_has_no_meaning_is_none() {
        let honest = predictions(&[(0.2, false)]);
        assert_eq!((average_precision(&honest), roc_auc(&honest)), (None, None));
        assert_eq!(at_threshold(&honest, 0.5).precision, None);
        assert_eq!(roc_auc(&predictions(&[(0.2, true)])), None);
        let none = Metrics::of(&[]);
        assert_eq!(
            (none.rows, none.brier, none.ece, none.pr_auc),
            (0, None, None, None)
        );
    }

    proptest! {
        #[test]
        fn order_does_not_matter(mut of in prop::collection::vec((0.0f64..=1.0, any::<bool>()), 1..40)) {
            let forwards = Metrics::of(&predictions(&of));
            of.reverse();
            prop_assert_eq!(Metrics::of(&predictions(&of)), forwards);
        }
    }
}
