//! Runs of invented candidates, indexed.

use jiff::Timestamp;
use jiff::civil::date;

use super::super::Store;
use crate::candidates::{Candidate, Decision, DecisionKind, invented};

/// A time, in hours after the start of 1970.
pub(super) fn hour(hours: i64) -> Timestamp {
    Timestamp::from_second(3600 * hours).expect("a time")
}

/// A candidate of a brand with a title of its own.
pub(super) fn candidate(listing: &str, brand: &str) -> Candidate {
    Candidate {
        listing_id: listing.into(),
        seller_id: format!("S{listing}").into(),
        brand: brand.into(),
        title: format!("Bag {listing}"),
        product: None,
        ..invented::candidate(1)
    }
}

/// Adds and indexes a run that finished at `at`; candidates are worth the less the later they stand.
pub(super) fn index(store: &mut Store, run: &str, at: Timestamp, candidates: Vec<Candidate>) {
    let day = date(2026, 3, 31);
    store.add_run(run, day, at, "{}").expect("added");
    let candidates: Vec<_> = candidates
        .into_iter()
        .zip(0..)
        .map(|(candidate, number)| (candidate, 100.0 - f64::from(number), [0, 1]))
        .collect();
    store.index_candidates(run, &candidates).expect("indexed");
    store.finish_index(run, "m").expect("indexed");
}

/// Decides on a listing of Luma's in a run.
pub(super) fn decide(
    store: &mut Store,
    run: &str,
    listing: &str,
    kind: DecisionKind,
    at: Timestamp,
) {
    let candidate = candidate(listing, "luma");
    let decision = Decision::on(&candidate, run, "m", kind, "ann", at);
    store.append_decisions(&[decision]).expect("added");
}
