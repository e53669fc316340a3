use super::plan::Part;
use super::row::Row;

/// Members that are compared at once; as many are added at the end, so that there are always so many to read.
const LANES: usize = 16;

/// The hashes by the value of one part.
///
/// Its upper bits name a bucket, `members[starts[v]..starts[v + 1]]`, of about a cache line of members. The lower bits
/// are the member's tag, kept above its position in the same 32 bits: so the near values share few reads.
#[derive(Clone, Debug)]
pub(super) struct Table {
    part: Part,
    position_bits: u32,
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl Table {
    pub(super) fn new(rows: &[Row], part: Part) -> Self {
        let position_bits = 32 - part.tag_bits;
        // A counting sort. Filling from the back turns the end of each bucket into its start.
        let mut starts = vec![0u32; (1 << part.bucket_bits) + 1];
        for row in rows {
            starts[(part.value(row) >> part.tag_bits) as usize] += 1;
        }
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut members = vec![0; rows.len() + LANES];
        for position in (0..rows.len()).rev() {
            let value = part.value(&rows[position]);
            let start = &mut starts[(value >> part.tag_bits) as usize];
            *start -= 1;
            let tag = value & ((1 << part.tag_bits) - 1);
            members[*start as usize] = (u64::from(tag) << position_bits) as u32 | position as u32;
        }
        Self {
            part,
            position_bits,
            starts,
            members,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + (self.starts.capacity() + self.members.capacity()) * size_of::<u32>()
    }

    /// The number of bits of this part in which the two differ.
    pub(super) fn distance(&self, a: &Row, b: &Row) -> u32 {
        (self.part.value(a) ^ self.part.value(b)).count_ones()
    }

    /// Adds the positions of all members whose value differs from that of `query` in at most `radius` bits to
    /// `candidates`. `false` where that takes more than `allowed` look-ups or makes more candidates.
    pub(super) fn candidates(
        &self,
        query: &Row,
        radius: u32,
        allowed: usize,
        buckets: &mut Vec<[u32; 2]>,
        candidates: &mut Vec<u32>,
    ) -> bool {
        if self.part.buckets_within(radius) > allowed as f64 {
            return false;
        }
        let value = self.part.value(query);
        let bucket = value >> self.part.tag_bits;
        let tag = (u64::from(value & ((1 << self.part.tag_bits) - 1)) << self.position_bits) as u32;
        for flips in 0..=radius.min(self.part.bucket_bits) {
            // All bounds before the first bucket, so that the memory reads of each kind overlap.
            buckets.clear();
            buckets.extend(patterns(flips, self.part.bucket_bits).map(|pattern| {
                let near = (bucket ^ pattern) as usize;
                [self.starts[near], self.starts[near + 1]]
            }));
            for &[start, end] in &*buckets {
                self.matching(start, end, tag, radius - flips, candidates);
            }
            if candidates.len() > allowed {
                return false;
            }
        }
        true
    }

    /// Adds the positions of those of `members[start..end]` whose tag differs from `tag` in at most `flips` bits.
    #[inline]
    fn matching(&self, start: u32, end: u32, tag: u32, flips: u32, candidates: &mut Vec<u32>) {
        let positions = ((1u64 << self.position_bits) - 1) as u32;
        let (mut start, end) = (start as usize, end as usize);
        while start < end {
            let Some(members) = self.members[start..].first_chunk::<LANES>() else {
                return;
            };
            // Without a branch for each, since which tags are near cannot be foretold.
            let mut differing = members.map(|member| (member ^ tag) & !positions);
            for _ in 0..flips {
                differing = differing.map(|bits| bits & bits.wrapping_sub(1));
            }
            let mut near = 0u32;
            for (lane, bits) in differing.iter().enumerate() {
                near |= u32::from(*bits == 0) << lane;
            }
            near &= (1u32 << (end - start).min(LANES)) - 1;
            while near != 0 {
                candidates.push(members[near.trailing_zeros() as usize] & positions);
                near &= near - 1;
            }
            start += LANES;
        }
    }
}

/// All numbers below 2^`bits` with `ones` bits set, ascending.
fn patterns(ones: u32, bits: u32) -> impl Iterator<Item = u32> {
    let first = (1u32 << ones) - 1;
    std::iter::successors(Some(first), |&pattern| {
        // The next greater number with as many bits: HAKMEM item 175.
        let lowest = pattern & pattern.wrapping_neg();
        let carried = pattern + lowest;
        (pattern != 0).then(|| carried | ((carried ^ pattern) >> 2) >> lowest.trailing_zeros())
    })
    .take_while(move |&pattern| pattern < 1 << bits)
}
