use proptest::prelude::*;

use crate::table::{Cell, Column, Format, Kind, Writer, read_cells};

const COLUMNS: &[Column] = &[
    Column::new("name", Kind::Text),
    Column::new("count", Kind::Int),
    Column::new("share", Kind::Float),
    Column::new("known", Kind::Bool),
    Column::new("last", Kind::Text),
];

const FORMATS: [Format; 3] = [Format::Csv, Format::Ndjson, Format::Parquet];

fn written(format: Format, rows: &[Vec<Cell>]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("table");
    let mut writer = Writer::create(&path, format, COLUMNS).expect("created");
    for row in rows {
        writer.push(row.clone()).expect("pushed");
    }
    assert_eq!(writer.finish().expect("finished"), rows.len() as u64);
    (folder, path)
}

fn read(format: Format, path: &std::path::Path) -> Vec<Vec<Cell>> {
    let chunks = read_cells(path, format, COLUMNS, 2).expect("opened");
    chunks.flat_map(|chunk| chunk.expect("a chunk")).collect()
}

/// Equal, but for the last digit of a float in NDJSON.
fn same(format: Format, read: &Cell, written: &Cell) -> bool {
    match (read, written) {
        (Cell::Float(a), Cell::Float(b)) if format == Format::Ndjson => {
            (a - b).abs() <= b.abs() * 4.0 * f64::EPSILON
        }
        _ => read == written,
    }
}

fn text() -> impl Strategy<Value = Cell> {
    // Any text, and ones made of what tables trip over; empty ones come back as null.
    let hard = "['=+@,;|\"\t\r\n \\\\{}\\[\\]a0é👜-]{1,12}";
    let text = prop_oneof![any::<String>(), hard.prop_map(|text: String| text)];
    let cell = text.prop_map(|text| {
        if text.is_empty() {
            Cell::Null
        } else {
            Cell::Text(text)
        }
    });
    prop_oneof![1 => Just(Cell::Null), 5 => cell]
}

fn row() -> impl Strategy<Value = Vec<Cell>> {
    let count = any::<Option<i64>>().prop_map(Cell::from);
    let share =
        prop::option::of(prop::num::f64::NORMAL | prop::num::f64::ZERO).prop_map(Cell::from);
    let known = any::<Option<bool>>().prop_map(Cell::from);
    (text(), count, share, known, text()).prop_map(|(a, b, c, d, e)| vec![a, b, c, d, e])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec(row(), 0..8)) {
        for format in FORMATS {
            let (_folder, path) = written(format, &rows);
            if format == Format::Ndjson && rows.is_empty() {
                continue; // An empty file has no lines to tell NDJSON by.
            }
            let read = read(format, &path);
            prop_assert_eq!(read.len(), rows.len());
            for (read, written) in read.iter().flatten().zip(rows.iter().flatten()) {
                prop_assert!(same(format, read, written), "{:?}: {:?} for {:?}", format, read, written);
            }
        }
    }

    #[test]
    fn no_csv_cell_starts_a_formula(text in "['=+@\t\r-]{0,3}.{0,5}") {
        let row = vec![Cell::from(text), Cell::Null, Cell::Null, Cell::Null, Cell::Null];
        let (_folder, path) = written(Format::Csv, &[row]);
        let mut reader = csv::Reader::from_path(path).expect("readable");
        let record = reader.records().next().expect("one").expect("good");
        prop_assert!(!record[0].starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", &record[0]);
    }
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let rows: Vec<Vec<Cell>> = (0..40_000u64)
        .map(|n| {
            vec![
                format!("name {}", n % 97).into(),
                n.into(),
                (n as f64 / 7.0).into(),
                (n % 2 == 0).into(),
                Cell::Null,
            ]
        })
        .collect();
    for format in FORMATS {
        let bytes = || {
            let (_folder, path) = written(format, &rows);
            std::fs::read(path).expect("readable")
        };
        assert_eq!(bytes(), bytes(), "{format:?}");
    }
    let (_folder, path) = written(Format::Parquet, &rows);
    assert_eq!(read(Format::Parquet, &path), rows);
}

#[test]
fn cells_that_do_not_fit_are_errors() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut writer =
        Writer::create(&folder.path().join("t.csv"), Format::Csv, COLUMNS).expect("created");
    let nulls = || vec![Cell::Null; 5];
    let mut wrong = nulls();
    wrong[1] = "seven".into();
    let error = writer.push(wrong).expect_err("no number").to_string();
    assert!(
        error.contains("row 1, column count: found \"Text(\\\"seven\\\")\""),
        "{error}"
    );
    assert!(writer.push(nulls()[1..].to_vec()).is_err());
    let mut infinite = nulls();
    infinite[2] = f64::INFINITY.into();
    writer.push(infinite).expect("written as nothing");
    assert_eq!(writer.finish().expect("finished"), 1);
}

#[test]
fn a_table_of_another_version_is_an_error() {
    let (_folder, path) = super::file("t.csv", b"name,count\na,x\n");
    let missing = read_cells(&path, Format::Csv, COLUMNS, 10)
        .err()
        .expect("no column share")
        .to_string();
    assert!(
        missing.contains("column share") && missing.contains("name, count"),
        "{missing}"
    );
    let mut chunks = read_cells(&path, Format::Csv, &COLUMNS[..2], 10).expect("opened");
    let wrong = chunks
        .next()
        .expect("a chunk")
        .expect_err("x is no number")
        .to_string();
    assert!(
        wrong.contains("row 1, column count: found \"x\", expected a whole number"),
        "{wrong}"
    );
}
