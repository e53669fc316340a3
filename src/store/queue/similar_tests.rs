use super::super::fixture::{candidate, decide, hour, index};
use super::*;
use crate::candidates::{Candidate, DecisionKind, MatchedProduct, Neighbours};
use crate::store::plan;

fn product(id: &str) -> Option<MatchedProduct> {
    Some(MatchedProduct {
        product_id: id.into(),
        title: "Luma Day Bag".to_owned(),
        probability: 0.9,
        why: "its title".to_owned(),
    })
}

#[test]
fn what_is_alike_is_found_decided_ones_first_and_says_in_what() {
    let mut store = Store::open_in_memory().expect("opened");
    let luma = |listing: &str, title: &str| Candidate {
        title: title.to_owned(),
        ..candidate(listing, "luma")
    };
    let case = Candidate {
        seller_id: "S1".into(),
        product: product("P1"),
        neighbours: Neighbours {
            image_key: Some("one".to_owned()),
            ..Neighbours::default()
        },
        ..luma("L1", "Luma leather day bag 1:1 with box and dust cover")
    };
    let all = vec![
        case.clone(),
        Candidate {
            listing_id: "seller".into(),
            title: "A hat".to_owned(),
            product: None,
            neighbours: Neighbours::default(),
            ..case.clone()
        },
        Candidate {
            neighbours: case.neighbours.clone(),
            ..luma("picture", "Something else")
        },
        Candidate {
            product: product("P1"),
            ..luma("product", "Another one")
        },
        Candidate {
            product: product("P2"),
            ..luma("other-product", "Yet another")
        },
        luma("words", "LUMA Leather Day-Bag, 1:1, box + dust cover"),
        luma("few-words", "Luma day bag"),
    ];
    index(&mut store, "r", hour(0), all);
    decide(&mut store, "r", "product", DecisionKind::Confirm, hour(1));
    let case = store.case(1).expect("read").expect("there");
    let found = store.similar(&case, 10).expect("read");
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.case.listing_id.as_str(), one.by.as_slice()))
        .collect();
    assert_eq!(
        found,
        [
            ("product", &[Likeness::Product][..]),
            ("seller", &[Likeness::Seller]),
            ("picture", &[Likeness::Picture]),
            ("words", &[Likeness::Words]),
        ]
    );
}

#[test]
fn titles_of_a_few_words_are_like_none() {
    assert!(bands("Luma bag").is_empty());
    assert_eq!(bands("Luma day bag").len(), BANDS);
    assert_eq!(bands("day bag LUMA!"), bands("Luma day bag"));
}

#[test]
fn whatever_is_looked_for_an_index_finds_it() {
    let store = Store::open_in_memory().expect("opened");
    let plan = plan(&store, &sql(&bands("Luma leather day bag")));
    let scans = plan.iter().filter(|step| step.starts_with("SCAN"));
    // Only what was found through an index is gone through whole.
    let scans: Vec<_> = scans.filter(|step| step.contains("queue")).collect();
    assert_eq!(scans, Vec::<&String>::new(), "{plan:#?}");
    for index in [
        "queue_of_seller",
        "queue_of_image",
        "queue_of_product",
        "PRIMARY KEY (band=?)",
    ] {
        assert!(plan.iter().any(|step| step.contains(index)), "{plan:#?}");
    }
}
