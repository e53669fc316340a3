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
    /// BMP.
    Bmp,
    /// TIFF, the first picture of the file.
    Tiff,
}

impl ImageFormat {
    /// The format's name in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
        }
    }

    /// The format that the first bytes tell; a file's name is never believed.
    ///
    /// # Errors
    /// [`Unreadable::Empty`], [`Unreadable::UnknownFormat`], or [`Unreadable::Unsupported`] for formats that are known
    /// and not read: AVIF, HEIC, JPEG XL, JPEG 2000.
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
            [b'B', b'M', ..] => Ok(Self::Bmp),
            [b'I', b'I', b'*' | b'+', 0, ..] | [b'M', b'M', 0, b'*' | b'+', ..] => Ok(Self::Tiff),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if iso_format(brand).is_some() => {
                Err(not_read(iso_format(brand).unwrap_or_default()))
            }
            [0xff, 0x0a, ..] | [0, 0, 0, 0x0c, b'J', b'X', b'L', b' ', ..] => {
                Err(not_read("jpeg xl"))
            }
            [0, 0, 0, 0x0c, b'j', b'P', b' ', b' ', ..] | [0xff, 0x4f, 0xff, 0x51, ..] => {
                Err(not_read("jpeg 2000"))
            }
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

/// The picture format that the brand of an ISO base media file names.
fn iso_format(brand: &[u8]) -> Option<&'static str> {
    match brand.first_chunk()? {
        b"avif" | b"avis" => Some("avif"),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
            Some("heic")
        }
        _ => None,
    }
}

fn not_read(format: &'static str) -> Unreadable {
    Unreadable::Unsupported {
        format,
        reason: "there is no decoder for it here".to_owned(),
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
        assert_eq!(ImageFormat::of(b"BM....").ok(), Some(ImageFormat::Bmp));
        assert_eq!(ImageFormat::of(b"MM\0*....").ok(), Some(ImageFormat::Tiff));
        let avif = ImageFormat::of(b"\0\0\0\x1cftypavif\0\0\0\0").expect_err("AVIF is not read");
        assert_eq!(avif.as_str(), "unsupported");
        assert!(avif.to_string().contains("avif"), "{avif}");
        let svg = ImageFormat::of(b"<svg xmlns=").expect_err("SVG is not read");
        assert_eq!(svg.as_str(), "unknown_format");
        assert_eq!(ImageFormat::of(b"").expect_err("nothing").as_str(), "empty");
    }
}
