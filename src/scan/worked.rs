//! What people decided about the queues of earlier runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::ScanError;
use super::manifest::Manifest;
use crate::candidates::{DecisionKind, Purpose, Slice};
use crate::export;
use crate::model::bound::Decided;
use crate::record::{BrandId, ListingId};
use crate::store::Store;
use crate::workspace::Workspace;

/// So many of the newest runs are looked at: older queues are of other markets.
const MOST_RUNS: usize = 60;

/// A queue of which a greater share waits for a decision is not worked through: what was decided of it first was chosen.
const MOST_OPEN: f64 = 0.1;

/// One run's queue, and what stands of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkedRun {
    /// The run.
    pub run: String,
    /// The model that it was judged by.
    pub model: String,
    /// Where its queue was cut.
    pub threshold: f64,
    /// From this probability on every listing that could be a candidate was queued, 0..=1.
    pub whole_from: f64,
    /// Its candidates.
    pub candidates: Vec<Judged>,
    /// What was drawn from below the threshold.
    pub slice: Slice,
}

/// A candidate and what stands about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The listing, and the brand under which it was queued.
    pub key: (ListingId, BrandId),
    /// The probability that it was queued with, 0..=1.
    pub probability: f64,
    /// Who offers it; the listing where nobody is named.
    pub seller: String,
    /// Whether it was confirmed, or cleared; `None` while neither is settled.
    pub fake: Option<bool>,
}

/// What decisions on queues of one model tell about wrong accusations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkedQueues {
    /// Runs whose queues are worked through.
    pub runs: u64,
    /// Their candidates without a settled decision.
    pub open: u64,
    /// Their candidates by probability, from where all of these queues were whole; the open ones as honest.
    pub decided: Decided,
}

impl WorkedRun {
    /// The newest runs of the workspace, the newest first. Memory grows with their queues.
    ///
    /// # Errors
    /// When the log cannot be read, or a queue that a manifest speaks of.
    pub fn of_all(workspace: &Workspace, store: &Store) -> Result<Vec<Self>, ScanError> {
        let mut standing: BTreeMap<(ListingId, BrandId), bool> = BTreeMap::new();
        for decision in store
            .standing_decisions()?
            .into_iter()
            .map(|one| one.decision)
        {
            if decision.is_settled() {
                let fake = decision.kind == DecisionKind::Confirm;
                standing.insert((decision.listing_id, decision.brand), fake);
            }
        }
        if standing.is_empty() {
            return Ok(Vec::new());
        }
        let mut runs = Vec::new();
        for run in store.runs()?.into_iter().rev().take(MOST_RUNS) {
            // A run that was pruned, or is of another version, tells nothing.
            let folder = workspace.run(&run.id);
            let read = folder.and_then(|folder| Some((Manifest::read(&folder).ok()?, folder)));
            if let Some((manifest, folder)) = read {
                runs.push(Self::of(&run.id, &folder, &manifest, &standing)?);
            }
        }
        Ok(runs)
    }

    fn of(
        run: &str,
        folder: &Path,
        manifest: &Manifest,
        standing: &BTreeMap<(ListingId, BrandId), bool>,
    ) -> Result<Self, ScanError> {
        let sums = &manifest.candidates;
        let cut = manifest.cut.as_ref().map(|cut| cut.threshold);
        let threshold = cut.unwrap_or(manifest.settings.threshold);
        let mut worked = Self {
            run: run.to_owned(),
            model: manifest.model.clone(),
            threshold,
            whole_from: threshold,
            candidates: Vec::new(),
            slice: Slice {
                below: sums.below_threshold_covered,
                ..Slice::default()
            },
        };
        let mut least = 1.0_f64;
        export::candidates::read(&folder.join("candidates.ndjson"), |candidate, _| {
            let key = (candidate.listing_id, candidate.brand);
            let fake = standing.get(&key).copied();
            if candidate.purpose == Purpose::CheckOfMisses {
                worked.slice.count(fake);
                return;
            }
            least = least.min(candidate.probability);
            let seller = match candidate.seller_id.as_str() {
                "" => key.0.to_string(),
                seller => seller.to_owned(),
            };
            worked.candidates.push(Judged {
                key,
                probability: candidate.probability,
                seller,
                fake,
            });
        })?;
        if sums.eligible > sums.queued {
            // Those that the capacity cut off are at most as probable as the last that was queued.
            worked.whole_from = least;
        }
        Ok(worked)
    }

    /// Whether it was `model` that judged the run, cut at `threshold`.
    pub fn is_cut_like(&self, model: &str, threshold: f64) -> bool {
        self.model == model && self.threshold.to_bits() == threshold.to_bits()
    }

    fn is_worked_through(&self) -> bool {
        let open = self.candidates.iter().filter(|one| one.fake.is_none());
        !self.candidates.is_empty()
            && open.count() as f64 <= MOST_OPEN * self.candidates.len() as f64
    }
}

/// The slices of the runs that `model` cut at `threshold`.
pub fn slices_of(runs: &[WorkedRun], model: &str, threshold: f64) -> Vec<Slice> {
    let alike = runs.iter().filter(|run| run.is_cut_like(model, threshold));
    alike.map(|run| run.slice).collect()
}

impl WorkedQueues {
    /// What the runs of `model` tell.
    ///
    /// Which listings people decide on is no accident, so only queues that are worked through count, whole: what is still
    /// open in them counts as honest, which can only make the bound stricter. Below where any of these queues was cut
    /// nobody looked, and nothing is promised.
    pub fn of(runs: &[WorkedRun], model: &str) -> Self {
        let of_model = runs.iter().filter(|run| run.model == model);
        let used: Vec<&WorkedRun> = of_model.filter(|run| run.is_worked_through()).collect();
        let whole_from = used.iter().map(|run| run.whole_from).fold(0.0, f64::max);
        // What several nights queued counts once, as of the last of them.
        let mut seen = BTreeSet::new();
        let all = used.iter().flat_map(|run| &run.candidates);
        let candidates: Vec<&Judged> = all.filter(|one| seen.insert(&one.key)).collect();
        let rows = candidates.iter().map(|one| {
            let fake = one.fake.unwrap_or(false);
            (one.probability, fake, one.seller.as_str())
        });
        let mut decided = Decided::of(rows);
        decided.levels.retain(|level| level.threshold >= whole_from);
        // Nobody knows how many fakes lie below, so that no recall can be told.
        decided.fakes = 0;
        Self {
            runs: used.len() as u64,
            open: candidates.iter().filter(|one| one.fake.is_none()).count() as u64,
            decided,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::bound::{Bound, Promise};

    const PROMISE: Promise = Promise {
        wrong_share: 0.05,
        doubt: 0.05,
    };

    /// A run with so many candidates, each of a seller of its own, of probability 0.9.
    fn run(name: &str, fake: impl Fn(usize) -> Option<bool>) -> WorkedRun {
        WorkedRun {
            run: name.to_owned(),
            model: "m".to_owned(),
            threshold: 0.7,
            whole_from: 0.7,
            candidates: (0..200)
                .map(|at| Judged {
                    key: (format!("{name} {at}").into(), "luma".into()),
                    probability: 0.9,
                    seller: format!("{name} {at}"),
                    fake: fake(at),
                })
                .collect(),
            slice: Slice::default(),
        }
    }

    fn bound(runs: &[WorkedRun]) -> Bound {
        WorkedQueues::of(runs, "m").decided.bound(PROMISE)
    }

    #[test]
    fn queues_that_were_worked_through_give_the_bound_of_their_own_candidates() {
        let runs = [run("1", |_| Some(true)), run("2", |_| Some(true))];
        let Bound::Holds {
            threshold,
            listings,
            wrong,
            recall,
        } = bound(&runs)
        else {
            panic!("{:?}", bound(&runs));
        };
        assert_eq!((threshold, listings, wrong, recall), (0.7, 400, 0, None));
    }

    #[test]
    fn below_where_a_queue_was_cut_nothing_is_promised() {
        let mut full = run("1", |_| Some(true));
        full.whole_from = 0.85;
        let runs = [full, run("2", |_| Some(true))];
        assert_eq!(bound(&runs).threshold(), Some(0.85));
    }

    #[test]
    fn a_queue_that_still_waits_tells_nothing_however_right_its_first_ones_were() {
        let begun = run("1", |at| (at < 150).then_some(true));
        assert!(matches!(bound(&[begun]), Bound::TooFew { .. }));
    }

    #[test]
    fn what_is_queued_again_each_night_counts_once() {
        let again = [run("1", |_| Some(true)), run("1", |_| Some(true))];
        let queues = WorkedQueues::of(&again, "m");
        assert_eq!((queues.runs, queues.decided.listings), (2, 200));
    }

    #[test]
    fn what_nobody_could_decide_counts_as_honest() {
        let sure = run("1", |_| Some(true));
        let open = run("2", |at| (at >= 20).then_some(true));
        let queues = WorkedQueues::of(&[sure, open], "m");
        assert_eq!((queues.runs, queues.open), (2, 20));
        let wrong = queues.decided.levels.iter().map(|level| level.wrong).max();
        assert_eq!(wrong, Some(20));
    }

    #[test]
    fn decisions_on_another_models_queue_say_nothing_of_this_one() {
        let queues = WorkedQueues::of(&[run("1", |_| Some(true))], "another");
        assert_eq!((queues.runs, queues.decided.listings), (0, 0));
    }
}
