use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::csv::CsvRows;
use super::ndjson::NdjsonRows;
use super::parquet::ParquetRows;
use super::{BadRow, Format, RawRow, TableError};

/// Text held by one chunk before it ends early, so that a feed of huge rows stays bounded too.
const CHUNK_BYTES: usize = 64 << 20;

/// The rows of a feed or catalog of any supported format, in chunks.
///
/// A chunk has at most the rows asked for, and fewer when those are very long. After an error the
/// iteration ends.
pub struct Chunks {
    path: PathBuf,
    rows: Rows,
    chunk_rows: usize,
    read: u64,
    done: bool,
}

enum Rows {
    Csv(CsvRows),
    Ndjson(NdjsonRows),
    Parquet(ParquetRows),
}

/// What one of the formats' readers yields.
pub(super) enum Step {
    /// A row, readable or not.
    Row(Result<RawRow, BadRow>),
    /// No more rows.
    End,
}

impl Chunks {
    /// Opens a file of the format that its extension names.
    ///
    /// # Errors
    /// [`TableError`] when it cannot be opened, has an unknown extension, is not of its format, is
    /// empty, or (as a whole) not in UTF-8 or UTF-16.
    pub fn open(path: &Path, chunk_rows: usize) -> Result<Self, TableError> {
        let Some(format) = Format::of_input(path) else {
            let found = path.extension().map(|e| e.to_string_lossy().into_owned());
            let found = found.unwrap_or_default();
            return Err(TableError::Extension {
                file: path.to_owned(),
                found,
            });
        };
        Self::open_as(path, format, chunk_rows)
    }

    /// Opens a file of a given format, whatever its name.
    ///
    /// # Errors
    /// As [`Chunks::open`].
    pub fn open_as(path: &Path, format: Format, chunk_rows: usize) -> Result<Self, TableError> {
        let open = |source: io::Error| TableError::Open {
            file: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(open)?;
        if file.metadata().map_err(open)?.is_dir() {
            return Err(open(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let rows = match format {
            Format::Csv => Rows::Csv(CsvRows::open(path, file)?),
            Format::Ndjson => Rows::Ndjson(NdjsonRows::open(path, file)?),
            Format::Parquet => Rows::Parquet(ParquetRows::open(path, file, chunk_rows.max(1))?),
        };
        let (path, chunk_rows) = (path.to_owned(), chunk_rows.max(1));
        Ok(Self {
            path,
            rows,
            chunk_rows,
            read: 0,
            done: false,
        })
    }

    /// The file's column names, where the format states them before the rows (not NDJSON).
    pub fn header(&self) -> Option<&[Arc<str>]> {
        match &self.rows {
            Rows::Csv(rows) => Some(rows.header()),
            Rows::Ndjson(_) => None,
            Rows::Parquet(rows) => Some(rows.header()),
        }
    }

    /// The file being read.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn step(&mut self) -> Result<Step, TableError> {
        match &mut self.rows {
            Rows::Csv(rows) => rows
                .step()
                .map_err(|e| TableError::read(&self.path, self.read, e)),
            Rows::Ndjson(rows) => rows
                .step()
                .map_err(|e| TableError::read(&self.path, self.read, e)),
            Rows::Parquet(rows) => rows.step(),
        }
    }
}

impl Iterator for Chunks {
    type Item = Result<Vec<Result<RawRow, BadRow>>, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        while !self.done && chunk.len() < self.chunk_rows && bytes < CHUNK_BYTES {
            match self.step() {
                Ok(Step::Row(row)) => {
                    self.read += 1;
                    bytes += row.as_ref().map_or(0, RawRow::bytes);
                    chunk.push(row);
                }
                Ok(Step::End) => self.done = true,
                Err(error) => {
                    self.done = true;
                    return Some(Err(error));
                }
            }
        }
        (!chunk.is_empty()).then_some(Ok(chunk))
    }
}
