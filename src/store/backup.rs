//! Copies of a workspace that can be proved whole.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Store, StoreError};
use crate::workspace::{SETTINGS_FILE, Workspace, partial};

/// The version of a backup's own form.
const FORMAT: u32 = 1;
/// The list of what is in a backup, in its folder.
const LIST: &str = "backup.json";
/// Where the desk makes and deletes files while a backup is made.
const SUBMISSIONS: &str = "state/submissions/";

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    format: u32,
    /// The program and its version that made it.
    pub program: String,
    /// Every file by its path, with `/` between its parts.
    pub files: BTreeMap<String, Kept>,
}

/// One file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its length in bytes.
    pub bytes: u64,
    /// The BLAKE3 hash of its bytes.
    pub hash: String,
}

/// Why a workspace cannot be backed up or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is something where the copy is to be made.
    #[error("{} exists; name a new folder", .0.display())]
    Exists(PathBuf),
    /// The folder is no backup.
    #[error("{}: {found}, expected a backup that `touchstone backup` made", path.display())]
    NotOne {
        /// The list of its files.
        path: PathBuf,
        /// What was found.
        found: String,
    },
    /// A file is not what the list says.
    #[error("{}: {found}, expected {expected}: this backup is damaged; take another", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        found: String,
        /// What the list says.
        expected: String,
    },
    /// The database cannot be copied.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
}

impl Store {
    /// Writes the database as it is at this moment to the new file `path`, while others go on reading and writing it.
    ///
    /// # Errors
    /// When there is such a file, or it cannot be written.
    pub fn snapshot(&self, path: &Path) -> Result<(), StoreError> {
        let name = path.to_string_lossy();
        let done = self.connection.execute("VACUUM INTO ?1", [name.as_ref()]);
        done.map(|_| ()).map_err(StoreError::at(path))
    }
}

/// Copies the workspace into the new folder `out`; gives what is in it.
///
/// The database is copied first and at one moment. What it names was written before and is never changed, only deleted by
/// `runs prune`, which the caller keeps away by holding the workspace's lock, and by the desk, which forgets catalogs that
/// were handed in. What can be made anew is left out: what was found out about pictures, what is still coming in at the
/// desk, and runs that did not end. The folder appears by rename, when everything in it is whole.
///
/// # Errors
/// [`BackupError`] names the file.
pub fn backup(
    workspace: &Workspace,
    store: &Store,
    program: &str,
    out: &Path,
) -> Result<Backup, BackupError> {
    let making = fresh(out)?;
    let root = workspace.root();
    let database = relative(root, &workspace.database());
    let copy = making.join(&database);
    make_folder(copy.parent().unwrap_or(&making))?;
    store.snapshot(&copy)?;
    let mut made = Backup {
        format: FORMAT,
        program: program.to_owned(),
        files: BTreeMap::new(),
    };
    let (bytes, hash) = copy_hashed(&copy, None)?;
    made.files.insert(database, Kept { bytes, hash });
    let mut files = vec![PathBuf::from(SETTINGS_FILE)];
    for folder in [workspace.models(), workspace.state(), workspace.runs()] {
        walk(root, &folder, &mut files)?;
        for file in files.drain(..) {
            let name = slashed(&file);
            if made.files.contains_key(&name) || is_passing(&name) {
                continue;
            }
            match copy_hashed(&root.join(&file), Some(&making.join(&file))) {
                Err(error) if is_gone(&error) && name.starts_with(SUBMISSIONS) => {}
                copied => {
                    let (bytes, hash) = copied?;
                    made.files.insert(name, Kept { bytes, hash });
                }
            }
        }
    }
    let list = making.join(LIST);
    let json = serde_json::to_string_pretty(&made).map_err(|error| BackupError::NotOne {
        path: list.clone(),
        found: error.to_string(),
    })?;
    std::fs::write(&list, json + "\n").map_err(at(&list))?;
    std::fs::rename(&making, out).map_err(at(out))?;
    Ok(made)
}

/// Makes the workspace `root` from the backup in the folder `from`, after every file of it was checked against its hash.
///
/// # Errors
/// [`BackupError::Damaged`] names the file; nothing is at `root` then.
pub fn restore(from: &Path, root: &Path) -> Result<Backup, BackupError> {
    let list = from.join(LIST);
    let not_one = |found: String| BackupError::NotOne {
        path: list.clone(),
        found,
    };
    let text = std::fs::read_to_string(&list).map_err(|error| not_one(error.to_string()))?;
    let backup: Backup = serde_json::from_str(&text).map_err(|error| not_one(error.to_string()))?;
    if backup.format != FORMAT {
        return Err(not_one(format!("format {}", backup.format)));
    }
    // A list is not trusted to stay within the folder.
    let inside = |name: &String| {
        let parts = Path::new(name).components();
        !name.is_empty()
            && parts
                .into_iter()
                .all(|part| matches!(part, std::path::Component::Normal(_)))
    };
    if let Some(name) = backup.files.keys().find(|name| !inside(name)) {
        return Err(not_one(format!("a file {name:?} that lies outside")));
    }
    if !backup.files.contains_key(SETTINGS_FILE) {
        return Err(not_one(format!("no {SETTINGS_FILE}")));
    }
    let making = fresh(root)?;
    let copied = backup.files.iter().try_for_each(|(name, kept)| {
        let path = from.join(name);
        let (bytes, hash) = copy_hashed(&path, Some(&making.join(name)))?;
        let found = Kept { bytes, hash };
        if found == *kept {
            return Ok(());
        }
        let told = |kept: &Kept| format!("{} bytes of hash {}", kept.bytes, kept.hash);
        Err(BackupError::Damaged {
            path,
            found: told(&found),
            expected: told(kept),
        })
    });
    if let Err(error) = copied {
        // The error that stopped the restore says more than one of the clean-up could.
        let _ = std::fs::remove_dir_all(&making);
        return Err(error);
    }
    // Folders that have no files yet are part of a workspace.
    make_folder(&making.join("runs"))?;
    std::fs::rename(&making, root).map_err(at(root))?;
    Ok(backup)
}

/// Where a folder is made that is to appear by rename.
fn fresh(out: &Path) -> Result<PathBuf, BackupError> {
    if out.exists() {
        return Err(BackupError::Exists(out.to_owned()));
    }
    let making = partial(out);
    if making.exists() {
        std::fs::remove_dir_all(&making).map_err(at(&making))?;
    }
    make_folder(&making)?;
    Ok(making)
}

/// Whether a file can be made anew, or belongs to a process at work.
fn is_passing(name: &str) -> bool {
    let partial_at = |place| {
        let part = name.split('/').nth(place);
        part.is_some_and(|part: &str| part.ends_with(".partial"))
    };
    name.ends_with("-wal")
        || name.ends_with("-shm")
        || name == "state/scan.lock"
        || name.starts_with("state/fingerprints.sqlite")
        || (name.starts_with("state/") && name.ends_with(".partial"))
        || (name.starts_with(SUBMISSIONS) && partial_at(2))
        || ((name.starts_with("runs/") || name.starts_with("models/")) && partial_at(1))
}

/// Whether there is no such file or folder.
fn is_gone(error: &BackupError) -> bool {
    matches!(error, BackupError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
}

/// All files below `folder`, as paths below `root`, in order.
fn walk(root: &Path, folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), BackupError> {
    if !folder.exists() {
        return Ok(());
    }
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(at(folder))? {
        paths.push(entry.map_err(at(folder))?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            match walk(root, &path, found) {
                Err(error) if is_gone(&error) && relative(root, &path).starts_with(SUBMISSIONS) => {
                }
                walked => walked?,
            }
        } else if let Ok(below) = path.strip_prefix(root) {
            found.push(below.to_owned());
        }
    }
    Ok(())
}

fn relative(root: &Path, path: &Path) -> String {
    slashed(path.strip_prefix(root).unwrap_or(path))
}

fn slashed(path: &Path) -> String {
    let parts = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// Length and hash of a file, which is copied to `to` on the way and is on the disk then.
fn copy_hashed(from: &Path, to: Option<&Path>) -> Result<(u64, String), BackupError> {
    let mut source = File::open(from).map_err(at(from))?;
    let mut target = match to {
        Some(to) => {
            make_folder(to.parent().unwrap_or(to))?;
            Some((to, File::create(to).map_err(at(to))?))
        }
        None => None,
    };
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = source.read(&mut buffer).map_err(at(from))?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
        bytes += read as u64;
        if let Some((to, file)) = &mut target {
            file.write_all(&buffer[..read]).map_err(at(to))?;
        }
    }
    if let Some((to, file)) = target {
        file.sync_all().map_err(at(to))?;
    }
    Ok((bytes, hasher.finalize().to_hex().to_string()))
}

fn make_folder(path: &Path) -> Result<(), BackupError> {
    std::fs::create_dir_all(path).map_err(at(path))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError + '_ {
    move |source| BackupError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn workspace(folder: &Path) -> (Workspace, Store) {
        let workspace = Workspace::create(&folder.join("here"), "capacity = 5\n").expect("made");
        let mut store = Store::open(&workspace.database()).expect("opened");
        store
            .add_run("r1", date(2026, 1, 1), jiff::Timestamp::UNIX_EPOCH, "{}")
            .expect("added");
        let run = workspace.runs().join("r1/evidence");
        std::fs::create_dir_all(&run).expect("made");
        std::fs::write(run.join("a.jpg"), b"picture").expect("written");
        std::fs::create_dir_all(workspace.runs().join("r2.partial")).expect("made");
        std::fs::write(workspace.runs().join("r2.partial/x"), b"half").expect("written");
        std::fs::write(workspace.fingerprints(), b"made anew").expect("written");
        (workspace, store)
    }

    #[test]
    fn a_backup_restores_what_matters_while_the_database_is_in_use() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let (here, mut store) = workspace(folder.path());
        let out = folder.path().join("backup");
        let made = backup(&here, &store, "test", &out).expect("backed up");
        let names: Vec<&str> = made.files.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "runs/r1/evidence/a.jpg",
                "state/touchstone.sqlite",
                "touchstone.toml"
            ]
        );
        store
            .add_run("later", date(2026, 1, 2), jiff::Timestamp::UNIX_EPOCH, "{}")
            .expect("still open");
        let there = folder.path().join("there");
        assert_eq!(restore(&out, &there).expect("restored"), made);
        let there = Workspace::find(&there).expect("a workspace");
        let runs = Store::open(&there.database())
            .expect("opened")
            .runs()
            .expect("read");
        assert_eq!(runs.len(), 1);
        let kept = std::fs::read(there.runs().join("r1/evidence/a.jpg")).expect("read");
        assert_eq!(kept, b"picture");
        assert!(matches!(
            backup(&here, &store, "test", &out),
            Err(BackupError::Exists(_))
        ));
    }

    #[test]
    fn the_model_in_use_is_in_use_in_the_copy() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let (here, store) = workspace(folder.path());
        let model = here.models().join("m1");
        std::fs::create_dir_all(&model).expect("made");
        std::fs::write(model.join("model.json"), "{}").expect("written");
        here.use_model("m1").expect("written");
        std::fs::write(here.models().join("current.partial"), "m").expect("written");
        let out = folder.path().join("backup");
        let made = backup(&here, &store, "test", &out).expect("backed up");
        assert!(!made.files.contains_key("models/current.partial"));
        let there = folder.path().join("there");
        restore(&out, &there).expect("restored");
        let there = Workspace::find(&there).expect("a workspace");
        let found = there.model().expect("named");
        assert_eq!(found, Some(there.models().join("m1/model.json")));
    }

    #[test]
    fn what_comes_and_goes_at_the_desk_stops_no_backup() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let (here, store) = workspace(folder.path());
        for name in [
            "submissions/1/products.csv",
            "submissions/incoming-07.partial/products.csv",
            "references/a1/a1b2.0.partial",
        ] {
            let file = here.state().join(name);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            std::fs::write(file, "id,title").expect("written");
        }
        // Named by its folder, and not there when it is opened.
        #[cfg(unix)]
        std::os::unix::fs::symlink("nowhere", here.submissions().join("1/gone.csv")).expect("made");
        let out = folder.path().join("backup");
        let made = backup(&here, &store, "test", &out).expect("backed up");
        let names: Vec<&str> = made.files.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "runs/r1/evidence/a.jpg",
                "state/submissions/1/products.csv",
                "state/touchstone.sqlite",
                "touchstone.toml"
            ]
        );
        restore(&out, &folder.path().join("there")).expect("restored");
    }

    #[test]
    fn a_damaged_backup_is_not_restored() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let (here, store) = workspace(folder.path());
        let out = folder.path().join("backup");
        backup(&here, &store, "test", &out).expect("backed up");
        std::fs::write(out.join("runs/r1/evidence/a.jpg"), b"Picture").expect("flipped");
        let there = folder.path().join("there");
        let error = restore(&out, &there).expect_err("damaged").to_string();
        assert!(error.contains("a.jpg: 7 bytes"), "{error}");
        assert!(!there.exists() && !partial(&there).exists());
        let list = std::fs::read_to_string(out.join(LIST)).expect("read");
        std::fs::write(out.join(LIST), list.replace("runs/r1", "../r1")).expect("written");
        let error = restore(&out, &there).expect_err("outside").to_string();
        assert!(error.contains("outside"), "{error}");
    }
}
