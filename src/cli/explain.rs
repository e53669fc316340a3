use anyhow::Context as _;

use crate::reference::Reference;
use crate::store::Store;

use super::context::{Context, catalogs};
use super::scan::SettingsFlags;
use super::{Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The listing's id
    listing: String,
    /// The run [default: the newest]
    #[arg(long, value_name = "NAME")]
    run: Option<String>,
    #[command(flatten)]
    settings: SettingsFlags,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    let runs = Store::open(&workspace.database())?.runs()?;
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
    let mut flags = args.settings;
    // The run is explained as it was made, not as of today.
    flags.as_of = flags.as_of.or(Some(run.as_of));
    let settings = context.settings(flags.into(), Some(&workspace))?;
    let reference = Reference::new(catalogs(&workspace)?);
    output::print(&crate::scan::explain(
        &folder,
        &args.listing,
        &reference,
        &settings,
    )?)?;
    Ok(Outcome::Done)
}
