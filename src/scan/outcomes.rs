//! A run's labelled listings, one by one, as they are assessed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::candidates::NoCandidate;
use crate::export::scores::COLUMNS;
use crate::intake::{Label, Labels};
use crate::model::assess::Outcome;
use crate::signals::{ReadListing, SellerRelation};
use crate::table::{Cell, Column, Format, Kind, read_cells};

use super::manifest::Manifest;
use super::relate::SpillPaths;
use super::{ScanError, spill};

/// The labelled listings of a finished run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    /// Those that were scored, by probability, the highest first, then by listing. Listings of sellers whom the
    /// owners of all their brands authorised are left out: they can never be candidates.
    pub scored: Vec<Outcome>,
    /// Labelled fakes that the run did not score: rejected, or not in its feed.
    pub fakes_not_scanned: u64,
}

/// Rows read at a time.
const CHUNK: usize = 16_384;

/// Holds every labelled listing of the finished run in `run`, whose manifest is `manifest`, beside its label.
/// Memory grows with the labels.
///
/// # Errors
/// When the run's scores or kept signals cannot be read.
pub fn outcomes(run: &Path, manifest: &Manifest, labels: &Labels) -> Result<Outcomes, ScanError> {
    let mut left: BTreeMap<&str, &Label> = labels
        .labels
        .iter()
        .map(|label| (label.listing_id.as_str(), label))
        .collect();
    let mut found: BTreeMap<String, Outcome> = BTreeMap::new();
    for chunk in read_cells(&run.join("scores.parquet"), Format::Parquet, COLUMNS, CHUNK)? {
        for row in chunk? {
            let text = |at: usize| row.get(at).and_then(Cell::as_text).unwrap_or_default();
            let Some(label) = left.remove(text(0)) else {
                continue;
            };
            let why_not = text(COLUMNS.len() - 1);
            if why_not == NoCandidate::AuthorisedSeller.as_str() {
                continue;
            }
            found.insert(
                text(0).to_owned(),
                Outcome {
                    listing_id: text(0).to_owned(),
                    seller: seller(label, text(1)),
                    brand: text(2).to_owned(),
                    kind: label.kind.clone(),
                    probability: row.get(3).and_then(Cell::as_float).unwrap_or_default(),
                    fake: label.fake,
                    flagged: why_not.is_empty(),
                    ..Outcome::default()
                },
            );
        }
    }
    let paths = SpillPaths::below(&run.join("signals"));
    let mut seen: BTreeSet<String> = BTreeSet::new();
    spill::for_each_chunk(&paths, CHUNK, |rows| {
        for row in rows {
            // A listing of the same name again is not the one that was labelled.
            if let Some(outcome) = found.get_mut(row.listing_id.as_str())
                && seen.insert(outcome.listing_id.clone())
            {
                describe(outcome, &row.parse()?, manifest);
            }
        }
        Ok(())
    })?;
    let mut scored: Vec<Outcome> = found.into_values().collect();
    scored.sort_by(|a, b| {
        b.probability
            .total_cmp(&a.probability)
            .then_with(|| a.listing_id.cmp(&b.listing_id))
    });
    let queued = queued(run)?;
    for outcome in &mut scored {
        outcome.queued = outcome.flagged && queued.contains(&outcome.listing_id);
    }
    Ok(Outcomes {
        scored,
        fakes_not_scanned: left.into_values().filter(|label| label.fake).count() as u64,
    })
}

/// The listings of the run's queue.
fn queued(run: &Path) -> Result<BTreeSet<String>, ScanError> {
    let columns = [Column::new("listing_id", Kind::Text)];
    let mut queued = BTreeSet::new();
    for chunk in read_cells(
        &run.join("candidates.parquet"),
        Format::Parquet,
        &columns,
        CHUNK,
    )? {
        let ids = chunk?.into_iter().flatten();
        queued.extend(ids.filter_map(|id| id.as_text().map(str::to_owned)));
    }
    Ok(queued)
}

/// The ring or the seller that the label names, else the feed's seller.
fn seller(label: &Label, of_feed: &str) -> String {
    match label.group.as_str() {
        "" => of_feed.to_owned(),
        group => group.to_owned(),
    }
}

/// What the listing says of itself and of its seller.
fn describe(outcome: &mut Outcome, read: &ReadListing, manifest: &Manifest) {
    let seller = &read.listing.seller;
    outcome.language = read.signals.reading.language.clone().unwrap_or_default();
    outcome.country = seller.country.clone();
    outcome.age_days = SellerRelation::age_days(seller, manifest.as_of);
    outcome.sales = seller.sales;
}
