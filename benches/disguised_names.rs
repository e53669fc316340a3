//! How many disguised brand names are recovered, class by class, and which names are seen in real titles
//! where they are hidden at most.
//!
//! Arguments: the table that scripts/disguise_names.py writes, the half of its brands (`choose` or `report`),
//! and, for the false ones, the folder of real data. A name counts as recovered when a mention of its brand
//! has a confidence of at least 0.5. All disguised mentions in real titles are listed: a person says which are
//! false.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

mod titles;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use touchstone::record::{BrandId, Listing};
use touchstone::text::{BrandNames, Lexicons, Mention, Reader};

/// From here on a mention would be acted on.
const SURE: f64 = 0.5;

#[derive(serde::Deserialize)]
struct Row {
    half: String,
    class: String,
    brand: String,
    aliases: String,
    title: String,
    description: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let [table, half, data @ ..] = &arguments[..] else {
        return Err("expected: TABLE choose|report [DATA]".into());
    };
    let rows: Vec<Row> = csv::Reader::from_path(table)?
        .deserialize()
        .collect::<Result<_, _>>()?;
    let rows: Vec<&Row> = rows.iter().filter(|row| row.half == *half).collect();
    let mut brands: BTreeMap<&str, BrandNames> = BTreeMap::new();
    for row in &rows {
        brands.entry(&row.brand).or_insert_with(|| BrandNames {
            id: BrandId::from_name(&row.brand),
            name: row.brand.clone(),
            aliases: row.aliases.split('|').map(str::to_owned).collect(),
        });
    }
    let brands: Vec<BrandNames> = brands.into_values().collect();
    let reader = Reader::new(Lexicons::embedded()?, &brands)?;
    recall(&reader, &rows);
    match data {
        [folder, ..] => in_real_titles(&reader, Path::new(folder)),
        [] => Ok(()),
    }
}

fn recall(reader: &Reader, rows: &[&Row]) {
    let mut classes: BTreeMap<&str, (u32, u32, Vec<String>)> = BTreeMap::new();
    for row in rows {
        let reading = reader.read(&Listing {
            title: row.title.clone(),
            description: row.description.clone(),
            ..Listing::default()
        });
        let brand = BrandId::from_name(&row.brand);
        let best = reading
            .mentions
            .iter()
            .filter(|mention| mention.brand == brand)
            .map(|mention| mention.confidence)
            .fold(0.0, f64::max);
        let class = classes.entry(&row.class).or_default();
        class.1 += 1;
        if best >= SURE {
            class.0 += 1;
        } else {
            class
                .2
                .push(format!("{} ({best:.2}): {}", row.brand, row.title));
        }
    }
    for (class, (found, all, missed)) in classes {
        let share = 100.0 * f64::from(found) / f64::from(all);
        println!("{class:20} {found:3} of {all:3}  {share:5.1} %");
        for title in missed {
            println!("    {title}");
        }
    }
}

fn in_real_titles(reader: &Reader, data: &Path) -> Result<(), Box<dyn Error>> {
    let (mut sure, mut unsure) = (0, 0);
    let titles = titles::read(data, &titles::MIXED)?;
    for title in &titles {
        let reading = reader.read(&Listing {
            title: title.clone(),
            ..Listing::default()
        });
        for mention in reading
            .mentions
            .iter()
            .filter(|mention| mention.disguise.is_some())
        {
            let Mention {
                brand,
                text,
                confidence,
                disguise,
                ..
            } = mention;
            let disguise = disguise.map_or("", |disguise| disguise.as_str());
            let counted = if *confidence >= SURE {
                &mut sure
            } else {
                &mut unsure
            };
            *counted += 1;
            println!("{brand}\t{disguise}\t{confidence:.2}\t{text}\t{title}");
        }
    }
    println!(
        "{} real titles: {sure} disguised names, {unsure} more below {SURE}",
        titles.len()
    );
    Ok(())
}
