//! What changed between two runs of one workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::candidates::{Candidate, News, NoCandidate, Purpose};
use crate::export::scores::COLUMNS;
use crate::record::{ContentHash, ListingId};
use crate::table::{Format, read_cells};

use super::{Manifest, ScanError};

/// What became of a listing that either run queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Queued now, and not in the feed before; the pictures or the title are of one that was queued.
    Relisted,
    /// Queued now, and not before.
    New,
    /// Queued in both runs, and more probable now.
    Up,
    /// Queued in both runs, and less probable now.
    Down,
    /// Queued in both runs, with the same score.
    Same,
    /// Queued before, and not now because a person decided on it.
    Suppressed,
    /// Queued before, and not now.
    Gone,
}

impl ChangeKind {
    /// The word for it in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Relisted => "relisted",
            Self::New => "new",
            Self::Up => "up",
            Self::Down => "down",
            Self::Same => "same",
            Self::Suppressed => "suppressed",
            Self::Gone => "gone",
        }
    }
}

/// A listing of one run's queue or both's.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What became of it.
    pub kind: ChangeKind,
    /// The listing as the newer run that queued it shows it.
    pub candidate: Candidate,
    /// Why it is new or gone.
    pub why: String,
    /// Its place in each queue, the earlier one first.
    pub ranks: [Option<u64>; 2],
    /// Its probability in each run; `None` where the run did not score it.
    pub probabilities: [Option<f64>; 2],
    /// The cue whose part in the log-odds changed most, and by how much; only where both runs queued it.
    pub cue: Option<(String, f64)>,
    /// The listing of the earlier queue that it seems to be again.
    pub again: Option<Again>,
}

/// A listing that came back under another identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// The earlier one.
    pub listing_id: ListingId,
    /// Whether it was the same seller's.
    pub same_seller: bool,
    /// What both share: `image` or `title`.
    pub by: &'static str,
}

/// Less is no change of a probability that a person would act on.
const LEAST_CHANGE: f64 = 0.005;

/// Listings that the run `earlier` or the run `later` queued, with what changed: what is new first, by rank.
///
/// # Errors
/// When a run's files cannot be read.
pub fn diff(earlier: &Path, later: &Path) -> Result<Vec<Change>, ScanError> {
    let [before, after] = [queue(earlier)?, queue(later)?];
    let wanted: BTreeSet<&ListingId> = before.keys().chain(after.keys()).collect();
    let [scored_before, scored_after] = [scores(earlier, &wanted)?, scores(later, &wanted)?];
    let capacity = Manifest::read(later)?.settings.capacity;
    let old = Old::of(&before);
    let mut changes: Vec<Change> = wanted
        .iter()
        .filter_map(|id| {
            let scores = [scored_before.get(*id), scored_after.get(*id)];
            let (kind, why, again) = match (before.get(*id), after.get(*id)) {
                (None, None) => return None,
                (Some(_), None) => {
                    let why = why_absent(scores[1], capacity);
                    let decided = why == NoCandidate::Decided.as_str();
                    let kind = if decided {
                        ChangeKind::Suppressed
                    } else {
                        ChangeKind::Gone
                    };
                    (kind, why, None)
                }
                (None, Some(now)) if scores[0].is_none() => match old.find(now) {
                    Some(again) => (ChangeKind::Relisted, String::new(), Some(again)),
                    None => (ChangeKind::New, "first seen".to_owned(), None),
                },
                (None, Some(_)) => (ChangeKind::New, why_not_before(scores[0]), None),
                (Some(before), Some(now)) => (moved(before, now), String::new(), None),
            };
            let candidate = after.get(*id).or_else(|| before.get(*id))?.clone();
            Some(Change {
                kind,
                why,
                ranks: [&before, &after].map(|queue| queue.get(*id).map(|found| found.rank)),
                probabilities: scores.map(|found| found.map(|found| found.probability)),
                cue: strongest_change(before.get(*id), after.get(*id)),
                candidate,
                again,
            })
        })
        .collect();
    changes.sort_by_key(|change| (change.kind, change.candidate.rank));
    Ok(changes)
}

/// Tells each candidate what it is to the queue of the run in the folder `earlier`.
///
/// # Errors
/// When that run's files cannot be read.
pub(super) fn tell_news(earlier: &Path, candidates: &mut [Candidate]) -> Result<(), ScanError> {
    let before = queue(earlier)?;
    let ids: Vec<ListingId> = candidates
        .iter()
        .map(|one| one.listing_id.clone())
        .collect();
    let scored = scores(earlier, &ids.iter().collect())?;
    let old = Old::of(&before);
    for candidate in candidates {
        let id = &candidate.listing_id;
        candidate.news = Some(if before.contains_key(id) {
            News::Known
        } else {
            let again = old.find(candidate).filter(|_| !scored.contains_key(id));
            again.map_or(News::New, |again| News::Relisted {
                listing_id: again.listing_id,
                same_seller: again.same_seller,
            })
        });
    }
    Ok(())
}

/// A run's queue by listing.
fn queue(run: &Path) -> Result<BTreeMap<ListingId, Candidate>, ScanError> {
    let path = run.join("candidates.ndjson");
    let at = |source| ScanError::Io {
        path: path.clone(),
        source,
    };
    let lines = BufReader::new(File::open(&path).map_err(at)?).lines();
    lines
        .map(|line| {
            let found: Candidate =
                serde_json::from_str(&line.map_err(at)?).map_err(ScanError::spilled)?;
            Ok((found.listing_id.clone(), found))
        })
        // What chance drew tonight and not the night before has not changed.
        .filter(|found| {
            let purpose = found.as_ref().map(|(_, candidate)| candidate.purpose);
            !matches!(purpose, Ok(Purpose::CheckOfMisses))
        })
        .collect()
}

/// What a run's table of scores says of a listing.
struct InScores {
    probability: f64,
    why_not: Option<String>,
}

/// The wanted listings in a run's table of scores.
fn scores(
    run: &Path,
    wanted: &BTreeSet<&ListingId>,
) -> Result<BTreeMap<ListingId, InScores>, ScanError> {
    let columns: Vec<_> = ["listing_id", "probability", "why_not"]
        .iter()
        .filter_map(|name| COLUMNS.iter().find(|column| column.name == *name).copied())
        .collect();
    let mut found = BTreeMap::new();
    let path = run.join("scores.parquet");
    for chunk in read_cells(&path, Format::Parquet, &columns, 65_536)? {
        for row in chunk? {
            let [id, probability, why_not] = row.as_slice() else {
                continue;
            };
            let (Some(id), Some(probability)) = (id.as_text(), probability.as_float()) else {
                continue;
            };
            if let Some(&id) = wanted.get(&ListingId::from(id)) {
                let why_not = why_not.as_text().map(str::to_owned);
                let scored = InScores {
                    probability,
                    why_not,
                };
                found.insert(id.clone(), scored);
            }
        }
    }
    Ok(found)
}

fn why_absent(scored: Option<&InScores>, capacity: usize) -> String {
    match scored {
        None => "no longer in the feed".to_owned(),
        Some(InScores {
            why_not: Some(reason),
            ..
        }) => reason.clone(),
        Some(_) => format!("beyond the capacity of {capacity}"),
    }
}

fn why_not_before(scored: Option<&InScores>) -> String {
    match scored.and_then(|found| found.why_not.as_deref()) {
        Some(reason) => format!("was {reason}"),
        None => "was beyond the capacity".to_owned(),
    }
}

fn moved(before: &Candidate, now: &Candidate) -> ChangeKind {
    let change = now.probability - before.probability;
    if change >= LEAST_CHANGE {
        ChangeKind::Up
    } else if change <= -LEAST_CHANGE {
        ChangeKind::Down
    } else {
        ChangeKind::Same
    }
}

/// The cue whose part changed most; of equal ones the first by name.
fn strongest_change(before: Option<&Candidate>, now: Option<&Candidate>) -> Option<(String, f64)> {
    let mut parts: BTreeMap<&str, f64> = BTreeMap::new();
    for (candidate, sign) in [(before?, -1.0), (now?, 1.0)] {
        for cue in &candidate.cues {
            *parts.entry(&cue.cue).or_default() += sign * cue.log_odds;
        }
    }
    let changed = parts.into_iter().filter(|(_, by)| by.abs() > 1e-9);
    let most = changed.reduce(|most, other| {
        if other.1.abs() > most.1.abs() {
            other
        } else {
            most
        }
    })?;
    Some((most.0.to_owned(), most.1))
}

/// The earlier queue by what a seller carries over to a new listing.
struct Old<'a> {
    by_image: BTreeMap<ContentHash, &'a Candidate>,
    by_title: BTreeMap<String, &'a Candidate>,
}

impl<'a> Old<'a> {
    fn of(queue: &'a BTreeMap<ListingId, Candidate>) -> Self {
        let mut old = Self {
            by_image: BTreeMap::new(),
            by_title: BTreeMap::new(),
        };
        for candidate in queue.values() {
            for content in candidate.images.iter().filter_map(|image| image.content) {
                old.by_image.entry(content).or_insert(candidate);
            }
            let title = words(&candidate.title);
            old.by_title.entry(title).or_insert(candidate);
        }
        old
    }

    /// The earlier listing with one of the same pictures, else with the same title.
    fn find(&self, now: &Candidate) -> Option<Again> {
        let images = now.images.iter().filter_map(|image| image.content);
        let mut same_image = images.filter_map(|content| self.by_image.get(&content));
        let same_title = || {
            let found = self.by_title.get(&words(&now.title))?;
            Some((*found, "title"))
        };
        let (found, by) = same_image
            .next()
            .map(|found| (*found, "image"))
            .or_else(same_title)?;
        Some(Again {
            listing_id: found.listing_id.clone(),
            same_seller: found.seller_id == now.seller_id,
            by,
        })
    }
}

/// A title without what changes nothing: case and spaces.
fn words(title: &str) -> String {
    let lower = title.to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::invented;

    #[test]
    fn a_score_moves_by_the_cue_that_changed_most() {
        let before = invented::candidate(1);
        let mut now = before.clone();
        assert_eq!(moved(&before, &now), ChangeKind::Same);
        assert_eq!(strongest_change(Some(&before), Some(&now)), None);
        now.probability = before.probability - 0.1;
        let cue = now.cues[0].cue.clone();
        now.cues[0].log_odds -= 0.7;
        assert_eq!(moved(&before, &now), ChangeKind::Down);
        let (name, by) = strongest_change(Some(&before), Some(&now)).expect("a change");
        assert_eq!(name, cue);
        assert!((by + 0.7).abs() < 1e-9);
    }

    #[test]
    fn a_listing_that_comes_back_is_known_by_picture_or_title() {
        let before = invented::candidate(1);
        let queue = BTreeMap::from([(before.listing_id.clone(), before.clone())]);
        let old = Old::of(&queue);
        let mut now = invented::candidate(1);
        now.listing_id = ListingId::from("another");
        now.images.clear();
        now.title = format!("  {} ", before.title.to_uppercase());
        let again = old.find(&now).expect("the same title");
        assert_eq!((again.by, again.same_seller), ("title", true));
        now.title = "something else".to_owned();
        assert_eq!(old.find(&now), None);
    }
}
