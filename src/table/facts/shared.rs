use std::path::Path;

use polars::prelude::{JoinArgs, JoinType, col, len, lit};

use super::super::TableError;
use super::Fact;
use super::grouped::Facts;

/// Traces of one shard that several sellers left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedFacts {
    /// Key, seller and sketch of what few share: one row for each seller of a key, sorted.
    pub few: Vec<(i64, i64, Option<[i64; 4]>)>,
    /// Keys that more sellers share, sorted.
    pub common: Vec<i64>,
}

/// One seller's account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountFacts {
    /// The seller.
    pub seller_id: String,
    /// Listings.
    pub listings: u32,
    /// The account's first day, in days since 1970.
    pub opened: Option<i64>,
}

/// The accounts of one shard of the facts in `folder`, by seller.
///
/// # Errors
/// [`TableError`] when the facts cannot be read.
pub fn accounts(folder: &Path, shard: usize) -> Result<Vec<AccountFacts>, TableError> {
    let Some(facts) = Facts::open(folder, Fact::Seller, shard)? else {
        return Ok(Vec::new());
    };
    let plan = facts.scan()?.group_by([col("seller_id")]);
    let table = facts.run(plan.agg([col("opened").min(), len().alias("listings")]))?;
    let sellers = table.texts("seller_id")?.into_iter();
    let (days, listings) = (table.whole("opened")?, table.counts("listings")?);
    let mut accounts: Vec<AccountFacts> = sellers
        .zip(days)
        .zip(listings)
        .map(|((seller_id, opened), listings)| AccountFacts {
            seller_id,
            listings,
            opened,
        })
        .collect();
    accounts.sort_unstable();
    Ok(accounts)
}

/// The traces of one shard of the facts in `folder` that at least two sellers share; those of more than `most` by key alone.
///
/// # Errors
/// [`TableError`] when the facts cannot be read.
pub fn shared(folder: &Path, shard: usize, most: u32) -> Result<SharedFacts, TableError> {
    let Some(facts) = Facts::open(folder, Fact::Trace, shard)? else {
        return Ok(SharedFacts::default());
    };
    // Sketches stay out of the group-by: few keys are shared, and theirs are joined afterwards.
    let sellers = || -> Result<_, TableError> {
        Ok(facts
            .scan()?
            .select([col("key"), col("seller")])
            .group_by([col("key"), col("seller")])
            .agg([len().alias("rows")])
            .group_by([col("key")])
            .agg([len().alias("different")]))
    };
    let common = facts.run(sellers()?.filter(col("different").gt(lit(most))))?;
    let mut common: Vec<i64> = common.whole("key")?.into_iter().flatten().collect();
    common.sort_unstable();
    let few = sellers()?.filter(
        col("different")
            .gt_eq(lit(2))
            .and(col("different").lt_eq(lit(most))),
    );
    let rows = facts.scan()?.join(
        few,
        [col("key")],
        [col("key")],
        JoinArgs::new(JoinType::Inner),
    );
    let table = facts.run(rows)?;
    let sketches = ["sketch_0", "sketch_1", "sketch_2", "sketch_3"].map(|name| table.whole(name));
    let [a, b, c, d] = sketches;
    let (a, b, c, d) = (a?, b?, c?, d?);
    let (keys, sellers) = (table.whole("key")?, table.whole("seller")?);
    let mut few: Vec<(i64, i64, Option<[i64; 4]>)> = keys
        .into_iter()
        .zip(sellers)
        .enumerate()
        .filter_map(|(at, (key, seller))| {
            let sketch = match (a[at], b[at], c[at], d[at]) {
                (Some(a), Some(b), Some(c), Some(d)) => Some([a, b, c, d]),
                _ => None,
            };
            Some((key?, seller?, sketch))
        })
        .collect();
    few.sort_unstable();
    few.dedup_by_key(|(key, seller, _)| (*key, *seller));
    Ok(SharedFacts { few, common })
}
