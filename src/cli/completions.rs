use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: Args) -> anyhow::Result<Outcome> {
    // Into memory first: the generator panics when the reader of our output has gone.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "touchstone", &mut script);
    output::print(&String::from_utf8(script)?)?;
    Ok(Outcome::Done)
}
