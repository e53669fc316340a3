use crate::image::PdqHash;

/// A hash as the index keeps it: never across two cache lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(32))]
pub(super) struct Row([u64; 4]);

impl Row {
    pub(super) fn new(hash: &PdqHash) -> Self {
        Self(hash.0)
    }

    /// The number of bits in which the two differ, if at most `radius`.
    pub(super) fn distance_within(&self, other: &Self, radius: u32) -> Option<u32> {
        let differing = |word: usize| (self.0[word] ^ other.0[word]).count_ones();
        // Half of the bits rule out nearly every other hash.
        let half = differing(0) + differing(1);
        if half > radius {
            return None;
        }
        let distance = half + differing(2) + differing(3);
        (distance <= radius).then_some(distance)
    }

    /// The `bits` bits from `first_bit` on, at most 32.
    pub(super) fn bits(&self, first_bit: u32, bits: u32) -> u32 {
        let word = (first_bit / 64) as usize;
        let high = self.0.get(word + 1).copied().unwrap_or(0);
        let window = (u128::from(high) << 64 | u128::from(self.0[word])) >> (first_bit % 64);
        (window & ((1 << bits) - 1)) as u32
    }
}
