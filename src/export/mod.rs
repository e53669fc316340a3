//! What leaves a run: tables for programs, a page for people.
//!
//! - [`candidates`]: the queue as CSV, Parquet and NDJSON.
//! - [`cases`]: sellers who act as one, as tables and as a folder for an investigator.
//! - [`scores`]: one row a listing, with why it is no candidate.
//! - [`rejects`]: rows and fields that could not be used.
//! - [`unreadable`]: pictures that could not be read.
//! - [`report`]: the queue as one self-contained page.
//! - [`assessment`]: a run held against labels, as a page and in Markdown.
//! - [`notice`]: what may leave after a person has decided.
//! - [`side_by_side`]: a listing's picture beside the reference, with what matches outlined.
//! - [`explain`]: one listing as plain text.

pub mod assessment;
pub mod candidates;
pub mod cases;
pub mod display;
pub mod explain;
pub mod notice;
pub mod rejects;
pub mod report;
pub mod scores;
pub mod side_by_side;
pub mod unreadable;

use std::io;
use std::path::PathBuf;

pub use report::{Pictures, Report, RunFacts};

use crate::table::TableError;

/// Why an output could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A table could not be written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A record has no JSON form, or a text is no record.
    #[error("a candidate has no JSON form, or a line is none: {0}")]
    Json(#[from] serde_json::Error),
    /// The page could not be made.
    #[error("the report cannot be rendered: {0}")]
    Template(#[from] askama::Error),
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
}
