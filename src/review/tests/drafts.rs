//! What may leave after a confirmation.

use super::brands::{brand, handed_in};
use super::*;
use crate::candidates::{CitedRight, DecisionKind};
use crate::record::RightKind;

/// A desk whose first case cites luma's mark, as the catalog has it, in `territory`; luma's owner, and an analyst.
fn with_a_right_in(territory: &str) -> (World, Session, Session) {
    let right = CitedRight {
        kind: RightKind::Trademark,
        number: "018123456".to_owned(),
        office: "EUIPO".to_owned(),
        territories: vec![territory.to_owned()],
        expiry: None,
        doubts: Vec::new(),
    };
    let mut candidates = candidates();
    candidates[0].right = right;
    let world = World::with(candidates, ReviewRules::default());
    let (lux, ann) = (world.log_in("lux"), world.log_in("ann"));
    let place = handed_in(&world, &lux);
    world.post(&lux, &format!("{place}/submit"), "");
    (world, lux, ann)
}

#[test]
fn a_draft_that_would_be_refused_is_not_offered_and_the_page_says_why() {
    let offered = |world: &World, who: &Session| {
        let page = world.get(who, "/case/1").body;
        let forms = ["pack", "dsa", "art16", "dmca", "csv"];
        let linked = |form: &&str| page.contains(&format!("/draft/{form}\""));
        (forms.into_iter().filter(linked).collect::<Vec<_>>(), page)
    };
    let (world, lux, ann) = with_a_right_in("US");
    assert!(offered(&world, &ann).0.is_empty(), "before any decision");
    world.post(&ann, "/case/1/decide", "kind=confirm");
    let (forms, page) = offered(&world, &ann);
    assert_eq!(forms, ["pack", "art16", "csv"]);
    let why = "No DSA statement: the right holds nowhere in the European Economic Area.";
    assert!(page.contains(why), "{page}");
    let (forms, page) = offered(&world, &lux);
    assert_eq!(forms, ["art16"]);
    assert!(!page.contains(why), "no form of an owner's");
    world.post(&lux, "/brand/luma/sellers", "act=give&seller=S1");
    let (forms, page) = offered(&world, &ann);
    assert!(forms.is_empty());
    let why = "Nothing: the right holder has given this seller permission.";
    assert!(page.contains(why), "{page}");
    let (world, _, ann) = with_a_right_in("EU");
    world.post(&ann, "/case/1/decide", "kind=confirm");
    assert_eq!(offered(&world, &ann).0, ["pack", "dsa", "art16", "csv"]);
}

#[test]
fn drafts_leave_only_after_a_confirmation_and_not_against_who_has_permission() {
    let (world, lux, ann) = with_a_right_in("EU");
    let forms = ["pack", "dsa", "art16", "csv"];
    for form in forms {
        let page = world.get(&ann, &format!("/case/1/draft/{form}"));
        assert_eq!(
            page.status,
            StatusCode::BAD_REQUEST,
            "{form} before any decision"
        );
    }
    world.post(&ann, "/case/1/decide", "kind=confirm");
    for form in forms {
        let page = world.get(&ann, &format!("/case/1/draft/{form}"));
        assert_eq!(page.status, StatusCode::OK, "{form}: {}", page.body);
        let named = page.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .expect("text");
        assert!(
            named.starts_with(&format!("attachment; filename=\"{form}-000001.")),
            "{named}"
        );
        let owners = world.get(&lux, &format!("/case/1/draft/{form}"));
        let expected = if form == "art16" {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(owners.status, expected, "{form}");
        assert!(
            !owners.body.contains("S1") && !owners.body.contains("Shop of"),
            "{form}"
        );
    }
    let statement = world.get(&ann, "/case/1/draft/dsa").body;
    let statement: serde_json::Value = serde_json::from_str(&statement).expect("JSON");
    assert_eq!(
        export::notice::dsa::problems(&statement),
        Vec::<String>::new()
    );
    let page = world.get(&ann, "/case/1/draft/dmca");
    assert!(page.body.contains("for copyright only"), "{}", page.body);
    assert_eq!(
        world.get(&ann, "/case/1/draft/x").status,
        StatusCode::NOT_FOUND
    );

    world.post(&lux, "/brand/luma/sellers", "act=give&seller=S1");
    let page = world.get(&ann, "/case/1/draft/art16");
    assert!(
        page.body.contains("has given this seller permission"),
        "{}",
        page.body
    );
    let standing = world
        .store()
        .standing(&"L1".into(), &brand())
        .expect("read");
    assert_eq!(
        standing.expect("stands").decision.kind,
        DecisionKind::Confirm
    );
}
