use iso_currency::Currency;
use jiff::civil::{Date, date};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::{Item, names};
use crate::record::{Brand, BrandId, Gtin, Money, Product, ProductId, Right, RightKind, SellerId};
use crate::simulate::draw::{Drawing, Subject};
use crate::simulate::random::{between, chance, pick};

/// How shops speak of a subject: nouns, category path, the range of prices and the Nice class.
struct Trade {
    nouns: &'static [&'static str],
    path: &'static str,
    prices: (f64, f64),
    class: u8,
    text: &'static str,
}

fn trade(subject: Subject) -> Trade {
    let (nouns, path, prices, class, text): (&'static [&'static str], _, _, _, _) = match subject {
        Subject::Shoe => (
            &[
                "Running Shoe",
                "Trail Shoe",
                "Court Sneaker",
                "Walking Boot",
            ],
            "Apparel > Shoes",
            (79.0, 190.0),
            25,
            "Breathable upper, cushioned midsole and a grippy outsole for long days",
        ),
        Subject::Bag => (
            &["Tote Bag", "Shoulder Bag", "Backpack", "Weekender"],
            "Apparel > Handbags",
            (95.0, 680.0),
            18,
            "Roomy main compartment, inner zip pocket and reinforced base",
        ),
        Subject::Watch => (
            &[
                "Automatic Watch",
                "Chronograph Watch",
                "Field Watch",
                "Diver Watch",
            ],
            "Jewelry > Watches",
            (180.0, 1900.0),
            14,
            "Sapphire crystal, luminous hands and water resistance to ten bar",
        ),
        Subject::Headphones => (
            &[
                "Wireless Headphones",
                "Studio Headphones",
                "Over-Ear Headphones",
            ],
            "Electronics > Audio > Headphones",
            (89.0, 380.0),
            9,
            "Closed back, soft ear pads and thirty hours of playing time",
        ),
        Subject::Bottle => (
            &["Insulated Bottle", "Water Bottle", "Travel Flask"],
            "Home > Kitchen > Bottles",
            (24.0, 55.0),
            21,
            "Double-walled steel keeps drinks cold for a day and hot for half of it",
        ),
        Subject::Jacket => (
            &[
                "Rain Jacket",
                "Down Jacket",
                "Fleece Jacket",
                "Shell Jacket",
            ],
            "Apparel > Outerwear",
            (110.0, 450.0),
            25,
            "Taped seams, two-way zip and a hood that stays where it is put",
        ),
        _ => (
            &["Sunglasses", "Polarised Sunglasses", "Sport Sunglasses"],
            "Apparel > Accessories > Sunglasses",
            (85.0, 290.0),
            9,
            "Full UV protection, hardened lenses and spring hinges, with a hard case",
        ),
    };
    Trade {
        nouns,
        path,
        prices,
        class,
        text,
    }
}

/// A brand and its products: one to three kinds of goods, several designs of each, each design in
/// one to three colours.
pub(super) fn make(
    rng: &mut ChaCha8Rng,
    name: &str,
    index: u64,
    products: usize,
) -> (Brand, Vec<Item>) {
    let id = BrandId::from_name(name);
    let style = rng.random();
    let start = rng.random_range(0..Subject::BRANDED.len());
    let kinds = rng.random_range(1..=3usize);
    let subjects: Vec<Subject> = (0..kinds)
        .map(|kind| Subject::BRANDED[(start + kind * 2) % Subject::BRANDED.len()])
        .collect();
    let currency = pick_currency(rng);
    let standing = between(rng, 0.0, 1.0);
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphabetic)
        .take(3)
        .collect::<String>()
        .to_uppercase();

    let mut items = Vec::with_capacity(products);
    let mut design = 0;
    while items.len() < products {
        let subject = subjects[design % subjects.len()];
        let trade = trade(subject);
        let (line, number) = (names::line(rng), rng.random_range(11..98) * 10);
        let model = format!("{line} {number} {}", pick(rng, trade.nouns));
        let price = retail(
            between(rng, trade.prices.0, trade.prices.1) * (0.7 + 0.6 * standing),
            rng,
        );
        let floor = chance(rng, 0.7).then_some(price * 0.4);
        let (shape, first): (u64, usize) = (rng.random(), rng.random_range(0..8));
        let gone = chance(rng, 0.06).then(|| date(2025, 3, 31));
        let ways = rng.random_range(1..=3).min(products - items.len());
        for way in 0..ways {
            let drawing = Drawing {
                subject,
                style,
                design: shape,
                colour: first + way,
            };
            let colour = drawing.colour_name();
            let mpn = format!("{letters}-{number}{:02}-{}", design, way + 1);
            let file = format!("{}-{}.jpg", slug(&model), slug(colour));
            let body = 200_000_000_000 + (index % 900) * 1_000_000 + items.len() as u64;
            let product = Product {
                id: ProductId::from(mpn.as_str()),
                brand: id.clone(),
                title: format!("{name} {model}, {colour}"),
                description: format!(
                    "{}. {model} by {name} in {}.",
                    trade.text,
                    colour.to_lowercase()
                ),
                gtin: Gtin::from_body(body),
                mpn,
                price: Money::from_major(price, currency),
                price_floor: floor.and_then(|floor| Money::from_major(floor, currency)),
                images: vec![file.clone()],
                known_fake_images: Vec::new(),
                product_type: trade.path.to_owned(),
                color: colour.to_owned(),
                discontinued_at: gone,
            };
            items.push(Item {
                product,
                pictures: vec![(file, drawing)],
            });
        }
        design += 1;
    }
    (brand(rng, name, &letters, id, &subjects), items)
}

fn brand(
    rng: &mut ChaCha8Rng,
    name: &str,
    letters: &str,
    id: BrandId,
    subjects: &[Subject],
) -> Brand {
    let mut classes: Vec<u8> = subjects
        .iter()
        .map(|subject| trade(*subject).class)
        .collect();
    classes.sort_unstable();
    classes.dedup();
    let mut number =
        |office: &str| format!("TEST-{office}-{:08}", rng.random_range(1..100_000_000));
    let expiry: Option<Date> = Some(date(2033, 6, 30));
    let mut rights = vec![
        Right {
            kind: RightKind::Trademark,
            number: number("EUIPO"),
            office: "EUIPO".into(),
            territories: vec!["EU".into()],
            nice_classes: classes.clone(),
            expiry,
        },
        Right {
            kind: RightKind::Trademark,
            number: number("USPTO"),
            office: "USPTO".into(),
            territories: vec!["US".into()],
            nice_classes: classes,
            expiry,
        },
    ];
    let design = number("RCD");
    if chance(rng, 0.55) {
        rights.push(Right {
            kind: RightKind::Design,
            number: design,
            office: "EUIPO".into(),
            territories: vec!["EU".into()],
            nice_classes: Vec::new(),
            expiry: Some(date(2031, 12, 31)),
        });
    }
    let image_rights = chance(rng, 0.6);
    let sellers = rng.random_range(3..=6);
    let first = name.split(' ').next().unwrap_or(name);
    let mut aliases = vec![format!(
        "{first} {}",
        pick(rng, &["Official", "Studio", "Originals"])
    )];
    if first != name {
        aliases.push(first.to_owned());
    }
    if chance(rng, 0.4) {
        aliases.push(letters.to_owned());
    }
    Brand {
        contact: format!("ip@{}.example", id.as_str()),
        id,
        name: name.to_owned(),
        aliases,
        rights,
        authorised_sellers: (0..sellers)
            .map(|_| SellerId::from(format!("S-{:012x}", rng.random::<u64>() >> 16)))
            .collect(),
        image_rights,
        complete: true,
    }
}

fn pick_currency(rng: &mut ChaCha8Rng) -> Currency {
    match rng.random_range(0..10) {
        0..5 => Currency::EUR,
        5..9 => Currency::USD,
        _ => Currency::GBP,
    }
}

/// Prices as shops round them.
fn retail(price: f64, rng: &mut ChaCha8Rng) -> f64 {
    let step = if price < 100.0 { 5.0 } else { 10.0 };
    (price / step).round().max(1.0) * step - if chance(rng, 0.6) { 0.05 } else { 0.0 }
}

fn slug(text: &str) -> String {
    BrandId::from_name(text).as_str().to_owned()
}
