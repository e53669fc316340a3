//! A group of sellers as a case for an investigator.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::TieKind;
use crate::record::{BrandId, ContentHash, ListingId, SellerId};

/// Listings of a case that are told in full, those most likely to be counterfeit.
pub const MOST_LISTINGS: usize = 40;
/// Shared things of a case that are told in full, those that most of its sellers share.
pub const MOST_THINGS: usize = 40;

/// Sellers who act as one, with what they offer. One line of `cases.ndjson` is one of these.
///
/// A case says that accounts belong together, which is no offence; whether they sell counterfeits is what the probabilities
/// of their listings speak of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its name, which it keeps from run to run.
    pub id: String,
    /// In what order to look at cases, the greatest first: counterfeits to be expected among its listings, those that are
    /// more than in the run before counted twice.
    pub priority: f64,
    /// Counterfeits to be expected: the sum of the probabilities of its listings.
    pub expected: f64,
    /// The sellers, those with the most expected counterfeits first.
    pub sellers: Vec<CaseSeller>,
    /// Brands that its listings are about, with how many.
    pub brands: BTreeMap<BrandId, u64>,
    /// Listings of its sellers.
    pub listings: u64,
    /// Of those, the ones that show something that the sellers share.
    pub tied: u64,
    /// Of all its listings, those in the queue.
    pub queued: u64,
    /// The date of the run that first had the case.
    pub first_seen: Date,
    /// What is new since the run before that had it; `None` in the first.
    pub growth: Option<Growth>,
    /// The share of pairs of its sellers that are tied, 0..=1.
    pub density: f64,
    /// What its sellers share, what most of them share first, at most [`MOST_THINGS`].
    pub shared: Vec<SharedThing>,
    /// The listings most likely to be counterfeit, at most [`MOST_LISTINGS`].
    pub examples: Vec<CaseListing>,
}

/// One account of a case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CaseSeller {
    /// The account.
    pub seller_id: SellerId,
    /// The shop's name; may be empty.
    pub seller_name: String,
    /// The account's first day.
    pub opened: Option<Date>,
    /// Its listings.
    pub listings: u64,
    /// Of those, the ones that show something that the sellers share.
    pub tied: u64,
    /// Counterfeits to be expected among them.
    pub expected: f64,
    /// Others of the case whom it is tied to.
    pub ties: u64,
}

/// How a case has grown since the last run before that had it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Growth {
    /// That run.
    pub since: String,
    /// Accounts that have come.
    pub new_sellers: u64,
    /// Accounts that have gone, or are tied no longer.
    pub gone_sellers: u64,
    /// Listings more than then, or fewer.
    pub listings: i64,
}

/// Something that sellers of a case share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharedThing {
    /// What sort of thing.
    pub kind: TieKind,
    /// The thing as one listing shows it: a picture's file, the title, a contact code, product and price.
    pub what: String,
    /// The hash of the picture's bytes, of a picture.
    pub content: Option<ContentHash>,
    /// Where the picture is kept, below the run's `evidence/`.
    pub evidence: Option<String>,
    /// Sellers of the case that share it.
    pub sellers: u64,
    /// Their listings that show it.
    pub listings: u64,
}

/// One listing of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseListing {
    /// The listing.
    pub listing_id: ListingId,
    /// Who offers it.
    pub seller_id: SellerId,
    /// The title as the seller wrote it.
    pub title: String,
    /// The listing's page as the feed gives it; may be empty, may be hostile.
    pub link: String,
    /// The brand that it is about.
    pub brand: Option<BrandId>,
    /// What is asked.
    pub price: String,
    /// The probability of a counterfeit, 0..=1.
    pub probability: f64,
    /// What it shares with other sellers of the case.
    pub shares: Vec<TieKind>,
    /// Its first readable image.
    pub image: Option<String>,
    /// The hash of the image's bytes.
    pub content: Option<ContentHash>,
    /// Where the image is kept, below the run's `evidence/`.
    pub evidence: Option<String>,
}

impl Case {
    /// The account identifiers.
    pub fn seller_ids(&self) -> BTreeSet<&SellerId> {
        self.sellers
            .iter()
            .map(|seller| &seller.seller_id)
            .collect()
    }

    /// In one line for people: `case C-1a2b3c4d: 7 sellers with 61 listings`.
    pub fn line(&self) -> String {
        format!(
            "case {}: {} sellers with {} listings",
            self.id,
            self.sellers.len(),
            self.listings
        )
    }
}

/// The cases in order: by priority, the greatest first, then by name.
pub fn sort(cases: &mut [Case]) {
    cases.sort_by(|a, b| {
        b.priority
            .total_cmp(&a.priority)
            .then_with(|| a.id.cmp(&b.id))
    });
}

/// Carries names, first days and growth over from the cases of the run `since`, and sets priorities.
///
/// A case goes on under its name when it shares at least half of the sellers of either; of several the one that it shares the
/// most sellers with. Each earlier case is continued at most once. No other case gets the name of an earlier one.
pub fn carry_over(cases: &mut [Case], before: &[Case], since: &str) {
    let mut of_seller: BTreeMap<&SellerId, Vec<usize>> = BTreeMap::new();
    for (at, case) in before.iter().enumerate() {
        for seller in &case.sellers {
            of_seller.entry(&seller.seller_id).or_default().push(at);
        }
    }
    let mut offers: Vec<(u64, usize, usize)> = Vec::new();
    for (now, case) in cases.iter().enumerate() {
        let mut shared: BTreeMap<usize, u64> = BTreeMap::new();
        for seller in &case.sellers {
            for then in of_seller.get(&seller.seller_id).into_iter().flatten() {
                *shared.entry(*then).or_default() += 1;
            }
        }
        let smaller = |then: usize| case.sellers.len().min(before[then].sellers.len()) as u64;
        let enough = shared
            .into_iter()
            .filter(|(then, both)| 2 * both >= smaller(*then));
        offers.extend(enough.map(|(then, both)| (both, now, then)));
    }
    offers.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut taken_now, mut taken_then) = (BTreeSet::new(), BTreeSet::new());
    for (both, now, then) in offers {
        if taken_now.contains(&now) || taken_then.contains(&then) {
            continue;
        }
        taken_now.insert(now);
        taken_then.insert(then);
        let (case, before) = (&mut cases[now], &before[then]);
        case.id.clone_from(&before.id);
        case.first_seen = before.first_seen;
        case.growth = Some(Growth {
            since: since.to_owned(),
            new_sellers: case.sellers.len() as u64 - both,
            gone_sellers: before.sellers.len() as u64 - both,
            listings: case.listings as i64 - before.listings as i64,
        });
        case.priority = case.expected + (case.expected - before.expected).max(0.0);
    }
    let mut given: BTreeSet<String> = before.iter().map(|case| case.id.clone()).collect();
    for (now, case) in cases.iter_mut().enumerate() {
        if !taken_now.contains(&now) {
            case.id = free_id(case, &given);
            given.insert(case.id.clone());
        }
    }
}

/// The name of a case that goes on from none: its own, else one made from it and the run's date.
fn free_id(case: &Case, given: &BTreeSet<String>) -> String {
    if !given.contains(&case.id) {
        return case.id.clone();
    }
    let other = |number: u32| {
        let name = format!("{} {} {number}", case.id, case.first_seen);
        format!("C-{}", &ContentHash::of(name.as_bytes()).to_string()[..8])
    };
    let free = (1..).map(other).find(|id| !given.contains(id));
    free.unwrap_or_else(|| other(0))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn case(id: &str, sellers: &[&str], expected: f64) -> Case {
        let of = |seller: &&str| CaseSeller {
            seller_id: SellerId::from(*seller),
            ..CaseSeller::default()
        };
        Case {
            id: id.to_owned(),
            priority: expected,
            expected,
            sellers: sellers.iter().map(of).collect(),
            brands: BTreeMap::new(),
            listings: 10 * sellers.len() as u64,
            tied: 0,
            queued: 0,
            first_seen: date(2026, 4, 2),
            growth: None,
            density: 1.0,
            shared: Vec::new(),
            examples: Vec::new(),
        }
    }

    #[test]
    fn a_case_keeps_its_name_while_it_grows_and_what_is_new_counts_twice() {
        let mut then = case("C-old", &["a", "b", "c"], 4.0);
        then.first_seen = date(2026, 3, 1);
        let mut now = [
            case("C-new", &["b", "c", "d", "e"], 10.0),
            case("C-other", &["x", "y", "z"], 3.0),
        ];
        carry_over(&mut now, &[then], "2026-04-01");
        assert_eq!(
            (now[0].id.as_str(), now[0].first_seen),
            ("C-old", date(2026, 3, 1))
        );
        let growth = now[0].growth.clone().expect("grown");
        assert_eq!(
            (growth.new_sellers, growth.gone_sellers, growth.listings),
            (2, 1, 10)
        );
        assert_eq!(now[0].priority, 16.0);
        assert_eq!((now[1].id.as_str(), now[1].priority), ("C-other", 3.0));
    }

    #[test]
    fn of_two_halves_of_a_case_only_one_goes_on_under_its_name() {
        let then = case("C-old", &["a", "b", "c", "d", "e", "f", "g"], 4.0);
        let mut now = [
            case("C-1", &["a", "b", "c"], 1.0),
            case("C-2", &["d", "e", "f", "g"], 1.0),
        ];
        carry_over(&mut now, &[then], "2026-04-01");
        assert_eq!([now[0].id.as_str(), now[1].id.as_str()], ["C-1", "C-old"]);
    }

    #[test]
    fn the_half_that_is_named_as_the_whole_was_gets_another_name() {
        // The case was once the smaller half alone, which named it.
        let then = case("C-old", &["a", "b", "c", "d", "e", "f", "g"], 4.0);
        let mut now = [
            case("C-old", &["a", "b", "c"], 1.0),
            case("C-2", &["d", "e", "f", "g"], 1.0),
            case("C-3", &["x", "y", "z"], 1.0),
            case("C-3", &["u", "v", "w"], 1.0),
        ];
        let mut again = now.clone();
        carry_over(&mut now, std::slice::from_ref(&then), "2026-04-01");
        assert_eq!([now[1].id.as_str(), now[2].id.as_str()], ["C-old", "C-3"]);
        let ids: BTreeSet<&str> = now.iter().map(|case| case.id.as_str()).collect();
        assert_eq!(ids.len(), 4, "{ids:?}");
        assert_eq!(now[0].growth, None);
        carry_over(&mut again, &[then], "2026-04-01");
        assert_eq!(again, now);
    }
}
