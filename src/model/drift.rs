//! Whether tonight's listings look like the last night's: the population stability index of each cue and of
//! the score.
//!
//! A model is only as good as the likeness of what it judges to what it was made from. The index compares the
//! shares of listings in bins, which come from the model's artifact, so that two runs of one model are
//! comparable: the sum over bins of (new - old) ln(new / old) (Siddiqi 2006, Credit Risk Scorecards). Shares
//! wobble by chance, too, and the index of two samples of one population, divided by 1/n + 1/m, is nearly
//! chi-squared (Yurdakul 2018), so small feeds raise no alarm by chance.

use serde::{Deserialize, Serialize};

use super::artifact::Artifact;
use super::metrics::rounded;
use super::score::Scored;
use super::statistics::chi_squared_beyond;

/// From here on a shift is worth a look.
pub const WATCH: f64 = 0.1;

/// From here on scores may not mean what they meant.
pub const ALARM: f64 = 0.25;

/// One in a thousand samples of one population goes beyond, in standard deviations of a normal variable.
const BY_CHANCE: f64 = 3.09;

/// The name under which probabilities are counted.
const SCORE: &str = "score";

/// Listings of a run by bin: of the score, then of each cue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally(Vec<Counts>);

/// Listings by bin. A cue's bins: the value is missing, it is the least, then up to each corner of its shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The cue, or `score`.
    pub name: String,
    /// Listings in each bin.
    pub bins: Vec<u64>,
}

/// How far one thing has moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// The cue, or `score`.
    pub name: String,
    /// Population stability index.
    pub psi: f64,
    /// What it means.
    pub alarm: Alarm,
}

/// What a population stability index means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Alarm {
    /// Nothing beyond chance, or too little to matter.
    Steady,
    /// Moved by a tenth or more.
    Watch,
    /// Moved by a quarter or more.
    Alarm,
}

impl Alarm {
    /// The word in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Watch => "watch",
            Self::Alarm => "alarm",
        }
    }

    /// What to do about it, as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Steady => "Nothing moved beyond chance, or by enough to matter.",
            Self::Watch => {
                "It moved noticeably: look whether the feed's columns, its sellers or the catalogs changed."
            }
            Self::Alarm => {
                "It moved so far that probabilities may not mean what they meant: look for a changed feed, then check \
                 the queue's decisions and train again if they disagree."
            }
        }
    }
}

impl Tally {
    /// Empty bins of the model.
    pub fn new(model: &Artifact) -> Self {
        let counts = |name: &str, bins: usize| Counts {
            name: name.to_owned(),
            bins: vec![0; bins],
        };
        let cues = model.weights.iter();
        let cues = cues.map(|weight| counts(&weight.cue, weight.shape.points().len() + 1));
        Self(
            std::iter::once(counts(SCORE, model.score_bins.len() + 1))
                .chain(cues)
                .collect(),
        )
    }

    /// Counts one listing, scored by the same model.
    pub fn add(&mut self, model: &Artifact, scored: &Scored) {
        let probability = scored.probability.get();
        let values = scored.contributions.iter().map(|part| part.value);
        let of_cues = values
            .zip(&model.weights)
            .map(|(value, weight)| match value {
                None => 0,
                Some(value) => {
                    let points = weight.shape.points();
                    1 + points
                        .partition_point(|point| point.value < value)
                        .min(points.len() - 1)
                }
            });
        let of_score = model.score_bins.partition_point(|end| *end <= probability);
        for (counts, bin) in self
            .0
            .iter_mut()
            .zip(std::iter::once(of_score).chain(of_cues))
        {
            if let Some(count) = counts.bins.get_mut(bin) {
                *count += 1;
            }
        }
    }

    /// Adds what was counted of other listings; false, and nothing added, when the bins are not the same.
    pub fn add_all(&mut self, other: &Self) -> bool {
        let same = self.has_bins_of(other);
        if same {
            for (counts, others) in self.0.iter_mut().zip(&other.0) {
                for (count, other) in counts.bins.iter_mut().zip(&others.bins) {
                    *count += other;
                }
            }
        }
        same
    }

    fn has_bins_of(&self, other: &Self) -> bool {
        let same = |ours: &Counts, theirs: &Counts| {
            ours.name == theirs.name && ours.bins.len() == theirs.bins.len()
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(a, b)| same(a, b))
    }

    /// How far each thing has moved since `before`, a run of the same model, the farthest first. Empty when
    /// the bins are not the same.
    pub fn since(&self, before: &Self) -> Vec<Shift> {
        if !self.has_bins_of(before) {
            return Vec::new();
        }
        let shifts = self.0.iter().zip(&before.0).map(|(now, then)| {
            let (psi, by_chance) = stability(&now.bins, &then.bins);
            let alarm = match psi {
                psi if psi <= by_chance || psi < WATCH => Alarm::Steady,
                psi if psi < ALARM => Alarm::Watch,
                _ => Alarm::Alarm,
            };
            Shift {
                name: now.name.clone(),
                psi: rounded(psi),
                alarm,
            }
        });
        let mut shifts: Vec<Shift> = shifts.collect();
        shifts.sort_by(|a, b| b.psi.total_cmp(&a.psi).then_with(|| a.name.cmp(&b.name)));
        shifts
    }
}

/// The population stability index, and what it hardly exceeds by chance. Half a listing is added to each bin
/// that either run fills, so that an empty one is not infinitely far away.
fn stability(now: &[u64], before: &[u64]) -> (f64, f64) {
    let filled: Vec<(f64, f64)> = now
        .iter()
        .zip(before)
        .filter(|(now, before)| **now + **before > 0)
        .map(|(now, before)| (*now as f64 + 0.5, *before as f64 + 0.5))
        .collect();
    if filled.len() < 2 {
        return (0.0, 0.0);
    }
    let (n, m) = filled
        .iter()
        .fold((0.0, 0.0), |(n, m), (now, before)| (n + now, m + before));
    let index = filled.iter().map(|(now, before)| {
        let (now, before) = (now / n, before / m);
        (now - before) * (now / before).ln()
    });
    let freedom = (filled.len() - 1) as f64;
    (
        index.sum(),
        chi_squared_beyond(freedom, BY_CHANCE) * (1.0 / n + 1.0 / m),
    )
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{artifact, market};
    use super::super::{LabelledRow, Model};
    use super::*;
    use crate::features::{FeatureRow, position};

    fn tally(rows: &[LabelledRow]) -> Tally {
        let model = Model::new(artifact()).expect("valid");
        let mut tally = Tally::new(model.artifact());
        for row in rows {
            tally.add(model.artifact(), &model.score(&row.features));
        }
        tally
    }

    #[test]
    fn two_samples_of_one_market_are_steady() {
        for rows in [100, 3000] {
            let shifts = tally(&market(rows, 1)).since(&tally(&market(rows, 2)));
            assert_eq!(shifts.len(), crate::features::CUES.len() + 1);
            assert!(
                shifts.iter().all(|shift| shift.alarm == Alarm::Steady),
                "{shifts:?}"
            );
        }
    }

    #[test]
    fn a_column_that_went_missing_raises_the_alarm() {
        let at = position("seller.new_account").expect("a cue");
        let mut rows = market(2000, 3);
        for row in &mut rows {
            let mut values = row.features.values().to_vec();
            values[at] = None;
            row.features = FeatureRow::from_values(&values).expect("valid");
        }
        let shifts = tally(&rows).since(&tally(&market(2000, 4)));
        assert_eq!(
            (shifts[0].name.as_str(), shifts[0].alarm),
            ("seller.new_account", Alarm::Alarm)
        );
    }

    #[test]
    fn the_index_is_the_sum_over_bins() {
        // 0.3 ln(0.5 / 0.2) + -0.3 ln(0.5 / 0.8), but for half a listing a bin.
        let (psi, by_chance) = stability(&[5000, 5000], &[2000, 8000]);
        assert!(
            (psi - 0.3 * (2.5f64.ln() + 1.6f64.ln())).abs() < 1e-3,
            "{psi}"
        );
        assert!(by_chance < 0.01);
        assert_eq!(stability(&[7, 0], &[9, 0]).0, 0.0);
    }

    #[test]
    fn runs_of_other_bins_are_not_compared() {
        assert!(tally(&market(10, 5)).since(&Tally::default()).is_empty());
    }
}
