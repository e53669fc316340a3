use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{CUES, Cue, Input};

/// The values of all cues for one listing, in the order of [`CUES`].
///
/// Every value is finite and within its cue's range; `None` is a missing one. Serialised as an
/// object from cue name to value.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureRow([Option<f64>; CUES.len()]);

/// Why values are not a [`FeatureRow`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FeatureError {
    /// Another number of values than there are cues.
    #[error(
        "{found} values, expected {expected}, one for each cue of this version: compute the features again"
    )]
    Length {
        /// Values given.
        found: usize,
        /// Cues in the table.
        expected: usize,
    },
    /// A value that no listing can have.
    #[error(
        "cue {cue} has value {found}, expected a number from {low} to {high}: compute the features again"
    )]
    Value {
        /// The cue.
        cue: &'static str,
        /// The value given.
        found: f64,
        /// The least value.
        low: f64,
        /// The greatest value.
        high: f64,
    },
}

impl FeatureRow {
    /// The cues of one listing.
    pub fn new(input: &Input<'_>) -> Self {
        Self(std::array::from_fn(|at| CUES[at].read(input)))
    }

    /// A row from stored values, in the order of [`CUES`].
    ///
    /// # Errors
    /// [`FeatureError`] when a value is missing, not finite or out of its cue's range.
    pub fn from_values(values: &[Option<f64>]) -> Result<Self, FeatureError> {
        let row: [Option<f64>; CUES.len()] =
            values.try_into().map_err(|_| FeatureError::Length {
                found: values.len(),
                expected: CUES.len(),
            })?;
        for (cue, found) in CUES
            .iter()
            .zip(row)
            .filter_map(|(cue, value)| Some((cue, value?)))
        {
            let (low, high) = cue.range;
            if !(low..=high).contains(&found) {
                return Err(FeatureError::Value {
                    cue: cue.name,
                    found,
                    low,
                    high,
                });
            }
        }
        Ok(Self(row))
    }

    /// The values in table order.
    pub fn values(&self) -> &[Option<f64>] {
        &self.0
    }

    /// Cues with their values, in table order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Cue, Option<f64>)> {
        CUES.iter().zip(self.0)
    }

    /// The value of the cue `name`; `None` when it is missing or no such cue exists.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0[super::position(name)?]
    }
}

impl Serialize for FeatureRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(CUES.len()))?;
        for (cue, value) in self.iter() {
            map.serialize_entry(cue.name, &value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_values_are_checked() {
        let zeros = vec![Some(0.0); CUES.len()];
        assert!(FeatureRow::from_values(&zeros).is_ok());
        let short = FeatureRow::from_values(&zeros[1..]).expect_err("one value short");
        assert!(
            short.to_string().contains("compute the features again"),
            "{short}"
        );
        for bad in [f64::NAN, f64::INFINITY, -1.0] {
            let mut values = zeros.clone();
            values[0] = Some(bad);
            assert!(FeatureRow::from_values(&values).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_missing_value_is_written_as_null() {
        let mut values = vec![Some(0.0); CUES.len()];
        values[1] = None;
        let row = FeatureRow::from_values(&values).expect("valid");
        let json = serde_json::to_string(&row).expect("writable");
        assert!(
            json.starts_with("{\"image.brand_photo\":0.0,\"image.brand_photo_at_low_price\":null,"),
            "{json}"
        );
    }
}
