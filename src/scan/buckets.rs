//! Listings on their way from the feed's order to that of their keys, by a bucket sort on disk.

use std::path::{Path, PathBuf};

use crate::table::facts::Key;
use crate::table::{Cell, Column, Format, Kind, Spill, read_cells};

use super::ScanError;

/// Bytes of feed that one bucket is meant for: a bucket is sorted in memory.
const BUCKET_BYTES: u64 = 8 << 20;

/// Most files that are open at once.
const MOST_BUCKETS: usize = 256;

/// Bytes of memory that each open bucket holds back.
const HELD_BACK: usize = 128 << 10;

/// Rows that are read back at a time.
const CHUNK_ROWS: usize = 128;

const COLUMNS: &[Column] = &[
    Column::new("listing_id", Kind::Text),
    Column::new("listing", Kind::Text),
];

/// Listings by the part of the keys that theirs lies in.
pub(super) struct Buckets {
    folder: PathBuf,
    spills: Vec<Spill>,
}

impl Buckets {
    /// Starts in `folder`, which is made, for feeds of `bytes` in all. How many buckets there are changes no order.
    pub fn create(folder: &Path, bytes: u64) -> Result<Self, ScanError> {
        std::fs::create_dir_all(folder).map_err(|source| ScanError::Io {
            path: folder.to_owned(),
            source,
        })?;
        let buckets = usize::try_from(bytes / BUCKET_BYTES + 1).unwrap_or(MOST_BUCKETS);
        Ok(Self {
            folder: folder.to_owned(),
            spills: (0..buckets.min(MOST_BUCKETS))
                .map(|bucket| Spill::new(stem(folder, bucket), COLUMNS, HELD_BACK))
                .collect(),
        })
    }

    /// Adds a listing, as JSON.
    pub fn push(&mut self, listing_id: &str, listing: String) -> Result<(), ScanError> {
        let bucket = Key::of(listing_id).part(self.spills.len());
        Ok(self.spills[bucket].push(vec![listing_id.into(), listing.into()])?)
    }

    /// Hands over one bucket after the other, each in the order of its keys, and leaves nothing behind.
    pub fn sorted(
        self,
        mut take: impl FnMut(Vec<(Key, String)>) -> Result<(), ScanError>,
    ) -> Result<(), ScanError> {
        let buckets = self.spills.len();
        for spill in self.spills {
            spill.finish()?;
        }
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| ScanError::Io { path, source }
        };
        for bucket in 0..buckets {
            let mut listings = Vec::new();
            for path in Spill::files(&stem(&self.folder, bucket)) {
                for chunk in read_cells(&path, Format::Parquet, COLUMNS, CHUNK_ROWS)? {
                    for cells in chunk? {
                        if let Ok([Cell::Text(id), Cell::Text(listing)]) =
                            <[Cell; 2]>::try_from(cells)
                        {
                            listings.push((Key::of(&id), listing));
                        }
                    }
                }
                std::fs::remove_file(&path).map_err(at(&path))?;
            }
            listings.sort_unstable_by_key(|(key, _)| *key);
            if !listings.is_empty() {
                take(listings)?;
            }
        }
        std::fs::remove_dir(&self.folder).map_err(at(&self.folder))
    }
}

/// What the paths of a bucket's files begin with.
fn stem(folder: &Path, bucket: usize) -> PathBuf {
    folder.join(format!("{bucket:03}"))
}
