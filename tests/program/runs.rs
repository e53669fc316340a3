//! What the nights found, and what changed between them.

use crate::support::Desk;

const HEADER: &str = "id,title,price,seller_id\n";

/// A replica by its own words, at a price far too low.
fn replica(id: &str, title: &str, seller: &str) -> String {
    format!("{id},Velnora {title} 1:1 mirror quality replica,19.35 EUR,{seller}\n")
}

/// Scans a feed of these rows into the run `name`.
fn scan(desk: &Desk, name: &str, rows: &[String]) {
    desk.write("feed.csv", HEADER.to_owned() + &rows.concat());
    desk.run(&["scan", "feed.csv", "--as-of", "2026-03-31", "--run", name])
        .code(0);
}

fn two_nights() -> Desk {
    let desk = Desk::with_small_catalog();
    let shoe = "Trail Runner VX-200";
    let first = [
        replica("STAYS", shoe, "S1"),
        replica("GOES", "City Backpack CB-15", "S2"),
        format!("MENDS,Velnora {shoe} 1:1 mirror quality replica,19.35 EUR,S3\n"),
    ];
    let second = [
        replica("STAYS", shoe, "S1"),
        replica("BACK", "City Backpack CB-15", "S9"),
        replica("COMES", "Trail Runner VX-200 black", "S4"),
        format!("MENDS,Velnora {shoe},129.00 EUR,S3\n"),
    ];
    scan(&desk, "monday", &first);
    scan(&desk, "tuesday", &second);
    desk
}

/// The rows of `runs diff` as change and listing, and those two with the reason.
fn changes(table: &str) -> Vec<[String; 3]> {
    let rows = table.lines().skip(1);
    rows.map(|row| {
        let cells: Vec<&str> = row.split(',').collect();
        [cells[0], cells[1], cells[5]].map(str::to_owned)
    })
    .collect()
}

#[test]
fn diff_tells_what_is_new_what_came_back_and_what_is_gone_with_the_reason() {
    let desk = two_nights();
    let told = desk.run(&["runs", "diff", "monday", "tuesday"]).code(0);
    assert_eq!(
        changes(&told.stdout()),
        [
            ["relisted", "BACK", ""],
            ["new", "COMES", "first seen"],
            ["gone", "GOES", "no longer in the feed"],
            ["gone", "MENDS", "below_threshold"],
        ]
        .map(|row| row.map(str::to_owned)),
        "{}",
        told.stdout()
    );
    assert!(told.stdout().contains("GOES of another seller"));
    assert!(told.stderr().contains("1 same"), "{}", told.stderr());
    let all = desk.run(&["runs", "diff", "monday", "--all"]).code(0);
    assert!(all.stdout().contains("same,STAYS"), "{}", all.stdout());
}

#[test]
fn pruned_runs_are_gone_from_disk_and_list_and_the_last_ones_stay() {
    let desk = two_nights();
    std::fs::create_dir(desk.path("w/runs/cut.partial")).expect("made");
    let said = desk.run(&["runs", "prune", "--keep", "1", "--dry-run"]);
    assert!(said.code(0).stdout().contains("monday"));
    assert!(desk.path("w/runs/monday/report.html").exists());

    desk.run(&["runs", "prune", "--keep", "2", "--signals-only"])
        .code(0);
    assert!(!desk.path("w/runs/cut.partial").exists());
    assert!(desk.path("w/runs/monday/signals").exists());

    desk.run(&["runs", "prune", "--keep", "1"]).code(0);
    assert!(!desk.path("w/runs/monday").exists());
    let list = desk.run(&["runs", "list"]).code(0).stdout();
    assert!(
        !list.contains("monday") && list.contains("tuesday"),
        "{list}"
    );
}
