use std::fmt;
use std::path::{Path, PathBuf};

use super::super::{Cell, TableError, Writer};
use super::Fact;

/// Files that the facts of each kind are spread over.
pub const SHARDS: usize = 32;

/// Rows of one row group: many files are open at once, and each holds back one group.
const GROUP_ROWS: usize = 512;

/// What stands for a key in a look-up: half of its BLAKE3 hash, which no two keys of a feed share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u128);

impl Key {
    /// The key for `text`.
    pub fn of(text: &str) -> Self {
        let hash = blake3::hash(text.as_bytes());
        let mut half = [0; 16];
        half.copy_from_slice(&hash.as_bytes()[..16]);
        Self(u128::from_le_bytes(half))
    }

    fn shard(self) -> usize {
        (self.0 % SHARDS as u128) as usize
    }

    /// Which of so many parts of equal width, in the keys' order, it lies in, from 0.
    pub fn part(self, parts: usize) -> usize {
        (((self.0 >> 64) * parts as u128) >> 64) as usize
    }
}

/// Thirty-two hexadecimal digits, which sort as keys do.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Writes facts into their shards. A shard without facts has no file.
pub struct Facts {
    folder: PathBuf,
    open: Vec<Option<Writer>>,
}

impl Facts {
    /// Starts in `folder`, which is made.
    ///
    /// # Errors
    /// [`TableError::Write`] when the folder cannot be made.
    pub fn create(folder: &Path) -> Result<Self, TableError> {
        std::fs::create_dir_all(folder).map_err(|error| TableError::write(folder, error))?;
        Ok(Self {
            folder: folder.to_owned(),
            open: (0..Fact::ALL.len() * SHARDS).map(|_| None).collect(),
        })
    }

    /// Adds a fact about `key`; `rest` are the cells after the key's.
    ///
    /// # Errors
    /// [`TableError`] when a cell does not fit or a file cannot be written.
    pub fn push(
        &mut self,
        fact: Fact,
        key: &str,
        rest: impl IntoIterator<Item = Cell>,
    ) -> Result<(), TableError> {
        let shard = Key::of(key).shard();
        self.write(fact, shard, [key.into()].into_iter().chain(rest).collect())
    }

    /// Adds a fact about a key that is a well spread number.
    ///
    /// # Errors
    /// [`TableError`] when a cell does not fit or a file cannot be written.
    pub fn push_number(
        &mut self,
        fact: Fact,
        key: i64,
        rest: impl IntoIterator<Item = Cell>,
    ) -> Result<(), TableError> {
        // The upper bits: the lower ones may say what sort of key it is.
        let shard = (key as u64 >> 32) as usize % SHARDS;
        self.write(fact, shard, [key.into()].into_iter().chain(rest).collect())
    }

    fn write(&mut self, fact: Fact, shard: usize, row: Vec<Cell>) -> Result<(), TableError> {
        let writer = match &mut self.open[fact as usize * SHARDS + shard] {
            Some(writer) => writer,
            none => none.insert(Writer::parquet_in_groups(
                &file(&self.folder, fact, shard),
                fact.columns(),
                GROUP_ROWS,
            )?),
        };
        writer.push(row)
    }

    /// Closes the files.
    ///
    /// # Errors
    /// [`TableError::Write`] when writing fails.
    pub fn finish(self) -> Result<(), TableError> {
        for writer in self.open.into_iter().flatten() {
            writer.finish()?;
        }
        Ok(())
    }
}

/// Where the facts of a shard lie.
pub(super) fn file(folder: &Path, fact: Fact, shard: usize) -> PathBuf {
    folder.join(format!("{}-{shard:02}.parquet", fact.name()))
}
