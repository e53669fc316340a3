//! What a candidate rests on, kept so that it outlives the listing.
//!
//! Files lie at `<first two digits of the hash>/<hash>.<extension>`: the name proves the content,
//! the same content is kept once, and what is read back is checked against its name.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use crate::image::{Folder, Unreadable};
use crate::record::ContentHash;
use crate::reference::Catalog;

/// A folder of files named by their BLAKE3 hash.
#[derive(Debug)]
pub struct Evidence {
    folder: PathBuf,
    writes: AtomicU64,
}

/// Why evidence could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The bytes are not the ones that were judged.
    #[error(
        "{name}: found content {found}, expected {expected}; the file changed since it was read: scan again"
    )]
    Changed {
        /// The file.
        name: String,
        /// The hash of the bytes.
        found: ContentHash,
        /// The hash that was judged, or that the name says.
        expected: ContentHash,
    },
    /// Not a name that this folder gives.
    #[error("{0:?} is not a place of evidence, expected <two digits>/<64 digits>.<extension>")]
    Name(String),
    /// An image of a catalog is gone, or no longer to be read.
    #[error("cannot read {image}: {reason}")]
    Unreadable {
        /// The image.
        image: String,
        /// Why.
        reason: Unreadable,
    },
    /// The record has no JSON form.
    #[error("the record cannot be kept as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
}

impl Evidence {
    /// Evidence below `folder`, which is made when the first piece is kept.
    pub fn below(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            writes: AtomicU64::new(0),
        }
    }

    /// Keeps an image that was judged as `content`; gives its place below the folder.
    ///
    /// # Errors
    /// [`EvidenceError::Changed`] when `bytes` are not what was judged, else what the system says.
    pub fn keep_image(&self, content: ContentHash, bytes: &[u8]) -> Result<String, EvidenceError> {
        let found = ContentHash::of(bytes);
        if found != content {
            return Err(EvidenceError::Changed {
                name: "image".to_owned(),
                found,
                expected: content,
            });
        }
        self.keep(content, extension(bytes), bytes)
    }

    /// Keeps the images of a catalog whose folder is `dir`.
    ///
    /// # Errors
    /// When one cannot be read, is not what was fingerprinted, or cannot be written.
    pub fn keep_references(&self, dir: &Path, catalog: &Catalog) -> Result<(), EvidenceError> {
        if catalog.images.is_empty() {
            return Ok(());
        }
        let dir = dir.join("images");
        let unreadable = |name: &str| {
            let image = dir.join(name).display().to_string();
            move |reason| EvidenceError::Unreadable { image, reason }
        };
        let folder = Folder::open(&dir).map_err(unreadable(""))?;
        for image in &catalog.images {
            let bytes = folder.read(&image.file).map_err(unreadable(&image.file))?;
            self.keep_image(image.fingerprint.content, &bytes)?;
        }
        Ok(())
    }

    /// Keeps a record as JSON; gives its place below the folder.
    ///
    /// # Errors
    /// When it has no JSON form, else what the system says.
    pub fn keep_record(&self, record: &impl Serialize) -> Result<String, EvidenceError> {
        let mut bytes = serde_json::to_vec_pretty(record)?;
        bytes.push(b'\n');
        self.keep(ContentHash::of(&bytes), "json", &bytes)
    }

    /// Reads a piece back and checks it against its name.
    ///
    /// # Errors
    /// [`EvidenceError::Name`] for anything that is no place of evidence, such as `../x`;
    /// [`EvidenceError::Changed`] when the content is no longer what the name says.
    pub fn read(&self, place: &str) -> Result<Vec<u8>, EvidenceError> {
        let expected = hash_of(place).ok_or_else(|| EvidenceError::Name(place.to_owned()))?;
        let path = self.folder.join(place);
        let bytes = std::fs::read(&path).map_err(at(&path))?;
        let found = ContentHash::of(&bytes);
        if found != expected {
            return Err(EvidenceError::Changed {
                name: place.to_owned(),
                found,
                expected,
            });
        }
        Ok(bytes)
    }

    /// Reads the image of that content back.
    ///
    /// # Errors
    /// As [`Evidence::read`]; when no such image was kept, what the system says.
    pub fn read_image(&self, content: ContentHash) -> Result<Vec<u8>, EvidenceError> {
        let mut result = self.read(&place(content, IMAGE_EXTENSIONS[0]));
        for extension in &IMAGE_EXTENSIONS[1..] {
            if result.is_ok() {
                break;
            }
            let next = self.read(&place(content, extension));
            result = next.or(result);
        }
        result
    }

    fn keep(
        &self,
        content: ContentHash,
        extension: &str,
        bytes: &[u8],
    ) -> Result<String, EvidenceError> {
        let place = place(content, extension);
        // A piece that was damaged on disk is written anew.
        if self.read(&place).is_ok() {
            return Ok(place);
        }
        let path = self.folder.join(&place);
        let parent = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(parent).map_err(at(parent))?;
        // Two threads that keep the same content must not share a partial file.
        let turn = self.writes.fetch_add(1, Ordering::Relaxed);
        let partial = parent.join(format!("{content}.{turn}.partial"));
        let write = || -> io::Result<()> {
            let mut file = std::fs::File::create(&partial)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(at(&partial))?;
        std::fs::rename(&partial, &path).map_err(at(&path))?;
        Ok(place)
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> EvidenceError + '_ {
    move |source| EvidenceError::Io {
        path: path.to_owned(),
        source,
    }
}

fn place(content: ContentHash, extension: &str) -> String {
    let hash = content.to_string();
    format!("{}/{hash}.{extension}", &hash[..2])
}

/// What [`extension`] gives.
const IMAGE_EXTENSIONS: [&str; 5] = ["jpg", "png", "webp", "gif", "bin"];

/// By the first bytes, never by the name that a seller gave.
fn extension(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => "jpg",
        [0x89, b'P', b'N', b'G', ..] => "png",
        [b'G', b'I', b'F', b'8', ..] => "gif",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => "webp",
        _ => "bin",
    }
}

fn hash_of(place: &str) -> Option<ContentHash> {
    let (folder, name) = place.split_once('/')?;
    let (hash, extension) = name.split_once('.')?;
    let plain = !extension.is_empty() && extension.bytes().all(|b| b.is_ascii_lowercase());
    let content = ContentHash::parse(hash)?;
    (plain && content.to_string() == hash && hash.starts_with(folder) && folder.len() == 2)
        .then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

    #[test]
    fn a_piece_lies_under_its_hash_once_and_comes_back() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let evidence = Evidence::below(folder.path());
        let hash = ContentHash::of(PNG);
        let place = evidence.keep_image(hash, PNG).expect("kept");
        assert_eq!(place, format!("{}/{hash}.png", &hash.to_string()[..2]));
        assert_eq!(evidence.keep_image(hash, PNG).expect("kept again"), place);
        assert_eq!(evidence.read(&place).expect("read"), PNG);
        assert_eq!(evidence.read_image(hash).expect("read by hash"), PNG);
        assert!(evidence.read_image(ContentHash::of(b"never kept")).is_err());
        let parent = folder.path().join(&place[..2]);
        assert_eq!(
            std::fs::read_dir(parent).expect("folder").count(),
            1,
            "no partial file stays"
        );
    }

    #[test]
    fn a_file_that_changed_between_reading_and_keeping_is_refused() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let evidence = Evidence::below(folder.path());
        let error = evidence
            .keep_image(ContentHash::of(b"other"), PNG)
            .expect_err("changed");
        assert!(matches!(error, EvidenceError::Changed { .. }), "{error}");
    }

    #[test]
    fn damage_is_noticed_on_reading_and_mended_on_keeping() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let evidence = Evidence::below(folder.path());
        let place = evidence
            .keep_image(ContentHash::of(PNG), PNG)
            .expect("kept");
        std::fs::write(folder.path().join(&place), b"damaged").expect("written");
        assert!(matches!(
            evidence.read(&place),
            Err(EvidenceError::Changed { .. })
        ));
        evidence
            .keep_image(ContentHash::of(PNG), PNG)
            .expect("kept anew");
        assert_eq!(evidence.read(&place).expect("mended"), PNG);
    }

    #[test]
    fn only_places_of_evidence_can_be_read() {
        let evidence = Evidence::below(Path::new("/nowhere"));
        let hash = ContentHash::of(PNG).to_string();
        for place in [
            "../../etc/passwd".to_owned(),
            "/etc/passwd".to_owned(),
            format!("zz/{hash}.png"),
            format!("{}/{hash}.png/../x", &hash[..2]),
            format!("{}/{}.png", &hash[..2], hash.to_uppercase()),
            String::new(),
        ] {
            assert!(
                matches!(evidence.read(&place), Err(EvidenceError::Name(_))),
                "{place}"
            );
        }
    }

    #[test]
    fn records_are_kept_as_json() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let evidence = Evidence::below(folder.path());
        let place = evidence.keep_record(&["a", "b"]).expect("kept");
        let back: Vec<String> =
            serde_json::from_slice(&evidence.read(&place).expect("read")).expect("JSON");
        assert_eq!(back, ["a", "b"]);
    }
}
