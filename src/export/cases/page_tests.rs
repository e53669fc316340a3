use jiff::civil::date;

use super::*;
use crate::candidates::{DecisionKind, invented};
use crate::reference::ImageHit;
use crate::rings::{CaseSeller, SharedThing};

const SQUARE: [[f64; 2]; 4] = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];

#[test]
fn what_sellers_write_is_text_and_pictures_come_from_the_evidence() {
    let case = Case {
        id: "C-00c0ffee".to_owned(),
        priority: 3.2,
        expected: 3.2,
        sellers: vec![CaseSeller {
            seller_name: "<script>alert(1)</script>".to_owned(),
            seller_id: "S-1".into(),
            ..CaseSeller::default()
        }],
        brands: [("luma".into(), 5)].into(),
        listings: 5,
        tied: 4,
        queued: 2,
        first_seen: date(2026, 4, 1),
        growth: None,
        density: 1.0,
        shared: vec![SharedThing {
            kind: TieKind::Image,
            what: "a.jpg".to_owned(),
            content: None,
            evidence: Some("aa/b.jpg".to_owned()),
            sellers: 3,
            listings: 4,
        }],
        examples: vec![CaseListing {
            listing_id: "L-1".into(),
            seller_id: "S-1".into(),
            title: "\u{202E}bag".to_owned(),
            link: "javascript:alert(1)".to_owned(),
            brand: None,
            price: String::new(),
            probability: 0.9,
            shares: vec![TieKind::Image],
            image: None,
            content: None,
            evidence: Some("aa/b.jpg".to_owned()),
        }],
    };
    let mut asked = Vec::new();
    let candidate = Candidate {
        title: "<script>alert(2)</script>".to_owned(),
        ..invented::candidate(1)
    };
    let at = "2026-04-02T10:00:00Z".parse().expect("a time");
    let decision = Decision {
        note: "<b>sure</b>".to_owned(),
        ..Decision::on(&candidate, "r", "m", DecisionKind::Confirm, "ann", at)
    };
    let queued = [Queued {
        candidate,
        decisions: vec![Decided {
            decision,
            entry: "0123abcd".to_owned(),
            undone: true,
        }],
    }];
    let jpeg = || Some(b"\xFF\xD8\xFF\xE0".to_vec());
    let page = page(
        &case,
        &Origin::default(),
        &queued,
        |place| {
            asked.push(place.to_owned());
            jpeg()
        },
        |_| SideBySide {
            listing: jpeg(),
            reference: jpeg(),
            hit: Some(ImageHit {
                in_query: SQUARE.to_vec(),
                in_reference: SQUARE.to_vec(),
                ..invented::hit()
            }),
        },
    )
    .expect("a page");
    assert_eq!(asked, ["aa/b.jpg"], "read once");
    assert!(
        !page.contains("<script") && page.contains("&#60;script&#62;"),
        "{page}"
    );
    assert!(!page.contains("javascript:") && page.contains("‹U+202E›"));
    assert_eq!(page.matches("data:image/jpeg;base64,").count(), 4);
    assert_eq!(page.matches("<polygon").count(), 2, "outlined on both");
    for told in [
        "Confirmed (taken back)",
        "ann",
        "0123abcd",
        "2026-04-02T10:00:00Z",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("<b>sure"), "{page}");
    assert!(page.contains("4 more"), "{page}");
}
