//! The desk's own files.

use axum::http::header;
use axum::response::IntoResponse;

const KEPT: &str = "private, max-age=300";

pub(super) async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, KEPT),
    ];
    (headers, include_str!("../../templates/review/desk.css"))
}

pub(super) async fn script() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, KEPT),
    ];
    let script = concat!(
        include_str!("../../templates/review/desk.js"),
        include_str!("../../templates/review/zoom.js")
    );
    (headers, script)
}

pub(super) async fn icon() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, KEPT),
    ];
    (headers, include_str!("../../templates/review/icon.svg"))
}
