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
