use super::{ids, money, read};
use crate::record::{Condition, Gtin};

#[test]
fn products_with_offers() {
    let text = concat!(
        r#"{"@context":"https://schema.org","@type":"Product","name":"Luma bag","sku":"P-1","gtin13":"4006381333931","#,
        r#""brand":{"@type":"Brand","name":"Luma"},"image":["https://m/1.jpg","https://m/2.jpg"],"color":"red","#,
        r#""offers":{"@type":"Offer","price":129.99,"priceCurrency":"EUR","itemCondition":"https://schema.org/UsedCondition","#,
        r#""seller":{"@type":"Organization","name":"Shop"}}}"#,
        "\n",
        r#"{"@type":"Product","name":"Belt","sku":"P-2","brand":"Luma","image":{"@type":"ImageObject","url":"https://m/3.jpg"},"#,
        r#""offers":[{"price":"20","priceCurrency":"EUR"},{"price":"30","priceCurrency":"USD"}]}"#,
        "\n",
        r#"{"@type":"Product","name":"Hat","sku":"P-3","image":[{"contentUrl":"https://m/4.jpg"},{"contentUrl":"https://m/5.jpg"}]}"#,
        "\n",
    );
    let batch = read("feed.jsonl", text);
    assert_eq!(ids(&batch), ["P-1", "P-2", "P-3"]);
    let bag = &batch.records[0];
    assert_eq!(
        (bag.title.as_str(), bag.brand.as_str(), bag.color.as_str()),
        ("Luma bag", "Luma", "red")
    );
    assert_eq!(
        (money(bag.price), bag.gtin),
        ("129.99 EUR".into(), Gtin::parse("4006381333931").ok())
    );
    assert_eq!(bag.images, ["//m/1.jpg", "//m/2.jpg"]);
    assert_eq!(
        (bag.condition, bag.seller.id.as_str()),
        (Some(Condition::Used), "Shop")
    );
    let belt = &batch.records[1];
    assert_eq!(
        (belt.brand.as_str(), money(belt.price)),
        ("Luma", "20.00 EUR".into())
    );
    assert_eq!(belt.images, ["//m/3.jpg"]);
    assert_eq!(batch.records[2].images, ["//m/4.jpg", "//m/5.jpg"]);
    assert!(batch.notes.is_empty(), "{:?}", batch.notes);
}

#[test]
fn an_offer_around_its_item() {
    let text = r#"{"@type":"Offer","price":"12.50","priceCurrency":"USD","itemOffered":{"name":"Bag","sku":"P-1","brand":{"name":"Luma"}},"seller":{"name":"Shop","identifier":"S-9"}}"#;
    let batch = read("feed.ndjson", text);
    let bag = &batch.records[0];
    assert_eq!(
        (bag.id.as_str(), bag.title.as_str(), bag.brand.as_str()),
        ("P-1", "Bag", "Luma")
    );
    assert_eq!(
        (money(bag.price), bag.seller.id.as_str()),
        ("12.50 USD".into(), "S-9")
    );
}
