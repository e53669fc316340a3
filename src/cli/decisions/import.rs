//! Rows of other people's tables to decisions and outcomes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::candidates::decision::{Content, Outcome, OutcomeKind, reason};
use crate::candidates::{Candidate, Decision, DecisionKind, Ground};
use crate::export;
use crate::record::{BrandId, ListingId};
use crate::scan::{Manifest, listings_of};
use crate::signals::ReadListing;
use crate::store::Store;
use crate::table::{Chunks, RawRow};
use crate::workspace::Workspace;

/// Records of a file, and how many of its rows are none.
pub(super) struct Imported<T> {
    pub records: Vec<T>,
    pub rejected: u64,
}

impl<T> Imported<T> {
    pub fn outcome(&self) -> super::Outcome {
        match self.rejected {
            0 => super::Outcome::Done,
            _ => super::Outcome::Incomplete,
        }
    }
}

const CHUNK_ROWS: usize = 4096;

/// Every row of a file through `read`; what that refuses is said on stderr and counted.
fn rows<T>(
    path: &Path,
    mut read: impl FnMut(&RawRow) -> Result<T, String>,
) -> anyhow::Result<Imported<T>> {
    let mut imported = Imported {
        records: Vec::new(),
        rejected: 0,
    };
    for chunk in Chunks::open(path, CHUNK_ROWS)? {
        for row in chunk? {
            let (number, record) = match row {
                Ok(row) => (row.row(), read(&row)),
                Err(bad) => {
                    let problem = format!("found {:?}, expected {}", bad.found, bad.expected);
                    (bad.row, Err(problem))
                }
            };
            match record {
                Ok(record) => imported.records.push(record),
                Err(problem) => {
                    imported.rejected += 1;
                    eprintln!("{}, row {number}: {problem}", path.display());
                }
            }
        }
    }
    Ok(imported)
}

fn needed<'a>(row: &'a RawRow, column: &str) -> Result<&'a str, String> {
    row.get(column)
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| format!("{column} is missing"))
}

fn text(row: &RawRow, column: &str) -> String {
    row.get(column).unwrap_or_default().trim().to_owned()
}

/// What a run knows of the listings that rows name.
struct Known {
    model: String,
    candidates: BTreeMap<ListingId, Candidate>,
    listings: BTreeMap<ListingId, ReadListing>,
}

impl Known {
    fn of(run: &Path, wanted: &BTreeSet<ListingId>) -> anyhow::Result<Self> {
        let mut candidates = BTreeMap::new();
        export::candidates::read(&run.join("candidates.ndjson"), |candidate, _| {
            if wanted.contains(&candidate.listing_id) {
                candidates.insert(candidate.listing_id.clone(), candidate);
            }
        })?;
        Ok(Self {
            model: Manifest::read(run)?.model,
            candidates,
            listings: listings_of(run, wanted)?,
        })
    }
}

/// Reads decisions; each is filled up with what its run knows of the listing.
pub(super) fn decisions(
    path: &Path,
    run: Option<&str>,
    workspace: &Workspace,
    store: &Store,
) -> anyhow::Result<Imported<Decision>> {
    let newest = store.runs()?.pop().map(|run| run.id);
    let default = run.map(str::to_owned).or(newest).unwrap_or_default();
    let run_of = |row: &RawRow| match text(row, "run") {
        name if name.is_empty() => default.clone(),
        name => name,
    };
    let mut wanted: BTreeMap<String, BTreeSet<ListingId>> = BTreeMap::new();
    for chunk in Chunks::open(path, CHUNK_ROWS)? {
        for row in chunk?.iter().flatten() {
            if let Ok(listing) = needed(row, "listing_id") {
                wanted
                    .entry(run_of(row))
                    .or_default()
                    .insert(listing.into());
            }
        }
    }
    let mut runs = BTreeMap::new();
    for (name, wanted) in wanted {
        if let Some(folder) = workspace.run(&name) {
            let known = Known::of(&folder, &wanted)
                .with_context(|| format!("the run {name:?} cannot be read"))?;
            runs.insert(name, known);
        }
    }
    let now = Timestamp::now();
    let brands: BTreeSet<BrandId> = store
        .catalog_list()?
        .into_iter()
        .map(|entry| entry.brand)
        .collect();
    rows(path, |row| {
        let run = run_of(row);
        let decision = decision(row, runs.get(&run), run, now)?;
        if !brands.contains(&decision.brand) {
            return Err(format!(
                "no catalog of the brand {:?}; touchstone catalog list shows what there is",
                decision.brand.as_str()
            ));
        }
        Ok(decision)
    })
}

fn decision(
    row: &RawRow,
    known: Option<&Known>,
    run: String,
    now: Timestamp,
) -> Result<Decision, String> {
    let listing_id = ListingId::from(needed(row, "listing_id")?);
    let word = needed(row, "decision")?;
    let kind = DecisionKind::parse(word)
        .filter(|kind| *kind != DecisionKind::Undo)
        .ok_or_else(|| {
            format!("decision is {word:?}, expected confirm, clear, unsure, escalate or test_buy")
        })?;
    let brand = text(row, "brand");
    let candidate = known
        .and_then(|known| known.candidates.get(&listing_id))
        .filter(|candidate| brand.is_empty() || candidate.brand.as_str() == brand);
    let read = known.and_then(|known| known.listings.get(&listing_id));
    let brand = match candidate {
        Some(candidate) => candidate.brand.clone(),
        None if brand.is_empty() => {
            return Err("brand is missing, and the listing was not queued under one".to_owned());
        }
        None => BrandId::from(brand),
    };
    let ground = match text(row, "ground") {
        named if named.is_empty() => candidate.map(|candidate| candidate.ground),
        named => Some(Ground::parse(&named).ok_or_else(|| {
            format!("ground is {named:?}, expected trademark, copyright, design or nonexistent")
        })?),
    };
    let code = text(row, "reason");
    if !code.is_empty() && reason(kind, &code).is_none() {
        return Err(format!(
            "reason is {code:?}, which is no reason to {kind}; docs/decisions.md lists them"
        ));
    }
    let seller = text(row, "seller_id");
    let seller_id = match (seller.is_empty(), read) {
        (true, Some(read)) => read.listing.seller.id.clone(),
        _ => seller.into(),
    };
    Ok(Decision {
        listing_id,
        brand,
        seller_id,
        run,
        kind,
        ground: ground.filter(|_| kind == DecisionKind::Confirm),
        reason: code,
        note: text(row, "note"),
        reviewer: needed(row, "reviewer")?.to_owned(),
        decided_at: time(row, now)?,
        undoes: None,
        awaits_second: false,
        batch: String::new(),
        content: read.map(Content::of),
        probability: candidate.map(|candidate| candidate.probability),
        model: known.map_or_else(String::new, |known| known.model.clone()),
    })
}

fn time(row: &RawRow, now: Timestamp) -> Result<Timestamp, String> {
    let written = text(row, "decided_at");
    if written.is_empty() {
        return Ok(now);
    }
    if let Ok(time) = written.parse::<Timestamp>() {
        return Ok(time);
    }
    let midnight = |day: Date| day.to_zoned(TimeZone::UTC).ok();
    written
        .parse()
        .ok()
        .and_then(midnight)
        .map(|zoned| zoned.timestamp())
        .ok_or_else(|| {
            format!("decided_at is {written:?}, expected 2026-03-31T14:05:00Z or 2026-03-31")
        })
}

/// Reads outcomes of confirmed decisions that stand.
pub(super) fn outcomes(path: &Path, store: &Store) -> anyhow::Result<Imported<Outcome>> {
    let mut confirmed: BTreeMap<ListingId, Vec<(BrandId, u64)>> = BTreeMap::new();
    for entry in store.standing_decisions()? {
        if entry.decision.kind == DecisionKind::Confirm {
            let decision = entry.decision;
            let of_listing = confirmed.entry(decision.listing_id).or_default();
            of_listing.push((decision.brand, entry.place));
        }
    }
    rows(path, |row| {
        let listing = needed(row, "listing_id")?;
        let brand = text(row, "brand");
        let decisions = confirmed.get(listing).map_or(&[][..], Vec::as_slice);
        let mut fitting = decisions
            .iter()
            .filter(|(own, _)| brand.is_empty() || own.as_str() == brand);
        let (Some((_, decision)), None) = (fitting.next(), fitting.next()) else {
            return Err(format!(
                "listing {listing:?} has not exactly one confirmed decision; name its brand"
            ));
        };
        let word = needed(row, "outcome")?;
        let day = needed(row, "day")?;
        Ok(Outcome {
            decision: *decision,
            kind: OutcomeKind::parse(word).ok_or_else(|| {
                format!("outcome is {word:?}, expected upheld, rejected, countered or appealed")
            })?,
            day: day
                .parse()
                .map_err(|_| format!("day is {day:?}, expected 2026-03-31"))?,
            note: text(row, "note"),
        })
    })
}
