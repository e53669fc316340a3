use super::super::fixture::{candidate, decide, hour, index};
use super::*;
use crate::candidates::DecisionKind;
use crate::store::plan;

fn ages_of(store: &Store, now: i64) -> Ages {
    let ages = store.ages(hour(now), hour(0), 24).expect("read");
    let [ages] = ages.try_into().expect("one brand");
    ages
}

#[test]
fn a_case_that_is_queued_again_waits_since_it_was_first() {
    let mut store = Store::open_in_memory().expect("opened");
    let luma = |listings: &[&str]| listings.iter().map(|one| candidate(one, "luma")).collect();
    index(&mut store, "monday", hour(10), luma(&["L1", "L2"]));
    index(&mut store, "tuesday", hour(34), luma(&["L1", "L3"]));
    let found = ages_of(&store, 40);
    assert_eq!((found.waiting, found.late), (3, 2), "L1 is one case");
    let (id, since) = found.oldest.expect("one waits");
    assert_eq!(
        (since, id),
        (hour(10), 2),
        "the row of Monday is carried on"
    );

    // On Tuesday L1 is decided after 31 hours, L3 after one, and L3 is unsure at first.
    decide(&mut store, "tuesday", "L3", DecisionKind::Unsure, hour(34));
    assert_eq!(ages_of(&store, 40).waiting, 3, "unsure is no end");
    decide(&mut store, "tuesday", "L3", DecisionKind::Clear, hour(35));
    decide(&mut store, "tuesday", "L1", DecisionKind::Confirm, hour(41));
    let found = ages_of(&store, 42);
    assert_eq!((found.waiting, found.decided, found.in_time), (1, 2, 1));

    // What was decided and comes back waits anew.
    index(&mut store, "friday", hour(100), luma(&["L1"]));
    let found = ages_of(&store, 101);
    assert_eq!((found.waiting, found.late, found.decided), (2, 1, 2));
}

#[test]
fn the_first_decision_counts_and_one_that_is_taken_back_does_not() {
    let mut store = Store::open_in_memory().expect("opened");
    index(&mut store, "r", hour(10), vec![candidate("L1", "luma")]);
    decide(&mut store, "r", "L1", DecisionKind::Clear, hour(12));
    decide(&mut store, "r", "L1", DecisionKind::Confirm, hour(90));
    let found = ages_of(&store, 100);
    assert_eq!((found.decided, found.in_time), (1, 1), "overturned later");
    for (place, kind) in [(2, DecisionKind::Confirm), (1, DecisionKind::Clear)] {
        let all = store.decisions_since(hour(0)).expect("read");
        let entry = all.into_iter().find(|entry| entry.place == place);
        let decision = entry.expect("there").decision;
        assert_eq!(decision.kind, kind);
        let undo = decision.undone(place, "ann", hour(95));
        store.append_decisions(&[undo]).expect("added");
    }
    let found = ages_of(&store, 100);
    assert_eq!((found.waiting, found.late, found.decided), (1, 1, 0));
    store.remove_run("r").expect("removed");
    assert_eq!(store.ages(hour(100), hour(0), 24).expect("read"), []);
}

#[test]
fn ages_are_read_from_their_index_alone() {
    let store = Store::open_in_memory().expect("opened");
    let plan = plan(&store, AGES).join("\n");
    assert!(plan.contains("COVERING INDEX queue_ages"), "{plan}");
    assert!(!plan.contains("TEMP B-TREE"), "{plan}");
}
