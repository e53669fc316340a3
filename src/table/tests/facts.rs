use std::path::{Path, PathBuf};

use crate::table::facts::{
    BRAND_FACTS, IMAGE_FACTS, ImageFacts, LISTING_FACTS, ProductFacts, SellerFacts, images,
    products, sellers,
};
use crate::table::{Cell, Column, Format, Writer};

fn table(folder: &Path, name: &str, columns: &[Column], rows: Vec<Vec<Cell>>) -> PathBuf {
    let path = folder.join(name);
    let mut writer = Writer::create(&path, Format::Parquet, columns).expect("created");
    for row in rows {
        writer.push(row).expect("pushed");
    }
    writer.finish().expect("finished");
    path
}

fn listing(
    id: &str,
    seller: &str,
    disguised: bool,
    product: Option<&str>,
    ratio: Option<f64>,
) -> Vec<Cell> {
    vec![
        id.into(),
        seller.into(),
        disguised.into(),
        false.into(),
        product.into(),
        ratio.into(),
    ]
}

#[test]
fn sellers_are_counted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let listings = table(
        folder.path(),
        "l",
        LISTING_FACTS,
        vec![
            listing("1", "B", true, Some("p"), Some(0.4)),
            listing("2", "A", false, None, None),
            listing("3", "B", true, Some("p"), Some(0.5)),
            listing("4", "", false, None, None),
        ],
    );
    let brand = |id: &str, seller: &str, brand: &str| vec![id.into(), seller.into(), brand.into()];
    let brands = table(
        folder.path(),
        "b",
        BRAND_FACTS,
        vec![
            brand("1", "B", "luma"),
            brand("1", "B", "nordisk"),
            brand("3", "B", "luma"),
        ],
    );
    let seller = |id: &str, listings| SellerFacts {
        seller_id: id.into(),
        listings,
        ..SellerFacts::default()
    };
    assert_eq!(
        sellers(&listings, &brands).expect("counted"),
        [
            seller("", 1),
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
fn images_of_several_sellers_are_counted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let image = |id: &str, seller: &str, key: Option<&str>| {
        vec![id.into(), seller.into(), key.into(), true.into()]
    };
    let facts = table(
        folder.path(),
        "i",
        IMAGE_FACTS,
        vec![
            image("1", "A", Some("x")),
            image("1", "A", Some("x")),
            image("2", "B", Some("x")),
            image("3", "B", Some("y")),
            image("4", "B", Some("y")),
            image("5", "C", None),
            image("6", "D", None),
        ],
    );
    let shared = ImageFacts {
        image_key: "x".into(),
        listings: 2,
        sellers: 2,
    };
    assert_eq!(images(&facts).expect("counted"), [shared]);
}

#[test]
fn products_are_spread() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut rows: Vec<Vec<Cell>> = (0..=10)
        .map(|n| {
            listing(
                &n.to_string(),
                if n < 4 { "A" } else { "B" },
                false,
                Some("p"),
                Some(f64::from(n) / 10.0),
            )
        })
        .collect();
    rows.push(listing("11", "A", false, Some("q"), None));
    rows.push(listing("12", "A", false, None, Some(9.0)));
    let facts = table(folder.path(), "l", LISTING_FACTS, rows);
    let p = ProductFacts {
        product: "p".into(),
        listings: 11,
        sellers: 2,
        ratio_p10: 0.1,
        ratio_median: 0.5,
        ratio_p90: 0.9,
    };
    let q = ProductFacts {
        product: "q".into(),
        listings: 1,
        sellers: 1,
        ..ProductFacts::default()
    };
    assert_eq!(products(&facts).expect("counted"), [p, q]);
}

#[test]
fn an_empty_feed_has_no_facts() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let listings = table(folder.path(), "l", LISTING_FACTS, Vec::new());
    let brands = table(folder.path(), "b", BRAND_FACTS, Vec::new());
    assert_eq!(sellers(&listings, &brands).expect("counted"), []);
    assert_eq!(products(&listings).expect("counted"), []);
    let missing = images(&folder.path().join("missing"))
        .expect_err("no file")
        .to_string();
    assert!(missing.contains("missing"), "{missing}");
}
