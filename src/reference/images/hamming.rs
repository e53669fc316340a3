use crate::image::PdqHash;

/// Bits of a hash.
const BITS: u32 = 256;

/// Up to this many hashes, comparing with all of them is as fast as looking up their parts: 28 microseconds a query,
/// against 14 for evenly spread hashes and more for pictures that are alike. At a million it is 9.3 milliseconds
/// against 0.3.
const FLAT_SIZE: usize = 4_000;

/// Beyond this radius, parts differ in too many bits for look-ups to pay, and all hashes are compared.
const INDEXED_RADIUS: u32 = 31;

/// Finds all hashes within a Hamming distance, exactly.
///
/// Multi-index hashing: M. Norouzi, A. Punjani, D. J. Fleet, "Fast Search in Hamming Space with Multi-Index Hashing",
/// CVPR 2012. A hash is cut into parts of about log2 n bits; two hashes within the radius agree in one of the parts
/// but for few bits, so the buckets of the part's near values hold every answer. Small sets are scanned.
#[derive(Clone, Debug, Default)]
pub struct HammingIndex {
    hashes: Vec<PdqHash>,
    tables: Vec<Table>,
}

/// The hashes by the value of one part: bucket `v` is `members[starts[v]..starts[v + 1]]`.
#[derive(Clone, Debug)]
struct Table {
    first_bit: u32,
    bits: u32,
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl HammingIndex {
    /// An index over `hashes`, at most 2^32 - 1 of them; answers name them by position.
    pub fn build(hashes: Vec<PdqHash>) -> Self {
        let parts = if hashes.len() <= FLAT_SIZE {
            0
        } else {
            part_count(hashes.len())
        };
        Self::with_parts(hashes, parts)
    }

    fn with_parts(hashes: Vec<PdqHash>, parts: u32) -> Self {
        let tables = (0..parts)
            .map(|part| {
                let first_bit = part * BITS / parts;
                Table::new(&hashes, first_bit, (part + 1) * BITS / parts - first_bit)
            })
            .collect();
        Self { hashes, tables }
    }

    /// The number of hashes.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// All positions whose hash differs from `query` in at most `radius` bits, with that distance; sorted by distance,
    /// then position. Radii up to 31 use the index, greater ones compare all.
    pub fn within(&self, query: &PdqHash, radius: u32) -> Vec<(usize, u32)> {
        let mut found = if self.tables.is_empty() || radius > INDEXED_RADIUS {
            let all = self
                .hashes
                .iter()
                .map(|hash| hash.distance(query))
                .enumerate();
            all.filter(|&(_, distance)| distance <= radius).collect()
        } else {
            self.look_up(query, radius)
        };
        found.sort_unstable_by_key(|&(position, distance)| (distance, position));
        found.dedup();
        found
    }

    /// As [`Self::within`], unsorted and with repetitions.
    fn look_up(&self, query: &PdqHash, radius: u32) -> Vec<(usize, u32)> {
        // Were the first `r + 1` parts all further than `a` and the others further than `a - 1` bits, the whole would
        // be further than `a m + r`, the radius.
        let parts = self.tables.len() as u32;
        let (each, remainder) = (radius / parts, radius % parts);
        let mut found = Vec::new();
        for (part, table) in (0..).zip(&self.tables) {
            let part_radius = if part <= remainder {
                Some(each)
            } else {
                each.checked_sub(1)
            };
            let Some(part_radius) = part_radius else {
                break;
            };
            let value = bits_of(query, table.first_bit, table.bits);
            table.visit_near(value, part_radius, &mut |position| {
                let distance = self.hashes[position as usize].distance(query);
                if distance <= radius {
                    found.push((position as usize, distance));
                }
            });
        }
        found
    }
}

impl Table {
    fn new(hashes: &[PdqHash], first_bit: u32, bits: u32) -> Self {
        let value = |hash: &PdqHash| bits_of(hash, first_bit, bits) as usize;
        // A counting sort.
        let mut starts = vec![0u32; (1 << bits) + 1];
        for hash in hashes {
            starts[value(hash) + 1] += 1;
        }
        for bucket in 1..starts.len() {
            starts[bucket] += starts[bucket - 1];
        }
        let mut next = starts.clone();
        let mut members = vec![0; hashes.len()];
        for (position, hash) in (0..).zip(hashes) {
            let slot = &mut next[value(hash)];
            members[*slot as usize] = position;
            *slot += 1;
        }
        Self {
            first_bit,
            bits,
            starts,
            members,
        }
    }

    /// Visits every member whose value differs from `value` in at most `radius` bits.
    fn visit_near(&self, value: u32, radius: u32, visit: &mut impl FnMut(u32)) {
        self.visit_flipped(value, radius, 0, visit);
    }

    /// Visits the bucket of `value` and those made by flipping up to `flips` more of the bits from `from` on.
    fn visit_flipped(&self, value: u32, flips: u32, from: u32, visit: &mut impl FnMut(u32)) {
        let bucket = self.starts[value as usize] as usize..self.starts[value as usize + 1] as usize;
        self.members[bucket]
            .iter()
            .for_each(|&member| visit(member));
        if flips > 0 {
            for bit in from..self.bits {
                self.visit_flipped(value ^ 1 << bit, flips - 1, bit + 1, visit);
            }
        }
    }
}

/// The `bits` bits of `hash` from `first_bit` on, at most 32.
fn bits_of(hash: &PdqHash, first_bit: u32, bits: u32) -> u32 {
    let word = (first_bit / 64) as usize;
    let high = hash.0.get(word + 1).copied().unwrap_or(0);
    let window = (u128::from(high) << 64 | u128::from(hash.0[word])) >> (first_bit % 64);
    (window & ((1 << bits) - 1)) as u32
}

/// The number of parts with which a look-up at radius 31 costs least, for `size` evenly spread hashes.
///
/// A bucket costs one read from memory, each of its members another.
fn part_count(size: usize) -> u32 {
    let cost = |parts: u32| {
        let bits = f64::from(BITS) / f64::from(parts);
        let (each, remainder) = (INDEXED_RADIUS / parts, INDEXED_RADIUS % parts);
        let buckets = |radius: u32| {
            let mut ways = 1.0;
            let mut sum = 1.0;
            for chosen in 1..=radius {
                ways *= (bits - f64::from(chosen) + 1.0) / f64::from(chosen);
                sum += ways;
            }
            sum
        };
        let wide = f64::from(remainder + 1) * buckets(each);
        let narrow = if each > 0 {
            f64::from(parts - remainder - 1) * buckets(each - 1)
        } else {
            0.0
        };
        (wide + narrow) * (1.0 + size as f64 / bits.exp2())
    };
    // Tables of much more buckets than hashes would take more memory than they save time.
    let fits = |parts: &u32| (1u64 << BITS.div_ceil(*parts)) <= 8 * size as u64;
    (11..16)
        .filter(fits)
        .chain([16])
        .min_by(|&a, &b| cost(a).total_cmp(&cost(b)))
        .unwrap_or(16)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::{FLAT_SIZE, HammingIndex, bits_of, part_count};
    use crate::image::PdqHash;

    /// Clusters of hashes: each a centre with a few of its bits flipped.
    fn clustered(seed: u64, clusters: usize, members: usize) -> Vec<PdqHash> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut hashes = Vec::new();
        for _ in 0..clusters {
            let centre = PdqHash(rng.random());
            for _ in 0..members {
                hashes.push(flipped(&mut rng, centre, 40));
            }
        }
        hashes
    }

    fn flipped(rng: &mut ChaCha8Rng, mut hash: PdqHash, most: u32) -> PdqHash {
        for _ in 0..rng.random_range(0..=most) {
            let bit = rng.random_range(0..256);
            hash.0[bit / 64] ^= 1 << (bit % 64);
        }
        hash
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn look_ups_find_what_a_scan_finds(
            seed in any::<u64>(),
            clusters in 0usize..40,
            members in 1usize..12,
            parts in 11u32..=16,
            radius in 0u32..=31,
        ) {
            let hashes = clustered(seed, clusters, members);
            let flat = HammingIndex::with_parts(hashes.clone(), 0);
            let indexed = HammingIndex::with_parts(hashes.clone(), parts);
            let mut rng = ChaCha8Rng::seed_from_u64(!seed);
            for hash in hashes.iter().take(20) {
                let query = flipped(&mut rng, *hash, 35);
                prop_assert_eq!(indexed.within(&query, radius), flat.within(&query, radius));
            }
        }
    }

    #[test]
    fn answers_are_sorted_by_distance_then_position() {
        let hashes = [0b111, 0b1, 0, 0b10].map(|low| PdqHash([low, 0, 0, 0]));
        let index = HammingIndex::build(hashes.to_vec());
        assert_eq!(
            index.within(&PdqHash::default(), 1),
            [(2, 0), (1, 1), (3, 1)]
        );
        assert_eq!(index.within(&PdqHash([u64::MAX; 4]), 256).len(), 4);
    }

    #[test]
    fn parts_cover_all_bits() {
        let hash = PdqHash([0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 7, 1 << 63]);
        assert_eq!(bits_of(&hash, 60, 8), 0x00);
        assert_eq!(bits_of(&hash, 56, 16), 0x1001);
        assert_eq!(bits_of(&hash, 240, 16), 0x8000);
        assert_eq!((part_count(FLAT_SIZE), part_count(1_000_000_000)), (16, 11));
    }

    #[test]
    fn a_set_over_the_flat_size_is_indexed_and_exact() {
        let hashes = clustered(7, FLAT_SIZE / 10 + 1, 10);
        let index = HammingIndex::build(hashes.clone());
        assert!(!index.tables.is_empty());
        let flat = HammingIndex::with_parts(hashes.clone(), 0);
        for query in hashes.iter().step_by(200) {
            assert_eq!(index.within(query, 31), flat.within(query, 31));
        }
    }
}
