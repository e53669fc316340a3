use image::RgbImage;

use super::pdq::Plane;
use super::{Decoded, ImageFormat, Limits, Unreadable, decode, jpeg_scaled};
use crate::panics::contained;

/// A picture, decoded no further than fingerprints and keypoints need.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The file's format.
    pub format: ImageFormat,
    /// Width of the whole picture in pixels, as it is to be seen.
    pub width: u32,
    /// Height of the whole picture in pixels, as it is to be seen.
    pub height: u32,
    /// Whether the file has one colour channel.
    pub grey: bool,
    /// Whether EXIF had the pixels turned or mirrored.
    pub turned: bool,
    /// The picture, whole or at some eighths of its size; then its longer side is still at least
    /// [`Picture::LEAST_SIDE`]. Sides are rounded up; at half the size or less, colour has one value for each block of
    /// the file.
    pub pixels: RgbImage,
    /// What PDQ is taken from.
    pub(super) luma: Plane,
}

impl Picture {
    /// The longer side, in pixels, that decoding keeps at least where the picture has it.
    pub const LEAST_SIDE: u32 = 768;
}

impl From<Decoded> for Picture {
    fn from(decoded: Decoded) -> Self {
        let (width, height) = decoded.pixels.dimensions();
        Self {
            format: decoded.format,
            width,
            height,
            grey: decoded.grey,
            turned: decoded.turned,
            luma: Plane::of(&decoded.pixels, decoded.grey),
            pixels: decoded.pixels,
        }
    }
}

/// Decodes a picture as far as fingerprints and keypoints need; of an animation the first frame.
///
/// An ordinary JPEG is decoded at a smaller size from the start. All else goes through [`decode`].
///
/// # Errors
/// As [`decode`].
pub fn picture(bytes: &[u8], limits: &Limits) -> Result<Picture, Unreadable> {
    let is_jpeg = matches!(ImageFormat::of(bytes), Ok(ImageFormat::Jpeg));
    if is_jpeg
        && bytes.len() as u64 <= limits.max_bytes
        && let Some(Some(picture)) = contained(|| jpeg_scaled::decode(bytes, limits))
    {
        return Ok(picture);
    }
    Ok(decode(bytes, limits)?.into())
}

/// The least number of eighths, 1..=8, that leave a picture whose longer side is `longest` at least
/// [`Picture::LEAST_SIDE`]; 8 for those that are smaller.
pub(super) fn least_eighths(longest: usize) -> usize {
    (1..8)
        .find(|eighths| longest * eighths >= Picture::LEAST_SIDE as usize * 8)
        .unwrap_or(8)
}

#[cfg(test)]
mod tests {
    use super::least_eighths;

    #[test]
    fn no_more_is_left_out_than_can_be_spared() {
        let eighths = [1, 768, 1024, 1580, 6143, 6144, 20_000].map(least_eighths);
        assert_eq!(eighths, [8, 8, 6, 4, 2, 1, 1]);
    }
}
