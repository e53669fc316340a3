//! How many lawful titles are seen to be lawful, by kind, which hold a cue that would accuse, and that none becomes a
//! candidate from its text and price alone.
//!
//! Arguments: the table that scripts/lawful_titles.py writes and the folder of real data. A title is seen to be lawful when a
//! context of any lawful kind is read in it; sales need none. Slang, contacts and deliberate disguises in any of them
//! are listed. Each title is then scanned with a low price, without picture, from a seller of whom nothing bad is known, and
//! from one of whom nothing is known, and judged by the built-in model: against catalogs of every brand that the titles
//! name, in which the shoes of `brands/` are products, and once more as if a product of the first brand that it names
//! matched for sure at 20 % of its price. The threshold is 0: no weight keeps a title out of the queue here.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use iso_currency::Currency;
use jiff::civil::{Date, date};

use touchstone::candidates::{self, Case, Evidence};
use touchstone::features::{FeatureRow, Input};
use touchstone::model::Model;
use touchstone::price::Comparable;
use touchstone::record::{Brand, BrandId, ContentHash, Listing, Money, Product, Right, RightKind};
use touchstone::reference::{Catalog, ProductHit};
use touchstone::scan::{Engine, ReferenceFiles, SettingsLayer};
use touchstone::signals::{ReadListing, Relations, SellerRelation};

/// Brands of the titles that the table does not name.
const MORE: &str = "Rolex Omega Seiko Tudor Casio Timex Bulova Hamilton Oris Nomos Tissot Longines Sinn Nike Adidas";

/// The run's date.
const AS_OF: Date = date(2026, 3, 31);

/// What is asked, as a share of the product's price.
const LOW: f64 = 0.2;

#[derive(serde::Deserialize)]
struct Row {
    kind: String,
    brand: String,
    title: String,
}

#[derive(serde::Deserialize)]
struct Shoe {
    id: String,
    title: String,
    brand: String,
    list_price: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench`.
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'));
    let (Some(table), Some(data)) = (arguments.next(), arguments.next()) else {
        return Err("expected: TABLE DATA".into());
    };
    let rows: Vec<Row> = read(Path::new(&table))?;
    let shoes: Vec<Shoe> = read(&Path::new(&data).join("brands/nike_adidas.csv"))?;
    let settings = SettingsLayer {
        as_of: Some(AS_OF),
        ..SettingsLayer::default()
    };
    let settings = settings.resolve(AS_OF)?;
    let files = ReferenceFiles::Kept(Evidence::below(Path::new("none")));
    let engine = Engine::new(catalogs(&rows, &shoes), &settings, &files, None)?;
    let lists: BTreeMap<&str, f64> = shoes
        .iter()
        .map(|shoe| (shoe.title.as_str(), shoe.list_price))
        .collect();
    let listings = rows.iter().enumerate().map(|(nth, row)| {
        let list = lists.iter().find(|(title, _)| row.title.contains(*title));
        let price = LOW * list.map_or(100.0, |(_, list)| list.max(1.0));
        Listing {
            id: nth.to_string().into(),
            title: row.title.clone(),
            price: Money::from_major(price, Currency::USD),
            ..Listing::default()
        }
    });
    let read = engine.read(listings.collect())?;
    tell_contexts(&rows, &read);
    tell_candidates(&engine, &rows, read)
}

/// What the reader makes of the titles.
fn tell_contexts(rows: &[Row], read: &[ReadListing]) {
    let mut kinds: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut accusing = 0;
    for (row, ReadListing { signals, .. }) in rows.iter().zip(read) {
        let reading = &signals.reading;
        let lawful = reading
            .contexts
            .iter()
            .any(|context| context.kind.lawful_without_brand_rights());
        let counts = kinds.entry(&row.kind).or_default();
        counts.0 += u32::from(lawful);
        counts.1 += 1;
        if !lawful && row.kind != "sale" {
            println!("not seen to be {}: {}", row.kind, row.title);
        }
        let disguised = reading.mentions.iter().filter(|mention| {
            !mention.lawful
                && mention
                    .disguise
                    .is_some_and(|disguise| disguise.is_deliberate())
        });
        let cues: Vec<String> = disguised
            .map(|mention| mention.text.clone())
            .chain(reading.slang.iter().map(|slang| slang.text.clone()))
            .chain(reading.contacts.clone())
            .collect();
        if !cues.is_empty() {
            accusing += 1;
            println!("accusing ({}): {}", cues.join(", "), row.title);
        }
    }
    for (kind, (lawful, all)) in &kinds {
        println!("{kind:10} {lawful:4} of {all:4} seen to be lawful");
    }
    let told = kinds.iter().filter(|(kind, _)| **kind != "sale");
    let (lawful, all) = told.fold((0, 0), |sum, (_, counts)| {
        (sum.0 + counts.0, sum.1 + counts.1)
    });
    println!(
        "without sales {lawful} of {all}, {:.1} %; {accusing} of {} titles with an accusing cue",
        100.0 * f64::from(lawful) / f64::from(all),
        rows.len()
    );
}

/// What becomes of the titles with a low price, in each of four ways.
fn tell_candidates(
    engine: &Engine,
    rows: &[Row],
    read: Vec<ReadListing>,
) -> Result<(), Box<dyn Error>> {
    let model = Model::embedded()?;
    let good = Relations {
        seller: SellerRelation {
            listings: 1,
            brands: 1,
            age_days: Some(2000),
            ..SellerRelation::default()
        },
        ..Relations::default()
    };
    for (seller, relations) in [
        ("a seller in good standing", &good),
        ("nobody", &Relations::default()),
    ] {
        for matched in [false, true] {
            let (mut low, mut queued, mut most) = (0, 0, 0.0f64);
            let mut why_not: BTreeMap<&str, u32> = BTreeMap::new();
            for (row, listing) in rows.iter().zip(&read) {
                let mut listing = listing.clone();
                if relations.seller.age_days.is_some() {
                    listing.listing.seller.id = format!("S{}", listing.listing.id).into();
                    listing.listing.seller.rating = Some(4.8);
                    listing.listing.seller.sales = Some(900);
                }
                if matched {
                    match_for_sure(&mut listing);
                }
                let input = Input {
                    listing: &listing.listing,
                    signals: &listing.signals,
                    relations,
                };
                let scored = model.score(&FeatureRow::new(&input));
                low += u32::from(listing.signals.price.ratio.is_some_and(|ratio| ratio < 0.4));
                most = most.max(scored.probability.get());
                let case = Case {
                    input,
                    scored: &scored,
                    reference: engine.reference(),
                    as_of: AS_OF,
                    threshold: 0.0,
                    market: &[],
                };
                match candidates::judge(&case) {
                    Ok(candidate) => {
                        queued += 1;
                        println!(
                            "candidate ({}, {:?}): {}",
                            row.kind, candidate.families, row.title
                        );
                    }
                    Err(reason) => *why_not.entry(reason.as_str()).or_default() += 1,
                }
            }
            let how = if matched {
                "matched for sure"
            } else {
                "as read"
            };
            println!(
                "{how}, offered by {seller}: {low} of {} priced below 40 %, {queued} candidates, greatest probability {most:.2}; {why_not:?}",
                rows.len()
            );
        }
    }
    Ok(())
}

/// As if the listing were a product of the first brand that it names, at [`LOW`] of its price.
fn match_for_sure(listing: &mut ReadListing) {
    let signals = &mut listing.signals;
    let Some(mention) = signals.reading.mentions.first() else {
        return;
    };
    signals.products = vec![ProductHit {
        product_id: "1".into(),
        brand: mention.brand.clone(),
        title: listing.listing.title.clone(),
        probability: 1.0,
        title_likeness: 1.0,
        why: "the same title".to_owned(),
    }];
    signals.nonexistent_model = None;
    signals.price = Comparable {
        amount: Money::from_major(100.0 * LOW, Currency::USD),
        reference: Money::from_major(100.0, Currency::USD),
        ratio: Some(LOW),
        below_floor: Some(true),
        ..Comparable::default()
    };
}

/// One catalog for each brand, with a mark in force; the shoes are the products of theirs.
fn catalogs(rows: &[Row], shoes: &[Shoe]) -> Vec<Catalog> {
    let named = rows
        .iter()
        .map(|row| row.brand.as_str())
        .chain(MORE.split(' '));
    let names: BTreeSet<String> = named
        .filter(|name| !name.is_empty())
        .map(str::to_lowercase)
        .collect();
    names
        .into_iter()
        .map(|name| {
            let id = BrandId::from_name(&name);
            let own = shoes
                .iter()
                .filter(|shoe| shoe.brand.to_lowercase().starts_with(&name));
            Catalog {
                products: own
                    .map(|shoe| Product {
                        id: shoe.id.as_str().into(),
                        brand: id.clone(),
                        title: shoe.title.clone(),
                        mpn: shoe.id.clone(),
                        price: Money::from_major(shoe.list_price, Currency::USD),
                        ..Product::default()
                    })
                    .collect(),
                brand: Brand {
                    id,
                    name,
                    rights: vec![Right {
                        kind: RightKind::Trademark,
                        number: "1".to_owned(),
                        office: "EUIPO".to_owned(),
                        territories: vec!["EU".to_owned()],
                        nice_classes: Vec::new(),
                        expiry: None,
                    }],
                    ..Brand::default()
                },
                images: Vec::new(),
                version: ContentHash::of(b"none"),
            }
        })
        .collect()
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    let rows = csv::Reader::from_path(path)?
        .deserialize()
        .collect::<Result<_, _>>()?;
    Ok(rows)
}
