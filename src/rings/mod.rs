//! Sellers who act as one, and the cases made of them.
//!
//! - [`mod@traces`]: what a listing leaves that another account of the same people may leave too.
//! - [`ties`]: pairs of sellers who share rare traces of at least two kinds.
//! - [`groups`]: how tied sellers are taken together without chaining everything to everything.
//! - [`case`]: a group with its listings, what ties it, and one priority.
//!
//! `docs/cases.md` says what each rule is for and what it was measured on.

pub mod case;
pub mod groups;
mod sketch;
pub mod ties;
pub mod traces;

pub use case::{Case, CaseListing, CaseSeller, Growth, SharedThing};
pub use groups::Group;
pub use sketch::Sketch;
pub use ties::{Pair, Thing, Ties, TraceRow};
pub use traces::{TieKind, Trace, seller_key, traces};
