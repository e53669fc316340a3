//! `scores.parquet`: one row a scored listing, whether it became a candidate or not.

use std::path::Path;

use crate::candidates::{Candidate, NoCandidate, families};
use crate::model::Scored;
use crate::signals::Signals;
use crate::table::{Cell, Column, Format, Kind, TableError, Writer};

/// The columns of `scores.parquet`, in order.
pub const COLUMNS: &[Column] = &[
    Column::new("listing_id", Kind::Text),
    Column::new("seller_id", Kind::Text),
    Column::new("brand", Kind::Text),
    Column::new("probability", Kind::Float),
    Column::new("log_odds", Kind::Float),
    Column::new("families", Kind::Text),
    Column::new("ground", Kind::Text),
    Column::new("action", Kind::Text),
    Column::new("why_not", Kind::Text),
];

/// Writes scores as JUDGE comes by.
pub struct ScoreWriter(Writer);

impl ScoreWriter {
    /// Starts the table at `path`.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn create(path: &Path, format: Format) -> Result<Self, TableError> {
        Writer::create(path, format, COLUMNS).map(Self)
    }

    /// Adds one listing.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn push(
        &mut self,
        seller_id: &str,
        signals: &Signals,
        scored: &Scored,
        verdict: &Result<Candidate, NoCandidate>,
    ) -> Result<(), TableError> {
        self.0.push(cells(seller_id, signals, scored, verdict))
    }

    /// Adds a row of [`COLUMNS`] that was made elsewhere.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn push_cells(&mut self, cells: Vec<Cell>) -> Result<(), TableError> {
        self.0.push(cells)
    }

    /// Closes the table; gives the number of rows.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(self) -> Result<u64, TableError> {
        self.0.finish()
    }
}

/// One listing as a row of [`COLUMNS`]: the brand is the candidate's, else what the listing seems to be about.
pub fn cells(
    seller_id: &str,
    signals: &Signals,
    scored: &Scored,
    verdict: &Result<Candidate, NoCandidate>,
) -> Vec<Cell> {
    let (candidate, why_not) = match verdict {
        Ok(candidate) => (Some(candidate), None),
        Err(why_not) => (None, Some(why_not.as_str())),
    };
    let brand = candidate
        .map(|candidate| &candidate.brand)
        .or_else(|| signals.subject());
    let families: Vec<&str> = families(scored)
        .iter()
        .map(|family| family.as_str())
        .collect();
    vec![
        signals.listing_id.as_str().into(),
        seller_id.into(),
        brand.map(|brand| brand.to_string()).into(),
        scored.probability.get().into(),
        scored.log_odds.into(),
        (!families.is_empty()).then(|| families.join(";")).into(),
        candidate
            .map(|candidate| candidate.ground.as_str().to_owned())
            .into(),
        candidate
            .map(|candidate| candidate.action.as_str().to_owned())
            .into(),
        why_not.map(str::to_owned).into(),
    ]
}
