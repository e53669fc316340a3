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
pub(super) fn hash_all(plane: Plane) -> ([PdqHash; 8], u8) {
    if plane.rows < SHORTEST_SIDE || plane.columns < SHORTEST_SIDE {
        return ([PdqHash::default(); 8], 0);
    }
    let shrunk = box_filter::shrink(plane);
    let coefficients = dct::lowest(&shrunk);
    let hashes = Transform::ALL.map(|transform| hash::of_coefficients(&dct::turn(&coefficients, transform)));
    (hashes, quality(&shrunk))
}

/// How much there is to see: the sum of the gradients that are at least one hundredth of full scale.
fn quality(shrunk: &Shrunk) -> u8 {
    let step = |from: f32, to: f32| (((from - to) * 100.0 / 255.0) as i32).unsigned_abs();
    let mut sum = 0u32;
    for rows in shrunk.windows(2) {
        sum += rows[0].iter().zip(&rows[1]).map(|(up, down)| step(*up, *down)).sum::<u32>();
    }
    for row in shrunk {
        sum += row.windows(2).map(|pair| step(pair[0], pair[1])).sum::<u32>();
    }
    (sum / 90).min(100) as u8
}

#[cfg(test)]
mod tests {
    use super::{Plane, Transform, hash_all};

    /// A picture with no symmetry: two blobs on a slope.
    fn blobs(rows: usize, columns: usize) -> Vec<f32> {
        let mut luma = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            for column in 0..columns {
                let (y, x) = (row as f32 / rows as f32, column as f32 / columns as f32);
                let blob = |cy: f32, cx: f32, r: f32| (-((y - cy).powi(2) + (x - cx).powi(2)) / (r * r)).exp();
                luma.push(60.0 * y + 20.0 * x + 120.0 * blob(0.3, 0.2, 0.1) + 90.0 * blob(0.6, 0.7, 0.2));
            }
        }
        luma
    }

    #[test]
    fn a_turned_picture_has_the_turned_hash() {
        let side = 256;
        let luma = blobs(side, side);
        let (hashes, quality) = hash_all(Plane { luma: luma.clone(), rows: side, columns: side });
        assert!(quality > 0);
        for (transform, expected) in Transform::ALL.into_iter().zip(hashes) {
            let mut turned = Vec::with_capacity(luma.len());
            for row in 0..side {
                for column in 0..side {
                    let (from_row, from_column) = transform.source(side, row, column);
                    turned.push(luma[from_row * side + from_column]);
                }
            }
            let (turned, _) = hash_all(Plane { luma: turned, rows: side, columns: side });
            // Pixels are sampled right of and below each cell's middle, so a turn is not exact.
            assert!(turned[0].distance(&expected) <= 16, "{transform:?}: {}", turned[0].distance(&expected));
        }
    }

    #[test]
    fn a_flat_picture_has_quality_zero() {
        let (_, quality) = hash_all(Plane { luma: vec![200.0; 100 * 80], rows: 80, columns: 100 });
        assert_eq!(quality, 0);
    }

    #[test]
    fn a_sliver_is_not_hashed() {
        let (hashes, quality) = hash_all(Plane { luma: vec![9.0; 4 * 900], rows: 4, columns: 900 });
        assert_eq!((hashes[0].to_string(), quality), ("0".repeat(64), 0));
    }
}
