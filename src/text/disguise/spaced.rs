use super::masked::is_mask;
use crate::text::names::SHORTEST_DISGUISED;
use crate::text::reader::{Text, TextToken};
use crate::text::reading::Disguise;
use crate::text::word_sets::WordSets;

/// What it is when `pieces` together spell a name of `length` letters: `N I K E`, `N.I.K.E`, `gu.cci`,
/// `gu cci`.
///
/// Ordinary words that make up a name together (`new era`) are no disguise unless a sign other than a
/// hyphen stands between them. With a mask between the letters (`D*io*r`) it is a masked name.
pub(crate) fn spaced(
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
