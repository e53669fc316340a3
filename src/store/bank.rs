use std::collections::BTreeMap;

use jiff::civil::Date;
use rusqlite::Row;
use rusqlite::types::Type;

use super::decisions::place;
use super::{Entry, Store, StoreError};
use crate::record::{BrandId, ContentHash};
use crate::reference::{BankEntry, BankKind};

impl Store {
    /// Keeps a picture in a bank; `false` when it is there already. The same picture of the same brand in the other bank
    /// is disabled: the later word holds.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn add_to_bank(&mut self, entry: &BankEntry) -> Result<bool, StoreError> {
        let path = self.path.clone();
        let at = StoreError::at(&path);
        let fingerprint =
            serde_json::to_string(&entry.fingerprint).map_err(|error| StoreError::Record {
                path: path.clone(),
                record: format!("the picture {}", entry.id),
                found: error.to_string(),
                remedy: "add the picture again",
            })?;
        let content = entry.fingerprint.content.to_string();
        let transaction = self.write()?;
        let added = transaction
            .execute(
                "INSERT OR IGNORE INTO bank (id, kind, brand, product, content, fingerprint, source,
                     decision, added_by, added_on, until, enabled)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                (
                    &entry.id,
                    entry.kind.as_str(),
                    entry.brand.as_str(),
                    entry.product.as_ref().map(|product| product.as_str()),
                    &content,
                    fingerprint,
                    &entry.source,
                    entry.decision.map(|place| place as i64),
                    &entry.added_by,
                    entry.added_on.to_string(),
                    entry.until.map(|day| day.to_string()),
                    entry.enabled,
                ),
            )
            .map_err(&at)?;
        transaction
            .execute(
                "UPDATE bank SET enabled = 0 WHERE kind <> ?1 AND brand = ?2 AND content = ?3",
                (entry.kind.as_str(), entry.brand.as_str(), &content),
            )
            .map_err(&at)?;
        transaction.commit().map_err(&at)?;
        Ok(added == 1)
    }

    /// Everything in both banks, by kind, brand and name.
    ///
    /// # Errors
    /// When the database, or an entry, cannot be read.
    pub fn bank(&self) -> Result<Vec<BankEntry>, StoreError> {
        let at = StoreError::at(&self.path);
        let sql =
            "SELECT id, kind, brand, product, fingerprint, source, decision, added_by, added_on,
                   until, enabled FROM bank ORDER BY kind, brand, id";
        let mut statement = self.connection.prepare(sql).map_err(&at)?;
        let rows = statement.query_map([], entry).map_err(&at)?;
        rows.collect::<Result<_, _>>().map_err(&at)
    }

    /// The contents of all reference pictures by name, of catalogs and of the bank.
    ///
    /// # Errors
    /// When the database, or an entry, cannot be read.
    pub fn reference_contents(&self) -> Result<BTreeMap<String, ContentHash>, StoreError> {
        let mut contents = BTreeMap::new();
        let catalogs = self.catalogs()?.into_iter();
        for image in catalogs.flat_map(|catalog| catalog.images) {
            contents.insert(image.name(), image.fingerprint.content);
        }
        for entry in self.bank()? {
            contents.insert(entry.name(), entry.fingerprint.content);
        }
        Ok(contents)
    }

    /// Makes a picture count, or count no longer; `false` when there is no such picture.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn enable_in_bank(&mut self, id: &str, enabled: bool) -> Result<bool, StoreError> {
        let sql = "UPDATE bank SET enabled = ?2 WHERE id = ?1";
        let changed = self.connection.execute(sql, (id, enabled));
        Ok(changed.map_err(StoreError::at(&self.path))? == 1)
    }

    /// Removes a picture from its bank; `false` when there is no such picture. A decision does not bring it back.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn delete_from_bank(&mut self, id: &str) -> Result<bool, StoreError> {
        let changed = self
            .connection
            .execute("DELETE FROM bank WHERE id = ?1", [id]);
        Ok(changed.map_err(StoreError::at(&self.path))? == 1)
    }

    /// Disables the pictures of decisions that stand no longer; gives how many.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn disable_withdrawn(&mut self) -> Result<u64, StoreError> {
        let sql = "UPDATE bank SET enabled = 0 WHERE enabled = 1 AND decision IS NOT NULL
                   AND decision NOT IN (SELECT place FROM standing)";
        let changed = self.connection.execute(sql, []);
        Ok(changed.map_err(StoreError::at(&self.path))? as u64)
    }

    /// Settled decisions that stand and whose pictures were not looked at yet, by place.
    ///
    /// # Errors
    /// When the database, or an entry, cannot be read.
    pub fn unbanked(&self) -> Result<Vec<Entry>, StoreError> {
        let mut entries = self.entries_where(
            "place IN (SELECT place FROM standing) AND kind IN ('confirm', 'clear')
             AND place NOT IN (SELECT decision FROM banked)",
            [],
        )?;
        entries.retain(|entry| entry.decision.is_settled());
        Ok(entries)
    }

    /// Notes that a decision's pictures were looked at.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn mark_banked(&mut self, place: u64) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO banked (decision) VALUES (?1)";
        let done = self.connection.execute(sql, [place as i64]);
        done.map_err(StoreError::at(&self.path)).map(|_| ())
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<BankEntry> {
    let wrong = |column: usize, problem: String| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, problem.into())
    };
    let kind: String = row.get(1)?;
    let fingerprint: String = row.get(4)?;
    let until: Option<Date> = match row.get_ref(9)? {
        rusqlite::types::ValueRef::Null => None,
        _ => Some(super::runs::date(row, 9)?),
    };
    Ok(BankEntry {
        id: row.get(0)?,
        kind: BankKind::parse(&kind).ok_or_else(|| wrong(1, format!("{kind:?} is no bank")))?,
        brand: BrandId::from(row.get::<_, String>(2)?),
        product: row.get::<_, Option<String>>(3)?.map(Into::into),
        fingerprint: serde_json::from_str(&fingerprint)
            .map_err(|error| wrong(4, error.to_string()))?,
        source: row.get(5)?,
        decision: match row.get_ref(6)? {
            rusqlite::types::ValueRef::Null => None,
            _ => Some(place(row, 6)?),
        },
        added_by: row.get(7)?,
        added_on: super::runs::date(row, 8)?,
        until,
        enabled: row.get(10)?,
    })
}
