//! How many edited copies of reference photos are found, what is wrongly called a copy, whether colourways are told
//! apart, and what it costs: the figures of the README's table of images.
//!
//! References are `luma` and `branded` of the data folder (first argument, else `../shared/data` beside the project)
//! and, as distractors, the photos of `clothing`, mirrored and cropped. `choose` or `report` as second argument takes
//! one half of the designs for the queries, else all; the third is the number of queries an edit (120), the fourth
//! that of distractors (5600), the fifth a part of the names of the edits that are looked at. With `MISSED` in the
//! environment every miss is named. The data is not part of the project.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

mod edits;
mod photos;

use std::error::Error;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::Instant;

use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use touchstone::image::{Limits, Look};
use touchstone::reference::images::{Depth, ImageHit, ImageIndex, Verdict};

use edits::{EDITS, Edit, Scene};
use photos::Photo;

/// Other people's photos that queries are set into.
const SCENERY: usize = 60;

/// Hits from here on are acted on.
const ACTED_ON: f64 = 0.5;

fn main() -> Result<(), Box<dyn Error>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'));
    let data = arguments.next().map_or(beside, PathBuf::from);
    let half = arguments.next().unwrap_or_else(|| "all".to_owned());
    let mut number = |default: usize| -> Result<usize, Box<dyn Error>> {
        Ok(arguments.next().map_or(Ok(default), |text| text.parse())?)
    };
    let (queries, distractors) = (number(120)?, number(5600)?);
    let only = arguments.next().unwrap_or_default();
    if !data.join("luma/images").is_dir() {
        println!("skipped: no luma/images in {}", data.display());
        return Ok(());
    }
    let photos = photos::products(&data)?;
    // What is set behind or beside a photo is among no references: it would be found, and rightly.
    let mut strangers = photos::strangers(&data)?;
    let scenery: Vec<RgbImage> = strangers
        .drain(..SCENERY.min(strangers.len()))
        .map(|photo| photo.pixels)
        .collect();
    let (index, kept) = photos::index(&photos, &strangers, distractors);
    println!(
        "{} photos of {} designs, {distractors} distractors; {} bytes a reference beside its fingerprint",
        photos.len(),
        photos::designs(&photos),
        kept / index.len().max(1)
    );
    let asked: Vec<&Photo> = photos
        .iter()
        .filter(|photo| match half.as_str() {
            "choose" => !photo.reported,
            "report" => photo.reported,
            _ => true,
        })
        .collect();
    println!(
        "\n{:<36}{:>7}{:>9}{:>7}{:>9}  ms a query",
        "edit", "found", "as copy", "first", "others"
    );
    let mut costs = Vec::new();
    let wanted = EDITS.iter().enumerate();
    for (number, edit) in wanted.filter(|(_, edit)| edit.name.contains(&only)) {
        let step = (asked.len() / queries).max(1);
        let chosen: Vec<&&Photo> = asked.iter().step_by(step).take(queries).collect();
        let answers: Vec<(&Photo, Vec<ImageHit>, f64)> = chosen
            .par_iter()
            .map(|photo| {
                let mut scene = Scene {
                    rng: ChaCha8Rng::seed_from_u64(number as u64 ^ u64::from(photo.number) << 8),
                    others: &scenery,
                };
                let look = edited(photo, edit, &mut scene);
                let started = Instant::now();
                let hits = index.find(&look, Depth::LocalFeatures);
                (**photo, hits, started.elapsed().as_secs_f64() * 1e3)
            })
            .collect();
        costs.push(row(edit, &photos, &answers));
    }
    costs.sort_by(f64::total_cmp);
    if let Some(median) = costs.get(costs.len() / 2) {
        println!("median of the medians: {median:.1} ms a query");
    }
    others(&index, &photos, &asked);
    unrelated(&index, &strangers);
    colourways(&index, &asked);
    Ok(())
}

fn edited(photo: &Photo, edit: &Edit, scene: &mut Scene) -> Look {
    let picture = (edit.apply)(&photo.pixels, scene);
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(Cursor::new(&mut bytes), edit.quality)
        .encode_image(&picture)
        .expect("a JPEG in memory");
    Look::of(&bytes, &Limits::default()).expect("a picture that was just written")
}

fn acted_on(hit: &ImageHit) -> bool {
    hit.verdict != Verdict::Related && hit.confidence >= ACTED_ON
}

fn row(edit: &Edit, photos: &[Photo], answers: &[(&Photo, Vec<ImageHit>, f64)]) -> f64 {
    let percent = |count: usize| 100.0 * count as f64 / answers.len() as f64;
    let own = |photo: &Photo, hits: &[ImageHit]| {
        hits.iter()
            .filter(|hit| acted_on(hit))
            .find(|hit| hit.reference == photo.reference())
            .cloned()
    };
    let found = answers
        .iter()
        .filter(|(photo, hits, _)| own(photo, hits).is_some());
    let copies = answers.iter().filter(|(photo, hits, _)| {
        own(photo, hits).is_some_and(|hit| hit.verdict == Verdict::Copy)
    });
    let first = answers.iter().filter(|(photo, hits, _)| {
        hits.first()
            .is_some_and(|hit| acted_on(hit) && hit.reference == photo.reference())
    });
    let wrong: Vec<String> = answers
        .iter()
        .flat_map(|(photo, hits, _)| wrong(photo, hits, photos))
        .collect();
    let mut times: Vec<f64> = answers.iter().map(|(_, _, time)| *time).collect();
    times.sort_by(f64::total_cmp);
    let median = times[times.len() / 2];
    println!(
        "{:<36}{:>6.1} {:>8.1} {:>6.1} {:>8}  {median:.1}",
        edit.name,
        percent(found.count()),
        percent(copies.count()),
        percent(first.count()),
        wrong.len(),
    );
    if std::env::var_os("MISSED").is_some() {
        for (photo, hits, _) in answers
            .iter()
            .filter(|(photo, hits, _)| own(photo, hits).is_none())
        {
            let hit = hits.iter().find(|hit| hit.reference == photo.reference());
            println!(
                "    missed {} {:?}",
                photo.name,
                hit.map(|hit| {
                    let part = [hit.coverage, hit.query_coverage];
                    (
                        hit.verdict,
                        hit.confidence,
                        hit.distance,
                        hit.inliers,
                        hit.features,
                        part,
                    )
                })
            );
        }
    }
    if std::env::var_os("MISSED").is_some() {
        for (photo, hits, _) in answers {
            let hit = own(photo, hits).filter(|hit| hit.verdict != Verdict::Copy);
            if let Some(difference) = hit.and_then(|hit| hit.colour_difference) {
                println!("    another colour {} {difference:.1}", photo.name);
            }
        }
    }
    wrong.iter().for_each(|pair| println!("    wrong: {pair}"));
    median
}

/// Pairs in which a picture of one design is called a copy of another's.
fn wrong(photo: &Photo, hits: &[ImageHit], photos: &[Photo]) -> Vec<String> {
    let named = |reference: &str| photos.iter().find(|photo| photo.reference() == reference);
    hits.iter()
        .filter(|hit| hit.verdict == Verdict::Copy && hit.confidence >= ACTED_ON)
        .filter(|hit| named(&hit.reference).is_none_or(|other| other.design != photo.design))
        .map(|hit| {
            format!(
                "{} is called a copy of {} (confidence {:.2}, distance {}, {} inliers, features {:?})",
                photo.name, hit.reference, hit.confidence, hit.distance, hit.inliers, hit.features
            )
        })
        .collect()
}

/// Unedited photos against the references of other designs.
fn others(index: &ImageIndex, photos: &[Photo], asked: &[&Photo]) {
    let answers: Vec<(bool, Vec<String>)> = asked
        .par_iter()
        .map(|photo| {
            let hits = index.find(&photo.look, Depth::LocalFeatures);
            let wrong = wrong(photo, &hits, photos);
            (!wrong.is_empty(), wrong)
        })
        .collect();
    let count = answers.iter().filter(|(wrong, _)| *wrong).count();
    println!(
        "\nunedited photos called a copy of another design: {count} of {} ({:.2} %)",
        asked.len(),
        100.0 * count as f64 / asked.len() as f64
    );
    answers
        .iter()
        .flat_map(|(_, pairs)| pairs)
        .for_each(|pair| println!("    {pair}"));
}

/// Other people's photos, against all references but those made from them.
fn unrelated(index: &ImageIndex, strangers: &[Photo]) {
    let wrong: Vec<String> = strangers
        .par_iter()
        .flat_map_iter(|photo| {
            let hits = index.find(&photo.look, Depth::LocalFeatures);
            let called: Vec<String> = hits
                .into_iter()
                .filter(|hit| acted_on(hit) && !hit.reference.contains(&photo.name))
                .map(|hit| {
                    format!(
                        "{} as {:?} of {} ({:.2})",
                        photo.name, hit.verdict, hit.reference, hit.confidence
                    )
                })
                .collect();
            called
        })
        .collect();
    println!(
        "\nother people's photos called a copy of something else: {} of {}",
        wrong.len(),
        strangers.len()
    );
    wrong.iter().for_each(|pair| println!("    {pair}"));
}

/// Photos of one design in two colours whose hashes are within 31 bits.
fn colourways(index: &ImageIndex, asked: &[&Photo]) {
    for (name, of) in [("luma", false), ("Oakley", true)] {
        let pairs: Vec<(bool, String)> = asked
            .par_iter()
            .filter(|photo| photo.oakley == of)
            .flat_map_iter(|photo| {
                asked
                    .iter()
                    .filter(|other| photo.is_colourway_of(other))
                    .map(|other| {
                        let hit = index.compare(&photo.look, &other.reference());
                        let told = hit.is_none_or(|hit| hit.verdict != Verdict::Copy);
                        (told, format!("{} {}", photo.name, other.name))
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        let told = pairs.iter().filter(|(told, _)| *told).count();
        println!(
            "\n{name} colourways within 31 bits told apart: {told} of {} ({:.1} %), both directions",
            pairs.len(),
            100.0 * told as f64 / pairs.len().max(1) as f64
        );
        pairs
            .iter()
            .filter(|(told, _)| !told)
            .for_each(|(_, pair)| println!("    not told: {pair}"));
    }
}
