//! Catalogs of brands that do not exist.

mod files;
mod names;
mod range;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::SimulateError;
use super::draw::Drawing;
use super::market::write_jpeg;
use super::random::stream;
use crate::record::{Brand, BrandId, Product};

/// What to invent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InventSettings {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// Brands, at least 1.
    pub brands: usize,
    /// Products of each brand, colours counted one by one; at least 1.
    pub products_per_brand: usize,
    /// Pixels of a picture's side, 64..=2048.
    pub picture_side: u32,
}

impl Default for InventSettings {
    fn default() -> Self {
        Self {
            seed: 1,
            brands: 3,
            products_per_brand: 12,
            picture_side: 640,
        }
    }
}

/// One brand that was invented.
#[derive(Clone, Debug)]
pub struct Invented {
    /// Its catalog folder.
    pub folder: PathBuf,
    /// The brand.
    pub brand: Brand,
    /// Its products.
    pub products: Vec<Product>,
}

/// One product and how it looks.
struct Item {
    product: Product,
    pictures: Vec<(String, Drawing)>,
}

/// Writes `settings.brands` catalog folders below `out`, each with `brand.toml`, `products.csv`,
/// `images/` and `drawings.csv` (what the pictures follow from, so that [`super::simulate`] can
/// show the same products as private sellers photograph them).
///
/// `progress` hears of the products that were made since its last call. No brand here is meant to
/// be anyone's: names are put together from syllables, registration numbers start with `TEST`, and
/// article numbers are from the ranges that GS1 keeps for use inside a company (020 to 029).
///
/// # Errors
/// [`SimulateError`] when a setting is out of range or a file cannot be written.
pub fn invent(
    out: &Path,
    settings: &InventSettings,
    progress: &dyn Fn(u64),
) -> Result<Vec<Invented>, SimulateError> {
    check(
        "brands",
        settings.brands as u64,
        settings.brands >= 1,
        "at least 1",
    )?;
    check(
        "products_per_brand",
        settings.products_per_brand as u64,
        settings.products_per_brand >= 1,
        "at least 1",
    )?;
    let side = settings.picture_side;
    check(
        "picture_side",
        u64::from(side),
        (64..=2048).contains(&side),
        "64 to 2048 pixels",
    )?;
    let mut taken = BTreeSet::new();
    let mut invented = Vec::with_capacity(settings.brands);
    for index in 0..settings.brands as u64 {
        let mut rng = stream(settings.seed, "brand", index);
        let name = names::unused(&mut rng, &mut taken);
        let (brand, items) = range::make(&mut rng, &name, index, settings.products_per_brand);
        let folder = out.join(brand.id.as_str());
        write(&folder, &brand, &items, side)?;
        progress(items.len() as u64);
        invented.push(Invented {
            folder,
            brand,
            products: items.into_iter().map(|item| item.product).collect(),
        });
    }
    Ok(invented)
}

fn check(
    name: &'static str,
    found: u64,
    fine: bool,
    expected: &'static str,
) -> Result<(), SimulateError> {
    if fine {
        Ok(())
    } else {
        Err(SimulateError::Setting {
            name,
            found: found.to_string(),
            expected,
        })
    }
}

fn write(folder: &Path, brand: &Brand, items: &[Item], side: u32) -> Result<(), SimulateError> {
    let images = folder.join("images");
    fs::create_dir_all(&images).map_err(SimulateError::io(&images))?;
    files::write_brand(&folder.join("brand.toml"), brand)?;
    files::write_products(
        &folder.join("products.csv"),
        brand,
        items.iter().map(|item| &item.product),
    )?;
    let pictures: Vec<&(String, Drawing)> = items.iter().flat_map(|item| &item.pictures).collect();
    files::write_drawings(&folder.join(files::DRAWINGS), &pictures)?;
    pictures
        .par_iter()
        .try_for_each(|(file, drawing)| write_jpeg(&images.join(file), &drawing.studio(side), 88))
}

/// The drawings behind a catalog's pictures; none for catalogs of photos.
pub(super) fn drawings(images_dir: &Path) -> std::collections::BTreeMap<String, Drawing> {
    let folder = images_dir.parent().unwrap_or(Path::new(""));
    files::read_drawings(&folder.join(files::DRAWINGS))
}

/// Used where a brand is needed that has no catalog.
pub(super) fn other_brand(rng: &mut rand_chacha::ChaCha8Rng) -> String {
    names::unused(rng, &mut BTreeSet::<BrandId>::new())
}

/// Used where a model is needed that nobody makes.
pub(super) fn model_line(rng: &mut rand_chacha::ChaCha8Rng) -> String {
    names::line(rng)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
        let mut files = std::collections::BTreeMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path
                        .strip_prefix(folder)
                        .expect("inside")
                        .display()
                        .to_string();
                    files.insert(name, fs::read(path).expect("a file"));
                }
            }
        }
        files
    }

    #[test]
    fn same_seed_same_bytes_other_seed_other_brands() {
        let settings = InventSettings {
            seed: 5,
            brands: 2,
            products_per_brand: 4,
            picture_side: 64,
        };
        let make = |seed| {
            let folder = tempfile::tempdir().expect("a folder");
            invent(folder.path(), &InventSettings { seed, ..settings }, &|_| ()).expect("invented");
            tree(folder.path())
        };
        let (first, again, other) = (make(5), make(5), make(6));
        assert_eq!(first, again);
        assert_ne!(first, other);
        assert_eq!(
            first
                .keys()
                .filter(|name| name.ends_with("brand.toml"))
                .count(),
            2
        );
    }

    #[test]
    fn every_picture_of_a_product_is_there_and_drawn_again_from_its_row() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = InventSettings {
            seed: 2,
            brands: 1,
            products_per_brand: 6,
            picture_side: 64,
        };
        let brands = invent(folder.path(), &settings, &|_| ()).expect("invented");
        let images = brands[0].folder.join("images");
        let drawings = drawings(&images);
        assert_eq!(brands[0].products.len(), 6);
        for product in &brands[0].products {
            assert!(
                product.gtin.is_some() && product.price.is_some(),
                "{product:?}"
            );
            for file in &product.images {
                assert!(images.join(file).is_file(), "{file}");
                assert!(drawings.contains_key(file), "{file}");
            }
        }
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let settings = InventSettings {
            brands: 0,
            ..InventSettings::default()
        };
        let error = invent(Path::new("nowhere"), &settings, &|_| ()).expect_err("no brands");
        assert_eq!(
            error.to_string(),
            "brands is 0, expected at least 1; change the setting"
        );
    }
}
