//! Copies that hashes of whole pictures lose: crops, overlays, turns by any angle, collages, a picture within a page.
//!
//! Features vote for references ([`KeypointIndex`]), the votes that agree on one movement are kept and the movement is
//! fitted ([`align`]), and the pictures are compared where they overlap under it ([`confirm`], [`recolouring`]).

mod alignment;
mod blocks;
mod confirm;
mod covers;
mod index;
mod overexposure;
mod overview;
mod recolouring;
mod tone;
mod votes;

pub use alignment::{Alignment, align};
pub use confirm::{Confirmation, confirm};
pub use index::{Candidate, KeypointIndex};
pub use overexposure::Overexposure;
pub use overview::Overview;
pub use recolouring::recolouring;
