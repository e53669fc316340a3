//! Slips of people who use the program for the first time: each has an answer that says what to do.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support::{Desk, small_catalog};

const HEADER: &str = "id,title,seller_id,price,image_link\n";

#[test]
fn a_packed_feed_is_scanned_like_one_that_is_not() {
    let desk = Desk::with_small_catalog();
    let feed = format!("{HEADER}L1,Mug,S1,5 EUR,\nL2,Bowl,S1,5 EUR,\n");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(feed.as_bytes()).expect("packed");
    desk.write("days/1.csv.gz", gzip.finish().expect("packed"));
    desk.write(
        "days/2.ndjson.zst",
        zstd::encode_all(&b"{\"id\":\"L3\",\"title\":\"Cup\"}"[..], 0).expect("packed"),
    );
    desk.scan("days", 0);
    assert_eq!(desk.manifest()["listings"]["scored"], 3);
}

#[test]
fn what_was_dropped_is_counted_by_column_and_pictures_by_listing() {
    let desk = Desk::with_small_catalog();
    desk.write("images/page.jpg", "<html>gone</html>");
    desk.write(
        "feed.csv",
        format!("{HEADER}L1,Mug,S1,cheap,nowhere.jpg\nL2,Bowl,S1,12-15 EUR,page.jpg\nL3,Cup,S1\n"),
    );
    let said = desk.scan("feed.csv", 3).stdout();
    assert!(said.contains("prices      2 could not be read"), "{said}");
    assert!(said.contains("(2 price, 1 row)"), "{said}");
    assert!(said.contains("unreadable.csv"), "{said}");
    let sums = &desk.manifest()["listings"];
    assert_eq!(sums["notes_by_column"]["price"], 2);
    assert_eq!(sums["notes_by_column"]["row"], 1);
    let unreadable = desk.output("unreadable.csv");
    for told in [
        "L1,nowhere.jpg,missing,",
        "L2,page.jpg,unknown_format,",
        "correct --images",
    ] {
        assert!(unreadable.contains(told), "{told}: {unreadable}");
    }
    assert_eq!(unreadable.lines().count(), 3);
}

#[test]
fn columns_are_named_on_the_command_line_or_in_the_settings() {
    let desk = Desk::with_small_catalog();
    desk.write("feed.csv", "Nummer,Bezeichnung,Preis\nL1,Mug,5 EUR\n");
    let scan = |more: &[&str], run: &str| {
        let fixed = ["scan", "feed.csv", "--as-of", "2026-03-31", "--run", run];
        desk.run(&[&fixed, more].concat())
    };
    let error = scan(&[], "a").code(1).stderr();
    assert!(error.contains("--columns id=NAME"), "{error}");
    let names = ["--columns", "id=Nummer,title=Bezeichnung,price=Preis"];
    scan(&names, "b").code(0);
    let error = scan(&["--columns", "titel=Bezeichnung"], "c")
        .code(1)
        .stderr();
    assert!(error.contains("no column \"titel\""), "{error}");

    let columns = "columns = { id = \"Nummer\", title = \"Bezeichnung\" }\n";
    desk.write("w/touchstone.toml", columns);
    scan(&[], "d").code(0);
    let error = scan(&["--columns", "title=Name"], "e").code(1).stderr();
    assert!(
        error.contains("no column \"Name\", which is to be read as title"),
        "{error}"
    );
    let manifest = std::fs::read_to_string(desk.path("w/runs/d/manifest.json")).expect("read");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["settings"]["columns"]["title"], "Bezeichnung");
}

#[test]
fn the_last_run_is_never_pruned() {
    let desk = Desk::with_small_catalog();
    desk.write("feed.csv", format!("{HEADER}L1,Mug,S1,5 EUR,\n"));
    desk.scan("feed.csv", 0);
    desk.run(&["runs", "prune", "--keep", "0"]).code(2);
    assert!(desk.path("w/runs/r").exists());
}

#[test]
fn one_catalog_that_cannot_be_used_keeps_no_other_out() {
    let desk = Desk::new();
    for (folder, name) in [("a", "Alpha Works"), ("c", "Gamma Works")] {
        small_catalog(&desk.path(folder));
        let path = desk.path(folder).join("brand.toml");
        let text = std::fs::read_to_string(&path).expect("read");
        std::fs::write(&path, text.replace("\"Velnora\"", &format!("{name:?}"))).expect("written");
    }
    desk.write("b/brand.toml", "name = ");
    let run = desk.run(&[
        "catalog",
        "add",
        "a",
        "b",
        "c",
        "nowhere",
        "--as-of",
        "2026-03-31",
    ]);
    let said = run.code(1).stderr();
    assert!(said.contains("catalog check b"), "{said}");
    assert!(said.contains("nowhere"), "{said}");
    assert!(said.contains("2 of 4 catalogs were not added"), "{said}");
    let listed = desk.run(&["catalog", "list"]).code(0).stdout();
    assert!(
        listed.contains("Alpha Works") && listed.contains("Gamma Works"),
        "{listed}"
    );
}

#[test]
fn a_catalog_in_another_encoding_is_told_the_whole_remedy() {
    let desk = Desk::new();
    small_catalog(&desk.path("luma"));
    let mut table = b"id,title,price,image_link,colour_way,price_flor\n".to_vec();
    for number in 1..5 {
        let row = format!("P{number},Stra\u{df}enschuh,129.00 EUR,one.png,red,x\n");
        table.extend(row.chars().map(|letter| letter as u8));
    }
    desk.write("luma/products.csv", &table);
    let said = desk.run(&["catalog", "check", "luma"]).code(1).stdout();
    assert!(
        said.contains("save it as UTF-8 (in spreadsheets:"),
        "{said}"
    );

    let text: String = table.iter().map(|&byte| char::from(byte)).collect();
    desk.write("luma/products.csv", text);
    let said = desk.run(&["catalog", "check", "luma"]).code(0).stdout();
    assert!(said.contains("did you mean price_floor?"), "{said}");
    assert!(
        said.contains("columns that are not read: colour_way"),
        "{said}"
    );
}

#[test]
fn a_seller_is_known_by_the_account_and_not_by_its_capital_letters() {
    let desk = Desk::with_small_catalog();
    desk.write(
        "feed.csv",
        format!("{HEADER}L1,Velnora Trail Runner VX-200 replica, s-ok ,9 EUR,\n"),
    );
    desk.run(&[
        "scan",
        "feed.csv",
        "--threshold",
        "0",
        "--as-of",
        "2026-03-31",
        "--run",
        "r",
    ])
    .code(0);
    let candidates = &desk.manifest()["candidates"];
    assert_eq!(candidates["not_candidates"]["authorised_seller"], 1);
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let desk = Desk::with_small_catalog();
    for format in ["csv", "ndjson", "parquet"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_touchstone"))
            .current_dir(desk.path("luma"))
            .args(["link", "products.csv", "products.csv", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let ended = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!((ended.status.code(), &*said), (Some(0), ""), "{format}");
    }
}
