use std::f64::consts::PI;
use std::sync::LazyLock;

use super::{SIDE, Shrunk};
use crate::image::Transform;

/// Frequencies kept in each direction: 1 to 16, without the constant.
pub(super) const LOWEST: usize = 16;

/// DCT coefficients, indexed by vertical then horizontal frequency less one.
pub(super) type Coefficients = [[f32; LOWEST]; LOWEST];

/// Rows 1 to 16 of the 64-point DCT-II matrix.
static MATRIX: LazyLock<[[f32; SIDE]; LOWEST]> = LazyLock::new(|| {
    let scale = f64::from((2.0 / SIDE as f64).sqrt() as f32);
    let mut matrix = [[0.0; SIDE]; LOWEST];
    for (frequency, row) in matrix.iter_mut().enumerate() {
        for (position, value) in row.iter_mut().enumerate() {
            let angle = PI / 2.0 / SIDE as f64 * (frequency + 1) as f64 * (2 * position + 1) as f64;
            *value = (scale * angle.cos()) as f32;
        }
    }
    matrix
});

/// The lowest 16 x 16 coefficients of the two-dimensional DCT, without the constant ones.
///
/// Each sum runs over its terms in order, so that rounding is the C++ program's; only the loops around are turned.
pub(super) fn lowest(shrunk: &Shrunk) -> Coefficients {
    let matrix = &*MATRIX;
    let mut coefficients = [[0.0; LOWEST]; LOWEST];
    for (weights, result) in matrix.iter().zip(&mut coefficients) {
        let mut vertical = [0.0f32; SIDE];
        for (weight, row) in weights.iter().zip(shrunk) {
            for (sum, value) in vertical.iter_mut().zip(row) {
                *sum += weight * value;
            }
        }
        for (weights, value) in matrix.iter().zip(result) {
            *value = vertical
                .iter()
                .zip(weights)
                .fold(0.0, |sum, (a, b)| sum + a * b);
        }
    }
    coefficients
}

/// The coefficients that the picture has after `transform`.
///
/// Mirroring one axis changes the sign of the odd frequencies along it; a turn by 90 degrees also swaps the axes.
pub(super) fn turn(coefficients: &Coefficients, transform: Transform) -> Coefficients {
    let (swap, flip_vertical, flip_horizontal) = match transform {
        Transform::Identity => (false, false, false),
        Transform::Rotate90 => (true, true, false),
        Transform::Rotate180 => (false, true, true),
        Transform::Rotate270 => (true, false, true),
        Transform::FlipX => (false, true, false),
        Transform::FlipY => (false, false, true),
        Transform::Transpose => (true, false, false),
        Transform::AntiTranspose => (true, true, true),
    };
    let mut turned = [[0.0; LOWEST]; LOWEST];
    for (i, row) in turned.iter_mut().enumerate() {
        for (j, value) in row.iter_mut().enumerate() {
            let source = if swap {
                coefficients[j][i]
            } else {
                coefficients[i][j]
            };
            // Index 0 is frequency 1, so even indices are the odd frequencies.
            let negative = (flip_vertical && i % 2 == 0) != (flip_horizontal && j % 2 == 0);
            *value = if negative { -source } else { source };
        }
    }
    turned
}
