use super::*;
use crate::candidates::{Decision, invented};
use crate::store::plan;

fn decision(listing: &str, reviewer: &str, kind: DecisionKind, second: i64) -> Decision {
    let mut candidate = invented::candidate(1);
    candidate.listing_id = listing.into();
    let at = Timestamp::from_second(second).expect("a time");
    Decision::on(&candidate, "r", "m", kind, reviewer, at)
}

#[test]
fn each_says_whether_it_stands_was_taken_back_or_decided_on_again() {
    let mut store = Store::open_in_memory().expect("opened");
    let together = |listing, second| Decision {
        batch: "b".to_owned(),
        ..decision(listing, "ann", DecisionKind::Clear, second)
    };
    let taken_back = together("L2", 2);
    let all = [
        together("L1", 1),
        taken_back.clone(),
        together("L3", 3),
        decision("L3", "lea", DecisionKind::Confirm, 4),
        decision("L4", "ann", DecisionKind::Unsure, 5),
        taken_back.undone(2, "ann", taken_back.decided_at),
    ];
    store.append_decisions(&all).expect("added");
    let states = |which| {
        let own = store.own_decisions("ann", which, 10).expect("read");
        own.into_iter()
            .map(|one| (one.entry.place, one.state))
            .collect::<Vec<_>>()
    };
    let replaced = OwnState::Replaced {
        by: "lea".to_owned(),
        kind: DecisionKind::Confirm,
        at: Timestamp::from_second(4).expect("a time"),
    };
    let batch = [
        (3, replaced),
        (2, OwnState::TakenBack),
        (1, OwnState::Stands),
    ];
    assert_eq!(states(Which::Batch("b")), batch);
    assert_eq!(states(Which::Before(4)), batch);
    assert_eq!(states(Which::At(5)), [(5, OwnState::Stands)]);
    assert_eq!(states(Which::At(4)), [], "it is another's");
    assert_eq!(states(Which::Batch("")), [], "no batch is none");
}

#[test]
fn a_reviewers_decisions_and_a_batch_are_found_by_index() {
    let store = Store::open_in_memory().expect("opened");
    for (which, index) in [
        (
            Which::Before(9),
            "decisions_of_reviewer (reviewer=? AND place<?)",
        ),
        (Which::Batch("b"), "decisions_of_batch"),
    ] {
        let (sql, _) = which.sql(50);
        let plan = plan(&store, &sql).join("\n");
        assert!(plan.contains(index), "{plan}");
        assert!(!plan.contains("SCAN"), "{plan}");
    }
}
