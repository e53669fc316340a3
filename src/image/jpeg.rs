/// What a JPEG's markers tell without decoding it (ITU-T T.81, annex B).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outline {
    /// Scans; one in a baseline picture, several in a progressive one.
    pub scans: u32,
    /// Whether the end marker is there.
    pub ended: bool,
    /// What is not read about how the picture is coded, from its frame header.
    pub unread: Option<&'static str>,
}

impl Outline {
    /// Walks over the markers of `bytes`, which start with that of a JPEG.
    pub fn of(bytes: &[u8]) -> Self {
        let mut outline = Self {
            scans: 0,
            ended: false,
            unread: None,
        };
        let mut rest = bytes.get(2..).unwrap_or_default();
        while let Some(at) = next_marker(rest) {
            let marker = rest[at + 1];
            rest = &rest[at + 2..];
            match marker {
                END_OF_IMAGE => {
                    outline.ended = true;
                    break;
                }
                TEMPORARY | START_OF_IMAGE => {}
                _ => {
                    outline.scans += u32::from(marker == START_OF_SCAN);
                    outline.unread = outline
                        .unread
                        .or_else(|| unread(marker, rest.get(2).copied()));
                    let length = rest
                        .first_chunk()
                        .map_or(0, |length| usize::from(u16::from_be_bytes(*length)));
                    rest = rest.get(length..).unwrap_or_default();
                }
            }
        }
        outline
    }
}

/// What is not read about a frame of this kind and precision; `None` for other segments and for all that is read.
fn unread(marker: u8, precision: Option<u8>) -> Option<&'static str> {
    match (marker, precision) {
        (0xc3 | 0xc7 | 0xcb | 0xcf, _) => Some("lossless coding"),
        (0xc9 | 0xca | 0xcd | 0xce, _) => Some("arithmetic coding"),
        (0xc5 | 0xc6, _) => Some("hierarchical coding"),
        (0xc0..=0xc2, Some(12)) => Some("12 bits a sample"),
        (0xc0..=0xc2, Some(bits)) if bits != 8 => Some("an impossible number of bits a sample"),
        _ => None,
    }
}

const TEMPORARY: u8 = 0x01;
const FIRST_RESTART: u8 = 0xd0;
const LAST_RESTART: u8 = 0xd7;
const START_OF_IMAGE: u8 = 0xd8;
const END_OF_IMAGE: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;

/// Where the next marker is that is not part of a scan's own data: stuffed zeros, fill bytes and restarts are.
pub(super) fn next_marker(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + bytes[from..].iter().position(|&byte| byte == 0xff)?;
        match *bytes.get(at + 1)? {
            0x00 | FIRST_RESTART..=LAST_RESTART => from = at + 2,
            0xff => from = at + 1,
            _ => return Some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Outline;

    const START: &[u8] = &[0xff, 0xd8];
    // An APP1 segment whose payload holds an end marker, as a thumbnail does.
    const APP1: &[u8] = &[0xff, 0xe1, 0, 4, 0xff, 0xd9];
    const SCAN: &[u8] = &[0xff, 0xda, 0, 3, 0, 7, 0xff, 0, 8, 0xff, 0xd3, 9];
    const END: &[u8] = &[0xff, 0xff, 0xd9];

    #[test]
    fn scans_are_counted_up_to_the_end_marker() {
        let whole = [START, APP1, SCAN, SCAN, END].concat();
        assert_eq!(
            Outline::of(&whole),
            Outline {
                scans: 2,
                ended: true,
                unread: None,
            }
        );
    }

    #[test]
    fn a_thumbnails_end_is_not_the_pictures() {
        let cut = [START, APP1, SCAN].concat();
        assert_eq!(
            Outline::of(&cut),
            Outline {
                scans: 1,
                ended: false,
                unread: None,
            }
        );
        assert_eq!(
            Outline::of(&[0xff, 0xd8, 0xff]),
            Outline {
                scans: 0,
                ended: false,
                unread: None,
            }
        );
        assert_eq!(
            Outline::of(&[0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff]),
            Outline {
                scans: 0,
                ended: false,
                unread: None,
            }
        );
    }

    #[test]
    fn frames_that_are_not_read_are_named() {
        let unread = |marker, bits| Outline::of(&[0xff, 0xd8, 0xff, marker, 0, 3, bits]).unread;
        assert_eq!(unread(0xc0, 8), None);
        assert_eq!(unread(0xc1, 12), Some("12 bits a sample"));
        assert_eq!(unread(0xc3, 8), Some("lossless coding"));
        assert_eq!(unread(0xc9, 8), Some("arithmetic coding"));
    }
}
