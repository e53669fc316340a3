//! Real titles from the folder of data.

use std::error::Error;
use std::path::Path;

/// Files below the folder and the columns that hold a title: shops' products, and what replica buyers pass around.
pub const MIXED: [(&str, &str); 7] = [
    ("matching/abt_buy/left.csv", "name"),
    ("matching/abt_buy/right.csv", "name"),
    ("matching/amazon_google/left.csv", "title"),
    ("matching/amazon_google/right.csv", "title"),
    ("matching/walmart_amazon/left.csv", "title"),
    ("matching/walmart_amazon/right.csv", "title"),
    ("replicas/listings.csv", "title"),
];

/// The titles of all `files`, in their order.
pub fn read(data: &Path, files: &[(&str, &str)]) -> Result<Vec<String>, Box<dyn Error>> {
    let mut titles = Vec::new();
    for (file, column) in files {
        let mut rows = csv::Reader::from_path(data.join(file))?;
        let place = rows.headers()?.iter().position(|name| name == *column);
        let place = place.ok_or_else(|| format!("{file} has no column {column}"))?;
        for row in rows.records() {
            titles.push(row?.get(place).unwrap_or("").to_owned());
        }
    }
    Ok(titles)
}
