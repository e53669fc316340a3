//! What a feed's columns are called, where its owner says so.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::columns::{COLUMNS, Canonical};

/// Columns of a listing under the names that a feed has for them.
///
/// A column that is named here is looked for under that name alone, and the feed's column of that name stands for no other
/// one. All other columns are found by the names in [`COLUMNS`]. Case and surrounding space do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<String, String>",
    into = "BTreeMap<String, String>"
)]
pub struct ColumnNames(BTreeMap<String, (Canonical, String)>);

/// Why names for columns cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColumnNamesError {
    /// There is no such column to be named.
    #[error("no column {0:?} of a listing; docs/feeds.md tells them all, such as {1}")]
    Unknown(String, String),
    /// A column is named by nothing.
    #[error("the name of the feed's column for {0} is empty")]
    Empty(&'static str),
    /// A feed's column would be two of a listing's.
    #[error("the feed's column {0:?} is named for both {1} and {2}; it can stand for one")]
    Twice(String, &'static str, &'static str),
}

impl ColumnNames {
    /// Of the feed's names by the canonical ones: `price` is called `Preis`.
    ///
    /// # Errors
    /// [`ColumnNamesError`] when a canonical name is none, or a feed's name is empty or stands for two.
    pub fn new(named: BTreeMap<String, String>) -> Result<Self, ColumnNamesError> {
        let mut names: BTreeMap<String, (Canonical, String)> = BTreeMap::new();
        for (canonical, name) in named {
            let of_listings = COLUMNS
                .iter()
                .take_while(|(column, ..)| *column != Canonical::IpType);
            let mut all = of_listings.clone().map(|(column, ..)| *column);
            let Some(column) = all.find(|column| column.name() == canonical) else {
                let some: Vec<&str> = of_listings.map(|(_, name, _)| *name).take(8).collect();
                return Err(ColumnNamesError::Unknown(canonical, some.join(", ")));
            };
            let key = key(&name);
            if key.is_empty() {
                return Err(ColumnNamesError::Empty(column.name()));
            }
            if let Some((first, _)) = names.get(&key) {
                return Err(ColumnNamesError::Twice(name, first.name(), column.name()));
            }
            names.insert(key, (column, name));
        }
        Ok(Self(names))
    }

    /// Whether nothing is named, so that all columns go by their usual names.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the feed's owner gave this name.
    pub(super) fn has(&self, name: &str) -> bool {
        !self.is_empty() && self.0.contains_key(&key(name))
    }

    /// The column that a feed's name stands for, with its rank among that column's names (0 is the most telling).
    pub(super) fn of(&self, name: &str) -> Option<(Canonical, usize)> {
        if self.is_empty() {
            return Canonical::of(name);
        }
        if let Some((column, _)) = self.0.get(&key(name)) {
            return Some((*column, 0));
        }
        let named = |column| self.0.values().any(|(other, _)| *other == column);
        Canonical::of(name).filter(|(column, _)| !named(*column))
    }

    /// The first column whose name is not among `there`, and that name.
    pub(super) fn missing<'a>(
        &self,
        there: impl Iterator<Item = &'a str>,
    ) -> Option<(&'static str, String)> {
        let there: BTreeSet<String> = there.map(key).collect();
        let mut absent = self.0.iter().filter(|(key, _)| !there.contains(*key));
        absent
            .next()
            .map(|(_, (column, name))| (column.name(), name.clone()))
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

impl TryFrom<BTreeMap<String, String>> for ColumnNames {
    type Error = ColumnNamesError;

    fn try_from(named: BTreeMap<String, String>) -> Result<Self, Self::Error> {
        Self::new(named)
    }
}

impl From<ColumnNames> for BTreeMap<String, String> {
    fn from(names: ColumnNames) -> Self {
        let names = names.0.into_values();
        names
            .map(|(column, name)| (column.name().to_owned(), name))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pairs: &[(&str, &str)]) -> Result<ColumnNames, ColumnNamesError> {
        let owned = pairs
            .iter()
            .map(|(column, name)| ((*column).to_owned(), (*name).to_owned()));
        ColumnNames::new(owned.collect())
    }

    #[test]
    fn a_named_column_has_that_name_alone() {
        let names = names(&[("title", "Name"), ("price", "Preis (EUR)")]).expect("names");
        let of = |name: &str| names.of(name).map(|(column, _)| column);
        assert_eq!(of("name "), Some(Canonical::Title));
        assert_eq!(of("title"), None);
        assert_eq!(of("PREIS (EUR)"), Some(Canonical::Price));
        assert_eq!(of("price"), None);
        assert_eq!(of("seller_id"), Some(Canonical::SellerId));
        let there = ["id", "Preis (EUR)"];
        let missing = names.missing(there.into_iter());
        assert_eq!(missing, Some(("title", "Name".to_owned())));
        let json = serde_json::to_string(&names).expect("JSON");
        assert_eq!(json, r#"{"price":"Preis (EUR)","title":"Name"}"#);
        assert_eq!(serde_json::from_str::<ColumnNames>(&json).ok(), Some(names));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let told = |pairs: &[(&str, &str)]| names(pairs).expect_err("refused").to_string();
        assert!(told(&[("titel", "Name")]).contains("no column \"titel\""));
        assert!(told(&[("title", " ")]).contains("for title is empty"));
        assert!(told(&[("title", "Name"), ("brand", "name")]).contains("both brand and title"));
        // A right is no part of a listing.
        assert!(told(&[("ip_type", "x")]).contains("no column \"ip_type\""));
    }
}
