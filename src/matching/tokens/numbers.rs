/// Whether `word` is digits with at most points between them.
pub fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// The number and the unit of a word like `16gb`.
pub fn measure(word: &str) -> Option<(&str, &'static str)> {
    let digits = word.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let (number, rest) = word.split_at(digits);
    (!number.is_empty()).then(|| unit(rest).map(|unit| (number, unit)))?
}

/// A number without zeros that say nothing.
pub(super) fn plain_number(number: &str) -> String {
    let number = match number.split_once('.') {
        Some((whole, decimals)) if !decimals.contains('.') => {
            let decimals = decimals.trim_end_matches('0');
            if decimals.is_empty() {
                whole.to_owned()
            } else {
                format!("{whole}.{decimals}")
            }
        }
        _ => number.to_owned(),
    };
    let whole = number.trim_start_matches('0');
    if whole.is_empty() || whole.starts_with('.') {
        format!("0{whole}")
    } else {
        whole.to_owned()
    }
}

/// A number with its unit as one word, in the unit that the other units of its kind are told in: `33 cl` is `330ml`.
pub(super) fn measured(number: &str, unit: &str) -> String {
    let (factor, base) = match unit {
        "cl" => (10.0, "ml"),
        "dl" => (100.0, "ml"),
        "l" => (1000.0, "ml"),
        "kg" => (1000.0, "g"),
        "mm" => (0.1, "cm"),
        "m" => (100.0, "cm"),
        "tb" => (1000.0, "gb"),
        _ => (1.0, unit),
    };
    match number.parse::<f64>() {
        Ok(value) if factor != 1.0 => plain_number(&format!("{:.3}", value * factor)) + base,
        _ => plain_number(number) + unit,
    }
}

/// The one name of a unit.
pub(super) fn unit(word: &str) -> Option<&'static str> {
    Some(match word {
        "gb" | "gig" | "gigabyte" | "gigabytes" => "gb",
        "mb" | "megabyte" | "megabytes" => "mb",
        "tb" | "terabyte" | "terabytes" => "tb",
        "in" | "inch" | "inches" => "in",
        "ft" | "foot" | "feet" => "ft",
        "mm" => "mm",
        "cm" => "cm",
        "m" | "meter" | "meters" | "metre" | "metres" => "m",
        "w" | "watt" | "watts" => "w",
        "v" | "volt" | "volts" => "v",
        "amp" | "amps" => "amp",
        "mah" => "mah",
        "oz" | "ounce" | "ounces" => "oz",
        "lb" | "lbs" | "pound" | "pounds" => "lb",
        "g" | "gram" | "grams" => "g",
        "kg" => "kg",
        "ml" => "ml",
        "cl" => "cl",
        "dl" => "dl",
        "l" | "liter" | "liters" | "litre" | "litres" => "l",
        "mp" | "megapixel" | "megapixels" => "mp",
        "hz" => "hz",
        "mhz" => "mhz",
        "ghz" => "ghz",
        "mbps" => "mbps",
        "x" => "x",
        "pk" | "pack" | "packs" | "ct" | "count" | "pcs" | "pc" | "piece" | "pieces" => "pk",
        "user" | "users" | "u" | "seat" | "seats" => "user",
        "port" | "ports" => "port",
        "k" => "k",
        "p" => "p",
        _ => return None,
    })
}
