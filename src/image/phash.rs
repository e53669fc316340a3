use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use image::RgbImage;
use img_hash::{BitOrder, FilterType, HashAlg, Hasher, HasherConfig};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::Unreadable;
use super::thumbnail::resize;

/// The DCT hash of 8 x 8 low frequencies against their median, as `img_hash` makes it: a second opinion on PDQ.
///
/// As text it is 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PHash(pub u64);

/// Side of the square that the hasher gets, a multiple of the 16 that it works on.
const SIDE: u32 = 64;

static HASHER: LazyLock<Hasher> = LazyLock::new(|| {
    HasherConfig::new()
        .hash_size(8, 8)
        .hash_alg(HashAlg::Median)
        .preproc_dct()
        .resize_filter(FilterType::Triangle)
        .bit_order(BitOrder::MsbFirst)
        .to_hasher()
});

impl PHash {
    /// The hash of `pixels`. Every pixel counts: unlike for PDQ, none is left out on the way down.
    pub(super) fn of(pixels: &RgbImage) -> Result<Self, Unreadable> {
        let hash = HASHER.hash_image(&resize(pixels, SIDE, SIDE)?);
        Ok(Self(
            hash.as_bytes()
                .iter()
                .fold(0, |bits, &byte| bits << 8 | u64::from(byte)),
        ))
    }

    /// The number of bits in which the two differ, 0..=64.
    pub fn distance(&self, other: &Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}

impl fmt::Display for PHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Why a text is no DCT hash.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{found:?} is no DCT hash, expected 16 hexadecimal digits")]
pub struct PHashError {
    /// The text.
    pub found: String,
}

impl FromStr for PHash {
    type Err = PHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = u64::from_str_radix(text, 16).ok().filter(|_| digits);
        value.map(Self).ok_or_else(|| PHashError {
            found: text.to_owned(),
        })
    }
}

/// Hexadecimal digits where people read, else a number.
impl Serialize for PHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for PHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return u64::deserialize(deserializer).map(Self);
        }
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, imageops};
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::PHash;

    #[test]
    fn a_smaller_copy_is_near_and_a_mirrored_one_is_far() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let levels: [u8; 36] = std::array::from_fn(|_| rng.random());
        let picture = RgbImage::from_fn(300, 200, |x, y| {
            Rgb([levels[(y * 6 / 200 * 6 + x * 6 / 300) as usize]; 3])
        });
        let hash = PHash::of(&picture).expect("a hash");
        let smaller = imageops::resize(&picture, 90, 60, imageops::FilterType::Triangle);
        let distance = PHash::of(&smaller).expect("a hash").distance(&hash);
        assert!(distance <= 8, "{distance}");
        let mirrored = imageops::flip_horizontal(&picture);
        assert!(PHash::of(&mirrored).expect("a hash").distance(&hash) >= 16);
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }

    #[test]
    fn only_sixteen_hexadecimal_digits_are_a_hash() {
        for text in ["", "1", "+000000000000001", "00000000000000001"] {
            let error = text.parse::<PHash>().expect_err(text);
            assert!(error.to_string().contains("16 hexadecimal digits"));
        }
    }
}
