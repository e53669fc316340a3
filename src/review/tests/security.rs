use super::*;

/// Pages that a visitor may ask for, and forms that one may send.
const PAGES: [&str; 11] = [
    "/",
    "/queue",
    "/case/1",
    "/case/1/image/0",
    "/case/1/reference",
    "/case/1/draft/pack",
    "/leads",
    "/brands",
    "/brand/luma",
    "/catalog/1",
    "/catalog/1/image?file=one.png",
];
const FORMS: [&str; 12] = [
    "/logout",
    "/view",
    "/next",
    "/case/1/decide",
    "/bulk",
    "/undo",
    "/case/1/contest",
    "/case/1/golden",
    "/views",
    "/brand/luma/sellers",
    "/catalog/1/submit",
    "/catalog/1/drop",
];

#[test]
fn nothing_is_shown_or_done_without_logging_in() {
    let world = World::new();
    let nobody = Session {
        cookie: "touchstone_desk=0123".to_owned(),
        csrf: String::new(),
    };
    for place in PAGES {
        let page = world.get(&nobody, place);
        assert_eq!(
            (page.status, page.place()),
            (StatusCode::SEE_OTHER, "/login"),
            "{place}"
        );
    }
    for place in FORMS {
        let page = world.post(&nobody, place, "kind=confirm");
        assert_eq!(
            (page.status, page.place()),
            (StatusCode::SEE_OTHER, "/login"),
            "{place}"
        );
    }
    assert_eq!(world.decided(), 0);
}

#[test]
fn forms_of_other_sites_and_sessions_are_refused() {
    let world = World::new();
    let (ann, bob) = (world.log_in("ann"), world.log_in("bob"));
    for place in FORMS {
        let without = world.form(place, &ann.cookie, "kind=confirm");
        let others = format!("kind=confirm&csrf={}", bob.csrf);
        let others = world.form(place, &ann.cookie, &others);
        assert_eq!(
            [without.status, others.status],
            [StatusCode::FORBIDDEN; 2],
            "{place}"
        );
    }
    let foreign = Request::post("/case/1/decide")
        .header(header::COOKIE, &ann.cookie)
        .header("sec-fetch-site", "cross-site")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("kind=confirm&csrf={}", ann.csrf)))
        .expect("a request");
    assert_eq!(world.send(foreign).status, StatusCode::FORBIDDEN);
    assert_eq!(world.decided(), 0);
}

#[test]
fn every_answer_carries_a_policy_that_lets_nothing_foreign_run() {
    let world = World::new();
    let ann = world.log_in("ann");
    let places = PAGES
        .into_iter()
        .chain(["/login", "/desk.css", "/desk.js", "/no/such/page"]);
    for place in places {
        let page = world.get(&ann, place);
        let of = |name: &str| page.headers[name].to_str().expect("text").to_owned();
        let policy = of("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none';"),
            "{place}: {policy}"
        );
        assert!(
            !policy.contains("unsafe") && !policy.contains("http"),
            "{place}: {policy}"
        );
        assert_eq!(of("x-content-type-options"), "nosniff", "{place}");
        assert_eq!(of("x-frame-options"), "DENY", "{place}");
        assert_eq!(of("referrer-policy"), "same-origin", "{place}");
        if page
            .headers
            .get("content-type")
            .is_some_and(|kind| kind == "text/html; charset=utf-8")
        {
            assert_eq!(of("cache-control"), "no-store", "{place}");
            let inline = page.body.contains(" style=") || page.body.contains("<script>");
            assert!(
                !inline && !page.body.contains(" onclick="),
                "{place} has what the policy forbids"
            );
        }
    }
}

#[test]
fn a_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let world = World::new();
    let page = world.form("/login", "", "name=ann&password=correct+horse");
    let cookie = page.headers[header::SET_COOKIE].to_str().expect("text");
    assert!(
        cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"),
        "{cookie}"
    );
}

#[test]
fn guessing_is_slowed_and_a_disabled_user_is_out_at_once() {
    let world = World::new();
    for _ in 0..5 {
        let page = world.form("/login", "", "name=ann&password=wrong");
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("do not fit"), "{}", page.body);
    }
    let page = world.form("/login", "", "name=ann&password=correct+horse");
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.headers.contains_key(header::RETRY_AFTER));

    let world = World::new();
    let ann = world.log_in("ann");
    world.store().enable_user("ann", false).expect("disabled");
    assert_eq!(world.get(&ann, "/queue").place(), "/login");
}

#[test]
fn a_brand_owner_reaches_nothing_of_another_brand_and_no_seller() {
    let world = World::new();
    let lux = world.log_in("lux");
    for place in [
        "/queue",
        "/queue?status=all",
        "/queue?brand=orbis",
        "/queue?q=number&brand=orbis",
    ] {
        let page = world.get(&lux, place);
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("Bag number 4"), "{place}");
        assert!(
            !page.body.contains("Shop of") && !page.body.contains("[S1]"),
            "{place}"
        );
    }
    let own = world.get(&lux, "/case/1");
    assert!(
        own.body.contains("Bag number 1") && !own.body.contains("Shop of"),
        "{}",
        own.body
    );
    assert!(!own.body.contains("id=\"decide\""), "owners decide nothing");
    for place in [
        "/case/4",
        "/case/4/image/0",
        "/case/4/reference",
        "/case/4/draft/art16",
        "/brand/orbis",
        "/case/99",
    ] {
        assert_eq!(
            world.get(&lux, place).status,
            StatusCode::NOT_FOUND,
            "{place}"
        );
    }
    for place in ["/next", "/case/1/decide", "/bulk", "/undo"] {
        let page = world.post(&lux, place, "kind=confirm");
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{place}");
    }
    assert_eq!(world.get(&lux, "/leads").status, StatusCode::FORBIDDEN);
    assert_eq!(world.decided(), 0);
}

#[test]
fn a_brand_owner_is_not_told_what_cues_say_of_the_account() {
    let said = "The seller's account is 9 days old.".to_owned();
    let mut candidates = candidates();
    candidates[0].reasons.push(said.clone());
    candidates[0].cues.push(crate::candidates::Cue {
        cue: "seller.account_age".to_owned(),
        family: crate::features::Family::Seller,
        value: Some(9.0),
        log_odds: 1.0,
        sentence: said,
    });
    let world = World::with(candidates, ReviewRules::default());
    let (lux, ann) = (world.log_in("lux"), world.log_in("ann"));
    assert!(world.get(&ann, "/case/1").body.contains("9 days old"));
    assert!(!world.get(&lux, "/case/1").body.contains("9 days old"));
}

#[test]
fn markup_of_sellers_is_text() {
    let attack = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'";
    let mut candidates = candidates();
    for candidate in &mut candidates {
        candidate.title = attack.to_owned();
        candidate.seller_name = attack.to_owned();
        candidate.seller_id = attack.into();
        candidate.ground_reason = attack.to_owned();
        candidate.reasons = vec![attack.to_owned()];
        candidate.link = "javascript:alert(1)".to_owned();
    }
    candidates[0].listing_id = attack.into();
    let world = World::with(candidates, ReviewRules::default());
    let ann = world.log_in("ann");
    world.post(&ann, "/case/1/decide", "kind=unsure&note=%3Cscript%3E");
    for place in [
        "/queue?status=all",
        "/case/1",
        "/case/2",
        "/queue?q=%3Cscript%3E&done=confirm&listing=%3Cscript%3E",
    ] {
        let page = world.get(&ann, place);
        assert_eq!(page.status, StatusCode::OK, "{place}");
        let own = page.body.matches("<script").count();
        assert_eq!(own, 1, "{place}: only the desk's own script");
        for part in ["<img src=x", "onerror=alert(1)>\"'", "href=\"javascript:"] {
            assert!(!page.body.contains(part), "{place}: {part}");
        }
        assert!(
            page.body.contains("&#60;script"),
            "{place} shows it as text"
        );
    }
}

#[test]
fn the_way_back_stays_on_the_desk() {
    let world = World::new();
    let ann = world.log_in("ann");
    for (back, place) in [
        ("/case/1", "/case/1"),
        ("//evil.example", "/queue"),
        ("https://evil.example", "/queue"),
        ("/\\evil", "/queue"),
    ] {
        let page = world.post(&ann, "/view", &format!("view=grey&back={back}"));
        assert_eq!(page.place(), place);
    }
    assert!(
        world
            .get(&ann, "/queue")
            .body
            .contains("class=\"view-grey\"")
    );
}
