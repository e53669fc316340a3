use std::collections::BTreeMap;

use super::confidence::{confidence, verdict};
use super::{HammingIndex, ImageHit, ReferenceImage};
use crate::image::{Fingerprint, Transform};

/// Greatest PDQ distance of a copy, as the paper recommends.
const RADIUS: u32 = 31;

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
        let hashed: Vec<usize> = (0..references.len())
            .filter(|&position| references[position].fingerprint.is_telling())
            .collect();
        let hashes = hashed
            .iter()
            .map(|&position| references[position].fingerprint.pdq[0])
            .collect();
        Self {
            names,
            hashes: HammingIndex::build(hashes),
            hashed,
            references,
        }
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
        self.names
            .get(reference)
            .map(|&position| &self.references[position])
    }

    /// The reference pictures that `query` may be a copy of, turned or mirrored or not: best first, one entry a
    /// reference, at most 8.
    ///
    /// Pictures of quality under 50, on either side, match nothing: by hash alone all near-flat pictures are one.
    pub fn hits(&self, query: &Fingerprint) -> Vec<ImageHit> {
        if !query.is_telling() {
            return Vec::new();
        }
        let mut best: BTreeMap<usize, (u32, Transform)> = BTreeMap::new();
        for (transform, hash) in Transform::ALL.into_iter().zip(&query.pdq) {
            for (found, distance) in self.hashes.within(hash, RADIUS) {
                let entry = best
                    .entry(self.hashed[found])
                    .or_insert((distance, transform));
                *entry = (*entry).min((distance, transform));
            }
        }
        let mut hits: Vec<ImageHit> = best
            .into_iter()
            .map(|(position, (distance, transform))| {
                hit(&self.references[position], query, distance, transform)
            })
            .collect();
        hits.sort_by(|a, b| {
            // A copy of one colourway is also every other colourway recoloured: the copy says more.
            let surer = a
                .verdict
                .cmp(&b.verdict)
                .then(b.confidence.total_cmp(&a.confidence));
            surer
                .then(a.distance.cmp(&b.distance))
                .then_with(|| a.reference.cmp(&b.reference))
        });
        hits.truncate(MOST_HITS);
        hits
    }
}

fn hit(
    reference: &ReferenceImage,
    query: &Fingerprint,
    distance: u32,
    transform: Transform,
) -> ImageHit {
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

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, imageops};
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::ImageIndex;
    use crate::image::{Fingerprint, Limits, Transform, fingerprint};
    use crate::record::BrandId;
    use crate::reference::images::{ImageRole, ReferenceImage, Verdict};

    /// A picture of random tiles, each seed its own, dyed with `dye`.
    fn tiles(seed: u64, dye: [f32; 3]) -> RgbImage {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let levels: [u8; 169] = std::array::from_fn(|_| rng.random_range(0..=200));
        RgbImage::from_fn(512, 512, |x, y| {
            let level = f32::from(levels[(y / 40 * 13 + x / 40) as usize]);
            let middle = (128..384).contains(&x) && (128..384).contains(&y);
            Rgb(dye.map(|dye| (if middle { level * dye } else { level }) as u8))
        })
    }

    const UNDYED: [f32; 3] = [1.0; 3];

    fn print(picture: &RgbImage) -> Fingerprint {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .expect("a PNG");
        fingerprint(bytes.get_ref(), &Limits::default()).expect("a fingerprint")
    }

    fn reference(file: &str, picture: &RgbImage) -> ReferenceImage {
        ReferenceImage {
            brand: BrandId::from("luma"),
            product: None,
            file: file.to_owned(),
            role: ImageRole::Official,
            fingerprint: print(picture),
        }
    }

    fn index() -> ImageIndex {
        ImageIndex::new(vec![
            reference("a.png", &tiles(1, UNDYED)),
            reference("b.png", &tiles(2, UNDYED)),
            reference("flat.png", &RgbImage::from_pixel(128, 128, Rgb([250; 3]))),
        ])
    }

    #[test]
    fn a_picture_is_found_turned_and_mirrored() {
        let index = index();
        let turns: [(RgbImage, Transform); 3] = [
            (tiles(2, UNDYED), Transform::Identity),
            (
                imageops::flip_horizontal(&tiles(2, UNDYED)),
                Transform::FlipY,
            ),
            // Turned clockwise, so that a turn counter-clockwise brings it back.
            (imageops::rotate90(&tiles(2, UNDYED)), Transform::Rotate90),
        ];
        for (picture, transform) in turns {
            let hits = index.hits(&print(&picture));
            assert_eq!(hits.len(), 1, "{transform:?}");
            assert_eq!(
                (hits[0].reference.as_str(), hits[0].transform),
                ("luma/b.png", transform)
            );
            assert_eq!(hits[0].verdict, Verdict::Copy);
            assert!(hits[0].confidence > 0.5);
        }
    }

    #[test]
    fn other_colours_are_told_apart() {
        let hits = index().hits(&print(&tiles(1, [1.0, 0.85, 0.1])));
        assert_eq!(
            (hits[0].reference.as_str(), hits[0].verdict),
            ("luma/a.png", Verdict::Recoloured)
        );
    }

    #[test]
    fn near_flat_pictures_match_nothing() {
        let index = index();
        assert!(
            index
                .hits(&print(&RgbImage::from_pixel(128, 128, Rgb([250; 3]))))
                .is_empty()
        );
        assert!(index.get("luma/flat.png").is_some(), "still there by name");
        assert!(index.hits(&print(&tiles(3, UNDYED))).is_empty());
    }

    #[test]
    fn the_order_of_references_does_not_matter_and_eight_hits_are_the_most() {
        let many: Vec<_> = (0..12)
            .map(|copy| reference(&format!("{copy:02}.png"), &tiles(1, UNDYED)))
            .collect();
        let hits = ImageIndex::new(many.clone()).hits(&print(&tiles(1, UNDYED)));
        let backwards =
            ImageIndex::new(many.into_iter().rev().collect()).hits(&print(&tiles(1, UNDYED)));
        assert_eq!(hits, backwards);
        assert_eq!((hits.len(), hits[0].reference.as_str()), (8, "luma/00.png"));
    }
}
