use std::ops::Range;

use super::confidence;
use super::disguise;
use super::names::{Names, SHORTEST_DISGUISED};
use super::reader::{Text, WordSets};
use super::reading::{Disguise, Field, Mention};
use super::views::{Lens, View};

/// Mentions are kept up to this number in a listing, so that a text of names alone stays cheap.
pub(super) const MOST_MENTIONS: usize = 128;

/// A name found in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    /// Index of the name.
    pub name: u32,
    /// Bytes of the original.
    pub span: Range<usize>,
    /// What was undone to find it.
    pub disguise: Option<Disguise>,
    /// How sure the undoing is, 0..=1; 1 without disguise.
    pub sureness: f64,
}

/// All mentions in one text, by place.
pub(super) fn find(names: &Names, words: &WordSets, text: &Text) -> Vec<Mention> {
    let mut found = Vec::new();
    exact(names, words, text, &text.view, Lens::Plain, &mut found);
    if !text.original.is_ascii() {
        for lens in [Lens::Lookalike, Lens::Transliterated] {
            exact(
                names,
                words,
                text,
                &View::new(text.original, lens),
                lens,
                &mut found,
            );
        }
    }
    disguise::spaced(names, words, text, &mut found);
    disguise::by_word(names, words, text, &mut found);
    disguise::misspelt(names, words, text, &mut found);
    let mut mentions: Vec<Mention> = without_overlaps(names, found)
        .into_iter()
        .map(|found| Mention {
            brand: names.brands[names.name(found.name).brand as usize].clone(),
            text: text.original[found.span.clone()].to_owned(),
            field: text.field,
            start: found.span.start,
            end: found.span.end,
            disguise: found.disguise,
            confidence: confidence::of(names.name(found.name), &found, text),
            lawful: false,
        })
        .collect();
    mentions.truncate(MOST_MENTIONS);
    mentions
}

/// Names as they are in a view, and in the plain view names run together with another word.
fn exact(
    names: &Names,
    words: &WordSets,
    text: &Text,
    view: &View,
    lens: Lens,
    found: &mut Vec<Found>,
) {
    for hit in names.automaton.find_overlapping_iter(view.text()) {
        if found.len() > 4 * MOST_MENTIONS {
            return;
        }
        let range = hit.range();
        for &index in &names.patterns[hit.pattern().as_usize()] {
            let name = names.name(index);
            // One letter or digit is a name only where a name is expected.
            if name.length < 2 && text.field != Field::Brand {
                continue;
            }
            if is_whole(view, &range, name.length) {
                let span = view.original(range.clone());
                let undone = match lens {
                    Lens::Plain => Some(disguise::in_plain(name, &text.original[span.clone()])),
                    Lens::Lookalike => disguise::in_lookalike(name, &text.original[span.clone()]),
                    Lens::Transliterated => {
                        disguise::in_transliterated(name, &text.original[span.clone()])
                    }
                };
                if let Some((disguise, sureness)) = undone {
                    found.push(Found {
                        name: index,
                        span,
                        disguise,
                        sureness,
                    });
                }
            } else if lens == Lens::Plain
                && name.length >= SHORTEST_DISGUISED
                && let Some(joined) = disguise::joined(names, words, text, index, &range)
            {
                found.push(joined);
            }
        }
    }
}

/// Whether the name stands alone: between word boundaries, with a number right after or before it, or
/// in the plural.
fn is_whole(view: &View, range: &Range<usize>, length: usize) -> bool {
    let (before, after) = (&view.text()[..range.start], &view.text()[range.end..]);
    let long = length >= SHORTEST_DISGUISED;
    let inside = &view.text()[range.clone()];
    let starts = view.bounded_before(range.start)
        || long
            && before.ends_with(|c: char| c.is_ascii_digit())
            && !inside.starts_with(|c: char| c.is_ascii_digit());
    let ends = view.bounded_after(range.end)
        || long
            && after.starts_with(|c: char| c.is_ascii_digit())
            && !inside.ends_with(|c: char| c.is_ascii_digit())
        || long && after.starts_with('s') && inside.is_ascii() && view.bounded_after(range.end + 1);
    starts && ends
}

/// Of overlapping finds the plainest stays, then the longest, then the surest; equal finds of two
/// brands, and names of two brands that only share an edge, both stay.
fn without_overlaps(names: &Names, mut found: Vec<Found>) -> Vec<Found> {
    let brand = |found: &Found| names.name(found.name).brand;
    found.sort_by(|a, b| {
        a.disguise
            .is_some()
            .cmp(&b.disguise.is_some())
            .then(b.span.len().cmp(&a.span.len()))
            .then(b.sureness.total_cmp(&a.sureness))
            .then(a.span.start.cmp(&b.span.start))
            .then(a.name.cmp(&b.name))
    });
    let mut kept: Vec<Found> = Vec::with_capacity(found.len().min(MOST_MENTIONS));
    for next in found {
        let hidden = kept.iter().any(|other| {
            let overlap = other.span.start < next.span.end && next.span.start < other.span.end;
            let contained = other.span.start <= next.span.start && next.span.end <= other.span.end;
            let equal = other.span == next.span;
            let same_brand = brand(other) == brand(&next);
            overlap
                && (same_brand
                    || next.disguise.is_some() && !(equal && other.disguise == next.disguise)
                    || contained && !equal)
        });
        if !hidden {
            kept.push(next);
        }
        if kept.len() >= MOST_MENTIONS {
            break;
        }
    }
    kept.sort_by_key(|found| (found.span.start, found.span.end, found.name));
    kept
}

/// A name that is also an ordinary word is surer where the same brand is named for sure, and less
/// sure where the brand field names something else.
pub(super) fn weigh_ordinary_names(names: &Names, mentions: &mut [Mention], brand_field: &Text) {
    const SURE: f64 = 0.9;
    let sure: Vec<_> = mentions
        .iter()
        .filter(|mention| mention.confidence >= SURE && mention.disguise.is_none())
        .map(|mention| mention.brand.clone())
        .collect();
    let other_brand = brand_field.tokens.iter().any(|token| {
        !matches!(
            brand_field.word(token),
            "unbranded" | "no" | "none" | "brand" | "generic" | "n" | "a" | "na" | "n/a"
        )
    });
    for mention in mentions
        .iter_mut()
        .filter(|mention| mention.field != Field::Brand)
    {
        let index = names.exact.get(&joined(&mention.text));
        let ordinary =
            index.is_some_and(|found| found.iter().any(|name| names.name(*name).ordinary));
        if !ordinary {
            continue;
        }
        if sure.contains(&mention.brand) {
            mention.confidence = mention.confidence.max(0.85);
        } else if other_brand {
            mention.confidence *= 0.6;
        }
    }
}

fn joined(text: &str) -> String {
    super::views::folded(text).replace(' ', "")
}
