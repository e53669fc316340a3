//! One row of the marketplace: the offer, the truth about it and its pictures.

use jiff::ToSpan;
use jiff::civil::Date;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::super::draw::Subject;
use super::super::random::{between, chance, log_normal, number, pick, stream, weighted};
use super::kind::Kind;
use super::phrases::Phrases;
use super::pictures::{Gallery, Picture};
use super::seller::{Account, Pool, Sellers};
use super::shelf::{Goods, Shelf};
use super::{price, text};
use crate::record::{Money, Seller};

/// All that a row follows from.
pub(super) struct Market<'a> {
    pub(super) seed: u64,
    pub(super) as_of: Date,
    pub(super) fake_share: f64,
    pub(super) shelf: &'a Shelf,
    pub(super) sellers: Sellers,
    pub(super) languages: Vec<Phrases>,
}

/// One listing with the truth about it.
pub(super) struct Offer {
    pub(super) number: u64,
    pub(super) kind: Kind,
    pub(super) goods: usize,
    pub(super) ring: Option<u64>,
    pub(super) seller: Seller,
    pub(super) text: text::Text,
    pub(super) gtin: String,
    pub(super) mpn: String,
    pub(super) price: Option<Money>,
    pub(super) sale_price: Option<Money>,
    pub(super) pictures: Vec<Picture>,
    pub(super) product_type: String,
    pub(super) condition: &'static str,
    pub(super) color: String,
    pub(super) quantity: u32,
    pub(super) first_seen: Option<Date>,
}

/// The share of listings without a picture, honest and fake alike.
const WITHOUT_PICTURE: f64 = 0.02;

/// The weights of fakes and of honest kinds, in the order of [`Kind::ALL`].
fn kind(rng: &mut ChaCha8Rng, fake: bool) -> Kind {
    let weights: Vec<f64> = Kind::ALL
        .iter()
        .map(|kind| {
            if kind.is_fake() == fake {
                kind.weight()
            } else {
                0.0
            }
        })
        .collect();
    Kind::ALL[weighted(rng, &weights)]
}

impl Market<'_> {
    /// The listing with this number, the same whichever others were made before.
    pub(super) fn offer(&self, listing: u64, gallery: &Gallery<'_>) -> Offer {
        let rng = &mut stream(self.seed, "listing", listing);
        let fake = chance(rng, self.fake_share);
        let kind = match kind(rng, fake) {
            Kind::Authorised if !self.shelf.names_sellers() => Kind::Reseller,
            kind => kind,
        };
        let (seller, account, goods) = self.who_and_what(rng, kind);
        self.fill(rng, listing, kind, (seller, account, goods), gallery)
    }

    /// A listing of given goods from a given account.
    pub(super) fn offer_of(
        &self,
        listing: u64,
        kind: Kind,
        seller: Seller,
        account: Account,
        goods: usize,
        gallery: &Gallery<'_>,
    ) -> Offer {
        let rng = &mut stream(self.seed, "listing", listing);
        self.fill(rng, listing, kind, (seller, account, goods), gallery)
    }

    fn fill(
        &self,
        rng: &mut ChaCha8Rng,
        listing: u64,
        kind: Kind,
        (seller, account, goods): (Seller, Account, usize),
        gallery: &Gallery<'_>,
    ) -> Offer {
        let habit = self.sellers.habit(account, "habit");
        let ring = if kind == Kind::Ring {
            Sellers::ring(account)
        } else {
            None
        };
        let shares: Vec<f64> = self
            .languages
            .iter()
            .map(|language| language.share)
            .collect();
        let language = match ring {
            Some(ring) => weighted(&mut stream(self.seed, "ring language", ring), &shares),
            None if chance(rng, 0.85) => weighted(&mut stream(habit, "language", 0), &shares),
            None => weighted(rng, &shares),
        };
        let item = &self.shelf.goods[goods];
        let words = &self.languages[language];
        let text = match ring {
            // One template for all accounts of a ring.
            Some(ring) => text::write(
                &mut stream(self.seed, "ring text", ring << 24 | goods as u64),
                kind,
                item,
                self.shelf,
                words,
            ),
            None => text::write(rng, kind, item, self.shelf, words),
        };
        let (price, sale_price) = self.price(rng, kind, item);
        let mut pictures = pictures(rng, kind, item, gallery, ring);
        // Some sellers show nothing; a ring is known by its picture.
        if ring.is_none()
            && chance(
                &mut stream(self.seed, "no picture", listing),
                WITHOUT_PICTURE,
            )
        {
            pictures.clear();
        }
        let (gtin, mpn) = numbers(rng, kind, item);
        let newest = seller.created_at.unwrap_or(self.as_of);
        let first_seen = self
            .as_of
            .checked_sub(rng.random_range(0..28i64).days())
            .ok()
            .map(|day| day.max(newest));
        Offer {
            number: listing,
            kind,
            goods,
            ring,
            text,
            gtin,
            mpn,
            price,
            sale_price,
            pictures,
            product_type: category(rng, kind, item),
            condition: condition(rng, kind),
            color: if chance(rng, 0.6) && kind != Kind::Unrelated {
                item.product.color.clone()
            } else {
                String::new()
            },
            quantity: quantity(rng, kind, account.pool, habit),
            first_seen,
            seller,
        }
    }

    fn who_and_what(&self, rng: &mut ChaCha8Rng, kind: Kind) -> (Seller, Account, usize) {
        if kind == Kind::Authorised
            && let Some(goods) = self.shelf.draw_with_sellers(rng)
        {
            let named = &self.shelf.brands[self.shelf.goods[goods].brand]
                .brand
                .authorised_sellers;
            let index = rng.random_range(0..named.len());
            let account = Account {
                pool: Pool::Authorised,
                index: number(self.seed, named[index].as_str(), 0),
            };
            return (self.sellers.authorised(&named[index]), account, goods);
        }
        let pools = kind.sellers();
        let weights: Vec<f64> = pools.iter().map(|(_, weight)| *weight).collect();
        let pool = pools[weighted(rng, &weights)].0;
        let account = self.sellers.draw(rng, pool);
        let goods = match Sellers::ring(account) {
            Some(ring) => {
                let rng = &mut stream(
                    self.seed,
                    "ring goods",
                    ring * 2 + u64::from(chance(rng, 0.5)),
                );
                self.shelf.draw(rng, number(self.seed, "ring brand", ring))
            }
            None => self.shelf.draw(rng, self.sellers.habit(account, "habit")),
        };
        (self.sellers.seller(account), account, goods)
    }

    /// Price and sale price.
    fn price(
        &self,
        rng: &mut ChaCha8Rng,
        kind: Kind,
        goods: &Goods,
    ) -> (Option<Money>, Option<Money>) {
        let (list, from) = goods.list;
        let to = price::currency(rng, from);
        // Not every seller gives a price that means something.
        match weighted(rng, &[0.99, 0.005, 0.005]) {
            1 => return (None, None),
            2 => return (Money::from_major(pick(rng, &[1.0, 0.01, 9999.0]), to), None),
            _ => {}
        }
        if matches!(
            kind,
            Kind::Accessory | Kind::Book | Kind::ScaleModel | Kind::Unrelated
        ) {
            let amount = price::other(rng, kind);
            return (
                price::money(rng, amount, iso_currency::Currency::EUR, to),
                None,
            );
        }
        let reduces = self.shelf.brands[goods.brand].reduces;
        let extra = if kind == Kind::Bundle {
            price::other(rng, Kind::Accessory) / list.max(1.0)
        } else {
            0.0
        };
        let ratio = price::ratio(rng, kind, reduces) + extra;
        let asked = price::money(rng, list * ratio, from, to);
        let crossed_out = match kind {
            Kind::Sale => 0.85,
            Kind::TooCheap => 0.4,
            kind if kind.is_fake() => 0.12,
            _ => 0.06,
        };
        if ratio < 0.95 && chance(rng, crossed_out) {
            return (price::money(rng, list, from, to), asked);
        }
        (asked, None)
    }
}

fn pictures(
    rng: &mut ChaCha8Rng,
    kind: Kind,
    goods: &Goods,
    gallery: &Gallery<'_>,
    ring: Option<u64>,
) -> Vec<Picture> {
    let Some(first) = goods.photos.first().copied() else {
        return Vec::new();
    };
    let photo = if chance(rng, 0.8) {
        first
    } else {
        pick(rng, &goods.photos)
    };
    // The brand's photo, the same edited, the seller's own, a likeness, other goods.
    let weights = match kind {
        Kind::Reseller | Kind::Sale | Kind::Bundle => [0.83, 0.06, 0.11, 0.0, 0.0],
        Kind::Authorised => [0.93, 0.04, 0.03, 0.0, 0.0],
        Kind::NewSeller | Kind::HonestMisspelling | Kind::NotAReplica => {
            [0.5, 0.05, 0.45, 0.0, 0.0]
        }
        Kind::SecondHand => [0.17, 0.03, 0.8, 0.0, 0.0],
        Kind::Parts => [0.1, 0.0, 0.7, 0.0, 0.2],
        Kind::EmptyBox | Kind::Book | Kind::Unrelated => [0.0, 0.0, 0.0, 0.0, 1.0],
        Kind::Accessory => [0.14, 0.05, 0.03, 0.0, 0.78],
        Kind::ScaleModel => [0.25, 0.0, 0.5, 0.0, 0.25],
        Kind::EditedPhoto | Kind::Ring => [0.0, 1.0, 0.0, 0.0, 0.0],
        Kind::LookAlike => [0.14, 0.16, 0.05, 0.65, 0.0],
        Kind::Convincing => [0.64, 0.1, 0.26, 0.0, 0.0],
        Kind::Nonexistent => [0.36, 0.42, 0.04, 0.18, 0.0],
        Kind::Slang => [0.4, 0.25, 0.15, 0.2, 0.0],
        _ => [0.55, 0.27, 0.12, 0.06, 0.0],
    };
    let main = match (ring, weighted(rng, &weights)) {
        (Some(ring), _) => gallery.of_ring(ring, first),
        (None, 0) => gallery.official(rng, photo),
        (None, 1) => gallery.edited(rng, photo),
        (None, 2) => gallery.private(rng, photo),
        (None, 3) => gallery.likeness(rng, photo),
        _ => {
            let subject = subject(rng, kind);
            gallery.thing(rng, subject)
        }
    };
    let mut pictures = vec![main];
    if goods.photos.len() > 1 && weights[0] > 0.1 && chance(rng, 0.2) {
        let other = pick(rng, &goods.photos);
        let second = gallery.official(rng, other);
        if second != main {
            pictures.push(second);
        }
    }
    pictures
}

fn subject(rng: &mut ChaCha8Rng, kind: Kind) -> Subject {
    match kind {
        Kind::Book => Subject::Book,
        Kind::EmptyBox => Subject::Carton,
        Kind::Accessory | Kind::Parts => {
            if chance(rng, 0.6) {
                Subject::Strap
            } else {
                Subject::Carton
            }
        }
        _ => match rng.random_range(0..9) {
            0..3 => Subject::Mug,
            3 => Subject::Book,
            4 => Subject::Carton,
            _ => Subject::BRANDED[rng.random_range(0..Subject::BRANDED.len())],
        },
    }
}

fn numbers(rng: &mut ChaCha8Rng, kind: Kind, goods: &Goods) -> (String, String) {
    let (gtin, mpn) = match kind {
        Kind::Authorised => (0.9, 0.9),
        Kind::Reseller | Kind::Sale => (0.55, 0.45),
        Kind::NewSeller | Kind::HonestMisspelling | Kind::Bundle | Kind::NotAReplica => (0.3, 0.25),
        Kind::Convincing => (0.4, 0.35),
        Kind::SecondHand | Kind::Parts => (0.05, 0.12),
        Kind::EditedPhoto | Kind::TooCheap | Kind::FalseClaim | Kind::Ring => (0.12, 0.12),
        Kind::MisspeltName | Kind::Slang => (0.04, 0.06),
        _ => (0.0, 0.0),
    };
    let number = goods
        .product
        .gtin
        .filter(|_| chance(rng, gtin))
        .map(|gtin| gtin.to_string())
        .unwrap_or_default();
    let part = if chance(rng, mpn) {
        goods.product.mpn.clone()
    } else {
        String::new()
    };
    (number, part)
}

fn category(rng: &mut ChaCha8Rng, kind: Kind, goods: &Goods) -> String {
    match kind {
        Kind::Accessory | Kind::Parts | Kind::EmptyBox => "Accessories > Parts & Care".to_owned(),
        Kind::Book => "Media > Books".to_owned(),
        Kind::ScaleModel => "Toys > Models".to_owned(),
        Kind::Unrelated => pick(
            rng,
            &["Home > Household", "Home > Kitchen", "Garden", "Office"],
        )
        .to_owned(),
        _ if chance(rng, 0.1) => String::new(),
        _ => goods.product.product_type.clone(),
    }
}

fn condition(rng: &mut ChaCha8Rng, kind: Kind) -> &'static str {
    let (new, used) = match kind {
        Kind::SecondHand => (0.0, 0.93),
        Kind::Parts => (0.05, 0.8),
        Kind::EmptyBox => (0.3, 0.5),
        Kind::NotAReplica => (0.5, 0.4),
        kind if kind.is_fake() => (0.86, 0.07),
        _ => (0.9, 0.02),
    };
    ["new", "used", "", "refurbished"][weighted(rng, &[new, used, 1.0 - new - used, 0.005])]
}

fn quantity(rng: &mut ChaCha8Rng, kind: Kind, pool: Pool, habit: u64) -> u32 {
    let median = match pool {
        Pool::Private => 1.0,
        // Of those who have just begun, a third are shops that open with full shelves.
        Pool::Small if habit.is_multiple_of(3) => 30.0,
        Pool::Small => 2.0,
        Pool::Shop | Pool::Authorised => 9.0,
        Pool::Trader => 20.0,
        Pool::Counterfeiter | Pool::Ring => 18.0,
    };
    if kind == Kind::SecondHand || pool == Pool::Private && chance(rng, 0.9) {
        return 1;
    }
    let spread = between(rng, 0.5, 1.2);
    log_normal(rng, median, spread).clamp(1.0, 999.0) as u32
}
