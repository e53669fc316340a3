/// The text of a description that may be HTML: tags go, block elements leave a line break, scripts
/// and styles vanish with their content, character references are decoded.
///
/// A text without tags or references comes back as it is. A `<` that starts no tag stays.
pub fn text_of_html(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut tags = false;
    let mut closings = Closings::of(text);
    while let Some(at) = rest.find(['<', '&']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((character, length)) = reference(rest) {
            plain.push(character);
            rest = &rest[length..];
        } else if let Some(length) = markup(rest, &mut closings) {
            tags = true;
            plain.push(if is_inline(&rest[..length]) {
                '\u{0}'
            } else {
                '\n'
            });
            rest = &rest[length..];
        } else {
            plain.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    plain.push_str(rest);
    if tags { tidy(&plain) } else { plain }
}

/// Bytes of the longest tag; room for an image that is embedded in it.
const MAX_TAG: usize = 1 << 14;

/// Where the next `>` is. Every byte is looked at once, however many tags ask.
struct Closings<'a> {
    text: &'a [u8],
    /// The last `>` found, or the text's end.
    next: usize,
    #[cfg(test)]
    looked_at: usize,
}

impl<'a> Closings<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            next: 0,
            #[cfg(test)]
            looked_at: 0,
        }
    }

    /// Bytes from the start of `rest`, which is the text's end, to behind its next `>`.
    fn length(&mut self, rest: &str) -> Option<usize> {
        let at = self.text.len() - rest.len();
        // A tag's first byte is no `>`, so that what is found lies behind it.
        if self.next <= at {
            let found = self.text[at..].iter().position(|byte| *byte == b'>');
            self.next = found.map_or(self.text.len(), |found| at + found);
            #[cfg(test)]
            {
                self.looked_at += self.next - at;
            }
        }
        (self.next < self.text.len()).then(|| self.next - at + 1)
    }
}

/// The length of the tag, comment, script or style that `rest` starts with.
fn markup(rest: &str, closings: &mut Closings<'_>) -> Option<usize> {
    if rest.starts_with("<!--") {
        return Some(rest.find("-->").map_or(rest.len(), |end| end + 3));
    }
    let after = rest.strip_prefix('<')?;
    let named = after.strip_prefix(['/', '!', '?']).unwrap_or(after);
    if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let length = closings.length(rest).filter(|length| *length <= MAX_TAG)?;
    let name = tag_name(&rest[..length]);
    if after.starts_with('/') || !matches!(name.as_str(), "script" | "style") {
        return Some(length);
    }
    let close = format!("</{name}");
    let end = find_ignoring_case(&rest[length..], &close).map(|at| length + at);
    Some(end.map_or(rest.len(), |end| {
        rest[end..].find('>').map_or(rest.len(), |at| end + at + 1)
    }))
}

fn tag_name(tag: &str) -> String {
    let name = tag.trim_start_matches(['<', '/', '!', '?']);
    name.chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// Whether a tag stands inside a word or sentence, so that it leaves no gap.
fn is_inline(tag: &str) -> bool {
    matches!(
        tag_name(tag).as_str(),
        "a" | "abbr"
            | "b"
            | "bdi"
            | "em"
            | "font"
            | "i"
            | "mark"
            | "s"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "u"
            | "wbr"
    )
}

fn find_ignoring_case(text: &str, word: &str) -> Option<usize> {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    text.windows(word.len())
        .position(|window| window.eq_ignore_ascii_case(word))
}

/// The character that a reference (`&amp;`, `&#233;`, `&#xE9;`) stands for, and its length.
fn reference(rest: &str) -> Option<(char, usize)> {
    let body = rest.strip_prefix('&')?;
    let end = body.bytes().take(12).position(|b| b == b';')?;
    let name = &body[..end];
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let hex = number.strip_prefix(['x', 'X']);
            let code = hex
                .map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16))
                .ok()?;
            char::from_u32(code).filter(|c| !c.is_control())?
        }
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((character, end + 2))
}

/// The references that shop texts use, of the many that HTML names.
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("hellip", '…'),
    ("bull", '•'),
    ("middot", '·'),
    ("times", '×'),
    ("deg", '°'),
    ("trade", '™'),
    ("reg", '®'),
    ("copy", '©'),
    ("euro", '€'),
    ("pound", '£'),
    ("yen", '¥'),
    ("cent", '¢'),
    ("sect", '§'),
    ("frac12", '½'),
    ("frac14", '¼'),
    ("plusmn", '±'),
    ("micro", 'µ'),
    ("szlig", 'ß'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("Uuml", 'Ü'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("atilde", 'ã'),
    ("aring", 'å'),
    ("aelig", 'æ'),
    ("ccedil", 'ç'),
    ("egrave", 'è'),
    ("eacute", 'é'),
    ("ecirc", 'ê'),
    ("euml", 'ë'),
    ("igrave", 'ì'),
    ("iacute", 'í'),
    ("icirc", 'î'),
    ("iuml", 'ï'),
    ("ntilde", 'ñ'),
    ("ograve", 'ò'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("otilde", 'õ'),
    ("oslash", 'ø'),
    ("ugrave", 'ù'),
    ("uacute", 'ú'),
    ("ucirc", 'û'),
    ("Eacute", 'É'),
    ("Agrave", 'À'),
    ("Ccedil", 'Ç'),
    ("Oslash", 'Ø'),
    ("Aring", 'Å'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("shy", '\u{ad}'),
];

/// One space between words, one break between lines, none at the ends. NUL marks an inline tag.
fn tidy(text: &str) -> String {
    let text: String = text.chars().filter(|c| *c != '\u{0}').collect();
    let lines = text
        .split(['\n', '\r'])
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Closings, markup, text_of_html};

    #[test]
    fn tags_go_and_text_stays() {
        for (html, text) in [
            (
                "<p>Soft <b>lea</b>ther</p><ul><li>A</li><li>B</li></ul>",
                "Soft leather\nA\nB",
            ),
            ("a<br/>b<!-- c > d -->e", "a\nb\ne"),
            (
                "x<SCRIPT>alert('<b>')</script >y<style>p{}</style>z",
                "x\ny\nz",
            ),
            (
                "caf&eacute; &#233;&#xE9; &amp;lt; R&D &unknown;",
                "café éé &lt; R&D &unknown;",
            ),
            ("size < 5 and > 3, I <3 it", "size < 5 and > 3, I <3 it"),
            (
                "two  spaces, no tag &amp; kept",
                "two  spaces, no tag & kept",
            ),
            ("cut <p", "cut <p"),
            ("<script>never closed", ""),
        ] {
            assert_eq!(text_of_html(html), text, "{html}");
        }
    }

    #[test]
    fn many_tags_that_never_close_are_searched_once() {
        for end in ["", ">"] {
            let text = "<a ".repeat(33_000) + end;
            let mut closings = Closings::of(&text);
            for (at, _) in text.match_indices('<') {
                markup(&text[at..], &mut closings);
            }
            assert!(closings.looked_at <= text.len(), "{}", closings.looked_at);
        }
        assert_eq!(text_of_html(&"<a ".repeat(5)), "<a ".repeat(5));
    }

    proptest! {
        #[test]
        fn any_text_is_handled(html in "(<|>|/|!|-|&|;|#|x|script|é|\u{0}| ){0,30}") {
            prop_assert!(text_of_html(&html).len() <= html.len());
        }
    }
}
