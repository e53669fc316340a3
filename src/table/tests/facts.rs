use std::path::Path;

use tempfile::TempDir;

use crate::table::Cell;
use crate::table::facts::{
    Fact, Facts, ImageFacts, ProductFacts, SHARDS, SellerFacts, images, products, sellers,
};

/// A folder of facts, each a key with the cells that follow it.
fn facts(rows: Vec<(Fact, &str, Vec<Cell>)>) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut facts = Facts::create(folder.path()).expect("created");
    for (fact, key, rest) in rows {
        facts.push(fact, key, rest).expect("pushed");
    }
    facts.finish().expect("finished");
    folder
}

/// The answers of all shards, by key.
fn all<T: Ord>(
    folder: &Path,
    of_shard: impl Fn(&Path, usize) -> Result<Vec<T>, crate::table::TableError>,
) -> Vec<T> {
    let mut found = Vec::new();
    for shard in 0..SHARDS {
        found.extend(of_shard(folder, shard).expect("counted"));
    }
    found.sort();
    found
}

fn listing(disguised: bool, ratio: Option<f64>) -> Vec<Cell> {
    vec![disguised.into(), false.into(), ratio.into()]
}

#[test]
fn sellers_are_counted() {
    let folder = facts(vec![
        (Fact::Seller, "B", listing(true, Some(0.4))),
        (Fact::Seller, "A", listing(false, None)),
        (Fact::Seller, "B", listing(true, Some(0.5))),
        (Fact::Brand, "B", vec!["luma".into()]),
        (Fact::Brand, "B", vec!["nordisk".into()]),
        (Fact::Brand, "B", vec!["luma".into()]),
    ]);
    let seller = |id: &str, listings| SellerFacts {
        seller_id: id.into(),
        listings,
        ..SellerFacts::default()
    };
    assert_eq!(
        all(folder.path(), sellers),
        [
            seller("A", 1),
            SellerFacts {
                brands: 2,
                disguised: 2,
                priced: 2,
                below_half: 1,
                ..seller("B", 2)
            },
        ]
    );
}

#[test]
fn only_images_of_several_sellers_are_kept_and_no_seller_is_none() {
    let image = |key: &'static str, id: &str, seller: Option<&str>| {
        (Fact::Image, key, vec![id.into(), seller.into()])
    };
    let folder = facts(vec![
        image("x", "1", Some("A")),
        image("x", "1", Some("A")),
        image("x", "2", Some("B")),
        image("x", "3", None),
        image("y", "4", Some("B")),
        image("y", "5", Some("B")),
        image("z", "6", Some("B")),
        image("z", "7", None),
    ]);
    let shared = ImageFacts {
        image_key: "x".into(),
        listings: 3,
        sellers: 2,
    };
    assert_eq!(all(folder.path(), images), [shared]);
}

#[test]
fn products_have_a_middle_and_no_seller_is_none() {
    let mut rows: Vec<(Fact, &str, Vec<Cell>)> = (0..=10)
        .map(|n| {
            let seller = if n < 4 { "A" } else { "B" };
            let ratio = f64::from(n) / 10.0;
            (Fact::Product, "p", vec![seller.into(), ratio.into()])
        })
        .collect();
    rows.push((Fact::Product, "q", vec![Cell::Null, Cell::Null]));
    let folder = facts(rows);
    let mut found = Vec::new();
    for shard in 0..SHARDS {
        found.extend(products(folder.path(), shard).expect("counted"));
    }
    found.sort_by(|a, b| a.product.cmp(&b.product));
    let p = ProductFacts {
        product: "p".into(),
        listings: 11,
        sellers: 2,
        ratio_median: 0.5,
    };
    let q = ProductFacts {
        product: "q".into(),
        listings: 1,
        ..ProductFacts::default()
    };
    assert_eq!(found, [p, q]);
}

#[test]
fn many_keys_are_spread_and_each_is_counted_once() {
    let names: Vec<String> = (0..2000).map(|number| format!("S{number}")).collect();
    let rows = names
        .iter()
        .chain(&names)
        .map(|name| (Fact::Seller, name.as_str(), listing(false, None)));
    let folder = facts(rows.collect());
    let found = all(folder.path(), sellers);
    assert_eq!(found.len(), 2000);
    assert!(found.iter().all(|seller| seller.listings == 2));
    let most = (0..SHARDS)
        .map(|shard| sellers(folder.path(), shard).expect("counted").len())
        .max();
    assert!(most < Some(2000 / SHARDS * 2), "{most:?}");
}

#[test]
fn an_empty_feed_has_no_facts() {
    let folder = facts(Vec::new());
    assert_eq!(all(folder.path(), sellers), []);
    assert_eq!(all(folder.path(), images), []);
    assert_eq!(products(folder.path(), 0).expect("counted"), []);
    let missing = images(&folder.path().join("missing"), 0)
        .expect_err("no folder")
        .to_string();
    assert!(missing.contains("missing"), "{missing}");
}
