//! How tied sellers are taken together.
//!
//! Being alike is not transitive: A may share a picture with B, and B a text with C, where A and C have nothing to do
//! with each other. So groups are not the connected parts of the graph. They grow by average linkage (Sokal and Michener
//! 1958): two groups are joined only while more than half of all pairs between them are tied, the most closely tied first.
//! A chain of three is therefore never joined into one, and a seller who is tied to one of many stays out.

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
    let mut merging = Merging::new(pairs);
    while let Some(join) = merging.heap.pop() {
        merging.join(&join);
    }
    let mut of_seller: BTreeMap<i64, usize> = BTreeMap::new();
    let mut found: Vec<Group> = Vec::new();
    for members in merging
        .members
        .into_iter()
        .filter(|members| members.len() >= FEWEST)
    {
        let mut sellers: Vec<i64> = members.iter().map(|at| merging.sellers[*at]).collect();
        sellers.sort_unstable();
        found.push(Group {
            sellers,
            pairs: Vec::new(),
        });
    }
    found.sort_by(|a, b| a.sellers.cmp(&b.sellers));
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

/// Groups on their way.
struct Merging {
    sellers: Vec<i64>,
    /// Places of sellers, by group; empty for a group that was joined to another.
    members: Vec<Vec<usize>>,
    links: Vec<BTreeMap<usize, Link>>,
    heap: BinaryHeap<Join>,
}

impl Merging {
    fn new(pairs: &[Pair]) -> Self {
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
        let pairs: Vec<Pair> = ties
            .iter()
            .map(|sellers| Pair {
                sellers: *sellers,
                weight: 20.0,
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
    fn the_order_of_ties_changes_nothing() {
        let mut ties = clique(0..6);
        ties.extend(clique(5..9));
        let there = found(&ties);
        ties.reverse();
        assert_eq!(found(&ties), there);
    }
}
