//! Texts of sellers with what was found in them marked.

use std::ops::Range;

use crate::export::display::{percent, visible};
use crate::signals::ReadListing;
use crate::text::{Field, Mention};

const TEXT_LIMIT: usize = 6000;
const NAME_LIMIT: usize = 80;

/// A stretch of a seller's text.
pub(super) struct Piece {
    pub text: String,
    /// What is to be known of it: a brand's name and its disguise; empty for the rest.
    pub mark: String,
    /// The brand's name where the text disguises it; else empty.
    pub undone: String,
}

/// The mentions in one of a listing's texts.
pub(super) fn mentions(read: Option<&ReadListing>, of: Field) -> Vec<&Mention> {
    let all = read.map_or(&[][..], |read| read.signals.reading.mentions.as_slice());
    all.iter().filter(|mention| mention.field == of).collect()
}

/// A text whose telephone numbers, e-mail addresses and `contacts` are asterisks, byte for byte, so that mentions stay where
/// they are.
pub(super) fn without_contacts(text: &str, contacts: &[String]) -> String {
    /// Digits of the shortest telephone number.
    const DIGITS: usize = 7;
    let mut hidden: Vec<Range<usize>> = Vec::new();
    for contact in contacts.iter().filter(|contact| !contact.is_empty()) {
        let found = text.match_indices(contact.as_str());
        hidden.extend(found.map(|(at, contact)| at..at + contact.len()));
    }
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let name = word.trim_end();
        if name.trim_matches('@').contains('@') {
            hidden.push(at..at + name.len());
        }
        at += word.len();
    }
    let in_number = |letter: char| letter.is_numeric() || " +-()./".contains(letter);
    let mut run = 0..0;
    for (at, letter) in text.char_indices().chain([(text.len(), 'x')]) {
        if in_number(letter) {
            run.end = at + letter.len_utf8();
            continue;
        }
        let digits = text[run.clone()]
            .chars()
            .filter(|letter| letter.is_numeric());
        if digits.count() >= DIGITS {
            hidden.push(run.clone());
        }
        let next = at + letter.len_utf8();
        run = next..next;
    }
    let mut is_hidden = vec![false; text.len()];
    for range in hidden {
        is_hidden[range].fill(true);
    }
    let mut out = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        if is_hidden[at] && !letter.is_whitespace() {
            out.extend(std::iter::repeat_n('*', letter.len_utf8()));
        } else {
            out.push(letter);
        }
    }
    out
}

/// A text cut at its mentions. Mentions that do not fit the text, or overlap, are left out.
pub(super) fn pieces(text: &str, mut mentions: Vec<&Mention>) -> Vec<Piece> {
    mentions.sort_by_key(|mention| (mention.start, mention.end));
    let plain = |text: &str| Piece {
        text: joined(text),
        mark: String::new(),
        undone: String::new(),
    };
    let mut pieces = Vec::new();
    let mut at = 0;
    for mention in mentions {
        let span = text.get(mention.start..mention.end);
        let (Some(span), Some(before)) = (span, text.get(at..mention.start)) else {
            continue;
        };
        pieces.push(plain(before));
        let disguise = match mention.disguise {
            Some(disguise) => format!(", disguised ({})", disguise.as_str().replace('_', " ")),
            None => String::new(),
        };
        let lawful = if mention.lawful {
            ", in a lawful context"
        } else {
            ""
        };
        let brand = visible(mention.brand.as_str(), NAME_LIMIT);
        pieces.push(Piece {
            text: joined(span),
            undone: match mention.disguise {
                Some(_) => brand.clone(),
                None => String::new(),
            },
            mark: format!(
                "{brand}{disguise}{lawful}, {} sure",
                percent(mention.confidence)
            ),
        });
        at = mention.end;
    }
    pieces.push(plain(text.get(at..).unwrap_or_default()));
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// A part of a text with what is hidden made visible, and the space at its ends kept.
fn joined(text: &str) -> String {
    let mut shown = visible(text, TEXT_LIMIT);
    if text.starts_with(char::is_whitespace) {
        shown.insert(0, ' ');
    }
    if text.ends_with(char::is_whitespace) && !shown.ends_with(' ') {
        shown.push(' ');
    }
    shown
}

#[cfg(test)]
mod tests {
    use crate::text::{Disguise, Field, Mention};

    use super::{pieces, without_contacts};

    #[test]
    fn a_text_without_contacts_keeps_its_length() {
        let text = "Luma bag, 350 EUR. WhatsApp +49 171 234 56 78 or lu@shop.example, 微信 luma88 größe 42";
        let hidden = without_contacts(text, &["luma88".to_owned()]);
        let stars = "Luma bag, 350 EUR. WhatsApp *** *** *** ** ** or **************** 微信 ****** größe 42";
        assert_eq!(hidden, stars);
        assert_eq!(hidden.len(), text.len());
        assert_eq!(without_contacts("", &[]), "");
    }

    #[test]
    fn a_title_is_cut_at_its_mentions_and_hidden_letters_show() {
        let title = "new Lu\u{200B}ma bag";
        let mention = Mention {
            brand: "luma".into(),
            text: "Lu\u{200B}ma".to_owned(),
            field: Field::Title,
            start: 4,
            end: 11,
            disguise: Some(Disguise::Spaced),
            confidence: 0.95,
            lawful: false,
        };
        let wrong = Mention {
            start: 5,
            end: 400,
            ..mention.clone()
        };
        let pieces = pieces(title, vec![&wrong, &mention]);
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(texts, ["new ", "Lu‹U+200B›ma", " bag"]);
        assert_eq!(pieces[1].mark, "luma, disguised (spaced), 95 % sure");
        assert_eq!(
            (pieces[1].undone.as_str(), pieces[0].undone.as_str()),
            ("luma", "")
        );
    }
}
