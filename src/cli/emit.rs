use std::path::PathBuf;

use crate::scan::{Gathered, Opened, emit_gathered};
use crate::store::Store;

use super::context::Context;
use super::scan::{holder, new_name, take_up};
use super::summary::summary;
use super::timings::Timings;
use super::{Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder with what the filters `read --arrow` and `judge --arrow` wrote, gathered (see docs/spark.md)
    gathered: PathBuf,
    /// What listings were held against, as `reference build` made it
    #[arg(long, value_name = "FILE")]
    reference: PathBuf,
    /// What the whole feed tells, as `judge` was given it
    #[arg(long, value_name = "DIR")]
    relations: PathBuf,
    /// The folder of the listings' images, where it is not the one that the reference file names
    #[arg(long, value_name = "DIR")]
    images: Option<PathBuf>,
    /// The run's name [default: the date, with a number when taken]
    #[arg(long, value_name = "NAME")]
    run: Option<String>,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let timings = Timings::start();
    context.use_threads(None)?;
    let workspace = context.workspace()?;
    let _lock = workspace.lock(&holder())?;
    let mut store = Store::open(&workspace.database())?;
    take_up(&workspace, &mut store)?;
    let opened = Opened::open(&args.reference, args.images, None)?;
    let as_of = opened.engine.settings().as_of;
    let name = new_name(&workspace, args.run, as_of)?;
    let run = workspace.runs().join(&name);
    workspace.set_aside(&run)?;
    let gathered = Gathered {
        folder: args.gathered,
        relations: args.relations,
    };
    let manifest = emit_gathered(&opened, &gathered, &workspace, &run)?;
    let json = serde_json::to_string(&manifest)?;
    store.add_run(&name, as_of, jiff::Timestamp::now(), &json)?;
    timings.write(&run, &manifest)?;
    output::print(&summary(&manifest, &run))?;
    Ok(if manifest.complete() {
        Outcome::Done
    } else {
        Outcome::Incomplete
    })
}
