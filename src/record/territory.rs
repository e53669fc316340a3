//! Where registered rights hold.

use super::Right;

/// Member states of the European Union, by ISO 3166-1 alpha-2 code.
pub const UNION: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// Where the rights of an office hold, for a right whose owner does not say. The World Intellectual Property Organization
/// is not here: an international registration holds only in the countries that it designates. Nor is `INPI`, which
/// Argentina, Brazil, France and Portugal each call their office.
const OFFICES: &[(&str, &[&str])] = &[
    ("BOIP", &["BE", "LU", "NL"]),
    ("CIPO", &["CA"]),
    ("CNIPA", &["CN"]),
    ("DPMA", &["DE"]),
    ("EUIPO", &["EU"]),
    ("IGE", &["CH"]),
    ("IMPI", &["MX"]),
    ("IP AUSTRALIA", &["AU"]),
    ("IPI", &["CH"]),
    ("JPO", &["JP"]),
    ("KIPO", &["KR"]),
    ("OEPM", &["ES"]),
    ("OHIM", &["EU"]),
    ("ROSPATENT", &["RU"]),
    ("TURKPATENT", &["TR"]),
    ("TÜRKPATENT", &["TR"]),
    ("UIBM", &["IT"]),
    ("UKIPO", &["GB"]),
    ("UPRP", &["PL"]),
    ("USPTO", &["US"]),
];

/// Whether `territories`, country codes or `EU`, hold the country of the code `country`.
pub fn holds(territories: &[impl AsRef<str>], country: &str) -> bool {
    territories.iter().any(|territory| {
        let territory = territory.as_ref().trim();
        // The Union writes EL for Greece in its own texts.
        let territory = if territory.eq_ignore_ascii_case("EL") {
            "GR"
        } else {
            territory
        };
        territory.eq_ignore_ascii_case(country)
            || territory.eq_ignore_ascii_case("EU") && UNION.contains(&country)
    })
}

/// The countries of a market that is given as country codes and `EU`, each once, in the order given.
pub fn countries(market: &[String]) -> Vec<&str> {
    let mut countries = Vec::new();
    for territory in market {
        let members: &[&str] = match territory.as_str() {
            "EU" => &UNION,
            country => &[country],
        };
        for country in members {
            if !countries.contains(country) {
                countries.push(*country);
            }
        }
    }
    countries
}

impl Right {
    /// Whether it holds in the country of the ISO code `country`: by its territories, else by its office; `None` where
    /// neither tells.
    pub fn holds_in(&self, country: &str) -> Option<bool> {
        if !self.territories.is_empty() {
            return Some(holds(&self.territories, country));
        }
        let office = self.office.trim();
        let found = OFFICES
            .iter()
            .find(|(name, _)| name.to_lowercase() == office.to_lowercase());
        found.map(|(_, territories)| holds(territories, country))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RightKind;

    fn right(office: &str, territories: &[&str]) -> Right {
        Right {
            kind: RightKind::Trademark,
            number: "1".to_owned(),
            office: office.to_owned(),
            territories: territories.iter().map(|code| (*code).to_owned()).collect(),
            nice_classes: Vec::new(),
            expiry: None,
        }
    }

    #[test]
    fn a_union_right_holds_in_the_member_states() {
        let union = right("EUIPO", &["EU"]);
        assert_eq!(union.holds_in("FR"), Some(true));
        assert_eq!(union.holds_in("US"), Some(false));
        assert_eq!(union.holds_in("GB"), Some(false), "it left");
        assert_eq!(right("DPMA", &["DE"]).holds_in("FR"), Some(false));
    }

    #[test]
    fn the_office_tells_where_the_owner_does_not() {
        assert_eq!(right("uspto", &[]).holds_in("US"), Some(true));
        assert_eq!(right("BOIP", &[]).holds_in("NL"), Some(true));
        assert_eq!(right("WIPO", &[]).holds_in("US"), None, "where designated");
        assert_eq!(right("WIPO", &["US"]).holds_in("US"), Some(true));
        assert_eq!(right("INPI", &[]).holds_in("FR"), None, "or in Brazil");
    }

    #[test]
    fn a_market_is_its_countries() {
        let market = ["GB".to_owned(), "DE".to_owned(), "EU".to_owned()];
        let countries = countries(&market);
        assert_eq!(
            (countries.len(), &countries[..3]),
            (28, &["GB", "DE", "AT"][..])
        );
    }
}
