use serde::{Deserialize, Serialize};

use super::Unreadable;

/// The file formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImageFormat {
    /// JPEG, baseline or progressive; grey, YCbCr, RGB, CMYK, YCCK.
    Jpeg,
    /// PNG in all its colour types and depths; of an animation the default picture.
    Png,
    /// WebP, lossy or lossless; of an animation the first frame.
    WebP,
    /// GIF; of an animation the first frame.
    Gif,
}

impl ImageFormat {
    /// The format's name in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
        }
    }

    /// The format that the first bytes tell; a file's name is never believed.
    ///
    /// # Errors
    /// [`Unreadable::Empty`] or [`Unreadable::UnknownFormat`].
    pub fn of(bytes: &[u8]) -> Result<Self, Unreadable> {
        match bytes {
            [] => Err(Unreadable::Empty),
            [0xff, 0xd8, 0xff, ..] => Ok(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(Self::Png),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Ok(Self::WebP),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Ok(Self::Gif),
            _ => Err(Unreadable::UnknownFormat {
                found: bytes
                    .iter()
                    .take(12)
                    .map(|byte| format!("{byte:02x}"))
                    .collect(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ImageFormat;

    #[test]
    fn the_first_bytes_tell_the_format() {
        assert_eq!(ImageFormat::of(b"GIF89a....").ok(), Some(ImageFormat::Gif));
        assert_eq!(
            ImageFormat::of(b"RIFF\0\0\0\0WEBPVP8 ").ok(),
            Some(ImageFormat::WebP)
        );
        assert_eq!(
            ImageFormat::of(&[0xff, 0xd8, 0xff, 0xe0]).ok(),
            Some(ImageFormat::Jpeg)
        );
        let svg = ImageFormat::of(b"<svg xmlns=").expect_err("SVG is not read");
        assert_eq!(svg.as_str(), "unknown_format");
        assert_eq!(ImageFormat::of(b"").expect_err("nothing").as_str(), "empty");
    }
}
