//! Rows of cues as the sparse columns that are fitted.
//!
//! A cue becomes a shape with corners: straight lines over a few stretches of its values, and an amount for
//! the missing value. Its weights are the steps from corner to corner, so that it rises throughout exactly when
//! no weight is negative. Its columns are the corners: between two corners a value belongs to both in part, so
//! that a row has two entries a cue. What is added up over rows by corner is turned into steps at the end.

use crate::features::{CUES, Direction, Family, FeatureRow, position};

use super::super::{CueWeight, Model, Point, Shape};
use super::LabelledRow;

/// The most stretches of one cue.
const MOST_STRETCHES: usize = 10;

/// Corners stand at least this share of the cue's range apart.
const LEAST_STRETCH: f64 = 0.004;

/// A cue has a corner for so many rows in which it shows.
const LEAST_ROWS: usize = 40;

/// The most that a circumstance may add, in log-odds before calibration: odds times two.
const CIRCUMSTANCE_MOST: f64 = std::f64::consts::LN_2;

/// Cues of who the seller is rather than of what the seller does. Honest sellers begin new, small and
/// unrated, so each may say little, whatever the data would give it.
const CIRCUMSTANCES: [&str; 6] = [
    "seller.new_account",
    "seller.few_sales",
    "seller.unknown",
    "seller.many_brands",
    "seller.large_stock_new_account",
    "seller.bulk_at_usual_price",
];

/// Other cues that the data may give no more than so many log-odds before calibration, and why. Honest shops show the brand's
/// own photo of a colour that its catalog lacks, which simulated markets do not have: odds times 32, with which an ordinary
/// offer of a new seller stays no candidate.
pub(super) const HELD_AT_MOST: [(&str, f64); 1] =
    [("image.recoloured", 5.0 * std::f64::consts::LN_2)];

/// Cues that say that something is missing.
const ABSENCES: [&str; 3] = ["image.missing", "price.missing", "seller.unknown"];

/// The most that a missing value may add. Whoever sells chooses what to leave out, so it never lowers suspicion either.
const MISSING_MOST: f64 = std::f64::consts::LN_2;

/// What is held of a cue before any data, where no other model says it, in log-odds at full strength. A brand owner looked at a picture
/// and called it a counterfeit: few training feeds have such pictures, and none speaks against it.
const HELD_BEFORE: [(&str, f64); 1] = [("image.known_fake", 3.0)];

/// Where a fitted weight may lie, and where it is drawn to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) centre: f64,
}

impl Bounds {
    /// For the intercept.
    pub(super) const FREE: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        centre: 0.0,
    };

    /// For a weight of a cue, at most `most` from nothing, on the sides that its direction allows.
    fn within(direction: Direction, most: f64, centre: f64) -> Self {
        let low = if direction == Direction::Raises {
            0.0
        } else {
            -most
        };
        let high = if direction == Direction::Lowers {
            0.0
        } else {
            most
        };
        Self {
            low,
            high,
            centre: centre.clamp(low, high),
        }
    }
}

/// The columns: for each cue its corners but the first, then its missing value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Columns {
    /// For each cue the corners of its shape, the first at its least value.
    corners: Vec<Vec<f64>>,
    /// Where the cue's columns begin.
    starts: Vec<usize>,
    bounds: Vec<Bounds>,
    /// For each cue whether its missing value has a column that says something of its own.
    missing: Vec<bool>,
}

/// Rows of columns, only what is not zero.
#[derive(Clone, Debug, Default)]
pub(super) struct Sparse {
    starts: Vec<usize>,
    entries: Vec<(u32, f64)>,
}

impl Sparse {
    /// The columns of a row that are not zero.
    pub(super) fn row(&self, at: usize) -> &[(u32, f64)] {
        &self.entries[self.starts[at]..self.starts[at + 1]]
    }
}

impl Columns {
    /// Columns whose corners are where the values of `rows` are, at quantiles of those that show; or those of `prior`,
    /// to whose steps the weights are then drawn.
    pub(super) fn of(rows: &[&LabelledRow], prior: Option<&Model>) -> Self {
        let prior = |cue: usize| prior.map(|prior| &prior.artifact().weights[cue]);
        let corners: Vec<Vec<f64>> = (0..CUES.len())
            .map(|cue| corners(rows, cue, prior(cue)))
            .collect();
        let (mut starts, mut bounds) = (Vec::new(), Vec::new());
        let mut missing = missing(rows);
        for (at, (cue, corners)) in CUES.iter().zip(&corners).enumerate() {
            let prior = prior(at);
            missing[at] |= prior.is_some_and(|weight| weight.missing != 0.0);
            starts.push(bounds.len());
            let stretches = (corners.len() - 1) as f64;
            let before = HELD_BEFORE.iter().find(|(name, _)| *name == cue.name);
            let held = HELD_AT_MOST.iter().find(|(name, _)| *name == cue.name);
            let most = match held {
                Some((_, most)) => *most,
                None if CIRCUMSTANCES.contains(&cue.name) => CIRCUMSTANCE_MOST,
                None => f64::INFINITY,
            };
            let straight = before.map_or(0.0, |(_, log_odds)| log_odds / stretches);
            bounds.extend(corners.windows(2).map(|pair| {
                let step = |weight: &CueWeight| weight.shape.at(pair[1]) - weight.shape.at(pair[0]);
                let centre = prior.map_or(straight, step);
                Bounds::within(cue.direction, most / stretches, centre)
            }));
            let lowers = cue.direction == Direction::Lowers;
            let most = if missing[at] && !lowers {
                MISSING_MOST
            } else {
                0.0
            };
            let centre = prior.map_or(0.0, |weight| weight.missing);
            bounds.push(Bounds::within(Direction::Raises, most, centre));
        }
        starts.push(bounds.len());
        Self {
            corners,
            starts,
            bounds,
            missing,
        }
    }

    /// Where each weight may lie.
    pub(super) fn bounds(&self) -> &[Bounds] {
        &self.bounds
    }

    /// Takes all bounds away.
    #[cfg(test)]
    pub(super) fn set_free(&mut self) {
        self.bounds.fill(Bounds::FREE);
    }

    /// Whether the column belongs to a cue of the seller.
    pub(super) fn of_seller(&self) -> Vec<bool> {
        let mut of_seller = vec![false; self.bounds.len()];
        for (at, _) in CUES
            .iter()
            .enumerate()
            .filter(|(_, cue)| cue.family == Family::Seller)
        {
            of_seller[self.starts[at]..self.starts[at + 1]].fill(true);
        }
        of_seller
    }

    /// The columns of `rows`.
    pub(super) fn sparse<'a>(&self, rows: impl Iterator<Item = &'a FeatureRow>) -> Sparse {
        let mut sparse = Sparse {
            starts: vec![0],
            entries: Vec::new(),
        };
        for row in rows {
            for (at, value) in row.values().iter().enumerate() {
                self.push(&mut sparse.entries, at, *value);
            }
            sparse.starts.push(sparse.entries.len());
        }
        sparse
    }

    fn push(&self, entries: &mut Vec<(u32, f64)>, cue: usize, value: Option<f64>) {
        let (start, end) = (self.starts[cue], self.starts[cue + 1]);
        let Some(value) = value else {
            if self.missing[cue] {
                entries.push((end as u32 - 1, 1.0));
            }
            return;
        };
        let corners = &self.corners[cue];
        // The stretch that holds the value: it ends at the corner `after`.
        let after = corners
            .partition_point(|corner| *corner <= value)
            .clamp(1, corners.len() - 1);
        let share = (value - corners[after - 1]) / (corners[after] - corners[after - 1]);
        let share = share.clamp(0.0, 1.0);
        if after > 1 && share < 1.0 {
            entries.push(((start + after - 2) as u32, 1.0 - share));
        }
        if share > 0.0 {
            entries.push(((start + after - 1) as u32, share));
        }
    }

    /// The columns of each cue's corners, without that of its missing value.
    fn groups(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.starts.windows(2).map(|pair| pair[0]..pair[1] - 1)
    }

    /// Steps to heights of the corners.
    pub(super) fn heights(&self, steps: &[f64]) -> Vec<f64> {
        let mut heights = steps.to_vec();
        for group in self.groups() {
            for at in group.skip(1) {
                heights[at] += heights[at - 1];
            }
        }
        heights
    }

    /// Slopes of the loss by height to slopes by step: a step raises every corner after it.
    pub(super) fn by_step(&self, slopes: &mut [f64], stride: usize) {
        for group in self.groups() {
            for at in group.rev().skip(1) {
                slopes[at * stride] += slopes[(at + 1) * stride];
            }
        }
    }

    /// The shape of a cue and what it adds when missing, for the fitted `weights` times `slope`.
    pub(super) fn shape(&self, cue: usize, weights: &[f64], slope: f64) -> (Shape, f64) {
        let own = &weights[self.starts[cue]..self.starts[cue + 1]];
        let (missing, steps) = own.split_last().unwrap_or((&0.0, &[]));
        let mut log_odds = 0.0;
        let mut points = vec![Point {
            value: self.corners[cue][0],
            log_odds: 0.0,
        }];
        for (value, step) in self.corners[cue][1..].iter().zip(steps) {
            log_odds += slope * step;
            points.push(Point {
                value: *value,
                log_odds: super::rounded(log_odds),
            });
        }
        (Shape::new(points), super::rounded(slope * missing))
    }
}

/// Whether each cue's missing values say anything of their own: several cues that are missing together, or
/// together with a cue that says so, are one fact, and the first of them tells it.
fn missing(rows: &[&LabelledRow]) -> Vec<bool> {
    let pattern = |is: &dyn Fn(&LabelledRow) -> bool| {
        let mut hasher = blake3::Hasher::new();
        rows.iter().for_each(|row| {
            hasher.update(&[u8::from(is(row))]);
        });
        hasher.finalize()
    };
    let told = ABSENCES.iter().filter_map(|name| position(name));
    let mut seen: Vec<blake3::Hash> = told
        .map(|at| pattern(&|row| row.features.values()[at] == Some(1.0)))
        .collect();
    seen.push(pattern(&|_| false));
    let mut tells = |at: usize| {
        let own = pattern(&|row| row.features.values()[at].is_none());
        let new = !seen.contains(&own);
        seen.push(own);
        new
    };
    (0..CUES.len()).map(&mut tells).collect()
}

/// The corners of a cue's shape: its least value, quantiles of the values that show it, as far as these are
/// apart, and the greatest of them. Beyond what rows show the shape is level. The corners
/// of `prior` stay, where it has any between its ends.
fn corners(rows: &[&LabelledRow], cue: usize, prior: Option<&CueWeight>) -> Vec<f64> {
    if let Some(points) = prior.map(|weight| weight.shape.points())
        && points.len() > 2
    {
        return points.iter().map(|point| point.value).collect();
    }
    let (low, high) = CUES[cue].range;
    let shown = rows.iter().filter_map(|row| row.features.values()[cue]);
    let mut shown: Vec<f64> = shown.filter(|value| *value > low).collect();
    shown.sort_unstable_by(f64::total_cmp);
    // Three decimals: people read these.
    let rounded = |value: f64| (value * 1e3).round() / 1e3;
    let apart = LEAST_STRETCH * (high - low);
    let top = shown
        .last()
        .map_or(high, |most| rounded(*most).clamp(low + apart, high));
    let mut corners = vec![low];
    let stretches = match CIRCUMSTANCES.contains(&CUES[cue].name) {
        // One straight line: the bound on the whole is then the bound on the weight.
        true => 1,
        false => MOST_STRETCHES.min(shown.len() / LEAST_ROWS),
    };
    if stretches > 1 {
        // The first of them is the least value that shows the cue at all.
        for part in 0..stretches {
            let value = rounded(shown[shown.len() * part / stretches]);
            if value >= corners[corners.len() - 1] + apart && value <= top - apart {
                corners.push(value);
            }
        }
    }
    corners.push(top);
    corners
}
