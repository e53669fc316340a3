//! How many fakes the threshold misses, going by what people decided about those drawn from below it.

use serde::{Deserialize, Serialize};

use super::decision::Share;
use crate::model::statistics::clopper_pearson_upper;

/// The chance that a share lies beyond an end of its interval.
const DOUBT: f64 = 0.025;

/// What was drawn at random from below the threshold, and what was decided about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// Listings below the threshold that a right covers.
    pub below: u64,
    /// Those of them that were drawn.
    pub drawn: u64,
    /// Of these the confirmed.
    pub confirmed: u64,
    /// Of these the cleared.
    pub cleared: u64,
}

/// An estimate of what a threshold misses.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Missed {
    /// Runs whose slices it goes by.
    pub runs: u64,
    /// What was drawn in these, and decided.
    pub slice: Slice,
    /// The share of fakes among the listings below the threshold that a right covers.
    pub share: Share,
    /// Such listings of the run that is told of.
    pub below: u64,
}

impl Slice {
    /// Counts a drawn listing: confirmed, cleared, or neither yet.
    pub fn count(&mut self, fake: Option<bool>) {
        self.drawn += 1;
        self.confirmed += u64::from(fake == Some(true));
        self.cleared += u64::from(fake == Some(false));
    }

    fn open(&self) -> u64 {
        self.drawn - self.confirmed - self.cleared
    }
}

impl Missed {
    /// Of a run with `below` listings under its threshold, by `slices` of runs with one model and threshold; `None` while
    /// nothing of them is decided.
    ///
    /// The value is the share of confirmed ones among the decided. Its interval is that of Clopper and Pearson at 95 %,
    /// which for listings drawn at random without replacement errs to the wide side, and holds however the undecided ones
    /// turn out: its lower end takes them for honest, its upper end for fake, since which ones are hard to decide on is
    /// no accident.
    pub fn of(slices: &[Slice], below: u64) -> Option<Self> {
        let sum = |of: fn(&Slice) -> u64| slices.iter().map(of).sum::<u64>();
        let slice = Slice {
            below: sum(|one| one.below),
            drawn: sum(|one| one.drawn),
            confirmed: sum(|one| one.confirmed),
            cleared: sum(|one| one.cleared),
        };
        let decided = slice.confirmed + slice.cleared;
        if decided == 0 {
            return None;
        }
        let drawn = slice.drawn as f64;
        let (fewest, most) = (slice.confirmed, slice.confirmed + slice.open());
        let honest = (slice.drawn - fewest) as f64;
        Some(Self {
            runs: slices.iter().filter(|one| one.drawn > 0).count() as u64,
            slice,
            share: Share {
                value: rounded(slice.confirmed as f64 / decided as f64),
                low: rounded(1.0 - clopper_pearson_upper(honest, drawn, DOUBT)),
                high: rounded(clopper_pearson_upper(most as f64, drawn, DOUBT)),
            },
            below,
        })
    }

    /// So many fakes among the listings below the threshold, and no fewer and no more than.
    pub fn number(&self) -> [u64; 3] {
        [self.share.value, self.share.low, self.share.high]
            .map(|share| (share * self.below as f64).round() as u64)
    }

    /// For people, in one or two sentences.
    pub fn sentence(&self) -> String {
        let [number, low, high] = self.number();
        let percent = |share: f64| format!("{:.1}", share * 100.0);
        let (share, slice) = (self.share, self.slice);
        let open = match slice.open() {
            0 => String::new(),
            open => {
                format!(" The interval holds however the {open} that are not decided turn out.")
            }
        };
        format!(
            "About {number} of the {} listings below the threshold that a right covers are missed fakes ({low} to {high}): {} % \
             ({} to {}), going by {} of {} decided ones drawn at random in {}.{open}",
            self.below,
            percent(share.value),
            percent(share.low),
            percent(share.high),
            slice.confirmed,
            slice.confirmed + slice.cleared,
            match self.runs {
                1 => "one run".to_owned(),
                runs => format!("{runs} runs"),
            },
        )
    }
}

fn rounded(share: f64) -> f64 {
    (share * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::super::MissCheck;
    use super::super::invented::candidate;
    use super::*;

    fn slice(drawn: u64, confirmed: u64, cleared: u64) -> Slice {
        Slice {
            below: 10_000,
            drawn,
            confirmed,
            cleared,
        }
    }

    #[test]
    fn the_share_of_the_slice_is_the_share_below() {
        let missed = Missed::of(&[slice(10, 1, 9), slice(10, 0, 10)], 4000).expect("decided");
        assert_eq!(missed.share.value, 0.05);
        // Clopper and Pearson's interval of 1 in 20.
        assert_eq!((missed.share.low, missed.share.high), (0.0013, 0.2487));
        assert_eq!(missed.number(), [200, 5, 995]);
        let told = missed.sentence();
        assert!(told.starts_with("About 200 of the 4000 listings"), "{told}");
        assert!(
            told.contains("1 of 20 decided ones drawn at random in 2 runs."),
            "{told}"
        );
    }

    #[test]
    fn what_is_not_decided_widens_the_interval_and_nothing_decided_says_nothing() {
        let all = Missed::of(&[slice(20, 1, 19)], 100).expect("decided").share;
        let half = Missed::of(&[slice(20, 1, 9)], 100).expect("decided");
        assert!(
            half.share.high > all.high && half.share.low == all.low,
            "{half:?}"
        );
        assert!(half.sentence().contains("the 10 that are not decided"));
        assert_eq!(Missed::of(&[slice(20, 0, 0)], 100), None);
        assert_eq!(Missed::of(&[], 100), None);
    }

    /// Markets with a known share of fakes below the threshold, drawn from as a scan draws, decided by people who leave
    /// some undecided, the fakes more often: the interval holds the truth in at least 95 of 100.
    #[test]
    fn the_interval_holds_the_truth_in_at_least_95_of_100_repeats() {
        let (repeats, listings, size) = (400, 1200, 60);
        let mut held = 0;
        let mut width = 0.0;
        for seed in 0..repeats {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let share = random.random_range(0.0..0.2);
            let day = date(2026, 1, 1).saturating_add(jiff::Span::new().days(seed as i64));
            let mut check = MissCheck::new(size, day);
            let mut fakes = 0;
            let mut truth = std::collections::BTreeMap::new();
            for number in 0..listings {
                let fake = random.random_bool(share);
                fakes += u64::from(fake);
                let id = format!("L{number}");
                check.count();
                if let Some(place) = check.place(&id) {
                    let mut drawn = candidate(number);
                    drawn.listing_id = id.clone().into();
                    check.offer(place, drawn);
                }
                truth.insert(id, fake);
            }
            let (below, drawn) = check.draw();
            let mut slice = Slice {
                below,
                ..Slice::default()
            };
            for one in &drawn {
                let fake = truth[one.listing_id.as_str()];
                let open = random.random_bool(if fake { 0.3 } else { 0.05 });
                slice.count((!open).then_some(fake));
            }
            let Some(missed) = Missed::of(&[slice], below) else {
                continue;
            };
            let real = fakes as f64 / f64::from(listings);
            // Shares are rounded to a hundredth of a percent.
            let (low, high) = (missed.share.low - 5e-5, missed.share.high + 5e-5);
            held += usize::from((low..=high).contains(&real));
            width += missed.share.high - missed.share.low;
        }
        assert!(held * 100 >= 95 * repeats as usize, "{held} of {repeats}");
        // An interval from nothing to all would hold everything.
        assert!(width / (repeats as f64) < 0.25, "{width}");
    }
}
