//! Where a picture is so bright that what the reference shows there is gone.

use super::super::geometry::Affine;
use super::overview::Overview;
use crate::image::{Keypoint, Proxy};

/// A picture over which a reference lies.
pub struct Overexposure<'a> {
    reference: &'a Proxy,
    query: &'a Overview,
    movement: Affine,
}

/// Places looked at in each direction of what is around a feature.
const ACROSS: i32 = 5;

impl<'a> Overexposure<'a> {
    /// `movement` takes parts of the reference's width and height to parts of the picture's.
    pub fn new(reference: &'a Proxy, query: &'a Overview, movement: Affine) -> Self {
        Self {
            reference,
            query,
            movement,
        }
    }

    /// Whether a quarter of what is around a feature of the reference is white in some channel of the picture alone.
    /// `parts` are those of width and height that a pixel of the reference's features takes.
    pub(super) fn hides(&self, point: &Keypoint, parts: [f64; 2]) -> bool {
        /// Half of the side of what a descriptor sees, in blurs.
        const REACH: f64 = 6.0;
        let step = REACH * f64::from(point.scale) / f64::from(ACROSS / 2);
        let size = step * parts[0] * self.movement.stretch()[0];
        let offsets = (-ACROSS / 2..=ACROSS / 2).map(f64::from);
        let (mut looked_at, mut white) = (0, 0);
        for down in offsets.clone() {
            for along in offsets.clone() {
                let x = (f64::from(point.x) + along * step) * parts[0];
                let y = (f64::from(point.y) + down * step) * parts[1];
                if let Some(hidden) = self.is_white([x, y], size) {
                    looked_at += 1;
                    white += u32::from(hidden);
                }
            }
        }
        white * 4 > looked_at
    }

    /// Whether the picture has lost a channel where the reference has not; `None` beyond the edges of either.
    fn is_white(&self, place: [f64; 2], size: f64) -> Option<bool> {
        /// A channel from here on has lost what was in it.
        const LOST: f32 = 250.0;
        /// Luma of a reference that is as good as white itself.
        const WHITE: u8 = 235;
        let [x, y] = place;
        if !(0.0..1.0).contains(&x) || !(0.0..1.0).contains(&y) {
            return None;
        }
        let (width, height) = (
            usize::from(self.reference.width),
            usize::from(self.reference.height),
        );
        let (column, row) = ((x * width as f64) as usize, (y * height as f64) as usize);
        let own = self.reference.luma.get(row * width + column)?;
        let seen = self.query.at(self.movement.apply(place), size)?;
        Some(*own < WHITE && seen.iter().any(|channel| *channel >= LOST))
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;
    use crate::image::Code;

    #[test]
    fn what_turned_white_is_hidden_and_what_was_white_is_not() {
        // White on the left, grey on the right; in the picture all of it is white but a strip at the right edge.
        let own = RgbImage::from_fn(128, 128, |x, _| Rgb([if x < 40 { 255 } else { 180 }; 3]));
        let seen = RgbImage::from_fn(128, 128, |x, _| Rgb([if x < 100 { 255 } else { 180 }; 3]));
        let proxy = Proxy::of(&own).expect("a picture");
        let overview = Overview::new(&seen);
        let overexposure = Overexposure::new(&proxy, &overview, Affine::IDENTITY);
        let hides = |x: f32| {
            let point = Keypoint {
                x,
                y: 64.0,
                scale: 1.6,
                angle: 0.0,
                code: Code::default(),
                mirrored: Code::default(),
            };
            overexposure.hides(&point, [1.0 / 128.0; 2])
        };
        assert!(!hides(20.0), "white in both");
        assert!(hides(70.0), "lost");
        assert!(!hides(115.0), "as it was");
    }
}
