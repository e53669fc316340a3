use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, Params};

use super::{PATIENCE, StoreError};
use crate::record::ContentHash;

/// What was found out about pictures, by their bytes, and about their files, by where these are, so that no picture is
/// decoded twice and no file read without need: a file of its own, which may be deleted at any time.
///
/// An entry about a picture is kept under the hash of its bytes and a key of what the entry was made with; the caller puts
/// the versions of the algorithms and the settings into that key. Threads may share one.
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
                 PRAGMA cache_size = -65536; -- KiB
                 CREATE TABLE IF NOT EXISTS pictures (
                     content BLOB NOT NULL,
                     made_with BLOB NOT NULL,
                     payload BLOB NOT NULL,
                     PRIMARY KEY (content, made_with)
                 ) STRICT, WITHOUT ROWID;
                 CREATE TABLE IF NOT EXISTS files (
                     place BLOB NOT NULL PRIMARY KEY,
                     payload BLOB NOT NULL
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
        self.payload(
            "SELECT payload FROM pictures WHERE content = ?1 AND made_with = ?2",
            (content.as_bytes(), made_with.as_bytes()),
        )
    }

    /// What is kept of the file at `place`.
    ///
    /// # Errors
    /// When the file of the cache cannot be read.
    pub fn file(&self, place: &ContentHash) -> Result<Option<Vec<u8>>, StoreError> {
        self.payload(
            "SELECT payload FROM files WHERE place = ?1",
            [place.as_bytes()],
        )
    }

    fn payload(&self, select: &str, key: impl Params) -> Result<Option<Vec<u8>>, StoreError> {
        let connection = self.connection();
        let read = || {
            connection
                .prepare_cached(select)?
                .query_row(key, |row| row.get(0))
                .optional()
        };
        let kept: Option<Vec<u8>> = read().map_err(StoreError::at(&self.path))?;
        Ok(kept.and_then(unsealed))
    }

    /// Reads much at once: until the answer is dropped, what another program writes is not seen, and nothing can be kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn reading(&self) -> Result<Reading<'_>, StoreError> {
        self.connection()
            .execute_batch("BEGIN")
            .map_err(StoreError::at(&self.path))?;
        Ok(Reading(self))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Empties the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget_all(&self) -> Result<(), StoreError> {
        self.connection()
            .execute_batch("DELETE FROM pictures; DELETE FROM files;")
            .map_err(StoreError::at(&self.path))
    }

    /// Whether anything is kept of the picture, whatever it was made with.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn knows(&self, content: &ContentHash) -> Result<bool, StoreError> {
        self.connection()
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
        let insert = "INSERT OR REPLACE INTO pictures VALUES (?1, ?2, ?3)";
        self.write(insert, entries, |content, payload| {
            (*content.as_bytes(), *made_with.as_bytes(), payload)
        })
    }

    /// Keeps what is in many files, by their places, in one transaction.
    ///
    /// # Errors
    /// When the file of the cache cannot be written.
    pub fn put_files(&self, entries: &[(ContentHash, Vec<u8>)]) -> Result<(), StoreError> {
        let insert = "INSERT OR REPLACE INTO files VALUES (?1, ?2)";
        self.write(insert, entries, |place, payload| {
            (*place.as_bytes(), payload)
        })
    }

    fn write<P: Params>(
        &self,
        insert: &str,
        entries: &[(ContentHash, Vec<u8>)],
        row: impl Fn(&ContentHash, Vec<u8>) -> P,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let mut write = || {
            let transaction = connection.transaction()?;
            {
                let mut statement = transaction.prepare_cached(insert)?;
                for (key, payload) in entries {
                    statement.execute(row(key, sealed(payload)))?;
                }
            }
            transaction.commit()
        };
        write().map_err(StoreError::at(&self.path))
    }
}

/// See [`FingerprintCache::reading`].
#[derive(Debug)]
pub struct Reading<'a>(&'a FingerprintCache);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        // Nothing was written, so nothing is lost where this fails.
        let _ = self.0.connection().execute_batch("COMMIT");
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
        cache.put_files(&[(other, vec![9])]).expect("kept");
        let reading = cache.reading().expect("begun");
        assert_eq!(cache.file(&other).expect("read"), Some(vec![9]));
        assert_eq!(cache.file(&picture).expect("read"), None);
        drop(reading);
        assert!(!cache.knows(&other).expect("read"), "a file is no picture");
        cache.put_files(&[(other, vec![8])]).expect("replaced");
        assert_eq!(cache.file(&other).expect("read"), Some(vec![8]));
        cache.forget_all().expect("emptied");
        assert!(!cache.knows(&picture).expect("read"));
        assert_eq!(cache.file(&other).expect("read"), None);
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
