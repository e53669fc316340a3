//! From a request to a page, and from a refusal to one.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;

use super::Desk;
use super::access;
use super::view::Top;
use crate::record::BrandId;
use crate::store::{Role, Store, User};

/// The fields of a form, or of an address.
pub(super) type Fields = BTreeMap<String, String>;

/// A page, or why there is none.
pub(super) type Answer = Result<Response, Refusal>;

/// Why a request is not granted.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Nobody is logged in.
    LogIn,
    /// This user may not.
    Forbidden(&'static str),
    /// There is no such thing, or not for this user.
    Missing,
    /// The request makes no sense.
    Wrong(String),
    /// What was sent cannot be used.
    Unusable(String),
    /// Somebody else was quicker.
    Taken(String),
    /// Too many attempts; the seconds until the next.
    Slow(i64),
    /// A fault of ours.
    Failed(String),
}

impl<E: Display> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Who asks, when, and with which connection to the store.
pub(super) struct Visit<'a> {
    pub desk: &'a Desk,
    pub store: &'a mut Store,
    pub user: User,
    pub csrf: String,
    pub now: Timestamp,
}

impl Visit<'_> {
    /// Whether the user decides on candidates.
    pub fn decides(&self) -> bool {
        self.user.role >= Role::Analyst
    }

    /// Refuses users who do not.
    pub fn must_decide(&self) -> Result<(), Refusal> {
        if self.decides() {
            Ok(())
        } else {
            Err(Refusal::Forbidden("Only analysts and leads decide."))
        }
    }

    /// Refuses all but leads.
    pub fn must_lead(&self) -> Result<(), Refusal> {
        if self.user.role >= Role::Lead {
            Ok(())
        } else {
            Err(Refusal::Forbidden("This is for leads."))
        }
    }

    /// Refuses whoever does not speak for a brand: its owners and leads do. Others are not told whether there is one.
    pub fn must_speak_for(&self, brand: &BrandId) -> Result<(), Refusal> {
        let owner = self.user.role == Role::BrandOwner && self.user.brands.contains(brand);
        if owner || self.user.role >= Role::Lead {
            Ok(())
        } else {
            Err(Refusal::Missing)
        }
    }

    /// What every page shows of the visit.
    pub fn top(&self, here: &'static str) -> Top {
        Top::new(&self.user, &self.csrf, here)
    }
}

#[derive(Template)]
#[template(path = "review/error.html")]
struct ErrorPage {
    title: &'static str,
    message: String,
}

/// Does work that waits for the disk beside the threads that answer.
pub(super) async fn work(
    desk: Arc<Desk>,
    work: impl FnOnce(&Desk, &mut Store) -> Answer + Send + 'static,
) -> Response {
    aside(desk, work).await.unwrap_or_else(refused)
}

/// The same for work that is not the whole answer yet.
pub(super) async fn aside<T: Send + 'static>(
    desk: Arc<Desk>,
    work: impl FnOnce(&Desk, &mut Store) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(move || {
        let answered = desk.with_store(|store| work(&desk, store));
        answered.map_err(Refusal::from).and_then(|answer| answer)
    });
    done.await
        .unwrap_or_else(|error| Err(Refusal::Failed(error.to_string())))
}

/// A page for somebody who is logged in.
pub(super) async fn visit(
    desk: Arc<Desk>,
    headers: HeaderMap,
    page: impl FnOnce(&mut Visit<'_>) -> Answer + Send + 'static,
) -> Response {
    work(desk, move |desk, store| {
        let now = desk.now();
        let session = access::session(store, &headers, now)?.ok_or(Refusal::LogIn)?;
        page(&mut Visit {
            desk,
            store,
            user: session.user,
            csrf: session.csrf,
            now,
        })
    })
    .await
}

/// What a form of somebody who is logged in asks for; refuses forms that other sites made.
pub(super) async fn submit(
    desk: Arc<Desk>,
    headers: HeaderMap,
    fields: Fields,
    act: impl FnOnce(&mut Visit<'_>, &Fields) -> Answer + Send + 'static,
) -> Response {
    let own = access::is_own_site(&headers);
    visit(desk, headers, move |visit| {
        if !own || !access::same(field(&fields, "csrf"), &visit.csrf) {
            return Err(Refusal::Forbidden(
                "This form is not of your session. Go back, load the page again and repeat.",
            ));
        }
        act(visit, &fields)
    })
    .await
}

/// A field; empty when absent.
pub(super) fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", String::as_str)
}

/// A page from its template.
pub(super) fn html(page: &impl Template) -> Answer {
    Ok(Html(page.render()?).into_response())
}

/// To another page of the desk.
pub(super) fn to(place: &str) -> Answer {
    Ok(Redirect::to(place).into_response())
}

/// The page for a refusal.
pub(super) fn refused(refusal: Refusal) -> Response {
    let (status, title, message) = match refusal {
        Refusal::LogIn => return Redirect::to("/login").into_response(),
        Refusal::Forbidden(why) => (StatusCode::FORBIDDEN, "Not for you", why.to_owned()),
        Refusal::Missing => (
            StatusCode::NOT_FOUND,
            "Nothing here",
            "There is no such page, or not for you.".to_owned(),
        ),
        Refusal::Wrong(why) => (StatusCode::BAD_REQUEST, "That makes no sense", why),
        Refusal::Unusable(why) => (StatusCode::UNPROCESSABLE_ENTITY, "This cannot be used", why),
        Refusal::Taken(why) => (StatusCode::CONFLICT, "Somebody was quicker", why),
        Refusal::Slow(seconds) => {
            let message = format!("Too many attempts. Try again in {seconds} seconds.");
            let mut page = error_page(StatusCode::TOO_MANY_REQUESTS, "Slow down", message);
            page.headers_mut().insert(
                header::RETRY_AFTER,
                HeaderValue::from(seconds.unsigned_abs()),
            );
            return page;
        }
        Refusal::Failed(error) => {
            tracing::error!("{error}");
            let message = "The desk could not do that; its log says why. Nothing was decided.";
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "A fault of the desk",
                message.to_owned(),
            )
        }
    };
    error_page(status, title, message)
}

fn error_page(status: StatusCode, title: &'static str, message: String) -> Response {
    match (ErrorPage { title, message }).render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(_) => status.into_response(),
    }
}

/// Any other address.
pub(super) async fn nothing() -> Response {
    refused(Refusal::Missing)
}

/// What every answer carries.
pub(super) async fn headers(mut response: Response) -> Response {
    const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
        form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Nothing is said to other sites; to this one browsers name themselves in forms (`Origin`).
        (header::REFERRER_POLICY, "same-origin"),
        (
            header::HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
        (
            header::HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Sellers' data and sessions stay out of caches; what may be kept says so itself.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
