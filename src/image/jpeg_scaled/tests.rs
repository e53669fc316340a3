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

/// Bits of a scan, with stuffed zeros.
#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    bits: u32,
    count: u32,
}

impl Writer {
    fn put(&mut self, bits: u32, count: u32) {
        for at in (0..count).rev() {
            self.bits = self.bits << 1 | (bits >> at & 1);
            self.count += 1;
            if self.count == 8 {
                self.bytes.push(self.bits as u8);
                if self.bits == 0xff {
                    self.bytes.push(0);
                }
                (self.bits, self.count) = (0, 0);
            }
        }
    }

    fn end_segment(&mut self) {
        while self.count > 0 {
            self.put(1, 1);
        }
    }
}

/// A baseline JPEG of even blocks: luma as fine as `sampling` times chroma, a restart every `interval` MCUs (0: none).
fn blocks((width, height): (u16, u16), sampling: (u8, u8), interval: u16) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    let mut segment = |marker: u8, body: &[u8]| {
        bytes.extend([0xff, marker]);
        bytes.extend((body.len() as u16 + 2).to_be_bytes());
        bytes.extend(body);
    };
    // With steps of 8, a constant coefficient is the block's value.
    segment(0xdb, &[&[0][..], &[8; 64]].concat());
    let ([h1, h0], [w1, w0]) = (height.to_be_bytes(), width.to_be_bytes());
    let luma = sampling.0 << 4 | sampling.1;
    segment(
        0xc0,
        &[8, h1, h0, w1, w0, 3, 1, luma, 0, 2, 0x11, 0, 3, 0x11, 0],
    );
    // Sizes 0 to 11 in four bits each; the end of a block in one bit.
    let sizes: Vec<u8> = (0..12).collect();
    segment(0xc4, &[&[0, 0, 0, 0, 12][..], &[0; 12], &sizes].concat());
    segment(0xc4, &[&[0x10, 1][..], &[0; 15], &[0]].concat());
    segment(0xdd, &interval.to_be_bytes());
    segment(0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    let mut data = Writer::default();
    let mut predictions = [0i32; 3];
    let mut random = 1u32;
    let (wide, high) = (8 * u16::from(sampling.0), 8 * u16::from(sampling.1));
    let mcus = u32::from(width.div_ceil(wide)) * u32::from(height.div_ceil(high));
    for mcu in 0..mcus {
        if interval > 0 && mcu > 0 && mcu % u32::from(interval) == 0 {
            data.end_segment();
            let number = mcu / u32::from(interval) - 1;
            data.bytes.extend([0xff, 0xd0 + (number % 8) as u8]);
            predictions = [0; 3];
        }
        for (component, prediction) in predictions.iter_mut().enumerate() {
            let (blocks, range) = match component {
                0 => (sampling.0 * sampling.1, 120),
                _ => (1, 30),
            };
            for _ in 0..blocks {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let value = (random >> 8) as i32 % range - range / 2;
                let difference = value - *prediction;
                *prediction = value;
                let size = 32 - difference.unsigned_abs().leading_zeros();
                data.put(size, 4);
                let bits = difference + if difference < 0 { (1 << size) - 1 } else { 0 };
                data.put(bits as u32, size);
                data.put(0, 1);
            }
        }
    }
    data.end_segment();
    bytes.extend(data.bytes);
    bytes.extend([0xff, 0xd9]);
    bytes
}

#[test]
fn every_sampling_and_restart_interval_is_read_as_the_general_way_does() {
    for sampling in [(1, 1), (2, 1), (1, 2), (2, 2)] {
        for interval in [0, 1, 7] {
            let bytes = blocks((603, 517), sampling, interval);
            let fast = decode(&bytes, &Limits::default()).expect("an ordinary JPEG");
            let furthest = fast
                .luma
                .luma
                .iter()
                .zip(&whole(&bytes).luma.luma)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            assert!(furthest < 2.0, "{sampling:?} {interval}: {furthest}");
        }
    }
    // Other samplings are read by the general way only.
    let rare = blocks((640, 520), (4, 1), 0);
    assert!(decode(&rare, &Limits::default()).is_none());
    assert!(whole(&rare).width == 640);
}

#[test]
fn more_restarts_than_the_picture_can_have_are_refused() {
    let whole = blocks((640, 520), (1, 1), 0);
    let end = whole.len() - 2;
    let restarts = [0xff, 0xd0].repeat(100_000);
    let bytes = [&whole[..end], &restarts, &whole[end..]].concat();
    assert!(decode(&whole, &Limits::default()).is_some());
    assert!(decode(&bytes, &Limits::default()).is_none());
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
