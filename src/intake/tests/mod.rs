//! Every family of feeds on a file that a person can read, and the sums on any bytes at all.

mod amazon;
mod canonical;
mod columns;
mod labels;
mod prices;
mod products;
mod schema_org;
mod shopify;
mod sums;

use std::path::PathBuf;

use super::{Batch, IntakeError, Listings, Products, Reject};
use crate::record::{Listing, Product};

fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    (folder, path)
}

fn joined<T>(
    batches: impl Iterator<Item = Result<Batch<T>, IntakeError>>,
) -> Result<Batch<T>, IntakeError> {
    let mut all = Batch::default();
    for batch in batches {
        let batch = batch?;
        all.rows += batch.rows;
        all.folded += batch.folded;
        all.records.extend(batch.records);
        all.rejects.extend(batch.rejects);
        all.notes.extend(batch.notes);
        all.without_currency += batch.without_currency;
    }
    let became = all.records.len() as u64 + all.folded + all.rejects.len() as u64;
    assert_eq!(all.rows, became, "rows = records + folded + rejects");
    Ok(all)
}

/// A feed read in chunks of two rows, so that groups cross their borders.
fn read(name: &str, text: &str) -> Batch<Listing> {
    let (_folder, path) = file(name, text.as_bytes());
    joined(Listings::open(&path, 2).expect("opened")).expect("read")
}

fn read_products(name: &str, text: &str) -> (Batch<Product>, super::BrandColumns) {
    let (_folder, path) = file(name, text.as_bytes());
    let mut products = Products::open(&path, "luma".into(), 2).expect("opened");
    let batch = joined(products.by_ref()).expect("read");
    (batch, products.brand_columns().clone())
}

/// Rejects or notes as `row column: found`.
fn shown(rejects: &[Reject]) -> Vec<String> {
    rejects
        .iter()
        .map(|reject| format!("{} {}: {}", reject.row, reject.column, reject.found))
        .collect()
}

fn ids(batch: &Batch<Listing>) -> Vec<&str> {
    batch
        .records
        .iter()
        .map(|listing| listing.id.as_str())
        .collect()
}

fn money(amount: Option<crate::record::Money>) -> String {
    amount.map_or("none".to_owned(), |amount| amount.to_string())
}
