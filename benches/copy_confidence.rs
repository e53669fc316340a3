//! How far edited copies and different pictures lie from a reference, in PDQ bits, DCT-hash bits and colour: what the
//! confidence of an image hit and the line between a copy and a recoloured picture are chosen from.
//!
//! Reads `luma` (product photos, `<design>-<colour>_<view>.jpg`) and `clothing` (other people's photos) in the data
//! folder (an argument, else `../shared/data` beside the project). The designs are split by name into a half to choose
//! on and a half to report on (second argument `choose` or `report`). The data is not part of the project.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use touchstone::image::{Fingerprint, Limits, Transform, decode, fingerprint};
use touchstone::record::BrandId;
use touchstone::reference::images::{ImageHit, ImageIndex, ImageRole, ReferenceImage, Verdict};

/// One photo in this many is edited and searched.
const EVERY: usize = 3;

/// Longest side of the edited copies, as marketplaces keep them.
const SIDE: u32 = 640;

struct Photo {
    design: String,
    view: String,
    fingerprint: Fingerprint,
    pixels: RgbImage,
}

fn main() -> Result<(), Box<dyn Error>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'));
    let data = arguments.next().map_or(beside, PathBuf::from);
    let report = arguments.next().is_some_and(|half| half == "report");
    if !data.join("luma/images").is_dir() {
        println!("skipped: no luma/images in {}", data.display());
        return Ok(());
    }
    let mut photos = Vec::new();
    for path in files(&data.join("luma/images"))? {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let (design, rest) = name.split_once('-').unwrap_or((&name, ""));
        let odd = design.bytes().map(u32::from).sum::<u32>() % 2 == 1;
        if odd == report {
            let view = rest.split_once('_').map_or("", |(_, view)| view).to_owned();
            photos.push(read(&path, design.to_owned(), view)?);
        }
    }
    println!(
        "{} photos, the half to {}",
        photos.len(),
        if report { "report on" } else { "choose on" }
    );

    let mut rows: BTreeMap<String, Vec<Pair>> = BTreeMap::new();
    for (own, photo) in photos.iter().enumerate().step_by(EVERY) {
        for (name, bytes) in edits(&photo.pixels)? {
            let query = fingerprint(&bytes, &Limits::default())?;
            rows.entry(format!("copy: {name}"))
                .or_default()
                .push(Pair::of(&query, &photo.fingerprint));
            for (other, reference) in photos.iter().enumerate() {
                let kind = match (
                    reference.design == photo.design,
                    reference.view == photo.view,
                ) {
                    _ if other == own => continue,
                    (true, true) => "colourway",
                    (true, false) => "same design",
                    (false, _) => "other design",
                };
                rows.entry(kind.to_owned())
                    .or_default()
                    .push(Pair::of(&query, &reference.fingerprint));
            }
        }
    }
    for path in files(&data.join("clothing/images"))?
        .iter()
        .skip(usize::from(report))
        .step_by(2)
    {
        let query = read(path, String::new(), String::new())?.fingerprint;
        for reference in &photos {
            rows.entry("clothing".to_owned())
                .or_default()
                .push(Pair::of(&query, &reference.fingerprint));
        }
    }
    for (kind, pairs) in &rows {
        print(kind, pairs);
    }
    Ok(())
}

/// What two pictures differ by, under the transform that brings them closest.
struct Pair {
    distance: u32,
    phash: Option<u32>,
    colour: f64,
    /// What the index says of it.
    hit: Option<ImageHit>,
}

impl Pair {
    fn of(query: &Fingerprint, reference: &Fingerprint) -> Self {
        let all = Transform::ALL.into_iter().zip(&query.pdq);
        let near = all
            .map(|(transform, hash)| (hash.distance(&reference.pdq[0]), transform))
            .min();
        let (distance, transform) = near.unwrap_or((256, Transform::Identity));
        let alone = || ReferenceImage {
            brand: BrandId::from("luma"),
            product: None,
            file: String::new(),
            role: ImageRole::Official,
            fingerprint: *reference,
        };
        let hit = (distance <= 31)
            .then(|| ImageIndex::new(vec![alone()]).hits(query).pop())
            .flatten();
        Self {
            hit,
            distance,
            phash: (transform == Transform::Identity)
                .then(|| query.phash.distance(&reference.phash)),
            colour: query
                .colours
                .turned(transform)
                .difference(&reference.colours),
        }
    }
}

fn print(kind: &str, pairs: &[Pair]) {
    let within: Vec<&Pair> = pairs.iter().filter(|pair| pair.distance <= 31).collect();
    println!(
        "{kind}: {} pairs, {} within 31 bits",
        pairs.len(),
        within.len()
    );
    let hits: Vec<&ImageHit> = within.iter().filter_map(|pair| pair.hit.as_ref()).collect();
    let sure = hits.iter().filter(|hit| hit.confidence >= 0.5).count();
    let recoloured = hits
        .iter()
        .filter(|hit| hit.verdict == Verdict::Recoloured)
        .count();
    println!(
        "    {} hits, {sure} of confidence 0.5 or more, {recoloured} called recoloured",
        hits.len()
    );
    let mut by_distance: BTreeMap<u32, u32> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.distance < 64) {
        *by_distance.entry(pair.distance / 4 * 4).or_insert(0) += 1;
    }
    println!("    PDQ distance, by 4: {by_distance:?}");
    let quantiles = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        [0.0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0].map(|share| {
            values
                .get(((values.len().max(1) - 1) as f64 * share) as usize)
                .copied()
                .unwrap_or(f64::NAN)
        })
    };
    let phash = within
        .iter()
        .filter_map(|pair| pair.phash.map(f64::from))
        .collect();
    println!(
        "    within 31: DCT-hash distance, quantiles 0 5 25 50 75 90 95 100 %: {:.0?}",
        quantiles(phash)
    );
    let colour = within.iter().map(|pair| pair.colour).collect();
    println!(
        "    within 31: colour distance, same quantiles: {:.1?}",
        quantiles(colour)
    );
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn read(path: &Path, design: String, view: String) -> Result<Photo, Box<dyn Error>> {
    let bytes = fs::read(path)?;
    let pixels = decode(&bytes, &Limits::default())?.pixels;
    let (width, height) = pixels.dimensions();
    let scale = f64::from(SIDE) / f64::from(width.max(height));
    let scaled = |side: u32| (f64::from(side) * scale).round().max(1.0) as u32;
    let pixels = imageops::thumbnail(&pixels, scaled(width), scaled(height));
    Ok(Photo {
        design,
        view,
        fingerprint: fingerprint(&bytes, &Limits::default())?,
        pixels,
    })
}

/// Copies of a picture as sellers make them, as JPEG files.
fn edits(pixels: &RgbImage) -> Result<Vec<(&'static str, Vec<u8>)>, image::ImageError> {
    let (width, height) = pixels.dimensions();
    let crop = |share: u32| {
        let (left, top) = (width * share / 200, height * share / 200);
        imageops::crop_imm(pixels, left, top, width - 2 * left, height - 2 * top).to_image()
    };
    let mapped = |change: &dyn Fn([u8; 3]) -> [u8; 3]| {
        let mut copy = pixels.clone();
        copy.pixels_mut()
            .for_each(|pixel| pixel.0 = change(pixel.0));
        copy
    };
    let scaled =
        |factor: f32| mapped(&|pixel| pixel.map(|value| (f32::from(value) * factor) as u8));
    let filled = |left: u32, top: u32, across: u32, down: u32, colour: Rgb<u8>| {
        let mut copy = pixels.clone();
        for y in top..(top + down).min(height) {
            for x in left..(left + across).min(width) {
                // Stripes stand for lettering.
                copy.put_pixel(
                    x,
                    y,
                    if (x / 6 + y / 9) % 3 == 0 {
                        Rgb([20, 20, 20])
                    } else {
                        colour
                    },
                );
            }
        }
        copy
    };
    let saturated = |factor: f32| {
        mapped(&|[red, green, blue]| {
            let grey = 0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue);
            [red, green, blue].map(|value| (grey + factor * (f32::from(value) - grey)) as u8)
        })
    };
    let small = imageops::resize(pixels, width / 4, height / 4, FilterType::Triangle);
    let square = imageops::resize(pixels, 500, 500, FilterType::Triangle);
    let plain: Vec<(&str, RgbImage, u8)> = vec![
        ("quality 85", pixels.clone(), 85),
        ("quality 20", pixels.clone(), 20),
        ("quarter size", small, 85),
        ("squashed", square, 85),
        ("blurred", imageops::blur(pixels, 2.0), 85),
        ("brighter", scaled(1.4), 85),
        ("darker", scaled(0.7), 85),
        ("contrast", imageops::contrast(pixels, 30.0), 85),
        ("crop 3 %", crop(3), 85),
        ("crop 5 %", crop(5), 85),
        (
            "strip 7 %",
            filled(
                0,
                height * 93 / 100,
                width,
                height / 10,
                Rgb([240, 240, 240]),
            ),
            85,
        ),
        (
            "badge",
            filled(
                width / 20,
                height / 20,
                width / 4,
                height / 8,
                Rgb([220, 30, 30]),
            ),
            85,
        ),
        ("mirrored", imageops::flip_horizontal(pixels), 85),
        ("turned", imageops::rotate90(pixels), 85),
        ("no colour", saturated(0.0), 85),
        ("less colour", saturated(0.6), 85),
        ("more colour", saturated(1.5), 85),
        (
            "warmer",
            mapped(&|[red, green, blue]| [red.saturating_add(12), green, blue.saturating_sub(12)]),
            85,
        ),
    ];
    let encode = |(name, pixels, quality): (&'static str, RgbImage, u8)| {
        let mut bytes = Cursor::new(Vec::new());
        pixels.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))?;
        Ok((name, bytes.into_inner()))
    };
    plain.into_iter().map(encode).collect()
}
