//! The inverse DCT of a block at any size from 1 x 1 to 8 x 8 (ITU-T T.81, A.3.3; a smaller size leaves out the
//! frequencies that it cannot hold), one row of pixels at a time.

use std::f64::consts::PI;
use std::sync::LazyLock;

use super::frame::NATURAL;

/// What each frequency gives at each position, and the reverse.
pub(super) struct Basis {
    /// By frequency, then position; zero beyond the size.
    pub frequencies: [[f32; 8]; 8],
    /// By position, then frequency.
    pub positions: [[f32; 8]; 8],
}

/// The bases of sizes 1 to 8, by size less one.
pub(super) static BASES: LazyLock<[Basis; 8]> = LazyLock::new(|| {
    std::array::from_fn(|index| {
        let size = index + 1;
        let mut basis = Basis {
            frequencies: [[0.0; 8]; 8],
            positions: [[0.0; 8]; 8],
        };
        for frequency in 0..size {
            for position in 0..size {
                let angle = ((2 * position + 1) * frequency) as f64 * PI / (2 * size) as f64;
                let scale = if frequency == 0 { 0.125f64.sqrt() } else { 0.5 };
                let value = (scale * angle.cos()) as f32;
                basis.frequencies[frequency][position] = value;
                basis.positions[position][frequency] = value;
            }
        }
        basis
    })
});

/// A block of coefficients, multiplied by their quantisation steps.
pub(super) struct Block {
    values: [[f32; 8]; 8],
    /// Rows and columns that may be other than zero.
    rows: usize,
    columns: usize,
}

/// Rows and columns that hold the coefficients up to each place in zigzag order.
static EXTENT: LazyLock<[(usize, usize); 64]> = LazyLock::new(|| {
    let mut extent = (1, 1);
    NATURAL.map(|natural| {
        extent = (extent.0.max(natural / 8 + 1), extent.1.max(natural % 8 + 1));
        extent
    })
});

impl Block {
    /// `steps` are in the order of `values`; `nonzero` in zigzag order.
    #[inline]
    pub fn new(constant: i16, values: &[i16; 64], steps: &[f32; 64], nonzero: u64) -> Self {
        let last = 63 - (nonzero | 1).leading_zeros() as usize;
        let (rows, columns) = EXTENT[last];
        let mut block = Self {
            values: [[0.0; 8]; 8],
            rows,
            columns,
        };
        let numbers = values.chunks_exact(8).zip(steps.chunks_exact(8));
        for (row, (values, steps)) in block.values.iter_mut().zip(numbers).take(rows) {
            for ((to, &value), step) in row.iter_mut().zip(values).zip(steps) {
                *to = f32::from(value) * step;
            }
        }
        block.values[0][0] = f32::from(constant) * steps[0];
        block
    }

    /// The row of pixels at `vertical`'s position, about 0.
    #[inline]
    pub fn row(&self, vertical: &[f32; 8], horizontal: &[[f32; 8]; 8]) -> [f32; 8] {
        let mut across = [0.0f32; 8];
        for (weight, row) in vertical.iter().zip(&self.values).take(self.rows) {
            for (sum, value) in across.iter_mut().zip(row) {
                *sum += weight * value;
            }
        }
        let mut pixels = [0.0f32; 8];
        for (value, basis) in across.iter().zip(horizontal).take(self.columns) {
            for (sum, basis) in pixels.iter_mut().zip(basis) {
                *sum += value * basis;
            }
        }
        pixels
    }
}

#[cfg(test)]
mod tests {
    use super::{BASES, Block};

    fn pixels(size: usize, coefficients: &[(usize, i16)]) -> Vec<[f32; 8]> {
        let mut values = [0; 64];
        for &(at, value) in coefficients {
            values[at] = value;
        }
        let block = Block::new(values[0], &values, &[2.0; 64], u64::MAX);
        let basis = &BASES[size - 1];
        (0..size)
            .map(|row| block.row(&basis.positions[row], &basis.frequencies))
            .collect()
    }

    #[test]
    fn a_constant_is_the_same_at_all_sizes() {
        for size in 1..=8 {
            for row in pixels(size, &[(0, 40)]) {
                assert!(
                    row[..size].iter().all(|value| (value - 10.0).abs() < 1e-4),
                    "{size}: {row:?}"
                );
            }
        }
    }

    #[test]
    fn a_slope_is_kept_at_half_the_size() {
        let whole = pixels(8, &[(0, 40), (1, 30), (8, -20)]);
        let half = pixels(4, &[(0, 40), (1, 30), (8, -20)]);
        for y in 0..4 {
            for x in 0..4 {
                let mean = (whole[2 * y][2 * x]
                    + whole[2 * y][2 * x + 1]
                    + whole[2 * y + 1][2 * x]
                    + whole[2 * y + 1][2 * x + 1])
                    / 4.0;
                assert!((mean - half[y][x]).abs() < 0.5, "{mean} {}", half[y][x]);
            }
        }
    }
}
