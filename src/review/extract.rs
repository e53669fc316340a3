//! The parts of a request, refused with a page of the desk where they make no sense.

use axum::extract::{self, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::Response;
use serde::de::DeserializeOwned;

use super::request::{Refusal, refused};

/// What the address names; an address that names nothing is nowhere.
pub(super) struct Path<T>(pub T);

/// What stands behind the question mark.
pub(super) struct Query<T>(pub T);

/// What a form holds.
pub(super) struct Form<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let found = extract::Path::from_request_parts(parts, state).await;
        let found = found.map_err(|_| refused(Refusal::Missing))?;
        Ok(Self(found.0))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let found = extract::Query::from_request_parts(parts, state).await;
        let found = found.map_err(|why| wrong("the address", &why))?;
        Ok(Self(found.0))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let found = extract::Form::from_request(request, state).await;
        let found = found.map_err(|why| wrong("the form", &why))?;
        Ok(Self(found.0))
    }
}

fn wrong(what: &str, why: &impl std::fmt::Display) -> Response {
    refused(Refusal::Wrong(format!(
        "The desk cannot read {what}: {why}."
    )))
}
