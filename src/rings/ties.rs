//! Pairs of sellers who share rare traces of at least two kinds.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::traces::band_keys;
use super::{Sketch, TieKind, Trace};

/// A trace of a seller's, as the facts hand it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TraceRow {
    /// [`Trace::key`].
    pub key: i64,
    /// [`super::seller_key`].
    pub seller: i64,
    /// [`Trace::sketch`].
    pub sketch: Option<Sketch>,
}

/// Sellers from which on what they share is common, and ties nobody: official photos, stock text, round prices.
pub const COMMON: u32 = 100;
/// Days between the first days of two accounts that were opened together.
const OPENED_TOGETHER: i32 = 7;
/// Things of one kind that count for a pair at most, the rarest: a hundred shared pictures are one habit.
const MOST_OF_A_KIND: usize = 3;
/// How much of its rarity a kind counts that is not the sellers' own work.
const WEAK: f64 = 0.5;
/// Firm ties by chance that a seller may be expected to have.
const BY_CHANCE: f64 = 0.01;
/// The same of loose ties, which only bring a seller to a group that firm ones have made.
const LOOSELY_BY_CHANCE: f64 = 1.0;
/// Rows that ties are made from at most; beyond, the commonest things are let go.
const MOST_ROWS: usize = 1_500_000;
/// Rows from which on they are let go at once.
const CROWDED: usize = 2_000_000;
/// Pairs that are held at most, those of the rarest things first.
const MOST_PAIRS: usize = 1_000_000;

/// Something that two sellers share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thing {
    /// What sort of thing.
    pub kind: TieKind,
    /// One of the keys that it is found under; 0 for accounts opened together.
    pub key: i64,
    /// How rare it is: the natural logarithm of all sellers to those that show it, less for large sellers.
    pub rarity: f64,
}

/// Two sellers who share enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The sellers, the lesser number first.
    pub sellers: [i64; 2],
    /// The rarity of what they share, weighed by kind.
    pub weight: f64,
    /// Whether that is more than chance brings together; else it only supports what firm ties of others say.
    pub firm: bool,
    /// What they share, by kind, the rarest first.
    pub things: Vec<Thing>,
}

/// Gathers the traces of a feed.
#[derive(Clone, Debug, Default)]
pub struct Ties {
    rows: Vec<(u32, TraceRow)>,
    common: HashSet<i64>,
    /// Each account's listings, and its first day in days.
    accounts: HashMap<i64, (u32, Option<i32>)>,
    let_go: u64,
}

/// What a pair shares while it is gathered.
#[derive(Default)]
struct Shared(Vec<Found>);

struct Found {
    kind: TieKind,
    key: i64,
    /// What the thing is, whichever key it was found under.
    thing: Option<Sketch>,
    sellers: u32,
}

impl Ties {
    /// Notes a seller, with its listings and the first day of the account in days from any one day.
    pub fn seller(&mut self, seller: i64, listings: u32, opened: Option<i32>) {
        self.accounts.insert(seller, (listings, opened));
    }

    /// Takes the traces that 2 to [`COMMON`] sellers share, sorted by key, one row a seller.
    pub fn take(&mut self, rows: &[TraceRow]) {
        for of_key in rows.chunk_by(|a, b| a.key == b.key) {
            let sellers = of_key.len() as u32;
            if sellers >= 2 {
                self.rows.extend(of_key.iter().map(|row| (sellers, *row)));
            }
        }
        if self.rows.len() > CROWDED {
            self.keep_rarest(MOST_ROWS);
        }
    }

    /// Lets go of what is too common to be among the `most` rarest rows. All rows of a key stay or go together, and which go
    /// does not hang on when it is asked.
    fn keep_rarest(&mut self, most: usize) {
        self.rows.sort_unstable();
        if let Some((sellers, first)) = self.rows.get(most).copied() {
            let end = self
                .rows
                .partition_point(|(many, row)| (*many, row.key) < (sellers, first.key));
            self.let_go += (self.rows.len() - end) as u64;
            self.rows.truncate(end);
        }
    }

    /// Takes a key that more sellers share.
    pub fn common(&mut self, key: i64) {
        self.common.insert(key);
    }

    /// Traces that were let go for want of room, the commonest; after [`Ties::pairs`] with what pairs share that there was no
    /// room for.
    pub fn let_go(&self) -> u64 {
        self.let_go
    }

    /// The tied pairs, by seller; the traces are spent then.
    ///
    /// Two sellers are tied by at least two kinds of thing, one of them their own work, when the rarities add up to more
    /// than chance brings together: with `n` sellers a sum of `ln(100 n)` means that one seller in a hundred has one such
    /// tie by chance, if the things were independent. From `ln(n)` on, one such tie a seller, they are tied loosely.
    pub fn pairs(&mut self) -> Vec<Pair> {
        self.pairs_within(MOST_PAIRS)
    }

    /// As [`Ties::pairs`], of at most `most` pairs that share anything.
    fn pairs_within(&mut self, most: usize) -> Vec<Pair> {
        let mut shared: HashMap<[i64; 2], Shared> = HashMap::new();
        self.keep_rarest(MOST_ROWS);
        let rows = std::mem::take(&mut self.rows);
        for of_key in rows.chunk_by(|(_, a), (_, b)| a.key == b.key) {
            let Some(kind) = of_key.first().and_then(|(_, row)| Trace::kind_of(row.key)) else {
                continue;
            };
            // A picture or text is common when any of its keys is: what re-encoding changes of a stock photo is rare.
            let own: Vec<&TraceRow> = of_key
                .iter()
                .map(|(_, row)| row)
                .filter(|row| {
                    row.sketch.is_none_or(|sketch| {
                        band_keys(kind, sketch).all(|key| !self.common.contains(&key))
                    })
                })
                .collect();
            for a in &own {
                let same = |b: &&&TraceRow| match (a.sketch, b.sketch) {
                    (Some(a), Some(b)) => Trace::is_same(kind, &a, &b),
                    _ => true,
                };
                let alike: Vec<&&TraceRow> = own.iter().filter(same).collect();
                for b in alike.iter().filter(|b| b.seller > a.seller) {
                    let pair = [a.seller, b.seller];
                    if shared.len() >= most && !shared.contains_key(&pair) {
                        self.let_go += 1;
                        continue;
                    }
                    shared.entry(pair).or_default().add(Found {
                        kind,
                        key: a.key,
                        thing: a.sketch,
                        sellers: alike.len() as u32,
                    });
                }
            }
        }
        let all = self.accounts.len().max(2) as f64;
        let least = [BY_CHANCE, LOOSELY_BY_CHANCE].map(|ties| (all / ties).ln());
        let opened = Opened::of(&self.accounts);
        let sizes = Sizes::of(&self.accounts);
        let mut pairs: Vec<Pair> = shared
            .into_iter()
            .filter_map(|(sellers, found)| {
                let mut things = found.things(all, sizes.discount(sellers));
                things.extend(opened.together(sellers, all));
                pair(sellers, things, least)
            })
            .collect();
        pairs.sort_by_key(|pair| pair.sellers);
        pairs
    }
}

/// A tie, if `things` make one: firm from the first of the `least` weights on, loose from the second.
fn pair(sellers: [i64; 2], things: Vec<Thing>, [firmly, loosely]: [f64; 2]) -> Option<Pair> {
    let mut of_kind: BTreeMap<TieKind, f64> = BTreeMap::new();
    for thing in &things {
        *of_kind.entry(thing.kind).or_default() += thing.rarity;
    }
    let weight = of_kind
        .iter()
        .map(|(kind, rarity)| rarity * if kind.is_strong() { 1.0 } else { WEAK })
        .sum();
    let tied =
        of_kind.len() >= 2 && of_kind.keys().any(|kind| kind.is_strong()) && weight >= loosely;
    tied.then_some(Pair {
        sellers,
        weight,
        firm: weight >= firmly,
        things,
    })
}

impl Shared {
    fn add(&mut self, found: Found) {
        let full = self.of(found.kind) >= MOST_OF_A_KIND;
        let known = self.0.iter_mut().find(|known| {
            known.kind == found.kind
                && match (&known.thing, &found.thing) {
                    (Some(a), Some(b)) => Trace::is_same(found.kind, a, b),
                    _ => known.key == found.key,
                }
        });
        match known {
            // One thing under several keys is as common as under the commonest.
            Some(known) => known.sellers = known.sellers.max(found.sellers),
            None if full => {}
            None => self.0.push(found),
        }
    }

    fn of(&self, kind: TieKind) -> usize {
        self.0.iter().filter(|found| found.kind == kind).count()
    }

    fn things(self, all: f64, discount: f64) -> Vec<Thing> {
        let mut things: Vec<Thing> = self
            .0
            .into_iter()
            .map(|found| Thing {
                kind: found.kind,
                key: found.key,
                rarity: ((all / f64::from(found.sellers)).ln() - discount).max(0.0),
            })
            .collect();
        things.sort_by(|a, b| {
            (a.kind.cmp(&b.kind))
                .then(b.rarity.total_cmp(&a.rarity))
                .then(a.key.cmp(&b.key))
        });
        things
    }
}

/// How much sellers offer. Who offers a hundred times as much shares a hundred times as much with others by chance.
struct Sizes<'a> {
    accounts: &'a Accounts,
    mean: f64,
}

type Accounts = HashMap<i64, (u32, Option<i32>)>;

impl<'a> Sizes<'a> {
    fn of(accounts: &'a Accounts) -> Self {
        let listings: u64 = accounts
            .values()
            .map(|(listings, _)| u64::from(*listings))
            .sum();
        Self {
            accounts,
            mean: listings as f64 / accounts.len().max(1) as f64,
        }
    }

    /// By how much what the two share is less rare than between two of ordinary size.
    fn discount(&self, sellers: [i64; 2]) -> f64 {
        let of = |seller: i64| {
            let listings = self
                .accounts
                .get(&seller)
                .map_or(1, |(listings, _)| *listings);
            (f64::from(listings) / self.mean.max(1.0)).max(1.0).ln()
        };
        (of(sellers[0]) + of(sellers[1])) / 2.0
    }
}

/// When accounts were opened.
struct Opened<'a> {
    accounts: &'a Accounts,
    days: Vec<i32>,
}

impl<'a> Opened<'a> {
    fn of(accounts: &'a Accounts) -> Self {
        let mut days: Vec<i32> = accounts
            .values()
            .filter_map(|(_, opened)| *opened)
            .collect();
        days.sort_unstable();
        Self { accounts, days }
    }

    /// That two accounts were opened together, and how rare that is on those days.
    fn together(&self, sellers: [i64; 2], all: f64) -> Option<Thing> {
        let [a, b] = sellers.map(|seller| self.accounts.get(&seller)?.1);
        let (a, b) = (a?, b?);
        if (a - b).abs() > OPENED_TOGETHER {
            return None;
        }
        let first = self.days.partition_point(|day| *day < a - OPENED_TOGETHER);
        let end = self.days.partition_point(|day| *day <= a + OPENED_TOGETHER);
        Some(Thing {
            kind: TieKind::Opened,
            key: 0,
            rarity: (all / (end - first).max(1) as f64).ln().max(0.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(seed: u64) -> Sketch {
        Sketch::of_text(&[seed])
    }

    /// What `sellers` leave who all show the thing `seed` of a kind.
    fn rows(kind: TieKind, seed: u64, sellers: std::ops::Range<i64>) -> Vec<TraceRow> {
        let sketch = sketch(seed);
        let keys = band_keys(kind, sketch);
        keys.flat_map(|key| {
            sellers.clone().map(move |seller| TraceRow {
                key,
                seller,
                sketch: Some(sketch),
            })
        })
        .collect()
    }

    fn firm(pairs: &[Pair]) -> usize {
        pairs.iter().filter(|pair| pair.firm).count()
    }

    fn market(sellers: i64) -> Ties {
        let mut ties = Ties::default();
        for seller in 0..sellers {
            ties.seller(seller, 5, None);
        }
        ties
    }

    #[test]
    fn one_kind_of_thing_ties_nobody_however_rare() {
        let mut ties = market(10_000);
        for seed in 0..3 {
            ties.take(&rows(TieKind::Image, seed, 0..4));
        }
        assert_eq!(ties.clone().pairs(), []);
        ties.take(&rows(TieKind::Text, 9, 0..4));
        assert_eq!(ties.pairs().len(), 6);
    }

    #[test]
    fn what_many_share_ties_less_than_what_few_share() {
        let tied = |sharing: i64| {
            let mut ties = market(10_000);
            ties.take(&rows(TieKind::Image, 1, 0..sharing));
            ties.take(&rows(TieKind::Text, 2, 0..sharing));
            firm(&ties.pairs())
        };
        assert_eq!(tied(4), 6);
        assert_eq!(tied(60), 0);
    }

    #[test]
    fn a_picture_with_one_common_key_is_stock_under_all_others() {
        let mut ties = market(10_000);
        ties.take(&rows(TieKind::Image, 1, 0..4));
        ties.take(&rows(TieKind::Text, 2, 0..4));
        let stock = band_keys(TieKind::Image, sketch(1)).next().expect("a key");
        ties.common(stock);
        assert_eq!(ties.pairs(), []);
    }

    #[test]
    fn large_sellers_share_more_by_chance() {
        let mut ties = market(10_000);
        ties.take(&rows(TieKind::Image, 1, 0..4));
        ties.take(&rows(TieKind::Text, 2, 0..4));
        (0..4).for_each(|seller| ties.seller(seller, 500, None));
        assert_eq!(firm(&ties.pairs()), 0);
    }

    #[test]
    fn which_rows_are_let_go_does_not_hang_on_their_order() {
        let mut groups: Vec<Vec<TraceRow>> = (0..40)
            .map(|seed| rows(TieKind::Image, seed, 0..2 + (seed % 5) as i64))
            .collect();
        let mut at_the_end = Ties::default();
        groups.iter().for_each(|group| at_the_end.take(group));
        at_the_end.keep_rarest(100);
        groups.reverse();
        let mut at_once = Ties::default();
        for group in &groups {
            at_once.take(group);
            at_once.keep_rarest(100);
        }
        assert_eq!(at_once.rows, at_the_end.rows);
        assert_eq!(at_once.let_go(), at_the_end.let_go());
        assert!(at_once.let_go() > 0 && at_once.rows.len() >= 100);
    }

    #[test]
    fn what_pairs_share_beyond_the_bound_is_counted() {
        let mut ties = market(10_000);
        for (kind, seed) in [(TieKind::Image, 1), (TieKind::Text, 2)] {
            ties.take(&rows(kind, seed, 0..2));
            ties.take(&rows(kind, seed + 2, 10..12));
        }
        let mut bounded = ties.clone();
        assert_eq!(ties.pairs().len(), 2);
        assert_eq!(ties.let_go(), 0);
        assert_eq!(bounded.pairs_within(1).len(), 1);
        assert!(bounded.let_go() > 0);
    }

    #[test]
    fn accounts_opened_together_support_a_tie_and_make_none() {
        let mut ties = Ties::default();
        for seller in 0..10_000 {
            let opened = if seller < 4 { 1 } else { 100 + seller as i32 };
            ties.seller(seller, 5, Some(opened));
        }
        assert_eq!(ties.clone().pairs(), []);
        for seed in 0..2 {
            ties.take(&rows(TieKind::Image, seed, 0..4));
        }
        let kinds: Vec<TieKind> = ties.pairs()[0]
            .things
            .iter()
            .map(|thing| thing.kind)
            .collect();
        assert_eq!(kinds, [TieKind::Image, TieKind::Image, TieKind::Opened]);
    }
}
