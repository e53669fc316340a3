//! PDQ hashes of pictures that nobody has at hand, as shared lists hold them.

use super::images::HammingIndex;
use crate::image::{Fingerprint, FrameFingerprint, PdqHash, PdqLine, Transform};

/// Greatest distance of a copy, as the paper recommends:
/// <https://github.com/facebook/ThreatExchange/blob/main/hashing/hashing.pdf>.
const RADIUS: u32 = 31;

/// Hashes to be searched. Those of quality under 50 match nothing; one that came without its quality is believed.
pub struct HashList {
    lines: Vec<PdqLine>,
    index: HammingIndex,
}

/// A hash of the list that a picture matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashHit {
    /// Which of the hashes that are searched, see [`HashList::line`].
    pub position: usize,
    /// Which frame of the picture matches it, from 0; 0 in a still.
    pub frame: u32,
    /// Differing bits, 0..=31.
    pub distance: u32,
    /// What is to be done to the picture to match it.
    pub transform: Transform,
    /// Whether the picture is the negative.
    pub inverted: bool,
}

impl HashList {
    /// A list of at most 2^32 - 1 hashes.
    pub fn new(lines: Vec<PdqLine>) -> Self {
        let lines: Vec<PdqLine> = lines.into_iter().filter(is_telling).collect();
        let index = HammingIndex::build(lines.iter().map(|line| line.hash).collect());
        Self { lines, index }
    }

    /// The hash at a position.
    pub fn line(&self, position: usize) -> Option<&PdqLine> {
        self.lines.get(position)
    }

    /// What a picture's frames match, turned, mirrored or as negatives: nearest first, then in the list's order; one
    /// entry a hash of the list, at most 8.
    pub fn of_picture(&self, first: &Fingerprint, later: &[FrameFingerprint]) -> Vec<HashHit> {
        let later = later.iter().map(|frame| (frame.index, &frame.fingerprint));
        let frames = [(0, first)].into_iter().chain(later);
        let telling = frames.filter(|(_, fingerprint)| fingerprint.is_telling());
        self.nearest(telling.flat_map(|(frame, fingerprint)| {
            let turned = Transform::ALL.into_iter().zip(fingerprint.pdq);
            turned.map(move |(transform, hash)| (frame, transform, hash))
        }))
    }

    /// What another list's hash matches, as it is or as a negative: how the hash of a turned picture would be cannot be
    /// told from it. Ordered as [`HashList::of_picture`].
    pub fn of_hash(&self, line: &PdqLine) -> Vec<HashHit> {
        if !is_telling(line) {
            return Vec::new();
        }
        self.nearest([(0, Transform::Identity, line.hash)])
    }

    fn nearest(&self, hashes: impl IntoIterator<Item = (u32, Transform, PdqHash)>) -> Vec<HashHit> {
        const MOST_HITS: usize = 8;
        let mut hits = Vec::new();
        for (frame, transform, hash) in hashes {
            for (inverted, hash) in [(false, hash), (true, hash.complement())] {
                let found = self.index.within(&hash, RADIUS).into_iter();
                hits.extend(found.map(|(position, distance)| HashHit {
                    position,
                    frame,
                    distance,
                    transform,
                    inverted,
                }));
            }
        }
        // The nearest of each hash, of equals the plainest.
        hits.sort_by_key(|hit| {
            let plain = (hit.inverted, hit.transform, hit.frame);
            (hit.position, hit.distance, plain)
        });
        hits.dedup_by_key(|hit| hit.position);
        hits.sort_by_key(|hit| (hit.distance, hit.position));
        hits.truncate(MOST_HITS);
        hits
    }
}

fn is_telling(line: &PdqLine) -> bool {
    line.quality
        .is_none_or(|quality| quality >= Fingerprint::TELLING_QUALITY)
}

#[cfg(test)]
mod tests {
    use super::HashList;
    use crate::image::{PdqHash, PdqLine, Transform};

    fn line(hash: PdqHash, quality: Option<u8>) -> PdqLine {
        PdqLine {
            hash,
            quality,
            metadata: String::new(),
        }
    }

    #[test]
    fn near_hashes_and_negatives_are_found_once_and_far_or_flat_ones_never() {
        let hash = PdqHash([0x0123_4567_89ab_cdef, 7, 0xffff, 1 << 40]);
        let near = PdqHash([hash.0[0] ^ 0x7fff_ffff, hash.0[1], hash.0[2], hash.0[3]]);
        let far = PdqHash([hash.0[0] ^ 0xffff_ffff, hash.0[1], hash.0[2], hash.0[3]]);
        let list = HashList::new(vec![
            line(far, None),
            line(near, None),
            line(hash.complement(), Some(50)),
            line(hash, Some(49)),
            line(hash, Some(100)),
        ]);
        let found: Vec<_> = list
            .of_hash(&line(hash, None))
            .into_iter()
            .map(|hit| (hit.position, hit.distance, hit.transform, hit.inverted))
            .collect();
        let same = Transform::Identity;
        assert_eq!(
            found,
            [
                (2, 0, same, true),
                (3, 0, same, false),
                (1, 31, same, false)
            ]
        );
        assert!(list.of_hash(&line(hash, Some(3))).is_empty());
    }
}
