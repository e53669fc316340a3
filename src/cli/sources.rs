//! Files that pictures, or the hashes of pictures, come from.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::image::{
    Frames, Limits, Look, PdqLine, PdqLineError, Unreadable, later_frames, read_file,
    read_pdq_lines,
};

/// What a file holds.
pub(super) enum Source {
    /// A picture, and its frames after the first.
    Picture(Box<Look>, Frames),
    /// The text of a list of PDQ hashes, see [`hashes`].
    Hashes(String),
}

impl Source {
    /// Reads a file: a list of hashes is one that is no picture and has at least one line with a hash.
    pub fn read(file: &Path, limits: &Limits) -> Result<Self, Unreadable> {
        let bytes = read_file(file, limits)?;
        match Look::of(&bytes, limits) {
            Ok(look) => {
                let later = later_frames(&bytes, &look.fingerprint, limits);
                Ok(Self::Picture(Box::new(look), later))
            }
            Err(reason @ Unreadable::UnknownFormat { .. }) => {
                let text = String::from_utf8_lossy(&bytes);
                if read_pdq_lines(&text).any(|line| line.is_ok()) {
                    Ok(Self::Hashes(text.into_owned()))
                } else {
                    Err(reason)
                }
            }
            Err(reason) => Err(reason),
        }
    }
}

/// The hashes of a list, each with its metadata for a name, else with the file and its number in the list.
pub(super) fn hashes(
    file: &Path,
    text: &str,
) -> impl Iterator<Item = Result<PdqLine, PdqLineError>> {
    let file = file.display().to_string();
    read_pdq_lines(text).enumerate().map(move |(index, line)| {
        line.map(|mut line| {
            if line.metadata.is_empty() {
                line.metadata = format!("{file}#{}", index + 1);
            }
            line
        })
    })
}

/// The files named, and all files below the folders named, each folder's in order of name.
pub(super) fn files_below(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, &mut files)?;
        } else {
            // A file that is not there becomes a row with its reason.
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let read = || -> std::io::Result<Vec<(PathBuf, std::fs::FileType)>> {
        std::fs::read_dir(folder)?
            .map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))))
            .collect()
    };
    let mut entries = read().with_context(|| format!("cannot list {}", folder.display()))?;
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, kind) in entries {
        // Links to folders are not followed: they could lead in a circle.
        if kind.is_dir() {
            walk(&path, files)?;
        } else if kind.is_file() || path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}
