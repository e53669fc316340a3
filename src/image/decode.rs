use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::tiff::TiffDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageError, ImageResult, RgbImage};

use super::jpeg::Outline;
use super::{ImageFormat, Limits, Unreadable};
use crate::panics::contained;

/// A decoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The pixels as they are to be seen: turned as EXIF says, laid over white where transparent.
    pub pixels: RgbImage,
    /// The file's format.
    pub format: ImageFormat,
    /// Whether the file has one colour channel.
    pub grey: bool,
    /// Whether EXIF had the pixels turned or mirrored.
    pub turned: bool,
}

/// Decodes a picture; of an animation the first frame.
///
/// A JPEG that is cut short is read when less than a twentieth of its rows is missing: browsers show it, and a
/// seller must not get out of the comparison by dropping a file's last bytes. All other formats must be whole.
///
/// # Errors
/// Says why the bytes could not be read, see [`Unreadable`]. Nothing is allocated for pixels before the header was
/// held against `limits`.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Unreadable> {
    let length = bytes.len() as u64;
    if length > limits.max_bytes {
        return Err(Unreadable::TooManyBytes {
            found: length,
            limit: limits.max_bytes,
        });
    }
    let format = ImageFormat::of(bytes)?;
    let attempt = || match format {
        ImageFormat::Jpeg => read_jpeg(bytes, limits),
        ImageFormat::Png => read(
            format,
            PngDecoder::with_limits(Cursor::new(bytes), allowed(limits)),
            0,
            limits,
        ),
        ImageFormat::WebP => read(format, WebPDecoder::new(Cursor::new(bytes)), 0, limits),
        ImageFormat::Gif => read(format, GifDecoder::new(Cursor::new(bytes)), 0, limits),
        ImageFormat::Bmp => read(format, BmpDecoder::new(Cursor::new(bytes)), 0, limits),
        ImageFormat::Tiff => read(format, TiffDecoder::new(Cursor::new(bytes)), 0, limits),
    };
    contained(attempt).unwrap_or(Err(Unreadable::DecoderPanicked {
        format: format.as_str(),
    }))
}

fn read_jpeg(bytes: &[u8], limits: &Limits) -> Result<Decoded, Unreadable> {
    /// More scans than any encoder writes: each one is a pass over the whole picture, which a hostile file can ask
    /// for thousands of times.
    const MOST_SCANS: u32 = 500;
    let format = ImageFormat::Jpeg;
    let outline = Outline::of(bytes);
    if let Some(what) = outline.unread {
        return Err(Unreadable::Unsupported {
            format: format.as_str(),
            reason: what.to_owned(),
        });
    }
    if outline.scans > MOST_SCANS {
        let reason = format!("{} scans, at most {MOST_SCANS} are read", outline.scans);
        return Err(Unreadable::Unsupported {
            format: format.as_str(),
            reason,
        });
    }
    // With several scans, the coefficients of up to four components are kept as 16-bit numbers.
    let extra = if outline.scans > 1 { 8 } else { 0 };
    let decoded = read(format, JpegDecoder::new(Cursor::new(bytes)), extra, limits)?;
    if !outline.ended {
        let row_bytes = decoded.pixels.width() as usize * 3;
        let rows = decoded.pixels.height() as usize;
        // The decoder fills what it did not get with middle grey.
        let missing = decoded
            .pixels
            .as_raw()
            .rchunks(row_bytes)
            .take_while(|row| row.iter().all(|&byte| byte == 128));
        let missing = missing.count();
        if missing * 20 >= rows {
            let reason = format!("no end marker and {missing} of {rows} rows missing");
            return Err(Unreadable::TruncatedOrCorrupt {
                format: format.as_str(),
                reason,
            });
        }
    }
    Ok(decoded)
}

/// Runs a decoder that needs `extra` bytes a pixel besides its output.
fn read<D: ImageDecoder>(
    format: ImageFormat,
    decoder: ImageResult<D>,
    extra: u64,
    limits: &Limits,
) -> Result<Decoded, Unreadable> {
    let failure = |error| unreadable(format, error, limits);
    let mut decoder = decoder.map_err(failure)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limits.max_pixels {
        return Err(Unreadable::TooManyPixels {
            width,
            height,
            limit: limits.max_pixels,
        });
    }
    if pixels == 0 {
        let reason = format!("{width} x {height} pixels");
        return Err(Unreadable::TruncatedOrCorrupt {
            format: format.as_str(),
            reason,
        });
    }
    if peak(decoder.total_bytes(), decoder.color_type(), pixels).saturating_add(pixels * extra)
        > limits.max_memory
    {
        return Err(Unreadable::TooMuchMemory {
            limit: limits.max_memory,
        });
    }
    decoder.set_limits(allowed(limits)).map_err(failure)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(failure)?;
    let grey = !picture.color().has_color();
    let mut picture = DynamicImage::ImageRgb8(flatten(picture));
    picture.apply_orientation(orientation);
    let turned = orientation != Orientation::NoTransforms;
    Ok(Decoded {
        pixels: picture.into_rgb8(),
        format,
        grey,
        turned,
    })
}

/// The most bytes that a decoded picture of `decoded` bytes and its copies take at one time: it is copied to eight bits a
/// channel, laid over white, then turned.
fn peak(decoded: u64, color: ColorType, pixels: u64) -> u64 {
    const FLAT: u64 = 3;
    let copy = if color.has_alpha() { 4 } else { FLAT };
    let copied = pixels * copy;
    // Of a picture that has this form already, there is no copy.
    let copying = if decoded == copied { 0 } else { copied };
    decoded.saturating_add(copying).max(copied + pixels * FLAT)
}

/// Eight bits a channel, laid over white.
pub(super) fn flatten(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (to, from) in flat.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let over_white = |channel: u32| ((channel * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        to.0 = [red, green, blue].map(over_white);
    }
    flat
}

/// The limits as the decoders take them.
pub(super) fn allowed(limits: &Limits) -> image::Limits {
    let mut allowed = image::Limits::no_limits();
    allowed.max_alloc = Some(limits.max_memory);
    allowed
}

pub(super) fn unreadable(format: ImageFormat, error: ImageError, limits: &Limits) -> Unreadable {
    let format = format.as_str();
    match error {
        ImageError::Unsupported(error) => Unreadable::Unsupported {
            format,
            reason: error.to_string(),
        },
        ImageError::Limits(_) => Unreadable::TooMuchMemory {
            limit: limits.max_memory,
        },
        error => Unreadable::TruncatedOrCorrupt {
            format,
            reason: error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use image::ColorType;

    use super::peak;

    #[test]
    fn copies_that_are_wider_than_what_was_decoded_count() {
        // Turned: two copies in RGB.
        assert_eq!(peak(100, ColorType::L8, 100), 600);
        assert_eq!(peak(300, ColorType::Rgb8, 100), 600);
        // With alpha: RGBA, then RGB beside it.
        assert_eq!(peak(200, ColorType::La8, 100), 700);
        assert_eq!(peak(400, ColorType::Rgba8, 100), 700);
        // Deep: decoded and its copy.
        assert_eq!(peak(800, ColorType::Rgba16, 100), 1200);
        assert_eq!(peak(u64::MAX, ColorType::Rgba16, 100), u64::MAX);
    }
}
