use serde::{Deserialize, Serialize};

use super::describe::{Descriptor, LENGTH};

/// A descriptor as 128 signs: two codes differ in few bits where two surroundings look alike.
///
/// The signs are those of the descriptor's projections on 128 fixed directions at right angles to each other, which
/// makes the share of differing bits grow with the angle between two descriptors: M. Charikar, "Similarity Estimation
/// Techniques from Rounding Algorithms", STOC 2002, doi:10.1145/509907.509965.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Code(pub [u64; 2]);

impl Code {
    pub(super) fn of(descriptor: &Descriptor) -> Self {
        Self::signs(&projected(descriptor))
    }

    /// The code of a descriptor with its doubtful bits.
    pub(super) fn with_doubts(descriptor: &Descriptor) -> (Self, Doubts) {
        let values = projected(descriptor);
        let mut sizes = values.map(f32::abs);
        sizes.sort_unstable_by(f32::total_cmp);
        let below = |count: usize| Self::where_true(&values, |value| value.abs() < sizes[count]);
        let doubts = Doubts {
            some: below(LENGTH / 2),
            strong: below(LENGTH / 4),
        };
        (Self::signs(&values), doubts)
    }

    fn signs(values: &Descriptor) -> Self {
        Self::where_true(values, |value| value > 0.0)
    }

    fn where_true(values: &Descriptor, is: impl Fn(f32) -> bool) -> Self {
        let mut bits = [0u64; 2];
        for (at, value) in values.iter().enumerate() {
            bits[at / 64] |= u64::from(is(*value)) << (at % 64);
        }
        Self(bits)
    }

    /// Bits `32 * number..32 * (number + 1)`, for `number` in 0..4.
    pub fn quarter(&self, number: usize) -> u32 {
        (self.0[number / 2] >> (32 * (number % 2))) as u32
    }

    /// The number of bits in which the two differ, 0..=128.
    pub fn distance(&self, other: &Self) -> u32 {
        (self.0[0] ^ other.0[0]).count_ones() + (self.0[1] ^ other.0[1]).count_ones()
    }
}

/// Bits of a code that lie nearest to turning over: those in which another view of the same place differs first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doubts {
    /// The nearer half of them.
    pub some: Code,
    /// The nearest quarter.
    pub strong: Code,
}

/// A descriptor in the fixed directions.
fn projected(descriptor: &Descriptor) -> Descriptor {
    let mut values = *descriptor;
    let mean = values.iter().sum::<f32>() / LENGTH as f32;
    values.iter_mut().for_each(|value| *value -= mean);
    for signs in SIGNS {
        for (at, value) in values.iter_mut().enumerate() {
            if signs[at / 64] >> (at % 64) & 1 == 1 {
                *value = -*value;
            }
        }
        hadamard(&mut values);
    }
    values
}

/// Signs that are flipped before each Walsh-Hadamard transform: together a fixed pseudo-random rotation (N. Ailon and
/// B. Chazelle, "Approximate nearest neighbors and the fast Johnson-Lindenstrauss transform", STOC 2006). The digits
/// are those of the fraction of pi, in hexadecimal.
const SIGNS: [[u64; 2]; 3] = [
    [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344],
    [0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89],
    [0x4528_21e6_38d0_1377, 0xbe54_66cf_34e9_0c6c],
];

/// The Walsh-Hadamard transform, not scaled: signs are all that is taken from it.
fn hadamard(values: &mut Descriptor) {
    let mut half = 1;
    while half < LENGTH {
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (low, high) in low.iter_mut().zip(high) {
                (*low, *high) = (*low + *high, *low - *high);
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::*;

    fn length(code: Code) -> u32 {
        code.distance(&Code::default())
    }

    fn within(part: Code, whole: Code) -> bool {
        part.0
            .iter()
            .zip(whole.0)
            .all(|(part, whole)| part & !whole == 0)
    }

    fn at(code: Code, bit: usize) -> bool {
        code.0[bit / 64] >> (bit % 64) & 1 == 1
    }

    fn any_descriptor() -> impl Strategy<Value = Descriptor> {
        prop::collection::vec(0.0f32..0.2, LENGTH)
            .prop_map(|values| std::array::from_fn(|at| values[at]))
    }

    proptest! {
        #[test]
        fn no_bit_that_is_not_doubtful_lies_nearer_to_turning_over(descriptor in any_descriptor()) {
            let (code, doubts) = Code::with_doubts(&descriptor);
            prop_assert_eq!(code, Code::of(&descriptor));
            prop_assert!(length(doubts.some) <= 64 && length(doubts.strong) <= 32);
            prop_assert!(within(doubts.strong, doubts.some));
            let values = projected(&descriptor);
            for doubtful in [doubts.some, doubts.strong] {
                let size = |bit: usize| values[bit].abs();
                let farthest = (0..LENGTH).filter(|&bit| at(doubtful, bit)).map(size).fold(-1.0, f32::max);
                prop_assert!((0..LENGTH).all(|bit| at(doubtful, bit) || size(bit) > farthest));
            }
        }
    }

    /// What another view of a place changes is mostly among the doubtful bits.
    #[test]
    fn bits_that_a_little_noise_turns_over_are_doubtful() {
        let mut runner = TestRunner::deterministic();
        let views = (
            any_descriptor(),
            prop::collection::vec(-0.02f32..0.02, LENGTH),
        );
        let (mut turned, mut some, mut strong) = (0, 0, 0);
        for _ in 0..100 {
            let (before, noise) = views.new_tree(&mut runner).expect("a draw").current();
            let after: Descriptor = std::array::from_fn(|at| before[at] + noise[at]);
            let (code, doubts) = Code::with_doubts(&before);
            let other = Code::of(&after);
            let differs = |bit: &usize| at(code, *bit) != at(other, *bit);
            turned += (0..LENGTH).filter(differs).count();
            let among = |doubtful: Code| {
                (0..LENGTH)
                    .filter(differs)
                    .filter(|&bit| at(doubtful, bit))
                    .count()
            };
            some += among(doubts.some);
            strong += among(doubts.strong);
        }
        assert!(turned > 500, "{turned}");
        assert!(100 * some >= 99 * turned, "{some} of {turned}");
        assert!(100 * strong >= 90 * turned, "{strong} of {turned}");
    }
}
