use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::record::{BrandId, SellerId};

use super::super::{SplitFacts, SplitRule};
use super::{LabelledRow, TrainError, TrainSettings};

/// Rows by part; no seller has rows in two parts.
pub(super) struct Split {
    /// Rows that nothing is fitted to.
    pub(super) held_out: Vec<usize>,
    /// The parts of the cross-validation.
    pub(super) folds: Vec<Vec<usize>>,
    /// What was held out, for the artifact.
    pub(super) facts: SplitFacts,
}

/// Where a row may go as far as brands and days tell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Training,
    HeldOut,
    /// A brand of one side on a day of the other.
    Neither,
}

impl Split {
    /// Deals sellers out to the parts.
    ///
    /// Sellers with a fake and sellers without are dealt out apart, each in the order of a hash of
    /// seed and seller, so that every part gets its share of both. Only sellers kept apart tell how a
    /// model does on sellers it has not seen.
    ///
    /// Where brands or days are to be kept apart too, they say which rows may be held out and which may be trained
    /// on. A seller with rows of both goes where one of them, drawn by lot, is; its other rows are used for nothing.
    ///
    /// # Errors
    /// [`TrainError`] when there are too few sellers for every part to have fakes and honest listings, too few
    /// brands or days, or a row without a day where days count.
    pub(super) fn new(rows: &[LabelledRow], settings: &TrainSettings) -> Result<Self, TrainError> {
        let rule = settings.split;
        if rule == SplitRule::default() {
            return Self::by_seller(rows, settings);
        }
        let brands = rule.brands.then(|| held_brands(rows, settings));
        let brands = brands.transpose()?;
        let first_day = rule.later.then(|| first_day(rows, settings));
        let first_day = first_day.transpose()?;
        let sides: Vec<Side> = rows
            .iter()
            .map(|row| side(row, brands.as_ref(), first_day, settings))
            .collect();
        let held_sellers = drawn(rows, &sides, settings);
        let of = |side: Side, held: bool| -> Vec<usize> {
            let rows = rows.iter().enumerate();
            rows.filter(|(at, row)| {
                sides[*at] == side && held_sellers.contains(&row.seller_id) == held
            })
            .map(|(at, _)| at)
            .collect()
        };
        let held_out = of(Side::HeldOut, true);
        let training = of(Side::Training, false);
        let facts = SplitFacts {
            rule,
            brands: brands
                .into_iter()
                .flatten()
                .map(|brand| brand.to_string())
                .collect(),
            first_day,
            other_rows: false,
            unused: (rows.len() - held_out.len() - training.len()) as u64,
        };
        Self::with(rows, held_out, &training, facts, settings)
    }

    /// All rows from `first` on are held out; of those before, the ones that share neither a seller nor a brand with
    /// them are dealt out to folds.
    ///
    /// # Errors
    /// As [`Split::new`].
    pub(super) fn given(
        rows: &[LabelledRow],
        first: usize,
        settings: &TrainSettings,
    ) -> Result<Self, TrainError> {
        let held = &rows[first..];
        let sellers: BTreeSet<&SellerId> = held.iter().map(|row| &row.seller_id).collect();
        let brands: BTreeSet<&BrandId> = held.iter().map(|row| &row.brand).collect();
        let apart = |row: &LabelledRow| {
            let same_brand = !row.brand.as_str().is_empty() && brands.contains(&row.brand);
            !same_brand && !sellers.contains(&row.seller_id)
        };
        let training: Vec<usize> = (0..first).filter(|at| apart(&rows[*at])).collect();
        let facts = SplitFacts {
            rule: SplitRule {
                brands: true,
                later: false,
            },
            other_rows: true,
            unused: (first - training.len()) as u64,
            ..SplitFacts::default()
        };
        Self::with(
            rows,
            (first..rows.len()).collect(),
            &training,
            facts,
            settings,
        )
    }

    fn by_seller(rows: &[LabelledRow], settings: &TrainSettings) -> Result<Self, TrainError> {
        let all: Vec<usize> = (0..rows.len()).collect();
        let mut parts = dealt(rows, &all, settings.holdout, settings)?;
        let folds = parts.split_off(1);
        Ok(Self {
            held_out: parts.remove(0),
            folds,
            facts: SplitFacts::default(),
        })
    }

    fn with(
        rows: &[LabelledRow],
        held_out: Vec<usize>,
        training: &[usize],
        facts: SplitFacts,
        settings: &TrainSettings,
    ) -> Result<Self, TrainError> {
        let folds = dealt(rows, training, 0.0, settings)?.split_off(1);
        Ok(Self {
            held_out,
            folds,
            facts,
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

/// The rows `which` by part: the share `holdout` of sellers first, then the folds.
fn dealt(
    rows: &[LabelledRow],
    which: &[usize],
    holdout: f64,
    settings: &TrainSettings,
) -> Result<Vec<Vec<usize>>, TrainError> {
    let mut sellers: BTreeMap<&SellerId, bool> = BTreeMap::new();
    for row in which.iter().map(|at| &rows[*at]) {
        *sellers.entry(&row.seller_id).or_default() |= row.fake;
    }
    let mut parts: BTreeMap<&SellerId, usize> = BTreeMap::new();
    for with_fakes in [true, false] {
        let of_kind = sellers.iter().filter(|(_, fakes)| **fakes == with_fakes);
        let mut sellers: Vec<&SellerId> = of_kind.map(|(seller, _)| *seller).collect();
        sellers.sort_by_cached_key(|seller| (place(settings.seed, seller.as_str()), *seller));
        let needed = settings.folds + usize::from(holdout > 0.0);
        if with_fakes && sellers.len() < needed {
            return Err(TrainError::TooFewSellers {
                found: sellers.len(),
                needed,
            });
        }
        let most = sellers.len().saturating_sub(settings.folds);
        let held_out = match holdout > 0.0 {
            true => (sellers.len() as f64 * holdout).round() as usize,
            false => 0,
        };
        let least = usize::from(holdout > 0.0).min(most);
        let held_out = held_out.clamp(least, most);
        for (at, seller) in sellers.into_iter().enumerate() {
            // Part 0 is held out, the others are the folds.
            let fold = at.checked_sub(held_out).map(|at| at % settings.folds + 1);
            parts.insert(seller, fold.unwrap_or(0));
        }
    }
    let mut of_part = vec![Vec::new(); settings.folds + 1];
    for at in which {
        of_part[parts[&rows[*at].seller_id]].push(*at);
    }
    Ok(of_part)
}

fn side(
    row: &LabelledRow,
    brands: Option<&BTreeSet<&BrandId>>,
    first_day: Option<Date>,
    settings: &TrainSettings,
) -> Side {
    let by_brand = brands.map(|brands| match row.brand.as_str() {
        // What is about no brand is of neither brand: the seller decides, in the shares of the others.
        "" => share_of(settings.seed, row.seller_id.as_str()) < settings.holdout,
        _ => brands.contains(&row.brand),
    });
    let by_day = first_day.map(|first| row.day.is_some_and(|day| day >= first));
    match (by_brand, by_day) {
        (Some(brand), Some(day)) if brand != day => Side::Neither,
        (Some(true), _) | (_, Some(true)) => Side::HeldOut,
        _ => Side::Training,
    }
}

/// Brands in the order of a hash, those with fakes apart, until they have the share of rows to hold out.
fn held_brands<'a>(
    rows: &'a [LabelledRow],
    settings: &TrainSettings,
) -> Result<BTreeSet<&'a BrandId>, TrainError> {
    let mut brands: BTreeMap<&BrandId, (u64, bool)> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.brand.as_str().is_empty()) {
        let own = brands.entry(&row.brand).or_default();
        own.0 += 1;
        own.1 |= row.fake;
    }
    let mut held = BTreeSet::new();
    for with_fakes in [true, false] {
        let of_kind = brands.iter().filter(|(_, (_, fakes))| *fakes == with_fakes);
        let mut of_kind: Vec<(&BrandId, u64)> =
            of_kind.map(|(brand, (rows, _))| (*brand, *rows)).collect();
        if with_fakes && of_kind.len() < 2 {
            return Err(TrainError::TooFewBrands {
                found: of_kind.len(),
            });
        }
        of_kind.sort_by_cached_key(|(brand, _)| (place(settings.seed, brand.as_str()), *brand));
        let all: u64 = of_kind.iter().map(|(_, rows)| rows).sum();
        let wanted = all as f64 * settings.holdout;
        let (mut taken, most) = (0, of_kind.len().saturating_sub(1));
        for (brand, rows) in of_kind.into_iter().take(most) {
            if taken as f64 >= wanted {
                break;
            }
            taken += rows;
            held.insert(brand);
        }
    }
    Ok(held)
}

/// The latest day from which on there are as many rows as are to be held out.
fn first_day(rows: &[LabelledRow], settings: &TrainSettings) -> Result<Date, TrainError> {
    let days: Option<Vec<Date>> = rows.iter().map(|row| row.day).collect();
    let without = || rows.iter().filter(|row| row.day.is_none()).count();
    let mut days = days.ok_or_else(|| TrainError::NoDay { rows: without() })?;
    days.sort_unstable();
    let at = (days.len() as f64 * (1.0 - settings.holdout)) as usize;
    let day = days[at.min(days.len() - 1)];
    // At least the first day is trained on.
    match days.iter().find(|own| **own > days[0]) {
        Some(second) => Ok(day.max(*second)),
        None => Err(TrainError::OneDay { day }),
    }
}

/// The sellers that are held out: of each one row that either side could have is drawn by lot.
fn drawn<'a>(
    rows: &'a [LabelledRow],
    sides: &[Side],
    settings: &TrainSettings,
) -> BTreeSet<&'a SellerId> {
    let mut sellers: BTreeMap<&SellerId, (u64, u64)> = BTreeMap::new();
    for (row, side) in rows.iter().zip(sides) {
        let own = sellers.entry(&row.seller_id).or_default();
        own.0 += u64::from(*side == Side::HeldOut);
        own.1 += u64::from(*side != Side::Neither);
    }
    let is_held = |(seller, (held, all)): &(&SellerId, (u64, u64))| {
        share_of(settings.seed, seller.as_str()) * (*all as f64) < *held as f64
    };
    let held = sellers.into_iter().filter(is_held);
    held.map(|(seller, _)| seller).collect()
}

/// A number that orders sellers or brands by chance, the same for the same seed.
fn place(seed: u64, name: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.update(name.as_bytes());
    *hasher.finalize().as_bytes()
}

/// The same as a number from 0 up to 1.
fn share_of(seed: u64, name: &str) -> f64 {
    let [a, b, c, d, ..] = place(seed, name);
    f64::from(u32::from_le_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::fixture::market;
    use super::*;

    fn settings(seed: u64, brands: bool, later: bool) -> TrainSettings {
        let split = SplitRule { brands, later };
        TrainSettings {
            seed,
            split,
            ..TrainSettings::default()
        }
    }

    fn sellers<'a>(rows: &'a [LabelledRow], part: &[usize]) -> BTreeSet<&'a SellerId> {
        part.iter().map(|at| &rows[*at].seller_id).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn no_seller_is_in_two_parts(seed in any::<u64>(), folds in 2usize..6, brands: bool, later: bool) {
            let rows = market(1200, seed);
            let settings = TrainSettings { folds, ..settings(seed, brands, later) };
            let split = Split::new(&rows, &settings).expect("enough sellers");
            let mut parts = vec![&split.held_out];
            parts.extend(&split.folds);
            let mut seen: BTreeSet<&SellerId> = BTreeSet::new();
            for part in &parts {
                let sellers = sellers(&rows, part);
                prop_assert!(seen.is_disjoint(&sellers));
                prop_assert!(part.iter().any(|at| rows[*at].fake));
                prop_assert!(part.iter().any(|at| !rows[*at].fake));
                seen.extend(sellers);
            }
            let used = parts.iter().map(|part| part.len()).sum::<usize>();
            prop_assert_eq!(used + split.facts.unused as usize, rows.len());
            for fold in 0..folds {
                prop_assert_eq!(split.without(fold).len() + split.folds[fold].len(), split.training().len());
            }
        }

        #[test]
        fn brands_and_days_are_kept_apart_where_the_rule_says_so(seed in any::<u64>()) {
            let rows = market(1200, seed);
            let of = |part: &[usize]| {
                let part: Vec<&LabelledRow> = part.iter().map(|at| &rows[*at]).collect();
                let brands: BTreeSet<&BrandId> = part.iter().map(|row| &row.brand).collect();
                let days: BTreeSet<Option<Date>> = part.iter().map(|row| row.day).collect();
                (brands, days)
            };
            for (brands, later) in [(true, false), (false, true), (true, true)] {
                let split = Split::new(&rows, &settings(seed, brands, later)).expect("enough");
                let (held, trained) = (of(&split.held_out), of(&split.training()));
                prop_assert!(!brands || held.0.is_disjoint(&trained.0));
                prop_assert!(!later || held.1.first() > trained.1.last());
            }
        }
    }

    #[test]
    fn other_rows_are_kept_apart_from_those_trained_on() {
        let mut rows = market(1200, 1);
        let first = rows.len();
        let mut other = market(120, 2);
        other.retain(|row| row.brand.as_str() == "luma");
        other
            .iter_mut()
            .for_each(|row| row.seller_id = format!("other {}", row.seller_id).into());
        other[0].seller_id = rows[1].seller_id.clone();
        rows.extend(other);
        let split = Split::given(&rows, first, &settings(1, false, false)).expect("enough");
        assert_eq!(split.held_out, (first..rows.len()).collect::<Vec<_>>());
        let training = split.training();
        assert!(training.iter().all(|at| rows[*at].brand.as_str() == "orbi"));
        assert!(!sellers(&rows, &training).contains(&rows[1].seller_id));
        assert_eq!(split.facts.unused as usize, first - training.len());
    }

    #[test]
    fn what_cannot_be_kept_apart_is_refused_with_what_to_do() {
        let refused = |rows: &[LabelledRow], brands, later| {
            let split = Split::new(rows, &settings(1, brands, later));
            split
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default()
        };
        let mut rows = market(600, 1);
        rows.iter_mut().for_each(|row| row.brand = "luma".into());
        assert!(refused(&rows, true, false).contains("fakes of 1 brand"));
        rows.iter_mut().for_each(|row| row.day = rows_day());
        assert!(refused(&rows, false, true).contains("all of 2026-03-01"));
        rows[3].day = None;
        assert!(refused(&rows, false, true).starts_with("1 labelled listings have no day"));
    }

    fn rows_day() -> Option<Date> {
        Some(jiff::civil::date(2026, 3, 1))
    }
}
