use linfa::DatasetBase;
use linfa::traits::Fit as _;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};

use super::super::super::fixture::market;
use super::super::LabelledRow;
use super::super::columns::HELD_AT_MOST;
use super::*;
use crate::features::{CUES, Direction, FeatureRow, position};

struct Made {
    columns: Columns,
    sparse: Sparse,
    fake: Vec<bool>,
    rows: Vec<usize>,
}

fn made(market: &[LabelledRow]) -> Made {
    let columns = Columns::of(&market.iter().collect::<Vec<_>>(), None);
    let sparse = columns.sparse(market.iter().map(|row| &row.features));
    Made {
        columns,
        sparse,
        fake: market.iter().map(|row| row.fake).collect(),
        rows: (0..market.len()).collect(),
    }
}

impl Made {
    fn problem(&self, alpha: f64) -> Problem<'_> {
        Problem {
            sparse: &self.sparse,
            columns: &self.columns,
            rows: &self.rows,
            fake: &self.fake,
            fake_weight: 1.0,
            alpha,
        }
    }

    fn fit(&self, alpha: f64) -> Linear {
        fit(&self.problem(alpha), &Linear::start(&self.columns))
    }

    fn at_most(&self, cue: &str, linear: &Linear) -> f64 {
        let at = position(cue).expect("a cue");
        self.columns.shape(at, linear.weights(), 1.0).0.at_most()
    }
}

/// The market with one cue's values replaced.
fn with(
    mut market: Vec<LabelledRow>,
    cue: &str,
    value: impl Fn(&LabelledRow) -> Option<f64>,
) -> Vec<LabelledRow> {
    let at = position(cue).expect("a cue");
    for row in &mut market {
        let mut values = row.features.values().to_vec();
        values[at] = value(row);
        row.features = FeatureRow::from_values(&values).expect("within range");
    }
    market
}

#[test]
fn the_fit_ends_at_the_optimum_within_the_bounds() {
    let made = made(&market(3000, 1));
    let bounds: Vec<Bounds> = made
        .columns
        .bounds()
        .iter()
        .copied()
        .chain([Bounds::FREE])
        .collect();
    for alpha in [0.1, 10.0] {
        let fitted = made.fit(alpha);
        let slopes = Slopes::of(&made.problem(alpha), &bounds, &fitted.weights);
        for (at, bounds) in bounds.iter().enumerate() {
            let (weight, slope) = (fitted.weights[at], slopes.gradient[at]);
            assert!(
                (bounds.low..=bounds.high).contains(&weight),
                "{at}: {weight}"
            );
            // Karush, Kuhn and Tucker: level inside, downhill only outwards on a bound.
            let inside = weight > bounds.low && weight < bounds.high;
            let outwards =
                (weight <= bounds.low && slope > -1e-6) || (weight >= bounds.high && slope < 1e-6);
            assert!(
                (inside && slope.abs() < 1e-6) || outwards,
                "{at}: weight {weight}, slope {slope}"
            );
        }
    }
}

#[test]
fn without_bounds_it_is_linfas_logistic_regression() {
    let market = market(1500, 2);
    let mut made = made(&market);
    made.columns.set_free();
    let fitted = made.fit(1.0);

    let width = made.columns.bounds().len();
    let mut dense = Array2::zeros((market.len(), width));
    for at in 0..market.len() {
        let mut row = vec![0.0; width];
        for (column, value) in made.sparse.row(at) {
            row[*column as usize] = *value;
        }
        // What a row has of each step.
        made.columns.by_step(&mut row, 1);
        dense.row_mut(at).assign(&Array1::from(row));
    }
    let truth = Array1::from(
        made.fake
            .iter()
            .map(|fake| if *fake { "fake" } else { "honest" })
            .collect::<Vec<_>>(),
    );
    let linfa = LogisticRegression::default()
        .alpha(1.0)
        .gradient_tolerance(1e-6)
        .max_iterations(2000)
        .fit(&DatasetBase::new(dense, truth))
        .expect("linfa fits");
    let sign = if linfa.labels().pos.class == "fake" {
        1.0
    } else {
        -1.0
    };
    for (own, other) in fitted.weights().iter().zip(linfa.params()) {
        assert!((own - sign * other).abs() < 1e-4, "{own} {other}");
    }
    assert!((fitted.intercept() - sign * linfa.intercept()).abs() < 1e-4);
}

#[test]
fn where_it_begins_does_not_matter() {
    let made = made(&market(2000, 3));
    let cold = made.fit(1.0);
    let warm = fit(&made.problem(1.0), &made.fit(100.0));
    for (cold, warm) in cold.weights.iter().zip(&warm.weights) {
        assert!((cold - warm).abs() < 1e-6, "{cold} {warm}");
    }
    assert_eq!(made.fit(1.0), cold, "the same to the bit");
}

#[test]
fn no_shape_goes_against_its_direction() {
    // A cue that speaks against its meaning: it is there exactly when the listing is honest.
    let against = with(market(2000, 4), "text.contact", |row| {
        Some(if row.fake { 0.0 } else { 1.0 })
    });
    let made = made(&against);
    let fitted = made.fit(1.0);
    assert_eq!(made.at_most("text.contact", &fitted), 0.0);
    for (at, cue) in CUES.iter().enumerate() {
        let (shape, missing) = made.columns.shape(at, fitted.weights(), 1.0);
        for step in shape.steps().chain([missing]) {
            assert!(cue.direction.allows(step), "{} {step}", cue.name);
        }
    }
}

#[test]
fn of_two_cues_that_say_the_same_neither_loses_its_weight() {
    let twins = with(market(2000, 5), "image.edited_copy", |row| {
        row.features.get("image.brand_photo")
    });
    let made = made(&twins);
    let fitted = made.fit(1.0);
    for cue in ["image.brand_photo", "image.edited_copy"] {
        assert!(
            made.at_most(cue, &fitted) > 0.3,
            "{cue} {}",
            made.at_most(cue, &fitted)
        );
    }
}

#[test]
fn a_circumstance_says_little_whatever_the_data_say() {
    let every = with(market(2000, 6), "seller.large_stock_new_account", |row| {
        Some(if row.fake { 1.0 } else { 0.0 })
    });
    let made = made(&every);
    let most = made.at_most("seller.large_stock_new_account", &made.fit(1.0));
    assert!((most - std::f64::consts::LN_2).abs() < 1e-6, "{most}");
}

#[test]
fn another_colour_says_no_more_than_what_honest_shops_show_allows() {
    let every = with(market(2000, 8), "image.recoloured", |row| {
        Some(if row.fake { 1.0 } else { 0.0 })
    });
    let made = made(&every);
    let [(cue, bound)] = HELD_AT_MOST;
    let most = made.at_most(cue, &made.fit(1.0));
    assert!((most - bound).abs() < 1e-6, "{most}");
}

#[test]
fn what_nobody_shows_weighs_what_is_held_before() {
    let without = with(market(500, 7), "text.slang", |_| Some(0.0));
    let without = with(without, "image.known_fake", |_| Some(0.0));
    let made = made(&without);
    let fitted = made.fit(1.0);
    assert_eq!(made.at_most("text.slang", &fitted), 0.0);
    assert_eq!(made.at_most("image.known_fake", &fitted), 3.0);
}

#[test]
fn a_heavier_fake_raises_the_intercept() {
    let made = made(&market(1000, 8));
    let heavier = Problem {
        fake_weight: 10.0,
        ..made.problem(1.0)
    };
    let heavier = fit(&heavier, &Linear::start(&made.columns));
    assert!(heavier.intercept() > made.fit(1.0).intercept() + 1.0);
    assert!(CUES.iter().any(|cue| cue.direction == Direction::Either));
}
