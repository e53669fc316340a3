use image::RgbImage;
use serde::{Deserialize, Serialize};

use super::Unreadable;
use super::thumbnail::resize;

/// A picture small enough to keep a hundred thousand of, for looking whether two pictures agree where they overlap:
/// luma at up to 64 pixels a side, and the blue and red differences Cb and Cr (ITU-R BT.601, 128 for grey) at half that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proxy {
    /// Width of the luma in pixels, 1..=64.
    pub width: u8,
    /// Height of the luma in pixels, 1..=64.
    pub height: u8,
    /// Luma, 0..=255, row by row.
    pub luma: Vec<u8>,
    /// Cb and Cr at half the width and height, rounded up, row by row.
    pub chroma: Vec<[u8; 2]>,
}

impl Proxy {
    /// Longest side in pixels.
    pub const SIDE: u32 = 64;

    /// Bytes that it takes in memory.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.luma.len() + 2 * self.chroma.len()
    }

    /// The proxy of `pixels`.
    ///
    /// # Errors
    /// As the resizing of pictures.
    pub fn of(pixels: &RgbImage) -> Result<Self, Unreadable> {
        let (width, height) = pixels.dimensions();
        let longest = width.max(height).max(1);
        let side = |length: u32| {
            let scaled = (u64::from(length) * u64::from(Self::SIDE) + u64::from(longest) / 2)
                / u64::from(longest);
            (scaled as u32).clamp(1, Self::SIDE)
        };
        let (width, height) = (side(width), side(height));
        let luma = resize(pixels, width, height)?;
        let chroma = resize(pixels, width.div_ceil(2), height.div_ceil(2))?;
        Ok(Self {
            width: width as u8,
            height: height as u8,
            luma: luma.pixels().map(|pixel| luma_of(pixel.0)).collect(),
            chroma: chroma.pixels().map(|pixel| chroma_of(pixel.0)).collect(),
        })
    }
}

/// The luma of ITU-R BT.601, rounded.
pub(crate) fn luma_of([red, green, blue]: [u8; 3]) -> u8 {
    let [red, green, blue] = [red, green, blue].map(f32::from);
    (0.299 * red + 0.587 * green + 0.114 * blue).round() as u8
}

/// Red, green and blue of luma, Cb and Cr (ITU-R BT.601), within what a picture can show.
pub(crate) fn rgb_of(luma: u8, [blue, red]: [u8; 2]) -> [f32; 3] {
    let (luma, cb, cr) = (
        f32::from(luma),
        f32::from(blue) - 128.0,
        f32::from(red) - 128.0,
    );
    let rgb = [
        luma + 1.402 * cr,
        luma - 0.344_136 * cb - 0.714_136 * cr,
        luma + 1.772 * cb,
    ];
    rgb.map(|channel| channel.clamp(0.0, 255.0))
}

/// Cb and Cr of ITU-R BT.601, rounded.
pub(crate) fn chroma_of([red, green, blue]: [u8; 3]) -> [u8; 2] {
    let [red, green, blue] = [red, green, blue].map(f32::from);
    let cb = 128.0 - 0.168_736 * red - 0.331_264 * green + 0.5 * blue;
    let cr = 128.0 + 0.5 * red - 0.418_688 * green - 0.081_312 * blue;
    [cb.round() as u8, cr.round() as u8]
}
