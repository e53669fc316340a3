//! Laying a reference over a picture and looking whether both show the same.

use std::cell::OnceCell;

use image::RgbImage;

use super::{ImageIndex, Overlay, SURE};
use crate::image::{Detail, Fingerprint, Keypoints, Look, Measured};
use crate::reference::images::geometry::{Affine, WHOLE, area, clipped};
use crate::reference::images::local::{Overexposure, Overview, align, confirm, recolouring};
use crate::reference::images::{ImageHit, Verdict, verdict};

/// Up to this distance of whole pictures, and this confidence, local features have nothing to add.
const PLAIN: u32 = 12;

impl ImageIndex {
    /// The overlay of hashes, made exact by features where these agree with it.
    fn fitted(&self, overlay: &Overlay, own: &Keypoints, measured: &Measured) -> Option<Overlay> {
        if overlay.inliers > 0 {
            return None;
        }
        let mirrored = overlay.movement.determinant() < 0.0;
        let alignment = align(own, &measured.keypoints, mirrored)?;
        let centre = |movement: &Affine| movement.apply([0.5, 0.5]);
        let ([x, y], [other_x, other_y]) = (centre(&overlay.movement), centre(&alignment.movement));
        let same_place = (x - other_x).hypot(y - other_y) < 0.1;
        same_place.then_some(Overlay {
            movement: alignment.movement,
            similarity: Some(alignment.similarity),
            inliers: alignment.inliers,
            ..*overlay
        })
    }

    /// Looks at both pictures where the overlay lays one over the other.
    pub(super) fn judge(&self, query: &Look, overlay: &Overlay, eyes: &Eyes<'_>) -> ImageHit {
        let own = &self.references[overlay.reference].fingerprint;
        let Some(detail) = &self.details[overlay.reference] else {
            let verdict = verdict::of_grids(&query.fingerprint, &own.colours, overlay.transform);
            return self.hit(&query.fingerprint, overlay, verdict, overlay.hashes, None);
        };
        if query.fingerprint.content == own.content && overlay.distance == 0 && !overlay.cut {
            // One file: there is nothing to look at.
            let hit = self.hit(
                &query.fingerprint,
                overlay,
                Verdict::Copy,
                overlay.hashes,
                None,
            );
            return ImageHit {
                colour_difference: Some(0.0),
                ..hit
            };
        }
        let longest = query.picture.width().max(query.picture.height());
        if !overlay.cut
            && overlay.inliers == 0
            && overlay.distance <= PLAIN
            && overlay.hashes >= SURE
        {
            let recolouring = recolouring(&detail.proxy, eyes.overview(), &overlay.movement);
            let verdict = verdict::of_colours(recolouring, false, longest);
            let hit = self.hit(&query.fingerprint, overlay, verdict, overlay.hashes, None);
            return ImageHit {
                colour_difference: Some(recolouring),
                ..hit
            };
        }
        let keypoints = self.features.keypoints(overlay.reference);
        let fitted = self.fitted(overlay, &keypoints, eyes.measured());
        let mut overlay = fitted.unwrap_or(*overlay);
        let squeezed = squeezed(query, &overlay.movement, &keypoints);
        let finer = squeezed.map(|picture| Measured::new(&picture, Detail::QUERY));
        if let Some(measured) = &finer {
            let mirrored = overlay.movement.determinant() < 0.0;
            if let Some(finer) = align(&keypoints, &measured.keypoints, mirrored) {
                overlay.movement = finer.movement;
                overlay.similarity = None;
                overlay.inliers = finer.inliers;
            }
        }
        let overview = eyes.overview();
        let measured = finer.as_ref().unwrap_or_else(|| eyes.measured());
        let looked = |movement: &Affine| {
            let overexposure = Overexposure::new(&detail.proxy, overview, *movement);
            let confirmation = confirm(&keypoints, measured, movement, &overexposure);
            (
                verdict::of_both(&confirmation, overlay.hashes),
                confirmation,
            )
        };
        let (mut sure, mut confirmation) = looked(&overlay.movement);
        // Few features fix a squeeze badly: most edits have none.
        let similarity = overlay.similarity.filter(|_| sure < SURE);
        if let Some(movement) = similarity {
            let (surer, other) = looked(&movement);
            if surer > sure {
                (sure, confirmation) = (surer, other);
                overlay.movement = movement;
            }
        }
        let overlay = &overlay;
        let features = Some([confirmation.expected, confirmation.seen]);
        let difference =
            (sure >= 0.5).then(|| recolouring(&detail.proxy, overview, &overlay.movement));
        let verdict = difference.map_or(Verdict::Related, |difference| {
            verdict::of_colours(difference, overlay.inliers > 0, longest)
        });
        let confidence = if verdict == Verdict::Related {
            1.0 - sure
        } else {
            sure
        };
        ImageHit {
            colour_difference: difference,
            ..self.hit(&query.fingerprint, overlay, verdict, confidence, features)
        }
    }

    pub(super) fn hit(
        &self,
        query: &Fingerprint,
        overlay: &Overlay,
        verdict: Verdict,
        confidence: f64,
        features: Option<[u32; 2]>,
    ) -> ImageHit {
        let reference = &self.references[overlay.reference];
        let in_query = clipped(&WHOLE.map(|corner| overlay.movement.apply(corner)));
        let in_reference: Vec<[f64; 2]> = match overlay.movement.inverse() {
            Some(back) => in_query.iter().map(|corner| back.apply(*corner)).collect(),
            None => Vec::new(),
        };
        let rounded = |polygon: Vec<[f64; 2]>| -> Vec<[f64; 2]> {
            let round = |value: f64| (value.clamp(0.0, 1.0) * 1e4).round() / 1e4;
            polygon
                .into_iter()
                .map(|corner| corner.map(round))
                .collect()
        };
        let (in_query, in_reference) = (rounded(in_query), rounded(in_reference));
        ImageHit {
            reference: reference.name(),
            brand: reference.brand.clone(),
            product_id: reference.product.clone(),
            role: reference.role,
            verdict,
            transform: overlay.transform,
            inverted: false,
            distance: overlay.distance,
            phash_distance: query.phash.distance(&reference.fingerprint.phash),
            inliers: overlay.inliers,
            features,
            coverage: area(&in_reference),
            query_coverage: area(&in_query),
            in_reference,
            in_query,
            confidence,
            colour_difference: None,
        }
    }
}

/// The picture with the reference's proportions, when it was squeezed or stretched along its sides; places in parts of
/// width and height stay the same. What is around a place can be compared only in the same proportions.
fn squeezed(query: &Look, movement: &Affine, reference: &Keypoints) -> Option<RgbImage> {
    /// Less is forgiven, and so is what a turn mixes up.
    const LEAST: f64 = 1.12;
    const MOST_TURN: f64 = 0.2;
    let (width, height) = query.picture.dimensions();
    let from = [reference.width, reference.height].map(|side| 1.0 / f64::from(side.max(1)));
    let pixels = movement.in_units(from, [width, height].map(f64::from));
    let [a, b, _, d, e, _] = pixels.0.map(f64::abs);
    // Growth along the picture's own sides; turned by a right angle, the reference's height lies along its width.
    let (along, down, mixed) = if a + e >= b + d {
        (a, e, b + d)
    } else {
        (b, d, a + e)
    };
    let uneven = along / down.max(1e-9);
    if mixed > MOST_TURN * (along + down) || (1.0 / LEAST..LEAST).contains(&uneven) {
        return None;
    }
    let side = |length: u32, by: f64| ((f64::from(length) * by).round() as u32).max(1);
    let even = if uneven > 1.0 {
        query.resized(side(width, 1.0 / uneven), height)
    } else {
        query.resized(width, side(height, uneven))
    };
    even.ok()
}

/// What is looked at of a picture, made when it is first needed.
pub(super) struct Eyes<'a> {
    picture: &'a RgbImage,
    measured: OnceCell<Measured>,
    overview: OnceCell<Overview>,
}

impl<'a> Eyes<'a> {
    pub(super) fn new(picture: &'a RgbImage) -> Self {
        Self {
            picture,
            measured: OnceCell::new(),
            overview: OnceCell::new(),
        }
    }

    pub(super) fn measured(&self) -> &Measured {
        self.measured
            .get_or_init(|| Measured::new(self.picture, Detail::QUERY))
    }

    fn overview(&self) -> &Overview {
        self.overview.get_or_init(|| Overview::new(self.picture))
    }
}
