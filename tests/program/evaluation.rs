//! A run held against labels, and against the night before.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

fn run(dir: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_touchstone"))
        .current_dir(dir)
        .args(args)
        .output()
        .expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(
        output
            .status
            .code()
            .is_some_and(|code| code == 0 || code == 3),
        "{text}{failed}"
    );
    text
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("written")).expect("JSON")
}

#[test]
fn the_sample_is_assessed_and_the_next_night_compared() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let dir = folder.path();
    run(dir, &["demo", "d"]);
    let evaluate = |out: &str| {
        let truth = "d/sample/truth.csv";
        run(
            dir,
            &[
                "--workspace",
                "d",
                "evaluate",
                "2026-03-31",
                "--truth",
                truth,
                "--out",
                out,
                "--listings",
                "listings.csv",
                "--repeats",
                "80",
            ],
        )
    };
    let told = evaluate("first");
    assert!(
        told.contains("recall at precision 0.95") && told.contains("Fisher's exact test"),
        "{told}"
    );
    evaluate("second");
    for name in [
        "card.html",
        "CARD.md",
        "reliability.svg",
        "precision-recall.svg",
        "assessment.json",
    ] {
        let [first, second] =
            ["first", "second"].map(|out| fs::read(dir.join(out).join(name)).expect("written"));
        assert!(first == second, "{name} differs from one time to the next");
    }
    let assessment = json(&dir.join("first/assessment.json"));
    let listings = fs::read_to_string(dir.join("listings.csv")).expect("written");
    assert_eq!(assessment["listings"], listings.lines().count() as u64 - 1);

    run(
        dir,
        &[
            "--workspace",
            "d",
            "scan",
            "d/sample/feed.csv",
            "--images",
            "d/sample/images",
            "--as-of",
            "2026-04-01",
            "--run",
            "next",
        ],
    );
    let manifest = json(&dir.join("d/runs/next/manifest.json"));
    assert_eq!(manifest["drift"]["against"], "2026-03-31");
    // The same feed a day later: only accounts are a day older.
    let score = manifest["drift"]["shifts"].as_array().expect("shifts");
    let score = score
        .iter()
        .find(|shift| shift["name"] == "score")
        .expect("the score");
    assert_eq!(score["alarm"], "steady");
    let page = fs::read_to_string(dir.join("d/runs/next/report.html")).expect("written");
    assert!(page.contains("Against run 2026-03-31"));
}
