//! Cases whose answer is known, and views that are kept.

use super::*;

fn world() -> World {
    let rules = ReviewRules {
        golden_every: 1,
        ..ReviewRules::default()
    };
    World::with(candidates(), rules)
}

#[test]
fn a_golden_case_looks_open_and_its_answer_measures_the_reviewer_alone() {
    let world = world();
    let (ann, bob, lea) = (
        world.log_in("ann"),
        world.log_in("bob"),
        world.log_in("lea"),
    );
    world.post(
        &ann,
        "/case/1/decide",
        "kind=confirm&reason=counterfeit&note=beyond+doubt",
    );
    let page = world.post(&ann, "/case/1/golden", "act=add");
    assert_eq!(
        page.status,
        StatusCode::FORBIDDEN,
        "leads choose golden cases"
    );
    let page = world.post(&lea, "/case/2/golden", "act=add");
    assert_eq!(
        page.status,
        StatusCode::BAD_REQUEST,
        "nothing is known of an open one"
    );
    world.post(&lea, "/case/1/golden", "act=add");
    assert!(world.get(&lea, "/case/1").body.contains("Golden case"));

    // Who decided on it is not asked.
    assert_eq!(world.post(&ann, "/next", "").place(), "/case/2");
    assert_eq!(world.post(&bob, "/next", "").place(), "/case/1");
    let page = world.get(&bob, "/case/1").body;
    assert!(
        page.contains("id=\"decide\"") && page.contains("status open"),
        "{page}"
    );
    assert!(page.contains("yours for 15 min"), "{page}");
    for sign in [
        "beyond doubt",
        "Confirmed",
        "Golden",
        "To send",
        "counterfeit</bdi>",
    ] {
        assert!(!page.contains(sign), "{sign} tells the answer: {page}");
    }
    for form in ["pack", "csv"] {
        let page = world.get(&bob, &format!("/case/1/draft/{form}"));
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "as of an open one");
    }
    let page = world.post(&bob, "/case/1/decide", "kind=clear&seen=&reason=accessory");
    assert_eq!(page.place(), "/case/3?done=clear&listing=L1");
    assert_eq!(world.decided(), 1, "an answer is no decision");
    let case = world.store().case(1).expect("read").expect("there");
    assert_eq!(case.status.as_str(), "confirm");

    // Taken back like any other, and given anew.
    assert_eq!(
        world.post(&bob, "/undo", "batch=").place(),
        "/case/1?undone=1"
    );
    world.post(&bob, "/case/1/decide", "kind=clear&seen=");
    let page = world.post(&bob, "/case/1/decide", "kind=clear&seen=");
    assert_eq!(page.status, StatusCode::FORBIDDEN, "now it is what it is");
    let page = world.get(&lea, "/leads").body;
    assert!(
        page.contains("0 of 1") && page.contains("by 1 of 1"),
        "{page}"
    );
    assert_ne!(
        world.post(&bob, "/next", "").place(),
        "/case/1",
        "once each"
    );

    world.post(&lea, "/case/1/golden", "act=remove");
    assert!(
        world
            .get(&lea, "/case/1")
            .body
            .contains("Use as a golden case")
    );
}

#[test]
fn a_golden_case_of_a_forgotten_run_is_handed_to_nobody() {
    let world = world();
    let (ann, bob, lea) = (
        world.log_in("ann"),
        world.log_in("bob"),
        world.log_in("lea"),
    );
    world.post(&ann, "/case/1/decide", "kind=confirm");
    world.post(&lea, "/case/1/golden", "act=add");
    world.store().remove_run("r").expect("removed");
    assert_ne!(world.post(&bob, "/next", "").place(), "/case/1");
}

#[test]
fn without_golden_cases_the_queue_is_as_it_was() {
    let world = world();
    let ann = world.log_in("ann");
    assert_eq!(world.post(&ann, "/next", "").place(), "/case/1");
}

#[test]
fn views_are_kept_by_user_and_forgotten() {
    let world = World::new();
    let (ann, bob) = (world.log_in("ann"), world.log_in("bob"));
    world.post(&ann, "/views", "name=Luma%20first&brand=luma&sort=rank");
    let page = world.get(&ann, "/queue").body;
    assert!(
        page.contains("<a href=\"/queue?brand=luma&#38;sort=rank\"><bdi>Luma first</bdi>"),
        "{page}"
    );
    assert!(!world.get(&bob, "/queue").body.contains("Luma first"));
    for number in 0..20 {
        world.post(&ann, "/views", &format!("name=n{number}"));
    }
    let page = world.post(&ann, "/views", "name=one+more");
    assert_eq!(
        page.status,
        StatusCode::BAD_REQUEST,
        "there is an end to it"
    );
    world.post(&ann, "/views", "forget=Luma%20first");
    assert!(!world.get(&ann, "/queue").body.contains("Luma first"));
}
