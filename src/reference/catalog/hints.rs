//! How a catalog that can be used could find more.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Catalog;
use crate::record::{Product, RightKind};
use crate::reference::images::ImageRole;

/// Something that would make a catalog find, or prove, more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// What there is, with numbers.
    pub what: String,
    /// What to do, and what it brings.
    pub why: String,
    /// Products that it is about, at most five.
    pub examples: Vec<String>,
}

/// Days before its last one from which a right's end is worth a hint.
const SOON: i32 = 180;
/// Products that are named as examples.
const EXAMPLES: usize = 5;

impl Catalog {
    /// What would make the catalog find more on `day`, the most useful first; empty for a catalog that has it all.
    pub fn hints(&self, day: Date) -> Vec<Hint> {
        let mut hints = Vec::new();
        self.hint_at_rights(day, &mut hints);
        self.hint_at_pictures(&mut hints);
        self.hint_at_texts(&mut hints);
        if self.brand.authorised_sellers.is_empty() {
            hints.push(hint(
                "No authorised sellers".to_owned(),
                "Name the accounts that sell with your permission: without them your own shops may be reported.",
            ));
        }
        hints
    }

    fn hint_at_rights(&self, day: Date, hints: &mut Vec<Hint>) {
        let holds = |kind| {
            let mut rights = self.brand.rights.iter();
            rights.any(|right| right.kind == kind && right.in_force(day))
        };
        if !holds(RightKind::Trademark) {
            hints.push(hint(
                "No trademark in force".to_owned(),
                "Without one, goods under your name are no ground for a notice: add it under [[rights]].",
            ));
        }
        if !self.brand.image_rights {
            hints.push(hint(
                "The photos are not yours".to_owned(),
                "Copies of them are then no ground of their own. If their rights are yours, write image_rights = true.",
            ));
        }
        if !holds(RightKind::Design) {
            hints.push(hint(
                "No design in force".to_owned(),
                "Goods that copy the look without the name are only candidates under a registered design.",
            ));
        }
        for right in &self.brand.rights {
            let Some(expiry) = right.expiry else { continue };
            let days = (expiry - day).get_days();
            if (0..=SOON).contains(&days) {
                hints.push(hint(
                    format!(
                        "The {} {} ends on {expiry}",
                        right.kind.as_str(),
                        right.number
                    ),
                    "Renew it and hand in the catalog with its new date: no notice cites a right that ended.",
                ));
            }
        }
    }

    fn hint_at_pictures(&self, hints: &mut Vec<Hint>) {
        let images = self.images.iter();
        let files: BTreeSet<&str> = images
            .filter(|image| image.fingerprint.is_telling())
            .map(|image| image.file.as_str())
            .collect();
        let telling = |product: &Product| {
            let named = product.images.iter();
            named.filter(|file| files.contains(file.as_str())).count()
        };
        self.about(hints, |product| telling(product) == 0, "without a picture that can be told from others",
            "Add a photo with more than a plain shape to see: copies of these products' photos are not found now.");
        self.about(
            hints,
            |product| telling(product) == 1,
            "with a single picture",
            "Add the other photos of your shop: copies often show the second or third.",
        );
        let mut images = self.images.iter();
        if !images.any(|image| image.role == ImageRole::KnownFake) {
            hints.push(hint(
                "No photos of known fakes".to_owned(),
                "Sellers of fakes share their photos: name those that you know in the column known_fake_image.",
            ));
        }
    }

    fn hint_at_texts(&self, hints: &mut Vec<Hint>) {
        self.about(
            hints,
            |product| product.gtin.is_none() && product.mpn.is_empty(),
            "without an article or part number",
            "Add gtin or mpn: they tell the model where a title does not.",
        );
        self.about(
            hints,
            |product| product.price.is_none_or(|price| price.minor() <= 0),
            "without a price",
            "Add the recommended price: what is asked cannot be compared without one.",
        );
        if self.brand.aliases.is_empty() {
            hints.push(hint(
                "No other names".to_owned(),
                "Add abbreviations, product lines and spellings in other scripts as aliases: buyers search by them.",
            ));
        }
    }

    /// A hint about the products that `concerns` picks, if there are any.
    fn about(
        &self,
        hints: &mut Vec<Hint>,
        concerns: impl Fn(&Product) -> bool,
        what: &str,
        why: &str,
    ) {
        let found: Vec<&Product> = self.products.iter().filter(|p| concerns(p)).collect();
        if found.is_empty() {
            return;
        }
        let examples = found.iter().take(EXAMPLES);
        hints.push(Hint {
            what: format!("{} of {} products {what}", found.len(), self.products.len()),
            why: why.to_owned(),
            examples: examples.map(|product| product.id.to_string()).collect(),
        });
    }
}

fn hint(what: String, why: &str) -> Hint {
    Hint {
        what,
        why: why.to_owned(),
        examples: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::record::{Brand, Money, Product, Right, RightKind};
    use crate::reference::Catalog;

    fn said(brand: Brand, products: Vec<Product>) -> Vec<String> {
        let catalog = Catalog::new(brand, products, Vec::new()).expect("a catalog");
        let hints = catalog.hints(date(2026, 4, 1));
        hints.into_iter().map(|hint| hint.what).collect()
    }

    #[test]
    fn what_is_missing_is_said_with_numbers() {
        let product = |id: &str, price| Product {
            id: id.into(),
            price,
            mpn: "M".to_owned(),
            ..Product::default()
        };
        let priced = Money::parse("9 EUR", None).ok();
        let said = said(
            Brand::default(),
            vec![product("A", None), product("B", priced)],
        );
        for what in [
            "No trademark in force",
            "No design in force",
            "2 of 2 products without a picture that can be told from others",
            "1 of 2 products without a price",
            "No other names",
            "No authorised sellers",
        ] {
            assert!(said.iter().any(|one| one == what), "{what}: {said:#?}");
        }
        assert!(!said.iter().any(|one| one.contains("part number")));
    }

    #[test]
    fn a_right_that_ends_soon_is_named_and_one_that_lasts_is_not() {
        let right = |kind, expiry| Right {
            kind,
            number: "7".to_owned(),
            office: "EUIPO".to_owned(),
            territories: Vec::new(),
            nice_classes: Vec::new(),
            expiry: Some(expiry),
        };
        let brand = Brand {
            rights: vec![
                right(RightKind::Trademark, date(2026, 6, 1)),
                right(RightKind::Design, date(2030, 1, 1)),
            ],
            ..Brand::default()
        };
        let said = said(brand, Vec::new());
        let ends: Vec<_> = said.iter().filter(|one| one.contains("ends on")).collect();
        assert_eq!(ends, ["The trademark 7 ends on 2026-06-01"]);
        assert!(!said.iter().any(|one| one.starts_with("No trademark")));
    }
}
