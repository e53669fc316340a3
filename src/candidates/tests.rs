use proptest::prelude::*;

use super::ground::NoBasis;
use super::invented::{World, candidate, hit, image, mention, scored};
use super::*;
use crate::features::Family;
use crate::text::{Disguise, Slang};

#[test]
fn an_authorised_seller_is_never_a_candidate() {
    let mut world = World::default();
    world.signals.authorised_by = vec!["luma".into()];
    assert_eq!(
        judge(&world.case()).err(),
        Some(NoCandidate::AuthorisedSeller)
    );
    assert_eq!(world.route().err(), Some(NoBasis::Nothing));
}

fn verdict(
    parts: &[(&'static str, Family, f64)],
    change: impl FnOnce(&mut World),
) -> Option<NoCandidate> {
    let mut world = World {
        scored: scored(parts),
        threshold: 0.0,
        ..World::default()
    };
    change(&mut world);
    judge(&world.case()).err()
}

#[test]
fn two_families_are_needed() {
    use Family::{Image, Price, Seller, Text};
    assert_eq!(
        verdict(&[("a", Image, 9.0), ("b", Text, 0.2)], |_| ()),
        Some(NoCandidate::OneFamily)
    );
    assert_eq!(
        verdict(&[("a", Image, 9.0), ("b", Text, 0.25)], |_| ()),
        None
    );
    assert_eq!(
        verdict(
            &[("a", Image, 9.0), ("b", Price, 0.4), ("c", Price, -0.2)],
            |_| ()
        ),
        Some(NoCandidate::OneFamily),
        "a family counts by its sum"
    );
    assert_eq!(
        verdict(&[("a", Price, 1.0), ("b", Seller, 1.0)], |_| ()),
        None
    );
}

#[test]
fn who_says_that_it_is_a_copy_needs_no_second_family() {
    let parts = [("a", Family::Text, 5.0)];
    let slang = |weight: f64| {
        move |world: &mut World| {
            world.signals.reading.slang.push(Slang {
                text: "superclone".into(),
                meaning: "copy".into(),
                weight,
            });
        }
    };
    assert_eq!(verdict(&parts, slang(1.0)), None);
    // A word with honest uses is not enough, nor one beside a brand that is named lawfully.
    assert_eq!(verdict(&parts, slang(0.7)), Some(NoCandidate::OneFamily));
    let price = [("a", Family::Price, 5.0)];
    assert_eq!(verdict(&price, slang(1.0)), Some(NoCandidate::OneFamily));
}

#[test]
fn a_new_seller_who_names_a_brand_is_no_candidate() {
    let parts = [("a", Family::Text, 3.0), ("b", Family::Seller, 3.0)];
    assert_eq!(verdict(&parts, |_| ()), Some(NoCandidate::OnlyCircumstance));
    let misspelt =
        |world: &mut World| world.signals.reading.mentions[0].disguise = Some(Disguise::Misspelt);
    assert_eq!(
        verdict(&parts, misspelt),
        Some(NoCandidate::OnlyCircumstance)
    );
    let masked =
        |world: &mut World| world.signals.reading.mentions[0].disguise = Some(Disguise::Masked);
    assert_eq!(verdict(&parts, masked), None);
}

#[test]
fn a_low_price_beside_plain_words_is_no_candidate() {
    let parts = [("a", Family::Text, 3.0), ("b", Family::Price, 3.0)];
    assert_eq!(
        verdict(&parts, |_| ()),
        Some(NoCandidate::OnlyWordsAndPrice)
    );
    let vouched = |world: &mut World| {
        world.signals.reading.claims.push("genuine".into());
    };
    assert_eq!(
        verdict(&parts, vouched),
        Some(NoCandidate::OnlyWordsAndPrice)
    );
    let slang = |world: &mut World| {
        world.signals.reading.slang.push(Slang {
            text: "1:1".into(),
            meaning: "copy".into(),
            weight: 1.0,
        });
    };
    assert_eq!(verdict(&parts, slang), None);
    for other in [Family::Image, Family::Seller] {
        let parts = [&parts[..], &[("c", other, 1.0)]].concat();
        assert_eq!(verdict(&parts, |_| ()), None, "{other:?}");
    }
}

#[test]
fn a_candidate_carries_what_the_decision_needs() {
    let world = World::default();
    let found = judge(&world.case()).expect("a candidate");
    assert_eq!(found.ground, Ground::Trademark);
    assert_eq!(found.right.number, "018000001");
    assert_eq!(found.families, [Family::Image, Family::Text, Family::Price]);
    assert_eq!(found.cues[0].cue, "price.depth", "the strongest first");
    assert_eq!(found.cues.len(), 3, "a cue that moved nothing is left out");
    assert_eq!(found.reasons.len(), 3);
    assert_eq!(found.reference_image.as_deref(), Some("luma/day-bag.jpg"));
    assert_eq!(
        found.product.map(|product| product.title),
        Some("Luma Day Bag".to_owned())
    );
}

#[test]
fn the_catalogs_picture_is_shown_when_no_photo_matches() {
    let mut world = World::default();
    world.signals.images = vec![image(Vec::new())];
    let found = judge(&world.case()).expect("a candidate");
    assert_eq!(
        (found.image, found.reference_image.as_deref()),
        (None, Some("luma/day-bag.jpg"))
    );
}

#[test]
fn actions_by_rule() {
    let action = |probability: f64, change: fn(&mut World)| {
        let mut world = World::default();
        change(&mut world);
        Action::suggest(probability, &world.signals, &world.relations)
    };
    let masked: fn(&mut World) =
        |w| w.signals.reading.mentions[0].disguise = Some(Disguise::Masked);
    assert_eq!(action(0.99, |_| ()), Action::Review);
    assert_eq!(action(0.55, |_| ()), Action::Monitor);
    assert_eq!(action(0.55, masked), Action::Review);
    assert_eq!(
        action(0.9, |w| w.signals.price.ratio = Some(0.9)),
        Action::TestBuy
    );
    assert_eq!(
        action(0.99, masked),
        Action::Review,
        "one listing is no pattern"
    );
    let ring: fn(&mut World) = |w| {
        w.signals.reading.mentions[0].disguise = Some(Disguise::Masked);
        w.relations.seller.disguised = 3;
    };
    assert_eq!(action(0.99, ring), Action::HoldPayout);
    assert_eq!(action(0.94, ring), Action::Review);
    assert_eq!(
        action(0.99, |w| w.relations.seller.disguised = 3),
        Action::Review,
        "this listing itself must give itself away"
    );
}

#[test]
fn neighbours_are_counted_within_the_queue() {
    let mut queue = Queue::new(2);
    for (number, probability) in [(1, 0.9), (2, 0.8), (3, 0.7)] {
        queue.push(Candidate {
            probability,
            ..candidate(number)
        });
    }
    let drawn = queue.draw();
    assert_eq!(
        drawn
            .iter()
            .map(|c| (c.rank, c.listing_id.as_str()))
            .collect::<Vec<_>>(),
        [(1, "L1"), (2, "L2")]
    );
    assert!(
        drawn
            .iter()
            .all(|c| c.neighbours.same_seller == 1 && c.neighbours.same_image == 1)
    );
}

proptest! {
    #[test]
    fn a_queue_is_sort_and_truncate(tenths in prop::collection::vec(0u8..10, 0..60), capacity in 0usize..20, turn in 0usize..60) {
        let all: Vec<Candidate> = tenths
            .iter()
            .zip(0u32..)
            .map(|(tenth, number)| Candidate { probability: f64::from(*tenth) / 10.0, ..candidate(number) })
            .collect();
        let mut sorted = all.clone();
        sorted.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.listing_id.cmp(&b.listing_id)));
        sorted.truncate(capacity);

        let mut arriving = all;
        let turn = turn.min(arriving.len());
        arriving.rotate_left(turn);
        let mut queue = Queue::new(capacity);
        for candidate in arriving {
            queue.push(candidate);
        }
        let key = |c: &Candidate| (c.listing_id.clone(), c.probability.to_bits());
        prop_assert_eq!(queue.draw().iter().map(key).collect::<Vec<_>>(), sorted.iter().map(key).collect::<Vec<_>>());
    }
}

#[test]
fn one_brands_leave_is_no_leave_for_anothers_goods() {
    let judged = |change: fn(&mut World)| {
        let mut world = World::default();
        world.signals.authorised_by = vec!["orbi".into()];
        change(&mut world);
        judge(&world.case()).map(|candidate| candidate.brand)
    };
    let orbis_photo = |world: &mut World| {
        world.signals.images = vec![image(vec![crate::reference::ImageHit {
            brand: "orbi".into(),
            confidence: 0.99,
            ..hit()
        }])];
    };
    let orbis_name = |world: &mut World| {
        world.signals.reading.mentions.push(crate::text::Mention {
            brand: "orbi".into(),
            confidence: 1.0,
            ..mention()
        });
    };
    assert_eq!(judged(orbis_photo), Ok("luma".into()));
    assert_eq!(judged(orbis_name), Ok("luma".into()));
    assert_eq!(
        judged(|world| {
            world.signals.authorised_by = vec!["luma".into(), "orbi".into()];
        }),
        Err(NoCandidate::AuthorisedSeller)
    );
    assert_eq!(
        judged(|world| {
            world.signals.authorised_by = vec!["luma".into()];
            world.signals.reading.mentions.push(crate::text::Mention {
                brand: "orbi".into(),
                lawful: true,
                ..mention()
            });
        }),
        Err(NoCandidate::AuthorisedSeller),
        "a case for another brand's goods is no use of its mark"
    );
}

#[test]
fn what_is_missing_makes_no_family() {
    let families_of = |cue, family| families(&scored(&[(cue, family, 2.0)]));
    assert_eq!(families_of("image.missing", Family::Image), []);
    assert_eq!(families_of("price.missing", Family::Price), []);
    assert_eq!(families_of("seller.unknown", Family::Seller), []);
    assert_eq!(families_of("price.depth", Family::Price), [Family::Price]);
}
