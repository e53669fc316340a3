use super::super::geometry::Affine;
use super::overexposure::Overexposure;
use crate::image::{Keypoint, Keypoints, Measured};

/// Bits in which what is around one place differs between two pictures of it, at most.
const SAME: u32 = 34;

/// So many features are looked for, spread over their order of strength: more say the same again.
const ENOUGH: usize = 100;

/// One in so many of them is looked at first: where hardly any is seen, the others are not looked at.
const FIRST: usize = 4;

/// Of at least so many of the first ones...
const FEW: usize = 16;

/// ...no more than so many are seen, and half of them differ in so many bits or more, far beyond what edits do.
const HOPELESS: (usize, u32) = (1, 40);

/// Fewer that are not overexposed say nothing of the others.
const LEAST_VISIBLE: usize = 8;

/// How far a feature may be from where it is expected, in parts of the reference's longer side.
const REACH: f64 = 0.04;

/// What of a reference's features is seen in a picture where a movement says that it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confirmation {
    /// Features that lie within the picture and are coarse enough to be seen in it.
    pub expected: u32,
    /// Those around which the picture looks the same.
    pub seen: u32,
    /// Median of the bits in which they differ, 0..=128; 128 when none is expected.
    pub median: u32,
}

/// Looks in the picture at every place where a feature of the reference should be. `movement` is between parts of
/// widths and heights.
///
/// Two designs photographed alike share outlines and some features, but not what is around most of them. Where the picture
/// is overexposed and the reference is not, nothing can be seen of either.
pub fn confirm(
    reference: &Keypoints,
    query: &Measured,
    movement: &Affine,
    overexposure: &Overexposure<'_>,
) -> Confirmation {
    let from = [reference.width, reference.height].map(|side| 1.0 / f64::from(side.max(1)));
    let to = [query.keypoints.width, query.keypoints.height].map(f64::from);
    let pixels = movement.in_units(from, to);
    let mirrored = pixels.determinant() < 0.0;
    let growth = pixels.scale();
    let step = reference.points.len().div_ceil(ENOUGH).max(1);
    let reach = REACH * f64::from(reference.width.max(reference.height)) * growth;
    let mut looked_for: Vec<&Keypoint> = reference.points.iter().step_by(step).collect();
    let visible = |point: &&Keypoint| !overexposure.hides(point, from);
    let left: Vec<&Keypoint> = looked_for.iter().copied().filter(visible).collect();
    // Too few are no evidence for the whole.
    if left.len() >= LEAST_VISIBLE && left.len() * 3 >= looked_for.len() {
        looked_for = left;
    }
    let distance = |point: &&Keypoint| {
        let place = pixels.apply([point.x.into(), point.y.into()]);
        let (sine, cosine) = f64::from(point.angle).sin_cos();
        let [along, down] = pixels.turn([cosine, sine]);
        let scale = f64::from(point.scale) * growth;
        let angle = down.atan2(along);
        let code = query.code_at(
            place.map(|value| value as f32),
            scale as f32,
            angle as f32,
            mirrored,
        )?;
        let here = code.distance(&point.code);
        // A page that is photographed at an angle is not quite where a movement without perspective takes it.
        let beside = query.keypoints.points.iter().filter(|other| {
            let [dx, dy] = [f64::from(other.x) - place[0], f64::from(other.y) - place[1]];
            dx.abs() < reach && dy.abs() < reach
        });
        let around = beside.map(|other| if mirrored { other.mirrored } else { other.code });
        let nearest = around.map(|code| code.distance(&point.code)).min();
        Some(here.min(nearest.unwrap_or(here)))
    };
    let mut distances: Vec<u32> = looked_for
        .iter()
        .step_by(FIRST)
        .filter_map(distance)
        .collect();
    let first = Confirmation::of(&mut distances);
    let (most, least) = HOPELESS;
    if distances.len() >= FEW && first.seen as usize <= most && first.median >= least {
        return first;
    }
    let others = (0..).zip(&looked_for).filter(|(at, _)| at % FIRST != 0);
    distances.extend(others.filter_map(|(_, point)| distance(point)));
    Confirmation::of(&mut distances)
}

impl Confirmation {
    /// From the bits in which the picture differs at each place; sorts them.
    fn of(distances: &mut [u32]) -> Self {
        distances.sort_unstable();
        Self {
            expected: distances.len() as u32,
            seen: distances.partition_point(|&distance| distance <= SAME) as u32,
            median: distances.get(distances.len() / 2).copied().unwrap_or(128),
        }
    }
}
