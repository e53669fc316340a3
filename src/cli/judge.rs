use std::path::PathBuf;

use crate::scan::{Opened, judge_stream, relations};

use super::Outcome;
use super::context::Context;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Take an Arrow IPC stream of listings, as `read --arrow` wrote them, on stdin, and answer on stdout
    #[arg(long, required = true)]
    arrow: bool,
    /// What listings are held against, as `reference build` made it
    #[arg(long, value_name = "FILE")]
    reference: PathBuf,
    /// What the whole feed tells: a folder with the tables sellers, images, products, offers and matches
    #[arg(long, value_name = "DIR")]
    relations: PathBuf,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    context.use_threads(None)?;
    // Pictures were looked at by READ.
    let opened = Opened::without_images(&args.reference)?;
    let grouped = relations(&args.relations, &opened)?;
    judge_stream(
        &opened,
        &grouped.related,
        Box::new(std::io::stdin()),
        Box::new(std::io::stdout()),
    )?;
    Ok(Outcome::Done)
}
