use std::path::PathBuf;

use anyhow::Context as _;

use crate::intake::Labels;
use crate::scan::{Evaluation, evaluate};

use super::context::Context;
use super::{Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run's name, as `runs list` prints it
    run: String,
    /// The labels: listing_id, label (fake or genuine), kind
    #[arg(long, value_name = "FILE")]
    truth: PathBuf,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    let run = workspace.run(&args.run).with_context(|| {
        format!(
            "no run {:?}; `touchstone runs list` shows what there is",
            args.run
        )
    })?;
    let evaluation = evaluate(&run, &Labels::read(&args.truth)?)?;
    output::print(&table(&evaluation))?;
    Ok(Outcome::Done)
}

/// Precision and recall in one line.
pub(super) fn headline(evaluation: &Evaluation) -> String {
    let not_scanned = match evaluation.fakes_not_scanned {
        0 => String::new(),
        count => format!("; {count} were not scanned"),
    };
    format!(
        "precision {} ({} of {} candidates are fakes), recall {} ({} of {} fakes are candidates{not_scanned})",
        percent(evaluation.precision()),
        evaluation.true_positives,
        evaluation.true_positives + evaluation.false_positives,
        percent(evaluation.recall()),
        evaluation.true_positives,
        evaluation.true_positives + evaluation.false_negatives,
    )
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(
        || "unknown".to_owned(),
        |share| format!("{:.1} %", share * 100.0),
    )
}

/// One line a kind: fakes with their recall, honest listings with the share wrongly queued.
fn table(evaluation: &Evaluation) -> String {
    let mut lines = vec![headline(evaluation)];
    for (fake, heading) in [(true, "fakes found"), (false, "honest listings flagged")] {
        lines.push(String::new());
        lines.push(format!(
            "{heading:<26}{:>9} {:>10} {:>8}  most are not because",
            "listings", "candidates", "share"
        ));
        for (kind, row) in evaluation.kinds.iter().filter(|(_, row)| row.fake == fake) {
            let share = row.candidates as f64 / row.listings as f64 * 100.0;
            let why = row.why_not.iter().max_by_key(|(_, count)| **count);
            let why = why.map_or_else(String::new, |(reason, count)| format!("{reason} ({count})"));
            lines.push(format!(
                "  {kind:<24}{:>9} {:>10} {share:>7.2}%  {why}",
                row.listings, row.candidates
            ));
        }
    }
    if evaluation.unlabelled > 0 {
        lines.push(format!(
            "\n{} scored listings have no label",
            evaluation.unlabelled
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}
