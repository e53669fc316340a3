//! Streams over a pipe, as other engines write and read them.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use super::super::{ArrowReader, ArrowWriter, Cell, Column, Kind};

const COLUMNS: &[Column] = &[
    Column::new("title", Kind::Text),
    Column::new("stock", Kind::Int),
    Column::new("price", Kind::Float),
    Column::new("used", Kind::Bool),
];

/// An output whose bytes can be looked at.
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

fn row(title: &str) -> Vec<Cell> {
    vec![title.into(), 3_i64.into(), 12.5.into(), true.into()]
}

fn stream(batches: Vec<Vec<Vec<Cell>>>) -> Vec<u8> {
    let out = Shared::default();
    let mut writer = ArrowWriter::new(Box::new(out.clone()), COLUMNS).expect("a schema");
    for batch in batches {
        writer.push(batch).expect("written");
    }
    writer.finish().expect("ended");
    let bytes = out.0.lock().expect("unpoisoned");
    bytes.clone()
}

/// The batches of a stream: of each row its number and texts.
fn read(bytes: Vec<u8>) -> Result<Vec<Vec<String>>, String> {
    let reader = ArrowReader::open(Box::new(io::Cursor::new(bytes)));
    let reader = reader.map_err(|error| error.to_string())?;
    let batches = reader.map(|batch| {
        let rows = batch.map_err(|error| error.to_string())?.into_iter();
        let shown = rows.map(|row| {
            let cells: Vec<String> = row
                .columns()
                .map(|(name, text)| format!("{name}={text}"))
                .collect();
            format!("{} {}", row.row(), cells.join(" "))
        });
        Ok(shown.collect())
    });
    batches.collect()
}

#[test]
fn batches_come_back_one_by_one_with_rows_numbered_over_all() {
    let bytes = stream(vec![
        vec![row("red bag"), vec![Cell::Null; 4]],
        Vec::new(),
        vec![row("鞋")],
    ]);
    let expected = vec![
        vec![
            "1 title=red bag stock=3 price=12.5 used=true".to_owned(),
            "2 ".to_owned(),
        ],
        vec![],
        vec!["3 title=鞋 stock=3 price=12.5 used=true".to_owned()],
    ];
    assert_eq!(read(bytes), Ok(expected));
}

/// Whoever wrote it failed: nobody knows what is missing.
#[test]
fn a_stream_that_breaks_off_is_an_error_wherever_it_does() {
    let whole = stream(vec![vec![row("red bag")], vec![row("blue bag")]]);
    for length in 0..whole.len() {
        let error = read(whole[..length].to_vec()).expect_err("cut off");
        assert!(
            error.contains("a whole Arrow IPC stream"),
            "{length}: {error}"
        );
    }
}

#[test]
fn what_is_no_stream_is_refused_and_not_run_out_of_memory_by() {
    let lies = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3];
    for bytes in [b"listing_id,title\n1,bag\n".to_vec(), lies.to_vec()] {
        let error = read(bytes).expect_err("no stream");
        assert!(error.contains("a whole Arrow IPC stream"), "{error}");
    }
}
