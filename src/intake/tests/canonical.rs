use jiff::civil::date;

use super::{file, ids, joined, money, read, shown};
use crate::intake::{ColumnNames, IntakeError, Listings, MAX_IMAGES};
use crate::record::{Condition, Gtin};

#[test]
fn every_canonical_column_is_read() {
    let batch = read(
        "feed.csv",
        "id,title,description,brand,gtin,mpn,price,sale_price,image_link,additional_image_link,product_type,condition,\
         color,link,quantity,first_seen,updated_at,seller_id,seller_name,seller_country,seller_created_at,\
         seller_rating,seller_sales,ships_from\n\
         L1,Luma bag,<p>Soft</p>,Luma,4006381333931,LB-1,129.99 USD,99 USD,a/1.jpg,\"a/2.jpg,a/1.jpg\",Bags,new,\
         red,https://m/L1,3,2025-03-09T10:00:00Z,2025-03-10,S1,Shop,de,2020-01-02,4.5,1200,uk\n",
    );
    assert!(
        batch.notes.is_empty() && batch.rejects.is_empty(),
        "{:?}",
        batch.notes
    );
    let listing = &batch.records[0];
    assert_eq!(listing.id.as_str(), "L1");
    assert_eq!(listing.title, "Luma bag");
    assert_eq!(listing.description, "Soft");
    assert_eq!(
        (listing.brand.as_str(), listing.mpn.as_str()),
        ("Luma", "LB-1")
    );
    assert_eq!(listing.gtin, Gtin::parse("4006381333931").ok());
    assert_eq!(
        (money(listing.price), money(listing.sale_price)),
        ("129.99 USD".into(), "99.00 USD".into())
    );
    assert_eq!(listing.images, ["a/1.jpg", "a/2.jpg"]);
    assert_eq!(
        (listing.product_type.as_str(), listing.color.as_str()),
        ("Bags", "red")
    );
    assert_eq!(listing.condition, Some(Condition::New));
    assert_eq!(
        (listing.link.as_str(), listing.quantity),
        ("https://m/L1", Some(3))
    );
    assert_eq!(listing.listed_at, Some(date(2025, 3, 10)));
    let seller = &listing.seller;
    assert_eq!((seller.id.as_str(), seller.name.as_str()), ("S1", "Shop"));
    assert_eq!(
        (seller.country.as_str(), seller.ships_from.as_str()),
        ("DE", "GB")
    );
    assert_eq!(seller.created_at, Some(date(2020, 1, 2)));
    assert_eq!((seller.rating, seller.sales), (Some(4.5), Some(1200)));
}

#[test]
fn what_cannot_be_read_is_dropped_with_a_note() {
    let batch = read(
        "feed.csv",
        "id;title;price;currency;gtin;condition;seller_rating;seller_country;quantity;first_seen;updated_at;image_link\n\
         1;a;$12;USD;4006381333932;so so;7;Germany;many;09.03.2025;2025-03-10;../../etc/passwd\n\
         2;b;12;;;;;;;;;a.jpg\n\
         3;c;free;EUR;;;;;;;;\n",
    );
    assert_eq!(ids(&batch), ["1", "2", "3"]);
    assert_eq!(money(batch.records[0].price), "12.00 USD");
    assert_eq!(batch.records[0].listed_at, Some(date(2025, 3, 10)));
    assert!(batch.records[0].images.is_empty());
    assert_eq!(
        shown(&batch.notes),
        [
            "1 gtin: 4006381333932",
            "1 image_link: ../../etc/passwd",
            "1 condition: so so",
            "1 quantity: many",
            "1 first_seen: 09.03.2025",
            "1 seller_country: Germany",
            "1 seller_rating: 7",
            "2 price: 12",
            "3 price: free",
        ]
    );
    assert!(
        batch.notes[0].expected.contains("expected 1"),
        "{}",
        batch.notes[0].expected
    );
    assert!(
        batch
            .notes
            .iter()
            .all(|note| note.file.ends_with("feed.csv") && !note.expected.is_empty())
    );
}

#[test]
fn rows_without_id_or_title_and_second_ones_are_rejects() {
    let batch = read("feed.csv", "id,title\n,a\n2,\n3,c\n3,d\n4,\"broken\n5,e\n");
    assert_eq!(ids(&batch), ["3", "5"]);
    assert_eq!(batch.records[0].title, "c");
    assert_eq!(
        shown(&batch.rejects),
        [
            "1 id: ",
            "2 title: ",
            "4 id: 3",
            "5 : a quote that is never closed: 4,\"broken"
        ]
    );
    assert_eq!(batch.rejects[1].id, "2");
}

#[test]
fn hostile_titles_are_kept_as_they_are() {
    let batch = read(
        "feed.csv",
        "id,title\n1,<script>alert(1)</script>\n2,\"=HYPERLINK(\"\"http://x\"\")\"\n",
    );
    let titles: Vec<&str> = batch
        .records
        .iter()
        .map(|listing| listing.title.as_str())
        .collect();
    assert_eq!(
        titles,
        ["<script>alert(1)</script>", "=HYPERLINK(\"http://x\")"]
    );
}

#[test]
fn texts_and_images_are_bounded() {
    let images: Vec<String> = (0..130).map(|n| format!("{n}.jpg")).collect();
    let text = format!(
        "id,title,image_link\n1,{},\"{}\"\n{},b,\n",
        "é".repeat(12_000),
        images.join(","),
        "x".repeat(600)
    );
    let batch = read("feed.csv", &text);
    assert_eq!(batch.records[0].title.chars().count(), 10_000);
    assert_eq!(batch.records[0].images.len(), MAX_IMAGES);
    let columns: Vec<&str> = batch
        .notes
        .iter()
        .map(|note| note.column.as_str())
        .collect();
    assert_eq!(columns, ["title", "image_link"]);
    assert_eq!(batch.rejects[0].column, "id");
}

#[test]
fn a_seller_without_id_is_known_by_name() {
    let batch = read("feed.csv", "id,title,seller_name\n1,a,Shop\n2,b,\n");
    let sellers: Vec<&str> = batch
        .records
        .iter()
        .map(|listing| listing.seller.id.as_str())
        .collect();
    assert_eq!(sellers, ["Shop", ""]);
}

#[test]
fn prices_without_currency_take_the_default() {
    let (_folder, path) = file("feed.csv", b"id,title,price\n1,a,12.50\n2,b,3 USD\n");
    let listings = Listings::open(&path, 10)
        .expect("opened")
        .default_currency(Some(iso_currency::Currency::EUR));
    let batch = joined(listings).expect("read");
    let prices: Vec<String> = batch
        .records
        .iter()
        .map(|listing| money(listing.price))
        .collect();
    assert_eq!(prices, ["12.50 EUR", "3.00 USD"]);
}

#[test]
fn a_file_without_the_needed_columns_is_refused() {
    let (_folder, path) = file("feed.csv", b"name_of_it,cost\na,1\n");
    let error = Listings::open(&path, 10).err().expect("refused");
    assert!(matches!(
        error,
        IntakeError::MissingColumn { column: "id", .. }
    ));
    let message = error.to_string();
    assert!(
        message.contains("name_of_it, cost") && message.contains("listing_id"),
        "{message}"
    );
}

#[test]
fn a_row_that_ends_early_is_kept_with_a_note() {
    let batch = read("feed.csv", "id,title,price\nA1,Mug\nA2,Bowl,5.00 EUR\nA3\n");
    assert_eq!(ids(&batch), ["A1", "A2"]);
    assert_eq!(shown(&batch.notes), ["1 : 2 values", "3 : 1 values"]);
    assert_eq!(batch.notes[0].id, "A1");
    assert!(
        batch.notes[0]
            .expected
            .starts_with("3 values, one for each column")
    );
    assert_eq!(shown(&batch.rejects), ["3 title: "]);
}

#[test]
fn identifiers_that_are_numbers_in_json_are_the_digits_that_a_person_writes() {
    let batch = read(
        "feed.ndjson",
        "{\"id\":1.0,\"title\":\"Mug\",\"seller_id\":7.0}\n\
         {\"id\":12345678901.0,\"title\":\"Bowl\",\"mpn\":100.0}\n\
         {\"id\":12345678901234567890,\"title\":\"Cup\"}\n\
         {\"id\":123456789012345678901234567890,\"title\":\"Jug\"}\n\
         {\"id\":\"5.0\",\"title\":\"Pan\"}\n",
    );
    assert_eq!(
        ids(&batch),
        ["1", "12345678901", "12345678901234567890", "5.0"]
    );
    assert_eq!(batch.records[0].seller.id.as_str(), "7");
    assert_eq!(batch.records[1].mpn, "100");
    assert_eq!(batch.rejects.len(), 1);
    assert!(
        batch.rejects[0].expected.contains("in quotes"),
        "{:?}",
        batch.rejects[0]
    );
}

#[test]
fn columns_go_by_the_names_that_the_feed_has_for_them() {
    let names = |pairs: &[(&str, &str)]| {
        let owned = pairs
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        ColumnNames::new(owned.collect()).expect("names")
    };
    let german = names(&[("title", "Bezeichnung"), ("price", "Preis")]);
    let (_folder, path) = file(
        "feed.csv",
        b"id,Bezeichnung,preis,price\nA1,Mug,5 EUR,9 EUR\n",
    );
    let listings = Listings::open_named(&path, 2, &german).expect("opened");
    let batch = joined(listings).expect("read");
    assert_eq!(batch.records[0].title, "Mug");
    assert_eq!(money(batch.records[0].price), "5.00 EUR");

    let error = Listings::open_named(&path, 2, &names(&[("price", "Prise")]));
    let error = error.err().expect("refused").to_string();
    assert!(
        error.contains("no column \"Prise\", which is to be read as price"),
        "{error}"
    );
    assert!(error.contains("id, Bezeichnung, preis"), "{error}");

    // NDJSON has no header: only its end tells.
    let (_folder, path) = file("feed.ndjson", b"{\"id\":\"A1\",\"Bezeichnung\":\"Mug\"}\n");
    let named = names(&[("title", "Bezeichnung")]);
    let listings = Listings::open_named(&path, 2, &named).expect("opened");
    assert_eq!(joined(listings).expect("read").records.len(), 1);
    let listings = Listings::open_named(&path, 2, &german).expect("opened");
    let error = joined(listings).expect_err("no price").to_string();
    assert!(error.contains("no column \"Preis\""), "{error}");
}
