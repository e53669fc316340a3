//! Sellers whom a brand's owner gave permission, or took it back, beside what the catalog's files say.
//!
//! What was given or withdrawn here holds whatever a later catalog says, until it is changed here again. Each change makes a
//! new version of the catalog, so that a run still names all it went by.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use super::catalogs::{keep, latest};
use super::{Store, StoreError};
use crate::record::{BrandId, SellerId};
use crate::reference::Catalog;

/// One permission that was given or withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The account on the marketplace.
    pub seller: SellerId,
    /// Whether it was given; else it was withdrawn.
    pub given: bool,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Gives a seller a brand's permission, or withdraws it; `false` when there is no catalog of that brand.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn authorise(&mut self, brand: &BrandId, grant: &Grant) -> Result<bool, StoreError> {
        let path = self.path.clone();
        let at = StoreError::at(&path);
        let transaction = self.write()?;
        let Some((_, catalog)) = latest(&transaction, &path, brand)? else {
            return Ok(false);
        };
        let sql =
            "INSERT INTO grants (brand, seller, given, by_user, at) VALUES (?1, ?2, ?3, ?4, ?5)";
        let row = (
            brand.as_str(),
            grant.seller.as_str(),
            grant.given,
            &grant.by,
            grant.at.to_string(),
        );
        transaction.execute(sql, row).map_err(&at)?;
        let day = grant.at.to_zoned(jiff::tz::TimeZone::UTC).date();
        keep(&transaction, &path, catalog, day)?;
        transaction.commit().map_err(&at)?;
        Ok(true)
    }

    /// What was given and withdrawn for a brand, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn grants(&self, brand: &BrandId) -> Result<Vec<Grant>, StoreError> {
        grants(&self.connection, brand).map_err(StoreError::at(&self.path))
    }
}

fn grants(connection: &Connection, brand: &BrandId) -> rusqlite::Result<Vec<Grant>> {
    let sql = "SELECT seller, given, by_user, at FROM grants WHERE brand = ?1 ORDER BY place";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([brand.as_str()], grant)?;
    rows.collect()
}

fn grant(row: &Row<'_>) -> rusqlite::Result<Grant> {
    Ok(Grant {
        seller: row.get::<_, String>(0)?.into(),
        given: row.get(1)?,
        by: row.get(2)?,
        at: super::submissions::time(row, 3)?,
    })
}

/// The catalog with what was last given or withdrawn for each seller.
pub(super) fn with_grants(
    connection: &Connection,
    catalog: Catalog,
) -> rusqlite::Result<Result<Catalog, serde_json::Error>> {
    let mut last: BTreeMap<String, (SellerId, bool)> = BTreeMap::new();
    for grant in grants(connection, &catalog.brand.id)? {
        last.insert(grant.seller.account(), (grant.seller, grant.given));
    }
    let mut brand = catalog.brand.clone();
    let sellers = &mut brand.authorised_sellers;
    sellers.retain(|seller| last.get(&seller.account()).is_none_or(|(_, given)| *given));
    sellers.extend(
        last.into_values()
            .filter(|(_, given)| *given)
            .map(|(seller, _)| seller),
    );
    sellers.sort();
    sellers.dedup();
    if brand == catalog.brand {
        return Ok(Ok(catalog));
    }
    Ok(Catalog::new(brand, catalog.products, catalog.images))
}

#[cfg(test)]
mod tests {
    use super::Grant;
    use crate::record::{Brand, BrandId};
    use crate::reference::Catalog;
    use crate::store::{Added, Store};

    fn catalog(sellers: &[&str]) -> Catalog {
        let brand = Brand {
            id: BrandId::from("luma"),
            name: "Luma".to_owned(),
            authorised_sellers: sellers.iter().map(|&seller| seller.into()).collect(),
            ..Brand::default()
        };
        Catalog::new(brand, Vec::new(), Vec::new()).expect("a catalog")
    }

    #[test]
    fn permissions_hold_whatever_later_catalogs_say() {
        let mut store = Store::open_in_memory().expect("opened");
        let brand = BrandId::from("luma");
        let day = jiff::civil::date(2026, 4, 1);
        let grant = |seller: &str, given| Grant {
            seller: seller.into(),
            given,
            by: "lux".to_owned(),
            at: "2026-04-01T12:00:00Z".parse().expect("a time"),
        };
        assert!(
            !store
                .authorise(&brand, &grant("S1", true))
                .expect("no catalog")
        );
        assert_eq!(store.grants(&brand).expect("read"), []);
        store.add_catalog(&catalog(&["S2"]), day).expect("added");
        assert!(store.authorise(&brand, &grant("S1", true)).expect("given"));
        assert!(
            store
                .authorise(&brand, &grant("S2", false))
                .expect("withdrawn")
        );
        let sellers = |store: &Store| {
            let brand = store.brand(&brand).expect("read").expect("there");
            let ids = brand.authorised_sellers.iter();
            ids.map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(sellers(&store), "S1");
        assert_eq!(store.catalog_versions(&brand).expect("read").len(), 3);
        // The files still name S2, and nothing of S1.
        let again = store.add_catalog(&catalog(&["S2"]), day).expect("added");
        assert_eq!(again, Added::Unchanged);
        store
            .add_catalog(&catalog(&["S2", "S3"]), day)
            .expect("added");
        assert_eq!(sellers(&store), "S1 S3");
        assert!(store.authorise(&brand, &grant("S2", true)).expect("given"));
        assert_eq!(sellers(&store), "S1 S2 S3");
    }
}
