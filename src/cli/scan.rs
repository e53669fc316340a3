use std::path::PathBuf;

use anyhow::Context as _;
use jiff::civil::Date;

use crate::intake::feed_files;
use crate::scan::{Inputs, LocalFeatures, Manifest, Prior, SettingsLayer, learn};
use crate::store::Store;
use crate::workspace::{PARTIAL, Workspace};

use super::context::{Context, catalogs};
use super::summary::summary;
use super::timings::Timings;
use super::{Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The feed: CSV, NDJSON or Parquet files, folders of them, or patterns such as 'day=*/part-*.parquet'
    #[arg(required = true)]
    feed: Vec<PathBuf>,
    /// The run's name [default: the date, with a number when taken]
    #[arg(long, value_name = "NAME")]
    run: Option<String>,
    /// Read every listing and every picture again, whatever is known of them
    #[arg(long)]
    full: bool,
    /// Tell what the scan would read and cost, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    settings: SettingsFlags,
}

/// The settings that a flag can set; each has its place in touchstone.toml.
#[derive(Clone, Debug, Default, PartialEq, clap::Args)]
pub(super) struct SettingsFlags {
    /// The folder that image paths of the feed start from
    #[arg(long, value_name = "DIR")]
    pub images: Option<PathBuf>,
    /// How many candidates the reviewers can decide
    #[arg(long, value_name = "N")]
    pub capacity: Option<usize>,
    /// The least probability of a candidate, 0 to 1
    #[arg(long, value_name = "P")]
    pub threshold: Option<f64>,
    /// Listings below the threshold queued at random, to estimate what is missed
    #[arg(long, value_name = "N")]
    pub miss_check: Option<usize>,
    /// The share of candidates that may be honest, for the bound on wrong accusations
    #[arg(long, value_name = "SHARE")]
    pub wrong_share: Option<f64>,
    /// The chance that the bound is wrong
    #[arg(long, value_name = "SHARE")]
    pub doubt: Option<f64>,
    /// Listings that a reference picture may match before the run does without it
    #[arg(long, value_name = "N")]
    pub flood_limit: Option<u64>,
    /// Do not group sellers who act as one into cases
    #[arg(long)]
    pub no_cases: bool,
    /// Cut the queue where the bound holds, if it holds anywhere
    #[arg(long)]
    pub cut_by_bound: bool,
    /// The date that the run speaks of [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Date>,
    /// A folder of lexicon files instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub lexicons: Option<PathBuf>,
    /// A file of exchange rates in ECB form instead of the built-in one
    #[arg(long, value_name = "FILE")]
    pub rates: Option<PathBuf>,
    /// The currency (ISO 4217 code) of prices for which the feed names none
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Countries that the marketplace sells to (ISO 3166-1 codes, or EU): only rights that hold in one of them are cited
    #[arg(long, value_delimiter = ',', value_name = "CODE")]
    pub market: Option<Vec<String>>,
    /// Columns of a listing and what the feed calls them: title=Name,price=Preis
    #[arg(long, value_name = "COLUMN=NAME", value_delimiter = ',', value_parser = named)]
    pub columns: Vec<(String, String)>,
    /// A model artifact instead of the built-in one
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// The largest image file, in bytes
    #[arg(long, value_name = "N")]
    pub max_image_bytes: Option<u64>,
    /// The largest image, in pixels
    #[arg(long, value_name = "N")]
    pub max_image_pixels: Option<u64>,
    /// Candidates that the report shows with pictures
    #[arg(long, value_name = "N")]
    pub report_cards: Option<usize>,
    /// Whose images are searched for edited copies: crops, overlays, collages
    #[arg(long, value_name = "all|suspects|off")]
    pub local_features: Option<LocalFeatures>,
    /// Listings read at a time
    #[arg(long, value_name = "N")]
    pub chunk_rows: Option<usize>,
}

/// A column and the feed's name for it.
fn named(text: &str) -> Result<(String, String), String> {
    let (column, name) = text
        .split_once('=')
        .ok_or_else(|| "expected a column, = and the feed's name for it".to_owned())?;
    Ok((column.trim().to_owned(), name.trim().to_owned()))
}

impl From<SettingsFlags> for SettingsLayer {
    fn from(flags: SettingsFlags) -> Self {
        Self {
            capacity: flags.capacity,
            threshold: flags.threshold,
            miss_check: flags.miss_check,
            wrong_share: flags.wrong_share,
            doubt: flags.doubt,
            cut_by_bound: flags.cut_by_bound.then_some(true),
            flood_limit: flags.flood_limit,
            cases: flags.no_cases.then_some(false),
            chunk_rows: flags.chunk_rows,
            max_image_bytes: flags.max_image_bytes,
            max_image_pixels: flags.max_image_pixels,
            report_cards: flags.report_cards,
            lexicons: flags.lexicons,
            rates: flags.rates,
            model: flags.model,
            images: flags.images,
            currency: flags.currency,
            market: flags.market,
            columns: (!flags.columns.is_empty()).then(|| flags.columns.into_iter().collect()),
            as_of: flags.as_of,
            local_features: flags.local_features,
            threads: None,
            review: None,
        }
    }
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    let feeds = feed_files(&args.feed)?;
    if args.dry_run {
        let settings = context.settings(args.settings.into(), Some(&workspace))?;
        super::estimate::print(&workspace, &settings, &feeds)?;
        return Ok(Outcome::Done);
    }
    let (name, manifest) = scan(
        &workspace,
        context,
        &feeds,
        args.settings.into(),
        Request {
            name: args.run,
            full: args.full,
        },
    )?;
    let run = workspace.runs().join(&name);
    output::print(&summary(&manifest, &run))?;
    Ok(if manifest.complete() {
        Outcome::Done
    } else {
        Outcome::Incomplete
    })
}

/// What is asked of one scan beyond its settings.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    /// The run's name; the date without.
    pub name: Option<String>,
    /// Whether nothing that is known is to be used.
    pub full: bool,
}

/// Scans into a new run of the workspace; gives the run's name and manifest.
pub(super) fn scan(
    workspace: &Workspace,
    context: &Context,
    feeds: &[PathBuf],
    flags: SettingsLayer,
    request: Request,
) -> anyhow::Result<(String, Manifest)> {
    let timings = Timings::start();
    let begun = std::time::SystemTime::now();
    let _lock = workspace.lock(&holder())?;
    let settings = context.settings(flags, Some(workspace))?;
    let catalogs = catalogs(workspace)?;
    let name = new_name(workspace, request.name, settings.as_of)?;
    let mut store = Store::open(&workspace.database())?;
    take_up(workspace, &mut store)?;
    learn(workspace, &mut store, settings.as_of)?;
    let run = workspace.runs().join(&name);
    workspace.set_aside(&run)?;
    let interrupted = workspace.interrupted()?;
    let mut runs = store.runs()?.into_iter().rev();
    let last = runs.find_map(|run| workspace.run(&run.id));
    let earlier: Vec<PathBuf> = interrupted.iter().cloned().chain(last).collect();
    let inputs = Inputs {
        feeds,
        known: (!request.full).then_some(&earlier),
        catalogs,
        prior: Prior::with_queues(&store, workspace)?,
        workspace,
        begun,
    };
    let manifest = crate::scan::scan(inputs, &settings, &run, &timings)?;
    let json = serde_json::to_string(&manifest)?;
    store.add_run(&name, settings.as_of, jiff::Timestamp::now(), &json)?;
    timings.write(&run, &manifest)?;
    for left in interrupted {
        std::fs::remove_dir_all(&left).with_context(|| left.display().to_string())?;
    }
    Ok((name, manifest))
}

/// Notes runs that are whole and that the store knows nothing of: the program was killed between the two.
pub(super) fn take_up(workspace: &Workspace, store: &mut Store) -> anyhow::Result<()> {
    let known: Vec<String> = store.runs()?.into_iter().map(|run| run.id).collect();
    for name in workspace.whole_runs()? {
        if known.contains(&name) {
            continue;
        }
        let path = workspace.runs().join(&name).join("manifest.json");
        let json = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let manifest: Manifest = serde_json::from_str(&json).with_context(|| {
            format!(
                "{}: not the manifest of a run; move its folder away",
                path.display()
            )
        })?;
        store.add_run(
            &name,
            manifest.settings.as_of,
            jiff::Timestamp::now(),
            &serde_json::to_string(&manifest)?,
        )?;
    }
    Ok(())
}

/// Who works in a workspace, and since when, for others that want to.
pub(super) fn holder() -> String {
    format!(
        "process {} since {}",
        std::process::id(),
        jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC")
    )
}

/// The name of a new run: the one asked for, if it is free, else one by its date.
pub(super) fn new_name(
    workspace: &Workspace,
    name: Option<String>,
    as_of: Date,
) -> anyhow::Result<String> {
    match name {
        Some(name) => free_name(workspace, name),
        None => Ok(next_name(workspace, as_of)),
    }
}

fn free_name(workspace: &Workspace, name: String) -> anyhow::Result<String> {
    anyhow::ensure!(
        !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']),
        "{name:?} cannot name a run; use letters, digits, - and _"
    );
    // By that end an interrupted run is known, and cleared away.
    anyhow::ensure!(
        !name.ends_with(PARTIAL),
        "{name:?} cannot name a run; {PARTIAL} ends the names of interrupted ones"
    );
    anyhow::ensure!(
        !workspace.runs().join(&name).exists(),
        "the run {name:?} exists already; choose another name, or delete its folder"
    );
    Ok(name)
}

fn next_name(workspace: &Workspace, as_of: Date) -> String {
    let taken = |name: &str| workspace.runs().join(name).exists();
    let first = as_of.to_string();
    if !taken(&first) {
        return first;
    }
    (2u32..)
        .map(|number| format!("{as_of}-{number}"))
        .find(|name| !taken(name))
        .unwrap_or(first)
}
