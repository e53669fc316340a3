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
