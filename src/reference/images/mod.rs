//! Reference pictures as a search structure: which of them does a listing's picture copy?

mod confidence;
mod hamming;
mod hit;
mod index;

pub use hamming::HammingIndex;
pub use hit::{ImageHit, ImageRole, ReferenceImage, Verdict};
pub use index::ImageIndex;
