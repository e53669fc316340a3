use std::path::PathBuf;

use anyhow::Context as _;

use crate::store::{Store, Verified, backup, restore};
use crate::workspace::Workspace;

use super::Outcome;
use super::context::Context;

#[derive(Debug, clap::Args)]
pub(super) struct BackupArgs {
    /// The folder, which is made and must not exist
    out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct RestoreArgs {
    /// The folder that `touchstone backup` made
    backup: PathBuf,
    /// The workspace, which is made and must not exist
    dir: PathBuf,
}

pub(super) fn run(args: &BackupArgs, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    // Against `runs prune` and scans; the desk goes on.
    let _lock = workspace.lock(&super::scan::holder())?;
    let store = Store::open(&workspace.database())?;
    let program = concat!("touchstone ", env!("CARGO_PKG_VERSION"));
    let made = backup(&workspace, &store, program, &args.out)?;
    let bytes: u64 = made.files.values().map(|file| file.bytes).sum();
    eprintln!(
        "{} files with {bytes} bytes in {}",
        made.files.len(),
        args.out.display()
    );
    Ok(Outcome::Done)
}

pub(super) fn run_restore(args: &RestoreArgs) -> anyhow::Result<Outcome> {
    let restored = restore(&args.backup, &args.dir)?;
    let workspace = Workspace::find(&args.dir)?;
    // Brings an older database up to date, and proves its log of decisions.
    let store = Store::open(&workspace.database())?;
    let entries = match store.verify_decisions()? {
        Verified::Whole { entries, .. } => entries,
        Verified::Broken { place, problem } => {
            return Err(anyhow::anyhow!("{problem}"))
                .with_context(|| format!("decision {place} of the log is not whole"));
        }
    };
    eprintln!(
        "{} files of {} restored to {}; {entries} decisions, the log is whole",
        restored.files.len(),
        restored.program,
        args.dir.display()
    );
    Ok(Outcome::Done)
}
