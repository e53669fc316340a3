//! The schema as a list of named changes. A change that has been released is never edited; what
//! comes later is added at the end.

/// One change of the schema.
#[derive(Clone, Copy)]
pub(super) struct Migration {
    pub name: &'static str,
    pub sql: &'static str,
}

/// All changes, in order.
pub(super) const MIGRATIONS: &[Migration] = &[
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
    // When a case was first queued and first decided (`queue/ages.rs`), and what makes cases alike (`queue/similar.rs`). Of
    // runs that were indexed before, the day of the run is the best that is known.
    Migration {
        name: "ages_and_likeness",
        sql: "
            ALTER TABLE runs ADD COLUMN added_at INTEGER NOT NULL DEFAULT 0;
            UPDATE runs SET added_at = unixepoch(as_of);
            ALTER TABLE queue ADD COLUMN product TEXT;
            ALTER TABLE queue ADD COLUMN queued_at INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE queue ADD COLUMN decided_at INTEGER;
            ALTER TABLE queue ADD COLUMN carried INTEGER NOT NULL DEFAULT 0 CHECK (carried IN (0, 1));
            UPDATE queue SET decided_at = (
                SELECT unixepoch(decided_at) FROM decisions AS own
                WHERE own.listing_id = queue.listing_id AND own.brand = queue.brand AND own.run IN (queue.run, '')
                  AND own.kind IN ('confirm', 'clear') AND NOT own.awaits_second
                  AND NOT EXISTS (SELECT 1 FROM decisions AS later WHERE later.undoes = own.place)
                ORDER BY own.place LIMIT 1)
            WHERE decision IS NOT NULL;
            UPDATE queue SET carried = 1 WHERE decided_at IS NULL AND EXISTS (
                SELECT 1 FROM queue AS again JOIN runs AS later ON later.id = again.run
                JOIN runs AS own ON own.id = queue.run
                WHERE again.listing_id = queue.listing_id AND again.brand = queue.brand
                  AND (later.as_of, later.rowid) > (own.as_of, own.rowid));
            UPDATE queue SET queued_at = coalesce((
                SELECT min(runs.added_at) FROM queue AS same JOIN runs ON runs.id = same.run
                WHERE same.listing_id = queue.listing_id AND same.brand = queue.brand
                  AND (same.carried OR same.id = queue.id)), 0);
            CREATE INDEX queue_ages ON queue (brand, decided_at, queued_at, run, carried) WHERE carried = 0;
            CREATE INDEX queue_of_product ON queue (brand, product, ground, decision) WHERE product IS NOT NULL;
            CREATE TABLE queue_like (
                band      INTEGER NOT NULL,
                case_id   INTEGER NOT NULL REFERENCES queue (id),
                PRIMARY KEY (band, case_id)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX decisions_of_batch ON decisions (payload ->> 'batch', place)
                WHERE payload ->> 'batch' <> '';",
    },
];
