use anyhow::Context as _;

use crate::store::Store;
use crate::table::{Column, Kind};

use super::Outcome;
use super::context::Context;
use super::output::{self, TableFormat};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the runs of the workspace
    List(ListArgs),
    /// Show one run's manifest
    Show(ShowArgs),
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

const COLUMNS: &[Column] = &[
    Column {
        name: "run",
        kind: Kind::Text,
    },
    Column {
        name: "as_of",
        kind: Kind::Text,
    },
    Column {
        name: "rows",
        kind: Kind::Int,
    },
    Column {
        name: "rejected",
        kind: Kind::Int,
    },
    Column {
        name: "images",
        kind: Kind::Int,
    },
    Column {
        name: "eligible",
        kind: Kind::Int,
    },
    Column {
        name: "queued",
        kind: Kind::Int,
    },
];

pub(super) fn run(command: Command, context: &Context) -> anyhow::Result<Outcome> {
    match command {
        Command::List(args) => list(&args, context),
        Command::Show(args) => show(&args, context),
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
    let workspace = context.workspace()?;
    let folder = workspace.run(&args.run).with_context(|| {
        format!(
            "no run {:?}; `touchstone runs list` shows what there is",
            args.run
        )
    })?;
    let path = folder.join("manifest.json");
    let manifest = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    output::print(&manifest)?;
    Ok(Outcome::Done)
}
