//! Only what is new is read again, and nobody can tell from the outputs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::{Desk, picture};

const HEADER: &str = "id,title,price,seller_id,image_link\n";

fn listing(id: &str, title: &str) -> String {
    format!("{id},{title},19.35 EUR,S{id},{id}.png\n")
}

/// Eight listings, each with a picture of its own.
fn monday() -> Vec<String> {
    let listings =
        (0..8).map(|nth| listing(&nth.to_string(), "Velnora Trail Runner VX-200 1:1 mirror"));
    listings.collect()
}

/// The same in another order: one with another title, one gone, one new.
fn tuesday() -> Vec<String> {
    let mut rows = monday();
    rows[3] = listing("3", "Velnora Trail Runner VX-200 used");
    rows.remove(5);
    rows.push(listing("8", "Velnora City Backpack CB-15"));
    rows.reverse();
    rows
}

fn desk() -> Desk {
    let desk = Desk::with_small_catalog();
    for nth in 0..9 {
        desk.write(&format!("images/{nth}.png"), picture(nth));
    }
    desk
}

fn scan(desk: &Desk, run: &str, rows: &[String], more: &[&str]) {
    desk.write("feed.csv", HEADER.to_owned() + &rows.concat());
    let args = [
        "scan",
        "feed.csv",
        "--images",
        "images",
        "--as-of",
        "2026-03-31",
        "--run",
        run,
    ];
    desk.run(&[&args, more].concat()).code(0);
}

/// How many listings and pictures a run could not take from earlier ones.
fn anew(desk: &Desk, run: &str) -> (u64, u64) {
    let text =
        fs::read_to_string(desk.path("w/runs").join(run).join("timings.json")).expect("written");
    let timings: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let count = |of: &str| timings["read_anew"][of].as_u64().expect("a count");
    (count("listings"), count("pictures"))
}

/// Every file of a run but those that hold times.
fn files(desk: &Desk, run: &str) -> BTreeMap<String, Vec<u8>> {
    fn collect(folder: &Path, below: &str, into: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = format!(
                "{below}/{}",
                path.file_name().expect("named").to_string_lossy()
            );
            if path.is_dir() {
                collect(&path, &name, into);
            } else if !name.ends_with("/timings.json") && !name.ends_with("/metrics.prom") {
                into.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(&desk.path("w/runs").join(run), "", &mut found);
    found
}

/// The outputs of a workspace that never scanned anything before.
fn undisturbed(desk: &Desk, rows: &[String]) -> BTreeMap<String, Vec<u8>> {
    scan(desk, "undisturbed", rows, &[]);
    files(desk, "undisturbed")
}

#[test]
fn only_what_changed_is_read_again_and_the_outputs_are_the_same() {
    let night = desk();
    scan(&night, "monday", &monday(), &[]);
    assert_eq!(anew(&night, "monday"), (8, 8));
    scan(&night, "tuesday", &tuesday(), &[]);
    assert_eq!(
        anew(&night, "tuesday"),
        (2, 1),
        "one changed and one new; one new picture"
    );
    assert_eq!(files(&night, "tuesday"), undisturbed(&desk(), &tuesday()));
}

#[test]
fn a_full_scan_reads_everything_again() {
    let desk = desk();
    scan(&desk, "monday", &monday(), &[]);
    scan(&desk, "again", &monday(), &["--full"]);
    assert_eq!(anew(&desk, "again"), (8, 8));
    assert_eq!(files(&desk, "monday"), files(&desk, "again"));
}

#[test]
fn what_a_full_scan_found_out_is_known_to_the_next_one() {
    let desk = desk();
    scan(&desk, "full", &monday(), &["--full"]);
    scan(&desk, "next", &monday(), &[]);
    assert_eq!(anew(&desk, "next"), (0, 0));
}

#[test]
fn a_picture_is_decoded_once_for_a_suspect_and_for_others_whatever_its_name() {
    let desk = desk();
    desk.write("images/again.png", picture(0));
    let named = listing("0", "Velnora Trail Runner VX-200 1:1 mirror");
    let plain = listing("again", "a lamp for the desk");
    for (run, rows) in [
        ("together", vec![plain.clone(), named]),
        ("later", vec![plain]),
    ] {
        scan(&desk, run, &rows, &["--full"]);
        assert_eq!(anew(&desk, run), (rows.len() as u64, 1), "{run}");
    }
}

#[test]
fn another_lexicon_or_catalog_has_every_text_read_again() {
    let desk = desk();
    scan(&desk, "monday", &monday(), &[]);
    let lexicons = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/lexicon");
    for file in fs::read_dir(lexicons).expect("shipped") {
        let path = file.expect("an entry").path();
        let name = path
            .file_name()
            .expect("named")
            .to_string_lossy()
            .into_owned();
        desk.write(
            &format!("lexicons/{name}"),
            fs::read(&path).expect("a file"),
        );
    }
    scan(&desk, "same", &monday(), &["--lexicons", "lexicons"]);
    assert_eq!(anew(&desk, "same").0, 0, "the same lexicons elsewhere");
    let words = fs::read_to_string(desk.path("lexicons/proper_names.txt")).expect("copied");
    desk.write("lexicons/proper_names.txt", words + "velnorae\n");
    scan(&desk, "words", &monday(), &["--lexicons", "lexicons"]);
    assert_eq!(anew(&desk, "words").0, 8);
    let brand = fs::read_to_string(desk.path("luma/brand.toml")).expect("made");
    desk.write("luma/brand.toml", brand.replace("\"S-OK\"", "\"S1\""));
    desk.run(&["catalog", "add", "luma", "--as-of", "2026-03-31"])
        .code(0);
    scan(&desk, "seller", &monday(), &["--lexicons", "lexicons"]);
    assert_eq!(anew(&desk, "seller").0, 8);
}

#[test]
fn a_new_catalog_is_held_against_pictures_without_decoding_them() {
    let desk = desk();
    let off = ["--local-features", "off"];
    scan(&desk, "monday", &monday(), &off);
    // A catalog of another brand, whose picture is that of listing 4; those of 1 and 2 are the first brand's.
    desk.write(
        "orrin/brand.toml",
        "name = \"Orrin\"\n[[rights]]\ntype = \"copyright\"\n",
    );
    desk.write("orrin/images/lamp.png", picture(4));
    desk.write(
        "orrin/products.csv",
        "id,title,price,image_link\nL,Orrin Lamp,80.00 EUR,lamp.png\n",
    );
    desk.run(&["catalog", "add", "orrin", "--as-of", "2026-03-31"])
        .code(0);
    scan(&desk, "tuesday", &monday(), &off);
    assert_eq!(
        anew(&desk, "tuesday"),
        (8, 3),
        "only what hashes propose is looked at"
    );
    scan(&desk, "full", &monday(), &[&off[..], &["--full"]].concat());
    assert_eq!(files(&desk, "tuesday"), files(&desk, "full"));
}

#[test]
fn what_an_interrupted_run_had_read_is_used_and_cleared_away() {
    let desk = desk();
    scan(&desk, "monday", &monday(), &[]);
    let expected = files(&desk, "monday");
    let runs = desk.path("w/runs");
    fs::rename(runs.join("monday"), runs.join("monday.partial")).expect("renamed");
    fs::remove_file(runs.join("monday.partial/manifest.json")).expect("removed");
    scan(&desk, "monday", &monday(), &[]);
    assert_eq!(anew(&desk, "monday"), (0, 0));
    assert_eq!(files(&desk, "monday"), expected);
    let left = fs::read_dir(runs).expect("a folder").count();
    assert_eq!(left, 1, "nothing partial is left");
}

#[test]
fn an_earlier_run_with_a_flipped_bit_is_not_believed() {
    let desk = desk();
    scan(&desk, "monday", &monday(), &[]);
    let expected = files(&desk, "monday");
    let segment = desk.path("w/runs/monday/signals/listings/000000.parquet");
    let whole = fs::read(&segment).expect("a segment");
    for (nth, place) in (8..whole.len()).step_by(whole.len() / 12).enumerate() {
        let mut spoilt = whole.clone();
        spoilt[place] ^= 4;
        fs::write(&segment, spoilt).expect("written");
        let run = format!("after-{nth}");
        scan(&desk, &run, &monday(), &[]);
        assert_eq!(
            files(&desk, &run),
            expected,
            "byte {place} of {}",
            whole.len()
        );
        fs::remove_dir_all(desk.path("w/runs").join(run)).expect("removed");
    }
}

/// A program that is killed after a run is whole and before the store knows of it leaves such a folder.
#[test]
fn a_whole_run_that_the_store_knows_nothing_of_is_taken_up() {
    let desk = desk();
    scan(&desk, "known", &monday(), &[]);
    let runs = desk.path("w/runs");
    fs::create_dir(runs.join("killed")).expect("made");
    for name in ["manifest.json", "candidates.ndjson"] {
        fs::copy(
            runs.join("known").join(name),
            runs.join("killed").join(name),
        )
        .expect("copied");
    }
    let listed = |run: &str| desk.run(&["runs", "list"]).code(0).stdout().contains(run);
    assert!(!listed("killed"));
    scan(&desk, "next", &tuesday(), &[]);
    assert!(listed("killed"));
    assert!(listed("next"));
}

/// As when runs were moved to another disk.
#[test]
fn a_workspace_without_its_folder_of_runs_is_scanned() {
    let desk = desk();
    fs::remove_dir_all(desk.path("w/runs")).expect("removed");
    scan(&desk, "first", &monday(), &[]);
}
