//! A listing's picture beside the reference that it is held against, with what matches outlined on both.

use std::collections::BTreeMap;

use super::report::data_uri;
use crate::candidates::{Candidate, Evidence};
use crate::image::{Limits, thumbnail_jpeg};
use crate::record::ContentHash;
use crate::reference::ImageHit;
use crate::signals::ReadListing;

/// The two pictures of a candidate, as JPEG, PNG, WebP or GIF, and where they match.
#[derive(Clone, Debug, Default)]
pub struct SideBySide {
    /// The listing's picture.
    pub listing: Option<Vec<u8>>,
    /// The reference picture.
    pub reference: Option<Vec<u8>>,
    /// Where the two match.
    pub hit: Option<ImageHit>,
}

/// Where the pictures of a run are kept.
#[derive(Debug)]
pub struct Kept {
    /// The run's own.
    pub evidence: Evidence,
    /// Those of catalogs and of the bank.
    pub references: Evidence,
    /// The contents of the latter by name.
    pub contents: BTreeMap<String, ContentHash>,
}

impl Kept {
    /// What was read from a candidate's listing.
    pub fn record(&self, candidate: &Candidate) -> Option<ReadListing> {
        let bytes = self.evidence.read(candidate.record.as_deref()?);
        serde_json::from_slice(&bytes.ok()?).ok()
    }

    /// A candidate's pictures, as they were kept.
    pub fn pictures(&self, candidate: &Candidate, read: Option<&ReadListing>) -> SideBySide {
        let shown = candidate.shown_image();
        let name = candidate.reference_image.as_deref();
        SideBySide {
            listing: shown.and_then(|image| self.evidence.read(image.evidence.as_deref()?).ok()),
            reference: name
                .and_then(|name| self.contents.get(name))
                .and_then(|content| self.references.read_image(*content).ok()),
            hit: hit_of(candidate, read).cloned(),
        }
    }
}

impl SideBySide {
    /// The same with pictures of at most `side` pixels; what cannot be decoded within `limits` is left out.
    pub fn smaller(self, limits: &Limits, side: u32) -> Self {
        let small = |bytes: Vec<u8>| thumbnail_jpeg(&bytes, limits, side).ok();
        Self {
            listing: self.listing.and_then(small),
            reference: self.reference.and_then(small),
            hit: self.hit,
        }
    }

    /// Bytes of both pictures.
    pub fn bytes(&self) -> usize {
        let pictures = self.listing.iter().chain(&self.reference);
        pictures.map(Vec::len).sum()
    }

    /// As a page shows them (`templates/pair.html`).
    pub(super) fn drawn(&self) -> Vec<Picture> {
        let picture = |label, bytes: &Option<Vec<u8>>, corners: Option<&Vec<[f64; 2]>>| {
            Some(Picture {
                label,
                uri: data_uri(bytes.as_deref()?)?,
                points: points(corners.map_or(&[][..], Vec::as_slice)),
            })
        };
        let hit = self.hit.as_ref();
        let both = [
            picture("Listing", &self.listing, hit.map(|hit| &hit.in_query)),
            picture(
                "Reference",
                &self.reference,
                hit.map(|hit| &hit.in_reference),
            ),
        ];
        both.into_iter().flatten().collect()
    }
}

/// One picture with its outline.
pub(super) struct Picture {
    pub label: &'static str,
    pub uri: String,
    /// The outline's corners; may be empty.
    pub points: String,
}

/// The hit that a candidate shows, with where it lies.
pub fn hit_of<'a>(candidate: &Candidate, read: Option<&'a ReadListing>) -> Option<&'a ImageHit> {
    let matched = candidate.image.as_ref()?;
    let mut images = read?.signals.images.iter();
    let image = images.find(|image| image.file == matched.file)?;
    let mut hits = image.hits.iter();
    hits.find(|hit| hit.reference == matched.reference && hit.in_query.len() >= 3)
}

/// Corners in parts of a picture's width and height as the points of an SVG polygon in a box of 1000 by 1000.
pub fn points(corners: &[[f64; 2]]) -> String {
    let point = |[x, y]: &[f64; 2]| format!("{:.1},{:.1}", x * 1000.0, y * 1000.0);
    corners.iter().map(point).collect::<Vec<_>>().join(" ")
}
