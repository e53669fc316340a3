//! A run held against labels.

use std::collections::BTreeMap;
use std::path::Path;

use crate::export::scores::COLUMNS;
use crate::intake::{Label, Labels};
use crate::table::{Cell, Format, read_cells};

use super::ScanError;

/// How one kind of listing fared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KindRow {
    /// Whether the kind is fake.
    pub fake: bool,
    /// Labelled listings of the kind that were scored; of fakes also those that were not.
    pub listings: u64,
    /// Of those, the candidates.
    pub candidates: u64,
    /// Of the others, the reasons why they are none.
    pub why_not: BTreeMap<String, u64>,
}

/// Precision and recall of a run's candidates, whatever the capacity, and the rows behind them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// Fake listings among the candidates.
    pub true_positives: u64,
    /// Genuine listings among the candidates.
    pub false_positives: u64,
    /// Fake listings that are no candidates, scanned or not.
    pub false_negatives: u64,
    /// Of those, the ones that the run did not score: rejected, or not in its feed.
    pub fakes_not_scanned: u64,
    /// Scored listings without a label.
    pub unlabelled: u64,
    /// By kind.
    pub kinds: BTreeMap<String, KindRow>,
}

impl Evaluation {
    /// Share of the candidates that are fake; `None` without candidates.
    pub fn precision(&self) -> Option<f64> {
        share(
            self.true_positives,
            self.true_positives + self.false_positives,
        )
    }

    /// Share of the fakes that are candidates; `None` without fakes.
    pub fn recall(&self) -> Option<f64> {
        share(
            self.true_positives,
            self.true_positives + self.false_negatives,
        )
    }

    /// A labelled listing that the run did not score: a fake among these was missed like any other.
    fn count_unscanned(&mut self, label: &Label) {
        if label.fake {
            self.count(label, Some(NOT_SCANNED));
            self.fakes_not_scanned += 1;
        }
    }

    fn count(&mut self, label: &Label, why_not: Option<&str>) {
        let row = self.kinds.entry(label.kind.clone()).or_default();
        row.fake = label.fake;
        row.listings += 1;
        match why_not {
            None => row.candidates += 1,
            Some(reason) => *row.why_not.entry(reason.to_owned()).or_default() += 1,
        }
        match (label.fake, why_not.is_none()) {
            (true, true) => self.true_positives += 1,
            (false, true) => self.false_positives += 1,
            (true, false) => self.false_negatives += 1,
            (false, false) => {}
        }
    }
}

/// Why a labelled listing that the run did not score is no candidate.
const NOT_SCANNED: &str = "not_scanned";

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Holds the scores of the finished run in `run` against `labels`.
///
/// # Errors
/// When the run's scores cannot be read.
pub fn evaluate(run: &Path, labels: &Labels) -> Result<Evaluation, ScanError> {
    let mut labels: BTreeMap<&str, &Label> = labels
        .labels
        .iter()
        .map(|label| (label.listing_id.as_str(), label))
        .collect();
    let mut evaluation = Evaluation::default();
    let path = run.join("scores.parquet");
    for chunk in read_cells(&path, Format::Parquet, COLUMNS, 65_536)? {
        for row in chunk? {
            let (Some(Cell::Text(id)), Some(why_not)) = (row.first(), row.last()) else {
                continue;
            };
            let why_not = match why_not {
                Cell::Text(reason) => Some(reason.as_str()),
                _ => None,
            };
            match labels.remove(id.as_str()) {
                Some(label) => evaluation.count(label, why_not),
                None => evaluation.unlabelled += 1,
            }
        }
    }
    labels
        .into_values()
        .for_each(|label| evaluation.count_unscanned(label));
    Ok(evaluation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_labelled_listings() {
        let label = |fake| Label {
            listing_id: "L1".into(),
            fake,
            kind: if fake { "slang" } else { "reseller" }.to_owned(),
            group: String::new(),
            split: String::new(),
        };
        let mut evaluation = Evaluation::default();
        assert_eq!((evaluation.precision(), evaluation.recall()), (None, None));
        for (fake, why_not) in [
            (true, None),
            (true, None),
            (true, Some("one_family")),
            (false, None),
            (false, Some("below_threshold")),
        ] {
            evaluation.count(&label(fake), why_not);
        }
        assert_eq!(evaluation.precision(), Some(2.0 / 3.0));
        assert_eq!(evaluation.recall(), Some(2.0 / 3.0));
        assert_eq!(evaluation.kinds["slang"].why_not["one_family"], 1);
        evaluation.count_unscanned(&label(true));
        evaluation.count_unscanned(&label(false));
        assert_eq!(
            evaluation.recall(),
            Some(0.5),
            "a fake not scanned is missed"
        );
        assert_eq!(evaluation.precision(), Some(2.0 / 3.0));
        assert_eq!(evaluation.fakes_not_scanned, 1);
        assert_eq!(evaluation.kinds["slang"].why_not["not_scanned"], 1);
    }
}
