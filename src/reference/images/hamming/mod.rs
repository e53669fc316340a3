//! Finds all hashes within a Hamming distance, exactly and without comparing with all of them.

mod plan;
mod row;
mod table;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use self::plan::{Part, plan, radii};
use self::row::Row;
use self::table::Table;
use crate::image::PdqHash;

/// Candidates whose hashes are fetched before the first is compared, so that the memory reads overlap.
const FETCHED: usize = 32;

/// Look-ups and candidates that together cost more than comparing with every hash: that is 1 in so many hashes.
const SCAN_SHARE: usize = 8;

/// Finds all hashes within a Hamming distance, exactly.
///
/// Multi-index hashing: M. Norouzi, A. Punjani, D. J. Fleet, "Fast Search in Hamming Space with Multi-Index Hashing",
/// CVPR 2012. A hash is cut into parts; two hashes within the radius agree in one of the parts but for few bits, so the
/// members with a near value of some part hold every answer. Small sets, and radii that make look-ups dearer than
/// comparing with everything, are scanned.
///
/// Takes 32 bytes a hash and 4 to 5 for each of the 11 to 16 parts: 85 bytes at a million hashes.
#[derive(Clone, Debug, Default)]
pub struct HammingIndex {
    rows: Vec<Row>,
    tables: Vec<Table>,
}

impl HammingIndex {
    /// An index over `hashes`, at most 2^32 - 1 of them; answers name them by position.
    ///
    /// Uses all threads of the current rayon pool; the index is the same whatever their number.
    pub fn build(hashes: Vec<PdqHash>) -> Self {
        let parts = plan(hashes.len());
        Self::with_parts(hashes, parts)
    }

    fn with_parts(hashes: Vec<PdqHash>, parts: Vec<Part>) -> Self {
        let rows: Vec<Row> = hashes.par_iter().map(Row::new).collect();
        // Gone before the tables come, so that the peak is the finished index.
        drop(hashes);
        let tables = parts
            .into_par_iter()
            .map(|part| Table::new(&rows, part))
            .collect();
        Self { rows, tables }
    }

    /// The number of hashes.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The bytes of memory that the index takes.
    pub fn bytes(&self) -> usize {
        let tables: usize = self.tables.iter().map(Table::bytes).sum();
        size_of::<Self>() + self.rows.capacity() * size_of::<Row>() + tables
    }

    /// All positions whose hash differs from `query` in at most `radius` bits, with that distance; sorted by distance,
    /// then position.
    ///
    /// The copies with inverted tones of a picture are within `radius` of the complement of its hash: ask for that.
    pub fn within(&self, query: &PdqHash, radius: u32) -> Vec<(usize, u32)> {
        self.find(query, radius, &mut Room::default())
    }

    /// As [`Self::within`] for each of `queries`, in their order, by all threads of the current rayon pool.
    pub fn within_all(&self, queries: &[PdqHash], radius: u32) -> Vec<Vec<(usize, u32)>> {
        queries
            .par_iter()
            .map_init(Room::default, |room, query| self.find(query, radius, room))
            .collect()
    }

    fn find(&self, query: &PdqHash, radius: u32, room: &mut Room) -> Vec<(usize, u32)> {
        let query = Row::new(query);
        let mut found = Vec::new();
        if !self.look_up(&query, radius, room, &mut found) {
            found.clear();
            self.scan(&query, radius, &mut found);
        }
        found.sort_unstable_by_key(|&(position, distance)| (distance, position));
        found
    }

    fn scan(&self, query: &Row, radius: u32, found: &mut Vec<(usize, u32)>) {
        let near = |(position, row): (usize, &Row)| {
            query
                .distance_within(row, radius)
                .map(|distance| (position, distance))
        };
        found.extend(self.rows.iter().enumerate().filter_map(near));
    }

    /// Finds the answers by look-ups, unsorted; `false` where a scan costs less.
    fn look_up(
        &self,
        query: &Row,
        radius: u32,
        room: &mut Room,
        found: &mut Vec<(usize, u32)>,
    ) -> bool {
        let allowed = self.rows.len() / SCAN_SHARE;
        let radii = radii(radius, self.tables.len());
        let Room {
            buckets,
            candidates,
            ends,
        } = room;
        candidates.clear();
        ends.clear();
        for (table, part_radius) in self.tables.iter().zip(&radii) {
            if let Some(near) = *part_radius
                && !table.candidates(query, near, allowed, buckets, candidates)
            {
                return false;
            }
            ends.push(candidates.len());
        }
        // An answer is near in several parts: the first of them gives it.
        let is_first = |row: &Row, candidate: usize| {
            let table = ends.partition_point(|&end| end <= candidate);
            let mut earlier = self.tables[..table].iter().zip(&radii);
            earlier.all(|(table, near)| near.is_none_or(|near| table.distance(query, row) > near))
        };
        let mut rows = [Row::default(); FETCHED];
        for (chunk, positions) in candidates.chunks(FETCHED).enumerate() {
            for (row, &position) in rows.iter_mut().zip(positions) {
                *row = self.rows[position as usize];
            }
            for (lane, (row, &position)) in rows.iter().zip(positions).enumerate() {
                if let Some(distance) = query.distance_within(row, radius)
                    && is_first(row, chunk * FETCHED + lane)
                {
                    found.push((position as usize, distance));
                }
            }
        }
        !self.tables.is_empty()
    }
}

/// Room for the work of one query, kept for the next.
#[derive(Default)]
struct Room {
    buckets: Vec<[u32; 2]>,
    candidates: Vec<u32>,
    /// For each table, the number of candidates up to its last.
    ends: Vec<usize>,
}
