//! Listings scored a second on one core, with every cue's contribution, features ready; whether the contributions add up to
//! the log-odds, and whether scores are the same bytes over thread counts and a rebuilt model; and the time to train.
//!
//! usage: cargo bench --bench scoring [-- ROWS_FILE]   (what `touchstone train --keep-rows` wrote; else made-up rows)

#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::Instant;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use touchstone::features::{CUES, Direction, FeatureRow};
use touchstone::model::{LabelledRow, Model, TrainSettings, read_rows, train};
use touchstone::record::ContentHash;

/// Rows that training must take within two minutes.
const ROWS: usize = 200_000;

fn main() {
    let file = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with("--"));
    let rows = match file {
        Some(path) => repeated(&read_rows(Path::new(&path)).expect("rows of this cue table")),
        None => made_up(),
    };
    let model = Model::embedded().expect("the built-in model fits the cues");
    let started = Instant::now();
    let (mut sum, mut apart) = (0.0, 0.0f64);
    for row in &rows {
        let scored = model.score(&row.features);
        let parts: f64 = scored.contributions.iter().map(|part| part.log_odds).sum();
        apart = apart.max((scored.intercept + parts + scored.calibration - scored.log_odds).abs());
        sum += scored.log_odds;
    }
    assert!(apart <= 1e-9, "contributions miss the log-odds by {apart}");
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "scored {} listings in {seconds:.2} s on one core: {:.0} a second (sum {sum:.3}); contributions miss the log-odds by at most {apart:.1e}",
        rows.len(),
        rows.len() as f64 / seconds
    );
    let rebuilt = Model::from_json(&model.to_json().expect("writable")).expect("fits");
    let once = bytes(&model, &rows, 1);
    for (model, threads) in [(&model, 2), (&model, 3), (&rebuilt, 4)] {
        assert_eq!(bytes(model, &rows, threads), once, "{threads} threads");
    }
    println!("the same bytes on 1, 2, 3 and 4 threads, and of a rebuilt model: {once}");

    let started = Instant::now();
    let trained = train(&rows, &TrainSettings::default()).expect("trains");
    println!(
        "trained on {} rows in {:.1} s\n{}",
        rows.len(),
        started.elapsed().as_secs_f64(),
        trained.summary()
    );
}

/// A hash over every score with its contributions, to the bit.
fn bytes(model: &Model, rows: &[LabelledRow], threads: usize) -> ContentHash {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let parts: Vec<[u8; 32]> = pool.expect("threads").install(|| {
        rows.par_iter()
            .map(|row| {
                let scored = model.score(&row.features);
                let parts = scored.contributions.iter().map(|part| part.log_odds);
                let parts = parts.chain([scored.log_odds, scored.probability.get()]);
                let bits: Vec<u8> = parts
                    .flat_map(|part| part.to_bits().to_le_bytes())
                    .collect();
                *ContentHash::of(&bits).as_bytes()
            })
            .collect()
    });
    ContentHash::of(parts.as_flattened())
}

/// The rows again and again under other names, up to [`ROWS`].
fn repeated(rows: &[LabelledRow]) -> Vec<LabelledRow> {
    let named = |(at, row): (usize, &LabelledRow)| LabelledRow {
        listing_id: format!("{at}/{}", row.listing_id).into(),
        seller_id: format!("{}/{}", at / rows.len(), row.seller_id).into(),
        ..row.clone()
    };
    rows.iter()
        .cycle()
        .take(ROWS)
        .enumerate()
        .map(named)
        .collect()
}

/// Ten listings a seller; fakes show raising cues more often and lowering ones less often.
fn made_up() -> Vec<LabelledRow> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let row = |at: usize| {
        let seller = at / 10;
        let fake = seller.is_multiple_of(5) && random.random_bool(0.4);
        let values: Vec<Option<f64>> = CUES
            .iter()
            .map(|cue| {
                let shown = match (cue.direction, fake) {
                    (Direction::Raises, true) | (Direction::Lowers, false) => 0.3,
                    _ => 0.1,
                };
                let strength = random.random_range(0.3..=1.0);
                let value = if random.random_bool(shown) {
                    strength * cue.range.1
                } else {
                    cue.range.0
                };
                random.random_bool(0.9).then_some(value)
            })
            .collect();
        LabelledRow {
            listing_id: format!("L{at:06}").into(),
            seller_id: format!("S{seller:05}").into(),
            brand: "luma".into(),
            day: None,
            fake,
            kind: String::new(),
            covered: true,
            features: FeatureRow::from_values(&values).expect("within the ranges"),
        }
    };
    (0..ROWS).map(row).collect()
}
