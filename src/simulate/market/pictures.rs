//! The picture files of a marketplace: a bounded pool, made when first shown.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::super::SimulateError;
use super::super::draw::{Drawing, Subject, rephotograph};
use super::super::random::{number, stream};
use super::edits::{Edit, crop, recolour};
use crate::image::{Limits, decode};

/// A catalog's photo.
pub(super) struct Photo {
    /// Brand and file: what the names of its copies follow from.
    pub(super) name: String,
    pub(super) path: PathBuf,
    /// What it was drawn from, when it was.
    pub(super) drawing: Option<Drawing>,
}

/// What a picture file is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// A place on the shelf of photos.
    Photo(u32),
    /// A place among the photos that private sellers took.
    Own(u32),
    /// A thing of no registered brand.
    Thing(Subject, u32),
}

/// What was done with it. The number tells the variants of one source apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Treatment {
    /// Saved again, smaller.
    Encoded(u32),
    Edited(u32),
    Recoloured(u32),
    /// Photographed by the seller.
    Private(u32),
    /// The same shape with another mark.
    Likeness(u32),
}

/// One picture file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Picture {
    pub(super) source: Source,
    pub(super) treatment: Treatment,
}

/// All picture files.
pub(super) struct Gallery<'a> {
    photos: &'a [Photo],
    own: Vec<PathBuf>,
    folder: PathBuf,
    seed: u64,
    side: u32,
    /// Variants of a photo: saved again, edited, photographed.
    variants: [u32; 3],
    made: BTreeSet<Picture>,
}

/// Where the variants of rings of any size begin.
const SIZED_RINGS: u32 = 2_000_000;

/// Things of each kind that are of no registered brand.
const THINGS: u32 = 24;

impl<'a> Gallery<'a> {
    /// `most` bounds the files that are made of one catalog photo (rings have one more each).
    pub(super) fn new(
        photos: &'a [Photo],
        own: Vec<PathBuf>,
        folder: PathBuf,
        seed: u64,
        side: u32,
        most: u32,
    ) -> Self {
        let encoded = (most / 5).max(1);
        let edited = (most * 2 / 5).max(1);
        let private = most.saturating_sub(encoded + edited + 2).max(1);
        Self {
            photos,
            own,
            folder,
            seed,
            side,
            variants: [encoded, edited, private],
            made: BTreeSet::new(),
        }
    }

    pub(super) fn files(&self) -> u64 {
        self.made.len() as u64
    }

    /// The brand's photo as a shop shows it.
    pub(super) fn official(&self, rng: &mut ChaCha8Rng, photo: u32) -> Picture {
        Picture {
            source: Source::Photo(photo),
            treatment: Treatment::Encoded(rng.random_range(0..self.variants[0])),
        }
    }

    /// The brand's photo, changed.
    pub(super) fn edited(&self, rng: &mut ChaCha8Rng, photo: u32) -> Picture {
        Picture {
            source: Source::Photo(photo),
            treatment: Treatment::Edited(rng.random_range(0..self.variants[1])),
        }
    }

    /// The changed photo that all members of a ring show.
    pub(super) fn of_ring(&self, ring: u64, photo: u32) -> Picture {
        Picture {
            source: Source::Photo(photo),
            treatment: Treatment::Edited(1000 + (ring % 1_000_000) as u32),
        }
    }

    /// The picture of a photo's goods that a ring of any size has: photographed by its people, or the photo changed.
    pub(super) fn of_sized_ring(&self, ring: u64, photo: u32, taken: bool) -> Picture {
        let variant = SIZED_RINGS + (ring % 1_000_000) as u32;
        Picture {
            source: Source::Photo(photo),
            treatment: if taken {
                Treatment::Private(variant)
            } else {
                Treatment::Edited(variant)
            },
        }
    }

    /// A photo that the seller took.
    pub(super) fn private(&self, rng: &mut ChaCha8Rng, photo: u32) -> Picture {
        if self.own.is_empty() {
            let treatment = Treatment::Private(rng.random_range(0..self.variants[2]));
            return Picture {
                source: Source::Photo(photo),
                treatment,
            };
        }
        let place = rng.random_range(0..self.own.len()) as u32;
        Picture {
            source: Source::Own(place),
            treatment: Treatment::Private(rng.random_range(0..4)),
        }
    }

    /// The look without the mark.
    pub(super) fn likeness(&self, rng: &mut ChaCha8Rng, photo: u32) -> Picture {
        let drawn = self
            .photos
            .get(photo as usize)
            .is_some_and(|photo| photo.drawing.is_some());
        let treatment = if drawn && rng.random() {
            Treatment::Likeness(0)
        } else {
            Treatment::Recoloured(0)
        };
        Picture {
            source: Source::Photo(photo),
            treatment,
        }
    }

    /// A picture of something of no registered brand.
    pub(super) fn thing(&self, rng: &mut ChaCha8Rng, subject: Subject) -> Picture {
        let number = rng.random_range(0..THINGS);
        let treatment = if number % 2 == 0 {
            Treatment::Encoded(0)
        } else {
            Treatment::Private(0)
        };
        Picture {
            source: Source::Thing(subject, number),
            treatment,
        }
    }

    /// The picture's file below the image folder; it tells nothing of where the picture is from.
    pub(super) fn file(&self, picture: Picture) -> String {
        let Picture { source, treatment } = picture;
        let from = match source {
            Source::Photo(photo) => self
                .photos
                .get(photo as usize)
                .map_or("", |photo| &photo.name)
                .to_owned(),
            other => format!("{other:?}"),
        };
        format!(
            "{:016x}.jpg",
            number(self.seed, &format!("{from} {treatment:?}"), 0)
        )
    }

    /// The word in `truth.csv` for what was done.
    pub(super) fn edit_name(&self, picture: Picture) -> &'static str {
        match (picture.source, picture.treatment) {
            (Source::Thing(..), _) => "other_goods",
            (_, Treatment::Encoded(_)) => "none",
            (_, Treatment::Edited(variant)) => self.edit(picture.source, variant).0.as_str(),
            (_, Treatment::Recoloured(_)) => "recoloured",
            (_, Treatment::Private(_)) => "own_photo",
            (_, Treatment::Likeness(_)) => "likeness",
        }
    }

    fn edit(&self, source: Source, variant: u32) -> (Edit, ChaCha8Rng) {
        let mut rng = stream(self.seed, &format!("edit {source:?}"), u64::from(variant));
        (Edit::draw(&mut rng), rng)
    }

    /// Makes those of `pictures` that are not there yet.
    pub(super) fn make(
        &mut self,
        pictures: impl Iterator<Item = Picture>,
    ) -> Result<(), SimulateError> {
        let mut wanted: BTreeMap<Source, Vec<Treatment>> = BTreeMap::new();
        for picture in pictures {
            if self.made.insert(picture) {
                wanted
                    .entry(picture.source)
                    .or_default()
                    .push(picture.treatment);
            }
        }
        let wanted: Vec<_> = wanted.into_iter().collect();
        let gallery = &*self;
        wanted
            .par_iter()
            .try_for_each(|(source, treatments)| gallery.make_of(*source, treatments))
    }

    fn make_of(&self, source: Source, treatments: &[Treatment]) -> Result<(), SimulateError> {
        let (original, drawing) = self.original(source);
        for treatment in treatments {
            let picture = Picture {
                source,
                treatment: *treatment,
            };
            let (pixels, quality) = self.render(picture, &original, drawing);
            write_jpeg(&self.folder.join(self.file(picture)), &pixels, quality)?;
        }
        Ok(())
    }

    /// The picture that everything of a source is made from, and its drawing. A photo that cannot
    /// be read is replaced by a drawn thing, so that no listing points to a missing file.
    fn original(&self, source: Source) -> (RgbImage, Option<Drawing>) {
        let (path, drawing) = match source {
            Source::Photo(photo) => self
                .photos
                .get(photo as usize)
                .map(|photo| (photo.path.as_path(), photo.drawing)),
            Source::Own(place) => self
                .own
                .get(place as usize)
                .map(|path| (path.as_path(), None)),
            Source::Thing(..) => None,
        }
        .map_or((None, None), |(path, drawing)| (Some(path), drawing));
        let bytes = path.and_then(|path| fs::read(path).ok());
        if let Some(decoded) = bytes.and_then(|bytes| decode(&bytes, &Limits::default()).ok()) {
            return (fit(&decoded.pixels, self.side), drawing);
        }
        let drawing = thing(self.seed, source);
        (drawing.studio(self.side * 4 / 5), Some(drawing))
    }

    fn render(
        &self,
        picture: Picture,
        original: &RgbImage,
        drawing: Option<Drawing>,
    ) -> (RgbImage, u8) {
        let Picture { source, treatment } = picture;
        let shot = number(self.seed, &self.file(picture), 1);
        let mut rng = stream(shot, "render", 0);
        let quality = rng.random_range(70..90);
        let pixels = match (treatment, drawing) {
            (Treatment::Encoded(variant), _) => {
                let side = self.side as f32 * (1.0 - 0.18 * (variant % 4) as f32);
                fit(original, side as u32)
            }
            (Treatment::Edited(variant), _) => {
                let (edit, mut rng) = self.edit(source, variant);
                return edit.apply(original, &mut rng);
            }
            (Treatment::Recoloured(_), _) => recolour(original, &mut rng),
            (Treatment::Private(_), Some(drawing)) => drawing.private(shot, self.side * 4 / 5),
            (Treatment::Private(_), None) if matches!(source, Source::Own(_)) => {
                own(original, &mut rng)
            }
            (Treatment::Private(_), None) => rephotograph(original, shot, self.side * 4 / 5),
            (Treatment::Likeness(_), Some(drawing)) => Drawing {
                style: shot,
                ..drawing
            }
            .studio(self.side),
            (Treatment::Likeness(_), None) => recolour(original, &mut rng),
        };
        (pixels, quality)
    }
}

/// One of few photos, for another seller: another part of it, perhaps mirrored.
fn own(photo: &RgbImage, rng: &mut ChaCha8Rng) -> RgbImage {
    let part = crop(photo, rng, 0.2);
    if rng.random() {
        image::imageops::flip_horizontal(&part)
    } else {
        part
    }
}

fn thing(seed: u64, source: Source) -> Drawing {
    let (subject, number_of) = match source {
        Source::Thing(subject, number) => (subject, number),
        Source::Photo(place) | Source::Own(place) => (Subject::Carton, place),
    };
    Drawing {
        subject,
        style: number(seed, "thing style", u64::from(number_of)),
        design: number(seed, subject.as_str(), u64::from(number_of)),
        colour: number_of as usize,
    }
}

/// At most `side` pixels on the longer side.
fn fit(picture: &RgbImage, side: u32) -> RgbImage {
    let (width, height) = picture.dimensions();
    let longer = width.max(height);
    if longer <= side {
        return picture.clone();
    }
    let scaled =
        |length: u32| (u64::from(length) * u64::from(side) / u64::from(longer)).max(1) as u32;
    resize(picture, scaled(width), scaled(height), FilterType::Triangle)
}

/// Writes a JPEG file.
pub(crate) fn write_jpeg(path: &Path, pixels: &RgbImage, quality: u8) -> Result<(), SimulateError> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(pixels)
        .map_err(|source| SimulateError::Encode {
            path: path.to_owned(),
            source,
        })?;
    fs::write(path, bytes).map_err(SimulateError::io(path))
}

/// The picture files of a folder by name.
pub(super) fn photos_in(folder: &Path) -> Result<Vec<PathBuf>, SimulateError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(SimulateError::io(folder))? {
        let path = entry.map_err(SimulateError::io(folder))?.path();
        let ending = path
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        if ["jpg", "jpeg", "png", "webp", "gif"].contains(&ending.as_str()) {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        Err(SimulateError::NoOwnPhotos(folder.to_owned()))
    } else {
        Ok(files)
    }
}
