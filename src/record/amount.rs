//! The number in a price, as a person or a shop writes it, and as a program does.

/// Why a text holds no amount that can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    /// No digit.
    NoDigit,
    /// Several numbers, a range, or grouping that is none.
    NotOne,
    /// Below zero, or too much for 64 bits.
    OutOfRange,
}

/// A text with one number in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// What stands before and after the number.
    pub around: [String; 2],
    groups: Vec<String>,
    marks: Vec<char>,
}

/// Characters that show nothing; price cells for languages written from the right have them.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Finds the one number of a text; `is_sign` says which other characters may stand around it.
///
/// # Errors
/// [`Unclear`]; anything between two digits that is no grouping or decimal mark makes two numbers.
pub(super) fn written(text: &str, is_sign: impl Fn(char) -> bool) -> Result<Written, Unclear> {
    let text: String = text.chars().filter(|c| !is_unseen(*c)).collect();
    let digit = |c: char| c.is_ascii_digit();
    let (Some(start), Some(end)) = (text.find(digit), text.rfind(digit)) else {
        return Err(Unclear::NoDigit);
    };
    let (before, body, after) = (&text[..start], &text[start..=end], &text[end + 1..]);
    // `.99` has no digit before its mark; in `Rs.99` the full stop belongs to the word.
    let open = before
        .strip_suffix(['.', ','])
        .filter(|head| !head.ends_with(char::is_alphabetic));
    let (mut groups, mut marks) = (vec![String::new()], Vec::new());
    if open.is_some() {
        groups.push(String::new());
        marks.push('.');
    }
    for c in body.chars() {
        let mark = match c {
            digit if digit.is_ascii_digit() => {
                if let Some(group) = groups.last_mut() {
                    group.push(digit);
                }
                continue;
            }
            '.' | ',' => c,
            '\'' | '\u{2019}' => '\'',
            ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' => ' ',
            _ => return Err(Unclear::NotOne),
        };
        marks.push(mark);
        groups.push(String::new());
    }
    let (before, after) = (open.unwrap_or(before), without_blank_decimals(after));
    if before.contains(is_dash) || after.contains(is_dash) {
        return Err(Unclear::OutOfRange);
    }
    let harmless = |c: char| {
        c.is_alphabetic()
            || c.is_whitespace()
            || matches!(c, '.' | ':' | '\'' | '"' | '*')
            || is_sign(c)
    };
    if !before.chars().chain(after.chars()).all(harmless) {
        return Err(Unclear::NotOne);
    }
    Ok(Written {
        around: [before.to_owned(), after.to_owned()],
        groups,
        marks,
    })
}

/// Without the `,-` or `.–` that stands for no cents.
fn without_blank_decimals(after: &str) -> &str {
    let Some(rest) = after.strip_prefix(['.', ',']) else {
        return after;
    };
    rest.trim_start_matches(is_dash)
}

impl Written {
    /// The amount in minor units of a currency with `decimals`; `lakhs` when its country groups by
    /// two digits above the thousands.
    ///
    /// The last mark is the decimal mark when it is a `.` or `,` that stands nowhere before, unless
    /// it is the only one and groups three digits. Before three digits a single mark is a decimal
    /// mark in a currency with three decimals, after a zero, and after more than three digits. All
    /// other marks are grouping marks: one kind, and groups of exactly three digits.
    pub fn minor(&self, decimals: u32, lakhs: bool) -> Result<i64, Unclear> {
        let (mut whole, mut marks) = (&self.groups[..], &self.marks[..]);
        let mut fraction = "";
        if let (Some((last, groups)), Some((mark, others))) =
            (self.groups.split_last(), self.marks.split_last())
            && is_decimal_mark(*mark, others, groups, last, decimals)
        {
            (whole, marks, fraction) = (groups, others, last);
        }
        if !is_grouped(whole, marks, lakhs) {
            return Err(Unclear::NotOne);
        }
        minor_units(&whole.concat(), fraction, decimals).ok_or(Unclear::OutOfRange)
    }
}

fn is_decimal_mark(
    mark: char,
    others: &[char],
    groups: &[String],
    last: &str,
    decimals: u32,
) -> bool {
    if !matches!(mark, '.' | ',') || others.contains(&mark) {
        return false;
    }
    let first = groups.first().map_or("", String::as_str);
    last.len() != 3
        || !others.is_empty()
        || decimals == 3
        || first == "0"
        || first.is_empty()
        || first.len() > 3
}

fn is_grouped(groups: &[String], marks: &[char], lakhs: bool) -> bool {
    let Some((first, rest)) = groups.split_first() else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return true;
    };
    let of = |length: usize| middle.iter().all(|group| group.len() == length);
    marks.iter().all(|mark| *mark == marks[0])
        && last.len() == 3
        && ((of(3) && (1..=3).contains(&first.len()))
            || (lakhs && of(2) && (1..=2).contains(&first.len())))
}

/// The amount of a number that a program wrote: `.` is its decimal mark and nothing groups digits.
///
/// # Errors
/// [`Unclear`] for anything else, and below zero.
pub(super) fn number(text: &str, decimals: u32) -> Result<i64, Unclear> {
    let text = text.trim();
    let value: f64 = text.parse().map_err(|_| Unclear::NotOne)?;
    if !value.is_finite() || value < 0.0 {
        return Err(Unclear::OutOfRange);
    }
    let plain = text.trim_start_matches(['-', '+']);
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if digits(whole) && digits(fraction) {
        return minor_units(whole, fraction, decimals).ok_or(Unclear::OutOfRange);
    }
    // With an exponent: far from any price, so that the last digit does not matter.
    let minor = (value * 10f64.powi(decimals as i32)).round();
    if minor < 9.0e18 {
        Ok(minor as i64)
    } else {
        Err(Unclear::OutOfRange)
    }
}

/// Half a minor unit or more rounds up: 9.999 USD is 10.00, as shops round.
fn minor_units(whole: &str, fraction: &str, decimals: u32) -> Option<i64> {
    let whole: i64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let (kept, next) = match fraction.split_at_checked(decimals as usize) {
        Some((kept, rest)) => (kept, rest.as_bytes().first()),
        None => (fraction, None),
    };
    let mut minor: i64 = if kept.is_empty() {
        0
    } else {
        kept.parse().ok()?
    };
    minor *= 10i64.pow(decimals - kept.len() as u32);
    minor += i64::from(next.is_some_and(|digit| *digit >= b'5'));
    whole.checked_mul(10i64.pow(decimals))?.checked_add(minor)
}
