//! `brand.toml`: strict, so that a slip of the pen does not silently drop a right or a seller.

use jiff::civil::Date;
use toml::Spanned;
use toml::de::DeTable;

use super::aliases;
use super::finding::{Code, Finding};
use super::keys::Keys;
use crate::record::{Brand, BrandId, SellerId};

/// The file's name.
pub(super) const BRAND_FILE: &str = "brand.toml";

pub(super) const BRAND_KEYS: &[&str] = &[
    "name",
    "aliases",
    "authorised_sellers",
    "complete",
    "contact",
    "image_rights",
    "logo_image",
    "rights",
];

/// What `brand.toml` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct BrandFile {
    pub brand: Brand,
    /// A path below `images/`.
    pub logo_image: Option<String>,
    /// False when the name is missing, or when the list of authorised sellers is in doubt: the
    /// owner's own sellers would be accused.
    pub usable: bool,
}

/// Reads `brand.toml`; `None` when it is no TOML.
pub(super) fn read(text: &str, as_of: Date, findings: &mut Vec<Finding>) -> Option<BrandFile> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut keys = Keys {
        text,
        findings,
        unknown: Vec::new(),
    };
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        let found = keys.line_of(&span).to_owned();
        keys.report(Code::BrandFileSyntax, &span, "", found, error.message());
    }
    if !errors.is_empty() {
        return None;
    }
    let table = table.get_ref();
    keys.unknown_keys(table, BRAND_KEYS);
    let name = keys.name(table);
    let aliases = keys.aliases(table, &name);
    let contact = keys.contact(table);
    let logo_image = keys
        .string(table, "logo_image")
        .filter(|path| !path.is_empty());
    let rights = keys.rights(table, as_of);
    // Both look at all unknown keys, those of the rights too.
    let sellers = keys.sellers(table);
    let image_rights = keys.image_rights(table);
    let complete = table
        .get("complete")
        .and_then(|value| keys.boolean(value, "complete"))
        .unwrap_or(false);
    let id = BrandId::from_name(&name);
    let usable = !id.as_str().is_empty() && sellers.is_some();
    let brand = Brand {
        id,
        name,
        aliases,
        rights,
        authorised_sellers: sellers.unwrap_or_default(),
        contact,
        image_rights,
        complete,
    };
    Some(BrandFile {
        brand,
        logo_image,
        usable,
    })
}

impl Keys<'_> {
    fn name(&mut self, table: &DeTable<'_>) -> String {
        let name = self.string(table, "name").unwrap_or_default();
        let span = table.get("name").map_or(0..0, Spanned::span);
        if BrandId::from_name(&name).as_str().is_empty() {
            let expected =
                "write the brand's name as registered, with a letter or digit: name = \"...\"";
            self.report(
                Code::BrandNameEmpty,
                &span,
                "name",
                format!("{name:?}"),
                expected,
            );
        } else if aliases::common_word(&name) {
            let expected = "nothing to do; mentions of the name alone will weigh little in a text";
            let found = format!("{name:?} is an everyday word");
            self.report(Code::NameCommonWord, &span, "name", found, expected);
        }
        name
    }

    fn aliases(&mut self, table: &DeTable<'_>, name: &str) -> Vec<String> {
        let mut kept: Vec<String> = Vec::new();
        let span = table.get("aliases").map_or(0..0, Spanned::span);
        for alias in self.strings(table, "aliases") {
            let folded = alias.to_lowercase();
            let repeated = folded == name.to_lowercase()
                || kept.iter().any(|other| other.to_lowercase() == folded);
            if repeated {
                let found = format!("{alias:?} again");
                self.report(
                    Code::AliasRepeated,
                    &span,
                    "aliases",
                    found,
                    "once is enough",
                );
                continue;
            }
            if let Some((code, found, expected)) = aliases::weakness(&alias) {
                self.report(code, &span, "aliases", found, expected);
            }
            kept.push(alias);
        }
        kept
    }

    fn contact(&mut self, table: &DeTable<'_>) -> String {
        let before = self.findings.len();
        let contact = self.string(table, "contact").unwrap_or_default();
        if contact.is_empty() && self.findings.len() == before {
            let expected = "write whom analysts may ask: contact = \"ip@brand.example\"";
            self.report(Code::NoContact, &(0..0), "contact", "no contact", expected);
        }
        contact
    }

    /// Sorted, each once; `None` when a seller may be missing from the list.
    fn sellers(&mut self, table: &DeTable<'_>) -> Option<Vec<SellerId>> {
        const KEY: &str = "authorised_sellers";
        let before = self.findings.len();
        let mut sellers: Vec<SellerId> = self
            .strings(table, KEY)
            .into_iter()
            .map(SellerId::from)
            .collect();
        let meant = self.meant("sell");
        if self.findings.len() > before || meant.is_some() {
            let span = table.get(KEY).map(Spanned::span);
            let span = meant.or(span).unwrap_or(0..0);
            let found = "a list that cannot be relied on";
            let expected = "correct it: until then the catalog is refused, \
                            because the brand's own sellers would be accused";
            self.report(Code::SellersInDoubt, &span, KEY, found, expected);
            return None;
        }
        sellers.sort();
        sellers.dedup();
        Some(sellers)
    }

    /// True unless said otherwise; in doubt nobody is accused of copying photos.
    fn image_rights(&mut self, table: &DeTable<'_>) -> bool {
        match table.get("image_rights") {
            Some(value) => self.boolean(value, "image_rights").unwrap_or(false),
            None => self.meant("image_r").or(self.meant("photo")).is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings_of(text: &str) -> (Option<BrandFile>, Vec<String>) {
        let mut findings = Vec::new();
        let file = read(text, jiff::civil::date(2026, 1, 1), &mut findings);
        let file = file.filter(|file| file.usable);
        (file, findings.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_full_form_reads() {
        let (file, findings) = findings_of(
            r#"
            name = "Luma"
            aliases = ["Luma Active", "露玛"]
            authorised_sellers = ["S-1001"]
            contact = "ip@luma.example"
            logo_image = "logo.png"
            [[rights]]
            type = "trademark"
            number = "018123456"
            office = "EUIPO"
            territories = ["eu", "GB"]
            nice_classes = [25, 18]
            expiry = 2031-05-01
            [[rights]]
            type = "copyright"
            expiry = "2090-12-31"
            "#,
        );
        assert_eq!(findings, Vec::<String>::new());
        let file = file.expect("usable");
        assert_eq!(file.brand.id, BrandId::from("luma"));
        assert_eq!(file.brand.aliases, ["Luma Active", "露玛"]);
        assert!(
            file.brand.image_rights,
            "photos are the owner's unless said otherwise"
        );
        assert_eq!(file.logo_image.as_deref(), Some("logo.png"));
        let right = &file.brand.rights[0];
        assert_eq!(right.territories, ["EU", "GB"]);
        assert_eq!(right.nice_classes, [18, 25]);
        assert_eq!(right.expiry, Some(jiff::civil::date(2031, 5, 1)));
        assert_eq!(
            file.brand.rights[1].expiry,
            Some(jiff::civil::date(2090, 12, 31))
        );
    }

    #[test]
    fn every_slip_is_named_with_its_line() {
        let (file, findings) = findings_of(
            "name = \"Luma\"\n\
             alias = [\"L\"]\n\
             contact = 7\n\
             zzzzzz = 1\n\
             [[rights]]\n\
             type = \"trade mark\"\n\
             number = 18123456\n\
             territories = [\"UK\"]\n\
             nice_classes = [0, 25, 46, \"9\"]\n\
             expiry = 2031-05-01T00:00:00Z\n",
        );
        assert!(file.expect("usable").brand.rights.is_empty());
        let expected = [
            (2, "alias", "did you mean aliases"),
            (3, "contact", "7; a text"),
            (4, "zzzzzz", "the keys here are name"),
            (6, "type", "\"trade mark\"; "),
            (7, "number", "18123456; a text: put it in quotes"),
            (8, "territories", "GB"),
            (9, "nice_classes", "0; "),
            (9, "nice_classes", "46; "),
            (9, "nice_classes", "\"9\"; "),
            (10, "expiry", "2031-05-01T00:00:00Z; a date"),
        ];
        for (line, key, part) in expected {
            let start = format!("brand.toml:{line}: error: {key}: ");
            let hit = findings
                .iter()
                .any(|text| text.starts_with(&start) && text.contains(part));
            assert!(hit, "{start}…{part} is not in {findings:#?}");
        }
        assert_eq!(findings.len(), expected.len(), "{findings:#?}");
    }

    #[test]
    fn a_right_whose_last_day_is_unreadable_never_counts_as_everlasting() {
        let (file, _) = findings_of(
            "name = \"Luma\"\n[[rights]]\ntype = \"design\"\nnumber = \"1\"\noffice = \"EUIPO\"\nexpiry = \"May 2031\"\n",
        );
        assert!(file.expect("usable").brand.rights.is_empty());
    }

    #[test]
    fn doubt_about_sellers_refuses_the_brand_and_doubt_about_photos_gives_no_rights() {
        assert!(
            findings_of("name = \"A\"\nauthorized_sellers = [\"S-1\"]")
                .0
                .is_none()
        );
        assert!(
            findings_of("name = \"A\"\nauthorised_sellers = [7]")
                .0
                .is_none()
        );
        let below =
            "name = \"A\"\n[[rights]]\ntype = \"copyright\"\nauthorised_sellers = [\"S-1\"]";
        let (file, findings) = findings_of(below);
        assert!(file.is_none());
        assert!(
            findings[1].contains("move authorised_sellers above"),
            "{findings:?}"
        );
        let doubtful = [
            "image_right = false",
            "image_rights = \"no\"",
            "image_rights = false",
        ];
        for line in doubtful {
            let (file, _) = findings_of(&format!("name = \"A\"\n{line}"));
            assert!(!file.expect("usable").brand.image_rights, "{line}");
        }
    }

    #[test]
    fn no_name_no_brand() {
        let (file, findings) = findings_of("name = \" -- \"");
        assert!(file.is_none());
        assert!(findings[0].contains("brand_name_empty"), "{findings:?}");
        let (file, findings) = findings_of("name = \"Luma\ncontact = 1");
        assert!(file.is_none());
        assert!(
            findings[0].starts_with("brand.toml:1: error: "),
            "{findings:?}"
        );
        assert!(findings[0].contains("brand_file_syntax"), "{findings:?}");
    }

    #[test]
    fn a_right_that_does_not_say_where_it_holds_is_named_unless_its_office_does() {
        let of = |office: &str| {
            let right = format!(
                "[[rights]]\ntype = \"trademark\"\nnumber = \"1\"\noffice = \"{office}\"\n"
            );
            let (_, findings) = findings_of(&format!(
                "name = \"Luma\"\ncontact = \"a@b.example\"\n{right}"
            ));
            findings
        };
        assert_eq!(of("EUIPO"), [""; 0]);
        let findings = of("WIPO");
        assert!(
            findings.len() == 1 && findings[0].contains("right_without_territory"),
            "{findings:?}"
        );
    }

    #[test]
    fn an_alias_given_twice_is_kept_once() {
        let (file, findings) =
            findings_of("name = \"Luma\"\naliases = [\"LUMA\", \"Lumo\", \"lumo\"]");
        assert_eq!(file.expect("usable").brand.aliases, ["Lumo"]);
        let repeated = findings
            .iter()
            .filter(|text| text.contains("alias_repeated"));
        assert_eq!(repeated.count(), 2, "{findings:?}");
    }
}
