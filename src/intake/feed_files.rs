//! A feed in many files: folders of partitions and patterns.

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::table::{Format, TableError};

/// The files that `given` stand for, in its order: a file for itself; a folder for every table below it, by path; a name with
/// `*` (any letters but `/`) or `?` (one) for the files and folders that it matches, by path. A path that is there is never
/// taken for a pattern. Names that begin with `.` or `_` are passed over below folders, as other readers of partitions do.
///
/// # Errors
/// [`TableError::Open`] when there is no such file, a folder has no table, or a pattern matches nothing.
pub fn feed_files(given: &[PathBuf]) -> Result<Vec<PathBuf>, TableError> {
    let mut files = Vec::new();
    for path in given {
        let before = files.len();
        if path.is_dir() {
            below(path, &mut files)?;
        } else if path.exists() || !is_pattern(path) {
            files.push(path.clone());
        } else {
            for found in matching(path)? {
                if found.is_dir() {
                    below(&found, &mut files)?;
                } else {
                    files.push(found);
                }
            }
        }
        if files.len() == before {
            return Err(TableError::Open {
                file: path.clone(),
                source: io::Error::new(
                    io::ErrorKind::NotFound,
                    "no CSV, NDJSON or Parquet file there",
                ),
            });
        }
    }
    Ok(files)
}

/// Every table below `folder`, by path.
fn below(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), TableError> {
    for path in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(['.', '_']) {
            continue;
        }
        if path.is_dir() {
            below(&path, found)?;
        } else if Format::of_input(&path).is_some() {
            found.push(path);
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, TableError> {
    let at = |source| TableError::Open {
        file: folder.to_owned(),
        source,
    };
    let found = std::fs::read_dir(folder).map_err(at)?;
    let mut paths: Vec<PathBuf> = found
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()
        .map_err(at)?;
    paths.sort();
    Ok(paths)
}

fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?'])
}

/// What a pattern matches, by path.
fn matching(pattern: &Path) -> Result<Vec<PathBuf>, TableError> {
    let mut found = vec![PathBuf::new()];
    for part in pattern.components() {
        let name = part.as_os_str().to_string_lossy().into_owned();
        let is_pattern = matches!(part, Component::Normal(_)) && name.contains(['*', '?']);
        if !is_pattern {
            found.iter_mut().for_each(|path| path.push(part));
            found.retain(|path| path.exists());
            continue;
        }
        let mut next = Vec::new();
        for folder in found
            .iter()
            .filter(|path| path.as_os_str().is_empty() || path.is_dir())
        {
            let here = folder.as_os_str().is_empty();
            for path in entries(if here { Path::new(".") } else { folder })? {
                let Some(last) = path.file_name() else {
                    continue;
                };
                let text = last.to_string_lossy();
                if fits(&name, &text) && !text.starts_with('.') {
                    next.push(folder.join(last));
                }
            }
        }
        found = next;
    }
    found.sort();
    Ok(found)
}

/// Whether `name` fits `pattern`.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    // Where the last `*` stands, and up to where it was taken to reach.
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(letter) if *letter == '?' || *letter == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, reached)) => {
                    star = Some((at, reached + 1));
                    p = at + 1;
                    n = reached + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path, given: &str) -> Vec<String> {
        let found = feed_files(&[folder.join(given)]).expect("found");
        let below = found
            .iter()
            .map(|path| path.strip_prefix(folder).expect("below"));
        below
            .map(|path| path.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn folders_and_patterns_stand_for_their_files_in_order() {
        let place = tempfile::tempdir().expect("temporary folder");
        let folder = place.path();
        for file in [
            "day=2/b.parquet",
            "day=2/a.parquet",
            "day=1/x.parquet",
            "day=1/_SUCCESS",
            "day=1/.x.crc",
            "day=1/notes.md",
            "feed.csv",
        ] {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, "").expect("written");
        }
        let all = ["day=1/x.parquet", "day=2/a.parquet", "day=2/b.parquet"];
        assert_eq!(names(folder, "feed.csv"), ["feed.csv"]);
        assert_eq!(names(folder, "day=*"), all);
        assert_eq!(names(folder, "day=?/*.parquet"), all);
        assert_eq!(names(folder, "*/a.*"), ["day=2/a.parquet"]);
        assert_eq!(names(folder, "").len(), 4);
        let none = feed_files(&[folder.join("month=*")])
            .expect_err("none")
            .to_string();
        assert!(none.contains("month=*"), "{none}");
        std::fs::create_dir(folder.join("empty")).expect("made");
        assert!(feed_files(&[folder.join("empty")]).is_err());
    }

    #[test]
    fn a_star_is_any_letters() {
        assert!(fits("*.csv", "feed.csv") && fits("f*d*v", "feed.csv") && fits("*", ""));
        assert!(!fits("*.csv", "feed.csv.gz") && !fits("?", "") && !fits("a*b", "a"));
    }
}
