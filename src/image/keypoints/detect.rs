use super::plane::Plane;
use super::pyramid::{FIRST_SIGMA, Octave, Pyramid, SCALES};

/// Least strength of a feature, in parts of full contrast (Lowe's 0.03 for pictures of three scales an octave is
/// 0.04 / 3 in these units; a little less keeps features of soft, flat product photos).
const LEAST_CONTRAST: f32 = 0.005;

/// Edges, along which a feature slides, curve much less one way than the other: greatest ratio that is kept.
const EDGE_RATIO: f32 = 10.0;

/// Pixels at the border of a plane that have no whole neighbourhood.
const BORDER: usize = 5;

/// A place and scale where the picture stands out from its surroundings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extremum {
    /// Octave and the plane in it whose blur is nearest.
    pub octave: usize,
    pub plane: usize,
    /// Place in pixels of the octave.
    pub x: f32,
    pub y: f32,
    /// Blur in pixels of the octave.
    pub sigma: f32,
    /// How much it stands out, in parts of full contrast.
    pub strength: f32,
}

impl Extremum {
    /// A place of the measured picture at some scale, as if it stood out there.
    pub fn at(pyramid: &Pyramid, x: f32, y: f32, scale: f32) -> Option<Self> {
        /// A little less than the least blur is still seen in the least blurred plane.
        const LEAST: f32 = 0.8 * FIRST_SIGMA;
        if !(LEAST..).contains(&scale) {
            return None;
        }
        let doublings = (scale / FIRST_SIGMA).log2().max(0.0);
        let octave = (doublings as usize).min(pyramid.octaves.len().checked_sub(1)?);
        let pixel = (octave as f32).exp2();
        let plane = ((doublings - octave as f32) * SCALES as f32).round() as usize;
        let first = &pyramid.octaves[octave].blurred[0];
        let (x, y) = (x / pixel, y / pixel);
        let inside = x >= 0.0 && y >= 0.0 && x < first.width as f32 && y < first.height as f32;
        inside.then_some(Self {
            octave,
            plane: plane.min(SCALES + 2),
            x,
            y,
            sigma: scale / pixel,
            strength: 0.0,
        })
    }

    /// Place and blur in pixels of the measured picture.
    pub fn in_picture(&self) -> (f32, f32, f32) {
        let pixel = (self.octave as f32).exp2();
        (self.x * pixel, self.y * pixel, self.sigma * pixel)
    }
}

/// All extrema over place and scale, by octave, scale, row and column.
pub(super) fn extrema(pyramid: &Pyramid) -> Vec<Extremum> {
    let mut found = Vec::new();
    for (number, octave) in pyramid.octaves.iter().enumerate() {
        let [width, height] = [octave.blurred[0].width, octave.blurred[0].height];
        let Some(inner) = width.checked_sub(2 * BORDER).filter(|inner| *inner > 0) else {
            continue;
        };
        let mut marks = vec![false; inner];
        for plane in 1..=SCALES {
            for y in BORDER..height.saturating_sub(BORDER) {
                mark(&octave.differences[plane], y, &mut marks);
                let marked = (BORDER..).zip(&marks).filter(|(_, marked)| **marked);
                for (x, _) in marked.filter(|(x, _)| stands_out(octave, plane, *x, y)) {
                    found.extend(refined(octave, number, plane, x, y));
                }
            }
        }
    }
    found
}

/// Marks the places of a row that may be extrema: not too weak, and the greatest or the least beside those to the left,
/// right, above and below. Without branches, so that many places are looked at together; few are left.
fn mark(plane: &Plane, y: usize, marks: &mut [bool]) {
    let row = |y: usize, x: usize| &plane.values[y * plane.width + x..][..marks.len()];
    let (left, own, right) = (row(y, BORDER - 1), row(y, BORDER), row(y, BORDER + 1));
    let (above, below) = (row(y - 1, BORDER), row(y + 1, BORDER));
    for (at, marked) in marks.iter_mut().enumerate() {
        let value = own[at];
        let beside = [left[at], right[at], above[at], below[at]];
        let greatest = beside
            .iter()
            .fold(true, |so_far, other| so_far & (value >= *other));
        let least = beside
            .iter()
            .fold(true, |so_far, other| so_far & (value <= *other));
        *marked = (greatest | least) & (value.abs() >= 0.5 * LEAST_CONTRAST);
    }
}

/// Whether a place is the greatest or the least of its 27 neighbours over place and scale.
fn stands_out(octave: &Octave, plane: usize, x: usize, y: usize) -> bool {
    let width = octave.differences[plane].width;
    let at = y * width + x;
    let value = octave.differences[plane].values[at];
    let sign = if value > 0.0 { 1.0 } else { -1.0 };
    octave.differences[plane - 1..=plane + 1]
        .iter()
        .all(|plane| {
            [at, at - width, at + width].into_iter().all(|middle| {
                let around = &plane.values[middle - 1..=middle + 1];
                around.iter().all(|other| sign * value >= sign * other)
            })
        })
}

/// The extremum of the parabola through its neighbourhood; `None` for weak ones, edges and those that drift away.
fn refined(octave: &Octave, number: usize, plane: usize, x: usize, y: usize) -> Option<Extremum> {
    const MOST_STEPS: usize = 4;
    let [width, height] = [octave.blurred[0].width, octave.blurred[0].height];
    let (mut plane, mut x, mut y) = (plane, x, y);
    for _ in 0..MOST_STEPS {
        let fit = Fit::at(&octave.differences[plane - 1..=plane + 1], x, y);
        let [dx, dy, ds] = fit.offset()?;
        if dx.abs() <= 0.5 && dy.abs() <= 0.5 && ds.abs() <= 0.5 {
            let strength =
                fit.value + 0.5 * (fit.slope[0] * dx + fit.slope[1] * dy + fit.slope[2] * ds);
            if strength.abs() < LEAST_CONTRAST || fit.is_edge() {
                return None;
            }
            return Some(Extremum {
                octave: number,
                plane,
                x: x as f32 + dx,
                y: y as f32 + dy,
                sigma: FIRST_SIGMA * ((plane as f32 + ds) / SCALES as f32).exp2(),
                strength: strength.abs(),
            });
        }
        let step = |at: usize, by: f32| at.checked_add_signed(by.round().clamp(-2.0, 2.0) as isize);
        (x, y, plane) = (step(x, dx)?, step(y, dy)?, step(plane, ds)?);
        let inside = (BORDER..width - BORDER).contains(&x)
            && (BORDER..height - BORDER).contains(&y)
            && (1..=SCALES).contains(&plane);
        if !inside {
            return None;
        }
    }
    None
}

/// Value, slope and curvature of the differences over x, y and scale.
struct Fit {
    value: f32,
    slope: [f32; 3],
    curve: [[f32; 3]; 3],
}

impl Fit {
    fn at(planes: &[Plane], x: usize, y: usize) -> Self {
        let get = |dx: isize, dy: isize, ds: isize| {
            planes[1usize.wrapping_add_signed(ds)]
                .at(x.wrapping_add_signed(dx), y.wrapping_add_signed(dy))
        };
        let value = get(0, 0, 0);
        let slope = [
            (get(1, 0, 0) - get(-1, 0, 0)) / 2.0,
            (get(0, 1, 0) - get(0, -1, 0)) / 2.0,
            (get(0, 0, 1) - get(0, 0, -1)) / 2.0,
        ];
        let xx = get(1, 0, 0) + get(-1, 0, 0) - 2.0 * value;
        let yy = get(0, 1, 0) + get(0, -1, 0) - 2.0 * value;
        let ss = get(0, 0, 1) + get(0, 0, -1) - 2.0 * value;
        let xy = (get(1, 1, 0) - get(-1, 1, 0) - get(1, -1, 0) + get(-1, -1, 0)) / 4.0;
        let xs = (get(1, 0, 1) - get(-1, 0, 1) - get(1, 0, -1) + get(-1, 0, -1)) / 4.0;
        let ys = (get(0, 1, 1) - get(0, -1, 1) - get(0, 1, -1) + get(0, -1, -1)) / 4.0;
        Self {
            value,
            slope,
            curve: [[xx, xy, xs], [xy, yy, ys], [xs, ys, ss]],
        }
    }

    /// Where the parabola is level, from the middle; by Cramer's rule.
    fn offset(&self) -> Option<[f32; 3]> {
        let determinant = |m: [[f32; 3]; 3]| {
            m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
                - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
                + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
        };
        let whole = determinant(self.curve);
        if whole.abs() < 1e-12 {
            return None;
        }
        let mut offset = [0.0; 3];
        for (axis, offset) in offset.iter_mut().enumerate() {
            let mut replaced = self.curve;
            for (row, slope) in replaced.iter_mut().zip(self.slope) {
                row[axis] = -slope;
            }
            *offset = determinant(replaced) / whole;
        }
        Some(offset)
    }

    fn is_edge(&self) -> bool {
        let [[xx, xy, _], [_, yy, _], _] = self.curve;
        let (trace, determinant) = (xx + yy, xx * yy - xy * xy);
        determinant <= 0.0 || trace * trace * EDGE_RATIO >= (EDGE_RATIO + 1.0).powi(2) * determinant
    }
}
