use super::super::score::logistic;

/// The line from raw log-odds to calibrated ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Platt {
    pub(super) slope: f64,
    pub(super) offset: f64,
}

impl Platt {
    pub(super) fn apply(self, log_odds: f64) -> f64 {
        self.slope * log_odds + self.offset
    }
}

/// Newton's method needs about ten steps.
const MOST_STEPS: usize = 100;

/// Platt scaling: the slope and offset that make the probabilities of `log_odds` true, on rows that
/// the model was not fitted to.
///
/// Follows Lin, Lin and Weng 2007, "A note on Platt's probabilistic outputs for support vector
/// machines" (doi:10.1007/s10994-007-5018-6): smoothed targets, Newton steps with backtracking.
pub(super) fn platt(log_odds: &[f64], fake: &[bool]) -> Platt {
    let fakes = fake.iter().filter(|fake| **fake).count() as f64;
    let honest = fake.len() as f64 - fakes;
    let (high, low) = ((fakes + 1.0) / (fakes + 2.0), 1.0 / (honest + 2.0));
    let rows = || {
        log_odds
            .iter()
            .zip(fake)
            .map(|(x, fake)| (*x, if *fake { high } else { low }))
    };
    let loss = |at: Platt| {
        rows()
            .map(|(x, target)| cross_entropy(at.slope * x + at.offset, target))
            .sum::<f64>()
    };

    let mut at = Platt {
        slope: 1.0,
        offset: 0.0,
    };
    let mut now = loss(at);
    for _ in 0..MOST_STEPS {
        // The ridge keeps the Hessian invertible when all log-odds are equal.
        let (mut h_ss, mut h_so, mut h_oo) = (1e-12, 0.0, 1e-12);
        let (mut g_s, mut g_o) = (0.0, 0.0);
        for (x, target) in rows() {
            let probability = logistic(at.slope * x + at.offset);
            let curvature = probability * (1.0 - probability);
            h_ss += x * x * curvature;
            h_so += x * curvature;
            h_oo += curvature;
            g_s += x * (probability - target);
            g_o += probability - target;
        }
        if g_s.abs() < 1e-8 && g_o.abs() < 1e-8 {
            break;
        }
        let determinant = h_ss * h_oo - h_so * h_so;
        let d_slope = -(h_oo * g_s - h_so * g_o) / determinant;
        let d_offset = -(h_ss * g_o - h_so * g_s) / determinant;
        let descent = g_s * d_slope + g_o * d_offset;
        let mut step = 1.0;
        let next = loop {
            let next = Platt {
                slope: at.slope + step * d_slope,
                offset: at.offset + step * d_offset,
            };
            let then = loss(next);
            if then < now + 1e-4 * step * descent {
                break Some((next, then));
            }
            step /= 2.0;
            if step < 1e-10 {
                break None;
            }
        };
        match next {
            Some((next, then)) => (at, now) = (next, then),
            None => break,
        }
    }
    at
}

/// The loss of log-odds `z` for the probability `target`, without overflow.
fn cross_entropy(z: f64, target: f64) -> f64 {
    let (over, rest) = if z >= 0.0 {
        (1.0 - target, -z)
    } else {
        (-target, z)
    };
    over * z + rest.exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1,000 rows at each of five log-odds, of which the calibrated share is fake.
    fn rows(slope: f64, offset: f64) -> (Vec<f64>, Vec<bool>) {
        let levels = [-2.0, -1.0, 0.0, 1.0, 2.0];
        let (mut log_odds, mut fake) = (Vec::new(), Vec::new());
        for level in levels {
            let fakes = (logistic(slope * level + offset) * 1000.0).round() as usize;
            for at in 0..1000 {
                log_odds.push(level);
                fake.push(at < fakes);
            }
        }
        (log_odds, fake)
    }

    #[test]
    fn a_distortion_is_found() {
        for (slope, offset) in [(1.0, 0.0), (0.5, -1.0), (2.0, 0.5)] {
            let (log_odds, fake) = rows(slope, offset);
            let found = platt(&log_odds, &fake);
            assert!((found.slope - slope).abs() < 0.02, "{found:?}");
            assert!((found.offset - offset).abs() < 0.02, "{found:?}");
        }
    }

    #[test]
    fn useless_log_odds_give_the_base_rate() {
        let log_odds = vec![0.0; 100];
        let fake: Vec<bool> = (0..100).map(|at| at < 10).collect();
        let found = platt(&log_odds, &fake);
        assert!((logistic(found.offset) - 0.1).abs() < 0.02, "{found:?}");
    }
}
