use std::fmt::Write;

use crate::features::{CUES, Family};

use super::artifact::{Artifact, Fit, Rehearsal};
use super::bound::Promise;
use super::metrics::Metrics;

const USE: &str = "\
## What it is for

It ranks a marketplace's listings for people to look at: each gets a probability that it offers a
counterfeit of a registered brand's goods, and the cues behind it. It is not for taking listings down
without a person, for judging a seller as a person, or for goods of brands without a catalog.

## How it adds up

Log-odds are the intercept plus what each cue adds; the probability is the logistic function of that. What a
cue adds is read off its shape: straight lines between the corners below. A value that is missing adds an
amount of its own. A cue that raises suspicion adds nothing negative and never less for a larger value, one that
lowers it the reverse. `docs/cues.md` says what each cue is, `docs/model.md` how the model is made.

The seller's cues together add no more than the bound that stands with the weights; above it each is
cut in the same proportion. Being new, small or unrated is no offence: who sells may tip a scale that
something else has filled, and never fills it alone.

";

const LIMITS: &str = "\
## Limits

- Figures hold for the data named above. Where these are simulated, real marketplaces differ in ways
  that nobody simulated, and the figures are upper bounds.
- Sellers of training and figures are kept apart, and so are rings of accounts where the labels name
  them; brands and dates only where the line on what is held out says so.
- Cues of the text are only as good as the lexicons of the language a listing is written in.
- New and small sellers are mostly honest. Cues of the seller cannot make a candidate by themselves;
  watch how often such sellers are queued.
- The seller's country, name and language are not cues.
";

/// The model card in Markdown, written from the artifact alone.
pub fn card(artifact: &Artifact) -> String {
    let mut page = format!("# Model card\n\n{USE}");
    training(&mut page, artifact);
    figures(&mut page, &artifact.figures.all);
    rehearsed(&mut page, &artifact.figures.rehearsed);
    bound(&mut page, artifact);
    kinds(&mut page, artifact);
    weights(&mut page, artifact);
    page + LIMITS
}

/// Writing into a `String` cannot fail.
fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = page.write_fmt(text);
    page.push('\n');
}

fn training(page: &mut String, artifact: &Artifact) {
    let facts = &artifact.training;
    line(page, format_args!("## Training\n"));
    for source in &facts.data {
        line(
            page,
            format_args!("- data: {} (BLAKE3 {})", source.name, source.hash),
        );
    }
    line(
        page,
        format_args!(
            "- rows: {}, of which {} fakes, of {} sellers",
            facts.rows, facts.fakes, facts.sellers
        ),
    );
    line(
        page,
        format_args!(
            "- held out for the figures: {}, seed {}",
            facts.split.sentence(facts.holdout),
            facts.seed
        ),
    );
    if let Some(prior) = facts.prior {
        line(
            page,
            format_args!("- weights are drawn to those of model {prior}, not to nothing"),
        );
    }
    line(
        page,
        format_args!(
            "- logistic regression with L2 penalty, alpha {}, a fake counts for {}, by {}-fold cross-validation\n  over sellers (log loss after calibration):",
            facts.alpha, facts.fake_weight, facts.folds
        ),
    );
    for tried in &facts.tried {
        line(
            page,
            format_args!(
                "  - alpha {}, a fake counts for {}: {:.5}",
                tried.alpha, tried.fake_weight, tried.log_loss
            ),
        );
    }
    let calibrated = &facts.calibrated;
    let kept = match &artifact.calibration {
        Some(pools) => format!(
            "isotonic pools after the line ({} points)",
            pools.points().len()
        ),
        None => "the line".to_owned(),
    };
    line(
        page,
        format_args!(
            "- calibration: {kept}; squared error on folds left out: Platt's line {:.6}, isotonic {:.6};\n  the line has slope {:.3}, offset {:.3}",
            calibrated.platt_brier,
            calibrated.isotonic_brier,
            calibrated.platt_slope,
            calibrated.platt_offset
        ),
    );
    line(
        page,
        format_args!(
            "- cue table: {}, artifact format {}\n",
            artifact.cue_table, artifact.format
        ),
    );
}

/// How the same way to a model does on rows that are further apart.
fn rehearsed(page: &mut String, rehearsed: &[Rehearsal]) {
    if rehearsed.is_empty() {
        return;
    }
    let told = "\n## The same made again and held against more than other sellers\n\n\
                Models of the same rows and settings, which are not the one of this card; one figure each.\n\n\
                | held out | listings | fakes | precision-recall area | recall at precision 0.9 | calibration error |\n\
                |---|---|---|---|---|---|";
    line(page, format_args!("{told}"));
    for one in rehearsed {
        let [area, recall, error] = [one.pr_auc, one.recall_at_precision_90, one.ece].map(number);
        line(
            page,
            format_args!(
                "| {} | {} | {} | {area} | {recall} | {error} |",
                one.held_out, one.rows, one.fakes
            ),
        );
    }
}

fn figures(page: &mut String, all: &Metrics) {
    line(page, format_args!("## Figures on sellers held out\n"));
    line(
        page,
        format_args!("{} listings, {} fakes.\n", all.rows, all.fakes),
    );
    line(page, format_args!("| figure | value |\n|---|---|"));
    let rows = [
        ("area under the precision-recall curve", all.pr_auc),
        ("area under the ROC curve", all.roc_auc),
        ("recall at precision 0.9", all.recall_at_precision_90),
        ("Brier score", all.brier),
        ("log loss", all.log_loss),
        ("expected calibration error, 15 bins", all.ece),
    ];
    for (name, value) in rows {
        line(page, format_args!("| {name} | {} |", number(value)));
    }
    line(
        page,
        format_args!("\n| flagged from | listings | precision | recall |\n|---|---|---|---|"),
    );
    for at in &all.thresholds {
        let (precision, recall) = (number(at.precision), number(at.recall));
        line(
            page,
            format_args!(
                "| {} | {} | {precision} | {recall} |",
                at.threshold, at.flagged
            ),
        );
    }
    line(
        page,
        format_args!(
            "\n| probability from | listings | mean probability | share of fakes |\n|---|---|---|---|"
        ),
    );
    for bin in &all.reliability {
        line(
            page,
            format_args!(
                "| {:.3} | {} | {:.3} | {:.3} |",
                bin.from, bin.rows, bin.mean_probability, bin.fakes
            ),
        );
    }
}

/// What can be promised, for a few shares.
fn bound(page: &mut String, artifact: &Artifact) {
    line(
        page,
        format_args!(
            "\nHow often listings are flagged wrongly, as far as the held-out ones that a right covers can tell:\n"
        ),
    );
    for wrong_share in [0.05, 0.1, 0.2] {
        let promise = Promise {
            wrong_share,
            doubt: 0.05,
        };
        let bound = artifact.decided.bound(promise);
        line(page, format_args!("- {}", bound.sentence(promise)));
    }
}

fn kinds(page: &mut String, artifact: &Artifact) {
    line(
        page,
        format_args!(
            "\n| kind | truth | listings | probability of 0.5 or more | mean probability |\n|---|---|---|---|---|"
        ),
    );
    for kind in &artifact.figures.kinds {
        let truth = if kind.fake { "fake" } else { "honest" };
        let name = text(&kind.kind);
        line(
            page,
            format_args!(
                "| {name} | {truth} | {} | {} | {:.3} |",
                kind.rows, kind.flagged, kind.mean_probability
            ),
        );
    }
    line(
        page,
        format_args!("\n| brand | listings | fakes | PR-AUC | Brier |\n|---|---|---|---|---|"),
    );
    for brand in &artifact.figures.brands {
        let (area, brier) = (number(brand.pr_auc), number(brand.brier));
        line(
            page,
            format_args!(
                "| {} | {} | {} | {area} | {brier} |",
                text(&brand.brand),
                brand.rows,
                brand.fakes
            ),
        );
    }
}

fn weights(page: &mut String, artifact: &Artifact) {
    line(
        page,
        format_args!(
            "\n## Weights\n\nIntercept {:.3}. A cue adds nothing at its least value; between the corners lines are\nstraight. The seller's cues together add at most {:.3}: odds times {:.1}.\n",
            artifact.intercept,
            artifact.seller_most,
            artifact.seller_most.exp()
        ),
    );
    line(
        page,
        format_args!(
            "| cue | direction | adds, by value | when missing | rows that show it | rows without it | |\n|---|---|---|---|---|---|---|"
        ),
    );
    for family in Family::ALL {
        let own = CUES
            .iter()
            .zip(&artifact.weights)
            .filter(|(cue, _)| cue.family == family);
        for (cue, weight) in own {
            let note = match weight.fit {
                Fit::Fitted => "",
                Fit::Unseen => "never seen in training",
                Fit::Held => {
                    "held at zero: the data would give it the sign that its meaning forbids"
                }
            };
            let corners = weight.shape.points()[1..].iter();
            let corners: Vec<String> = corners
                .map(|point| format!("{}: {:.3}", point.value, point.log_odds))
                .collect();
            line(
                page,
                format_args!(
                    "| `{}` | {} | {} | {:.3} | {} | {} | {note} |",
                    cue.name,
                    cue.direction.as_str(),
                    corners.join(", "),
                    weight.missing,
                    weight.rows,
                    weight.missing_rows
                ),
            );
        }
    }
    page.push('\n');
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"))
}

/// A name of the data as a table cell.
fn text(name: &str) -> String {
    if name.is_empty() {
        "(none)".to_owned()
    } else {
        name.replace(['|', '\n', '\r'], " ")
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::artifact;
    use super::*;

    #[test]
    fn the_card_names_every_cue_and_its_limits() {
        let mut artifact = artifact();
        artifact.weights[3].fit = Fit::Unseen;
        let page = card(&artifact);
        assert!(page.starts_with("# Model card\n"));
        for cue in CUES {
            assert_eq!(
                page.matches(&format!("| `{}` |", cue.name)).count(),
                1,
                "{}",
                cue.name
            );
        }
        assert_eq!(page.matches("never seen in training").count(), 1);
        assert!(page.contains("The seller's country, name and language are not cues."));
    }
}
