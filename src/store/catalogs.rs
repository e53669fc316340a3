use jiff::civil::Date;
use rusqlite::{OptionalExtension, Row};
use serde::Serialize;

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

impl Store {
    /// Keeps a catalog as a new version of its brand's, unless it is the latest already.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add_catalog(&mut self, catalog: &Catalog, added_on: Date) -> Result<Added, StoreError> {
        let path = self.path.clone();
        let at = StoreError::at(&path);
        let brand = catalog.brand.id.as_str();
        let payload = serde_json::to_string(catalog).map_err(|error| StoreError::Record {
            path: path.clone(),
            record: format!("the catalog of {brand}"),
            found: error.to_string(),
            remedy: "correct the catalog",
        })?;
        let transaction = self.write()?;
        let latest: Option<(u32, String)> = transaction
            .query_row(
                "SELECT version, content FROM catalog_versions
                 WHERE brand = ?1 ORDER BY version DESC LIMIT 1",
                [brand],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
            .map_err(&at)?;
        let content = catalog.version.to_string();
        let (version, added) = match latest {
            Some((_, kept)) if kept == content => return Ok(Added::Unchanged),
            Some((version, _)) => (version + 1, Added::NewVersion(version + 1)),
            None => (1, Added::New),
        };
        transaction
            .execute(
                "INSERT INTO catalog_versions
                 (brand, version, content, added_on, name, products, images, payload)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                (
                    brand,
                    version,
                    content,
                    added_on.to_string(),
                    &catalog.brand.name,
                    catalog.products.len() as i64,
                    catalog.images.len() as i64,
                    payload,
                ),
            )
            .map_err(&at)?;
        transaction.commit().map_err(&at)?;
        Ok(added)
    }

    /// The latest catalog of every brand, by brand.
    ///
    /// # Errors
    /// When the database, or a catalog in it, cannot be read.
    pub fn catalogs(&self) -> Result<Vec<Catalog>, StoreError> {
        let sql = "SELECT brand, version, payload FROM catalog_versions AS kept
                   WHERE version = (SELECT max(version) FROM catalog_versions WHERE brand = kept.brand)
                   ORDER BY brand";
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare(sql).map_err(&at)?;
        let mut rows = statement.query([]).map_err(&at)?;
        let mut catalogs = Vec::new();
        while let Some(row) = rows.next().map_err(&at)? {
            catalogs.push(self.catalog_of(row)?);
        }
        Ok(catalogs)
    }

    /// A brand as its latest catalog has it.
    ///
    /// # Errors
    /// When the database, or the catalog, cannot be read.
    pub fn brand(&self, brand: &BrandId) -> Result<Option<Brand>, StoreError> {
        let latest = self.catalog_versions(brand)?.pop();
        let catalog = latest.map(|latest| self.catalog(brand, latest.version));
        Ok(catalog.transpose()?.flatten().map(|catalog| catalog.brand))
    }

    /// One version of a brand's catalog; `None` when there is no such version.
    ///
    /// # Errors
    /// When the database, or the catalog, cannot be read.
    pub fn catalog(&self, brand: &BrandId, version: u32) -> Result<Option<Catalog>, StoreError> {
        let sql = "SELECT brand, version, payload FROM catalog_versions WHERE brand = ?1 AND version = ?2";
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare(sql).map_err(&at)?;
        let mut rows = statement.query((brand.as_str(), version)).map_err(&at)?;
        match rows.next().map_err(&at)? {
            Some(row) => self.catalog_of(row).map(Some),
            None => Ok(None),
        }
    }

    fn catalog_of(&self, row: &Row<'_>) -> Result<Catalog, StoreError> {
        let at = StoreError::at(&self.path);
        let payload = row.get_ref(2).map_err(&at)?.as_str().unwrap_or("");
        match serde_json::from_str(payload) {
            Ok(catalog) => Ok(catalog),
            Err(error) => {
                let brand: String = row.get(0).map_err(&at)?;
                let version: u32 = row.get(1).map_err(&at)?;
                Err(StoreError::Record {
                    path: self.path.clone(),
                    record: format!("version {version} of the catalog of {brand}"),
                    found: error.to_string(),
                    remedy: "add the catalog's folder again with `touchstone catalog add`",
                })
            }
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
