/// Bytes of a band: sketches are compared only with those that agree with them in one whole band.
const BAND_BYTES: usize = 4;

/// How a picture looks or what a text says, in 256 bits: the PDQ hash of a picture, or for a text the lowest bytes of 32
/// minima over its word pairs (Broder, doi:10.1109/SEQUEN.1997.666900).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sketch([u8; Sketch::BYTES]);

impl Sketch {
    const BYTES: usize = 32;
    /// Bands of a sketch.
    pub const BANDS: usize = Self::BYTES / BAND_BYTES;

    /// The sketch of a picture by its PDQ hash in hexadecimal; `None` when it is none.
    pub fn of_picture(pdq: &str) -> Option<Self> {
        let digits = pdq.as_bytes();
        if digits.len() != 2 * Self::BYTES {
            return None;
        }
        let mut bytes = [0; Self::BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let pair = std::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The sketch of a text by the hashes of what it is made of. Of two texts about as many bytes are equal, of 32, as they
    /// share of what either is made of.
    pub fn of_text(parts: &[u64]) -> Self {
        let seeds: [u64; Self::BYTES] = std::array::from_fn(|index| mixed(index as u64 + 1));
        let mut minima = [u64::MAX; Self::BYTES];
        for part in parts {
            for (seed, least) in seeds.iter().zip(&mut minima) {
                *least = (*least).min(mixed(part ^ seed));
            }
        }
        Self(minima.map(|least| least as u8))
    }

    /// The bands, in order.
    pub fn bands(self) -> impl Iterator<Item = [u8; BAND_BYTES]> {
        let bytes = self.0;
        (0..Self::BANDS).map(move |band| std::array::from_fn(|at| bytes[band * BAND_BYTES + at]))
    }

    /// Bits that differ, 0..=256.
    pub fn distance(&self, other: &Self) -> u32 {
        let pairs = self.0.iter().zip(&other.0);
        pairs.map(|(a, b)| (a ^ b).count_ones()).sum()
    }

    /// Bytes that are equal, 0..=32.
    pub fn agreement(&self, other: &Self) -> usize {
        let pairs = self.0.iter().zip(&other.0);
        pairs.filter(|(a, b)| a == b).count()
    }

    /// As four numbers, for a table.
    pub fn to_numbers(self) -> [i64; 4] {
        std::array::from_fn(|at| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&self.0[8 * at..8 * at + 8]);
            i64::from_le_bytes(bytes)
        })
    }

    /// From what [`Sketch::to_numbers`] gave.
    pub fn from_numbers(numbers: [i64; 4]) -> Self {
        let mut bytes = [0; Self::BYTES];
        for (place, number) in bytes.chunks_mut(8).zip(numbers) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        Self(bytes)
    }
}

/// A well spread number for each number (the finaliser of SplitMix64, doi:10.1145/2714064.2660195).
pub(super) fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agreement_of_texts_is_about_the_share_that_they_have_in_common() {
        let parts: Vec<u64> = (0..400).collect();
        let whole = Sketch::of_text(&parts[..300]);
        let three_of_five = Sketch::of_text(&parts[75..375]);
        let nothing = Sketch::of_text(&(1000..1300).collect::<Vec<_>>());
        assert_eq!(whole.agreement(&whole), 32);
        assert!((12..=27).contains(&whole.agreement(&three_of_five)));
        assert!(whole.agreement(&nothing) <= 3);
    }

    #[test]
    fn a_picture_is_read_from_hexadecimal_and_through_a_table() {
        let pdq = "f".repeat(63) + "e";
        let sketch = Sketch::of_picture(&pdq).expect("a hash");
        assert_eq!(Sketch::from_numbers(sketch.to_numbers()), sketch);
        let other = Sketch::of_picture(&"f".repeat(64)).expect("a hash");
        assert_eq!(sketch.distance(&other), 1);
        assert_eq!(
            sketch
                .bands()
                .zip(other.bands())
                .filter(|(a, b)| a == b)
                .count(),
            7
        );
        assert_eq!(Sketch::of_picture("xyz"), None);
        assert_eq!(Sketch::of_picture(&"é".repeat(32)), None);
    }
}
