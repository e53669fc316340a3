//! Reference pictures as a search structure: which of them does a listing's picture copy?
//!
//! Hashes of whole pictures answer first ([`HammingIndex`]); [`local`] features find what they lose. Every answer is
//! checked by laying the reference over the picture.

mod detail;
pub mod geometry;
mod hamming;
mod hit;
mod index;
pub mod local;
mod verdict;

pub use detail::{ReferenceContent, ReferenceDetail};
pub use hamming::HammingIndex;
pub use hit::{ImageHit, ImageRole, ReferenceImage, Verdict};
pub use index::{Depth, ImageIndex};
