use super::super::metrics::BINS;

/// A figure of the assessment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The name in outputs for programs.
    pub key: &'static str,
    /// The name for people.
    pub name: &'static str,
}

const fn figure(key: &'static str, name: &'static str) -> Figure {
    Figure { key, name }
}

/// Every figure, in the order of its values.
pub const FIGURES: [Figure; 7] = [
    figure("pr_auc", "area under the precision-recall curve"),
    figure("precision_at_capacity", "precision of the queue"),
    figure("recall_at_capacity", "recall of the queue"),
    figure("recall_at_precision_90", "recall at precision 0.9"),
    figure("recall_at_precision_95", "recall at precision 0.95"),
    figure("brier", "Brier score"),
    figure("ece", "expected calibration error"),
];

/// One value a figure; `None` where it has no meaning: without fakes, or with nothing queued.
pub(super) type Values = [Option<f64>; FIGURES.len()];

/// A listing as the figures need it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) probability: f64,
    pub(super) fake: bool,
    pub(super) queued: bool,
    /// The number of its seller.
    pub(super) seller: u32,
}

/// The figures of `lines`, which are sorted by falling probability, each counted as often as `weight` says of
/// its seller.
pub(super) fn values(lines: &[Line], weight: impl Fn(u32) -> u32) -> Values {
    let mut all = 0.0;
    let mut fakes = 0.0;
    let (mut queued, mut queued_fakes, mut squares) = (0.0, 0.0, 0.0);
    let mut bins = [(0.0, 0.0); BINS];
    for line in lines {
        let times = f64::from(weight(line.seller));
        let truth = f64::from(u8::from(line.fake));
        all += times;
        fakes += times * truth;
        if line.queued {
            queued += times;
            queued_fakes += times * truth;
        }
        squares += times * (line.probability - truth).powi(2);
        let bin = ((line.probability * BINS as f64) as usize).min(BINS - 1);
        bins[bin].0 += times * line.probability;
        bins[bin].1 += times * truth;
    }
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let apart: f64 = bins
        .iter()
        .map(|(said, true_share)| (said - true_share).abs())
        .sum();
    let [area, at_90, at_95] = ranked(lines, weight, fakes);
    [
        area,
        share(queued_fakes, queued),
        share(queued_fakes, fakes),
        at_90,
        at_95,
        share(squares, all),
        share(apart, all),
    ]
}

/// Average precision, and the greatest recall at precision .9 and .95.
fn ranked(lines: &[Line], weight: impl Fn(u32) -> u32, fakes: f64) -> [Option<f64>; 3] {
    if fakes == 0.0 {
        return [None; 3];
    }
    let (mut area, mut at_90, mut at_95) = (0.0, 0.0, 0.0);
    let (mut flagged, mut found, mut before) = (0.0, 0.0, 0.0);
    for (at, line) in lines.iter().enumerate() {
        let times = f64::from(weight(line.seller));
        flagged += times;
        found += times * f64::from(u8::from(line.fake));
        // Equal probabilities are flagged together.
        let last = lines
            .get(at + 1)
            .is_none_or(|next| next.probability < line.probability);
        if last && flagged > 0.0 {
            let (precision, recall) = (found / flagged, found / fakes);
            area += (found - before) / fakes * precision;
            before = found;
            at_90 = if precision >= 0.9 { recall } else { at_90 };
            at_95 = if precision >= 0.95 { recall } else { at_95 };
        }
    }
    [Some(area), Some(at_90), Some(at_95)]
}
