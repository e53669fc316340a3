//! Pictures that lie, are cut, or are noise: each gets a picture or a reason, never a panic or a flood of memory.

use std::io::Cursor;

use image::{DynamicImage, Rgb, RgbImage};
use proptest::prelude::*;

use super::{Limits, decode, fingerprint};

fn encoded(picture: &DynamicImage, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, format)
        .expect("an encoded picture");
    bytes.into_inner()
}

/// A picture with something in every part of it.
fn checks(width: u32, height: u32) -> DynamicImage {
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        let tile = (x / 7 + y / 5) % 2;
        Rgb([(x * 3) as u8, (y * 5) as u8, 60 + 130 * tile as u8])
    });
    DynamicImage::ImageRgb8(pixels)
}

const FORMATS: [image::ImageFormat; 6] = [
    image::ImageFormat::Jpeg,
    image::ImageFormat::Png,
    image::ImageFormat::WebP,
    image::ImageFormat::Gif,
    image::ImageFormat::Bmp,
    image::ImageFormat::Tiff,
];

/// `ok`, or the reason code.
fn outcome(bytes: &[u8], limits: &Limits) -> &'static str {
    fingerprint(bytes, limits).map_or_else(|error| error.as_str(), |_| "ok")
}

/// CRC-32 of a PNG chunk.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let typed = [kind.as_slice(), body].concat();
    [
        &(body.len() as u32).to_be_bytes()[..],
        &typed,
        &crc(&typed).to_be_bytes(),
    ]
    .concat()
}

/// `length` zeros in the zlib format: one literal, then matches of 258 bytes, in 13 bits each.
fn zeros(length: usize) -> Vec<u8> {
    assert_eq!(length % 258, 1, "a literal and whole matches");
    let mut bits: Vec<bool> = vec![true, true, false];
    let mut put =
        |code: u32, count: u32| bits.extend((0..count).rev().map(|bit| code >> bit & 1 == 1));
    put(0b0011_0000, 8);
    for _ in 0..length / 258 {
        put(0b1100_0101, 8);
        put(0, 5);
    }
    put(0, 7);
    let mut bytes = vec![0x78, 0x01];
    bytes.extend(bits.chunks(8).map(|byte| {
        byte.iter()
            .rev()
            .fold(0, |sum, &bit| sum << 1 | u8::from(bit))
    }));
    // Adler-32 of zeros.
    bytes.extend(((length as u32 % 65_521) << 16 | 1).to_be_bytes());
    bytes
}

/// A black PNG of one bit a pixel.
fn one_bit_png(width: u32, height: u32) -> Vec<u8> {
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[1, 0, 0, 0, 0],
    ]
    .concat();
    let data = (width as usize).div_ceil(8) * height as usize + height as usize;
    let data = zeros(data.next_multiple_of(258) + 1);
    [
        b"\x89PNG\r\n\x1a\n".as_slice(),
        &chunk(b"IHDR", &header),
        &chunk(b"IDAT", &data),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

#[test]
fn a_small_file_of_many_pixels_is_refused_by_its_header() {
    let fair =
        decode(&one_bit_png(100, 80), &Limits::default()).expect("the bomb's maker makes pictures");
    assert_eq!((fair.pixels.dimensions(), fair.grey), ((100, 80), true));
    let bomb = one_bit_png(20_000, 20_000);
    assert!(
        bomb.len() < 400_000,
        "{} bytes for 400 million pixels",
        bomb.len()
    );
    assert_eq!(outcome(&bomb, &Limits::default()), "too_many_pixels");
}

#[test]
fn a_header_that_claims_the_world_is_refused() {
    let header = [
        &100_000u32.to_be_bytes()[..],
        &100_000u32.to_be_bytes(),
        &[8, 6, 0, 0, 0],
    ]
    .concat();
    let png = [
        b"\x89PNG\r\n\x1a\n".as_slice(),
        &chunk(b"IHDR", &header),
        &chunk(b"IDAT", b"x"),
    ]
    .concat();
    assert_eq!(outcome(&png, &Limits::default()), "too_many_pixels");
    let gif = b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02\x4c\x01\0;";
    assert_eq!(outcome(gif, &Limits::default()), "too_many_pixels");
}

#[test]
fn a_frame_larger_than_its_gif_is_refused() {
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x4c\x01\0;";
    assert_ne!(outcome(gif, &Limits::default()), "ok");
}

#[test]
fn a_frame_of_no_size_is_no_panic() {
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\0\0\0\0\0\x02\x02\x4c\x01\0;";
    assert_ne!(outcome(gif, &Limits::default()), "decoder_panicked");
    let screen =
        b"GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02\x4c\x01\0;";
    assert_eq!(outcome(screen, &Limits::default()), "truncated_or_corrupt");
}

#[test]
fn bmp_and_tiff_headers_that_claim_the_world_are_refused() {
    let size = 60_000u32.to_le_bytes();
    let bmp = [
        b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".as_slice(),
        &size,
        &size,
        &[1, 0, 24, 0],
        &[0; 24],
    ]
    .concat();
    assert_eq!(outcome(&bmp, &Limits::default()), "too_many_pixels");
    // Width, height, bits, photometric, strip offset, rows a strip, strip length; each one long.
    let entries: Vec<u8> = [
        (256u16, 60_000u32),
        (257, 60_000),
        (258, 8),
        (262, 1),
        (273, 8),
        (278, 60_000),
        (279, 8),
    ]
    .iter()
    .flat_map(|(tag, value)| {
        [
            &tag.to_le_bytes()[..],
            &[4, 0, 1, 0, 0, 0],
            &value.to_le_bytes(),
        ]
        .concat()
    })
    .collect();
    let tiff = [b"II*\0\x08\0\0\0\x07\0".as_slice(), &entries, &[0; 4]].concat();
    assert_eq!(outcome(&tiff, &Limits::default()), "too_many_pixels");
}

#[test]
fn each_limit_holds() {
    let png = encoded(&checks(120, 90), image::ImageFormat::Png);
    let all = Limits::default();
    assert_eq!(outcome(&png, &all), "ok");
    assert_eq!(
        outcome(
            &png,
            &Limits {
                max_bytes: png.len() as u64 - 1,
                ..all
            }
        ),
        "too_many_bytes"
    );
    assert_eq!(
        outcome(
            &png,
            &Limits {
                max_pixels: 120 * 90 - 1,
                ..all
            }
        ),
        "too_many_pixels"
    );
    assert_eq!(
        outcome(
            &png,
            &Limits {
                max_memory: 120 * 90 * 3,
                ..all
            }
        ),
        "too_much_memory"
    );
}

#[test]
fn a_jpeg_cut_early_is_refused_and_one_without_its_last_bytes_is_read() {
    let jpeg = encoded(&checks(320, 400), image::ImageFormat::Jpeg);
    assert_eq!(
        outcome(&jpeg[..jpeg.len() / 2], &Limits::default()),
        "truncated_or_corrupt"
    );
    assert_eq!(
        outcome(&jpeg[..jpeg.len() * 9 / 10], &Limits::default()),
        "truncated_or_corrupt"
    );
    let whole = fingerprint(&jpeg, &Limits::default()).expect("a picture");
    let cut = fingerprint(&jpeg[..jpeg.len() - 2], &Limits::default())
        .expect("a picture without its end marker");
    assert_eq!(whole.pdq, cut.pdq);
}

#[test]
fn other_formats_must_be_whole() {
    for format in &FORMATS[1..] {
        let bytes = encoded(&checks(160, 120), *format);
        assert_eq!(outcome(&bytes, &Limits::default()), "ok", "{format:?}");
        assert_eq!(
            outcome(&bytes[..bytes.len() / 2], &Limits::default()),
            "truncated_or_corrupt",
            "{format:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn cut_and_damaged_pictures_never_panic(
        format in 0usize..6,
        keep in 0.0f64..1.0,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let mut bytes = encoded(&checks(64, 48), FORMATS[format]);
        bytes.truncate((bytes.len() as f64 * keep) as usize + 1);
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        prop_assert_ne!(outcome(&bytes, &Limits { max_pixels: 1 << 20, ..Limits::default() }), "io");
    }

    #[test]
    fn noise_behind_a_magic_number_never_panics(
        magic in 0usize..6,
        noise in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let magics: [&[u8]; 6] =
            [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x90\x01\0\0WEBPVP8L", b"GIF89a", b"BM", b"II*\0\x08\0\0\0"];
        let bytes = [magics[magic], &noise].concat();
        prop_assert_ne!(outcome(&bytes, &Limits { max_pixels: 1 << 20, ..Limits::default() }), "unknown_format");
    }
}
