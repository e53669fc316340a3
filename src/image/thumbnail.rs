use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, RgbImage};

use super::{Limits, Unreadable, decode};

/// The picture as a JPEG whose longer side is at most `longest_side` pixels; never larger than it is.
///
/// # Errors
/// As [`decode`].
pub fn thumbnail_jpeg(
    bytes: &[u8],
    limits: &Limits,
    longest_side: u32,
) -> Result<Vec<u8>, Unreadable> {
    const QUALITY: u8 = 80;
    let small = within(decode(bytes, limits)?.pixels, longest_side)?;
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode(
            small.as_raw(),
            small.width(),
            small.height(),
            ExtendedColorType::Rgb8,
        )
        .map_err(|error| unsupported(&error.to_string()))?;
    Ok(jpeg)
}

/// The picture, made smaller where its longer side is more than `longest_side`.
pub(super) fn within(pixels: RgbImage, longest_side: u32) -> Result<RgbImage, Unreadable> {
    let (width, height) = pixels.dimensions();
    let longest = width.max(height);
    if longest <= longest_side {
        return Ok(pixels);
    }
    let scaled =
        |side: u32| (u64::from(side) * u64::from(longest_side) / u64::from(longest)).max(1) as u32;
    resize(&pixels, scaled(width), scaled(height))
}

/// The picture at another size: the mean over each new pixel's area, or interpolated where it grows.
pub(super) fn resize(pixels: &RgbImage, width: u32, height: u32) -> Result<RgbImage, Unreadable> {
    let mut resized = RgbImage::new(width, height);
    // The typed call, since the one over any kind of pixel takes minutes to compile.
    let source =
        TypedImageRef::<U8x3>::from_buffer(pixels.width(), pixels.height(), pixels.as_raw())
            .map_err(|error| unsupported(&error.to_string()))?;
    let mut target = TypedImage::<U8x3>::from_buffer(width, height, &mut resized)
        .map_err(|error| unsupported(&error.to_string()))?;
    let shrinks = width <= pixels.width() && height <= pixels.height();
    let filter = if shrinks {
        FilterType::Box
    } else {
        FilterType::Bilinear
    };
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    Resizer::new()
        .resize_typed(&source, &mut target, &options)
        .map_err(|error| unsupported(&error.to_string()))?;
    Ok(resized)
}

fn unsupported(reason: &str) -> Unreadable {
    Unreadable::Unsupported {
        format: "picture",
        reason: format!("it cannot be resized: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::{resize, thumbnail_jpeg};
    use crate::image::{Limits, decode};

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        RgbImage::from_pixel(width, height, Rgb([200, 30, 30]))
            .write_to(&mut bytes, image::ImageFormat::Png)
            .expect("a PNG");
        bytes.into_inner()
    }

    #[test]
    fn thumbnails_keep_the_shape_and_never_grow() {
        let size = |bytes: &[u8]| {
            decode(bytes, &Limits::default())
                .expect("a picture")
                .pixels
                .dimensions()
        };
        let small = thumbnail_jpeg(&png(400, 100), &Limits::default(), 80).expect("a thumbnail");
        assert_eq!(size(&small), (80, 20));
        let sliver = thumbnail_jpeg(&png(400, 1), &Limits::default(), 80).expect("a thumbnail");
        assert_eq!(size(&sliver), (80, 1));
        let same = thumbnail_jpeg(&png(40, 30), &Limits::default(), 80).expect("a thumbnail");
        assert_eq!(size(&same), (40, 30));
    }

    #[test]
    fn resizing_takes_the_mean() {
        let picture = RgbImage::from_fn(4, 1, |x, _| Rgb([x as u8 * 20; 3]));
        assert_eq!(
            resize(&picture, 2, 1).expect("resized").as_raw()[..6],
            [10, 10, 10, 50, 50, 50]
        );
    }
}
