use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::drift::Drift;
use super::flood::SetAside;
use super::worked::{WorkedQueues, WorkedRun};
use super::{ScanError, Settings};
use crate::candidates::Missed;
use crate::candidates::decision::Projection;
use crate::model::Model;
use crate::model::bound::{Bound, Promise};
use crate::model::drift::Tally;
use crate::price::Comparable;

/// The version of the manifest's own form.
pub const MANIFEST_FORMAT: u32 = 1;

/// What a run read, with what, and what became of every row and image.
///
/// Nothing in it depends on when, where or with how many threads the run was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_FORMAT`].
    pub format: u32,
    /// The program and its version.
    pub program: String,
    /// The date that the run speaks of.
    pub as_of: Date,
    /// The resolved settings.
    pub settings: Settings,
    /// The model's identity: the BLAKE3 hash of its artifact.
    pub model: String,
    /// The catalogs that the feed was held against.
    pub catalogs: Vec<CatalogFacts>,
    /// The feed's files in the order given.
    pub feeds: Vec<FeedFacts>,
    /// Sums over all feeds.
    pub listings: ListingSums,
    /// Sums over all images.
    pub images: ImageSums,
    /// The exchange rates.
    pub rates: RateSums,
    /// What earlier decisions brought.
    #[serde(default)]
    pub prior: PriorFacts,
    /// What the queue holds.
    pub candidates: CandidateSums,
    /// Sellers who act as one.
    #[serde(default)]
    pub cases: CaseSums,
    /// Where the queue was cut, and what can be promised of it.
    #[serde(default)]
    pub cut: Option<Cut>,
    /// Listings by bin of the score and of each cue, for the next run to be compared with.
    #[serde(default)]
    pub tally: Tally,
    /// How far these have moved since the run before; `None` when there is none.
    #[serde(default)]
    pub drift: Option<Drift>,
    /// Reference pictures that matched so many listings that the run did without them.
    #[serde(default)]
    pub set_aside: Vec<SetAside>,
    /// What the threshold misses, going by what people decided about the slices of earlier runs; `None` while they decided
    /// about none that the same model cut at the same threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<Missed>,
    /// What may become of the queue, going by the outcomes of earlier decisions; `None` while there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projection: Option<Projection>,
}

/// Where the queue was cut, and what can be promised of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// The least probability of a candidate.
    pub threshold: f64,
    /// Whether the bound put it there, rather than the settings.
    pub by_bound: bool,
    /// What was asked to be promised.
    pub promise: Promise,
    /// Whether decided listings support that.
    pub bound: Bound,
    /// Which decided listings these are.
    #[serde(default)]
    pub source: BoundSource,
}

/// Which decided listings a bound rests on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum BoundSource {
    /// Those that the model was measured on, since too few candidates of its queues are decided here.
    Model {
        /// The most independent ones of these at any threshold.
        found: f64,
    },
    /// Candidates of earlier queues that people worked through here.
    Decisions {
        /// Runs.
        runs: u64,
        /// Their candidates.
        candidates: u64,
        /// Of these the ones without a settled decision, which count as honest.
        open: u64,
    },
}

impl Default for BoundSource {
    fn default() -> Self {
        Self::Model { found: 0.0 }
    }
}

impl BoundSource {
    /// For people, as a sentence.
    fn sentence(self) -> String {
        match self {
            Self::Model { found } if found < 1.0 => {
                "The decided listings are those that the model was measured on; no queue of this model is worked through here."
                    .to_owned()
            }
            Self::Model { found } => format!(
                "The decided listings are those that the model was measured on; the queues worked through here are worth only \
                 {found:.0} independent ones."
            ),
            Self::Decisions {
                runs,
                candidates,
                open,
            } => format!(
                "The decided listings are {candidates} candidates of {runs} earlier queues of this model; {open} of them that are \
                 not decided count as honest."
            ),
        }
    }
}

impl Cut {
    /// Where the queue of a run under `settings` is cut: by what people decided about the earlier queues `worked` of the
    /// model, whose `version` is told, as soon as they decided about enough; else by the listings that the model was measured on.
    pub(super) fn of(
        model: &Model,
        version: &str,
        worked: &[WorkedRun],
        settings: &Settings,
    ) -> Self {
        let queues = WorkedQueues::of(worked, version);
        let (bound, source) = match queues.decided.bound(settings.promise) {
            Bound::TooFew { found, .. } => (
                model.artifact().decided.bound(settings.promise),
                BoundSource::Model { found },
            ),
            // Also when it promises less than the model's would: it is about this market.
            here => (
                here,
                BoundSource::Decisions {
                    runs: queues.runs,
                    candidates: queues.decided.listings,
                    open: queues.open,
                },
            ),
        };
        let by_bound = bound.threshold().filter(|_| settings.cut_by_bound);
        Self {
            threshold: by_bound.unwrap_or(settings.threshold),
            by_bound: by_bound.is_some(),
            promise: settings.promise,
            bound,
            source,
        }
    }

    /// Where and why, and what is promised, for people.
    pub fn sentence(&self) -> String {
        let by = if self.by_bound {
            "by the bound on wrong accusations"
        } else {
            "by the setting"
        };
        let bound = self.bound.sentence(self.promise);
        let short = match self.bound.threshold() {
            Some(threshold) if threshold > self.threshold => {
                " Of candidates below that nothing is promised."
            }
            _ => "",
        };
        format!(
            "The queue is cut at a probability of {} {by}. {bound}{short} {}",
            self.threshold,
            self.source.sentence()
        )
    }
}

/// What earlier decisions brought to a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorFacts {
    /// Pictures of known fakes that counted.
    pub known_fakes: usize,
    /// Cleared pictures that counted.
    pub cleared: usize,
    /// A hash over both, where there are any.
    pub bank: Option<String>,
    /// Listings, each under one brand, that people decided on.
    pub decided: usize,
    /// The hash of the last decision in the log, where there is one.
    pub decisions: Option<String>,
}

/// One catalog version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CatalogFacts {
    /// The brand.
    pub brand: String,
    /// The content hash of the version.
    pub version: String,
    /// Products that can be matched.
    pub products: usize,
    /// Images that can be matched.
    pub images: usize,
}

/// One file of the feed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FeedFacts {
    /// The file's name.
    pub file: String,
    /// The BLAKE3 hash of its bytes.
    pub content: String,
    /// Its sums.
    #[serde(flatten)]
    pub sums: ListingSums,
}

/// rows = scored + folded + rejected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingSums {
    /// Rows in.
    pub rows: u64,
    /// Listings scored.
    pub scored: u64,
    /// Rows that were merged into another row's listing.
    pub folded: u64,
    /// Rows that could not be used; each stands in `rejects.csv`.
    pub rejected: u64,
    /// Fields that could not be used of rows that were; each stands in `notes.csv`.
    pub notes: u64,
    /// The notes by column; `row` where it is the row as a whole.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub notes_by_column: BTreeMap<String, u64>,
    /// Scored listings whose price was dropped because nothing says its currency.
    pub without_currency: u64,
}

/// The exchange rates that prices were compared at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateSums {
    /// The last day with a rate.
    pub last_day: Option<Date>,
    /// Days from then to the run's date, below zero when it is earlier.
    pub age_days: Option<i32>,
    /// Listings whose price was converted at rates that ended over 14 days before its day.
    pub old: u64,
    /// Listings whose price could not be compared for want of a rate.
    pub missing: u64,
}

impl RateSums {
    pub(super) fn new(last_day: Option<Date>, as_of: Date) -> Self {
        let age = last_day.and_then(|last| last.until(as_of).ok());
        Self {
            last_day,
            age_days: age.map(|age| age.get_days()),
            ..Self::default()
        }
    }

    pub(super) fn count(&mut self, price: &Comparable) {
        self.old += u64::from(price.old_rate.is_some());
        self.missing += u64::from(price.no_rate);
    }
}

/// seen = fingerprinted + unreadable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageSums {
    /// Images that scored listings name; 0 when no image folder was given.
    pub seen: u64,
    /// Images with a fingerprint.
    pub fingerprinted: u64,
    /// Images without.
    pub unreadable: u64,
    /// The latter by reason.
    pub unreadable_by_reason: BTreeMap<String, u64>,
}

/// scored = eligible + not_candidates, by reason; queued <= capacity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidateSums {
    /// Listings that fulfil every condition.
    pub eligible: u64,
    /// Of those, the ones within the capacity.
    pub queued: u64,
    /// The queued ones by ground.
    pub by_ground: BTreeMap<String, u64>,
    /// The queued ones by brand.
    pub by_brand: BTreeMap<String, u64>,
    /// All others by the reason why they are no candidates.
    pub not_candidates: BTreeMap<String, u64>,
    /// Listings below the threshold that a right covers, of which a random slice is queued as well.
    #[serde(default)]
    pub below_threshold_covered: u64,
    /// The size of that slice.
    #[serde(default)]
    pub checked_for_misses: u64,
}

/// What the tables of cases hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSums {
    /// Cases.
    pub cases: u64,
    /// Of those, the ones that no earlier run had.
    pub new: u64,
    /// Their sellers.
    pub sellers: u64,
    /// The listings of those.
    pub listings: u64,
    /// Traces that were let go for want of room, the commonest; ties may be missing where this is not 0.
    pub let_go: u64,
}

impl ListingSums {
    /// Counts a note on `column`, which is empty where it is the row as a whole.
    pub(super) fn note(&mut self, column: &str) {
        let column = if column.is_empty() { "row" } else { column };
        self.notes += 1;
        *self.notes_by_column.entry(column.to_owned()).or_default() += 1;
    }

    /// Prices that were dropped because they cannot be read, whatever the currency.
    pub fn unreadable_prices(&self) -> u64 {
        let dropped = self.notes_by_column.get("price").copied();
        dropped.unwrap_or(0).saturating_sub(self.without_currency)
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.scored += other.scored;
        self.folded += other.folded;
        self.rejected += other.rejected;
        self.notes += other.notes;
        add_counts(&mut self.notes_by_column, &other.notes_by_column);
        self.without_currency += other.without_currency;
    }
}

impl ImageSums {
    /// Counts one image of that status.
    pub(super) fn count(&mut self, status: &str) {
        self.seen += 1;
        if status == "ok" {
            self.fingerprinted += 1;
        } else {
            self.unreadable += 1;
            let reason = status.to_owned();
            *self.unreadable_by_reason.entry(reason).or_default() += 1;
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.seen += other.seen;
        self.fingerprinted += other.fingerprinted;
        self.unreadable += other.unreadable;
        add_counts(&mut self.unreadable_by_reason, &other.unreadable_by_reason);
    }
}

impl CandidateSums {
    pub(super) fn add(&mut self, other: &Self) {
        self.eligible += other.eligible;
        self.queued += other.queued;
        self.below_threshold_covered += other.below_threshold_covered;
        self.checked_for_misses += other.checked_for_misses;
        add_counts(&mut self.by_ground, &other.by_ground);
        add_counts(&mut self.by_brand, &other.by_brand);
        add_counts(&mut self.not_candidates, &other.not_candidates);
    }
}

fn add_counts(counts: &mut BTreeMap<String, u64>, others: &BTreeMap<String, u64>) {
    for (name, count) in others {
        *counts.entry(name.clone()).or_default() += count;
    }
}

impl Manifest {
    /// The manifest of the finished run in the folder `run`.
    ///
    /// # Errors
    /// When it cannot be read, or was written by another version of the program.
    pub fn read(run: &Path) -> Result<Self, ScanError> {
        let path = run.join("manifest.json");
        let text = std::fs::read_to_string(&path).map_err(|source| ScanError::Io {
            path: path.clone(),
            source,
        })?;
        serde_json::from_str::<Self>(&text)
            .map_err(|error| error.to_string())
            .and_then(|manifest| match manifest.format {
                MANIFEST_FORMAT => Ok(manifest),
                other => Err(format!("format {other} where {MANIFEST_FORMAT} is read")),
            })
            .map_err(|problem| ScanError::Manifest { path, problem })
    }

    /// What does not add up, in words; empty when all does.
    pub fn discrepancies(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut hold = |name: &str, left: u64, right: u64| {
            if left != right {
                wrong.push(format!("{name}: {left} is not {right}"));
            }
        };
        let listings = &self.listings;
        hold(
            "rows = scored + folded + rejected",
            listings.rows,
            listings.scored + listings.folded + listings.rejected,
        );
        let images = &self.images;
        hold(
            "images = fingerprinted + unreadable",
            images.seen,
            images.fingerprinted + images.unreadable,
        );
        hold(
            "unreadable = sum of reasons",
            images.unreadable,
            images.unreadable_by_reason.values().sum(),
        );
        let candidates = &self.candidates;
        hold(
            "scored = eligible + not candidates",
            listings.scored,
            candidates.eligible + candidates.not_candidates.values().sum::<u64>(),
        );
        hold(
            "queued = sum of grounds",
            candidates.queued,
            candidates.by_ground.values().sum(),
        );
        wrong
    }

    /// Whether every record of the input could be used.
    pub fn complete(&self) -> bool {
        self.listings.rejected == 0 && self.images.unreadable == 0
    }
}
