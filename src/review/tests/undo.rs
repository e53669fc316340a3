//! Many decisions at once, and taking back what one decided.

use super::*;

fn status(world: &World, id: i64) -> &'static str {
    let case = world.store().case(id).expect("read").expect("there");
    case.status.as_str()
}

/// The batch that an address names.
fn batch_of(page: &Page) -> String {
    let place = page.place();
    let batch = place.split("batch=").nth(1).expect("a batch");
    batch.split('&').next().unwrap_or(batch).to_owned()
}

#[test]
fn many_are_shown_decided_and_taken_back_as_one() {
    let world = World::new();
    let ann = world.log_in("ann");
    let wide = world.get(&ann, "/bulk");
    assert_eq!(wide.status, StatusCode::BAD_REQUEST, "the whole queue");
    assert!(!world.get(&ann, "/queue").body.contains("id=\"bulk\""));
    assert!(
        world
            .get(&ann, "/queue?seller=S1")
            .body
            .contains("href=\"/bulk?seller=S1\"")
    );
    let page = world.get(&ann, "/bulk?seller=S1").body;
    for (id, listed) in [(1, true), (2, true), (3, false)] {
        assert_eq!(
            page.contains(&format!("name=\"pick{id}\"")),
            listed,
            "{page}"
        );
    }
    let none = world.post(&ann, "/bulk", "kind=clear&seller=S1");
    assert_eq!(none.status, StatusCode::BAD_REQUEST, "nothing is ticked");
    let form = "kind=clear&reason=permitted&seller=S1&pick1=1&pick2=1";
    let page = world.post(&ann, "/bulk", form);
    let queue = world.get(&ann, page.place());
    assert!(
        queue.body.contains("Cleared: 2 listings."),
        "{}",
        queue.body
    );
    let batch = batch_of(&page);
    let page = world.post(&ann, "/undo", &format!("batch={batch}"));
    let page = world.get(&ann, page.place());
    assert!(page.body.contains("Taken back: 2 of 2."), "{}", page.body);
    assert_eq!(world.decided(), 4);
    assert_eq!((status(&world, 1), status(&world, 2)), ("open", "open"));
}

#[test]
fn what_others_work_on_or_decided_is_left_and_told() {
    let world = World::new();
    let (ann, bob) = (world.log_in("ann"), world.log_in("bob"));
    world.get(&bob, "/case/1");
    world.post(&bob, "/case/2/decide", "kind=unsure");
    world.get(&bob, "/case/3");
    let page = world.post(&ann, "/bulk", "kind=clear&pick2=1&pick3=1&pick4=1");
    let queue = world.get(&ann, page.place());
    assert!(
        queue
            .body
            .contains("Cleared: 1 listing. 2 of those that were ticked were left"),
        "{}",
        queue.body
    );
    assert_eq!((status(&world, 2), status(&world, 3)), ("unsure", "open"));
}

#[test]
fn a_batch_of_which_a_part_was_decided_again_is_taken_back_in_part() {
    let world = World::new();
    let (ann, lea) = (world.log_in("ann"), world.log_in("lea"));
    let page = world.post(&ann, "/bulk", "kind=clear&pick1=1&pick2=1&pick3=1");
    let batch = batch_of(&page);
    let page = world.post(&lea, "/case/2/decide", "kind=confirm&seen=2");
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let page = world.post(&ann, "/undo", &format!("batch={batch}"));
    let page = world.get(&ann, page.place()).body;
    assert!(page.contains("Taken back: 2 of 3."), "{page}");
    assert!(
        page.contains("The other one stays: it was decided on again"),
        "{page}"
    );
    assert!(
        page.contains("Stays: lea decided on it since (Confirmed, 2026-04-01 12:00 UTC)"),
        "{page}"
    );
    assert_eq!(
        [1, 2, 3].map(|id| status(&world, id)),
        ["open", "confirm", "open"]
    );
    let page = world.post(&lea, "/undo", &format!("batch={batch}"));
    assert_eq!(world.decided(), 6, "another's batch");
    assert_eq!(world.get(&lea, page.place()).status, StatusCode::NOT_FOUND);
}

#[test]
fn each_own_decision_that_stands_can_be_taken_back_later() {
    let world = World::new();
    let (ann, lea) = (world.log_in("ann"), world.log_in("lea"));
    for (id, kind) in [(1, "confirm"), (2, "clear"), (3, "unsure")] {
        world.post(&ann, &format!("/case/{id}/decide"), &format!("kind={kind}"));
    }
    world.post(&lea, "/case/2/decide", "kind=confirm&seen=2");
    let world = world.later();
    let list = world.get(&ann, "/mine").body;
    for place in [1, 3] {
        let field = format!("name=\"place\" value=\"{place}\"");
        assert!(list.contains(&field), "{list}");
    }
    assert!(list.contains("Stays: lea decided on it since"), "{list}");
    assert!(!list.contains("name=\"place\" value=\"2\""), "{list}");
    // At the case as well, by who decided and nobody else.
    let own = world.get(&ann, "/case/1").body;
    assert!(own.contains("name=\"place\" value=\"1\""), "{own}");
    let others = world.get(&lea, "/case/1").body;
    assert!(!others.contains("name=\"place\""), "{others}");
    let page = world.post(&lea, "/undo", "place=1");
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "another's decision");
    let page = world.post(&ann, "/undo", "place=2");
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(
        page.body.contains("lea decided on it since"),
        "{}",
        page.body
    );

    let page = world.post(&ann, "/undo", "place=1&back=mine");
    assert_eq!(page.place(), "/mine?undone=1");
    assert_eq!(status(&world, 1), "open");
    let page = world.post(&ann, "/undo", "place=3");
    assert_eq!(page.place(), "/case/3?undone=1");
    assert_eq!(world.decided(), 6, "an undo is an entry of its own");
    let page = world.post(&ann, "/undo", "place=3");
    assert_eq!(page.status, StatusCode::CONFLICT, "once");
}

#[test]
fn answers_to_golden_cases_stand_among_ones_own() {
    let rules = ReviewRules {
        golden_every: 1,
        ..ReviewRules::default()
    };
    let world = World::with(candidates(), rules);
    let (ann, bob, lea) = (
        world.log_in("ann"),
        world.log_in("bob"),
        world.log_in("lea"),
    );
    world.post(&ann, "/case/1/decide", "kind=confirm");
    world.post(&lea, "/case/1/golden", "act=add");
    assert_eq!(world.post(&bob, "/next", "").place(), "/case/1");
    world.post(&bob, "/case/1/decide", "kind=clear");
    let list = world.get(&bob, "/mine").body;
    assert!(
        list.contains("href=\"/case/1\"") && list.contains("Cleared"),
        "{list}"
    );
    let page = world.post(&bob, "/undo", "golden=1&back=mine");
    assert_eq!(page.place(), "/mine?undone=1");
    assert!(!world.get(&bob, "/mine").body.contains("href=\"/case/1\""));
    assert_eq!(world.decided(), 1);
}

#[test]
fn only_who_decides_has_decisions() {
    let world = World::new();
    let lux = world.log_in("lux");
    for place in ["/mine", "/bulk?brand=luma&ground=trademark"] {
        assert_eq!(world.get(&lux, place).status, StatusCode::FORBIDDEN);
    }
}

#[test]
fn a_sellers_cases_are_a_list_away() {
    let world = World::new();
    let ann = world.log_in("ann");
    let page = world.get(&ann, "/case/1").body;
    let place = "/queue?run=r&#38;status=all&#38;seller=S1";
    assert!(page.contains(place), "{page}");
    let list = world.get(&ann, "/queue?run=r&status=all&seller=S1").body;
    assert!(
        list.contains("all sellers") && list.contains("Bag number 2"),
        "{list}"
    );
    assert!(!list.contains("Bag number 3"), "{list}");
    let lux = world.log_in("lux");
    let page = world.get(&lux, "/case/1").body;
    assert!(
        !page.contains("seller=S1") && !page.contains("id=\"of-seller\""),
        "{page}"
    );
}

#[test]
fn an_address_that_names_nothing_is_answered_with_a_page() {
    let world = World::new();
    let ann = world.log_in("ann");
    for place in ["/case/abc", "/case/99999999999999999999", "/undo"] {
        let page = world.get(&ann, place);
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{place}");
        assert!(page.body.contains("There is no such page"), "{}", page.body);
    }
    let page = world.form("/next", &ann.cookie, "csrf=%FF%");
    assert!(
        page.status.is_client_error() && page.body.contains("<h1>"),
        "{}",
        page.body
    );
}

#[test]
fn leads_see_how_long_cases_wait() {
    let world = World::new();
    let (ann, lea) = (world.log_in("ann"), world.log_in("lea"));
    world.post(&ann, "/case/1/decide", "kind=confirm");
    let page = world.get(&lea, "/leads").body;
    // Queued 36 hours ago against a target of 24: nothing was in time.
    assert!(
        page.contains("<b>0 %</b> <span>decided within 24 h"),
        "{page}"
    );
    assert!(page.contains(">36 h<"), "{page}");
    assert!(
        page.contains("<th scope=\"row\">All brands</th><td class=\"number\">3</td>"),
        "{page}"
    );
}
