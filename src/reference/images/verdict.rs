use super::Verdict;
use super::local::Confirmation;
use crate::image::{ColourGrid, Fingerprint, Look, Transform};

/// How sure it is that two pictures are one from their hashes alone, 0..=1; it falls as either distance grows and as
/// quality falls.
///
/// `distance` is PDQ's, 0..=31; `phash_distance` the DCT hash's, where the pictures were compared as they are;
/// `quality` the lesser of the two.
///
/// A logistic curve over PDQ bits, with 0.5 at the paper's bound when the second hash has no opinion. Chosen with
/// `benches/copy_confidence.rs` on half of the designs of `data/luma`: of 516,356 pairs of unrelated pictures none was
/// nearer than 48 bits, and there counts fell by a factor of 2.4 or more for every 4 bits: a scale of at most 4.6 bits.
/// Ours is gentler, since catalogs hold products that look more alike than those do. The DCT hashes of copies within
/// the bound were at most 8 bits apart in the median of each kind of edit. On the other half of the designs, none of
/// 537,584 unrelated pairs was nearer than 52 bits, and 1,372 of the 1,376 copies within the bound had 0.5 or more.
pub(super) fn of_hashes(distance: u32, phash_distance: Option<u32>, quality: u8) -> f64 {
    const EVEN: f64 = 32.0;
    const SCALE: f64 = 6.0;
    const USUAL_PHASH_DISTANCE: f64 = 8.0;
    /// Below it, a hash tells less; a point of quality then counts as half a bit.
    const GOOD_QUALITY: f64 = 80.0;
    let second_opinion = phash_distance.map_or(0.0, |bits| f64::from(bits) - USUAL_PHASH_DISTANCE);
    let doubt = (GOOD_QUALITY - f64::from(quality)).max(0.0) / 2.0;
    let bits = f64::from(distance) + second_opinion + doubt;
    1.0 / (1.0 + ((bits - EVEN) / SCALE).exp())
}

/// How sure it is that a picture shows the reference where a movement lays it, from what is seen around the places of
/// the reference's features, 0..=1.
///
/// A logistic curve over the median of differing bits. Chosen with `benches/edited_copies` on half of the designs of
/// `data/luma` and `data/branded`: copies after any of its edits have a median of at most 10 bits in 95 of 100, other
/// designs that are photographed alike, and line up, 18 and more. Few features say little: each one below eight costs
/// a bit. Where something is laid over the picture, a quarter of the places within 8 bits says as much as half of them
/// within 15: of 5,517 lines between different designs none had that all over the picture, or within 9.
fn of_features(confirmation: &Confirmation) -> f64 {
    const EVEN: f64 = 15.0;
    const SCALE: f64 = 1.5;
    const ENOUGH: u32 = 8;
    const HIDDEN: u32 = 7;
    let lacking = ENOUGH.saturating_sub(confirmation.expected);
    let beside = confirmation.lower_quartile.map(|bits| bits + HIDDEN);
    let bits = confirmation.median.min(beside.unwrap_or(u32::MAX));
    let bits = f64::from(bits + lacking);
    1.0 / (1.0 + ((bits - EVEN) / SCALE).exp())
}

/// How sure it is from both, 0..=1: the odds of the hashes times those of the features, where the latter can say no
/// more than 55 to 1, and the less the fewer there are. `hashes` is one half when they say nothing.
pub(super) fn of_both(confirmation: &Confirmation, hashes: f64) -> f64 {
    const MOST: f64 = 4.0;
    const MANY: f64 = 16.0;
    let features = of_features(confirmation);
    if hashes == 0.5 {
        return features;
    }
    let odds = |probability: f64| {
        let probability = probability.clamp(1e-6, 1.0 - 1e-6);
        (probability / (1.0 - probability)).ln()
    };
    let weight = (f64::from(confirmation.expected) / MANY).min(1.0);
    let sum = odds(hashes) + weight * odds(features).clamp(-MOST, MOST);
    1.0 / (1.0 + (-sum).exp())
}

/// Whether a picture is the reference picture itself or the same in other colours, by looking at both where they
/// overlap. A movement that was fitted is less exact than one that hashes tell, and colours differ more. So they do in a
/// small picture, of `longest` pixels: what JPEG adds to a block is a mean over fewer pixels.
pub(super) fn of_colours(recolouring: f64, fitted: bool, longest: u32) -> Verdict {
    const OTHER_COLOURS: f64 = 3.0;
    const OTHER_COLOURS_FITTED: f64 = 5.0;
    const MOST_UNSURE: f64 = 2.0;
    let bound = if fitted {
        OTHER_COLOURS_FITTED
    } else {
        OTHER_COLOURS
    };
    let unsure = (f64::from(Look::SIDE) / f64::from(longest.max(1))).sqrt();
    if recolouring > bound * unsure.clamp(1.0, MOST_UNSURE) {
        Verdict::Recoloured
    } else {
        Verdict::Copy
    }
}

/// The same from the fingerprints' few colours, for references of which no more is kept.
pub(super) fn of_grids(
    query: &Fingerprint,
    reference: &ColourGrid,
    transform: Transform,
) -> Verdict {
    const OTHER_COLOURS: f64 = 6.0;
    let recoloured = query.colours.turned(transform).difference(reference) > OTHER_COLOURS;
    if recoloured && !query.colours.is_grey() {
        Verdict::Recoloured
    } else {
        Verdict::Copy
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Confirmation, Verdict, of_both, of_colours, of_features, of_hashes};

    proptest! {
        #[test]
        fn confidence_falls_with_distance_and_rises_with_quality(
            distance in 0u32..31,
            phash in proptest::option::of(0u32..64),
            quality in 50u8..100,
        ) {
            let here = of_hashes(distance, phash, quality);
            prop_assert!((0.0..=1.0).contains(&here));
            prop_assert!(of_hashes(distance + 1, phash, quality) < here);
            prop_assert!(of_hashes(distance, phash, quality + 1) >= here);
            if let Some(bits) = phash {
                prop_assert!(of_hashes(distance, Some(bits + 1), quality) < here);
            }
        }
    }

    #[test]
    fn colours_of_a_small_picture_may_differ_more() {
        assert_eq!(of_colours(3.2, false, 768), Verdict::Recoloured);
        assert_eq!(of_colours(3.2, false, 406), Verdict::Copy);
        assert_eq!(of_colours(3.2, true, 768), Verdict::Copy);
        assert_eq!(of_colours(6.1, false, 40), Verdict::Recoloured);
    }

    #[test]
    fn what_would_be_acted_on() {
        assert!(of_hashes(0, Some(0), 100) > 0.99);
        assert!(of_hashes(31, None, 100) > 0.5);
        assert!(
            of_hashes(31, Some(12), 100) < 0.5,
            "the second hash disagrees"
        );
        assert!(of_hashes(24, None, 50) < 0.5, "little to see");
        let seen = |expected, median| {
            of_features(&Confirmation {
                expected,
                seen: expected,
                median,
                lower_quartile: None,
            })
        };
        assert!(seen(40, 4) > 0.99);
        assert!(seen(40, 18) < 0.2, "another design, photographed alike");
        assert!(seen(3, 12) < 0.5, "three features by chance");
        assert!(seen(0, 128) < 0.01);
        let hidden = |lower_quartile| {
            of_features(&Confirmation {
                expected: 40,
                seen: 20,
                median: 40,
                lower_quartile,
            })
        };
        assert!(hidden(Some(4)) > 0.9 && hidden(Some(9)) < 0.5 && hidden(None) < 0.01);
        let both = |expected, median, hashes| {
            let confirmation = Confirmation {
                expected,
                seen: expected,
                median,
                lower_quartile: None,
            };
            of_both(&confirmation, hashes)
        };
        assert!(
            both(0, 128, 0.8) > 0.7,
            "nothing to see but what hashes say"
        );
        assert!(
            both(40, 20, 0.6) < 0.1,
            "hashes of another design within the bound"
        );
    }
}
