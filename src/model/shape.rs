use serde::{Deserialize, Serialize};

/// One corner of a cue's shape.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// A value of the cue.
    pub value: f64,
    /// What the cue adds to the log-odds at that value.
    pub log_odds: f64,
}

/// What a cue adds by its value: straight lines between points, level before the first and after the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shape(Vec<Point>);

impl Shape {
    /// A shape through `points`, whose values must rise.
    pub fn new(points: Vec<Point>) -> Self {
        Self(points)
    }

    /// The corners, by value.
    pub fn points(&self) -> &[Point] {
        &self.0
    }

    /// What the cue adds at `value`.
    pub fn at(&self, value: f64) -> f64 {
        let after = self.0.partition_point(|point| point.value <= value);
        let Some(before) = after.checked_sub(1).map(|at| self.0[at]) else {
            return self.0.first().map_or(0.0, |first| first.log_odds);
        };
        match self.0.get(after) {
            Some(next) => {
                let share = (value - before.value) / (next.value - before.value);
                before.log_odds + share * (next.log_odds - before.log_odds)
            }
            None => before.log_odds,
        }
    }

    /// What the cue adds at the last point: at full strength when it rises or falls throughout.
    pub fn at_most(&self) -> f64 {
        self.0.last().map_or(0.0, |last| last.log_odds)
    }

    /// Whether all numbers are finite and the values rise.
    pub(super) fn is_sound(&self) -> bool {
        let finite = |point: &Point| point.value.is_finite() && point.log_odds.is_finite();
        !self.0.is_empty()
            && self.0.iter().all(finite)
            && self.0.windows(2).all(|pair| pair[0].value < pair[1].value)
    }

    /// The steps from each point to the next.
    pub(super) fn steps(&self) -> impl Iterator<Item = f64> {
        self.0
            .windows(2)
            .map(|pair| pair[1].log_odds - pair[0].log_odds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_between_points_and_level_beyond() {
        let point = |value, log_odds| Point { value, log_odds };
        let shape = Shape::new(vec![point(0.0, 0.0), point(0.5, 2.0), point(1.0, 3.0)]);
        for (value, expected) in [
            (-1.0, 0.0),
            (0.0, 0.0),
            (0.25, 1.0),
            (0.5, 2.0),
            (0.75, 2.5),
            (9.0, 3.0),
        ] {
            assert_eq!(shape.at(value), expected, "{value}");
        }
        assert!(shape.is_sound());
        assert!(!Shape::new(vec![point(1.0, 0.0), point(1.0, 1.0)]).is_sound());
        assert!(!Shape::new(Vec::new()).is_sound());
    }
}
