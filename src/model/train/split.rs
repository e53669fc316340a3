use std::collections::BTreeMap;

use crate::record::SellerId;

use super::{LabelledRow, TrainError, TrainSettings};

/// Rows by part; no seller has rows in two parts.
pub(super) struct Split {
    /// Rows that nothing is fitted to.
    pub(super) held_out: Vec<usize>,
    /// The parts of the cross-validation.
    pub(super) folds: Vec<Vec<usize>>,
}

impl Split {
    /// Deals sellers out to the parts.
    ///
    /// Sellers with a fake and sellers without are dealt out apart, each in the order of a hash of
    /// seed and seller, so that every part gets its share of both. Only sellers kept apart tell how a
    /// model does on sellers it has not seen.
    ///
    /// # Errors
    /// [`TrainError`] when there are too few sellers for every part to have fakes and honest listings.
    pub(super) fn new(rows: &[LabelledRow], settings: &TrainSettings) -> Result<Self, TrainError> {
        let mut sellers: BTreeMap<&SellerId, bool> = BTreeMap::new();
        for row in rows {
            *sellers.entry(&row.seller_id).or_default() |= row.fake;
        }
        let mut parts: BTreeMap<&SellerId, usize> = BTreeMap::new();
        for with_fakes in [true, false] {
            let of_kind = sellers.iter().filter(|(_, fakes)| **fakes == with_fakes);
            let mut sellers: Vec<&SellerId> = of_kind.map(|(seller, _)| *seller).collect();
            sellers.sort_by_cached_key(|seller| (place(settings.seed, seller), *seller));
            if with_fakes && sellers.len() <= settings.folds {
                return Err(TrainError::TooFewSellers {
                    found: sellers.len(),
                    needed: settings.folds + 1,
                });
            }
            let share = (sellers.len() as f64 * settings.holdout).round() as usize;
            let most = sellers.len().saturating_sub(settings.folds);
            let held_out = share.clamp(1.min(most), most);
            for (at, seller) in sellers.into_iter().enumerate() {
                // Part 0 is held out, the others are the folds.
                let fold = at.checked_sub(held_out).map(|at| at % settings.folds + 1);
                parts.insert(seller, fold.unwrap_or(0));
            }
        }
        let mut of_part = vec![Vec::new(); settings.folds + 1];
        for (at, row) in rows.iter().enumerate() {
            of_part[parts[&row.seller_id]].push(at);
        }
        let folds = of_part.split_off(1);
        Ok(Self {
            held_out: of_part.remove(0),
            folds,
        })
    }

    /// All rows that are not held out, in order.
    pub(super) fn training(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = self.folds.iter().flatten().copied().collect();
        rows.sort_unstable();
        rows
    }

    /// The same without those of `fold`.
    pub(super) fn without(&self, fold: usize) -> Vec<usize> {
        let others = self.folds.iter().enumerate().filter(|(at, _)| *at != fold);
        let mut rows: Vec<usize> = others.flat_map(|(_, rows)| rows).copied().collect();
        rows.sort_unstable();
        rows
    }
}

/// A number that orders sellers by chance, the same for the same seed.
fn place(seed: u64, seller: &SellerId) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.update(seller.as_str().as_bytes());
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::super::fixture::market;
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn no_seller_is_in_two_parts(seed in any::<u64>(), folds in 2usize..6) {
            let rows = market(600, seed);
            let settings = TrainSettings { seed, folds, ..TrainSettings::default() };
            let split = Split::new(&rows, &settings).expect("enough sellers");
            let mut parts = vec![&split.held_out];
            parts.extend(&split.folds);
            let mut seen: BTreeSet<&SellerId> = BTreeSet::new();
            for part in &parts {
                let sellers: BTreeSet<&SellerId> = part.iter().map(|at| &rows[*at].seller_id).collect();
                prop_assert!(seen.is_disjoint(&sellers));
                prop_assert!(part.iter().any(|at| rows[*at].fake));
                prop_assert!(part.iter().any(|at| !rows[*at].fake));
                seen.extend(sellers);
            }
            prop_assert_eq!(parts.iter().map(|part| part.len()).sum::<usize>(), rows.len());
            for fold in 0..folds {
                prop_assert_eq!(split.without(fold).len() + split.folds[fold].len(), split.training().len());
            }
        }
    }
}
