use super::Verdict;
use crate::image::{ColourGrid, Fingerprint, Transform};

/// How sure a match of hashes is, 0..=1: placeholder curve, linear in the distance.
pub(super) fn confidence(distance: u32, phash_distance: Option<u32>, quality: u8) -> f64 {
    let pdq = 1.0 - f64::from(distance) / 62.0;
    let second = phash_distance.map_or(0.0, |distance| 0.02 * (8.0 - f64::from(distance)));
    (pdq + second).clamp(0.0, 1.0) * (f64::from(quality) / 100.0)
}

/// Whether a copy or the same in other colours.
pub(super) fn verdict(query: &Fingerprint, reference: &ColourGrid, transform: Transform) -> Verdict {
    if query.colours.turned(transform).distance(reference) > 12.0 { Verdict::Recoloured } else { Verdict::Copy }
}
