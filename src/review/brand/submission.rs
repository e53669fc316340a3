//! What the check says of a catalog that was handed in, row by row, and what to do with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::super::Desk;
use super::super::extract::{Form, Path, Query};
use super::super::queue::encoded;
use super::super::request::{Fields, Refusal, Visit, field, html, submit, to, visit};
use super::super::view::Top;
use super::check::{self, Checked, Found};
use super::upload::drop_submission;
use super::{NAME_LIMIT, address, state};
use crate::candidates::Evidence;
use crate::export::display::visible;
use crate::image::{Folder, thumbnail_jpeg};
use crate::store::{Submission, SubmissionState};

/// Rows with findings on a page.
const PAGE: usize = 50;
/// The longer side of a small picture, in pixels.
const SIDE: u32 = 200;

#[derive(Template)]
#[template(path = "review/submission.html")]
struct SubmissionPage {
    top: Top,
    id: i64,
    brand: String,
    back: String,
    when: String,
    state: &'static str,
    waits: bool,
    problem: String,
    may_submit: bool,
    may_drop: bool,
    checked: Option<Checked>,
    shares: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    sample: Vec<(String, String)>,
    count: usize,
    page: usize,
    pages: usize,
}

/// What was found in one place.
struct Row {
    /// Such as `products.csv, row 7`.
    place: String,
    title: String,
    picture: Option<String>,
    findings: Vec<Found>,
}

/// The submission, if the user speaks for its brand.
fn of(visit: &Visit<'_>, id: i64) -> Result<Submission, Refusal> {
    let submission = visit.store.submission(id)?.ok_or(Refusal::Missing)?;
    visit.must_speak_for(&submission.brand)?;
    Ok(submission)
}

/// What the check says.
pub(in super::super) async fn page(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(id): Path<i64>,
    Query(fields): Query<Fields>,
) -> Response {
    visit(desk, headers, move |visit| {
        let submission = of(visit, id)?;
        let checked = check::answer(&visit.desk.workspace, id).ok();
        let here = matches!(submission.state, SubmissionState::Checked);
        let pictures = check::folder(&visit.desk.workspace, id).join("images");
        let rows = checked
            .as_ref()
            .map_or_else(Vec::new, |checked| rows(checked, id, &pictures));
        let count = rows.len();
        let pages = count.div_ceil(PAGE).max(1);
        let page = field(&fields, "page").parse::<usize>().unwrap_or(1);
        let page = page.clamp(1, pages);
        let shown = rows.into_iter().skip((page - 1) * PAGE).take(PAGE);
        let sample = checked
            .iter()
            .filter(|_| here)
            .flat_map(|checked| &checked.sample);
        html(&SubmissionPage {
            top: visit.top("brand"),
            id,
            brand: visible(submission.brand.as_str(), NAME_LIMIT),
            back: address(&submission.brand),
            when: submission.at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            state: state(&submission),
            waits: submission.state == SubmissionState::Checking,
            problem: submission.problem.clone(),
            may_submit: here && checked.as_ref().is_some_and(|one| one.refused.is_empty()),
            may_drop: matches!(
                submission.state,
                SubmissionState::Checked | SubmissionState::Failed
            ),
            shares: checked.as_ref().map_or_else(Vec::new, shares),
            rows: shown.collect(),
            sample: sample
                .map(|(file, title)| (source(id, file), title.clone()))
                .collect(),
            checked,
            count,
            page,
            pages,
        })
    })
    .await
}

/// How many of the products can be found, by what.
fn shares(checked: &Checked) -> Vec<(&'static str, String)> {
    let share = |count: u64| match checked.products {
        0 => "none".to_owned(),
        all => format!("{} % ({count} of {all})", 100 * count / all),
    };
    let [image, text, price] = checked.found_by;
    vec![
        ("by picture", share(image)),
        ("by text", share(text)),
        ("by price", share(price)),
    ]
}

/// Findings together that are about one row or one file, in the order of the report; with the picture where it is in the
/// folder `pictures`.
fn rows(checked: &Checked, id: i64, pictures: &std::path::Path) -> Vec<Row> {
    let mut order: Vec<(&str, Option<u64>)> = Vec::new();
    let mut by_place: BTreeMap<(&str, Option<u64>), Vec<Found>> = BTreeMap::new();
    for found in &checked.findings {
        let place = (found.file.as_str(), found.row);
        let here = by_place.entry(place).or_default();
        if here.is_empty() {
            order.push(place);
        }
        here.push(Found {
            found: visible(&found.found, 200),
            expected: visible(&found.expected, 400),
            ..found.clone()
        });
    }
    let row = |place: &(&str, Option<u64>)| {
        let (file, row) = *place;
        let products = file.starts_with("products");
        let head = row
            .filter(|_| products)
            .and_then(|row| checked.heads.get(&row));
        let picture = match head {
            Some(head) => Some(head.image.as_str()).filter(|file| !file.is_empty()),
            None => file.strip_prefix("images/"),
        };
        Row {
            place: match row {
                Some(row) if products => format!("{}, row {row}", visible(file, NAME_LIMIT)),
                Some(line) => format!("{}, line {line}", visible(file, NAME_LIMIT)),
                None => visible(
                    if file.is_empty() { "the folder" } else { file },
                    NAME_LIMIT,
                ),
            },
            title: head.map_or_else(String::new, |head| {
                format!(
                    "{} {}",
                    visible(&head.id, 40),
                    visible(&head.title, NAME_LIMIT)
                )
            }),
            picture: picture
                .filter(|file| pictures.join(file).is_file())
                .map(|file| source(id, file)),
            findings: by_place.get(place).cloned().unwrap_or_default(),
        }
    };
    order.iter().map(row).collect()
}

fn source(id: i64, file: &str) -> String {
    format!("/catalog/{id}/image?file={}", encoded(file))
}

/// One of the pictures that were handed in, made small.
pub(in super::super) async fn picture(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(id): Path<i64>,
    Query(fields): Query<Fields>,
) -> Response {
    visit(desk, headers, move |visit| {
        of(visit, id)?;
        let folder = check::folder(&visit.desk.workspace, id).join("images");
        let limits = visit.desk.limits;
        let read = |file: &str| {
            let bytes = Folder::open(&folder)?.with_limits(limits).read(file)?;
            thumbnail_jpeg(&bytes, &limits, SIDE)
        };
        let jpeg = read(field(&fields, "file")).map_err(|_| Refusal::Missing)?;
        let headers = [
            (header::CONTENT_TYPE, "image/jpeg"),
            (header::CACHE_CONTROL, "private, max-age=600"),
        ];
        Ok((headers, jpeg).into_response())
    })
    .await
}

/// Makes it the brand's catalog.
pub(in super::super) async fn submit_it(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(id): Path<i64>,
    Form(fields): Form<Fields>,
) -> Response {
    submit(desk, headers, fields, move |visit, _| {
        let submission = of(visit, id)?;
        let workspace = &visit.desk.workspace;
        let taken = || Refusal::Taken("It was submitted or dropped already.".to_owned());
        if submission.state != SubmissionState::Checked {
            return Err(taken());
        }
        let answer = check::answer(workspace, id)?;
        if !answer.refused.is_empty() {
            return Err(Refusal::Unusable(answer.refused));
        }
        let catalog = check::catalog(workspace, id)?;
        let folder = check::folder(workspace, id);
        // First, and before anybody waits for the turn: pictures that no catalog names do no harm.
        Evidence::below(&workspace.references()).keep_references(&folder, &catalog)?;
        let _turn = visit.desk.turn();
        let (from, to_) = (SubmissionState::Checked, SubmissionState::Submitted);
        // It may have been dropped since.
        if !visit.store.move_submission(id, from, to_, "")? {
            return Err(taken());
        }
        if let Err(error) = visit.store.add_catalog(&catalog, visit.desk.today()) {
            visit.store.move_submission(id, to_, from, "")?;
            return Err(Refusal::from(error));
        }
        check::clear_away(workspace, id)?;
        to(&address(&submission.brand))
    })
    .await
}

/// Forgets it.
pub(in super::super) async fn drop_it(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(id): Path<i64>,
    Form(fields): Form<Fields>,
) -> Response {
    submit(desk, headers, fields, move |visit, _| {
        let submission = of(visit, id)?;
        let _turn = visit.desk.turn();
        drop_submission(visit.desk, visit.store, &submission)?;
        to(&address(&submission.brand))
    })
    .await
}
