use super::*;

fn article(title: &str) -> Article {
    Article {
        title: title.to_owned(),
        ..Article::default()
    }
}

fn tables() -> (Vec<Article>, Vec<Article>) {
    let all = |titles: &[&str]| titles.iter().map(|title| article(title)).collect();
    (
        all(&[
            "Linksys EZXS88W switch",
            "Print Shop 22 deluxe",
            "garden chair",
        ]),
        all(&[
            "Linksys EtherFast 8-Port switch - EZXS88W",
            "Linksys EtherFast 5-Port switch - EZXS55W",
            "The PrintShop 22 deluxe (win 98 me 2000 xp)",
            "coffee mill",
        ]),
    )
}

#[test]
fn the_shipped_weights_are_for_these_comparisons() {
    Model::embedded().expect("models/product-match/model.json fits");
}

#[test]
fn weights_of_others_are_refused() {
    let mut model = Model::embedded().expect("shipped");
    model.comparisons[0].name = "luck".to_owned();
    let json = serde_json::to_string(&model).expect("JSON");
    let error = Model::from_json(&json).expect_err("another comparison");
    assert!(error.to_string().contains("luck"), "{error}");
    model.format = 99;
    let json = serde_json::to_string(&model).expect("JSON");
    let error = Model::from_json(&json).expect_err("another format");
    assert!(error.to_string().contains("99"), "{error}");
}

#[test]
fn contributions_add_up() {
    let model = Model::embedded().expect("shipped");
    let (left, right) = tables();
    for link in link(&left, &right, &model, &Options::default()) {
        let sum: f64 = model
            .contributions(&link.values)
            .map(|(_, added)| added)
            .sum();
        assert!((sum + model.intercept - model.pair(&link.values)).abs() < 1e-9);
        assert!((0.0..=1.0).contains(&link.probability));
    }
}

#[test]
fn a_brands_own_name_of_a_colour_tells_variants_apart() {
    let of = |color: &str| Article {
        color: color.to_owned(),
        ..article("Myroko 560 over-ear headphones")
    };
    let model = Model::embedded().expect("shipped");
    let options = Options::default();
    let links = link(&[of("Plum")], &[of("Slate"), of("Plum")], &model, &options);
    assert_eq!(links.first().map(|link| link.right), Some(1), "{links:?}");
    let same = links.iter().find(|link| link.right == 1);
    let other = links.iter().find(|link| link.right == 0);
    let probability = |link: Option<&Link>| link.map_or(0.0, |link| link.probability);
    assert!(probability(same) > probability(other));
}

#[test]
fn the_nearest_title_is_found_first() {
    let (left, right) = tables();
    let index = Search::new(&right);
    let mut scratch = search::Scratch::default();
    assert_eq!(index.find(&left[0], 2, &mut scratch), [0, 1]);
    assert_eq!(index.find(&left[1], 1, &mut scratch), [2]);
    assert!(index.find(&article(""), 5, &mut scratch).is_empty());
    assert!(Search::new(&[]).find(&left[0], 5, &mut scratch).is_empty());
}

#[test]
fn one_to_one_uses_each_row_once() {
    let model = Model::embedded().expect("shipped");
    let (left, right) = tables();
    let twice = [left.clone(), left].concat();
    let links = one_to_one(
        &link(&twice, &right, &model, &Options::default()),
        [twice.len(), right.len()],
        &model,
    );
    let rows: std::collections::BTreeSet<usize> = links.iter().map(|link| link.right).collect();
    assert_eq!(rows.len(), links.len());
}

/// Of rows that have no price or number no link is sure: none of them may be doubted away because of that.
#[test]
fn one_to_one_never_makes_a_link_less_probable() {
    let model = Model::embedded().expect("shipped");
    let (left, right) = tables();
    let links = link(&left, &right, &model, &Options::default());
    let doubtful: Vec<Link> = links
        .iter()
        .map(|link| Link {
            log_odds: -3.0,
            ..link.clone()
        })
        .collect();
    for kept in one_to_one(&doubtful, [left.len(), right.len()], &model) {
        assert!(kept.log_odds >= -3.0);
    }
}

/// Most rows of the longer table can have no partner, whichever side it is on.
#[test]
fn one_to_one_does_not_depend_on_which_table_is_longer() {
    let model = Model::embedded().expect("shipped");
    let (left, right) = tables();
    let links = link(&left, &right, &model, &Options::default());
    let odds = |sizes| {
        let kept = one_to_one(&links, sizes, &model);
        kept.iter().map(|link| link.log_odds).collect::<Vec<f64>>()
    };
    assert_eq!(odds([1000, right.len()]), odds([right.len(), 1000]));
}

#[test]
fn comparisons_do_not_depend_on_the_side() {
    let (left, right) = tables();
    let rarity = facts::Rarity::of(left.iter().chain(&right));
    for (one, other) in left.iter().zip(&right) {
        let (one, other) = (
            facts::Facts::new(one, &rarity),
            facts::Facts::new(other, &rarity),
        );
        let there = compare::compare(&one, &other);
        let back = compare::compare(&other, &one);
        for ((comparison, a), b) in compare::COMPARISONS.iter().zip(there).zip(back) {
            assert!((a - b).abs() < 1e-9, "{}: {a} {b}", comparison.name);
            assert!((0.0..=1.0).contains(&a), "{}: {a}", comparison.name);
        }
    }
}
