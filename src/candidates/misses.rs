use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::record::ContentHash;

use super::Candidate;

/// A random slice of the listings below the threshold, which are queued so that misses can be estimated.
///
/// Every listing has a place by a hash of the run's date and its id; the first places are drawn. So each
/// listing is as likely as any other, nobody can choose, and the draw depends neither on the order of
/// arrival nor on the number of threads. Memory is bounded by the size of the slice.
#[derive(Debug)]
pub struct MissCheck {
    size: usize,
    as_of: Date,
    drawn: BTreeMap<Place, Candidate>,
    below: u64,
}

/// Where a listing stands in the draw.
pub type Place = (ContentHash, String);

impl MissCheck {
    /// A slice of at most `size` listings of the run that speaks of `as_of`.
    pub fn new(size: usize, as_of: Date) -> Self {
        Self {
            size,
            as_of,
            drawn: BTreeMap::new(),
            below: 0,
        }
    }

    /// The place of the listing `id` when it may still be drawn.
    pub fn place(&self, id: &str) -> Option<Place> {
        let place = (
            ContentHash::of(format!("{}\n{id}", self.as_of).as_bytes()),
            id.to_owned(),
        );
        let open = self.drawn.len() < self.size;
        let before = || {
            self.drawn
                .last_key_value()
                .is_some_and(|(last, _)| place < *last)
        };
        (self.size > 0 && (open || before())).then_some(place)
    }

    /// Counts one listing that could be drawn.
    pub fn count(&mut self) {
        self.count_all(1);
    }

    /// Counts so many of them.
    pub fn count_all(&mut self, listings: u64) {
        self.below += listings;
    }

    /// Offers a listing for its place; the last leaves when there is no room.
    pub fn offer(&mut self, place: Place, candidate: Candidate) {
        self.drawn.insert(place, candidate);
        if self.drawn.len() > self.size {
            self.drawn.pop_last();
        }
    }

    /// How many listings could have been drawn, and the drawn ones, in the order of their places: at most one
    /// in ten, because a small feed is not to be reviewed whole.
    pub fn draw(self) -> (u64, Vec<Candidate>) {
        let most = usize::try_from(self.below / 10).unwrap_or(usize::MAX);
        (self.below, self.drawn.into_values().take(most).collect())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::invented::candidate;
    use super::*;

    fn drawn(numbers: impl Iterator<Item = u32>, as_of: Date) -> Vec<String> {
        let mut check = MissCheck::new(5, as_of);
        for number in numbers {
            let candidate = candidate(number);
            check.count();
            if let Some(place) = check.place(candidate.listing_id.as_str()) {
                check.offer(place, candidate);
            }
        }
        let (below, drawn) = check.draw();
        assert_eq!((below, drawn.len()), (100, 5));
        drawn.iter().map(|one| one.listing_id.to_string()).collect()
    }

    #[test]
    fn the_draw_hangs_on_the_date_and_not_on_the_order() {
        let night = date(2026, 3, 31);
        assert_eq!(drawn(0..100, night), drawn((0..100).rev(), night));
        assert_ne!(drawn(0..100, night), drawn(0..100, date(2026, 4, 1)));
    }

    #[test]
    fn a_small_feed_is_not_reviewed_whole() {
        let mut check = MissCheck::new(5, date(2026, 3, 31));
        for number in 0..19 {
            check.count();
            if let Some(place) = check.place(&format!("L{number}")) {
                check.offer(place, candidate(number));
            }
        }
        assert_eq!(check.draw().1.len(), 1);
    }

    #[test]
    fn a_slice_of_nothing_draws_nothing() {
        assert_eq!(MissCheck::new(0, date(2026, 3, 31)).place("L1"), None);
    }
}
