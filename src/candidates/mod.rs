//! From a score to a candidate: on which ground, under which right, with what to do, and why not.
//!
//! - [`ground`]: which of the owner's rights a notice could rest on; pure rules.
//! - [`action`]: what to suggest to the reviewer; pure rules.
//! - [`judge`]: one scored listing in, a [`Candidate`] or a [`NoCandidate`] out.
//! - [`Queue`]: the best within the reviewers' capacity, in bounded memory.
//! - [`MissCheck`]: a random slice below the threshold, so that misses can be estimated.
//! - [`decision`]: what a person decided, and what became of it.
//! - [`evidence`]: what a candidate rests on, kept by content hash.

pub mod action;
mod candidate;
pub mod citation;
pub mod decision;
pub mod evidence;
mod goods;
pub mod ground;
mod judge;
mod missed;
mod misses;
mod queue;

#[cfg(test)]
pub(crate) mod invented;

pub use action::Action;
pub use candidate::{
    Candidate, CaseMark, CitedRight, Cue, EvidenceImage, MatchedImage, MatchedProduct, Neighbours,
    News, Purpose,
};
pub use citation::{Doubt, Offer};
pub use decision::{Decision, DecisionKind};
pub use evidence::{Evidence, EvidenceError};
pub use ground::Ground;
pub use judge::{Case, FAMILY_MINIMUM, NoCandidate, check_of_misses, families, is_covered, judge};
pub use missed::{Missed, Slice};
pub use misses::{MissCheck, Place};
pub use queue::Queue;

#[cfg(test)]
mod tests;
