use proptest::prelude::*;

use super::super::fixture::{any_row, market};
use super::*;
use crate::features::{Direction, FeatureRow, position};

fn trained(rows: &[LabelledRow]) -> Trained {
    train(rows, &TrainSettings::default()).expect("trains")
}

#[test]
fn a_model_learns_the_market_and_is_calibrated() {
    let trained = trained(&market(6000, 7));
    let figures = &trained.model.artifact().figures.all;
    assert_eq!(figures.rows, trained.held_out.len() as u64);
    // Guessing would give the share of fakes, about 0.18.
    assert!(figures.pr_auc.expect("fakes") > 0.6, "{figures:?}");
    assert!(figures.ece.expect("rows") < 0.04, "{figures:?}");
    let weight = |name| {
        trained.model.artifact().weights[position(name).expect("a cue")]
            .shape
            .at_most()
    };
    assert!(weight("image.brand_photo") > 0.5);
    assert!(weight("text.accessory") < -0.5);
    // Noise in the made market, so it should say little.
    assert!(weight("seller.many_brands") < 0.5);
}

#[test]
fn same_rows_in_any_order_give_the_same_bytes() {
    let mut rows = market(2000, 8);
    let first = trained(&rows);
    rows.reverse();
    rows.rotate_left(777);
    let second = trained(&rows);
    assert_eq!(
        first.model.to_json().expect("writable"),
        second.model.to_json().expect("writable")
    );
    assert_eq!(first, second);
}

#[test]
fn held_out_sellers_are_not_trained_on() {
    let rows = market(2000, 9);
    let trained = trained(&rows);
    let facts = &trained.model.artifact().training;
    assert_eq!(
        facts.rows + trained.held_out.len() as u64,
        rows.len() as u64
    );
    let mut held: Vec<&SellerId> = trained.held_out.iter().map(|row| &row.seller_id).collect();
    held.sort();
    held.dedup();
    assert_eq!(
        facts.sellers + held.len() as u64,
        sellers(&rows.iter().collect::<Vec<_>>())
    );
}

#[test]
fn what_the_rows_do_not_show_stays_as_the_prior_has_it() {
    let prior = trained(&market(6000, 7)).model;
    let at = position("image.brand_photo").expect("a cue");
    let mut rows = market(2000, 21);
    for row in &mut rows {
        let mut values = row.features.values().to_vec();
        values[at] = Some(0.0);
        row.features = FeatureRow::from_values(&values).expect("within range");
    }
    let settings = TrainSettings {
        prior: Some(prior.clone()),
        ..TrainSettings::default()
    };
    let trained = train(&rows, &settings).expect("trains");
    let artifact = trained.model.artifact();
    let slope = artifact.training.calibrated.platt_slope;
    let at_most = |model: &Model| model.artifact().weights[at].shape.at_most();
    assert!(at_most(&prior) > 0.5);
    let apart = at_most(&trained.model) - slope * at_most(&prior);
    assert!(apart.abs() < 1e-4, "{apart}");
    assert_eq!(
        artifact.training.prior,
        Some(prior.version().expect("writable"))
    );
    let compared = Comparison::of(&trained.held_out).expect("the prior spoke");
    assert_eq!(compared.listings, trained.held_out.len() as u64);
}

#[test]
fn the_card_tells_how_the_same_rows_do_on_other_brands_and_later_days() {
    let rule = |brands, later| SplitRule { brands, later };
    let mut rows = market(4000, 9);
    for (at, row) in rows.iter_mut().enumerate() {
        row.brand = ["luma", "orbi", "velnora", "tessar", "quillon"][at % 5].into();
        row.day = None;
    }
    let settings = TrainSettings {
        rehearse: vec![rule(true, false), rule(false, true)],
        ..TrainSettings::default()
    };
    let trained = train(&rows, &settings).expect("trains");
    let told = &trained.model.artifact().figures.rehearsed;
    assert!(told[0].held_out.contains("brands with 20 % of the rows"));
    assert!(told[0].rows > 0 && told[0].ece.is_some(), "{told:?}");
    let no_days = &told[1];
    assert!(
        no_days.held_out.starts_with("not measured: "),
        "{no_days:?}"
    );
    assert!(
        trained
            .card()
            .contains("held against more than other sellers")
    );
    let alone = train(&rows, &TrainSettings::default()).expect("trains");
    assert_eq!(alone.held_out, trained.held_out, "it changes no weight");
}

#[test]
fn other_rows_give_the_figures_of_another_market() {
    let (rows, mut others) = (market(2000, 9), market(600, 22));
    for row in &mut others {
        row.seller_id = format!("other {}", row.seller_id).into();
        row.brand = "velnora".into();
    }
    let trained = train_for(&rows, &others, &TrainSettings::default()).expect("trains");
    let facts = &trained.model.artifact().training;
    assert_eq!(facts.rows, rows.len() as u64);
    assert_eq!(trained.held_out.len(), others.len());
    assert!(facts.split.other_rows && facts.split.unused == 0);
    assert!(trained.card().contains("no brand in common"));
}

#[test]
fn hopeless_rows_are_refused_with_what_to_do() {
    let rows = market(2000, 10);
    let refused = |rows: &[LabelledRow], settings: &TrainSettings| {
        train(rows, settings).expect_err("refused").to_string()
    };
    let settings = TrainSettings::default();
    let honest: Vec<LabelledRow> = rows.iter().filter(|row| !row.fake).cloned().collect();
    assert!(refused(&honest, &settings).contains("label some of the other"));
    assert!(refused(&[], &settings).contains("0 fakes and 0 honest"));

    let few = rows
        .iter()
        .filter(|row| row.fake)
        .take(10)
        .chain(&honest)
        .cloned()
        .collect::<Vec<_>>();
    assert!(refused(&few, &settings).starts_with("10 fakes, expected at least 50"));

    let mut one_seller = rows.clone();
    one_seller
        .iter_mut()
        .for_each(|row| row.seller_id = "S1".into());
    assert!(refused(&one_seller, &settings).starts_with("fakes of 1 sellers, expected at least 6"));

    let mut one_honest = rows.clone();
    one_honest
        .iter_mut()
        .filter(|row| !row.fake)
        .for_each(|row| row.seller_id = "S1".into());
    one_honest
        .iter_mut()
        .filter(|row| row.fake)
        .enumerate()
        .for_each(|(at, row)| row.seller_id = format!("F{at}").into());
    assert!(refused(&one_honest, &settings).contains("take another seed"));

    let settings = TrainSettings {
        alphas: vec![1.0, f64::NAN],
        ..settings
    };
    assert!(refused(&rows, &settings).starts_with("training setting alphas"));
}

#[test]
fn labels_that_belong_to_other_listings_are_noticed() {
    let mut rows = market(2000, 11);
    // Labels without any tie to the cues.
    let mut state = 1u64;
    for row in &mut rows {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        row.fake = state >> 62 == 0;
    }
    match train(&rows, &TrainSettings::default()) {
        Err(TrainError::NoSignal { .. }) => {}
        Ok(trained) => {
            let figures = &trained.model.artifact().figures.all;
            assert!(figures.roc_auc.expect("both") < 0.6, "{figures:?}");
        }
        Err(other) => panic!("{other}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_trained_model_keeps_to_the_directions(row in any_row(), at in 0..CUES.len()) {
        static MODEL: std::sync::OnceLock<Model> = std::sync::OnceLock::new();
        let model = MODEL.get_or_init(|| trained(&market(2000, 12)).model);
        let with = |value| {
            let mut values = row.values().to_vec();
            values[at] = Some(value);
            model.probability(&FeatureRow::from_values(&values).expect("within range"))
        };
        let (low, high) = CUES[at].range;
        match CUES[at].direction {
            Direction::Raises => prop_assert!(with(high) >= with(low)),
            Direction::Lowers => prop_assert!(with(high) <= with(low)),
            Direction::Either => {}
        }
    }
}
