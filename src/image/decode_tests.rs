//! Colour modes and orientations.

use std::io::Cursor;

use image::{
    DynamicImage, GrayAlphaImage, ImageBuffer, ImageEncoder, LumaA, Rgb, RgbImage, Rgba, RgbaImage,
};

use super::{Decoded, ImageFormat, Limits, decode};

fn png(picture: impl Into<DynamicImage>) -> Decoded {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .into()
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a PNG");
    decode(bytes.get_ref(), &Limits::default()).expect("a picture")
}

#[test]
fn transparent_pixels_show_white() {
    let decoded = png(RgbaImage::from_fn(3, 1, |x, _| {
        Rgba([0, 100, 200, x as u8 * 127])
    }));
    assert_eq!(
        decoded.pixels.as_raw()[..],
        [255, 255, 255, 128, 178, 228, 1, 101, 200]
    );
    assert!(!decoded.grey);
    let grey = png(GrayAlphaImage::from_pixel(1, 1, LumaA([10, 0])));
    assert_eq!(
        (grey.pixels.as_raw()[..].to_vec(), grey.grey),
        (vec![255; 3], true)
    );
}

#[test]
fn sixteen_bits_become_eight() {
    let deep = ImageBuffer::<Rgb<u16>, _>::from_pixel(2, 2, Rgb([65_535, 32_896, 0]));
    assert_eq!(png(deep).pixels.get_pixel(1, 1).0, [255, 128, 0]);
    let grey = png(ImageBuffer::<image::Luma<u16>, _>::from_pixel(
        2,
        2,
        image::Luma([32_896]),
    ));
    assert_eq!((grey.pixels.get_pixel(0, 0).0, grey.grey), ([128; 3], true));
}

#[test]
fn the_first_frame_of_a_gif_is_read() {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    let frame = |value| {
        image::Frame::new(RgbaImage::from_pixel(
            4,
            3,
            Rgba([value, value, value, 255]),
        ))
    };
    encoder
        .encode_frames([frame(250), frame(5)])
        .expect("a GIF");
    drop(encoder);
    let decoded = decode(&bytes, &Limits::default()).expect("a picture");
    assert_eq!(
        (decoded.format, decoded.pixels.get_pixel(3, 2).0),
        (ImageFormat::Gif, [250; 3])
    );
}

#[test]
fn exif_turns_the_picture() {
    // Big-endian TIFF with one entry: tag 0x0112 (orientation), one short, 6 = turn clockwise to see it upright.
    let exif = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let lying = RgbImage::from_fn(
        32,
        16,
        |x, _| if x < 16 { Rgb([255; 3]) } else { Rgb([0; 3]) },
    );
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut bytes);
    encoder
        .set_exif_metadata(exif.to_vec())
        .expect("EXIF is supported");
    encoder
        .write_image(lying.as_raw(), 32, 16, image::ExtendedColorType::Rgb8)
        .expect("a JPEG");
    let decoded = decode(&bytes, &Limits::default()).expect("a picture");
    assert_eq!(
        (decoded.pixels.dimensions(), decoded.turned),
        ((16, 32), true)
    );
    assert!(
        decoded.pixels.get_pixel(8, 2).0[0] > 250,
        "left has become top"
    );
    assert!(decoded.pixels.get_pixel(8, 29).0[0] < 5);
}

/// A baseline JPEG of 8 x 8 pixels of one colour in four components, as Adobe programs write them. Samples are the
/// lowest (-1), middle (0) or highest (1); of ink, the lowest is all.
fn adobe(transform: u8, samples: [i8; 4]) -> Vec<u8> {
    let segment = |marker: u8, body: &[u8]| {
        [
            &[0xff, marker][..],
            &(body.len() as u16 + 2).to_be_bytes(),
            body,
        ]
        .concat()
    };
    // Codes 0 and 10 for DC: "11 more bits" and "no difference". Code 0 for AC: "end of block".
    let dc_table = [&[0x00, 1, 1][..], &[0; 14], &[11, 0]].concat();
    let ac_table = [&[0x10, 1][..], &[0; 15], &[0]].concat();
    let mut bits = String::new();
    for sample in samples {
        // 128 steps down or up from the middle, with a DC gain of 8; negative numbers are stored plus 2047.
        bits += &match sample {
            0 => "100".to_owned(),
            1 => format!("0{:011b}0", 1024),
            _ => format!("0{:011b}0", 2047 - 1024),
        };
    }
    while !bits.len().is_multiple_of(8) {
        bits.push('1');
    }
    let data: Vec<u8> = (0..bits.len() / 8)
        .flat_map(|index| {
            let byte = u8::from_str_radix(&bits[8 * index..8 * index + 8], 2).expect("eight bits");
            if byte == 0xff {
                vec![byte, 0]
            } else {
                vec![byte]
            }
        })
        .collect();
    let components: Vec<u8> = (1..=4).flat_map(|id| [id, 0x11, 0]).collect();
    let frame = [&[8, 0, 8, 0, 8, 4][..], &components].concat();
    let scan = [&[4, 1, 0, 2, 0, 3, 0, 4, 0][..], &[0, 63, 0]].concat();
    [
        vec![0xff, 0xd8],
        segment(0xee, &[&b"Adobe\0\x64\0\0\0\0"[..], &[transform]].concat()),
        segment(0xdb, &[&[0][..], &[1; 64]].concat()),
        segment(0xc0, &frame),
        segment(0xc4, &dc_table),
        segment(0xc4, &ac_table),
        segment(0xda, &scan),
        data,
        vec![0xff, 0xd9],
    ]
    .concat()
}

fn colour(bytes: &[u8]) -> [u8; 3] {
    let decoded = decode(bytes, &Limits::default()).expect("four components");
    decoded.pixels.get_pixel(4, 4).0
}

#[test]
fn the_inks_of_an_adobe_jpeg_are_inverted() {
    let cmyk = |samples| colour(&adobe(0, samples));
    assert_eq!(cmyk([1, 1, 1, 1]), [255; 3]);
    assert_eq!(cmyk([-1, 1, 1, 1]), [0, 255, 255]);
    assert_eq!(cmyk([1, -1, -1, 1]), [255, 0, 0]);
    assert_eq!(cmyk([1, 1, 1, -1]), [0; 3]);
}

#[test]
fn ycck_is_ycc_of_inverted_inks() {
    let ycck = |samples| colour(&adobe(2, samples));
    let near = |found: [u8; 3], expected: [u8; 3]| {
        found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 1)
    };
    // No cyan, magenta or yellow: the inverted inks are all 0, the luma of their complement is the lowest.
    for (samples, expected) in [
        ([-1, 0, 0, 1], [255; 3]),
        ([1, 0, 0, 1], [0; 3]),
        ([0, 0, 0, 1], [127; 3]),
        ([-1, 0, 0, -1], [0; 3]),
    ] {
        let found = ycck(samples);
        assert!(near(found, expected), "{samples:?}: {found:?}");
    }
}

#[test]
fn bmp_and_tiff_are_read() {
    let picture = RgbImage::from_fn(9, 5, |x, y| Rgb([x as u8 * 20, y as u8 * 40, 90]));
    for (kind, format) in [
        (image::ImageFormat::Bmp, ImageFormat::Bmp),
        (image::ImageFormat::Tiff, ImageFormat::Tiff),
    ] {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, kind).expect("encoded");
        let decoded = decode(bytes.get_ref(), &Limits::default()).expect("a picture");
        assert_eq!((decoded.format, decoded.pixels), (format, picture.clone()));
    }
}
