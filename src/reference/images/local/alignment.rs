use std::f32::consts::{PI, TAU};

use super::super::geometry::Affine;
use crate::image::{Code, Keypoint, Keypoints};

/// Bits in which the codes of one place may differ, when only one reference is looked at.
const NEAR: u32 = 42;

/// Bits that the next best place must differ more, so that repeated patterns do not match at random.
const AHEAD: u32 = 4;

/// Movements tried, each from one pair of places.
const MOST_TRIALS: usize = 120;

/// Fewer pairs fix no movement; whether more are chance, a closer look tells.
const LEAST_INLIERS: usize = 5;

/// Distances that pairs may be off the movement, in parts of the reference's longer side: ever closer, so that the
/// lever of a single pair's size and direction does not leave pairs out.
const TOLERANCES: [f64; 4] = [0.08, 0.04, 0.025, 0.018];

/// The same for all features at places where the movement expects them.
const GUIDED: [f64; 3] = [0.03, 0.015, 0.01];

/// A movement that features agree on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alignment {
    /// From parts of the reference's width and height to parts of the picture's.
    pub movement: Affine,
    /// The nearest one without squeeze: more exact where the picture was not squeezed and the pairs are few.
    pub similarity: Affine,
    /// Pairs of places that agree on it.
    pub inliers: u32,
}

/// The movement that most pairs of places agree on; `None` where fewer than five do or it is no plausible edit.
pub fn align(reference: &Keypoints, query: &Keypoints, mirrored: bool) -> Option<Alignment> {
    let turned: Vec<Keypoint>;
    let points = if mirrored {
        let mirrored = query.points.iter();
        turned = mirrored
            .map(|point| mirror(point, query.width as f32))
            .collect();
        &turned
    } else {
        &query.points
    };
    let pairs = pairs(&reference.points, points);
    if pairs.len() < LEAST_INLIERS {
        return None;
    }
    let size = f64::from(reference.width.max(reference.height));
    let tolerance = |share: f64, movement: &Affine| (share * size * movement.scale()).max(2.5);
    let mut best: Option<(usize, Affine)> = None;
    for pair in pairs.iter().take(MOST_TRIALS) {
        let trial = pair.similarity();
        let tolerance = tolerance(TOLERANCES[0], &trial);
        let count = pairs.iter().filter(|pair| pair.agrees(&trial, tolerance));
        let count = count.count();
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, trial));
        }
    }
    let (_, mut movement) = best?;
    let mut count = 0;
    let mut similarity = movement;
    for share in TOLERANCES {
        let tolerance = tolerance(share, &movement);
        let inliers: Vec<&Pair> = pairs
            .iter()
            .filter(|pair| pair.agrees(&movement, tolerance))
            .collect();
        if inliers.len() < LEAST_INLIERS {
            return None;
        }
        movement = fitted(&inliers)?;
        similarity = similar(&inliers)?;
        count = distinct(&inliers);
    }
    // What was ambiguous in the whole picture no longer is where the movement is known.
    for share in GUIDED {
        let guided = near(
            &reference.points,
            points,
            &movement,
            tolerance(share, &movement),
        );
        let guided: Vec<&Pair> = guided.iter().collect();
        if guided.len() < LEAST_INLIERS {
            break;
        }
        let Some(finer) = fitted(&guided) else { break };
        movement = finer;
        similarity = similar(&guided).unwrap_or(finer);
        count = distinct(&guided);
    }
    if count < LEAST_INLIERS || !is_plausible(&movement) {
        return None;
    }
    if mirrored {
        let back = Affine([-1.0, 0.0, f64::from(query.width), 0.0, 1.0, 0.0]);
        movement = back.after(&movement);
        similarity = back.after(&similarity);
    }
    let from = [reference.width, reference.height].map(f64::from);
    let to = [query.width, query.height].map(|side| 1.0 / f64::from(side));
    Some(Alignment {
        movement: movement.in_units(from, to),
        similarity: similarity.in_units(from, to),
        inliers: count as u32,
    })
}

/// Two places that look alike.
struct Pair {
    reference: [f64; 2],
    query: [f64; 2],
    growth: f64,
    turn: f64,
    distance: u32,
}

impl Pair {
    fn new(own: &Keypoint, other: &Keypoint, distance: u32) -> Self {
        Self {
            reference: [own.x.into(), own.y.into()],
            query: [other.x.into(), other.y.into()],
            growth: f64::from(other.scale / own.scale),
            turn: f64::from((other.angle - own.angle).rem_euclid(TAU)),
            distance,
        }
    }

    /// The similarity that takes one place onto the other.
    fn similarity(&self) -> Affine {
        let (sine, cosine) = self.turn.sin_cos();
        let (a, d) = (self.growth * cosine, self.growth * sine);
        let ([x, y], [u, v]) = (self.reference, self.query);
        Affine([a, -d, u - a * x + d * y, d, a, v - d * x - a * y])
    }

    /// Whether the movement takes the reference's place to less than `tolerance` pixels from the query's.
    fn agrees(&self, movement: &Affine, tolerance: f64) -> bool {
        let [x, y] = movement.apply(self.reference);
        let (right, down) = (x - self.query[0], y - self.query[1]);
        right * right + down * down < tolerance * tolerance
    }
}

/// For every place of the reference the one of the query that is most like it, best first.
fn pairs(reference: &[Keypoint], query: &[Keypoint]) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = reference
        .iter()
        .filter_map(|own| pair(own, query))
        .collect();
    pairs.sort_by_key(|pair| pair.distance);
    pairs
}

fn pair(own: &Keypoint, query: &[Keypoint]) -> Option<Pair> {
    let distances: Vec<u32> = query
        .iter()
        .map(|other| own.code.distance(&other.code))
        .collect();
    let (&distance, best) = distances
        .iter()
        .zip(query)
        .min_by_key(|(distance, _)| **distance)?;
    if distance > NEAR {
        return None;
    }
    let reach = 2.0 * best.scale.max(2.0);
    let mut rivals = distances
        .iter()
        .zip(query)
        .filter(|(other, _)| **other < distance + AHEAD);
    let elsewhere =
        |other: &Keypoint| (other.x - best.x).abs() > reach || (other.y - best.y).abs() > reach;
    (!rivals.any(|(_, other)| elsewhere(other))).then(|| Pair::new(own, best, distance))
}

/// For every place of the reference the one most like it among those of the query where the movement takes it.
fn near(
    reference: &[Keypoint],
    query: &[Keypoint],
    movement: &Affine,
    tolerance: f64,
) -> Vec<Pair> {
    /// Bits in which they may differ, and by what factor in size.
    const LIKE: u32 = 50;
    const GROWTHS: std::ops::Range<f64> = 0.6..1.7;
    let growth = movement.scale();
    let pair = |own: &Keypoint| {
        let [x, y] = movement.apply([own.x.into(), own.y.into()]);
        let close = |other: &&Keypoint| {
            let (right, down) = (f64::from(other.x) - x, f64::from(other.y) - y);
            right * right + down * down < tolerance * tolerance
                && GROWTHS.contains(&(f64::from(other.scale / own.scale) / growth))
        };
        let best = query
            .iter()
            .filter(close)
            .min_by_key(|other| own.code.distance(&other.code))?;
        let distance = own.code.distance(&best.code);
        (distance <= LIKE).then(|| Pair::new(own, best, distance))
    };
    reference.iter().filter_map(pair).collect()
}

fn mirror(point: &Keypoint, width: f32) -> Keypoint {
    Keypoint {
        x: width - point.x,
        angle: PI - point.angle,
        code: point.mirrored,
        mirrored: Code::default(),
        ..*point
    }
}

/// Pairs at different places of both pictures: several directions at one place count once.
fn distinct(inliers: &[&Pair]) -> usize {
    let count = |place: fn(&Pair) -> [f64; 2]| {
        let cell = |pair: &&Pair| place(pair).map(|at| (at / 3.0).round() as i64);
        let mut cells: Vec<[i64; 2]> = inliers.iter().map(cell).collect();
        cells.sort_unstable();
        cells.dedup();
        cells.len()
    };
    count(|pair| pair.reference).min(count(|pair| pair.query))
}

/// The least-squares movement of the pairs: a similarity where they are few or on a line, which fix no more; `None` when all
/// are in one place.
fn fitted(pairs: &[&Pair]) -> Option<Affine> {
    /// Fewer do not tell a squeeze from the error of a place.
    const MANY: usize = 10;
    if pairs.len() < MANY {
        return similar(pairs);
    }
    affine(pairs).or_else(|| similar(pairs))
}

/// The least-squares shift, turn and growth.
fn similar(pairs: &[&Pair]) -> Option<Affine> {
    let (from, to) = middles(pairs);
    let (mut along, mut across, mut square) = (0.0, 0.0, 0.0);
    for pair in pairs {
        let [x, y] = [pair.reference[0] - from[0], pair.reference[1] - from[1]];
        let [u, v] = [pair.query[0] - to[0], pair.query[1] - to[1]];
        along += x * u + y * v;
        across += x * v - y * u;
        square += x * x + y * y;
    }
    if square <= 0.0 {
        return None;
    }
    let (a, d) = (along / square, across / square);
    let ([x, y], [u, v]) = (from, to);
    Some(Affine([a, -d, u - a * x + d * y, d, a, v - d * x - a * y]))
}

/// The means of the places in both pictures.
fn middles(pairs: &[&Pair]) -> ([f64; 2], [f64; 2]) {
    let mean = |place: fn(&Pair) -> [f64; 2]| {
        let sum = pairs.iter().fold([0.0; 2], |sum, pair| {
            let [x, y] = place(pair);
            [sum[0] + x, sum[1] + y]
        });
        sum.map(|value| value / pairs.len() as f64)
    };
    (mean(|pair| pair.reference), mean(|pair| pair.query))
}

/// The least-squares movement; `None` when the pairs are on a line.
fn affine(pairs: &[&Pair]) -> Option<Affine> {
    let (from, to) = middles(pairs);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    let mut products = [[0.0; 2]; 2];
    for pair in pairs {
        let [x, y] = [pair.reference[0] - from[0], pair.reference[1] - from[1]];
        xx += x * x;
        xy += x * y;
        yy += y * y;
        for (axis, row) in products.iter_mut().enumerate() {
            let moved = pair.query[axis] - to[axis];
            row[0] += moved * x;
            row[1] += moved * y;
        }
    }
    let determinant = xx * yy - xy * xy;
    // On a line, what happens across it is not seen.
    if determinant < 1e-3 * (xx + yy).powi(2) {
        return None;
    }
    let solved = products.map(|[x, y]| {
        [
            (x * yy - y * xy) / determinant,
            (y * xx - x * xy) / determinant,
        ]
    });
    let [[a, b], [d, e]] = solved;
    let c = to[0] - a * from[0] - b * from[1];
    let f = to[1] - d * from[0] - e * from[1];
    Some(Affine([a, b, c, d, e, f]))
}

/// Whether sellers make such edits: a twelfth to twelve times the size, no more than 2.5 times as much in one direction
/// as across it; mirrored ones are looked for apart.
fn is_plausible(movement: &Affine) -> bool {
    const MOST_UNEVEN: f64 = 2.5;
    let [a, b, _, d, e, _] = movement.0;
    let determinant = movement.determinant();
    if determinant <= 0.0 || !(1.0 / 12.0..=12.0).contains(&movement.scale()) {
        return false;
    }
    // The squares of the singular values are the roots of a quadratic equation.
    let squares = a * a + b * b + d * d + e * e;
    let spread = (squares * squares / 4.0 - determinant * determinant)
        .max(0.0)
        .sqrt();
    squares / 2.0 + spread <= MOST_UNEVEN * MOST_UNEVEN * (squares / 2.0 - spread)
}

#[cfg(test)]
mod tests {
    use super::{Affine, Pair, fitted};

    /// Places of a reference and where `movement` takes them.
    fn pairs(movement: &Affine, places: impl IntoIterator<Item = [f64; 2]>) -> Vec<Pair> {
        let pair = |reference| Pair {
            reference,
            query: movement.apply(reference),
            growth: 1.0,
            turn: 0.0,
            distance: 0,
        };
        places.into_iter().map(pair).collect()
    }

    fn fit(pairs: &[Pair]) -> Option<Affine> {
        fitted(&pairs.iter().collect::<Vec<_>>())
    }

    fn assert_near(found: Option<Affine>, expected: Affine) {
        let found = found.expect("a movement");
        let mut near = found.0.iter().zip(expected.0);
        assert!(near.all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn many_places_tell_a_squeeze_and_a_line_of_them_does_not() {
        let squeezed = Affine([0.5, 0.0, 3.0, 0.0, 1.0, 7.0]);
        let spread = (0..12).map(|at| [f64::from(at * 5 % 12), f64::from(at * 7 % 11)]);
        assert_near(fit(&pairs(&squeezed, spread)), squeezed);
        let turned = Affine([0.0, -2.0, 5.0, 2.0, 0.0, 1.0]);
        let line = (0..12).map(|at| [f64::from(at), 0.0]);
        assert_near(fit(&pairs(&turned, line)), turned);
    }

    #[test]
    fn a_wrong_place_among_few_makes_no_squeeze() {
        let places = [
            [0.0, 0.0],
            [40.0, 2.0],
            [3.0, 30.0],
            [38.0, 31.0],
            [20.0, 12.0],
        ];
        let mut pairs = pairs(&Affine::IDENTITY, places);
        pairs[1].query = [44.0, 6.0];
        let [a, b, _, d, e, _] = fit(&pairs).expect("a movement").0;
        assert!((a - e).abs() < 1e-9 && (b + d).abs() < 1e-9);
        assert_eq!(fit(&pairs[..1]), None, "one place");
    }
}
