//! Brings a database up to the schema of this program (`schema`).

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;
use super::schema::{MIGRATIONS, Migration};

/// Marks the file as ours in its header (`PRAGMA application_id`): `Tstn`.
const APPLICATION: i32 = i32::from_be_bytes(*b"Tstn");

/// Refuses a file that another program made, before anything in it is changed.
pub(super) fn recognise(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let at = StoreError::at(path);
    // The mark is looked at last: another process that makes the tables at this moment sets it with them.
    let tables: u32 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(&at)?;
    let application: i32 = connection
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(&at)?;
    if application != APPLICATION && tables > 0 {
        let found = format!("another program's, with {tables} tables and indexes");
        return Err(StoreError::Foreign {
            path: path.to_owned(),
            found,
        });
    }
    Ok(())
}

/// Brings the schema up to date in one transaction.
pub(super) fn apply(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    apply_all(connection, path, MIGRATIONS)
}

fn apply_all(
    connection: &mut Connection,
    path: &Path,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    if applied(connection, path, migrations)? == migrations.len() {
        return Ok(());
    }
    // Another process may be doing the same: look again under the write lock.
    let at = StoreError::at(path);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(&at)?;
    transaction
        .pragma_update(None, "application_id", APPLICATION)
        .map_err(&at)?;
    transaction
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS migrations (
                position  INTEGER NOT NULL PRIMARY KEY,
                name      TEXT    NOT NULL UNIQUE
            ) STRICT;",
        )
        .map_err(&at)?;
    let done = applied(&transaction, path, migrations)?;
    for (position, migration) in migrations.iter().enumerate().skip(done) {
        transaction.execute_batch(migration.sql).map_err(&at)?;
        let record = "INSERT INTO migrations (position, name) VALUES (?1, ?2)";
        transaction
            .execute(record, (position as i64, migration.name))
            .map_err(&at)?;
    }
    transaction.commit().map_err(&at)
}

/// How many changes the file has; an error when it has one that is not ours.
fn applied(
    connection: &Connection,
    path: &Path,
    migrations: &[Migration],
) -> Result<usize, StoreError> {
    let at = StoreError::at(path);
    if !connection.table_exists(None, "migrations").map_err(&at)? {
        return Ok(0);
    }
    let mut statement = connection
        .prepare("SELECT name FROM migrations ORDER BY position")
        .map_err(&at)?;
    let names = statement
        .query_map([], |row| row.get::<_, String>(0))
        .map_err(&at)?;
    let mut done = 0;
    for name in names {
        let found = name.map_err(&at)?;
        if migrations
            .get(done)
            .is_none_or(|migration| migration.name != found)
        {
            let known = migrations.last().map_or("", |migration| migration.name);
            return Err(StoreError::Newer {
                path: path.to_owned(),
                found,
                known,
            });
        }
        done += 1;
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_database_gets_only_what_it_lacks() {
        let path = Path::new(":memory:");
        let mut connection = Connection::open_in_memory().expect("opened");
        apply_all(&mut connection, path, &MIGRATIONS[..1]).expect("first");
        connection
            .execute(
                "INSERT INTO catalog_versions (brand, version, content, added_on, name, products, images, payload) VALUES ('a', 1, 'h', '2026-01-01', 'A', 0, 0, '{}')",
                [],
            )
            .expect("inserted");
        apply_all(&mut connection, path, MIGRATIONS).expect("the rest");
        let kept: u32 = connection
            .query_row("SELECT count(*) FROM catalog_versions", [], |row| {
                row.get(0)
            })
            .expect("counted");
        assert_eq!(kept, 1);
        assert_eq!(
            applied(&connection, path, MIGRATIONS).expect("read"),
            MIGRATIONS.len()
        );
    }

    /// The tables, indexes and triggers of a database, by name.
    fn schema(connection: &Connection) -> Vec<(String, Option<String>)> {
        let mut statement = connection
            .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
            .expect("read");
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("read");
        rows.collect::<Result<_, _>>().expect("read")
    }

    #[test]
    fn every_earlier_version_becomes_the_same_database() {
        let path = Path::new(":memory:");
        let mut fresh = Connection::open_in_memory().expect("opened");
        apply_all(&mut fresh, path, MIGRATIONS).expect("all");
        for version in 1..MIGRATIONS.len() {
            let mut older = Connection::open_in_memory().expect("opened");
            apply_all(&mut older, path, &MIGRATIONS[..version]).expect("as it was");
            let runs = older.table_exists(None, "runs").expect("looked");
            if runs {
                let run = "INSERT INTO runs (id, as_of, manifest) VALUES ('r', '2026-01-01', '{}')";
                older.execute(run, []).expect("a run");
            }
            apply_all(&mut older, path, MIGRATIONS).expect("the rest");
            assert_eq!(schema(&older), schema(&fresh), "from version {version}");
            let kept: u32 = older
                .query_row("SELECT count(*) FROM runs", [], |row| row.get(0))
                .expect("counted");
            assert_eq!(kept, u32::from(runs), "from version {version}");
        }
    }

    #[test]
    fn databases_that_noted_unfinished_runs_go_on() {
        let path = Path::new(":memory:");
        let mut connection = Connection::open_in_memory().expect("opened");
        let first = [Migration {
            name: "runs",
            sql: "
                CREATE TABLE runs (
                    id        TEXT    NOT NULL PRIMARY KEY,
                    as_of     TEXT    NOT NULL,
                    manifest  TEXT,
                    finished  INTEGER NOT NULL CHECK (finished IN (0, 1))
                ) STRICT;
                INSERT INTO runs VALUES ('r1', '2026-01-01', '{}', 1), ('r2', '2026-01-02', NULL, 0);",
        }];
        let before = [&MIGRATIONS[..1], &first].concat();
        apply_all(&mut connection, path, &before).expect("as it was");
        apply_all(&mut connection, path, MIGRATIONS).expect("the rest");
        connection
            .execute(
                "INSERT INTO runs (id, as_of, manifest) VALUES ('r3', '2026-01-03', '{}')",
                [],
            )
            .expect("a run of today");
        let mut statement = connection
            .prepare("SELECT id FROM runs ORDER BY id")
            .expect("read");
        let runs = statement
            .query_map([], |row| row.get::<_, String>(0))
            .expect("read");
        let runs: Vec<String> = runs.collect::<Result<_, _>>().expect("read");
        assert_eq!(runs, ["r1", "r3"]);
    }

    #[test]
    fn a_failing_change_leaves_nothing_behind() {
        let path = Path::new(":memory:");
        let mut connection = Connection::open_in_memory().expect("opened");
        let broken = [
            Migration {
                name: "good",
                sql: "CREATE TABLE good (x INTEGER) STRICT;",
            },
            Migration {
                name: "bad",
                sql: "CREATE TABLE bad (x NOTATYPE) STRICT;",
            },
        ];
        assert!(apply_all(&mut connection, path, &broken).is_err());
        assert!(!connection.table_exists(None, "good").expect("looked"));
        assert_eq!(applied(&connection, path, &broken).expect("read"), 0);
    }

    #[test]
    fn names_are_told_apart() {
        let mut names: Vec<_> = MIGRATIONS.iter().map(|migration| migration.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), MIGRATIONS.len());
    }
}
