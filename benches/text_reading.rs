//! How many titles a second are read, mentions and contexts, with how many registered names.
//!
//! Arguments: the folder of real data (`matching/`, `replicas/`, `brands/`) and, if wanted, the number of names. The
//! names are made up of syllables with a seed: one to three words, some with an alias in another script. One thread; the
//! time is the thread's own.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

mod titles;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use touchstone::record::Listing;
use touchstone::text::{BrandNames, Lexicons, Reader};

const SEED: u64 = 4;

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench`.
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'));
    let data = arguments.next().ok_or("expected: DATA [NAMES]")?;
    let names: usize = arguments.next().as_deref().unwrap_or("50000").parse()?;
    let data = Path::new(&data);
    let mut titles = titles::read(data, &titles::MIXED)?;
    titles.extend(titles::read(data, &[("brands/nike_adidas.csv", "title")])?);
    let started = Instant::now();
    let reader = Reader::new(Lexicons::embedded()?, &brands(names))?;
    println!(
        "{names} names indexed in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    let listings: Vec<Listing> = titles
        .into_iter()
        .map(|title| Listing {
            title,
            ..Listing::default()
        })
        .collect();
    // Twice: the first round fills the caches.
    for _ in 0..2 {
        let started = clock();
        let (mut mentions, mut contexts) = (0, 0);
        for listing in &listings {
            let reading = reader.read(listing);
            mentions += reading.mentions.len();
            contexts += reading.contexts.len();
        }
        let rate = listings.len() as f64 / (clock() - started);
        println!(
            "{} titles: {rate:.0} titles/s, {mentions} mentions, {contexts} contexts",
            listings.len()
        );
    }
    Ok(())
}

/// Seconds that this thread has had of a processor, so that a busy machine does not count; the time of day
/// where the system does not tell.
fn clock() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse::<f64>().ok());
    let since_1970 = || {
        std::time::UNIX_EPOCH
            .elapsed()
            .unwrap_or_default()
            .as_secs_f64()
    };
    nanoseconds.map_or_else(since_1970, |nanoseconds| nanoseconds / 1e9)
}

/// Made-up names, all different, an alias in another script for one brand in ten; names and aliases
/// together are `count`.
fn brands(count: usize) -> Vec<BrandNames> {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut seen = std::collections::BTreeSet::new();
    let (mut brands, mut names) = (Vec::new(), 0);
    while names < count {
        let words = *[1, 1, 1, 1, 1, 1, 1, 2, 2, 3]
            .choose(&mut rng)
            .unwrap_or(&1);
        let name: Vec<String> = (0..words).map(|_| word(&mut rng)).collect();
        let name = name.join(" ");
        if !seen.insert(name.to_lowercase()) {
            continue;
        }
        let alias = (names + 1 < count && rng.random_bool(0.1)).then(|| foreign(&mut rng));
        names += 1 + alias.iter().len();
        brands.push(BrandNames {
            id: format!("brand-{}", brands.len()).as_str().into(),
            name,
            aliases: alias.into_iter().collect(),
        });
    }
    brands
}

/// Two to four syllables, or three capitals once in thirty.
fn word(rng: &mut ChaCha8Rng) -> String {
    const ONSETS: [&str; 26] = [
        "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "qu", "r", "s", "t", "v", "w",
        "z", "br", "ch", "cl", "st", "tr", "sh", "",
    ];
    const VOWELS: [&str; 10] = ["a", "e", "i", "o", "u", "a", "e", "o", "ia", "ou"];
    const CODAS: [&str; 12] = ["", "", "", "", "n", "r", "s", "l", "x", "ck", "nd", "m"];
    if rng.random_bool(1.0 / 30.0) {
        return (0..3)
            .map(|_| char::from(rng.random_range(b'A'..=b'Z')))
            .collect();
    }
    let mut word = String::new();
    for _ in 0..rng.random_range(2..=4) {
        for parts in [&ONSETS[..], &VOWELS[..], &CODAS[..]] {
            word.push_str(parts.choose(rng).unwrap_or(&""));
        }
    }
    let first = word.remove(0).to_ascii_uppercase();
    format!("{first}{word}")
}

/// Two to four Chinese characters, or four to eight Cyrillic letters.
fn foreign(rng: &mut ChaCha8Rng) -> String {
    let (first, last, letters) = if rng.random_bool(0.5) {
        (0x4e00, 0x6e00, rng.random_range(2..=4))
    } else {
        (0x430, 0x44f, rng.random_range(4..=8))
    };
    (0..letters)
        .filter_map(|_| char::from_u32(rng.random_range(first..=last)))
        .collect()
}
