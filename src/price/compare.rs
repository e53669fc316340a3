use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{NoRate, Place, Rates};
use crate::record::{Money, Product};

/// An asked price held against what the brand owner states.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparable {
    /// The asked price as listed; absent when the listing has none or only a placeholder.
    pub amount: Option<Money>,
    /// The product's reference price, in the catalog's currency.
    pub reference: Option<Money>,
    /// What sending it costs, where the listing says so and it is not free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Money>,
    /// Asked price with shipping over reference price, both in the reference's currency and for as many pieces.
    pub ratio: Option<f64>,
    /// How many times what the reference product is the listing offers, when not once: a double pack is 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pieces: Option<f64>,
    /// Whether the asked price is below the lowest price that the brand owner states.
    pub below_floor: Option<bool>,
    /// Why there is no ratio, as a clause for a person to read.
    pub why_missing: Option<String>,
    /// The last day of the exchange rates, when the price was converted at those though they end well
    /// before the price's day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_rate: Option<Date>,
    /// Whether there is no ratio for want of an exchange rate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_rate: bool,
    /// Where the ratio lies among other offers; only the whole feed tells.
    #[serde(flatten)]
    pub place: Option<Place>,
}

/// What a listing asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// The price.
    pub price: Option<Money>,
    /// What sending it costs.
    pub shipping: Option<Money>,
    /// How many times the product it is for.
    pub pieces: f64,
}

/// Compares what is `asked` with `product`'s reference price at the rates of the day `on`; at those of the day
/// `otherwise` where the rates begin after `on`.
///
/// Shipping counts towards the ratio, since some ask little for the goods and much for sending them; not where
/// it has no exchange rate. The brand owner's lowest price is one of the goods alone.
pub fn compare(
    asked: Asked,
    product: Option<&Product>,
    on: Date,
    otherwise: Date,
    rates: &Rates,
) -> Comparable {
    let convert = |amount: Money, to| {
        let at = |day| (rates.convert(amount, to, day), day);
        match at(on) {
            (Err(NoRate::TooEarly { .. }), _) => at(otherwise),
            found => found,
        }
    };
    let pieces = asked.pieces;
    let reference = product
        .and_then(|product| product.price)
        .filter(|price| price.minor() > 0);
    let mut result = Comparable {
        reference,
        ..Comparable::default()
    };
    let shipping = asked
        .shipping
        .filter(|amount| amount.minor() > 0 && !is_placeholder(*amount));
    let Some(asked) = asked.price else {
        result.why_missing = Some("the listing has no price".to_owned());
        return result;
    };
    if is_placeholder(asked) {
        result.why_missing = Some(format!("{asked} is a placeholder"));
        return result;
    }
    result.amount = Some(asked);
    result.shipping = shipping;
    result.below_floor = product
        .and_then(|product| product.price_floor)
        .and_then(|floor| {
            let asked = convert(asked, floor.currency()).0.ok()?;
            Some((asked.minor() as f64) < floor.minor() as f64 * pieces)
        });
    let Some(reference) = reference else {
        let why = if product.is_some() {
            "the product has no reference price"
        } else {
            "no product matches"
        };
        result.why_missing = Some(why.to_owned());
        return result;
    };
    match convert(asked, reference.currency()) {
        (Ok(converted), day) => {
            let sent = shipping.and_then(|amount| convert(amount, reference.currency()).0.ok());
            let whole = converted.minor() as f64 + sent.map_or(0.0, |sent| sent.minor() as f64);
            result.ratio = Some(whole / (reference.minor() as f64 * pieces));
            result.pieces = Some(pieces).filter(|pieces| *pieces != 1.0);
            let converts = asked.currency() != reference.currency();
            result.old_rate = rates.old_on(day).filter(|_| converts);
        }
        (Err(why), _) => {
            result.no_rate = !matches!(why, NoRate::OutOfRange(_));
            result.why_missing = Some(why.to_string());
        }
    }
    result
}

/// Whether an amount stands for "ask me" rather than for a price: at most 0.01 major units, nines
/// only (99,999 and up), or digits counting up (123,456 and up). A currency without minor unit has
/// larger numbers in daily use and needs seven digits for either.
pub fn is_placeholder(amount: Money) -> bool {
    let major = amount.major();
    if major <= 0.01 {
        return true;
    }
    let whole = (major.trunc() as u64).to_string();
    let large_numbers = amount.currency().exponent() == Some(0);
    let (nines, counting) = if large_numbers { (7, 7) } else { (5, 6) };
    (whole.len() >= nines && whole.bytes().all(|digit| digit == b'9'))
        || (whole.len() >= counting && "1234567890".starts_with(&whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: &str = "Date,USD,JPY,GBP\n2025-03-03,1.05,158.0,N/A\n2025-02-28,1.04,156.0,0.83\n";

    fn rates() -> Rates {
        Rates::from_ecb_csv(RATES.as_bytes()).expect("well formed")
    }

    fn money(text: &str) -> Money {
        Money::parse(text, None).expect("well formed")
    }

    fn asked(price: &str) -> Asked {
        Asked {
            price: Some(money(price)),
            shipping: None,
            pieces: 1.0,
        }
    }

    fn product(price: &str, floor: &str) -> Product {
        Product {
            price: Some(money(price)),
            price_floor: Some(money(floor)),
            ..Product::default()
        }
    }

    #[test]
    fn ratio_is_taken_in_the_catalogs_currency() {
        let on = jiff::civil::date(2025, 3, 4);
        let found = compare(
            asked("21.00 USD"),
            Some(&product("100.00 EUR", "50.00 EUR")),
            on,
            on,
            &rates(),
        );
        assert_eq!(found.ratio, Some(0.2));
        assert_eq!(found.below_floor, Some(true));
        assert_eq!(found.why_missing, None);
    }

    #[test]
    fn what_is_missing_is_said() {
        let on = jiff::civil::date(2025, 3, 4);
        let product = product("100.00 EUR", "50.00 EUR");
        let why = |price: Option<&str>, product: Option<&Product>, on| {
            let asked = Asked {
                price: price.map(money),
                ..asked("1 EUR")
            };
            let found = compare(asked, product, on, on, &rates());
            assert_eq!(found.ratio, None);
            found.why_missing.expect("no ratio has a reason")
        };
        assert_eq!(why(None, Some(&product), on), "the listing has no price");
        assert_eq!(
            why(Some("99999 USD"), Some(&product), on),
            "99999.00 USD is a placeholder"
        );
        assert_eq!(why(Some("20 USD"), None, on), "no product matches");
        assert_eq!(
            why(Some("20 USD"), Some(&Product::default()), on),
            "the product has no reference price"
        );
        assert_eq!(
            why(Some("20 CHF"), Some(&product), on),
            "no exchange rate for CHF"
        );
        let late = jiff::civil::date(2026, 5, 1);
        assert_eq!(
            why(Some("20 USD"), Some(&product), late),
            "the newest exchange rate for USD before 2026-05-01 is of 2025-03-03, too many days earlier"
        );
    }

    #[test]
    fn rates_that_ended_are_used_and_said_to_be_old() {
        let day = jiff::civil::date;
        let product = product("100.00 EUR", "50.00 EUR");
        let at = |text: &str, on, otherwise| {
            compare(asked(text), Some(&product), on, otherwise, &rates())
        };
        let late = at("21 USD", day(2025, 12, 1), day(2025, 12, 1));
        assert_eq!(
            (late.ratio, late.old_rate),
            (Some(0.2), Some(day(2025, 3, 3)))
        );
        assert_eq!(
            at("21 EUR", day(2025, 12, 1), day(2025, 12, 1)).old_rate,
            None
        );
        assert_eq!(
            at("21 USD", day(2025, 3, 17), day(2025, 3, 17)).old_rate,
            None
        );
        let lost = at("21 USD", day(2027, 1, 1), day(2027, 1, 1));
        assert_eq!((lost.ratio, lost.no_rate), (None, true));
        let early = at("21 USD", day(2019, 5, 1), day(2025, 3, 4));
        assert_eq!((early.ratio, early.old_rate), (Some(0.2), None));
    }

    #[test]
    fn packs_are_compared_piece_by_piece() {
        let on = jiff::civil::date(2025, 3, 4);
        let product = product("100.00 EUR", "50.00 EUR");
        let of = |pieces| {
            let asked = Asked {
                pieces,
                ..asked("80 EUR")
            };
            compare(asked, Some(&product), on, on, &rates())
        };
        let (one, double) = (of(1.0), of(2.0));
        assert_eq!(
            (one.ratio, one.below_floor, one.pieces),
            (Some(0.8), Some(false), None)
        );
        assert_eq!(
            (double.ratio, double.below_floor, double.pieces),
            (Some(0.4), Some(true), Some(2.0))
        );
    }

    #[test]
    fn shipping_is_part_of_what_is_asked_and_not_of_the_floor() {
        let on = jiff::civil::date(2025, 3, 4);
        let product = product("100.00 EUR", "50.00 EUR");
        let sent = |shipping: &str| {
            let asked = Asked {
                shipping: Some(money(shipping)),
                ..asked("30 EUR")
            };
            compare(asked, Some(&product), on, on, &rates())
        };
        let dear = sent("31.50 USD");
        assert_eq!((dear.ratio, dear.below_floor), (Some(0.6), Some(true)));
        assert_eq!(dear.shipping, Some(money("31.50 USD")));
        for nothing in ["0 EUR", "99999 EUR"] {
            let found = sent(nothing);
            assert_eq!(
                (found.ratio, found.shipping),
                (Some(0.3), None),
                "{nothing}"
            );
        }
        assert_eq!(sent("5 CHF").ratio, Some(0.3), "no rate for the franc");
    }

    #[test]
    fn placeholders_are_no_prices() {
        for text in [
            "0 USD",
            "0.01 USD",
            "99999 EUR",
            "999999.99 USD",
            "123456 USD",
            "1234567 CNY",
            "9999999 JPY",
        ] {
            assert!(is_placeholder(money(text)), "{text}");
        }
        for text in [
            "0.99 USD",
            "999 USD",
            "9999 USD",
            "12345 USD",
            "99999 JPY",
            "1 JPY",
            "99998 USD",
        ] {
            assert!(!is_placeholder(money(text)), "{text}");
        }
    }
}
