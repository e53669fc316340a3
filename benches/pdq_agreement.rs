//! How far our PDQ hashes are from those that the C++ program prints, and how fast they are made.
//!
//! Reads `pdq/expected_cpp.csv` in the data folder (an argument, else `../shared/data` beside the project) and prints
//! the number of images at each Hamming distance, split by what may differ: nothing (PNG up to 512 px), the JPEG
//! decoder, or the sampling of larger pictures as well. Also names every picture of the folder that does not decode.
//! The data is not part of the project; without it there is nothing to print.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use touchstone::image::{ImageFormat, Limits, PdqHash, decode, fingerprint, fingerprint_file};

/// Only these are compared: near-flat pictures have unstable hashes.
const LEAST_QUALITY: u8 = 80;

fn main() -> Result<(), Box<dyn Error>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let data = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .map_or(beside, PathBuf::from);
    let Ok(expected) = fs::read_to_string(data.join("pdq/expected_cpp.csv")) else {
        println!("skipped: no pdq/expected_cpp.csv in {}", data.display());
        return Ok(());
    };
    agreement(&data, &expected)?;
    for folder in ["pdq", "branded", "luma", "clothing"] {
        readable(&data.join(folder))?;
    }
    Ok(())
}

fn agreement(data: &Path, expected: &str) -> Result<(), Box<dyn Error>> {
    let limits = Limits::default();
    let mut histograms: BTreeMap<&str, BTreeMap<u32, u32>> = BTreeMap::new();
    let mut quality_apart = BTreeMap::new();
    for line in expected.lines().skip(1) {
        let [quality, hash, file] = *line.rsplitn(3, ',').collect::<Vec<_>>() else {
            return Err(format!("expected file,hash,quality, found {line:?}").into());
        };
        let (quality, hash): (u8, PdqHash) = (quality.parse()?, hash.parse()?);
        let bytes = fs::read(data.join(file))?;
        let (decoded, ours) = match (decode(&bytes, &limits), fingerprint(&bytes, &limits)) {
            (Ok(decoded), Ok(ours)) => (decoded, ours),
            (Err(error), _) | (_, Err(error)) => {
                println!("{file}: {} (expected quality {quality})", error.as_str());
                continue;
            }
        };
        let (width, height) = decoded.pixels.dimensions();
        let group = match (
            decoded.turned,
            quality >= LEAST_QUALITY,
            width.max(height) > 512,
            decoded.format,
        ) {
            // The C++ program does not look at EXIF.
            (true, ..) => "5 turned by EXIF, nearest transform",
            // The C++ program prints a zero hash for files that it cannot read.
            (_, false, ..) if hash == PdqHash::default() => "6 not read by the C++ program",
            (_, false, ..) => "4 quality under 80",
            (_, _, true, ImageFormat::Png) => "3 over 512 px, PNG",
            (_, _, true, _) => "3 over 512 px, other",
            (_, _, false, ImageFormat::Png) => "1 up to 512 px, PNG",
            (_, _, false, ImageFormat::Jpeg) => "2 up to 512 px, JPEG",
            (_, _, false, _) => "2 up to 512 px, other",
        };
        let candidates = if decoded.turned {
            &ours.pdq[..]
        } else {
            &ours.pdq[..1]
        };
        let distance = candidates
            .iter()
            .map(|ours| ours.distance(&hash))
            .min()
            .unwrap_or(256);
        if !group.starts_with('6') {
            *quality_apart
                .entry(ours.quality.abs_diff(quality))
                .or_insert(0u32) += 1;
        }
        *histograms
            .entry(group)
            .or_default()
            .entry(distance)
            .or_insert(0) += 1;
        if distance > 4 && !group.starts_with('6') {
            println!(
                "{distance:3} bits: {file} ({width} x {height}, quality {quality}, ours {})",
                ours.quality
            );
        }
    }
    for (group, histogram) in histograms {
        println!(
            "{group}: {} images; distance: count",
            histogram.values().sum::<u32>()
        );
        println!("    {histogram:?}");
    }
    println!("quality apart by: {quality_apart:?}");
    Ok(())
}

/// Fingerprints every picture below `folder`, one after the other.
fn readable(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut pictures = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let extension = path
                .extension()
                .unwrap_or_default()
                .to_string_lossy()
                .to_lowercase();
            if path.is_dir() {
                folders.push(path);
            } else if ["jpg", "jpeg", "png", "gif", "webp"].contains(&extension.as_str()) {
                pictures.push(path);
            }
        }
    }
    pictures.sort();
    let start = Instant::now();
    let mut failed = 0;
    for path in &pictures {
        if let Err(error) = fingerprint_file(path, &Limits::default()) {
            failed += 1;
            println!("{}: {} ({error})", path.display(), error.as_str());
        }
    }
    let rate = pictures.len() as f64 / start.elapsed().as_secs_f64();
    println!(
        "{}: {} pictures, {failed} unreadable, {rate:.1} images/s on one thread",
        folder.display(),
        pictures.len()
    );
    Ok(())
}
