use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::metrics::rounded;
use super::super::statistics::fisher_exact;
use super::bootstrap::{Estimate, Sample};
use super::{Outcome, count};

/// Accounts younger than this count as new.
const NEW_DAYS: i64 = 90;

/// Sellers with fewer sales than this count as small.
const SMALL_SALES: u64 = 20;

/// The figures of some listings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slice {
    /// By what: `brand`, `kind`, `language`, `seller_size`, `seller_age` or `country`.
    pub by: &'static str,
    /// Which.
    pub name: String,
    /// Labelled listings.
    pub listings: u64,
    /// Fakes among them.
    pub fakes: u64,
    /// Honest ones that fulfil every condition of a candidate.
    pub wrongly_flagged: u64,
    /// The figures of [`super::FIGURES`].
    pub figures: Vec<Estimate>,
}

/// How often honest listings of a group of sellers are flagged, beside those of all other sellers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WrongfulRate {
    /// Who.
    pub group: &'static str,
    /// Honest listings of the group, and of the others.
    pub honest: [u64; 2],
    /// Of those, the ones flagged.
    pub flagged: [u64; 2],
    /// The share of the group less the share of the others, with an interval by drawing sellers again.
    pub difference: Estimate,
    /// Sellers with honest listings, of the group and of the others.
    pub sellers: [u64; 2],
    /// Of those, the ones with at least one honest listing flagged.
    pub sellers_flagged: [u64; 2],
    /// Fisher's exact test, two-sided, of sellers with a listing wrongly flagged against the group: sellers
    /// are independent of each other, listings of one seller are not.
    pub p_value: f64,
}

type By = (&'static str, fn(&Outcome) -> String);

/// In the order of outputs.
const SLICES: [By; 6] = [
    ("brand", |one| named(&one.brand, "(none)")),
    ("kind", |one| named(&one.kind, "(none)")),
    ("language", |one| named(&one.language, "(unknown)")),
    ("seller_size", |one| size(one.sales).to_owned()),
    ("seller_age", |one| age(one.age_days).to_owned()),
    ("country", |one| named(&one.country, "(unknown)")),
];

fn named(name: &str, none: &str) -> String {
    if name.is_empty() { none } else { name }.to_owned()
}

/// Numbered, so that sorting keeps their order.
fn size(sales: Option<u64>) -> &'static str {
    match sales {
        None => "(unknown)",
        Some(0) => "1: no sales",
        Some(..SMALL_SALES) => "2: under 20 sales",
        Some(..200) => "3: under 200 sales",
        Some(..2000) => "4: under 2,000 sales",
        Some(_) => "5: 2,000 sales or more",
    }
}

fn age(days: Option<i64>) -> &'static str {
    match days {
        None => "(unknown)",
        Some(..30) => "1: under 30 days",
        Some(..NEW_DAYS) => "2: under 90 days",
        Some(..365) => "3: under a year",
        Some(..1095) => "4: under 3 years",
        Some(_) => "5: 3 years or more",
    }
}

pub(super) fn slices(sorted: &[&Outcome], sample: &Sample) -> Vec<Slice> {
    let mut found = Vec::new();
    for (by, name_of) in SLICES {
        let names: Vec<String> = sorted.iter().map(|one| name_of(one)).collect();
        for name in names.iter().collect::<BTreeSet<_>>() {
            let own: Vec<&Outcome> = sorted
                .iter()
                .zip(&names)
                .filter(|(_, own)| *own == name)
                .map(|(one, _)| *one)
                .collect();
            found.push(Slice {
                by,
                name: name.clone(),
                listings: own.len() as u64,
                fakes: count(&own, |one| one.fake),
                wrongly_flagged: count(&own, |one| one.flagged && !one.fake),
                figures: sample.estimates(|at| names[at] == *name),
            });
        }
    }
    found
}

pub(super) fn wrongful(sorted: &[&Outcome], sample: &Sample) -> Vec<WrongfulRate> {
    let home = home(sorted);
    let is_new = |one: &Outcome| one.age_days.map(|days| days < NEW_DAYS);
    let is_small = |one: &Outcome| one.sales.map(|sales| sales < SMALL_SALES);
    let is_foreign = |one: &Outcome| (!one.country.is_empty()).then_some(one.country != home);
    vec![
        rate(
            "new sellers (account under 90 days)",
            sorted,
            sample,
            is_new,
        ),
        rate("small sellers (under 20 sales)", sorted, sample, is_small),
        rate(
            "foreign sellers (not from the most frequent country)",
            sorted,
            sample,
            is_foreign,
        ),
    ]
}

/// The country of most sellers, the first of equals.
fn home(sorted: &[&Outcome]) -> String {
    let sellers: BTreeMap<&str, &str> = sorted
        .iter()
        .map(|one| (one.seller.as_str(), one.country.as_str()))
        .collect();
    let mut countries: BTreeMap<&str, u64> = BTreeMap::new();
    for country in sellers.into_values().filter(|country| !country.is_empty()) {
        *countries.entry(country).or_default() += 1;
    }
    let most = countries
        .into_iter()
        .rev()
        .max_by_key(|(_, sellers)| *sellers);
    most.map(|(country, _)| country.to_owned())
        .unwrap_or_default()
}

/// `group` says whether a listing's seller belongs to the group; `None` where that is not known.
fn rate(
    name: &'static str,
    sorted: &[&Outcome],
    sample: &Sample,
    group: impl Fn(&Outcome) -> Option<bool>,
) -> WrongfulRate {
    // Honest listings: seller, side (0 the group), flagged.
    let honest: Vec<(u32, usize, bool)> = sorted
        .iter()
        .enumerate()
        .filter(|(_, one)| !one.fake)
        .filter_map(|(at, one)| Some((sample.seller(at), usize::from(!group(one)?), one.flagged)))
        .collect();
    let (mut all, mut flagged) = ([0; 2], [0; 2]);
    let mut sellers: [BTreeMap<u32, bool>; 2] = Default::default();
    for (seller, side, is_flagged) in &honest {
        all[*side] += 1;
        flagged[*side] += u64::from(*is_flagged);
        *sellers[*side].entry(*seller).or_default() |= is_flagged;
    }
    let difference = sample.estimate(|weight| {
        let mut sums = [(0.0, 0.0); 2];
        for (seller, side, is_flagged) in &honest {
            let times = f64::from(weight(*seller));
            sums[*side].0 += times * f64::from(u8::from(*is_flagged));
            sums[*side].1 += times;
        }
        let share = |(part, whole): (f64, f64)| (whole > 0.0).then(|| part / whole);
        Some(share(sums[0])? - share(sums[1])?)
    });
    let of = [0, 1].map(|side: usize| sellers[side].len() as u64);
    let with =
        [0, 1].map(|side: usize| sellers[side].values().filter(|flagged| **flagged).count() as u64);
    WrongfulRate {
        group: name,
        honest: all,
        flagged,
        difference,
        sellers: of,
        sellers_flagged: with,
        p_value: rounded(fisher_exact(with, of)),
    }
}
