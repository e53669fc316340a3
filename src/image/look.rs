use std::path::Path;
use std::sync::OnceLock;

use image::RgbImage;
use serde::{Deserialize, Serialize};

use super::thumbnail::{resize, within};
use super::{Fingerprint, Limits, PdqHash, Picture, Plane, Unreadable, pdq, picture, read_file};
use crate::record::ContentHash;

/// A picture as far as it takes to find what it was made from.
pub struct Look {
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Its pixels, the longer side at most [`Look::SIDE`].
    pub picture: RgbImage,
    content: OnceLock<Option<Content>>,
}

impl Look {
    /// The longest side of the kept picture, in pixels.
    pub const SIDE: u32 = Picture::LEAST_SIDE;

    /// Decodes a picture once and takes everything from that.
    ///
    /// # Errors
    /// As [`super::decode`].
    pub fn of(bytes: &[u8], limits: &Limits) -> Result<Self, Unreadable> {
        let picture = picture(bytes, limits)?;
        let fingerprint = Fingerprint::of(&picture, ContentHash::of(bytes))?;
        let picture = within(picture.pixels, Self::SIDE)?;
        Ok(Self {
            fingerprint,
            picture,
            content: OnceLock::new(),
        })
    }

    /// Reads and decodes one file. Its length is checked before it is read.
    ///
    /// # Errors
    /// As [`Look::of`], and [`Unreadable::Missing`] or [`Unreadable::Io`].
    pub fn of_file(path: &Path, limits: &Limits) -> Result<Self, Unreadable> {
        Self::of(&read_file(path, limits)?, limits)
    }

    /// The kept picture at another size, whatever its proportions.
    ///
    /// # Errors
    /// When there is no picture of that size.
    pub fn resized(&self, width: u32, height: u32) -> Result<RgbImage, Unreadable> {
        resize(&self.picture, width, height)
    }

    /// The negative: every channel turned around.
    pub fn inverted(&self) -> Self {
        let mut picture = self.picture.clone();
        picture.iter_mut().for_each(|value| *value = 255 - *value);
        Self {
            fingerprint: self.fingerprint.negative(),
            picture,
            content: OnceLock::new(),
        }
    }

    /// What is left when uniform borders are cut off; `None` when there are none.
    pub fn content(&self) -> Option<Content> {
        *self.content.get_or_init(|| Content::of(&self.picture))
    }
}

/// What a picture shows within uniform borders: letterbox bars, frames, the empty ground of a pack shot.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Left, top, right and bottom in parts of the picture's width and height.
    pub place: [f64; 4],
    /// Its PDQ hash under each transform, in the order of [`super::Transform::ALL`].
    pub pdq: [PdqHash; 8],
    /// Its PDQ quality, 0..=100.
    pub quality: u8,
}

impl Content {
    fn of(picture: &RgbImage) -> Option<Self> {
        /// Less than this of either side is not worth a hash of its own.
        const LEAST_CUT: f64 = 0.015;
        /// Of a content that is smaller than this share, the rest of the picture says more.
        const LEAST_SHARE: f64 = 0.04;
        let (width, height) = picture.dimensions();
        let row = |y: u32| (0..width).map(move |x| picture.get_pixel(x, y).0);
        let column = |x: u32| (0..height).map(move |y| picture.get_pixel(x, y).0);
        let top = (0..height).take_while(|&y| is_uniform(row(y))).count() as u32;
        if top == height {
            return None;
        }
        let bottom = height
            - (0..height)
                .rev()
                .take_while(|&y| is_uniform(row(y)))
                .count() as u32;
        let left = (0..width).take_while(|&x| is_uniform(column(x))).count() as u32;
        let right = width
            - (0..width)
                .rev()
                .take_while(|&x| is_uniform(column(x)))
                .count() as u32;
        let part = |at: u32, length: u32| f64::from(at) / f64::from(length);
        let place = [
            part(left, width),
            part(top, height),
            part(right, width),
            part(bottom, height),
        ];
        let [left_part, top_part, right_part, bottom_part] = place;
        let kept = (right_part - left_part) * (bottom_part - top_part);
        let cut = left_part
            .max(top_part)
            .max(1.0 - right_part)
            .max(1.0 - bottom_part);
        if cut < LEAST_CUT || kept < LEAST_SHARE {
            return None;
        }
        let content =
            image::imageops::crop_imm(picture, left, top, right - left, bottom - top).to_image();
        let (pdq, quality) = pdq::hash_all(&Plane::of(&content, false));
        Some(Self {
            place,
            pdq,
            quality,
        })
    }
}

/// Whether all pixels are nearly of the first one's colour.
fn is_uniform(mut line: impl Iterator<Item = [u8; 3]>) -> bool {
    /// What JPEG makes of an even colour beside something else.
    const UNEVEN: u8 = 12;
    let Some(first) = line.next() else {
        return true;
    };
    line.all(|pixel| {
        pixel
            .iter()
            .zip(first)
            .all(|(value, first)| value.abs_diff(first) <= UNEVEN)
    })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, imageops};
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::Look;
    use crate::image::Limits;

    fn tiles(width: u32, height: u32) -> RgbImage {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let levels: [u8; 64] = std::array::from_fn(|_| rng.random());
        RgbImage::from_fn(width, height, |x, y| {
            Rgb([levels[(y * 8 / height * 8 + x * 8 / width) as usize]; 3])
        })
    }

    fn look(picture: &RgbImage) -> Look {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .expect("a PNG");
        Look::of(bytes.get_ref(), &Limits::default()).expect("a picture")
    }

    #[test]
    fn a_border_is_cut_off() {
        let picture = tiles(300, 200);
        let mut framed = RgbImage::from_pixel(400, 300, Rgb([255, 0, 255]));
        imageops::replace(&mut framed, &picture, 50, 50);
        let content = look(&framed).content().expect("a border");
        assert_eq!(content.place, [0.125, 1.0 / 6.0, 0.875, 5.0 / 6.0]);
        let plain = look(&picture);
        assert!(content.pdq[0].distance(&plain.fingerprint.pdq[0]) <= 10);
        assert_eq!(plain.content(), None);
        assert_eq!(
            look(&RgbImage::from_pixel(50, 50, Rgb([9; 3]))).content(),
            None
        );
    }

    #[test]
    fn the_negative_has_the_complementary_hash() {
        let picture = look(&tiles(256, 256));
        let mut negative = picture.picture.clone();
        imageops::invert(&mut negative);
        let own = look(&negative).fingerprint.pdq[0];
        assert!(picture.inverted().fingerprint.pdq[0].distance(&own) <= 2);
        assert_eq!(picture.inverted().picture, negative);
    }
}
