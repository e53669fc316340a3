//! All drafts as rows, for a marketplace's own form.

use super::Draft;
use crate::export::report::web_address;
use crate::table::{Cell, Column, Kind, guarded};

/// The columns, in order.
pub const COLUMNS: &[Column] = &[
    Column::new("listing_id", Kind::Text),
    Column::new("link", Kind::Text),
    Column::new("seller_id", Kind::Text),
    Column::new("brand", Kind::Text),
    Column::new("contact", Kind::Text),
    Column::new("ground", Kind::Text),
    Column::new("right_type", Kind::Text),
    Column::new("right_number", Kind::Text),
    Column::new("right_office", Kind::Text),
    Column::new("right_territories", Kind::Text),
    Column::new("explanation", Kind::Text),
    Column::new("reason", Kind::Text),
    Column::new("decided_at", Kind::Text),
    Column::new("decision", Kind::Text),
];

/// One draft as a table of CSV with its header.
///
/// # Errors
/// What the writer says.
pub fn csv(draft: &Draft<'_>) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS.iter().map(|column| column.name))?;
    let cells = cells(draft);
    let texts = cells.iter().map(|cell| cell.as_text().unwrap_or_default());
    writer.write_record(texts.map(|text| guarded(text).into_owned()))?;
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// One draft as a row of [`COLUMNS`].
pub fn cells(draft: &Draft<'_>) -> Vec<Cell> {
    let candidate = draft.candidate;
    let right = &draft.right;
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned()).into();
    vec![
        candidate.listing_id.as_str().into(),
        web_address(&candidate.link).into(),
        text(candidate.seller_id.as_str()),
        draft.brand.name.as_str().into(),
        text(&draft.brand.contact),
        draft.ground.as_str().into(),
        right.kind.as_str().into(),
        text(&right.number),
        text(&right.office),
        text(&right.territories.join(";")),
        text(&draft.because),
        text(&draft.decision.reason),
        draft.decision.decided_at.to_string().into(),
        draft.entry.into(),
    ]
}
