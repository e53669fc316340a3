//! How many genuine sale prices the cue of a low price flags, and how many replicas of the same shoes lie below them.
//!
//! Arguments: the folder of real data and, if wanted, what one unit of `brands/nike_adidas.csv` is worth in US dollars (1;
//! the source names no currency). `choose` and `report` are halves of the products, by the hash of their titles: thresholds
//! of `features/price.rs` are chosen on the first. Each sale price is held against its list price as a scan would,
//! with the spread of all sale prices of its half as the market. Replica titles that name a model of the half are held
//! against the lowest list price of any product that begins with that model, which is kind to them.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use iso_currency::Currency;
use jiff::civil::{Date, date};

use touchstone::features::{self, Cue, Input};
use touchstone::price::{Asked, Comparable, Kind, Offers, Rates, compare};
use touchstone::record::{ContentHash, Listing, Money, Product};
use touchstone::signals::{Relations, Signals};
use touchstone::text::Reading;

/// A day on which the built-in exchange rates are fresh.
const ON: Date = date(2026, 3, 31);

/// Words of the shops' titles that are no part of a model's name.
const GENERAL: &str = "men's women's mens womens men women unisex adidas nike originals neo core sport inspired performance running \
shoes shoe training basketball outdoor football tennis slippers sandals flip flops slides swim walking hiking cricket indoor \
badminton kids boys girls sneakers by for and the low mid high skateboarding trail casual";

#[derive(serde::Deserialize)]
struct Row {
    id: String,
    title: String,
    brand: String,
    list_price: f64,
    sale_price: f64,
}

#[derive(serde::Deserialize)]
struct Replica {
    title: String,
    price: f64,
}

/// A genuine offer with its ratio and its cue.
struct Priced {
    ratio: f64,
    cue: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench`.
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'));
    let data = arguments.next().ok_or("expected: DATA [DOLLARS_A_UNIT]")?;
    let unit: f64 = arguments.next().as_deref().unwrap_or("1").parse()?;
    let data = Path::new(&data);
    let rates = Rates::embedded()?;
    let rows: Vec<Row> = read(&data.join("brands/nike_adidas.csv"))?;
    let replicas: Vec<Replica> = read(&data.join("replicas/listings.csv"))?;
    for (half, even) in [("choose", true), ("report", false)] {
        let of_half: Vec<&Row> = rows
            .iter()
            .filter(|row| row.list_price > 0.0 && is_even(&row.title) == even)
            .collect();
        let genuine = genuine(&of_half, &rates)?;
        let mut ratios: Vec<f64> = genuine.iter().map(|sale| sale.ratio).collect();
        ratios.sort_by(f64::total_cmp);
        let lowest = ratios.get(ratios.len() / 20).copied().unwrap_or(0.0);
        let at_least = |least: f64| genuine.iter().filter(|sale| sale.cue >= least).count();
        let count = genuine.len();
        println!("{half}: {count} sale prices, 5 % of them below {lowest:.3} of the list price");
        for (name, least) in [
            ("anything at all", f64::MIN_POSITIVE),
            ("half of what it can", 0.5),
        ] {
            let flagged = at_least(least);
            println!(
                "  price.depth says {name} of {flagged}: {:.3} %",
                100.0 * flagged as f64 / count as f64
            );
        }
        let models = models(&of_half);
        let (mut below, mut suspicious, mut all) = (0u32, 0u32, 0u32);
        for replica in &replicas {
            let Some(list) = named(&replica.title, &models) else {
                continue;
            };
            let asked = money(replica.price, Currency::CNY)?;
            let price = against(asked, money(list * unit, Currency::USD)?, &rates);
            let Some(ratio) = price.ratio else { continue };
            all += 1;
            below += u32::from(ratio < lowest);
            suspicious += u32::from(cue_of(price)? >= 0.5);
        }
        println!(
            "  {all} replica titles name a model: {below} below that quantile ({:.1} %), {suspicious} with half of the cue or more ({:.1} %)",
            100.0 * f64::from(below) / f64::from(all),
            100.0 * f64::from(suspicious) / f64::from(all)
        );
    }
    Ok(())
}

/// The sale prices of a half with what the cue says of each.
fn genuine(rows: &[&Row], rates: &Rates) -> Result<Vec<Priced>, Box<dyn Error>> {
    let on_sale = || rows.iter().filter(|row| row.sale_price > 0.0);
    let kind = |row: &Row| Kind {
        brand: row.brand.split(' ').next().unwrap_or("").to_owned(),
        product_type: "shoes".to_owned(),
        second_hand: false,
    };
    let mut offers = Offers::default();
    for row in on_sale() {
        offers.add(&row.id, &kind(row), row.sale_price / row.list_price);
    }
    let spreads = offers.spreads();
    on_sale()
        .map(|row| {
            let asked = money(row.sale_price, Currency::USD)?;
            let mut price = against(asked, money(row.list_price, Currency::USD)?, rates);
            let ratio = price.ratio.ok_or("a sale price has no ratio")?;
            price.place = spreads.place(&row.id, &kind(row), ratio);
            let cue = cue_of(price)?;
            Ok(Priced { ratio, cue })
        })
        .collect()
}

/// A price held against a product's as a scan does it.
fn against(asked: Money, list: Money, rates: &Rates) -> Comparable {
    let product = Product {
        price: Some(list),
        ..Product::default()
    };
    let asked = Asked {
        price: Some(asked),
        shipping: None,
        pieces: 1.0,
    };
    compare(asked, Some(&product), ON, ON, rates)
}

/// What `price.depth` says of a price.
fn cue_of(price: Comparable) -> Result<f64, Box<dyn Error>> {
    let depth: &Cue = features::cue("price.depth").ok_or("no cue of that name")?;
    let signals = Signals {
        listing_id: "1".into(),
        reading: Reading::default(),
        products: Vec::new(),
        nonexistent_model: None,
        nearest_models: Vec::new(),
        price,
        images: Vec::new(),
        authorised_by: Vec::new(),
    };
    let input = Input {
        listing: &Listing::default(),
        signals: &signals,
        relations: &Relations::default(),
    };
    Ok(depth.read(&input).unwrap_or(0.0))
}

/// The models that the rows' titles name, up to their first number, with the lowest list price: at least two words, one of
/// them a number or the whole title.
fn models(rows: &[&Row]) -> BTreeMap<Vec<String>, f64> {
    let general: BTreeSet<&str> = GENERAL.split_whitespace().collect();
    let mut models: BTreeMap<Vec<String>, f64> = BTreeMap::new();
    for row in rows {
        let mut words = words(&row.title);
        words.retain(|word| !general.contains(word.as_str()));
        let numbered = |word: &String| word.contains(|c: char| c.is_ascii_digit());
        if let Some(number) = words.iter().skip(1).position(numbered) {
            words.truncate(number + 2);
        }
        if words.len() > 1 {
            let lowest = models.entry(words).or_insert(row.list_price);
            *lowest = lowest.min(row.list_price);
        }
    }
    models
}

/// The lowest list price of the longest model that a title names.
fn named(title: &str, models: &BTreeMap<Vec<String>, f64>) -> Option<f64> {
    let words = words(title);
    let most = models.keys().map(Vec::len).max().unwrap_or(0);
    let runs = (2..=most.min(words.len()))
        .rev()
        .flat_map(|length| words.windows(length));
    runs.filter_map(|run| models.get(run)).next().copied()
}

/// Lower-case words of letters and digits; an apostrophe between letters is part of one.
fn words(title: &str) -> Vec<String> {
    let plain = title.to_lowercase().replace('’', "'");
    plain
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '\'')
        .map(|word| word.trim_matches('\'').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn is_even(title: &str) -> bool {
    let hash = ContentHash::of(title.as_bytes()).to_string();
    hash.bytes()
        .next()
        .is_some_and(|digit| digit.is_ascii_digit() && digit < b'8')
}

fn money(amount: f64, currency: Currency) -> Result<Money, Box<dyn Error>> {
    Money::from_major(amount, currency).ok_or_else(|| format!("{amount} is no amount").into())
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    let rows = csv::Reader::from_path(path)?
        .deserialize()
        .collect::<Result<_, _>>()?;
    Ok(rows)
}
