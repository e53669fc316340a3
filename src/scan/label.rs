//! Labelled feeds as training rows, by the same READ and RELATE as a scan.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::candidates::{Offer, ground};
use crate::features::{FeatureRow, Input};
use crate::intake::{Label, Labels};
use crate::model::LabelledRow;
use crate::reference::Catalog;
use crate::signals::{ReadListing, Relations};

use super::relate::{Related, SpillPaths};
use super::{Engine, Progress, ReferenceFiles, ScanError, Settings, spill};

/// A feed with what is known of its listings.
pub struct LabelledFeed<'a> {
    /// Set before every listing's and seller's identifier, so that several feeds do not collide.
    pub name: &'a str,
    /// The feed's files.
    pub feeds: &'a [PathBuf],
    /// What to hold it against.
    pub catalogs: Vec<Catalog>,
    /// Where the catalogs' images are.
    pub files: &'a ReferenceFiles,
    /// What is known of its listings.
    pub labels: &'a Labels,
}

/// The cues of every labelled listing that could be read, in the order of their keys.
///
/// `scratch` is an empty folder for what READ spills; memory grows with the labelled rows.
///
/// # Errors
/// When a file cannot be read or written.
pub fn labelled_rows(
    feed: LabelledFeed<'_>,
    settings: &Settings,
    scratch: &Path,
    progress: &dyn Progress,
) -> Result<Vec<LabelledRow>, ScanError> {
    let engine = Engine::new(feed.catalogs, settings, feed.files, None)?.for_feeds(feed.feeds)?;
    let signals = scratch.join("signals");
    spill::fresh_folder(&signals)?;
    let feeds = spill::Feeds {
        files: feed.feeds,
        earlier: &[],
    };
    spill::read_feeds(&engine, &feeds, settings, scratch, progress)?;
    let paths = SpillPaths::below(&signals);
    let related = Related::read(&paths, engine.reference(), settings.as_of)?;
    let labels: BTreeMap<&str, &Label> = feed
        .labels
        .labels
        .iter()
        .map(|label| (label.listing_id.as_str(), label))
        .collect();
    let reference = engine.reference();
    let covered = |read: &ReadListing| {
        let offer = Offer::of(&read.listing, &read.signals, reference, &settings.market);
        ground::route(
            &read.signals,
            |id| reference.brand(id),
            &offer,
            settings.as_of,
        )
        .is_ok()
    };
    let mut rows = Vec::new();
    spill::for_each_chunk(&paths, settings.chunk_rows, |spilled| {
        for row in spilled {
            let mut read = row.parse()?;
            // What can never be a candidate teaches nothing about candidates.
            if read.signals.authorised() {
                continue;
            }
            if let Some(label) = labels.get(read.listing.id.as_str()) {
                let relations = related.join(&mut read, reference);
                rows.push(labelled(feed.name, &read, &relations, label, covered));
            }
        }
        Ok(())
    })?;
    Ok(rows)
}

fn labelled(
    name: &str,
    read: &ReadListing,
    relations: &Relations,
    label: &Label,
    covered: impl Fn(&ReadListing) -> bool,
) -> LabelledRow {
    let input = Input {
        listing: &read.listing,
        signals: &read.signals,
        relations,
    };
    let group = match label.group.as_str() {
        "" => read.listing.seller.id.as_str(),
        group => group,
    };
    LabelledRow {
        listing_id: format!("{name}/{}", read.listing.id).into(),
        seller_id: format!("{name}/{group}").into(),
        brand: read.signals.subject().cloned().unwrap_or_default(),
        day: read.listing.listed_at,
        fake: label.fake,
        kind: label.kind.clone(),
        covered: covered(read),
        features: FeatureRow::new(&input),
    }
}
