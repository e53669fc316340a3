//! What READ found, in files: rows in the order of their keys, in segments that are whole once they have their name.
//!
//! One listing always lies in the same part of that order, whatever the feed's order is and whatever else the feed
//! holds. So two runs are compared by going through both once, and what an interrupted run has
//! finished is of use to the next.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::price::Comparable;
use crate::record::{BrandId, ContentHash, Listing, ListingId};
use crate::reference::ProductHit;
use crate::signals::{ImageSignal, ReadListing, Signals};
use crate::table::facts::Key;
use crate::table::{Cell, Cells, Column, Format, Kind, Writer, read_cells};
use crate::text::Reading;

use super::ScanError;
use super::relate::SpillPaths;

/// Rows of a segment: what an interruption may cost.
const SEGMENT_ROWS: u64 = 8192;

const COLUMNS: &[Column] = &[
    Column::new("listing_id", Kind::Text),
    Column::new("listing", Kind::Text),
    Column::new("text", Kind::Text),
    Column::new("seen", Kind::Text),
    Column::new("seal", Kind::Text),
];

/// One listing as READ left it, not yet read back: most passes want few of them.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub listing_id: String,
    /// The listing as JSON.
    pub listing: String,
    /// What its text shows, which no day and no picture changes.
    text: String,
    /// What its price and its pictures show.
    seen: String,
    /// See [`seal`].
    seal: String,
}

#[derive(Serialize)]
struct TextOf<'a> {
    reading: &'a Reading,
    products: &'a [ProductHit],
    nonexistent_model: &'a Option<String>,
    nearest_models: &'a [String],
    authorised_by: &'a [BrandId],
}

#[derive(Deserialize)]
struct Text {
    reading: Reading,
    products: Vec<ProductHit>,
    nonexistent_model: Option<String>,
    nearest_models: Vec<String>,
    authorised_by: Vec<BrandId>,
}

#[derive(Serialize)]
struct SeenOf<'a> {
    price: &'a Comparable,
    images: &'a [ImageSignal],
}

#[derive(Deserialize)]
struct Seen {
    price: Comparable,
    images: Vec<ImageSignal>,
}

/// What a listing's text shows, as it was written.
#[derive(Clone, Debug)]
pub(super) struct KnownText(String);

impl KnownText {
    /// Reads it back; price and pictures are left empty.
    pub fn parse(&self, listing_id: ListingId) -> Result<Signals, ScanError> {
        let text: Text = serde_json::from_str(&self.0).map_err(ScanError::spilled)?;
        let seen = Seen {
            price: Comparable::default(),
            images: Vec::new(),
        };
        Ok(signals(listing_id, text, seen))
    }
}

impl Row {
    /// The row of a listing. `known` is its text as it was written before; a figure that was written and read back
    /// may differ in its last digit, so what is known is never written anew.
    ///
    /// `version` stands for all that reading the text rests on.
    pub fn new(
        listing: String,
        signals: &Signals,
        known: Option<KnownText>,
        version: &ContentHash,
    ) -> Result<Self, ScanError> {
        let text = match known {
            Some(KnownText(text)) => text,
            None => json(&TextOf {
                reading: &signals.reading,
                products: &signals.products,
                nonexistent_model: &signals.nonexistent_model,
                nearest_models: &signals.nearest_models,
                authorised_by: &signals.authorised_by,
            })?,
        };
        let seen = json(&SeenOf {
            price: &signals.price,
            images: &signals.images,
        })?;
        Ok(Self {
            listing_id: signals.listing_id.to_string(),
            seal: seal(version, &listing, &text),
            listing,
            text,
            seen,
        })
    }

    /// The row of what was read, none of which was known.
    pub fn of(read: &ReadListing, version: &ContentHash) -> Result<Self, ScanError> {
        Self::new(json(&read.listing)?, &read.signals, None, version)
    }

    /// All of it as one text, for another engine to carry.
    pub fn into_text(self) -> String {
        // No JSON of ours has a line end.
        [self.listing, self.text, self.seen, self.seal].join("\n")
    }

    /// The row that such a text holds; its identifier is left empty.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('\n').collect();
        let &[listing, text, seen, seal] = parts.as_slice() else {
            return Err(format!(
                "{} lines where 4 make a listing as READ wrote it",
                parts.len()
            ));
        };
        Ok(Self {
            listing_id: String::new(),
            listing: listing.to_owned(),
            text: text.to_owned(),
            seen: seen.to_owned(),
            seal: seal.to_owned(),
        })
    }

    /// What the text shows, if the listing was this one and reading it rested on `version`.
    pub fn into_known(self, listing: &str, version: &ContentHash) -> Option<KnownText> {
        (seal(version, listing, &self.text) == self.seal).then_some(KnownText(self.text))
    }

    /// Reads it back.
    pub fn parse(&self) -> Result<ReadListing, ScanError> {
        let read = || {
            let listing: Listing = serde_json::from_str(&self.listing)?;
            let text: Text = serde_json::from_str(&self.text)?;
            let seen: Seen = serde_json::from_str(&self.seen)?;
            let signals = signals(listing.id.clone(), text, seen);
            Ok(ReadListing { listing, signals })
        };
        read().map_err(ScanError::spilled)
    }
}

fn signals(listing_id: ListingId, text: Text, seen: Seen) -> Signals {
    Signals {
        listing_id,
        reading: text.reading,
        products: text.products,
        nonexistent_model: text.nonexistent_model,
        nearest_models: text.nearest_models,
        price: seen.price,
        images: seen.images,
        authorised_by: text.authorised_by,
    }
}

fn json(value: &impl Serialize) -> Result<String, ScanError> {
    serde_json::to_string(value).map_err(ScanError::spilled)
}

/// Tells whether a listing, what its text showed, or what that rests on is any other than it was, and whether a byte
/// of the file has changed since.
fn seal(version: &ContentHash, listing: &str, text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(version.as_bytes());
    hasher.update(&(listing.len() as u64).to_le_bytes());
    hasher.update(listing.as_bytes());
    hasher.update(text.as_bytes());
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Writes rows, which come in the order of their keys.
pub(super) struct SegmentWriter {
    folder: PathBuf,
    finished: usize,
    open: Option<(Writer, u64)>,
}

impl SegmentWriter {
    /// Starts in `folder`, which is made.
    pub fn create(folder: &Path) -> Result<Self, ScanError> {
        std::fs::create_dir_all(folder).map_err(|source| ScanError::Io {
            path: folder.to_owned(),
            source,
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            finished: 0,
            open: None,
        })
    }

    /// Writes the next row.
    pub fn push(&mut self, row: Row) -> Result<(), ScanError> {
        let (mut writer, rows) = match self.open.take() {
            Some(open) => open,
            None => {
                let path = self.partial();
                (Writer::create(&path, Format::Parquet, COLUMNS)?, 0)
            }
        };
        let texts = [row.listing_id, row.listing, row.text, row.seen, row.seal];
        writer.push(texts.map(Cell::from).to_vec())?;
        self.open = Some((writer, rows + 1));
        if rows + 1 == SEGMENT_ROWS {
            self.finish_segment()?;
        }
        Ok(())
    }

    /// Writes what is still open.
    pub fn finish(mut self) -> Result<(), ScanError> {
        self.finish_segment()
    }

    fn finish_segment(&mut self) -> Result<(), ScanError> {
        let Some((writer, _)) = self.open.take() else {
            return Ok(());
        };
        writer.finish()?;
        let path = self.folder.join(format!("{:06}.parquet", self.finished));
        std::fs::rename(self.partial(), &path).map_err(|source| ScanError::Io { path, source })?;
        self.finished += 1;
        Ok(())
    }

    fn partial(&self) -> PathBuf {
        self.folder.join("partial")
    }
}

/// The rows of all segments, a chunk at a time, in the order of their keys.
pub(super) struct Segments {
    files: std::vec::IntoIter<PathBuf>,
    chunk_rows: usize,
    open: Option<Cells>,
}

impl Segments {
    /// What lies in `folder`; nothing where there is none.
    pub fn open(folder: &Path, chunk_rows: usize) -> Result<Self, ScanError> {
        let files = files(folder).map_err(|source| ScanError::Io {
            path: folder.to_owned(),
            source,
        })?;
        Ok(Self {
            files: files.into_iter(),
            chunk_rows,
            open: None,
        })
    }

    /// Goes on with the next file.
    fn skip_file(&mut self) {
        self.open = None;
    }

    fn next_chunk(&mut self) -> Result<Option<Vec<Row>>, ScanError> {
        loop {
            if let Some(open) = &mut self.open {
                match open.next() {
                    Some(chunk) => return rows(chunk?).map(Some),
                    None => self.open = None,
                }
            }
            let Some(path) = self.files.next() else {
                return Ok(None);
            };
            self.open = Some(read_cells(
                &path,
                Format::Parquet,
                COLUMNS,
                self.chunk_rows,
            )?);
        }
    }
}

impl Iterator for Segments {
    type Item = Result<Vec<Row>, ScanError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_chunk().transpose()
    }
}

/// Leaves nothing of an interrupted run in the folder `run` but the segments that are whole, and nothing at all without
/// any: a full disk is not to stay full.
pub(super) fn keep_alone(run: &Path) -> std::io::Result<()> {
    let signals = run.join("signals");
    let kept = SpillPaths::below(&signals).listings;
    let whole = files(&kept)?;
    if whole.is_empty() {
        return std::fs::remove_dir_all(run);
    }
    let clear = |folder: &Path, spared: &[&Path]| {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if spared.contains(&path.as_path()) {
                continue;
            }
            if path.is_dir() {
                std::fs::remove_dir_all(&path)?;
            } else {
                std::fs::remove_file(&path)?;
            }
        }
        Ok(())
    };
    clear(run, &[&signals])?;
    clear(&signals, &[&kept])?;
    let whole: Vec<&Path> = whole.iter().map(PathBuf::as_path).collect();
    clear(&kept, &whole)
}

/// The segments that are whole, in order.
fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut files = paths.collect::<std::io::Result<Vec<PathBuf>>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "parquet"));
    files.sort();
    Ok(files)
}

fn rows(cells: Vec<Vec<Cell>>) -> Result<Vec<Row>, ScanError> {
    let row = |cells: Vec<Cell>| match <[Cell; 5]>::try_from(cells) {
        Ok(
            [
                Cell::Text(listing_id),
                Cell::Text(listing),
                Cell::Text(text),
                Cell::Text(seen),
                Cell::Text(seal),
            ],
        ) => Ok(Row {
            listing_id,
            listing,
            text,
            seen,
            seal,
        }),
        _ => Err(ScanError::Kept("a row lacks a part".to_owned())),
    };
    cells.into_iter().map(row).collect()
}

/// Rows of earlier runs, met in the order of their keys.
///
/// They only save work: what cannot be read is passed over, and is read from the feed again.
pub(super) struct Earlier(Vec<Source>);

struct Source {
    segments: Segments,
    rows: std::iter::Peekable<std::vec::IntoIter<(Key, Row)>>,
}

impl Earlier {
    /// What lies in `folders`; of a listing that lies in several the first that fits is taken.
    pub fn open(folders: &[PathBuf], chunk_rows: usize) -> Self {
        let source = |folder: &PathBuf| {
            let segments = Segments::open(folder, chunk_rows)
                .inspect_err(|error| tracing::warn!("passed over: {error}"))
                .ok()?;
            let rows = Vec::new().into_iter().peekable();
            Some(Source { segments, rows })
        };
        Self(folders.iter().filter_map(source).collect())
    }

    /// What the text of the listing with this key shows, if it and what reading it rests on are as they were.
    /// Keys are asked for in their order.
    pub fn known(&mut self, key: Key, listing: &str, version: &ContentHash) -> Option<KnownText> {
        // All sources move on, whichever has it.
        let rows: Vec<Row> = self
            .0
            .iter_mut()
            .filter_map(|source| source.at(key))
            .collect();
        rows.into_iter()
            .find_map(|row| row.into_known(listing, version))
    }
}

impl Source {
    fn at(&mut self, key: Key) -> Option<Row> {
        loop {
            while self.rows.next_if(|(next, _)| *next < key).is_some() {}
            if self.rows.peek().is_some() {
                return self
                    .rows
                    .next_if(|(next, _)| *next == key)
                    .map(|(_, row)| row);
            }
            let chunk = match self.segments.next()? {
                Ok(chunk) => chunk,
                Err(error) => {
                    tracing::warn!("passed over: {error}");
                    self.segments.skip_file();
                    continue;
                }
            };
            let keyed: Vec<(Key, Row)> = chunk
                .into_iter()
                .map(|row| (Key::of(&row.listing_id), row))
                .collect();
            self.rows = keyed.into_iter().peekable();
        }
    }
}
