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
    /// Honest ones that fulfil every condition of a candidate, beside those of all other slices of the same kind.
    pub wrongful: WrongfulRate,
    /// The figures of [`super::FIGURES`].
    pub figures: Vec<Estimate>,
}

/// How often honest listings of a group are flagged, beside all other honest listings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WrongfulRate {
    /// Who.
    pub group: String,
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
    /// The same where as many groups as stand beside it are looked at together (Holm 1979).
    pub p_holm: f64,
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
    let mut found: Vec<Slice> = Vec::new();
    for (by, name_of) in SLICES {
        let names: Vec<String> = sorted.iter().map(|one| name_of(one)).collect();
        let first = found.len();
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
                wrongful: rate(name, sorted, sample, |at| Some(names[at] == *name)),
                figures: sample.estimates(|at| names[at] == *name),
            });
        }
        holm(
            found[first..]
                .iter_mut()
                .map(|slice| &mut slice.wrongful)
                .collect(),
        );
    }
    found
}

pub(super) fn wrongful(sorted: &[&Outcome], sample: &Sample) -> Vec<WrongfulRate> {
    let home = home(sorted);
    let is_new = |one: &Outcome| one.age_days.map(|days| days < NEW_DAYS);
    let is_small = |one: &Outcome| one.sales.map(|sales| sales < SMALL_SALES);
    let is_foreign = |one: &Outcome| (!one.country.is_empty()).then_some(one.country != home);
    let of = |name, group: &dyn Fn(&Outcome) -> Option<bool>| {
        rate(name, sorted, sample, |at| group(sorted[at]))
    };
    let mut rates = vec![
        of("new sellers (account under 90 days)", &is_new),
        of("small sellers (under 20 sales)", &is_small),
        of(
            "foreign sellers (not from the most frequent country)",
            &is_foreign,
        ),
    ];
    holm(rates.iter_mut().collect());
    rates
}

/// Each p-value times the number of those not smaller, and no less than the corrected ones before it.
fn holm(mut rates: Vec<&mut WrongfulRate>) {
    rates.sort_by(|a, b| a.p_value.total_cmp(&b.p_value));
    let (all, mut before) = (rates.len(), 0.0f64);
    for (at, rate) in rates.into_iter().enumerate() {
        before = before.max(rate.p_value * (all - at) as f64).min(1.0);
        rate.p_holm = rounded(before);
    }
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

/// `group` says whether the listing at a place belongs to the group; `None` where that is not known.
fn rate(
    name: &str,
    sorted: &[&Outcome],
    sample: &Sample,
    group: impl Fn(usize) -> Option<bool>,
) -> WrongfulRate {
    // Honest listings by seller, of the group and of the others: those flagged, and all.
    let mut sellers: [BTreeMap<u32, (u64, u64)>; 2] = Default::default();
    for (at, one) in sorted.iter().enumerate().filter(|(_, one)| !one.fake) {
        if let Some(in_group) = group(at) {
            let own = sellers[usize::from(!in_group)]
                .entry(sample.seller(at))
                .or_default();
            own.0 += u64::from(one.flagged);
            own.1 += 1;
        }
    }
    let difference = sample.estimate(|weight| {
        let share = |side: usize| {
            let (mut flagged, mut all) = (0.0, 0.0);
            for (seller, own) in &sellers[side] {
                let times = f64::from(weight(*seller));
                flagged += times * own.0 as f64;
                all += times * own.1 as f64;
            }
            (all > 0.0).then(|| flagged / all)
        };
        Some(share(0)? - share(1)?)
    });
    let of = |which: fn(&(u64, u64)) -> u64| {
        [0, 1].map(|side: usize| sellers[side].values().map(which).sum::<u64>())
    };
    let (with_honest, sellers_flagged) = (of(|_| 1), of(|own| u64::from(own.0 > 0)));
    let p_value = rounded(fisher_exact(sellers_flagged, with_honest));
    WrongfulRate {
        group: name.to_owned(),
        honest: of(|own| own.1),
        flagged: of(|own| own.0),
        difference,
        sellers: with_honest,
        sellers_flagged,
        p_value,
        p_holm: p_value,
    }
}
