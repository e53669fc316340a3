use std::path::PathBuf;

use anyhow::Context as _;
use jiff::civil::Date;

use crate::reference::Catalog;
use crate::scan::{Settings, SettingsLayer};
use crate::store::Store;
use crate::workspace::Workspace;

/// What the global flags say.
#[derive(Debug)]
pub(super) struct Context {
    pub workspace: Option<PathBuf>,
    pub threads: Option<usize>,
}

impl Context {
    /// The workspace that the flag names, else the nearest one upwards.
    pub fn workspace(&self) -> anyhow::Result<Workspace> {
        let start = match &self.workspace {
            Some(dir) => dir.clone(),
            None => std::env::current_dir().context("the current folder cannot be read")?,
        };
        Ok(Workspace::find(&start)?)
    }

    /// Flags over the workspace's file over the model in use there over the defaults; also sets the number of threads.
    pub fn settings(
        &self,
        flags: SettingsLayer,
        workspace: Option<&Workspace>,
    ) -> anyhow::Result<Settings> {
        let file = match workspace {
            Some(workspace) => SettingsLayer::read(&workspace.settings_file())?,
            None => SettingsLayer::default(),
        };
        let mut layer = flags.over(file);
        if let (None, Some(workspace)) = (&layer.model, workspace) {
            layer.model = workspace.model()?;
        }
        self.use_threads(layer.threads)?;
        Ok(layer.resolve(today())?)
    }

    /// Makes the pool of worker threads; the flag wins over `setting`.
    pub fn use_threads(&self, setting: Option<usize>) -> anyhow::Result<()> {
        if let Some(threads) = self.threads.or(setting) {
            // The pool can be made once; a command that runs others keeps the first.
            let _ = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build_global();
        }
        Ok(())
    }
}

/// Today where the program runs: the default of `--as-of`, and the only look at the clock that
/// an output can depend on.
pub(super) fn today() -> Date {
    jiff::Zoned::now().date()
}

/// The latest version of every catalog in the workspace.
pub(super) fn catalogs(workspace: &Workspace) -> anyhow::Result<Vec<Catalog>> {
    let catalogs = Store::open(&workspace.database())?.catalogs()?;
    anyhow::ensure!(
        !catalogs.is_empty(),
        "the workspace {} holds no catalog; add one with `touchstone catalog add FOLDER`",
        workspace.root().display()
    );
    Ok(catalogs)
}

/// The run that was asked for, else the newest one.
pub(super) fn run_name(asked: Option<&str>, store: &Store) -> anyhow::Result<String> {
    match asked {
        Some(name) => Ok(name.to_owned()),
        None => {
            let newest = store.runs()?.pop();
            let newest = newest.context("no run yet; make one with `touchstone scan FEED`")?;
            Ok(newest.id)
        }
    }
}
