//! EMIT: the queue within the reviewers' capacity, its evidence, tables, report and manifest.

use std::collections::BTreeMap;
use std::path::Path;

use crate::candidates::decision::{Content, Fate, Projection};
use crate::candidates::{
    Candidate, CaseMark, Evidence, MissCheck, Missed, NoCandidate, Purpose, Queue,
};
use crate::export::report::CatalogLine;
use crate::export::{self, Pictures, Report, RunFacts};
use crate::image::{Limits, thumbnail_jpeg};
use crate::record::{ContentHash, ListingId, SellerId};
use crate::rings::Case;
use crate::signals::ReadListing;
use crate::table::Format;
use crate::workspace::Workspace;

use super::drift::Drift;
use super::manifest::{CandidateSums, CaseSums, Cut, Manifest};
use super::relate::SpillPaths;
use super::worked::{WorkedRun, slices_of};
use super::{Engine, ScanError, Settings, case_book, spill};

/// The longer side of a picture in the report, in pixels: sharp at half that on a dense screen.
const PICTURE_SIDE: u32 = 320;

/// What JUDGE and earlier decisions leave for EMIT.
pub(super) struct Found<'a> {
    pub queue: Queue,
    pub misses: MissCheck,
    pub cases: Vec<Case>,
    pub fates: &'a [Fate],
    pub worked: &'a [WorkedRun],
}

/// Writes everything that people and programs read of a run; completes the manifest's sums.
pub(super) fn emit(
    engine: &Engine,
    workspace: &Workspace,
    found: Found<'_>,
    settings: &Settings,
    manifest: &mut Manifest,
    run: &Path,
) -> Result<(), ScanError> {
    let evidence = Evidence::below(&run.join("evidence"));
    let Found {
        queue,
        misses,
        cases,
        fates,
        worked,
    } = found;
    let mut candidates = queue.draw();
    let queued = candidates.iter().map(|one| (&one.brand, one.ground));
    manifest.projection = Projection::of(fates, queued);
    let (below, drawn) = misses.draw();
    manifest.candidates.below_threshold_covered = below;
    manifest.candidates.checked_for_misses = drawn.len() as u64;
    manifest.missed = missed(manifest, worked);
    for mut drawn in drawn {
        drawn.rank = candidates.len() as u64 + 1;
        candidates.push(drawn);
    }
    let before = super::drift::last_before(&workspace.runs(), settings.as_of);
    if let Some((name, _)) = &before {
        // A run before that cannot be read is no reason to stop this one: there is no news then.
        let _ = super::diff::tell_news(&workspace.runs().join(name), &mut candidates);
    }
    keep_records(&mut candidates, &evidence, settings, run)?;
    for candidate in &mut candidates {
        keep_images(candidate, engine, &evidence)?;
    }
    count(&candidates, &mut manifest.candidates);
    let mut cases = case_book::settle(cases, &workspace.runs(), settings.as_of);
    join_cases(&mut candidates, &mut cases);
    keep_case_images(&mut cases, engine, &evidence)?;
    count_cases(&cases, &mut manifest.cases);
    export::cases::write(&run.join(case_book::FILE), Format::Ndjson, &cases)?;
    export::cases::write(&run.join("cases.parquet"), Format::Parquet, &cases)?;
    for (name, format) in [
        ("candidates.csv", Format::Csv),
        ("candidates.ndjson", Format::Ndjson),
        ("candidates.parquet", Format::Parquet),
    ] {
        export::candidates::write(&run.join(name), format, &candidates)?;
    }
    let references = Evidence::below(&workspace.references());
    let mut thumbnails = Thumbnails::new(settings.limits());
    let report = Report::new(
        &facts(manifest),
        &candidates,
        settings.report_cards,
        |candidate| pictures(candidate, engine, &evidence, &references, &mut thumbnails),
    );
    write(
        &run.join("report.html"),
        &report.page().map_err(export::ExportError::from)?,
    )?;
    let json = serde_json::to_string_pretty(manifest).map_err(ScanError::spilled)?;
    write(&run.join("manifest.json"), &(json + "\n"))
}

/// Keeps each candidate's listing with what was read from it.
fn keep_records(
    candidates: &mut [Candidate],
    evidence: &Evidence,
    settings: &Settings,
    run: &Path,
) -> Result<(), ScanError> {
    let mut wanted: BTreeMap<ListingId, &mut Candidate> = candidates
        .iter_mut()
        .map(|candidate| (candidate.listing_id.clone(), candidate))
        .collect();
    let paths = SpillPaths::below(&run.join("signals"));
    spill::for_each_chunk(&paths, settings.chunk_rows, |rows| {
        for row in rows {
            if let Some(candidate) = wanted.get_mut(row.listing_id.as_str()) {
                let read: ReadListing = row.parse()?;
                candidate.record = Some(evidence.keep_record(&read)?);
                candidate.content = Some(Content::of(&read));
            }
        }
        Ok(())
    })
}

/// Keeps the bytes of each readable image; one that changed since it was read is left out.
fn keep_images(
    candidate: &mut Candidate,
    engine: &Engine,
    evidence: &Evidence,
) -> Result<(), ScanError> {
    let Some(folder) = engine.folder() else {
        return Ok(());
    };
    for image in &mut candidate.images {
        let Some(content) = image.content else {
            continue;
        };
        let Ok(bytes) = folder.read(&image.file) else {
            continue;
        };
        if ContentHash::of(&bytes) == content {
            image.evidence = Some(evidence.keep_image(content, &bytes)?);
        }
    }
    Ok(())
}

/// Tells each candidate the case that its seller belongs to, and each case how many are in the queue.
fn join_cases(candidates: &mut [Candidate], cases: &mut [Case]) {
    let mut of_seller: BTreeMap<SellerId, usize> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate() {
        let sellers = case.sellers.iter().map(|seller| seller.seller_id.clone());
        of_seller.extend(sellers.map(|seller| (seller, at)));
    }
    for candidate in candidates {
        if let Some(at) = of_seller.get(&candidate.seller_id) {
            let case = &mut cases[*at];
            case.queued += u64::from(candidate.purpose == Purpose::Candidate);
            candidate.case = Some(CaseMark {
                id: case.id.clone(),
                sellers: case.sellers.len() as u64,
                listings: case.listings,
            });
        }
    }
}

/// Keeps the pictures that a case is told with; one that changed since it was read is left out.
fn keep_case_images(
    cases: &mut [Case],
    engine: &Engine,
    evidence: &Evidence,
) -> Result<(), ScanError> {
    let Some(folder) = engine.folder() else {
        return Ok(());
    };
    let keep = |file: &str, content: ContentHash| -> Result<Option<String>, ScanError> {
        let bytes = folder.read(file).ok();
        let same = bytes.filter(|bytes| ContentHash::of(bytes) == content);
        let kept = same.map(|bytes| evidence.keep_image(content, &bytes));
        Ok(kept.transpose()?)
    };
    for case in cases {
        for thing in &mut case.shared {
            if let Some(content) = thing.content {
                thing.evidence = keep(&thing.what, content)?;
            }
        }
        for listing in &mut case.examples {
            if let (Some(file), Some(content)) = (&listing.image, listing.content) {
                listing.evidence = keep(file, content)?;
            }
        }
    }
    Ok(())
}

fn count_cases(cases: &[Case], sums: &mut CaseSums) {
    sums.cases = cases.len() as u64;
    sums.new = cases.iter().filter(|case| case.growth.is_none()).count() as u64;
    sums.sellers = cases.iter().map(|case| case.sellers.len() as u64).sum();
    sums.listings = cases.iter().map(|case| case.listings).sum();
}

fn count(candidates: &[Candidate], sums: &mut CandidateSums) {
    let candidates = || {
        candidates
            .iter()
            .filter(|candidate| candidate.purpose == Purpose::Candidate)
    };
    sums.queued = candidates().count() as u64;
    for candidate in candidates() {
        *sums
            .by_ground
            .entry(candidate.ground.as_str().to_owned())
            .or_default() += 1;
        *sums
            .by_brand
            .entry(candidate.brand.to_string())
            .or_default() += 1;
    }
}

/// The listing's image that matches, else its first readable one, beside the reference image.
fn pictures(
    candidate: &Candidate,
    engine: &Engine,
    evidence: &Evidence,
    references: &Evidence,
    thumbnails: &mut Thumbnails,
) -> Pictures {
    let matched = candidate.image.as_ref().map(|image| image.file.as_str());
    let listing = candidate
        .images
        .iter()
        .filter(|image| image.evidence.is_some())
        .min_by_key(|image| Some(image.file.as_str()) != matched)
        .and_then(|image| evidence.read(image.evidence.as_deref()?).ok());
    let reference = candidate
        .reference_image
        .as_deref()
        .and_then(|name| engine.reference_image(name))
        .and_then(|image| references.read_image(image.fingerprint.content).ok());
    let mut small = |bytes: Vec<u8>| thumbnails.of(&bytes);
    Pictures {
        listing: listing.and_then(&mut small),
        reference: reference.and_then(&mut small),
    }
}

/// Pictures made small, each once: many candidates show the same photo of the brand's.
struct Thumbnails {
    limits: Limits,
    made: BTreeMap<ContentHash, Option<Vec<u8>>>,
}

impl Thumbnails {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            made: BTreeMap::new(),
        }
    }

    fn of(&mut self, picture: &[u8]) -> Option<Vec<u8>> {
        let make = || thumbnail_jpeg(picture, &self.limits, PICTURE_SIDE).ok();
        let made = self.made.entry(ContentHash::of(picture));
        made.or_insert_with(make).clone()
    }
}

fn facts(manifest: &Manifest) -> RunFacts {
    let not_candidates = NoCandidate::ALL
        .into_iter()
        .filter_map(|why| {
            let count = *manifest.candidates.not_candidates.get(why.as_str())?;
            Some((why, count))
        })
        .collect();
    RunFacts {
        program: manifest.program.clone(),
        as_of: manifest.as_of.to_string(),
        model: manifest.model.clone(),
        feeds: manifest
            .feeds
            .iter()
            .map(|feed| feed.file.clone())
            .collect(),
        catalogs: manifest
            .catalogs
            .iter()
            .map(|catalog| CatalogLine {
                brand: catalog.brand.clone(),
                products: catalog.products as u64,
                images: catalog.images as u64,
            })
            .collect(),
        threshold: manifest
            .cut
            .as_ref()
            .map_or(manifest.settings.threshold, |cut| cut.threshold),
        cut: manifest.cut.as_ref().map(Cut::sentence).unwrap_or_default(),
        misses: misses_note(manifest),
        set_aside: manifest
            .set_aside
            .iter()
            .map(|aside| format!("{}: {}", aside.reference, aside.why))
            .collect(),
        drift: manifest.drift.as_ref().map(drift_lines).unwrap_or_default(),
        projection: manifest
            .projection
            .as_ref()
            .map(Projection::sentence)
            .unwrap_or_default(),
        capacity: manifest.settings.capacity as u64,
        rows: manifest.listings.rows,
        scored: manifest.listings.scored,
        folded: manifest.listings.folded,
        rejected: manifest.listings.rejected,
        images: manifest.images.seen,
        unreadable: manifest.images.unreadable,
        eligible: manifest.candidates.eligible,
        not_candidates,
    }
}

/// What the threshold misses, going by the slices of earlier runs that the same model cut at the same threshold.
fn missed(manifest: &Manifest, worked: &[WorkedRun]) -> Option<Missed> {
    let threshold = manifest.cut.as_ref()?.threshold;
    let slices = slices_of(worked, &manifest.model, threshold);
    Missed::of(&slices, manifest.candidates.below_threshold_covered)
}

/// What the slice below the threshold is for; empty when there is none.
fn misses_note(manifest: &Manifest) -> String {
    let sums = &manifest.candidates;
    let below = sums.below_threshold_covered;
    let drawn = match sums.checked_for_misses {
        0 => {
            return manifest
                .missed
                .map_or_else(String::new, |missed| missed.sentence());
        }
        drawn => drawn,
    };
    let told = manifest.missed.map_or_else(
        || format!("Of the {below} about as large a share are missed fakes as of these."),
        |missed| missed.sentence(),
    );
    format!(
        "The last {drawn} of the queue are a check of misses: drawn at random from {below} listings below the threshold that a right \
         covers. {told}"
    )
}

/// What moved since the run before, for people.
fn drift_lines(drift: &Drift) -> Vec<String> {
    let moved = drift.moved().map(|shift| {
        format!(
            "{}: {} (PSI {:.2})",
            shift.name,
            shift.alarm.as_str(),
            shift.psi
        )
    });
    let first = format!(
        "Against run {} of {}: {}",
        drift.against, drift.as_of, drift.meaning
    );
    std::iter::once(first).chain(moved).collect()
}

fn write(path: &Path, text: &str) -> Result<(), ScanError> {
    std::fs::write(path, text).map_err(|source| ScanError::Io {
        path: path.to_owned(),
        source,
    })
}
