//! How long each step from a file's bytes to its fingerprint takes, on one thread.
//!
//! Reads the JPEGs of `luma/images` in the data folder (an argument, else `../shared/data` beside the project). Each
//! step runs over all pictures in turn, several times; the table has the median of the means. Beside our steps stands
//! what zune-jpeg needs for luma alone, the ceiling for decoders that give all pixels.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use touchstone::image::{Fingerprint, Limits, Picture, decode, fingerprint, picture};
use touchstone::record::ContentHash;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

/// Every so many pictures of the folder are taken.
const STEP: usize = 4;
const ROUNDS: usize = 5;

type Step<'a> = (&'a str, Box<dyn Fn(usize) + 'a>);

fn main() -> Result<(), Box<dyn Error>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let data = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .map_or(beside, PathBuf::from);
    let Ok(entries) = fs::read_dir(data.join("luma/images")) else {
        println!("skipped: no luma/images in {}", data.display());
        return Ok(());
    };
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jpg"));
    paths.sort();
    let files: Vec<Vec<u8>> = paths
        .iter()
        .step_by(STEP)
        .map(fs::read)
        .collect::<Result<_, _>>()?;
    let limits = Limits::default();
    let pictures: Vec<Picture> = files
        .iter()
        .take(20)
        .map(|bytes| picture(bytes, &limits))
        .collect::<Result<_, _>>()?;
    let content = ContentHash::of(b"");
    let steps: Vec<Step> = vec![
        ("zune-jpeg, luma only", zune(&files, ColorSpace::Luma)),
        ("zune-jpeg, RGB", zune(&files, ColorSpace::RGB)),
        (
            "decode (all pixels)",
            Box::new(|at| drop(black_box(decode(&files[at], &limits)))),
        ),
        (
            "picture (what is needed)",
            Box::new(|at| drop(black_box(picture(&files[at], &limits)))),
        ),
        (
            "PDQ x 8, DCT hash, colours",
            Box::new(|at| {
                let picture = &pictures[at % pictures.len()];
                drop(black_box(Fingerprint::of(picture, content)));
            }),
        ),
        (
            "content hash",
            Box::new(|at| {
                black_box(ContentHash::of(&files[at]));
            }),
        ),
        (
            "fingerprint (the whole)",
            Box::new(|at| drop(black_box(fingerprint(&files[at], &limits)))),
        ),
    ];
    let mut times = vec![Vec::new(); steps.len()];
    for _ in 0..ROUNDS {
        for ((_, step), times) in steps.iter().zip(&mut times) {
            let start = Instant::now();
            (0..files.len()).for_each(step);
            times.push(start.elapsed().as_secs_f64() * 1e3 / files.len() as f64);
        }
    }
    println!("{} pictures, {ROUNDS} rounds, one thread", files.len());
    println!(
        "{:28}{:>9}{:>9}{:>9}{:>11}{:>9}",
        "", "median", "least", "most", "images/s", "of luma"
    );
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let luma = median(&mut times[0]);
    for ((name, _), times) in steps.iter().zip(&mut times) {
        let median = median(times);
        println!(
            "{name:28}{median:6.2} ms{:6.2} ms{:6.2} ms{:11.1}{:8.0} %",
            times[0],
            times[times.len() - 1],
            1e3 / median,
            100.0 * luma / median,
        );
    }
    Ok(())
}

fn zune(files: &[Vec<u8>], colours: ColorSpace) -> Box<dyn Fn(usize) + '_> {
    Box::new(move |at| {
        let options = DecoderOptions::default().jpeg_set_out_colorspace(colours);
        let decoder = JpegDecoder::new_with_options(ZCursor::new(&files[at]), options).decode();
        drop(black_box(decoder));
    })
}
