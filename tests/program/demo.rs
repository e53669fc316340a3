//! The sample marketplace, from catalogs to report.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

fn demo(dir: &Path, threads: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_touchstone"))
        .current_dir(dir)
        .args(["--threads", threads, "demo", "d"])
        .output()
        .expect("the program starts");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Every file of the run but those of times and machine facts, by its path below the run.
fn outputs(run: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, base: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                walk(&path, base, found);
            } else {
                let name = path
                    .strip_prefix(base)
                    .expect("below")
                    .display()
                    .to_string();
                found.insert(name, fs::read(&path).expect("readable"));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(run, run, &mut found);
    for apart in ["timings.json", "metrics.prom"] {
        found.remove(apart).expect("the timings stand apart");
    }
    found
}

#[test]
fn the_summary_says_what_was_found_and_what_to_do_next() {
    let folder = tempfile::tempdir().expect("temporary folder");
    insta::assert_snapshot!(hide_program(&demo(folder.path(), "2")));
}

/// The program's path differs from machine to machine.
fn hide_program(summary: &str) -> String {
    summary.replace(env!("CARGO_BIN_EXE_touchstone"), "touchstone")
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let (one, two) = (
        tempfile::tempdir().expect("temporary folder"),
        tempfile::tempdir().expect("temporary folder"),
    );
    demo(one.path(), "1");
    demo(two.path(), "2");
    let run = Path::new("d/runs/2026-03-31");
    let (one, two) = (
        outputs(&one.path().join(run)),
        outputs(&two.path().join(run)),
    );
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        two.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &one {
        assert!(bytes == &two[name], "{name} differs");
    }
}

#[test]
fn every_candidate_has_a_ground_a_right_and_two_families_and_adds_up() {
    let folder = tempfile::tempdir().expect("temporary folder");
    demo(folder.path(), "2");
    let run = folder.path().join("d/runs/2026-03-31");
    let lines = fs::read_to_string(run.join("candidates.ndjson")).expect("written");
    let authorised = authorised_sellers(&folder.path().join("d/sample/catalogs"));
    assert!(!authorised.is_empty(), "the sample has authorised sellers");
    let mut count = 0;
    for line in lines.lines() {
        let candidate: Value = serde_json::from_str(line).expect("JSON");
        let id = candidate["listing_id"].as_str().expect("an id");
        assert!(candidate["ground"].is_string(), "{id} has no ground");
        assert!(
            candidate["right"]["kind"].is_string(),
            "{id} cites no right"
        );
        // What is drawn at random to find misses may show nothing at all.
        let families = candidate["families"].as_array().expect("a list").len();
        assert!(
            families >= 2 || candidate["purpose"] == "check_of_misses",
            "{id}"
        );
        let seller = candidate["seller_id"].as_str().expect("a seller");
        assert!(
            !authorised.contains(&seller.to_owned()),
            "{id} is of an authorised seller"
        );
        let cues = candidate["cues"].as_array().expect("a list");
        let sum: f64 = cues
            .iter()
            .map(|cue| cue["log_odds"].as_f64().expect("a number"))
            .sum();
        let (intercept, log_odds) = (
            candidate["intercept"].as_f64().expect("a number"),
            candidate["log_odds"].as_f64().expect("a number"),
        );
        assert!(
            (intercept + sum - log_odds).abs() < 1e-9,
            "{id} does not add up"
        );
        for cue in cues {
            assert!(
                !cue["sentence"].as_str().expect("a sentence").is_empty(),
                "{id}"
            );
        }
        for image in candidate["images"].as_array().expect("a list") {
            if image["status"] == "ok" {
                let place = image["evidence"].as_str().expect("kept");
                assert!(run.join("evidence").join(place).is_file(), "{place}");
            }
        }
        count += 1;
    }
    assert!(count > 0, "the sample has candidates");
}

fn authorised_sellers(catalogs: &Path) -> Vec<String> {
    let mut sellers = Vec::new();
    for entry in fs::read_dir(catalogs).expect("readable") {
        let path = entry.expect("readable").path().join("brand.toml");
        let text = fs::read_to_string(path).expect("readable");
        let table: toml::Table = toml::from_str(&text).expect("TOML");
        let list = table["authorised_sellers"].as_array().expect("a list");
        sellers.extend(
            list.iter()
                .map(|seller| seller.as_str().expect("a text").to_owned()),
        );
    }
    sellers
}

#[test]
fn explain_shows_the_head_of_the_queue() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let summary = demo(folder.path(), "2");
    let id = summary
        .lines()
        .find_map(|line| line.split("explain ").nth(1))
        .expect("the summary names a listing");
    let output = Command::new(env!("CARGO_BIN_EXE_touchstone"))
        .current_dir(folder.path())
        .args(["--workspace", "d", "explain", id])
        .output()
        .expect("the program starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout));
}
