//! Bytes of a picture in, a [`Fingerprint`] out.
//!
//! Pictures of listings are hostile input: the format is told by the first bytes, limits are checked on the
//! header before anything is allocated, and a decoder that panics is one more [`Unreadable`].

mod colour;
mod decode;
#[cfg(test)]
mod decode_tests;
mod fingerprint;
mod folder;
mod format;
mod frames;
#[cfg(test)]
mod hostile_tests;
mod jpeg;
mod jpeg_scaled;
mod keypoints;
mod limits;
mod look;
mod pdq;
mod pdq_table;
mod pdq_text;
mod phash;
mod picture;
mod proxy;
mod shards;
mod stamp;
mod thumbnail;
mod transform;

use pdq::Plane;

pub use colour::ColourGrid;
pub use decode::{Decoded, decode};
pub use fingerprint::{Fingerprint, fingerprint, fingerprint_file};
pub use folder::{Folder, read_file};
pub use format::ImageFormat;
pub use frames::{FrameFingerprint, Frames, fingerprint_frames, later_frames};
pub use keypoints::{Code, Detail, Doubts, Keypoint, Keypoints, Measured, keypoints};
pub use limits::{Limits, Unreadable};
pub use look::{Content, Look};
pub use pdq::{PdqHash, PdqHashError};
pub use pdq_text::{PdqLine, PdqLineError, read_pdq_lines};
pub use phash::{PHash, PHashError};
pub use picture::{Picture, picture};
pub use proxy::Proxy;
pub(crate) use proxy::{chroma_of, luma_of, rgb_of};
pub use stamp::Stamp;
pub use thumbnail::thumbnail_jpeg;
pub use transform::Transform;
