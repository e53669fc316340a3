//! Rings of any size: accounts of the same people, who share pictures, texts, contact codes and prices in part.
//!
//! Nothing is shared by all members of a ring: each listing takes the ring's picture, words, contact and price with a
//! chance of its own, texts are edited a little each time, and between their fakes the accounts offer honest goods.

use jiff::ToSpan;
use jiff::civil::Date;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::super::random::{between, chance, number, pick, stream, weighted};
use super::kind::Kind;
use super::offer::{Market, Offer};
use super::pictures::Gallery;
use super::seller::{Account, Pool, SIZED_RINGS};
use super::{price, text};

/// Accounts of the smallest and the largest ring.
const SIZES: (f64, f64) = (3.0, 50.0);
/// More than any ring has accounts, or listings of an account.
const ROOM: u64 = 64;

/// How much of what a ring has each of its listings shows.
const PICTURE: f64 = 0.7;
const WORDS: f64 = 0.75;
const CONTACT: f64 = 0.35;
const PRICE: f64 = 0.55;
/// The share of accounts that were opened within the ring's first days.
const OPENED_TOGETHER: f64 = 0.6;

/// One listing of a ring's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    ring: u64,
    member: u64,
    listing: u64,
    /// Whether it is one of the fakes, rather than of the honest goods between them.
    fake: bool,
}

/// All rings of a marketplace.
pub(super) struct Rings(Vec<Place>);

impl Rings {
    /// `count` rings; as many small ones as large ones, by the logarithm of their size.
    pub(super) fn new(seed: u64, count: u32) -> Self {
        let mut places = Vec::new();
        for ring in 0..u64::from(count) {
            let rng = &mut stream(seed, "sized ring", ring);
            let size = between(rng, SIZES.0.ln(), (SIZES.1 + 1.0).ln()).exp() as u64;
            for member in 0..size {
                let fakes = rng.random_range(3..=10);
                let honest = if chance(rng, 0.5) {
                    rng.random_range(0..=10)
                } else {
                    0
                };
                places.extend((0..fakes + honest).map(|listing| Place {
                    ring,
                    member,
                    listing,
                    fake: listing < fakes,
                }));
            }
        }
        Self(places)
    }

    /// Listings of all rings together.
    pub(super) fn listings(&self) -> u64 {
        self.0.len() as u64
    }

    /// The `at`-th of these listings, from 0, with the number `listing` in the feed.
    pub(super) fn offer(
        &self,
        market: &Market<'_>,
        at: u64,
        listing: u64,
        gallery: &Gallery<'_>,
    ) -> Offer {
        let place = self.0[at as usize % self.0.len().max(1)];
        let account = Account {
            pool: Pool::Ring,
            index: SIZED_RINGS + place.ring * ROOM + place.member,
        };
        let rng = &mut stream(
            market.seed,
            "sized ring listing",
            (place.ring * ROOM + place.member) * ROOM + place.listing,
        );
        let kind = if place.fake {
            Kind::Ring
        } else {
            Kind::Reseller
        };
        let mut seller = market.sellers.seller(account);
        let opened = opened(market, place);
        seller.created_at = opened.or(seller.created_at);
        let habit = number(market.seed, "sized ring brand", place.ring);
        let goods = if place.fake {
            // A handful of products, all of one brand's or two.
            let which = rng.random_range(0..5);
            let stock = &mut stream(market.seed, "sized ring goods", place.ring * 8 + which);
            market.shelf.draw(stock, habit)
        } else {
            market.shelf.draw(rng, habit)
        };
        let mut offer = market.offer_of(listing, kind, seller, account, goods, gallery);
        if place.fake {
            self.share(market, place, rng, &mut offer, gallery);
            offer.ring = Some(SIZED_RINGS + place.ring);
        }
        offer
    }

    /// Gives a listing what its ring has, in part.
    fn share(
        &self,
        market: &Market<'_>,
        place: Place,
        rng: &mut ChaCha8Rng,
        offer: &mut Offer,
        gallery: &Gallery<'_>,
    ) {
        let item = &market.shelf.goods[offer.goods];
        let own = |name: &str| {
            let goods = offer.goods as u64;
            stream(market.seed, name, place.ring << 24 | goods)
        };
        if chance(rng, PICTURE)
            && let Some(photo) = item.photos.first()
        {
            let taken = chance(&mut own("sized ring camera"), 0.5);
            offer.pictures = vec![gallery.of_sized_ring(place.ring, *photo, taken)];
        }
        if chance(rng, WORDS) {
            let written = &mut own("sized ring text");
            let words = &market.languages[0];
            let ring_text = text::write(written, Kind::Ring, item, market.shelf, words);
            let habit = sentences(&mut stream(market.seed, "sized ring words", place.ring));
            offer.text = text::Text {
                title: edited(rng, &ring_text.title, 1),
                description: edited(rng, &format!("{} {habit}", ring_text.description), 3),
                brand: ring_text.brand,
            };
        }
        if chance(rng, CONTACT) {
            let codes = &mut stream(
                market.seed,
                "sized ring contact",
                place.ring * 2 + u64::from(chance(rng, 0.3)),
            );
            let code = format!("{:09}", codes.random_range(100_000_000..999_999_999u32));
            let way = pick(rng, &["WhatsApp +44", "whatsapp: 44", "WhatsApp 0044 "]);
            offer.text.description = format!("{} {way}{code}", offer.text.description);
        }
        if chance(rng, PRICE) {
            let asks = &mut own("sized ring price");
            let (list, from) = item.list;
            let ratio = price::ratio(asks, Kind::Ring, false);
            offer.price = price::money(asks, list * ratio, from, from);
            offer.sale_price = None;
        }
    }
}

/// The first day of an account, where the ring opened it with others.
fn opened(market: &Market<'_>, place: Place) -> Option<Date> {
    let rng = &mut stream(
        market.seed,
        "sized ring opened",
        place.ring * ROOM + place.member,
    );
    if !chance(rng, OPENED_TOGETHER) {
        return None;
    }
    let ring = &mut stream(market.seed, "sized ring founded", place.ring);
    let age = ring.random_range(20..400i64) - rng.random_range(0..10i64);
    market.as_of.checked_sub(age.days()).ok()
}

/// What a ring says in all of its listings: sentences that nobody else writes in these words.
fn sentences(rng: &mut ChaCha8Rng) -> String {
    const WHO: [&str; 8] = [
        "our warehouse",
        "the workshop",
        "my partner",
        "our office",
        "the packing team",
        "our agent",
        "the family",
        "our stock room",
    ];
    const DOES: [&str; 8] = [
        "sends",
        "packs",
        "checks",
        "photographs",
        "labels",
        "hands over",
        "prepares",
        "weighs",
    ];
    const WHAT: [&str; 8] = [
        "every pair",
        "each parcel",
        "all orders",
        "your order",
        "every item",
        "the box",
        "each piece",
        "all goods",
    ];
    const WHEN: [&str; 8] = [
        "before noon",
        "on the same evening",
        "twice a week",
        "within two days",
        "every Tuesday",
        "after payment",
        "at weekends too",
        "before the holidays",
    ];
    const THEN: [&str; 8] = [
        "so write first",
        "and answers within the hour",
        "without exception",
        "as regular buyers know",
        "so no waiting",
        "with a little gift",
        "and sends a photo",
        "in plain wrapping",
    ];
    let sentence = |rng: &mut ChaCha8Rng| {
        let parts = [&WHO, &DOES, &WHAT, &WHEN, &THEN].map(|words| pick(rng, words));
        format!("{}.", parts.join(" "))
    };
    (0..3).map(|_| sentence(rng)).collect::<Vec<_>>().join(" ")
}

/// The same with up to `most` small changes: a word left out, doubled, shouted, or moved.
fn edited(rng: &mut ChaCha8Rng, text: &str, most: usize) -> String {
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    for _ in 0..rng.random_range(0..=most) {
        if words.len() < 4 {
            break;
        }
        let at = rng.random_range(0..words.len() - 1);
        match weighted(rng, &[1.0, 1.0, 1.0, 1.0]) {
            0 => {
                words.remove(at);
            }
            1 => words.swap(at, at + 1),
            2 => words[at] = words[at].to_uppercase(),
            _ => words.insert(
                at,
                pick(rng, &["very", "✔", "top", "now", "-", "new"]).to_owned(),
            ),
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_have_three_to_fifty_accounts_and_the_same_seed_gives_the_same_rings() {
        let rings = Rings::new(4, 200);
        assert_eq!(rings.0, Rings::new(4, 200).0);
        let mut sizes = std::collections::BTreeMap::new();
        for place in &rings.0 {
            let size = sizes.entry(place.ring).or_insert(0);
            *size = place.member.max(*size);
        }
        let (least, most) = (sizes.values().min(), sizes.values().max());
        assert_eq!(least.map(|last| last + 1), Some(3));
        assert!(most.is_some_and(|last| (40..50).contains(last)), "{most:?}");
        assert!(Rings::new(4, 0).0.is_empty());
    }

    #[test]
    fn an_edited_text_keeps_most_of_its_words() {
        let text = "one two three four five six seven eight nine ten";
        let rng = &mut stream(1, "edited", 0);
        for _ in 0..50 {
            let changed = edited(rng, text, 3);
            let kept = changed.to_lowercase();
            let kept = text
                .split(' ')
                .filter(|word| kept.split(' ').any(|other| other == *word));
            assert!(kept.count() >= 7, "{changed}");
        }
    }
}
