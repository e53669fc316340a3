//! Pictures of listings and catalogs, each decoded once: what was found out is kept by the hash of its bytes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::candidates::Evidence;
use crate::image::{
    Content, Fingerprint, Folder, FrameFingerprint, Limits, Look, Unreadable, later_frames,
};
use crate::intake::SharedNames;
use crate::record::{BrandId, ContentHash};
use crate::reference::images::{Depth, ImageIndex, ReferenceDetail};
use crate::reference::{FrameHit, ReferenceImage, find_in_frames, find_in_frames_at_either_depth};
use crate::store::{FingerprintCache, StoreError};

use super::ScanError;
use super::picture_files::{Found, Memory, PictureFiles};

/// Raised whenever a picture of the same bytes would be read differently.
const ALGORITHMS: &str = "pictures 10";

/// Where the bytes of reference pictures are.
pub enum ReferenceFiles {
    /// In a workspace, by content.
    Kept(Evidence),
    /// In catalogs' folders of images, by brand.
    Folders(BTreeMap<BrandId, Folder>),
}

impl ReferenceFiles {
    fn read(&self, image: &ReferenceImage) -> Option<Vec<u8>> {
        match self {
            Self::Kept(evidence) => evidence.read_image(image.fingerprint.content).ok(),
            Self::Folders(folders) => folders.get(&image.brand)?.read(&image.file).ok(),
        }
    }
}

/// What a picture shows, or the reason code why it could not be read.
type Shown = Result<Shows, String>;

/// What a picture shows.
#[derive(Clone)]
pub(super) struct Shows {
    /// The first frame's.
    pub fingerprint: Fingerprint,
    /// Further frames of an animation.
    pub later: Vec<FrameFingerprint>,
    /// The reason code why an animation was not read to its end.
    pub cut: Option<String>,
    /// What any frame matches, best first.
    pub hits: Vec<FrameHit>,
}

/// What became of one picture.
pub(super) struct PictureRead {
    /// The file below the folder.
    pub file: String,
    pub shows: Shown,
}

/// Reads pictures, or remembers what was read.
pub(super) struct Pictures {
    files: Option<PictureFiles>,
    limits: Limits,
    cache: Option<FingerprintCache>,
    /// What a picture's own entry depends on besides the bytes.
    made_with: ContentHash,
    /// The same of what it matches, for either depth.
    matched_with: [ContentHash; 2],
    begun: Option<SystemTime>,
    decoded: AtomicU64,
}

/// What a picture shows by itself, whatever it is held against.
#[derive(Clone, Serialize, Deserialize)]
struct Print {
    fingerprint: Fingerprint,
    content: Option<Content>,
    later: Vec<FrameFingerprint>,
    cut: Option<String>,
}

impl Print {
    fn showing(self, hits: Vec<FrameHit>) -> Shows {
        Shows {
            fingerprint: self.fingerprint,
            later: self.later,
            cut: self.cut,
            hits,
        }
    }

    /// Whether hashes alone tell that it matches nothing.
    fn is_unlike_all(&self, index: &ImageIndex) -> bool {
        let unlike = |frame: &FrameFingerprint| index.hits(&frame.fingerprint).is_empty();
        index.is_unlike_all(&self.fingerprint, self.content.as_ref())
            && self.later.iter().all(unlike)
    }
}

impl Pictures {
    /// `references` stands for everything that pictures are held against.
    pub fn new(
        folder: Option<Folder>,
        limits: Limits,
        cache: Option<FingerprintCache>,
        index: &ImageIndex,
    ) -> Self {
        let mut references = String::new();
        // Without a cache nobody asks what was read with what.
        for image in cache.iter().flat_map(|_| index.references()) {
            references.push_str(&format!(
                "{} {:?} {:?} {}\n",
                image.name(),
                image.product,
                image.role,
                image.fingerprint.content
            ));
        }
        let references = ContentHash::of(references.as_bytes());
        let made_with = ContentHash::of(format!("{ALGORITHMS} {limits:?}").as_bytes());
        let matched_with = [Depth::Hashes, Depth::LocalFeatures].map(|depth| {
            let key = format!("{made_with} {depth:?} {references}");
            ContentHash::of(key.as_bytes())
        });
        let files = folder.map(|folder| PictureFiles {
            folder,
            shared_names: SharedNames::default(),
        });
        Self {
            files,
            limits,
            cache,
            made_with,
            matched_with,
            begun: None,
            decoded: AtomicU64::new(0),
        }
    }

    /// The folder of the listings' pictures, when there is one.
    pub fn folder(&self) -> Option<&Folder> {
        self.files.as_ref().map(|files| &files.folder)
    }

    /// Remembers what is in files that changed before `begun`, so as not to read them again.
    pub fn remember_files(&mut self, begun: SystemTime) {
        self.begun = Some(begun);
    }

    /// Takes note of the file names that several image addresses share.
    pub fn share_names(&mut self, names: SharedNames) {
        if let Some(files) = &mut self.files {
            files.shared_names = names;
        }
    }

    /// How many pictures were decoded so far.
    pub fn decoded(&self) -> u64 {
        self.decoded.load(Ordering::Relaxed)
    }

    /// Reads each of the files, and looks at each as closely as is asked for.
    ///
    /// # Errors
    /// When the cache cannot be used; what is wrong with a picture is in its answer.
    pub fn read(
        &self,
        files: BTreeMap<&str, Depth>,
        index: &ImageIndex,
    ) -> Result<BTreeMap<String, PictureRead>, ScanError> {
        let Some(located) = &self.files else {
            return Ok(BTreeMap::new());
        };
        let fresh = Fresh::default();
        let memory = Memory {
            cache: self.cache.as_ref(),
            fresh: &fresh.files,
            begun: self.begun,
        };
        let files: Vec<(&str, Depth)> = files.into_iter().collect();
        let reading = self
            .cache
            .as_ref()
            .map(FingerprintCache::reading)
            .transpose()?;
        let read = files
            .into_par_iter()
            .map(|(image, depth)| {
                let (file, found) = located.locate(image, &memory)?;
                let bytes = || located.folder.read(&file);
                let shows = match found {
                    Ok(found) => self.show(found, &bytes, depth, index, &fresh)?,
                    Err(reason) => Err(reason),
                };
                Ok((image.to_owned(), PictureRead { file, shows }))
            })
            .collect::<Result<BTreeMap<String, PictureRead>, ScanError>>()?;
        drop(reading);
        if let Some(cache) = &self.cache {
            cache.put_files(&taken(fresh.files))?;
            cache.put(&self.made_with, &taken(fresh.prints))?;
            for (matched_with, hits) in self.matched_with.iter().zip(fresh.hits) {
                cache.put(matched_with, &taken(hits))?;
            }
        }
        Ok(read)
    }

    /// What is known of the picture, else what is found out now, from `bytes` where they are not at hand.
    fn show(
        &self,
        found: Found,
        bytes: &dyn Fn() -> Result<Vec<u8>, Unreadable>,
        depth: Depth,
        index: &ImageIndex,
        fresh: &Fresh,
    ) -> Result<Shown, ScanError> {
        let content = found.content();
        let of_depth = usize::from(depth == Depth::LocalFeatures);
        let print: Option<Result<Print, String>> =
            self.known(&fresh.prints, &content, &self.made_with)?;
        match print {
            Some(Err(reason)) => return Ok(Err(reason)),
            Some(Ok(print)) => {
                let (fresh, kept) = (&fresh.hits[of_depth], &self.matched_with[of_depth]);
                if let Some(hits) = self.known(fresh, &content, kept)? {
                    return Ok(Ok(print.showing(hits)));
                }
                // A new catalog is of no concern to most pictures.
                if depth == Depth::Hashes && print.is_unlike_all(index) {
                    keep(fresh, content, &Vec::<FrameHit>::new())?;
                    return Ok(Ok(print.showing(Vec::new())));
                }
            }
            None => {}
        }
        let bytes = match found {
            Found::Read(_, bytes) => bytes,
            Found::Unchanged(_) => match bytes() {
                Ok(bytes) if ContentHash::of(&bytes) == content => bytes,
                // It has changed this very moment, so all of the above was of another picture.
                Ok(other) => {
                    let found = Found::Read(ContentHash::of(&other), other);
                    return self.show(found, bytes, depth, index, fresh);
                }
                Err(reason) => return Ok(Err(reason.as_str().to_owned())),
            },
        };
        let looked = self.look(&bytes);
        let print = looked.as_ref().map(|(_, print)| print);
        keep(&fresh.prints, content, &print)?;
        let (look, print) = match looked {
            Ok(looked) => looked,
            Err(reason) => return Ok(Err(reason)),
        };
        let hits = match depth {
            Depth::Hashes => find_in_frames(index, &look, &print.later, depth),
            Depth::LocalFeatures => {
                // Another listing may ask for less.
                let [by_hash, hits] = find_in_frames_at_either_depth(index, &look, &print.later);
                keep(&fresh.hits[0], content, &by_hash)?;
                hits
            }
        };
        keep(&fresh.hits[of_depth], content, &hits)?;
        Ok(Ok(print.showing(hits)))
    }

    /// What was found out since the cache was last written, or is in it.
    fn known<T: DeserializeOwned>(
        &self,
        fresh: &Entries,
        content: &ContentHash,
        made_with: &ContentHash,
    ) -> Result<Option<T>, ScanError> {
        known(self.cache.as_ref(), fresh, content, |cache| {
            cache.get(content, made_with)
        })
    }

    fn look(&self, bytes: &[u8]) -> Result<(Look, Print), String> {
        self.decoded.fetch_add(1, Ordering::Relaxed);
        let look = Look::of(bytes, &self.limits).map_err(|reason| reason.as_str().to_owned())?;
        let later = later_frames(bytes, &look.fingerprint, &self.limits);
        let print = Print {
            content: look.content(),
            fingerprint: look.fingerprint,
            later: later.frames,
            cut: later.cut.map(|reason| reason.as_str().to_owned()),
        };
        Ok((look, print))
    }
}

/// What was found out since the cache was last written.
#[derive(Default)]
struct Fresh {
    files: Entries,
    prints: Entries,
    hits: [Entries; 2],
}

pub(super) type Entries = Mutex<BTreeMap<ContentHash, Vec<u8>>>;

/// What was found out since the cache was last written, or is in it.
pub(super) fn known<T: DeserializeOwned>(
    cache: Option<&FingerprintCache>,
    fresh: &Entries,
    key: &ContentHash,
    kept: impl Fn(&FingerprintCache) -> Result<Option<Vec<u8>>, StoreError>,
) -> Result<Option<T>, ScanError> {
    let found = fresh.lock().unwrap_or_else(PoisonError::into_inner);
    let found = found.get(key).cloned();
    let kept = match (found, cache) {
        (None, Some(cache)) => kept(cache)?,
        (found, _) => found,
    };
    // What does not read back is found out again.
    Ok(kept.and_then(|kept| postcard::from_bytes(&kept).ok()))
}

pub(super) fn keep(
    entries: &Entries,
    content: ContentHash,
    value: &impl Serialize,
) -> Result<(), ScanError> {
    let kept = encoded(value)?;
    let mut entries = entries.lock().unwrap_or_else(PoisonError::into_inner);
    entries.insert(content, kept);
    Ok(())
}

pub(super) fn taken(entries: Entries) -> Vec<(ContentHash, Vec<u8>)> {
    let entries = entries.into_inner().unwrap_or_else(PoisonError::into_inner);
    entries.into_iter().collect()
}

/// What local features and colours need of each of `images`, in order; nothing of one that cannot be read.
///
/// # Errors
/// When the cache cannot be used.
pub(super) fn details(
    images: &[ReferenceImage],
    files: &ReferenceFiles,
    limits: &Limits,
    cache: Option<&FingerprintCache>,
) -> Result<Vec<Option<ReferenceDetail>>, ScanError> {
    let made_with = ContentHash::of(format!("{ALGORITHMS} reference").as_bytes());
    let found = images
        .par_iter()
        .map(|image| detail(image, files, limits, cache, &made_with))
        .collect::<Result<Vec<_>, ScanError>>()?;
    if let Some(cache) = cache {
        let mut fresh = Vec::new();
        for (image, (detail, known)) in images.iter().zip(&found) {
            if let (Some(detail), false) = (detail, known) {
                fresh.push((image.fingerprint.content, encoded(detail)?));
            }
        }
        cache.put(&made_with, &fresh)?;
    }
    Ok(found.into_iter().map(|(detail, _)| detail).collect())
}

/// What is kept of a reference picture, and whether that was known before.
fn detail(
    image: &ReferenceImage,
    files: &ReferenceFiles,
    limits: &Limits,
    cache: Option<&FingerprintCache>,
    made_with: &ContentHash,
) -> Result<(Option<ReferenceDetail>, bool), ScanError> {
    let kept = match cache {
        Some(cache) => cache.get(&image.fingerprint.content, made_with)?,
        None => None,
    };
    if let Some(detail) = kept.and_then(|kept| postcard::from_bytes(&kept).ok()) {
        return Ok((Some(detail), true));
    }
    let look = files
        .read(image)
        .and_then(|bytes| Look::of(&bytes, limits).ok());
    Ok((look.and_then(|look| ReferenceDetail::of(&look).ok()), false))
}

fn encoded(value: &impl Serialize) -> Result<Vec<u8>, ScanError> {
    postcard::to_allocvec(value).map_err(|error| ScanError::Kept(error.to_string()))
}
