use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;

use crate::candidates::Evidence;
use crate::image::{Folder, Limits};
use crate::intake::{ColumnNames, Listings};
use crate::reference::{self, Catalog};
use crate::scan::{
    Engine, Opened, ReferenceFiles, Settings, image_columns, names_stream, read_stream,
    shared_names,
};
use crate::store::FingerprintCache;

use super::Outcome;
use super::context::{Context, catalogs};
use super::scan::SettingsFlags;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The feed
    #[arg(required_unless_present = "arrow")]
    feed: Option<PathBuf>,
    /// Take the feed's rows as an Arrow IPC stream on stdin, and answer with one on stdout
    #[arg(long, conflicts_with = "feed")]
    arrow: bool,
    /// Of a stream: what to hold it against, with its settings, as `reference build` made it
    #[arg(
        long,
        value_name = "FILE",
        requires = "arrow",
        conflicts_with = "catalog"
    )]
    reference: Option<PathBuf>,
    /// Of a stream: a file that keeps what was found out about pictures, for all processes of this host
    #[arg(long, value_name = "FILE", requires = "reference")]
    cache: Option<PathBuf>,
    /// Of a stream: only list its image addresses by the file names that they end in
    #[arg(long, requires = "arrow")]
    names: bool,
    /// Of a stream: only name its columns that hold images, the main one first, as JSON
    #[arg(long, requires = "arrow", conflicts_with = "names")]
    image_columns: bool,
    /// Of a stream: a table of the file names that several image addresses of the whole feed share
    #[arg(long, value_name = "DIR", requires = "arrow")]
    shared_names: Option<PathBuf>,
    /// Catalog folders to hold it against, instead of the workspace's catalogs
    #[arg(long, num_args = 1.., value_name = "DIR")]
    catalog: Vec<PathBuf>,
    #[command(flatten)]
    settings: SettingsFlags,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    match &args.feed {
        Some(feed) => read(feed, &args, context),
        None => filter(&args, context),
    }
}

/// READ as a filter of Arrow streams.
fn filter(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let (input, out) = (Box::new(std::io::stdin()), Box::new(std::io::stdout()));
    if args.names || args.image_columns {
        let columns: BTreeMap<_, _> = args.settings.columns.iter().cloned().collect();
        let columns = ColumnNames::new(columns)?;
        if args.names {
            names_stream(&columns, input, out)?;
        } else {
            super::output::print(&serde_json::to_string(&image_columns(&columns, input)?)?)?;
        }
        return Ok(Outcome::Done);
    }
    let mut engine = match &args.reference {
        Some(file) => {
            context.use_threads(None)?;
            let mut flags = args.settings.clone();
            let images = flags.images.take();
            anyhow::ensure!(
                flags == SettingsFlags::default(),
                "the settings are those of the file {}; only --images goes with --reference",
                file.display()
            );
            let cache = args.cache.as_deref().map(FingerprintCache::open);
            Opened::open(file, images, cache.transpose()?)?.engine
        }
        None => engine(args, context)?,
    };
    if let Some(table) = &args.shared_names {
        engine = engine.with_shared_names(shared_names(table)?);
    }
    read_stream(&engine, input, out)?;
    Ok(Outcome::Done)
}

/// What the workspace, or the catalogs named, hold listings against.
fn engine(args: &Args, context: &Context) -> anyhow::Result<Engine> {
    let flags = args.settings.clone().into();
    let (settings, catalogs, files) = if args.catalog.is_empty() {
        let workspace = context.workspace()?;
        let settings = context.settings(flags, Some(&workspace))?;
        let files = ReferenceFiles::Kept(Evidence::below(&workspace.references()));
        (settings, catalogs(&workspace)?, files)
    } else {
        let settings = context.settings(flags, None)?;
        let (catalogs, files) = load_all(&args.catalog, &settings)?;
        (settings, catalogs, files)
    };
    Ok(Engine::new(catalogs, &settings, &files, None)?)
}

fn read(feed: &Path, args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let engine = engine(args, context)?.for_feeds(&[feed.to_owned()])?;
    let settings = engine.settings();
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut outcome = Outcome::Done;
    let mut without_currency = 0;
    let listings = Listings::open_named(feed, settings.chunk_rows, &settings.columns)?;
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
    if let Some(remark) = super::summary::without_currency(without_currency) {
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
