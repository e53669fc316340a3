use std::path::PathBuf;

use anyhow::Context as _;

use crate::export::assessment::{About, Page, write_rows};
use crate::intake::Labels;
use crate::model::assess::{self, Assessment, Estimate, FIGURES};
use crate::scan::{Evaluation, Manifest, evaluate, outcomes};
use crate::table::Format;

use super::context::Context;
use super::{Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run's name, as `runs list` prints it
    run: String,
    /// The labels: listing_id, label (fake or genuine), kind
    #[arg(long, value_name = "FILE")]
    truth: PathBuf,
    /// A folder for the model card (HTML and Markdown), its plots and its figures as JSON
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// A file with one row a labelled listing (.csv, .ndjson or .parquet)
    #[arg(long, value_name = "FILE")]
    listings: Option<PathBuf>,
    /// How often sellers are drawn again for the intervals
    #[arg(long, value_name = "N", default_value_t = 500)]
    repeats: usize,
    /// Seed of these draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    let run = workspace.run(&args.run).with_context(|| {
        format!(
            "no run {:?}; `touchstone runs list` shows what there is",
            args.run
        )
    })?;
    let labels = Labels::read(&args.truth)?;
    let manifest = Manifest::read(&run)?;
    let evaluation = evaluate(&run, &labels)?;
    let outcomes = outcomes(&run, &manifest, &labels)?;
    let settings = assess::Settings {
        repeats: args.repeats,
        seed: args.seed,
        promise: manifest.settings.promise,
    };
    let assessment = Assessment::of(&outcomes.scored, settings);
    if let Some(path) = &args.listings {
        let format = Format::of_path(path).with_context(|| {
            format!(
                "{}: expected a file that ends in .csv, .ndjson or .parquet",
                path.display()
            )
        })?;
        write_rows(path, format, &outcomes.scored)?;
    }
    if let Some(folder) = &args.out {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let truth = args.truth.file_name().unwrap_or_default();
        let about = About {
            run: args.run.clone(),
            as_of: manifest.as_of.to_string(),
            model: manifest.model.clone(),
            truth: truth.to_string_lossy().into_owned(),
            threshold: manifest
                .cut
                .as_ref()
                .map_or(manifest.settings.threshold, |cut| cut.threshold),
            capacity: manifest.settings.capacity as u64,
            not_scanned: outcomes.fakes_not_scanned,
        };
        Page::new(&about, &assessment).write(&assessment, folder)?;
    }
    output::print(&(table(&evaluation) + &figures(&assessment)))?;
    Ok(Outcome::Done)
}

/// The figures with their intervals, the bound, and who is flagged wrongly.
fn figures(assessment: &Assessment) -> String {
    let number =
        |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"));
    let interval = |estimate: &Estimate| {
        let bounds = estimate.interval;
        bounds.map_or_else(String::new, |(low, high)| format!("{low:.3} to {high:.3}"))
    };
    let mut lines = vec![format!(
        "\n{:<42}{:>8}  95 % interval, sellers drawn again",
        "figure", "value"
    )];
    for (figure, estimate) in FIGURES.iter().zip(&assessment.figures) {
        lines.push(format!(
            "  {:<40}{:>8}  {}",
            figure.name,
            number(estimate.value),
            interval(estimate)
        ));
    }
    lines.push(String::new());
    lines.push(assessment.bound.sentence(assessment.settings.promise));
    lines.push(format!(
        "\n{:<54}{:>9} {:>9}  {:<18} {:>7}",
        "honest listings flagged", "theirs", "others'", "difference", "p"
    ));
    for rate in &assessment.wrongful {
        let share = |side: usize| match rate.honest[side] {
            0 => "-".to_owned(),
            honest => format!("{:.2} %", rate.flagged[side] as f64 / honest as f64 * 100.0),
        };
        lines.push(format!(
            "  {:<52}{:>9} {:>9}  {:<18} {:>7.3}",
            rate.group,
            share(0),
            share(1),
            interval(&rate.difference),
            rate.p_value
        ));
    }
    lines.push(
        "(p: Fisher's exact test, two-sided, of sellers with a listing wrongly flagged)\n"
            .to_owned(),
    );
    lines.join("\n")
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
