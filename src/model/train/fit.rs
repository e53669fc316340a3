use super::super::score::logistic;
use super::columns::{Bounds, Columns, Sparse};

/// The greatest slope of the summed loss, along a weight that is free to move, at which a fit ends.
const TOLERANCE: f64 = 1e-7;

/// Newton's method needs about ten steps; so many mean that rounding keeps it from ending nearer.
const MOST_STEPS: usize = 60;

/// The share of the promised fall of the loss that a step must bring (Armijo).
const LEAST_FALL: f64 = 1e-4;

/// The most that the seller's cues may add together, in log-odds before calibration: odds times 32. What a
/// seller is has a narrower bound of its own, so this one holds what a seller's other listings may say.
/// Fits do not know of it; what comes after them, the choice of strength and the calibration, does.
pub(super) const SELLER_MOST: f64 = 5.0 * std::f64::consts::LN_2;

/// The rows that a model is fitted to.
pub(super) struct Problem<'a> {
    /// Their columns.
    pub(super) sparse: &'a Sparse,
    /// What the columns are.
    pub(super) columns: &'a Columns,
    /// Which of the rows.
    pub(super) rows: &'a [usize],
    /// The truth of each row of `sparse`.
    pub(super) fake: &'a [bool],
    /// What a fake counts for; an honest listing counts for 1.
    pub(super) fake_weight: f64,
    /// Strength of the L2 penalty: half of it times the squared distance of each weight from its centre.
    pub(super) alpha: f64,
}

/// A fitted model over [`Columns`].
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Linear {
    /// One for each column, then the intercept.
    weights: Vec<f64>,
}

impl Linear {
    /// Nothing fitted yet: every weight at its centre.
    pub(super) fn start(columns: &Columns) -> Self {
        let weights = columns.bounds().iter().chain([&Bounds::FREE]);
        Self {
            weights: weights.map(|bounds| bounds.centre).collect(),
        }
    }

    pub(super) fn intercept(&self) -> f64 {
        self.weights.last().copied().unwrap_or_default()
    }

    /// One for each column: for a corner the step up to it.
    pub(super) fn weights(&self) -> &[f64] {
        &self.weights[..self.weights.len() - 1]
    }

    /// Log-odds of rows as they are used: the seller's cues add at most [`SELLER_MOST`].
    pub(super) fn held_log_odds<'a>(
        &self,
        columns: &Columns,
        rows: impl Iterator<Item = &'a [(u32, f64)]>,
    ) -> Vec<f64> {
        let (heights, of_seller) = (columns.heights(&self.weights), columns.of_seller());
        rows.map(|row| {
            let seller = row.iter().filter(|(at, _)| of_seller[*at as usize]);
            let seller: f64 = seller
                .map(|(at, value)| value * heights[*at as usize])
                .sum();
            log_odds(row, &heights) - (seller - SELLER_MOST).max(0.0)
        })
        .collect()
    }
}

/// Fits a logistic regression with an L2 penalty whose weights keep within the bounds of their columns.
///
/// A projected Newton method (Bertsekas 1982, doi:10.1137/0320018): weights that lie on a bound and would
/// leave it outwards are held there, the others take a Newton step, and what oversteps a bound is brought
/// back to it. The loss is strictly convex in every weight but the intercept, which both classes hold, so
/// the end does not depend on the beginning. Sums run in the order of the rows: the same rows give the
/// same bits.
pub(super) fn fit(problem: &Problem<'_>, start: &Linear) -> Linear {
    let bounds: Vec<Bounds> = problem
        .columns
        .bounds()
        .iter()
        .copied()
        .chain([Bounds::FREE])
        .collect();
    let mut at = start.weights.clone();
    let mut now = loss(problem, &bounds, &at);
    for _ in 0..MOST_STEPS {
        let slopes = Slopes::of(problem, &bounds, &at);
        let free = free(&slopes.gradient, &bounds, &at);
        if free
            .iter()
            .all(|place| slopes.gradient[*place].abs() < TOLERANCE)
        {
            break;
        }
        // Projection may bend a Newton step uphill; each weight by itself goes downhill for certain.
        let next = search(
            problem,
            &bounds,
            (&at, now),
            &slopes,
            &free,
            &newton(&slopes, &free),
        )
        .or_else(|| {
            search(
                problem,
                &bounds,
                (&at, now),
                &slopes,
                &free,
                &alone(&slopes, &free),
            )
        });
        // No step lowers the loss any more: what is left is rounding.
        let Some((next, then)) = next else { break };
        (at, now) = (next, then);
    }
    Linear { weights: at }
}

/// The first of ever shorter steps, brought back within the bounds, that lowers the loss enough.
fn search(
    problem: &Problem<'_>,
    bounds: &[Bounds],
    (at, now): (&[f64], f64),
    slopes: &Slopes,
    free: &[usize],
    step: &[f64],
) -> Option<(Vec<f64>, f64)> {
    let mut length = 1.0;
    while length > 1e-8 {
        let mut next = at.to_vec();
        for (place, step) in free.iter().zip(step) {
            let Bounds { low, high, .. } = bounds[*place];
            next[*place] = (at[*place] + length * step).clamp(low, high);
        }
        let promised: f64 = (0..at.len())
            .map(|place| slopes.gradient[place] * (at[place] - next[place]))
            .sum();
        let then = loss(problem, bounds, &next);
        if promised > 0.0 && then <= now - LEAST_FALL * promised {
            return Some((next, then));
        }
        length /= 2.0;
    }
    None
}

/// Gradient and Hessian of the penalised loss.
struct Slopes {
    gradient: Vec<f64>,
    /// Row by row.
    hessian: Vec<f64>,
}

impl Slopes {
    fn of(problem: &Problem<'_>, bounds: &[Bounds], at: &[f64]) -> Self {
        let size = at.len();
        let last = size - 1;
        let heights = problem.columns.heights(at);
        let mut gradient = vec![0.0; size];
        let mut hessian = vec![0.0; size * size];
        for (row, weight, target) in problem.each() {
            let probability = logistic(log_odds(row, &heights));
            let error = weight * (probability - target);
            let curvature = weight * probability * (1.0 - probability);
            for (number, (column, value)) in row.iter().enumerate() {
                let column = *column as usize;
                gradient[column] += error * value;
                let line = &mut hessian[column * size..(column + 1) * size];
                for (other, with) in &row[..=number] {
                    line[*other as usize] += curvature * value * with;
                }
                hessian[last * size + column] += curvature * value;
            }
            gradient[last] += error;
            hessian[last * size + last] += curvature;
        }
        problem.columns.by_step(&mut gradient, 1);
        for row in 0..size {
            for column in 0..row {
                hessian[column * size + row] = hessian[row * size + column];
            }
        }
        for line in hessian.chunks_exact_mut(size) {
            problem.columns.by_step(line, 1);
        }
        for column in 0..size {
            problem.columns.by_step(&mut hessian[column..], size);
        }
        for place in 0..last {
            gradient[place] += problem.alpha * (at[place] - bounds[place].centre);
            hessian[place * size + place] += problem.alpha;
        }
        Self { gradient, hessian }
    }
}

impl Problem<'_> {
    /// Each row with what it counts for and its truth as a number.
    fn each(&self) -> impl Iterator<Item = (&[(u32, f64)], f64, f64)> {
        self.rows.iter().map(|at| {
            let (weight, target) = if self.fake[*at] {
                (self.fake_weight, 1.0)
            } else {
                (1.0, 0.0)
            };
            (self.sparse.row(*at), weight, target)
        })
    }
}

/// `heights` are those of the columns, then the intercept.
fn log_odds(row: &[(u32, f64)], heights: &[f64]) -> f64 {
    let intercept = heights[heights.len() - 1];
    row.iter().fold(intercept, |sum, (at, value)| {
        sum + value * heights[*at as usize]
    })
}

fn loss(problem: &Problem<'_>, bounds: &[Bounds], at: &[f64]) -> f64 {
    let heights = problem.columns.heights(at);
    let rows = problem.each().map(|(row, weight, target)| {
        let z = log_odds(row, &heights);
        // ln(1 + e^z) without overflow.
        weight * (z.max(0.0) + (-z.abs()).exp().ln_1p() - target * z)
    });
    let penalty = at.iter().zip(bounds).take(at.len() - 1);
    let penalty: f64 = penalty
        .map(|(weight, bounds)| (weight - bounds.centre).powi(2))
        .sum();
    rows.sum::<f64>() + problem.alpha / 2.0 * penalty
}

/// The weights that may move: those within their bounds, and those on one that the loss draws inwards.
fn free(gradient: &[f64], bounds: &[Bounds], at: &[f64]) -> Vec<usize> {
    let held = |place: usize| {
        let (weight, bounds, slope) = (at[place], bounds[place], gradient[place]);
        (weight <= bounds.low && slope >= 0.0) || (weight >= bounds.high && slope <= 0.0)
    };
    (0..at.len()).filter(|place| !held(*place)).collect()
}

/// The Newton step of the free weights, by Cholesky decomposition.
fn newton(slopes: &Slopes, free: &[usize]) -> Vec<f64> {
    let size = free.len();
    let width = slopes.gradient.len();
    let mut lower = vec![0.0; size * size];
    for row in 0..size {
        for column in 0..=row {
            let mut sum = slopes.hessian[free[row] * width + free[column]];
            for k in 0..column {
                sum -= lower[row * size + k] * lower[column * size + k];
            }
            lower[row * size + column] = if row == column {
                // The penalty keeps it positive; a lone class would not.
                sum.max(1e-12).sqrt()
            } else {
                sum / lower[column * size + column]
            };
        }
    }
    let mut step: Vec<f64> = free.iter().map(|at| -slopes.gradient[*at]).collect();
    for row in 0..size {
        for k in 0..row {
            step[row] -= lower[row * size + k] * step[k];
        }
        step[row] /= lower[row * size + row];
    }
    for row in (0..size).rev() {
        for k in row + 1..size {
            step[row] -= lower[k * size + row] * step[k];
        }
        step[row] /= lower[row * size + row];
    }
    step
}

/// The step of each free weight as if it were the only one.
fn alone(slopes: &Slopes, free: &[usize]) -> Vec<f64> {
    let width = slopes.gradient.len();
    let step = |at: &usize| -slopes.gradient[*at] / slopes.hessian[at * width + at].max(1e-12);
    free.iter().map(step).collect()
}

#[cfg(test)]
mod tests;
