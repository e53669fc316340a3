use super::numbers::differing;
use super::titles::Side;
use super::{flag, share};
use crate::matching::facts::Facts;
use crate::text::similarity::cosine;

/// What shops call the versions and editions of one article.
pub(super) fn editions(left: &Facts, right: &Facts) -> [f64; 8] {
    let (of_left, of_right) = (&left.wording, &right.wording);
    let platforms = Sets::new(&of_left.platforms, &of_right.platforms);
    let editions = Sets::new(&of_left.editions, &of_right.editions);
    let versions = Sets::new(&of_left.versions, &of_right.versions);
    [
        flag(platforms.differ),
        flag(of_left.upgrade != of_right.upgrade),
        flag(of_left.academic != of_right.academic),
        flag(editions.differ),
        flag(of_left.editions.is_empty() != of_right.editions.is_empty()),
        flag(editions.shared_in_part),
        flag(versions.differ),
        flag(versions.shared_in_part),
    ]
}

/// How two sets of which none is empty stand to each other.
struct Sets {
    differ: bool,
    shared_in_part: bool,
}

impl Sets {
    fn new<T: PartialEq>(left: &[T], right: &[T]) -> Self {
        let both = !left.is_empty() && !right.is_empty();
        let shared = left.iter().any(|one| right.contains(one));
        Self {
            differ: both && !shared,
            shared_in_part: shared && left != right,
        }
    }
}

fn qualifiers(side: &Side<'_>) -> usize {
    let alone = side
        .words
        .iter()
        .zip(&side.told)
        .filter(|(_, told)| **told < 0.5);
    alone.filter(|(word, _)| is_qualifier(&word.text)).count()
}

pub(super) fn texts(
    (left, one): (&Facts, &Side<'_>),
    (right, other): (&Facts, &Side<'_>),
) -> [f64; 6] {
    let described = |side: &Side<'_>, by: &Facts| {
        let told: Vec<f64> = side
            .words
            .iter()
            .map(|word| flag(by.describes(word.key)))
            .collect();
        side.share(&told)
    };
    let missing = left.description.is_empty() || right.description.is_empty();
    [
        share(qualifiers(one) + qualifiers(other), 2),
        described(one, right).max(described(other, left)),
        if missing {
            0.0
        } else {
            cosine(&left.description, &right.description)
        },
        flag(missing),
        flag(differing(left, right, |unit| unit == "pk") > 0),
        1.0 / (1 + left.words.len().min(right.words.len())) as f64,
    ]
}

/// Words that make another article of one with the same name.
fn is_qualifier(word: &str) -> bool {
    const QUALIFIERS: &[&str] = &[
        "academic",
        "adapter",
        "add",
        "basic",
        "battery",
        "bundle",
        "business",
        "cable",
        "case",
        "cd",
        "charger",
        "cover",
        "deluxe",
        "dvd",
        "edu",
        "education",
        "enterprise",
        "expansion",
        "extra",
        "home",
        "kid",
        "kit",
        "large",
        "left",
        "lic",
        "license",
        "lite",
        "mac",
        "macintosh",
        "max",
        "medium",
        "men",
        "mini",
        "mount",
        "oem",
        "plus",
        "premium",
        "pro",
        "professional",
        "refill",
        "refurbished",
        "replacement",
        "right",
        "small",
        "standard",
        "std",
        "student",
        "suite",
        "teacher",
        "ultimate",
        "upg",
        "upgrade",
        "win",
        "window",
        "wireless",
        "women",
        "xl",
    ];
    QUALIFIERS.binary_search(&word).is_ok()
}
