//! Texts into dates, numbers and money.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::Value;

/// Characters of a text that are kept.
pub(super) const MAX_TEXT: usize = 10_000;
/// Characters that an identifier may have; a longer one cannot be cut without becoming another.
pub(super) const MAX_ID: usize = 512;

/// The elements of a JSON array of scalars as texts; `None` when the cell is none.
pub(super) fn json_list(cell: &str) -> Option<Vec<String>> {
    if !cell.trim_start().starts_with('[') {
        return None;
    }
    let items: Vec<Value> = serde_json::from_str(cell).ok()?;
    let text = |item| match item {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    Some(
        items
            .into_iter()
            .filter_map(text)
            .filter(|text| !text.is_empty())
            .collect(),
    )
}

/// The one value of a cell: the first element where a list stands in for it.
pub(super) fn single(cell: &str) -> String {
    let first = json_list(cell).and_then(|items| items.into_iter().next());
    first.unwrap_or_else(|| cell.trim().to_owned())
}

/// A number's digits as a person would write an identifier, without the decimals of `7.0`; `None` where they are not all
/// there: from 2^53 on, neighbours are one and the same number of 64 bits.
pub(super) fn digits(number: &str) -> Option<String> {
    let exact = |whole: &str| {
        let magnitude = whole.trim_start_matches('-').parse::<u64>().ok();
        magnitude.is_some_and(|magnitude| magnitude < 1 << 53)
    };
    match number.strip_suffix(".0") {
        Some(whole) => exact(whole).then(|| whole.to_owned()),
        None => (!number.contains(['e', 'E'])).then(|| number.to_owned()),
    }
}

/// Whether [`single`] of a cell is a number of a JSON array.
pub(super) fn single_is_number(cell: &str) -> bool {
    let items: Option<Vec<Value>> = cell
        .trim_start()
        .starts_with('[')
        .then(|| serde_json::from_str(cell).ok())
        .flatten();
    let first = items.into_iter().flatten().find(|item| match item {
        Value::String(text) => !text.trim().is_empty(),
        other => other.is_number(),
    });
    first.is_some_and(|item| item.is_number())
}

/// The parts of a cell that lists words: a JSON array, or parts between commas, semicolons or bars.
pub(super) fn words(cell: &str) -> Vec<String> {
    json_list(cell).unwrap_or_else(|| {
        let parts = cell.split([',', ';', '|']).map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    })
}

/// At most `limit` characters, and whether something was cut.
pub(super) fn bounded(mut text: String, limit: usize) -> (String, bool) {
    match text.char_indices().nth(limit) {
        Some((at, _)) => {
            text.truncate(at);
            (text, true)
        }
        None => (text, false),
    }
}

/// Reads `2025-03-09`, `2025/03/09`, `20250309`, each also with a time after it; the day is the one
/// written, whatever the zone. Orders that differ by country are not guessed. Seconds and milliseconds since 1970 are told
/// by their ten or thirteen digits; the day is that in UTC.
pub(super) fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Some(time) = since_1970(text) {
        return Some(time.to_zoned(TimeZone::UTC).date());
    }
    let dashed = text.replace('/', "-");
    if let Ok(date) = dashed.parse::<Date>() {
        return Some(date);
    }
    // jiff reads a civil time with or without offset; a trailing zone word such as `UTC` goes first.
    let time = dashed
        .trim_end_matches("UTC")
        .trim_end_matches('Z')
        .trim_end();
    let time = match time.rfind(['+', '-']) {
        Some(at) if at > 10 => time[..at].trim_end(),
        _ => time,
    };
    time.parse::<DateTime>().ok().map(DateTime::date)
}

/// From 2001 to 2033: what begins with a 2 may be a year.
fn since_1970(text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    let number: i64 = digits.parse().ok()?;
    match digits.len() {
        10 if digits.starts_with('1') => Timestamp::from_second(number).ok(),
        13 if digits.starts_with('1') => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

/// Reads a number with `.` or `,` as its decimal mark.
pub(super) fn number(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// Reads a count; grouping marks before three digits and a decimal part of zeros are allowed.
pub(super) fn count(text: &str) -> Option<u64> {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    let groups: Vec<&str> = text
        .split([',', '.', ' ', '\'', '\u{a0}', '\u{202f}'])
        .collect();
    let grouped = groups.iter().skip(1).all(|group| group.len() == 3);
    let digits: String = groups.concat();
    if !grouped || groups[0].is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// Reads an ISO 3166-1 alpha-2 code; `UK` is what many write for `GB`.
pub(super) fn country(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let shape = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
    shape.then(|| if text == "UK" { "GB".to_owned() } else { text })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_with_and_without_time() {
        for text in [
            "2025-03-09",
            " 2025/03/09 ",
            "20250309",
            "2025-03-09T23:59:59Z",
            "2025-03-09 23:59:59.123456",
            "2025-03-09T23:59:59+02:00",
            "2025-03-09 23:59:59 UTC",
            "2025-03-09T23:59-0800",
            "1741564799",
            "1741564799999",
            "1741478400.0",
        ] {
            assert_eq!(date(text), Some(day(2025, 3, 9)), "{text}");
        }
        for text in [
            "",
            "09.03.2025",
            "03/09/2025",
            "2025-02-30",
            "2025-03-09x",
            "yesterday",
            "174156479",
            "-741564799",
            "2025030900",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn counts_and_numbers() {
        assert_eq!(count("1,234"), Some(1234));
        assert_eq!(count("12.0"), Some(12));
        assert_eq!(count("1.5"), None);
        assert_eq!(count("-1"), None);
        assert_eq!(count("1.2k"), None);
        assert_eq!(number("4,8"), Some(4.8));
        assert_eq!(number("NaN"), None);
    }

    #[test]
    fn digits_of_identifiers() {
        for (number, text) in [
            ("7", Some("7")),
            ("7.0", Some("7")),
            ("12345678901.0", Some("12345678901")),
            ("18446744073709551615", Some("18446744073709551615")),
            ("1.5", Some("1.5")),
            ("9007199254740992.0", None),
            ("1.2345678901234567e19", None),
        ] {
            assert_eq!(digits(number).as_deref(), text, "{number}");
        }
    }

    #[test]
    fn countries() {
        assert_eq!(country("uk").as_deref(), Some("GB"));
        assert_eq!(country("Germany"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_handled(text in any::<String>()) {
            let _ = (date(&text), number(&text), count(&text), country(&text), single(&text), words(&text));
        }
    }
}
