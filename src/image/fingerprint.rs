use std::path::Path;

use serde::{Deserialize, Serialize};

use super::pdq;
use super::{
    ColourGrid, ImageFormat, Limits, PHash, PdqHash, Picture, Unreadable, picture, read_file,
};
use crate::record::ContentHash;

/// What is kept of a picture to find it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The hash of the file's bytes.
    pub content: ContentHash,
    /// The file's format.
    pub format: ImageFormat,
    /// Width in pixels, as it is to be seen.
    pub width: u32,
    /// Height in pixels, as it is to be seen.
    pub height: u32,
    /// The PDQ hash of the picture under each transform, in the order of [`super::Transform::ALL`].
    pub pdq: [PdqHash; 8],
    /// The PDQ quality, 0..=100: how much there is to see. Under 50 the hash tells little.
    pub quality: u8,
    /// The DCT hash.
    pub phash: PHash,
    /// The colours, which both hashes are blind to.
    pub colours: ColourGrid,
}

impl Fingerprint {
    /// The least quality at which a hash tells pictures apart, as PDQ's authors advise; near-flat ones are all alike.
    pub const TELLING_QUALITY: u8 = 50;

    /// The fingerprint of `picture`, which was decoded from a file with the hash `content`.
    ///
    /// # Errors
    /// [`Unreadable::Unsupported`] when the picture cannot be resized.
    pub fn of(picture: &Picture, content: ContentHash) -> Result<Self, Unreadable> {
        let (pdq, quality) = pdq::hash_all(&picture.luma);
        Ok(Self {
            content,
            format: picture.format,
            width: picture.width,
            height: picture.height,
            pdq,
            quality,
            phash: PHash::of(&picture.pixels)?,
            colours: ColourGrid::of(&picture.pixels),
        })
    }

    /// The fingerprint of the negative, as far as hashes go.
    pub fn negative(&self) -> Self {
        Self {
            pdq: self.pdq.map(|hash| hash.complement()),
            phash: PHash(!self.phash.0),
            ..*self
        }
    }

    /// Whether there is enough to see for a hash to tell this picture from others.
    pub fn is_telling(&self) -> bool {
        self.quality >= Self::TELLING_QUALITY
    }
}

/// Decodes a picture once and takes everything from that.
///
/// # Errors
/// As [`super::decode`].
pub fn fingerprint(bytes: &[u8], limits: &Limits) -> Result<Fingerprint, Unreadable> {
    Fingerprint::of(&picture(bytes, limits)?, ContentHash::of(bytes))
}

/// Reads and fingerprints one file. Its length is checked before it is read.
///
/// # Errors
/// As [`super::decode`], and [`Unreadable::Missing`] or [`Unreadable::Io`].
pub fn fingerprint_file(path: &Path, limits: &Limits) -> Result<Fingerprint, Unreadable> {
    fingerprint(&read_file(path, limits)?, limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_from_text_and_from_bytes() {
        let pixels = image::RgbImage::from_fn(80, 60, |x, y| {
            image::Rgb([(x * 3) as u8, (y * 4) as u8, (x ^ y) as u8])
        });
        let mut bytes = std::io::Cursor::new(Vec::new());
        pixels
            .write_to(&mut bytes, image::ImageFormat::Png)
            .expect("encoded");
        let print = fingerprint(bytes.get_ref(), &Limits::default()).expect("a picture");
        let text = serde_json::to_string(&print).expect("JSON");
        assert!(text.contains(&format!("\"{}\"", print.pdq[0])), "{text}");
        assert_eq!(serde_json::from_str::<Fingerprint>(&text).ok(), Some(print));
        let bytes = postcard::to_allocvec(&print).expect("bytes");
        assert!(bytes.len() < 400 && bytes.len() < text.len() / 2);
        assert_eq!(postcard::from_bytes::<Fingerprint>(&bytes), Ok(print));
        assert!(postcard::from_bytes::<Fingerprint>(&bytes[..bytes.len() - 1]).is_err());
    }
}
