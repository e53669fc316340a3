use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::simulate::{InventSettings, invent};

type Row = BTreeMap<String, String>;

fn catalogs(folder: &Path) -> Vec<SourceCatalog> {
    let settings = InventSettings {
        seed: 11,
        brands: 3,
        products_per_brand: 8,
        picture_side: 64,
    };
    let brands = invent(folder, &settings, &|_| ()).expect("invented");
    let source = |made: crate::simulate::Invented| SourceCatalog {
        images_dir: made.folder.join("images"),
        brand: made.brand,
        products: made.products,
    };
    brands.into_iter().map(source).collect()
}

fn settings(listings: u64, images: bool) -> MarketSettings {
    MarketSettings {
        seed: 3,
        listings,
        images,
        image_side: 64,
        max_images_per_photo: 5,
        ..MarketSettings::default()
    }
}

fn rows(path: &Path) -> Vec<Row> {
    csv::Reader::from_path(path)
        .expect("a table")
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

/// A marketplace and its folder, which lives as long as the value.
fn market(listings: u64, images: bool) -> (tempfile::TempDir, Vec<Row>, Vec<Row>) {
    let folder = tempfile::tempdir().expect("a folder");
    let catalogs = catalogs(&folder.path().join("catalogs"));
    let made = simulate(
        &catalogs,
        &folder.path().join("market"),
        &settings(listings, images),
        &|_| (),
    )
    .expect("made");
    let tables = (rows(&made.feed), rows(&made.truth));
    (folder, tables.0, tables.1)
}

#[test]
fn every_listing_has_its_truth_and_every_kind_occurs() {
    let (_folder, feed, truth) = market(5000, false);
    assert_eq!(feed.len(), 5000);
    let ids = |table: &[Row]| {
        table
            .iter()
            .map(|row| row["listing_id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&feed), ids(&truth));
    assert_eq!(ids(&feed).into_iter().collect::<BTreeSet<_>>().len(), 5000);
    let kinds: BTreeSet<&str> = truth.iter().map(|row| row["kind"].as_str()).collect();
    for kind in Kind::ALL {
        assert!(kinds.contains(kind.as_str()), "{kind:?}");
    }
    for (listing, truth) in feed.iter().zip(&truth) {
        assert_eq!(listing["seller_id"], truth["seller_id"]);
        assert!(!listing["title"].is_empty(), "{listing:?}");
        assert!(
            listing["seller_created_at"] <= listing["first_seen"],
            "{listing:?}"
        );
    }
}

#[test]
fn the_share_of_fakes_is_the_one_asked_for() {
    let (_folder, _, truth) = market(20_000, false);
    let fakes = truth.iter().filter(|row| row["label"] == "fake").count() as f64 / 20_000.0;
    assert!((fakes - 0.066).abs() < 0.006, "{fakes}");
}

#[test]
fn order_and_ids_tell_nothing_of_the_label() {
    let (_folder, _, truth) = market(20_000, false);
    let share = |rows: &[&Row]| {
        rows.iter().filter(|row| row["label"] == "fake").count() as f64 / rows.len() as f64
    };
    let all: Vec<&Row> = truth.iter().collect();
    for part in all.chunks(5000) {
        assert!((share(part) - 0.066).abs() < 0.016, "{}", share(part));
    }
    // One seller has many listings, so sellers and not listings are counted.
    let mut sellers: BTreeMap<&str, bool> = BTreeMap::new();
    for row in &all {
        *sellers.entry(&row["seller_id"]).or_default() |= row["label"] == "fake";
    }
    let half = |low: bool| {
        let of: Vec<bool> = sellers
            .iter()
            .filter(|(id, _)| (id.as_bytes()[2] < b'8') == low)
            .map(|(_, fake)| *fake)
            .collect();
        of.iter().filter(|fake| **fake).count() as f64 / of.len() as f64
    };
    assert!(
        (half(true) - half(false)).abs() < 0.06,
        "{} {}",
        half(true),
        half(false)
    );
}

#[test]
fn most_sellers_of_fakes_sell_honest_goods_too_and_authorised_ones_no_fakes() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalogs = catalogs(&folder.path().join("catalogs"));
    let named: BTreeSet<&str> = catalogs
        .iter()
        .flat_map(|catalog| &catalog.brand.authorised_sellers)
        .map(|seller| seller.as_str())
        .collect();
    let made = simulate(
        &catalogs,
        &folder.path().join("market"),
        &settings(20_000, false),
        &|_| (),
    )
    .expect("made");
    let mut sellers: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for row in rows(&made.truth) {
        let entry = sellers.entry(row["seller_id"].clone()).or_default();
        if row["label"] == "fake" {
            entry.0 += 1
        } else {
            entry.1 += 1
        }
    }
    assert!(
        named
            .iter()
            .all(|id| sellers.get(*id).is_none_or(|(fakes, _)| *fakes == 0))
    );
    let of_fakes: Vec<_> = sellers.values().filter(|(fakes, _)| *fakes > 0).collect();
    let mixed =
        of_fakes.iter().filter(|(_, honest)| *honest > 0).count() as f64 / of_fakes.len() as f64;
    assert!(mixed > 0.5, "{mixed}");
}

#[test]
fn some_honest_accounts_that_have_just_begun_have_full_shelves() {
    let (_folder, feed, truth) = market(5000, false);
    let stocks: Vec<u32> = feed
        .iter()
        .zip(&truth)
        .filter(|(_, truth)| truth["kind"] == "new_seller")
        .map(|(listing, _)| listing["quantity"].parse().expect("a number"))
        .collect();
    let full = stocks.iter().filter(|stock| **stock >= 15).count() as f64 / stocks.len() as f64;
    assert!((0.15..0.5).contains(&full), "{full}");
}

#[test]
fn a_feed_without_sellers_has_them_in_its_truth() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalogs = catalogs(&folder.path().join("catalogs"));
    let bare = MarketSettings {
        sellers: false,
        ..settings(200, false)
    };
    let made = simulate(&catalogs, &folder.path().join("market"), &bare, &|_| ()).expect("made");
    for (listing, truth) in rows(&made.feed).iter().zip(&rows(&made.truth)) {
        for column in [
            "seller_id",
            "seller_created_at",
            "seller_rating",
            "seller_sales",
        ] {
            assert_eq!(listing[column], "", "{column}");
        }
        assert!(!truth["seller_id"].is_empty());
    }
}

#[test]
fn a_ring_shows_one_picture_under_several_sellers() {
    let (_folder, feed, truth) = market(5000, true);
    let mut rings: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for (listing, truth) in feed
        .iter()
        .zip(&truth)
        .filter(|(_, truth)| !truth["ring"].is_empty())
    {
        let (sellers, pictures) = rings.entry(&truth["ring"]).or_default();
        sellers.insert(&listing["seller_id"]);
        pictures.insert(&listing["image_link"]);
    }
    assert!(!rings.is_empty());
    for (ring, (sellers, pictures)) in &rings {
        assert!(
            sellers.len() >= 3 && pictures.len() <= 2,
            "{ring} {sellers:?} {pictures:?}"
        );
    }
}

#[test]
fn same_seed_same_bytes_and_every_image_link_is_a_file() {
    let make = || {
        let folder = tempfile::tempdir().expect("a folder");
        let catalogs = catalogs(&folder.path().join("catalogs"));
        let made = simulate(
            &catalogs,
            &folder.path().join("market"),
            &settings(400, true),
            &|_| (),
        )
        .expect("made");
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(&made.images).expect("a folder") {
            let path = entry.expect("an entry").path();
            files.insert(
                path.file_name().map(|name| name.to_owned()),
                fs::read(&path).expect("a file"),
            );
        }
        assert_eq!(files.len() as u64, made.pictures);
        for row in rows(&made.feed) {
            for link in row["image_link"]
                .split(',')
                .chain(row["additional_image_link"].split(','))
                .filter(|link| !link.is_empty())
            {
                assert!(files.contains_key(&Some(link.into())), "{link}");
            }
        }
        (
            fs::read(&made.feed).expect("a feed"),
            fs::read(&made.truth).expect("a truth"),
            files,
        )
    };
    assert_eq!(make(), make());
}

#[test]
fn the_number_of_pictures_does_not_grow_with_the_feed() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalogs = catalogs(&folder.path().join("catalogs"));
    let products: usize = catalogs.iter().map(|catalog| catalog.products.len()).sum();
    let made = simulate(
        &catalogs,
        &folder.path().join("market"),
        &settings(6000, true),
        &|_| (),
    )
    .expect("made");
    let things = 11 * 24;
    let rings = 2 * (6000 / 12 / 160);
    assert!(
        made.pictures <= products as u64 * 7 + things + rings,
        "{}",
        made.pictures
    );
}

#[test]
fn settings_out_of_range_and_empty_catalogs_are_named() {
    let nowhere = Path::new("nowhere");
    let error = simulate(&[], nowhere, &settings(1, false), &|_| ()).expect_err("nothing to sell");
    assert!(
        error
            .to_string()
            .starts_with("found no product in 0 catalogs"),
        "{error}"
    );
    let wrong = MarketSettings {
        fake_share: 1.5,
        ..settings(1, false)
    };
    let error = simulate(&[], nowhere, &wrong, &|_| ()).expect_err("out of range");
    assert_eq!(
        error.to_string(),
        "fake_share is 1.5, expected 0 to 1; change the setting"
    );
}
