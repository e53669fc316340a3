use image::RgbImage;

/// A luma plane, 0..=255, row by row.
#[derive(Clone, Debug)]
pub(in crate::image) struct Plane {
    /// `rows` times `columns` values.
    pub luma: Vec<f32>,
    /// Height.
    pub rows: usize,
    /// Width.
    pub columns: usize,
}

impl Plane {
    /// Longer sides are sampled down to this before the filters run.
    pub const LONGEST_SIDE: u32 = 512;

    /// Columns and rows of the plane of a picture of `width` x `height`.
    pub fn size_of(width: u32, height: u32) -> (u32, u32) {
        if width.max(height) > Self::LONGEST_SIDE {
            (Self::LONGEST_SIDE, Self::LONGEST_SIDE)
        } else {
            (width, height)
        }
    }

    /// The source position that position `to` of `to_length` is taken from.
    pub fn nearest(to: u32, from_length: u32, to_length: u32) -> usize {
        (u64::from(to) * u64::from(from_length) / u64::from(to_length)) as usize
    }

    /// The luma of `pixels`, which came from a file with one channel when `grey`.
    ///
    /// A picture with a side over 512 becomes a square of 512 by the nearest pixel to the upper left, as the C++
    /// program has it: any smoother way is further from its hashes, and slower.
    pub fn of(pixels: &RgbImage, grey: bool) -> Self {
        let (width, height) = pixels.dimensions();
        let (columns, rows) = Self::size_of(width, height);
        let luma_of = |pixel: &[u8]| {
            let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(f32::from);
            if grey {
                red
            } else {
                0.299 * red + 0.587 * green + 0.114 * blue
            }
        };
        let samples = pixels.as_raw();
        let stride = width as usize * 3;
        let mut luma = Vec::with_capacity(columns as usize * rows as usize);
        if (columns, rows) != (width, height) {
            let offsets: Vec<usize> = (0..columns)
                .map(|column| Self::nearest(column, width, columns) * 3)
                .collect();
            for row in 0..rows {
                let start = Self::nearest(row, height, rows) * stride;
                let line = &samples[start..start + stride];
                luma.extend(
                    offsets
                        .iter()
                        .map(|&offset| luma_of(&line[offset..offset + 3])),
                );
            }
        } else {
            luma.extend(samples.chunks_exact(3).map(luma_of));
        }
        Self {
            luma,
            rows: rows as usize,
            columns: columns as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::Plane;

    #[test]
    fn luma_weighs_the_channels() {
        let plane = Plane::of(&RgbImage::from_pixel(7, 5, Rgb([100, 0, 0])), false);
        assert_eq!(
            (plane.rows, plane.columns, plane.luma[34]),
            (5, 7, 0.299 * 100.0)
        );
        let grey = Plane::of(&RgbImage::from_pixel(7, 5, Rgb([77, 77, 77])), true);
        assert_eq!(grey.luma[0], 77.0);
    }

    #[test]
    fn long_sides_are_sampled_to_512() {
        let mut pixels = RgbImage::new(1024, 10);
        for (x, y, pixel) in pixels.enumerate_pixels_mut() {
            *pixel = Rgb([(x % 256) as u8; 3].map(|value| value.max(y as u8)));
        }
        let plane = Plane::of(&pixels, true);
        assert_eq!((plane.rows, plane.columns), (512, 512));
        assert_eq!(plane.luma[..4], [0.0, 2.0, 4.0, 6.0]);
        assert_eq!(plane.luma[511 * 512], 9.0);
    }
}
