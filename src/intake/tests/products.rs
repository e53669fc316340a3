use jiff::civil::date;

use super::{money, read_products, shown};
use crate::record::RightKind;

#[test]
fn products_with_the_columns_of_a_reference() {
    let text = "\
id,title,price,price_floor,currency,image_link,known_fake_image,discontinued_at,ip_type,ip_registration_number,ip_office,ip_territories,nice_classes,ip_expiry,authorised_sellers,distinguishing_features,logo_image,image_rights
P1,Bag,100,70,EUR,bag.jpg,fake/1.jpg,2024-01-01,trademark,018123456,EUIPO,\"EU, GB\",\"18;25;99\",2031-05-01,S-1;S-2,Gold zip,logo.png,yes
P2,Belt,50,,EUR,belt.jpg,,,trademark,018123456,EUIPO,\"EU, GB\",\"18;25;99\",2031-05-01,S-2,,logo.png,
P3,Hat,30,,EUR,hat.jpg,,,slogan,1,,,,,,,,maybe
P1,Bag again,1,,EUR,,,,,,,,,,,,,
";
    let (batch, brand) = read_products("products.csv", text);
    let [bag, _, _] = &batch.records[..] else {
        panic!("three")
    };
    assert_eq!((bag.id.as_str(), bag.brand.as_str()), ("P1", "luma"));
    assert_eq!(
        (money(bag.price), money(bag.price_floor)),
        ("100.00 EUR".into(), "70.00 EUR".into())
    );
    assert_eq!(
        (&bag.images[..], &bag.known_fake_images[..]),
        (&["bag.jpg".to_owned()][..], &["fake/1.jpg".to_owned()][..])
    );
    assert_eq!(bag.discontinued_at, Some(date(2024, 1, 1)));
    assert_eq!(shown(&batch.rejects), ["4 id: P1"]);
    assert_eq!(
        shown(&batch.notes),
        ["3 ip_type: slogan", "3 image_rights: maybe"]
    );
    assert_eq!(brand.rights.len(), 1);
    let right = &brand.rights[0];
    assert_eq!(
        (right.kind, right.number.as_str(), right.office.as_str()),
        (RightKind::Trademark, "018123456", "EUIPO")
    );
    assert_eq!(
        (&right.territories[..], &right.nice_classes[..]),
        (&["EU".to_owned(), "GB".into()][..], &[18, 25][..])
    );
    let sellers: Vec<&str> = brand
        .authorised_sellers
        .iter()
        .map(|seller| seller.as_str())
        .collect();
    assert_eq!(sellers, ["S-1", "S-2"]);
    assert_eq!(brand.logo_images.len(), 1);
    assert_eq!(brand.image_rights, Some(true));
}

#[test]
fn sellers_of_rows_that_make_no_product_are_gathered() {
    let text = "\
id,title,authorised_sellers
P1,Bag,S-1
P2,,S-2
,No id,S-3
P1,Bag again,S-4
";
    let (batch, brand) = read_products("products.csv", text);
    assert_eq!((batch.records.len(), batch.rejects.len()), (1, 3));
    let sellers: Vec<&str> = brand
        .authorised_sellers
        .iter()
        .map(|id| id.as_str())
        .collect();
    assert_eq!(sellers, ["S-1", "S-2", "S-3", "S-4"]);
    assert_eq!(brand.sellers_unread, None);
}

#[test]
fn a_row_that_cannot_be_read_leaves_its_sellers_unknown() {
    let text = "id,title,authorised_sellers\nP1,Bag,S-1\nP2,\"Belt,S-2\nP3,Hat,S-3\n";
    let (_, brand) = read_products("products.csv", text);
    assert_eq!(brand.sellers_unread, Some(2));
    let (_, brand) = read_products("products.csv", "id,title\nP1,Bag\nP2,\"Belt\nP3,Hat\n");
    assert_eq!(brand.sellers_unread, None);
}

#[test]
fn a_catalog_price_with_three_decimals_is_what_it_says() {
    let (batch, _) = read_products(
        "products.ndjson",
        "{\"id\":\"P1\",\"title\":\"Bag\",\"price\":149.995,\"price_floor\":99.5,\"currency\":\"EUR\"}\n",
    );
    let product = &batch.records[0];
    assert_eq!(
        (money(product.price), money(product.price_floor)),
        ("150.00 EUR".into(), "99.50 EUR".into())
    );
}
