//! How texts and numbers look to people. Escaping for HTML is the template's work, not done here.

/// A text that cannot play tricks: at most `limit` characters, control and direction characters made
/// visible, white space folded.
///
/// Direction overrides and zero-width characters hide what a title says; they are shown as `‹U+202E›`
/// because their presence is itself worth seeing. The joiners of Persian, Indic scripts and emoji stay.
pub fn visible(text: &str, limit: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(4 * limit));
    let mut left = limit;
    let mut space = false;
    for letter in text.trim().chars() {
        if letter.is_whitespace() {
            space = true;
            continue;
        }
        if left == 0 {
            shown.push('…');
            break;
        }
        if std::mem::take(&mut space) {
            shown.push(' ');
        }
        left -= 1;
        if is_hidden(letter) {
            shown.push_str(&format!("‹U+{:04X}›", u32::from(letter)));
        } else {
            shown.push(letter);
        }
    }
    shown
}

fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{00AD}' | '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
        // Unicode Bidirectional Algorithm (UAX #9), explicit directional formatting.
        || matches!(letter, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(letter, '\u{E0000}'..='\u{E007F}')
}

/// `+1.23`, `−0.40`: two decimals and always a sign.
pub fn signed(number: f64) -> String {
    let rounded = (number * 100.0).round() / 100.0;
    let sign = if rounded < 0.0 { '−' } else { '+' };
    format!("{sign}{:.2}", rounded.abs())
}

/// A probability as a percentage that never claims to be certain.
pub fn percent(probability: f64) -> String {
    match probability {
        p if p >= 0.995 => "> 99 %".to_owned(),
        p if p < 0.005 => "< 1 %".to_owned(),
        p => format!("{:.0} %", p * 100.0),
    }
}

/// A seller for people: the shop's name with the account in brackets, or the account alone where it is all there is; at
/// most `limit` characters of each.
pub fn seller(name: &str, id: &str, limit: usize) -> String {
    let account = visible(id, limit);
    if name.is_empty() || name == id {
        account
    } else {
        format!("{} [{account}]", visible(name, limit))
    }
}

/// `1 234 567` with thin spaces that do not break.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push('\u{202F}');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tricks_are_made_visible() {
        assert_eq!(
            visible("Lu\u{200B}ma \u{202E}gab\n\n new", 100),
            "Lu‹U+200B›ma ‹U+202E›gab new"
        );
        assert_eq!(visible("\u{1b}[31mred", 100), "‹U+001B›[31mred");
        assert_eq!(
            visible("می\u{200C}خواهم 👨\u{200D}👩", 100),
            "می\u{200C}خواهم 👨\u{200D}👩"
        );
    }

    #[test]
    fn long_texts_are_cut_at_characters() {
        assert_eq!(visible(&"é".repeat(10_000), 3), "ééé…");
        assert_eq!(visible("abc", 3), "abc");
        assert_eq!(visible("abc   ", 3), "abc");
    }

    #[test]
    fn numbers_as_people_read_them() {
        assert_eq!(
            (signed(1.234), signed(-0.4), signed(-0.001)),
            ("+1.23".into(), "−0.40".into(), "+0.00".into())
        );
        assert_eq!(
            (percent(0.999), percent(0.5), percent(0.001)),
            ("> 99 %".into(), "50 %".into(), "< 1 %".into())
        );
        assert_eq!(
            (grouped(1_234_567), grouped(12)),
            ("1\u{202F}234\u{202F}567".into(), "12".into())
        );
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<String>()) {
            prop_assert!(!visible(&text, 50).chars().any(is_hidden));
        }
    }
}
