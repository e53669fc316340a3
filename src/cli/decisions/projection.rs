//! What may become of a run's queue, before anything of it is sent.

use std::collections::BTreeSet;

use anyhow::Context as _;

use crate::candidates::decision::{Projection, Share};
use crate::candidates::{DecisionKind, Ground, Purpose};
use crate::export;
use crate::record::{BrandId, ListingId};
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
    Column::new("brand", Kind::Text),
    Column::new("ground", Kind::Text),
    Column::new("candidates", Kind::Int),
    Column::new("basis", Kind::Text),
    Column::new("answered", Kind::Int),
    Column::new("stands", Kind::Float),
    Column::new("stands_low", Kind::Float),
    Column::new("stands_high", Kind::Float),
    Column::new("countered", Kind::Float),
    Column::new("countered_low", Kind::Float),
    Column::new("countered_high", Kind::Float),
];

pub(super) fn run(args: &Args, workspace: &Workspace, store: &Store) -> anyhow::Result<Outcome> {
    let name = run_name(args.run.as_deref(), store)?;
    let queue = open_queue(&name, workspace, store)?;
    let queue = queue.iter().map(|(brand, ground)| (brand, *ground));
    let mut table = output::stdout_table(args.format, COLUMNS)?;
    let projection = Projection::of(&store.fates()?, queue);
    for row in projection.iter().flat_map(|projection| &projection.rows) {
        let mut cells: Vec<Cell> = vec![
            row.brand.as_str().into(),
            row.ground.as_str().into(),
            row.candidates.into(),
            row.basis.map(|basis| basis.as_str()).into(),
            row.answered.into(),
        ];
        let share = |share: Option<Share>| -> [Cell; 3] {
            let part = |part: fn(Share) -> f64| share.map(part).into();
            [
                part(|one| one.value),
                part(|one| one.low),
                part(|one| one.high),
            ]
        };
        cells.extend(share(row.stands));
        cells.extend(share(row.countered));
        table.push(cells)?;
    }
    table.finish()?;
    match projection {
        Some(projection) => eprintln!("{}", projection.sentence()),
        None => eprintln!(
            "nothing to go by: the queue is empty, or no outcome is known; add some with `touchstone decisions outcomes import`"
        ),
    }
    Ok(Outcome::Done)
}

/// The candidates of a run that nobody cleared, by brand and ground.
fn open_queue(
    name: &str,
    workspace: &Workspace,
    store: &Store,
) -> anyhow::Result<Vec<(BrandId, Ground)>> {
    let folder = workspace
        .run(name)
        .with_context(|| format!("no run {name:?}; `touchstone runs list` shows what there is"))?;
    let standing = store.standing_decisions()?.into_iter();
    let cleared: BTreeSet<(ListingId, BrandId)> = standing
        .map(|entry| entry.decision)
        .filter(|decision| decision.kind == DecisionKind::Clear)
        .map(|decision| (decision.listing_id, decision.brand))
        .collect();
    let mut queue = Vec::new();
    export::candidates::read(&folder.join("candidates.ndjson"), |candidate, _| {
        let key = (candidate.listing_id, candidate.brand);
        if candidate.purpose == Purpose::Candidate && !cleared.contains(&key) {
            queue.push((key.1, candidate.ground));
        }
    })?;
    Ok(queue)
}
