use super::{ids, money, read, shown};

const OLD: &str = "\
Handle,Title,Body (HTML),Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Image Position,Variant Image
bag,Luma bag,<p>Soft</p>,Luma,Bags,Color,red,B-R,10 EUR,12 EUR,4006381333931,https://cdn/x/1.jpg?v=1,1,
bag,,,,,,blue,B-B,11 EUR,,,https://cdn/x/2.jpg,2,https://cdn/x/blue.jpg
bag,,,,,,,,,,,https://cdn/x/3.jpg,3,
bag,,,,,,red,B-R,10 EUR,,,,,
belt,Belt,,Luma,Belts,,,,5 EUR,,,,,
lost,,,,,,,,,,,https://cdn/x/9.jpg,1,
bag,Luma bag again,,,,,,,,,,,,
";

#[test]
fn old_headers_fold_rows_of_one_handle() {
    let batch = read("products_export.csv", OLD);
    assert_eq!(ids(&batch), ["bag", "bag/B-B", "belt"]);
    assert_eq!((batch.rows, batch.folded), (7, 2));
    let [bag, blue, belt] = &batch.records[..] else {
        panic!("three")
    };
    assert_eq!(
        (
            bag.title.as_str(),
            bag.description.as_str(),
            bag.brand.as_str()
        ),
        ("Luma bag", "Soft", "Luma")
    );
    assert_eq!(
        (money(bag.price), money(bag.sale_price)),
        ("12.00 EUR".into(), "10.00 EUR".into())
    );
    assert_eq!(
        bag.images,
        ["//cdn/x/1.jpg", "//cdn/x/2.jpg", "//cdn/x/3.jpg"]
    );
    assert_eq!((bag.color.as_str(), blue.color.as_str()), ("red", "blue"));
    assert_eq!(
        (blue.title.as_str(), money(blue.price)),
        ("Luma bag", "11.00 EUR".into())
    );
    assert_eq!(blue.gtin, None);
    assert_eq!(
        blue.images,
        [
            "//cdn/x/blue.jpg",
            "//cdn/x/1.jpg",
            "//cdn/x/2.jpg",
            "//cdn/x/3.jpg"
        ]
    );
    assert_eq!(belt.product_type, "Belts");
    assert_eq!(shown(&batch.rejects), ["6 title: ", "7 id: bag"]);
}

#[test]
fn new_headers_are_the_same_feed() {
    let text = "\
Title,URL handle,Description,Vendor,Product category,Type,SKU,Barcode,Option1 name,Option1 value,Price,Compare-at price,Inventory quantity,Product image URL,Image position,Variant image URL
Luma bag,bag,Soft,Luma,Apparel > Bags,Bags,B-R,4006381333931,Color,red,10 EUR,,4,https://cdn/1.jpg,1,
,bag,,,,,B-B,,,blue,10 EUR,,2,,,
,bag,,,,,,,,,,,,https://cdn/2.jpg,2,
";
    let batch = read("products.csv", text);
    assert_eq!(ids(&batch), ["bag", "bag/B-B"]);
    assert_eq!(batch.folded, 1);
    assert_eq!(
        (
            batch.records[0].product_type.as_str(),
            batch.records[0].quantity
        ),
        ("Bags", Some(4))
    );
    assert_eq!(batch.records[1].images, ["//cdn/1.jpg", "//cdn/2.jpg"]);
    assert!(batch.notes.is_empty() && batch.rejects.is_empty());
}

#[test]
fn a_plain_feed_with_a_handle_column_keeps_its_ids() {
    for (name, text) in [
        (
            "feed.csv",
            "id,handle,title,price\nL1,bag,Bag,5 EUR\nL2,bag,Other bag,6 EUR\n",
        ),
        (
            "feed.ndjson",
            "{\"id\":\"L1\",\"handle\":\"bag\",\"title\":\"Bag\"}\n{\"id\":\"L2\",\"handle\":\"bag\",\"title\":\"Other bag\"}\n",
        ),
    ] {
        assert_eq!(ids(&read(name, text)), ["L1", "L2"], "{name}");
    }
}

#[test]
fn variants_inherit_a_long_description_as_its_text() {
    let text = format!(
        "Handle,Title,Body (HTML),Variant SKU,Variant Price\nbag,Bag,<p>1 &lt; 2 &amp;amp; {}</p>,a,1 EUR\nbag,,,b,2 EUR\n",
        "x".repeat(20_000)
    );
    let batch = read("shop.csv", &text);
    let texts: Vec<&str> = batch
        .records
        .iter()
        .map(|l| l.description.as_str())
        .collect();
    assert_eq!(texts[0], texts[1]);
    assert!(texts[0].starts_with("1 < 2 &amp; xxx"), "{:.20}", texts[0]);
    assert_eq!(texts[0].chars().count(), 10_000);
}
