use linfa::DatasetBase;
use linfa::traits::Fit as _;
use linfa_logistic::LogisticRegression;
use linfa_logistic::error::Error as SolverError;
use ndarray::{Array1, Array2, Axis, ShapeBuilder};

use crate::features::{CUES, Family};

use super::super::Fit;
use super::super::score::logistic;

/// The gradient of the summed log loss at which L-BFGS stops: weights are then exact to about three
/// decimals even for a cue that a few dozen rows show.
const GRADIENT_TOLERANCE: f64 = 1e-4;

/// L-BFGS needs some dozens of steps; so many mean that the data are hopeless.
const MOST_STEPS: u64 = 2000;

/// The slope of the summed log loss from which a cue comes back; well above what the solver leaves.
const LEAST_FALL: f64 = 1e-2;

/// The most that the seller's cues may add together, in log-odds before calibration: odds times ten.
/// Fits do not know of it; what comes after them, the choice of alpha and the calibration, does.
pub(super) const SELLER_MOST: f64 = std::f64::consts::LN_10;

/// A fitted linear model over scaled cues.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Linear {
    pub(super) intercept: f64,
    /// In the table's order; zero unless the cue is [`Fit::Fitted`].
    pub(super) weights: Vec<f64>,
    pub(super) fits: Vec<Fit>,
}

impl Linear {
    /// Log-odds of one row of scaled cues, as they are fitted.
    pub(super) fn log_odds(&self, row: ndarray::ArrayView1<'_, f64>) -> f64 {
        let parts = row.iter().zip(&self.weights);
        parts.fold(self.intercept, |sum, (value, weight)| sum + value * weight)
    }

    /// The same as they are used: the seller's cues add at most [`SELLER_MOST`].
    pub(super) fn held_log_odds(&self, row: ndarray::ArrayView1<'_, f64>) -> f64 {
        let of_seller = CUES
            .iter()
            .zip(row.iter().zip(&self.weights))
            .filter(|(cue, _)| cue.family == Family::Seller);
        let seller: f64 = of_seller.map(|(_, (value, weight))| value * weight).sum();
        self.log_odds(row) - (seller - SELLER_MOST).max(0.0)
    }
}

/// Fits a logistic regression with an L2 penalty of `alpha / 2` that keeps every cue to its direction.
///
/// An active-set method after Lawson and Hanson's for non-negative least squares (Solving Least
/// Squares Problems, 1974, chapter 23). Cues that no row shows are left out. As long as a weight has
/// the sign that its cue's direction forbids, the cue with the greatest such weight is left out and the
/// rest fitted again; one at a time, because leaving one of two like cues out often mends the other.
/// Then the cue left out whose return would lower the loss most in its own direction comes back,
/// once; the fit ends when none would.
///
/// `start` is a fit of a like problem, to begin from.
///
/// # Errors
/// When `fake` has a single class or L-BFGS fails.
pub(super) fn fit(
    cues: &Array2<f64>,
    fake: &[bool],
    alpha: f64,
    start: Option<&Linear>,
) -> Result<Linear, SolverError> {
    let seen = |at: usize| cues.column(at).iter().any(|value| *value != 0.0);
    let fits = (0..CUES.len()).map(|at| if seen(at) { Fit::Fitted } else { Fit::Unseen });
    let mut fitted = refit(cues, fake, alpha, fits.collect(), start)?;
    let mut returned = vec![false; CUES.len()];
    loop {
        let wrong = (0..CUES.len()).filter(|at| !CUES[*at].direction.allows(fitted.weights[*at]));
        let worst = wrong.max_by(|a, b| {
            fitted.weights[*a]
                .abs()
                .total_cmp(&fitted.weights[*b].abs())
        });
        let mut fits = fitted.fits.clone();
        if let Some(at) = worst {
            fits[at] = Fit::WrongSign;
        } else if let Some(at) = missed(cues, fake, &fitted, &returned) {
            fits[at] = Fit::Fitted;
            returned[at] = true;
        } else {
            return Ok(fitted);
        }
        fitted = refit(cues, fake, alpha, fits, Some(&fitted))?;
    }
}

/// Fits the cues that `fits` keeps, whatever the signs.
fn refit(
    cues: &Array2<f64>,
    fake: &[bool],
    alpha: f64,
    fits: Vec<Fit>,
    start: Option<&Linear>,
) -> Result<Linear, SolverError> {
    let kept: Vec<usize> = (0..CUES.len())
        .filter(|at| fits[*at] == Fit::Fitted)
        .collect();
    let begin = start.map(|start| Start::of(start, &kept));
    let (fitted, intercept) = solve(by_column(cues, &kept), fake, alpha, begin)?;
    let mut weights = vec![0.0; CUES.len()];
    for (at, weight) in kept.into_iter().zip(fitted) {
        weights[at] = weight;
    }
    Ok(Linear {
        intercept,
        weights,
        fits,
    })
}

/// The cue left out that has not been back yet and whose weight would leave zero in its own direction
/// with the steepest fall of the loss.
fn missed(cues: &Array2<f64>, fake: &[bool], fitted: &Linear, returned: &[bool]) -> Option<usize> {
    let errors: Vec<f64> = cues
        .rows()
        .into_iter()
        .zip(fake)
        .map(|(row, fake)| logistic(fitted.log_odds(row)) - f64::from(u8::from(*fake)))
        .collect();
    let fall = |at: usize| -> f64 {
        -cues
            .column(at)
            .iter()
            .zip(&errors)
            .map(|(value, error)| value * error)
            .sum::<f64>()
    };
    (0..CUES.len())
        .filter(|at| fitted.fits[*at] == Fit::WrongSign && !returned[*at])
        .map(|at| (at, fall(at)))
        .filter(|(at, fall)| fall.abs() > LEAST_FALL && CUES[*at].direction.allows(*fall))
        .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))
        .map(|(at, _)| at)
}

/// The kept columns, each contiguous: the gradient is one product of a column and the errors for each
/// cue, which is several times slower across rows.
fn by_column(cues: &Array2<f64>, kept: &[usize]) -> Array2<f64> {
    let mut columns = Array2::zeros((cues.nrows(), kept.len()).f());
    columns.assign(&cues.select(Axis(1), kept));
    columns
}

/// Where L-BFGS begins: the kept weights, then the intercept.
struct Start(Vec<f64>);

impl Start {
    fn of(linear: &Linear, kept: &[usize]) -> Self {
        let weights = kept.iter().map(|at| linear.weights[*at]);
        Self(weights.chain([linear.intercept]).collect())
    }
}

/// Weights and intercept for the log-odds of a fake.
fn solve(
    columns: Array2<f64>,
    fake: &[bool],
    alpha: f64,
    start: Option<Start>,
) -> Result<(Vec<f64>, f64), SolverError> {
    let data = DatasetBase::new(columns, Array1::from(fake.to_vec()));
    let model = LogisticRegression::default()
        .alpha(alpha)
        .gradient_tolerance(GRADIENT_TOLERANCE)
        .max_iterations(MOST_STEPS);
    let fitted = match start {
        // The line search can fail right beside the optimum; from zero it does not start there.
        Some(start) => {
            let begin = Array1::from(start.0) * sign(positive_is_fake(fake));
            model
                .clone()
                .initial_params(begin)
                .fit(&data)
                .or_else(|_| model.fit(&data))?
        }
        None => model.fit(&data)?,
    };
    let sign = sign(fitted.labels().pos.class);
    let weights = fitted.params().iter().map(|weight| weight * sign).collect();
    Ok((weights, fitted.intercept() * sign))
}

/// linfa-logistic counts the more frequent class as positive, the first of two equals.
fn positive_is_fake(fake: &[bool]) -> bool {
    let fakes = fake.iter().filter(|fake| **fake).count();
    match (2 * fakes).cmp(&fake.len()) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => fake.first() == Some(&true),
        std::cmp::Ordering::Greater => true,
    }
}

fn sign(positive: bool) -> f64 {
    if positive { 1.0 } else { -1.0 }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::market;
    use super::super::matrix;
    use super::*;
    use crate::features::position;

    fn problem(rows: usize, seed: u64) -> (Array2<f64>, Vec<bool>) {
        let market = market(rows, seed);
        (
            matrix(&market.iter().collect::<Vec<_>>()),
            market.iter().map(|row| row.fake).collect(),
        )
    }

    /// The gradient of the penalised log loss, worked out without linfa.
    fn gradient(cues: &Array2<f64>, fake: &[bool], alpha: f64, fitted: &Linear) -> Vec<f64> {
        let mut gradient: Vec<f64> = fitted.weights.iter().map(|weight| alpha * weight).collect();
        gradient.push(0.0);
        for (row, fake) in cues.rows().into_iter().zip(fake) {
            let error = logistic(fitted.log_odds(row)) - f64::from(u8::from(*fake));
            for (at, value) in row.iter().chain([&1.0]).enumerate() {
                gradient[at] += error * value;
            }
        }
        gradient
    }

    #[test]
    fn the_solver_ends_at_the_optimum() {
        let (cues, fake) = problem(3000, 1);
        for alpha in [0.1, 10.0] {
            let fitted = fit(&cues, &fake, alpha, None).expect("fits");
            let gradient = gradient(&cues, &fake, alpha, &fitted);
            for at in (0..CUES.len()).filter(|at| fitted.fits[*at] == Fit::Fitted) {
                assert!(
                    gradient[at].abs() < 1e-2,
                    "{}: {}",
                    CUES[at].name,
                    gradient[at]
                );
            }
            assert!(
                gradient[CUES.len()].abs() < 1e-2,
                "intercept: {}",
                gradient[CUES.len()]
            );
        }
    }

    #[test]
    fn where_it_begins_does_not_matter() {
        let (cues, fake) = problem(2000, 2);
        let cold = fit(&cues, &fake, 1.0, None).expect("fits");
        let other = fit(&cues, &fake, 100.0, None).expect("fits");
        let warm = fit(&cues, &fake, 1.0, Some(&other)).expect("fits");
        assert_eq!(cold.fits, warm.fits);
        for (cold, warm) in cold.weights.iter().zip(&warm.weights) {
            assert!((cold - warm).abs() < 1e-3, "{cold} {warm}");
        }
        assert_eq!(fit(&cues, &fake, 1.0, None).expect("fits"), cold);
    }

    #[test]
    fn no_weight_goes_against_its_direction() {
        let (mut cues, fake) = problem(2000, 3);
        // A cue that speaks against its meaning: it is there exactly when the listing is honest.
        let at = position("text.contact").expect("a cue");
        for (row, fake) in fake.iter().enumerate() {
            cues[[row, at]] = if *fake { 0.0 } else { 1.0 };
        }
        let fitted = fit(&cues, &fake, 1.0, None).expect("fits");
        assert_eq!((fitted.fits[at], fitted.weights[at]), (Fit::WrongSign, 0.0));
        for (cue, weight) in CUES.iter().zip(&fitted.weights) {
            assert!(cue.direction.allows(*weight), "{} {weight}", cue.name);
        }
    }

    #[test]
    fn a_cue_that_nobody_shows_breaks_nothing() {
        let (mut cues, fake) = problem(500, 4);
        let at = position("text.slang").expect("a cue");
        cues.column_mut(at).fill(0.0);
        let fitted = fit(&cues, &fake, 1.0, None).expect("fits");
        assert_eq!((fitted.fits[at], fitted.weights[at]), (Fit::Unseen, 0.0));
    }

    #[test]
    fn the_majority_may_be_either_class() {
        let (cues, fake) = problem(800, 5);
        let at = position("image.brand_photo").expect("a cue");
        let honest: Vec<bool> = fake.iter().map(|fake| !fake).collect();
        let fitted = fit(&cues, &fake, 1.0, None).expect("fits");
        assert!(fitted.weights[at] > 0.0);
        // With the labels turned round the same cue has the forbidden sign.
        let turned = fit(&cues, &honest, 1.0, None).expect("fits");
        assert_eq!(turned.fits[at], Fit::WrongSign);
    }
}
