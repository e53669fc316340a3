use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::finding::{Code, Finding, Severity};

/// What checking a catalog came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CatalogReport {
    /// The brand's name, empty when there is none.
    pub brand: String,
    /// Whether the catalog can be used, if not all of it.
    pub usable: bool,
    /// Every problem: `brand.toml` first, then products by row, then images.
    pub findings: Vec<Finding>,
    /// Rows of the products file.
    pub rows: u64,
    /// Products that can be used.
    pub products: u64,
    /// Of those, the ones with an official image that a hash can tell from others.
    pub found_by_image: u64,
    /// Of those, the ones with a title, a GTIN or a part number.
    pub found_by_text: u64,
    /// Of those, the ones with a price to compare with.
    pub found_by_price: u64,
    /// Image files that products, or the logo, name.
    pub images_named: u64,
    /// Of those, the ones that can be used.
    pub images: u64,
    /// Registered rights.
    pub rights: u64,
    /// Of those, the ones in force on the day of the check.
    pub rights_in_force: u64,
    /// Authorised sellers.
    pub authorised_sellers: u64,
}

impl CatalogReport {
    /// Findings of one severity.
    pub fn count(&self, severity: Severity) -> u64 {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count() as u64
    }

    /// One page for people: what is there, what can be found with it, and each kind of finding
    /// with its number and an example.
    pub fn summary(&self) -> String {
        let mut page = String::new();
        // Writing to a String cannot fail.
        let _ = self.write_summary(&mut page);
        page
    }

    fn write_summary(&self, page: &mut String) -> std::fmt::Result {
        let brand = if self.brand.is_empty() {
            "(no name)"
        } else {
            &self.brand
        };
        let verdict = if !self.usable {
            "this catalog cannot be used until its errors are corrected"
        } else if self.count(Severity::Error) > 0 {
            "this catalog can be used, without the parts in error"
        } else {
            "this catalog can be used"
        };
        writeln!(page, "{brand}: {verdict}\n")?;
        writeln!(page, "  products  {} of {} rows", self.products, self.rows)?;
        writeln!(
            page,
            "  images    {} of {} named",
            self.images, self.images_named
        )?;
        writeln!(
            page,
            "  rights    {} in force of {}",
            self.rights_in_force, self.rights
        )?;
        writeln!(page, "  sellers   {} authorised", self.authorised_sellers)?;
        if self.products > 0 {
            writeln!(page, "\nProducts that can be found")?;
            let line = |page: &mut String, by: &str, count: u64, why: &str| {
                let percent = count * 100 / self.products;
                writeln!(page, "  {by:<8}  {percent:>3} %  {count:>8}  {why}")
            };
            line(
                page,
                "by image",
                self.found_by_image,
                "have an image that a hash can tell",
            )?;
            line(
                page,
                "by text",
                self.found_by_text,
                "have a title, GTIN or part number",
            )?;
            line(
                page,
                "by price",
                self.found_by_price,
                "have a price to compare with",
            )?;
        }
        if self.findings.is_empty() {
            return writeln!(page, "\nNothing was found wrong.");
        }
        writeln!(
            page,
            "\nFindings (docs/catalogs.md says what to do about each kind)"
        )?;
        let mut kinds: BTreeMap<(Severity, Code), Vec<&Finding>> = BTreeMap::new();
        for finding in &self.findings {
            kinds
                .entry((finding.severity, finding.code))
                .or_default()
                .push(finding);
        }
        for ((severity, code), findings) in kinds {
            let count = findings.len();
            writeln!(
                page,
                "  {severity:<7}  {count:>6}  {code:<26}  {}",
                example(findings[0])
            )?;
        }
        Ok(())
    }
}

/// Where the first one is, and what stands there.
fn example(finding: &Finding) -> String {
    let row = finding.row.map(|row| format!(":{row}")).unwrap_or_default();
    let column = if finding.column.is_empty() { "" } else { " " };
    let found: String = finding.found.chars().take(60).collect();
    format!("{}{row}{column}{}: {found}", finding.file, finding.column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_counts_by_kind_with_an_example_each() {
        let bad = |row| {
            Finding::new(Code::BadGtin, "products.csv")
                .at(row, "gtin")
                .found(format!("{row}"))
                .expected("13 digits")
        };
        let report = CatalogReport {
            brand: "Luma".into(),
            usable: true,
            findings: vec![
                bad(3),
                bad(7),
                Finding::new(Code::ImageUnused, "images/x.png")
                    .found("unused")
                    .expected("name it"),
            ],
            rows: 4,
            products: 3,
            found_by_image: 1,
            found_by_text: 3,
            ..CatalogReport::default()
        };
        let page = report.summary();
        assert!(
            page.starts_with("Luma: this catalog can be used, without the parts in error\n"),
            "{page}"
        );
        assert!(
            page.contains("  by image   33 %         1  have an image"),
            "{page}"
        );
        assert!(
            page.contains("error         2  bad_gtin                    products.csv:3 gtin: 3\n"),
            "{page}"
        );
        assert!(
            page.contains("warning       1  image_unused                images/x.png: unused\n"),
            "{page}"
        );
        assert!(page.lines().count() < 60);
        assert_eq!(report.count(Severity::Error), 2);
    }
}
