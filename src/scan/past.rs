//! What a finished run was made from: its listings, and the catalogs that it was held against.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::manifest::{CatalogFacts, Manifest};
use super::relate::SpillPaths;
use super::{ScanError, spill};
use crate::record::{BrandId, ListingId};
use crate::reference::Catalog;
use crate::signals::ReadListing;
use crate::store::Store;

/// The very versions of the catalogs that a run was held against.
///
/// # Errors
/// [`ScanError::NoCatalog`] when the workspace does not keep one of them, else when the database cannot be read.
pub fn catalogs_of(store: &Store, manifest: &Manifest) -> Result<Vec<Catalog>, ScanError> {
    let of = |facts: &CatalogFacts| {
        let brand = BrandId::from(facts.brand.as_str());
        let versions = store.catalog_versions(&brand)?;
        let version = versions
            .iter()
            .find(|entry| entry.content.to_string() == facts.version)
            .map(|entry| entry.version);
        let kept = version.map(|version| store.catalog(&brand, version));
        kept.transpose()?
            .flatten()
            .ok_or_else(|| ScanError::NoCatalog {
                brand: facts.brand.clone(),
                version: facts.version.clone(),
            })
    };
    manifest.catalogs.iter().map(of).collect()
}

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
