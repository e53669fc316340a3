/// What is shaped like a model number: letters with digits, or at least four digits that are no
/// year. Amounts (`50ml`), sizes and ordinals are none.
pub(super) fn model_number(part: &str) -> Option<String> {
    let number = part.to_lowercase();
    if !number.is_ascii() || number.len() < 2 || number.len() > 24 {
        return None;
    }
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if digits == number.len() {
        let year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
        return (number.len() >= 4 && !year).then_some(number);
    }
    (digits > 0 && number.len() >= 3 && !is_amount(&number) && !is_season(&number))
        .then_some(number)
}

/// A number with a unit, an ordinal, or a count: `50ml`, `2nd`, `3x`, `90s`.
fn is_amount(number: &str) -> bool {
    const UNITS: &[&str] = &[
        "ml", "cl", "l", "oz", "fl", "g", "kg", "lb", "lbs", "mg", "mm", "cm", "m", "km", "in",
        "inch", "ft", "gb", "tb", "mb", "w", "kw", "v", "a", "ah", "mah", "wh", "hz", "mhz", "ghz",
        "k", "p", "fps", "mp", "dpi", "pc", "pcs", "pack", "pk", "pairs", "pair", "set", "ct", "x",
        "s", "st", "nd", "rd", "th", "d", "h", "hr", "hrs", "min", "days", "yrs", "y", "t", "atm",
        "bar", "ply", "color", "colors", "colour", "colours", "piece", "pieces", "size",
    ];
    let unit = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let sized = number.trim_end_matches(|c: char| c.is_ascii_digit());
    unit.len() < number.len() && UNITS.contains(&unit)
        || matches!(
            sized,
            "size"
                | "sz"
                | "eu"
                | "us"
                | "uk"
                | "eur"
                | "no"
                | "w"
                | "l"
                | "x"
                | "xl"
                | "pack"
                | "vol"
                | "set"
        )
        || matches!(
            number,
            "2xl" | "3xl" | "4xl" | "5xl" | "6xl" | "3d" | "2d" | "4k" | "5g" | "4g"
        )
}

/// `19fw`, `ss22`, `aw2021`.
fn is_season(number: &str) -> bool {
    let season = number.trim_matches(|c: char| c.is_ascii_digit());
    matches!(season, "fw" | "ss" | "aw" | "sp" | "su")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_numbers_and_what_is_none() {
        for text in ["AQ2664", "SKX013", "5625", "zx900"] {
            assert_eq!(model_number(text), Some(text.to_lowercase()));
        }
        for text in [
            "50ml", "3x", "2nd", "42", "EU44", "19FW", "SS2021", "128GB", "2XL", "Black", "1990s",
            "2024",
        ] {
            assert_eq!(model_number(text), None, "{text}");
        }
    }
}
