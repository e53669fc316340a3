use std::fmt;
use std::path::{Path, PathBuf};

use super::super::{Cell, Spill, TableError};
use super::Fact;

/// Shards that the facts of a kind may be spread over.
pub const SHARDS: usize = 256;

/// Listings whose facts one shard is meant for: a shard is grouped in memory.
const SHARD_LISTINGS: u64 = 1 << 15;

/// Bytes of memory that hold rows of each shard back.
const HELD_BACK: usize = 128 << 10;

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

    fn shard(self, shards: usize) -> usize {
        (self.0 % shards as u128) as usize
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
pub struct Facts(Vec<Vec<Spill>>);

impl Facts {
    /// Starts in `folder`, which is made, for so many listings. How many shards there are changes no answer.
    ///
    /// # Errors
    /// [`TableError::Write`] when the folder cannot be made.
    pub fn create(folder: &Path, listings: u64) -> Result<Self, TableError> {
        std::fs::create_dir_all(folder).map_err(|error| TableError::write(folder, error))?;
        let shards = usize::try_from(listings / SHARD_LISTINGS + 1).unwrap_or(SHARDS);
        let spills = |fact: Fact| {
            (0..shards.min(fact.most_shards()))
                .map(|shard| Spill::new(stem(folder, fact, shard), fact.columns(), HELD_BACK))
                .collect()
        };
        Ok(Self(Fact::ALL.map(spills).into()))
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
        let spills = &mut self.0[fact as usize];
        let shard = Key::of(key).shard(spills.len());
        spills[shard].push([key.into()].into_iter().chain(rest).collect())
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
        let spills = &mut self.0[fact as usize];
        // The upper bits: the lower ones may say what sort of key it is.
        let shard = (key as u64 >> 32) as usize % spills.len();
        spills[shard].push([key.into()].into_iter().chain(rest).collect())
    }

    /// Closes the files.
    ///
    /// # Errors
    /// [`TableError::Write`] when writing fails.
    pub fn finish(self) -> Result<(), TableError> {
        self.0.into_iter().flatten().try_for_each(Spill::finish)
    }
}

/// What the paths of a shard's files begin with.
pub(super) fn stem(folder: &Path, fact: Fact, shard: usize) -> PathBuf {
    folder.join(format!("{}-{shard:03}", fact.name()))
}
