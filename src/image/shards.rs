use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

use super::{Limits, Stamp, Unreadable};

/// Pictures in tar files, by where their bytes lie, so that none is unpacked onto disk.
///
/// The files are read through once, headers only. Memory grows by the pictures' names and 24 bytes each.
#[derive(Debug, Default)]
pub(super) struct Shards {
    files: Vec<Shard>,
    places: BTreeMap<Box<str>, Place>,
}

#[derive(Debug)]
struct Shard {
    path: PathBuf,
    /// Before it was read through.
    stamp: Option<Stamp>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    shard: u32,
    start: u64,
    length: u64,
}

impl Shards {
    /// The `*.tar` files directly in `folder`, by name; of two pictures of one name the first counts.
    ///
    /// # Errors
    /// [`Unreadable::Io`] names the file that cannot be read or is no tar file.
    pub fn below(folder: &Path) -> Result<Self, Unreadable> {
        let at = |path: &Path, error| Unreadable::from_io(&path.to_string_lossy(), error);
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(|error| at(folder, error))? {
            let path = entry.map_err(|error| at(folder, error))?.path();
            let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
            // Nothing outside is read, through links neither.
            let inside = || {
                path.canonicalize()
                    .is_ok_and(|path| path.starts_with(folder))
            };
            if ending.is_some_and(|ending| ending == "tar") && path.is_file() && inside() {
                files.push(path);
            }
        }
        files.sort();
        let mut shards = Self::default();
        for path in &files {
            shards.add(path).map_err(|error| at(path, error))?;
        }
        Ok(shards)
    }

    fn add(&mut self, path: &Path) -> io::Result<()> {
        let number = self.files.len() as u32;
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let all = metadata.len();
        self.files.push(Shard {
            path: path.to_owned(),
            stamp: Stamp::of(&metadata),
        });
        let mut archive = tar::Archive::new(BufReader::new(file));
        for entry in archive.entries_with_seek()? {
            let entry = entry?;
            if !entry.header().entry_type().is_file() {
                continue;
            }
            // What comes after is found by its length, so that a file cut short would not be noticed.
            if entry.raw_file_position().saturating_add(entry.size()) > all {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let name = entry.path()?.into_owned();
            if let Some(name) = plain(&name) {
                self.places.entry(name.into()).or_insert(Place {
                    shard: number,
                    start: entry.raw_file_position(),
                    length: entry.size(),
                });
            }
        }
        Ok(())
    }

    /// The bytes of the picture at `relative`; `None` when no shard has it.
    pub fn read(&self, relative: &str, limits: &Limits) -> Option<Result<Vec<u8>, Unreadable>> {
        let name = plain(Path::new(relative))?;
        let place = self.places.get(name.as_str())?;
        if place.length > limits.max_bytes {
            return Some(Err(Unreadable::TooManyBytes {
                found: place.length,
                limit: limits.max_bytes,
            }));
        }
        let read = || {
            let shard = self.files.get(place.shard as usize);
            let shard = shard.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
            let mut file = File::open(&shard.path)?;
            file.seek(SeekFrom::Start(place.start))?;
            let mut bytes = vec![0; place.length as usize];
            file.read_exact(&mut bytes)?;
            Ok(bytes)
        };
        Some(read().map_err(|error| Unreadable::from_io(relative, error)))
    }

    /// By what a change of the picture at `relative` shows.
    pub fn stamp(&self, relative: &str) -> Option<Stamp> {
        let place = self.places.get(plain(Path::new(relative))?.as_str())?;
        let stamp = self.files.get(place.shard as usize)?.stamp?;
        Some(stamp.starting_at(place.start))
    }
}

/// A path below the folder, with `/` between its parts; `None` for one that leads out of it.
fn plain(path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::CurDir => {}
            _ => return None,
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Folder;

    fn shard(path: &Path, pictures: &[(&str, &[u8])]) {
        let mut tar = tar::Builder::new(File::create(path).expect("a file"));
        for (name, bytes) in pictures {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, name, *bytes).expect("added");
        }
        tar.finish().expect("closed");
    }

    #[test]
    fn pictures_are_found_in_shards_and_beside_them() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let long = format!("{}/deep.jpg", "folder".repeat(30));
        shard(
            &place.path().join("b.tar"),
            &[("x.jpg", b"second"), ("only.jpg", b"in b")],
        );
        shard(
            &place.path().join("a.tar"),
            &[
                ("./x.jpg", b"first"),
                ("sub/y.jpg", b"below"),
                (&long, b"long name"),
            ],
        );
        std::fs::write(place.path().join("loose.jpg"), b"loose").expect("a file");
        let folder = Folder::open(place.path()).expect("there");
        let read = |name: &str| folder.read(name).map_err(|error| error.as_str());
        assert_eq!(read("x.jpg"), Ok(b"first".to_vec()));
        assert_eq!(read("./only.jpg"), Ok(b"in b".to_vec()));
        assert_eq!(read("sub/y.jpg"), Ok(b"below".to_vec()));
        assert_eq!(read(&long), Ok(b"long name".to_vec()));
        assert_eq!(read("loose.jpg"), Ok(b"loose".to_vec()));
        assert_eq!(read("none.jpg"), Err("missing"));
        assert_eq!(read("../x.jpg"), Err("outside_folder"));
        let strict = folder.clone().with_limits(Limits {
            max_bytes: 4,
            ..Limits::default()
        });
        assert_eq!(
            strict.read("x.jpg").map_err(|error| error.as_str()),
            Err("too_many_bytes")
        );
    }

    #[test]
    fn a_shard_that_is_cut_short_is_named() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let path = place.path().join("cut.tar");
        shard(&path, &[("x.jpg", &[7; 4000]), ("y.jpg", &[8; 4000])]);
        let bytes = std::fs::read(&path).expect("read");
        for length in [4700, 6000] {
            std::fs::write(&path, &bytes[..length]).expect("cut");
            let error = Folder::open(place.path()).expect_err("damaged").to_string();
            assert!(error.contains("cut.tar"), "{length}: {error}");
        }
    }
}
