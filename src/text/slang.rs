use super::lexicon::{Lexicons, Side};
use super::phrases::{Cue, Hit};
use super::reader::Text;
use super::reading::{Context, ContextKind, Reading, Slang};

/// Words between a negation and what it negates: `not a cheap replica`.
const REACH: usize = 3;

/// Adds slang and claims; slang that is denied becomes a [`ContextKind::NotReplica`], a claim that is
/// denied is none.
pub(super) fn slang_and_claims(
    lexicons: &Lexicons,
    text: &Text,
    hits: &[Hit],
    reading: &mut Reading,
) {
    for hit in hits {
        let denied = negation(lexicons, text, hits, hit);
        match (hit.cue, denied) {
            (Cue::Slang(_), Some(negation)) => {
                let words =
                    &text.original[negation.start.min(hit.start)..negation.end.max(hit.end)];
                let context = Context {
                    kind: ContextKind::NotReplica,
                    text: words.to_owned(),
                    brand: None,
                };
                if !reading.contexts.contains(&context) {
                    reading.contexts.push(context);
                }
            }
            (Cue::Slang(index), None) => {
                let Some(entry) = lexicons.slang.slang.get(index as usize) else {
                    continue;
                };
                let slang = Slang {
                    text: text.original[hit.start..hit.end].to_owned(),
                    meaning: entry.meaning.clone(),
                    weight: entry.weight,
                };
                if !reading.slang.contains(&slang) {
                    reading.slang.push(slang);
                }
            }
            (Cue::Claim(index), None) => {
                let Some(entry) = lexicons.claims.get(index as usize) else {
                    continue;
                };
                if !reading.claims.contains(&entry.claim) {
                    reading.claims.push(entry.claim.clone());
                }
            }
            _ => {}
        }
    }
}

/// The negation that governs `hit`: before it in the same sentence, or right after it in languages
/// that negate so.
fn negation<'a>(lexicons: &Lexicons, text: &Text, hits: &'a [Hit], hit: &Hit) -> Option<&'a Hit> {
    hits.iter().find(|negation| {
        let Cue::Negation(index) = negation.cue else {
            return false;
        };
        let Some(entry) = lexicons.slang.negations.get(index as usize) else {
            return false;
        };
        let (start, end, reach) = match entry.side {
            Side::Before => (negation.end, hit.start, REACH),
            Side::After => (hit.end, negation.start, 0),
        };
        start <= end
            && text.between(start, end).len() <= reach
            && !text.breaks_between(start, end)
            && !another_clause(text, hits, start, end)
    })
}

/// Whether brackets, or a comma that makes no list of slang (`no fakes, replicas`), stand between.
fn another_clause(text: &Text, hits: &[Hit], start: usize, end: usize) -> bool {
    let gap = &text.original[start..end];
    let listed = || {
        hits.iter()
            .any(|hit| matches!(hit.cue, Cue::Slang(_)) && hit.start >= start && hit.end <= end)
    };
    gap.contains(['[', ']', '(', ')', '【', '】']) || gap.contains([',', '，', '/']) && !listed()
}
