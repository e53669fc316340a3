//! Where things are kept: the folder with `touchstone.toml` and `state/`, and what lies below it.

use std::io;
use std::path::{Path, PathBuf};

/// The settings file that makes a folder a workspace.
pub const SETTINGS_FILE: &str = "touchstone.toml";

/// A workspace on disk.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
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

    /// One folder a run.
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// The folder of a run by name; `None` when there is no such run.
    pub fn run(&self, name: &str) -> Option<PathBuf> {
        // A run's name is one plain folder name, never a path.
        let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']);
        let folder = self.runs().join(name);
        (plain && folder.join("manifest.json").is_file()).then_some(folder)
    }

    /// The names of all finished runs, sorted.
    ///
    /// # Errors
    /// When the folder of runs cannot be read.
    pub fn run_names(&self) -> Result<Vec<String>, WorkspaceError> {
        let folder = self.runs();
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(at(&folder))? {
            let name = entry.map_err(at(&folder))?.file_name();
            let Some(name) = name.to_str() else { continue };
            if self.run(name).is_some() {
                names.push(name.to_owned());
            }
        }
        names.sort();
        Ok(names)
    }
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
    fn a_run_name_is_never_a_path() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let workspace = Workspace::create(folder.path(), "").expect("made");
        std::fs::write(folder.path().join("manifest.json"), "{}").expect("written");
        assert_eq!(workspace.run(".."), None);
        assert_eq!(workspace.run("../runs/.."), None);
        assert_eq!(workspace.run(""), None);
    }
}
