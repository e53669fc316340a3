use std::fmt;

use iso_currency::Currency;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::amount::{self, Unclear};
use super::currency_signs::{self, Meaning, meaning};

/// An amount in the minor unit of its currency (cents, yen), never a float.
///
/// Its text form is `129.99 USD`: the amount with the currency's own number of decimals, then the
/// ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why a text is not an amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Nothing that reads as a number.
    #[error("no amount in {0:?}")]
    NoAmount(String),
    /// A number, but no currency with it and none given beside it, or a sign that several share.
    #[error("{0:?} has no currency")]
    NoCurrency(String),
    /// A currency that ISO 4217 does not know.
    #[error("{0:?} is not an ISO 4217 currency")]
    UnknownCurrency(String),
    /// The amount names another currency than the column beside it, or two that differ.
    #[error("{text:?} is not in {beside}")]
    OtherCurrency {
        /// The amount as written.
        text: String,
        /// The currency beside it.
        beside: String,
    },
    /// Two amounts, such as `10-20 USD`, or digits in groups that are none.
    #[error("{0:?} is not one amount")]
    NotOne(String),
    /// Less than nothing, or too much for 64 bits of minor units.
    #[error("{0:?} is out of range")]
    OutOfRange(String),
}

/// What stands beside an amount and says how to read it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside<'a> {
    /// The currency that the amount must be in, as a code or a sign; `None` or empty when open.
    pub currency: Option<&'a str>,
    /// The currency of an amount that names none itself, where `currency` is open.
    pub default: Option<Currency>,
    /// Whether the file holds a number: then `.` is its decimal mark and nothing groups digits.
    pub number: bool,
}

impl Money {
    /// An amount of `minor` units; `None` below zero.
    pub fn from_minor(minor: i64, currency: Currency) -> Option<Self> {
        (minor >= 0).then_some(Self { minor, currency })
    }

    /// Reads `129.99 USD`, `US $129.99`, `1.299,00 EUR`, `¥1,299` or a bare number beside `currency`.
    ///
    /// Grouping marks (`,` `.` `'` and spaces) are told from the decimal mark by position: the last
    /// `.` or `,` is the decimal mark unless exactly three digits follow it and the same mark, or
    /// only it, stands elsewhere as a grouping mark. A single mark before three digits is a decimal
    /// mark only in a currency with three decimals, for an amount that starts with zero, and after
    /// more than three digits. Groups have exactly three digits (in lakhs two, where that is usual).
    ///
    /// # Errors
    /// [`MoneyError`] says what is missing or wrong; nothing is guessed. A currency in the text that
    /// is not the one beside it is an error.
    pub fn parse(text: &str, currency: Option<&str>) -> Result<Self, MoneyError> {
        let beside = Beside {
            currency,
            ..Beside::default()
        };
        Self::read(text, beside)
    }

    /// Reads an amount with regard to what stands `beside` it; see [`Money::parse`].
    ///
    /// # Errors
    /// As [`Money::parse`].
    pub fn read(text: &str, beside: Beside<'_>) -> Result<Self, MoneyError> {
        let text = text.trim();
        let wrong = |why| match why {
            Unclear::NoDigit => MoneyError::NoAmount(text.to_owned()),
            Unclear::NotOne => MoneyError::NotOne(text.to_owned()),
            Unclear::OutOfRange => MoneyError::OutOfRange(text.to_owned()),
        };
        if beside.number {
            let currency = currency_of(text, ["", ""], beside)?;
            let minor = amount::number(text, decimals(currency)).map_err(wrong)?;
            return Ok(Self { minor, currency });
        }
        let written = amount::written(text, currency_signs::is_sign).map_err(wrong)?;
        let [before, after] = &written.around;
        let currency = currency_of(text, [before, after], beside)?;
        let minor = written
            .minor(decimals(currency), groups_lakhs(currency))
            .map_err(wrong)?;
        Ok(Self { minor, currency })
    }

    /// Reads the text form, and nothing else.
    fn of_own_form(text: &str) -> Option<Self> {
        let (amount, code) = text.split_once(' ')?;
        let currency = Currency::from_code(code)?;
        let decimals = decimals(currency) as usize;
        let (whole, rest) = match decimals {
            0 => (amount, ""),
            _ => amount.split_once('.')?,
        };
        let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
        let is_own = !whole.is_empty() && rest.len() == decimals && is_number(whole);
        let minor = (is_own && is_number(rest)).then(|| format!("{whole}{rest}"))?;
        Self::from_minor(minor.parse().ok()?, currency)
    }

    /// The amount in minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The amount in major units, for ratios and statistics only.
    pub fn major(self) -> f64 {
        self.minor as f64 / 10f64.powi(decimals(self.currency) as i32)
    }

    /// The nearest amount to `major` units; `None` unless finite and at least zero.
    pub fn from_major(major: f64, currency: Currency) -> Option<Self> {
        let minor = (major * 10f64.powi(decimals(currency) as i32)).round();
        (minor.is_finite() && (0.0..9.0e18).contains(&minor)).then_some(Self {
            minor: minor as i64,
            currency,
        })
    }
}

/// Decimals of a currency as shops write it; funds without a minor unit count as two.
fn decimals(currency: Currency) -> u32 {
    currency.exponent().map_or(2, u32::from)
}

/// Whether `1,29,999` is how its countries write it.
fn groups_lakhs(currency: Currency) -> bool {
    matches!(currency.code(), "INR" | "PKR" | "BDT" | "NPR" | "LKR")
}

/// The currency that the words and signs around an amount name, held against what stands beside it.
fn currency_of(text: &str, around: [&str; 2], beside: Beside<'_>) -> Result<Currency, MoneyError> {
    let contradiction = |beside: &str| MoneyError::OtherCurrency {
        text: text.to_owned(),
        beside: beside.to_owned(),
    };
    let mut named: Option<Meaning> = None;
    for part in around {
        let word = part.trim_matches(|c: char| !c.is_alphabetic() && !currency_signs::is_sign(c));
        if word.is_empty() {
            continue;
        }
        let found = meaning(word).map_err(MoneyError::UnknownCurrency)?;
        named = Some(match named {
            None => found,
            Some(other) => other.and(&found).ok_or_else(|| contradiction(word))?,
        });
    }
    let column = beside.currency.map(str::trim).unwrap_or("");
    if !column.is_empty() {
        let sure = named.as_ref().and_then(|named| named.sure);
        match (meaning(column), &named) {
            (Ok(column), None) => named = Some(column),
            (Ok(stated), Some(own)) => {
                named = Some(own.and(&stated).ok_or_else(|| contradiction(column))?);
            }
            // A column that names no currency contradicts none.
            (Err(_), Some(_)) if sure.is_some() => {}
            (Err(unknown), _) => return Err(MoneyError::UnknownCurrency(unknown)),
        }
    }
    let default = beside.default;
    let currency = match named {
        None => default,
        Some(Meaning { any, sure }) => default.filter(|one| any.contains(one)).or(sure),
    };
    currency.ok_or_else(|| MoneyError::NoCurrency(text.to_owned()))
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = decimals(self.currency);
        let scale = 10i64.pow(decimals);
        let code = self.currency.code();
        if decimals == 0 {
            return write!(f, "{} {code}", self.minor);
        }
        let (whole, rest) = (self.minor / scale, self.minor % scale);
        write!(
            f,
            "{whole}.{rest:0width$} {code}",
            width = decimals as usize
        )
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Most of what is read back is what was written here.
        Self::of_own_form(&text)
            .map_or_else(|| Self::parse(&text, None), Ok)
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[path = "money_tests.rs"]
mod tests;
