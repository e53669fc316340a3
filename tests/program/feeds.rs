//! Feeds in every form end in the same sums.

use crate::support::{Desk, picture};

fn sums(desk: &Desk) -> (u64, u64, u64, u64) {
    let manifest = desk.manifest();
    let count = |name: &str| manifest["listings"][name].as_u64().expect("a number");
    (
        count("rows"),
        count("scored"),
        count("folded"),
        count("rejected"),
    )
}

#[test]
fn google_csv_with_a_row_that_cannot_be_used() {
    let desk = Desk::with_small_catalog();
    desk.write(
        "feed.csv",
        "id,title,description,price,image link,condition,gtin\n\
         A1,Mug,A plain mug,5.00 EUR,,new,\n\
         ,No id,,5.00 EUR,,new,\n\
         A1,Mug again,,5.00 EUR,,new,\n\
         A2,Bowl,,cheap,,used,123\n",
    );
    desk.scan("feed.csv", 3);
    assert_eq!(sums(&desk), (4, 2, 0, 2));
    insta::assert_snapshot!(format!(
        "{}\n{}",
        desk.output("rejects.csv"),
        desk.output("notes.csv")
    ));
}

#[test]
fn shopify_rows_of_one_handle_fold_into_one_listing() {
    let desk = Desk::with_small_catalog();
    for name in ["a.png", "b.png"] {
        desk.write(&format!("images/{name}"), picture(9));
    }
    desk.write(
        "feed.csv",
        "Handle,Title,Body (HTML),Vendor,Variant SKU,Variant Price,Image Src,Image Position\n\
         mug,Mug,<p>A <b>plain</b> mug</p>,Potter,M-1,5.00,https://cdn.example/files/a.png?v=1,1\n\
         mug,,,,,,https://cdn.example/files/b.png,2\n\
         bowl,Bowl,,Potter,B-1,7.00,,\n",
    );
    desk.scan("feed.csv", 0);
    assert_eq!(sums(&desk), (3, 2, 1, 0));
    assert_eq!(desk.manifest()["images"]["fingerprinted"], 2);
}

#[test]
fn amazon_flat_file_with_its_template_line() {
    let desk = Desk::with_small_catalog();
    desk.write(
        "feed.txt",
        "TemplateType=fptcustom\tVersion=2024.0101\nitem_sku\titem_name\tstandard_price\tcurrency\tbrand_name\nS-1\tMug\t5.00\tEUR\tPotter\n",
    );
    std::fs::rename(desk.path("feed.txt"), desk.path("feed.csv")).expect("renamed");
    desk.scan("feed.csv", 0);
    assert_eq!(sums(&desk).1, 1);
}

#[test]
fn schema_org_products_with_nested_offers() {
    let desk = Desk::with_small_catalog();
    desk.write(
        "feed.ndjson",
        r#"{"@type":"Product","sku":"X1","name":"Velnora VX-200 mirror replica 1:1","brand":{"@type":"Brand","name":"Velnora"},"offers":{"@type":"Offer","price":"12.00","priceCurrency":"EUR","itemCondition":"https://schema.org/NewCondition","seller":{"name":"Shop"}},"image":["https://cdn.example/one.png"]}
"#,
    );
    desk.write("images/one.png", picture(1));
    desk.scan("feed.ndjson", 0);
    assert_eq!(sums(&desk), (1, 1, 0, 0));
    assert_eq!(
        desk.manifest()["candidates"]["queued"],
        1,
        "{}",
        desk.output("manifest.json")
    );
}

#[test]
fn the_same_listing_in_csv_and_ndjson_gets_the_same_score() {
    let desk = Desk::with_small_catalog();
    desk.write("images/one.png", picture(1));
    desk.write(
        "a.csv",
        "id,title,price,image_link,seller_id\nL1,Velnora VX-200 1:1,12.00 EUR,one.png,S1\n",
    );
    desk.write(
        "b.ndjson",
        "{\"id\":\"L1\",\"title\":\"Velnora VX-200 1:1\",\"price\":\"12.00 EUR\",\"image_link\":\"one.png\",\"seller_id\":\"S1\"}\n",
    );
    let signals = |feed: &str| {
        desk.run(&["read", feed, "--images", "images", "--as-of", "2026-03-31"])
            .code(0)
            .stdout()
    };
    assert!(signals("a.csv").contains("velnora"));
    assert_eq!(signals("a.csv"), signals("b.ndjson"));
}

#[test]
fn two_files_that_use_one_id_reject_the_later_listing() {
    let desk = Desk::with_small_catalog();
    desk.write("a.csv", "id,title\nL1,Mug\n");
    desk.write("b.csv", "id,title\nL1,Bowl\nL2,Plate\n");
    desk.run(&[
        "scan",
        "a.csv",
        "b.csv",
        "--as-of",
        "2026-03-31",
        "--run",
        "r",
    ])
    .code(3);
    assert_eq!(sums(&desk), (3, 2, 0, 1));
}
