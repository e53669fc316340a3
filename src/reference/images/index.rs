use std::collections::BTreeMap;

use super::confidence::{confidence, verdict};
use super::{HammingIndex, ImageHit, ReferenceImage};
use crate::image::{Fingerprint, Transform};

/// Greatest PDQ distance of a copy, as the paper recommends.
const RADIUS: u32 = 31;

/// Pictures of less quality have too little in them: near-flat ones are all alike to a hash.
const LEAST_QUALITY: u8 = 50;

/// Most hits for one picture.
const MOST_HITS: usize = 8;

/// All reference pictures, to be searched by what they look like.
#[derive(Clone, Debug, Default)]
pub struct ImageIndex {
    references: Vec<ReferenceImage>,
    /// Positions by name.
    names: BTreeMap<String, usize>,
    /// The hashes of those that have quality enough, and which they are.
    hashes: HammingIndex,
    hashed: Vec<usize>,
}

impl ImageIndex {
    /// An index over `references`, in any order. Of two with the same name the first is found by it.
    pub fn new(references: Vec<ReferenceImage>) -> Self {
        let mut names = BTreeMap::new();
        for (position, reference) in references.iter().enumerate() {
            names.entry(reference.name()).or_insert(position);
        }
        let good = |reference: &ReferenceImage| reference.fingerprint.quality >= LEAST_QUALITY;
        let hashed: Vec<usize> = (0..references.len()).filter(|&position| good(&references[position])).collect();
        let hashes = hashed.iter().map(|&position| references[position].fingerprint.pdq[0]).collect();
        Self { names, hashes: HammingIndex::build(hashes), hashed, references }
    }

    /// The number of reference pictures.
    pub fn len(&self) -> usize {
        self.references.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.references.is_empty()
    }

    /// The reference picture of that name, see [`ReferenceImage::name`].
    pub fn get(&self, reference: &str) -> Option<&ReferenceImage> {
        self.names.get(reference).map(|&position| &self.references[position])
    }

    /// The reference pictures that `query` may be a copy of, turned or mirrored or not: best first, one entry a
    /// reference, at most 8.
    ///
    /// Pictures of quality under 50, on either side, match nothing: by hash alone all near-flat pictures are one.
    pub fn hits(&self, query: &Fingerprint) -> Vec<ImageHit> {
        if query.quality < LEAST_QUALITY {
            return Vec::new();
        }
        let mut best: BTreeMap<usize, (u32, Transform)> = BTreeMap::new();
        for (transform, hash) in Transform::ALL.into_iter().zip(&query.pdq) {
            for (found, distance) in self.hashes.within(hash, RADIUS) {
                let entry = best.entry(self.hashed[found]).or_insert((distance, transform));
                *entry = (*entry).min((distance, transform));
            }
        }
        let mut hits: Vec<ImageHit> = best
            .into_iter()
            .map(|(position, (distance, transform))| hit(&self.references[position], query, distance, transform))
            .collect();
        hits.sort_by(|a, b| {
            let surer = b.confidence.total_cmp(&a.confidence);
            surer.then(a.distance.cmp(&b.distance)).then_with(|| a.reference.cmp(&b.reference))
        });
        hits.truncate(MOST_HITS);
        hits
    }
}

fn hit(reference: &ReferenceImage, query: &Fingerprint, distance: u32, transform: Transform) -> ImageHit {
    let own = &reference.fingerprint;
    let phash_distance = query.phash.distance(&own.phash);
    // The DCT hash is of the picture as it is, so it has a say only where nothing was turned.
    let second_opinion = (transform == Transform::Identity).then_some(phash_distance);
    ImageHit {
        reference: reference.name(),
        brand: reference.brand.clone(),
        product_id: reference.product.clone(),
        role: reference.role,
        verdict: verdict(query, &own.colours, transform),
        transform,
        distance,
        phash_distance,
        inliers: 0,
        coverage: 1.0,
        confidence: confidence(distance, second_opinion, query.quality.min(own.quality)),
    }
}
