//! READ over the feed's files: what could be used is spilled, what could not is written down.

use std::path::{Path, PathBuf};

use crate::export::rejects::RejectWriter;
use crate::intake::{Batch, Listings, SeenIds};
use crate::record::Listing;
use crate::signals::ReadListing;
use crate::table::{Cell, Column, Format, Kind, Writer, read_cells};

use super::manifest::{FeedFacts, ImageSums, ListingSums, RateSums};
use super::relate::{FactWriter, SpillPaths};
use super::{Engine, Progress, ScanError, Settings};

const LISTING_COLUMNS: &[Column] = &[
    Column {
        name: "listing_id",
        kind: Kind::Text,
    },
    Column {
        name: "read",
        kind: Kind::Text,
    },
];

/// What READ counted.
#[derive(Default)]
pub(super) struct ReadSums {
    pub feeds: Vec<FeedFacts>,
    pub listings: ListingSums,
    pub images: ImageSums,
    pub rates: RateSums,
}

/// Makes an empty folder, over whatever an interrupted run left there.
pub(super) fn fresh_folder(path: &Path) -> Result<(), ScanError> {
    let fresh = || {
        if path.exists() {
            std::fs::remove_dir_all(path)?;
        }
        std::fs::create_dir_all(path)
    };
    fresh().map_err(|source| ScanError::Io {
        path: path.to_owned(),
        source,
    })
}

/// Reads every feed in order and spills listings, facts, rejects and notes below `run`.
pub(super) fn read_feeds(
    engine: &Engine,
    feeds: &[PathBuf],
    settings: &Settings,
    run: &Path,
    progress: &dyn Progress,
) -> Result<ReadSums, ScanError> {
    let mut sink = Sink::create(run)?;
    sink.sums.rates = RateSums::new(engine.rates().last_day(), settings.as_of);
    let mut seen = SeenIds::default();
    for path in feeds {
        sink.sums.feeds.push(FeedFacts {
            file: path.display().to_string(),
            content: hash_file(path)?,
            sums: ListingSums::default(),
        });
        let mut listings = Listings::open(path, settings.chunk_rows)?
            .default_currency(settings.currency)
            .after(seen);
        for batch in &mut listings {
            let batch = batch?;
            let rows = batch.rows;
            sink.take_rejects(&batch)?;
            for read in engine.read(batch.records)? {
                sink.take(&read)?;
            }
            progress.advance(rows);
        }
        seen = listings.into_seen();
    }
    sink.finish()
}

/// Where everything that READ makes goes, with the sums beside it.
struct Sink {
    listings: Writer,
    facts: FactWriter,
    rejects: RejectWriter,
    notes: RejectWriter,
    sums: ReadSums,
}

impl Sink {
    fn create(run: &Path) -> Result<Self, ScanError> {
        let paths = SpillPaths::below(&run.join("signals"));
        Ok(Self {
            listings: Writer::create(&paths.listings, Format::Parquet, LISTING_COLUMNS)?,
            facts: FactWriter::create(&paths)?,
            rejects: RejectWriter::create(&run.join("rejects.csv"))?,
            notes: RejectWriter::create(&run.join("notes.csv"))?,
            sums: ReadSums::default(),
        })
    }

    fn take_rejects(&mut self, batch: &Batch<Listing>) -> Result<(), ScanError> {
        for reject in &batch.rejects {
            self.rejects.push(reject)?;
        }
        for note in &batch.notes {
            self.notes.push(note)?;
        }
        let sums = ListingSums {
            rows: batch.rows,
            scored: batch.records.len() as u64,
            folded: batch.folded,
            rejected: batch.rejects.len() as u64,
            notes: batch.notes.len() as u64,
            without_currency: batch.without_currency,
        };
        self.sums.listings.add(&sums);
        if let Some(feed) = self.sums.feeds.last_mut() {
            feed.sums.add(&sums);
        }
        Ok(())
    }

    fn take(&mut self, read: &ReadListing) -> Result<(), ScanError> {
        for image in &read.signals.images {
            let sums = &mut self.sums.images;
            sums.seen += 1;
            if image.status == "ok" {
                sums.fingerprinted += 1;
            } else {
                sums.unreadable += 1;
                *sums
                    .unreadable_by_reason
                    .entry(image.status.clone())
                    .or_default() += 1;
            }
        }
        self.sums.rates.count(&read.signals.price);
        self.facts.push(read)?;
        let json = serde_json::to_string(read).map_err(ScanError::spilled)?;
        self.listings
            .push(vec![read.listing.id.as_str().into(), json.into()])?;
        Ok(())
    }

    fn finish(self) -> Result<ReadSums, ScanError> {
        self.listings.finish()?;
        self.facts.finish()?;
        self.rejects.finish()?;
        self.notes.finish()?;
        Ok(self.sums)
    }
}

fn hash_file(path: &Path) -> Result<String, ScanError> {
    let at = |source| ScanError::Io {
        path: path.to_owned(),
        source,
    };
    let mut file = std::fs::File::open(path).map_err(at)?;
    let mut hasher = blake3::Hasher::new();
    std::io::copy(&mut file, &mut hasher).map_err(at)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// A spilled listing, not yet read back: most passes want few of them.
pub(super) struct SpilledRow {
    pub listing_id: String,
    json: String,
}

impl SpilledRow {
    /// Reads it back.
    pub fn parse(&self) -> Result<ReadListing, ScanError> {
        serde_json::from_str(&self.json).map_err(ScanError::spilled)
    }
}

/// Hands the spilled listings back in order, a chunk at a time.
pub(super) fn for_each_chunk(
    paths: &SpillPaths,
    chunk_rows: usize,
    mut take: impl FnMut(Vec<SpilledRow>) -> Result<(), ScanError>,
) -> Result<(), ScanError> {
    for chunk in read_cells(
        &paths.listings,
        Format::Parquet,
        LISTING_COLUMNS,
        chunk_rows,
    )? {
        let rows = chunk?
            .into_iter()
            .filter_map(|row| match <[Cell; 2]>::try_from(row) {
                Ok([Cell::Text(listing_id), Cell::Text(json)]) => {
                    Some(SpilledRow { listing_id, json })
                }
                _ => None,
            })
            .collect();
        take(rows)?;
    }
    Ok(())
}

/// The spilled listing with the identifier `id`; `None` when the run had none.
pub(super) fn find(
    paths: &SpillPaths,
    id: &str,
    chunk_rows: usize,
) -> Result<Option<ReadListing>, ScanError> {
    let mut found = None;
    for_each_chunk(paths, chunk_rows, |rows| {
        if let Some(row) = rows.iter().find(|row| row.listing_id == id) {
            found = Some(row.parse()?);
        }
        Ok(())
    })?;
    Ok(found)
}
