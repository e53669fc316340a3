//! Which file an image of a listing is, and what is in it: read only if it may have changed.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::image::{Folder, Stamp, Unreadable};
use crate::intake::{SharedNames, image_paths};
use crate::record::ContentHash;
use crate::store::FingerprintCache;

use super::ScanError;
use super::pictures::{Entries, keep, known};

/// The reason of an image whose address shares its file name with others, where the folder has a file of that name and
/// nothing that tells whose it is.
pub const AMBIGUOUS: &str = "ambiguous";

/// The files that images of listings may be.
pub(super) struct PictureFiles {
    pub folder: Folder,
    /// File names that several image addresses share.
    pub shared_names: SharedNames,
}

/// What is in a file.
pub(super) enum Found {
    /// It has not changed since this was read.
    Unchanged(ContentHash),
    Read(ContentHash, Vec<u8>),
}

impl Found {
    pub fn content(&self) -> ContentHash {
        match self {
            Self::Unchanged(content) | Self::Read(content, _) => *content,
        }
    }
}

/// What was in a file when it had this stamp.
#[derive(Serialize, Deserialize)]
struct Remembered {
    stamp: Stamp,
    content: ContentHash,
}

/// What is remembered of files, and what is to be.
pub(super) struct Memory<'a> {
    pub cache: Option<&'a FingerprintCache>,
    pub fresh: &'a Entries,
    /// When the scan began, before any of the files was looked at; `None` remembers none.
    pub begun: Option<SystemTime>,
}

impl PictureFiles {
    /// The surest of the files that `image` may mean, and what is in it, or the reason code why nothing is.
    pub fn locate(
        &self,
        image: &str,
        memory: &Memory<'_>,
    ) -> Result<(String, Result<Found, String>), ScanError> {
        let code = |reason: Unreadable| reason.as_str().to_owned();
        let mut paths = image_paths(image);
        let bare = paths.pop().unwrap_or_default();
        for file in paths {
            match self.find(&file, memory)? {
                Err(Unreadable::Missing { .. }) => {}
                found => return Ok((file, found.map_err(code))),
            }
        }
        let found = self.find(&bare, memory)?;
        if found.is_ok() && bare != image && self.shared_names.contains(&bare) {
            return Ok((bare, Err(AMBIGUOUS.to_owned())));
        }
        Ok((bare, found.map_err(code)))
    }

    fn find(
        &self,
        file: &str,
        memory: &Memory<'_>,
    ) -> Result<Result<Found, Unreadable>, ScanError> {
        // Whoever cannot remember need not ask. The stamp comes before the bytes: of a file that changes in
        // between it is the old one.
        let begun = memory.cache.and(memory.begun);
        let stamp = begun.and_then(|begun| Some((self.folder.stamp(file)?, begun)));
        let place = self.place(file);
        if let Some((stamp, _)) = stamp {
            let remembered: Option<Remembered> =
                known(memory.cache, memory.fresh, &place, |cache| {
                    cache.file(&place)
                })?;
            if let Some(remembered) = remembered.filter(|was| was.stamp == stamp) {
                return Ok(Ok(Found::Unchanged(remembered.content)));
            }
        }
        let bytes = match self.folder.read(file) {
            Ok(bytes) => bytes,
            Err(reason) => return Ok(Err(reason)),
        };
        let content = ContentHash::of(&bytes);
        if let Some((stamp, begun)) = stamp
            && stamp.is_settled(begun)
        {
            keep(memory.fresh, place, &Remembered { stamp, content })?;
        }
        Ok(Ok(Found::Read(content, bytes)))
    }

    /// Stands for a file, whatever is in it.
    fn place(&self, file: &str) -> ContentHash {
        let root = self.folder.root().as_os_str().as_encoded_bytes();
        ContentHash::of(&[root, b"\0", file.as_bytes()].concat())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::{AMBIGUOUS, Found, Memory, PictureFiles};
    use crate::image::Folder;
    use crate::intake::SharedNames;
    use crate::record::ContentHash;
    use crate::scan::pictures::{Entries, taken};
    use crate::store::FingerprintCache;

    /// A folder of pictures and a cache, looked at `after` so many seconds since the last change.
    fn look(
        place: &tempfile::TempDir,
        image: &str,
        after: u64,
    ) -> (String, Result<&'static str, String>) {
        let files = PictureFiles {
            folder: Folder::open(&place.path().join("images")).expect("there"),
            shared_names: SharedNames::of(["main.jpg"]),
        };
        let cache = FingerprintCache::open(&place.path().join("cache")).expect("opened");
        let fresh = Entries::default();
        let changed = files.folder.root().metadata().expect("there").modified();
        let memory = Memory {
            cache: Some(&cache),
            fresh: &fresh,
            begun: Some(changed.expect("dated") + Duration::from_secs(after)),
        };
        let (file, found) = files.locate(image, &memory).expect("the cache is there");
        cache.put_files(&taken(fresh)).expect("kept");
        let bytes = fs::read(place.path().join("images").join(&file)).unwrap_or_default();
        let found = found.map(|found| {
            assert_eq!(found.content(), ContentHash::of(&bytes));
            match found {
                Found::Unchanged(_) => "unchanged",
                Found::Read(..) => "read",
            }
        });
        (file, found)
    }

    fn pictures(files: &[(&str, &str)]) -> tempfile::TempDir {
        let place = tempfile::tempdir().expect("a temporary folder");
        for (file, text) in files {
            let path = place.path().join("images").join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        place
    }

    #[test]
    fn a_file_is_read_again_only_when_it_may_have_changed() {
        let place = pictures(&[("x.jpg", "first")]);
        let look = |after| look(&place, "x.jpg", after).1;
        assert_eq!(look(0), Ok("read"));
        assert_eq!(look(3), Ok("read"), "it was too new to be sure of");
        assert_eq!(look(3), Ok("unchanged"));
        assert_eq!(look(0), Ok("unchanged"), "what is sure stays sure");
        fs::write(place.path().join("images/new.jpg"), "other").expect("written");
        fs::rename(
            place.path().join("images/new.jpg"),
            place.path().join("images/x.jpg"),
        )
        .expect("replaced");
        assert_eq!(look(3), Ok("read"));
        assert_eq!(look(3), Ok("unchanged"));
        fs::remove_file(place.path().join("images/x.jpg")).expect("removed");
        assert_eq!(look(3), Err("missing".to_owned()));
    }

    #[test]
    fn the_surest_file_counts_whether_it_is_read_or_not() {
        let place = pictures(&[("main.jpg", "whose?"), ("a/own.jpg", "own")]);
        for found in ["read", "unchanged"] {
            assert_eq!(
                look(&place, "https://shop.example/1/main.jpg", 3),
                ("main.jpg".to_owned(), Err(AMBIGUOUS.to_owned()))
            );
            assert_eq!(
                look(&place, "https://shop.example/a/own.jpg", 3),
                ("a/own.jpg".to_owned(), Ok(found))
            );
        }
        let better = place.path().join("images/1");
        fs::create_dir(&better).expect("made");
        fs::write(better.join("main.jpg"), "its own").expect("written");
        assert_eq!(
            look(&place, "https://shop.example/1/main.jpg", 3),
            ("1/main.jpg".to_owned(), Ok("read"))
        );
    }
}
