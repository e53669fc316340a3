/// Most pieces that a title is believed to offer.
const MOST_PIECES: u32 = 1000;

/// What is offered several at a time: `lot of 10`.
const LOTS: [&str; 9] = [
    "lot", "pack", "packs", "set", "bundle", "box", "lote", "pacote", "kit",
];

/// Words after a number of pieces: `10 pcs`, `3-pack`, `2 paar`.
const COUNTED: [&str; 27] = [
    "pcs",
    "pc",
    "pieces",
    "piece",
    "pack",
    "packs",
    "pk",
    "pair",
    "pairs",
    "units",
    "count",
    "ct",
    "stück",
    "stk",
    "paar",
    "pièces",
    "paires",
    "piezas",
    "pares",
    "peças",
    "pezzi",
    "paia",
    "шт",
    "пары",
    "adet",
    "個セット",
    "件装",
];

/// Units in which one piece is measured: `3 x 50 ml` is three pieces, `30 x 40 cm` is one.
const CONTENTS: [&str; 9] = ["ml", "cl", "l", "g", "gr", "kg", "mg", "oz", "fl"];

/// The pieces that a title says it offers: `lot of 10`, `3-pack`, `2 pairs`, `3 x 50 ml`, `2er-Pack`.
///
/// `None` where it says nothing, or two different numbers: a guess would make an honest price look low.
pub fn pieces(title: &str) -> Option<u32> {
    let words = words(title);
    let word = |place: Option<usize>| {
        place
            .and_then(|place| words.get(place))
            .map_or("", String::as_str)
    };
    let mut found = None;
    for at in 0..words.len() {
        let (after, before) = (
            |step| word(Some(at + step)),
            |step| word(at.checked_sub(step)),
        );
        let Some(number) = word(Some(at))
            .parse()
            .ok()
            .filter(|number| (2..=MOST_PIECES).contains(number))
        else {
            continue;
        };
        let lot = matches!(before(1), "of" | "de" | "da" | "von" | "di")
            && LOTS.contains(&before(2))
            || matches!(before(1), "pack" | "packs") && !CONTENTS.contains(&after(1));
        let counted =
            COUNTED.contains(&after(1)) || after(1) == "er" && matches!(after(2), "pack" | "set");
        let of_contents = matches!(after(1), "x" | "×" | "*")
            && after(2).parse::<f64>().is_ok()
            && CONTENTS.contains(&after(3));
        if lot || counted || of_contents {
            if found.is_some_and(|other| other != number) {
                return None;
            }
            found = Some(number);
        }
    }
    found
}

/// How many times what the reference product's title offers the listing's does: 3 for a `3-pack` of what is
/// sold in ones.
///
/// A reference that says nothing may be a pack all the same, so a listing's pack counts against one that
/// states its own only; a listing that says nothing offers one. So doubt never makes a price look lower.
pub fn pieces_per_reference(listing: &str, reference: &str) -> f64 {
    match (pieces(listing), pieces(reference)) {
        (_, None) => 1.0,
        (offered, Some(reference)) => f64::from(offered.unwrap_or(1)) / f64::from(reference),
    }
}

/// Lower-case words; a number and the letters at it are two (`50ml`, `3pcs`, `x2`), a decimal number is one.
fn words(title: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    for letter in title.to_lowercase().chars() {
        let kind = |letter: char| {
            (
                letter.is_ascii_digit() || letter == '.',
                letter.is_alphanumeric(),
            )
        };
        let part = letter.is_alphanumeric() || matches!(letter, '.' | '×' | '*');
        match words
            .last_mut()
            .filter(|_| part && last != ' ' && kind(last) == kind(letter))
        {
            Some(word) => word.push(letter),
            None if part => words.push(letter.to_string()),
            None => {}
        }
        last = if part { letter } else { ' ' };
    }
    words
        .into_iter()
        .map(|word| word.trim_matches('.').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_title_offers() {
        let table = [
            ("Nike socks, lot of 10", Some(10)),
            ("Gillette blades 8 pcs", Some(8)),
            ("Socks 3-Pack black", Some(3)),
            ("Chanel No 5, 3 x 50 ml", Some(3)),
            ("Eau de toilette 3x50ml", Some(3)),
            ("Set of 4 cups", Some(4)),
            ("Lote de 5 camisetas", Some(5)),
            ("Носки 6 шт", Some(6)),
            ("Unterhosen 2er-Pack", Some(2)),
            ("2 pairs Levi's jeans", Some(2)),
            ("Nike Air Max 90", None),
            ("Poster 30 x 40 cm", None),
            ("Batteries, pack of 8, 2 pcs free", None),
            ("Coffee, pack 500 g", None),
            ("iPhone 12 64 GB", None),
            ("Levi's 501 W32 L34", None),
            ("Auction lot 45", None),
            ("Eau de parfum 50 ml", None),
            ("Lot of 99999", None),
        ];
        for (title, expected) in table {
            assert_eq!(pieces(title), expected, "{title}");
        }
    }

    #[test]
    fn doubt_never_makes_a_price_look_lower() {
        assert_eq!(
            pieces_per_reference("socks, 6 pairs", "socks, 3 pairs"),
            2.0
        );
        assert_eq!(pieces_per_reference("socks", "socks, 4 pairs"), 0.25);
        assert_eq!(pieces_per_reference("socks, 3 pairs", "socks"), 1.0);
        assert_eq!(pieces_per_reference("socks", "socks"), 1.0);
    }

    proptest! {
        #[test]
        fn any_title_is_read(title in "\\PC{0,60}") {
            prop_assert!(pieces(&title).is_none_or(|pieces| (2..=MOST_PIECES).contains(&pieces)));
        }
    }
}
