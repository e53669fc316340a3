//! Rings over the whole feed: traces spilled by READ, grouped by RELATE.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::record::SellerId;
use crate::reference::Reference;
use crate::rings::groups::groups;
use crate::rings::ties::COMMON;
use crate::rings::{Sketch, TieKind, Ties, Trace, TraceRow, seller_key, traces};
use crate::signals::ReadListing;
use crate::table::TableError;
use crate::table::facts::{self, Fact, Facts, SHARDS};

use super::facts::matched;
use super::relate::SpillPaths;

/// Writes what a listing leaves.
pub(super) fn write(
    facts: &mut Facts,
    read: &ReadListing,
    reference: &Reference,
) -> Result<(), TableError> {
    let seller = seller_key(read.listing.seller.id.as_str());
    for trace in left_by(read, reference) {
        let sketch = trace.sketch.map(Sketch::to_numbers);
        let cells = (0..4).map(|at| sketch.map(|numbers| numbers[at]).into());
        let row = std::iter::once(seller.into()).chain(cells);
        facts.push_number(Fact::Trace, trace.key, row)?;
    }
    Ok(())
}

/// What a listing leaves, held against the product that it was matched to.
pub(super) fn left_by(read: &ReadListing, reference: &Reference) -> Vec<Trace> {
    let hit = matched(&read.signals);
    let product = hit.and_then(|hit| reference.product(&hit.brand, &hit.product_id));
    traces(read, product)
}

/// Sellers who act as one.
#[derive(Clone, Debug, Default)]
pub(super) struct Rings {
    of_seller: HashMap<i64, usize>,
    pub rings: Vec<Ring>,
    /// Traces, and what pairs share, that were let go for want of room.
    pub let_go: u64,
}

/// One group of sellers.
#[derive(Clone, Debug, Default)]
pub(super) struct Ring {
    /// The share of its pairs of sellers that are tied, 0..=1.
    pub density: f64,
    /// How many of the others each seller is tied to.
    pub ties: BTreeMap<i64, u64>,
    /// Keys of what they share.
    pub keys: BTreeSet<i64>,
}

impl Rings {
    /// Groups the sellers whose traces READ spilled, a shard at a time.
    pub fn read(paths: &SpillPaths) -> Result<Self, TableError> {
        let mut ties = Ties::default();
        for shard in 0..SHARDS {
            for account in facts::accounts(&paths.facts, shard)? {
                let opened = account.opened.and_then(|day| i32::try_from(day).ok());
                ties.seller(seller_key(&account.seller_id), account.listings, opened);
            }
        }
        for shard in 0..SHARDS {
            let shared = facts::shared(&paths.facts, shard, COMMON)?;
            shared.common.into_iter().for_each(|key| ties.common(key));
            let row = |(key, seller, sketch): (i64, i64, Option<[i64; 4]>)| TraceRow {
                key,
                seller,
                sketch: sketch.map(Sketch::from_numbers),
            };
            ties.take(&shared.few.into_iter().map(row).collect::<Vec<_>>());
        }
        let pairs = ties.pairs();
        let mut rings = Self {
            let_go: ties.let_go(),
            ..Self::default()
        };
        for (at, group) in groups(&pairs).into_iter().enumerate() {
            let mut ring = Ring {
                density: group.density(),
                ..Ring::default()
            };
            for pair in group.pairs.iter().map(|place| &pairs[*place]) {
                for seller in pair.sellers {
                    *ring.ties.entry(seller).or_default() += 1;
                }
                let things = pair
                    .things
                    .iter()
                    .filter(|thing| thing.kind != TieKind::Opened);
                ring.keys.extend(things.map(|thing| thing.key));
            }
            rings
                .of_seller
                .extend(group.sellers.iter().map(|seller| (*seller, at)));
            rings.rings.push(ring);
        }
        Ok(rings)
    }

    /// The ring that an account belongs to.
    pub fn of(&self, seller: &SellerId) -> Option<usize> {
        if self.rings.is_empty() || seller.as_str().is_empty() {
            return None;
        }
        self.of_seller.get(&seller_key(seller.as_str())).copied()
    }
}
