//! Any bytes give a picture or a reason, within the limits. Panics of the decoders are contained and no finding; ours
//! are. libFuzzer holds the memory of the process (`-rss_limit_mb` in scripts/fuzz.sh).

#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_fuzz::image::{Limits, Picture, decode, fingerprint_frames, picture};
use touchstone_fuzz::panics::silence_contained;

const LIMITS: Limits = Limits {
    max_bytes: 1 << 20,
    max_pixels: 1 << 20,
    max_memory: 64 << 20,
};

fuzz_target!(init: silence_contained(), |bytes: &[u8]| {
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
