mod judge;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use rayon::slice::ParallelSliceMut;

use super::geometry::Affine;
use super::local::{KeypointIndex, align};
use super::{HammingIndex, ImageHit, ReferenceDetail, ReferenceImage, Verdict, verdict};
use judge::Eyes;

use crate::image::{Content, Fingerprint, Keypoints, Look, Measured, PdqHash, Transform};

/// Greatest PDQ distance of a copy, as the paper recommends.
const RADIUS: u32 = 31;

/// Most references that features are found to line up with and that are looked at closely, in one place of the picture
/// and in all: what stands beside a picture in many versions must not hide it.
const MOST_ALIGNED: [usize; 2] = [8, 12];

/// From here on a verdict is final: the search for less obvious relations ends.
const SURE: f64 = ImageHit::SURE;

/// How closely a picture is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// By the hashes of the whole picture and of its content within borders.
    Hashes,
    /// Also by local features, where hashes find nothing.
    LocalFeatures,
}

/// All reference pictures, to be searched by what they look like.
#[derive(Clone, Debug, Default)]
pub struct ImageIndex {
    references: Vec<ReferenceImage>,
    details: Vec<Option<ReferenceDetail>>,
    /// Positions by a hash of the name, sorted: a tree of the names themselves would take most of the time of building.
    names: Vec<(u64, u32)>,
    /// The hashes that tell something, and what each is of.
    hashes: HammingIndex,
    hashed: Vec<Hashed>,
    features: KeypointIndex,
}

/// What a hash in the index is of.
#[derive(Clone, Copy, Debug)]
struct Hashed {
    reference: u32,
    /// Of the content within borders instead of the whole picture.
    content: bool,
}

/// A way to lay a reference over a picture.
#[derive(Clone, Copy)]
struct Overlay {
    reference: usize,
    /// From parts of the reference's width and height to parts of the picture's.
    movement: Affine,
    /// The nearest one without squeeze, where features agree on the movement.
    similarity: Option<Affine>,
    transform: Transform,
    distance: u32,
    /// Features that agree on it; 0 when hashes do.
    inliers: u32,
    /// How sure the hashes are; one half when they say nothing.
    hashes: f64,
    /// Whether borders were cut off, which is not exact.
    cut: bool,
}

impl Overlay {
    /// The lowest of those that hashes tell is the best.
    fn rank(&self) -> (bool, u32, Transform) {
        (self.cut, self.distance, self.transform)
    }

    /// Whether the middle of this reference lies within the other one, where the picture shows them.
    fn is_at(&self, other: &Self) -> bool {
        let middle = self.movement.apply([0.5, 0.5]);
        let within = |back: Affine| {
            back.apply(middle)
                .iter()
                .all(|part| (0.0..1.0).contains(part))
        };
        other.movement.inverse().is_some_and(within)
    }
}

/// What was found so far of a picture.
struct Found {
    hits: Vec<ImageHit>,
    /// The positions of the references that hashes proposed for the picture as it is.
    references: BTreeSet<usize>,
}

impl Found {
    /// Whether there is nothing left to look for.
    fn is_sure(&self) -> bool {
        let sure = |hit: &ImageHit| hit.verdict == Verdict::Copy && hit.confidence >= SURE;
        self.hits.iter().any(sure)
    }
}

impl ImageIndex {
    /// An index over the hashes of `references`, in any order. Of two with the same name the first is found by it.
    pub fn new(references: Vec<ReferenceImage>) -> Self {
        Self::with_details(references, Vec::new())
    }

    /// The same with what else is known of the references: the detail at a position is that of the reference there;
    /// missing ones are none.
    pub fn with_details(
        references: Vec<ReferenceImage>,
        mut details: Vec<Option<ReferenceDetail>>,
    ) -> Self {
        details.resize(references.len(), None);
        let mut names = Vec::with_capacity(references.len());
        let mut hashes = Vec::with_capacity(references.len());
        let mut hashed = Vec::with_capacity(references.len());
        for (position, (reference, detail)) in references.iter().zip(&details).enumerate() {
            let name = [reference.brand.as_str(), "/", &reference.file];
            names.push((name_hash(name), position as u32));
            let mut add = |hash: PdqHash, content: bool| {
                hashes.push(hash);
                hashed.push(Hashed {
                    reference: position as u32,
                    content,
                });
            };
            if reference.fingerprint.is_telling() {
                add(reference.fingerprint.pdq[0], false);
            }
            if let Some(content) = detail.as_ref().and_then(|detail| detail.content) {
                add(content.hash, true);
            }
        }
        names.par_sort_unstable();
        let none = Keypoints::default();
        let keypoints = details
            .iter()
            .map(|detail| detail.as_ref().map_or(&none, |detail| &detail.keypoints));
        let features = KeypointIndex::build(keypoints);
        // The index holds them in less memory.
        for detail in details.iter_mut().flatten() {
            detail.keypoints = Keypoints::default();
        }
        Self {
            names,
            hashes: HammingIndex::build(hashes),
            hashed,
            features,
            references,
            details,
        }
    }

    /// How `query` relates to the reference of that name, if hashes match them.
    pub fn compare(&self, query: &Look, reference: &str) -> Option<ImageHit> {
        let position = self.position(reference)?;
        let overlays = self.by_hash(&query.fingerprint, query.content().as_ref());
        let overlay = overlays.get(&position)?;
        Some(self.judge(query, overlay, &Eyes::new(&query.picture)))
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
        let position = self.position(reference)?;
        Some(&self.references[position])
    }

    /// The first reference of that name.
    fn position(&self, name: &str) -> Option<usize> {
        let hash = name_hash([name]);
        let first = self.names.partition_point(|(other, _)| *other < hash);
        let same = self.names[first..].iter();
        same.take_while(|(other, _)| *other == hash)
            .map(|(_, position)| *position as usize)
            .find(|position| self.references[*position].name() == name)
    }

    /// Bytes in memory of what is kept of the references besides their fingerprints.
    pub fn detail_bytes(&self) -> usize {
        let proxies = self
            .details
            .iter()
            .flatten()
            .map(|detail| detail.proxy.bytes());
        self.features.bytes() + self.hashes.bytes() + proxies.sum::<usize>()
    }

    /// All reference pictures.
    pub fn references(&self) -> &[ReferenceImage] {
        &self.references
    }

    /// The reference pictures whose hashes `query` matches, turned or mirrored or not: best first, one entry a
    /// reference, at most [`ImageHit::MOST`].
    ///
    /// Pictures of quality under 50, on either side, match nothing: by hash alone all near-flat pictures are one.
    pub fn hits(&self, query: &Fingerprint) -> Vec<ImageHit> {
        let overlays = self.by_hash(query, None);
        let hits = overlays.into_values().map(|overlay| {
            let own = &self.references[overlay.reference].fingerprint;
            let verdict = verdict::of_grids(query, &own.colours, overlay.transform);
            self.hit(query, &overlay, verdict, overlay.hashes, None)
        });
        best(hits.collect())
    }

    /// The reference pictures that `query` was made from or shares something with: best first, one entry a reference,
    /// at most [`ImageHit::MOST`].
    ///
    /// First by hashes, as it is, within borders, turned, mirrored and as a negative; then, as `depth` says and when
    /// that found no sure copy, by local features. Both are checked by laying the reference over the picture.
    pub fn find(&self, query: &Look, depth: Depth) -> Vec<ImageHit> {
        let eyes = Eyes::new(&query.picture);
        let mut found = self.find_by_hash(query, &eyes);
        if depth == Depth::LocalFeatures {
            self.look_closer(query, &eyes, &mut found);
        }
        best(found.hits)
    }

    /// What [`ImageIndex::find`] finds by hashes alone and with local features too, for little more than the latter takes.
    pub fn find_at_either_depth(&self, query: &Look) -> [Vec<ImageHit>; 2] {
        let eyes = Eyes::new(&query.picture);
        let mut found = self.find_by_hash(query, &eyes);
        let by_hash = best(found.hits.clone());
        self.look_closer(query, &eyes, &mut found);
        [by_hash, best(found.hits)]
    }

    fn find_by_hash(&self, query: &Look, eyes: &Eyes<'_>) -> Found {
        let overlays = self.by_hash(&query.fingerprint, query.content().as_ref());
        let judged = overlays
            .values()
            .map(|overlay| self.judge(query, overlay, eyes));
        let mut found = Found {
            hits: judged.collect(),
            references: overlays.into_keys().collect(),
        };
        if !found.is_sure() {
            found.hits.extend(self.find_negative(query));
        }
        found
    }

    /// Adds what local features find, where hashes did not find a sure copy.
    fn look_closer(&self, query: &Look, eyes: &Eyes<'_>, found: &mut Found) {
        if self.features.is_empty() || found.is_sure() {
            return;
        }
        for overlay in self.by_features(query, eyes.measured()) {
            if !found.references.contains(&overlay.reference) {
                found.hits.push(self.judge(query, &overlay, eyes));
            }
        }
    }

    /// Whether hashes propose nothing for a picture, so that [`ImageIndex::find`] finds nothing without local features.
    pub fn is_unlike_all(&self, query: &Fingerprint, content: Option<&Content>) -> bool {
        self.by_hash(query, content).is_empty() && self.by_hash(&query.negative(), None).is_empty()
    }

    /// What the picture is a negative of, by its hash; nearly always nothing, so the negative is made only when needed.
    fn find_negative(&self, query: &Look) -> Vec<ImageHit> {
        let print = query.fingerprint.negative();
        let overlays = self.by_hash(&print, None);
        if overlays.is_empty() {
            return Vec::new();
        }
        let negative = query.inverted();
        let eyes = Eyes::new(&negative.picture);
        let judged = overlays.values().map(|overlay| ImageHit {
            inverted: true,
            ..self.judge(&negative, overlay, &eyes)
        });
        judged.collect()
    }

    /// The best overlay that hashes tell for each reference.
    fn by_hash(&self, query: &Fingerprint, content: Option<&Content>) -> BTreeMap<usize, Overlay> {
        let mut found: BTreeMap<usize, Overlay> = BTreeMap::new();
        let mut look_up = |hashes: &[PdqHash; 8], place: Option<[f64; 4]>, quality: u8| {
            for (transform, hash) in Transform::ALL.into_iter().zip(hashes) {
                for (position, distance) in self.hashes.within(hash, RADIUS) {
                    let overlay =
                        self.overlay(query, position, transform, distance, place, quality);
                    let better = found
                        .get(&overlay.reference)
                        .is_none_or(|best| overlay.rank() < best.rank());
                    if better {
                        found.insert(overlay.reference, overlay);
                    }
                }
            }
        };
        if query.is_telling() {
            look_up(&query.pdq, None, query.quality);
        }
        if let Some(content) =
            content.filter(|content| content.quality >= Fingerprint::TELLING_QUALITY)
        {
            look_up(&content.pdq, Some(content.place), content.quality);
        }
        found
    }

    fn overlay(
        &self,
        query: &Fingerprint,
        position: usize,
        transform: Transform,
        distance: u32,
        place: Option<[f64; 4]>,
        quality: u8,
    ) -> Overlay {
        let Hashed { reference, content } = self.hashed[position];
        let reference = reference as usize;
        let own = &self.references[reference].fingerprint;
        let detail = self.details[reference].as_ref();
        let own_content = detail.and_then(|detail| detail.content).filter(|_| content);
        // Of the reference to its content, over to the query's content, to the query.
        let turn = Affine::of_transform(transform);
        let mut movement = match own_content.and_then(|own| Affine::of_box(own.place).inverse()) {
            Some(into_content) => turn.after(&into_content),
            None => turn,
        };
        if let Some(place) = place {
            movement = Affine::of_box(place).after(&movement);
        }
        // The DCT hash is of the picture as it is, so it has a say only where nothing was turned or cut.
        let whole = place.is_none() && own_content.is_none();
        let second_opinion =
            (whole && transform == Transform::Identity).then(|| query.phash.distance(&own.phash));
        let own_quality = own_content.map_or(own.quality, |content| content.quality);
        Overlay {
            reference,
            movement,
            similarity: None,
            transform,
            distance,
            inliers: 0,
            cut: !whole,
            hashes: verdict::of_hashes(distance, second_opinion, quality.min(own_quality)),
        }
    }

    /// Overlays that local features agree on.
    fn by_features(&self, query: &Look, measured: &Measured) -> Vec<Overlay> {
        let candidates = self.features.candidates(measured).into_iter();
        let mut aligned: Vec<Overlay> = candidates
            .filter_map(|candidate| {
                let keypoints = self.features.keypoints(candidate.reference);
                let alignment = align(&keypoints, &measured.keypoints, candidate.mirrored)?;
                let transform = alignment.movement.nearest_transform();
                let at = Transform::ALL.iter().position(|one| *one == transform)?;
                let own = &self.references[candidate.reference].fingerprint;
                Some(Overlay {
                    reference: candidate.reference,
                    movement: alignment.movement,
                    similarity: Some(alignment.similarity),
                    transform,
                    distance: query.fingerprint.pdq[at].distance(&own.pdq[0]),
                    inliers: alignment.inliers,
                    hashes: 0.5,
                    cut: false,
                })
            })
            .collect();
        aligned.sort_by_key(|overlay| (std::cmp::Reverse(overlay.inliers), overlay.reference));
        let [in_place, in_all] = MOST_ALIGNED;
        let mut kept: Vec<Overlay> = Vec::new();
        for overlay in aligned {
            let beside = kept.iter().filter(|other| overlay.is_at(other)).count();
            if beside < in_place && kept.len() < in_all {
                kept.push(overlay);
            }
        }
        kept
    }
}

/// FNV-1a of a name in parts (G. Fowler, L. C. Noll and P. Vo, <https://datatracker.ietf.org/doc/html/rfc9923>).
fn name_hash<const N: usize>(parts: [&str; N]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Of several references that one place of a picture is surely a copy of, photos of one design in several colours, it is made
/// from the one whose colours it has: the others are called recoloured that are clearly farther off.
fn tell_siblings_apart(hits: &mut [ImageHit]) {
    /// How far the middles of the references may lie apart in the picture, in parts of its sides.
    const SAME_PLACE: f64 = 0.1;
    /// By how much the colours of another one differ more, at least.
    const FARTHER: f64 = 1.0;
    let copy = |hit: &ImageHit| hit.verdict == Verdict::Copy && hit.confidence >= SURE;
    let nearest: Vec<([f64; 2], f64)> = hits
        .iter()
        .filter(|hit| copy(hit))
        .filter_map(|hit| Some((hit.middle()?, hit.colour_difference?)))
        .collect();
    for hit in hits.iter_mut().filter(|hit| copy(hit)) {
        let (Some([x, y]), Some(difference)) = (hit.middle(), hit.colour_difference) else {
            continue;
        };
        let nearer = nearest.iter().any(|([other_x, other_y], theirs)| {
            (x - other_x).hypot(y - other_y) < SAME_PLACE && difference > theirs + FARTHER
        });
        if nearer {
            hit.verdict = Verdict::Recoloured;
        }
    }
}

/// The best hits, in order.
fn best(mut hits: Vec<ImageHit>) -> Vec<ImageHit> {
    /// Fewer places that look the same are chance, not something in common.
    const LEAST_SEEN: u32 = 8;
    hits.retain(|hit| {
        let seen = hit.features.is_none_or(|[_, seen]| seen >= LEAST_SEEN);
        seen || hit.verdict != Verdict::Related
    });
    tell_siblings_apart(&mut hits);
    hits.sort_by(|a, b| a.order(b).then_with(|| a.reference.cmp(&b.reference)));
    // Mirrored and not, or as a negative, a reference may have been found more than once.
    let mut named = BTreeSet::new();
    hits.retain(|hit| named.insert(hit.reference.clone()));
    hits.truncate(ImageHit::MOST);
    hits
}
