use super::{is_taken, windows};
use crate::text::mentions::Found;
use crate::text::names::{Name, Names, SHORTEST_DISGUISED};
use crate::text::reading::Disguise;
use crate::text::views::{Letter, Words, is_unsegmented, span};
use crate::text::word_sets::WordSets;

/// Most letters that one run of masks hides when their number differs.
const MOST_HIDDEN: usize = 4;

/// A star after an ordinary word of at most this many letters is a footnote's: too little of a name shows.
const LONGEST_FOOTNOTED: usize = 3;

/// Names with letters covered: `N*ke`, `Herme*`, `COA**`, `The*Row`, `D*io*r`, and `Ni * e`, as machine translation
/// writes it.
///
/// A mask stands for one letter or space; where that fits no name, a run of masks for one to four,
/// and where that fits none either, for nothing. At least two letters and half of the name must show.
pub(crate) fn masked(names: &Names, known: &WordSets, words: &Words, found: &mut Vec<Found>) {
    for word in words.around(is_mask) {
        let set_apart = pieces(word).filter(|piece| is_masked(piece));
        for piece in set_apart.collect::<Vec<_>>() {
            add(names, known, &[piece], found);
        }
    }
    let pieces: Vec<&[Letter]> = words.iter().flat_map(pieces).collect();
    let odd: Vec<bool> = pieces.iter().map(|piece| is_masked(piece)).collect();
    for window in windows(&odd, names.most_words) {
        add(names, known, &pieces[window], found);
    }
}

/// Adds the names that the pieces spell together, each a word.
fn add(names: &Names, known: &WordSets, pieces: &[&[Letter]], found: &mut Vec<Found>) {
    let mut pattern: Vec<char> = Vec::new();
    for piece in pieces {
        if !pattern.is_empty() {
            pattern.push(' ');
        }
        pattern.extend(piece.iter().map(|letter| {
            if is_mask(letter.folded) {
                '*'
            } else {
                letter.folded
            }
        }));
    }
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
        return;
    };
    let span = span(first).start..span(last).end;
    if is_taken(found, &span) || excluded(known, &pattern) {
        return;
    }
    for (index, sureness) in matches(names, known, &pattern) {
        found.push(Found {
            name: index,
            span: span.clone(),
            disguise: Some(Disguise::Masked),
            sureness,
        });
    }
}

/// Signs that cover a letter wherever they stand.
pub(super) fn is_mask(letter: char) -> bool {
    matches!(
        letter,
        '*' | '✱'
            | '∗'
            | '✳'
            | '•'
            | '●'
            | '○'
            | '◯'
            | '〇'
            | '■'
            | '□'
            | '▪'
            | '★'
            | '☆'
    )
}

/// Signs that cover a letter only between two others.
fn is_inner_mask(letter: char) -> bool {
    matches!(letter, '#' | '_' | '?' | '^' | '~' | '%')
}

fn is_masked(piece: &[Letter]) -> bool {
    piece
        .iter()
        .any(|letter| is_mask(letter.folded) || is_inner_mask(letter.folded))
}

/// The runs of letters, digits and masks of a word that begin with a letter, or with one mask and letters.
fn pieces(word: &[Letter]) -> impl Iterator<Item = &[Letter]> {
    let part = |letter: &Letter| {
        letter.folded.is_alphanumeric() || is_mask(letter.folded) || is_inner_mask(letter.folded)
    };
    // Where another script begins, another word does: `Arman*阿玛*`.
    let same_script = |a: &Letter, b: &Letter| is_unsegmented(a.folded) == is_unsegmented(b.folded);
    let runs = word.split(move |letter| !part(letter));
    let runs = runs.flat_map(move |run| run.chunk_by(same_script));
    runs.filter_map(|run| {
        let start = run
            .iter()
            .position(|letter| letter.folded.is_alphanumeric())?;
        // One mask in front may cover a letter (`*ucci`); several are decoration.
        let covered = start == 1 && run.len() > 4 && run[0].folded == '*';
        let start = if covered { 0 } else { start };
        let end = run
            .iter()
            .rposition(|letter| letter.folded.is_alphanumeric() || is_mask(letter.folded))?;
        let run = run.get(start..=end)?;
        // A year or size after the mask (`Dio*22`) is no part of the name.
        let digits = run
            .iter()
            .rev()
            .take_while(|letter| letter.folded.is_ascii_digit())
            .count();
        let named = &run[..run.len() - digits];
        Some(
            if digits > 0 && named.last().is_some_and(|last| is_mask(last.folded)) {
                named
            } else {
                run
            },
        )
    })
}

/// Footnote stars after a word or name, decent spellings of rude words, and what shows too little.
fn excluded(known: &WordSets, pattern: &[char]) -> bool {
    let shown = pattern.iter().filter(|c| c.is_alphanumeric()).count();
    let inner: String = pattern.iter().collect();
    let bare = inner.trim_end_matches('*');
    let footnote = !bare.contains(|c: char| !c.is_alphanumeric() && c != ' ')
        && bare
            .split(' ')
            .next_back()
            .is_some_and(|word| word.len() <= LONGEST_FOOTNOTED && known.is_common(word));
    let rude = known.censored.iter().any(|word| fits(pattern, word, false));
    shown < 2 || footnote && inner.len() - bare.len() == 1 || rude
}

/// The names that fit `pattern`, with how sure that is; none when several brands do.
fn matches(names: &Names, known: &WordSets, pattern: &[char]) -> Vec<(u32, f64)> {
    // A mask in front covers any letter; then everything else must show.
    let firsts: Vec<char> = match pattern.first() {
        Some('*') if pattern[1..].iter().all(|c| c.is_alphabetic()) => ('a'..='z').collect(),
        Some(first) => vec![*first],
        None => Vec::new(),
    };
    let shown = pattern.iter().filter(|c| c.is_alphanumeric()).count();
    let masks = pattern
        .iter()
        .filter(|c| !c.is_alphanumeric() && **c != ' ')
        .count();
    let of_length = |length: usize| {
        let lists = firsts
            .iter()
            .filter_map(move |first| names.by_length.get(&(*first, length)));
        lists.flatten().copied()
    };
    let shows_enough = |name: &Name| 2 * shown >= name.length && name.length >= SHORTEST_DISGUISED;
    let fitting = |length: usize, loose: bool| {
        of_length(length).filter(move |index| {
            let name = names.name(*index);
            shows_enough(name) && fits(pattern, &name.words, loose)
        })
    };
    let one_brand = |found: Vec<u32>, sureness: f64| {
        let brands = found
            .iter()
            .map(|index| names.name(*index).brand)
            .collect::<std::collections::BTreeSet<_>>();
        let best = found.first().copied().filter(|_| brands.len() == 1);
        best.map(|index| (index, sureness))
            .into_iter()
            .collect::<Vec<_>>()
    };
    let exact: Vec<u32> = fitting(pattern.len(), false).collect();
    if !exact.is_empty() {
        let bare: String = pattern.iter().take_while(|c| c.is_alphanumeric()).collect();
        return one_brand(
            exact,
            if shown < 3 {
                0.6
            } else if pattern.len() == bare.len() + 1 && known.is_known(&bare) {
                // `Role*` may be a word with a footnote.
                0.5
            } else {
                0.85
            },
        );
    }
    // Masks that cover nothing: `D*io*r`.
    let bare: String = pattern.iter().filter(|c| c.is_alphanumeric()).collect();
    let inserted: Vec<u32> = names
        .called(&bare)
        .filter(|index| names.name(*index).length >= SHORTEST_DISGUISED)
        .collect();
    if !inserted.is_empty() {
        return one_brand(inserted, 0.8);
    }
    if shown < 3 || pattern[0] == '*' || known.is_known(&bare) {
        return Vec::new();
    }
    let shortest = pattern.len() + 1 - masks.min(pattern.len());
    let loose: Vec<u32> = (shortest..=pattern.len() + MOST_HIDDEN)
        .flat_map(|length| fitting(length, true))
        .collect();
    one_brand(loose, if shown >= 4 { 0.65 } else { 0.5 })
}

/// Whether `name` fits `pattern`, in which what is no letter, digit or space is a mask; each for one
/// character, or when `loose` each run of them for one to [`MOST_HIDDEN`].
fn fits(pattern: &[char], name: &str, loose: bool) -> bool {
    let name: Vec<char> = name.chars().collect();
    let covers = |c: char| !c.is_alphanumeric() && c != ' ';
    if !loose {
        return pattern.len() == name.len()
            && pattern
                .iter()
                .zip(&name)
                .all(|(masked, letter)| covers(*masked) || masked == letter);
    }
    let (mut at, mut states) = (0, vec![0usize]);
    while at < pattern.len() && !states.is_empty() {
        if covers(pattern[at]) {
            while at < pattern.len() && covers(pattern[at]) {
                at += 1;
            }
            states = states
                .iter()
                .flat_map(|state| state + 1..=state + MOST_HIDDEN)
                .filter(|s| *s <= name.len())
                .collect();
            states.sort_unstable();
            states.dedup();
        } else {
            states.retain(|state| name.get(*state) == Some(&pattern[at]));
            states.iter_mut().for_each(|state| *state += 1);
            at += 1;
        }
    }
    states.contains(&name.len())
}
