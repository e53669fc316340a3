//! Movements of the plane, and polygons under them.

use crate::image::Transform;

/// A movement of the plane: `x' = a x + b y + c`, `y' = d x + e y + f`, kept as `[a, b, c, d, e, f]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine(pub [f64; 6]);

impl Affine {
    /// The movement that changes nothing.
    pub const IDENTITY: Self = Self([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);

    /// From parts of a reference's width and height to those of the picture that becomes it by `transform`.
    pub fn of_transform(transform: Transform) -> Self {
        // On a square of two cells, cells and corners are the same.
        let corner = |x: usize, y: usize| {
            let (row, column) = transform.source(2, y, x);
            [column as f64, row as f64]
        };
        let ([c, f], [right, right_y], [below, below_y]) =
            (corner(0, 0), corner(1, 0), corner(0, 1));
        Self([right - c, below - c, c, right_y - f, below_y - f, f])
    }

    /// From parts of a box's width and height to those of the picture that it is in; `[left, top, right, bottom]`.
    pub fn of_box([left, top, right, bottom]: [f64; 4]) -> Self {
        Self([right - left, 0.0, left, 0.0, bottom - top, top])
    }

    /// Where the movement takes a place.
    pub fn apply(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [a, b, c, d, e, f] = self.0;
        [a * x + b * y + c, d * x + e * y + f]
    }

    /// Where the movement takes a direction.
    pub fn turn(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [a, b, _, d, e, _] = self.0;
        [a * x + b * y, d * x + e * y]
    }

    /// This movement after `first`.
    pub fn after(&self, first: &Self) -> Self {
        let [c, f] = self.apply([first.0[2], first.0[5]]);
        let [a, d] = self.turn([first.0[0], first.0[3]]);
        let [b, e] = self.turn([first.0[1], first.0[4]]);
        Self([a, b, c, d, e, f])
    }

    /// The movement back; `None` for one that flattens the plane.
    pub fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.0;
        let determinant = self.determinant();
        if determinant.abs() < 1e-12 {
            return None;
        }
        let [ia, ib, id, ie] = [e, -b, -d, a].map(|value| value / determinant);
        Some(Self([
            ia,
            ib,
            -(ia * c + ib * f),
            id,
            ie,
            -(id * c + ie * f),
        ]))
    }

    /// The growth of areas, below zero when the picture is mirrored.
    pub fn determinant(&self) -> f64 {
        let [a, b, _, d, e, _] = self.0;
        a * e - b * d
    }

    /// The growth of lengths: the square root of that of areas.
    pub fn scale(&self) -> f64 {
        self.determinant().abs().sqrt()
    }

    /// The growth of the width and of the height.
    pub fn stretch(&self) -> [f64; 2] {
        let [a, b, _, d, e, _] = self.0;
        [a.hypot(d), b.hypot(e)]
    }

    /// The same movement in other units: places are multiplied by `from` before and by `to` after it.
    pub fn in_units(&self, from: [f64; 2], to: [f64; 2]) -> Self {
        let [a, b, c, d, e, f] = self.0;
        Self([
            a * from[0] * to[0],
            b * from[1] * to[0],
            c * to[0],
            d * from[0] * to[1],
            e * from[1] * to[1],
            f * to[1],
        ])
    }

    /// The transform among the eight symmetries of a square that comes nearest.
    pub fn nearest_transform(&self) -> Transform {
        let [width, height] = self.stretch();
        let likeness = |transform: &Transform| {
            let [a, b, _, d, e, _] = Self::of_transform(*transform).0;
            let [oa, ob, _, od, oe, _] = self.0;
            (a * oa + d * od) / width.max(1e-9) + (b * ob + e * oe) / height.max(1e-9)
        };
        Transform::ALL
            .into_iter()
            .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
            .unwrap_or(Transform::Identity)
    }
}

/// The corners of a whole picture in parts of its width and height.
pub const WHOLE: [[f64; 2]; 4] = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];

/// What of a convex polygon lies within the whole picture: I. Sutherland and G. Hodgman, "Reentrant polygon clipping",
/// CACM 17 (1974), doi:10.1145/360767.360802.
pub fn clipped(polygon: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut kept = polygon.to_vec();
    for axis in [0, 1] {
        for (bound, sign) in [(0.0, 1.0), (1.0, -1.0)] {
            let inside = |point: [f64; 2]| sign * (point[axis] - bound);
            let mut next = Vec::with_capacity(kept.len() + 1);
            for (at, &to) in kept.iter().enumerate() {
                let from = kept[(at + kept.len() - 1) % kept.len()];
                let (before, after) = (inside(from), inside(to));
                if (before < 0.0) != (after < 0.0) {
                    let share = before / (before - after);
                    next.push([0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis])));
                }
                if after >= 0.0 {
                    next.push(to);
                }
            }
            kept = next;
        }
    }
    kept
}

/// The area of a polygon without crossings.
pub fn area(polygon: &[[f64; 2]]) -> f64 {
    let next = polygon.iter().cycle().skip(1);
    let twice: f64 = polygon
        .iter()
        .zip(next)
        .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
        .sum();
    twice.abs() / 2.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Affine, WHOLE, area, clipped};
    use crate::image::Transform;

    fn close(a: [f64; 2], b: [f64; 2]) -> bool {
        (a[0] - b[0]).abs() < 1e-9 && (a[1] - b[1]).abs() < 1e-9
    }

    #[test]
    fn transforms_as_movements() {
        // Turned counter-clockwise, the top left shows what was at the top right.
        let turned = Affine::of_transform(Transform::Rotate90);
        assert!(close(turned.apply([0.0, 0.0]), [1.0, 0.0]));
        let mirrored = Affine::of_transform(Transform::FlipY);
        assert!(close(mirrored.apply([0.1, 0.3]), [0.9, 0.3]));
        assert!(mirrored.determinant() < 0.0);
        for transform in Transform::ALL {
            assert_eq!(
                Affine::of_transform(transform).nearest_transform(),
                transform
            );
        }
    }

    #[test]
    fn a_polygon_is_cut_at_the_edges() {
        let shifted = [[0.5, 0.5], [1.5, 0.5], [1.5, 1.5], [0.5, 1.5]];
        assert!((area(&clipped(&shifted)) - 0.25).abs() < 1e-9);
        assert!((area(&clipped(&WHOLE)) - 1.0).abs() < 1e-9);
        assert!(clipped(&shifted.map(|[x, y]| [x + 3.0, y])).is_empty());
    }

    proptest! {
        #[test]
        fn a_movement_and_its_inverse_cancel(
            values in proptest::array::uniform6(-3.0f64..3.0),
            place in proptest::array::uniform2(-2.0f64..2.0),
        ) {
            let movement = Affine(values);
            prop_assume!(movement.determinant().abs() > 0.05);
            let back = movement.inverse().expect("not flat").after(&movement);
            prop_assert!(close(back.apply(place), place));
            let doubled = movement.in_units([2.0, 4.0], [0.5, 3.0]);
            let [x, y] = movement.apply([2.0 * place[0], 4.0 * place[1]]);
            prop_assert!(close(doubled.apply(place), [0.5 * x, 3.0 * y]));
        }
    }
}
