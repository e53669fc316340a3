//! The weights of the product match from labelled pairs, by logistic regression.

use linfa::DatasetBase;
use linfa::traits::Fit as _;
use linfa_logistic::LogisticRegression;
use linfa_logistic::error::Error as SolverError;
use ndarray::{Array1, Array2};

use super::Article;
use super::compare::COMPARISONS;
use super::link::{among, compared};
use super::score::{KNOTS, Model, RIVALS, Weight, terms};

/// Two tables and pairs of their rows that a person looked at.
pub struct Labelled {
    /// The left table.
    pub left: Vec<Article>,
    /// The right table.
    pub right: Vec<Article>,
    /// Rows of left and right, distinct.
    pub pairs: Vec<(usize, usize)>,
    /// Whether each pair is one article; `None` for one that is only a rival and not learned from.
    pub same: Vec<Option<bool>>,
}

/// What equal article numbers add to the log odds; no set that we fit to has any, so these are set.
const GTIN_EQUAL: f64 = 8.0;
/// What different ones add. Little, for one article often has several.
const GTIN_DIFFERS: f64 = -1.5;
/// What goods for men and the same for women add, for which there are no labelled pairs either.
const AUDIENCE_DIFFERS: f64 = -4.0;
/// The L2 penalty on weights, halved.
const ALPHA: f64 = 0.1;

/// Fits both regressions to all of `sets` together.
///
/// The second learns on the first's log odds. Pairs without a label are rivals all the same.
///
/// # Errors
/// When the pairs are all of one kind, or L-BFGS fails.
pub fn fit(sets: &[Labelled]) -> Result<Model, SolverError> {
    let values: Vec<_> = sets
        .iter()
        .map(|set| compared(&set.left, &set.right, &set.pairs))
        .collect();
    let (mut rows, mut same) = (Vec::new(), Vec::new());
    for (set, values) in sets.iter().zip(&values) {
        for (values, label) in values.iter().zip(&set.same) {
            if let Some(label) = label {
                rows.push(terms(values));
                same.push(*label);
            }
        }
    }
    let (weights, intercept) = solve(&rows, &same)?;
    let mut model = Model {
        format: Model::FORMAT,
        intercept,
        comparisons: named(&weights),
        rivals_intercept: 0.0,
        rivals: vec![0.0; RIVALS.len()],
        assigned: 0.0,
    };
    let (mut rows, mut same) = (Vec::new(), Vec::new());
    for (set, values) in sets.iter().zip(&values) {
        let alone: Vec<f64> = values.iter().map(|values| model.pair(values)).collect();
        let told = among(&set.pairs, &alone, set.left.len(), set.right.len());
        for (told, label) in told.into_iter().zip(&set.same) {
            if let Some(label) = label {
                rows.push(told.to_vec());
                same.push(*label);
            }
        }
    }
    (model.rivals, model.rivals_intercept) = solve(&rows, &same)?;
    Ok(model)
}

fn named(weights: &[f64]) -> Vec<Weight> {
    let mut rest = weights.iter().map(|weight| round(*weight));
    let of_one = |comparison: &super::compare::Comparison| {
        let fitted = rest.next().unwrap_or_default();
        let bends = if comparison.bent { KNOTS.len() } else { 0 };
        Weight {
            name: comparison.name.to_owned(),
            slope: match comparison.name {
                "gtin_equal" => GTIN_EQUAL,
                "gtin_differs" => GTIN_DIFFERS,
                "audience_differs" => AUDIENCE_DIFFERS,
                _ => fitted,
            },
            bends: rest.by_ref().take(bends).collect(),
        }
    };
    COMPARISONS.iter().map(of_one).collect()
}

/// Three decimals: what the solver leaves is less.
fn round(weight: f64) -> f64 {
    (weight * 1000.0).round() / 1000.0
}

/// Weights and intercept for the log odds of one article.
fn solve(rows: &[Vec<f64>], same: &[bool]) -> Result<(Vec<f64>, f64), SolverError> {
    let width = rows.first().map_or(0, Vec::len);
    let table = Array2::from_shape_fn((rows.len(), width), |(row, column)| rows[row][column]);
    let data = DatasetBase::new(table, Array1::from(same.to_vec()));
    let fitted = LogisticRegression::default()
        .alpha(ALPHA)
        .gradient_tolerance(1e-3)
        .max_iterations(2000)
        .fit(&data)?;
    // linfa-logistic counts the more frequent class as positive.
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    let weights = fitted
        .params()
        .iter()
        .map(|weight| round(weight * sign))
        .collect();
    Ok((weights, round(fitted.intercept() * sign)))
}
