//! The fast path against the general one.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, GrayImage, Rgb, RgbImage};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::decode;
use crate::image::pdq::{self, Plane};
use crate::image::thumbnail::resize;
use crate::image::{Limits, Picture, decode as decode_whole};

/// Tiles of any colour with a soft light over them.
fn scene(width: u32, height: u32) -> RgbImage {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let tiles: [[u8; 3]; 20 * 16] = std::array::from_fn(|_| rng.random());
    RgbImage::from_fn(width, height, |x, y| {
        let tile = tiles[(y * 16 / height * 20 + x * 20 / width) as usize];
        let light = 0.7 + 0.3 * (6.0 * x as f32 / width as f32).sin();
        Rgb(tile.map(|value| (40.0 + f32::from(value) * 0.7 * light) as u8))
    })
}

fn jpeg(pixels: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode(
            pixels,
            pixels.width(),
            pixels.height(),
            ExtendedColorType::Rgb8,
        )
        .expect("a JPEG");
    bytes
}

fn whole(bytes: &[u8]) -> Picture {
    decode_whole(bytes, &Limits::default())
        .expect("a picture")
        .into()
}

#[test]
fn both_ways_give_nearly_the_same() {
    for (width, height) in [(600, 420), (641, 777), (1301, 1000), (2111, 513), (520, 60)] {
        let bytes = jpeg(&scene(width, height));
        let fast = decode(&bytes, &Limits::default()).expect("an ordinary JPEG");
        let slow = whole(&bytes);
        assert_eq!((fast.width, fast.height), (slow.width, slow.height));
        let (small_width, small_height) = fast.pixels.dimensions();
        let small = resize(&slow.pixels, small_width, small_height).expect("resized");
        let distance = pdq::hash_all(&fast.luma).0[0].distance(&pdq::hash_all(&slow.luma).0[0]);
        assert!(distance <= 10, "{width} x {height}: {distance} bits");
        let apart: u64 = fast
            .pixels
            .iter()
            .zip(small.iter())
            .map(|(a, b)| u64::from(a.abs_diff(*b)))
            .sum();
        let mean = apart as f64 / fast.pixels.len() as f64;
        assert!(mean < 4.0, "{width} x {height}: {mean}");
    }
}

#[test]
fn grey_pictures_are_read() {
    let grey = GrayImage::from_fn(700, 300, |x, y| image::Luma([(x / 4 + y / 5) as u8]));
    let mut bytes = Vec::new();
    JpegEncoder::new(&mut bytes)
        .encode(&grey, 700, 300, ExtendedColorType::L8)
        .expect("a JPEG");
    let fast = decode(&bytes, &Limits::default()).expect("an ordinary JPEG");
    assert!(fast.grey && fast.pixels.pixels().all(|pixel| pixel.0[0] == pixel.0[2]));
    let plane = Plane::of(
        &decode_whole(&bytes, &Limits::default())
            .expect("a picture")
            .pixels,
        true,
    );
    let furthest = fast
        .luma
        .luma
        .iter()
        .zip(&plane.luma)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max);
    assert!(furthest < 1.6, "{furthest}");
}

#[test]
fn what_is_unusual_is_left_to_the_general_way() {
    let bytes = jpeg(&scene(600, 400));
    assert!(decode(&bytes, &Limits::default()).is_some());
    assert!(
        decode(&bytes[..bytes.len() - 2], &Limits::default()).is_none(),
        "no end"
    );
    assert!(
        decode(&jpeg(&scene(500, 400)), &Limits::default()).is_none(),
        "small"
    );
    let strict = Limits {
        max_pixels: 239_999,
        ..Limits::default()
    };
    assert!(decode(&bytes, &strict).is_none());
    let strict = Limits {
        max_memory: 1 << 20,
        ..Limits::default()
    };
    assert!(decode(&bytes, &strict).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_pictures_never_panic(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        keep in 0.2f64..1.0,
    ) {
        let mut bytes = jpeg(&scene(530, 70));
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes.truncate((bytes.len() as f64 * keep.max(0.2) * 1.3) as usize);
        let limits = Limits { max_pixels: 1 << 22, max_memory: 64 << 20, ..Limits::default() };
        if let Some(picture) = decode(&bytes, &limits) {
            prop_assert!(picture.pixels.width() > 0 && !picture.luma.luma.is_empty());
        }
    }
}
