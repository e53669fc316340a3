//! Listings on their way from the feed's order to that of their keys, by a bucket sort on disk.

use std::path::{Path, PathBuf};

use crate::table::facts::Key;
use crate::table::{Cell, Column, Format, Kind, Writer, read_cells};

use super::ScanError;

/// Bytes of feed that one bucket is meant for: a bucket is sorted in memory.
const BUCKET_BYTES: u64 = 8 << 20;

/// Most files that are open at once.
const MOST_BUCKETS: usize = 256;

/// Rows that each open bucket holds back.
const GROUP_ROWS: usize = 128;

const COLUMNS: &[Column] = &[
    Column::new("listing_id", Kind::Text),
    Column::new("listing", Kind::Text),
];

/// Listings by the part of the keys that theirs lies in.
pub(super) struct Buckets {
    folder: PathBuf,
    open: Vec<Option<Writer>>,
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
            open: (0..buckets.min(MOST_BUCKETS)).map(|_| None).collect(),
        })
    }

    /// Adds a listing, as JSON.
    pub fn push(&mut self, listing_id: &str, listing: String) -> Result<(), ScanError> {
        let bucket = Key::of(listing_id).part(self.open.len());
        let writer = match &mut self.open[bucket] {
            Some(writer) => writer,
            none => none.insert(Writer::parquet_in_groups(
                &file(&self.folder, bucket),
                COLUMNS,
                GROUP_ROWS,
            )?),
        };
        Ok(writer.push(vec![listing_id.into(), listing.into()])?)
    }

    /// Hands over one bucket after the other, each in the order of its keys, and leaves nothing behind.
    pub fn sorted(
        self,
        mut take: impl FnMut(Vec<(Key, String)>) -> Result<(), ScanError>,
    ) -> Result<(), ScanError> {
        let mut filled = Vec::new();
        for (bucket, writer) in self.open.into_iter().enumerate() {
            if let Some(writer) = writer {
                writer.finish()?;
                filled.push(file(&self.folder, bucket));
            }
        }
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| ScanError::Io { path, source }
        };
        for path in filled {
            let mut listings = Vec::new();
            for chunk in read_cells(&path, Format::Parquet, COLUMNS, GROUP_ROWS)? {
                for cells in chunk? {
                    if let Ok([Cell::Text(id), Cell::Text(listing)]) = <[Cell; 2]>::try_from(cells)
                    {
                        listings.push((Key::of(&id), listing));
                    }
                }
            }
            std::fs::remove_file(&path).map_err(at(&path))?;
            listings.sort_unstable_by_key(|(key, _)| *key);
            take(listings)?;
        }
        std::fs::remove_dir(&self.folder).map_err(at(&self.folder))
    }
}

fn file(folder: &Path, bucket: usize) -> PathBuf {
    folder.join(format!("{bucket:03}.parquet"))
}
