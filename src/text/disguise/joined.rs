use std::ops::Range;

use crate::text::mentions::Found;
use crate::text::names::Names;
use crate::text::reader::{Text, WordSets};
use crate::text::reading::Disguise;

/// The name in the bytes `range` of the plain view, when it and the rest of its word are two words:
/// the rest is one that sellers write together with names, another name, or begins with a capital.
pub(crate) fn joined(
    names: &Names,
    words: &WordSets,
    text: &Text,
    index: u32,
    range: &Range<usize>,
) -> Option<Found> {
    let place = text
        .tokens
        .partition_point(|token| token.view.end <= range.start);
    let token = text
        .tokens
        .get(place)
        .filter(|token| token.view.end >= range.end)?;
    let view = text.view.text();
    let (before, after) = (
        &view[token.view.start..range.start],
        &view[range.end..token.view.end],
    );
    let (rest, at_front) = match (before.is_empty(), after.is_empty()) {
        (true, false) => (after, false),
        (false, true) => (before, true),
        _ => return None,
    };
    let span = text.view.original(range.clone());
    if words.is_ordinary(&view[token.view.clone()]) {
        return None;
    }
    let capital_at = if at_front { span.start } else { span.end };
    let camel = rest.chars().count() >= 3
        && text.original[capital_at..].starts_with(char::is_uppercase)
        && text.original[..capital_at].ends_with(char::is_lowercase);
    let named = || rest.len() >= 2 && names.exact.contains_key(rest);
    let sureness = match (words.joins(rest) || named(), camel) {
        (true, true) => 0.9,
        (true, false) => 0.75,
        (false, true) => 0.6,
        (false, false) => return None,
    };
    Some(Found {
        name: index,
        span,
        disguise: Some(Disguise::Joined),
        sureness,
    })
}
