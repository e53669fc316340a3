//! How many lawful titles are seen to be lawful, by kind, and which hold a cue that would accuse.
//!
//! Argument: the table that scripts/lawful_titles.py writes. A title is seen to be lawful when a context of any
//! lawful kind is read in it; sales need none. Slang, contacts and deliberate disguises in any of them are listed.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use touchstone::record::{BrandId, Listing};
use touchstone::text::{BrandNames, Lexicons, Reader};

/// Brands of the titles that the table does not name.
const MORE: &str = "Rolex Omega Seiko Tudor Casio Timex Bulova Hamilton Oris Nomos Tissot Longines Sinn Nike Adidas";

#[derive(serde::Deserialize)]
struct Row {
    kind: String,
    brand: String,
    title: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench`.
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'));
    let table = arguments.next().ok_or("expected: TABLE")?;
    let rows: Vec<Row> = csv::Reader::from_path(table)?
        .deserialize()
        .collect::<Result<_, _>>()?;
    let named = rows
        .iter()
        .map(|row| row.brand.as_str())
        .chain(MORE.split(' '));
    let names: BTreeSet<String> = named
        .filter(|name| !name.is_empty())
        .map(str::to_lowercase)
        .collect();
    let brands: Vec<BrandNames> = names
        .iter()
        .map(|name| BrandNames {
            id: BrandId::from_name(name),
            name: name.clone(),
            aliases: Vec::new(),
        })
        .collect();
    let reader = Reader::new(Lexicons::embedded()?, &brands)?;
    let mut kinds: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut accusing = 0;
    for row in &rows {
        let reading = reader.read(&Listing {
            title: row.title.clone(),
            ..Listing::default()
        });
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
    let sum = |kinds: &mut dyn Iterator<Item = (&&str, &(u32, u32))>| {
        kinds.fold((0, 0), |sum, (_, counts)| {
            (sum.0 + counts.0, sum.1 + counts.1)
        })
    };
    for (kind, (lawful, all)) in &kinds {
        println!("{kind:10} {lawful:4} of {all:4} seen to be lawful");
    }
    let (lawful, all) = sum(&mut kinds.iter().filter(|(kind, _)| **kind != "sale"));
    println!(
        "without sales {lawful} of {all}, {:.1} %; {accusing} of {} titles with an accusing cue",
        100.0 * f64::from(lawful) / f64::from(all),
        rows.len()
    );
    Ok(())
}
