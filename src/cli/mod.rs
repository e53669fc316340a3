//! The command line: one file a command. Data goes to stdout, everything else to stderr.
// This is the one place that prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod against_feed;
mod backup;
mod bank;
mod cases;
mod catalog;
mod completions;
mod context;
mod copies;
mod decisions;
mod demo;
mod emit;
mod estimate;
mod evaluate;
mod explain;
mod export;
mod fingerprint;
mod init;
mod invent;
mod judge;
mod link;
mod output;
mod progress;
mod read;
mod reference;
mod review;
mod runs;
mod sample;
mod scan;
mod simulate;
mod sources;
mod summary;
mod timings;
mod train;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Finds counterfeit listings on a marketplace and explains each candidate for a person to decide.
#[derive(Debug, Parser)]
#[command(name = "touchstone", version, max_term_width = 100)]
struct Cli {
    /// The workspace; else the nearest folder upwards that holds touchstone.toml
    #[arg(long, global = true, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// Worker threads; all cores when absent (results do not depend on it)
    #[arg(long, global = true, value_name = "N")]
    threads: Option<usize>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a sample marketplace, scan it and report what was found, in a new folder
    Demo(demo::Args),
    /// Make a workspace
    Init(init::Args),
    /// Check, add, list and show brand owners' catalogs
    #[command(subcommand)]
    Catalog(catalog::Command),
    /// Hold a feed of listings against the catalogs and queue the takedown candidates
    Scan(scan::Args),
    /// List and show what earlier scans found
    #[command(subcommand)]
    Runs(runs::Command),
    /// List, show and export cases: sellers who act as one
    #[command(subcommand)]
    Cases(cases::Command),
    /// Show every cue of one listing with its contribution and the arithmetic
    Explain(explain::Args),
    /// Serve the review desk, where people decide, in a browser
    Review(review::Args),
    /// Manage the users of the review desk
    #[command(subcommand)]
    User(user::Command),
    /// Draft what leaves: statements of reasons, notices, evidence; from confirmed candidates only
    Export(export::Args),
    /// Import, export and verify what people decided, and what became of it
    #[command(subcommand)]
    Decisions(decisions::Command),
    /// Manage the pictures of known fakes, and the cleared ones
    #[command(subcommand)]
    Bank(bank::Command),
    /// Copy the workspace into a folder, while the desk may be open
    Backup(backup::BackupArgs),
    /// Make a workspace from a backup, after checking every file of it
    Restore(backup::RestoreArgs),
    /// Hash images: PDQ with quality, and the DCT hash
    Fingerprint(fingerprint::Args),
    /// Find copies of pictures, edited or not, among other pictures
    Copies(copies::Args),
    /// Find the rows of two product tables that are one article
    Link(link::Args),
    /// Print what is read from each listing, as NDJSON; or as a filter of Arrow streams
    Read(read::Args),
    /// Judge listings as a filter of Arrow streams, for scans on a cluster
    Judge(judge::Args),
    /// Make a run of what filters on a cluster gathered
    Emit(emit::Args),
    /// Put everything that listings are held against into one file, for scans on a cluster
    #[command(subcommand)]
    Reference(reference::Command),
    /// Train a scorecard on labelled feeds
    Train(train::Args),
    /// Hold a run against labels: precision and recall by kind
    Evaluate(evaluate::Args),
    /// Make a seeded marketplace with ground truth from catalogs
    Simulate(simulate::Args),
    /// Make catalogs of invented brands with rendered product pictures
    Invent(invent::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

/// How a command that did not fail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Everything was used.
    Done,
    /// Done, but some records were rejected or unreadable.
    Incomplete,
}

/// Runs the program; exit code 0 done, 1 failed, 2 usage, 3 done but some input could not be used.
pub fn main() -> ExitCode {
    crate::panics::silence_contained();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("TOUCHSTONE_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    match run(Cli::parse()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Incomplete) => ExitCode::from(3),
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes, each said once: most of ours say what they were caused by.
fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = cause;
        } else if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

fn run(cli: Cli) -> anyhow::Result<Outcome> {
    let context = context::Context {
        workspace: cli.workspace,
        threads: cli.threads,
    };
    match cli.command {
        Command::Demo(args) => demo::run(args, &context),
        Command::Init(args) => init::run(args),
        Command::Catalog(command) => catalog::run(command, &context),
        Command::Scan(args) => scan::run(args, &context),
        Command::Runs(command) => runs::run(command, &context),
        Command::Cases(command) => cases::run(command, &context),
        Command::Explain(args) => explain::run(args, &context),
        Command::Review(args) => review::run(args, &context),
        Command::User(command) => user::run(command, &context),
        Command::Export(args) => export::run(args, &context),
        Command::Decisions(command) => decisions::run(command, &context),
        Command::Bank(command) => bank::run(command, &context),
        Command::Backup(args) => backup::run(&args, &context),
        Command::Restore(args) => backup::run_restore(&args),
        Command::Fingerprint(args) => fingerprint::run(args, &context),
        Command::Copies(args) => copies::run(args, &context),
        Command::Link(args) => link::run(args),
        Command::Read(args) => read::run(args, &context),
        Command::Judge(args) => judge::run(&args, &context),
        Command::Emit(args) => emit::run(args, &context),
        Command::Reference(command) => reference::run(command, &context),
        Command::Train(args) => train::run(args, &context),
        Command::Evaluate(args) => evaluate::run(args, &context),
        Command::Simulate(args) => simulate::run(args, &context),
        Command::Invent(args) => invent::run(args, &context),
        Command::Completions(args) => completions::run(args),
    }
}
