use super::letters::fold;

/// Letters and what they look like upside down.
const TURNED: [(char, char); 34] = [
    ('ɐ', 'a'),
    ('ɒ', 'a'),
    ('ɔ', 'c'),
    ('ǝ', 'e'),
    ('ɘ', 'e'),
    ('ə', 'e'),
    ('ɟ', 'f'),
    ('ƃ', 'g'),
    ('ɓ', 'g'),
    ('ɥ', 'h'),
    ('ᴉ', 'i'),
    ('ı', 'i'),
    ('ɾ', 'j'),
    ('ſ', 'j'),
    ('ʞ', 'k'),
    ('ʃ', 'l'),
    ('ꞁ', 'l'),
    ('ɯ', 'm'),
    ('ɹ', 'r'),
    ('ʇ', 't'),
    ('ʌ', 'v'),
    ('ʍ', 'w'),
    ('ʎ', 'y'),
    ('∀', 'a'),
    ('Ǝ', 'e'),
    ('Ⅎ', 'f'),
    ('u', 'n'),
    ('n', 'u'),
    ('p', 'd'),
    ('d', 'p'),
    ('b', 'q'),
    ('q', 'b'),
    ('6', '9'),
    ('9', '6'),
];

/// Whether a letter of no ordinary text is another one upside down.
pub(crate) fn is_turned(letter: char) -> bool {
    letter > '\u{180}' && TURNED.iter().any(|(from, _)| *from == letter)
}

/// Appends `letter` as it reads when the page is turned round; the folded letter where that is the same or
/// none.
pub(crate) fn turned(letter: char, out: &mut Vec<char>) {
    match TURNED.iter().find(|(from, _)| *from == letter) {
        Some((_, to)) => out.push(*to),
        None => fold(letter, out),
    }
}
