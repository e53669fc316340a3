//! What features of a picture, each alone near one of a reference, say together.
//!
//! The generalised Hough transform of D. Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", IJCV 60
//! (2004), doi:10.1023/B:VISI.0000029664.99615.94, first over turn and size, then over place.

use std::f32::consts::TAU;

use super::index::NEAR;

/// A feature of the picture that is near one of a reference.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub reference: u32,
    pub mirrored: bool,
    pub query: u32,
    pub feature: u32,
    /// Bits in which the two differ.
    pub distance: u32,
    /// Difference of direction in 256ths of a turn.
    pub turn: u8,
    /// Difference of size in sixteenths of a doubling.
    pub growth: i16,
    /// Where it is in the reference, in pixels.
    pub from: [f32; 2],
    /// Where it is in the picture, mirrored if so, in pixels.
    pub to: [f32; 2],
}

impl Hit {
    /// How much it counts: the more, the fewer bits differ.
    fn likeness(&self) -> f32 {
        1.0 - self.distance as f32 / (NEAR + 6) as f32
    }

    /// Where the picture would show the `middle` of the reference if this hit were right.
    fn middle(&self, middle: [f32; 2]) -> [f32; 2] {
        let [a, b] = similarity(f32::from(self.growth), f32::from(self.turn));
        let [x, y] = [middle[0] - self.from[0], middle[1] - self.from[1]];
        [self.to[0] + a * x - b * y, self.to[1] + b * x + a * y]
    }
}

/// How many hits on one reference agree on where it is, weighted by likeness: to an eighth of a turn, a doubling of size
/// and half the length of the reference in the picture. `size` is the reference's in pixels.
pub(super) fn votes(hits: &[Hit], size: [f32; 2]) -> f32 {
    let (agreeing, growth) = of_one_size(hits);
    let reach = 0.25 * size[0].max(size[1]) * (growth / 16.0).exp2();
    let places: Vec<([f32; 2], f32)> = agreeing
        .iter()
        .map(|hit| (hit.middle(size.map(|side| side / 2.0)), hit.likeness()))
        .collect();
    let around = |[x, y]: [f32; 2]| {
        let near = places.iter().filter(|([other_x, other_y], _)| {
            (other_x - x).abs() <= reach && (other_y - y).abs() <= reach
        });
        near.map(|(_, likeness)| likeness).sum::<f32>()
    };
    places
        .iter()
        .map(|(place, _)| around(*place))
        .fold(0.0, f32::max)
}

/// The hits of the commonest turn and size, and that size in sixteenths of a doubling.
fn of_one_size(hits: &[Hit]) -> (Vec<Hit>, f32) {
    const TURNS: usize = 16;
    /// Half doublings, from a 64th to 64 times the size.
    const GROWTHS: usize = 24;
    const HALF_DOUBLING: i32 = 8;
    const FIRST: i32 = -12 * HALF_DOUBLING;
    let turn_of = |hit: &Hit| usize::from(hit.turn) * TURNS / 256;
    let growth_of = |hit: &Hit| {
        let bin = (i32::from(hit.growth) - FIRST) / HALF_DOUBLING;
        bin.clamp(0, GROWTHS as i32 - 1) as usize
    };
    let mut bins = [[0f32; TURNS]; GROWTHS];
    for hit in hits {
        bins[growth_of(hit)][turn_of(hit)] += hit.likeness();
    }
    let (mut most, mut growth, mut turn) = (0.0, 0, 0);
    for (at, pair) in bins.windows(2).enumerate() {
        for first in 0..TURNS {
            let second = (first + 1) % TURNS;
            let sum = pair[0][first] + pair[0][second] + pair[1][first] + pair[1][second];
            if sum > most {
                (most, growth, turn) = (sum, at, first);
            }
        }
    }
    let agreeing = hits.iter().filter(|hit| {
        (growth..growth + 2).contains(&growth_of(hit))
            && [turn, (turn + 1) % TURNS].contains(&turn_of(hit))
    });
    let middle = FIRST + (growth as i32 + 1) * HALF_DOUBLING;
    (agreeing.copied().collect(), middle as f32)
}

/// Cosine and sine of a turn in 256ths, each times a growth in sixteenths of a doubling.
fn similarity(growth: f32, turn: f32) -> [f32; 2] {
    let (sine, cosine) = (turn / 256.0 * TAU).sin_cos();
    [cosine, sine].map(|part| (growth / 16.0).exp2() * part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Hit, votes};

    /// Features of a reference of 400 x 300 pixels as a picture shows them that turns it by `turn` 256ths, and grows it.
    fn hits(count: u32, turn: u8, growth: i16, shift: [f32; 2]) -> Vec<Hit> {
        let [a, b] = super::similarity(growth.into(), turn.into());
        let places =
            (0..count).map(|number| [(number * 67 % 400) as f32, (number * 41 % 300) as f32]);
        let hit = |(query, [x, y]): (u32, [f32; 2])| Hit {
            reference: 0,
            mirrored: false,
            query,
            feature: query,
            distance: 10,
            turn,
            growth,
            from: [x, y],
            to: [shift[0] + a * x - b * y, shift[1] + b * x + a * y],
        };
        (0..).zip(places).map(hit).collect()
    }

    proptest! {
        #[test]
        fn hits_of_one_movement_agree(turn in 0u8..=255, growth in -30i16..30, x in -200f32..200.0) {
            let all = hits(9, turn, growth, [x, 50.0]);
            let found = votes(&all, [400.0, 300.0]);
            prop_assert!((found - 9.0 * 0.75).abs() < 1e-3, "{found}");
        }
    }

    #[test]
    fn a_texture_that_is_everywhere_says_little() {
        let mut all = hits(30, 0, 0, [0.0, 0.0]);
        for (number, hit) in all.iter_mut().enumerate() {
            hit.to = [
                (number * 7919 % 5000) as f32,
                (number * 104_729 % 5000) as f32,
            ];
        }
        let found = votes(&all, [400.0, 300.0]);
        assert!(found < 5.0, "{found}");
    }
}
