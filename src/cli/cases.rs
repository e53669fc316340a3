use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::candidates::{Candidate, Evidence};
use crate::export;
use crate::export::cases::{Decided, Origin, Queued};
use crate::export::side_by_side::Kept;
use crate::image::{Limits, thumbnail_jpeg};
use crate::rings::Case;
use crate::scan::{Manifest, cases_of};
use crate::store::Store;
use crate::table::{Format, Writer, read_cells};
use crate::workspace::Workspace;

use super::Outcome;
use super::context::Context;
use super::output::{self, TableFormat};

/// The longer side of a picture on the page, in pixels.
const PICTURE_SIDE: u32 = 300;
/// The longer side of a candidate's picture beside its reference, in pixels.
const PAIR_SIDE: u32 = 700;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List a run's cases: sellers who act as one, by priority
    List(ListArgs),
    /// Show one case with its sellers, what ties them and their listings, as JSON
    Show(ShowArgs),
    /// Write one case as a folder for an investigator: a page, its tables and its pictures
    Export(ExportArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// The run [default: the last]
    #[arg(long)]
    run: Option<String>,
    /// The form of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
}

#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// The case, as `cases list` prints it
    case: String,
    /// The run [default: the last]
    #[arg(long)]
    run: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// The case, as `cases list` prints it
    case: String,
    /// The folder, which is made and must not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The run [default: the last]
    #[arg(long)]
    run: Option<String>,
}

pub(super) fn run(command: Command, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    match command {
        Command::List(args) => {
            let (_, _, cases) = cases(&workspace, args.run.as_deref())?;
            let mut table = output::stdout_table(args.format, export::cases::COLUMNS)?;
            for case in &cases {
                table.push(export::cases::cells(case))?;
            }
            table.finish()?;
        }
        Command::Show(args) => {
            let (_, _, case) = case(&workspace, args.run.as_deref(), &args.case)?;
            output::print(&(serde_json::to_string_pretty(&case)? + "\n"))?;
        }
        Command::Export(args) => write(&args, &workspace)?,
    }
    Ok(Outcome::Done)
}

/// A run's name, folder and cases.
fn cases(workspace: &Workspace, run: Option<&str>) -> anyhow::Result<(String, PathBuf, Vec<Case>)> {
    let name = match run {
        Some(run) => run.to_owned(),
        None => {
            let runs = Store::open(&workspace.database())?.runs()?;
            let last = runs.into_iter().next_back();
            last.context("the workspace has no runs")?.id
        }
    };
    let folder = workspace
        .run(&name)
        .with_context(|| format!("no run {name:?}; `touchstone runs list` shows what there is"))?;
    let cases = cases_of(&folder)
        .with_context(|| format!("the run {name:?} has no cases that can be read; scan again"))?;
    Ok((name, folder, cases))
}

fn case(
    workspace: &Workspace,
    run: Option<&str>,
    id: &str,
) -> anyhow::Result<(String, PathBuf, Case)> {
    let (name, folder, cases) = cases(workspace, run)?;
    let found = cases.into_iter().find(|case| case.id == id);
    let found = found.with_context(|| {
        format!("no case {id:?} in the run {name}; `touchstone cases list` shows what there is")
    })?;
    Ok((name, folder, found))
}

fn write(args: &ExportArgs, workspace: &Workspace) -> anyhow::Result<()> {
    let (name, folder, case) = case(workspace, args.run.as_deref(), &args.case)?;
    anyhow::ensure!(
        !args.out.exists(),
        "{} exists; name a new folder",
        args.out.display()
    );
    let evidence = Evidence::below(&folder.join("evidence"));
    let small = |place: &str| {
        let bytes = evidence.read(place).ok()?;
        thumbnail_jpeg(&bytes, &Limits::default(), PICTURE_SIDE).ok()
    };
    let store = Store::open(&workspace.database())?;
    let kept = Kept {
        evidence: Evidence::below(&folder.join("evidence")),
        references: Evidence::below(&workspace.references()),
        contents: store.reference_contents()?,
    };
    let pair = |candidate: &Candidate| {
        let read = kept.record(candidate);
        let pictures = kept.pictures(candidate, read.as_ref());
        pictures.smaller(&Limits::default(), PAIR_SIDE)
    };
    let manifest = Manifest::read(&folder)?;
    let origin = Origin {
        run: name,
        program: manifest.program,
        model: manifest.model,
        made_at: Some(jiff::Timestamp::now()),
    };
    let queued = queued(&store, &folder, &case)?;
    let page = export::cases::page(&case, &origin, &queued, small, pair)?;
    let pictures = args.out.join("pictures");
    std::fs::create_dir_all(&pictures)
        .with_context(|| format!("cannot make {}", pictures.display()))?;
    let keep = |name: &str, bytes: &[u8]| {
        let path = args.out.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
    };
    keep("index.html", page.as_bytes())?;
    keep(
        "case.json",
        (serde_json::to_string_pretty(&case)? + "\n").as_bytes(),
    )?;
    let shared = case
        .shared
        .iter()
        .filter_map(|thing| thing.evidence.as_deref());
    let shown = case
        .examples
        .iter()
        .filter_map(|listing| listing.evidence.as_deref());
    let places: BTreeSet<&str> = shared.chain(shown).collect();
    for place in places {
        let file = place.rsplit('/').next().unwrap_or(place);
        keep(&format!("pictures/{file}"), &evidence.read(place)?)?;
    }
    let rows = listings(args, &folder, &case)?;
    eprintln!(
        "{}: {} sellers, {rows} listings in {}",
        case.id,
        case.sellers.len(),
        args.out.join("index.html").display()
    );
    Ok(())
}

/// The run's candidates that belong to the case, in the queue's order, with what was decided on each.
fn queued(store: &Store, run: &Path, case: &Case) -> anyhow::Result<Vec<Queued>> {
    let mut candidates = Vec::new();
    export::candidates::read(&run.join("candidates.ndjson"), |candidate, _| {
        let mark = candidate.case.as_ref();
        if mark.is_some_and(|mark| mark.id == case.id) {
            candidates.push(candidate);
        }
    })?;
    let mut queued = Vec::new();
    for candidate in candidates {
        let entries = store.decisions_on(&candidate.listing_id, &candidate.brand)?;
        let undone: BTreeSet<u64> = entries
            .iter()
            .filter_map(|entry| entry.decision.undoes)
            .collect();
        let decisions = entries.into_iter().map(|entry| Decided {
            undone: undone.contains(&entry.place),
            entry: entry.hash,
            decision: entry.decision,
        });
        queued.push(Queued {
            decisions: decisions.collect(),
            candidate,
        });
    }
    Ok(queued)
}

/// Writes all listings of the case's sellers, as the run scored them.
fn listings(args: &ExportArgs, run: &Path, case: &Case) -> anyhow::Result<u64> {
    let sellers: BTreeSet<&str> = case
        .sellers
        .iter()
        .map(|one| one.seller_id.as_str())
        .collect();
    let columns = export::scores::COLUMNS;
    let mut table = Writer::create(&args.out.join("listings.csv"), Format::Csv, columns)?;
    let seller = columns.iter().position(|column| column.name == "seller_id");
    for chunk in read_cells(
        &run.join("scores.parquet"),
        Format::Parquet,
        columns,
        65_536,
    )? {
        for row in chunk? {
            let of = seller
                .and_then(|at| row.get(at))
                .and_then(|cell| cell.as_text());
            if of.is_some_and(|of| sellers.contains(of)) {
                table.push(row)?;
            }
        }
    }
    Ok(table.finish()?)
}
