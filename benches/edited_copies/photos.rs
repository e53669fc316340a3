//! The photos that are searched for and among.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use image::RgbImage;
use image::imageops;
use rayon::prelude::*;
use touchstone::image::{Limits, Look, decode};
use touchstone::record::BrandId;
use touchstone::reference::images::{ImageIndex, ImageRole, ReferenceDetail, ReferenceImage};

/// Edits are made on photos of at most this side, as marketplaces keep them.
const SIDE: u32 = 1000;

/// Designs of which a photo is also there under another design's name.
const SAME_PHOTO: [(&str, &str); 2] = [("97-ipad", "ipad"), ("iphoneplus", "iphone-plus")];

pub struct Photo {
    pub number: u32,
    pub name: String,
    /// What it shows, whatever the colour.
    pub design: String,
    /// From which side.
    view: String,
    pub oakley: bool,
    /// Whether its design is in the half that is reported on.
    pub reported: bool,
    pub look: Look,
    pub pixels: RgbImage,
}

impl Photo {
    /// The name under which the index knows it.
    pub fn reference(&self) -> String {
        format!("brand/{}", self.name)
    }

    pub fn is_colourway_of(&self, other: &Self) -> bool {
        let (own, theirs) = (&self.look.fingerprint, &other.look.fingerprint);
        self.name != other.name
            && self.design == other.design
            && self.view == other.view
            && own.pdq[0].distance(&theirs.pdq[0]) <= 31
    }
}

/// The photos of `luma` and `branded`.
pub fn products(data: &Path) -> Result<Vec<Photo>, Box<dyn Error>> {
    let mut photos = read(&data.join("luma/images"), |name| {
        let (design, rest) = name.split_once('-').unwrap_or((name, ""));
        let view = rest.split_once('_').map_or("", |(_, view)| view);
        (design.to_owned(), view.to_owned())
    })?;
    photos.extend(read(&data.join("branded/images"), |name| {
        if name.starts_with("CustomFlak") {
            return ("CustomFlak".to_owned(), String::new());
        }
        let first = name.split('_').next().unwrap_or(name);
        let design: Vec<&str> = first.split('-').take(2).collect();
        let design = design.join("-");
        let known = SAME_PHOTO.iter().find(|(other, _)| *other == design);
        (
            known.map_or(design, |(_, design)| (*design).to_owned()),
            name.to_owned(),
        )
    })?);
    for (number, photo) in (0..).zip(&mut photos) {
        photo.number = number;
    }
    Ok(photos)
}

/// The photos of `clothing`.
pub fn strangers(data: &Path) -> Result<Vec<Photo>, Box<dyn Error>> {
    read(&data.join("clothing/images"), |name| {
        (name.to_owned(), String::new())
    })
}

pub fn designs(photos: &[Photo]) -> usize {
    let designs: BTreeSet<&str> = photos.iter().map(|photo| photo.design.as_str()).collect();
    designs.len()
}

fn read(
    folder: &Path,
    design: impl Fn(&str) -> (String, String) + Sync,
) -> Result<Vec<Photo>, Box<dyn Error>> {
    let mut files = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<PathBuf>>>()?;
    files.sort();
    Ok(files
        .par_iter()
        .filter_map(|file| {
            let bytes = fs::read(file).ok()?;
            let look = Look::of(&bytes, &Limits::default()).ok()?;
            let pixels = decode(&bytes, &Limits::default()).ok()?.pixels;
            let longest = pixels.width().max(pixels.height());
            let pixels = if longest > SIDE {
                crate::edits::scaled(&pixels, SIDE as f32 / longest as f32)
            } else {
                pixels
            };
            let name = file.file_stem()?.to_string_lossy().into_owned();
            let (design, view) = design(&name);
            let reported = design.bytes().map(u32::from).sum::<u32>() % 2 == 1;
            Some(Photo {
                number: 0,
                oakley: name.starts_with("CustomFlak_"),
                name,
                design,
                view,
                reported,
                look,
                pixels,
            })
        })
        .collect())
}

/// An index over the photos and `count` distractors, and the bytes that it keeps of them beside fingerprints.
pub fn index(photos: &[Photo], strangers: &[Photo], count: usize) -> (ImageIndex, usize) {
    let own = photos
        .par_iter()
        .filter_map(|photo| reference(photo.name.clone(), &photo.look));
    let changed = (0..count).into_par_iter().filter_map(|number| {
        let (name, look) = distractor(strangers, number)?;
        reference(name, &look)
    });
    let (references, details): (Vec<_>, Vec<_>) = own.chain(changed).unzip();
    let index = ImageIndex::with_details(references, details);
    let bytes = index.detail_bytes();
    (index, bytes)
}

/// A reference picture and what is kept of it.
fn reference(name: String, look: &Look) -> Option<(ReferenceImage, Option<ReferenceDetail>)> {
    let detail = ReferenceDetail::of(look).ok()?;
    let image = ReferenceImage {
        brand: BrandId::from("brand"),
        product: None,
        file: name,
        role: ImageRole::Official,
        fingerprint: look.fingerprint,
    };
    Some((image, Some(detail)))
}

/// Other people's photos, then mirrored, then cropped ever differently and smaller, so that many are soon made.
fn distractor(strangers: &[Photo], number: usize) -> Option<(String, Look)> {
    const SMALL: f32 = 512.0;
    let photo = strangers.get(number % strangers.len().max(1))?;
    let round = number / strangers.len();
    let pixels = match round {
        0 => photo.pixels.clone(),
        1 => imageops::flip_horizontal(&photo.pixels),
        _ => {
            let (width, height) = photo.pixels.dimensions();
            let round = round as u32;
            let part = |length: u32, by: u32| length * (92 - 5 * (by % 9)) / 100;
            let (wide, high) = (part(width, round), part(height, round / 2));
            let x = (width - wide) * (round * 7 % 11) / 10;
            let y = (height - high) * (round * 5 % 13) / 12;
            let (x, y) = (x.min(width - wide), y.min(height - high));
            let cropped = imageops::crop_imm(&photo.pixels, x, y, wide, high).to_image();
            let longest = cropped.width().max(cropped.height()) as f32;
            let cropped = match longest > SMALL {
                true => crate::edits::scaled(&cropped, SMALL / longest),
                false => cropped,
            };
            match round % 2 {
                0 => cropped,
                _ => imageops::flip_horizontal(&cropped),
            }
        }
    };
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 85)
        .encode_image(&pixels)
        .ok()?;
    let look = Look::of(&jpeg, &Limits::default()).ok()?;
    Some((format!("{}-{round}", photo.name), look))
}
