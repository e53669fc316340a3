//! Cases for programs and for an investigator: as tables, and one as a page.
//!
//! NDJSON carries the whole [`Case`], Parquet and CSV are flat, one row a case.

mod page;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::rings::{Case, TieKind};
use crate::table::{Cell, Column, Format, Kind, Writer};

use super::ExportError;

pub use page::{Decided, Origin, Queued, page};

/// The columns of `cases.parquet`, in order.
pub const COLUMNS: &[Column] = &[
    Column::new("case_id", Kind::Text),
    Column::new("priority", Kind::Float),
    Column::new("expected", Kind::Float),
    Column::new("sellers", Kind::Int),
    Column::new("listings", Kind::Int),
    Column::new("tied", Kind::Int),
    Column::new("queued", Kind::Int),
    Column::new("brands", Kind::Text),
    Column::new("first_seen", Kind::Text),
    Column::new("new_sellers", Kind::Int),
    Column::new("gone_sellers", Kind::Int),
    Column::new("new_listings", Kind::Int),
    Column::new("density", Kind::Float),
    Column::new("shared", Kind::Text),
    Column::new("seller_ids", Kind::Text),
];

/// Writes the cases to `path`.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, format: Format, cases: &[Case]) -> Result<(), ExportError> {
    if matches!(format, Format::Ndjson) {
        let io = |source| ExportError::Io {
            path: path.to_owned(),
            source,
        };
        let mut out = BufWriter::new(File::create(path).map_err(io)?);
        for case in cases {
            let line = serde_json::to_string(case)?;
            writeln!(out, "{line}").map_err(io)?;
        }
        return out.flush().map_err(io);
    }
    let mut writer = Writer::create(path, format, COLUMNS)?;
    for case in cases {
        writer.push(cells(case))?;
    }
    writer.finish()?;
    Ok(())
}

/// One case as a row of [`COLUMNS`].
pub fn cells(case: &Case) -> Vec<Cell> {
    let growth = case.growth.as_ref();
    let brands = case
        .brands
        .iter()
        .map(|(brand, listings)| format!("{brand}={listings}"));
    let shared = TieKind::ALL.into_iter().filter_map(|kind| {
        let things = case
            .shared
            .iter()
            .filter(|thing| thing.kind == kind)
            .count();
        (things > 0).then(|| format!("{}={things}", kind.as_str()))
    });
    let sellers = case
        .sellers
        .iter()
        .map(|seller| seller.seller_id.to_string());
    vec![
        case.id.as_str().into(),
        case.priority.into(),
        case.expected.into(),
        (case.sellers.len() as i64).into(),
        case.listings.into(),
        case.tied.into(),
        case.queued.into(),
        joined(brands),
        case.first_seen.to_string().into(),
        growth.map(|growth| growth.new_sellers as i64).into(),
        growth.map(|growth| growth.gone_sellers as i64).into(),
        growth.map(|growth| growth.listings).into(),
        case.density.into(),
        joined(shared),
        joined(sellers),
    ]
}

fn joined(parts: impl Iterator<Item = String>) -> Cell {
    let text = parts.collect::<Vec<_>>().join(";");
    if text.is_empty() {
        Cell::Null
    } else {
        text.into()
    }
}
