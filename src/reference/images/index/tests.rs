use image::{Rgb, RgbImage, imageops};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Depth, ImageIndex};
use crate::image::{Fingerprint, Limits, Look, Transform, fingerprint};
use crate::record::BrandId;
use crate::reference::images::{ImageRole, ReferenceDetail, ReferenceImage, Verdict};

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
fn the_order_of_references_does_not_matter_and_twelve_hits_are_the_most() {
    let many: Vec<_> = (0..16)
        .map(|copy| reference(&format!("{copy:02}.png"), &tiles(1, UNDYED)))
        .collect();
    let hits = ImageIndex::new(many.clone()).hits(&print(&tiles(1, UNDYED)));
    let backwards =
        ImageIndex::new(many.into_iter().rev().collect()).hits(&print(&tiles(1, UNDYED)));
    assert_eq!(hits, backwards);
    assert_eq!(
        (hits.len(), hits[0].reference.as_str()),
        (12, "luma/00.png")
    );
}

#[test]
fn a_reference_is_named_once_however_often_it_was_found() {
    let index = index();
    let mut both = index.hits(&print(&tiles(1, UNDYED)));
    let once = both.len();
    both.extend(index.hits(&print(&tiles(1, UNDYED))));
    assert!(once > 0);
    assert_eq!(super::best(both).len(), once);
}

/// Random discs on a random ground: something to see everywhere, each seed its own.
fn discs(seed: u64) -> RgbImage {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let discs: Vec<([f32; 2], f32, [u8; 3])> = (0..220)
        .map(|_| {
            let middle = [rng.random_range(0.0..480.0), rng.random_range(0.0..600.0)];
            let grey: u8 = rng.random_range(30..200);
            let colour = [0; 3].map(|_: u8| grey + rng.random_range(0..30));
            (middle, rng.random_range(4.0..26.0), colour)
        })
        .collect();
    RgbImage::from_fn(480, 600, |x, y| {
        let inside = discs
            .iter()
            .rev()
            .find(|([cx, cy], radius, _)| (x as f32 - cx).hypot(y as f32 - cy) < *radius);
        Rgb(inside.map_or([240, 238, 235], |disc| disc.2))
    })
}

fn look(picture: &RgbImage) -> Look {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a PNG");
    Look::of(bytes.get_ref(), &Limits::default()).expect("a picture")
}

/// An index over the discs of seeds 1 to 6, with everything that is kept of references.
fn detailed() -> ImageIndex {
    let references = (1..=6).map(|seed| reference(&format!("{seed}.png"), &discs(seed)));
    let details = (1..=6).map(|seed| ReferenceDetail::of(&look(&discs(seed))).ok());
    ImageIndex::with_details(references.collect(), details.collect())
}

fn turned(picture: &RgbImage, degrees: f32) -> RgbImage {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let (dx, dy) = (x as f32 - width / 2.0, y as f32 - height / 2.0);
        let (x, y) = (
            cosine * dx + sine * dy + width / 2.0,
            cosine * dy - sine * dx + height / 2.0,
        );
        let inside = (0.0..width - 1.0).contains(&x) && (0.0..height - 1.0).contains(&y);
        if inside {
            imageops::interpolate_bilinear(picture, x, y).unwrap_or(Rgb([255; 3]))
        } else {
            Rgb([255; 3])
        }
    })
}

#[test]
fn edited_copies_are_found_and_the_area_is_told() {
    let index = detailed();
    let picture = discs(3);
    let cropped = imageops::crop_imm(&picture, 96, 0, 384, 480).to_image();
    let mut page = discs(99);
    let small = imageops::resize(&picture, 240, 300, imageops::FilterType::Triangle);
    imageops::replace(&mut page, &small, 120, 150);
    let mut covered = picture.clone();
    imageops::replace(
        &mut covered,
        &RgbImage::from_pixel(480, 120, Rgb([20, 90, 30])),
        0,
        480,
    );
    let squashed = imageops::resize(&picture, 480, 420, imageops::FilterType::Triangle);
    let mirrored = imageops::flip_horizontal(&cropped);
    for (name, edited, coverage, query_coverage) in [
        ("cropped", &cropped, 0.64, 1.0),
        ("turned", &turned(&picture, 15.0), 0.9, 0.9),
        ("in a page", &page, 1.0, 0.25),
        ("covered", &covered, 1.0, 1.0),
        ("squashed", &squashed, 1.0, 1.0),
        ("cropped and mirrored", &mirrored, 0.64, 1.0),
    ] {
        let hits = index.find(&look(edited), Depth::LocalFeatures);
        let hit = hits
            .first()
            .unwrap_or_else(|| panic!("{name}: nothing found"));
        assert_eq!(
            (hit.reference.as_str(), hit.verdict),
            ("luma/3.png", Verdict::Copy),
            "{name}: {hit:?}"
        );
        assert!(hit.confidence >= 0.5, "{name}: {hit:?}");
        assert!((hit.coverage - coverage).abs() < 0.08, "{name}: {hit:?}");
        assert!(
            (hit.query_coverage - query_coverage).abs() < 0.08,
            "{name}: {hit:?}"
        );
        assert_eq!(hits.len(), 1, "{name}: {hits:?}");
    }
}

#[test]
fn either_depth_at_once_finds_what_each_finds_alone() {
    let index = detailed();
    let picture = discs(3);
    let mut negative = picture.clone();
    imageops::invert(&mut negative);
    let cropped = imageops::crop_imm(&picture, 96, 0, 384, 480).to_image();
    for (picture, depths_agree) in [(picture, true), (negative, true), (cropped, false)] {
        let look = look(&picture);
        let both = index.find_at_either_depth(&look);
        let alone = [Depth::Hashes, Depth::LocalFeatures].map(|depth| index.find(&look, depth));
        assert_eq!(both, alone);
        assert_eq!(both[0] == both[1], depths_agree);
    }
}

#[test]
fn the_negative_is_found_and_said_to_be_one() {
    let mut negative = discs(5);
    imageops::invert(&mut negative);
    let hits = detailed().find(&look(&negative), Depth::Hashes);
    assert_eq!(
        (hits[0].reference.as_str(), hits[0].inverted),
        ("luma/5.png", true)
    );
}

#[test]
fn a_shared_part_is_no_copy_and_a_stranger_is_nothing() {
    let index = detailed();
    let mut shared = discs(40);
    let part = imageops::crop_imm(&discs(2), 100, 100, 170, 170).to_image();
    imageops::replace(&mut shared, &part, 60, 300);
    for hit in index.find(&look(&shared), Depth::LocalFeatures) {
        assert!(
            hit.coverage < 0.2 || hit.verdict == Verdict::Related,
            "{hit:?}"
        );
    }
    assert_eq!(index.find(&look(&discs(41)), Depth::LocalFeatures), []);
}
