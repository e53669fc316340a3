use std::fmt;

use image::RgbImage;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Transform;

/// Cells in each direction.
const SIDE: usize = 4;
const CELLS: usize = SIDE * SIDE;

/// What a hash of luminance cannot tell: the mean colour of each of 4 x 4 cells, as the blue and red differences Cb
/// and Cr of ITU-R BT.601, each 0..=255 with 128 for grey.
///
/// As text it is 64 hexadecimal digits, Cb and Cr of each cell, row by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ColourGrid([[u8; 2]; CELLS]);

impl ColourGrid {
    /// The colours of `pixels`, from a sample of up to 128 x 128.
    pub(super) fn of(pixels: &RgbImage) -> Self {
        const SAMPLES: u32 = 128;
        let (width, height) = pixels.dimensions();
        let (columns, rows) = (width.min(SAMPLES), height.min(SAMPLES));
        let mut sums = [[0u64; 4]; CELLS];
        for row in 0..rows {
            let y = (u64::from(row) * u64::from(height) / u64::from(rows)) as u32;
            for column in 0..columns {
                let x = (u64::from(column) * u64::from(width) / u64::from(columns)) as u32;
                let cell = cell(row, rows) * SIDE + cell(column, columns);
                let [red, green, blue] = pixels.get_pixel(x, y).0.map(u64::from);
                for (sum, value) in sums[cell].iter_mut().zip([red, green, blue, 1]) {
                    *sum += value;
                }
            }
        }
        Self(sums.map(|[red, green, blue, count]| {
            let [red, green, blue] = [red, green, blue].map(|sum| sum as f64 / count.max(1) as f64);
            let cb = 128.0 - 0.168_736 * red - 0.331_264 * green + 0.5 * blue;
            let cr = 128.0 + 0.5 * red - 0.418_688 * green - 0.081_312 * blue;
            // Cells without a sample, in a picture of less than four pixels a side, are grey.
            if count == 0 { [128, 128] } else { [cb.round() as u8, cr.round() as u8] }
        }))
    }

    /// The colours that the picture has after `transform`.
    pub fn turned(&self, transform: Transform) -> Self {
        let mut turned = *self;
        for row in 0..SIDE {
            for column in 0..SIDE {
                let (from_row, from_column) = transform.source(SIDE, row, column);
                turned.0[row * SIDE + column] = self.0[from_row * SIDE + from_column];
            }
        }
        turned
    }

    /// The greatest difference of any cell: the Euclidean distance in the plane of Cb and Cr.
    pub fn distance(&self, other: &Self) -> f64 {
        let cells = self.0.iter().zip(&other.0);
        cells.map(|(a, b)| norm([0, 1].map(|i| f64::from(a[i]) - f64::from(b[i])))).fold(0.0, f64::max)
    }

    /// The strongest colour of any cell: its distance from grey.
    pub fn strength(&self) -> f64 {
        self.distance(&Self([[128; 2]; CELLS]))
    }
}

/// The cell in which sample `at` of `length` lies.
fn cell(at: u32, length: u32) -> usize {
    at as usize * SIDE / length as usize
}

fn norm([x, y]: [f64; 2]) -> f64 {
    x.hypot(y)
}

impl fmt::Display for ColourGrid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_flattened().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for ColourGrid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ColourGrid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut grid = Self([[128; 2]; CELLS]);
        let error = || serde::de::Error::custom(format!("{text:?} is no colour grid, expected 64 hexadecimal digits"));
        if text.len() != 4 * CELLS {
            return Err(error());
        }
        for (index, byte) in grid.0.as_flattened_mut().iter_mut().enumerate() {
            let digits = text.get(2 * index..2 * index + 2).ok_or_else(error)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| error())?;
        }
        Ok(grid)
    }
}
