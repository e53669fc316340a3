use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension};

use super::{PATIENCE, StoreError};
use crate::record::ContentHash;

/// What was found out about pictures, by their bytes, so that no picture is decoded twice: a file of its own, which may
/// be deleted at any time.
///
/// An entry is kept under the hash of the picture's bytes and a key of what it was made with; the caller puts the
/// versions of the algorithms and the settings into that key. Threads may share one.
#[derive(Debug)]
pub struct FingerprintCache {
    connection: Mutex<Connection>,
    path: PathBuf,
}

impl FingerprintCache {
    /// Opens the file at `path`, or makes it.
    ///
    /// # Errors
    /// When the file is no database or cannot be written.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let at = StoreError::at(path);
        let connection = Connection::open(path).map_err(&at)?;
        connection.busy_timeout(PATIENCE).map_err(&at)?;
        // What is lost with the power is found out again.
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
                 CREATE TABLE IF NOT EXISTS pictures (
                     content BLOB NOT NULL,
                     made_with BLOB NOT NULL,
                     payload BLOB NOT NULL,
                     PRIMARY KEY (content, made_with)
                 ) STRICT, WITHOUT ROWID;",
            )
            .map_err(&at)?;
        Ok(Self {
            connection: Mutex::new(connection),
            path: path.to_owned(),
        })
    }

    /// What is kept of the picture.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn get(
        &self,
        content: &ContentHash,
        made_with: &ContentHash,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let read = || {
            connection
                .prepare_cached(
                    "SELECT payload FROM pictures WHERE content = ?1 AND made_with = ?2",
                )?
                .query_row((content.as_bytes(), made_with.as_bytes()), |row| row.get(0))
                .optional()
        };
        let kept: Option<Vec<u8>> = read().map_err(StoreError::at(&self.path))?;
        Ok(kept.and_then(unsealed))
    }

    /// Empties the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget_all(&self) -> Result<(), StoreError> {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        connection
            .execute_batch("DELETE FROM pictures;")
            .map_err(StoreError::at(&self.path))
    }

    /// Whether anything is kept of the picture, whatever it was made with.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn knows(&self, content: &ContentHash) -> Result<bool, StoreError> {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        connection
            .prepare_cached("SELECT 1 FROM pictures WHERE content = ?1")
            .and_then(|mut statement| statement.exists([content.as_bytes()]))
            .map_err(StoreError::at(&self.path))
    }

    /// Keeps what was found out about many pictures, in one transaction.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put(
        &self,
        made_with: &ContentHash,
        entries: &[(ContentHash, Vec<u8>)],
    ) -> Result<(), StoreError> {
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut write = || {
            let transaction = connection.transaction()?;
            {
                let mut statement = transaction
                    .prepare_cached("INSERT OR REPLACE INTO pictures VALUES (?1, ?2, ?3)")?;
                for (content, payload) in entries {
                    let sealed = sealed(payload);
                    statement.execute((content.as_bytes(), made_with.as_bytes(), sealed))?;
                }
            }
            transaction.commit()
        };
        write().map_err(StoreError::at(&self.path))
    }
}

/// Bytes of the hash before a payload: a flipped bit is no error to SQLite.
const SEAL: usize = 8;

fn sealed(payload: &[u8]) -> Vec<u8> {
    let hash = ContentHash::of(payload);
    [&hash.as_bytes()[..SEAL], payload].concat()
}

/// The payload, unless it has changed on the disk: then it is found out again.
fn unsealed(mut sealed: Vec<u8>) -> Option<Vec<u8>> {
    let payload = sealed.split_off(SEAL.min(sealed.len()));
    let hash = ContentHash::of(&payload);
    (sealed == hash.as_bytes()[..SEAL]).then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::FingerprintCache;
    use crate::record::ContentHash;

    #[test]
    fn an_entry_is_found_by_its_bytes_and_by_what_it_was_made_with() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("fingerprints.sqlite");
        let [picture, other, one, two] =
            ["picture", "other", "one", "two"].map(|text| ContentHash::of(text.as_bytes()));
        let cache = FingerprintCache::open(&path).expect("opened");
        cache.put(&one, &[(picture, vec![7])]).expect("kept");
        cache.put(&one, &[(picture, vec![8])]).expect("replaced");
        drop(cache);
        let cache = FingerprintCache::open(&path).expect("opened again");
        assert_eq!(cache.get(&picture, &one).expect("read"), Some(vec![8]));
        assert_eq!(cache.get(&picture, &two).expect("read"), None);
        assert!(cache.knows(&picture).expect("read") && !cache.knows(&other).expect("read"));
        assert_eq!(cache.get(&other, &one).expect("read"), None);
        cache.forget_all().expect("emptied");
        assert!(!cache.knows(&picture).expect("read"));
    }

    #[test]
    fn an_entry_that_changed_on_the_disk_is_forgotten() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("fingerprints.sqlite");
        let [picture, one] = ["picture", "one"].map(|text| ContentHash::of(text.as_bytes()));
        let cache = FingerprintCache::open(&path).expect("opened");
        cache.put(&one, &[(picture, vec![7, 8, 9])]).expect("kept");
        let flip =
            "UPDATE pictures SET payload = CAST(substr(payload, 1, 8) || x'070809ff' AS BLOB)";
        let connection = cache.connection.lock().expect("free");
        connection.execute(flip, []).expect("changed");
        drop(connection);
        assert_eq!(cache.get(&picture, &one).expect("read"), None);
    }

    #[test]
    fn a_file_that_is_no_database_is_named() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("fingerprints.sqlite");
        std::fs::write(
            &path,
            "this is not a database, but long enough to be taken for one",
        )
        .expect("written");
        let error = FingerprintCache::open(&path)
            .expect_err("no database")
            .to_string();
        assert!(error.contains("fingerprints.sqlite"), "{error}");
    }
}
