use std::path::{Path, PathBuf};

use crate::workspace::Workspace;

use super::Outcome;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder; made when absent
    #[arg(default_value = ".")]
    dir: PathBuf,
}

/// The settings file of a new workspace: every setting with its meaning, all at their defaults.
const SETTINGS: &str = include_str!("touchstone.toml");

pub(super) fn run(args: Args) -> anyhow::Result<Outcome> {
    create(&args.dir)?;
    eprintln!("made a workspace in {}", args.dir.display());
    eprintln!("next: touchstone catalog check FOLDER, then touchstone catalog add FOLDER");
    Ok(Outcome::Done)
}

pub(super) fn create(dir: &Path) -> anyhow::Result<Workspace> {
    Ok(Workspace::create(dir, SETTINGS)?)
}
