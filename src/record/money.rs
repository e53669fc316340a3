use std::fmt;

use iso_currency::Currency;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
    /// A number, but no currency with it and none given beside it.
    #[error("{0:?} has no currency")]
    NoCurrency(String),
    /// A currency that ISO 4217 does not know.
    #[error("{0:?} is not an ISO 4217 currency")]
    UnknownCurrency(String),
    /// Two amounts, such as `10-20 USD`.
    #[error("{0:?} is a range, not one amount")]
    Range(String),
    /// Less than nothing, or too much for 64 bits of minor units.
    #[error("{0:?} is out of range")]
    OutOfRange(String),
}

impl Money {
    /// An amount of `minor` units; `None` below zero.
    pub fn from_minor(minor: i64, currency: Currency) -> Option<Self> {
        (minor >= 0).then_some(Self { minor, currency })
    }

    /// Reads `129.99 USD`, `USD 129.99`, `1.299,00 EUR`, `¥1,299` or a bare number beside `currency`.
    ///
    /// Grouping marks (`,` `.` `'` and spaces) are told from the decimal mark by position: the last
    /// `.` or `,` is the decimal mark unless exactly three digits follow it and the same mark, or
    /// only it, stands elsewhere as a grouping mark. A single mark before three digits is a decimal
    /// mark only in a currency with three decimals, or for an amount that starts with zero.
    ///
    /// # Errors
    /// [`MoneyError`] says what is missing or wrong; nothing is guessed.
    pub fn parse(text: &str, currency: Option<&str>) -> Result<Self, MoneyError> {
        let text = text.trim();
        let digits: String = text
            .chars()
            .filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))
            .collect();
        if !digits.contains(|c: char| c.is_ascii_digit()) {
            return Err(MoneyError::NoAmount(text.to_owned()));
        }
        if is_range(&digits) {
            return Err(MoneyError::Range(text.to_owned()));
        }
        let currency = currency_of(text, currency)?;
        let minor = minor_units(&digits, decimals(currency))
            .ok_or_else(|| MoneyError::OutOfRange(text.to_owned()))?;
        Ok(Self { minor, currency })
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

/// Whether a dash stands between digits; `25,-` and `-5` are one amount.
fn is_range(digits: &str) -> bool {
    let has_digit = |part: &str| part.contains(|c: char| c.is_ascii_digit());
    digits
        .split_once('-')
        .is_some_and(|(from, to)| has_digit(from) && has_digit(to))
}

fn currency_of(text: &str, beside: Option<&str>) -> Result<Currency, MoneyError> {
    let word: String = text.chars().filter(|c| c.is_alphabetic()).collect();
    let code = if word.is_empty() {
        beside.map(str::trim).unwrap_or("")
    } else {
        &word
    };
    if code.is_empty() {
        return symbol(text).ok_or_else(|| MoneyError::NoCurrency(text.to_owned()));
    }
    Currency::from_code(&code.to_ascii_uppercase())
        .ok_or_else(|| MoneyError::UnknownCurrency(code.to_owned()))
}

/// Only symbols that name one currency; `$` and `¥` name several and are refused.
fn symbol(text: &str) -> Option<Currency> {
    text.chars().find_map(|c| match c {
        '€' => Some(Currency::EUR),
        '£' => Some(Currency::GBP),
        '₹' => Some(Currency::INR),
        '₽' => Some(Currency::RUB),
        '₺' => Some(Currency::TRY),
        '₩' => Some(Currency::KRW),
        _ => None,
    })
}

fn minor_units(digits: &str, decimals: u32) -> Option<i64> {
    if digits.starts_with('-') {
        return None;
    }
    let digits = digits.trim_end_matches(['-', '.', ',']);
    let (whole, fraction) = match digits.rfind(['.', ',']) {
        Some(at) if is_decimal_mark(digits, at, decimals) => (&digits[..at], &digits[at + 1..]),
        _ => (digits, ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let whole: i64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let scale = 10i64.pow(decimals);
    let kept: String = fraction.chars().take(decimals as usize).collect();
    let mut minor = if kept.is_empty() {
        0
    } else {
        kept.parse::<i64>().ok()?
    };
    minor *= 10i64.pow(decimals - kept.len() as u32);
    // Half a minor unit or more rounds up: 9.999 USD is 10.00, as shops round.
    if fraction
        .as_bytes()
        .get(decimals as usize)
        .is_some_and(|d| *d >= b'5')
    {
        minor += 1;
    }
    whole.checked_mul(scale)?.checked_add(minor)
}

fn is_decimal_mark(digits: &str, at: usize, decimals: u32) -> bool {
    let mark = digits.as_bytes()[at];
    let after = digits.len() - at - 1;
    let before = &digits[..at];
    if before.bytes().any(|b| b == mark) {
        return false;
    }
    after != 3 || before.contains(['.', ',']) || decimals == 3 || before == "0" || before.is_empty()
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
        Self::parse(&text, None).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, currency: Option<&str>) -> String {
        match Money::parse(text, currency) {
            Ok(money) => money.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn amounts_as_shops_write_them() {
        assert_eq!(read("129.99 USD", None), "129.99 USD");
        assert_eq!(read("USD 129", None), "129.00 USD");
        assert_eq!(read("1.299,00 EUR", None), "1299.00 EUR");
        assert_eq!(read("1,299 JPY", None), "1299 JPY");
        assert_eq!(read("1'299.5 CHF", None), "1299.50 CHF");
        assert_eq!(read("12,5", Some("eur")), "12.50 EUR");
        assert_eq!(read("€ 1.299", None), "1299.00 EUR");
        assert_eq!(read("1,234,567.891 USD", None), "1234567.89 USD");
        assert_eq!(read("0.999 USD", None), "1.00 USD");
        assert_eq!(read("25,- EUR", None), "25.00 EUR");
    }

    #[test]
    fn nothing_is_guessed() {
        assert_eq!(read("$12", None), "\"$12\" has no currency");
        assert_eq!(read("free", Some("USD")), "no amount in \"free\"");
        assert_eq!(
            read("10-20 USD", None),
            "\"10-20 USD\" is a range, not one amount"
        );
        assert_eq!(read("12 XQQ", None), "\"XQQ\" is not an ISO 4217 currency");
        assert_eq!(read("-5 USD", None), "\"-5 USD\" is out of range");
        assert_eq!(
            read("99999999999999999999 USD", None),
            "\"99999999999999999999 USD\" is out of range"
        );
    }

    proptest! {
        #[test]
        fn text_form_reads_back(minor in 0i64..1_000_000_000_000, code in prop::sample::select(vec!["USD", "JPY", "EUR", "KWD"])) {
            let money = Money::from_minor(minor, Currency::from_code(code).expect("known")).expect("not negative");
            prop_assert_eq!(Money::parse(&money.to_string(), None), Ok(money));
        }
    }
}
