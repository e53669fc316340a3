//! Copies that hashes of whole pictures lose: crops, overlays, turns by any angle, collages, a picture within a page.
//!
//! Features vote for references ([`KeypointIndex`]), the votes that agree on one movement are kept and the movement is
//! fitted ([`align`]), and the pictures are compared where they overlap under it ([`confirm`], [`agreement`]).

mod agreement;
mod alignment;
mod confirm;
mod index;
mod overview;
mod recolouring;
mod votes;

pub use agreement::{Agreement, agreement};
pub use alignment::{Alignment, align};
pub use confirm::{Confirmation, confirm};
pub use index::{Candidate, KeypointIndex};
pub use overview::Overview;
