use jiff::civil::date;

use super::super::invented::{World, hit, image, mention};
use super::*;
use crate::text::{Context, ContextKind, Disguise, Slang};

fn ground(change: impl FnOnce(&mut World)) -> Result<Ground, NoBasis> {
    let mut world = World::default();
    change(&mut world);
    world.route().map(|(ground, _)| ground)
}

#[test]
fn grounds_in_their_order_of_preference() {
    use Ground::{Copyright, Design, Nonexistent, Trademark};
    let unnamed = |world: &mut World| world.signals.reading.mentions.clear();
    assert_eq!(ground(|_| ()), Ok(Trademark));
    assert_eq!(
        ground(|w| w.signals.nonexistent_model = Some("X99".into())),
        Ok(Nonexistent)
    );
    assert_eq!(ground(unnamed), Ok(Copyright));
    assert_eq!(
        ground(|w| {
            unnamed(w);
            w.brand.image_rights = false;
        }),
        Ok(Design)
    );
    assert_eq!(
        ground(|w| {
            unnamed(w);
            w.signals.images = vec![image(Vec::new())];
        }),
        Ok(Design),
        "by the product's data"
    );
    assert_eq!(
        ground(|w| {
            unnamed(w);
            w.signals.images.clear();
        }),
        Err(NoBasis::Nothing),
        "data alone shows no look"
    );
    assert_eq!(
        ground(|w| {
            w.signals.reading.mentions.clear();
            w.signals.products.clear();
            w.signals.images.clear();
            w.signals.nonexistent_model = Some("X99".into());
        }),
        Err(NoBasis::Nothing),
        "a model without the mark is nobody's"
    );
}

#[test]
fn a_disguised_name_is_a_use_of_the_mark() {
    let disguised = ground(|w| w.signals.reading.mentions[0].disguise = Some(Disguise::Masked));
    assert_eq!(disguised, Ok(Ground::Trademark));
}

#[test]
fn an_unsure_mention_is_no_use_of_the_mark() {
    let unsure = ground(|w| {
        w.signals.reading.mentions[0].confidence = 0.49;
        w.signals.images.clear();
    });
    assert_eq!(unsure, Err(NoBasis::Nothing));
}

#[test]
fn only_rights_in_force_count() {
    let expire = |kind: RightKind| {
        move |world: &mut World| {
            for right in world
                .brand
                .rights
                .iter_mut()
                .filter(|right| right.kind == kind)
            {
                right.expiry = Some(date(2026, 1, 1));
            }
        }
    };
    assert_eq!(ground(expire(RightKind::Trademark)), Ok(Ground::Copyright));
    assert_eq!(
        ground(|w| {
            expire(RightKind::Trademark)(w);
            w.brand.image_rights = false;
        }),
        Err(NoBasis::Nothing),
        "the brand is named, so it is not the look without the name"
    );
    assert_eq!(
        ground(|w| {
            expire(RightKind::Design)(w);
            w.brand.image_rights = false;
            w.signals.reading.mentions.clear();
        }),
        Err(NoBasis::Nothing)
    );
    assert_eq!(
        ground(|w| w.brand.rights[0].expiry = Some(date(2026, 1, 2))),
        Ok(Ground::Trademark),
        "the last day of protection is a day of protection"
    );
}

#[test]
fn a_later_right_is_cited_when_the_first_has_expired() {
    let mut world = World::default();
    let mut renewed = world.brand.rights[0].clone();
    renewed.number = "018000009".to_owned();
    world.brand.rights[0].expiry = Some(date(2020, 1, 1));
    world.brand.rights.push(renewed);
    assert_eq!(
        world.route().map(|(_, right)| right.number),
        Ok("018000009".to_owned())
    );
}

#[test]
fn copyright_needs_an_official_photo_copied() {
    let with = |change: fn(&mut ImageHit)| {
        ground(|w| {
            let mut changed = hit();
            change(&mut changed);
            w.signals.reading.mentions.clear();
            w.signals.products.clear();
            w.signals.images = vec![image(vec![changed])];
        })
    };
    assert_eq!(with(|_| ()), Ok(Ground::Copyright));
    assert_eq!(
        with(|hit| hit.verdict = Verdict::Recoloured),
        Ok(Ground::Design)
    );
    assert_eq!(
        with(|hit| hit.role = ImageRole::KnownFake),
        Ok(Ground::Design)
    );
    assert_eq!(
        with(|hit| hit.verdict = Verdict::Related),
        Err(NoBasis::Nothing)
    );
    assert_eq!(with(|hit| hit.confidence = 0.49), Err(NoBasis::Nothing));
}

#[test]
fn a_mark_in_a_photo_is_a_use_of_it_but_no_photo_of_the_owners() {
    let shown = |change: fn(&mut World)| {
        let mut world = World::default();
        world.signals.reading.mentions.clear();
        world.signals.products.clear();
        let mut mark = hit();
        mark.role = ImageRole::Mark;
        world.signals.images = vec![image(vec![mark])];
        change(&mut world);
        world.route()
    };
    assert_eq!(
        shown(|_| ()).map(|(ground, right)| (ground, right.kind)),
        Ok((Ground::Trademark, RightKind::Trademark))
    );
    assert_eq!(
        shown(|w| w.brand.rights[0].expiry = Some(date(2026, 1, 1))).map(|(ground, _)| ground),
        Err(NoBasis::Nothing),
        "neither the owner's photo nor the look of a product"
    );
    assert_eq!(
        shown(|w| w.signals.authorised_by.push(w.brand.id.clone())).map(|(ground, _)| ground),
        Err(NoBasis::Nothing)
    );
    assert_eq!(
        shown(|w| {
            let mut fits = mention();
            fits.lawful = true;
            w.signals.reading.mentions = vec![fits];
        })
        .map(|(ground, _)| ground),
        Err(NoBasis::LawfulContext),
        "what fits the brand's goods may say so with its mark"
    );
}

#[test]
fn a_recoloured_photo_is_the_owners_where_no_design_is_registered() {
    let recoloured = |image_rights: bool| {
        ground(|w| {
            w.brand
                .rights
                .retain(|right| right.kind != RightKind::Design);
            w.brand.image_rights = image_rights;
            w.signals.reading.mentions.clear();
            w.signals.products.clear();
            let mut changed = hit();
            changed.verdict = Verdict::Recoloured;
            w.signals.images = vec![image(vec![changed])];
        })
    };
    assert_eq!(recoloured(true), Ok(Ground::Copyright));
    assert_eq!(recoloured(false), Err(NoBasis::Nothing));
}

#[test]
fn a_lawful_context_shields_name_and_photo() {
    let lawful = |world: &mut World| world.signals.reading.mentions[0].lawful = true;
    assert_eq!(ground(lawful), Err(NoBasis::LawfulContext));
    assert_eq!(
        ground(|w| {
            lawful(w);
            w.signals.nonexistent_model = Some("X99".into());
        }),
        Err(NoBasis::LawfulContext)
    );
    let slang = Slang {
        text: "1:1".into(),
        meaning: "replica".into(),
        weight: 1.0,
    };
    assert_eq!(
        ground(|w| {
            lawful(w);
            w.signals.reading.slang.push(slang);
        }),
        Ok(Ground::Copyright),
        "slang lifts the shield of the photo, never that of the name"
    );
    assert_eq!(
        ground(|w| {
            w.signals.reading.mentions.clear();
            w.signals.reading.contexts = vec![Context {
                kind: ContextKind::Used,
                text: "condition: used".into(),
                brand: None,
            }];
        }),
        Err(NoBasis::LawfulContext),
        "second hand, without the name, is no worse than with it"
    );
    assert_eq!(
        ground(|w| {
            lawful(w);
            w.signals.reading.mentions.push(mention());
        }),
        Ok(Ground::Trademark),
        "one open mention is enough"
    );
}
