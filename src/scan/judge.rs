//! JUDGE: signals and relations to a score with named contributions, then a candidate or why not.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use crate::candidates::decision::Content;
use crate::candidates::{self, Candidate, Case, MissCheck, NoCandidate, Place, Queue};
use crate::export::{self, scores::ScoreWriter};
use crate::features::{FeatureRow, Input};
use crate::model::drift::Tally;
use crate::model::{Model, Scored};
use crate::record::{BrandId, ListingId};
use crate::reference::Reference;
use crate::rings;
use crate::signals::{ReadListing, Relations};
use crate::table::Format;

use super::case_book::CaseBook;
use super::manifest::{CandidateSums, Manifest};
use super::relate::{Related, SpillPaths};
use super::rings::Rings;
use super::{Engine, Progress, ScanError, Settings, spill};

/// What JUDGE leaves for EMIT.
pub(super) struct Judged {
    pub queue: Queue,
    pub misses: MissCheck,
    pub tally: Tally,
    pub sums: CandidateSums,
    pub cases: Vec<rings::Case>,
}

/// What people decided on before, by listing and brand, and what the listing said then, where that is known.
pub type Decided = BTreeMap<(ListingId, BrandId), Option<Content>>;

/// Whether a person decided on this candidate before, and nothing that mattered changed since.
fn is_decided(decided: &Decided, candidate: &Candidate, read: &ReadListing) -> bool {
    let key = (candidate.listing_id.clone(), candidate.brand.clone());
    match decided.get(&key) {
        None => false,
        // Nobody knows what it said: the decision holds.
        Some(None) => true,
        Some(Some(then)) => then.stands_for(&Content::of(read)),
    }
}

/// The model that the settings name, else the built-in one.
///
/// # Errors
/// When it cannot be read, or does not fit this program.
pub fn load_model(settings: &Settings) -> Result<Model, ScanError> {
    Ok(match &settings.model {
        Some(path) => Model::load(path)?,
        None => Model::embedded()?,
    })
}

/// One listing after JUDGE.
pub(super) struct Verdict {
    pub read: ReadListing,
    pub scored: Scored,
    pub judged: Result<Candidate, NoCandidate>,
    /// Below the threshold and covered by a right; with its place and what would be queued when it may be drawn.
    pub miss: Option<Option<(Place, Candidate)>>,
}

/// All that listings are judged by.
#[derive(Clone, Copy)]
pub(super) struct Judge<'a> {
    pub reference: &'a Reference,
    pub model: &'a Model,
    pub related: &'a Related,
    pub decided: &'a Decided,
    pub settings: &'a Settings,
    pub threshold: f64,
}

impl Judge<'_> {
    /// Judges one listing; `misses` tells whether it may be drawn from below the threshold.
    pub fn verdict(&self, mut read: ReadListing, misses: &MissCheck) -> Verdict {
        let relations = self.related.join(&mut read, self.reference);
        let scored = self
            .model
            .score(&FeatureRow::new(&input(&read, &relations)));
        let cut = (self.settings, self.threshold);
        let case = case(&read, &relations, &scored, self.reference, cut);
        let mut judged = candidates::judge(&case);
        let below = matches!(judged, Err(NoCandidate::BelowThreshold));
        let miss = (below && candidates::is_covered(&case)).then(|| {
            let place = misses.place(read.listing.id.as_str())?;
            let candidate = candidates::check_of_misses(&case)?;
            let again = is_decided(self.decided, &candidate, &read);
            (!again).then_some((place, candidate))
        });
        if matches!(&judged, Ok(found) if is_decided(self.decided, found, &read)) {
            judged = Err(NoCandidate::Decided);
        }
        Verdict {
            read,
            scored,
            judged,
            miss,
        }
    }
}

impl CandidateSums {
    /// Counts what became of one listing.
    pub(super) fn count(&mut self, judged: &Result<Candidate, NoCandidate>) {
        match judged {
            Ok(_) => self.eligible += 1,
            Err(reason) => {
                let reason = reason.as_str().to_owned();
                *self.not_candidates.entry(reason).or_default() += 1;
            }
        }
    }
}

/// Streams the spilled listings past the model into `scores.parquet` and the queue.
pub(super) fn judge_all(
    engine: &Engine,
    model: &Model,
    (related, rings): (&Related, &Rings),
    decided: &Decided,
    (settings, threshold): (&Settings, f64),
    run: &Path,
    progress: &dyn Progress,
) -> Result<Judged, ScanError> {
    let paths = SpillPaths::below(&run.join("signals"));
    let mut scores = ScoreWriter::create(&run.join("scores.parquet"), Format::Parquet)?;
    let mut queue = Queue::new(settings.capacity);
    let mut misses = MissCheck::new(settings.miss_check, settings.as_of);
    let mut tally = Tally::new(model.artifact());
    let mut sums = CandidateSums::default();
    let judge = Judge {
        reference: engine.reference(),
        model,
        related,
        decided,
        settings,
        threshold,
    };
    let mut cases = CaseBook::new(rings);
    spill::for_each_chunk(&paths, settings.chunk_rows, |rows| {
        let steps = rows.len() as u64;
        let verdicts: Vec<Verdict> = rows
            .into_par_iter()
            .map(|row| Ok(judge.verdict(row.parse()?, &misses)))
            .collect::<Result<_, ScanError>>()?;
        for verdict in verdicts {
            let seller = verdict.read.listing.seller.id.as_str();
            scores.push(
                seller,
                &verdict.read.signals,
                &verdict.scored,
                &verdict.judged,
            )?;
            tally.add(model.artifact(), &verdict.scored);
            cases.add(&verdict.read, &verdict.scored, engine.reference());
            if let Some(miss) = verdict.miss {
                misses.count();
                if let Some((place, candidate)) = miss {
                    misses.offer(place, candidate);
                }
            }
            sums.count(&verdict.judged);
            if let Ok(candidate) = verdict.judged {
                queue.push(candidate);
            }
        }
        progress.advance(steps);
        Ok(())
    })?;
    scores.finish()?;
    Ok(Judged {
        queue,
        misses,
        tally,
        sums,
        cases: cases.cases(settings.as_of),
    })
}

fn input<'a>(read: &'a ReadListing, relations: &'a Relations) -> Input<'a> {
    Input {
        listing: &read.listing,
        signals: &read.signals,
        relations,
    }
}

fn case<'a>(
    read: &'a ReadListing,
    relations: &'a Relations,
    scored: &'a Scored,
    reference: &'a Reference,
    (settings, threshold): (&'a Settings, f64),
) -> Case<'a> {
    Case {
        input: input(read, relations),
        scored,
        reference,
        as_of: settings.as_of,
        threshold,
        market: &settings.market,
    }
}

/// Judges one listing of the run in `run` again from its kept signals and tells it as plain text.
///
/// `manifest` is the run's, and `reference` holds the catalogs that it names, so that what is told is
/// what the run did, whatever has changed since.
///
/// # Errors
/// [`ScanError::OtherModel`] when the model of the settings is not the run's,
/// [`ScanError::NoListing`] when the run scored no such listing, else when a file cannot be read.
pub fn explain(
    run: &Path,
    id: &str,
    manifest: &Manifest,
    reference: &Reference,
) -> Result<String, ScanError> {
    let settings = &manifest.settings;
    let model = load_model(settings)?;
    let found = model.version()?.to_string();
    if found != manifest.model {
        let expected = manifest.model.clone();
        return Err(ScanError::OtherModel { found, expected });
    }
    let paths = SpillPaths::below(&run.join("signals"));
    let mut read = spill::find(&paths, id, settings.chunk_rows)?
        .ok_or_else(|| ScanError::NoListing(id.to_owned()))?;
    let related = Related::read(&paths, reference, settings.as_of)?.without(&manifest.set_aside);
    let relations = related.join(&mut read, reference);
    let scored = model.score(&FeatureRow::new(&input(&read, &relations)));
    let threshold = manifest
        .cut
        .as_ref()
        .map_or(settings.threshold, |cut| cut.threshold);
    let case = case(&read, &relations, &scored, reference, (settings, threshold));
    Ok(export::explain::explain(&case, &candidates::judge(&case)))
}
