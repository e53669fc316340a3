//! The images that a catalog names: fingerprinted, and checked for what makes them useless.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use super::alike;
use super::files::{files_below, namesake};
use super::finding::{Code, Finding};
use super::variants::{Item, are_variants};
use crate::image::{self, Fingerprint, Folder, Limits, Unreadable};
use crate::record::{BrandId, ContentHash};
use crate::reference::images::{ImageRole, ReferenceImage};

/// The folder of images in a catalog's folder.
pub(super) const IMAGES: &str = "images";

/// What a catalog's images came to.
#[derive(Debug, Default)]
pub(super) struct Images {
    /// The usable ones, by file.
    pub usable: Vec<ReferenceImage>,
    /// Files that products, or the logo, name.
    pub named: u64,
}

/// Where an image is named.
#[derive(Clone, Debug, Default)]
struct Uses {
    /// Positions of products that it shows, ascending.
    official: Vec<usize>,
    /// Positions of products whose fakes it shows, ascending.
    fake: Vec<usize>,
    logo: bool,
}

/// What the pictures belong to.
pub(super) struct Owner<'a> {
    pub brand: &'a BrandId,
    pub logos: &'a [String],
    /// The products file, for findings.
    pub products_file: &'a str,
}

/// Fingerprints every image that is named, in parallel; takes unusable ones out of the products.
///
/// At most one picture a thread is held in memory.
pub(super) fn read(
    catalog: &Path,
    owner: &Owner<'_>,
    items: &mut [Item],
    limits: &Limits,
    findings: &mut Vec<Finding>,
) -> Images {
    let uses = uses(items, owner.logos);
    let mut images = Images {
        named: uses.len() as u64,
        ..Images::default()
    };
    let dir = catalog.join(IMAGES);
    let folder = match Folder::open(&dir) {
        Ok(folder) => folder.with_limits(*limits),
        Err(error) => {
            if !uses.is_empty() {
                let finding = Finding::new(Code::ImagesFolder, IMAGES)
                    .found(error.to_string())
                    .expected("put the images that the products name into this folder");
                findings.push(finding);
            }
            forget_unusable(items, &BTreeSet::new());
            return images;
        }
    };
    let present = files_below(&dir, findings);
    let mut report = Report {
        owner,
        items,
        findings,
    };
    for (file, read, of) in fingerprints(&folder, &uses, limits) {
        match read {
            Ok(fingerprint) => {
                report.use_of_readable(file, &fingerprint, of);
                images.usable.push(report.reference(file, fingerprint, of));
            }
            Err(reason) => report.unreadable(file, &reason, of, &present),
        }
    }
    for file in present
        .iter()
        .filter(|file| !uses.contains_key(file.as_str()))
    {
        let finding = Finding::new(Code::ImageUnused, &below_images(file))
            .found("an image that no product names")
            .expected("name it in a product's image_link or additional_image_link, or remove it");
        findings.push(finding);
    }
    drop_fakes_that_are_official(&mut images.usable, findings);
    alike::report(&images.usable, items, findings);
    let kept = images
        .usable
        .iter()
        .map(|image| image.file.clone())
        .collect();
    forget_unusable(items, &kept);
    images
}

fn uses(items: &[Item], logos: &[String]) -> BTreeMap<String, Uses> {
    let mut uses: BTreeMap<String, Uses> = BTreeMap::new();
    for (position, item) in items.iter().enumerate() {
        for file in &item.product.images {
            let official = &mut uses.entry(file.clone()).or_default().official;
            if official.last() != Some(&position) {
                official.push(position);
            }
        }
        for file in &item.product.known_fake_images {
            let fake = &mut uses.entry(file.clone()).or_default().fake;
            if fake.last() != Some(&position) {
                fake.push(position);
            }
        }
    }
    for logo in logos {
        uses.entry(logo.clone()).or_default().logo = true;
    }
    uses
}

type Read<'a> = (&'a str, Result<Fingerprint, Unreadable>, &'a Uses);

/// In the order of the files' names, whatever thread is done first.
fn fingerprints<'a>(
    folder: &Folder,
    uses: &'a BTreeMap<String, Uses>,
    limits: &Limits,
) -> Vec<Read<'a>> {
    let read = |file: &str| image::fingerprint(&folder.read(file)?, limits);
    let files: Vec<_> = uses.iter().collect();
    files
        .into_par_iter()
        .map(|(file, of)| (file.as_str(), read(file), of))
        .collect()
}

fn forget_unusable(items: &mut [Item], usable: &BTreeSet<String>) {
    for Item { product, .. } in items {
        product.images.retain(|file| usable.contains(file));
        product
            .known_fake_images
            .retain(|file| usable.contains(file));
    }
}

/// A fake's picture that is the owner's own would convict everyone who shows the genuine one.
fn drop_fakes_that_are_official(images: &mut Vec<ReferenceImage>, findings: &mut Vec<Finding>) {
    let official: BTreeMap<ContentHash, String> = images
        .iter()
        .filter(|image| image.role != ImageRole::KnownFake)
        .map(|image| (image.fingerprint.content, image.file.clone()))
        .collect();
    images.retain(|image| {
        let same = official.get(&image.fingerprint.content);
        let Some(same) = same.filter(|_| image.role == ImageRole::KnownFake) else {
            return true;
        };
        let finding = Finding::new(Code::ImageOfficialAndFake, &below_images(&image.file))
            .found(format!(
                "a known fake with the same content as the official {}",
                below_images(same)
            ))
            .expected(OFFICIAL_OR_FAKE);
        findings.push(finding);
        false
    });
}

const OFFICIAL_OR_FAKE: &str = "name it as one or the other; until then it counts as official";

pub(super) fn below_images(file: &str) -> String {
    format!("{IMAGES}/{file}")
}

/// `3 products: A, B, C`, at most five of them by name.
pub(super) fn product_list<'a>(items: impl Iterator<Item = &'a Item>) -> String {
    const NAMED: usize = 5;
    let ids: Vec<&str> = items.map(|item| item.product.id.as_str()).collect();
    let named = ids[..ids.len().min(NAMED)].join(", ");
    let more = if ids.len() > NAMED { ", ..." } else { "" };
    let plural = if ids.len() == 1 { "" } else { "s" };
    format!("{} product{plural}: {named}{more}", ids.len())
}

struct Report<'a, 'b> {
    owner: &'a Owner<'a>,
    items: &'a [Item],
    findings: &'b mut Vec<Finding>,
}

impl Report<'_, '_> {
    fn products(&self, positions: &[usize]) -> Vec<&Item> {
        positions
            .iter()
            .map(|position| &self.items[*position])
            .collect()
    }

    fn reference(&self, file: &str, fingerprint: Fingerprint, uses: &Uses) -> ReferenceImage {
        let role = match uses {
            Uses { official, .. } if !official.is_empty() => ImageRole::Official,
            Uses { logo: true, .. } => ImageRole::Mark,
            _ => ImageRole::KnownFake,
        };
        let of = self.products(match role {
            ImageRole::KnownFake => &uses.fake,
            _ => &uses.official,
        });
        // A picture of several models shows none of them in particular.
        let product = of
            .first()
            .filter(|_| are_variants(&of))
            .map(|item| item.product.id.clone());
        ReferenceImage {
            brand: self.owner.brand.clone(),
            product,
            file: file.to_owned(),
            role,
            fingerprint,
        }
    }

    fn use_of_readable(&mut self, file: &str, fingerprint: &Fingerprint, uses: &Uses) {
        let file = &below_images(file);
        if !fingerprint.is_telling() {
            let finding = Finding::new(Code::ImageLowQuality, file)
                .found(format!(
                    "quality {} of 100: it is almost flat",
                    fingerprint.quality
                ))
                .expected(format!(
                    "an image with more to see (quality {} or more): \
                     a hash cannot tell this one from other flat ones",
                    Fingerprint::TELLING_QUALITY
                ));
            self.findings.push(finding);
        }
        let official = self.products(&uses.official);
        if official.len() > 1 {
            let (code, expected) = if are_variants(&official) {
                let expected = "nothing to do if these are sizes or colours of one product";
                (Code::ImageSharedByVariants, expected)
            } else {
                let expected = "an image of its own for each model: a copy of this one does not tell which is meant";
                (Code::ImageShared, expected)
            };
            let found = format!("used for {}", product_list(official.into_iter()));
            self.findings
                .push(Finding::new(code, file).found(found).expected(expected));
        }
        if !uses.fake.is_empty() && (uses.logo || !uses.official.is_empty()) {
            let fakes = product_list(self.products(&uses.fake).into_iter());
            let finding = Finding::new(Code::ImageOfficialAndFake, file)
                .found(format!(
                    "an official image that is also a known fake of {fakes}"
                ))
                .expected(OFFICIAL_OR_FAKE);
            self.findings.push(finding);
        }
    }

    /// One finding a file, at the first row that names it.
    fn unreadable(&mut self, file: &str, reason: &Unreadable, uses: &Uses, present: &[String]) {
        let (column, positions) = match uses {
            Uses { logo: true, .. } => ("logo_image", &[][..]),
            Uses { official, .. } if !official.is_empty() => ("image_link", &official[..]),
            Uses { fake, .. } => ("known_fake_image", &fake[..]),
        };
        let by = self.products(positions);
        let named = if by.is_empty() {
            String::new()
        } else {
            format!(", named by {}", product_list(by.iter().copied()))
        };
        let found = format!("{}{named}", below_images(file));
        let named_in = if uses.logo {
            super::brand_toml::BRAND_FILE
        } else {
            self.owner.products_file
        };
        let row = by.first().and_then(|item| item.row);
        let finding = match reason {
            Unreadable::Missing { .. } => {
                let expected = match namesake(file, present) {
                    Some(other) => format!("there is {}: write it alike", below_images(other)),
                    None => format!("put the file into {IMAGES}/, or correct the name"),
                };
                Finding::new(Code::ImageMissing, named_in).expected(expected)
            }
            Unreadable::OutsideFolder { .. } => Finding::new(Code::ImageOutsideFolder, named_in)
                .expected(format!("a file in {IMAGES}/ itself, no link out of it")),
            other => Finding::new(Code::ImageUnreadable, named_in).expected(other.to_string()),
        };
        self.findings.push(finding.at(row, column).found(found));
    }
}
