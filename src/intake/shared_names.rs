//! File names that several addresses of a feed end in.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use super::fields::Mapper;
use super::image_links::{IMAGE_COLUMNS, split_links};
use super::stream::address;
use super::{ColumnNames, IntakeError};
use crate::table::Chunks;

/// The file names (`main.jpg`) that different addresses of a feed end in, so that a file of that
/// name alone does not tell whose picture it is.
#[derive(Clone, Debug, Default)]
pub struct SharedNames(HashSet<u64>);

impl SharedNames {
    /// Reads the image columns of all of a feed's files. While it reads, memory grows by 16 bytes
    /// for each address; afterwards only the shared names are kept, eight bytes each.
    ///
    /// # Errors
    /// [`IntakeError`] when a file cannot be read.
    pub fn read(
        feeds: &[PathBuf],
        chunk_rows: usize,
        names: &ColumnNames,
    ) -> Result<Self, IntakeError> {
        let mut addresses = Addresses::new();
        for feed in feeds {
            let mut mapper = Mapper::new(names);
            for chunk in Chunks::open(feed, chunk_rows)? {
                for row in chunk?.into_iter().flatten() {
                    let fields = mapper.fields(row);
                    for column in IMAGE_COLUMNS {
                        let links = fields.all(column).flat_map(split_links);
                        links.for_each(|link| addresses.add(&link));
                    }
                }
            }
        }
        addresses.settle();
        Ok(Self(addresses.shared))
    }

    /// Of names that were found out elsewhere.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(hash).collect())
    }

    /// Whether different addresses end in this file name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(&hash(name))
    }
}

/// Hashes of names with hashes of the addresses that end in them.
struct Addresses {
    pairs: Vec<(u64, u64)>,
    shared: HashSet<u64>,
    room: usize,
}

impl Addresses {
    fn new() -> Self {
        Self {
            pairs: Vec::new(),
            shared: HashSet::new(),
            room: 1 << 16,
        }
    }

    fn add(&mut self, link: &str) {
        let Some((name, place)) = address(link) else {
            return;
        };
        let name = hash(&name);
        if self.shared.contains(&name) {
            return;
        }
        self.pairs.push((name, hash(&place)));
        if self.pairs.len() >= self.room {
            self.settle();
            self.room = self.room.max(2 * self.pairs.len());
        }
    }

    /// Keeps each pair once, and of names with several addresses the name alone.
    fn settle(&mut self) {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        let several = self.pairs.windows(2).filter(|two| two[0].0 == two[1].0);
        self.shared.extend(several.map(|two| two[0].0));
        let shared = &self.shared;
        self.pairs.retain(|(name, _)| !shared.contains(name));
    }
}

/// Unkeyed, so that every run agrees.
fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_different_addresses_are_shared() {
        let mut addresses = Addresses::new();
        addresses.room = 3;
        for link in [
            "https://cdn.example/listing/1/main.jpg?w=100",
            "http://CDN.example/listing/1/main.jpg?w=200",
            "https://cdn.example/a/own.jpg",
            "own.jpg",
            "https://cdn.example/b/both.jpg",
            "https://other.example/both.jpg",
            "https://h/i.php?id=1",
            "https://h/i.php?id=2",
        ] {
            addresses.add(link);
        }
        addresses.settle();
        let shared = SharedNames(addresses.shared);
        let names = ["main.jpg", "own.jpg", "both.jpg", "i.php"];
        assert_eq!(
            names.map(|name| shared.contains(name)),
            [false, false, true, true]
        );
    }
}
