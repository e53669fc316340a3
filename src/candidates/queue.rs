use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use super::Candidate;

/// The best candidates within the reviewers' capacity.
///
/// Memory is bounded by the capacity, and the result does not depend on the order of arrival:
/// candidates are ordered by probability, the highest first, then by listing id.
#[derive(Debug)]
pub struct Queue {
    capacity: usize,
    heap: BinaryHeap<Entry>,
}

/// A candidate ordered so that the worst is the greatest, which a max-heap keeps at hand.
#[derive(Debug)]
struct Entry(Box<Candidate>);

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (&self.0, &other.0);
        b.probability
            .total_cmp(&a.probability)
            .then_with(|| a.listing_id.cmp(&b.listing_id))
            .then_with(|| a.seller_id.cmp(&b.seller_id))
            .then_with(|| a.title.cmp(&b.title))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

impl Queue {
    /// An empty queue for at most `capacity` candidates.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            heap: BinaryHeap::new(),
        }
    }

    /// Offers a candidate; the worst leaves when there is no room.
    pub fn push(&mut self, candidate: Candidate) {
        self.heap.push(Entry(Box::new(candidate)));
        if self.heap.len() > self.capacity {
            self.heap.pop();
        }
    }

    /// The queue in order, ranked from 1, with each candidate's neighbours counted.
    pub fn draw(self) -> Vec<Candidate> {
        let mut drawn: Vec<Candidate> = self
            .heap
            .into_sorted_vec()
            .into_iter()
            .map(|entry| *entry.0)
            .collect();
        let mut sellers: BTreeMap<String, u64> = BTreeMap::new();
        let mut images: BTreeMap<String, u64> = BTreeMap::new();
        for candidate in &drawn {
            *sellers.entry(candidate.seller_id.to_string()).or_default() += 1;
            if let Some(key) = &candidate.neighbours.image_key {
                *images.entry(key.clone()).or_default() += 1;
            }
        }
        for (rank, candidate) in (1..).zip(&mut drawn) {
            candidate.rank = rank;
            candidate.neighbours.same_seller = sellers[candidate.seller_id.as_str()] - 1;
            if let Some(key) = &candidate.neighbours.image_key {
                candidate.neighbours.same_image = images[key] - 1;
            }
        }
        drawn
    }
}
