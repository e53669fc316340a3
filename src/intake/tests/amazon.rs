use super::{ids, money, read};
use crate::record::{Condition, Gtin};

#[test]
fn a_flat_file_below_its_template_lines() {
    let text = "\
TemplateType=fptcustom\tVersion=2024.1\tThe top 3 rows are for Amazon.com use only.
Seller SKU\tProduct Name\tDescription\tBrand\tProduct ID\tProduct ID Type\tPrice\tCurrency\tMain Image\tOther Image 1\tOther Image 2\tCondition\tQuantity
item_sku\titem_name\tproduct_description\tbrand_name\texternal_product_id\texternal_product_id_type\tstandard_price\tcurrency\tmain_image_url\tother_image_url1\tother_image_url2\tcondition_type\tquantity
A-1\tLuma bag 12\" wide\tSoft &amp; red\tLuma\t4006381333931\tEAN\t129.99\tEUR\thttps://m/i/1.jpg\thttps://m/i/2.jpg\thttps://m/i/3.jpg\tUsedLikeNew\t1
A-2\tBelt\t\tLuma\tB00X4WHP5E\tASIN\t20\tEUR\t\t\t\tNew\t
";
    let batch = read("flat.txt", text);
    assert_eq!(ids(&batch), ["A-1", "A-2"]);
    let bag = &batch.records[0];
    assert_eq!(
        (bag.title.as_str(), bag.description.as_str()),
        ("Luma bag 12\" wide", "Soft & red")
    );
    assert_eq!(
        (money(bag.price), bag.gtin),
        ("129.99 EUR".into(), Gtin::parse("4006381333931").ok())
    );
    assert_eq!(bag.images, ["//m/i/1.jpg", "//m/i/2.jpg", "//m/i/3.jpg"]);
    assert_eq!(bag.condition, Some(Condition::Used));
    assert_eq!(batch.records[1].gtin, None);
    assert!(batch.notes.is_empty(), "{:?}", batch.notes);
}

#[test]
fn a_plain_inventory_file() {
    let batch = read(
        "stock.tsv",
        "sku\tproduct-id\titem-name\tprice\nA-1\tB00X4WHP5E\tBag\t5 USD\n",
    );
    assert_eq!(ids(&batch), ["A-1"]);
}
