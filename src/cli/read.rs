use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;

use crate::candidates::Evidence;
use crate::image::{Folder, Limits};
use crate::intake::Listings;
use crate::reference::{self, Catalog};
use crate::scan::{Engine, ReferenceFiles, Settings};

use super::Outcome;
use super::context::{Context, catalogs};
use super::scan::SettingsFlags;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The feed
    feed: PathBuf,
    /// Catalog folders to hold it against, instead of the workspace's catalogs
    #[arg(long, num_args = 1.., value_name = "DIR")]
    catalog: Vec<PathBuf>,
    #[command(flatten)]
    settings: SettingsFlags,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let (settings, catalogs, files) = if args.catalog.is_empty() {
        let workspace = context.workspace()?;
        let settings = context.settings(args.settings.into(), Some(&workspace))?;
        let files = ReferenceFiles::Kept(Evidence::below(&workspace.references()));
        (settings, catalogs(&workspace)?, files)
    } else {
        let settings = context.settings(args.settings.into(), None)?;
        let (catalogs, files) = load_all(&args.catalog, &settings)?;
        (settings, catalogs, files)
    };
    let feeds = std::slice::from_ref(&args.feed);
    let engine = Engine::new(catalogs, &settings, &files, None)?.for_feeds(feeds)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut outcome = Outcome::Done;
    let mut without_currency = 0;
    let listings = Listings::open(&args.feed, settings.chunk_rows)?;
    for batch in listings.default_currency(settings.currency) {
        let batch = batch?;
        without_currency += batch.without_currency;
        for reject in &batch.rejects {
            eprintln!(
                "{}, row {}, column {}: found {:?}, expected {}",
                reject.file, reject.row, reject.column, reject.found, reject.expected
            );
            outcome = Outcome::Incomplete;
        }
        for read in engine.read(batch.records)? {
            // As a text first: a closed pipe is to be an error of the pipe, not of JSON.
            let line = serde_json::to_string(&read.signals)?;
            writeln!(out, "{line}")?;
        }
    }
    out.flush()?;
    if let Some(remark) = super::scan::without_currency(without_currency) {
        eprintln!("{remark}");
    }
    Ok(outcome)
}

/// Loads catalog folders; also where their images are.
pub(super) fn load_all(
    folders: &[PathBuf],
    settings: &Settings,
) -> anyhow::Result<(Vec<Catalog>, ReferenceFiles)> {
    let mut catalogs = Vec::new();
    let mut images = BTreeMap::new();
    for folder in folders {
        let catalog = load(folder, &settings.limits(), settings.as_of)?;
        // A catalog without images needs no folder of them.
        if let Ok(folder) = Folder::open(&folder.join("images")) {
            images.insert(
                catalog.brand.id.clone(),
                folder.with_limits(settings.limits()),
            );
        }
        catalogs.push(catalog);
    }
    Ok((catalogs, ReferenceFiles::Folders(images)))
}

/// Loads a catalog folder; one that cannot be used is an error that says how to learn more.
pub(super) fn load(folder: &Path, limits: &Limits, as_of: Date) -> anyhow::Result<Catalog> {
    let (catalog, _) = reference::load(folder, limits, as_of)?;
    usable(catalog, folder)
}

/// The catalog that was loaded from `folder`, if it can be used.
pub(super) fn usable(catalog: Option<Catalog>, folder: &Path) -> anyhow::Result<Catalog> {
    catalog.with_context(|| {
        format!(
            "the catalog {0} cannot be used; `touchstone catalog check {0}` says why",
            folder.display()
        )
    })
}
