use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::dct::{Coefficients, LOWEST};

/// A PDQ hash: bit `16 i + j` says whether the coefficient of row `i` and column `j` is above the median.
///
/// Word 0 holds bits 0 to 63. As text it is 64 hexadecimal digits, bit 255 first, as the C++ program prints it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PdqHash(pub [u64; 4]);

/// Why a text is no PDQ hash.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{found:?} is no PDQ hash, expected 64 hexadecimal digits")]
pub struct PdqHashError {
    /// The text.
    pub found: String,
}

impl PdqHash {
    /// The number of bits in which the two differ, 0..=256.
    #[inline]
    pub fn distance(&self, other: &Self) -> u32 {
        self.0
            .iter()
            .zip(&other.0)
            .map(|(a, b)| (a ^ b).count_ones())
            .sum()
    }

    /// The hash of the negative picture, but for ties: every coefficient changes its sign.
    pub fn complement(&self) -> Self {
        Self(self.0.map(|word| !word))
    }
}

/// Bits of the coefficients that are above the median, the lower of the two middle ones.
pub(super) fn of_coefficients(coefficients: &Coefficients) -> PdqHash {
    let mut sorted = [0.0f32; LOWEST * LOWEST];
    sorted.copy_from_slice(coefficients.as_flattened());
    let (_, &mut median, _) =
        sorted.select_nth_unstable_by(LOWEST * LOWEST / 2 - 1, f32::total_cmp);
    let mut words = [0u64; 4];
    for (bit, &coefficient) in coefficients.as_flattened().iter().enumerate() {
        words[bit / 64] |= u64::from(coefficient > median) << (bit % 64);
    }
    PdqHash(words)
}

impl fmt::Display for PdqHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [low, second, third, high] = self.0;
        write!(f, "{high:016x}{third:016x}{second:016x}{low:016x}")
    }
}

impl FromStr for PdqHash {
    type Err = PdqHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || PdqHashError {
            found: text.to_owned(),
        };
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(error());
        }
        let mut words = [0; 4];
        for (index, word) in words.iter_mut().enumerate() {
            let digits = &text[64 - 16 * (index + 1)..64 - 16 * index];
            *word = u64::from_str_radix(digits, 16).map_err(|_| error())?;
        }
        Ok(Self(words))
    }
}

/// Hexadecimal digits where people read, else 32 bytes.
impl Serialize for PdqHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        let mut bytes = [0; 32];
        for (part, word) in bytes.chunks_exact_mut(8).zip(self.0) {
            part.copy_from_slice(&word.to_le_bytes());
        }
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for PdqHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        if deserializer.is_human_readable() {
            return String::deserialize(deserializer)?
                .parse()
                .map_err(D::Error::custom);
        }
        let bytes = <&[u8]>::deserialize(deserializer)?;
        let (words, rest) = bytes.as_chunks::<8>();
        let words = words.try_into().ok().filter(|_| rest.is_empty());
        let words: [[u8; 8]; 4] =
            words.ok_or_else(|| D::Error::invalid_length(bytes.len(), &"32 bytes"))?;
        Ok(Self(words.map(u64::from_le_bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::PdqHash;

    #[test]
    fn bit_255_is_printed_first() {
        let text = format!("8{}1", "0".repeat(62));
        assert_eq!(PdqHash([1, 0, 0, 1 << 63]).to_string(), text);
        assert_eq!(text.parse(), Ok(PdqHash([1, 0, 0, 1 << 63])));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "0",
            "é",
            &"+".repeat(64),
            &"g".repeat(64),
            &"0".repeat(65),
        ] {
            assert!(text.parse::<PdqHash>().is_err(), "{text}");
        }
    }

    #[test]
    fn distance_counts_differing_bits() {
        assert_eq!(
            PdqHash([0b1011, 0, 0, 1]).distance(&PdqHash([0b0001, 0, 0, 0])),
            3
        );
        assert_eq!(PdqHash([u64::MAX; 4]).distance(&PdqHash::default()), 256);
    }
}
