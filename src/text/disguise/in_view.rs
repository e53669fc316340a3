use super::masked::is_mask;
use crate::text::names::{Name, SHORTEST_DISGUISED};
use crate::text::reading::Disguise;
use crate::text::views::{is_invisible, is_overlay, is_unsegmented};

type Undone = (Option<Disguise>, f64);

/// What the plain view undid in `written` beyond what honest sellers write.
///
/// Full width is ordinary in East Asia, soft hyphens and joiners come with copied text, dotted and
/// dotless i with Turkish. A single accent that the registered name lacks is more often the right
/// spelling of a name registered without it (Hermes) than a disguise.
pub(crate) fn in_plain(name: &Name, written: &str) -> Undone {
    // The plain view takes a mask between two words for a space: `The*Row`.
    if written.contains(is_mask) && !name.registered.contains(is_mask) {
        return (Some(Disguise::Masked), 0.85);
    }
    if written.is_ascii() {
        return (None, 1.0);
    }
    let foreign = |letter: &char| !letter.is_ascii() && !name.registered.contains(*letter);
    let mut accents = 0;
    let mut disguise = None;
    for letter in written.chars().filter(foreign) {
        match letter {
            '\u{ad}'
            | '\u{200c}'
            | '\u{200d}'
            | '\u{fe0f}'
            | 'ı'
            | 'İ'
            | '\u{ff00}'..='\u{ffef}' => {}
            _ if is_invisible(letter) => return (Some(Disguise::Invisible), 0.95),
            _ if is_overlay(letter) || is_drawn(letter) => disguise = Some(Disguise::Lookalike),
            _ if letter
                .to_lowercase()
                .all(|lower| name.registered.contains(lower)) => {}
            _ if letter.is_alphabetic() && !is_unsegmented(letter) => accents += 1,
            _ => {}
        }
    }
    match (disguise, accents) {
        (Some(disguise), _) => (Some(disguise), 0.95),
        (None, 0) => (None, 1.0),
        (None, 1) => (None, 0.85),
        (None, _) => (Some(Disguise::Lookalike), 0.8),
    }
}

/// Letters that NFKC knows as a drawn form of another: mathematical, circled, squared.
fn is_drawn(letter: char) -> bool {
    matches!(letter, '\u{2100}'..='\u{214f}' | '\u{2460}'..='\u{24ff}' | '\u{1d400}'..='\u{1d7ff}' | '\u{1f100}'..='\u{1f1ff}')
}

/// Letters of another script that look like the name; `None` when too little of it does.
pub(crate) fn in_lookalike(name: &Name, written: &str) -> Option<Undone> {
    if written.is_ascii() {
        return None;
    }
    let drawn =
        |letter: char| !letter.is_ascii() && !letter.is_alphabetic() || is_small_capital(letter);
    let mixed = written.chars().any(|c| c.is_ascii_alphabetic());
    if mixed || written.chars().any(drawn) {
        return (name.length > 1).then_some((Some(Disguise::Lookalike), 0.95));
    }
    // All of another script: it may be a word of that script which happens to look so.
    (name.length >= SHORTEST_DISGUISED).then_some((
        Some(Disguise::Lookalike),
        if name.length > 5 { 0.75 } else { 0.55 },
    ))
}

fn is_small_capital(letter: char) -> bool {
    matches!(letter, '\u{1d00}'..='\u{1d25}' | '\u{250}'..='\u{2af}' | '\u{a730}'..='\u{a731}')
}

/// Another script's letters that sound like the name; `None` unless all are of another script.
pub(crate) fn in_transliterated(name: &Name, written: &str) -> Option<Undone> {
    if name.length < SHORTEST_DISGUISED || written.chars().any(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let latin = |letter: char| matches!(letter, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{ff00}'..='\u{ff5e}');
    if written.is_ascii() || written.chars().any(latin) {
        return None;
    }
    let syllables = written.chars().any(is_unsegmented);
    Some((
        Some(Disguise::Transliterated),
        if syllables { 0.6 } else { 0.75 },
    ))
}
