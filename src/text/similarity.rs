//! How alike two titles are.

use super::views::folded;

/// The character trigrams of `text`'s folded words, a space before and after each, as sorted hashes
/// with their counts.
pub fn trigrams(text: &str) -> Vec<(u64, f64)> {
    let words = folded(text);
    if words.is_empty() {
        return Vec::new();
    }
    let letters: Vec<char> = std::iter::once(' ')
        .chain(words.chars())
        .chain(std::iter::once(' '))
        .collect();
    let mut keys: Vec<u64> = letters
        .windows(3)
        .map(|three| {
            three
                .iter()
                .fold(0, |key, letter| key << 21 | u64::from(u32::from(*letter)))
        })
        .collect();
    keys.sort_unstable();
    let mut counted: Vec<(u64, f64)> = Vec::with_capacity(keys.len());
    for key in keys {
        match counted.last_mut() {
            Some((last, count)) if *last == key => *count += 1.0,
            _ => counted.push((key, 1.0)),
        }
    }
    counted
}

/// The cosine of two weighted sets sorted by key, 0..=1 for weights that are not negative.
pub fn cosine(left: &[(u64, f64)], right: &[(u64, f64)]) -> f64 {
    let norm = |vector: &[(u64, f64)]| {
        vector
            .iter()
            .map(|(_, weight)| weight * weight)
            .sum::<f64>()
            .sqrt()
    };
    let (mut i, mut j, mut dot) = (0, 0, 0.0);
    while let (Some((a, x)), Some((b, y))) = (left.get(i), right.get(j)) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                dot += x * y;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    let norms = norm(left) * norm(right);
    if norms > 0.0 {
        (dot / norms).min(1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn title_similarity(left: &str, right: &str) -> f64 {
        cosine(&trigrams(left), &trigrams(right))
    }

    #[test]
    fn order_and_case_matter_little() {
        assert!(title_similarity("Chaz Kangeroo Hoodie", "HOODIE Chaz Kangeroo") > 0.8);
        assert!(title_similarity("Chaz Kangeroo Hoodie", "Radiant Tee") < 0.2);
        assert_eq!(title_similarity("", "x"), 0.0);
    }

    proptest! {
        #[test]
        fn symmetric_and_bounded(left in "\\PC{0,40}", right in "\\PC{0,40}") {
            let there = title_similarity(&left, &right);
            prop_assert!((0.0..=1.0).contains(&there));
            prop_assert!((there - title_similarity(&right, &left)).abs() < 1e-12);
            let itself = title_similarity(&left, &left);
            prop_assert!(folded(&left).is_empty() || itself > 1.0 - 1e-9);
        }
    }
}
