use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A Global Trade Item Number, checked and normalised to 14 digits.
///
/// GTIN-8, UPC-A (12), EAN-13 and GTIN-14 are one number with leading zeros. Source: GS1 General
/// Specifications, section 7.9 (check digit) and 3.3 (GTIN formats).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin(u64);

/// Why a text is not a GTIN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GtinError {
    /// Not 8, 12, 13 or 14 digits.
    #[error("{0:?} is not 8, 12, 13 or 14 digits")]
    Shape(String),
    /// The last digit is not the one that the others ask for.
    #[error("{found:?} has check digit {digit}, expected {expected}")]
    CheckDigit {
        /// The text as given.
        found: String,
        /// Its last digit.
        digit: u32,
        /// The digit that GS1's rule gives for the others.
        expected: u32,
    },
}

impl Gtin {
    /// Reads 8, 12, 13 or 14 digits; spaces and hyphens between them are allowed.
    ///
    /// # Errors
    /// [`GtinError`] when the length or the check digit is wrong, or all digits are zero.
    pub fn parse(text: &str) -> Result<Self, GtinError> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let shape = || GtinError::Shape(text.to_owned());
        if !matches!(digits.len(), 8 | 12 | 13 | 14) || !digits.bytes().all(|b| b.is_ascii_digit())
        {
            return Err(shape());
        }
        let number: u64 = digits.parse().map_err(|_| shape())?;
        if number == 0 {
            return Err(shape());
        }
        let (digit, expected) = ((number % 10) as u32, check_digit(number / 10));
        if digit != expected {
            return Err(GtinError::CheckDigit {
                found: text.to_owned(),
                digit,
                expected,
            });
        }
        Ok(Self(number))
    }

    /// The GTIN whose digits before the check digit are `body` (at most 13 digits).
    pub fn from_body(body: u64) -> Option<Self> {
        (1..10_000_000_000_000)
            .contains(&body)
            .then(|| Self(body * 10 + u64::from(check_digit(body))))
    }
}

/// Weights 3, 1, 3, ... from the right over the digits before the check digit; modulo 10.
fn check_digit(mut body: u64) -> u32 {
    let (mut sum, mut weight) = (0, 3);
    while body > 0 {
        sum += (body % 10) as u32 * weight;
        weight = 4 - weight;
        body /= 10;
    }
    (10 - sum % 10) % 10
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:014}", self.0)
    }
}

impl Serialize for Gtin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Gtin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_lengths_are_one_number() {
        assert_eq!(
            Gtin::parse("036000291452").map(|g| g.to_string()),
            Ok("00036000291452".into())
        );
        assert_eq!(Gtin::parse("0036000291452"), Gtin::parse("0-36000-29145-2"));
        assert_eq!(
            Gtin::parse("96385074").map(|g| g.to_string()),
            Ok("00000096385074".into())
        );
    }

    #[test]
    fn a_wrong_digit_is_named() {
        let error = Gtin::parse("4006381333932").expect_err("check digit is 1");
        assert_eq!(
            error.to_string(),
            "\"4006381333932\" has check digit 2, expected 1"
        );
        assert!(matches!(Gtin::parse("987693502"), Err(GtinError::Shape(_))));
        assert!(matches!(
            Gtin::parse("0000000000000"),
            Err(GtinError::Shape(_))
        ));
    }

    proptest! {
        #[test]
        fn one_changed_digit_is_always_caught(body in 1u64..10_000_000_000_000, place in 0usize..14, change in 1u8..10) {
            let good = Gtin::from_body(body).expect("in range").to_string();
            let mut bad = good.clone().into_bytes();
            bad[place] = b'0' + (bad[place] - b'0' + change) % 10;
            let bad = String::from_utf8(bad).expect("digits");
            prop_assert!(Gtin::parse(&good).is_ok());
            prop_assert!(Gtin::parse(&bad).is_err());
        }
    }
}
