use std::collections::BTreeMap;
use std::io::Read;

use iso_currency::Currency;
use jiff::civil::Date;

use crate::record::Money;

/// Within the days that a file covers, a rate older than this many days is refused. The ECB publishes
/// on every TARGET working day; its longest pause, over Easter or Christmas, is five days.
pub const MAX_AGE_DAYS: i32 = 14;

/// After the file's last day, its rates are used for this many days more: over a year main currencies
/// move by a tenth or so, far less than the ratios that tell a price from an honest one.
pub const MAX_TAIL_DAYS: i32 = 400;

/// The European Central Bank's reference rates: units of a currency for one euro, by day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rates {
    by_currency: BTreeMap<&'static str, Vec<(Date, f64)>>,
    last_day: Option<Date>,
}

/// Why an amount could not be converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRate {
    /// The file never names the currency.
    #[error("no exchange rate for {}", .0.code())]
    UnknownCurrency(Currency),
    /// The file begins later.
    #[error("no exchange rate for {} on or before {on}", .currency.code())]
    TooEarly {
        /// The currency.
        currency: Currency,
        /// The day asked for.
        on: Date,
    },
    /// The newest rate before the day is too old.
    #[error("the newest exchange rate for {} before {on} is of {newest}, too many days earlier", .currency.code())]
    Stale {
        /// The currency.
        currency: Currency,
        /// The day asked for.
        on: Date,
        /// The day of the newest rate before it.
        newest: Date,
    },
    /// The result does not fit 64 bits of minor units.
    #[error("{0} is out of range after conversion")]
    OutOfRange(Money),
}

/// Why a file of rates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RatesError {
    /// Not readable as CSV.
    #[error("exchange rates: {0}; expected the ECB's eurofxref-hist.csv")]
    Csv(#[from] csv::Error),
    /// No `Date` column in front.
    #[error(
        "exchange rates: the first column is {0:?}, expected \"Date\"; use the ECB's eurofxref-hist.csv"
    )]
    Header(String),
    /// A date that is none.
    #[error("exchange rates, row {row}: found date {found:?}, expected YYYY-MM-DD")]
    Date {
        /// 1-based data row.
        row: usize,
        /// As found.
        found: String,
    },
    /// A rate that is no positive number.
    #[error(
        "exchange rates, row {row}, column {currency}: found {found:?}, expected a positive number or N/A"
    )]
    Rate {
        /// 1-based data row.
        row: usize,
        /// The column.
        currency: String,
        /// As found.
        found: String,
    },
}

impl Rates {
    /// The rates shipped with the program, see `datasets/fx/README.md`.
    ///
    /// # Errors
    /// [`RatesError`] when the shipped file is damaged.
    pub fn embedded() -> Result<Self, RatesError> {
        Self::from_ecb_csv(include_str!("../../datasets/fx/eurofxref.csv").as_bytes())
    }

    /// Reads the ECB's form: `Date,USD,JPY,...`, one row a day, `N/A` where there is no rate.
    /// Columns that are no ISO 4217 currency of today are left out.
    ///
    /// # Errors
    /// [`RatesError`] names row, column and what was found.
    pub fn from_ecb_csv(reader: impl Read) -> Result<Self, RatesError> {
        let mut rows = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(reader);
        let header = rows.headers()?.clone();
        let first = header.get(0).unwrap_or("").trim_start_matches('\u{feff}');
        if !first.eq_ignore_ascii_case("date") {
            return Err(RatesError::Header(first.to_owned()));
        }
        let currencies: Vec<Option<Currency>> = header.iter().map(Currency::from_code).collect();
        let mut by_currency: BTreeMap<&'static str, Vec<(Date, f64)>> = BTreeMap::new();
        for (index, record) in rows.records().enumerate() {
            let (record, row) = (record?, index + 1);
            let found = record.get(0).unwrap_or("");
            if found.is_empty() {
                continue;
            }
            let date: Date = found.parse().map_err(|_| RatesError::Date {
                row,
                found: found.to_owned(),
            })?;
            for (cell, currency) in record.iter().zip(&currencies).skip(1) {
                let Some(currency) = currency else { continue };
                if cell.is_empty() || cell.eq_ignore_ascii_case("n/a") {
                    continue;
                }
                let rate = cell
                    .parse()
                    .ok()
                    .filter(|rate: &f64| rate.is_finite() && *rate > 0.0);
                let rate = rate.ok_or_else(|| RatesError::Rate {
                    row,
                    currency: currency.code().to_owned(),
                    found: cell.to_owned(),
                })?;
                by_currency
                    .entry(currency.code())
                    .or_default()
                    .push((date, rate));
            }
        }
        for series in by_currency.values_mut() {
            series.sort_by_key(|(date, _)| *date);
        }
        let last_days = by_currency.values().filter_map(|series| series.last());
        let last_day = last_days.map(|(date, _)| *date).max();
        Ok(Self {
            by_currency,
            last_day,
        })
    }

    /// The last day with a rate; `None` when there is none at all.
    pub fn last_day(&self) -> Option<Date> {
        self.last_day
    }

    /// The last day with a rate, when `on` is so much later that its rates count as old.
    pub fn old_on(&self, on: Date) -> Option<Date> {
        self.last_day.filter(|last| days(*last, on) > MAX_AGE_DAYS)
    }

    /// Converts at the newest rates of `on` or before.
    ///
    /// # Errors
    /// [`NoRate`] when a rate is missing, older than [`MAX_AGE_DAYS`] on a day that the file covers, or
    /// when the file ends more than [`MAX_TAIL_DAYS`] before `on`; nothing is guessed.
    pub fn convert(&self, amount: Money, to: Currency, on: Date) -> Result<Money, NoRate> {
        if amount.currency() == to {
            return Ok(amount);
        }
        let ratio = self.per_euro(to, on)? / self.per_euro(amount.currency(), on)?;
        Money::from_major(amount.major() * ratio, to).ok_or(NoRate::OutOfRange(amount))
    }

    fn per_euro(&self, currency: Currency, on: Date) -> Result<f64, NoRate> {
        if currency == Currency::EUR {
            return Ok(1.0);
        }
        let series = self
            .by_currency
            .get(currency.code())
            .ok_or(NoRate::UnknownCurrency(currency))?;
        let after = series.partition_point(|(date, _)| *date <= on);
        let (newest, rate) = *after
            .checked_sub(1)
            .and_then(|last| series.get(last))
            .ok_or(NoRate::TooEarly { currency, on })?;
        // A currency that is no longer published when the file ends has no rate after it either.
        let last = self.last_day.map_or(on, |last| last.min(on));
        if days(newest, last) <= MAX_AGE_DAYS && days(last, on) <= MAX_TAIL_DAYS {
            Ok(rate)
        } else {
            Err(NoRate::Stale {
                currency,
                on,
                newest,
            })
        }
    }
}

/// Days from one day to a later one, below zero when it is earlier.
fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn rates() -> Rates {
        let text = "Date,USD,JPY,GBP,CYP,\n2025-03-03,1.05,158.0,N/A,N/A,\n2025-02-28,1.04,156.0,0.83,N/A,\n";
        Rates::from_ecb_csv(text.as_bytes()).expect("well formed")
    }

    fn convert(amount: &str, to: Currency, on: Date) -> String {
        let amount = Money::parse(amount, None).expect("well formed");
        rates()
            .convert(amount, to, on)
            .map_or_else(|why| why.to_string(), |money| money.to_string())
    }

    #[test]
    fn newest_rate_on_or_before_the_day() {
        assert_eq!(
            convert("105.00 USD", Currency::EUR, date(2025, 3, 3)),
            "100.00 EUR"
        );
        assert_eq!(
            convert("104.00 USD", Currency::EUR, date(2025, 3, 2)),
            "100.00 EUR"
        );
        assert_eq!(
            convert("1.05 USD", Currency::JPY, date(2025, 3, 9)),
            "158 JPY"
        );
        assert_eq!(
            convert("83 GBP", Currency::EUR, date(2025, 3, 9)),
            "100.00 EUR"
        );
        assert_eq!(
            convert("7 CHF", Currency::CHF, date(1990, 1, 1)),
            "7.00 CHF"
        );
    }

    #[test]
    fn a_missing_or_stale_rate_is_said() {
        assert_eq!(
            convert("1 CHF", Currency::EUR, date(2025, 3, 3)),
            "no exchange rate for CHF"
        );
        assert_eq!(
            convert("1 USD", Currency::EUR, date(2025, 2, 27)),
            "no exchange rate for USD on or before 2025-02-27"
        );
        assert_eq!(
            convert("1 USD", Currency::EUR, date(2026, 4, 8)),
            "the newest exchange rate for USD before 2026-04-08 is of 2025-03-03, too many days earlier"
        );
        assert_eq!(
            convert("1.05 USD", Currency::EUR, date(2026, 4, 7)),
            "1.00 EUR"
        );
    }

    #[test]
    fn within_the_series_and_for_currencies_given_up_fourteen_days_are_the_limit() {
        let text = "Date,USD,RUB\n2025-03-03,1.05,N/A\n2025-02-01,1.04,N/A\n2025-01-02,1.0,90\n";
        let rates = Rates::from_ecb_csv(text.as_bytes()).expect("well formed");
        let rate = |code: &str, on| {
            let one = Money::parse(&format!("1000 {code}"), None).expect("well formed");
            rates.convert(one, Currency::EUR, on).is_ok()
        };
        assert!(rate("USD", date(2025, 2, 15)) && !rate("USD", date(2025, 2, 16)));
        assert!(rate("RUB", date(2025, 1, 16)) && !rate("RUB", date(2025, 1, 17)));
        assert!(!rate("RUB", date(2025, 6, 1)));
        assert_eq!(rates.old_on(date(2025, 3, 17)), None);
        assert_eq!(rates.old_on(date(2025, 3, 18)), Some(date(2025, 3, 3)));
    }

    #[test]
    fn a_damaged_file_names_the_place() {
        let read = |text: &str| {
            Rates::from_ecb_csv(text.as_bytes())
                .expect_err("damaged")
                .to_string()
        };
        assert!(read("USD,Date\n1,2\n").contains("first column is \"USD\""));
        assert!(read("Date,USD\nyesterday,1\n").contains("row 1: found date \"yesterday\""));
        assert!(read("Date,USD\n2025-01-01,-1\n").contains("row 1, column USD: found \"-1\""));
    }

    #[test]
    fn shipped_rates_cover_the_main_currencies() {
        let rates = Rates::embedded().expect("shipped file is sound");
        for currency in [
            Currency::USD,
            Currency::GBP,
            Currency::JPY,
            Currency::CNY,
            Currency::CHF,
        ] {
            let hundred = Money::from_minor(10_000, Currency::EUR).expect("positive");
            assert!(
                rates.convert(hundred, currency, date(2024, 6, 15)).is_ok(),
                "{}",
                currency.code()
            );
        }
    }

    proptest! {
        #[test]
        fn there_and_back_differs_by_rounding_only(minor in 0i64..1_000_000_000) {
            let (rates, on) = (rates(), date(2025, 3, 3));
            let dollars = Money::from_minor(minor, Currency::USD).expect("positive");
            let euros = rates.convert(dollars, Currency::EUR, on).expect("rates are there");
            let back = rates.convert(euros, Currency::USD, on).expect("rates are there");
            prop_assert!((back.minor() - minor).abs() <= 1);
        }

        #[test]
        fn any_text_is_rates_or_an_error(text in "\\PC{0,200}") {
            let _ = Rates::from_ecb_csv(format!("Date,USD\n{text}").as_bytes());
        }
    }
}
