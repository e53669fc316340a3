//! Readers, writers and group-bys on files that a person can read.

mod arrow;
mod csv;
mod facts;
mod ndjson;
mod parquet;
mod round_trip;

use std::path::PathBuf;

use super::{BadRow, Chunks, RawRow, TableError};

/// A file of the given name and bytes, and the folder that it lives in as long as it is kept.
fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    (folder, path)
}

/// Every row of a file, read in chunks of three.
fn rows(name: &str, bytes: impl AsRef<[u8]>) -> Result<Vec<Result<RawRow, BadRow>>, TableError> {
    let (_folder, path) = file(name, bytes.as_ref());
    let mut rows = Vec::new();
    for chunk in Chunks::open(&path, 3)? {
        let chunk = chunk?;
        assert!((1..=3).contains(&chunk.len()));
        rows.extend(chunk);
    }
    Ok(rows)
}

/// The rows as `1 a=x b=y`, bad ones as `2 BAD column: found`.
fn shown(name: &str, bytes: impl AsRef<[u8]>) -> Vec<String> {
    let show = |row: Result<RawRow, BadRow>| match row {
        Ok(row) => {
            let cells = row
                .columns()
                .map(|(name, value)| format!(" {name}={value}"));
            format!("{}{}", row.row(), cells.collect::<String>())
        }
        Err(bad) => format!("{} BAD {}: {}", bad.row, bad.column, bad.found),
    };
    rows(name, bytes)
        .expect("a readable file")
        .into_iter()
        .map(show)
        .collect()
}

fn refusal(name: &str, bytes: impl AsRef<[u8]>) -> String {
    rows(name, bytes).expect_err("refused").to_string()
}
