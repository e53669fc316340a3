//! Texts of sellers with what was found in them marked.

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

    use super::pieces;

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
