use super::is_taken;
use super::masked::is_mask;
use crate::text::mentions::Found;
use crate::text::names::{Names, SHORTEST_DISGUISED};
use crate::text::reader::{Text, TextToken, WordSets};
use crate::text::reading::Disguise;

/// Most words that a name set apart is looked for in: `N I K E` has four.
const MOST_PIECES: usize = 16;

/// Names whose letters stand apart: `N I K E`, `N.I.K.E`, `gu.cci`, `gu cci`.
///
/// The words are put together again a few at a time and looked up. Ordinary words that make up a
/// name together (`new era`) are no disguise unless a sign other than a hyphen stands between them.
/// With a mask between the letters (`D*io*r`) it is a masked name.
pub(crate) fn spaced(names: &Names, words: &WordSets, text: &Text, found: &mut Vec<Found>) {
    let mut joined = String::with_capacity(64);
    for start in 0..text.tokens.len() {
        joined.clear();
        joined.push_str(text.word(&text.tokens[start]));
        for end in start + 1..(start + MOST_PIECES).min(text.tokens.len()) {
            let pieces = &text.tokens[start..=end];
            // Two long words are two words; only single letters go on and on.
            if pieces.len() > 4 && joined.len() > pieces.len() + 2 {
                break;
            }
            joined.push_str(text.word(&text.tokens[end]));
            let Some(candidates) = names.exact.get(&joined) else {
                continue;
            };
            let span = pieces[0].start..text.tokens[end].end;
            if is_taken(found, &span) {
                continue;
            }
            for &index in candidates {
                let name = names.name(index);
                if name.length < SHORTEST_DISGUISED {
                    continue;
                }
                if let Some((disguise, sureness)) = judge(words, text, pieces, name.length) {
                    found.push(Found {
                        name: index,
                        span: span.clone(),
                        disguise,
                        sureness,
                    });
                }
            }
        }
    }
}

fn judge(
    words: &WordSets,
    text: &Text,
    pieces: &[TextToken],
    length: usize,
) -> Option<(Option<Disguise>, f64)> {
    let gaps = pieces
        .windows(2)
        .map(|pair| &text.original[pair[0].end..pair[1].start]);
    if gaps.clone().any(|gap| gap.contains(is_mask)) {
        return Some((Some(Disguise::Masked), 0.85));
    }
    let spaced = |sureness| Some((Some(Disguise::Spaced), sureness));
    if pieces
        .iter()
        .all(|piece| text.word(piece).chars().count() == 1)
    {
        return spaced(0.9);
    }
    let white = gaps
        .clone()
        .any(|gap| gap.is_empty() || gap.contains(char::is_whitespace));
    let hyphens = gaps.clone().all(|gap| gap == "-");
    let ordinary = pieces
        .iter()
        .filter(|piece| words.is_ordinary(text.word(piece)))
        .count();
    let short = pieces
        .iter()
        .any(|piece| text.word(piece).chars().count() <= 2);
    match (white, hyphens) {
        (true, _) if length > SHORTEST_DISGUISED && ordinary < pieces.len() => {
            spaced(if ordinary == 0 { 0.7 } else { 0.5 })
        }
        (true, _) => None,
        // A compound with a hyphen is another spelling of the name, not a disguise.
        (false, true) if !short => Some((None, 0.7)),
        (false, true) => spaced(0.65),
        (false, false) => spaced(0.85),
    }
}
