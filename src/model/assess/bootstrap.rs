use std::collections::BTreeMap;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::super::metrics::rounded;
use super::figures::{FIGURES, Line, Values, values};
use super::{Outcome, Settings};

/// A figure with its interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure; `None` where it has no meaning.
    pub value: Option<f64>,
    /// Between these lie 95 of 100 repeats in which sellers were drawn again.
    pub interval: Option<(f64, f64)>,
}

/// Listings with the draws of their sellers.
///
/// Listings of one seller are alike, so sellers are drawn with replacement, not listings (cluster bootstrap;
/// Davison and Hinkley 1997, Bootstrap Methods, section 3.8).
pub(super) struct Sample {
    lines: Vec<Line>,
    sellers: usize,
    /// For each repeat how often each seller was drawn.
    draws: Vec<Vec<u8>>,
}

impl Sample {
    /// `sorted` is sorted by falling probability.
    pub(super) fn new(sorted: &[&Outcome], settings: Settings) -> Self {
        let mut numbers: BTreeMap<&str, u32> =
            sorted.iter().map(|one| (one.seller.as_str(), 0)).collect();
        for (number, seller) in (0..).zip(numbers.values_mut()) {
            *seller = number;
        }
        let sellers = numbers.len();
        let lines = sorted.iter().map(|one| Line {
            probability: one.probability,
            fake: one.fake,
            queued: one.queued,
            seller: numbers[one.seller.as_str()],
        });
        let mut random = ChaCha8Rng::seed_from_u64(settings.seed);
        let draw = |_| {
            let mut times = vec![0u8; sellers];
            for _ in 0..sellers {
                let seller = &mut times[random.random_range(0..sellers)];
                *seller = seller.saturating_add(1);
            }
            times
        };
        Self {
            lines: lines.collect(),
            sellers,
            draws: (0..settings.repeats).map(draw).collect(),
        }
    }

    pub(super) fn sellers(&self) -> usize {
        self.sellers
    }

    /// All figures of the listings at the places that `which` takes.
    pub(super) fn estimates(&self, which: impl Fn(usize) -> bool) -> Vec<Estimate> {
        let lines: Vec<Line> = (0..self.lines.len())
            .filter(|at| which(*at))
            .map(|at| self.lines[at])
            .collect();
        let repeats: Vec<Values> = self
            .draws
            .iter()
            .map(|times| values(&lines, |seller| u32::from(times[seller as usize])))
            .collect();
        let found = values(&lines, |_| 1);
        (0..FIGURES.len())
            .map(|figure| {
                Estimate::of(
                    found[figure],
                    repeats.iter().filter_map(|values| values[figure]),
                )
            })
            .collect()
    }

    /// A statistic of the sellers' draws with its interval: `statistic` is given how often a seller counts.
    pub(super) fn estimate(
        &self,
        statistic: impl Fn(&dyn Fn(u32) -> u32) -> Option<f64>,
    ) -> Estimate {
        let repeats = self
            .draws
            .iter()
            .filter_map(|times| statistic(&|seller| u32::from(times[seller as usize])));
        Estimate::of(statistic(&|_| 1), repeats)
    }

    pub(super) fn seller(&self, at: usize) -> u32 {
        self.lines[at].seller
    }
}

impl Estimate {
    fn of(value: Option<f64>, repeats: impl Iterator<Item = f64>) -> Self {
        let mut repeats: Vec<f64> = repeats.collect();
        repeats.sort_unstable_by(f64::total_cmp);
        // The 2.5th and the 97.5th percentile; too few repeats have none.
        let cut = repeats.len() / 40;
        let interval = (cut > 0).then(|| {
            (
                rounded(repeats[cut]),
                rounded(repeats[repeats.len() - 1 - cut]),
            )
        });
        Self {
            value: value.map(rounded),
            interval: value.and(interval),
        }
    }
}
