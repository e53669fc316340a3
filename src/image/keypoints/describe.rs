use std::f32::consts::{PI, TAU};
use std::sync::LazyLock;

use super::Keypoint;
use super::code::{Code, Doubts};
use super::detect::Extremum;
use super::plane::Plane;
use super::pyramid::Pyramid;

/// Cells in each direction, and directions in each cell.
const CELLS: usize = 4;
const DIRECTIONS: usize = 8;
pub(super) const LENGTH: usize = CELLS * CELLS * DIRECTIONS;

/// A descriptor as shares: non-negative, of length one.
pub(super) type Descriptor = [f32; LENGTH];

/// Side of a cell in blurs.
const CELL_SIDE: f32 = 3.0;

/// The keypoint of an extremum for each of its one or two strong directions, with the doubtful bits of its two codes.
pub(super) fn describe(pyramid: &Pyramid, extremum: &Extremum) -> Vec<(Keypoint, [Doubts; 2])> {
    let plane = &pyramid.octaves[extremum.octave].blurred[extremum.plane];
    let (x, y, scale) = extremum.in_picture();
    directions(plane, extremum)
        .into_iter()
        .map(|angle| {
            let descriptor = gradients(plane, extremum, angle);
            let (code, doubts) = Code::with_doubts(&descriptor);
            let (mirrored, of_mirrored) = Code::with_doubts(&mirrored(&descriptor));
            let keypoint = Keypoint {
                x,
                y,
                scale,
                angle,
                code,
                mirrored,
            };
            (keypoint, [doubts, of_mirrored])
        })
        .collect()
}

/// What is around a place in the given direction.
pub(super) fn code(pyramid: &Pyramid, place: &Extremum, angle: f32, flipped: bool) -> Code {
    let plane = &pyramid.octaves[place.octave].blurred[place.plane];
    let descriptor = gradients(plane, place, angle);
    Code::of(&if flipped {
        mirrored(&descriptor)
    } else {
        descriptor
    })
}

/// The directions of most gradient around an extremum, at most two, the strongest first.
fn directions(plane: &Plane, extremum: &Extremum) -> Vec<f32> {
    const BINS: usize = 36;
    /// A second direction must be nearly as strong.
    const SECOND: f32 = 0.8;
    /// Places looked at in each direction, over three standard deviations of the window to either side.
    const ACROSS: i32 = 8;
    /// A Gaussian over the square, by the squared distance from its middle.
    static WINDOW: LazyLock<[f32; (2 * ACROSS * ACROSS) as usize + 1]> = LazyLock::new(|| {
        std::array::from_fn(|square| (-4.5 * (square as f32 / (ACROSS * ACROSS) as f32)).exp())
    });
    let window = &*WINDOW;
    let step = 4.5 * extremum.sigma / ACROSS as f32;
    let mut histogram = [0f32; BINS];
    for row in -ACROSS..=ACROSS {
        for column in -ACROSS..=ACROSS {
            let place = [
                extremum.x + column as f32 * step,
                extremum.y + row as f32 * step,
            ];
            let Some([across, down]) = gradient(plane, place) else {
                continue;
            };
            let weight = window[(row * row + column * column) as usize];
            let bin = ((direction(down, across) + PI) / TAU * BINS as f32) as usize % BINS;
            histogram[bin] += weight * (across * across + down * down).sqrt();
        }
    }
    for _ in 0..2 {
        let before = histogram;
        for (bin, value) in histogram.iter_mut().enumerate() {
            let near = before[(bin + BINS - 1) % BINS] + before[(bin + 1) % BINS];
            *value = 0.5 * before[bin] + 0.25 * near;
        }
    }
    let mut peaks: Vec<(f32, f32)> = (0..BINS)
        .filter_map(|bin| {
            let [left, middle, right] =
                [bin + BINS - 1, bin, bin + 1].map(|bin| histogram[bin % BINS]);
            if middle <= left || middle < right {
                return None;
            }
            let offset = 0.5 * (left - right) / (left - 2.0 * middle + right);
            let angle = (bin as f32 + 0.5 + offset) / BINS as f32 * TAU - PI;
            Some((middle, angle))
        })
        .collect();
    peaks.sort_by(|a, b| b.0.total_cmp(&a.0));
    let strongest = peaks.first().map_or(0.0, |peak| peak.0);
    peaks.retain(|peak| peak.0 >= SECOND * strongest);
    peaks.truncate(2);
    peaks.into_iter().map(|(_, angle)| angle).collect()
}

/// How much lighter it gets to the right and downwards at the pixel of a place; `None` at the edge and beyond.
#[inline]
fn gradient(plane: &Plane, [x, y]: [f32; 2]) -> Option<[f32; 2]> {
    // The planes are blurred by more than a pixel, so that the nearest pixel serves.
    let (x, y) = ((x + 0.5) as isize, (y + 0.5) as isize);
    let (width, height) = (plane.width as isize, plane.height as isize);
    if x < 1 || y < 1 || x >= width - 1 || y >= height - 1 {
        return None;
    }
    let at = (y * width + x) as usize;
    let values = &plane.values;
    let across = values[at + 1] - values[at - 1];
    let down = values[at + plane.width] - values[at - plane.width];
    Some([across, down])
}

/// `atan2` to about 0.0002 radians: a polynomial is several times quicker and the same on every machine. Nothing in it
/// branches, so that many are done at once.
#[inline]
fn direction(y: f32, x: f32) -> f32 {
    let (greater, lesser) = (x.abs().max(y.abs()), x.abs().min(y.abs()));
    let ratio = if greater == 0.0 {
        0.0
    } else {
        lesser / greater
    };
    let square = ratio * ratio;
    // Abramowitz and Stegun, Handbook of Mathematical Functions, 4.4.49, shortened.
    let series = ((-0.046_496_475 * square + 0.159_314_22) * square - 0.327_622_76) * square;
    let angle = series * ratio + ratio;
    let angle = if y.abs() > x.abs() {
        PI / 2.0 - angle
    } else {
        angle
    };
    let angle = if x < 0.0 { PI - angle } else { angle };
    if y < 0.0 { -angle } else { angle }
}

/// A place of the square, in cells from its middle, and what it gives to the cells around it.
#[derive(Clone, Debug)]
struct Sample {
    along: f32,
    beside: f32,
    /// Cells and shares, weighted by a Gaussian over the square; cells beyond it get nothing.
    shares: Vec<(usize, f32)>,
}

/// Places looked at in each direction of a cell.
const FINENESS: usize = 4;

/// Places in each direction of the square and of half a cell around it.
const PLACES: usize = FINENESS * (CELLS + 1);

/// All these places.
static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let part = |at: usize| (at as f32 + 0.5) / FINENESS as f32 - (CELLS + 1) as f32 / 2.0;
    let places = (0..PLACES).flat_map(|row| (0..PLACES).map(move |column| [column, row]));
    places
        .map(|place| {
            let [along, beside] = place.map(part);
            let weight =
                (-(along * along + beside * beside) / (0.5 * (CELLS * CELLS) as f32)).exp();
            // The middle of the first cell is half a cell inside the square.
            let [column, row] = [along, beside].map(|part| part + (CELLS as f32 - 1.0) / 2.0);
            let mut shares = Vec::with_capacity(4);
            for corner in 0..4 {
                let column_share = [corner % 2, corner / 2];
                let [(x, across), (y, down)] = [(column, column_share[0]), (row, column_share[1])]
                    .map(|(at, next)| {
                        let first = at.floor();
                        let rest = at - first;
                        (
                            first as isize + next as isize,
                            if next == 1 { rest } else { 1.0 - rest },
                        )
                    });
                let inside = 0..CELLS as isize;
                if inside.contains(&x) && inside.contains(&y) {
                    shares.push((y as usize * CELLS + x as usize, across * down * weight));
                }
            }
            Sample {
                along,
                beside,
                shares,
            }
        })
        .collect()
});

/// How much gradient there is in each direction in each cell of a square that is turned by `angle`.
fn gradients(plane: &Plane, extremum: &Extremum, angle: f32) -> Descriptor {
    let (sine, cosine) = angle.sin_cos();
    let side = CELL_SIDE * extremum.sigma;
    let (sine, cosine) = (sine * side, cosine * side);
    let (mut across, mut down) = ([0.0; PLACES * PLACES], [0.0; PLACES * PLACES]);
    for (sample, (across, down)) in SAMPLES.iter().zip(across.iter_mut().zip(&mut down)) {
        let place = [
            extremum.x + cosine * sample.along - sine * sample.beside,
            extremum.y + sine * sample.along + cosine * sample.beside,
        ];
        // At the edge and beyond there is nothing to see.
        [*across, *down] = gradient(plane, place).unwrap_or_default();
    }
    // From here on lengths, and directions in eighths of a turn, which are positive.
    for (across, down) in across.iter_mut().zip(&mut down) {
        let turned = (direction(*down, *across) - angle) / TAU * DIRECTIONS as f32;
        *across = (*across * *across + *down * *down).sqrt();
        *down = turned + 2.0 * DIRECTIONS as f32;
    }
    let mut cells = [[0.0; DIRECTIONS]; CELLS * CELLS];
    for (sample, (magnitude, turned)) in SAMPLES.iter().zip(across.iter().zip(down)) {
        let first = turned as usize;
        let around = turned - first as f32;
        for (cell, share) in &sample.shares {
            let (value, cell) = (magnitude * share, &mut cells[*cell]);
            cell[first % DIRECTIONS] += value * (1.0 - around);
            cell[(first + 1) % DIRECTIONS] += value * around;
        }
    }
    let mut descriptor = [0.0; LENGTH];
    descriptor.copy_from_slice(cells.as_flattened());
    normalise(&mut descriptor);
    descriptor
}

/// Cuts single strong gradients, which lighting makes, and takes the square roots of the shares.
fn normalise(descriptor: &mut Descriptor) {
    const GREATEST: f32 = 0.2;
    let length = |values: &Descriptor| {
        values
            .iter()
            .map(|value| value * value)
            .sum::<f32>()
            .sqrt()
            .max(1e-9)
    };
    let first = length(descriptor);
    descriptor
        .iter_mut()
        .for_each(|value| *value = (*value / first).min(GREATEST));
    let sum = descriptor.iter().sum::<f32>().max(1e-9);
    descriptor
        .iter_mut()
        .for_each(|value| *value = (*value / sum).sqrt());
}

/// The descriptor of the mirrored picture at the mirrored place.
fn mirrored(descriptor: &Descriptor) -> Descriptor {
    let mut mirrored = [0.0; LENGTH];
    for row in 0..CELLS {
        for column in 0..CELLS {
            for direction in 0..DIRECTIONS {
                let from = ((CELLS - 1 - row) * CELLS + column) * DIRECTIONS
                    + (DIRECTIONS - direction) % DIRECTIONS;
                mirrored[(row * CELLS + column) * DIRECTIONS + direction] = descriptor[from];
            }
        }
    }
    mirrored
}
