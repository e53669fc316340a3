use std::path::{Path, PathBuf};

use crate::table::TableError;

/// Why a marketplace or a catalog could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}; check that the folder exists and may be written")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A table could not be written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A picture could not be encoded.
    #[error("{path}: the picture cannot be encoded: {source}")]
    Encode {
        /// The file.
        path: PathBuf,
        /// What the encoder says.
        source: image::ImageError,
    },
    /// No product to make offers about.
    #[error(
        "found no product in {catalogs} catalogs, expected at least one; add products to a catalog"
    )]
    NoProducts {
        /// How many catalogs were given.
        catalogs: usize,
    },
    /// A setting outside its range.
    #[error("{name} is {found}, expected {expected}; change the setting")]
    Setting {
        /// The setting.
        name: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The folder of own photos holds none.
    #[error(
        "{0}: found no .jpg, .png, .webp or .gif file, expected photos; leave the setting out to have them drawn"
    )]
    NoOwnPhotos(PathBuf),
    /// The simulator's built-in phrases are broken.
    #[error("datasets/simulate/phrases.toml: {0}")]
    Phrases(String),
    /// `brand.toml` could not be written.
    #[error("{path}: {reason}")]
    BrandFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl SimulateError {
    /// Names the file that an I/O error is about.
    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}
