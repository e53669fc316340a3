//! Listings of a finished run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::relate::SpillPaths;
use super::{ScanError, spill};
use crate::record::ListingId;
use crate::signals::ReadListing;

/// Those of the listings `wanted` that the run in the folder `run` scored, as it read them.
///
/// # Errors
/// When the run's files cannot be read.
pub fn listings_of(
    run: &Path,
    wanted: &BTreeSet<ListingId>,
) -> Result<BTreeMap<ListingId, ReadListing>, ScanError> {
    const CHUNK_ROWS: usize = 4096;
    let mut found = BTreeMap::new();
    spill::for_each_chunk(
        &SpillPaths::below(&run.join("signals")),
        CHUNK_ROWS,
        |rows| {
            for row in rows {
                if wanted.contains(row.listing_id.as_str()) {
                    let read = row.parse()?;
                    found.insert(read.listing.id.clone(), read);
                }
            }
            Ok(())
        },
    )?;
    Ok(found)
}
