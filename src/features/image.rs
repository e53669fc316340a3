//! What the photos show.

use std::cmp::Ordering;

use crate::image::Transform;
use crate::reference::{ImageHit, ImageRole, Verdict};
use crate::signals::ImageSignal;

use super::cue::{Cue, Direction, Family, Input, indicator};
use super::price;

/// Re-encoding and resizing move a PDQ hash by at most this many bits (PDQ's own rule for equal
/// images of good quality); more means that somebody changed the picture.
const UNCHANGED_DISTANCE: u32 = 10;

/// Making a picture small moves PDQ further, but the DCT hash by at most this many bits
/// (`benches/copy_confidence.rs`, quarter size); crops, badges and strips move both.
const UNCHANGED_DCT_DISTANCE: u32 = 4;

/// log2 of 64 sellers: more of them say nothing new.
const MOST_SELLERS_LOG2: f64 = 6.0;

/// The brand's own photo, shown by a seller whom the brand did not authorise.
pub const BRAND_PHOTO: Cue = Cue {
    name: "image.brand_photo",
    family: Family::Image,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| confidence(input, is_unauthorised_copy),
    sentence: |input| match best(input, is_unauthorised_copy) {
        Some((image, hit)) => format!(
            "{} is the brand's own photo {} ({}), and this seller is not authorised.",
            place(input, image, hit),
            hit.reference,
            likeness(hit)
        ),
        None => String::new(),
    },
};

/// The surer of [`BRAND_PHOTO`] and [`RECOLOURED`] times [`price::DEPTH`]: the photo promises the genuine article, and the price
/// says that it is not. Who resells the article shows the photo too, and who clears a stock is as cheap, but seldom both.
pub const BRAND_PHOTO_AT_LOW_PRICE: Cue = Cue {
    name: "image.brand_photo_at_low_price",
    family: Family::Image,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| Some(confidence(input, promises_the_article)? * (price::DEPTH.value)(input)?),
    sentence: |input| match best(input, promises_the_article) {
        Some((_, hit)) => format!(
            "The brand's photo {} stands beside a price that the article in it is hardly ever sold for.",
            hit.reference
        ),
        None => String::new(),
    },
};

/// A copy of a brand's photo that a seller whom the brand did not authorise changed: cropped,
/// mirrored, covered, drawn over.
pub const EDITED_COPY: Cue = Cue {
    name: "image.edited_copy",
    family: Family::Image,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| confidence(input, is_edited),
    sentence: |input| match best(input, is_edited) {
        Some((image, hit)) => format!(
            "{} is a changed copy of the brand's photo {} ({}), by a seller who is not authorised.",
            place(input, image, hit),
            hit.reference,
            likeness(hit)
        ),
        None => String::new(),
    },
};

/// A brand's photo in other colours.
pub const RECOLOURED: Cue = Cue {
    name: "image.recoloured",
    family: Family::Image,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| match best(input, is_copy_of_any) {
        // A photo of one colourway is every other colourway recoloured: the copy is what it is.
        Some(_) => Some(0.0),
        None => confidence(input, is_recoloured),
    },
    sentence: |input| match best(input, is_recoloured) {
        Some((image, hit)) => format!(
            "{} is the brand's photo {} in other colours ({}).",
            place(input, image, hit),
            hit.reference,
            likeness(hit)
        ),
        None => String::new(),
    },
};

/// A photo that a brand owner confirmed to show a fake.
pub const KNOWN_FAKE: Cue = Cue {
    name: "image.known_fake",
    family: Family::Image,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| confidence(input, is_known_fake),
    sentence: |input| match best(input, is_known_fake) {
        Some((image, hit)) => format!(
            "{} is {}, which the brand owner confirmed to show a counterfeit ({}).",
            place(input, image, hit),
            hit.reference,
            likeness(hit)
        ),
        None => String::new(),
    },
};

/// One photo under several sellers that is nobody's official photo: log2 of the sellers.
pub const SHARED_UNOFFICIAL: Cue = Cue {
    name: "image.shared_unofficial",
    family: Family::Image,
    direction: Direction::Raises,
    range: (0.0, MOST_SELLERS_LOG2),
    value: |input| {
        if !has_usable_image(input)? {
            return None;
        }
        let shared = input.relations.image.as_ref();
        let sellers = shared
            .filter(|image| !image.official)
            .map_or(1, |image| image.sellers.max(1));
        Some((sellers as f64).log2())
    },
    sentence: |input| {
        let sellers = input
            .relations
            .image
            .as_ref()
            .map_or(0, |image| image.sellers);
        format!(
            "A photo of this listing is shown by {sellers} sellers and is not a photo of the brand."
        )
    },
};

/// No photo that could be looked at.
pub const MISSING: Cue = Cue {
    name: "image.missing",
    family: Family::Image,
    direction: Direction::Either,
    range: (0.0, 1.0),
    value: |input| has_usable_image(input).map(|usable| indicator(!usable)),
    sentence: |input| match input.signals.images.first() {
        Some(image) => format!(
            "No photo of this listing could be read (the first: {}).",
            image.status
        ),
        None => "This listing has no photo.".to_owned(),
    },
};

fn is_copy(hit: &ImageHit) -> bool {
    hit.role == ImageRole::Official && hit.verdict == Verdict::Copy
}

fn is_copy_of_any(_: &Input<'_>, hit: &ImageHit) -> bool {
    is_copy(hit) && hit.confidence >= 0.5
}

fn is_edited(input: &Input<'_>, hit: &ImageHit) -> bool {
    let altered = hit.distance > UNCHANGED_DISTANCE && hit.phash_distance > UNCHANGED_DCT_DISTANCE;
    is_unauthorised_copy(input, hit) && (altered || hit.transform != Transform::Identity)
}

fn is_unauthorised_copy(input: &Input<'_>, hit: &ImageHit) -> bool {
    is_copy(hit) && !input.authorised_by(&hit.brand)
}

fn is_recoloured(input: &Input<'_>, hit: &ImageHit) -> bool {
    hit.role == ImageRole::Official
        && hit.verdict == Verdict::Recoloured
        && !input.authorised_by(&hit.brand)
}

fn promises_the_article(input: &Input<'_>, hit: &ImageHit) -> bool {
    is_unauthorised_copy(input, hit) || is_recoloured(input, hit)
}

fn is_known_fake(_: &Input<'_>, hit: &ImageHit) -> bool {
    hit.role == ImageRole::KnownFake && hit.verdict != Verdict::Related
}

/// Whether any photo could be read; `None` when nobody looked (a scan without an image folder).
fn has_usable_image(input: &Input<'_>) -> Option<bool> {
    if input.signals.images.is_empty() && !input.listing.images.is_empty() {
        return None;
    }
    Some(
        input
            .signals
            .images
            .iter()
            .any(|image| image.status == "ok"),
    )
}

/// The surest hit of a kind; of equals the first.
fn best<'a>(
    input: &Input<'a>,
    kind: fn(&Input<'_>, &ImageHit) -> bool,
) -> Option<(&'a ImageSignal, &'a ImageHit)> {
    let images = &input.signals.images;
    let hits = images
        .iter()
        .flat_map(|image| image.hits.iter().map(move |hit| (image, hit)));
    hits.filter(|(_, hit)| kind(input, hit))
        .reduce(
            |best, next| match next.1.confidence.total_cmp(&best.1.confidence) {
                Ordering::Greater => next,
                _ => best,
            },
        )
}

/// How sure the best hit of a kind is: 0 when photos were read and none is of the kind.
fn confidence(input: &Input<'_>, kind: fn(&Input<'_>, &ImageHit) -> bool) -> Option<f64> {
    has_usable_image(input)?.then(|| best(input, kind).map_or(0.0, |(_, hit)| hit.confidence))
}

/// "The main image", "Image 3" or, of an animation, "Frame 3 of image 2"; all counted from 1.
fn place(input: &Input<'_>, image: &ImageSignal, hit: &ImageHit) -> String {
    let mut images = input.signals.images.iter();
    let number = images.position(|other| std::ptr::eq(other, image));
    let number = number.unwrap_or(0) + 1;
    match (image.frame_of(&hit.reference), number) {
        (0, 1) => "The main image".to_owned(),
        (0, _) => format!("Image {number}"),
        (frame, 1) => format!("Frame {} of the main image", frame + 1),
        (frame, _) => format!("Frame {} of image {number}", frame + 1),
    }
}

/// "PDQ distance 4" or "PDQ distance 12, mirrored".
fn likeness(hit: &ImageHit) -> String {
    match hit.transform {
        Transform::Identity => format!("PDQ distance {}", hit.distance),
        turned => format!("PDQ distance {} after {}", hit.distance, turned.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Case, hit};
    use super::*;
    use crate::signals::{Animation, FrameSignal};

    #[test]
    fn the_brands_own_photo_counts_only_against_the_unauthorised() {
        let mut case = Case::with_hit(hit("luma/mh01.jpg", 4, 0.9));
        let row = case.row();
        assert_eq!(row.get("image.brand_photo"), Some(0.9));
        assert_eq!(row.get("image.edited_copy"), Some(0.0));
        assert_eq!(
            BRAND_PHOTO.explain(&case.input()).as_deref(),
            Some(
                "The main image is the brand's own photo luma/mh01.jpg (PDQ distance 4), and this seller is not authorised."
            )
        );
        case.signals.authorised_by.push("luma".into());
        assert_eq!(case.row().get("image.brand_photo"), Some(0.0));
        assert_eq!(BRAND_PHOTO.explain(&case.input()), None);
    }

    #[test]
    fn the_brands_photo_at_a_low_price_needs_both_and_no_permission() {
        let of = |case: &Case| case.row().get("image.brand_photo_at_low_price");
        let mut case = Case::with_hit(hit("luma/mh01.jpg", 4, 0.9));
        assert_eq!(of(&case), None, "no price to compare");
        case.set_product(1.0, 1.0);
        case.set_ratio(0.8);
        assert_eq!(of(&case), Some(0.0));
        case.set_ratio(0.2);
        assert_eq!(of(&case), Some(0.9));
        let sentence = BRAND_PHOTO_AT_LOW_PRICE.explain(&case.input());
        assert!(sentence.is_some_and(|text| text.contains("luma/mh01.jpg")));
        case.signals.authorised_by.push("luma".into());
        assert_eq!(of(&case), Some(0.0));
    }

    #[test]
    fn a_mirrored_or_distant_copy_is_an_edited_one() {
        let mirrored = ImageHit {
            transform: Transform::FlipX,
            ..hit("luma/a.jpg", 2, 0.8)
        };
        let covered = ImageHit {
            phash_distance: 8,
            ..hit("luma/a.jpg", 20, 0.8)
        };
        for edited in [mirrored, covered] {
            let row = Case::with_hit(edited).row();
            assert_eq!(row.get("image.edited_copy"), Some(0.8));
        }
        let made_small = hit("luma/a.jpg", 20, 0.8);
        let row = Case::with_hit(made_small).row();
        assert_eq!(row.get("image.edited_copy"), Some(0.0));
    }

    #[test]
    fn roles_and_verdicts_have_cues_of_their_own() {
        let recoloured = ImageHit {
            verdict: Verdict::Recoloured,
            ..hit("luma/a.jpg", 8, 0.7)
        };
        let fake = ImageHit {
            role: ImageRole::KnownFake,
            ..hit("luma/fake.jpg", 8, 0.6)
        };
        let related = ImageHit {
            verdict: Verdict::Related,
            ..hit("luma/a.jpg", 30, 0.4)
        };
        let of = |hit| {
            let row = Case::with_hit(hit).row();
            ["image.brand_photo", "image.recoloured", "image.known_fake"].map(|name| row.get(name))
        };
        assert_eq!(of(recoloured), [Some(0.0), Some(0.7), Some(0.0)]);
        assert_eq!(of(fake), [Some(0.0), Some(0.0), Some(0.6)]);
        assert_eq!(of(related), [Some(0.0); 3]);
    }

    #[test]
    fn unread_is_not_the_same_as_missing() {
        let mut case = Case::default();
        assert_eq!(case.row().get("image.missing"), Some(1.0));
        assert_eq!(case.row().get("image.brand_photo"), None);
        case.listing.images = vec!["a.jpg".into()];
        assert_eq!(case.row().get("image.missing"), None);
        let mut case = Case::with_hit(hit("luma/a.jpg", 0, 1.0));
        assert_eq!(case.row().get("image.missing"), Some(0.0));
        case.signals.images[0].status = "truncated_or_corrupt".into();
        assert_eq!(case.row().get("image.missing"), Some(1.0));
    }

    #[test]
    fn sellers_of_a_shared_photo_count_on_a_log_scale() {
        let mut case = Case::with_hit(ImageHit {
            verdict: Verdict::Related,
            ..hit("luma/a.jpg", 30, 0.3)
        });
        let shared = |case: &Case| case.row().get("image.shared_unofficial");
        assert_eq!(shared(&case), Some(0.0));
        case.relations.image = Some(crate::signals::ImageRelation {
            sellers: 8,
            ..Default::default()
        });
        assert_eq!(shared(&case), Some(3.0));
        case.relations.image = Some(crate::signals::ImageRelation {
            sellers: 8,
            official: true,
            ..Default::default()
        });
        assert_eq!(shared(&case), Some(0.0));
    }

    #[test]
    fn a_photo_in_a_later_frame_is_named_by_its_frame() {
        let mut case = Case::with_hit(hit("luma/mh01.jpg", 4, 0.9));
        case.signals.images[0].animation = Some(Animation {
            frames: vec![FrameSignal {
                frame: 2,
                pdq: String::new(),
                quality: 100,
                matches: vec!["luma/mh01.jpg".into()],
            }],
            cut: None,
        });
        let sentence = BRAND_PHOTO.explain(&case.input()).unwrap_or_default();
        assert!(
            sentence.starts_with("Frame 3 of the main image is the brand's own photo"),
            "{sentence}"
        );
    }
}
