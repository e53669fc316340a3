use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::Context as _;

use crate::intake::Listings;
use crate::reference::{self, Catalog};
use crate::scan::{Engine, Settings};

use super::Outcome;
use super::context::{Context, catalogs};
use super::scan::SettingsFlags;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The feed
    feed: PathBuf,
    /// Catalog folders to hold it against, instead of the workspace's catalogs
    #[arg(long, value_name = "DIR")]
    catalog: Vec<PathBuf>,
    #[command(flatten)]
    settings: SettingsFlags,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let (settings, catalogs) = if args.catalog.is_empty() {
        let workspace = context.workspace()?;
        let settings = context.settings(args.settings.into(), Some(&workspace))?;
        (settings, catalogs(&workspace)?)
    } else {
        let settings = context.settings(args.settings.into(), None)?;
        let catalogs = load_all(&args.catalog, &settings)?;
        (settings, catalogs)
    };
    let engine = Engine::new(catalogs, &settings)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut outcome = Outcome::Done;
    for batch in Listings::open(&args.feed, settings.chunk_rows)? {
        let batch = batch?;
        for reject in &batch.rejects {
            eprintln!("{reject}");
            outcome = Outcome::Incomplete;
        }
        for read in engine.read(batch.records) {
            serde_json::to_writer(&mut out, &read.signals)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()?;
    Ok(outcome)
}

/// Loads catalog folders; one that cannot be used is an error that says how to learn more.
pub(super) fn load_all(folders: &[PathBuf], settings: &Settings) -> anyhow::Result<Vec<Catalog>> {
    folders
        .iter()
        .map(|folder| {
            let (catalog, _) = reference::load(folder, &settings.limits(), settings.as_of)?;
            catalog.with_context(|| {
                format!(
                    "the catalog {0} cannot be used; `touchstone catalog check {0}` says why",
                    folder.display()
                )
            })
        })
        .collect()
}
