//! What is found in titles that replica buyers pass around, one a line for a person to read against the title: names masked or
//! altered on purpose, abbreviations, misspellings, plain names, words of the replica trade, contacts.
//!
//! Arguments: the folder of real data, `choose` or `report` (half of the titles each, by their hash), and, if wanted, the
//! number of titles (300) and a seed (1). What should have been found, nobody knows but the reader: the titles
//! come without truth.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

mod titles;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use touchstone::record::{BrandId, ContentHash, Listing};
use touchstone::text::{BrandNames, Lexicons, Reader, Reading};

/// Brands with the abbreviations that buyers know them by, as their owners would register them: after `=` aliases, of
/// which the ones of at most five characters and without a space are abbreviations.
const BRANDS: &str = "Nike=NK|Swoosh;Air Jordan=Jordan|AJ|AJ1|AJ2|AJ3|AJ4|AJ5|AJ6|AJ11|AJ12|AJ13;Air Force 1=AF1|Air Force One;Adidas;Yeezy=YZY;\
Puma;Reebok;New Balance=NB;Asics;Converse;Vans;Fila;Under Armour=UA;Lululemon;Champion;Dickies;Carhartt;Levi's;Wrangler;\
Ralph Lauren=RL|Polo Ralph Lauren;Tommy Hilfiger;Lacoste;Fred Perry;Hugo Boss;Calvin Klein=CK;Diesel;G-Star;\
The North Face=TNF|North Face;Patagonia;Arc'teryx=ARC;Canada Goose=CG;Moncler=MCL;Moose Knuckles;Stone Island;C.P. Company;\
Gucci=GG;Louis Vuitton=LV;Chanel;Hermes=Hermès;Dior=CD;Prada;Fendi=FF;Balenciaga=BLCG;Burberry=BBR;Givenchy=GVC;Versace;\
Saint Laurent=YSL|SLP|Yves Saint Laurent;Bottega Veneta=BV;Celine=CEL;Loewe;Valentino;Goyard;Maison Margiela=MM6|Margiela|MMJ;\
Dolce & Gabbana=D&G;Ferragamo;Armani;Moschino;Kenzo;Balmain;Alexander McQueen=MCQ|McQueen;Alexander Wang;Rick Owens=RO;Raf Simons;\
Acne Studios;AMI Paris;Thom Browne=TB;Amiri;Chrome Hearts=CH|CHR|Crohe;Off-White=OW|OFF;Palm Angels=PA|PALM;Fear of God=FOG|Essentials;\
Supreme=SUP;Palace;Stussy;Bape=A Bathing Ape|AAPE;Kith;Travis Scott=TS;Vetements;Undercover;Sacai;Comme des Garcons=CDG;Gallery Dept;\
Casablanca;Rhude;Represent;Trapstar;Corteiz=CRTZ;Hellstar;Vlone;Anti Social Social Club=ASSC;We11done;Drew House;\
Human Made;Girls Don't Cry=GDC;Needles;Visvim;Kapital;Mastermind=MMJ|MMJP;Wtaps;Neighborhood=NBHD;Carhartt WIP;\
Rolex=RLX;Omega;Cartier;Audemars Piguet=AP;Patek Philippe=PP;Richard Mille=RM;Tag Heuer;Tissot;Casio;Van Cleef & Arpels=VCA;\
Tiffany=T&CO;Bulgari;Swarovski;Pandora;Vivienne Westwood;Ray-Ban;Oakley;Gentle Monster=GM;Apple;Samsung;Sony;Beats;Dyson;\
Tory Burch=TB;Michael Kors=MK;Coach;Kate Spade;Longchamp;MCM;Timberland;Dr. Martens;UGG;Birkenstock;Crocs;Golden Goose=GGDB;\
Salomon;Hoka;On Running;Li-Ning;Anta;Kappa;Umbro;Jil Sander;The Row;Loro Piana;Zegna=Ermenegildo Zegna;Lemaire;Marni;Maison Kitsune;A.P.C.;Rimowa;Tumi;Porter";

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench`.
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'));
    let data = arguments
        .next()
        .ok_or("expected: DATA choose|report [TITLES] [SEED]")?;
    let even = match arguments.next().as_deref() {
        Some("choose") => true,
        Some("report") => false,
        _ => return Err("expected: DATA choose|report [TITLES] [SEED]".into()),
    };
    let count: usize = arguments.next().as_deref().unwrap_or("300").parse()?;
    let seed: u64 = arguments.next().as_deref().unwrap_or("1").parse()?;
    let mut titles = titles::read(Path::new(&data), &titles::MIXED[titles::MIXED.len() - 1..])?;
    titles.sort_unstable();
    titles.dedup();
    titles.retain(|title| is_even(title) == even);
    titles.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    titles.truncate(count);
    let brands = brands();
    let reader = Reader::new(Lexicons::embedded()?, &brands)?;
    let mut sums: BTreeMap<&str, usize> = BTreeMap::new();
    for (nth, title) in (1..).zip(&titles) {
        let reading = reader.read(&Listing {
            title: title.clone(),
            ..Listing::default()
        });
        let found = found(&reading, &brands);
        let mut kinds: Vec<&str> = found.iter().map(|(kind, _)| *kind).collect();
        kinds.dedup();
        for kind in kinds {
            *sums.entry(kind).or_default() += 1;
        }
        let told: Vec<String> = found
            .iter()
            .map(|(kind, text)| format!("{kind} {text}"))
            .collect();
        println!("{nth:3} {title}\n      -> {}", told.join("; "));
    }
    println!("\ntitles with each, of {}:", titles.len());
    for (kind, titles) in sums {
        println!("{kind:12} {titles}");
    }
    Ok(())
}

/// Which half a title belongs to.
fn is_even(title: &str) -> bool {
    let hash = ContentHash::of(title.as_bytes()).to_string();
    hash.bytes()
        .next()
        .is_some_and(|digit| digit.is_ascii_digit() && digit < b'8')
}

/// What the reader acts on, by kind, in a fixed order of kinds.
fn found(reading: &Reading, brands: &[BrandNames]) -> Vec<(&'static str, String)> {
    let mut all: Vec<(&str, String)> = reading
        .mentions
        .iter()
        .filter(|mention| mention.confidence >= 0.5)
        .map(|mention| {
            let short = brands.iter().any(|brand| {
                brand.id == mention.brand
                    && brand
                        .aliases
                        .iter()
                        .any(|alias| is_short(alias) && alias.eq_ignore_ascii_case(&mention.text))
            });
            let kind = match mention.disguise {
                Some(disguise) if disguise.is_deliberate() => "masked",
                Some(_) => "misspelt",
                None if short => "abbreviated",
                None => "plain",
            };
            let how = mention
                .disguise
                .map_or_else(String::new, |disguise| format!(" ({disguise:?})"));
            (kind, format!("\"{}\" {}{how}", mention.text, mention.brand))
        })
        .collect();
    let slang = reading.slang.iter();
    all.extend(slang.map(|slang| ("slang", format!("\"{}\"", slang.text))));
    let contacts = reading.contacts.iter();
    all.extend(contacts.map(|contact| ("contact", format!("\"{contact}\""))));
    all.sort();
    all
}

fn is_short(alias: &str) -> bool {
    alias.chars().count() <= 5 && !alias.contains(' ')
}

fn brands() -> Vec<BrandNames> {
    BRANDS
        .split(';')
        .map(|line| {
            let (name, aliases) = line.split_once('=').unwrap_or((line, ""));
            BrandNames {
                id: BrandId::from_name(name),
                name: name.to_owned(),
                aliases: aliases
                    .split('|')
                    .filter(|alias| !alias.is_empty())
                    .map(str::to_owned)
                    .collect(),
            }
        })
        .collect()
}
