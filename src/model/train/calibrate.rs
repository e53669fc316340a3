use super::super::metrics::{Prediction, brier, log_loss};
use super::super::{Score, Shape};
use super::isotonic::isotonic;
use super::platt::{Platt, platt};

/// How raw log-odds become true ones.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Calibration {
    /// A line, folded into the weights.
    pub(super) line: Platt,
    /// What is added after it, by the log-odds on the line; `None` when the line does as well.
    pub(super) added: Option<Shape>,
}

impl Calibration {
    fn of_line(log_odds: &[f64], fake: &[bool]) -> Self {
        let line = platt(log_odds, fake);
        Self { line, added: None }
    }

    /// Pools after the line, so that weights keep their size whatever comes after them.
    fn of_pools(log_odds: &[f64], fake: &[bool]) -> Self {
        let line = platt(log_odds, fake);
        let on_line: Vec<f64> = log_odds.iter().map(|x| line.apply(*x)).collect();
        let added = Some(isotonic(&on_line, fake));
        Self { line, added }
    }

    pub(super) fn apply(&self, log_odds: f64) -> f64 {
        let on_line = self.line.apply(log_odds);
        on_line + self.added.as_ref().map_or(0.0, |added| added.at(on_line))
    }
}

/// Log-odds of rows by fits that did not see them.
#[derive(Clone, Debug, Default)]
pub(super) struct LeftOut {
    pub(super) log_odds: Vec<f64>,
    pub(super) fake: Vec<bool>,
    /// The fold that each row was left out with.
    pub(super) fold: Vec<usize>,
}

/// Mean squared errors of the two calibrations, each on folds that it was not fitted to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Compared {
    pub(super) platt: f64,
    pub(super) isotonic: f64,
}

impl LeftOut {
    /// The calibration with the smaller squared error (Brier 1950) on folds that it was not fitted to, the line
    /// of equals, fitted to all rows.
    pub(super) fn calibrate(&self) -> (Calibration, Compared) {
        let compared = Compared {
            platt: self.error(Calibration::of_line),
            isotonic: self.error(Calibration::of_pools),
        };
        let best = if compared.isotonic < compared.platt {
            Calibration::of_pools
        } else {
            Calibration::of_line
        };
        (best(&self.log_odds, &self.fake), compared)
    }

    /// Mean log loss in nats on the line through all rows.
    pub(super) fn log_loss(&self) -> f64 {
        let line = platt(&self.log_odds, &self.fake);
        let rows = self.log_odds.iter().zip(&self.fake);
        let predictions: Vec<Prediction> = rows
            .map(|(x, fake)| Prediction {
                probability: Score::of_log_odds(line.apply(*x)),
                fake: *fake,
            })
            .collect();
        log_loss(&predictions).unwrap_or(f64::INFINITY)
    }

    fn error(&self, calibration: impl Fn(&[f64], &[bool]) -> Calibration) -> f64 {
        let folds = self.fold.iter().max().map_or(0, |last| last + 1);
        let mut predictions = Vec::with_capacity(self.fake.len());
        for fold in 0..folds {
            let part = |own: bool| -> (Vec<f64>, Vec<bool>) {
                let rows = (0..self.fake.len()).filter(|at| (self.fold[*at] == fold) == own);
                rows.map(|at| (self.log_odds[at], self.fake[at])).unzip()
            };
            let ((others, truth), own) = (part(false), part(true));
            let calibration = calibration(&others, &truth);
            predictions.extend(own.0.iter().zip(own.1).map(|(x, fake)| Prediction {
                probability: Score::of_log_odds(calibration.apply(*x)),
                fake,
            }));
        }
        brier(&predictions).unwrap_or(f64::INFINITY)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::score::logistic;
    use super::*;

    /// Rows of five folds at each of several log-odds, of which the share that `truth` gives is fake.
    fn left_out(truth: impl Fn(f64) -> f64) -> LeftOut {
        let mut rows = LeftOut::default();
        for step in -20..=20 {
            let x = f64::from(step) / 5.0;
            for at in 0..100 {
                rows.log_odds.push(x);
                // Spread over the folds alike.
                rows.fake
                    .push((f64::from(at) * 0.618_034).fract() < truth(x));
                rows.fold.push(at as usize % 5);
            }
        }
        rows
    }

    #[test]
    fn a_line_is_kept_where_a_line_is_the_truth() {
        let rows = left_out(|x| logistic(0.7 * x - 1.0));
        let Calibration { line, added } = rows.calibrate().0;
        assert_eq!(added, None, "a staircase is no better than the truth");
        assert!(
            (line.slope - 0.7).abs() < 0.05 && (line.offset + 1.0).abs() < 0.1,
            "{line:?}"
        );
    }

    #[test]
    fn what_no_line_mends_is_mended_by_pools() {
        // Rises slowly, then ever faster.
        let truth = |x: f64| 0.05 + 0.9 * ((x + 4.0) / 8.0).powi(6);
        let rows = left_out(truth);
        let (calibration, compared) = rows.calibrate();
        assert!(compared.isotonic < compared.platt, "{compared:?}");
        let near = |x: f64, share: f64| (logistic(calibration.apply(x)) - share).abs() < 0.03;
        assert!(
            [-2.0, 1.0, 3.0].iter().all(|x| near(*x, truth(*x))),
            "{calibration:?}"
        );
    }
}
