//! Where things are kept: the folder with `touchstone.toml` and `state/`, and what lies below it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The settings file that makes a folder a workspace.
pub const SETTINGS_FILE: &str = "touchstone.toml";

/// A workspace on disk.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

/// Held while a scan works in a workspace. The system lets go of it when the process ends, however it
/// ends.
#[derive(Debug)]
pub struct ScanLock {
    _file: File,
}

/// Why a workspace cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// No `touchstone.toml` here or above.
    #[error(
        "no workspace: found no {SETTINGS_FILE} in {} or above it; make one with `touchstone init`, or name one with --workspace", .0.display()
    )]
    NotFound(PathBuf),
    /// The folder is a workspace already.
    #[error("{} is a workspace already; use it, or choose another folder", .0.display())]
    Exists(PathBuf),
    /// A scan works in it.
    #[error(
        "a scan is running in {} already ({holder}); wait for it, or use another workspace", root.display()
    )]
    Busy {
        /// The workspace.
        root: PathBuf,
        /// Who it is, in the words of [`Workspace::lock`].
        holder: String,
    },
    /// The file that names the model in use names none.
    #[error("{} names {found:?}, expected a folder beside it with model.json; train again, or delete that file to use the built-in model", path.display())]
    NoModel {
        /// The file.
        path: PathBuf,
        /// What it says.
        found: String,
    },
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
}

impl Workspace {
    /// Makes a workspace in `root`, with `settings` as its settings file.
    ///
    /// # Errors
    /// When there is one already, or the folder cannot be written.
    pub fn create(root: &Path, settings: &str) -> Result<Self, WorkspaceError> {
        let workspace = Self {
            root: root.to_owned(),
        };
        let file = root.join(SETTINGS_FILE);
        if file.exists() {
            return Err(WorkspaceError::Exists(root.to_owned()));
        }
        for folder in [
            root.to_owned(),
            workspace.state(),
            workspace.references(),
            workspace.runs(),
        ] {
            std::fs::create_dir_all(&folder).map_err(at(&folder))?;
        }
        std::fs::write(&file, settings).map_err(at(&file))?;
        Ok(workspace)
    }

    /// The workspace at `start` or in the nearest folder above it.
    ///
    /// # Errors
    /// [`WorkspaceError::NotFound`] says what to do.
    pub fn find(start: &Path) -> Result<Self, WorkspaceError> {
        start
            .ancestors()
            .find(|folder| folder.join(SETTINGS_FILE).is_file())
            .map(|root| Self {
                root: root.to_owned(),
            })
            .ok_or_else(|| WorkspaceError::NotFound(start.to_owned()))
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The settings file.
    pub fn settings_file(&self) -> PathBuf {
        self.root.join(SETTINGS_FILE)
    }

    /// What the program keeps between runs.
    pub fn state(&self) -> PathBuf {
        self.root.join("state")
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.state().join("touchstone.sqlite")
    }

    /// What was found out about images, so that none is decoded twice; may be deleted.
    pub fn fingerprints(&self) -> PathBuf {
        self.state().join("fingerprints.sqlite")
    }

    /// Reference images by content hash.
    pub fn references(&self) -> PathBuf {
        self.state().join("references")
    }

    /// Catalogs that were handed in at the desk, one folder each, until they are submitted.
    pub fn submissions(&self) -> PathBuf {
        self.state().join("submissions")
    }

    /// One folder a run.
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// Models that were trained here, one folder each; beside them the file that names the one in use.
    pub fn models(&self) -> PathBuf {
        self.root.join("models")
    }

    /// The artifact of the model that training put into use here; `None` while none was.
    ///
    /// # Errors
    /// [`WorkspaceError::NoModel`] when the model is gone, else when the file that names it cannot be read.
    pub fn model(&self) -> Result<Option<PathBuf>, WorkspaceError> {
        let path = self.models().join(MODEL_IN_USE);
        if !path.is_file() {
            return Ok(None);
        }
        let found = std::fs::read_to_string(&path).map_err(at(&path))?;
        let name = found.trim().to_owned();
        let model = self.models().join(&name).join("model.json");
        if is_plain(&name) && model.is_file() {
            Ok(Some(model))
        } else {
            Err(WorkspaceError::NoModel { path, found: name })
        }
    }

    /// Puts the model in the folder `name` of [`Workspace::models`] into use, at once or not at all.
    ///
    /// # Errors
    /// When the file that names it cannot be written.
    pub fn use_model(&self, name: &str) -> Result<(), WorkspaceError> {
        let path = self.models().join(MODEL_IN_USE);
        let new = partial(&path);
        std::fs::write(&new, format!("{name}\n")).map_err(at(&new))?;
        std::fs::rename(&new, &path).map_err(at(&path))
    }

    /// Reserves the workspace for one scan; `holder` is told to whoever asks meanwhile.
    ///
    /// # Errors
    /// [`WorkspaceError::Busy`] while another scan works, else when the file cannot be written.
    pub fn lock(&self, holder: &str) -> Result<ScanLock, WorkspaceError> {
        let (state, runs) = (self.state(), self.runs());
        for folder in [&state, &runs] {
            std::fs::create_dir_all(folder).map_err(at(folder))?;
        }
        let path = state.join("scan.lock");
        // Not truncated: until it is locked, the content is another's.
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(at(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                if file.read_to_string(&mut holder).is_err() || holder.is_empty() {
                    holder = "another process".to_owned();
                }
                let root = self.root.clone();
                return Err(WorkspaceError::Busy { root, holder });
            }
            Err(TryLockError::Error(source)) => return Err(WorkspaceError::Io { path, source }),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.write_all(holder.as_bytes()));
        written.map_err(at(&path))?;
        Ok(ScanLock { _file: file })
    }

    /// What runs left that did not end, by name; while a scan works its own is among them.
    ///
    /// # Errors
    /// When the folder of runs cannot be read.
    pub fn interrupted(&self) -> Result<Vec<PathBuf>, WorkspaceError> {
        let runs = self.runs();
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&runs).map_err(at(&runs))? {
            let path = entry.map_err(at(&runs))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() && name.ends_with(PARTIAL) {
                found.push(path);
            }
        }
        found.sort();
        Ok(found)
    }

    /// The names of the runs that are whole, in order.
    ///
    /// # Errors
    /// When the folder of runs cannot be read.
    pub fn whole_runs(&self) -> Result<Vec<String>, WorkspaceError> {
        let runs = self.runs();
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&runs).map_err(at(&runs))? {
            let name = entry.map_err(at(&runs))?.file_name();
            let name = name.to_string_lossy().into_owned();
            if !name.ends_with(PARTIAL) && self.run(&name).is_some() {
                found.push(name);
            }
        }
        found.sort();
        Ok(found)
    }

    /// Makes room for the run in the folder `run`: what an interrupted one of that name left is kept under a name of its
    /// own, and is found by [`Workspace::interrupted`].
    ///
    /// # Errors
    /// When the folder of runs cannot be written.
    pub fn set_aside(&self, run: &Path) -> Result<(), WorkspaceError> {
        let left = partial(run);
        if !left.exists() {
            return Ok(());
        }
        let aside = |number: u32| {
            let mut name = run.as_os_str().to_owned();
            name.push(format!(".{number}"));
            partial(Path::new(&name))
        };
        let free = (1..).map(aside).find(|path| !path.exists());
        let free = free.unwrap_or_else(|| aside(0));
        std::fs::rename(&left, &free).map_err(at(&left))
    }

    /// The folder of a run by name; `None` when there is no such run.
    pub fn run(&self, name: &str) -> Option<PathBuf> {
        let folder = self.runs().join(name);
        (is_plain(name) && folder.join("manifest.json").is_file()).then_some(folder)
    }
}

/// The file that names the model in use.
const MODEL_IN_USE: &str = "current";

/// Whether `name` is one plain folder name, never a path.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\'])
}

/// The end of the name of a run's folder until everything in it is whole.
pub const PARTIAL: &str = ".partial";

/// Where a run is made: beside its folder, under its whole name. A name may have dots of its own.
pub fn partial(run: &Path) -> PathBuf {
    let mut name = run.as_os_str().to_owned();
    name.push(PARTIAL);
    name.into()
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> WorkspaceError + '_ {
    move |source| WorkspaceError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_from_below_and_never_made_twice() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let made = Workspace::create(folder.path(), "").expect("made");
        let below = made.runs();
        assert_eq!(
            Workspace::find(&below).expect("found").root(),
            folder.path()
        );
        assert!(matches!(
            Workspace::create(folder.path(), ""),
            Err(WorkspaceError::Exists(_))
        ));
    }

    #[test]
    fn a_second_scan_is_told_who_works_here_and_since_when() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let workspace = Workspace::create(folder.path(), "").expect("made");
        let first = workspace.lock("process 7 since noon").expect("free");
        let error = workspace.lock("process 8").expect_err("held").to_string();
        assert!(error.contains("(process 7 since noon)"), "{error}");
        drop(first);
        let _next = workspace.lock("process 8").expect("free again");
        let error = workspace.lock("process 9").expect_err("held").to_string();
        assert!(error.contains("(process 8)"), "{error}");
    }

    #[test]
    fn a_model_is_in_use_when_it_was_put_there() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let workspace = Workspace::create(folder.path(), "").expect("made");
        assert_eq!(workspace.model().expect("none"), None);
        let model = workspace.models().join("m1");
        std::fs::create_dir_all(&model).expect("made");
        std::fs::write(model.join("model.json"), "{}").expect("written");
        workspace.use_model("m1").expect("written");
        let found = workspace.model().expect("there");
        assert_eq!(found, Some(model.join("model.json")));
        for gone in ["m2", "../m1", ""] {
            workspace.use_model(gone).expect("written");
            let error = workspace.model().expect_err("refused").to_string();
            assert!(error.contains("delete that file"), "{error}");
        }
    }

    #[test]
    fn runs_whose_names_differ_after_a_dot_are_made_apart() {
        let of = |name: &str| partial(Path::new(name));
        assert_ne!(of("runs/2026.01"), of("runs/2026.02"));
        assert_eq!(of("runs/2026.01"), Path::new("runs/2026.01.partial"));
    }

    #[test]
    fn what_an_interrupted_run_left_is_found() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let workspace = Workspace::create(folder.path(), "").expect("made");
        std::fs::create_dir(workspace.runs().join("whole")).expect("made");
        let left = partial(&workspace.runs().join("cut"));
        std::fs::create_dir(&left).expect("made");
        assert_eq!(
            workspace.interrupted().expect("read"),
            std::slice::from_ref(&left)
        );
        for _ in 0..2 {
            workspace
                .set_aside(&workspace.runs().join("cut"))
                .expect("renamed");
            std::fs::create_dir(&left).expect("free again");
        }
        assert_eq!(workspace.interrupted().expect("read").len(), 3);
    }

    #[test]
    fn a_run_name_is_never_a_path() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let workspace = Workspace::create(folder.path(), "").expect("made");
        std::fs::write(folder.path().join("manifest.json"), "{}").expect("written");
        assert_eq!(workspace.run(".."), None);
        assert_eq!(workspace.run("../runs/.."), None);
        assert_eq!(workspace.run(""), None);
    }
}
