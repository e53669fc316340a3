//! The table of column names.

use std::collections::BTreeSet;

use crate::intake::columns::{COLUMNS, Canonical, Canonical as C, plain};

#[test]
fn table_order_is_the_enums_order_and_no_name_is_given_twice() {
    let mut seen = BTreeSet::new();
    for (index, (column, ..)) in COLUMNS.iter().enumerate() {
        assert_eq!(*column as usize, index, "{column:?}");
        for name in column.names() {
            assert!(seen.insert(plain(name)), "{name} stands for two columns");
        }
    }
}

#[test]
fn the_page_on_feeds_names_every_column_of_a_listing() {
    let page = include_str!("../../../docs/feeds.md");
    let of_listings = COLUMNS
        .iter()
        .take_while(|(column, ..)| *column != C::IpType);
    for name in of_listings.flat_map(|(column, ..)| column.names()) {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn spelling_does_not_matter() {
    for (name, column) in [
        ("ID", C::Id),
        ("g:image_link", C::ImageLink),
        ("Body (HTML)", C::Description),
        ("Additional Image Link", C::AdditionalImageLink),
        ("other_image_url8", C::AdditionalImageLink),
        ("image[0].url", C::ImageLink),
        ("image.1.contentUrl", C::ImageLink),
        ("itemOffered.brand.name", C::Brand),
        ("offers.priceCurrency", C::Currency),
        ("URL handle", C::Handle),
    ] {
        assert_eq!(
            Canonical::of(name).map(|found| found.0),
            Some(column),
            "{name}"
        );
    }
    assert_eq!(Canonical::of("price9"), None);
    assert_eq!(Canonical::of(""), None);
}
