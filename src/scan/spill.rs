//! READ over the feed's files: what could be used is spilled, what could not is written down.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::export::rejects::RejectWriter;
use crate::export::unreadable::UnreadableWriter;
use crate::intake::{Batch, Listings, SeenIds};
use crate::record::Listing;
use crate::signals::ReadListing;
use crate::table::facts::Key;
use crate::table::is_packed;
use crate::workspace::partial;

use super::buckets::Buckets;
use super::flood::{self, Matches};
use super::manifest::{FeedFacts, ImageSums, ListingSums, RateSums};
use super::read::Known;
use super::relate::{FactWriter, SpillPaths};
use super::segments::{self, Earlier, KnownText, Row, SegmentWriter, Segments};
use super::{Anew, Engine, Progress, ScanError, Settings, Stage};

/// What READ counted.
#[derive(Default)]
pub(super) struct ReadSums {
    pub feeds: Vec<FeedFacts>,
    pub listings: ListingSums,
    pub images: ImageSums,
    pub rates: RateSums,
    /// How many listings show each reference picture.
    pub matches: Matches,
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

/// What READ works on.
pub(super) struct Feeds<'a> {
    /// The feed's files, read in this order.
    pub files: &'a [PathBuf],
    /// Folders of signals of earlier runs: listings that have not changed since are not read again.
    pub earlier: &'a [PathBuf],
}

/// Makes the folder `run`, which appears by rename when `make` has made everything in it. After an error only what was read
/// until then is left, as after an interruption.
pub(super) fn make_whole<T>(
    run: &Path,
    make: impl FnOnce(&Path) -> Result<T, ScanError>,
) -> Result<T, ScanError> {
    let partial = partial(run);
    fresh_folder(&partial)?;
    match make(&partial) {
        Ok(made) => {
            std::fs::rename(&partial, run).map_err(|source| ScanError::Io {
                path: run.to_owned(),
                source,
            })?;
            Ok(made)
        }
        Err(error) => {
            // The error that stopped it says more than one of the clean-up could.
            let _ = segments::keep_alone(&partial);
            Err(error)
        }
    }
}

/// Reads every feed and spills listings, facts, rejects and notes below `run`.
pub(super) fn read_feeds(
    engine: &Engine,
    feeds: &Feeds<'_>,
    settings: &Settings,
    run: &Path,
    progress: &dyn Progress,
) -> Result<ReadSums, ScanError> {
    progress.begin(Stage::Intake, None);
    let mut intake = Intake::create(run, feeds.files)?;
    intake.sums.matches = engine.reference_names().map(|name| (name, 0)).collect();
    intake.sums.rates = RateSums::new(engine.rates().last_day(), settings.as_of);
    let mut seen = SeenIds::default();
    for path in feeds.files {
        let mut listings = Listings::open_named(path, settings.chunk_rows, &settings.columns)?
            .default_currency(settings.currency)
            .after(seen);
        intake.begin(path)?;
        for batch in &mut listings {
            let batch = batch?;
            let rows = batch.rows;
            intake.take(batch)?;
            progress.advance(rows);
        }
        seen = listings.into_seen();
    }
    progress.end(Stage::Intake);
    if intake.sums.listings.rows == 0 {
        return Err(ScanError::NoListings(feeds.files.to_vec()));
    }

    let (buckets, sums) = intake.finish()?;
    progress.begin(Stage::Read, Some(sums.listings.scored));
    let mut earlier = Earlier::open(feeds.earlier, settings.chunk_rows);
    let mut sink = Sink::create(run, sums)?;
    buckets.sorted(|listings| {
        for chunk in listings.chunks(settings.chunk_rows) {
            sink.take_chunk(engine, chunk, &mut earlier)?;
            progress.advance(chunk.len() as u64);
        }
        Ok(())
    })?;
    progress.read_anew(Anew {
        listings: sink.anew,
        pictures: engine.decoded(),
    });
    let sums = sink.finish()?;
    progress.end(Stage::Read);
    Ok(sums)
}

/// What packed text may come to, by its own bytes.
const UNPACKED: u64 = 12;

/// Bytes of a feed's file, about as many as it has when unpacked; none of one that cannot be seen.
fn bytes(path: &Path) -> u64 {
    let there = std::fs::metadata(path).map_or(0, |found| found.len());
    there.saturating_mul(if is_packed(path) { UNPACKED } else { 1 })
}

/// Rows become listings in buckets, or are written down with the reason.
struct Intake {
    buckets: Buckets,
    rejects: RejectWriter,
    notes: RejectWriter,
    sums: ReadSums,
}

impl Intake {
    fn create(run: &Path, feeds: &[PathBuf]) -> Result<Self, ScanError> {
        let bytes = feeds.iter().map(|path| bytes(path)).sum();
        Ok(Self {
            buckets: Buckets::create(&run.join("signals").join("intake"), bytes)?,
            rejects: RejectWriter::create(&run.join("rejects.csv"))?,
            notes: RejectWriter::create(&run.join("notes.csv"))?,
            sums: ReadSums::default(),
        })
    }

    /// What is taken from now on is of this file.
    fn begin(&mut self, path: &Path) -> Result<(), ScanError> {
        self.sums.feeds.push(FeedFacts {
            file: path.display().to_string(),
            content: hash_file(path)?,
            sums: ListingSums::default(),
        });
        Ok(())
    }

    fn take(&mut self, batch: Batch<Listing>) -> Result<(), ScanError> {
        self.take_rejects(&batch)?;
        let written = batch.records.par_iter().map(serde_json::to_string);
        let written: Vec<String> = written
            .collect::<Result<_, _>>()
            .map_err(ScanError::spilled)?;
        for (listing, json) in batch.records.iter().zip(written) {
            self.buckets.push(listing.id.as_str(), json)?;
        }
        Ok(())
    }

    fn take_rejects(&mut self, batch: &Batch<Listing>) -> Result<(), ScanError> {
        for reject in &batch.rejects {
            self.rejects.push(reject)?;
        }
        let mut sums = ListingSums {
            rows: batch.rows,
            scored: batch.records.len() as u64,
            folded: batch.folded,
            rejected: batch.rejects.len() as u64,
            without_currency: batch.without_currency,
            ..ListingSums::default()
        };
        for note in &batch.notes {
            self.notes.push(note)?;
            sums.note(&note.column);
        }
        self.sums.listings.add(&sums);
        if let Some(feed) = self.sums.feeds.last_mut() {
            feed.sums.add(&sums);
        }
        Ok(())
    }

    fn finish(self) -> Result<(Buckets, ReadSums), ScanError> {
        self.rejects.finish()?;
        self.notes.finish()?;
        Ok((self.buckets, self.sums))
    }
}

/// Where everything that READ finds goes, with the sums beside it.
struct Sink {
    listings: SegmentWriter,
    facts: FactWriter,
    unreadable: UnreadableWriter,
    sums: ReadSums,
    /// Listings whose text was not known.
    anew: u64,
}

impl Sink {
    fn create(run: &Path, sums: ReadSums) -> Result<Self, ScanError> {
        let paths = SpillPaths::below(&run.join("signals"));
        Ok(Self {
            listings: SegmentWriter::create(&paths.listings)?,
            facts: FactWriter::create(&paths, sums.listings.scored)?,
            unreadable: UnreadableWriter::create(&run.join("unreadable.csv"))?,
            sums,
            anew: 0,
        })
    }

    /// Reads listings, which come as JSON in the order of their keys.
    fn take_chunk(
        &mut self,
        engine: &Engine,
        chunk: &[(Key, String)],
        earlier: &mut Earlier,
    ) -> Result<(), ScanError> {
        let version = engine.reading_version();
        let known: Vec<Option<KnownText>> = chunk
            .iter()
            .map(|(key, listing)| earlier.known(*key, listing, version))
            .collect();
        let listings = chunk
            .par_iter()
            .zip(known)
            .map(|((_, listing), known)| {
                let listing: Listing = serde_json::from_str(listing).map_err(ScanError::spilled)?;
                // What does not read back is read anew.
                let known = known.and_then(|known| {
                    let signals = known.parse(listing.id.clone()).ok()?;
                    Some((known, signals))
                });
                let (known, signals) = known.unzip();
                Ok((Known { listing, signals }, known))
            })
            .collect::<Result<Vec<_>, ScanError>>()?;
        let (listings, known): (Vec<Known>, Vec<Option<KnownText>>) = listings.into_iter().unzip();
        self.anew += known.iter().filter(|known| known.is_none()).count() as u64;
        let read = engine.read_on(listings)?;
        let rows = read
            .par_iter()
            .zip(chunk)
            .zip(known)
            .map(|((read, (_, listing)), known)| {
                Row::new(listing.clone(), &read.signals, known, version)
            })
            .collect::<Result<Vec<Row>, ScanError>>()?;
        let reference = engine.settings().cases.then(|| engine.reference());
        for (read, row) in read.iter().zip(rows) {
            self.count(read);
            self.unreadable.push(read)?;
            self.facts.push(read, reference)?;
            self.listings.push(row)?;
        }
        Ok(())
    }

    fn count(&mut self, read: &ReadListing) {
        for image in &read.signals.images {
            self.sums.images.count(&image.status);
        }
        self.sums.rates.count(&read.signals.price);
        for name in flood::shown(&read.signals) {
            *self.sums.matches.entry(name.to_owned()).or_default() += 1;
        }
    }

    fn finish(self) -> Result<ReadSums, ScanError> {
        self.listings.finish()?;
        self.facts.finish()?;
        self.unreadable.finish()?;
        Ok(self.sums)
    }
}

/// The BLAKE3 hash of a file, in hexadecimal.
pub(super) fn hash_file(path: &Path) -> Result<String, ScanError> {
    let at = |source| ScanError::Io {
        path: path.to_owned(),
        source,
    };
    let mut file = std::fs::File::open(path).map_err(at)?;
    let mut hasher = blake3::Hasher::new();
    std::io::copy(&mut file, &mut hasher).map_err(at)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Hands the spilled listings back a chunk at a time, in the order of their keys.
pub(super) fn for_each_chunk(
    paths: &SpillPaths,
    chunk_rows: usize,
    mut take: impl FnMut(Vec<Row>) -> Result<(), ScanError>,
) -> Result<(), ScanError> {
    Segments::open(&paths.listings, chunk_rows)?.try_for_each(|chunk| take(chunk?))
}

/// The spilled listing with the identifier `id`; `None` when the run had none.
pub(super) fn find(
    paths: &SpillPaths,
    id: &str,
    chunk_rows: usize,
) -> Result<Option<ReadListing>, ScanError> {
    for chunk in Segments::open(&paths.listings, chunk_rows)? {
        if let Some(row) = chunk?.into_iter().find(|row| row.listing_id == id) {
            return row.parse().map(Some);
        }
    }
    Ok(None)
}
