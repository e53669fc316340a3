use std::path::PathBuf;

use anyhow::Context as _;

use crate::reference::Reference;
use crate::scan::{Manifest, catalogs_of, explain};
use crate::store::Store;

use super::context::Context;
use super::{Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The listing's id
    listing: String,
    /// The run [default: the newest]
    #[arg(long, value_name = "NAME")]
    run: Option<String>,
    /// Where the run's model artifact is now, when it was moved
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    let store = Store::open(&workspace.database())?;
    let runs = store.runs()?;
    let run = match &args.run {
        Some(name) => runs.iter().find(|run| run.id == *name).with_context(|| {
            format!("no run {name:?}; `touchstone runs list` shows what there is")
        })?,
        None => runs
            .last()
            .context("no run yet; make one with `touchstone scan FEED`")?,
    };
    let folder = workspace
        .run(&run.id)
        .with_context(|| format!("the folder of run {:?} is gone; scan again", run.id))?;
    // The run is explained as it was made, not as one would be made now.
    let mut manifest = Manifest::read(&folder)?;
    if args.model.is_some() {
        manifest.settings.model = args.model;
    }
    // A workspace that was restored elsewhere has its models under its own folder; whether it is the run's is checked below.
    let moved = manifest
        .settings
        .model
        .as_deref()
        .filter(|path| !path.is_file());
    if let Some(name) = moved.and_then(|path| path.parent()?.file_name()) {
        let here = workspace.models().join(name).join("model.json");
        if here.is_file() {
            manifest.settings.model = Some(here);
        }
    }
    let reference = Reference::new(catalogs_of(&store, &manifest)?);
    output::print(&explain(&folder, &args.listing, &manifest, &reference)?)?;
    Ok(Outcome::Done)
}
