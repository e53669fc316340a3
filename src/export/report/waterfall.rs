//! How a score adds up, as bars.

use crate::candidates::Candidate;
use crate::export::display::{percent, signed, visible};
use crate::model::Score;

/// Cues with a bar of their own; smaller ones share one.
const OWN_BARS: usize = 7;

/// From the log-odds before any cue to the sum.
pub(crate) struct Waterfall {
    pub bars: Vec<Bar>,
    /// Where even odds lie, in percent of the width.
    pub even: String,
}

/// One step.
pub(crate) struct Bar {
    pub label: String,
    /// What it says, for a pointer that rests on it.
    pub sentence: String,
    /// The step, or the sum so far, in log-odds.
    pub amount: String,
    /// `base`, `for` (a counterfeit), `against` or `sum`.
    pub class: &'static str,
    /// In percent of the width.
    pub left: String,
    /// In percent of the width.
    pub width: String,
}

struct Step {
    label: String,
    sentence: String,
    from: f64,
    to: f64,
}

impl Waterfall {
    pub fn new(candidate: &Candidate) -> Self {
        let steps = steps(candidate);
        let ends = || {
            steps
                .iter()
                .map(|step| step.to)
                .chain([0.0, candidate.intercept, candidate.log_odds])
        };
        let low = ends().fold(f64::INFINITY, f64::min);
        let high = ends().fold(f64::NEG_INFINITY, f64::max);
        // A score without any cue still has a width.
        let span = (high - low).max(1.0);
        let place = |log_odds: f64| (log_odds - low) / span * 100.0;
        let bar = |label: String, sentence: String, amount: String, class, from: f64, to: f64| {
            let (left, right) = (place(from.min(to)), place(from.max(to)));
            let width = (right - left).max(0.6);
            let left = left.min(100.0 - width);
            Bar {
                label,
                sentence,
                amount,
                class,
                left: format!("{left:.2}"),
                width: format!("{width:.2}"),
            }
        };
        let mut bars = vec![bar(
            "before any cue".to_owned(),
            format!(
                "Out of all listings, {} would be counterfeit.",
                percent(Score::of_log_odds(candidate.intercept).get())
            ),
            signed(candidate.intercept),
            "base",
            0.0,
            candidate.intercept,
        )];
        for step in steps {
            let class = if step.to >= step.from {
                "for"
            } else {
                "against"
            };
            let amount = signed(step.to - step.from);
            bars.push(bar(
                step.label,
                step.sentence,
                amount,
                class,
                step.from,
                step.to,
            ));
        }
        bars.push(bar(
            format!("sum: {}", percent(candidate.probability)),
            "All of the above added up, and the probability that it stands for.".to_owned(),
            signed(candidate.log_odds),
            "sum",
            0.0,
            candidate.log_odds,
        ));
        Self {
            bars,
            even: format!("{:.2}", place(0.0)),
        }
    }
}

/// `price.below_floor` as `price: below floor`.
fn label(cue: &str) -> String {
    cue.replacen('.', ": ", 1).replace('_', " ")
}

fn steps(candidate: &Candidate) -> Vec<Step> {
    // A single small cue is as short by itself.
    let own = if candidate.cues.len() == OWN_BARS + 1 {
        OWN_BARS + 1
    } else {
        OWN_BARS
    };
    let mut parts: Vec<(String, String, f64)> = candidate
        .cues
        .iter()
        .take(own)
        .map(|cue| (label(&cue.cue), visible(&cue.sentence, 300), cue.log_odds))
        .collect();
    let small: Vec<_> = candidate.cues.iter().skip(own).collect();
    if !small.is_empty() {
        let names: Vec<String> = small.iter().map(|cue| label(&cue.cue)).collect();
        let sum = small.iter().map(|cue| cue.log_odds).sum();
        parts.push((
            format!("{} smaller cues", small.len()),
            names.join(", "),
            sum,
        ));
    }
    if candidate.calibration != 0.0 {
        let said = "Made true on listings that the model was not fitted to.".to_owned();
        parts.push(("calibration".to_owned(), said, candidate.calibration));
    }
    let mut at = candidate.intercept;
    parts
        .into_iter()
        .map(|(label, sentence, log_odds)| {
            let from = at;
            at += log_odds;
            Step {
                label,
                sentence,
                from,
                to: at,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::invented;

    #[test]
    fn bars_lie_end_to_end_from_the_base_to_the_sum() {
        let candidate = invented::candidate(1);
        let steps = steps(&candidate);
        assert_eq!(steps[0].from, candidate.intercept);
        assert!(steps.windows(2).all(|pair| pair[0].to == pair[1].from));
        let last = steps.last().expect("steps").to;
        assert!(
            (last - candidate.log_odds).abs() < 1e-9,
            "{last} is not {}",
            candidate.log_odds
        );
    }

    #[test]
    fn no_bar_leaves_the_page() {
        let mut candidate = invented::candidate(1);
        candidate.cues.clear();
        candidate.log_odds = candidate.intercept;
        for candidate in [candidate, invented::candidate(2)] {
            for bar in Waterfall::new(&candidate).bars {
                let (left, width): (f64, f64) = (
                    bar.left.parse().expect("number"),
                    bar.width.parse().expect("number"),
                );
                assert!(left >= 0.0 && left + width <= 100.01, "{left} + {width}");
            }
        }
    }
}
