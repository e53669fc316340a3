//! A finished run held against labels: how good its probabilities and its queue are, for whom, and how sure
//! that is.
//!
//! | file | holds |
//! |---|---|
//! | `figures` | the figures of weighted listings, in one pass |
//! | `bootstrap` | intervals, by drawing sellers again |
//! | `groups` | the slices, and who is flagged wrongly more often |

mod bootstrap;
mod figures;
mod groups;

use std::collections::BTreeMap;

use serde::Serialize;

use super::Score;
use super::bound::{Bound, Decided, Promise};
use super::metrics::{BINS, Bin, Prediction, reliability, rounded};

pub use bootstrap::Estimate;
pub use figures::FIGURES;
pub use groups::{Slice, WrongfulRate};

use bootstrap::Sample;

/// A listing of a run whose truth is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The listing.
    pub listing_id: String,
    /// Who offers it, or the ring of accounts that does: what is drawn again together.
    pub seller: String,
    /// What it is about; empty for none.
    pub brand: String,
    /// The kind of fake or of honest listing; may be empty.
    pub kind: String,
    /// The language of its text, as ISO 639-3; empty when unknown.
    pub language: String,
    /// The seller's country; empty when unknown.
    pub country: String,
    /// The age of the seller's account in days.
    pub age_days: Option<i64>,
    /// The seller's sales so far.
    pub sales: Option<u64>,
    /// What the model said, 0..=1.
    pub probability: f64,
    /// The truth.
    pub fake: bool,
    /// Whether it fulfils every condition of a candidate.
    pub flagged: bool,
    /// Whether it is a candidate within the reviewers' capacity.
    pub queued: bool,
}

/// How to assess.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// How often sellers are drawn again for an interval.
    pub repeats: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// What may be promised of the candidates.
    pub promise: Promise,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            repeats: 500,
            seed: 1,
            promise: Promise {
                wrong_share: 0.05,
                doubt: 0.05,
            },
        }
    }
}

/// Everything that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assessment {
    /// How it was made.
    pub settings: Settings,
    /// Labelled listings that were scored.
    pub listings: u64,
    /// Fakes among them.
    pub fakes: u64,
    /// Sellers (or rings) of them.
    pub sellers: u64,
    /// Listings that fulfil every condition of a candidate.
    pub flagged: u64,
    /// Of those, the ones within the reviewers' capacity.
    pub queued: u64,
    /// [`FIGURES`], over all listings.
    pub figures: Vec<Estimate>,
    /// The reliability curve: bins that are not empty.
    pub reliability: Vec<Bin>,
    /// Recall and precision as the threshold falls, thinned to at most a hundred points.
    pub curve: Vec<CurvePoint>,
    /// The bound that the run's own flagged listings support.
    pub bound: Bound,
    /// The same figures by brand, kind, language, seller's size, age and country.
    pub slices: Vec<Slice>,
    /// Honest listings flagged, for groups of sellers beside all others.
    pub wrongful: Vec<WrongfulRate>,
}

/// A point of the precision-recall curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Flagged from this probability on.
    pub threshold: f64,
    /// Share of the fakes that are flagged.
    pub recall: f64,
    /// Share of the flagged that are fakes.
    pub precision: f64,
}

impl Assessment {
    /// Assesses `outcomes`; their order does not matter.
    pub fn of(outcomes: &[Outcome], settings: Settings) -> Self {
        let mut sorted: Vec<&Outcome> = outcomes.iter().collect();
        sorted.sort_by(|a, b| {
            b.probability
                .total_cmp(&a.probability)
                .then_with(|| a.listing_id.cmp(&b.listing_id))
                .then_with(|| a.seller.cmp(&b.seller))
        });
        let sample = Sample::new(&sorted, settings);
        let predictions: Vec<Prediction> = sorted
            .iter()
            .filter_map(|one| {
                let probability = Score::new(one.probability)?;
                Some(Prediction {
                    probability,
                    fake: one.fake,
                })
            })
            .collect();
        // The promise is about candidates: what no right covers, or lacks a second kind of cue, is never flagged.
        let candidates = sorted.iter().filter(|one| one.flagged);
        let decided =
            Decided::of(candidates.map(|one| (one.probability, one.fake, one.seller.as_str())));
        Self {
            settings,
            listings: sorted.len() as u64,
            fakes: count(&sorted, |one| one.fake),
            sellers: sample.sellers() as u64,
            flagged: count(&sorted, |one| one.flagged),
            queued: count(&sorted, |one| one.queued),
            figures: sample.estimates(|_| true),
            reliability: reliability(&predictions, BINS),
            curve: curve(&sorted),
            bound: decided.bound(settings.promise),
            slices: groups::slices(&sorted, &sample),
            wrongful: groups::wrongful(&sorted, &sample),
        }
    }

    /// A figure of all listings by its key in [`FIGURES`].
    pub fn figure(&self, key: &str) -> Option<&Estimate> {
        let at = FIGURES.iter().position(|figure| figure.key == key)?;
        self.figures.get(at)
    }
}

fn count(outcomes: &[&Outcome], which: impl Fn(&Outcome) -> bool) -> u64 {
    outcomes.iter().filter(|one| which(one)).count() as u64
}

/// The most points of a drawn curve.
const CURVE_POINTS: usize = 100;

fn curve(sorted: &[&Outcome]) -> Vec<CurvePoint> {
    let fakes = count(sorted, |one| one.fake) as f64;
    // Equal probabilities are flagged together: the last of them has the counts.
    let mut points: BTreeMap<u64, CurvePoint> = BTreeMap::new();
    let (mut flagged, mut found) = (0.0, 0.0);
    for one in sorted {
        flagged += 1.0;
        found += f64::from(u8::from(one.fake));
        points.insert(
            one.probability.to_bits(),
            CurvePoint {
                threshold: one.probability,
                recall: if fakes > 0.0 {
                    rounded(found / fakes)
                } else {
                    0.0
                },
                precision: rounded(found / flagged),
            },
        );
    }
    let all: Vec<CurvePoint> = points.into_values().rev().collect();
    let every = all.len().div_ceil(CURVE_POINTS).max(1);
    let last = all.len().saturating_sub(1);
    let thinned = all
        .into_iter()
        .enumerate()
        .filter(|(at, _)| at % every == 0 || *at == last);
    thinned.map(|(_, point)| point).collect()
}

#[cfg(test)]
mod tests;
