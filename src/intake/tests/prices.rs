//! What becomes of a price, its currency and a reduced price.

use super::{Batch, file, joined, money, read, shown};
use crate::intake::Listings;
use crate::record::Listing;

fn prices(batch: &Batch<Listing>) -> Vec<String> {
    let price = |listing: &Listing| match listing.sale_price {
        Some(sale) => format!("{} now {sale}", money(listing.price)),
        None => money(listing.price),
    };
    batch.records.iter().map(price).collect()
}

#[test]
fn a_json_number_with_three_decimals_is_not_grouped() {
    let batch = read(
        "feed.ndjson",
        r#"{"id":"1","title":"a","price":129.999,"currency":"EUR"}
{"id":"2","title":"b","offers":[{"price":149.995,"priceCurrency":"EUR"}]}
{"id":"3","title":"c","price":[129.999],"currency":"EUR"}
{"id":"4","title":"d","price":"1.299","currency":"EUR"}
"#,
    );
    assert_eq!(
        prices(&batch),
        ["130.00 EUR", "150.00 EUR", "130.00 EUR", "1299.00 EUR"]
    );
}

#[test]
fn a_sign_that_contradicts_the_currency_column_drops_the_price_with_a_note() {
    let batch = read(
        "feed.csv",
        "id,title,price,sale_price,currency\n\
         1,a,€90,,USD\n\
         2,b,₩250000,,EUR\n\
         3,c,150 EUR,₹9000,EUR\n\
         4,d,US $129.99,,USD\n\
         5,e,150 EUR,₹90,\n",
    );
    assert_eq!(
        prices(&batch),
        ["none", "none", "150.00 EUR", "129.99 USD", "150.00 EUR"]
    );
    assert_eq!(
        shown(&batch.notes),
        [
            "1 price: €90",
            "2 price: ₩250000",
            "3 sale_price: ₹9000",
            "5 sale_price: ₹90"
        ]
    );
    assert!(batch.notes[0].expected.contains("is not in USD"));
    assert_eq!(batch.without_currency, 0);
}

#[test]
fn a_sale_price_counts_only_above_zero_and_below_the_price() {
    let batch = read(
        "feed.csv",
        "id,title,price,sale_price,compare_at_price\n\
         1,a,150 EUR,0.00 EUR,\n\
         2,b,150 EUR,1500 EUR,\n\
         3,c,150 EUR,150 EUR,\n\
         4,d,150 EUR,99 EUR,\n\
         5,e,150 EUR,0 EUR,200 EUR\n\
         6,f,,99 EUR,\n",
    );
    assert_eq!(
        prices(&batch),
        [
            "150.00 EUR",
            "150.00 EUR",
            "150.00 EUR",
            "150.00 EUR now 99.00 EUR",
            "200.00 EUR now 150.00 EUR",
            "none now 99.00 EUR",
        ]
    );
    let noted: Vec<u64> = batch.notes.iter().map(|note| note.row).collect();
    assert_eq!(noted, [1, 2, 3, 5]);
}

#[test]
fn prices_dropped_for_want_of_a_currency_are_counted() {
    let batch = read(
        "feed.csv",
        "id,title,price\n1,a,5\n2,b,$5\n3,c,5 EUR\n4,d,free\n",
    );
    assert_eq!(batch.without_currency, 2);
}

#[test]
fn the_row_of_an_identifier_that_an_earlier_file_uses_is_named() {
    let (_first, a) = file("a.csv", b"id,title\nL1,a\n");
    let (_second, b) = file("b.csv", b"id,title\nL2,b\nL1,c\n");
    let mut listings = Listings::open(&a, 10).expect("opened");
    joined(&mut listings).expect("read");
    let listings = Listings::open(&b, 10)
        .expect("opened")
        .after(listings.into_seen());
    assert_eq!(
        shown(&joined(listings).expect("read").rejects),
        ["2 id: L1"]
    );
}

#[test]
fn the_day_of_a_price_is_the_later_of_first_seen_and_updated() {
    let batch = read(
        "feed.csv",
        "id,title,first_seen,updated_at\n1,a,2019-05-01,2026-10-20\n2,b,2026-10-20,\n",
    );
    let days: Vec<String> = batch
        .records
        .iter()
        .map(|listing| {
            listing
                .listed_at
                .map_or_else(String::new, |day| day.to_string())
        })
        .collect();
    assert_eq!(days, ["2026-10-20", "2026-10-20"]);
}

#[test]
fn unsafe_links_of_one_row_are_noted_a_few_times() {
    let links = vec!["../x.jpg"; 150].join("|");
    let batch = read("feed.csv", &format!("id,title,image_link\n1,a,{links}\n"));
    assert!(
        (1..=20).contains(&batch.notes.len()),
        "{}",
        batch.notes.len()
    );
}

#[test]
fn shipping_is_an_amount_or_the_least_of_googles_list() {
    let batch = read(
        "feed.csv",
        "id,title,price,shipping\n\
         1,a,50 EUR,5.99 EUR\n\
         2,b,50 EUR,\"5,99 EUR\"\n\
         3,c,50 USD,US::Standard:5.99 USD\n\
         4,d,50 USD,\"US:CA:Overnight:16.00 USD, US:::4.50 USD:1:1:2:3\"\n\
         5,e,50 EUR,\"DE::DHL:5,99 EUR,AT:::9,99 EUR\"\n\
         6,f,50 EUR,free\n\
         7,g,50 EUR,US:5 USD\n\
         8,h,50 EUR,\n\
         9,i,50 EUR,by weight\n",
    );
    let shipping: Vec<String> = batch
        .records
        .iter()
        .map(|listing| money(listing.shipping))
        .collect();
    assert_eq!(
        shipping,
        [
            "5.99 EUR", "5.99 EUR", "5.99 USD", "4.50 USD", "5.99 EUR", "none", "5.00 USD", "none",
            "none"
        ]
    );
    assert_eq!(shown(&batch.notes), ["9 shipping: by weight"]);
}

#[test]
fn shipping_of_other_feeds() {
    let batch = read(
        "feed.ndjson",
        r#"{"id":"1","title":"a","price":50,"currency":"EUR","shipping_cost":4.999}
{"id":"2","title":"b","offers":{"price":50,"priceCurrency":"EUR","shippingDetails":{"shippingRate":{"value":3.5}}}}
"#,
    );
    let shipping: Vec<String> = batch
        .records
        .iter()
        .map(|listing| money(listing.shipping))
        .collect();
    assert_eq!(shipping, ["5.00 EUR", "3.50 EUR"]);
}
