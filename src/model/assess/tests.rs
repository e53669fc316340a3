use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::super::metrics::Metrics;
use super::*;

/// A run over `sellers` sellers of four listings each; new sellers' honest listings are flagged more often.
fn run(sellers: usize, seed: u64) -> Vec<Outcome> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut outcomes = Vec::new();
    for seller in 0..sellers {
        let (new, crooked) = (seller % 3 == 0, random.random_bool(0.2));
        for listing in 0..4 {
            let probability: f64 = if crooked {
                random.random_range(0.2..1.0)
            } else {
                random.random_range(0.0..0.6)
            };
            let flagged = probability > if new { 0.4 } else { 0.58 };
            outcomes.push(Outcome {
                listing_id: format!("L{seller}-{listing}"),
                seller: format!("S{seller}"),
                brand: ["luma", "orbi"][listing % 2].to_owned(),
                kind: if crooked { "slang" } else { "reseller" }.to_owned(),
                country: if seller % 5 == 0 { "FR" } else { "DE" }.to_owned(),
                age_days: Some(if new { 10 } else { 900 }),
                sales: (seller % 7 != 0).then_some(seller as u64),
                probability,
                fake: crooked,
                flagged,
                queued: flagged && probability > 0.5,
                ..Outcome::default()
            });
        }
    }
    outcomes
}

fn quick() -> Settings {
    Settings {
        repeats: 80,
        ..Settings::default()
    }
}

#[test]
fn figures_are_those_of_the_plain_definitions() {
    let run = run(300, 1);
    let assessment = Assessment::of(&run, quick());
    let predictions: Vec<Prediction> = run
        .iter()
        .map(|one| Prediction {
            probability: Score::new(one.probability).expect("a probability"),
            fake: one.fake,
        })
        .collect();
    let metrics = Metrics::of(&predictions);
    let value = |key| assessment.figure(key).and_then(|figure| figure.value);
    let near = |key, other: Option<f64>| {
        let (found, other) = (value(key).expect("found"), other.expect("known"));
        assert!((found - other).abs() < 2e-6, "{key}: {found} {other}");
    };
    near("pr_auc", metrics.pr_auc);
    near("recall_at_precision_90", metrics.recall_at_precision_90);
    near("brier", metrics.brier);
    near("ece", metrics.ece);
    let queued = run.iter().filter(|one| one.queued).count() as f64;
    let right = run.iter().filter(|one| one.queued && one.fake).count() as f64;
    near("precision_at_capacity", Some(right / queued));
    near(
        "recall_at_capacity",
        Some(right / run.iter().filter(|one| one.fake).count() as f64),
    );
}

#[test]
fn intervals_hold_the_figure_and_grow_with_fewer_sellers() {
    let width = |sellers| {
        let assessment = Assessment::of(&run(sellers, 2), quick());
        let figure = assessment
            .figure("precision_at_capacity")
            .copied()
            .expect("a figure");
        let (low, high) = figure.interval.expect("enough repeats");
        let value = figure.value.expect("queued");
        assert!(low <= value && value <= high, "{figure:?}");
        high - low
    };
    assert!(width(60) > width(1000));
}

#[test]
fn every_listing_is_in_one_slice_of_each_kind() {
    let run = run(100, 3);
    let assessment = Assessment::of(&run, quick());
    for by in [
        "brand",
        "kind",
        "language",
        "seller_size",
        "seller_age",
        "country",
    ] {
        let own = assessment.slices.iter().filter(|slice| slice.by == by);
        assert_eq!(own.map(|slice| slice.listings).sum::<u64>(), 400, "{by}");
    }
}

#[test]
fn a_group_that_is_flagged_more_often_is_found_out() {
    let assessment = Assessment::of(&run(900, 4), quick());
    let [new, small, foreign] = &assessment.wrongful[..] else {
        panic!("three groups");
    };
    let (low, _) = new.difference.interval.expect("enough repeats");
    assert!(low > 0.0 && new.p_value < 0.001, "{new:?}");
    let age = assessment
        .slices
        .iter()
        .filter(|slice| slice.by == "seller_age");
    let least = age.map(|slice| slice.wrongful.p_holm).fold(1.0, f64::min);
    assert!(least < 0.001, "the account's age matters: {least}");
    let by_country = assessment
        .slices
        .iter()
        .filter(|slice| slice.by == "country");
    for slice in by_country {
        assert!(slice.wrongful.p_holm >= slice.wrongful.p_value, "{slice:?}");
        assert!(slice.wrongful.p_holm > 0.01, "{slice:?}");
    }
    // Nothing ties the country to what is flagged.
    assert!(foreign.p_value > 0.01, "{foreign:?}");
    assert!(small.honest[0] > 0);
    assert_eq!(
        foreign.honest.iter().sum::<u64>(),
        new.honest.iter().sum::<u64>()
    );
}

#[test]
fn nothing_labelled_has_no_figures() {
    let assessment = Assessment::of(&[], quick());
    assert!(
        assessment
            .figures
            .iter()
            .all(|figure| figure.value.is_none())
    );
    assert!(assessment.curve.is_empty() && assessment.slices.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn the_order_of_listings_does_not_matter(seed in 0u64..1000, turn in 0usize..200) {
        let mut run = run(50, seed);
        let first = Assessment::of(&run, quick());
        run.rotate_left(turn);
        prop_assert_eq!(Assessment::of(&run, quick()), first);
    }
}
