use super::lexicon::{Contexts, Governor, Noun, NounKind, Scope};
use super::phrases::{Cue, Hit};
use super::reader::Text;
use super::reading::{Context, ContextKind, Field, Mention};
use crate::record::Condition;

/// Words between a phrase and the brand that it governs.
const REACH: usize = 3;
/// Words between a thing's name and the phrase after it: `leather case, black, for`.
const NOUN_REACH: usize = 8;

/// The lawful contexts of a listing; sets [`Mention::lawful`] of the mentions that they govern.
///
/// A phrase governs by order and distance: the next brand after it (or before it, in languages that
/// say it so) in the same sentence, then the brands listed with that one. Once a brand is named so,
/// what comes later about the same brand is about the same offer. The brand field says whose goods
/// are offered, so only what holds for the whole listing makes it lawful.
pub(super) fn contexts(
    lexicon: &Contexts,
    bridges: &[String],
    texts: &[(&Text, &[Hit])],
    condition: Option<Condition>,
    mentions: &mut [Mention],
) -> Vec<Context> {
    let mut found: Vec<Context> = Vec::new();
    let mut everything_lawful = false;
    if let Some(condition) = condition.filter(|condition| *condition != Condition::New) {
        let text = format!("condition: {}", condition.as_str());
        found.push(Context {
            kind: ContextKind::Used,
            text,
            brand: None,
        });
        everything_lawful = true;
    }
    for (text, hits) in texts {
        for (hit, governor) in governors(lexicon, hits) {
            if governor.title_only && text.field != Field::Title {
                continue;
            }
            let words = text.original[hit.start..hit.end].to_owned();
            if governor.scope == Scope::Listing {
                everything_lawful |= governor.kind.lawful_without_brand_rights();
                found.push(Context {
                    kind: governor.kind,
                    text: words,
                    brand: None,
                });
                continue;
            }
            let governed = governed(text, hit, governor, bridges, mentions);
            let Some(&first) = governed.first() else {
                continue;
            };
            let noun = noun(lexicon, text, hits, hit, &mentions[first]);
            let (kind, thing) = match noun {
                Some((_, NounKind::Goods)) if governor.weak => continue,
                Some((noun, NounKind::Accessory)) => (ContextKind::Accessory, noun),
                Some((noun, NounKind::Parts)) => (ContextKind::Parts, noun),
                _ => (governor.kind, hit),
            };
            let words =
                text.original[thing.start.min(hit.start)..thing.end.max(hit.end)].to_owned();
            for index in governed {
                mentions[index].lawful |= kind.lawful_without_brand_rights();
                found.push(Context {
                    kind,
                    text: words.clone(),
                    brand: Some(mentions[index].brand.clone()),
                });
            }
        }
    }
    carry_on(mentions);
    if everything_lawful {
        mentions
            .iter_mut()
            .for_each(|mention| mention.lawful = true);
    }
    without_repeats(found)
}

fn governors<'a>(
    lexicon: &'a Contexts,
    hits: &'a [Hit],
) -> impl Iterator<Item = (&'a Hit, &'a Governor)> {
    hits.iter().filter_map(|hit| match hit.cue {
        Cue::Context(index) => lexicon
            .contexts
            .get(index as usize)
            .map(|governor| (hit, governor)),
        _ => None,
    })
}

/// The mentions, by index, that the phrase governs.
fn governed(
    text: &Text,
    hit: &Hit,
    governor: &Governor,
    bridges: &[String],
    mentions: &[Mention],
) -> Vec<usize> {
    let reaches = |start: usize, end: usize| {
        let gap = text.between(start, end);
        let bridged = || gap.iter().all(|token| is_bridge(text.word(token), bridges));
        gap.len() <= REACH && !text.breaks_between(start, end) && (!governor.weak || bridged())
    };
    let here = |mention: &Mention| mention.field == text.field;
    let mut governed = Vec::new();
    if governor.scope == Scope::After {
        let last = mentions
            .iter()
            .rposition(|mention| here(mention) && mention.end <= hit.start);
        governed.extend(last.filter(|last| reaches(mentions[*last].end, hit.start)));
        return governed;
    }
    let mut reached = None;
    for (index, mention) in mentions
        .iter()
        .enumerate()
        .filter(|(_, mention)| here(mention) && mention.start >= hit.end)
    {
        let governs = match reached {
            None => reaches(hit.end, mention.start),
            Some(end) => mention.start < end || lists(text, end, mention.start, bridges),
        };
        if !governs {
            break;
        }
        reached = Some(mention.end);
        governed.push(index);
    }
    governed
}

/// Whether what stands between two brands makes them a list (`A 301, B and C`) or one thing
/// (`Apple iPhone`).
fn lists(text: &Text, start: usize, end: usize, bridges: &[String]) -> bool {
    let gap = text.between(start, end);
    let sign = text.original[start..end].contains([',', '/', '&', '+', '、', '，']);
    let bridged = gap.iter().all(|token| is_bridge(text.word(token), bridges));
    !text.breaks_between(start, end) && (bridged || sign && gap.len() <= REACH)
}

fn is_bridge(word: &str, bridges: &[String]) -> bool {
    word == "&"
        || word.contains(|c: char| c.is_ascii_digit())
        || bridges.iter().any(|bridge| bridge == word)
}

/// The thing offered: the last named before the phrase in its sentence, else an accessory or part
/// named after the brand.
fn noun<'a>(
    lexicon: &Contexts,
    text: &Text,
    hits: &'a [Hit],
    phrase: &Hit,
    mention: &Mention,
) -> Option<(&'a Hit, NounKind)> {
    let nouns = || {
        hits.iter().filter_map(|hit| match hit.cue {
            Cue::Noun(index) => lexicon
                .nouns
                .get(index as usize)
                .map(|noun: &Noun| (hit, noun.kind)),
            _ => None,
        })
    };
    let before = nouns().rfind(|(hit, _)| {
        hit.end <= phrase.start
            && text.between(hit.end, phrase.start).len() <= NOUN_REACH
            && !text.breaks_between(hit.end, phrase.start)
    });
    before.or_else(|| {
        let after = phrase.end.max(mention.end);
        nouns().find(|(hit, kind)| {
            hit.start >= after
                && *kind != NounKind::Goods
                && text.between(after, hit.start).len() <= NOUN_REACH
                && !text.breaks_between(after, hit.start)
        })
    })
}

/// Later mentions of a brand that was first named lawfully are lawful too.
fn carry_on(mentions: &mut [Mention]) {
    for index in 0..mentions.len() {
        let (earlier, rest) = mentions.split_at_mut(index);
        let Some(mention) = rest
            .first_mut()
            .filter(|mention| mention.field != Field::Brand)
        else {
            continue;
        };
        let first = earlier
            .iter()
            .find(|other| other.field != Field::Brand && other.brand == mention.brand);
        mention.lawful |= first.is_some_and(|first| first.lawful);
    }
}

fn without_repeats(found: Vec<Context>) -> Vec<Context> {
    let mut kept: Vec<Context> = Vec::with_capacity(found.len());
    for context in found {
        if !kept.contains(&context) {
            kept.push(context);
        }
    }
    kept
}
