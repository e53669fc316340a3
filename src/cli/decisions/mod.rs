mod import;
mod misses;
mod projection;

use std::path::PathBuf;

use anyhow::Context as _;

use crate::scan::learn;
use crate::store::{Entry, Store, Verified};
use crate::table::{Cell, Column, Kind};

use super::Outcome;
use super::context::{Context, today};
use super::output::{self, TableFormat};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Add decisions that were made elsewhere to the log
    Import(ImportArgs),
    /// Print the log
    Export(TableArgs),
    /// Prove that nothing in the log was changed, or name the first entry that was
    Verify(VerifyArgs),
    /// What became of confirmed decisions
    #[command(subcommand)]
    Outcomes(OutcomesCommand),
    /// How confirmed decisions fared, by brand, ground and model
    Ledger(TableArgs),
    /// What may become of a run's queue, going by what became of earlier decisions, by brand and ground
    Projection(projection::Args),
    /// How many fakes the threshold misses, going by decisions on what was drawn at random from below it
    Misses(misses::Args),
}

#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// CSV, NDJSON or Parquet with listing_id, decision, reviewer and, as known, brand, ground, reason, note, run, decided_at
    file: PathBuf,
    /// The run that the decisions are about, where a row names none [default: the newest]
    #[arg(long, value_name = "NAME")]
    run: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct TableArgs {
    /// The form of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
}

#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// A hash that was printed earlier: it must still be in the log, or the log was cut short
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum OutcomesCommand {
    /// Add outcomes: CSV, NDJSON or Parquet with listing_id, brand, outcome, day and note
    Import {
        /// The file
        file: PathBuf,
    },
}

pub(super) fn run(command: Command, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    let mut store = Store::open(&workspace.database())?;
    match command {
        Command::Import(args) => {
            let read = import::decisions(&args.file, args.run.as_deref(), &workspace, &store)?;
            let appended = store.append_decisions(&read.records)?;
            let learned = learn(&workspace, &mut store, today())?;
            eprintln!(
                "{} decisions added, {} known before, {} rows rejected; banks: {} known fakes and {} cleared pictures added",
                appended.new, appended.known, read.rejected, learned.known_fakes, learned.cleared
            );
            Ok(read.outcome())
        }
        Command::Outcomes(OutcomesCommand::Import { file }) => {
            let read = import::outcomes(&file, &store)?;
            let new = store.add_outcomes(&read.records)?;
            eprintln!(
                "{new} outcomes added, {} known before, {} rows rejected",
                read.records.len() as u64 - new,
                read.rejected
            );
            Ok(read.outcome())
        }
        Command::Export(args) => export(&store, args.format),
        Command::Verify(args) => verify(&store, args.head.as_deref()),
        Command::Ledger(args) => ledger(&store, args.format),
        Command::Projection(args) => projection::run(&args, &workspace, &store),
        Command::Misses(args) => misses::run(&args, &workspace, &store),
    }
}

fn verify(store: &Store, noted: Option<&str>) -> anyhow::Result<Outcome> {
    match store.verify_decisions()? {
        Verified::Whole { entries, head } => {
            if let Some(noted) = noted {
                anyhow::ensure!(
                    store.holds_decision(noted)?,
                    "no entry has the hash {noted}: the log was cut short, or is another one"
                );
            }
            output::print(&format!("{entries} decisions, whole; head {head}\n"))?;
            Ok(Outcome::Done)
        }
        Verified::Broken { place, problem } => {
            anyhow::bail!("the log is broken at entry {place}: {problem}")
        }
    }
}

const ENTRY_COLUMNS: &[Column] = &[
    Column::new("place", Kind::Int),
    Column::new("decided_at", Kind::Text),
    Column::new("listing_id", Kind::Text),
    Column::new("brand", Kind::Text),
    Column::new("seller_id", Kind::Text),
    Column::new("run", Kind::Text),
    Column::new("decision", Kind::Text),
    Column::new("ground", Kind::Text),
    Column::new("reason", Kind::Text),
    Column::new("note", Kind::Text),
    Column::new("reviewer", Kind::Text),
    Column::new("undoes", Kind::Int),
    Column::new("awaits_second", Kind::Bool),
    Column::new("probability", Kind::Float),
    Column::new("model", Kind::Text),
    Column::new("content", Kind::Text),
    Column::new("price", Kind::Text),
    Column::new("previous", Kind::Text),
    Column::new("hash", Kind::Text),
];

fn export(store: &Store, format: TableFormat) -> anyhow::Result<Outcome> {
    let mut table = output::stdout_table(format, ENTRY_COLUMNS)?;
    store.each_decision::<anyhow::Error>(|entry| Ok(table.push(cells(entry))?))?;
    table.finish()?;
    Ok(Outcome::Done)
}

fn cells(entry: Entry) -> Vec<Cell> {
    let decision = entry.decision;
    let text = |text: String| (!text.is_empty()).then_some(text).into();
    let content = decision.content;
    vec![
        entry.place.into(),
        decision.decided_at.to_string().into(),
        decision.listing_id.as_str().into(),
        decision.brand.as_str().into(),
        text(decision.seller_id.to_string()),
        text(decision.run),
        decision.kind.as_str().into(),
        decision.ground.map(|ground| ground.as_str()).into(),
        text(decision.reason),
        text(decision.note),
        text(decision.reviewer),
        decision.undoes.into(),
        decision.awaits_second.into(),
        decision.probability.into(),
        text(decision.model),
        content
            .as_ref()
            .map(|content| content.key.to_string())
            .into(),
        content
            .and_then(|content| content.price)
            .map(|price| price.to_string())
            .into(),
        entry.previous.into(),
        entry.hash.into(),
    ]
}

const LEDGER_COLUMNS: &[Column] = &[
    Column::new("brand", Kind::Text),
    Column::new("ground", Kind::Text),
    Column::new("model", Kind::Text),
    Column::new("confirmed", Kind::Int),
    Column::new("answered", Kind::Int),
    Column::new("upheld", Kind::Int),
    Column::new("rejected", Kind::Int),
    Column::new("countered", Kind::Int),
    Column::new("appealed", Kind::Int),
    Column::new("share_stood", Kind::Float),
    Column::new("share_countered", Kind::Float),
];

fn ledger(store: &Store, format: TableFormat) -> anyhow::Result<Outcome> {
    let mut table = output::stdout_table(format, LEDGER_COLUMNS)?;
    for row in store.ledger().context("the ledger cannot be made")? {
        table.push(vec![
            row.brand.into(),
            row.ground.into(),
            row.model.into(),
            row.confirmed.into(),
            row.answered.into(),
            row.upheld.into(),
            row.rejected.into(),
            row.countered.into(),
            row.appealed.into(),
            row.stood.into(),
            row.share_countered.into(),
        ])?;
    }
    table.finish()?;
    Ok(Outcome::Done)
}
