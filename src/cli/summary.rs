//! What a person wants to know when a scan ends.

use std::collections::BTreeMap;
use std::path::Path;

use crate::candidates::NoCandidate;
use crate::scan::{AMBIGUOUS, Manifest};

/// Listings that are as probable as candidates and are none, with the reasons.
fn held_back(manifest: &Manifest) -> Option<String> {
    // These two are decided before the threshold, or by it.
    let others = [NoCandidate::AuthorisedSeller, NoCandidate::BelowThreshold];
    let counted: Vec<(u64, &str)> = NoCandidate::ALL
        .into_iter()
        .filter(|reason| !others.contains(reason))
        .filter_map(|reason| {
            let count = manifest.candidates.not_candidates.get(reason.as_str())?;
            Some((*count, reason.as_str()))
        })
        .collect();
    let sum: u64 = counted.iter().map(|(count, _)| count).sum();
    let reasons: Vec<String> = counted
        .iter()
        .map(|(count, reason)| format!("{count} {reason}"))
        .collect();
    (sum > 0).then(|| {
        format!(
            "held back   {sum} at or above the threshold: {}; see `why_not` in scores.parquet",
            reasons.join(", ")
        )
    })
}

/// What lessens a scan's findings and can be helped, each with the remedy.
fn remarks(manifest: &Manifest) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(without_currency(manifest.listings.without_currency));
    let unreadable = manifest.listings.unreadable_prices();
    if unreadable > 0 {
        lines.push(format!(
            "prices      {unreadable} could not be read and were dropped; `notes.csv` says what stands there"
        ));
    }
    if manifest.settings.images.is_none() {
        lines.push(
            "images      none were looked at: name their folder with --images, or as images in \
             touchstone.toml"
                .to_owned(),
        );
    }
    let rates = &manifest.rates;
    if let (Some(day), Some(age), 1..) = (rates.last_day, rates.age_days, rates.old) {
        lines.push(format!(
            "rates       {} prices compared at the exchange rates of {day}, {age} days old",
            rates.old
        ));
    }
    if rates.missing > 0 {
        lines.push(format!(
            "rates       {} prices not compared for want of an exchange rate; \
             give newer ones with --rates",
            rates.missing
        ));
    }
    if let Some(count) = manifest.images.unreadable_by_reason.get(AMBIGUOUS) {
        lines.push(format!(
            "images      {count} of different addresses with one file name; keep them in the image \
             folder under host/path"
        ));
    }
    lines
}

/// How many prices were dropped for want of a currency, and what to do about it.
pub(super) fn without_currency(count: u64) -> Option<String> {
    (count > 0).then(|| {
        format!(
            "prices      {count} without a currency were dropped; name it with --currency, or as \
             currency in touchstone.toml"
        )
    })
}

/// `3 price, 1 gtin`.
fn counted(counts: &BTreeMap<String, u64>) -> String {
    let each: Vec<String> = counts
        .iter()
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    each.join(", ")
}

/// What a person wants to know when a scan ends.
pub(super) fn summary(manifest: &Manifest, run: &Path) -> String {
    let (listings, images, candidates) =
        (&manifest.listings, &manifest.images, &manifest.candidates);
    let mut lines = vec![
        format!(
            "listings    {} rows: {} scored, {} folded, {} rejected",
            listings.rows, listings.scored, listings.folded, listings.rejected
        ),
        format!(
            "images      {} seen: {} fingerprinted, {} unreadable",
            images.seen, images.fingerprinted, images.unreadable
        ),
        format!(
            "candidates  {} queued of {} eligible (capacity {})",
            candidates.queued, candidates.eligible, manifest.settings.capacity
        ),
    ];
    if images.unreadable > 0 {
        let reasons = counted(&images.unreadable_by_reason);
        lines.insert(2, format!("            unreadable: {reasons}"));
    }
    for (ground, count) in &candidates.by_ground {
        lines.push(format!("            {count:>6}  {ground}"));
    }
    if candidates.checked_for_misses > 0 {
        lines.push(format!(
            "            {:>6}  more at random, of {} below the threshold that a right covers",
            candidates.checked_for_misses, candidates.below_threshold_covered
        ));
    }
    lines.extend(held_back(manifest));
    let cases = &manifest.cases;
    if cases.cases > 0 {
        lines.push(format!(
            "cases       {} of sellers who act as one, {} new: {} sellers, {} listings; see `touchstone cases list`",
            cases.cases, cases.new, cases.sellers, cases.listings
        ));
    }
    if let Some(cut) = &manifest.cut {
        lines.push(format!("cut         {}", cut.sentence()));
    }
    if let Some(missed) = &manifest.missed {
        lines.push(format!("missed      {}", missed.sentence()));
    }
    if let Some(projection) = &manifest.projection {
        lines.push(format!("outcomes    {}", projection.sentence()));
    }
    if let Some(drift) = &manifest.drift {
        lines.push(format!(
            "drift       against {}: {}",
            drift.against, drift.meaning
        ));
        let moved = drift.moved().map(|shift| {
            format!(
                "            {:>6.2}  {} ({})",
                shift.psi,
                shift.name,
                shift.alarm.as_str()
            )
        });
        lines.extend(moved);
    }
    for aside in &manifest.set_aside {
        lines.push(format!("set aside   {}: {}", aside.reference, aside.why));
    }
    lines.extend(remarks(manifest));
    lines.push(format!("report      {}", run.join("report.html").display()));
    if listings.rejected > 0 {
        lines.push(format!("rejects     {}", run.join("rejects.csv").display()));
    }
    if images.unreadable > 0 {
        lines.push(format!(
            "unreadable  {}",
            run.join("unreadable.csv").display()
        ));
    }
    if listings.notes > 0 {
        lines.push(format!(
            "notes       {} fields could not be used, of rows that were ({}): {}",
            listings.notes,
            counted(&listings.notes_by_column),
            run.join("notes.csv").display()
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}
