use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::shards::Shards;
use super::{Limits, Stamp, Unreadable};

/// A folder of pictures that nothing is read outside of: as files, or in tar files that lie directly in it.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    shards: Arc<Shards>,
    limits: Limits,
}

impl Folder {
    /// The folder at `dir`, which must be there, with the default [`Limits`].
    ///
    /// # Errors
    /// [`Unreadable::Missing`] or [`Unreadable::Io`], also of a tar file in it that cannot be read.
    pub fn open(dir: &Path) -> Result<Self, Unreadable> {
        let name = dir.to_string_lossy();
        let root = dir
            .canonicalize()
            .map_err(|error| Unreadable::from_io(&name, error))?;
        if !root.is_dir() {
            return Err(Unreadable::Missing {
                path: name.into_owned(),
            });
        }
        let shards = Arc::new(Shards::below(&root)?);
        Ok(Self {
            root,
            shards,
            limits: Limits::default(),
        })
    }

    /// The same folder with other limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The file at `relative`, a path below the folder with `/` between its parts.
    ///
    /// # Errors
    /// [`Unreadable::OutsideFolder`] when the path is absolute, has a `..`, or leads out through a symbolic link;
    /// [`Unreadable::Missing`], [`Unreadable::TooManyBytes`] or [`Unreadable::Io`].
    pub fn read(&self, relative: &str) -> Result<Vec<u8>, Unreadable> {
        let outside = || Unreadable::OutsideFolder {
            path: relative.to_owned(),
        };
        let path = self.root.join(below(relative).ok_or_else(outside)?);
        let path = match path.canonicalize() {
            Ok(path) => path,
            Err(error) => {
                let missing = Unreadable::from_io(relative, error);
                let found = self.shards.read(relative, &self.limits);
                return found.unwrap_or(Err(missing));
            }
        };
        if !path.starts_with(&self.root) {
            return Err(outside());
        }
        read_named(&path, relative, &self.limits)
    }

    /// The folder itself, without links in its path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// By what a change of the file at `relative` shows, without reading it; `None` where there is no file, or nothing tells.
    ///
    /// It follows links wherever they lead: a stamp speaks of a file that [`Folder::read`] has read, and permits nothing.
    pub fn stamp(&self, relative: &str) -> Option<Stamp> {
        match self.root.join(below(relative)?).metadata() {
            Ok(found) => found.is_file().then(|| Stamp::of(&found)).flatten(),
            Err(_) => self.shards.stamp(relative),
        }
    }
}

/// `relative` as a path, unless it leads out of the folder by its parts.
fn below(relative: &str) -> Option<&Path> {
    let path = Path::new(relative);
    let below = path
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    (below && !relative.contains('\0')).then_some(path)
}

/// The bytes of an ordinary file, wherever it is. Its length is checked before it is read.
///
/// # Errors
/// [`Unreadable::Missing`], [`Unreadable::TooManyBytes`] or [`Unreadable::Io`].
pub fn read_file(path: &Path, limits: &Limits) -> Result<Vec<u8>, Unreadable> {
    read_named(path, &path.to_string_lossy(), limits)
}

/// The same; `name` stands for the file in errors.
fn read_named(path: &Path, name: &str, limits: &Limits) -> Result<Vec<u8>, Unreadable> {
    let failure = |error| Unreadable::from_io(name, error);
    // Opening a pipe would wait for ever, so what it is comes first.
    let metadata = path.metadata().map_err(failure)?;
    if !metadata.is_file() {
        return Err(Unreadable::Missing {
            path: name.to_owned(),
        });
    }
    let too_many = |found| Unreadable::TooManyBytes {
        found,
        limit: limits.max_bytes,
    };
    if metadata.len() > limits.max_bytes {
        return Err(too_many(metadata.len()));
    }
    let file = std::fs::File::open(path).map_err(failure)?;
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    file.take(limits.max_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(failure)?;
    // It may have grown since.
    let length = bytes.len() as u64;
    if length > limits.max_bytes {
        Err(too_many(length))
    } else {
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::Folder;
    use crate::image::Limits;

    fn reason(folder: &Folder, path: &str) -> &'static str {
        folder
            .read(path)
            .map_or_else(|error| error.as_str(), |_| "ok")
    }

    #[test]
    fn nothing_outside_is_read() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let images = place.path().join("images");
        std::fs::create_dir_all(images.join("a")).expect("folders");
        std::fs::write(images.join("a/x.jpg"), b"picture").expect("a file");
        std::fs::write(place.path().join("secret"), b"secret").expect("a file");
        let folder = Folder::open(&images).expect("the folder is there");
        assert_eq!(folder.read("a/x.jpg").expect("a file below"), b"picture");
        assert_eq!(reason(&folder, "./a/x.jpg"), "ok");
        assert_eq!(reason(&folder, "a/../../secret"), "outside_folder");
        assert_eq!(reason(&folder, "../../etc/passwd"), "outside_folder");
        assert_eq!(reason(&folder, "/etc/passwd"), "outside_folder");
        assert_eq!(reason(&folder, "a\0b"), "outside_folder");
        assert_eq!(reason(&folder, "a/y.jpg"), "missing");
        assert_eq!(reason(&folder, "a/x.jpg/y"), "missing");
        assert_eq!(reason(&folder, "a"), "missing");
        assert_eq!(reason(&folder, ""), "missing");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(place.path().join("secret"), images.join("link"))
                .expect("a link");
            assert_eq!(reason(&folder, "link"), "outside_folder");
        }
        let strict = folder.with_limits(Limits {
            max_bytes: 6,
            ..Limits::default()
        });
        assert_eq!(reason(&strict, "a/x.jpg"), "too_many_bytes");
    }
}
