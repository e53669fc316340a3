//! What things cost, relative to the brand's own price.

use iso_currency::Currency;
use rand_chacha::ChaCha8Rng;

use super::super::random::{between, chance, log_normal, pick, weighted};
use super::kind::Kind;
use crate::record::Money;

/// Below this part of the list price genuine goods are hardly ever sold as new: 0.07 % of the real
/// sale prices that this follows.
const FLOOR: f64 = 0.40;

/// The ratio of the asked price to the list price. `reduces` is whether the brand is one whose
/// goods are often sold at half of the list price.
pub(super) fn ratio(rng: &mut ChaCha8Rng, kind: Kind, reduces: bool) -> f64 {
    match kind {
        Kind::Reseller | Kind::NewSeller | Kind::HonestMisspelling | Kind::Bundle => {
            resold(rng, reduces)
        }
        Kind::NotAReplica => resold(rng, reduces) * between(rng, 0.8, 1.0),
        Kind::Authorised => {
            if chance(rng, 0.75) {
                1.0
            } else {
                reduced(rng, reduces)
            }
        }
        Kind::Sale => reduced(rng, reduces),
        Kind::SecondHand => log_normal(rng, 0.45, 0.42).clamp(0.12, 1.3),
        Kind::Parts => log_normal(rng, 0.22, 0.5).clamp(0.05, 0.7),
        Kind::EmptyBox => log_normal(rng, 0.09, 0.5).clamp(0.02, 0.4),
        Kind::TooCheap => log_normal(rng, 0.26, 0.32).clamp(0.07, 0.45),
        Kind::Slang => log_normal(rng, 0.33, 0.4).clamp(0.1, 0.9),
        Kind::Convincing => between(rng, 0.72, 1.02),
        Kind::FalseClaim => log_normal(rng, 0.6, 0.25).clamp(0.3, 1.0),
        Kind::LookAlike => log_normal(rng, 0.36, 0.45).clamp(0.08, 0.95),
        // A third of the other fakes hide among honest prices, the rest stay visibly below.
        _ if chance(rng, 0.33) => between(rng, 0.65, 1.0),
        _ => log_normal(rng, 0.46, 0.33).clamp(0.15, 0.9),
    }
}

/// Genuine goods at a shop's usual price: mostly close to list, some on sale, some dear because
/// they are hard to get.
fn resold(rng: &mut ChaCha8Rng, reduces: bool) -> f64 {
    match weighted(rng, &[0.62, 0.28, 0.10]) {
        0 => log_normal(rng, 0.93, 0.13).clamp(0.6, 1.4),
        1 => reduced(rng, reduces),
        _ => log_normal(rng, 1.1, 0.5).clamp(0.5, 3.5),
    }
}

/// A genuine sale price. For brands that reduce much, 37 % are at or under half of list.
fn reduced(rng: &mut ChaCha8Rng, reduces: bool) -> f64 {
    if chance(rng, 0.0007) {
        return between(rng, 0.25, FLOOR);
    }
    let deep = if reduces { 0.37 } else { 0.06 };
    if chance(rng, deep) {
        if chance(rng, 0.6) {
            0.5
        } else {
            between(rng, FLOOR, 0.5)
        }
    } else if chance(rng, 0.7) {
        pick(rng, &[0.6, 0.65, 0.7, 0.75, 0.8])
    } else {
        between(rng, 0.51, 0.95)
    }
}

/// What goods cost that are none of the brand's, in major units of a currency like the euro.
pub(super) fn other(rng: &mut ChaCha8Rng, kind: Kind) -> f64 {
    match kind {
        Kind::Accessory => log_normal(rng, 14.0, 0.6).clamp(3.0, 90.0),
        Kind::Book => log_normal(rng, 24.0, 0.5).clamp(4.0, 120.0),
        Kind::ScaleModel => log_normal(rng, 19.0, 0.5).clamp(4.0, 90.0),
        _ => log_normal(rng, 16.0, 0.8).clamp(1.0, 300.0),
    }
}

/// Units of each currency for one euro, rounded: sellers do not follow the daily rate either.
const PER_EURO: [(Currency, f64); 7] = [
    (Currency::EUR, 1.0),
    (Currency::USD, 1.17),
    (Currency::GBP, 0.87),
    (Currency::PLN, 4.25),
    (Currency::CNY, 8.1),
    (Currency::CHF, 0.93),
    (Currency::JPY, 183.0),
];

fn per_euro(currency: Currency) -> Option<f64> {
    PER_EURO
        .iter()
        .find(|(known, _)| *known == currency)
        .map(|(_, rate)| *rate)
}

/// Mostly the catalog's currency; an amount whose currency has no rate here stays as it is.
pub(super) fn currency(rng: &mut ChaCha8Rng, catalog: Currency) -> Currency {
    match weighted(rng, &[0.86, 0.05, 0.04, 0.03, 0.02]) {
        0 => catalog,
        1 => Currency::USD,
        2 => Currency::EUR,
        3 => Currency::GBP,
        _ => pick_rare(rng),
    }
}

fn pick_rare(rng: &mut ChaCha8Rng) -> Currency {
    PER_EURO[3 + weighted(rng, &[1.0, 1.0, 1.0, 1.0])].0
}

/// `amount` of `from` as a price in `to`, rounded as shops round.
pub(super) fn money(
    rng: &mut ChaCha8Rng,
    amount: f64,
    from: Currency,
    to: Currency,
) -> Option<Money> {
    let (amount, currency) = match (per_euro(from), per_euro(to)) {
        (Some(source), Some(target)) => (amount / source * target, to),
        _ => (amount, from),
    };
    let amount = match weighted(rng, &[0.45, 0.3, 0.25]) {
        0 if amount > 6.0 => amount.round() - 0.01,
        1 if amount > 3.0 => amount.round(),
        _ => amount,
    };
    Money::from_major(amount.max(0.5), currency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::random::stream;

    fn share(count: u64, kind: Kind, reduces: bool, test: impl Fn(f64) -> bool) -> f64 {
        let hits =
            (0..count).filter(|index| test(ratio(&mut stream(7, "ratio", *index), kind, reduces)));
        hits.count() as f64 / count as f64
    }

    #[test]
    fn genuine_sales_reach_half_of_list_and_hardly_ever_less_than_four_tenths() {
        let half = share(20_000, Kind::Sale, true, |ratio| ratio <= 0.5);
        assert!((0.35..0.39).contains(&half), "{half}");
        let under = share(20_000, Kind::Sale, true, |ratio| ratio < 0.4);
        assert!(under < 0.002, "{under}");
    }

    #[test]
    fn no_price_tells_fakes_from_honest_offers() {
        assert!(share(5000, Kind::Convincing, false, |ratio| ratio > 0.7) > 0.99);
        assert!(share(5000, Kind::SecondHand, false, |ratio| ratio < 0.35) > 0.2);
        assert!(share(5000, Kind::EditedPhoto, false, |ratio| ratio > 0.6) > 0.3);
    }
}
