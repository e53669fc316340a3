use jiff::civil::date;

use super::{Draft, NoDraft, cut, dsa, letter, pack};
use crate::candidates::{Candidate, CitedRight, Decision, DecisionKind, Ground, invented};
use crate::export::side_by_side::SideBySide;
use crate::features::Family;
use crate::record::{Brand, Right, RightKind};

const ENTRY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn decided(candidate: &Candidate) -> Decision {
    let at = "2026-03-31T10:00:00Z".parse().expect("a time");
    Decision::on(candidate, "r", "model", DecisionKind::Confirm, "ann", at)
}

fn owner(candidate: &Candidate) -> Brand {
    let cited = &candidate.right;
    Brand {
        id: candidate.brand.clone(),
        name: candidate.brand_name.clone(),
        contact: "ip@luma.example".to_owned(),
        rights: vec![Right {
            kind: cited.kind,
            number: cited.number.clone(),
            office: cited.office.clone(),
            territories: cited.territories.clone(),
            nice_classes: vec![18],
            expiry: Some(date(2031, 1, 1)),
        }],
        ..Brand::default()
    }
}

fn candidate(ground: Ground) -> Candidate {
    let kind = match ground {
        Ground::Copyright => RightKind::Copyright,
        Ground::Design => RightKind::Design,
        _ => RightKind::Trademark,
    };
    Candidate {
        ground,
        right: CitedRight {
            kind,
            number: "018000001".to_owned(),
            office: "EUIPO".to_owned(),
            territories: vec!["EU".to_owned()],
            expiry: Some(date(2031, 1, 1)),
            doubts: Vec::new(),
        },
        ..invented::candidate(1)
    }
}

#[test]
fn every_grounds_statement_fits_the_schema_and_names_nobody() {
    for ground in Ground::ALL {
        let mut candidate = candidate(ground);
        candidate.ground_reason = "x ".repeat(4000);
        candidate.reasons = vec!["long ".repeat(400); 40];
        candidate.title = "Call 0151 2345".to_owned();
        candidate.seller_name = "Erika Mustermann".to_owned();
        let (decision, brand) = (decided(&candidate), owner(&candidate));
        let day = date(2026, 4, 1);
        let draft = Draft::of(&candidate, &decision, ENTRY, &brand, None, day).expect("a draft");
        let statement = dsa::statement(&draft).expect("in Europe");
        assert_eq!(dsa::problems(&statement), Vec::<String>::new());
        let text = statement.to_string();
        for personal in ["Erika", "0151", candidate.seller_id.as_str()] {
            assert!(!text.contains(personal), "{personal} in {text}");
        }
        assert_eq!(
            statement["territorial_scope"].as_array().map(Vec::len),
            Some(27)
        );
    }
}

#[test]
fn the_schema_refuses_what_the_database_would() {
    let candidate = candidate(Ground::Trademark);
    let (decision, brand) = (decided(&candidate), owner(&candidate));
    let day = date(2026, 4, 1);
    let draft = Draft::of(&candidate, &decision, ENTRY, &brand, None, day).expect("a draft");
    let good = dsa::statement(&draft).expect("in Europe");
    for (field, value) in [
        ("puid", serde_json::json!("no spaces")),
        ("category", serde_json::json!("STATEMENT_CATEGORY_FAKES")),
        ("decision_facts", serde_json::json!("x".repeat(5001))),
        ("content_date", serde_json::json!("2026-02-30")),
        ("territorial_scope", serde_json::json!([])),
        ("url", serde_json::json!("https://x.example")),
    ] {
        let mut wrong = good.clone();
        wrong[field] = value;
        let problems = dsa::problems(&wrong);
        assert!(
            problems.len() == 1 && problems[0].starts_with(field),
            "{problems:?}"
        );
    }
    let mut less = good;
    less.as_object_mut().expect("an object").remove("puid");
    assert_eq!(dsa::problems(&less), ["statement: \"puid\" is missing"]);
}

#[test]
fn without_a_settled_confirmation_or_a_living_right_nothing_leaves() {
    let candidate = candidate(Ground::Trademark);
    let brand = owner(&candidate);
    let confirmed = decided(&candidate);
    let of = |decision: &Decision, brand: &Brand, day| {
        Draft::of(&candidate, decision, ENTRY, brand, None, day).map(|_| ())
    };
    let day = date(2026, 4, 1);
    assert_eq!(of(&confirmed, &brand, day), Ok(()));
    let cleared = Decision {
        kind: DecisionKind::Clear,
        ..confirmed.clone()
    };
    assert_eq!(of(&cleared, &brand, day), Err(NoDraft::NotConfirmed));
    let first = Decision {
        awaits_second: true,
        ..confirmed.clone()
    };
    assert_eq!(of(&first, &brand, day), Err(NoDraft::AwaitsSecond));
    assert_eq!(
        of(&confirmed, &brand, date(2032, 1, 1)),
        Err(NoDraft::Expired)
    );
    let given_up = Brand {
        rights: Vec::new(),
        ..brand.clone()
    };
    assert_eq!(of(&confirmed, &given_up, day), Err(NoDraft::Expired));
    let elsewhere = Decision {
        ground: Some(Ground::Design),
        ..confirmed
    };
    assert_eq!(of(&elsewhere, &brand, day), Err(NoDraft::OtherRight));
}

#[test]
fn a_dmca_notice_is_for_copyright_alone_and_has_its_six_parts() {
    for ground in Ground::ALL {
        let candidate = candidate(ground);
        let (decision, brand) = (decided(&candidate), owner(&candidate));
        let day = date(2026, 4, 1);
        let draft = Draft::of(&candidate, &decision, ENTRY, &brand, None, day).expect("a draft");
        match letter::dmca(&draft) {
            Ok(text) => {
                assert_eq!(ground, Ground::Copyright);
                assert!(
                    (1..=6).all(|part| text.contains(&format!("\n{part}. "))),
                    "{text}"
                );
                assert!(text.contains("under penalty of perjury"), "{text}");
            }
            Err(why) => assert_eq!(
                (why, ground == Ground::Copyright),
                (NoDraft::NotCopyright, false)
            ),
        }
        let letter = letter::article_16(&draft);
        assert!(
            letter.starts_with("DRAFT") && letter.contains("ip@luma.example"),
            "{letter}"
        );
    }
}

#[test]
fn a_pack_is_whole_and_runs_nothing_of_the_sellers() {
    let mut candidate = candidate(Ground::Trademark);
    candidate.title = "<script>alert(1)</script>".to_owned();
    let (decision, brand) = (decided(&candidate), owner(&candidate));
    let day = date(2026, 4, 1);
    let draft = Draft::of(&candidate, &decision, ENTRY, &brand, None, day).expect("a draft");
    let contents = pack::Contents {
        pictures: SideBySide {
            listing: Some(vec![0xFF, 0xD8, 0xFF, 0xE0]),
            hit: Some(invented::hit()),
            ..SideBySide::default()
        },
        ..pack::Contents::default()
    };
    let page = pack::page(&draft, &contents).expect("a page");
    assert!(!page.contains("<script"), "{page}");
    assert!(
        page.contains("data:image/jpeg;base64,") && page.contains(ENTRY),
        "{page}"
    );
}

#[test]
fn another_ground_that_was_confirmed_cites_a_right_that_covers_it() {
    let candidate = candidate(Ground::Trademark);
    let mut brand = owner(&candidate);
    let design = Right {
        kind: RightKind::Design,
        number: "007000001".to_owned(),
        ..brand.rights[0].clone()
    };
    brand.rights.push(design);
    let decision = Decision {
        ground: Some(Ground::Design),
        ..decided(&candidate)
    };
    let day = date(2026, 4, 1);
    let draft = Draft::of(&candidate, &decision, ENTRY, &brand, None, day).expect("a draft");
    let letter = letter::article_16(&draft);
    assert!(letter.contains("007000001"), "{letter}");
    assert!(letter.contains("the registered design"), "{letter}");
    // What the program found for its own ground is not said for this one.
    assert!(!letter.contains(&candidate.ground_reason), "{letter}");
}

#[test]
fn who_offers_it_and_how_to_reach_them_is_no_reason_of_a_notice() {
    let mut candidate = candidate(Ground::Trademark);
    let of_account = "The account is 3 days old.".to_owned();
    candidate.cues[0].family = Family::Seller;
    candidate.cues[0].sentence.clone_from(&of_account);
    let contact = "The text leads buyers off the marketplace: \"WeChat rbking88\".".to_owned();
    candidate.cues[1].cue = crate::features::CONTACT.name.to_owned();
    candidate.cues[1].sentence.clone_from(&contact);
    candidate.reasons = vec![
        of_account.clone(),
        contact,
        "The title says 1:1.".to_owned(),
    ];
    let (decision, brand) = (decided(&candidate), owner(&candidate));
    let day = date(2026, 4, 1);
    let draft = Draft::of(&candidate, &decision, ENTRY, &brand, None, day).expect("a draft");
    let letter = letter::article_16(&draft);
    let statement = dsa::statement(&draft).expect("in Europe").to_string();
    for text in [letter, statement] {
        assert!(text.contains("1:1"), "{text}");
        assert!(!text.contains(&of_account), "{text}");
        assert!(!text.contains("rbking88"), "{text}");
    }
}

#[test]
fn texts_are_cut_at_a_word() {
    assert_eq!(cut("one two three", 9), "one two…");
    assert_eq!(cut("one", 3), "one");
}
