//! What people decided teaches the next night, and what became of it tells of the next queue.

use std::collections::BTreeMap;
use std::fs;

use crate::support::Desk;

/// The built-in model without what it knows: every listing has the same score.
fn weak_model() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/models/baseline/model.json");
    let text = fs::read_to_string(path).expect("the built-in model");
    let mut model: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let weights = model["weights"].as_array_mut().expect("weights").iter_mut();
    for weight in weights {
        weight["missing"] = serde_json::json!(0.0);
        let corners = weight["shape"].as_array_mut().expect("corners");
        corners
            .iter_mut()
            .for_each(|corner| corner["log_odds"] = serde_json::json!(0.0));
    }
    model.to_string()
}

/// The listings of each label in a marketplace over the sample's brands, all of whose candidates run `r1` queued.
struct Market {
    desk: Desk,
    /// The queue: listing, brand and seller.
    queue: Vec<[String; 3]>,
    fake: BTreeMap<String, bool>,
}

impl Market {
    /// In a workspace that uses the weak model since that run.
    fn with_a_weak_model(listings: &str) -> Self {
        let market = Self::new(listings);
        market.desk.write("w/models/weak/model.json", weak_model());
        market.desk.write("w/models/current", "weak\n");
        market
    }

    fn new(listings: &str) -> Self {
        let desk = Desk::new();
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/datasets/sample/catalogs");
        let brands = ["kvustova-works", "oskolmesk", "ulvunquist"];
        let catalogs: Vec<String> = brands
            .iter()
            .map(|name| format!("{sample}/{name}"))
            .collect();
        let catalogs: Vec<&str> = catalogs.iter().map(String::as_str).collect();
        let market = [
            "--out",
            "market",
            "--listings",
            listings,
            "--seed",
            "5",
            "--no-images",
        ];
        let day = ["--as-of", "2026-03-31"];
        desk.run(&[&["simulate"], &catalogs[..], &market, &day].concat())
            .code(0);
        desk.run(&[&["catalog", "add"], &catalogs[..], &day].concat())
            .code(0);
        let all = [
            "--threshold",
            "0",
            "--miss-check",
            "0",
            "--capacity",
            listings,
        ];
        desk.run(&[&["scan", "market/feed.csv", "--run", "r1"], &all[..], &day].concat())
            .code(0);
        let columns = |file: &str, names: [&str; 3]| -> Vec<[String; 3]> {
            let mut reader = csv::Reader::from_path(desk.path(file)).expect("a table");
            let head = reader.headers().expect("a header").clone();
            let at = names.map(|name| head.iter().position(|own| own == name).expect("a column"));
            let rows = reader.records().map(|row| row.expect("a row"));
            rows.map(|row| at.map(|at| row[at].to_owned())).collect()
        };
        let queue = columns(
            "w/runs/r1/candidates.csv",
            ["listing_id", "brand", "seller_id"],
        );
        let labels = columns("market/truth.csv", ["listing_id", "label", "kind"]);
        let fake = labels
            .into_iter()
            .map(|[id, label, _]| (id, label == "fake"));
        Self {
            queue,
            fake: fake.collect(),
            desk,
        }
    }

    /// Imports a decision on each of the queue, a seller a day over ten days; `confirms` says by the truth which are confirmed.
    fn decide(&self, confirms: impl Fn(bool) -> bool) {
        let mut table = String::from("listing_id,brand,decision,reviewer,decided_at\n");
        for [listing, brand, seller] in &self.queue {
            let word = if confirms(self.fake[listing]) {
                "confirm"
            } else {
                "clear"
            };
            let day = seller.bytes().map(u32::from).sum::<u32>() % 10 + 1;
            table.push_str(&format!("{listing},{brand},{word},ann,2026-04-{day:02}\n"));
        }
        self.desk.write("decisions.csv", table);
        self.desk
            .run(&["decisions", "import", "decisions.csv", "--run", "r1"])
            .code(0);
    }

    fn in_use(&self) -> Option<String> {
        fs::read_to_string(self.desk.path("w/models/current")).ok()
    }
}

#[test]
fn a_model_that_learnt_from_decisions_is_used_when_it_is_not_worse() {
    let market = Market::with_a_weak_model("6000");
    let desk = &market.desk;
    market.decide(|fake| fake);
    let told = desk
        .run(&["train", "--from-decisions", "--no-promote"])
        .code(0);
    assert!(
        told.stdout().contains("the new model is not worse"),
        "{}",
        told.stdout()
    );
    let in_use = market.in_use();
    assert_eq!(
        in_use.as_deref(),
        Some("weak\n"),
        "only asked how it compares"
    );
    let told = desk.run(&["train", "--from-decisions"]).code(0).stdout();
    assert!(
        told.contains("the newest 30 % of the rows") && told.contains("promoted"),
        "{told}"
    );
    let name = market.in_use().expect("promoted");
    let folder = desk.path("w/models").join(name.trim());
    for file in ["model.json", "CARD.md", "metrics.json", "comparison.json"] {
        assert!(folder.join(file).is_file(), "{file}");
    }

    // The next night uses it, and earlier nights are explained by the model that they had.
    desk.run(&[
        "scan",
        "market/feed.csv",
        "--as-of",
        "2026-03-31",
        "--run",
        "r",
    ])
    .code(0);
    let model = desk.manifest()["model"]
        .as_str()
        .map(str::to_owned)
        .expect("a hash");
    assert!(model.starts_with(name.trim()), "{model}");
    let first = &market.queue[0][0];
    desk.run(&["explain", first, "--run", "r1"]).code(0);
    desk.run(&["explain", first, "--run", "r"]).code(0);
}

#[test]
fn a_handful_of_decisions_is_too_few_to_learn_from() {
    let mut market = Market::new("1000");
    market.queue.truncate(20);
    market.decide(|fake| fake);
    let run = market.desk.run(&["train", "--from-decisions"]).code(1);
    assert!(
        run.stderr().contains("20 decided listings of 1 runs"),
        "{}",
        run.stderr()
    );
    assert_eq!(market.in_use(), None);
}

#[test]
fn what_became_of_notices_tells_of_the_next_queue() {
    let market = Market::new("2000");
    let desk = &market.desk;
    let nothing = desk.run(&["decisions", "projection"]).code(0);
    assert!(
        nothing.stderr().contains("no outcome is known"),
        "{}",
        nothing.stderr()
    );
    market.decide(|fake| fake);
    let mut outcomes = String::from("listing_id,brand,outcome,day\n");
    let confirmed = market
        .queue
        .iter()
        .filter(|[listing, ..]| market.fake[listing]);
    for (at, [listing, brand, _]) in confirmed.enumerate() {
        let outcome = if at % 10 == 0 { "rejected" } else { "upheld" };
        outcomes.push_str(&format!("{listing},{brand},{outcome},2026-04-20\n"));
    }
    desk.write("outcomes.csv", outcomes);
    desk.run(&["decisions", "outcomes", "import", "outcomes.csv"])
        .code(0);

    let projected = desk
        .run(&["decisions", "projection", "--run", "r1"])
        .code(0);
    assert!(
        projected.stdout().contains("brand_and_ground"),
        "{}",
        projected.stdout()
    );
    assert!(
        projected.stderr().contains("would stand"),
        "{}",
        projected.stderr()
    );
    desk.run(&[
        "simulate",
        concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/datasets/sample/catalogs/oskolmesk"
        ),
        "--out",
        "next",
        "--listings",
        "1000",
        "--seed",
        "6",
        "--no-images",
        "--as-of",
        "2026-03-31",
    ])
    .code(0);
    let scan = [
        "scan",
        "next/feed.csv",
        "--as-of",
        "2026-03-31",
        "--run",
        "r",
        "--threshold",
        "0.3",
    ];
    let told = desk.run(&scan).code(0).stdout();
    assert!(
        told.contains("outcomes    Going by what became of earlier decisions"),
        "{told}"
    );
    assert!(desk.manifest()["projection"]["stands"]["value"].is_number());
    assert!(
        desk.output("report.html")
            .contains("Before anything is sent")
    );
}
