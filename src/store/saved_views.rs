//! Filters of the queue that a user keeps under a name.

use super::{Store, StoreError};

/// A kept filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Its name, one of a kind for its user.
    pub name: String,
    /// The filter as the query of an address.
    pub query: String,
}

impl Store {
    /// Keeps a filter under a name, in place of an earlier one of that name; `false` when the user has `most` others.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn save_view(
        &mut self,
        user: &str,
        view: &SavedView,
        most: u64,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT OR REPLACE INTO saved_views (user, name, query) SELECT ?1, ?2, ?3
                   WHERE (SELECT count(*) FROM saved_views WHERE user = ?1 AND name <> ?2) < ?4";
        let row = (user, &view.name, &view.query, most as i64);
        let changed = self.connection.execute(sql, row);
        Ok(changed.map_err(StoreError::at(&self.path))? == 1)
    }

    /// Forgets a kept filter.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn drop_view(&mut self, user: &str, name: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM saved_views WHERE user = ?1 AND name = ?2";
        let done = self.connection.execute(sql, (user, name));
        done.map_err(StoreError::at(&self.path)).map(|_| ())
    }

    /// A user's kept filters, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn saved_views(&self, user: &str) -> Result<Vec<SavedView>, StoreError> {
        let sql = "SELECT name, query FROM saved_views WHERE user = ?1 ORDER BY name";
        let view = |row: &rusqlite::Row<'_>| {
            Ok(SavedView {
                name: row.get(0)?,
                query: row.get(1)?,
            })
        };
        let at = StoreError::at(&self.path);
        let mut statement = self.connection.prepare_cached(sql).map_err(&at)?;
        let rows = statement.query_map([user], view).map_err(&at)?;
        rows.collect::<Result<_, _>>().map_err(&at)
    }
}
