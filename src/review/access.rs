//! Log-in, sessions, forged requests and guessing.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use askama::Template;
use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;

use super::Desk;
use super::extract::Form;
use super::request::{Answer, Fields, Refusal, field, html, submit, to, work};
use crate::store::{Session, Store, StoreError, View};

/// The cookie that holds a session's token.
const COOKIE: &str = "touchstone_desk";
/// Seconds after which a session ends.
const SESSION_SECONDS: i64 = 12 * 3600;
/// Characters of the shortest password.
const SHORTEST_PASSWORD: usize = 10;

/// The Argon2id hash of a password as a PHC string, with the parameters of RFC 9106's second choice as the crate sets them.
///
/// # Errors
/// When the system gives no randomness.
pub fn hash_password(password: &str) -> Result<String, String> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| error.to_string())?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string())
        .map_err(|error| error.to_string())
}

/// Whether a password is long enough to be taken.
pub fn is_long_enough(password: &str) -> bool {
    password.chars().count() >= SHORTEST_PASSWORD
}

fn is_password(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

/// A hash that no password has, so that an unknown name takes as long as a known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm8$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// 256 random bits as text.
fn token() -> Result<String, Refusal> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(blake3::Hash::from_bytes(bytes).to_hex().to_string())
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub(super) fn same(given: &str, expected: &str) -> bool {
    blake3::hash(given.as_bytes()) == blake3::hash(expected.as_bytes())
}

/// The session that a request's cookie names.
pub(super) fn session(
    store: &Store,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    match cookie(headers) {
        Some(token) => store.session(token, now.as_second()),
        None => Ok(None),
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).into_iter();
    all.filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Whether the browser says that a page of this site sent the form. Browsers that say nothing are told apart by the token.
pub(super) fn is_own_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin = text("origin").is_none_or(|origin| {
        let named = origin.split_once("://").map(|(_, host)| host);
        named.is_some() && named == text("host")
    });
    site && origin
}

/// Slows down whoever guesses passwords, by name and by address.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// Failures and the second of the last one, by who failed.
    failures: Mutex<BTreeMap<String, (u32, i64)>>,
    /// One password is checked at a time: each takes 19 MiB.
    turn: Mutex<()>,
}

impl Gate {
    /// Failures that are forgiven a name.
    const FREE: u32 = 4;
    /// Failures that are forgiven an address, behind which a whole office may sit.
    const FREE_FROM: u32 = 40;
    /// Seconds after which failures are forgotten.
    const MEMORY: i64 = 15 * 60;
    /// Names and addresses that are remembered.
    const MOST: usize = 10_000;

    /// Seconds until `key` may try again; 0 when it may now.
    fn wait(&self, key: &str, now: i64) -> i64 {
        let free = if key.starts_with("from ") {
            Self::FREE_FROM
        } else {
            Self::FREE
        };
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        match failures.get(key) {
            Some((count, last)) if *count > free => {
                let pause = 1_i64 << (count - free).min(9);
                (last + pause - now).max(0)
            }
            _ => 0,
        }
    }

    fn failed(&self, key: &str, now: i64) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= Self::MOST {
            failures.retain(|_, (_, last)| now - *last < Self::MEMORY);
            // Names can be made up without end; then the address alone is held to account.
            if failures.len() >= Self::MOST && key.starts_with("name ") {
                return;
            }
        }
        let entry = failures.entry(key.to_owned()).or_insert((0, now));
        if now - entry.1 >= Self::MEMORY {
            entry.0 = 0;
        }
        *entry = (entry.0 + 1, now);
    }

    /// Whether it is the password, by those who give it; else the seconds after which they may try again. Who fails is
    /// noted before the next password is looked at, so that many at once are no faster than one after the other.
    fn is_password(
        &self,
        keys: &[String],
        now: impl Fn() -> i64,
        password: &str,
        hash: &str,
    ) -> Result<bool, i64> {
        let wait = || keys.iter().map(|key| self.wait(key, now())).max();
        let slow = |seconds: Option<i64>| match seconds {
            Some(seconds @ 1..) => Err(seconds),
            _ => Ok(()),
        };
        // Who has to wait does not wait for a turn as well.
        slow(wait())?;
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        slow(wait())?;
        let right = is_password(password, hash);
        if !right {
            keys.iter().for_each(|key| self.failed(key, now()));
        }
        Ok(right)
    }

    fn passed(&self, key: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(key);
    }
}

#[derive(Template)]
#[template(path = "review/login.html")]
struct LoginPage {
    failed: bool,
}

/// The form to log in.
pub(super) async fn form(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    work(desk, move |desk, store| {
        if session(store, &headers, desk.now())?.is_some() {
            return to("/queue");
        }
        html(&LoginPage { failed: false })
    })
    .await
}

/// Logs in.
pub(super) async fn log_in(
    State(desk): State<Arc<Desk>>,
    address: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    work(desk, move |desk, store| {
        if !is_own_site(&headers) {
            return Err(Refusal::Forbidden("Log in from the desk's own page."));
        }
        let now = desk.now().as_second();
        let name: String = field(&fields, "name").chars().take(60).collect();
        let peer = address.map(|Extension(ConnectInfo(peer))| peer.ip());
        let from = client(desk, &headers, peer).map_or_else(String::new, |ip| ip.to_string());
        let keys = [format!("name {name}"), format!("from {from}")];
        let user = store.user(&name)?.filter(|user| user.enabled);
        let hash = user.as_ref().map_or(NOBODY, |user| &user.password);
        let clock = || desk.now().as_second();
        let password = field(&fields, "password");
        let right = desk.gate.is_password(&keys, clock, password, hash);
        let right = right.map_err(Refusal::Slow)?;
        let Some(user) = user.filter(|_| right) else {
            return html(&LoginPage { failed: true });
        };
        desk.gate.passed(&keys[0]);
        let (session, csrf) = (token()?, token()?);
        let _turn = desk.turn();
        store.add_session(&session, &user.name, &csrf, now, now + SESSION_SECONDS)?;
        Ok(with_cookie(desk, &session, SESSION_SECONDS))
    })
    .await
}

/// The address that a request came from: the proxy's word where one is declared.
fn client(desk: &Desk, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
    let forwarded = || {
        let value = headers.get_all("x-forwarded-for").into_iter().next_back()?;
        value
            .to_str()
            .ok()?
            .split(',')
            .next_back()?
            .trim()
            .parse()
            .ok()
    };
    if desk.behind_proxy {
        forwarded().or(peer)
    } else {
        peer
    }
}

fn with_cookie(desk: &Desk, token: &str, seconds: i64) -> Response {
    let secure = if desk.behind_proxy { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    let mut response = Redirect::to("/queue").into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Logs out.
pub(super) async fn log_out(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let token = cookie(&headers).unwrap_or_default().to_owned();
    submit(desk, headers, fields, move |visit, _| {
        visit.store.release(&visit.user.name)?;
        visit.store.end_session(&token)?;
        Ok(with_cookie(visit.desk, "", 0))
    })
    .await
}

/// Keeps how a user wants to see pictures.
pub(super) async fn set_view(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    submit(desk, headers, fields, |visit, fields| -> Answer {
        let view = View::parse(field(fields, "view"));
        visit.store.set_view(&visit.user.name, view)?;
        let back = field(fields, "back");
        // Only to a page of the desk: `//host` would be another site.
        let own = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
        to(if own { back } else { "/queue" })
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::{Gate, NOBODY, hash_password, is_password};

    #[test]
    fn a_password_fits_its_hash_and_nobodys_fits_none() {
        let hash = hash_password("correct horse battery").expect("hashed");
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(is_password("correct horse battery", &hash));
        assert!(!is_password("correct horse", &hash));
        assert!(argon2::password_hash::PasswordHash::new(NOBODY).is_ok());
        assert!(!is_password("", NOBODY));
    }

    #[test]
    fn guessing_takes_longer_each_time_and_is_forgotten() {
        let gate = Gate::default();
        for _ in 0..5 {
            assert_eq!(gate.wait("name ann", 100), 0);
            gate.failed("name ann", 100);
        }
        assert_eq!(gate.wait("name ann", 100), 2);
        gate.failed("name ann", 102);
        assert_eq!(gate.wait("name ann", 102), 4);
        assert_eq!(gate.wait("name bob", 102), 0);
        gate.failed("name ann", 102 + Gate::MEMORY);
        assert_eq!(gate.wait("name ann", 102 + Gate::MEMORY), 0);
    }

    #[test]
    fn many_guesses_at_once_are_no_faster_than_one_after_the_other() {
        let gate = Gate::default();
        let looked_at = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for guess in 0..12 {
                let (gate, looked_at) = (&gate, &looked_at);
                scope.spawn(move || {
                    let keys = ["name ann".to_owned(), "from ::1".to_owned()];
                    let said = gate.is_password(&keys, || 100, &guess.to_string(), NOBODY);
                    looked_at.fetch_add(u32::from(said.is_ok()), Ordering::Relaxed);
                });
            }
        });
        assert_eq!(looked_at.into_inner(), Gate::FREE + 1);
    }

    #[test]
    fn a_colleague_behind_the_same_address_is_not_held_up_soon() {
        let gate = Gate::default();
        for guess in 0..20 {
            let keys = [format!("name {guess}"), "from ::1".to_owned()];
            assert_eq!(gate.is_password(&keys, || 100, "wrong", NOBODY), Ok(false));
        }
        let mistaken = ["name ann".to_owned(), "from ::1".to_owned()];
        assert_eq!(
            gate.is_password(&mistaken, || 100, "wrong", NOBODY),
            Ok(false)
        );
    }
}
