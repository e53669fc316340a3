use std::ops::Range;

/// Letters of the longest name that is looked for.
pub(super) const LONGEST_NAME: usize = 128;

/// An odd number without pattern: the base of the polynomial, modulo 2^64.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

const POWERS: [u64; LONGEST_NAME + 1] = {
    let mut powers = [1u64; LONGEST_NAME + 1];
    let mut at = 1;
    while at <= LONGEST_NAME {
        powers[at] = powers[at - 1].wrapping_mul(BASE);
        at += 1;
    }
    powers
};

/// The hash of a run of letters with one more behind it.
pub(super) fn with(hash: u64, letter: char) -> u64 {
    hash.wrapping_mul(BASE)
        .wrapping_add(u64::from(u32::from(letter)) + 1)
}

/// The hash of letters: a polynomial in [`BASE`] (Karp and Rabin, doi:10.1147/rd.312.0249).
pub(super) fn hash_of(letters: impl IntoIterator<Item = char>) -> u64 {
    letters.into_iter().fold(0, with)
}

/// The hash of a run and, behind it, of another with `length` letters, at most [`LONGEST_NAME`].
pub(super) fn concatenated(first: u64, second: u64, length: usize) -> u64 {
    first.wrapping_mul(POWERS[length]).wrapping_add(second)
}

/// A text's letters without spaces, any run of which is hashed at once, also with a letter left out
/// and from behind.
#[derive(Default)]
pub(super) struct Letters {
    letters: Vec<char>,
    /// Hashes of the first 0, 1, 2, ... letters.
    forward: Vec<u64>,
    /// Hashes of the last 0, 1, 2, ... letters, read from behind.
    backward: Vec<u64>,
}

impl Letters {
    pub fn new(letters: Vec<char>) -> Self {
        let hashes = |letters: &mut dyn Iterator<Item = &char>, count| {
            let mut hashes = Vec::with_capacity(count + 1);
            hashes.push(0);
            hashes.extend(letters.scan(0, |hash, letter| {
                *hash = with(*hash, *letter);
                Some(*hash)
            }));
            hashes
        };
        Self {
            forward: hashes(&mut letters.iter(), letters.len()),
            backward: hashes(&mut letters.iter().rev(), letters.len()),
            letters,
        }
    }

    pub fn get(&self, range: Range<usize>) -> &[char] {
        self.letters.get(range).unwrap_or(&[])
    }

    pub fn spell(&self, range: Range<usize>, name: &str) -> bool {
        self.get(range).iter().copied().eq(name.chars())
    }

    /// The hash of a run of at most [`LONGEST_NAME`] letters.
    pub fn hash(&self, range: Range<usize>) -> u64 {
        between(&self.forward, range)
    }

    /// The same, read from behind.
    pub fn reversed(&self, range: Range<usize>) -> u64 {
        let count = self.letters.len();
        between(&self.backward, count - range.end..count - range.start)
    }

    /// The same with the letter `out` left out.
    pub fn without(&self, range: Range<usize>, out: usize) -> u64 {
        let behind = self.hash(out + 1..range.end);
        concatenated(self.hash(range.start..out), behind, range.end - out - 1)
    }
}

fn between(hashes: &[u64], range: Range<usize>) -> u64 {
    let before = hashes[range.start].wrapping_mul(POWERS[range.end - range.start]);
    hashes[range.end].wrapping_sub(before)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_hash_as_their_letters_do(text in "\\PC{1,30}", start in 0usize..30, length in 1usize..30, out in 0usize..30) {
            let all: Vec<char> = text.chars().collect();
            let start = start % all.len();
            let end = (start + length).min(all.len());
            let run = &all[start..end];
            let letters = Letters::new(all.clone());
            prop_assert_eq!(letters.hash(start..end), hash_of(run.iter().copied()));
            prop_assert_eq!(letters.reversed(start..end), hash_of(run.iter().rev().copied()));
            let mut rest = run.to_vec();
            let out = out % run.len();
            rest.remove(out);
            prop_assert_eq!(letters.without(start..end, start + out), hash_of(rest));
        }
    }
}
