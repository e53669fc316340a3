//! Amounts as shops, people and programs write them.

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
    assert_eq!(read("10-20 USD", None), "\"10-20 USD\" is not one amount");
    assert_eq!(read("12 XQQ", None), "\"XQQ\" is not an ISO 4217 currency");
    assert_eq!(read("-5 USD", None), "\"-5 USD\" is out of range");
    assert_eq!(
        read("99999999999999999999 USD", None),
        "\"99999999999999999999 USD\" is out of range"
    );
}

/// The file's own number: three decimals are no thousands.
#[test]
fn a_number_with_three_decimals_is_not_a_thousand_times_larger() {
    let number = |text: &str, currency| {
        let beside = Beside {
            currency: Some(currency),
            number: true,
            ..Beside::default()
        };
        Money::read(text, beside).map_or_else(|error| error.to_string(), |m| m.to_string())
    };
    assert_eq!(number("129.999", "EUR"), "130.00 EUR");
    assert_eq!(number("149.995", "EUR"), "150.00 EUR");
    assert_eq!(number("12500", "JPY"), "12500 JPY");
    assert_eq!(number("12.5", "KWD"), "12.500 KWD");
    assert_eq!(number("1.5e2", "EUR"), "150.00 EUR");
    assert_eq!(number("-0.0", "EUR"), "0.00 EUR");
    assert_eq!(number("-5", "EUR"), "\"-5\" is out of range");
    assert_eq!(number("1e300", "EUR"), "\"1e300\" is out of range");
}

#[test]
fn two_amounts_and_odd_groups_are_refused() {
    for text in [
        "€129.99 €99.99",
        "10 20 EUR",
        "10 – 20 EUR",
        "10 to 20 EUR",
        "10/20 EUR",
        "1,29 EUR 99",
        "12,34,567 EUR",
        "1,299.99.50 EUR",
        "1 299,000.5,1 EUR",
        "€100 (€50/kg)",
        "20 % EUR",
        "~5 EUR",
    ] {
        assert_eq!(read(text, None), format!("{text:?} is not one amount"));
    }
    for text in ["\u{2212}5 EUR", "– 5 EUR", "5.00- EUR"] {
        assert_eq!(read(text, None), format!("{text:?} is out of range"));
    }
}

#[test]
fn grouping_by_three_digits_and_by_lakhs() {
    assert_eq!(read("1 299,50 EUR", None), "1299.50 EUR");
    assert_eq!(read("1\u{202f}299\u{a0}€", None), "1299.00 EUR");
    assert_eq!(read("1 234.567 USD", None), "1234.57 USD");
    assert_eq!(read("1299.999 USD", None), "1300.00 USD");
    assert_eq!(read("₹1,29,999.50", None), "129999.50 INR");
    assert_eq!(read(".99 EUR", None), "0.99 EUR");
    assert_eq!(read("Rs.500", Some("INR")), "500.00 INR");
    assert_eq!(read("CHF 10.–", None), "10.00 CHF");
    assert_eq!(read("12.500 KWD", None), "12.500 KWD");
}

#[test]
fn a_sign_that_contradicts_the_currency_beside_it_is_an_error() {
    for (text, column) in [
        ("€90", "USD"),
        ("₩250000", "EUR"),
        ("90 EUR", "USD"),
        ("kr 5", "EUR"),
    ] {
        assert_eq!(
            read(text, Some(column)),
            format!("{text:?} is not in {column}")
        );
    }
    assert_eq!(read("€90 £", None), "\"€90 £\" is not in £");
    assert_eq!(read("90 EUR", Some("n/a")), "90.00 EUR");
}

#[test]
fn signs_are_read_where_the_column_agrees() {
    for (text, column, money) in [
        ("US $129.99", "USD", "129.99 USD"),
        ("$129.99", "cad", "129.99 CAD"),
        ("C$ 5", "CAD", "5.00 CAD"),
        ("R$ 1.299,00", "BRL", "1299.00 BRL"),
        ("129,99 zł", "PLN", "129.99 PLN"),
        ("1 299 kr", "SEK", "1299.00 SEK"),
        ("kr. 1.299,-", "DKK", "1299.00 DKK"),
        ("1299 руб.", "RUB", "1299.00 RUB"),
        ("£5", "EGP", "5.00 EGP"),
        ("¥1,299", "JPY", "1299 JPY"),
        ("5", "€", "5.00 EUR"),
        ("USD $5", "", "5.00 USD"),
        ("£5", "", "5.00 GBP"),
    ] {
        assert_eq!(read(text, Some(column)), money, "{text}");
    }
    assert_eq!(read("1299 kr", None), "\"1299 kr\" has no currency");
}

#[test]
fn a_default_fills_but_never_overrides() {
    let with = |text: &str| {
        let beside = Beside {
            default: Some(Currency::CAD),
            ..Beside::default()
        };
        Money::read(text, beside).map_or_else(|error| error.to_string(), |m| m.to_string())
    };
    assert_eq!(with("5"), "5.00 CAD");
    assert_eq!(with("$5"), "5.00 CAD");
    assert_eq!(with("€5"), "5.00 EUR");
    assert_eq!(with("¥5"), "\"¥5\" has no currency");
}

proptest! {
    #[test]
    fn the_own_form_is_read_as_every_other(minor in 0..i64::MAX, code in prop::sample::select(vec!["EUR", "JPY", "KWD", "XAU"])) {
        let currency = Currency::from_code(code).expect("a currency");
        let money = Money::from_minor(minor, currency).expect("not below zero");
        prop_assert_eq!(Money::of_own_form(&money.to_string()), Some(money));
        prop_assert_eq!(Money::parse(&money.to_string(), None), Ok(money));
    }

    #[test]
    fn another_form_is_not_taken_for_the_own(text in "[0-9.,+ -]{1,6} ?(EUR|JPY|KWD|eur|€)?") {
        if let Some(money) = Money::of_own_form(&text) {
            prop_assert_eq!(Money::parse(&text, None), Ok(money));
        }
    }

    #[test]
    fn any_text_is_money_or_an_error(text in any::<String>(), number in any::<bool>()) {
        let beside = Beside { currency: Some("EUR"), number, ..Beside::default() };
        let _ = Money::read(&text, beside);
    }

    #[test]
    fn a_number_reads_as_itself(minor in 0i64..1_000_000_000, more in 0u8..5) {
        let text = format!("{}.{:02}{more}", minor / 100, minor % 100);
        let beside = Beside { currency: Some("EUR"), number: true, ..Beside::default() };
        prop_assert_eq!(Money::read(&text, beside).map(Money::minor), Ok(minor));
    }

    #[test]
    fn text_form_reads_back(minor in 0i64..1_000_000_000_000, code in prop::sample::select(vec!["USD", "JPY", "EUR", "KWD"])) {
        let money = Money::from_minor(minor, Currency::from_code(code).expect("known")).expect("not negative");
        prop_assert_eq!(Money::parse(&money.to_string(), None), Ok(money));
    }
}
