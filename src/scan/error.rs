use std::io;
use std::path::PathBuf;

use crate::candidates::EvidenceError;
use crate::export::ExportError;
use crate::intake::IntakeError;
use crate::model::ModelError;
use crate::price::RatesError;
use crate::store::StoreError;
use crate::table::TableError;
use crate::text::{LexiconError, ReaderError};
use crate::workspace::WorkspaceError;

/// Why a scan stopped. A bad record never stops one; it is a reject.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// A setting is wrong.
    #[error("{origin}: {problem}")]
    Settings {
        /// The file, or who else set it.
        origin: String,
        /// What was found and what is allowed.
        problem: String,
    },
    /// A table cannot be read or written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A feed cannot be read.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The feed has no row at all, which is hardly what the marketplace has.
    #[error("{}: no listings, only the names of columns; see how the feed was made: nothing was scanned, and the last run stays the last", files(.0))]
    NoListings(Vec<PathBuf>),
    /// A lexicon cannot be used.
    #[error(transparent)]
    Lexicon(#[from] LexiconError),
    /// Too many names for one search.
    #[error(transparent)]
    Reader(#[from] ReaderError),
    /// A file of exchange rates cannot be used.
    #[error(transparent)]
    Rates(#[from] RatesError),
    /// A model artifact cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Evidence cannot be kept.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// An output cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The workspace cannot be used.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The store of fingerprints cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was found out about a picture has no form to be kept in.
    #[error("what was read from a picture cannot be kept ({0}); please report this")]
    Kept(String),
    /// A listing that this program spilled does not read back.
    #[error("a listing kept by this run cannot be read back ({0}); scan again")]
    Spilled(serde_json::Error),
    /// Records were lost or counted twice: a fault of this program.
    #[error("the sums of the run do not add up ({0}); nothing was written; please report this")]
    Sums(String),
    /// The log of decisions is not whole.
    #[error(
        "the log of decisions is broken at entry {place}: {problem}; restore the workspace's state/ from a copy, and look at it with `touchstone decisions verify`"
    )]
    Decisions {
        /// The first such entry.
        place: u64,
        /// What is wrong there.
        problem: String,
    },
    /// A run's manifest cannot be used.
    #[error("{}: {problem}; scan again", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What was found.
        problem: String,
    },
    /// Another model than the run was judged by.
    #[error(
        "the run was judged by model {expected}, and this is model {found}; name the run's own with --model, or scan again"
    )]
    OtherModel {
        /// The hash of the model at hand.
        found: String,
        /// The hash in the run's manifest.
        expected: String,
    },
    /// A reference file cannot be used.
    #[error("{}: {problem}; build it again with `touchstone reference build`", path.display())]
    ReferenceFile {
        /// The file.
        path: PathBuf,
        /// What was found.
        problem: String,
    },
    /// A catalog that a run was held against is gone.
    #[error(
        "the run was held against version {version} of the catalog of {brand}, which this workspace does not keep; add that catalog again, or scan again"
    )]
    NoCatalog {
        /// The brand.
        brand: String,
        /// The content hash of the version.
        version: String,
    },
    /// The run has no such listing.
    #[error("the run holds no listing {0:?}; rejected rows stand in its rejects.csv")]
    NoListing(String),
}

/// The files of a feed, in a line.
fn files(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths
        .iter()
        .take(3)
        .map(|path| path.display().to_string())
        .collect();
    match paths.len() - names.len() {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

impl ScanError {
    pub(super) fn spilled(error: serde_json::Error) -> Self {
        Self::Spilled(error)
    }
}
