//! Views: a text with case, accents, separators and, in some views, letters that stand for others
//! undone, each byte mapped back to the original.

mod letters;
mod turned;
mod words;

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

pub(crate) use letters::{fold, is_invisible, is_overlay, is_unsegmented};
pub use letters::{lookalike, transliterated};
pub(crate) use turned::{is_turned, turned};
pub(crate) use words::{Letter, Words, span, words};

/// How the letters of a view are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lens {
    /// NFKC, lower case, accents off.
    Plain,
    /// As a person would see them: other scripts' letters by their shape (UTS #39 and small
    /// capitals, squared and circled letters).
    Lookalike,
    /// As a person would say them: other scripts' letters by their sound.
    Transliterated,
    /// As somebody would see them who turned the page round, from behind.
    Turned,
}

/// A text reduced to words with one space between, before and after them.
///
/// Letters and digits are kept in lower case without accents; `&` and `+` are words of their own;
/// `. , : /` are kept between digits (`3.5`, `1:18`); invisible characters are gone; everything else
/// is a space. No other view of the text has different word boundaries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    text: String,
    /// For each byte of `text`, the first byte of the original character and the byte after it.
    spans: Vec<(u32, u32)>,
}

/// A word of a view, as bytes of the view. A character of a script without spaces is a word.
pub type Token = Range<usize>;

impl View {
    /// The view of `original`, of which at most 4 GiB are looked at.
    pub fn new(original: &str, lens: Lens) -> Self {
        let mut view = Self {
            text: String::with_capacity(original.len() + 2),
            spans: Vec::with_capacity(original.len() + 2),
        };
        view.push(' ', (0, 0));
        let mut letters = Vec::with_capacity(4);
        let mut rest = original.char_indices().peekable();
        while let Some((at, original_letter)) = rest.next() {
            let Ok(end) = u32::try_from(at + original_letter.len_utf8()) else {
                break;
            };
            let span = (end - original_letter.len_utf8() as u32, end);
            letters.clear();
            match lens {
                Lens::Plain => fold(original_letter, &mut letters),
                Lens::Lookalike => lookalike(original_letter, &mut letters),
                Lens::Transliterated => transliterated(original_letter, &mut letters),
                Lens::Turned => turned(original_letter, &mut letters),
            }
            if letters.is_empty() && is_combining_mark(original_letter) {
                view.extend_last(end);
            }
            for &letter in &letters {
                if letter.is_alphanumeric() || is_voicing(letter) {
                    view.push(letter, span);
                } else if matches!(letter, '&' | '+') {
                    view.space(span);
                    view.push(letter, span);
                    view.space(span);
                } else if matches!(letter, '.' | ',' | ':' | '/')
                    && view.text.ends_with(|c: char| c.is_ascii_digit())
                    && rest.peek().is_some_and(|(_, next)| next.is_numeric())
                {
                    view.push(letter, span);
                } else {
                    view.space(span);
                }
            }
        }
        let end = view.spans.last().map_or(0, |span| span.1);
        view.space((end, end));
        view
    }

    /// The words, with a space before the first and after the last.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The words alone.
    pub fn words(&self) -> &str {
        self.text.trim()
    }

    /// The bytes of the original that the bytes `range` of the view stand for.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let start = self.spans.get(range.start).map_or(0, |span| span.0);
        let last = range
            .end
            .checked_sub(1)
            .and_then(|last| self.spans.get(last));
        start as usize..last.map_or(start, |span| span.1).max(start) as usize
    }

    /// The words in order.
    pub fn tokens(&self) -> Vec<Token> {
        let mut tokens: Vec<Token> = Vec::new();
        let mut open = false;
        for (at, letter) in self.text.char_indices() {
            let end = at + letter.len_utf8();
            if letter == ' ' {
                open = false;
            } else if is_voicing(letter)
                && let Some(last) = tokens.last_mut()
            {
                last.end = end;
            } else if is_unsegmented(letter) {
                tokens.push(at..end);
                open = false;
            } else if open && let Some(last) = tokens.last_mut() {
                last.end = end;
            } else {
                tokens.push(at..end);
                open = true;
            }
        }
        tokens
    }

    /// Whether `range` begins and ends where words do. Between scripts without spaces and other
    /// letters there is always a boundary.
    pub fn is_bounded(&self, range: &Range<usize>) -> bool {
        self.bounded_before(range.start) && self.bounded_after(range.end)
    }

    pub(crate) fn bounded_before(&self, at: usize) -> bool {
        boundary(
            self.text[..at].chars().next_back(),
            self.text[at..].chars().next(),
        )
    }

    pub(crate) fn bounded_after(&self, at: usize) -> bool {
        let next = self.text[at..].chars().next();
        !next.is_some_and(is_voicing) && boundary(self.text[..at].chars().next_back(), next)
    }

    fn push(&mut self, letter: char, span: (u32, u32)) {
        self.text.push(letter);
        self.spans.resize(self.text.len(), span);
    }

    /// Counts an accent or stroke that was taken off to the letter that bore it.
    fn extend_last(&mut self, end: u32) {
        let last = self
            .text
            .chars()
            .next_back()
            .filter(|last| *last != ' ')
            .map_or(0, char::len_utf8);
        let from = self.spans.len() - last;
        self.spans[from..].iter_mut().for_each(|span| span.1 = end);
    }

    fn space(&mut self, span: (u32, u32)) {
        if !self.text.ends_with(' ') {
            self.push(' ', span);
        }
    }
}

/// Folded words of a text, as the lexicons and names are searched: the plain view without the
/// outer spaces.
pub fn folded(text: &str) -> String {
    View::new(text, Lens::Plain).words().to_owned()
}

/// The voicing marks of kana, which make another letter and are no accents.
fn is_voicing(letter: char) -> bool {
    matches!(letter, '\u{3099}' | '\u{309a}')
}

fn boundary(before: Option<char>, after: Option<char>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => {
            !before.is_alphanumeric()
                || !after.is_alphanumeric()
                || is_unsegmented(before)
                || is_unsegmented(after)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_words() {
        let table = [
            ("Ray-Ban®  Sun", "ray ban sun"),
            ("Ｎｉｋｅ Élan", "nike elan"),
            ("NİKE Straße", "nike strasse"),
            ("H&M", "h & m"),
            ("scale 1:18, 3.5 mm.", "scale 1:18 3.5 mm"),
            ("ni\u{200b}ke", "nike"),
            ("耐克Nike鞋", "耐克nike鞋"),
            ("ガス", "カ\u{3099}ス"),
        ];
        for (text, words) in table {
            assert_eq!(folded(text), words, "{text}");
        }
    }

    #[test]
    fn look_alikes_and_sounds() {
        let shape = |text: &str| View::new(text, Lens::Lookalike).words().to_owned();
        let sound = |text: &str| View::new(text, Lens::Transliterated).words().to_owned();
        for text in [
            "Νіке",
            "ɴɪᴋᴇ",
            "🅽🅸🅺🅴",
            "🄽🄸🄺🄴",
            "🇳🇮🇰🇪",
            "𝓝𝓲𝓴𝓮",
            "ⓝⓘⓚⓔ",
            "NІKE",
        ] {
            assert_eq!(shape(text), "nike", "{text}");
        }
        assert_eq!(sound("Адидас"), "adidas");
        assert_eq!(sound("露玛"), "luma");
    }

    #[test]
    fn a_character_without_spaces_is_a_word() {
        let view = View::new("适用Nike 鞋", Lens::Plain);
        let words: Vec<&str> = view
            .tokens()
            .into_iter()
            .map(|token| &view.text()[token])
            .collect();
        assert_eq!(words, ["适", "用", "nike", "鞋"]);
    }

    proptest! {
        #[test]
        fn every_span_is_a_slice_of_the_original(text in "\\PC{0,60}|[\\u{0}-\\u{10ffff}]{0,30}") {
            for lens in [Lens::Plain, Lens::Lookalike, Lens::Transliterated] {
                let view = View::new(&text, lens);
                prop_assert_eq!(view.text.len(), view.spans.len());
                for token in view.tokens() {
                    prop_assert!(view.is_bounded(&token));
                    prop_assert!(!text[view.original(token)].is_empty());
                }
            }
        }
    }
}
