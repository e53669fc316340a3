//! PDQ, a perceptual hash of 256 bits with a quality.
//!
//! Facebook: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019 (`hashing.pdf` in the
//! repository facebook/ThreatExchange). The order of the floating-point sums follows the C++ program, since equal
//! pixels must give equal bits.

mod box_filter;
mod dct;
mod hash;
mod plane;

pub use hash::{PdqHash, PdqHashError};
pub(super) use plane::Plane;

use super::Transform;

/// Shorter sides carry no picture to hash: the hash is zero, of quality 0.
const SHORTEST_SIDE: usize = 5;

/// Side of the square that the picture is shrunk to.
const SIDE: usize = 64;

/// A shrunk luma plane, row by row.
type Shrunk = [[f32; SIDE]; SIDE];

/// The hashes of the picture under all eight transforms, in the order of [`Transform::ALL`], and its quality, 0..=100.
pub(super) fn hash_all(plane: &Plane) -> ([PdqHash; 8], u8) {
    if plane.rows < SHORTEST_SIDE || plane.columns < SHORTEST_SIDE {
        return ([PdqHash::default(); 8], 0);
    }
    let shrunk = box_filter::shrink(plane);
    let coefficients = dct::lowest(&shrunk);
    let hashes =
        Transform::ALL.map(|transform| hash::of_coefficients(&dct::turn(&coefficients, transform)));
    (hashes, quality(&shrunk))
}

/// How much there is to see: the sum of the gradients that are at least one hundredth of full scale.
fn quality(shrunk: &Shrunk) -> u8 {
    let step = |from: f32, to: f32| (((from - to) * 100.0 / 255.0) as i32).unsigned_abs();
    let mut sum = 0u32;
    for rows in shrunk.windows(2) {
        sum += rows[0]
            .iter()
            .zip(&rows[1])
            .map(|(up, down)| step(*up, *down))
            .sum::<u32>();
    }
    for row in shrunk {
        sum += row
            .windows(2)
            .map(|pair| step(pair[0], pair[1]))
            .sum::<u32>();
    }
    (sum / 90).min(100) as u8
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::{Plane, SIDE, Transform, hash_all};

    #[test]
    fn a_turned_picture_has_the_turned_hash() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let luma: Vec<f32> = (0..SIDE * SIDE)
            .map(|_| f32::from(rng.random::<u8>()))
            .collect();
        let hash = |luma: Vec<f32>| {
            hash_all(&Plane {
                luma,
                rows: SIDE,
                columns: SIDE,
            })
        };
        let (hashes, quality) = hash(luma.clone());
        assert_eq!(quality, 100);
        for (transform, expected) in Transform::ALL.into_iter().zip(hashes) {
            let turned = (0..SIDE * SIDE).map(|at| {
                let (row, column) = transform.source(SIDE, at / SIDE, at % SIDE);
                luma[row * SIDE + column]
            });
            let (turned, _) = hash(turned.collect());
            // Rounding may move one coefficient over the median.
            assert!(
                turned[0].distance(&expected) <= 2,
                "{transform:?}: {}",
                turned[0].distance(&expected)
            );
        }
    }

    #[test]
    fn a_flat_picture_has_quality_zero() {
        let (_, quality) = hash_all(&Plane {
            luma: vec![200.0; 100 * 80],
            rows: 80,
            columns: 100,
        });
        assert_eq!(quality, 0);
    }

    #[test]
    fn a_sliver_is_not_hashed() {
        let (hashes, quality) = hash_all(&Plane {
            luma: vec![9.0; 4 * 900],
            rows: 4,
            columns: 900,
        });
        assert_eq!((hashes[0].to_string(), quality), ("0".repeat(64), 0));
    }
}
