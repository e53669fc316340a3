//! The known word that a misspelt one was probably meant to be.

/// The nearest of `known` by edit distance, at most a third of its letters away.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().replace('-', "_").chars().collect();
    known
        .iter()
        .map(|candidate| {
            let letters: Vec<char> = candidate.chars().collect();
            (edit_distance(&word, &letters), letters.len(), *candidate)
        })
        .filter(|(distance, length, _)| *distance <= (*length / 3).max(1))
        .min()
        .map(|(_, _, candidate)| candidate)
}

/// Levenshtein's distance: insertions, deletions and substitutions (doi:10.1145/321796.321811).
fn edit_distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_another_word_finds_none() {
        let known = ["authorised_sellers", "aliases", "name", "rights"];
        assert_eq!(
            nearest("authorized-sellers", &known),
            Some("authorised_sellers")
        );
        assert_eq!(nearest("alias", &known), Some("aliases"));
        assert_eq!(nearest("Right", &known), Some("rights"));
        assert_eq!(nearest("colour", &known), None);
        // A hostile key costs its length, not its square.
        assert_eq!(nearest(&"x".repeat(100_000), &known), None);
    }
}
