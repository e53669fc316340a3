//! The products file: found, read, and each row checked.

use std::collections::BTreeMap;
use std::path::Path;

use super::finding::{Code, Finding};
use super::nearest::nearest;
use super::rows::{CHUNK_ROWS, Rows};
use super::variants::Item;
use crate::intake::columns::COLUMNS;
use crate::intake::{BrandColumns, IntakeError, Products, Reject, safe_image_path};
use crate::record::{Brand, Gtin, Money, MoneyError};

/// The names that the products file may have; a catalog has one of them.
const PRODUCT_FILES: &[&str] = &["products.csv", "products.ndjson", "products.parquet"];

/// What a products file came to.
#[derive(Debug, Default)]
pub(super) struct ProductTable {
    pub file: String,
    pub rows: u64,
    /// Usable products in the order of the file.
    pub items: Vec<Item>,
    /// What the rows say of the brand.
    pub brand: BrandColumns,
    pub no_image_rights: Option<u64>,
}

/// The name of the one products file in `dir`.
pub(super) fn find(dir: &Path, findings: &mut Vec<Finding>) -> Option<&'static str> {
    let there: Vec<&'static str> = PRODUCT_FILES
        .iter()
        .copied()
        .filter(|name| dir.join(name).is_file())
        .collect();
    if let [file] = there[..] {
        return Some(file);
    }
    let finding = Finding::new(Code::ProductsFile, "");
    findings.push(if there.is_empty() {
        let found = match other_products_file(dir) {
            Some(other) => format!("only {other}"),
            None => "no products file".to_owned(),
        };
        finding
            .found(found)
            .expected(format!("one of {}", PRODUCT_FILES.join(", ")))
    } else {
        let found = there.join(" and ");
        finding
            .found(found)
            .expected("one products file: remove the others")
    });
    None
}

/// A file that may have been meant, such as `products.xlsx`.
fn other_products_file(dir: &Path) -> Option<String> {
    let entries = std::fs::read_dir(dir).ok()?;
    let names = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    names
        .filter(|name| name.to_lowercase().starts_with("product"))
        .min()
}

/// Reads the products of `brand`; `None` when the file as a whole cannot be used.
pub(super) fn read(
    dir: &Path,
    file: &'static str,
    brand: &Brand,
    findings: &mut Vec<Finding>,
) -> Option<ProductTable> {
    match read_table(dir, file, brand, findings) {
        Ok(table) => Some(table),
        Err(error) => {
            let expected = "a file that can be read to its end; nothing of it was used";
            let finding = Finding::new(Code::ProductsUnreadable, file);
            findings.push(finding.told(&error).expected(expected));
            None
        }
    }
}

fn read_table(
    dir: &Path,
    file: &'static str,
    brand: &Brand,
    findings: &mut Vec<Finding>,
) -> Result<ProductTable, IntakeError> {
    let path = dir.join(file);
    let names: Vec<&str> = std::iter::once(&brand.name)
        .chain(&brand.aliases)
        .map(String::as_str)
        .collect();
    let rows = Rows::read(&path, &names)?;
    let mut table = ProductTable {
        file: file.to_owned(),
        no_image_rights: rows.no_image_rights,
        ..ProductTable::default()
    };
    let mut products = Products::open(&path, brand.id.clone(), CHUNK_ROWS)?;
    for batch in &mut products {
        let batch = batch?;
        table.rows += batch.rows;
        findings.extend(
            batch
                .rejects
                .into_iter()
                .map(|reject| of_reject(file, reject, &rows)),
        );
        findings.extend(batch.notes.into_iter().map(|note| of_note(file, note)));
        table.items.extend(batch.records.into_iter().map(|product| {
            let (row, group) = rows.place(product.id.as_str());
            Item {
                product,
                row,
                group,
            }
        }));
    }
    table.brand = products.brand_columns().clone();
    for item in &table.items {
        check(file, item, findings);
    }
    check_shared_gtins(file, &table.items, findings);
    check_columns(file, &rows, findings);
    if !brand.name.is_empty() {
        check_brands(file, brand, rows, findings);
    }
    if table.items.is_empty() {
        let found = format!("{} rows, none of them a product", table.rows);
        let expected = "at least one row with an id and a title";
        findings.push(
            Finding::new(Code::NoProducts, file)
                .found(found)
                .expected(expected),
        );
    }
    Ok(table)
}

/// A row that makes no product.
fn of_reject(file: &str, reject: Reject, rows: &Rows) -> Finding {
    let repeated = rows
        .place(&reject.id)
        .0
        .is_some_and(|first| first < reject.row);
    let code = match reject.column.as_str() {
        "id" if !reject.found.is_empty() && repeated => Code::DuplicateId,
        "title" => Code::ProductWithoutTitle,
        _ => Code::ProductRejected,
    };
    of_cell(code, file, reject)
}

/// A cell that was dropped from a product.
fn of_note(file: &str, note: Reject) -> Finding {
    let code = match note.column.as_str() {
        "" => Code::ShortRow,
        "gtin" => Code::BadGtin,
        "price" | "sale_price" | "compare_at_price" | "price_floor" => {
            match Money::parse(&note.found, None) {
                Err(MoneyError::NoCurrency(_)) => Code::PriceWithoutCurrency,
                _ => Code::BadPrice,
            }
        }
        "image_link" | "additional_image_link" | "known_fake_image" | "logo_image"
            if safe_image_path(&note.found).is_err() =>
        {
            Code::ImageOutsideFolder
        }
        _ => Code::BadCell,
    };
    of_cell(code, file, note)
}

fn of_cell(code: Code, file: &str, cell: Reject) -> Finding {
    let found = if cell.found.is_empty() {
        "nothing".to_owned()
    } else {
        format!("{:?}", cell.found)
    };
    let product = if cell.id.is_empty() {
        String::new()
    } else {
        format!(" (product {})", cell.id)
    };
    Finding::new(code, file)
        .at(cell.row, &cell.column)
        .found(format!("{found}{product}"))
        .expected(cell.expected)
}

fn check(file: &str, item: &Item, findings: &mut Vec<Finding>) {
    let product = &item.product;
    let name = format!("product {}", product.id);
    let mut add = |code, column, found: String, expected: &str| {
        let finding = Finding::new(code, file)
            .at(item.row, column)
            .found(found)
            .expected(expected);
        findings.push(finding);
    };
    if product.images.is_empty() {
        let expected = "name at least one image file in image_link: it is what copies are found by";
        add(
            Code::ProductWithoutImages,
            "image_link",
            format!("{name} without images"),
            expected,
        );
    }
    match product.price {
        Some(price) if price.minor() > 0 => {}
        price => {
            let found = price.map_or("without a price".to_owned(), |price| format!("at {price}"));
            let expected =
                "the usual retail price, as 129.99 USD: without it no offer is too cheap";
            add(
                Code::ProductWithoutPrice,
                "price",
                format!("{name} {found}"),
                expected,
            );
        }
    }
    if let (Some(price), Some(floor)) = (product.price, product.price_floor)
        && price.currency() == floor.currency()
        && floor.minor() > price.minor()
    {
        let found = format!("{name}: a floor of {floor} above the price of {price}");
        let expected = "the lowest price at which genuine goods are sold, which is not above the \
                        usual price: honest sellers would seem too cheap";
        add(Code::FloorAbovePrice, "price_floor", found, expected);
    }
}

/// One finding for each number, at the second row that has it.
fn check_shared_gtins(file: &str, items: &[Item], findings: &mut Vec<Finding>) {
    let mut by_gtin: BTreeMap<Gtin, Vec<&Item>> = BTreeMap::new();
    for item in items {
        if let Some(gtin) = item.product.gtin {
            by_gtin.entry(gtin).or_default().push(item);
        }
    }
    for (gtin, items) in by_gtin {
        if let [_, second, ..] = items[..] {
            let list = super::images::product_list(items.iter().copied());
            let finding = Finding::new(Code::SharedGtin, file)
                .at(second.row, "gtin")
                .found(format!("{gtin} on {list}"))
                .expected("a number of its own for each product and each variant (GS1 rule)");
            findings.push(finding);
        }
    }
}

/// One finding for each column that is probably misspelt, and one for all others that mean nothing here.
fn check_columns(file: &str, rows: &Rows, findings: &mut Vec<Finding>) {
    let known: Vec<&str> = COLUMNS.iter().map(|(_, name, _)| *name).collect();
    let mut others: Vec<&str> = Vec::new();
    for (column, row) in &rows.other_columns {
        let plain = column.trim().replace(' ', "_");
        let Some(near) = nearest(&plain, &known) else {
            others.push(column);
            continue;
        };
        let finding = Finding::new(Code::UnknownColumn, file)
            .at(*row, column)
            .found(format!("column {column:?}, which is not read"))
            .expected(format!("did you mean {near}? Rename or remove it"));
        findings.push(finding);
    }
    if !others.is_empty() {
        let finding = Finding::new(Code::ColumnsIgnored, file)
            .found(format!("columns that are not read: {}", others.join(", ")))
            .expected("nothing, unless one of them says what docs/catalogs.md has a column for");
        findings.push(finding);
    }
}

/// One finding for each other brand, at its first row.
fn check_brands(file: &str, brand: &Brand, rows: Rows, findings: &mut Vec<Finding>) {
    for (written, row, count) in rows.other_brands.into_values() {
        let plural = if count == 1 { "" } else { "s" };
        let finding = Finding::new(Code::OtherBrand, file)
            .at(row, "brand")
            .found(format!("{written:?} in {count} row{plural}"))
            .expected(format!(
                "{:?} or one of its aliases: move other brands' products to their own catalogs, \
                 or add the name to the aliases",
                brand.name
            ));
        findings.push(finding);
    }
}
