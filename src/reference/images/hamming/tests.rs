use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::HammingIndex;
use super::plan::{cut, plan, radii};
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

/// What the index has to find, by comparing with every hash.
fn scan(hashes: &[PdqHash], query: &PdqHash, radius: u32) -> Vec<(usize, u32)> {
    let distances = hashes.iter().map(|hash| hash.distance(query)).enumerate();
    let mut found: Vec<_> = distances
        .filter(|&(_, distance)| distance <= radius)
        .collect();
    found.sort_by_key(|&(position, distance)| (distance, position));
    found
}

fn indexed(hashes: &[PdqHash], parts: u32) -> HammingIndex {
    HammingIndex::with_parts(hashes.to_vec(), cut(hashes.len(), parts))
}

/// Whether look-ups, not a scan, answer a query.
fn looks_up(index: &HammingIndex, query: &PdqHash, radius: u32) -> bool {
    let query = super::Row::new(query);
    index.look_up(&query, radius, &mut super::Room::default(), &mut Vec::new())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_index_finds_what_a_scan_finds(
        seed in any::<u64>(),
        clusters in 0usize..300,
        members in 1usize..60,
        parts in 11u32..=16,
        radius in prop_oneof![0u32..=31, 0u32..=256],
    ) {
        let hashes = clustered(seed, clusters, members);
        let index = indexed(&hashes, parts);
        let mut rng = ChaCha8Rng::seed_from_u64(!seed);
        let queries: Vec<_> = (0..20)
            .map(|_| match hashes.len() {
                0 => PdqHash(rng.random()),
                size => {
                    let near = hashes[rng.random_range(0..size)];
                    flipped(&mut rng, near, 35)
                }
            })
            .collect();
        let answers: Vec<_> = queries.iter().map(|query| index.within(query, radius)).collect();
        for (query, answer) in queries.iter().zip(&answers) {
            prop_assert_eq!(answer, &scan(&hashes, query, radius));
        }
        prop_assert_eq!(index.within_all(&queries, radius), answers);
    }

    #[test]
    fn radii_leave_no_hash_within_the_radius_out(radius in 0u32..=300, parts in 1usize..=20) {
        // A hash further than each part's radius differs in one bit more than it in each part.
        let least: u32 = radii(radius, parts).iter().map(|near| near.map_or(0, |near| near + 1)).sum();
        prop_assert_eq!(least, radius.min(256) + 1);
    }

    #[test]
    fn parts_follow_each_other_and_cover_the_hash(size in 1usize..1 << 32, count in 11u32..=16) {
        let parts = cut(size, count);
        let mut next = 0;
        for part in &parts {
            prop_assert_eq!(part.first_bit, next);
            next += part.bucket_bits + part.tag_bits;
            // A member is 32 bits: a tag and a position.
            prop_assert!(1u64 << (32 - part.tag_bits) >= size as u64);
        }
        prop_assert_eq!((next, parts.len()), (256, count as usize));
    }
}

#[test]
fn large_clusters_are_looked_up_and_equal_hashes_all_found() {
    let mut hashes = clustered(3, 2_000, 10);
    let centre = PdqHash([7; 4]);
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    hashes.extend((0..1_500).map(|_| flipped(&mut rng, centre, 40)));
    hashes.extend([centre; 40]);
    let index = indexed(&hashes, 16);
    assert!(looks_up(&index, &hashes[0], 31));
    let found = index.within(&centre, 31);
    assert!(found.len() > 1_000);
    assert_eq!(found, scan(&hashes, &centre, 31));
}

#[test]
fn a_set_of_one_hash_many_times_is_found_whole() {
    let hashes = vec![PdqHash([1, 2, 3, 4]); 50_000];
    let index = HammingIndex::build(hashes.clone());
    assert!(!looks_up(&index, &hashes[0], 31), "a scan costs less");
    let found = index.within(&hashes[0], 31);
    assert_eq!(found.len(), 50_000);
    assert_eq!(found, scan(&hashes, &hashes[0], 31));
    assert_eq!(index.within(&PdqHash::default(), 0), []);
}

#[test]
fn batches_answer_in_the_order_of_queries_whatever_the_thread_count() {
    let hashes = clustered(11, 1_000, 10);
    let index = HammingIndex::build(hashes.clone());
    let answers = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("a pool")
            .install(|| index.within_all(&hashes[..500], 31))
    };
    let one = answers(1);
    assert_eq!(one, answers(3));
    for (query, answer) in hashes.iter().zip(one) {
        assert_eq!(answer, index.within(query, 31));
    }
}

#[test]
fn an_empty_index_and_an_empty_batch_have_no_answers() {
    let empty = HammingIndex::build(Vec::new());
    assert!(empty.is_empty());
    assert_eq!(empty.within(&PdqHash::default(), u32::MAX), []);
    assert!(empty.within_all(&[], 31).is_empty());
    let one = HammingIndex::build(vec![PdqHash::default()]);
    assert_eq!(one.within(&PdqHash([u64::MAX; 4]), u32::MAX), [(0, 256)]);
}

#[test]
fn an_inverted_copy_is_near_the_complement() {
    let hash = PdqHash([5, 6, 7, 8]);
    let index = HammingIndex::build(vec![PdqHash::default(), PdqHash(hash.0.map(|word| !word))]);
    assert_eq!(
        index.within(&PdqHash(hash.0.map(|word| !word)), 31),
        [(1, 0)]
    );
}

#[test]
fn answers_are_sorted_by_distance_then_position() {
    let hashes = [0b111, 0b1, 0, 0b10].map(|low| PdqHash([low, 0, 0, 0]));
    let index = HammingIndex::build(hashes.to_vec());
    assert_eq!(
        index.within(&PdqHash::default(), 1),
        [(2, 0), (1, 1), (3, 1)]
    );
}

#[test]
fn sub_keys_are_fitted_to_the_size() {
    let parts = |size| plan(size).len();
    assert_eq!((parts(0), parts(4_000)), (0, 0));
    assert!(parts(10_000) > parts(10_000_000));
    let index = HammingIndex::build(clustered(5, 20_000, 10));
    assert!(index.bytes() <= 105 * index.len(), "{}", index.bytes());
}
