//! How long cases wait for a decision, for the leads' page. `docs/review.md` says what is measured.

use jiff::Timestamp;

use super::view::share;
use crate::export::display::visible;
use crate::store::Ages;

/// How long the cases of one brand wait, or waited.
pub(super) struct Age {
    pub brand: String,
    pub waiting: u64,
    pub late: u64,
    /// How long the oldest has waited, and its number.
    pub oldest: Option<(String, i64)>,
    pub decided: u64,
    pub in_time: String,
}

/// All brands together, then each; those with the most late cases first.
pub(super) fn ages(found: &[Ages], now: Timestamp) -> (Age, Vec<Age>) {
    let age = |of: &Ages, brand: String| {
        let hours = |since: Timestamp| (now.as_second() - since.as_second()).max(0) / 3600;
        Age {
            brand,
            waiting: of.waiting,
            late: of.late,
            oldest: of.oldest.map(|(id, since)| (span(hours(since)), id)),
            decided: of.decided,
            in_time: share(of.in_time, of.decided),
        }
    };
    let all = Ages {
        brand: "".into(),
        waiting: found.iter().map(|of| of.waiting).sum(),
        late: found.iter().map(|of| of.late).sum(),
        oldest: found
            .iter()
            .filter_map(|of| of.oldest)
            .min_by_key(|(id, since)| (*since, *id)),
        decided: found.iter().map(|of| of.decided).sum(),
        in_time: found.iter().map(|of| of.in_time).sum(),
    };
    let mut brands: Vec<&Ages> = found
        .iter()
        .filter(|of| of.waiting + of.decided > 0)
        .collect();
    brands.sort_by_key(|of| (std::cmp::Reverse(of.late), of.brand.clone()));
    let brands = brands
        .into_iter()
        .map(|of| age(of, visible(of.brand.as_str(), 60)))
        .collect();
    (age(&all, "All brands".to_owned()), brands)
}

/// Hours for people.
fn span(hours: i64) -> String {
    match hours {
        0 => "under 1 h".to_owned(),
        1..=47 => format!("{hours} h"),
        hours => format!("{} days", hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::{ages, span};
    use crate::store::Ages;
    use jiff::Timestamp;

    #[test]
    fn all_brands_together_are_as_old_as_the_oldest() {
        let second = |second| Timestamp::from_second(second).expect("a time");
        let of = |brand: &str, late, since| Ages {
            brand: brand.into(),
            waiting: 2,
            late,
            oldest: Some((since, second(since))),
            decided: 4,
            in_time: 3,
        };
        let found = [of("a", 0, 90_000), of("b", 1, 3600)];
        let (all, brands) = ages(&found, second(180_000));
        assert_eq!((all.waiting, all.late, all.decided), (4, 1, 8));
        assert_eq!(all.oldest, Some(("2 days".to_owned(), 3600)));
        assert_eq!(all.in_time, "75 %");
        let order: Vec<&str> = brands.iter().map(|one| one.brand.as_str()).collect();
        assert_eq!(order, ["b", "a"]);
        assert_eq!((span(0).as_str(), span(47).as_str()), ("under 1 h", "47 h"));
    }
}
