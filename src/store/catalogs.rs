use std::path::Path;

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use super::grants::with_grants;
use super::{Store, StoreError};
use crate::record::{Brand, BrandId, ContentHash};
use crate::reference::Catalog;

/// What adding a catalog did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// The brand's first catalog.
    New,
    /// Another content than the latest: the version of that number, 2 or more.
    NewVersion(u32),
    /// The same content as the latest; nothing was written.
    Unchanged,
}

/// Whether a catalog's brand is the one that is kept under the same identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Naming {
    /// It is, or none is kept.
    Same,
    /// It is, by another spelling than the one kept.
    Spelt(String),
    /// More than case, spaces, hyphens and marks such as ® tells the names apart: the one kept is another brand, whose
    /// catalog this one would replace.
    Other(String),
}

/// One kept version of a brand's catalog, without its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CatalogEntry {
    /// The brand.
    pub brand: BrandId,
    /// Its name.
    pub name: String,
    /// 1 for the first.
    pub version: u32,
    /// The day it was added, as the caller gave it.
    pub added_on: Date,
    /// Products in it.
    pub products: u64,
    /// Images in it.
    pub images: u64,
    /// The hash of its content.
    pub content: ContentHash,
}

const ENTRY: &str = "brand, name, version, added_on, products, images, content";

/// What is kept beside a catalog's content to tell when it has changed on the disk.
fn seal(payload: &str) -> String {
    ContentHash::of(payload.as_bytes()).to_string()
}

impl Store {
    /// Keeps a catalog as a new version of its brand's, unless it is the latest already.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add_catalog(&mut self, catalog: &Catalog, added_on: Date) -> Result<Added, StoreError> {
        let path = self.path.clone();
        let transaction = self.write()?;
        let added = keep(&transaction, &path, catalog.clone(), added_on)?;
        transaction.commit().map_err(StoreError::at(&path))?;
        Ok(added)
    }

    /// How the catalog's brand is named beside the one that is kept under the same identifier.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn naming(&self, brand: &Brand) -> Result<Naming, StoreError> {
        let versions = self.catalog_versions(&brand.id)?;
        Ok(
            match versions.last().filter(|kept| kept.name != brand.name) {
                None => Naming::Same,
                Some(kept) if letters(&kept.name) == letters(&brand.name) => {
                    Naming::Spelt(kept.name.clone())
                }
                Some(kept) => Naming::Other(kept.name.clone()),
            },
        )
    }

    /// The latest catalog of every brand, by brand.
    ///
    /// # Errors
    /// When the database, or a catalog in it, cannot be read.
    pub fn catalogs(&self) -> Result<Vec<Catalog>, StoreError> {
        let sql = "SELECT brand, version, payload, seal FROM catalog_versions AS kept
                   WHERE version = (SELECT max(version) FROM catalog_versions WHERE brand = kept.brand)
                   ORDER BY brand";
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare(sql).map_err(&at)?;
        let mut rows = statement.query([]).map_err(&at)?;
        let mut catalogs = Vec::new();
        while let Some(row) = rows.next().map_err(&at)? {
            catalogs.push(catalog_of(row, &self.path)?);
        }
        Ok(catalogs)
    }

    /// A brand as its latest catalog has it.
    ///
    /// # Errors
    /// When the database, or the catalog, cannot be read.
    pub fn brand(&self, brand: &BrandId) -> Result<Option<Brand>, StoreError> {
        Ok(self
            .latest_catalog(brand)?
            .map(|(_, catalog)| catalog.brand))
    }

    /// A brand's latest catalog, with its version.
    ///
    /// # Errors
    /// When the database, or the catalog, cannot be read.
    pub fn latest_catalog(&self, brand: &BrandId) -> Result<Option<(u32, Catalog)>, StoreError> {
        latest(&self.connection, &self.path, brand)
    }

    /// One version of a brand's catalog; `None` when there is no such version.
    ///
    /// # Errors
    /// When the database, or the catalog, cannot be read.
    pub fn catalog(&self, brand: &BrandId, version: u32) -> Result<Option<Catalog>, StoreError> {
        let sql = "SELECT brand, version, payload, seal FROM catalog_versions WHERE brand = ?1 AND version = ?2";
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare(sql).map_err(&at)?;
        let mut rows = statement.query((brand.as_str(), version)).map_err(&at)?;
        match rows.next().map_err(&at)? {
            Some(row) => catalog_of(row, &self.path).map(Some),
            None => Ok(None),
        }
    }

    /// The latest version of every brand's catalog, without content, by brand.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn catalog_list(&self) -> Result<Vec<CatalogEntry>, StoreError> {
        let sql = format!(
            "SELECT {ENTRY} FROM catalog_versions AS kept
             WHERE version = (SELECT max(version) FROM catalog_versions WHERE brand = kept.brand)
             ORDER BY brand"
        );
        self.entries(&sql, [])
    }

    /// All versions of a brand's catalog, the oldest first; empty for a brand that is not kept.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn catalog_versions(&self, brand: &BrandId) -> Result<Vec<CatalogEntry>, StoreError> {
        let sql = format!("SELECT {ENTRY} FROM catalog_versions WHERE brand = ?1 ORDER BY version");
        self.entries(&sql, [brand.as_str()])
    }

    fn entries(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<Vec<CatalogEntry>, StoreError> {
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare(sql).map_err(&at)?;
        let rows = statement.query_map(parameters, entry).map_err(&at)?;
        rows.collect::<Result<_, _>>().map_err(&at)
    }
}

/// Keeps a catalog, with the permissions that were given at the desk, as a new version unless it is the latest already.
pub(super) fn keep(
    connection: &Connection,
    path: &Path,
    catalog: Catalog,
    added_on: Date,
) -> Result<Added, StoreError> {
    let at = StoreError::at(path);
    let id = catalog.brand.id.clone();
    let brand = id.as_str();
    let unwritable = |error: serde_json::Error| StoreError::Record {
        path: path.to_owned(),
        record: format!("the catalog of {brand}"),
        found: error.to_string(),
        remedy: "correct the catalog",
    };
    let catalog = with_grants(connection, catalog)
        .map_err(&at)?
        .map_err(unwritable)?;
    let payload = serde_json::to_string(&catalog).map_err(unwritable)?;
    let latest: Option<(u32, String)> = connection
        .query_row(
            "SELECT version, content FROM catalog_versions
             WHERE brand = ?1 ORDER BY version DESC LIMIT 1",
            [brand],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()
        .map_err(&at)?;
    let content = catalog.version.to_string();
    let seal = seal(&payload);
    let (version, added) = match latest {
        Some((version, kept)) if kept == content => {
            // One that was damaged is whole again.
            let sql = "UPDATE catalog_versions SET payload = ?3, seal = ?4
                       WHERE brand = ?1 AND version = ?2 AND seal IS NOT ?4";
            let repaired = connection.execute(sql, (brand, version, payload, seal));
            repaired.map_err(&at)?;
            return Ok(Added::Unchanged);
        }
        Some((version, _)) => (version + 1, Added::NewVersion(version + 1)),
        None => (1, Added::New),
    };
    connection
        .execute(
            "INSERT INTO catalog_versions
             (brand, version, content, added_on, name, products, images, payload, seal)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            (
                brand,
                version,
                content,
                added_on.to_string(),
                &catalog.brand.name,
                catalog.products.len() as i64,
                catalog.images.len() as i64,
                payload,
                seal,
            ),
        )
        .map_err(&at)?;
    Ok(added)
}

/// A brand's latest catalog, with its version.
pub(super) fn latest(
    connection: &Connection,
    path: &Path,
    brand: &BrandId,
) -> Result<Option<(u32, Catalog)>, StoreError> {
    let at = StoreError::at(path);
    let sql = "SELECT brand, version, payload, seal FROM catalog_versions WHERE brand = ?1
               ORDER BY version DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql).map_err(&at)?;
    let mut rows = statement.query([brand.as_str()]).map_err(&at)?;
    match rows.next().map_err(&at)? {
        Some(row) => {
            let version = row.get(1).map_err(&at)?;
            catalog_of(row, path).map(|catalog| Some((version, catalog)))
        }
        None => Ok(None),
    }
}

fn catalog_of(row: &Row<'_>, path: &Path) -> Result<Catalog, StoreError> {
    let at = StoreError::at(path);
    let payload = row.get_ref(2).map_err(&at)?.as_str().unwrap_or("");
    let sealed = row.get_ref(3).map_err(&at)?.as_str_or_null().ok().flatten();
    let whole = match sealed {
        Some(sealed) if sealed != seal(payload) => {
            Err("it has changed since it was written".to_owned())
        }
        _ => serde_json::from_str(payload).map_err(|error| error.to_string()),
    };
    match whole {
        Ok(catalog) => Ok(catalog),
        Err(found) => {
            let brand: String = row.get(0).map_err(&at)?;
            let version: u32 = row.get(1).map_err(&at)?;
            Err(StoreError::Record {
                path: path.to_owned(),
                record: format!("version {version} of the catalog of {brand}"),
                found,
                remedy: "add the catalog's folder again with `touchstone catalog add`",
            })
        }
    }
}

/// A name without what people write now one way and now another.
fn letters(name: &str) -> String {
    let kept = |c: &char| {
        !c.is_whitespace()
            && !matches!(
                c,
                '-' | '\u{2010}'..='\u{2015}' | '_' | '.' | '\'' | '’' | '®' | '™'
            )
    };
    name.chars()
        .filter(kept)
        .flat_map(char::to_lowercase)
        .collect()
}

fn entry(row: &Row<'_>) -> rusqlite::Result<CatalogEntry> {
    let count = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
    Ok(CatalogEntry {
        brand: BrandId::from(row.get::<_, String>(0)?),
        name: row.get(1)?,
        version: row.get(2)?,
        added_on: super::runs::date(row, 3)?,
        products: count(4)?,
        images: count(5)?,
        content: hash(row, 6)?,
    })
}

fn hash(row: &Row<'_>, column: usize) -> rusqlite::Result<ContentHash> {
    let text: String = row.get(column)?;
    ContentHash::parse(&text).ok_or_else(|| {
        let error = format!("{text:?} is not a content hash").into();
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error)
    })
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn names_differ_by_more_than_case_spaces_and_hyphens() {
        assert_eq!(letters("Ray-Ban®"), letters("RAY BAN"));
        assert_ne!(letters("C++"), letters("C#"));
        assert_ne!(letters("H&M"), letters("H-M"));
    }
}
