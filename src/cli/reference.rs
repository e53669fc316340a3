use std::path::PathBuf;

use crate::candidates::Evidence;
use crate::scan::{
    CatalogFacts, Opened, Prior, PriorFacts, ReferenceFiles, Settings, build_reference, learn, past,
};
use crate::store::{FingerprintCache, Store};

use super::context::{Context, catalogs};
use super::read::load_all;
use super::scan::{SettingsFlags, holder};
use super::{Outcome, output};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Put everything that listings are held against into one file
    Build(Box<Build>),
    /// Print what such a file holds, as JSON
    Show(Show),
}

#[derive(Debug, clap::Args)]
pub(super) struct Build {
    /// Catalog folders, instead of the workspace's catalogs, banks and decisions
    #[arg(long, num_args = 1.., value_name = "DIR")]
    catalog: Vec<PathBuf>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    settings: SettingsFlags,
}

#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// The file
    file: PathBuf,
}

/// What `show` prints, as the keys of a run's manifest; `content` is the hash of the file's content.
#[derive(serde::Serialize)]
struct Shown<'a> {
    content: String,
    model: String,
    settings: &'a Settings,
    catalogs: &'a [CatalogFacts],
    prior: &'a PriorFacts,
}

pub(super) fn run(command: Command, context: &Context) -> anyhow::Result<Outcome> {
    match command {
        Command::Build(args) => build(args, context),
        Command::Show(args) => show(&args, context),
    }
}

fn build(args: Box<Build>, context: &Context) -> anyhow::Result<Outcome> {
    let flags = args.settings.into();
    if !args.catalog.is_empty() {
        let settings = context.settings(flags, None)?;
        let (catalogs, files) = load_all(&args.catalog, &settings)?;
        let alone = (Prior::default(), None);
        build_reference(catalogs, &settings, &files, None, alone, &args.out)?;
        return Ok(Outcome::Done);
    }
    let workspace = context.workspace()?;
    let _lock = workspace.lock(&holder())?;
    let settings = context.settings(flags, Some(&workspace))?;
    let catalogs = catalogs(&workspace)?;
    let mut store = Store::open(&workspace.database())?;
    learn(&workspace, &mut store, settings.as_of)?;
    let prior = Prior::with_queues(&store, &workspace)?;
    let files = ReferenceFiles::Kept(Evidence::below(&workspace.references()));
    let cache = FingerprintCache::open(&workspace.fingerprints())?;
    let earlier = (prior, past(&workspace.runs(), settings.as_of));
    build_reference(
        catalogs,
        &settings,
        &files,
        Some(&cache),
        earlier,
        &args.out,
    )?;
    Ok(Outcome::Done)
}

fn show(args: &Show, context: &Context) -> anyhow::Result<Outcome> {
    context.use_threads(None)?;
    let opened = Opened::open(&args.file, None, None)?;
    let shown = Shown {
        content: opened.version.to_string(),
        model: opened.model.version()?.to_string(),
        settings: opened.engine.settings(),
        catalogs: &opened.catalogs,
        prior: &opened.prior,
    };
    output::print(&serde_json::to_string_pretty(&shown)?)?;
    Ok(Outcome::Done)
}
