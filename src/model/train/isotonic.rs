use super::super::{Point, Shape};
use super::rounded;

/// Isotonic calibration: what to add to log-odds, by the log-odds, so that the shares of fakes are true on
/// rows that the model was not fitted to.
///
/// Pool adjacent violators (Ayer et al. 1955, doi:10.1214/aoms/1177728423) gives the rising shares nearest to
/// the truth; each pool becomes a point at its mean log-odds, with half a row of either kind added (Jeffreys),
/// and between the points calibrated log-odds run in straight lines (centred isotonic regression, Oron and
/// Flournoy 2017, doi:10.1080/19466315.2017.1286256): a pool that is level would leave the order of its
/// listings in the queue to chance. Rows are sorted first and equal log-odds
/// pooled at once, so their order does not matter.
pub(super) fn isotonic(log_odds: &[f64], fake: &[bool]) -> Shape {
    let mut sorted: Vec<(f64, bool)> = log_odds.iter().copied().zip(fake.iter().copied()).collect();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut pools: Vec<Pool> = Vec::new();
    for (x, fake) in sorted {
        let one = Pool {
            rows: 1.0,
            fakes: f64::from(u8::from(fake)),
            log_odds: x,
            last: x,
        };
        match pools.last_mut() {
            Some(pool) if pool.last == x => pool.take(&one),
            _ => {
                // Only whole groups of equal log-odds are compared.
                settle(&mut pools);
                pools.push(one);
            }
        }
    }
    settle(&mut pools);
    let mut points: Vec<Point> = Vec::new();
    let mut highest = f64::NEG_INFINITY;
    for pool in &pools {
        let share = (pool.fakes + 0.5) / (pool.rows + 1.0);
        highest = (share / (1.0 - share)).ln().max(highest);
        let value = rounded(pool.log_odds / pool.rows);
        // What is nearer to each other than the rounding is one point.
        if points.last().is_none_or(|last| value > last.value) {
            points.push(Point {
                value,
                log_odds: rounded(highest - value),
            });
        }
    }
    Shape::new(points)
}

/// Rows that share one calibrated probability.
struct Pool {
    rows: f64,
    fakes: f64,
    /// The sum over the rows.
    log_odds: f64,
    /// The greatest log-odds among them.
    last: f64,
}

impl Pool {
    fn take(&mut self, other: &Self) {
        self.rows += other.rows;
        self.fakes += other.fakes;
        self.log_odds += other.log_odds;
        self.last = other.last;
    }

    fn share(&self) -> f64 {
        self.fakes / self.rows
    }
}

/// Pools the last two as long as they do not rise.
fn settle(pools: &mut Vec<Pool>) {
    while let [.., before, last] = &mut pools[..]
        && before.share() >= last.share()
    {
        before.take(last);
        pools.pop();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::score::logistic;
    use super::*;

    #[test]
    fn pools_have_the_share_of_their_rows() {
        // 0.1, then 0.5 twice although the second dips, then 0.9.
        let (mut log_odds, mut fake) = (Vec::new(), Vec::new());
        for (x, fakes) in [(-2.0, 10), (-1.0, 52), (0.0, 48), (1.0, 90)] {
            for at in 0..100 {
                log_odds.push(x);
                fake.push(at < fakes);
            }
        }
        let shape = isotonic(&log_odds, &fake);
        assert_eq!(shape.points().len(), 3);
        let at = |x: f64| logistic(x + shape.at(x));
        assert!((at(-2.0) - 0.1).abs() < 0.01, "{}", at(-2.0));
        assert!((at(-0.5) - 0.5).abs() < 0.01, "{}", at(-0.5));
        assert!((at(1.0) - 0.9).abs() < 0.01, "{}", at(1.0));
        // Beyond the ends log-odds go on one to one.
        assert!((shape.at(5.0) - shape.at(1.0)).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn it_never_falls_and_order_does_not_matter(mut of in prop::collection::vec((-5i8..5, any::<bool>()), 1..80)) {
            let shape_of = |of: &[(i8, bool)]| {
                let (x, fake): (Vec<f64>, Vec<bool>) = of.iter().map(|(x, fake)| (f64::from(*x), *fake)).unzip();
                isotonic(&x, &fake)
            };
            let shape = shape_of(&of);
            prop_assert!(shape.is_sound());
            let calibrated: Vec<f64> = (-60..60).map(|x| f64::from(x) / 10.0).map(|x| x + shape.at(x)).collect();
            prop_assert!(calibrated.windows(2).all(|pair| pair[1] >= pair[0] - 2e-6));
            of.reverse();
            prop_assert_eq!(shape_of(&of), shape);
        }
    }
}
