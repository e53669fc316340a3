use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::scan::{Change, ChangeKind, diff};
use crate::store::Store;
use crate::table::{Cell, Column, Kind};
use crate::workspace::Workspace;

use super::Outcome;
use super::context::Context;
use super::output::{self, TableFormat};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the runs of the workspace
    List(ListArgs),
    /// Show one run's manifest
    Show(ShowArgs),
    /// Tell what changed from one run's queue to another's
    Diff(DiffArgs),
    /// Delete old runs, and what interrupted ones left
    Prune(PruneArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// The form of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
}

#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// The run's name
    run: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct DiffArgs {
    /// The earlier run's name
    earlier: String,
    /// The later one's [default: the last run]
    later: Option<String>,
    /// Also those whose score did not change
    #[arg(long)]
    all: bool,
    /// The form of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
}

#[derive(Debug, clap::Args)]
pub(super) struct PruneArgs {
    /// The number of runs, the last ones, that stay; at least one, from which the next scan knows what is not new
    #[arg(long, value_name = "RUNS", value_parser = clap::value_parser!(u32).range(1..))]
    keep: u32,
    /// Delete only the signals that `explain` reads, most of a run's size; queue, evidence and report stay
    #[arg(long)]
    signals_only: bool,
    /// Say what would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

const COLUMNS: &[Column] = &[
    Column::new("run", Kind::Text),
    Column::new("as_of", Kind::Text),
    Column::new("rows", Kind::Int),
    Column::new("rejected", Kind::Int),
    Column::new("images", Kind::Int),
    Column::new("eligible", Kind::Int),
    Column::new("queued", Kind::Int),
];

const DIFF_COLUMNS: &[Column] = &[
    Column::new("change", Kind::Text),
    Column::new("listing_id", Kind::Text),
    Column::new("seller_id", Kind::Text),
    Column::new("brand", Kind::Text),
    Column::new("title", Kind::Text),
    Column::new("why", Kind::Text),
    Column::new("rank_before", Kind::Int),
    Column::new("rank", Kind::Int),
    Column::new("probability_before", Kind::Float),
    Column::new("probability", Kind::Float),
    Column::new("cue", Kind::Text),
    Column::new("cue_change", Kind::Float),
    Column::new("again", Kind::Text),
];

pub(super) fn run(command: Command, context: &Context) -> anyhow::Result<Outcome> {
    match command {
        Command::List(args) => list(&args, context),
        Command::Show(args) => show(&args, context),
        Command::Diff(args) => compare(&args, context),
        Command::Prune(args) => prune(&args, context),
    }
}

fn list(args: &ListArgs, context: &Context) -> anyhow::Result<Outcome> {
    let store = Store::open(&context.workspace()?.database())?;
    let mut table = output::stdout_table(args.format, COLUMNS)?;
    for run in store.runs()? {
        let manifest: serde_json::Value = serde_json::from_str(&run.manifest)
            .with_context(|| format!("the manifest of run {} does not read", run.id))?;
        let count = |pointer: &str| {
            manifest
                .pointer(pointer)
                .and_then(serde_json::Value::as_i64)
        };
        table.push(vec![
            run.id.as_str().into(),
            run.as_of.to_string().into(),
            count("/listings/rows").into(),
            count("/listings/rejected").into(),
            count("/images/seen").into(),
            count("/candidates/eligible").into(),
            count("/candidates/queued").into(),
        ])?;
    }
    table.finish()?;
    Ok(Outcome::Done)
}

fn show(args: &ShowArgs, context: &Context) -> anyhow::Result<Outcome> {
    let folder = folder(&context.workspace()?, &args.run)?;
    let path = folder.join("manifest.json");
    let manifest = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    output::print(&manifest)?;
    Ok(Outcome::Done)
}

/// The folder of the run of that name.
fn folder(workspace: &Workspace, run: &str) -> anyhow::Result<PathBuf> {
    let found = workspace.run(run);
    found.with_context(|| format!("no run {run:?}; `touchstone runs list` shows what there is"))
}

fn compare(args: &DiffArgs, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    let last = || -> anyhow::Result<String> {
        let runs = Store::open(&workspace.database())?.runs()?;
        let last = runs.into_iter().next_back();
        Ok(last.context("the workspace has no runs")?.id)
    };
    let later = args.later.clone().map_or_else(last, Ok)?;
    let changes = diff(
        &folder(&workspace, &args.earlier)?,
        &folder(&workspace, &later)?,
    )?;
    let mut sums: BTreeMap<ChangeKind, u64> = BTreeMap::new();
    let mut table = output::stdout_table(args.format, DIFF_COLUMNS)?;
    for change in changes {
        *sums.entry(change.kind).or_default() += 1;
        if args.all || change.kind != ChangeKind::Same {
            table.push(cells(&change))?;
        }
    }
    table.finish()?;
    let sums: Vec<String> = sums
        .iter()
        .map(|(kind, count)| format!("{count} {}", kind.as_str()))
        .collect();
    eprintln!("{} to {later}: {}", args.earlier, sums.join(", "));
    Ok(Outcome::Done)
}

fn cells(change: &Change) -> Vec<Cell> {
    let candidate = &change.candidate;
    let [rank_before, rank] = change.ranks;
    let [probability_before, probability] = change.probabilities;
    let again = change.again.as_ref().map(|again| {
        let seller = if again.same_seller {
            "the same seller"
        } else {
            "another seller"
        };
        format!("{} of {seller}, by its {}", again.listing_id, again.by)
    });
    vec![
        change.kind.as_str().into(),
        candidate.listing_id.as_str().into(),
        candidate.seller_id.as_str().into(),
        candidate.brand.as_str().into(),
        candidate.title.as_str().into(),
        (!change.why.is_empty()).then(|| change.why.clone()).into(),
        rank_before.map(|rank| rank as i64).into(),
        rank.map(|rank| rank as i64).into(),
        probability_before.into(),
        probability.into(),
        change.cue.as_ref().map(|(cue, _)| cue.clone()).into(),
        change.cue.as_ref().map(|(_, by)| *by).into(),
        again.into(),
    ]
}

fn prune(args: &PruneArgs, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    // A scan under way writes a folder that would look like one left behind.
    let _lock = workspace.lock(&super::scan::holder())?;
    let mut store = Store::open(&workspace.database())?;
    let runs = store.runs()?;
    let kept = usize::try_from(args.keep).unwrap_or(usize::MAX);
    let old = &runs[..runs.len().saturating_sub(kept)];
    let mut doomed: Vec<(PathBuf, Option<&str>)> = Vec::new();
    for run in old {
        let folder = workspace.runs().join(&run.id);
        if args.signals_only {
            doomed.push((folder.join("signals"), None));
        } else {
            doomed.push((folder, Some(&run.id)));
        }
    }
    doomed.extend(
        workspace
            .interrupted()?
            .into_iter()
            .map(|path| (path, None)),
    );
    doomed.retain(|(path, run)| run.is_some() || path.exists());
    for (path, run) in &doomed {
        output::print(&format!("{}\n", path.display()))?;
        if args.dry_run {
            continue;
        }
        if path.exists() {
            std::fs::remove_dir_all(path)
                .with_context(|| format!("cannot delete {}", path.display()))?;
        }
        // After its files: what is interrupted here is found again by the next call.
        if let Some(run) = run {
            store.remove_run(run)?;
        }
    }
    let done = if args.dry_run {
        "would be deleted"
    } else {
        "deleted"
    };
    eprintln!("{} folders {done}", doomed.len());
    Ok(Outcome::Done)
}
