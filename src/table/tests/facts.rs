use std::path::Path;

use tempfile::TempDir;

use crate::table::Cell;
use crate::table::facts::{
    Fact, Facts, ImageFacts, OfferFacts, ProductFacts, SHARDS, SellerFacts, images, offers,
    products, sellers, shared,
};

/// Enough for 31 shards.
const LISTINGS: u64 = 1_000_000;

/// A folder of facts, each a key with the cells that follow it.
fn facts(rows: Vec<(Fact, &str, Vec<Cell>)>) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut facts = Facts::create(folder.path(), LISTINGS).expect("created");
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
    vec![disguised.into(), false.into(), ratio.into(), Cell::Int(9)]
}

#[test]
fn traces_that_few_share_come_with_their_sketch_and_common_ones_by_key_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut facts = Facts::create(folder.path(), LISTINGS).expect("created");
    let mut push = |key: i64, seller: i64, sketch: Option<i64>| {
        let cells = [Some(seller), sketch, sketch, sketch, sketch].map(Cell::from);
        facts.push_number(Fact::Trace, key, cells).expect("pushed");
    };
    for seller in [3, 1, 3] {
        push(7, seller, Some(seller));
        push(8, seller, None);
    }
    push(9, 1, None);
    (0..4).for_each(|seller| push(10, seller, None));
    facts.finish().expect("finished");
    let found = shared(folder.path(), 0, 3).expect("grouped");
    let sketch = |number: i64| Some([number; 4]);
    assert_eq!(
        found.few,
        [
            (7, 1, sketch(1)),
            (7, 3, sketch(3)),
            (8, 1, None),
            (8, 3, None)
        ]
    );
    assert_eq!(found.common, [10]);
    let none = shared(folder.path(), 5, 3).expect("an empty shard");
    assert!(none.few.is_empty() && none.common.is_empty());
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

/// An offer of a product: its seller, ratio, and picture.
fn offer(
    product: &'static str,
    seller: Option<&str>,
    ratio: Option<f64>,
    picture: Option<&str>,
) -> (Fact, &'static str, Vec<Cell>) {
    (
        Fact::Product,
        product,
        vec![seller.into(), ratio.into(), false.into(), picture.into()],
    )
}

#[test]
fn products_are_counted_and_no_seller_is_none() {
    let rows = (0..=10).map(|n| offer("p", Some(if n < 4 { "A" } else { "B" }), Some(0.5), None));
    let folder = facts(rows.chain([offer("q", None, None, None)]).collect());
    let product = |name: &str, listings, sellers| ProductFacts {
        product: name.into(),
        listings,
        sellers,
    };
    assert_eq!(
        all(folder.path(), products),
        [product("p", 11, 2), product("q", 1, 0)]
    );
}

#[test]
fn a_seller_and_all_who_show_one_unofficial_picture_count_once_for_a_product() {
    let mut rows: Vec<_> = (0..30)
        .map(|n| offer("p", Some("many"), Some(0.1 * f64::from(n % 3)), None))
        .collect();
    let ring = (0..20).map(|n| format!("R{n}")).collect::<Vec<_>>();
    rows.extend(
        ring.iter()
            .map(|seller| offer("p", Some(seller), Some(0.2), Some("phash:1"))),
    );
    rows.push(offer("p", Some("honest"), Some(0.9), Some("phash:2")));
    rows.push(offer("p", None, Some(0.3), None));
    rows.push(offer("p", Some("unpriced"), None, None));
    let used = vec!["honest".into(), 0.4.into(), true.into(), Cell::Null];
    rows.push((Fact::Product, "p", used));
    let folder = facts(rows);
    let found: Vec<OfferFacts> = (0..SHARDS)
        .flat_map(|shard| offers(folder.path(), shard).expect("grouped"))
        .collect();
    let asked: Vec<(bool, f64)> = found
        .iter()
        .map(|offer| (offer.second_hand, offer.ratio))
        .collect();
    assert_eq!(
        asked,
        [(false, 0.1), (false, 0.2), (false, 0.9), (true, 0.4)]
    );
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
    let shards = (0..SHARDS).map(|shard| sellers(folder.path(), shard).expect("counted").len());
    let filled: Vec<usize> = shards.filter(|sellers| *sellers > 0).collect();
    assert_eq!(filled.len(), 31);
    assert!(
        filled.iter().all(|sellers| *sellers < 2 * 2000 / 31),
        "{filled:?}"
    );
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

#[test]
fn the_number_of_shards_changes_no_answer() {
    let answers = |listings: u64| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut facts = Facts::create(folder.path(), listings).expect("created");
        for number in 0..300_i64 {
            let seller = format!("S{}", number % 70);
            facts
                .push(Fact::Seller, &seller, listing(number % 3 == 0, None))
                .expect("pushed");
            let cells = [Some(number % 7), None, None, None, None].map(Cell::from);
            facts
                .push_number(Fact::Trace, (number % 40) << 32, cells)
                .expect("pushed");
        }
        facts.finish().expect("finished");
        let traces = all(folder.path(), |folder, shard| {
            Ok(shared(folder, shard, 10)?.few)
        });
        (all(folder.path(), sellers), traces)
    };
    let alone = answers(0);
    assert!(alone.0.len() == 70 && !alone.1.is_empty());
    assert_eq!(alone, answers(LISTINGS));
    assert_eq!(alone, answers(u64::MAX));
}
