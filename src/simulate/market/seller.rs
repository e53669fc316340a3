use jiff::ToSpan;
use jiff::civil::Date;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::super::random::{between, chance, log_normal, normal, number, pick, stream, weighted};
use crate::record::{Seller, SellerId};

/// What kind of account a seller is. The feed never says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Pool {
    Shop,
    /// An honest seller in the first weeks.
    Small,
    Private,
    /// Accessories, parts and general goods.
    Trader,
    Counterfeiter,
    /// One of several accounts of the same people.
    Ring,
    /// Named by a brand.
    Authorised,
}

/// One account: its pool and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Account {
    pub(super) pool: Pool,
    pub(super) index: u64,
}

/// All accounts of a marketplace. None is stored: each follows from the seed and its place.
pub(super) struct Sellers {
    seed: u64,
    as_of: Date,
    count: u64,
}

/// The share of accounts without a rating among those that have sold enough for one.
const UNRATED: f64 = 0.12;

/// Accounts of one ring.
const RING_SIZE: u64 = 5;

/// Where the accounts of rings of any size begin in their pool.
pub(super) const SIZED_RINGS: u64 = 1 << 32;

impl Sellers {
    pub(super) fn new(seed: u64, as_of: Date, listings: u64) -> Self {
        Self {
            seed,
            as_of,
            count: (listings / 12).max(24),
        }
    }

    fn size(&self, pool: Pool) -> u64 {
        let share = match pool {
            Pool::Shop => 0.22,
            Pool::Small => 0.18,
            Pool::Private => 0.34,
            Pool::Trader => 0.13,
            Pool::Counterfeiter => 0.10,
            Pool::Ring => return self.rings() * RING_SIZE,
            Pool::Authorised => return 0,
        };
        ((self.count as f64 * share) as u64).max(4)
    }

    /// How many rings there are.
    pub(super) fn rings(&self) -> u64 {
        (self.count / 160).max(2)
    }

    /// The ring of [`RING_SIZE`] that an account belongs to.
    pub(super) fn ring(account: Account) -> Option<u64> {
        let one_of = account.pool == Pool::Ring && account.index < SIZED_RINGS;
        one_of.then_some(account.index / RING_SIZE)
    }

    /// An account of `pool`; a few have very many listings.
    pub(super) fn draw(&self, rng: &mut ChaCha8Rng, pool: Pool) -> Account {
        let tail = match pool {
            Pool::Private | Pool::Small => 1.3,
            Pool::Ring => 1.0,
            _ => 2.0,
        };
        let size = self.size(pool);
        let index = (size as f64 * rng.random::<f64>().powf(tail)) as u64;
        Account {
            pool,
            index: index.min(size.saturating_sub(1)),
        }
    }

    /// A number that is the account's own, for habits that all its listings share.
    pub(super) fn habit(&self, account: Account, name: &str) -> u64 {
        number(self.seed ^ (account.pool as u64) << 56, name, account.index)
    }

    /// What the feed says of an account.
    pub(super) fn seller(&self, account: Account) -> Seller {
        let seed = self.seed ^ (account.pool as u64) << 56;
        let id = SellerId::from(format!(
            "S-{:012x}",
            number(seed, "seller id", account.index) >> 16
        ));
        self.describe(id, account.pool, &mut stream(seed, "seller", account.index))
    }

    /// What the feed says of a seller whom a brand names.
    pub(super) fn authorised(&self, id: &SellerId) -> Seller {
        let mut rng = stream(self.seed, id.as_str(), 0);
        self.describe(id.clone(), Pool::Authorised, &mut rng)
    }

    fn describe(&self, id: SellerId, pool: Pool, rng: &mut ChaCha8Rng) -> Seller {
        let age = age_days(rng, pool);
        let created_at = self.as_of.checked_sub((age as i64).days()).ok();
        let (pace, spread, most) = match pool {
            Pool::Authorised => (8.0, 0.8, 2_000_000.0),
            Pool::Shop | Pool::Trader => (1.2, 1.3, 900_000.0),
            Pool::Small => (0.25, 0.9, 60.0),
            Pool::Private => (0.02, 1.2, 300.0),
            Pool::Counterfeiter | Pool::Ring => (0.5, 1.4, 60_000.0),
        };
        let sales = log_normal(rng, age * pace + 0.4, spread).min(most).floor() as u64;
        let (middle, spread) = match pool {
            Pool::Authorised => (4.75, 0.12),
            Pool::Shop | Pool::Trader => (4.55, 0.28),
            Pool::Small | Pool::Private => (4.6, 0.45),
            Pool::Counterfeiter | Pool::Ring => (4.35, 0.5),
        };
        let rating = (sales >= 3)
            .then(|| ((middle + spread * normal(rng)).clamp(1.0, 5.0) * 10.0).round() / 10.0);
        let country = country(rng, pool);
        let abroad = match pool {
            Pool::Counterfeiter | Pool::Ring => 0.3,
            Pool::Trader => 0.25,
            Pool::Shop => 0.08,
            _ => 0.03,
        };
        let ships_from = if chance(rng, abroad) {
            pick(rng, &["CN", "HK", "TR", "PL", "NL"])
        } else {
            country
        };
        let hidden = chance(rng, 0.06);
        let name = name(rng, pool);
        // Buyers of some accounts never rate, and half of the shop software writes that as a 0.
        let rating = rating.filter(|_| !chance(rng, UNRATED));
        let rating = rating.or_else(|| chance(rng, 0.5).then_some(0.0));
        Seller {
            id,
            name,
            country: country.to_owned(),
            created_at,
            rating,
            sales: Some(sales),
            ships_from: if hidden {
                String::new()
            } else {
                ships_from.to_owned()
            },
        }
    }
}

fn age_days(rng: &mut ChaCha8Rng, pool: Pool) -> f64 {
    let age = match pool {
        Pool::Authorised => log_normal(rng, 1800.0, 0.5),
        Pool::Shop | Pool::Trader => log_normal(rng, 800.0, 0.95),
        Pool::Private => log_normal(rng, 900.0, 1.1),
        Pool::Small => between(rng, 2.0, 60.0),
        // Fresh accounts, accounts of some months, and old ones that were bought or broken into.
        Pool::Counterfeiter | Pool::Ring => match weighted(rng, &[0.42, 0.28, 0.3]) {
            0 => between(rng, 2.0, 75.0),
            1 => between(rng, 75.0, 400.0),
            _ => log_normal(rng, 1000.0, 0.7),
        },
    };
    age.clamp(1.0, 7000.0).floor()
}

fn country(rng: &mut ChaCha8Rng, pool: Pool) -> &'static str {
    const COUNTRIES: [&str; 11] = [
        "US", "DE", "GB", "FR", "ES", "IT", "NL", "PL", "CN", "HK", "TR",
    ];
    let weights = match pool {
        Pool::Counterfeiter | Pool::Ring => {
            [15.0, 7.0, 8.0, 5.0, 4.0, 4.0, 3.0, 5.0, 28.0, 11.0, 10.0]
        }
        Pool::Trader => [20.0, 9.0, 9.0, 5.0, 5.0, 4.0, 4.0, 4.0, 28.0, 9.0, 3.0],
        Pool::Small => [25.0, 13.0, 12.0, 8.0, 7.0, 7.0, 4.0, 7.0, 9.0, 3.0, 5.0],
        _ => [30.0, 17.0, 15.0, 9.0, 7.0, 7.0, 5.0, 4.0, 3.0, 1.0, 2.0],
    };
    COUNTRIES[weighted(rng, &weights)]
}

fn name(rng: &mut ChaCha8Rng, pool: Pool) -> String {
    let first = [
        "Al", "Ber", "Cor", "Dan", "El", "Fin", "Gre", "Hol", "Iv", "Jun", "Kar", "Lin", "Mar",
        "Nor", "Ol", "Pet", "Ros", "Sol", "Tam", "Vic",
    ];
    let second = [
        "ba", "dor", "ena", "gart", "ika", "lo", "mir", "nes", "ova", "pi", "ric", "sen", "ta",
        "vin", "wick", "zo",
    ];
    let stem = format!("{}{}", pick(rng, &first), pick(rng, &second));
    match pool {
        Pool::Private => format!("{}{}", stem.to_lowercase(), rng.random_range(1..2000)),
        _ if chance(rng, 0.25) => format!("{}_{}", stem.to_lowercase(), rng.random_range(10..99)),
        _ => format!(
            "{stem} {}",
            pick(
                rng,
                &[
                    "Store", "Trading", "Shop", "Outlet", "Market", "Style", "Direct", "Boutique",
                    "Goods"
                ]
            )
        ),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn share_younger(pool: Pool, days: i32) -> f64 {
        let sellers = Sellers::new(3, date(2026, 3, 1), 60_000);
        let young = (0..1000).filter(|index| {
            let seller = sellers.seller(Account {
                pool,
                index: *index,
            });
            let created = seller.created_at.expect("known");
            date(2026, 3, 1).since(created).expect("earlier").get_days() < days
        });
        young.count() as f64 / 1000.0
    }

    #[test]
    fn new_is_neither_proof_of_a_fake_nor_its_absence_of_honesty() {
        assert!(share_younger(Pool::Small, 90) > 0.99);
        assert!((0.35..0.6).contains(&share_younger(Pool::Counterfeiter, 90)));
        assert!(share_younger(Pool::Counterfeiter, 400) < 0.85);
        assert!((0.005..0.1).contains(&share_younger(Pool::Shop, 90)));
    }

    #[test]
    fn being_unrated_tells_nothing_of_honesty() {
        let sellers = Sellers::new(3, date(2026, 3, 1), 60_000);
        let unrated = |pool| {
            let rated_none = |index: &u64| {
                let index = *index;
                let seller = sellers.seller(Account { pool, index });
                seller.rating.is_none_or(|rating| rating == 0.0)
            };
            (0..1000).filter(rated_none).count()
        };
        for pool in [Pool::Shop, Pool::Counterfeiter, Pool::Small] {
            assert!((60..400).contains(&unrated(pool)), "{}", unrated(pool));
        }
        let zeros = (0..1000)
            .filter(|index| {
                let account = Account {
                    pool: Pool::Small,
                    index: *index,
                };
                sellers.seller(account).rating == Some(0.0)
            })
            .count();
        assert!(zeros > 30, "{zeros} ratings of 0");
    }

    #[test]
    fn an_account_is_the_same_whenever_it_is_asked_for() {
        let sellers = Sellers::new(3, date(2026, 3, 1), 60_000);
        let account = Account {
            pool: Pool::Shop,
            index: 17,
        };
        assert_eq!(sellers.seller(account), sellers.seller(account));
        let other = Account {
            pool: Pool::Private,
            index: 17,
        };
        assert_ne!(sellers.seller(account).id, sellers.seller(other).id);
    }
}
