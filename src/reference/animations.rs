//! Pictures with several frames, held against the reference pictures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ImageHit;
use super::images::{Depth, ImageIndex};
use crate::image::{FrameFingerprint, Look};

/// A reference picture that a frame matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrameHit {
    /// Which frame it is, from 0; 0 in a still.
    pub frame: u32,
    /// What it matches.
    pub hit: ImageHit,
}

/// The reference pictures that any frame matches: best first, one entry a reference, at most [`ImageHit::MOST`].
///
/// The first frame is looked at as closely as `depth` says, the `later` ones by hash.
pub fn find_in_frames(
    index: &ImageIndex,
    first: &Look,
    later: &[FrameFingerprint],
    depth: Depth,
) -> Vec<FrameHit> {
    with_later(index, index.find(first, depth), later)
}

/// What [`find_in_frames`] finds by hashes alone and with local features too, for little more than the latter takes.
pub fn find_in_frames_at_either_depth(
    index: &ImageIndex,
    first: &Look,
    later: &[FrameFingerprint],
) -> [Vec<FrameHit>; 2] {
    let found = index.find_at_either_depth(first);
    found.map(|hits| with_later(index, hits, later))
}

/// The hits of the first frame and those of the `later` ones.
fn with_later(
    index: &ImageIndex,
    first: Vec<ImageHit>,
    later: &[FrameFingerprint],
) -> Vec<FrameHit> {
    let of_frame = |frame| move |hit| FrameHit { frame, hit };
    let mut hits: Vec<FrameHit> = first.into_iter().map(of_frame(0)).collect();
    for frame in later {
        let found = index.hits(&frame.fingerprint).into_iter();
        hits.extend(found.map(of_frame(frame.index)));
    }
    if later.is_empty() {
        return hits;
    }
    best(hits)
}

/// The best hit of each reference, in the order in which one picture's hits are.
pub(super) fn best(hits: Vec<FrameHit>) -> Vec<FrameHit> {
    let rank = |a: &FrameHit, b: &FrameHit| a.hit.order(&b.hit).then(a.frame.cmp(&b.frame));
    let mut by_reference: BTreeMap<String, FrameHit> = BTreeMap::new();
    for next in hits {
        match by_reference.get(&next.hit.reference) {
            Some(known) if rank(known, &next).is_le() => {}
            _ => {
                by_reference.insert(next.hit.reference.clone(), next);
            }
        }
    }
    // Of equals, the first name stays first.
    let mut hits: Vec<FrameHit> = by_reference.into_values().collect();
    hits.sort_by(rank);
    hits.truncate(ImageHit::MOST);
    hits
}
