//! A bound on wrong accusations: from which probability on, at most which share of flagged listings is honest.
//!
//! Learn then Test (Angelopoulos, Bates, Candès, Jordan, Lei 2021, arXiv:2110.01052) with fixed-sequence testing
//! over a grid of thresholds that nobody chose by looking at the decisions. The hypothesis at each threshold is
//! that more than the allowed share of the listings from there on is honest; its exact binomial p-value is that
//! of Clopper and Pearson. From each of a few starting points tests go down the grid until one does not reject,
//! and the starting points share the doubt between them, so that the chance of any wrong promise is at most the
//! doubt, whatever the number of thresholds.
//!
//! Listings of one seller are mostly all fake or all honest, so they are no independent witnesses. Each count is
//! taken for as many independent ones as Kish's design effect leaves when all listings of a seller stand or fall
//! together (Kish 1965, Survey Sampling, section 5.4): the square of their number by the sum of the squared
//! numbers of each seller.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::metrics::rounded;
use super::statistics::{binomial_at_most, clopper_pearson_upper};

/// Thresholds of the grid, in hundredths: from the strictest down.
const GRID: std::ops::RangeInclusive<u32> = 50..=99;

/// Tests start at every so manieth threshold of the grid.
const START_EVERY: usize = 10;

/// Decided listings by probability.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// All decided listings.
    pub listings: u64,
    /// Fakes among them.
    pub fakes: u64,
    /// One for each threshold of the grid, the strictest first.
    pub levels: Vec<Level>,
}

/// The decided listings from one probability on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The least probability.
    pub threshold: f64,
    /// Listings at least as probable.
    pub listings: u64,
    /// Honest ones among them.
    pub wrong: u64,
    /// The number of independent listings that they are worth.
    pub effective: f64,
}

/// What is promised: that at most `wrong_share` of flagged listings are honest, with a chance of at most
/// `doubt` that the promise is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    /// Alpha, between 0 and 1.
    pub wrong_share: f64,
    /// Delta, between 0 and 1.
    pub doubt: f64,
}

/// Whether a promise can be given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Bound {
    /// From `threshold` on it holds.
    Holds {
        /// The least probability for which it holds.
        threshold: f64,
        /// Decided listings from there on.
        listings: u64,
        /// Honest ones among them.
        wrong: u64,
        /// Share of all decided fakes that are found from there on.
        recall: Option<f64>,
    },
    /// Too few listings are decided to promise anything.
    TooFew {
        /// The most independent decided listings at any threshold.
        found: f64,
        /// How many are needed when none of them is honest.
        needed: f64,
    },
    /// Enough are decided, and too many of them are honest at every threshold.
    NotReached {
        /// The least share of honest listings at any threshold with enough of them.
        least_wrong_share: f64,
    },
}

impl Decided {
    /// Counts decided listings: probability, whether fake, and a key of the seller.
    pub fn of<'a>(listings: impl Iterator<Item = (f64, bool, &'a str)>) -> Self {
        let listings: Vec<(f64, bool, &str)> = listings.collect();
        let level = |hundredths: u32| {
            let threshold = f64::from(hundredths) / 100.0;
            let mut sellers: BTreeMap<&str, u64> = BTreeMap::new();
            let (mut flagged, mut wrong) = (0, 0);
            for (_, fake, seller) in listings
                .iter()
                .filter(|(probability, ..)| *probability >= threshold)
            {
                *sellers.entry(seller).or_default() += 1;
                flagged += 1;
                wrong += u64::from(!fake);
            }
            let squares: u64 = sellers.values().map(|count| count * count).sum();
            Level {
                threshold,
                listings: flagged,
                wrong,
                effective: rounded((flagged * flagged) as f64 / squares.max(1) as f64),
            }
        };
        Self {
            listings: listings.len() as u64,
            fakes: listings.iter().filter(|(_, fake, _)| *fake).count() as u64,
            levels: GRID.rev().map(level).collect(),
        }
    }

    /// The least threshold for which `promise` can be given.
    pub fn bound(&self, promise: Promise) -> Bound {
        let Promise { wrong_share, doubt } = promise;
        let starts = self.levels.len().div_ceil(START_EVERY).max(1);
        let doubt = doubt / starts as f64;
        let holds = |level: &&Level| {
            binomial_at_most(level.effective_wrong(), level.effective, wrong_share) <= doubt
        };
        let kept = (0..self.levels.len())
            .step_by(START_EVERY)
            .filter_map(|start| self.levels[start..].iter().take_while(holds).last())
            .min_by(|a, b| a.threshold.total_cmp(&b.threshold));
        if let Some(level) = kept {
            return Bound::Holds {
                threshold: level.threshold,
                listings: level.listings,
                wrong: level.wrong,
                recall: (self.fakes > 0)
                    .then(|| rounded((level.listings - level.wrong) as f64 / self.fakes as f64)),
            };
        }
        let needed = (doubt.ln() / (-wrong_share).ln_1p()).ceil();
        let found = self
            .levels
            .iter()
            .map(|level| level.effective)
            .fold(0.0, f64::max);
        let enough = self.levels.iter().filter(|level| level.effective >= needed);
        let least = enough.map(Level::wrong_share).reduce(f64::min);
        match least {
            Some(least) => Bound::NotReached {
                least_wrong_share: rounded(least),
            },
            None => Bound::TooFew { found, needed },
        }
    }
}

impl Level {
    /// Share of honest ones among the listings; 0 when there are none.
    pub fn wrong_share(&self) -> f64 {
        self.wrong as f64 / self.listings.max(1) as f64
    }

    /// The greatest share of honest ones that the counts do not rule out at the level `doubt`, at this
    /// threshold alone.
    pub fn at_most(&self, doubt: f64) -> f64 {
        clopper_pearson_upper(self.effective_wrong(), self.effective, doubt)
    }

    fn effective_wrong(&self) -> f64 {
        self.wrong_share() * self.effective
    }
}

impl Bound {
    /// The least probability for which the promise holds.
    pub fn threshold(self) -> Option<f64> {
        match self {
            Self::Holds { threshold, .. } => Some(threshold),
            Self::TooFew { .. } | Self::NotReached { .. } => None,
        }
    }

    /// For people, as a sentence.
    pub fn sentence(self, promise: Promise) -> String {
        let percent = |share: f64| format!("{} %", (share * 1e4).round() / 1e2);
        let (most, sure) = (percent(promise.wrong_share), percent(1.0 - promise.doubt));
        match self {
            Self::Holds {
                threshold,
                listings,
                wrong,
                recall,
            } => {
                let recall = recall.map_or_else(String::new, |recall| {
                    format!(", which finds {} of the decided fakes", percent(recall))
                });
                format!(
                    "From a probability of {threshold} on, at most {most} of flagged listings are honest, with \
                     {sure} confidence ({wrong} of {listings} decided ones were){recall}."
                )
            }
            Self::TooFew { found, needed } => format!(
                "Too few listings are decided to promise that at most {most} of flagged ones are honest with {sure} \
                 confidence: they are worth {found:.0} independent ones where {needed:.0} would be needed if none were honest."
            ),
            Self::NotReached { least_wrong_share } => format!(
                "At no threshold can it be promised that at most {most} of flagged listings are honest with {sure} \
                 confidence: of the decided listings at best {} were.",
                percent(least_wrong_share)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::super::score::logistic;
    use super::*;

    const PROMISE: Promise = Promise {
        wrong_share: 0.05,
        doubt: 0.05,
    };

    /// A listing's probability as the model says it, and the share of fakes that there really is.
    fn draw(random: &mut ChaCha8Rng) -> (f64, f64) {
        let z = random.random_range(-6.0..6.0f64);
        (logistic(z), truth(z))
    }

    /// Less sure than the model claims.
    fn truth(z: f64) -> f64 {
        logistic(0.9 * z - 0.4)
    }

    /// The share of honest listings from a threshold on, by a fine sum over the draws of [`draw`].
    fn real_wrong_share(threshold: f64) -> f64 {
        let from = (threshold / (1.0 - threshold)).ln();
        let steps = 20_000;
        let at = |step: i32| from + (6.0 - from) * (f64::from(step) + 0.5) / f64::from(steps);
        (0..steps).map(|step| 1.0 - truth(at(step))).sum::<f64>() / f64::from(steps)
    }

    /// How many of 500 repeats keep the promise, and the mean recall of those that give one.
    fn kept(sellers: usize, each: usize) -> (usize, usize, f64) {
        let (mut kept, mut given, mut recalls) = (0, 0, 0.0);
        for seed in 0..500 {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let mut rows = Vec::new();
            for seller in 0..sellers {
                // All listings of a seller share score and truth: the worst that can be.
                let (probability, truth) = draw(&mut random);
                let fake = random.random_bool(truth);
                rows.extend((0..each).map(|_| (probability, fake, format!("S{seller}"))));
            }
            let decided = Decided::of(
                rows.iter()
                    .map(|(p, fake, seller)| (*p, *fake, seller.as_str())),
            );
            match decided.bound(PROMISE) {
                Bound::Holds {
                    threshold, recall, ..
                } => {
                    given += 1;
                    recalls += recall.expect("fakes");
                    kept += usize::from(real_wrong_share(threshold) <= PROMISE.wrong_share);
                }
                Bound::TooFew { .. } | Bound::NotReached { .. } => kept += 1,
            }
        }
        (kept, given, recalls / given.max(1) as f64)
    }

    #[test]
    fn the_promise_holds_in_at_least_95_of_100_repeats() {
        let (kept, given, recall) = kept(3000, 1);
        assert!(kept >= 475, "{kept} of 500");
        // A bound that never promises anything keeps every promise.
        assert!(given >= 450, "{given} of 500");
        assert!(recall > 0.4, "{recall}");
    }

    #[test]
    fn it_holds_too_when_a_sellers_listings_stand_or_fall_together() {
        let (kept, given, _) = kept(1500, 4);
        assert!(kept >= 475, "{kept} of 500");
        assert!(given >= 250, "{given} of 500");
    }

    #[test]
    fn few_decisions_promise_nothing_and_say_so() {
        let few = Decided::of((0..50).map(|_| (0.995, true, "S1")));
        let bound = few.bound(PROMISE);
        assert!(
            matches!(bound, Bound::TooFew { found, .. } if found == 1.0),
            "{bound:?}"
        );
        assert!(
            bound
                .sentence(PROMISE)
                .starts_with("Too few listings are decided")
        );
        assert_eq!(Decided::default().bound(PROMISE).threshold(), None);

        let names: Vec<String> = (0..400).map(|at| format!("S{at}")).collect();
        let half = Decided::of(
            names
                .iter()
                .enumerate()
                .map(|(at, name)| (0.995, at % 2 == 0, name.as_str())),
        );
        let bound = half.bound(PROMISE);
        assert_eq!(
            bound,
            Bound::NotReached {
                least_wrong_share: 0.5
            }
        );
        assert!(bound.sentence(PROMISE).contains("at best 50 %"));

        let right = Decided::of(names.iter().map(|name| (0.995, true, name.as_str())));
        let bound = right.bound(PROMISE);
        assert_eq!(
            bound.threshold(),
            Some(0.5),
            "nothing contradicts the lowest threshold"
        );
        assert!(
            bound
                .sentence(PROMISE)
                .contains("at most 5 % of flagged listings are honest, with 95 % confidence")
        );
    }
}
