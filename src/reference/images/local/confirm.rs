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

/// Bits in which what is around a place differs that an edit left alone, at most.
const UNTOUCHED: u32 = 10;

/// The reference is parted into so many columns and rows.
const PARTS: u32 = 4;

/// Fewer that are expected say nothing of a picture that is hidden in part.
const LEAST_EXPECTED: usize = 16;

/// Untouched ones lie in so many parts or more...
const LEAST_PARTS: u32 = 5;

/// ...and in so many of the four in the middle: frames, backdrops and badges are shared by pictures of different things.
const LEAST_MIDDLE_PARTS: u32 = 2;

/// The four parts in the middle, a bit each.
const MIDDLE: u16 = 0b0000_0110_0110_0000;

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
    /// Their lower quartile where those around which nothing changed lie all over the reference and in its middle: what is
    /// laid over a picture hides the others.
    pub lower_quartile: Option<u32>,
}

/// A place that was looked at: the bits in which the picture differs there, and the part of the reference it is in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    distance: u32,
    part: u32,
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
    let place_of = |point: &&Keypoint| {
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
        let [column, row] = [f64::from(point.x) * from[0], f64::from(point.y) * from[1]]
            .map(|place| ((place * f64::from(PARTS)) as u32).min(PARTS - 1));
        Some(Place {
            distance: here.min(nearest.unwrap_or(here)),
            part: row * PARTS + column,
        })
    };
    let mut places: Vec<Place> = looked_for
        .iter()
        .step_by(FIRST)
        .filter_map(place_of)
        .collect();
    let first = Confirmation::of(&mut places);
    let (most, least) = HOPELESS;
    if places.len() >= FEW && first.seen as usize <= most && first.median >= least {
        return first;
    }
    let others = (0..).zip(&looked_for).filter(|(at, _)| at % FIRST != 0);
    places.extend(others.filter_map(|(_, point)| place_of(point)));
    Confirmation::of(&mut places)
}

impl Confirmation {
    /// From the places that were looked at; sorts them.
    fn of(places: &mut [Place]) -> Self {
        places.sort_unstable();
        let within = |most| places.partition_point(|place| place.distance <= most);
        let quantile = |count: usize| places.get(count).map(|place| place.distance);
        let untouched = places[..within(UNTOUCHED)].iter();
        let parts = untouched.fold(0u16, |parts, place| parts | 1 << place.part);
        let all_over = places.len() >= LEAST_EXPECTED
            && parts.count_ones() >= LEAST_PARTS
            && (parts & MIDDLE).count_ones() >= LEAST_MIDDLE_PARTS;
        Self {
            expected: places.len() as u32,
            seen: within(SAME) as u32,
            median: quantile(places.len() / 2).unwrap_or(128),
            lower_quartile: quantile(places.len() / 4).filter(|_| all_over),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Confirmation, Place};

    fn confirmed(places: impl IntoIterator<Item = (u32, u32)>) -> Confirmation {
        let mut places: Vec<Place> = places
            .into_iter()
            .map(|(distance, part)| Place { distance, part })
            .collect();
        Confirmation::of(&mut places)
    }

    #[test]
    fn what_is_seen_all_over_counts_where_the_rest_is_hidden() {
        let hidden = (0..16).map(|part| (60, part));
        let seen = (0..16).map(|part| (3, part));
        let both = confirmed(hidden.chain(seen.step_by(2)));
        assert_eq!((both.median, both.lower_quartile), (60, Some(3)));
        assert_eq!((both.expected, both.seen), (24, 8));
    }

    #[test]
    fn a_shared_frame_is_no_copy() {
        let middle = [5, 6, 9, 10];
        let frame = confirmed((0..16).map(|part| {
            let shared = !middle.contains(&part);
            (if shared { 0 } else { 60 }, part)
        }));
        assert_eq!(frame.lower_quartile, None);
        let badge = confirmed((0..32).map(|at| if at < 12 { (0, 5) } else { (60, at % 16) }));
        assert_eq!(badge.lower_quartile, None);
        let few = confirmed((0..15).map(|part| (0, part)));
        assert_eq!((few.median, few.lower_quartile), (0, None));
    }
}
