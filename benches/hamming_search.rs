//! How fast all hashes within 31 bits are found, at what memory, and that none is missed.
//!
//! Without arguments it prints a table for made-up references, evenly spread and in clusters like a catalog's.
//! `serve FOLDER SIZE random|clustered QUERIES` is for scripts/peers/hamming.py: it writes the references and queries
//! into the folder, 32 bytes each, and the answers as text; then it asks all queries once for every line that it
//! reads, and prints the microseconds of each.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use touchstone::image::PdqHash;
use touchstone::reference::images::HammingIndex;

const RADIUS: u32 = 31;

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    match &arguments[..] {
        [] => table(),
        [serve_word, folder, size, kind, queries] if serve_word == "serve" => {
            serve(Path::new(folder), size.parse()?, kind, queries.parse()?)
        }
        _ => Err("expected nothing or: serve FOLDER SIZE random|clustered QUERIES".into()),
    }
}

fn table() -> Result<(), Box<dyn Error>> {
    println!(
        "references kind       build s  bytes each  us a query (10 % to 90 %)  batch queries/s  missed"
    );
    for size in [10_000, 100_000, 1_000_000] {
        for kind in ["random", "clustered"] {
            let hashes = references(kind, size)?;
            let queries = queries(&hashes, 1000);
            let (index, seconds) = build(hashes.clone());
            let mut times: Vec<f64> = queries.iter().map(|query| ask(&index, query).1).collect();
            times.sort_by(f64::total_cmp);
            let at = |share: usize| times[times.len() * share / 100];
            let started = Instant::now();
            let answers = index.within_all(&queries, RADIUS);
            let rate = queries.len() as f64 / started.elapsed().as_secs_f64();
            // The scan that nothing escapes, for some of the queries.
            let missed: usize = (0..queries.len())
                .step_by(50)
                .map(|nth| {
                    let near = hashes
                        .iter()
                        .filter(|hash| hash.distance(&queries[nth]) <= RADIUS);
                    near.count().abs_diff(answers[nth].len())
                })
                .sum();
            println!(
                "{size:>10} {kind:<10} {seconds:>7.2} {:>11.1} {:>10.0} ({:.0} to {:.0}) {rate:>20.0} {missed:>7}",
                index.bytes() as f64 / size as f64,
                at(50),
                at(10),
                at(90),
            );
        }
    }
    Ok(())
}

fn serve(folder: &Path, size: usize, kind: &str, count: usize) -> Result<(), Box<dyn Error>> {
    let hashes = references(kind, size)?;
    let queries = queries(&hashes, count);
    write(&folder.join("references.bin"), &hashes)?;
    write(&folder.join("queries.bin"), &queries)?;
    let (index, seconds) = build(hashes);
    let mut answers = String::new();
    for (nth, found) in index.within_all(&queries, RADIUS).iter().enumerate() {
        for (position, distance) in found {
            writeln!(answers, "{nth} {position} {distance}")?;
        }
    }
    fs::write(folder.join("answers.txt"), answers)?;
    println!("{seconds} {} {}", index.bytes(), peak_bytes());
    for line in std::io::stdin().lines() {
        line?;
        let times: Vec<String> = queries
            .iter()
            .map(|query| format!("{:.2}", ask(&index, query).1))
            .collect();
        println!("{}", times.join(" "));
    }
    Ok(())
}

fn build(hashes: Vec<PdqHash>) -> (HammingIndex, f64) {
    let started = Instant::now();
    let index = HammingIndex::build(hashes);
    (index, started.elapsed().as_secs_f64())
}

/// The number of answers, and the microseconds it took.
fn ask(index: &HammingIndex, query: &PdqHash) -> (usize, f64) {
    let started = Instant::now();
    let found = index.within(query, RADIUS);
    (found.len(), started.elapsed().as_secs_f64() * 1e6)
}

fn references(kind: &str, size: usize) -> Result<Vec<PdqHash>, String> {
    let mut rng = ChaCha8Rng::seed_from_u64(size as u64);
    match kind {
        "random" => Ok((0..size).map(|_| PdqHash(rng.random())).collect()),
        "clustered" => Ok(clustered(&mut rng, size)),
        _ => Err(format!("expected random or clustered, found {kind:?}")),
    }
}

/// Designs with up to 60 pictures each, one in a hundred with thousands; pictures of one design are up to 40 bits from
/// its centre.
fn clustered(rng: &mut ChaCha8Rng, size: usize) -> Vec<PdqHash> {
    let mut hashes = Vec::with_capacity(size);
    while hashes.len() < size {
        let centre = PdqHash(rng.random());
        let members = if rng.random_ratio(1, 100) {
            rng.random_range(1000..5000)
        } else {
            rng.random_range(1..=60)
        };
        for _ in 0..members.min(size - hashes.len()) {
            hashes.push(flipped(rng, centre));
        }
    }
    hashes
}

/// Every other query is a reference with up to 40 of its bits flipped, the others are near none.
fn queries(hashes: &[PdqHash], count: usize) -> Vec<PdqHash> {
    let mut rng = ChaCha8Rng::seed_from_u64(31);
    (0..count)
        .map(|nth| {
            if nth % 2 == 0 {
                let near = hashes[rng.random_range(0..hashes.len())];
                flipped(&mut rng, near)
            } else {
                PdqHash(rng.random())
            }
        })
        .collect()
}

fn flipped(rng: &mut ChaCha8Rng, mut hash: PdqHash) -> PdqHash {
    for _ in 0..rng.random_range(0..=40) {
        let bit = rng.random_range(0..256);
        hash.0[bit / 64] ^= 1 << (bit % 64);
    }
    hash
}

fn write(path: &Path, hashes: &[PdqHash]) -> Result<(), Box<dyn Error>> {
    let mut file = BufWriter::new(File::create(path)?);
    for word in hashes.iter().flat_map(|hash| hash.0) {
        file.write_all(&word.to_le_bytes())?;
    }
    Ok(file.flush()?)
}

/// The most memory that this program has taken so far, where the system says.
fn peak_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}
