use super::is_taken;
use crate::text::as_written::bytes;
use crate::text::mentions::Found;
use crate::text::names::{Names, SHORTEST_DISGUISED};
use crate::text::reader::{Text, TextToken};
use crate::text::reading::Disguise;
use crate::text::word_sets::WordSets;

/// Words longer than this are not taken apart: web addresses, nonsense.
const LONGEST_WORD: usize = 40;

/// Names run together with other words: `nikeair`, `newnikerunningshoes`, `GucciBelt`.
///
/// What stands before and after the name must be a word that sellers write together with names, another
/// name, or begin with a capital (sure), or be made up of known words and numbers (less sure). A known
/// word holds no name: `pineapple`.
pub(crate) fn joined(
    names: &Names,
    words: &WordSets,
    text: &Text,
    known: &[bool],
    found: &mut Vec<Found>,
) {
    let before = found.len();
    for (token, known) in text.tokens.iter().zip(known) {
        let all = token.letters.clone();
        if *known || all.len() < SHORTEST_DISGUISED + 2 || all.len() > LONGEST_WORD {
            continue;
        }
        for from in all.start..=all.end - SHORTEST_DISGUISED {
            for to in from + SHORTEST_DISGUISED..=all.end.min(from + names.longest) {
                let part = from..to;
                if part == all {
                    continue;
                }
                for &index in names.exact.get(text.letters.hash(part.clone())) {
                    let name = names.name(index);
                    if !text.letters.spell(part.clone(), &name.joined)
                        || name.length < SHORTEST_DISGUISED
                    {
                        continue;
                    }
                    let view = bytes(text, token, from).start..bytes(text, token, to - 1).end;
                    let span = text.view.original(view.clone());
                    if is_taken(&found[..before], &span) {
                        continue;
                    }
                    if let Some(sureness) = sureness(names, words, text, token, view, name.ordinary)
                    {
                        found.push(Found {
                            name: index,
                            span,
                            disguise: Some(Disguise::Joined),
                            sureness,
                        });
                    }
                }
            }
        }
    }
}

/// How sure it is that the bytes `part` of the view are a word of their own within `token`.
fn sureness(
    names: &Names,
    words: &WordSets,
    text: &Text,
    token: &TextToken,
    part: std::ops::Range<usize>,
    ordinary: bool,
) -> Option<f64> {
    let view = text.view.text();
    let (before, after) = (
        &view[token.view.start..part.start],
        &view[part.end..token.view.end],
    );
    let span = text.view.original(part);
    let apart = |rest: &str, capital_at: usize| {
        if rest.is_empty() {
            return Some(1.0_f64);
        }
        let camel = rest.chars().count() >= 3
            && text.original[capital_at..].starts_with(char::is_uppercase)
            && text.original[..capital_at].ends_with(char::is_lowercase);
        let usual = words.joins(rest) || rest.len() >= 2 && names.called(rest).next().is_some();
        match (usual, camel) {
            (true, true) => Some(0.9),
            (true, false) => Some(0.75),
            (false, true) => Some(0.6),
            // `applesauce` names no Apple, `applephonecase` does.
            (false, false) if ordinary => words.joins_all(rest).then_some(0.6),
            (false, false) => words.is_compound(rest).then_some(0.6),
        }
    };
    Some(apart(before, span.start)?.min(apart(after, span.end)?))
}
