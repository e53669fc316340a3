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
    let run = desk.scan("feed.csv", 0);
    assert_eq!(sums(&desk), (3, 2, 1, 0));
    assert_eq!(desk.manifest()["images"]["fingerprinted"], 2);
    assert!(
        run.stdout().contains("2 without a currency were dropped")
            && run.stdout().contains("--currency"),
        "{}",
        run.stdout()
    );
    assert_eq!(
        amounts(&desk, "feed.csv", &["--currency", "eur"]),
        ["5.00 EUR", "7.00 EUR"]
    );
    desk.write("w/touchstone.toml", "currency = \"USD\"\n");
    assert_eq!(amounts(&desk, "feed.csv", &[]), ["5.00 USD", "7.00 USD"]);
}

/// The amounts that `read` finds, with further flags.
fn amounts(desk: &Desk, feed: &str, flags: &[&str]) -> Vec<String> {
    let mut args = vec!["read", feed, "--as-of", "2026-03-31"];
    args.extend(flags);
    let lines = desk.run(&args).code(0).stdout();
    let amount = |line: &str| {
        let signals: serde_json::Value = serde_json::from_str(line).expect("JSON");
        signals["price"]["amount"]
            .as_str()
            .unwrap_or("none")
            .to_owned()
    };
    lines.lines().map(amount).collect()
}

#[test]
fn a_currency_that_is_none_is_refused() {
    let desk = Desk::with_small_catalog();
    desk.write("feed.csv", "id,title\nL1,Mug\n");
    let run = desk
        .run(&["scan", "feed.csv", "--currency", "euros"])
        .code(1);
    assert!(run.stderr().contains("ISO 4217"), "{}", run.stderr());
}

#[test]
fn the_currency_of_a_scan_stands_in_its_manifest() {
    let desk = Desk::with_small_catalog();
    desk.write(
        "feed.csv",
        "id,title,price\nL1,Velnora Trail Runner VX-200,12.00\n",
    );
    desk.write("w/touchstone.toml", "currency = \"EUR\"\n");
    let run = desk.scan("feed.csv", 0);
    assert!(
        !run.stdout().contains("without a currency"),
        "{}",
        run.stdout()
    );
    let manifest = desk.manifest();
    assert_eq!(manifest["settings"]["currency"], "EUR");
    assert_eq!(manifest["listings"]["without_currency"], 0);
}

#[test]
fn prices_are_compared_at_the_last_rates_for_a_year_and_the_summary_says_so() {
    let desk = Desk::with_small_catalog();
    desk.write("rates.csv", "Date,USD\n2025-11-03,1.10\n2025-11-02,1.10\n");
    desk.write(
        "feed.csv",
        "id,title,price,first_seen\nL1,Velnora Trail Runner VX-200,55 USD,2026-03-01\n\
         L2,Velnora Trail Runner VX-200,55 USD,2019-03-01\n\
         L3,Velnora Trail Runner VX-200,55 CHF,2026-03-01\n",
    );
    let flags = [
        "scan",
        "feed.csv",
        "--rates",
        "rates.csv",
        "--run",
        "r",
        "--as-of",
    ];
    let run = desk.run(&[&flags[..], &["2026-03-31"]].concat()).code(0);
    let rates = &desk.manifest()["rates"];
    assert_eq!(
        (rates["last_day"].as_str(), rates["age_days"].as_i64()),
        (Some("2025-11-03"), Some(148))
    );
    assert_eq!(
        (rates["old"].as_u64(), rates["missing"].as_u64()),
        (Some(2), Some(1))
    );
    let said = run.stdout();
    assert!(
        said.contains("2 prices compared at the exchange rates of 2025-11-03, 148 days old")
            && said.contains("1 prices not compared for want of an exchange rate"),
        "{said}"
    );
    std::fs::remove_dir_all(desk.path("w/runs/r")).expect("removed");
    let run = desk
        .run(&[&flags[..5], &["r2", "--as-of", "2028-03-31"]].concat())
        .code(0);
    assert!(run.stdout().contains("--rates"), "{}", run.stdout());
}

#[test]
fn listings_do_not_get_each_others_pictures() {
    let desk = Desk::with_small_catalog();
    desk.write("images/main.jpg", picture(1));
    desk.write("images/listing/3/main.jpg", picture(2));
    desk.write("images/own.example/item/4/main.jpg", picture(3));
    desk.write("images/single.jpg", picture(4));
    desk.write(
        "feed.csv",
        "id,title,image_link\n\
         L1,Mug,https://cdn.example/listing/1/main.jpg\n\
         L2,Bowl,https://other.example/item/2/main.jpg\n\
         L3,Plate,https://cdn.example/listing/3/main.jpg\n\
         L4,Cup,https://own.example/item/4/main.jpg\n\
         L5,Jug,https://cdn.example/a/single.jpg?w=1\n\
         L6,Jug,http://CDN.example/a/single.jpg?w=2\n\
         L7,Pot,main.jpg\n",
    );
    let run = desk.scan("feed.csv", 3);
    let images = &desk.manifest()["images"];
    assert_eq!(images["fingerprinted"], 5);
    assert_eq!(images["unreadable_by_reason"]["ambiguous"], 2);
    assert!(run.stdout().contains("host/path"), "{}", run.stdout());
    let signals = desk
        .run(&[
            "read",
            "feed.csv",
            "--images",
            "images",
            "--as-of",
            "2026-03-31",
        ])
        .code(0)
        .stdout();
    let image = |line: &str| {
        let signals: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let image = &signals["images"][0];
        format!(
            "{} {}",
            image["file"].as_str().expect("a file"),
            image["status"].as_str().expect("a status")
        )
    };
    let images: Vec<String> = signals.lines().map(image).collect();
    assert_eq!(
        images,
        [
            "main.jpg ambiguous",
            "main.jpg ambiguous",
            "listing/3/main.jpg ok",
            "own.example/item/4/main.jpg ok",
            "single.jpg ok",
            "single.jpg ok",
            "main.jpg ok",
        ]
    );
}

#[test]
fn amazon_flat_file_with_its_template_line() {
    let desk = Desk::with_small_catalog();
    desk.write(
        "feed.txt",
        "TemplateType=fptcustom\tVersion=2024.0101\nitem_sku\titem_name\tstandard_price\tbrand_name\nS-1\tMug\t5.00\tPotter\n",
    );
    std::fs::rename(desk.path("feed.txt"), desk.path("feed.csv")).expect("renamed");
    desk.scan("feed.csv", 0);
    assert_eq!(sums(&desk).1, 1);
    assert_eq!(desk.manifest()["listings"]["without_currency"], 1);
    assert_eq!(
        amounts(&desk, "feed.csv", &["--currency", "EUR"]),
        ["5.00 EUR"]
    );
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
    assert!(
        desk.output("rejects.csv").contains("b.csv,1,L1,id,L1,"),
        "{}",
        desk.output("rejects.csv")
    );
}
