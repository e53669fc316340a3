//! What decisions leave behind for the next scan: pictures of known fakes, and cleared ones.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::ScanError;
use crate::candidates::{Candidate, DecisionKind, Evidence};
use crate::export;
use crate::image::{Fingerprint, Limits, fingerprint};
use crate::record::{ContentHash, ListingId};
use crate::reference::{BankEntry, BankKind, ImageIndex, ImageRole, Verdict};
use crate::signals::{ImageSignal, ReadListing};
use crate::store::{Entry, Store};
use crate::workspace::Workspace;

/// What became of decisions that were not looked at before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    /// Pictures new in the bank of known fakes.
    pub known_fakes: u64,
    /// Pictures new in the bank of cleared ones.
    pub cleared: u64,
    /// Pictures that count no longer, since their decision was taken back.
    pub withdrawn: u64,
}

/// Puts the pictures of settled decisions into the banks, and takes out what no longer stands.
///
/// A brand's own photo never goes into a bank, whoever shows it and whatever was decided: as a known fake it would accuse
/// every honest reseller, and as a cleared one it would hide every thief. Nor does a picture with too little to see. Of a
/// confirmed listing only the first readable picture and those that match something of the brand are taken, since others
/// may be anybody's size chart.
///
/// # Errors
/// When the store or a run's files cannot be read or written. A run that is gone leaves nothing.
pub fn learn(workspace: &Workspace, store: &mut Store, today: Date) -> Result<Learned, ScanError> {
    let mut learned = Learned {
        withdrawn: store.disable_withdrawn()?,
        ..Learned::default()
    };
    let mut by_run: BTreeMap<String, BTreeMap<ListingId, Vec<Entry>>> = BTreeMap::new();
    for entry in store.unbanked()? {
        let run = by_run.entry(entry.decision.run.clone()).or_default();
        let listing = entry.decision.listing_id.clone();
        run.entry(listing).or_default().push(entry);
    }
    if by_run.is_empty() {
        return Ok(learned);
    }
    let catalogs = store.catalogs()?.into_iter();
    let official = catalogs
        .flat_map(|catalog| catalog.images)
        .filter(|image| image.role != ImageRole::KnownFake);
    let official = ImageIndex::new(official.collect());
    for (name, wanted) in &by_run {
        if let Some(run) = workspace.run(name) {
            let evidence = Evidence::below(&run.join("evidence"));
            let mut found = Vec::new();
            export::candidates::read(&run.join("candidates.ndjson"), |candidate, _| {
                if wanted.contains_key(&candidate.listing_id) {
                    found.push(candidate);
                }
            })?;
            for candidate in found {
                for entry in &wanted[&candidate.listing_id] {
                    if entry.decision.brand == candidate.brand {
                        let pictures = pictures(&candidate, entry, &evidence, &official)?;
                        keep(workspace, store, entry, name, today, pictures, &mut learned)?;
                    }
                }
            }
        }
        for entry in wanted.values().flatten() {
            store.mark_banked(entry.place)?;
        }
    }
    Ok(learned)
}

/// A picture with its bytes.
type Telling = (Fingerprint, Vec<u8>);

/// The pictures of a decided candidate that go into a bank.
fn pictures(
    candidate: &Candidate,
    entry: &Entry,
    evidence: &Evidence,
    official: &ImageIndex,
) -> Result<Vec<Telling>, ScanError> {
    let Some(record) = &candidate.record else {
        return Ok(Vec::new());
    };
    let read: ReadListing =
        serde_json::from_slice(&evidence.read(record)?).map_err(ScanError::spilled)?;
    let confirmed = entry.decision.kind == DecisionKind::Confirm;
    let shows_brand = |image: &ImageSignal| {
        let mut hits = image.hits.iter();
        hits.any(|hit| hit.brand == candidate.brand && hit.verdict != Verdict::Related)
    };
    let mut readable = read.signals.images.iter();
    let first = readable
        .find(|image| image.content.is_some())
        .and_then(|image| image.content);
    let mut telling = Vec::new();
    for image in &read.signals.images {
        let Some(content) = image.content else {
            continue;
        };
        if confirmed && Some(content) != first && !shows_brand(image) || is_official(image) {
            continue;
        }
        telling.extend(picture(content, evidence, official));
    }
    Ok(telling)
}

/// Whether a brand's own photo was found in the picture, edited or not.
fn is_official(image: &ImageSignal) -> bool {
    image.hits.iter().any(|hit| {
        hit.role == ImageRole::Official && hit.verdict == Verdict::Copy && hit.confidence >= 0.5
    })
}

/// The kept picture with its fingerprint; `None` where it was not kept, has too little to see, or is by now a brand's own.
fn picture(content: ContentHash, evidence: &Evidence, official: &ImageIndex) -> Option<Telling> {
    let bytes = evidence.read_image(content).ok()?;
    let print = fingerprint(&bytes, &Limits::default()).ok()?;
    let known = official.hits(&print).into_iter();
    let copied = known
        .filter(|hit| hit.verdict == Verdict::Copy && hit.confidence >= 0.5)
        .count();
    (print.is_telling() && copied == 0).then_some((print, bytes))
}

fn keep(
    workspace: &Workspace,
    store: &mut Store,
    entry: &Entry,
    run: &str,
    today: Date,
    pictures: Vec<Telling>,
    learned: &mut Learned,
) -> Result<(), ScanError> {
    let decision = &entry.decision;
    let kind = match decision.kind {
        DecisionKind::Confirm => BankKind::KnownFake,
        _ => BankKind::Cleared,
    };
    let references = Evidence::below(&workspace.references());
    for (fingerprint, bytes) in pictures {
        references.keep_image(fingerprint.content, &bytes)?;
        let added = store.add_to_bank(&BankEntry {
            id: BankEntry::id_of(kind, &decision.brand, fingerprint.content),
            kind,
            brand: decision.brand.clone(),
            product: None,
            fingerprint,
            source: format!("listing {} of run {run}", decision.listing_id),
            decision: Some(entry.place),
            added_by: decision.reviewer.clone(),
            added_on: today,
            until: None,
            enabled: true,
        })?;
        match kind {
            BankKind::KnownFake => learned.known_fakes += u64::from(added),
            BankKind::Cleared => learned.cleared += u64::from(added),
        }
    }
    Ok(())
}
