//! Sellers who act as one, and reference pictures that match too much.

use std::fmt::Write as _;

use crate::support::{Desk, picture};

const HEADER: &str = "id,title,description,price,seller_id,image_link\n";
const WORDS: &str = "our agent packs each parcel twice a week in plain wrapping and answers within the hour so write first";

/// 300 honest sellers with the brand's photo and their own words, and four accounts that share a picture, words and a number.
fn market(desk: &Desk, ring: std::ops::Range<u32>) {
    let mut feed = HEADER.to_owned();
    for seller in 0..300 {
        // Writing to a string cannot fail.
        let _ = writeln!(
            feed,
            "H{seller},Velnora Trail Runner VX-200,shop number {seller} of street {} near the station {} opens at {},12{}.00 EUR,SHOP{seller},official.png",
            seller * 7,
            seller * 13,
            seller % 24,
            seller % 10
        );
    }
    for seller in ring {
        for (listing, word) in ["", "very "].into_iter().enumerate() {
            let _ = writeln!(
                feed,
                "R{seller}-{listing},Velnora City Backpack CB-15 1:1 replica,{word}{WORDS} WhatsApp +44 7700 900{},19.35 EUR,RING{seller},ring.png",
                123
            );
        }
    }
    desk.write("feed.csv", feed);
    desk.write("images/official.png", picture(1));
    desk.write("images/ring.png", picture(77));
}

fn scan(desk: &Desk, run: &str, day: &str) {
    let scan = [
        "scan", "feed.csv", "--images", "images", "--as-of", day, "--run", run,
    ];
    desk.run(&scan).code(0);
}

fn case_id(desk: &Desk, run: &str) -> String {
    let list = desk.run(&["cases", "list", "--run", run]).code(0).stdout();
    let mut rows = list.lines().skip(1);
    let row = rows.next().expect("one case");
    assert_eq!(rows.next(), None, "{list}");
    row.split(',').next().expect("its name").to_owned()
}

#[test]
fn a_ring_is_one_case_without_the_honest_and_keeps_its_name_as_it_grows() {
    let desk = Desk::with_small_catalog();
    market(&desk, 0..4);
    scan(&desk, "monday", "2026-03-30");
    let id = case_id(&desk, "monday");
    let shown = desk.run(&["cases", "show", &id]).code(0).stdout();
    let case: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let sellers = case["sellers"].as_array().expect("sellers");
    let mut names: Vec<&str> = sellers
        .iter()
        .filter_map(|one| one["seller_id"].as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["RING0", "RING1", "RING2", "RING3"]);
    let kinds: Vec<&str> = case["shared"]
        .as_array()
        .expect("things")
        .iter()
        .filter_map(|thing| thing["kind"].as_str())
        .collect();
    for kind in ["image", "text", "contact"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }

    market(&desk, 0..6);
    scan(&desk, "tuesday", "2026-03-31");
    assert_eq!(case_id(&desk, "tuesday"), id);
    let shown = desk.run(&["cases", "show", &id]).code(0).stdout();
    let case: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(case["growth"]["new_sellers"], 2);
    assert_eq!(case["growth"]["since"], "monday");
    assert_eq!(case["first_seen"], "2026-03-30");
    let queue = std::fs::read_to_string(desk.path("w/runs/tuesday/candidates.ndjson"));
    let queue = queue.expect("a queue");
    let ring: Vec<&str> = queue
        .lines()
        .filter(|line| line.contains("\"RING"))
        .collect();
    assert!(
        !ring.is_empty() && ring.iter().all(|line| line.contains(&id)),
        "{queue}"
    );
    let report = std::fs::read_to_string(desk.path("w/runs/tuesday/report.html"));
    let report = report.expect("a report");
    assert!(report.contains(&format!("Belongs to case {id}: 6 sellers")));
    assert!(report.contains("Since the run before"));
}

#[test]
fn a_case_is_exported_with_its_pictures_and_no_network() {
    let desk = Desk::with_small_catalog();
    market(&desk, 0..4);
    scan(&desk, "r", "2026-03-31");
    let id = case_id(&desk, "r");
    let queue = desk.output("candidates.ndjson");
    let queued: Vec<serde_json::Value> = queue
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .filter(|one: &serde_json::Value| one["case"]["id"] == id.as_str())
        .collect();
    let decided = queued.first().and_then(|one| one["listing_id"].as_str());
    let decided = decided.expect("a candidate of the case");
    desk.write(
        "decisions.csv",
        format!("listing_id,decision,reason,reviewer,decided_at,note\n{decided},confirm,counterfeit,ann,2026-04-01T09:00:00Z,<b>sure\n"),
    );
    desk.run(&["decisions", "import", "decisions.csv"]).code(0);
    desk.run(&["cases", "export", &id, "--out", "case"]).code(0);
    let page = std::fs::read_to_string(desk.path("case/index.html")).expect("a page");
    assert!(
        page.contains("data:image/") && page.contains("RING3"),
        "{page}"
    );
    assert!(!page.contains("src=\"http") && !page.contains("<script"));
    // Each candidate beside its reference, and what was decided on it.
    assert_eq!(page.matches("<article>").count(), queued.len());
    let undecided = page.matches("Nobody has decided on it.").count();
    assert_eq!(undecided, queued.len() - 1);
    for told in [
        "2026-04-01T09:00:00Z",
        "&#60;b&#62;sure",
        "Entry in the log",
        "alt=\"Reference\"",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let listings = std::fs::read_to_string(desk.path("case/listings.csv")).expect("a table");
    assert_eq!(listings.lines().count(), 1 + 8);
    assert_eq!(
        std::fs::read_dir(desk.path("case/pictures"))
            .expect("a folder")
            .count(),
        1
    );
    let again = desk.run(&["cases", "export", &id, "--out", "case"]).code(1);
    assert!(
        again.stderr().contains("name a new folder"),
        "{}",
        again.stderr()
    );
    let none = desk.run(&["cases", "show", "C-none"]).code(1);
    assert!(
        none.stderr().contains("touchstone cases list"),
        "{}",
        none.stderr()
    );
}

#[test]
fn a_banked_picture_that_floods_is_set_aside_and_said_so() {
    let desk = Desk::with_small_catalog();
    market(&desk, 0..10);
    desk.write("stock.png", picture(77));
    let bank = [
        "bank",
        "add",
        "stock.png",
        "--brand",
        "velnora",
        "--by",
        "ann",
    ];
    desk.run(&bank).code(0);
    let scan = [
        "scan",
        "feed.csv",
        "--images",
        "images",
        "--as-of",
        "2026-03-31",
        "--run",
    ];
    desk.run(&[&scan[..], &["trusted"]].concat()).code(0);
    let told = desk
        .run(&[&scan[..], &["r", "--flood-limit", "19"]].concat())
        .code(0)
        .stdout();
    assert!(told.contains("set aside   velnora/bank/"), "{told}");
    assert!(
        told.contains("20 listings show it, and 19 is the limit"),
        "{told}"
    );
    assert_eq!(desk.manifest()["set_aside"][0]["listings"], 20);
    assert!(desk.output("report.html").contains("Set aside"));
    let trusted =
        std::fs::read_to_string(desk.path("w/runs/trusted/candidates.ndjson")).expect("read");
    let evidence = "\"reference\":\"velnora/bank/";
    assert!(trusted.contains(evidence));
    assert!(!desk.output("candidates.ndjson").contains(evidence));
    // What the run did is what is explained.
    let why = desk
        .run(&["explain", "R1-0", "--run", "r"])
        .code(0)
        .stdout();
    assert!(!why.contains("known fake"), "{why}");
}

#[test]
fn a_brand_owner_learns_which_pictures_a_feed_is_full_of() {
    let desk = Desk::with_small_catalog();
    market(&desk, 0..4);
    let check = [
        "catalog",
        "check",
        "luma",
        "--against-feed",
        "feed.csv",
        "--images",
        "images",
    ];
    let told = desk.run(&check).code(0);
    let rows: Vec<String> = told.stdout().lines().skip(1).map(str::to_owned).collect();
    assert!(rows[0].starts_with("one.png,P1,300,300,"), "{rows:?}");
    assert!(rows[0].contains("not alone"), "{rows:?}");
    assert!(rows[1].ends_with(",use"), "{rows:?}");
}
