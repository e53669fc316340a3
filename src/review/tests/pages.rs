use super::*;
use crate::record::{Brand, Right, RightKind};
use crate::reference::Catalog;

#[test]
fn a_decision_leads_to_the_next_case_and_can_be_taken_back() {
    let world = World::new();
    let ann = world.log_in("ann");
    assert_eq!(world.post(&ann, "/next", "").place(), "/case/1");
    let page = world.post(
        &ann,
        "/case/1/decide",
        "kind=confirm&reason=counterfeit&note=sure",
    );
    assert_eq!(page.place(), "/case/2?done=confirm&listing=L1");
    let next = world.get(&ann, page.place());
    assert!(next.body.contains("Confirmed: L1."), "{}", next.body);
    let store = world.store();
    let case = store.case(1).expect("read").expect("there");
    let entry = store
        .standing(&case.listing_id, &case.brand)
        .expect("read")
        .expect("stands");
    let decision = entry.decision;
    assert_eq!(
        (decision.reason.as_str(), decision.note.as_str()),
        ("counterfeit", "sure")
    );
    assert_eq!(
        (decision.reviewer.as_str(), decision.model.as_str()),
        ("ann", "m")
    );
    assert_eq!(decision.ground, Some(Ground::Trademark));

    let page = world.post(&ann, "/undo", "batch=");
    assert_eq!(page.place(), "/case/1?undone=1");
    let case = world.store().case(1).expect("read").expect("there");
    assert_eq!(case.status.as_str(), "open");
    assert_eq!(world.decided(), 2);
    let page = world.post(&ann, "/undo", "batch=");
    assert_eq!(
        page.status,
        StatusCode::BAD_REQUEST,
        "there is nothing more"
    );
}

#[test]
fn an_opened_case_is_one_reviewers_for_a_while() {
    let world = World::new();
    let (ann, bob) = (world.log_in("ann"), world.log_in("bob"));
    assert!(world.get(&ann, "/case/1").body.contains("yours for 15 min"));
    let other = world.get(&bob, "/case/1");
    assert!(other.body.contains("with <bdi>ann</bdi>") && !other.body.contains("id=\"decide\""));
    let page = world.post(&bob, "/case/1/decide", "kind=clear");
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert_eq!(
        world.post(&bob, "/next", "").place(),
        "/case/2",
        "the next one is free"
    );
    assert_eq!(world.decided(), 0);

    let world = world.later();
    let bob = world.log_in("bob");
    assert!(world.get(&bob, "/case/1").body.contains("yours for 15 min"));
    let page = world.post(&bob, "/case/1/decide", "kind=clear&reason=second_hand");
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(world.decided(), 1);
}

#[test]
fn an_old_form_decides_nothing() {
    let world = World::new();
    let (ann, lea) = (world.log_in("ann"), world.log_in("lea"));
    world.post(&ann, "/case/1/decide", "kind=unsure");
    let page = world.post(&lea, "/case/1/decide", "kind=clear&seen=");
    assert_eq!(page.status, StatusCode::CONFLICT);
    let page = world.post(&lea, "/case/1/decide", "kind=clear&seen=1");
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(world.decided(), 2);
}

#[test]
fn what_is_decided_or_escalated_is_for_leads() {
    let world = World::new();
    let (ann, bob, lea) = (
        world.log_in("ann"),
        world.log_in("bob"),
        world.log_in("lea"),
    );
    world.post(&ann, "/case/1/decide", "kind=escalate&reason=safety");
    world.post(&ann, "/case/2/decide", "kind=clear&reason=accessory");
    for (id, seen) in [(1, 1), (2, 2)] {
        let form = format!("kind=confirm&seen={seen}");
        let page = world.post(&bob, &format!("/case/{id}/decide"), &form);
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        let page = world.post(&lea, &format!("/case/{id}/decide"), &form);
        assert_eq!(page.status, StatusCode::SEE_OTHER);
    }
    let page = world.get(&lea, "/leads");
    assert!(
        page.body.contains("<b>1</b> <span>overturned"),
        "{}",
        page.body
    );
    assert_eq!(world.get(&ann, "/leads").status, StatusCode::FORBIDDEN);
}

#[test]
fn a_case_is_confirmed_on_another_ground_that_a_right_of_the_brand_covers() {
    let world = World::new();
    let right = |kind, number: &str| Right {
        kind,
        number: number.to_owned(),
        office: "EUIPO".to_owned(),
        territories: vec!["EU".to_owned()],
        nice_classes: vec![18],
        expiry: None,
    };
    let brand = Brand {
        id: "luma".into(),
        name: "Luma".to_owned(),
        rights: vec![
            right(RightKind::Trademark, "1"),
            right(RightKind::Design, "2"),
        ],
        ..Brand::default()
    };
    let catalog = Catalog::new(brand, Vec::new(), Vec::new()).expect("a catalog");
    let day = jiff::civil::date(2026, 3, 31);
    world.store().add_catalog(&catalog, day).expect("added");
    let ann = world.log_in("ann");
    let page = world.get(&ann, "/case/1");
    assert!(
        page.body.contains("<option value=\"design\">"),
        "{}",
        page.body
    );
    assert!(
        !page.body.contains("<option value=\"copyright\">"),
        "{}",
        page.body
    );
    let refused = world.post(&ann, "/case/1/decide", "kind=confirm&on_ground=copyright");
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    world.post(&ann, "/case/1/decide", "kind=confirm&on_ground=design");
    let store = world.store();
    let case = store.case(1).expect("read").expect("there");
    let entry = store.standing(&case.listing_id, &case.brand).expect("read");
    assert_eq!(entry.expect("stands").decision.ground, Some(Ground::Design));
    let page = world.get(&ann, "/case/1");
    assert!(page.body.contains("on the ground: "), "{}", page.body);
}

fn with_second_review() -> World {
    let rules = ReviewRules {
        second_review_grounds: vec![Ground::Trademark],
        ..ReviewRules::default()
    };
    World::with(candidates(), rules)
}

#[test]
fn where_the_rules_ask_two_people_confirm() {
    let world = with_second_review();
    let (ann, bob) = (world.log_in("ann"), world.log_in("bob"));
    world.post(&ann, "/case/1/decide", "kind=confirm");
    let status = |id| world.store().case(id).expect("read").expect("there").status;
    assert_eq!(status(1).as_str(), "second");
    let page = world.post(&ann, "/case/1/decide", "kind=confirm&seen=1");
    assert_eq!(
        page.status,
        StatusCode::FORBIDDEN,
        "nobody is their own second"
    );
    let page = world.post(&ann, "/next", "status=second");
    assert_eq!(page.place(), "/queue?status=second&empty=1");
    assert_eq!(
        world.post(&bob, "/next", "status=second").place(),
        "/case/1?status=second"
    );
    world.post(&bob, "/case/1/decide", "kind=confirm&seen=1");
    assert_eq!(status(1).as_str(), "confirm");
    let settled = world.store().unbanked().expect("read");
    assert_eq!(settled.len(), 1, "only the second confirmation counts");

    // Bob was led to the next case; he leaves it to Ann.
    world.post(&bob, "/next", "status=second");
    world.post(&ann, "/case/2/decide", "kind=confirm");
    world.post(&bob, "/case/2/decide", "kind=clear&seen=3");
    assert_eq!(
        status(2).as_str(),
        "escalate",
        "two who disagree leave it to a lead"
    );
    world.post(&ann, "/case/3/decide", "kind=clear");
    assert_eq!(
        status(3).as_str(),
        "clear",
        "what accuses nobody needs no second"
    );
}

#[test]
fn the_queue_is_filtered_searched_and_sorted() {
    let world = World::new();
    let ann = world.log_in("ann");
    let titles = |place: &str| {
        let page = world.get(&ann, place).body;
        let parts = page.split("Bag number ").skip(1);
        parts.map(|rest| rest[..1].to_owned()).collect::<String>()
    };
    assert_eq!(titles("/queue"), "1234");
    assert_eq!(titles("/queue?brand=orbis"), "4");
    assert_eq!(titles("/queue?seller=S1"), "12");
    assert_eq!(titles("/queue?q=number+3"), "3");
    assert_eq!(titles("/queue?q=Shop+of+S2"), "3");
    assert_eq!(titles("/queue?status=confirm"), "");
    assert_eq!(titles("/queue?sort=rank&page=7"), "");
    world.post(&ann, "/case/2/decide", "kind=confirm");
    assert_eq!(titles("/queue"), "134");
    assert_eq!(titles("/queue?status=confirm"), "2");
    assert_eq!(titles("/queue?status=all&ground=trademark"), "1234");
}

#[test]
fn what_was_answered_survives_a_restart() {
    let world = World::new();
    let ann = world.log_in("ann");
    world.post(&ann, "/case/1/decide", "kind=confirm");
    let world = world.later();
    let page = world.get(&ann, "/case/1");
    assert!(
        page.body.contains("Decided so far"),
        "sessions and decisions are kept"
    );
    assert_eq!(world.decided(), 1);
}

#[test]
fn reviewers_at_once_lose_and_double_nothing() {
    const CASES: u64 = 60;
    let pattern = candidates().remove(0);
    let many = (1..=CASES).map(|rank| Candidate {
        rank,
        listing_id: format!("L{rank}").into(),
        ..pattern.clone()
    });
    let world = World::with(many.collect(), ReviewRules::default());
    let sessions = ["ann", "bob", "lea"].map(|name| world.log_in(name));
    world.get(&sessions[0], "/queue");
    std::thread::scope(|scope| {
        for session in &sessions {
            scope.spawn(|| {
                let mut place = world.post(session, "/next", "").place().to_owned();
                while let Some(rest) = place.strip_prefix("/case/") {
                    let id = rest.split('?').next().unwrap_or(rest);
                    let form = format!("/case/{id}/decide");
                    let page = world.post(session, &form, "kind=clear");
                    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
                    place = page.place().to_owned();
                }
            });
        }
    });
    assert_eq!(world.decided(), CASES, "each once");
    assert_eq!(
        world.store().standing_decisions().expect("read").len() as u64,
        CASES
    );
}
