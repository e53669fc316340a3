//! What people decided on as training rows, with the cues that their runs saw.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::candidates::{Decision, DecisionKind, Offer, ground};
use crate::features::{FeatureRow, Input};
use crate::model::LabelledRow;
use crate::record::{ContentHash, Listing, ListingId, SellerId};
use crate::reference::Reference;
use crate::signals::ReadListing;
use crate::store::Store;
use crate::workspace::Workspace;

use super::manifest::Manifest;
use super::relate::{Related, SpillPaths};
use super::{Prior, ScanError, catalogs_of, spill};

/// Listings read at a time.
const CHUNK_ROWS: usize = 4096;

/// Decided listings with their cues.
#[derive(Clone, Debug, PartialEq)]
pub struct DecidedRows {
    /// One for each listing that was confirmed or cleared, by run and in its order.
    pub rows: Vec<LabelledRow>,
    /// Runs that they are of.
    pub runs: u64,
    /// Settled decisions whose run, or its signals, are gone, or which name a listing that it did not score.
    pub lost: u64,
    /// The hash of the log's last entry, which stands for all of them.
    pub log: ContentHash,
}

/// The cues of every listing that was confirmed or cleared, as the run saw it that queued it: what people decided on,
/// not what it became later.
///
/// Only what stands and needs no second reviewer counts; of a listing decided on under several brands one confirmation
/// makes it a fake. Memory grows with the decisions.
///
/// # Errors
/// When the log is not whole, a run cannot be read, or its catalogs are not kept any more.
pub fn decided_rows(workspace: &Workspace, store: &Store) -> Result<DecidedRows, ScanError> {
    // Nothing is to follow from a log that is not whole.
    let head = Prior::of(store)?.head.unwrap_or_default();
    let mut by_run: BTreeMap<String, BTreeMap<ListingId, Decision>> = BTreeMap::new();
    for decision in store
        .standing_decisions()?
        .into_iter()
        .map(|entry| entry.decision)
    {
        if !decision.is_settled() {
            continue;
        }
        let run = by_run.entry(decision.run.clone()).or_default();
        let confirmed = |decision: &Decision| decision.kind == DecisionKind::Confirm;
        match run.get(&decision.listing_id) {
            Some(other) if confirmed(other) || !confirmed(&decision) => {}
            _ => {
                run.insert(decision.listing_id.clone(), decision);
            }
        }
    }
    let mut found = DecidedRows {
        rows: Vec::new(),
        runs: 0,
        lost: 0,
        log: ContentHash::of(head.as_bytes()),
    };
    for (name, decisions) in by_run {
        // A run that a cluster made keeps its queue alone, without what only the whole feed tells.
        let kept = |folder: &PathBuf| spilled(folder).is_whole();
        let rows = match workspace.run(&name).filter(kept) {
            Some(folder) => of_run(&folder, &name, &decisions, store)?,
            None => Vec::new(),
        };
        found.runs += u64::from(!rows.is_empty());
        found.lost += (decisions.len() - rows.len()) as u64;
        found.rows.extend(rows);
    }
    Ok(found)
}

fn of_run(
    folder: &Path,
    name: &str,
    decisions: &BTreeMap<ListingId, Decision>,
    store: &Store,
) -> Result<Vec<LabelledRow>, ScanError> {
    let manifest = Manifest::read(folder)?;
    let reference = Reference::new(catalogs_of(store, &manifest)?);
    let paths = spilled(folder);
    let as_of = manifest.as_of;
    let related = Related::read(&paths, &reference, as_of)?.without(&manifest.set_aside);
    let covered = |read: &ReadListing| {
        let offer = Offer::of(
            &read.listing,
            &read.signals,
            &reference,
            &manifest.settings.market,
        );
        ground::route(&read.signals, |id| reference.brand(id), &offer, as_of).is_ok()
    };
    let mut rows = Vec::new();
    spill::for_each_chunk(&paths, CHUNK_ROWS, |spilled| {
        for row in spilled {
            let Some(decision) = decisions.get(row.listing_id.as_str()) else {
                continue;
            };
            let mut read = row.parse()?;
            let relations = related.join(&mut read, &reference);
            let input = Input {
                listing: &read.listing,
                signals: &read.signals,
                relations: &relations,
            };
            rows.push(LabelledRow {
                listing_id: format!("{name}/{}", read.listing.id).into(),
                // One marketplace: a seller is the same in every run.
                seller_id: seller(&read.listing),
                brand: decision.brand.clone(),
                day: Some(day(decision)),
                fake: decision.kind == DecisionKind::Confirm,
                kind: kind(decision),
                covered: covered(&read),
                features: FeatureRow::new(&input),
            });
        }
        Ok(())
    })?;
    Ok(rows)
}

fn spilled(run: &Path) -> SpillPaths {
    SpillPaths::below(&run.join("signals"))
}

/// Who offers it; nobody knows that two listings without a seller are of one.
fn seller(listing: &Listing) -> SellerId {
    match listing.seller.id.as_str() {
        "" => listing.id.as_str().into(),
        _ => listing.seller.id.clone(),
    }
}

/// The day of the decision, in UTC wherever it was made.
fn day(decision: &Decision) -> Date {
    decision.decided_at.to_zoned(TimeZone::UTC).date()
}

/// The reason that was given, else the decision.
fn kind(decision: &Decision) -> String {
    match decision.reason.as_str() {
        "" => decision.kind.as_str().to_owned(),
        reason => reason.to_owned(),
    }
}
