use std::path::Path;

use crate::model::assess::Outcome;
use crate::table::{Column, Format, Kind, TableError, Writer};

/// The columns of the table with one row a listing.
pub const COLUMNS: &[Column] = &[
    Column::new("listing_id", Kind::Text),
    Column::new("seller", Kind::Text),
    Column::new("brand", Kind::Text),
    Column::new("kind", Kind::Text),
    Column::new("language", Kind::Text),
    Column::new("country", Kind::Text),
    Column::new("age_days", Kind::Int),
    Column::new("sales", Kind::Int),
    Column::new("probability", Kind::Float),
    Column::new("fake", Kind::Bool),
    Column::new("flagged", Kind::Bool),
    Column::new("queued", Kind::Bool),
];

/// Writes one row a labelled listing, in the order given.
///
/// # Errors
/// When the file cannot be written.
pub fn write_rows(path: &Path, format: Format, outcomes: &[Outcome]) -> Result<(), TableError> {
    let mut writer = Writer::create(path, format, COLUMNS)?;
    for one in outcomes {
        writer.push(vec![
            one.listing_id.as_str().into(),
            one.seller.as_str().into(),
            one.brand.as_str().into(),
            one.kind.as_str().into(),
            one.language.as_str().into(),
            one.country.as_str().into(),
            one.age_days.into(),
            one.sales.into(),
            one.probability.into(),
            one.fake.into(),
            one.flagged.into(),
            one.queued.into(),
        ])?;
    }
    writer.finish()?;
    Ok(())
}
