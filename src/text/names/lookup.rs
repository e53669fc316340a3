use std::ops::Range;

/// Numbers by the hash of what they stand for, in three flat arrays behind a filter of eight bits an
/// entry, so that the usual answer, none, costs one look at memory that stays in the cache.
///
/// The hashes may collide: the caller compares what it found.
pub(crate) struct Lookup {
    filter: Vec<u64>,
    /// First entry of each bucket, by the hash's leading bits, and the number of entries.
    buckets: Vec<u32>,
    shift: u32,
    hashes: Vec<u64>,
    values: Vec<u32>,
}

impl Lookup {
    pub fn new(entries: impl IntoIterator<Item = (u64, u32)>) -> Self {
        let mut entries: Vec<(u64, u32)> = entries
            .into_iter()
            .map(|(hash, value)| (mixed(hash), value))
            .collect();
        entries.sort_unstable();
        entries.dedup();
        let bits = entries.len().next_power_of_two().ilog2().max(1);
        let shift = u64::BITS - bits;
        let mut filter = vec![0; (entries.len() / 8).next_power_of_two().max(1)];
        let mut buckets = vec![0; (1 << bits) + 1];
        for (hash, _) in &entries {
            let (word, bit) = place(*hash, filter.len());
            filter[word] |= bit;
            buckets[(hash >> shift) as usize + 1] += 1;
        }
        for bucket in 1..buckets.len() {
            buckets[bucket] += buckets[bucket - 1];
        }
        let (hashes, values) = entries.into_iter().unzip();
        Self {
            filter,
            buckets,
            shift,
            hashes,
            values,
        }
    }

    /// The values that stand under `hash`, ascending.
    pub fn get(&self, hash: u64) -> &[u32] {
        let hash = mixed(hash);
        let (word, bit) = place(hash, self.filter.len());
        if self.filter[word] & bit == 0 {
            return &[];
        }
        let bucket = (hash >> self.shift) as usize;
        let entries: Range<usize> =
            self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize;
        let hashes = &self.hashes[entries.clone()];
        let first = hashes.iter().take_while(|other| **other < hash).count();
        let equal = hashes[first..]
            .iter()
            .take_while(|other| **other == hash)
            .count();
        &self.values[entries.start + first..entries.start + first + equal]
    }

    pub fn contains(&self, hash: u64) -> bool {
        !self.get(hash).is_empty()
    }
}

/// Spreads a polynomial's low bits over all (the finaliser of MurmurHash3).
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

fn place(hash: u64, words: usize) -> (usize, u64) {
    ((hash >> 6) as usize & (words - 1), 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_was_put_in_and_nothing_else(
            entries in prop::collection::vec((0u64..50, 0u32..9), 0..60), asked in 0u64..100,
        ) {
            let lookup = Lookup::new(entries.clone());
            let mut expected: Vec<u32> =
                entries.into_iter().filter(|entry| entry.0 == asked).map(|entry| entry.1).collect();
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(lookup.get(asked), expected);
        }
    }
}
