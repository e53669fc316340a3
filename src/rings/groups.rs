//! How tied sellers are taken together.
//!
//! Being alike is not transitive: A may share a picture with B, and B a text with C, where A and C have nothing to do
//! with each other. So groups are not the connected parts of the graph. They grow by average linkage (Sokal and Michener
//! 1958): two groups are joined only while more than half of all pairs between them are tied, the most closely tied first.
//! A chain of three is therefore never joined into one, and a seller who is tied to one of many stays out. At the end a
//! seller who is left over comes to the group to more than half of which it is tied, if only loosely.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use super::Pair;

/// Sellers of a group at least: two who share things are a household as often as a ring.
pub const FEWEST: usize = 3;
/// The share of pairs between two groups that must be tied for them to be joined.
const LINKED: f64 = 0.5;

/// Sellers who act as one.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The sellers, by number.
    pub sellers: Vec<i64>,
    /// Places in the pairs that tie them.
    pub pairs: Vec<usize>,
}

impl Group {
    /// The share of its pairs of sellers that are tied, 0..=1.
    pub fn density(&self) -> f64 {
        let sellers = self.sellers.len();
        let all = sellers * sellers.saturating_sub(1) / 2;
        self.pairs.len() as f64 / all.max(1) as f64
    }
}

/// What ties two groups.
#[derive(Clone, Copy, Default)]
struct Link {
    ties: usize,
    weight: f64,
}

/// A join that may be made, the best first.
struct Join {
    share: f64,
    weight: f64,
    groups: [usize; 2],
    ties: usize,
}

impl Ord for Join {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.share.total_cmp(&other.share))
            .then(self.weight.total_cmp(&other.weight))
            .then_with(|| other.groups.cmp(&self.groups))
            .then_with(|| self.ties.cmp(&other.ties))
    }
}

impl PartialOrd for Join {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Join {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Join {}

/// The groups of at least [`FEWEST`] sellers that `pairs` make, by their first seller. A seller is in one at most.
pub fn groups(pairs: &[Pair]) -> Vec<Group> {
    let firm = pairs.iter().filter(|pair| pair.firm);
    let mut merging = Merging::new(&firm.collect::<Vec<_>>());
    while let Some(join) = merging.heap.pop() {
        merging.join(&join);
    }
    let mut found: Vec<Group> = Vec::new();
    for members in merging
        .members
        .into_iter()
        .filter(|members| members.len() >= FEWEST)
    {
        found.push(Group {
            sellers: members.iter().map(|at| merging.sellers[*at]).collect(),
            pairs: Vec::new(),
        });
    }
    found
        .iter_mut()
        .for_each(|group| group.sellers.sort_unstable());
    found.sort_by(|a, b| a.sellers.cmp(&b.sellers));
    bring_left_over(pairs, &mut found);
    let mut of_seller: BTreeMap<i64, usize> = BTreeMap::new();
    for (at, group) in found.iter().enumerate() {
        of_seller.extend(group.sellers.iter().map(|seller| (*seller, at)));
    }
    for (place, pair) in pairs.iter().enumerate() {
        let [a, b] = pair.sellers.map(|seller| of_seller.get(&seller));
        if let (Some(a), Some(b)) = (a, b)
            && a == b
        {
            found[*a].pairs.push(place);
        }
    }
    found
}

/// Brings each seller who is in no group to the one that it is tied to most, if that is more than half of it. Nobody comes
/// because of one who was brought.
fn bring_left_over(pairs: &[Pair], found: &mut [Group]) {
    let of_seller: BTreeMap<i64, usize> = found
        .iter()
        .enumerate()
        .flat_map(|(at, group)| group.sellers.iter().map(move |seller| (*seller, at)))
        .collect();
    let mut ties: BTreeMap<i64, BTreeMap<usize, usize>> = BTreeMap::new();
    for pair in pairs {
        let [a, b] = pair.sellers;
        let groups = [of_seller.get(&a), of_seller.get(&b)];
        if let ([Some(group), None], seller, _) | ([None, Some(group)], _, seller) = (groups, b, a)
        {
            *ties.entry(seller).or_default().entry(*group).or_default() += 1;
        }
    }
    let sizes: Vec<f64> = found
        .iter()
        .map(|group| group.sellers.len() as f64)
        .collect();
    for (seller, groups) in ties {
        let shares = groups
            .into_iter()
            .map(|(group, ties)| (ties as f64 / sizes[group], group));
        // The first of groups that share as much.
        let most = shares.max_by(|(a, first), (b, second)| a.total_cmp(b).then(second.cmp(first)));
        if let Some((share, group)) = most
            && share > LINKED
        {
            found[group].sellers.push(seller);
        }
    }
    found
        .iter_mut()
        .for_each(|group| group.sellers.sort_unstable());
    found.sort_by(|a, b| a.sellers.cmp(&b.sellers));
}

/// Groups on their way.
struct Merging {
    sellers: Vec<i64>,
    /// Places of sellers, by group; empty for a group that was joined to another.
    members: Vec<Vec<usize>>,
    links: Vec<BTreeMap<usize, Link>>,
    heap: BinaryHeap<Join>,
}

impl Merging {
    fn new(pairs: &[&Pair]) -> Self {
        let mut sellers: Vec<i64> = pairs.iter().flat_map(|pair| pair.sellers).collect();
        sellers.sort_unstable();
        sellers.dedup();
        let place = |seller: &i64| sellers.partition_point(|known| known < seller);
        let mut links: Vec<BTreeMap<usize, Link>> = vec![BTreeMap::new(); sellers.len()];
        for pair in pairs {
            let [a, b] = pair.sellers.map(|seller| place(&seller));
            let link = Link {
                ties: 1,
                weight: pair.weight,
            };
            links[a].insert(b, link);
            links[b].insert(a, link);
        }
        let mut merging = Self {
            members: (0..sellers.len()).map(|at| vec![at]).collect(),
            sellers,
            links,
            heap: BinaryHeap::new(),
        };
        for a in 0..merging.links.len() {
            let later: Vec<usize> = merging.links[a].range(a + 1..).map(|(b, _)| *b).collect();
            for b in later {
                merging.offer(a, b);
            }
        }
        merging
    }

    /// Notes that two groups may be joined, if they may.
    fn offer(&mut self, a: usize, b: usize) {
        let Some(link) = self.links[a].get(&b) else {
            return;
        };
        let between = (self.members[a].len() * self.members[b].len()) as f64;
        let share = link.ties as f64 / between;
        if share > LINKED {
            self.heap.push(Join {
                share,
                weight: link.weight / between,
                groups: [a.min(b), a.max(b)],
                ties: link.ties,
            });
        }
    }

    /// Joins two groups, unless either has changed since that was noted.
    fn join(&mut self, join: &Join) {
        let [a, b] = join.groups;
        let between = (self.members[a].len() * self.members[b].len()) as f64;
        let same = between > 0.0
            && self.links[a].get(&b).is_some_and(|link| {
                link.ties == join.ties && join.share == link.ties as f64 / between
            });
        if !same {
            return;
        }
        let moved = std::mem::take(&mut self.members[b]);
        self.members[a].extend(moved);
        let links = std::mem::take(&mut self.links[b]);
        self.links[a].remove(&b);
        for (other, link) in links {
            if other == a {
                continue;
            }
            self.links[other].remove(&b);
            let sum = self.links[a].entry(other).or_default();
            sum.ties += link.ties;
            sum.weight += link.weight;
            let sum = *sum;
            self.links[other].insert(a, sum);
        }
        let others: Vec<usize> = self.links[a].keys().copied().collect();
        for other in others {
            self.offer(a, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(ties: &[[i64; 2]]) -> Vec<Vec<i64>> {
        found_with(ties, &[])
    }

    fn found_with(firm: &[[i64; 2]], loose: &[[i64; 2]]) -> Vec<Vec<i64>> {
        let firm = firm.iter().map(|sellers| (*sellers, true));
        let pairs: Vec<Pair> = firm
            .chain(loose.iter().map(|sellers| (*sellers, false)))
            .map(|(sellers, firm)| Pair {
                sellers,
                weight: 20.0,
                firm,
                things: Vec::new(),
            })
            .collect();
        groups(&pairs)
            .into_iter()
            .map(|group| group.sellers)
            .collect()
    }

    fn clique(sellers: std::ops::Range<i64>) -> Vec<[i64; 2]> {
        let pairs = sellers
            .clone()
            .flat_map(|a| (a + 1..sellers.end).map(move |b| [a, b]));
        pairs.collect()
    }

    #[test]
    fn a_chain_is_no_group() {
        let chain: Vec<[i64; 2]> = (0..20).map(|at| [at, at + 1]).collect();
        assert_eq!(found(&chain), [[0; 0]; 0]);
    }

    #[test]
    fn two_rings_that_one_seller_ties_stay_apart() {
        let mut ties = clique(0..5);
        ties.extend(clique(10..16));
        ties.push([4, 10]);
        ties.push([3, 100]);
        assert_eq!(found(&ties), [vec![0, 1, 2, 3, 4], (10..16).collect()]);
    }

    #[test]
    fn a_ring_in_which_most_pairs_are_tied_is_one_group() {
        let mut ties = clique(0..10);
        ties.retain(|pair| (pair[0] * 7 + pair[1] * 3) % 4 != 0);
        let groups = found(&ties);
        assert_eq!(groups, [(0..10).collect::<Vec<_>>()]);
    }

    #[test]
    fn loose_ties_bring_a_seller_to_a_group_and_make_none() {
        assert_eq!(found_with(&[], &clique(0..5)), [[0; 0]; 0]);
        let ring = clique(0..4);
        assert_eq!(found_with(&ring, &[[0, 9], [1, 9]]), [[0, 1, 2, 3]]);
        let three = [[0, 9], [1, 9], [2, 9]];
        assert_eq!(found_with(&ring, &three), [[0, 1, 2, 3, 9]]);
        // Nobody comes because of one who came.
        let next = [[0, 9], [1, 9], [2, 9], [0, 8], [1, 8], [8, 9]];
        assert_eq!(found_with(&ring, &next), [[0, 1, 2, 3, 9]]);
    }

    #[test]
    fn the_order_of_ties_changes_nothing() {
        let mut ties = clique(0..6);
        ties.extend(clique(5..9));
        let there = found(&ties);
        ties.reverse();
        assert_eq!(found(&ties), there);
    }
}
