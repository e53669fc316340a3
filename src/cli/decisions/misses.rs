//! What the threshold misses, going by the listings that were drawn from below it.

use anyhow::Context as _;

use crate::candidates::{Missed, Slice};
use crate::scan::{Manifest, WorkedRun, slices_of};
use crate::store::Store;
use crate::table::{Cell, Column, Kind};
use crate::workspace::Workspace;

use super::super::Outcome;
use super::super::context::run_name;
use super::super::output::{self, TableFormat};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The run [default: the newest]
    #[arg(long, value_name = "NAME")]
    run: Option<String>,
    /// The form of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
}

const COLUMNS: &[Column] = &[
    Column::new("run", Kind::Text),
    Column::new("below", Kind::Int),
    Column::new("drawn", Kind::Int),
    Column::new("confirmed", Kind::Int),
    Column::new("cleared", Kind::Int),
    Column::new("share", Kind::Float),
    Column::new("share_low", Kind::Float),
    Column::new("share_high", Kind::Float),
    Column::new("missed", Kind::Int),
    Column::new("missed_low", Kind::Int),
    Column::new("missed_high", Kind::Int),
];

/// A row for each run that the model of the asked one cut at the same threshold; the sum goes to stderr.
pub(super) fn run(args: &Args, workspace: &Workspace, store: &Store) -> anyhow::Result<Outcome> {
    let name = run_name(args.run.as_deref(), store)?;
    let folder = workspace
        .run(&name)
        .with_context(|| format!("no run {name:?}; `touchstone runs list` shows what there is"))?;
    let manifest = Manifest::read(&folder)?;
    let cut = manifest.cut.as_ref().map(|cut| cut.threshold);
    let threshold = cut.unwrap_or(manifest.settings.threshold);
    let runs = WorkedRun::of_all(workspace, store)?;
    let slices = slices_of(&runs, &manifest.model, threshold);
    let mut table = output::stdout_table(args.format, COLUMNS)?;
    let alike = runs
        .iter()
        .filter(|run| run.is_cut_like(&manifest.model, threshold));
    for run in alike {
        table.push(cells(&run.run, run.slice))?;
    }
    table.finish()?;
    let below = manifest.candidates.below_threshold_covered;
    match Missed::of(&slices, below) {
        Some(missed) => eprintln!("{}", missed.sentence()),
        None => eprintln!(
            "nothing to go by: no listing that was drawn from below this threshold is decided; they are the last ones of each queue"
        ),
    }
    Ok(Outcome::Done)
}

fn cells(run: &str, slice: Slice) -> Vec<Cell> {
    let missed = Missed::of(&[slice], slice.below);
    let share = missed.map(|missed| missed.share);
    let [number, low, high] = match missed {
        Some(missed) => missed.number().map(Some),
        None => [None; 3],
    };
    vec![
        run.into(),
        slice.below.into(),
        slice.drawn.into(),
        slice.confirmed.into(),
        slice.cleared.into(),
        share.map(|share| share.value).into(),
        share.map(|share| share.low).into(),
        share.map(|share| share.high).into(),
        number.into(),
        low.into(),
        high.into(),
    ]
}
