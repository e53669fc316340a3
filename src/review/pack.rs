//! The evidence of a confirmed case, to be kept or sent.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::Desk;
use super::case::{candidate_of, case_for, hit_of, record_of};
use super::request::{Refusal, visit};
use crate::candidates::Evidence;
use crate::export::notice::{Draft, pack};
use crate::image::thumbnail_jpeg;

/// The longer side of a picture, in pixels.
const SIDE: u32 = 900;

/// The pack as a file: its own policy stands in it.
pub(super) async fn page(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Response {
    visit(desk, headers, move |visit| {
        let case = case_for(visit, id)?;
        visit.must_decide()?;
        let desk = visit.desk;
        let candidate = candidate_of(desk, &case)?;
        let read = record_of(desk, &case, &candidate);
        let none =
            || Refusal::Wrong("There is no evidence to send: nobody confirmed it.".to_owned());
        let entry = visit
            .store
            .standing(&case.listing_id, &case.brand)?
            .ok_or_else(none)?;
        let brand = visit.store.brand(&case.brand)?.ok_or(Refusal::Missing)?;
        let listed = read.as_ref().and_then(|read| read.listing.listed_at);
        let day = visit.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let draft = Draft::of(
            &candidate,
            &entry.decision,
            &entry.hash,
            &brand,
            listed,
            day,
        )
        .map_err(|why| Refusal::Wrong(format!("There is no evidence to send: {why}.")))?;
        let small = |bytes: Vec<u8>| thumbnail_jpeg(&bytes, &desk.limits, SIDE).ok();
        let folder = desk.workspace.run(&case.run).ok_or(Refusal::Missing)?;
        let evidence = Evidence::below(&folder.join("evidence"));
        let shown = candidate.shown_image();
        let listing = shown.and_then(|image| evidence.read(image.evidence.as_deref()?).ok());
        let references = desk.references(visit.store)?;
        let content = candidate
            .reference_image
            .as_ref()
            .and_then(|name| references.get(name));
        let kept = Evidence::below(&desk.workspace.references());
        let reference = content.and_then(|content| kept.read_image(*content).ok());
        let contents = pack::Contents {
            program: concat!("touchstone ", env!("CARGO_PKG_VERSION")).to_owned(),
            run: case.run.clone(),
            listing: listing.and_then(small),
            reference: reference.and_then(small),
            hit: hit_of(&candidate, read.as_ref()).cloned(),
            made_at: Some(visit.now),
        };
        let page = pack::page(&draft, &contents)?;
        let name = format!("attachment; filename=\"evidence-{:06}.html\"", entry.place);
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ];
        Ok((headers, page).into_response())
    })
    .await
}
