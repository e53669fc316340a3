//! From what a browser sent to a catalog's folder. Everything in it is hostile until it was looked at.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

/// How much a catalog may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Files in it.
    pub files: usize,
    /// Bytes of all files, unpacked.
    pub bytes: u64,
    /// Bytes of one file, unpacked.
    pub file_bytes: u64,
}

impl Default for Bounds {
    /// 20,000 files, 1 GB together, 200 MB each.
    fn default() -> Self {
        Self {
            files: 20_000,
            bytes: 1_000_000_000,
            file_bytes: 200_000_000,
        }
    }
}

/// Why what was sent makes no folder.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("Nothing was sent: choose a zip, or brand.toml, the products file and the pictures.")]
    Nothing,
    #[error("A zip is sent alone: one zip, or files, but not both.")]
    ZipAndFiles,
    #[error("This is no zip that can be opened ({0}). Make it anew with your system's own means.")]
    NoZip(String),
    #[error("More than {0} files: leave out pictures that no product names.")]
    TooManyFiles(usize),
    #[error(
        "Unpacked this is more than {0} MB. A catalog of that size cannot be taken: make the pictures smaller."
    )]
    TooMuch(u64),
    #[error("The file {name:?} is more than {most} MB unpacked: make it smaller.")]
    TooLong { name: String, most: u64 },
    #[error(
        "The name {0:?} leads out of the catalog's folder. Names are paths below it, with / between folders."
    )]
    Name(String),
    #[error("The name {0:?} is there twice.")]
    Twice(String),
    #[error("{0:?} is a link. Put the file itself into the zip.")]
    Link(String),
    #[error("{0:?} is an archive. Put the pictures themselves below images/.")]
    Archive(String),
    #[error("{0:?} is encrypted. Make the zip without a password.")]
    Encrypted(String),
    #[error("{name:?} is damaged ({problem}). Make the zip anew.")]
    Damaged { name: String, problem: String },
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// A file that a browser sent, as it lies on the disk.
#[derive(Debug)]
pub(super) struct Sent {
    /// The name that the browser gave.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

/// Puts what was sent into the empty folder `to`; gives the names that no catalog has and that were left out.
pub(super) fn unpack(sent: &[Sent], to: &Path, bounds: Bounds) -> Result<Vec<String>, Refused> {
    let zips = sent.iter().filter(|file| is_zip(file)).count();
    match (sent, zips) {
        ([], _) => Err(Refused::Nothing),
        ([zip], 1) => unzip(&zip.path, to, bounds),
        (_, 0) => take(sent, to, bounds),
        _ => Err(Refused::ZipAndFiles),
    }
}

fn is_zip(file: &Sent) -> bool {
    file.name.to_ascii_lowercase().ends_with(".zip")
}

fn take(sent: &[Sent], to: &Path, bounds: Bounds) -> Result<Vec<String>, Refused> {
    let names: Vec<&str> = sent.iter().map(|file| file.name.as_str()).collect();
    let plan = arrange(&names, bounds)?;
    let mut left = bounds.bytes;
    for (file, place) in sent.iter().zip(&plan.places) {
        if let Some(place) = place {
            let from = File::open(&file.path)?;
            keep(from, &file.name, &to.join(place), &mut left, bounds)?;
        }
    }
    Ok(plan.left_out)
}

fn unzip(path: &Path, to: &Path, bounds: Bounds) -> Result<Vec<String>, Refused> {
    // Before the directory is held in memory: it can have no more entries than there are of their marks.
    if entries_at_most(path)? > 2 * bounds.files {
        return Err(Refused::TooManyFiles(bounds.files));
    }
    let unreadable = |error: ZipError| Refused::NoZip(error.to_string());
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(unreadable)?;
    let mut names = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(unreadable)?;
        let name = match std::str::from_utf8(entry.name_raw()) {
            Ok(name) => name.to_owned(),
            Err(_) => entry.name().to_owned(),
        };
        if entry.is_symlink() {
            return Err(Refused::Link(name));
        }
        if entry.encrypted() {
            return Err(Refused::Encrypted(name));
        }
        names.push(name);
    }
    let plan = arrange(&names, bounds)?;
    let mut left = bounds.bytes;
    for (index, place) in plan.places.iter().enumerate() {
        if let Some(place) = place {
            let entry = archive.by_index(index).map_err(unreadable)?;
            keep(entry, &names[index], &to.join(place), &mut left, bounds)?;
        }
    }
    Ok(plan.left_out)
}

/// Writes one file, of which as much is read as is allowed and no more, whatever it says of its own length.
fn keep(
    from: impl Read,
    name: &str,
    to: &Path,
    left: &mut u64,
    bounds: Bounds,
) -> Result<(), Refused> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let allowed = bounds.file_bytes.min(*left);
    let mut file = File::create_new(to)?;
    let copied = io::copy(&mut from.take(allowed + 1), &mut file);
    let bytes = copied.map_err(|problem| Refused::Damaged {
        name: shown(name),
        problem: problem.to_string(),
    })?;
    if bytes > *left {
        return Err(Refused::TooMuch(bounds.bytes / 1_000_000));
    }
    if bytes > bounds.file_bytes {
        return Err(Refused::TooLong {
            name: shown(name),
            most: bounds.file_bytes / 1_000_000,
        });
    }
    *left -= bytes;
    Ok(())
}

/// How often the mark of an entry of a zip's directory stands in a file.
fn entries_at_most(path: &Path) -> io::Result<usize> {
    const MARK: [u8; 4] = *b"PK\x01\x02";
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let (mut count, mut matched) = (0, 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(count);
        }
        for &byte in &buffer[..read] {
            matched = match byte {
                byte if byte == MARK[matched] => matched + 1,
                byte if byte == MARK[0] => 1,
                _ => 0,
            };
            if matched == MARK.len() {
                (count, matched) = (count + 1, 0);
            }
        }
    }
}

/// Where files go.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    /// For each name its place below the catalog's folder, or nothing.
    places: Vec<Option<PathBuf>>,
    /// Names of files that no catalog has.
    left_out: Vec<String>,
}

/// Tells for each name where in a catalog's folder it belongs. The folder may lie in another one, as zips have it.
fn arrange<T: AsRef<str>>(names: &[T], bounds: Bounds) -> Result<Plan, Refused> {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    for name in &names {
        check_name(name)?;
    }
    let files = names.iter().filter(|name| !is_noise(name));
    if files.clone().count() > bounds.files {
        return Err(Refused::TooManyFiles(bounds.files));
    }
    // The folder of the brand's file, or else of the products, is the catalog's; the uppermost one of several.
    let folder_of = |wanted: fn(&str) -> bool| {
        let found = files.clone().filter(|name| wanted(base(name)));
        found
            .map(|name| &name[..name.len() - base(name).len()])
            .min()
    };
    let root = folder_of(|name| name == "brand.toml").or_else(|| folder_of(is_products));
    let root = root.unwrap_or("");
    let mut plan = Plan {
        places: Vec::with_capacity(names.len()),
        left_out: Vec::new(),
    };
    let mut taken = BTreeSet::new();
    for name in names {
        let below = name.strip_prefix(root);
        if below.is_some_and(is_shard) {
            return Err(Refused::Archive(shown(name)));
        }
        let place = below.and_then(place);
        if let Some(place) = &place
            && !taken.insert(place.clone())
        {
            return Err(Refused::Twice(shown(name)));
        }
        if place.is_none() && !is_noise(name) {
            plan.left_out.push(shown(name));
        }
        plan.places.push(place);
    }
    Ok(plan)
}

/// The place in a catalog's folder of a file that has this name below it.
fn place(name: &str) -> Option<PathBuf> {
    if is_noise(name) {
        return None;
    }
    let alone = !name.contains('/');
    if alone && (name == "brand.toml" || is_products(name)) {
        return Some(PathBuf::from(name));
    }
    if alone && is_picture(name) {
        return Some(Path::new("images").join(name));
    }
    let below = name.starts_with("images/") && is_picture(name);
    below.then(|| PathBuf::from(name))
}

/// An archive that pictures would be read from, past the bounds on files.
fn is_shard(name: &str) -> bool {
    name.starts_with("images/") && !is_noise(name) && name.to_ascii_lowercase().ends_with(".tar")
}

/// Folders, and what systems put beside files.
fn is_noise(name: &str) -> bool {
    let hidden = |part: &str| part.starts_with('.') || part == "__MACOSX";
    name.ends_with('/')
        || name.split('/').any(hidden)
        || matches!(base(name), "Thumbs.db" | "desktop.ini")
}

fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn is_products(name: &str) -> bool {
    name.to_lowercase().starts_with("product") && !is_picture(name)
}

fn is_picture(name: &str) -> bool {
    const ENDS: [&str; 10] = [
        "jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic",
    ];
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    ENDS.contains(&end.to_ascii_lowercase().as_str())
}

/// Refuses names that would be another place somewhere: absolute ones, with `..`, with `\`, or that no disk takes.
fn check_name(name: &str) -> Result<(), Refused> {
    const LONGEST: usize = 240;
    const DEEPEST: usize = 10;
    let parts = || name.trim_end_matches('/').split('/');
    let fine = !name.is_empty()
        && !name.contains('\\')
        && !name.chars().any(char::is_control)
        && name.as_bytes().get(1) != Some(&b':')
        && parts().count() <= DEEPEST
        && parts()
            .all(|part| !part.is_empty() && part.len() <= LONGEST && part != "." && part != "..");
    if fine {
        Ok(())
    } else {
        Err(Refused::Name(shown(name)))
    }
}

/// As much of a name as a person is shown.
fn shown(name: &str) -> String {
    crate::export::display::visible(name, 120)
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
