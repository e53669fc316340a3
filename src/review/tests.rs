//! Requests through the router, without a network.

use std::net::IpAddr;
use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use super::{Desk, check_address, router};
use crate::candidates::decision::ReviewRules;
use crate::candidates::{Candidate, Ground, invented};
use crate::export;
use crate::store::{Role, Store, User, Verified, View};
use crate::table::Format;
use crate::workspace::Workspace;

mod brands;
mod drafts;
mod golden;
mod pages;
mod security;
mod undo;

const PASSWORD: &str = "correct horse";

/// When the run was finished: 36 hours before [`noon`].
fn monday() -> Timestamp {
    "2026-03-31T00:00:00Z".parse().expect("a time")
}

fn noon() -> Timestamp {
    "2026-04-01T12:00:00Z".parse().expect("a time")
}

/// A quarter of an hour after [`noon`]: what was claimed then is free.
fn later() -> Timestamp {
    "2026-04-01T12:15:01Z".parse().expect("a time")
}

/// A workspace with one run of candidates, users `ann` and `bob` (analysts), `lea` (lead) and `lux` (owner of Luma).
struct World {
    /// One for all requests: what they leave to be done beside them would end with it.
    runtime: Runtime,
    app: Router,
    folder: TempDir,
}

/// What a request brought.
struct Page {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Page {
    /// Where it leads.
    fn place(&self) -> &str {
        let place = self.headers.get(header::LOCATION);
        place.and_then(|place| place.to_str().ok()).unwrap_or("")
    }
}

/// Somebody who is logged in.
struct Session {
    cookie: String,
    csrf: String,
}

impl World {
    fn new() -> Self {
        Self::with(candidates(), ReviewRules::default())
    }

    fn with(candidates: Vec<Candidate>, rules: ReviewRules) -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let workspace = Workspace::create(folder.path(), "").expect("made");
        let run = workspace.runs().join("r");
        std::fs::create_dir_all(&run).expect("made");
        std::fs::write(run.join("manifest.json"), "{}").expect("written");
        let path = run.join("candidates.ndjson");
        export::candidates::write(&path, Format::Ndjson, &candidates).expect("written");
        let mut store = Store::open(&workspace.database()).expect("opened");
        let day = jiff::civil::date(2026, 3, 31);
        store
            .add_run("r", day, monday(), r#"{"model": "m"}"#)
            .expect("added");
        for (name, role, brands) in [
            ("ann", Role::Analyst, &[][..]),
            ("bob", Role::Analyst, &[]),
            ("lea", Role::Lead, &[]),
            ("lux", Role::BrandOwner, &["luma"]),
        ] {
            let user = User {
                name: name.to_owned(),
                role,
                brands: brands.iter().map(|brand| (*brand).into()).collect(),
                password: cheap_hash(),
                enabled: true,
                view: View::Plain,
            };
            assert!(store.add_user(&user).expect("added"));
        }
        let desk = Desk::open(workspace, rules, noon, false).expect("opened");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        Self {
            runtime,
            app: router(Arc::new(desk)),
            folder,
        }
    }

    fn workspace(&self) -> Workspace {
        Workspace::find(self.folder.path()).expect("found")
    }

    fn store(&self) -> Store {
        Store::open(&self.workspace().database()).expect("opened")
    }

    /// The same desk, restarted a quarter of an hour later.
    fn later(self) -> Self {
        let desk = Desk::open(self.workspace(), ReviewRules::default(), later, false);
        Self {
            app: router(Arc::new(desk.expect("opened"))),
            ..self
        }
    }

    fn send(&self, request: Request<Body>) -> Page {
        self.runtime.block_on(async {
            let answer = self.app.clone().oneshot(request).await.expect("answered");
            let (parts, body) = answer.into_parts();
            let bytes = axum::body::to_bytes(body, 1 << 24).await.expect("read");
            Page {
                status: parts.status,
                headers: parts.headers,
                body: String::from_utf8_lossy(&bytes).into_owned(),
            }
        })
    }

    fn get(&self, session: &Session, place: &str) -> Page {
        let request = Request::get(place).header(header::COOKIE, &session.cookie);
        self.send(request.body(Body::empty()).expect("a request"))
    }

    /// Sends a form of this session.
    fn post(&self, session: &Session, place: &str, fields: &str) -> Page {
        self.form(
            place,
            &session.cookie,
            &format!("csrf={}&{fields}", session.csrf),
        )
    }

    fn form(&self, place: &str, cookie: &str, fields: &str) -> Page {
        let request = Request::post(place)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = Body::from(fields.to_owned());
        self.send(request.body(body).expect("a request"))
    }

    fn log_in(&self, name: &str) -> Session {
        let page = self.form("/login", "", &format!("name={name}&password=correct+horse"));
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let cookie = page.headers[header::SET_COOKIE].to_str().expect("text");
        let cookie = cookie.split(';').next().expect("a cookie").to_owned();
        let session = Session {
            cookie,
            csrf: String::new(),
        };
        let queue = self.get(&session, "/queue").body;
        let csrf = queue
            .split("name=\"csrf\" value=\"")
            .nth(1)
            .expect("a token");
        Session {
            csrf: csrf[..64].to_owned(),
            ..session
        }
    }

    fn decided(&self) -> u64 {
        match self.store().verify_decisions().expect("read") {
            Verified::Whole { entries, .. } => entries,
            broken => panic!("{broken:?}"),
        }
    }
}

/// Fast to make and to check; the parameters stand in the hash.
fn cheap_hash() -> String {
    let params = Params::new(8, 1, 1, None).expect("allowed");
    let salt = SaltString::encode_b64(b"sixteen of salt.").expect("salt");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(PASSWORD.as_bytes(), &salt)
        .expect("hashed")
        .to_string()
}

/// Three of Luma by two sellers, the dearest and surest first, then one of Orbis.
fn candidates() -> Vec<Candidate> {
    let of = |rank: u64, brand: &str, seller: &str, probability| Candidate {
        rank,
        listing_id: format!("L{rank}").into(),
        brand: brand.into(),
        brand_name: brand.to_owned(),
        seller_id: seller.into(),
        seller_name: format!("Shop of {seller}"),
        title: format!("Bag number {rank}"),
        ground: Ground::Trademark,
        probability,
        ..invented::candidate(1)
    };
    vec![
        of(1, "luma", "S1", 0.95),
        of(2, "luma", "S1", 0.9),
        of(3, "luma", "S2", 0.85),
        of(4, "orbis", "S3", 0.8),
    ]
}

#[test]
fn only_this_machine_is_served_without_a_proxy() {
    let of = |text: &str, proxy| check_address(text.parse::<IpAddr>().expect("an address"), proxy);
    assert!(of("127.0.0.1", false).is_ok() && of("::1", false).is_ok());
    let error = of("0.0.0.0", false).expect_err("refused").to_string();
    assert!(error.contains("--behind-proxy"), "{error}");
    assert!(of("0.0.0.0", true).is_ok());
}
