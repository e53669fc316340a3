//! Any bytes give a picture or a reason, within the limits. Panics of other people's decoders are contained and no
//! finding; ours are, though they would be contained too. libFuzzer holds the memory of the process (`-rss_limit_mb` in
//! scripts/fuzz.sh).

#![no_main]

use std::panic;
use std::process;

use libfuzzer_sys::fuzz_target;
use touchstone_fuzz::image::{Limits, Picture, decode, fingerprint_frames, picture};

const LIMITS: Limits = Limits {
    max_bytes: 1 << 20,
    max_pixels: 1 << 20,
    max_memory: 64 << 20,
};

/// Ends the process on a panic in our own files; leaves the decoders', which cargo keeps in its registry, to be contained.
fn find_our_panics() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let file = panic.location().map_or("", |location| location.file());
        if !file.contains("registry") {
            before(panic);
            process::abort();
        }
    }));
}

fuzz_target!(init: find_our_panics(), |bytes: &[u8]| {
    if let Ok(decoded) = decode(bytes, &LIMITS) {
        let (width, height) = decoded.pixels.dimensions();
        assert!(width > 0 && height > 0);
        assert!(u64::from(width) * u64::from(height) <= LIMITS.max_pixels);
    }
    if let Ok(picture) = picture(bytes, &LIMITS) {
        let longest = picture.width.max(picture.height);
        let kept = picture.pixels.width().max(picture.pixels.height());
        assert!(kept == longest || (Picture::LEAST_SIDE..longest).contains(&kept));
    }
    if let Ok(frames) = fingerprint_frames(bytes, &LIMITS) {
        assert!((1..=8).contains(&frames.frames.len()));
    }
});
