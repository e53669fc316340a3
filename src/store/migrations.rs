//! The schema as a list of named changes. A change that has been released is never edited; what
//! comes later is added at the end.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// One change of the schema.
#[derive(Clone, Copy)]
struct Migration {
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "catalog_versions",
        sql: "
            CREATE TABLE catalog_versions (
                brand     TEXT    NOT NULL,
                version   INTEGER NOT NULL CHECK (version >= 1),
                content   TEXT    NOT NULL,
                added_on  TEXT    NOT NULL,
                name      TEXT    NOT NULL,
                products  INTEGER NOT NULL,
                images    INTEGER NOT NULL,
                payload   TEXT    NOT NULL,
                PRIMARY KEY (brand, version)
            ) STRICT;",
    },
    Migration {
        name: "runs",
        sql: "
            CREATE TABLE runs (
                id        TEXT    NOT NULL PRIMARY KEY,
                as_of     TEXT    NOT NULL,
                manifest  TEXT    NOT NULL
            ) STRICT;",
    },
    // The first databases also noted runs that had not finished, in a column more and without a manifest.
    Migration {
        name: "finished_runs_only",
        sql: "
            ALTER TABLE runs RENAME TO all_runs;
            CREATE TABLE runs (
                id        TEXT    NOT NULL PRIMARY KEY,
                as_of     TEXT    NOT NULL,
                manifest  TEXT    NOT NULL
            ) STRICT;
            INSERT INTO runs SELECT id, as_of, manifest FROM all_runs WHERE manifest IS NOT NULL;
            DROP TABLE all_runs;",
    },
    // The payload is the record; columns are read from it, so that they cannot say anything else.
    Migration {
        name: "decisions",
        sql: "
            CREATE TABLE decisions (
                place      INTEGER NOT NULL PRIMARY KEY CHECK (place >= 1),
                previous   TEXT    NOT NULL,
                hash       TEXT    NOT NULL UNIQUE,
                payload    TEXT    NOT NULL,
                listing_id TEXT    GENERATED ALWAYS AS (payload ->> 'listing_id') STORED,
                brand      TEXT    GENERATED ALWAYS AS (payload ->> 'brand') STORED,
                kind       TEXT    GENERATED ALWAYS AS (payload ->> 'kind') STORED,
                reviewer   TEXT    GENERATED ALWAYS AS (payload ->> 'reviewer') STORED,
                run        TEXT    GENERATED ALWAYS AS (payload ->> 'run') STORED,
                undoes     INTEGER GENERATED ALWAYS AS (payload ->> 'undoes') STORED,
                decided_at TEXT    GENERATED ALWAYS AS (payload ->> 'decided_at') STORED,
                awaits_second INTEGER GENERATED ALWAYS AS (payload ->> 'awaits_second') STORED
            ) STRICT;
            CREATE INDEX decisions_of_listing ON decisions (listing_id, brand, place);
            CREATE INDEX decisions_of_run ON decisions (run, place);
            CREATE INDEX decisions_of_reviewer ON decisions (reviewer, place);
            CREATE UNIQUE INDEX decisions_undone ON decisions (undoes) WHERE undoes IS NOT NULL;
            CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions
            BEGIN SELECT RAISE (ABORT, 'decisions are never changed'); END;
            CREATE TRIGGER decisions_remain BEFORE DELETE ON decisions
            BEGIN SELECT RAISE (ABORT, 'decisions are never deleted'); END;

            CREATE TABLE standing (
                listing_id TEXT    NOT NULL,
                brand      TEXT    NOT NULL,
                place      INTEGER NOT NULL REFERENCES decisions (place),
                PRIMARY KEY (listing_id, brand)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE outcomes (
                decision  INTEGER NOT NULL REFERENCES decisions (place),
                kind      TEXT    NOT NULL,
                day       TEXT    NOT NULL,
                note      TEXT    NOT NULL,
                PRIMARY KEY (decision, kind, day)
            ) STRICT, WITHOUT ROWID;",
    },
    Migration {
        name: "bank",
        sql: "
            CREATE TABLE bank (
                id          TEXT    NOT NULL PRIMARY KEY,
                kind        TEXT    NOT NULL,
                brand       TEXT    NOT NULL,
                product     TEXT,
                content     TEXT    NOT NULL,
                fingerprint TEXT    NOT NULL,
                source      TEXT    NOT NULL,
                decision    INTEGER REFERENCES decisions (place),
                added_by    TEXT    NOT NULL,
                added_on    TEXT    NOT NULL,
                until       TEXT,
                enabled     INTEGER NOT NULL CHECK (enabled IN (0, 1)),
                UNIQUE (kind, brand, content)
            ) STRICT;
            CREATE INDEX bank_of_decision ON bank (decision);
            CREATE TABLE banked (
                decision  INTEGER NOT NULL PRIMARY KEY REFERENCES decisions (place)
            ) STRICT;",
    },
    Migration {
        name: "desk",
        sql: "
            CREATE TABLE users (
                name      TEXT    NOT NULL PRIMARY KEY,
                role      TEXT    NOT NULL,
                brands    TEXT    NOT NULL,
                password  TEXT    NOT NULL,
                enabled   INTEGER NOT NULL CHECK (enabled IN (0, 1)),
                view      TEXT    NOT NULL DEFAULT 'plain'
            ) STRICT;
            CREATE TABLE sessions (
                token     TEXT    NOT NULL PRIMARY KEY,
                user      TEXT    NOT NULL REFERENCES users (name),
                csrf      TEXT    NOT NULL,
                until     INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE indexed (
                run       TEXT    NOT NULL PRIMARY KEY,
                model     TEXT    NOT NULL,
                cases     INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE queue (
                id          INTEGER NOT NULL PRIMARY KEY,
                run         TEXT    NOT NULL,
                rank        INTEGER NOT NULL,
                listing_id  TEXT    NOT NULL,
                brand       TEXT    NOT NULL,
                seller_id   TEXT    NOT NULL,
                seller_name TEXT    NOT NULL,
                title       TEXT    NOT NULL,
                ground      TEXT    NOT NULL,
                action      TEXT    NOT NULL,
                probability REAL    NOT NULL,
                value       REAL    NOT NULL,
                price       TEXT    NOT NULL,
                image_key   TEXT,
                start       INTEGER NOT NULL,
                length      INTEGER NOT NULL,
                status      TEXT    NOT NULL,
                decision    INTEGER,
                claimed_by  TEXT,
                claimed_until INTEGER NOT NULL DEFAULT 0,
                UNIQUE (run, listing_id)
            ) STRICT;
            CREATE INDEX queue_by_value ON queue (run, status, value DESC, id);
            CREATE INDEX queue_by_rank ON queue (run, status, rank);
            CREATE INDEX queue_of_brand ON queue (run, status, brand, value DESC, id);
            CREATE INDEX queue_of_ground ON queue (run, status, ground, value DESC, id);
            CREATE INDEX queue_all ON queue (run, value DESC, id);
            CREATE INDEX queue_of_seller ON queue (seller_id, run);
            CREATE INDEX queue_of_image ON queue (image_key) WHERE image_key IS NOT NULL;
            CREATE INDEX queue_of_listing ON queue (listing_id, brand);
            CREATE INDEX queue_claimed ON queue (claimed_by) WHERE claimed_by IS NOT NULL;
            CREATE VIRTUAL TABLE queue_words USING fts5 (words, content = '', tokenize = 'trigram');",
    },
    Migration {
        name: "more_orders_of_the_queue",
        sql: "
            CREATE INDEX queue_all_by_rank ON queue (run, rank);
            CREATE INDEX queue_of_brand_and_ground ON queue (run, status, brand, ground, value DESC, id);",
    },
    Migration {
        name: "brand_owners",
        sql: "
            CREATE TABLE grants (
                place     INTEGER NOT NULL PRIMARY KEY,
                brand     TEXT    NOT NULL,
                seller    TEXT    NOT NULL,
                given     INTEGER NOT NULL CHECK (given IN (0, 1)),
                by_user   TEXT    NOT NULL,
                at        TEXT    NOT NULL
            ) STRICT;
            CREATE INDEX grants_of_brand ON grants (brand, seller, place);
            CREATE TABLE submissions (
                id        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
                brand     TEXT    NOT NULL,
                by_user   TEXT    NOT NULL,
                at        TEXT    NOT NULL,
                state     TEXT    NOT NULL,
                problem   TEXT    NOT NULL DEFAULT ''
            ) STRICT;
            CREATE INDEX submissions_of_brand ON submissions (brand, id);
            CREATE INDEX decisions_of_brand ON decisions (brand, place);
            CREATE TABLE secrets (
                name      TEXT    NOT NULL PRIMARY KEY,
                value     TEXT    NOT NULL
            ) STRICT;
            INSERT INTO secrets VALUES ('sellers', lower(hex(randomblob(32))));",
    },
    Migration {
        name: "golden_cases_and_saved_views",
        sql: "
            CREATE TABLE golden (
                case_id   INTEGER NOT NULL PRIMARY KEY REFERENCES queue (id),
                answer    TEXT    NOT NULL,
                added_by  TEXT    NOT NULL,
                added_at  TEXT    NOT NULL
            ) STRICT;
            CREATE TABLE golden_answers (
                case_id   INTEGER NOT NULL REFERENCES queue (id),
                reviewer  TEXT    NOT NULL,
                expected  TEXT    NOT NULL,
                handed_at TEXT    NOT NULL,
                answer    TEXT,
                reason    TEXT,
                at        TEXT,
                PRIMARY KEY (case_id, reviewer)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX golden_answers_of_reviewer ON golden_answers (reviewer, at);
            CREATE TABLE saved_views (
                user      TEXT    NOT NULL REFERENCES users (name),
                name      TEXT    NOT NULL,
                query     TEXT    NOT NULL,
                PRIMARY KEY (user, name)
            ) STRICT, WITHOUT ROWID;",
    },
    // A flipped bit in a text is no error to SQLite. Catalogs kept before have no seal, and are read as they are.
    Migration {
        name: "sealed_catalogs",
        sql: "ALTER TABLE catalog_versions ADD COLUMN seal TEXT;",
    },
    Migration {
        name: "queue_of_owners_and_actions",
        sql: "
            CREATE INDEX queue_all_of_brand ON queue (run, brand, value DESC, id);
            CREATE INDEX queue_of_action ON queue (run, status, action, value DESC, id);",
    },
];

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
            .execute("INSERT INTO runs VALUES ('r3', '2026-01-03', '{}')", [])
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
