use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Appends `letter` in lower case, compatibility forms and accents undone (NFKD without marks).
/// Letters that stand for two, and those with a stroke, which NFKD leaves alone, are spelt out.
/// Marks of registration become a space: they end a word.
pub(crate) fn fold(letter: char, out: &mut Vec<char>) {
    if letter.is_ascii() {
        out.push(letter.to_ascii_lowercase());
        return;
    }
    if is_invisible(letter) {
        return;
    }
    // Hangul syllables stay whole: their parts are letters, not accents.
    if matches!(letter, '\u{ac00}'..='\u{d7a3}') {
        out.push(letter);
        return;
    }
    match letter {
        '®' | '™' | '©' | '℠' => out.push(' '),
        'ß' | 'ẞ' => out.extend(['s', 's']),
        'æ' | 'Æ' => out.extend(['a', 'e']),
        'œ' | 'Œ' => out.extend(['o', 'e']),
        'ø' | 'Ø' => out.push('o'),
        'đ' | 'Đ' => out.push('d'),
        'ł' | 'Ł' => out.push('l'),
        'ı' => out.push('i'),
        _ => {
            for part in std::iter::once(letter).nfkd() {
                if matches!(part, '\u{3099}' | '\u{309a}') {
                    out.push(part);
                } else {
                    out.extend(part.to_lowercase().filter(|c| !is_combining_mark(*c)));
                }
            }
        }
    }
}

/// Appends what `letter` looks like in ASCII; the folded letter where it looks like nothing else.
///
/// Shapes are the prototypes of UTS #39 (confusables.txt), and for what it leaves out small
/// capitals, negative circled and squared letters and regional indicators.
pub fn lookalike(letter: char, out: &mut Vec<char>) {
    if letter.is_ascii() || is_invisible(letter) {
        return fold(letter, out);
    }
    if let Some(drawn) = drawn(letter) {
        out.push(drawn);
        return;
    }
    let at = out.len();
    fold(letter, out);
    if out[at..].iter().all(char::is_ascii) {
        return;
    }
    if let Some(shape) = shape(letter) {
        out.truncate(at);
        out.extend(shape.chars());
    }
}

/// Appends how `letter` sounds, spelt in ASCII; the folded letter where that is unknown.
pub fn transliterated(letter: char, out: &mut Vec<char>) {
    if letter.is_ascii() || is_invisible(letter) || !letter.is_alphanumeric() {
        return fold(letter, out);
    }
    match any_ascii::any_ascii_char(letter) {
        "" => fold(letter, out),
        sound => out.extend(
            sound
                .chars()
                .map(|c| c.to_ascii_lowercase())
                .filter(char::is_ascii_alphanumeric),
        ),
    }
}

/// The UTS #39 prototype as lower-case ASCII letters and digits.
fn shape(letter: char) -> Option<String> {
    let mut buffer = [0; 4];
    let of = |letter: char, buffer: &mut [u8; 4]| -> Option<String> {
        let shape: String = unicode_security::skeleton(letter.encode_utf8(buffer))
            .filter(|part| !is_combining_mark(*part))
            .collect();
        (!shape.is_empty() && shape.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            .then_some(shape)
    };
    // Small Cyrillic letters look like small capitals (к, в, н): their capitals are in the table.
    let single = |mut letters: Box<dyn Iterator<Item = char>>| {
        letters.next().filter(|_| letters.next().is_none())
    };
    let lower = single(Box::new(letter.to_lowercase()));
    let upper = single(Box::new(letter.to_uppercase()));
    let shape = [Some(letter), lower, upper]
        .into_iter()
        .flatten()
        .find_map(|letter| of(letter, &mut buffer))?;
    Some(match shape.as_str() {
        // UTS #39 draws capital I as l; a capital of another script that looks so is an I.
        "l" if letter.is_uppercase() => "i".to_owned(),
        "rn" => "m".to_owned(),
        "O" | "0" if letter.is_alphabetic() => "o".to_owned(),
        _ => shape.to_ascii_lowercase(),
    })
}

/// Letters drawn in a way that neither NFKC nor UTS #39 undoes.
fn drawn(letter: char) -> Option<char> {
    let offset =
        |first: char| char::from_u32(u32::from(letter) - u32::from(first) + u32::from('a'));
    match letter {
        '\u{1f150}'..='\u{1f169}' => offset('\u{1f150}'),
        '\u{1f170}'..='\u{1f189}' => offset('\u{1f170}'),
        '\u{1f1e6}'..='\u{1f1ff}' => offset('\u{1f1e6}'),
        _ => {
            const SMALL_CAPITALS: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡxʏᴢ";
            let place = SMALL_CAPITALS
                .chars()
                .position(|capital| capital == letter)?;
            char::from_u32(u32::from('a') + place as u32)
        }
    }
}

/// Characters that show nothing or only change the direction of writing, soft hyphen included.
pub(crate) fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'
            ..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Marks drawn over a letter: strokes, slashes, rings.
pub(crate) fn is_overlay(letter: char) -> bool {
    matches!(letter, '\u{334}'..='\u{338}' | '\u{20d2}' | '\u{20d3}' | '\u{20d8}'..='\u{20da}' | '\u{20dd}'..='\u{20e0}' | '\u{20e5}'..='\u{20ec}')
}

/// Letters of scripts that put no spaces between words, or attach particles to names.
pub(crate) fn is_unsegmented(letter: char) -> bool {
    matches!(
        letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
            | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3100}'..='\u{318f}'
            | '\u{31a0}'..='\u{31bf}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
    )
}
