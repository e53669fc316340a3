use super::is_taken;
use crate::text::letters::concatenated;
use crate::text::mentions::Found;
use crate::text::names::{Names, SHORTEST_DISGUISED};
use crate::text::reader::Text;
use crate::text::reading::Disguise;

/// Names written from behind: `ekin`, `nottiuv siuol`, and word by word `siuol nottiuv`. Known words are
/// none (`live`, `evil`).
pub(crate) fn reversed(names: &Names, text: &Text, known: &[bool], found: &mut Vec<Found>) {
    let before = found.len();
    for start in 0..text.tokens.len() {
        // Each word from behind, in the words' own order.
        let mut by_word = 0;
        for end in start..(start + names.most_words).min(text.tokens.len()) {
            let (first, last) = (&text.tokens[start], &text.tokens[end]);
            let all = first.letters.start..last.letters.end;
            if !last.alphabetic || all.len() > names.longest {
                break;
            }
            by_word = concatenated(
                by_word,
                text.letters.reversed(last.letters.clone()),
                last.letters.len(),
            );
            if all.len() < SHORTEST_DISGUISED || known[start..=end].iter().all(|known| *known) {
                continue;
            }
            let hashes = [text.letters.reversed(all.clone()), by_word];
            for hash in &hashes[..if end == start { 1 } else { 2 }] {
                for &index in names.exact.get(*hash) {
                    let name = names.name(index);
                    let span = first.start..last.end;
                    let palindrome = text.letters.spell(all.clone(), &name.joined);
                    let counts = sorted(text.letters.get(all.clone()).iter().copied())
                        == sorted(name.joined.chars());
                    if name.length >= SHORTEST_DISGUISED
                        && counts
                        && !palindrome
                        && !is_taken(&found[..before], &span)
                    {
                        found.push(Found {
                            name: index,
                            span,
                            disguise: Some(Disguise::Reversed),
                            sureness: if name.length > SHORTEST_DISGUISED {
                                0.8
                            } else {
                                0.6
                            },
                        });
                    }
                }
            }
        }
    }
}

fn sorted(letters: impl Iterator<Item = char>) -> Vec<char> {
    let mut letters: Vec<char> = letters.collect();
    letters.sort_unstable();
    letters
}
