use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, DynamicImage, ImageDecoder};
use serde::{Deserialize, Serialize};

use super::decode::{allowed, flatten, unreadable};
use super::{Decoded, Fingerprint, ImageFormat, Limits, Picture, Unreadable, fingerprint};
use crate::panics::contained;

/// Most frames that are kept of an animation.
const MOST_KEPT: usize = 8;

/// Most frames that are decoded of an animation.
const MOST_DECODED: u32 = 2_000;

/// Frames this near to the last one kept, in bits of PDQ, are the same to the eye: as far as another decoder moves a
/// hash.
const SAME_FRAME: u32 = 10;

/// What decoding takes for each pixel of an animation: canvas, frame, frame before and output in RGBA; the flat copy.
const BYTES_A_PIXEL: u64 = 4 * 4 + 3;

/// Bytes of a frame that may be larger than its canvas.
const SMALL_FRAME: u64 = 1 << 20;

/// One frame of an animation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameFingerprint {
    /// Which frame it is, from 0.
    pub index: u32,
    /// Its fingerprint; the content is the file's.
    pub fingerprint: Fingerprint,
}

/// Frames of a picture, and whether there are more.
#[derive(Debug)]
pub struct Frames {
    /// Frames spread evenly over the animation, less those that look like the one before.
    pub frames: Vec<FrameFingerprint>,
    /// Why the animation was not read to its end, where it was not.
    pub cut: Option<Unreadable>,
}

/// The fingerprints of a picture's frames: one of a still, up to eight of an animated GIF, WebP or PNG.
///
/// # Errors
/// As [`super::decode`], when not even the first frame can be read. Damage after it is told by [`Frames::cut`].
pub fn fingerprint_frames(bytes: &[u8], limits: &Limits) -> Result<Frames, Unreadable> {
    let first = fingerprint(bytes, limits)?;
    let mut read = later_frames(bytes, &first, limits);
    let first = FrameFingerprint {
        index: 0,
        fingerprint: first,
    };
    read.frames.insert(0, first);
    Ok(read)
}

/// Up to seven frames of an animation after the one with the fingerprint `first`; none of a still.
///
/// The animation is decoded once from front to back, up to 2,000 frames and four times [`Limits::max_pixels`] in all.
pub fn later_frames(bytes: &[u8], first: &Fingerprint, limits: &Limits) -> Frames {
    let mut kept = Spread::new(*first);
    let read = contained(|| read_frames(bytes, &mut kept, limits));
    let cut = match read {
        Some(read) => read.err(),
        None => Some(Unreadable::DecoderPanicked {
            format: first.format.as_str(),
        }),
    };
    let mut frames = kept.distinct();
    frames.remove(0);
    Frames { frames, cut }
}

fn read_frames(bytes: &[u8], kept: &mut Spread, limits: &Limits) -> Result<(), Unreadable> {
    let first = &kept.frames[0].fingerprint;
    let format = first.format;
    let pixels = u64::from(first.width) * u64::from(first.height);
    let failure = |error| unreadable(format, error, limits);
    match format {
        ImageFormat::Gif => {
            // A frame may be larger than the canvas, and would then cost more than is counted.
            let room = Limits {
                max_memory: (pixels * BYTES_A_PIXEL + SMALL_FRAME).min(limits.max_memory),
                ..*limits
            };
            let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(failure)?;
            decoder.set_limits(allowed(&room)).map_err(failure)?;
            frames(decoder, kept, pixels, limits)
        }
        ImageFormat::WebP => {
            let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(failure)?;
            if !decoder.has_animation() {
                return Ok(());
            }
            decoder.set_limits(allowed(limits)).map_err(failure)?;
            frames(decoder, kept, pixels, limits)
        }
        ImageFormat::Png => {
            let decoder = PngDecoder::with_limits(Cursor::new(bytes), allowed(limits));
            let decoder = decoder.map_err(failure)?;
            if !decoder.is_apng().map_err(failure)? {
                return Ok(());
            }
            // The default picture may be one that the animation does not show.
            frames(decoder.apng().map_err(failure)?, kept, pixels, limits)
        }
        ImageFormat::Jpeg | ImageFormat::Bmp | ImageFormat::Tiff => Ok(()),
    }
}

/// Up to eight frames whose indices are multiples of a step that doubles when there are more.
struct Spread {
    step: u32,
    frames: Vec<FrameFingerprint>,
}

impl Spread {
    fn new(fingerprint: Fingerprint) -> Self {
        Self {
            step: 1,
            frames: vec![FrameFingerprint {
                index: 0,
                fingerprint,
            }],
        }
    }

    fn wants(&self, index: u32) -> bool {
        index > 0 && index.is_multiple_of(self.step)
    }

    fn push(&mut self, index: u32, fingerprint: Fingerprint) {
        self.frames.push(FrameFingerprint { index, fingerprint });
        if self.frames.len() > MOST_KEPT {
            self.step *= 2;
            let step = self.step;
            self.frames.retain(|frame| frame.index.is_multiple_of(step));
        }
    }

    fn distinct(self) -> Vec<FrameFingerprint> {
        let mut distinct: Vec<FrameFingerprint> = Vec::new();
        for frame in self.frames {
            let same = distinct.last().is_some_and(|last| {
                let distance = last.fingerprint.pdq[0].distance(&frame.fingerprint.pdq[0]);
                distance <= SAME_FRAME
            });
            if !same {
                distinct.push(frame);
            }
        }
        distinct
    }
}

fn frames<'a>(
    decoder: impl AnimationDecoder<'a>,
    kept: &mut Spread,
    pixels: u64,
    limits: &Limits,
) -> Result<(), Unreadable> {
    let format = kept.frames[0].fingerprint.format;
    let content = kept.frames[0].fingerprint.content;
    if pixels.saturating_mul(BYTES_A_PIXEL) > limits.max_memory {
        return Err(Unreadable::TooMuchMemory {
            limit: limits.max_memory,
        });
    }
    let most = limits.max_pixels.saturating_mul(4) / pixels.max(1);
    let most = most.min(u64::from(MOST_DECODED)) as u32;
    for (index, frame) in (0..).zip(decoder.into_frames()) {
        if index >= most {
            return Err(Unreadable::TooManyFrames { read: index });
        }
        let frame = frame.map_err(|error| unreadable(format, error, limits))?;
        if kept.wants(index) {
            let pixels = flatten(DynamicImage::ImageRgba8(frame.into_buffer()));
            let picture = Picture::from(Decoded {
                pixels,
                format,
                grey: false,
                turned: false,
            });
            kept.push(index, Fingerprint::of(&picture, content)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use image::codecs::gif::GifEncoder;
    use image::{Frame, Rgba, RgbaImage};

    use super::{Frames, MOST_KEPT, fingerprint_frames};
    use crate::image::{Limits, fingerprint};

    /// An animation of bars that another frame has in other places.
    fn animation(frames: impl IntoIterator<Item = u32>) -> Vec<u8> {
        animation_of(64, 48, frames)
    }

    fn animation_of(width: u32, height: u32, frames: impl IntoIterator<Item = u32>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = GifEncoder::new(&mut bytes);
        let pictures = frames.into_iter().map(|seed| {
            Frame::new(RgbaImage::from_fn(width, height, |x, y| {
                let tile = (x / 8 * 7 + y / 8 * 13 + seed * 31).wrapping_mul(2_654_435_761) >> 24;
                Rgba([tile as u8, tile as u8, 90, 255])
            }))
        });
        encoder.encode_frames(pictures).expect("a GIF");
        drop(encoder);
        bytes
    }

    fn indices(frames: &Frames) -> Vec<u32> {
        frames.frames.iter().map(|frame| frame.index).collect()
    }

    #[test]
    fn frames_are_spread_over_the_animation() {
        let read = |count| {
            let found = fingerprint_frames(&animation(0..count), &Limits::default());
            found.expect("an animation")
        };
        assert_eq!(indices(&read(1)), [0]);
        assert_eq!(indices(&read(5)), [0, 1, 2, 3, 4]);
        assert_eq!(indices(&read(30)), [0, 4, 8, 12, 16, 20, 24, 28]);
        assert!((1..20).all(|count| read(count).frames.len() <= MOST_KEPT));
    }

    #[test]
    fn frames_that_look_alike_are_one() {
        let bytes = animation([3, 3, 3, 8, 8, 3]);
        let found = fingerprint_frames(&bytes, &Limits::default()).expect("an animation");
        assert_eq!(indices(&found), [0, 3, 5]);
        assert!(found.cut.is_none());
        let first = fingerprint(&bytes, &Limits::default()).expect("a picture");
        assert_eq!(found.frames[0].fingerprint, first);
    }

    #[test]
    fn damage_after_the_first_frame_keeps_what_was_read() {
        let bytes = animation(0..6);
        let cut = &bytes[..bytes.len() * 3 / 4];
        let found = fingerprint_frames(cut, &Limits::default()).expect("the first frame");
        assert!(!found.frames.is_empty() && found.frames.len() < 6);
        assert_eq!(
            found.cut.map(|error| error.as_str()),
            Some("truncated_or_corrupt")
        );
    }

    #[test]
    fn pixels_of_all_frames_together_are_limited() {
        let limits = Limits {
            max_pixels: 64 * 48,
            ..Limits::default()
        };
        let found = fingerprint_frames(&animation(0..9), &limits).expect("the first frame");
        assert_eq!(indices(&found), [0, 1, 2, 3]);
        assert_eq!(
            found.cut.map(|error| error.as_str()),
            Some("too_many_frames")
        );
    }

    /// A canvas of 8 x 8 whose second frame is one of 8,000 x 8,000: a small file that would cost 64 million pixels a
    /// frame, though only the canvas was counted.
    #[test]
    fn frames_far_larger_than_their_canvas_are_not_decoded() {
        let mut bytes = animation_of(8, 8, 0..2);
        let second = bytes
            .windows(9)
            .rposition(|part| part == [0x2c, 0, 0, 0, 0, 8, 0, 8, 0])
            .expect("the second frame's descriptor");
        bytes[second + 5..second + 9].copy_from_slice(&[0x40, 0x1f, 0x40, 0x1f]);
        let found = fingerprint_frames(&bytes, &Limits::default()).expect("the first frame");
        assert_eq!(indices(&found), [0]);
        assert_eq!(
            found.cut.map(|error| error.as_str()),
            Some("too_much_memory")
        );
    }
}
