use proptest::prelude::*;

use super::*;

fn decision(listing: &str, kind: DecisionKind, second: i64) -> Decision {
    Decision {
        listing_id: listing.into(),
        brand: "luma".into(),
        seller_id: "S1".into(),
        run: "r".to_owned(),
        kind,
        ground: None,
        reason: String::new(),
        note: String::new(),
        reviewer: "ann".to_owned(),
        decided_at: Timestamp::from_second(second).expect("a time"),
        undoes: None,
        awaits_second: false,
        batch: String::new(),
        content: None,
        probability: Some(0.91),
        model: "m".to_owned(),
    }
}

fn store() -> Store {
    Store::open_in_memory().expect("opened")
}

/// Changes the log behind its back, as only somebody with the file in hand can.
fn tamper(store: &Store, sql: &str) {
    store
        .connection
        .execute_batch(&format!(
            "PRAGMA foreign_keys = off; DROP TRIGGER decisions_stay; DROP TRIGGER decisions_remain; {sql}"
        ))
        .expect("changed");
}

#[test]
fn the_log_is_whole_and_the_same_import_twice_adds_nothing() {
    let mut store = store();
    let all = [
        decision("L1", DecisionKind::Confirm, 1),
        decision("L2", DecisionKind::Clear, 2),
    ];
    let first = store.append_decisions(&all).expect("added");
    let again = store.append_decisions(&all).expect("known");
    assert_eq!((first.new, first.known), (2, 0));
    assert_eq!((again.new, again.known), (0, 2));
    let Verified::Whole { entries, head } = store.verify_decisions().expect("read") else {
        panic!("broken");
    };
    assert_eq!(entries, 2);
    assert!(store.holds_decision(&head).expect("read"));
    assert!(!store.holds_decision(GENESIS).expect("read"));
}

#[test]
fn an_undo_brings_back_what_stood_before() {
    let mut store = store();
    let first = decision("L1", DecisionKind::Unsure, 1);
    let second = decision("L1", DecisionKind::Confirm, 2);
    let undo = second.undone(2, "ann", second.decided_at);
    store
        .append_decisions(&[first.clone(), second, undo])
        .expect("added");
    let standing = store
        .standing(&first.listing_id, &first.brand)
        .expect("read");
    assert_eq!(standing.map(|entry| entry.decision), Some(first.clone()));
    let last = store.last_decision_of("ann").expect("read").expect("one");
    assert_eq!(last.place, 1);
    let undo = first.undone(1, "ann", first.decided_at);
    store.append_decisions(&[undo]).expect("added");
    assert_eq!(
        store
            .standing(&first.listing_id, &first.brand)
            .expect("read"),
        None
    );
    assert!(matches!(
        store.verify_decisions(),
        Ok(Verified::Whole { entries: 4, .. })
    ));
}

#[test]
fn nobody_decides_on_what_another_decided_unseen() {
    let mut store = store();
    let one = decision("L1", DecisionKind::Confirm, 1);
    let other = decision("L1", DecisionKind::Clear, 2);
    let first = store.append_after(&[(one, None), (other.clone(), None)]);
    assert_eq!(first.expect("free, then taken"), [Some(1), None]);
    let seen = store.append_after(&[(other, Some(1))]);
    assert_eq!(seen.expect("seen"), [Some(2)]);
}

#[test]
fn what_was_decided_is_neither_changed_nor_deleted() {
    let mut store = store();
    store
        .append_decisions(&[decision("L1", DecisionKind::Clear, 1)])
        .expect("added");
    for sql in [
        "UPDATE decisions SET payload = '{}'",
        "DELETE FROM decisions",
    ] {
        let error = store.connection.execute(sql, []).expect_err("refused");
        assert!(error.to_string().contains("never"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever entry is changed or removed, the first such place is named.
    #[test]
    fn a_changed_log_is_found_out(count in 2_u64..8, at in 1_u64..8, how in 0_u8..3) {
        let at = at.min(count);
        let mut store = store();
        let all: Vec<_> = (0..count)
            .map(|n| decision(&format!("L{n}"), DecisionKind::Confirm, n as i64))
            .collect();
        store.append_decisions(&all).expect("added");
        let (sql, named) = match how {
            0 => (format!("UPDATE decisions SET payload = replace(payload, 'confirm', 'clear') WHERE place = {at}"), at),
            1 => (format!("DELETE FROM decisions WHERE place = {at}"), at),
            _ => (format!("UPDATE decisions SET hash = '{at}' WHERE place = {at}"), at),
        };
        tamper(&store, &sql);
        let found = store.verify_decisions().expect("read");
        prop_assert!(matches!(found, Verified::Broken { place, .. } if place == named), "{found:?}");
    }
}
