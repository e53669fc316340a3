use std::ops::Range;

use super::as_written;
use super::confidence;
use super::disguise;
use super::letters::concatenated;
use super::names::{Names, SHORTEST_DISGUISED};
use super::reader::Text;
use super::reading::{Disguise, Field, Mention};
use super::views::{Lens, is_turned};
use super::word_sets::WordSets;

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
    let known: Vec<bool> = text
        .tokens
        .iter()
        .map(|token| words.is_known(text.word(token)))
        .collect();
    as_written::find(names, words, text, Lens::Plain, &mut found);
    if text.original.chars().any(may_look_alike) {
        for lens in [Lens::Lookalike, Lens::Transliterated] {
            let seen = Text::new(text.field, text.original, lens);
            as_written::find(names, words, &seen, lens, &mut found);
        }
        if text.original.chars().any(is_turned) {
            let seen = Text::new(text.field, text.original, Lens::Turned);
            let nothing_known = vec![false; seen.tokens.len()];
            disguise::reversed(names, &seen, &nothing_known, &mut found);
        }
    }
    disguise::joined(names, words, text, &known, &mut found);
    disguise::by_word(names, words, text, &mut found);
    disguise::reversed(names, text, &known, &mut found);
    disguise::misspelt(names, words, text, &known, &mut found);
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

/// Whether a letter may be drawn like another or spell another script: not Western European letters and
/// accents, dashes, quotes, currencies, marks of registration.
fn may_look_alike(letter: char) -> bool {
    letter >= '\u{180}' && !matches!(letter, '\u{300}'..='\u{36f}' | '\u{2000}'..='\u{20cf}' | '™')
}

/// Adds names that the title begins and the description ends: `Gu` | `cci belt`. Each part is a mention
/// in its own field.
pub(super) fn add_split(
    names: &Names,
    words: &WordSets,
    title: &Text,
    description: &Text,
    mentions: &mut Vec<Mention>,
) {
    const MOST_PIECES: usize = 3;
    let mut parts = Vec::new();
    let heads = title.tokens.iter().enumerate().rev().take(MOST_PIECES);
    for (from, head) in heads {
        let heading = head.letters.start..title.tokens.last().map_or(0, |last| last.letters.end);
        for (to, tail) in description.tokens.iter().enumerate().take(MOST_PIECES) {
            let tailing = 0..tail.letters.end;
            if heading.len() < 2
                || tailing.len() < 2
                || heading.len() + tailing.len() > names.longest
            {
                continue;
            }
            let hash = concatenated(
                title.letters.hash(heading.clone()),
                description.letters.hash(tailing.clone()),
                tailing.len(),
            );
            for &index in names.exact.get(hash) {
                let name = names.name(index);
                let spelt = [
                    title.letters.get(heading.clone()),
                    description.letters.get(tailing.clone()),
                ]
                .concat();
                let plain = title.tokens[from..]
                    .iter()
                    .all(|token| words.is_known(title.word(token)))
                    && description.tokens[..=to]
                        .iter()
                        .all(|token| words.is_known(description.word(token)));
                let chance = plain && (name.length < 6 || name.word_count > 1);
                if name.length >= SHORTEST_DISGUISED
                    && !chance
                    && spelt.into_iter().eq(name.joined.chars())
                {
                    parts.push((
                        index,
                        title,
                        head.start..title.tokens.last().map_or(head.end, |last| last.end),
                    ));
                    parts.push((index, description, description.tokens[0].start..tail.end));
                }
            }
        }
    }
    for (index, text, span) in parts {
        let name = names.name(index);
        let found = Found {
            name: index,
            span,
            disguise: Some(Disguise::Split),
            sureness: 0.7,
        };
        let taken = mentions.iter().any(|other| {
            other.field == text.field
                && other.start < found.span.end
                && found.span.start < other.end
        });
        if !taken {
            mentions.push(Mention {
                brand: names.brands[name.brand as usize].clone(),
                text: text.original[found.span.clone()].to_owned(),
                field: text.field,
                start: found.span.start,
                end: found.span.end,
                disguise: found.disguise,
                confidence: confidence::of(name, &found, text),
                lawful: false,
            });
        }
    }
    mentions.sort_by_key(|mention| (mention.field, mention.start, mention.end));
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
        let spelt = joined(&mention.text);
        let ordinary = names.called(&spelt).any(|name| names.name(name).ordinary);
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
