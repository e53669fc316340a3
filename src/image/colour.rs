use std::fmt;

use image::RgbImage;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Transform;

/// Cells in each direction.
const SIDE: usize = 4;
const CELLS: usize = SIDE * SIDE;

/// A change of all cells alike that is still white balance; beyond it the picture was dyed.
const LARGEST_SHIFT: f64 = 24.0;

/// What a hash of luminance cannot tell: the mean colour of each of 4 x 4 cells, as the blue and red differences Cb
/// and Cr of ITU-R BT.601, each 0..=255 with 128 for grey.
///
/// As text it is 64 hexadecimal digits, Cb and Cr of each cell, row by row; where nobody reads, these bytes.
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
            if count == 0 {
                [128, 128]
            } else {
                [cb.round() as u8, cr.round() as u8]
            }
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

    /// How far the colours are from those of `reference`, beyond what saturation and white balance do to all cells
    /// alike: the second greatest distance of any cell in the plane of Cb and Cr, 0..=360.
    ///
    /// The best gain and shift are fitted by least squares, the gain kept between 0.4 and 2.5. One cell may be as it
    /// likes, for a badge or a line of text laid over.
    pub fn difference(&self, reference: &Self) -> f64 {
        let (own, own_mean) = self.centred();
        let (other, other_mean) = reference.centred();
        let product = |a: &[[f64; 2]; CELLS], b: &[[f64; 2]; CELLS]| -> f64 {
            a.as_flattened()
                .iter()
                .zip(b.as_flattened())
                .map(|(a, b)| a * b)
                .sum()
        };
        let spread = product(&other, &other);
        let gain = if spread > 0.0 {
            (product(&own, &other) / spread).clamp(0.4, 2.5)
        } else {
            1.0
        };
        let shift = [0, 1].map(|axis: usize| own_mean[axis] - other_mean[axis]);
        let strongest_shift = shift[0].hypot(shift[1]) - LARGEST_SHIFT;
        let mut distances: Vec<f64> = own
            .iter()
            .zip(&other)
            .map(|(own, other)| (own[0] - gain * other[0]).hypot(own[1] - gain * other[1]))
            .collect();
        distances.sort_by(f64::total_cmp);
        distances[CELLS - 2].max(strongest_shift)
    }

    /// Whether there is no colour at all, as in a greyscale picture saved with three channels.
    pub fn is_grey(&self) -> bool {
        self.0
            .as_flattened()
            .iter()
            .all(|channel| channel.abs_diff(128) <= 1)
    }

    /// The cells about their mean, and the mean.
    fn centred(&self) -> ([[f64; 2]; CELLS], [f64; 2]) {
        let mean = [0, 1].map(|axis: usize| {
            self.0.iter().map(|cell| f64::from(cell[axis])).sum::<f64>() / CELLS as f64
        });
        (
            self.0
                .map(|cell| [f64::from(cell[0]) - mean[0], f64::from(cell[1]) - mean[1]]),
            mean,
        )
    }
}

/// The cell in which sample `at` of `length` lies.
fn cell(at: u32, length: u32) -> usize {
    at as usize * SIDE / length as usize
}

impl fmt::Display for ColourGrid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .as_flattened()
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for ColourGrid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(self.0.as_flattened())
        }
    }
}

impl<'de> Deserialize<'de> for ColourGrid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            let bytes = <&[u8]>::deserialize(deserializer)?;
            let cells = bytes.as_chunks::<2>().0.try_into();
            return cells
                .map(Self)
                .map_err(|_| D::Error::invalid_length(bytes.len(), &"32 bytes"));
        }
        let text = String::deserialize(deserializer)?;
        let mut grid = Self([[128; 2]; CELLS]);
        let error = || {
            D::Error::custom(format!(
                "{text:?} is no colour grid, expected 64 hexadecimal digits"
            ))
        };
        // `from_str_radix` takes a sign for a digit.
        if text.len() != 4 * CELLS || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(error());
        }
        for (index, byte) in grid.0.as_flattened_mut().iter_mut().enumerate() {
            let digits = text.get(2 * index..2 * index + 2).ok_or_else(error)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| error())?;
        }
        Ok(grid)
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::ColourGrid;
    use crate::image::Transform;

    #[test]
    fn a_sign_is_no_digit_of_a_grid() {
        let text = |tail: &str| format!("\"{}{tail}\"", "0".repeat(62));
        assert!(serde_json::from_str::<ColourGrid>(&text("0f")).is_ok());
        assert!(serde_json::from_str::<ColourGrid>(&text("+0")).is_err());
    }

    /// A coloured shirt on a sandy ground, as a picture with the shirt in the four middle cells.
    fn shirt(colour: [u8; 3]) -> RgbImage {
        RgbImage::from_fn(80, 80, |x, y| {
            let inside = (20..60).contains(&x) && (20..60).contains(&y);
            Rgb(if inside {
                colour
            } else if y > 60 {
                [220, 190, 150]
            } else {
                [235, 235, 240]
            })
        })
    }

    fn changed(picture: &RgbImage, change: impl Fn([f32; 3]) -> [f32; 3]) -> ColourGrid {
        let mut copy = picture.clone();
        copy.pixels_mut()
            .for_each(|pixel| pixel.0 = change(pixel.0.map(f32::from)).map(|value| value as u8));
        ColourGrid::of(&copy)
    }

    #[test]
    fn another_colour_of_the_shirt_is_a_difference() {
        let red = ColourGrid::of(&shirt([200, 40, 40]));
        assert!(ColourGrid::of(&shirt([40, 60, 200])).difference(&red) > 20.0);
        assert!(ColourGrid::of(&shirt([30, 30, 30])).difference(&red) > 6.0);
        assert!(red.difference(&red) < 1e-9);
    }

    #[test]
    fn saturation_white_balance_and_a_badge_are_none() {
        let picture = shirt([200, 40, 40]);
        let red = ColourGrid::of(&picture);
        let paler = changed(&picture, |[r, g, b]| {
            let grey = 0.299 * r + 0.587 * g + 0.114 * b;
            [r, g, b].map(|value| grey + 0.6 * (value - grey))
        });
        assert!(paler.difference(&red) < 2.0);
        let warmer = changed(&picture, |[r, g, b]| [r + 10.0, g, b - 10.0]);
        assert!(warmer.difference(&red) < 2.0);
        let mut badge = picture.clone();
        for (x, y) in (0..20).flat_map(|x| (0..20).map(move |y| (x, y))) {
            badge.put_pixel(x, y, Rgb([0, 160, 0]));
        }
        assert!(ColourGrid::of(&badge).difference(&red) < 10.0);
    }

    #[test]
    fn grids_turn_and_keep_their_text() {
        let picture = RgbImage::from_fn(9, 5, |x, y| Rgb([x as u8 * 25, y as u8 * 50, 90]));
        let grid = ColourGrid::of(&picture);
        let mirrored = ColourGrid::of(&RgbImage::from_fn(9, 5, |x, y| {
            *picture.get_pixel(8 - x, y)
        }));
        assert!(mirrored.turned(Transform::FlipY).difference(&grid) < mirrored.difference(&grid));
        let text = serde_json::to_string(&grid).expect("text");
        assert_eq!(
            serde_json::from_str::<ColourGrid>(&text).expect("a grid"),
            grid
        );
        assert!(serde_json::from_str::<ColourGrid>("\"éé\"").is_err());
        assert!(ColourGrid::of(&RgbImage::from_pixel(1, 1, Rgb([7, 7, 7]))).is_grey());
    }
}
