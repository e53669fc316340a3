//! Pictures, always encoded anew: what leaves the desk is a JPEG of ours, never a seller's file.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::Desk;
use super::case::{candidate_of, case_for};
use super::extract::Path;
use super::request::{Answer, Refusal, Visit, visit};
use crate::candidates::Evidence;
use crate::image::thumbnail_jpeg;

/// The longer side, in pixels: enough to zoom into.
const SIDE: u32 = 1200;

/// One of a listing's pictures, counted from 0.
pub(super) async fn listing(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path((id, number)): Path<(i64, usize)>,
) -> Response {
    visit(desk, headers, move |visit| {
        let case = case_for(visit, id)?;
        let candidate = candidate_of(visit.desk, &case)?;
        let image = candidate.images.get(number).ok_or(Refusal::Missing)?;
        let place = image.evidence.as_deref().ok_or(Refusal::Missing)?;
        let folder = visit
            .desk
            .workspace
            .run(&case.run)
            .ok_or(Refusal::Missing)?;
        let bytes = Evidence::below(&folder.join("evidence")).read(place)?;
        jpeg(visit, &bytes)
    })
    .await
}

/// The reference picture that a case is held against.
pub(super) async fn reference(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Response {
    visit(desk, headers, move |visit| {
        let case = case_for(visit, id)?;
        let candidate = candidate_of(visit.desk, &case)?;
        let name = candidate.reference_image.ok_or(Refusal::Missing)?;
        let references = visit.desk.references(visit.store)?;
        let content = *references.get(&name).ok_or(Refusal::Missing)?;
        let kept = Evidence::below(&visit.desk.workspace.references());
        let bytes = kept.read_image(content).map_err(|_| Refusal::Missing)?;
        jpeg(visit, &bytes)
    })
    .await
}

fn jpeg(visit: &Visit<'_>, bytes: &[u8]) -> Answer {
    let jpeg = thumbnail_jpeg(bytes, &visit.desk.limits, SIDE).map_err(|_| Refusal::Missing)?;
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "private, max-age=600"),
    ];
    Ok((headers, jpeg).into_response())
}
