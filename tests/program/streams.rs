//! The steps of a scan as filters of Arrow streams, put together as a cluster would: the run is the local one's.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use touchstone::table::facts::{self, Fact, Facts, SHARDS};
use touchstone::table::{ArrowReader, ArrowWriter, Cell, Chunks, Column, Format, Kind, Writer};

use super::support::Desk;

/// A row by the names of its columns, without empty ones.
type Row = BTreeMap<String, String>;

#[test]
fn filters_over_parts_of_a_feed_make_the_run_of_a_local_scan() {
    let desk = market();
    let images = desk.path("market/images");
    let images = images.to_str().expect("UTF-8");
    let settings = [
        "--as-of",
        "2026-03-31",
        "--capacity",
        "8",
        "--miss-check",
        "3",
        "--flood-limit",
        "3",
    ];
    let local = [
        "scan",
        "a.csv",
        "b.csv",
        "--run",
        "local",
        "--no-cases",
        "--images",
        images,
    ];
    desk.run(&[&local[..], &settings[..]].concat()).code(3);
    let build = [
        "reference",
        "build",
        "--out",
        "reference",
        "--images",
        images,
    ];
    desk.run(&[&build[..], &settings[..]].concat()).code(0);

    let read = ["read", "--arrow", "--reference", "reference"];
    let read = through_parts(&desk, &read, &feed(&desk), 3);
    let of_kind = |rows: &[Row], kind: &str| -> Vec<Row> {
        rows.iter()
            .filter(|row| row["kind"] == kind)
            .cloned()
            .collect()
    };
    let (kept, repeated) = first_of_each_id(of_kind(&read, "listing"));
    write_relations(&desk, &kept);
    let judge = [
        "judge",
        "--arrow",
        "--reference",
        "reference",
        "--relations",
        "relations",
    ];
    let judged = through_parts(&desk, &judge, &kept, 2);

    let mut scores = of_kind(&judged, "score");
    scores.sort_by(|a, b| a["key"].cmp(&b["key"]));
    let chosen: BTreeSet<&str> = scores
        .iter()
        .filter(|row| row.contains_key("ground") || row.contains_key("place"))
        .map(|row| &*row["listing_id"])
        .collect();
    let mut reads = kept.clone();
    reads.retain(|row| chosen.contains(&*row["listing_id"]));
    let dropped: BTreeSet<(String, String)> = repeated.iter().map(place).collect();
    let mut notes = of_kind(&read, "note");
    notes.retain(|note| !dropped.contains(&place(note)));
    let rejects = [of_kind(&read, "reject"), repeated].concat();
    let mut sums = of_kind(&read, "sums");
    for row in &mut sums {
        let rows = row["row"].clone();
        row.insert("rows".to_owned(), rows);
    }
    let gathered = |table: &str, rows: &[Row], columns: &[Column]| {
        write_table(&desk.path("gathered").join(table), rows, columns);
    };
    gathered("scores", &scores, SCORES);
    let mut unreadable = scores.clone();
    unreadable.retain(|row| row.contains_key("unreadable"));
    assert!(!unreadable.is_empty());
    gathered(
        "unreadable",
        &unreadable,
        &texts(["listing_id", "unreadable"]),
    );
    gathered("chosen", &reads, &texts(["read"]));
    gathered("rejects", &in_order(rejects), REFUSED);
    gathered("notes", &in_order(notes), REFUSED);
    gathered(
        "rows",
        &sums,
        &[
            Column::new("file", Kind::Text),
            Column::new("rows", Kind::Int),
        ],
    );
    gathered("sums", &of_kind(&judged, "sums"), &texts(["sums"]));
    desk.write("gathered/feeds.txt", "a.csv\nb.csv\n");
    desk.run(&[
        "emit",
        "gathered",
        "--reference",
        "reference",
        "--relations",
        "relations",
        "--run",
        "streamed",
    ])
    .code(3);

    let local = outputs(&desk.path("w/runs/local"));
    assert_eq!(
        local.keys().collect::<Vec<_>>(),
        outputs(&desk.path("w/runs/streamed"))
            .keys()
            .collect::<Vec<_>>()
    );
    for (name, bytes) in outputs(&desk.path("w/runs/streamed")) {
        assert!(local[&name] == bytes, "{} is another", name.display());
    }
    let manifest = fs::read_to_string(desk.path("w/runs/streamed/manifest.json")).expect("written");
    assert!(manifest.contains("and 3 is the limit"), "{manifest}");
    let rejects = fs::read_to_string(desk.path("w/runs/streamed/rejects.csv")).expect("written");
    assert_eq!(rejects.lines().count(), 4, "{rejects}");
}

/// A picture that a suspect listing shows is looked at closely, and was for all others that came with it.
#[test]
fn what_is_read_does_not_depend_on_how_many_listings_are_read_at_a_time() {
    let desk = market();
    let images = desk.path("market/images");
    let images = images.to_str().expect("UTF-8");
    for (run, rows) in [("many", "4096"), ("few", "1")] {
        let scan = ["scan", "a.csv", "b.csv", "--images", images, "--run", run];
        let settings = ["--as-of", "2026-03-31", "--chunk-rows", rows];
        desk.run(&[&scan[..], &settings[..]].concat()).code(3);
    }
    let (many, few) = (desk.path("w/runs/many"), desk.path("w/runs/few"));
    assert!(outputs(&many) == outputs(&few), "{:?}", desk.path("w/runs"));
}

/// Nothing is made of half of a stream, nor of another form of reference.
#[test]
fn what_breaks_a_filter_is_told_with_what_to_do() {
    let desk = Desk::with_small_catalog();
    desk.run(&[
        "reference",
        "build",
        "--out",
        "reference",
        "--as-of",
        "2026-03-31",
    ])
    .code(0);
    let read = ["read", "--arrow", "--reference", "reference"];
    let whole = stream(&[row(&[("id", "1"), ("title", "a bag")])]);
    let said = desk
        .filter(&read, whole[..whole.len() - 8].to_vec())
        .expect_err("cut off");
    assert!(said.contains("no end of the stream"), "{said}");
    let said = desk
        .filter(&read, stream(&[row(&[("name", "1")])]))
        .expect_err("no columns");
    assert!(said.contains("no column for id"), "{said}");
    let mut bytes = fs::read(desk.path("reference")).expect("written");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    desk.write("changed", &bytes);
    for (file, expected) in [
        ("changed", "other bytes"),
        ("luma/brand.toml", "no reference file"),
    ] {
        let read = ["read", "--arrow", "--reference", file];
        let said = desk.filter(&read, whole.clone()).expect_err("refused");
        assert!(
            said.contains(expected) && said.contains("reference build"),
            "{said}"
        );
    }
}

#[test]
fn the_columns_that_hold_images_are_named_the_main_one_first() {
    let desk = Desk::new();
    let columns = [
        "id",
        "title",
        "additional_image_link",
        "image",
        "image_link",
        "Foto",
    ];
    let feed = stream(&[row(&columns.map(|name| (name, "x")))]);
    let named = |more: &[&str]| {
        let args = ["read", "--arrow", "--image-columns"];
        let answer = desk.filter(&[&args[..], more].concat(), feed.clone());
        String::from_utf8(answer.expect("no failure")).expect("UTF-8")
    };
    assert_eq!(
        named(&[]).trim(),
        r#"["image_link","image","additional_image_link"]"#
    );
    assert_eq!(
        named(&["--columns", "image_link=Foto"]).trim(),
        r#"["Foto","additional_image_link"]"#
    );
}

/// A row that cannot be used does not stop the others, and says where it stood.
#[test]
fn a_bad_record_is_a_row_with_its_reason() {
    let desk = Desk::with_small_catalog();
    desk.run(&[
        "reference",
        "build",
        "--out",
        "reference",
        "--as-of",
        "2026-03-31",
    ])
    .code(0);
    let rows = [
        row(&[
            ("id", "1"),
            ("title", "Velnora City Backpack CB-15"),
            ("touchstone_row", "7"),
        ]),
        row(&[
            ("id", "2"),
            ("touchstone_file", "f.csv"),
            ("touchstone_row", "8"),
        ]),
        row(&[("id", "3"), ("title", "a bag"), ("gtin", "4006381333932")]),
    ];
    let read = through_parts(
        &desk,
        &["read", "--arrow", "--reference", "reference"],
        &rows,
        1,
    );
    let told: Vec<String> = read
        .iter()
        .map(|row| {
            let shown = ["kind", "file", "row", "listing_id", "product", "column"];
            let cells = shown.map(|name| row.get(name).map_or("-", String::as_str));
            cells.join(" ")
        })
        .collect();
    assert_eq!(
        told,
        [
            "listing - 7 1 velnora/P2 -",
            "reject f.csv 8 2 - title",
            "listing - 3 3 - -",
            "note - 3 3 - gtin",
            "sums - 2 - - -",
            "sums f.csv 1 - - -",
        ]
    );
    write_relations(&desk, &[]);
    let judge = [
        "judge",
        "--arrow",
        "--reference",
        "reference",
        "--relations",
        "relations",
    ];
    let judged = through_parts(&desk, &judge, &[row(&[("read", "{}"), ("row", "7")])], 1);
    assert_eq!((&*judged[0]["kind"], &*judged[0]["row"]), ("reject", "7"));
    assert!(
        judged[0]["found"].contains("4 make a listing"),
        "{}",
        judged[0]["found"]
    );
}

/// A workspace with two brands, and a feed in two files with a row of each fault.
fn market() -> Desk {
    let desk = Desk::new();
    let side = ["--picture-side", "160"];
    desk.run(
        &[
            &["invent", "catalogs", "--brands", "2", "--products", "8"][..],
            &side,
        ]
        .concat(),
    )
    .code(0);
    let mut catalogs: Vec<String> = fs::read_dir(desk.path("catalogs"))
        .expect("made")
        .map(|entry| entry.expect("readable").path().display().to_string())
        .collect();
    catalogs.sort();
    for catalog in &catalogs {
        desk.run(&["catalog", "add", catalog, "--as-of", "2026-03-31"])
            .code(0);
    }
    let catalogs: Vec<&str> = catalogs.iter().map(String::as_str).collect();
    let simulate = [
        "--out",
        "market",
        "--listings",
        "120",
        "--image-side",
        "128",
        "--as-of",
        "2026-03-31",
    ];
    desk.run(&[&["simulate"], &catalogs[..], &simulate[..]].concat())
        .code(0);
    let feed = fs::read_to_string(desk.path("market/feed.csv")).expect("made");
    let lines: Vec<&str> = feed.lines().collect();
    let commas = ",".repeat(lines[0].matches(',').count());
    let repeated = [&lines[1..60], &[lines[5]]].concat().join("\n");
    desk.write("a.csv", format!("{}\n{repeated}\n", lines[0]));
    let rest = [&lines[60..], &[lines[2], &commas[..]]].concat().join("\n");
    desk.write("b.csv", format!("{}\n{rest}\n", lines[0]));
    let images = fs::read_dir(desk.path("market/images")).expect("made");
    let first = images.map(|entry| entry.expect("readable").path()).min();
    fs::write(first.expect("a picture"), "no picture").expect("written");
    desk
}

/// The rows of the feed, each with where it stands.
fn feed(desk: &Desk) -> Vec<Row> {
    let mut rows = Vec::new();
    for file in ["a.csv", "b.csv"] {
        for chunk in Chunks::open(&desk.path(file), 1000).expect("a feed") {
            for raw in chunk
                .expect("readable")
                .into_iter()
                .map(|row| row.expect("a row"))
            {
                let cells = raw
                    .columns()
                    .map(|(name, text)| (name.to_owned(), text.to_owned()));
                let mut row: Row = cells.collect();
                row.insert("touchstone_file".to_owned(), file.to_owned());
                row.insert("touchstone_row".to_owned(), raw.row().to_string());
                rows.push(row);
            }
        }
    }
    rows
}

/// What the program makes of the rows, dealt out over `parts` streams of two batches and more.
fn through_parts(desk: &Desk, args: &[&str], rows: &[Row], parts: usize) -> Vec<Row> {
    (0..parts)
        .flat_map(|part| {
            let rows: Vec<Row> = rows.iter().skip(part).step_by(parts).cloned().collect();
            let answer = desk.filter(args, stream(&rows)).expect("no failure");
            rows_of(answer)
        })
        .collect()
}

fn stream(rows: &[Row]) -> Vec<u8> {
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);
    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("unpoisoned").write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let names: BTreeSet<&String> = rows.iter().flat_map(BTreeMap::keys).collect();
    // Columns have names for as long as the program runs.
    let columns: Vec<Column> = names
        .into_iter()
        .map(|name| Column::new(name.clone().leak(), Kind::Text))
        .collect();
    let out = Shared::default();
    let mut writer = ArrowWriter::new(Box::new(out.clone()), &columns).expect("a schema");
    for batch in rows.chunks(rows.len() / 2 + 1) {
        let cells = |row: &Row| {
            columns
                .iter()
                .map(|column| row.get(column.name).cloned().into())
                .collect()
        };
        writer
            .push(batch.iter().map(cells).collect())
            .expect("written");
    }
    writer.finish().expect("ended");
    let bytes = out.0.lock().expect("unpoisoned");
    bytes.clone()
}

fn rows_of(answer: Vec<u8>) -> Vec<Row> {
    let reader = ArrowReader::open(Box::new(Cursor::new(answer))).expect("a stream");
    let rows = reader.flat_map(|batch| batch.expect("whole"));
    rows.map(|row| {
        let cells = row
            .columns()
            .map(|(name, text)| (name.to_owned(), text.to_owned()));
        cells.collect()
    })
    .collect()
}

fn row(cells: &[(&str, &str)]) -> Row {
    let cells = cells
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    cells.collect()
}

fn place(row: &Row) -> (String, String) {
    (row["file"].clone(), row["row"].clone())
}

fn in_order(mut rows: Vec<Row>) -> Vec<Row> {
    let number = |row: &Row, name: &str| row.get(name).and_then(|text| text.parse::<u64>().ok());
    rows.sort_by_key(|row| {
        (
            row["file"].clone(),
            number(row, "row"),
            number(row, "number"),
        )
    });
    rows
}

/// Of rows with one identifier the first, and the others.
fn first_of_each_id(listings: Vec<Row>) -> (Vec<Row>, Vec<Row>) {
    let mut seen = BTreeSet::new();
    let (kept, mut repeated): (Vec<Row>, Vec<Row>) = in_order(listings)
        .into_iter()
        .partition(|row| seen.insert(row["listing_id"].clone()));
    for row in &mut repeated {
        let first = (row["file"] == "a.csv").to_string();
        row.insert("kind".to_owned(), "repeated".to_owned());
        row.insert("first_file".to_owned(), first);
    }
    (kept, repeated)
}

/// Groups the facts that READ wrote, as a local scan does, into the tables that JUDGE reads.
fn write_relations(desk: &Desk, kept: &[Row]) {
    let spilled = desk.path("facts");
    let mut facts = Facts::create(&spilled, kept.len() as u64).expect("a folder");
    let text = |row: &Row, name: &str| -> Cell { row.get(name).cloned().into() };
    let truth = |row: &Row, name: &str| -> Cell { (row[name] == "true").into() };
    let number = |row: &Row, name: &str| -> Cell {
        row.get(name)
            .map(|text| text.parse::<f64>().expect("a number"))
            .into()
    };
    let list = |row: &Row, name: &str| -> Vec<String> {
        serde_json::from_str(&row[name]).expect("a list")
    };
    for row in kept {
        if let Some(seller) = row.get("seller_id") {
            let cells = [
                truth(row, "disguised"),
                truth(row, "slang"),
                number(row, "ratio"),
                Cell::Null,
            ];
            facts.push(Fact::Seller, seller, cells).expect("written");
            for brand in list(row, "brands") {
                facts
                    .push(Fact::Brand, seller, [brand.into()])
                    .expect("written");
            }
        }
        if let Some(product) = row.get("product") {
            let cells = [
                text(row, "seller_id"),
                number(row, "offer_ratio"),
                truth(row, "second_hand"),
                text(row, "picture"),
            ];
            facts.push(Fact::Product, product, cells).expect("written");
        }
        for key in list(row, "image_keys") {
            let cells = [text(row, "listing_id"), text(row, "seller_id")];
            facts.push(Fact::Image, &key, cells).expect("written");
        }
    }
    facts.finish().expect("written");
    let table = |name: &str, columns: &[Column]| {
        let folder = desk.path("relations").join(name);
        fs::create_dir_all(&folder).expect("folder made");
        Writer::create(&folder.join("part.parquet"), Format::Parquet, columns).expect("created")
    };
    let ints = |names: &[&'static str]| {
        names
            .iter()
            .map(|name| Column::new(name, Kind::Int))
            .collect::<Vec<_>>()
    };
    let of_seller = ints(&[
        "listings",
        "brands",
        "disguised",
        "slang",
        "priced",
        "below_half",
    ]);
    let both = ints(&["listings", "sellers"]);
    let mut sellers = table("sellers", &[texts(["seller_id"]), of_seller].concat());
    let mut images = table("images", &[texts(["image_key"]), both.clone()].concat());
    let mut products = table("products", &[texts(["product"]), both].concat());
    let ratio = [
        Column::new("second_hand", Kind::Bool),
        Column::new("ratio", Kind::Float),
    ];
    let mut offers = table("offers", &[&texts(["product"])[..], &ratio].concat());
    for shard in 0..SHARDS {
        for one in facts::sellers(&spilled, shard).expect("read") {
            let counts = [
                one.listings,
                one.brands,
                one.disguised,
                one.slang,
                one.priced,
                one.below_half,
            ];
            let cells = [vec![one.seller_id.into()], counts.map(Cell::from).to_vec()].concat();
            sellers.push(cells).expect("written");
        }
        for one in facts::images(&spilled, shard).expect("read") {
            let cells = vec![
                one.image_key.into(),
                one.listings.into(),
                one.sellers.into(),
            ];
            images.push(cells).expect("written");
        }
        for one in facts::products(&spilled, shard).expect("read") {
            let cells = vec![one.product.into(), one.listings.into(), one.sellers.into()];
            products.push(cells).expect("written");
        }
        for one in facts::offers(&spilled, shard).expect("read") {
            let cells = vec![one.product.into(), one.second_hand.into(), one.ratio.into()];
            offers.push(cells).expect("written");
        }
    }
    let mut matches = table(
        "matches",
        &[texts(["reference"]), ints(&["listings", "scored"])].concat(),
    );
    let mut shown: BTreeMap<String, i64> = BTreeMap::new();
    for reference in kept.iter().flat_map(|row| list(row, "shown")) {
        *shown.entry(reference).or_default() += 1;
    }
    for (reference, listings) in shown {
        let scored = i64::try_from(kept.len()).expect("few");
        let cells = vec![reference.into(), listings.into(), scored.into()];
        matches.push(cells).expect("written");
    }
    for table in [sellers, images, products, offers, matches] {
        table.finish().expect("written");
    }
}

fn texts<const N: usize>(names: [&'static str; N]) -> Vec<Column> {
    names.map(|name| Column::new(name, Kind::Text)).to_vec()
}

const SCORES: &[Column] = touchstone::export::scores::COLUMNS;
const REFUSED: &[Column] = &[
    Column::new("kind", Kind::Text),
    Column::new("file", Kind::Text),
    Column::new("row", Kind::Int),
    Column::new("listing_id", Kind::Text),
    Column::new("column", Kind::Text),
    Column::new("found", Kind::Text),
    Column::new("expected", Kind::Text),
    Column::new("first_file", Kind::Bool),
];

fn write_table(folder: &Path, rows: &[Row], columns: &[Column]) {
    fs::create_dir_all(folder).expect("folder made");
    let path = folder.join("part.parquet");
    let mut writer = Writer::create(&path, Format::Parquet, columns).expect("created");
    for row in rows {
        let cell = |column: &Column| -> Cell {
            let Some(text) = row.get(column.name) else {
                return Cell::Null;
            };
            match column.kind {
                Kind::Text => text.as_str().into(),
                Kind::Int => text.parse::<i64>().expect("a whole number").into(),
                Kind::Float => text.parse::<f64>().expect("a number").into(),
                Kind::Bool => (text == "true").into(),
            }
        };
        writer
            .push(columns.iter().map(cell).collect())
            .expect("written");
    }
    writer.finish().expect("written");
}

/// The files of a run that are to be the same wherever it was made.
fn outputs(run: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![run.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            let name = path.strip_prefix(run).expect("below").to_owned();
            let own = ["timings.json", "metrics.prom", "signals"];
            if own.iter().any(|own| name == Path::new(own)) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(name, fs::read(path).expect("readable"));
            }
        }
    }
    found
}
