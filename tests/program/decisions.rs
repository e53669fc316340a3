//! Decisions from a file, and what follows from them.

use crate::support::{Desk, picture};

/// A replica with a picture of its own, and the columns of every feed here.
const HEAD: &str = "id,title,seller_id,seller_name,price,image_link\n";
const FAKE: &str = "L1,Velnora Trail Runner VX-200 1:1 replica,S1,Shop,9 EUR,fake.png\n";

/// A workspace whose run `r1` queued `L1`.
fn with_a_candidate() -> Desk {
    let desk = Desk::with_small_catalog();
    desk.write("images/fake.png", picture(7));
    desk.write("images/own.png", picture(1));
    desk.write("feed.csv", format!("{HEAD}{FAKE}"));
    desk.scan_all("feed.csv", "r1");
    assert_eq!(desk.queued_and_decided("r1"), (1, 0));
    desk
}

fn decide(desk: &Desk, row: &str) {
    let head = "listing_id,decision,reason,reviewer,decided_at\n";
    desk.write("decisions.csv", format!("{head}{row}\n"));
    desk.run(&["decisions", "import", "decisions.csv"]).code(0);
}

#[test]
fn a_decided_listing_is_not_queued_again_unless_it_changed() {
    let desk = with_a_candidate();
    decide(&desk, "L1,clear,other_brand,ann,2026-04-01T09:00:00Z");
    desk.scan_all("feed.csv", "r2");
    assert_eq!(desk.queued_and_decided("r2"), (0, 1));
    let told = desk.run(&["runs", "diff", "r1", "r2"]).code(0).stdout();
    assert!(told.contains("suppressed,L1,"), "{told}");
    desk.write(
        "cheaper.csv",
        format!("{HEAD}{}", FAKE.replace("9 EUR", "8.50 EUR")),
    );
    desk.scan_all("cheaper.csv", "r3");
    assert_eq!(
        desk.queued_and_decided("r3"),
        (0, 1),
        "the price hardly moved"
    );
    desk.write(
        "renamed.csv",
        format!("{HEAD}{}", FAKE.replace("1:1", "AAA 1:1")),
    );
    desk.scan_all("renamed.csv", "r4");
    assert_eq!(desk.queued_and_decided("r4"), (1, 0));
}

#[test]
fn the_same_file_adds_nothing_twice_and_bad_rows_are_named() {
    let desk = with_a_candidate();
    desk.write(
        "decisions.csv",
        "listing_id,decision,reason,reviewer,decided_at\n\
         L1,confirmed,counterfeit,ann,2026-04-01\n\
         L1,maybe,,ann,2026-04-01\n\
         L9,clear,,ann,2026-04-01\n\
         L1,clear,counterfeit,ann,2026-04-01\n",
    );
    let run = desk.run(&["decisions", "import", "decisions.csv"]).code(3);
    let said = run.stderr();
    for part in [
        "row 2: decision is \"maybe\"",
        "row 3: brand is missing",
        "row 4: reason is \"counterfeit\", which is no reason to clear",
        "1 decisions added, 0 known before, 3 rows rejected",
    ] {
        assert!(said.contains(part), "{part:?} is not in:\n{said}");
    }
    let run = desk.run(&["decisions", "import", "decisions.csv"]).code(3);
    assert!(
        run.stderr().contains("0 decisions added, 1 known before"),
        "{}",
        run.stderr()
    );
    let log = desk
        .run(&["decisions", "export", "--format", "ndjson"])
        .code(0);
    let entry: serde_json::Value = serde_json::from_str(&log.stdout()).expect("one line");
    assert_eq!(entry["ground"], "trademark");
    assert_eq!(entry["seller_id"], "S1");
    assert_eq!(entry["run"], "r1");
    assert!(entry["probability"].is_number() && entry["model"].is_string());
}

#[test]
fn a_confirmed_picture_counts_against_the_next_listing_until_it_is_disabled() {
    let desk = with_a_candidate();
    decide(&desk, "L1,confirm,counterfeit,ann,2026-04-01T09:00:00Z");
    let bank = desk.run(&["bank", "list"]).code(0).stdout();
    let row = bank.lines().nth(1).expect("one picture");
    assert!(
        row.contains(",known_fake,velnora,") && row.contains("listing L1 of run r1"),
        "{row}"
    );
    let id = row.split(',').next().expect("a name");
    desk.write(
        "next.csv",
        format!("{HEAD}L2,Trail shoe VX-200 by Velnora,S2,Other,60 EUR,fake.png\n"),
    );
    let explain = |run: &str| {
        desk.scan_all("next.csv", run);
        desk.run(&["explain", "L2", "--run", run]).code(0).stdout()
    };
    let page = explain("r2");
    assert!(
        page.contains(&format!("copy of velnora/bank/{id}")),
        "{page}"
    );
    desk.run(&["bank", "disable", id]).code(0);
    assert!(!explain("r3").contains("bank/"));
    desk.run(&["bank", "enable", id]).code(0);
    assert!(explain("r4").contains("bank/"));
    desk.run(&["bank", "delete", id]).code(0);
    assert!(
        !explain("r5").contains("bank/"),
        "a decision does not bring it back"
    );
    desk.run(&["bank", "delete", id]).code(1);
}

#[test]
fn a_cleared_picture_is_evidence_no_longer() {
    let desk = with_a_candidate();
    desk.run(&[
        "bank",
        "add",
        "images/fake.png",
        "--brand",
        "velnora",
        "--by",
        "ann",
    ])
    .code(0);
    desk.scan_all("feed.csv", "r2");
    let page = desk.run(&["explain", "L1", "--run", "r2"]).code(0).stdout();
    assert!(page.contains("velnora/bank/"), "{page}");
    decide(&desk, "L1,clear,wrong_match,bob,2026-04-02T09:00:00Z");
    desk.scan_all("feed.csv", "r3");
    let page = desk.run(&["explain", "L1", "--run", "r3"]).code(0).stdout();
    assert!(!page.contains("velnora/bank/"), "{page}");
}

#[test]
fn a_brands_own_photo_never_enters_a_bank() {
    let desk = with_a_candidate();
    desk.write(
        "feed.csv",
        format!("{HEAD}{}", FAKE.replace("fake.png", "own.png")),
    );
    desk.scan_all("feed.csv", "r2");
    decide(&desk, "L1,confirm,copied_photo,ann,2026-04-01T09:00:00Z");
    let bank = desk.run(&["bank", "list"]).code(0).stdout();
    assert_eq!(bank.lines().count(), 1, "only the header: {bank}");
    let run = desk
        .run(&[
            "bank",
            "add",
            "images/own.png",
            "--brand",
            "velnora",
            "--by",
            "ann",
        ])
        .code(1);
    assert!(
        run.stderr()
            .contains("is the brand's own photo velnora/one.png"),
        "{}",
        run.stderr()
    );
}

#[test]
fn a_log_that_was_changed_is_found_out_and_no_scan_goes_on_from_it() {
    let desk = with_a_candidate();
    decide(&desk, "L1,clear,accessory,ann,2026-04-01T09:00:00Z");
    let whole = desk.run(&["decisions", "verify"]).code(0).stdout();
    let head = whole.trim().rsplit(' ').next().expect("a hash").to_owned();
    desk.run(&["decisions", "verify", "--head", &head]).code(0);
    desk.run(&["decisions", "verify", "--head", "0123"]).code(1);
    rusqlite::Connection::open(desk.path("w/state/touchstone.sqlite"))
        .expect("opened")
        .execute_batch(
            "DROP TRIGGER decisions_stay;
             UPDATE decisions SET payload = replace(payload, 'accessory', 'permitted');",
        )
        .expect("changed");
    let run = desk.run(&["decisions", "verify"]).code(1);
    assert!(
        run.stderr().contains("broken at entry 1"),
        "{}",
        run.stderr()
    );
    let run = desk
        .run(&["scan", "feed.csv", "--as-of", "2026-03-31"])
        .code(1);
    assert!(
        run.stderr().contains("broken at entry 1"),
        "{}",
        run.stderr()
    );
}

#[test]
fn the_ledger_counts_what_became_of_confirmed_decisions() {
    let desk = with_a_candidate();
    decide(&desk, "L1,confirm,counterfeit,ann,2026-04-01T09:00:00Z");
    desk.write(
        "outcomes.csv",
        "listing_id,brand,outcome,day,note\n\
         L1,velnora,rejected,2026-04-03,\n\
         L1,velnora,countered,2026-04-04,\n\
         L1,velnora,upheld,2026-04-09,on appeal\n\
         L9,velnora,upheld,2026-04-09,\n",
    );
    let run = desk
        .run(&["decisions", "outcomes", "import", "outcomes.csv"])
        .code(3);
    assert!(
        run.stderr().contains("3 outcomes added"),
        "{}",
        run.stderr()
    );
    let ledger = desk
        .run(&["decisions", "ledger", "--format", "ndjson"])
        .code(0)
        .stdout();
    let row: serde_json::Value = serde_json::from_str(&ledger).expect("one line");
    assert_eq!((&row["upheld"], &row["rejected"]), (&1.into(), &0.into()));
    assert_eq!(row["share_stood"], 1.0);
    assert_eq!(row["share_countered"], 1.0);
}

#[test]
fn the_slice_below_the_threshold_tells_what_it_misses() {
    let desk = Desk::with_small_catalog();
    let rows = (0..40).map(|at| format!("L{at},Velnora Trail Runner VX-200,S{at},Shop,60 EUR,\n"));
    desk.write("feed.csv", HEAD.to_owned() + &rows.collect::<String>());
    let scan = |run: &str| {
        let args = [
            "scan",
            "feed.csv",
            "--threshold",
            "1",
            "--as-of",
            "2026-03-31",
            "--run",
            run,
        ];
        desk.run(&args).code(0).stdout()
    };
    assert!(!scan("r1").contains("missed"));
    let queue = std::fs::read_to_string(desk.path("w/runs/r1/candidates.ndjson")).expect("a queue");
    let drawn: Vec<String> = queue
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|candidate| candidate["listing_id"].as_str().expect("text").to_owned())
        .collect();
    assert_eq!(drawn.len(), 4, "one in ten");
    let told = desk.run(&["decisions", "misses"]).code(0);
    assert!(
        told.stderr().contains("nothing to go by"),
        "{}",
        told.stderr()
    );

    let kinds = ["confirm", "clear", "clear"];
    for (listing, kind) in drawn.iter().zip(kinds) {
        decide(
            &desk,
            &format!("{listing},{kind},,ann,2026-04-01T09:00:00Z"),
        );
    }
    let told = desk
        .run(&["decisions", "misses", "--format", "ndjson"])
        .code(0);
    let row: serde_json::Value = serde_json::from_str(&told.stdout()).expect("one run");
    let count = |name: &str| row[name].as_u64();
    assert_eq!(
        ["below", "drawn", "confirmed", "cleared", "missed"].map(count),
        [Some(40), Some(4), Some(1), Some(2), Some(13)]
    );
    assert!(
        told.stderr()
            .starts_with("About 13 of the 40 listings below the threshold"),
        "{}",
        told.stderr()
    );
    assert!(scan("r2").contains("missed      About 13 of the 40 listings"));
}

#[test]
fn a_right_that_holds_nowhere_in_the_market_accuses_nobody() {
    let desk = with_a_candidate();
    let scan = |market: &str| {
        let args = [
            "scan",
            "feed.csv",
            "--images",
            "images",
            "--threshold",
            "0",
            "--as-of",
            "2026-03-31",
            "--market",
            market,
            "--run",
            market,
        ];
        desk.run(&args).code(0);
        let path = desk.path("w/runs").join(market).join("manifest.json");
        let text = std::fs::read_to_string(path).expect("a manifest");
        let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let sums = &manifest["candidates"];
        (
            sums["queued"].as_u64(),
            sums["not_candidates"]["no_ground"].as_u64(),
        )
    };
    assert_eq!(scan("DE,FR"), (Some(1), None));
    assert_eq!(scan("US"), (Some(0), Some(1)));
}

#[test]
fn only_what_is_confirmed_under_a_living_right_leaves() {
    let desk = with_a_candidate();
    let export = |as_of: &str, code| {
        desk.run(&["export", "r1", "--format", "dsa", "--as-of", as_of])
            .code(code)
    };
    assert_eq!(export("2026-04-01", 0).stdout(), "", "nobody decided");
    decide(&desk, "L1,confirm,counterfeit,ann,2026-04-01T09:00:00Z");
    let statement: serde_json::Value =
        serde_json::from_str(&export("2026-04-01", 0).stdout()).expect("one line");
    assert_eq!(
        statement["category_specification"][0],
        "KEYWORD_TRADEMARK_INFRINGEMENT"
    );
    let late = export("2032-01-01", 3);
    assert_eq!(late.stdout(), "");
    assert!(
        late.stderr()
            .contains("1 left out: the right that it cites has expired"),
        "{}",
        late.stderr()
    );

    let rows = desk
        .run(&["export", "r1", "--format", "csv", "--as-of", "2026-04-01"])
        .code(0);
    assert!(rows.stdout().contains("\nL1,"), "{}", rows.stdout());
    for (form, code, name) in [("art16", 0, "000001.txt"), ("pack", 0, "000001.html")] {
        desk.run(&[
            "export",
            "r1",
            "--format",
            form,
            "--out",
            form,
            "--as-of",
            "2026-04-01",
        ])
        .code(code);
        let text = std::fs::read_to_string(desk.path(form).join(name)).expect("written");
        assert!(text.contains("018123456"), "{text}");
    }
    let run = desk
        .run(&[
            "export",
            "r1",
            "--format",
            "dmca",
            "--out",
            "dmca",
            "--as-of",
            "2026-04-01",
        ])
        .code(3);
    assert!(
        run.stderr().contains("this form is for copyright only"),
        "{}",
        run.stderr()
    );
}
