//! What sellers do to a photo before they show it again.

use image::imageops::{FilterType, crop_imm, flip_horizontal, resize};
use image::{Rgb, RgbImage};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::super::random::{chance, span};

/// One way of changing a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    Crop,
    Border,
    Mirror,
    Badge,
    Strip,
    Brightness,
    Recompress,
    Rotate,
    Watermark,
    MirrorCrop,
}

impl Edit {
    const ALL: [Self; 10] = [
        Self::Crop,
        Self::Border,
        Self::Mirror,
        Self::Badge,
        Self::Strip,
        Self::Brightness,
        Self::Recompress,
        Self::Rotate,
        Self::Watermark,
        Self::MirrorCrop,
    ];

    pub(super) fn draw(rng: &mut ChaCha8Rng) -> Self {
        Self::ALL[rng.random_range(0..Self::ALL.len())]
    }

    /// The word in `truth.csv`.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Crop => "crop",
            Self::Border => "border",
            Self::Mirror => "mirror",
            Self::Badge => "badge",
            Self::Strip => "text_strip",
            Self::Brightness => "brightness",
            Self::Recompress => "recompress",
            Self::Rotate => "rotate",
            Self::Watermark => "watermark",
            Self::MirrorCrop => "mirror_crop",
        }
    }

    /// The changed photo, and the JPEG quality that it is saved with.
    pub(super) fn apply(self, photo: &RgbImage, rng: &mut ChaCha8Rng) -> (RgbImage, u8) {
        let quality = rng.random_range(72..92);
        let edited = match self {
            Self::Crop => crop(photo, rng, 0.13),
            Self::Border => border(photo, rng),
            Self::Mirror => flip_horizontal(photo),
            Self::Badge => badge(photo, rng),
            Self::Strip => strip(photo, rng),
            Self::Brightness => brighten(photo, rng),
            Self::Recompress => {
                let (width, height) = (photo.width() / 2, photo.height() / 2);
                return (
                    resize(photo, width.max(16), height.max(16), FilterType::Triangle),
                    rng.random_range(18..40),
                );
            }
            Self::Rotate => {
                let degrees = span(rng, 1.5, 6.0) * if chance(rng, 0.5) { 1.0 } else { -1.0 };
                rotate(photo, degrees.to_radians())
            }
            Self::Watermark => watermark(photo, rng),
            Self::MirrorCrop => crop(&flip_horizontal(photo), rng, 0.08),
        };
        (edited, quality)
    }
}

/// Takes up to `most` of each side away.
pub(super) fn crop(photo: &RgbImage, rng: &mut ChaCha8Rng, most: f32) -> RgbImage {
    let (width, height) = photo.dimensions();
    let mut part = |length: u32| (length as f32 * span(rng, 0.01, most)) as u32;
    let (left, top, right, bottom) = (part(width), part(height), part(width), part(height));
    crop_imm(
        photo,
        left,
        top,
        (width - left - right).max(1),
        (height - top - bottom).max(1),
    )
    .to_image()
}

fn border(photo: &RgbImage, rng: &mut ChaCha8Rng) -> RgbImage {
    let (width, height) = photo.dimensions();
    let wide = ((width.max(height) as f32) * span(rng, 0.02, 0.09)) as u32 + 1;
    let colour = bright_colour(rng);
    let mut framed = RgbImage::from_pixel(width + 2 * wide, height + 2 * wide, colour);
    image::imageops::replace(&mut framed, photo, i64::from(wide), i64::from(wide));
    framed
}

fn badge(photo: &RgbImage, rng: &mut ChaCha8Rng) -> RgbImage {
    let mut out = photo.clone();
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    let radius = width.min(height) * span(rng, 0.09, 0.17);
    let (right, low) = (chance(rng, 0.5), chance(rng, 0.5));
    let x = if right {
        width - radius * 1.15
    } else {
        radius * 1.15
    };
    let y = if low {
        height - radius * 1.15
    } else {
        radius * 1.15
    };
    let colour = bright_colour(rng);
    for (px, py, pixel) in out.enumerate_pixels_mut() {
        let (dx, dy) = (px as f32 - x, py as f32 - y);
        let far = dx.hypot(dy) / radius;
        // Two lines of bars stand for what is written on the badge.
        let written = dy.abs() < radius * 0.42
            && dx.abs() < radius * 0.66
            && (dy / radius * 5.0 + 10.0) as i32 % 2 == 0
            && (dx / radius * 9.0 + 20.0) as i32 % 3 != 0;
        if far <= 1.0 {
            *pixel = if written || (0.84..0.9).contains(&far) {
                Rgb([255, 255, 255])
            } else {
                colour
            };
        }
    }
    out
}

fn strip(photo: &RgbImage, rng: &mut ChaCha8Rng) -> RgbImage {
    let mut out = photo.clone();
    let (width, height) = photo.dimensions();
    let tall = (height as f32 * span(rng, 0.07, 0.17)) as u32;
    let top = if chance(rng, 0.6) { height - tall } else { 0 };
    let colour = bright_colour(rng);
    let letter = (tall / 3).max(2);
    let words = rng.random_range(1..4u32);
    for y in top..top + tall {
        for x in 0..width {
            let row = (y - top) / letter;
            let written = row == 1 && x / letter % 5 != words && x % letter < letter * 2 / 3;
            out.put_pixel(
                x,
                y,
                if written {
                    Rgb([255, 255, 255])
                } else {
                    colour
                },
            );
        }
    }
    out
}

fn brighten(photo: &RgbImage, rng: &mut ChaCha8Rng) -> RgbImage {
    let (gain, lift) = (span(rng, 0.7, 1.4), span(rng, -18.0, 24.0));
    let mut out = photo.clone();
    for part in out.iter_mut() {
        *part = (f32::from(*part) * gain + lift).clamp(0.0, 255.0) as u8;
    }
    out
}

/// Turns about the middle; the corners become white.
fn rotate(photo: &RgbImage, angle: f32) -> RgbImage {
    let (width, height) = photo.dimensions();
    let (sin, cos) = angle.sin_cos();
    let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
    RgbImage::from_fn(width, height, |px, py| {
        let (x, y) = (px as f32 - middle_x, py as f32 - middle_y);
        let (u, v) = (x * cos + y * sin + middle_x, y * cos - x * sin + middle_y);
        if u < 0.0 || v < 0.0 {
            return Rgb([255, 255, 255]);
        }
        image::imageops::interpolate_bilinear(photo, u, v).unwrap_or(Rgb([255, 255, 255]))
    })
}

fn watermark(photo: &RgbImage, rng: &mut ChaCha8Rng) -> RgbImage {
    let mut out = photo.clone();
    let (gap, slope) = (rng.random_range(60..110i64), rng.random_range(1..3i64));
    for (x, y, pixel) in out.enumerate_pixels_mut() {
        let along = i64::from(x) + slope * i64::from(y);
        let across = i64::from(x) * slope - i64::from(y);
        if along.rem_euclid(gap) < 9 && across.rem_euclid(14) < 9 {
            for part in &mut pixel.0 {
                *part = ((u16::from(*part) * 3 + 2 * 235) / 5) as u8;
            }
        }
    }
    out
}

/// The same thing in another colour: chroma is turned, luminance stays.
pub(super) fn recolour(photo: &RgbImage, rng: &mut ChaCha8Rng) -> RgbImage {
    let (sin, cos) = span(rng, 0.9, 5.3).sin_cos();
    let (tint_b, tint_r) = (span(rng, -34.0, 34.0), span(rng, -34.0, 34.0));
    let mut out = photo.clone();
    for pixel in out.pixels_mut() {
        let [r, g, b] = pixel.0.map(f32::from);
        let y = 0.299 * r + 0.587 * g + 0.114 * b;
        let (cb, cr) = ((b - y) * 0.564, (r - y) * 0.713);
        // Light backgrounds keep their colour.
        let body = ((235.0 - y) / 60.0).clamp(0.0, 1.0);
        let (cb, cr) = (
            cb * cos - cr * sin + tint_b * body,
            cb * sin + cr * cos + tint_r * body,
        );
        pixel.0 = [y + 1.403 * cr, y - 0.344 * cb - 0.714 * cr, y + 1.773 * cb]
            .map(|part| part.clamp(0.0, 255.0) as u8);
    }
    out
}

fn bright_colour(rng: &mut ChaCha8Rng) -> Rgb<u8> {
    let colours = [
        [200, 30, 40],
        [20, 20, 24],
        [20, 90, 190],
        [240, 160, 20],
        [250, 250, 250],
        [30, 140, 70],
    ];
    Rgb(colours[rng.random_range(0..colours.len())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::random::stream;

    #[test]
    fn every_edit_changes_the_photo_and_says_which() {
        let photo = RgbImage::from_fn(90, 70, |x, y| {
            Rgb([(x * 2) as u8, (y * 3) as u8, (x + y) as u8])
        });
        for edit in Edit::ALL {
            let (edited, quality) = edit.apply(&photo, &mut stream(1, edit.as_str(), 0));
            assert_ne!(edited, photo, "{edit:?}");
            assert!((18..95).contains(&quality), "{edit:?} {quality}");
        }
    }

    #[test]
    fn recolouring_keeps_luminance() {
        let photo = RgbImage::from_pixel(2, 2, Rgb([120, 60, 70]));
        let other = recolour(&photo, &mut stream(3, "hue", 0));
        let light = |picture: &RgbImage| {
            let [r, g, b] = picture.get_pixel(0, 0).0.map(f64::from);
            0.299 * r + 0.587 * g + 0.114 * b
        };
        assert_ne!(other, photo);
        assert!((light(&other) - light(&photo)).abs() < 6.0);
    }
}
