//! What an operations team needs: costs told before they are paid, feeds and pictures in many files, backups.

use std::fs::File;

use crate::support::{Desk, picture};

fn feed(desk: &Desk) {
    desk.write(
        "parts/day=1/a.csv",
        "id,title,price,seller_id,image_link\nL1,Velnora Trail Runner VX-200,129.00 EUR,S1,x.png\n",
    );
    desk.write(
        "parts/day=2/b.csv",
        "id,title,price,seller_id,image_link\nL2,Velnora City Backpack CB-15,89.00 EUR,S2,sub/y.png\n",
    );
}

#[test]
fn partitions_and_tar_shards_give_the_same_scores_as_plain_files() {
    let desk = Desk::with_small_catalog();
    feed(&desk);
    desk.write("images/x.png", picture(1));
    desk.write("images/sub/y.png", picture(2));
    std::fs::create_dir(desk.path("shards")).expect("made");
    let mut tar = tar::Builder::new(File::create(desk.path("shards/0.tar")).expect("made"));
    tar.append_dir_all(".", desk.path("images"))
        .expect("packed");
    tar.finish().expect("closed");
    for (images, feed, run) in [("images", "parts", "plain"), ("shards", "parts/day=*", "r")] {
        let scan = [
            "scan",
            feed,
            "--images",
            images,
            "--as-of",
            "2026-03-31",
            "--run",
            run,
        ];
        desk.run(&scan).code(0);
    }
    let scores = |run: &str| {
        std::fs::read(desk.path(&format!("w/runs/{run}/scores.parquet"))).expect("scores")
    };
    assert_eq!(scores("plain"), scores("r"));
    assert_eq!(desk.manifest()["images"]["fingerprinted"], 2);
    assert_eq!(desk.manifest()["feeds"].as_array().map(Vec::len), Some(2));
    let none = desk
        .run(&["scan", "month=*", "--as-of", "2026-03-31"])
        .code(1);
    assert!(none.stderr().contains("month=*"), "{}", none.stderr());
}

#[test]
fn a_dry_run_tells_what_is_known_and_writes_nothing() {
    let desk = Desk::with_small_catalog();
    feed(&desk);
    desk.write("images/x.png", picture(1));
    let scan = [
        "scan",
        "parts",
        "--images",
        "images",
        "--as-of",
        "2026-03-31",
    ];
    let dry = || {
        desk.run(&[&scan[..], &["--dry-run"]].concat())
            .code(0)
            .stdout()
    };
    let told = dry();
    assert!(told.contains("rows        2: 2 to score"), "{told}");
    assert!(
        told.contains("images      2: about 50 % are there, 0 % are known, 1 to decode"),
        "{told}"
    );
    assert!(told.contains("no earlier run"), "{told}");
    assert_eq!(
        std::fs::read_dir(desk.path("w/runs"))
            .expect("a folder")
            .count(),
        0
    );
    // One picture is missing.
    desk.run(&scan).code(3);
    let told = dry();
    assert!(told.contains("50 % are known, 0 to decode"), "{told}");
    assert!(told.contains("as in the last 1 runs"), "{told}");
}

#[test]
fn a_restored_workspace_goes_on_where_the_backup_was_made() {
    let desk = Desk::with_small_catalog();
    feed(&desk);
    desk.run(&["scan", "parts", "--as-of", "2026-03-31", "--run", "r"])
        .code(0);
    desk.run(&["backup", "copy"]).code(0);
    let restored = desk.run(&["restore", "copy", "again"]).code(0);
    assert!(
        restored.stderr().contains("the log is whole"),
        "{}",
        restored.stderr()
    );
    let list = |workspace: &str| {
        let list = assert_cmd::Command::new(env!("CARGO_BIN_EXE_touchstone"))
            .args(["--workspace", workspace, "runs", "list"])
            .output()
            .expect("runs");
        String::from_utf8_lossy(&list.stdout).into_owned()
    };
    let (here, there) = (desk.path("w"), desk.path("again"));
    assert_eq!(
        list(&here.to_string_lossy()),
        list(&there.to_string_lossy())
    );
    let report =
        |root: &str| std::fs::read(desk.path(root).join("runs/r/report.html")).expect("a report");
    assert_eq!(report("w"), report("again"));

    let path = desk.path("copy/runs/r/manifest.json");
    let mut bytes = std::fs::read(&path).expect("read");
    bytes[10] ^= 1;
    std::fs::write(&path, bytes).expect("written");
    let refused = desk.run(&["restore", "copy", "third"]).code(1);
    assert!(
        refused.stderr().contains("manifest.json"),
        "{}",
        refused.stderr()
    );
    assert!(!desk.path("third").exists());
}
