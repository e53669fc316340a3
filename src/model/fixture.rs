//! An artifact, any feature row, and a small made market, for tests.

use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::features::{CUES, Direction, FeatureRow, table_version};

use super::artifact::{Artifact, Calibrated, CueWeight, FORMAT, Figures, Fit, TrainingFacts};
use super::bound::Decided;
use super::metrics::Metrics;
use super::shape::{Point, Shape};
use super::split::SplitFacts;
use super::train::LabelledRow;

/// A valid artifact with weights of several sizes.
pub(crate) fn artifact() -> Artifact {
    let weights = CUES.iter().enumerate().map(|(at, cue)| {
        let size = 0.1 + at as f64 / 7.0;
        let weight = match cue.direction {
            Direction::Raises | Direction::Either => size,
            Direction::Lowers => -size,
        };
        CueWeight {
            cue: cue.name.into(),
            shape: Shape::new(vec![
                Point {
                    value: cue.range.0,
                    log_odds: 0.0,
                },
                Point {
                    value: cue.range.1,
                    log_odds: (weight * 1e6).round() / 1e6,
                },
            ]),
            missing: 0.0,
            fit: Fit::Fitted,
            rows: 10,
            missing_rows: 5,
        }
    });
    Artifact {
        format: FORMAT,
        cue_table: table_version(),
        intercept: -2.5,
        seller_most: 2.0,
        weights: weights.collect(),
        calibration: None,
        score_bins: vec![0.01, 0.1, 0.5],
        decided: Decided::default(),
        training: TrainingFacts {
            data: Vec::new(),
            seed: 0,
            folds: 5,
            holdout: 0.2,
            split: SplitFacts::default(),
            prior: None,
            rows: 100,
            fakes: 10,
            sellers: 20,
            tried: Vec::new(),
            alpha: 1.0,
            fake_weight: 1.0,
            calibrated: Calibrated {
                platt_slope: 1.0,
                platt_offset: 0.0,
                platt_brier: 0.1,
                isotonic_brier: 0.1,
            },
        },
        figures: Figures {
            all: Metrics::of(&[]),
            kinds: Vec::new(),
            brands: Vec::new(),
            rehearsed: Vec::new(),
        },
    }
}

/// A straight line from nothing at 0 to `log_odds` at 1.
pub(crate) fn shape(log_odds: f64) -> Shape {
    Shape::new(vec![
        Point {
            value: 0.0,
            log_odds: 0.0,
        },
        Point {
            value: 1.0,
            log_odds,
        },
    ])
}

/// Any values within the ranges, a third of them missing.
pub(crate) fn any_row() -> impl Strategy<Value = FeatureRow> {
    let value = prop_oneof![2 => (0.0f64..=1.0).prop_map(Some), 1 => Just(None)];
    prop::collection::vec(value, CUES.len()).prop_map(|shares| {
        let values = CUES.iter().zip(shares).map(|(cue, share)| {
            let (low, high) = cue.range;
            share.map(|share| (low + share * (high - low)).clamp(low, high))
        });
        FeatureRow::from_values(&values.collect::<Vec<_>>()).expect("within the ranges")
    })
}

/// Listings of a made market, 6 a seller, a quarter of the sellers selling fakes.
///
/// Fakes show raising cues more often and lowering cues less often than honest listings; the cues of
/// price and many brands are the same for both.
pub(crate) fn market(rows: usize, seed: u64) -> Vec<LabelledRow> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..rows)
        .map(|at| {
            let seller = at / 6;
            let fake = seller % 4 == 0 && random.random_bool(0.7);
            let values: Vec<Option<f64>> = CUES
                .iter()
                .map(|cue| {
                    let noise = cue.name.starts_with("price.") || cue.name == "seller.many_brands";
                    let shown = match (cue.direction, fake) {
                        _ if noise => 0.2,
                        (Direction::Raises, true) | (Direction::Lowers, false) => 0.25,
                        (Direction::Raises, false) | (Direction::Lowers, true) => 0.08,
                        (Direction::Either, _) => 0.1,
                    };
                    if random.random_bool(0.1) {
                        return None;
                    }
                    let strength = random.random_range(0.5..=1.0);
                    Some(if random.random_bool(shown) {
                        strength * cue.range.1
                    } else {
                        0.0
                    })
                })
                .collect();
            LabelledRow {
                listing_id: format!("L{at:05}").into(),
                seller_id: format!("S{seller:04}").into(),
                brand: if at % 2 == 0 {
                    "luma".into()
                } else {
                    "orbi".into()
                },
                // A seller's listings come over a few days, and sellers come one after another.
                day: Some(date(2026, 1, 1).saturating_add(((at / 20 + at % 3) as i64).days())),
                fake,
                kind: if fake { "made_fake" } else { "made_honest" }.into(),
                covered: at % 10 != 9,
                features: FeatureRow::from_values(&values).expect("within the ranges"),
            }
        })
        .collect()
}
