use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::brand_toml::{self, BRAND_FILE, BrandFile};
use super::finding::{Code, Finding};
use super::images::{self, Owner};
use super::products::{self, ProductTable};
use super::rights::weaknesses;
use super::{Catalog, CatalogReport};
use crate::image::Limits;
use crate::intake::{BrandColumns, safe_image_path};
use crate::record::{Brand, Product, Right};
use crate::reference::images::ImageRole;

/// Why a folder cannot even be checked.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The folder is not there, or cannot be read.
    #[error("cannot read the catalog folder {}: {source}; name a folder with {BRAND_FILE}, a products file and images/", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The content has no canonical form, so that it can have no version.
    #[error("the catalog cannot be written as JSON: {0}; report this")]
    Content(#[from] serde_json::Error),
}

/// Reads a catalog folder: the part that can be used, if any, and a report of every problem.
///
/// `as_of` is the day that rights must be in force on. Images are read in parallel, one at a time
/// on each thread, and not kept; the result does not depend on the number of threads.
///
/// There is no catalog when `brand.toml` or the products file cannot be used, or when the list of
/// authorised sellers is in doubt.
///
/// # Errors
/// [`CatalogError`] when there is no such folder. Problems of its content are findings.
pub fn load(
    dir: &Path,
    limits: &Limits,
    as_of: Date,
) -> Result<(Option<Catalog>, CatalogReport), CatalogError> {
    if let Err(source) = std::fs::read_dir(dir) {
        return Err(CatalogError::Folder {
            path: dir.to_owned(),
            source,
        });
    }
    let mut findings = Vec::new();
    let file = brand_text(dir, &mut findings)
        .and_then(|text| brand_toml::read(&text, as_of, &mut findings));
    let brand_known = file.is_some();
    // Without a usable brand the rest is still checked, so that all can be corrected at once.
    let BrandFile {
        mut brand,
        logo_image,
        mut usable,
    } = file.unwrap_or_default();
    let table = products::find(dir, &mut findings)
        .and_then(|file| products::read(dir, file, &brand, &mut findings));
    usable &= table.as_ref().is_some_and(|table| !table.items.is_empty());
    let mut table = table.unwrap_or_default();
    usable &= add_brand_columns(&mut brand, &table, as_of, &mut findings);
    if brand_known {
        check_rights(&brand, as_of, &mut findings);
    }
    let logos = logos(logo_image, &table.brand, &mut findings);
    let owner = Owner {
        brand: &brand.id,
        logos: &logos,
        products_file: &table.file,
    };
    let images = images::read(dir, &owner, &mut table.items, limits, &mut findings);
    sort(&mut findings);

    let report = report(&brand, &table, &images, usable, as_of, findings);
    if !usable {
        return Ok((None, report));
    }
    let products = table.items.into_iter().map(|item| item.product).collect();
    Ok((Some(Catalog::new(brand, products, images.usable)?), report))
}

/// The text of `brand.toml`, of a length that a person could have written.
fn brand_text(dir: &Path, findings: &mut Vec<Finding>) -> Option<String> {
    const MOST_BYTES: u64 = 1 << 20;
    let mut text = String::new();
    let read = std::fs::File::open(dir.join(BRAND_FILE))
        .and_then(|file| file.take(MOST_BYTES + 1).read_to_string(&mut text));
    let found = match read {
        Ok(length) if length as u64 <= MOST_BYTES => return Some(text),
        Ok(_) => format!("more than {MOST_BYTES} bytes"),
        Err(error) => error.to_string(),
    };
    let finding = Finding::new(Code::BrandFileUnreadable, BRAND_FILE)
        .found(found)
        .expected("a text file in UTF-8 with at least the line: name = \"...\"");
    findings.push(finding);
    None
}

/// Adds what the products file says of the brand; false when its sellers are in doubt.
fn add_brand_columns(
    brand: &mut Brand,
    table: &ProductTable,
    as_of: Date,
    findings: &mut Vec<Finding>,
) -> bool {
    let columns = &table.brand;
    // A right whose last day could not be read is not one without a last day.
    let expiry_unread = findings.iter().any(|finding| {
        finding.code == Code::BadCell && finding.file == table.file && finding.column == "ip_expiry"
    });
    for right in columns
        .rights
        .iter()
        .filter(|right| right.expiry.is_some() || !expiry_unread)
    {
        let known = |other: &Right| {
            (other.kind, &other.number, &other.office) == (right.kind, &right.number, &right.office)
        };
        if brand.rights.iter().any(known) {
            continue;
        }
        for (code, _, found, expected) in weaknesses(right, as_of) {
            let column = if code == Code::RightExpired {
                "ip_expiry"
            } else {
                "ip_office"
            };
            let finding = Finding::new(code, &table.file).at(None, column);
            findings.push(finding.found(found).expected(expected));
        }
        brand.rights.push(right.clone());
    }
    if brand.image_rights && table.no_image_rights.is_some() {
        brand.image_rights = false;
        let finding = Finding::new(Code::ImageRightsByRow, &table.file)
            .at(table.no_image_rights, "image_rights")
            .found("a product whose photos are not the owner's")
            .expected(
                "take such products' photos out: rights in photos are the whole catalog's, \
                 and until then it claims none",
            );
        findings.push(finding);
    }
    brand
        .authorised_sellers
        .extend(columns.authorised_sellers.iter().cloned());
    brand.authorised_sellers.sort();
    brand.authorised_sellers.dedup();
    let complete = columns.authorised_sellers.len() < MOST_SELLERS_IN_ROWS;
    if !complete {
        let finding = Finding::new(Code::SellersInDoubt, &table.file)
            .at(None, "authorised_sellers")
            .found(format!("{MOST_SELLERS_IN_ROWS} sellers or more"))
            .expected(format!(
                "list them in {BRAND_FILE}: not all of so many are read from rows"
            ));
        findings.push(finding);
    }
    if let Some(row) = columns.sellers_unread {
        let finding = Finding::new(Code::SellersInDoubt, &table.file)
            .at(row, "authorised_sellers")
            .found("a row that cannot be read at all")
            .expected(format!(
                "correct the row, or list the sellers in {BRAND_FILE}: it may name one that no \
                 other row names"
            ));
        findings.push(finding);
    }
    complete && columns.sellers_unread.is_none()
}

/// As many as intake gathers from the rows of a file.
const MOST_SELLERS_IN_ROWS: usize = 1000;

fn check_rights(brand: &Brand, as_of: Date, findings: &mut Vec<Finding>) {
    if brand.rights.iter().any(|right| right.in_force(as_of)) {
        return;
    }
    let found = match brand.rights.len() {
        0 => "no right".to_owned(),
        1 => format!("1 right, not in force on {as_of}"),
        count => format!("{count} rights, none in force on {as_of}"),
    };
    let consequence = if brand.image_rights {
        "without one only copies of the brand's own photos can become candidates"
    } else {
        "without one no listing can become a candidate"
    };
    let finding = Finding::new(Code::NoRights, BRAND_FILE)
        .at(None, "rights")
        .found(found)
        .expected(format!(
            "list a right that is in force under [[rights]]: {consequence}"
        ));
    findings.push(finding);
}

/// The logo that `brand.toml` names, and those of the rows.
fn logos(
    named: Option<String>,
    columns: &BrandColumns,
    findings: &mut Vec<Finding>,
) -> Vec<String> {
    let mut logos: Vec<String> = columns.logo_images.iter().cloned().collect();
    if let Some(link) = named {
        match safe_image_path(&link) {
            Ok(path) => logos.push(path),
            Err(error) => {
                let finding = Finding::new(Code::ImageOutsideFolder, BRAND_FILE)
                    .at(None, "logo_image")
                    .found(format!("{link:?}"))
                    .expected(error.to_string());
                findings.push(finding);
            }
        }
    }
    logos
}

/// `brand.toml`, then the products file by row, then images by file.
fn sort(findings: &mut [Finding]) {
    fn part(finding: &Finding) -> u8 {
        match finding.file.as_str() {
            BRAND_FILE => 0,
            file if file.starts_with(images::IMAGES) => 2,
            _ => 1,
        }
    }
    findings.sort_by(|a, b| {
        (part(a), &a.file, a.row, &a.column, a.code).cmp(&(
            part(b),
            &b.file,
            b.row,
            &b.column,
            b.code,
        ))
    });
}

fn report(
    brand: &Brand,
    table: &ProductTable,
    images: &images::Images,
    usable: bool,
    as_of: Date,
    findings: Vec<Finding>,
) -> CatalogReport {
    let telling: BTreeSet<&str> = images
        .usable
        .iter()
        .filter(|image| image.role == ImageRole::Official)
        .filter(|image| image.fingerprint.is_telling())
        .map(|image| image.file.as_str())
        .collect();
    let count = |holds: &dyn Fn(&Product) -> bool| {
        table
            .items
            .iter()
            .filter(|item| holds(&item.product))
            .count() as u64
    };
    CatalogReport {
        brand: brand.name.clone(),
        usable,
        findings,
        rows: table.rows,
        products: table.items.len() as u64,
        found_by_image: count(&|product| {
            product
                .images
                .iter()
                .any(|file| telling.contains(file.as_str()))
        }),
        found_by_text: count(&|product| {
            !product.title.is_empty() || !product.mpn.is_empty() || product.gtin.is_some()
        }),
        found_by_price: count(&|product| product.price.is_some_and(|price| price.minor() > 0)),
        images_named: images.named,
        images: images.usable.len() as u64,
        rights: brand.rights.len() as u64,
        rights_in_force: brand
            .rights
            .iter()
            .filter(|right| right.in_force(as_of))
            .count() as u64,
        authorised_sellers: brand.authorised_sellers.len() as u64,
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
