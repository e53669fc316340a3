//! How long a reference file of many pictures takes to open, and what it takes on disk and in memory.
//!
//! `cargo bench --bench reference_open -- [PICTURES]`; a million by default, of random hashes, a thousand products.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

use std::time::Instant;

use jiff::civil::date;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use touchstone::image::{Fingerprint, Limits, PHash, PdqHash, fingerprint};
use touchstone::record::{Brand, Product};
use touchstone::reference::{Catalog, ImageRole, ReferenceImage};
use touchstone::scan::{Opened, Prior, ReferenceFiles, SettingsLayer, build_reference};

const PRODUCTS: usize = 1000;

// The program's own: what opening costs is mostly memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let pictures = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("temporary folder");
    let file = folder.path().join("reference");
    let settings = SettingsLayer::default()
        .resolve(date(2026, 3, 31))
        .expect("valid settings");
    let files = ReferenceFiles::Folders(Default::default());
    build_reference(
        vec![catalog(pictures)],
        &settings,
        &files,
        None,
        (Prior::default(), None),
        &file,
    )
    .expect("built");
    let bytes = file.metadata().expect("built").len();
    // The first time from the page cache, as every process of a host but the first has it.
    for _ in 0..3 {
        let start = Instant::now();
        let opened = Opened::open(&file, None, None).expect("opened");
        let seconds = start.elapsed().as_secs_f64();
        let images = opened.catalogs.iter().map(|catalog| catalog.images);
        println!(
            "{} pictures, {} MB: opened in {seconds:.2} s, {} MB in memory",
            images.sum::<usize>(),
            bytes / 1_000_000,
            resident() / 1000
        );
    }
}

fn catalog(pictures: usize) -> Catalog {
    let brand = Brand {
        id: "velnora".into(),
        name: "Velnora".to_owned(),
        ..Brand::default()
    };
    let products = (0..PRODUCTS).map(|number| Product {
        id: format!("P{number}").as_str().into(),
        brand: brand.id.clone(),
        title: format!("Velnora Trail Runner VX-{number}"),
        ..Product::default()
    });
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let print = some_print();
    let images = (0..pictures).map(|number| ReferenceImage {
        brand: brand.id.clone(),
        product: Some(format!("P{}", number % PRODUCTS).as_str().into()),
        file: format!("products/{number}.jpg"),
        role: ImageRole::Official,
        fingerprint: Fingerprint {
            pdq: std::array::from_fn(|_| PdqHash(rng.random())),
            phash: PHash(rng.random()),
            quality: 100,
            ..print
        },
    });
    let (products, images) = (products.collect(), images.collect());
    Catalog::new(brand, products, images).expect("finite")
}

/// The fingerprint of a picture, for what is not drawn at random.
fn some_print() -> Fingerprint {
    let picture = image::RgbImage::from_fn(64, 64, |x, y| image::Rgb([x as u8, y as u8, 7]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("encoded");
    fingerprint(bytes.get_ref(), &Limits::default()).expect("a picture")
}

/// Kilobytes of this process in memory, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
