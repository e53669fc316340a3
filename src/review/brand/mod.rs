//! What a brand's owner comes for: what was found, what stood, the catalog, and who may sell.
//!
//! | file | holds |
//! |---|---|
//! | `upload` | a catalog comes in, streamed to the disk within bounds |
//! | `unpack` | names and lengths of hostile files |
//! | `check` | the check beside the requests, and its answer |
//! | `submission` | the answer row by row, and what to do with it |
//! | `sellers` | permission given and withdrawn |

mod check;
mod sellers;
mod submission;
mod unpack;
mod upload;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::Desk;
use super::extract::Path;
use super::queue::encoded;
use super::request::{Refusal, Visit, html, to, visit};
use super::view::{Top, ground};
use crate::export::display::visible;
use crate::record::BrandId;
use crate::reference::catalog::Hint;
use crate::store::{LedgerRow, Role, RunBacklog, Submission, SubmissionState};

pub(super) use check::resume;
pub(super) use sellers::change as change_sellers;
pub(super) use submission::{drop_it, page as submission_page, picture, submit_it};
pub(super) use upload::receive;

/// Characters of a name.
const NAME_LIMIT: usize = 80;
/// Runs that are looked back on.
const RUNS: usize = 12;

/// Brands of which one catalog at most is coming in.
#[derive(Debug, Default)]
pub(super) struct Uploads(std::sync::Mutex<std::collections::BTreeSet<BrandId>>);

/// A brand's catalog that is coming in, until the value goes.
pub(super) struct Uploading<'a>(&'a Uploads, BrandId);

impl Uploads {
    fn begin(&self, brand: &BrandId) -> Option<Uploading<'_>> {
        let first = self.brands().insert(brand.clone());
        first.then(|| Uploading(self, brand.clone()))
    }

    fn brands(&self) -> std::sync::MutexGuard<'_, std::collections::BTreeSet<BrandId>> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for Uploading<'_> {
    fn drop(&mut self) {
        self.0.brands().remove(&self.1);
    }
}

#[derive(Template)]
#[template(path = "review/brands.html")]
struct BrandsPage {
    top: Top,
    brands: Vec<BrandLine>,
}

struct BrandLine {
    address: String,
    id: String,
    catalog: String,
}

/// The brands that the user speaks for; the page of the only one.
pub(super) async fn list(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    visit(desk, headers, |visit| {
        let mut brands: Vec<BrandId> = match visit.user.role {
            Role::BrandOwner => visit.user.brands.clone(),
            role if role >= Role::Lead => {
                let kept = visit.store.catalog_list()?;
                kept.into_iter().map(|entry| entry.brand).collect()
            }
            _ => return Err(Refusal::Forbidden("This is for brand owners and leads.")),
        };
        brands.sort();
        if let [only] = brands.as_slice() {
            return to(&address(only));
        }
        let mut lines = Vec::new();
        for brand in &brands {
            lines.push(BrandLine {
                address: address(brand),
                id: visible(brand.as_str(), NAME_LIMIT),
                catalog: catalog_line(visit, brand)?.unwrap_or_else(|| "no catalog yet".to_owned()),
            });
        }
        html(&BrandsPage {
            top: visit.top("brand"),
            brands: lines,
        })
    })
    .await
}

/// Where a brand's page is.
fn address(brand: &BrandId) -> String {
    format!("/brand/{}", encoded(brand.as_str()))
}

fn catalog_line(visit: &Visit<'_>, brand: &BrandId) -> Result<Option<String>, Refusal> {
    let latest = visit.store.catalog_versions(brand)?.pop();
    Ok(latest.map(|one| {
        format!(
            "version {} of {}: {} products, {} pictures",
            one.version, one.added_on, one.products, one.images
        )
    }))
}

#[derive(Template)]
#[template(path = "review/brand.html")]
struct BrandPage {
    top: Top,
    name: String,
    address: String,
    /// The brand as part of the queue's address.
    brand: String,
    catalog: Option<String>,
    runs: Vec<FoundIn>,
    ledger: Vec<Stood>,
    hints: Vec<Hint>,
    sellers: Vec<String>,
    changes: Vec<String>,
    submissions: Vec<HandedIn>,
}

/// What one run found.
struct FoundIn {
    run: String,
    address: String,
    as_of: String,
    found: u64,
    counts: RunBacklog,
}

/// What became of confirmed decisions on one ground.
struct Stood {
    ground: &'static str,
    row: LedgerRow,
    share: String,
}

/// A catalog that was handed in.
struct HandedIn {
    id: i64,
    when: String,
    by: String,
    state: &'static str,
}

/// What is known of a brand.
pub(super) async fn page(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path(brand): Path<String>,
) -> Response {
    visit(desk, headers, move |visit| {
        let brand = BrandId::from(brand);
        visit.must_speak_for(&brand)?;
        visit.desk.index_runs(visit.store)?;
        let latest = visit.store.latest_catalog(&brand)?;
        let submissions = visit.store.submissions(&brand, 6)?;
        if latest.is_none() && submissions.is_empty() && visit.user.role != Role::BrandOwner {
            return Err(Refusal::Missing);
        }
        let catalog = latest.as_ref().map(|(_, catalog)| catalog);
        let text = |text: &str| visible(text, NAME_LIMIT);
        let runs = visit.store.brand_runs(&brand, RUNS)?;
        let ledger = visit.store.ledger_of(&brand)?;
        let mut changes = visit.store.grants(&brand)?;
        changes.reverse();
        let owner = visit.user.role == Role::BrandOwner;
        html(&BrandPage {
            top: visit.top("brand"),
            name: text(catalog.map_or(brand.as_str(), |catalog| &catalog.brand.name)),
            address: address(&brand),
            brand: encoded(brand.as_str()),
            catalog: catalog_line(visit, &brand)?,
            runs: runs.into_iter().map(found_in).collect(),
            ledger: ledger.into_iter().map(stood).collect(),
            hints: catalog.map_or_else(Vec::new, |catalog| catalog.hints(visit.desk.today())),
            sellers: catalog.map_or_else(Vec::new, |catalog| {
                let sellers = catalog.brand.authorised_sellers.iter();
                sellers.map(ToString::to_string).collect()
            }),
            changes: changes
                .iter()
                .take(20)
                .map(|grant| {
                    let did = if grant.given {
                        "given to"
                    } else {
                        "withdrawn from"
                    };
                    let (seller, by) = (text(grant.seller.as_str()), text(&grant.by));
                    format!(
                        "{did} {seller} by {by}, {}",
                        grant.at.strftime("%Y-%m-%d %H:%M UTC")
                    )
                })
                .collect(),
            submissions: submissions
                .iter()
                .map(|one| HandedIn {
                    id: one.id,
                    when: one.at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
                    by: if owner && one.by != visit.user.name {
                        "somebody else".to_owned()
                    } else {
                        text(&one.by)
                    },
                    state: state(one),
                })
                .collect(),
        })
    })
    .await
}

fn found_in(counts: RunBacklog) -> FoundIn {
    FoundIn {
        run: visible(&counts.run, NAME_LIMIT),
        address: encoded(&counts.run),
        as_of: counts.as_of.map_or_else(String::new, |day| day.to_string()),
        found: counts.open
            + counts.second
            + counts.escalated
            + counts.pending
            + counts.confirmed
            + counts.cleared,
        counts,
    }
}

fn stood(row: LedgerRow) -> Stood {
    Stood {
        ground: ground(&row.ground),
        share: row.stood.map_or_else(
            || "not known yet".to_owned(),
            |share| format!("{:.0} %", 100.0 * share),
        ),
        row,
    }
}

/// How far a submission has got, for people.
fn state(submission: &Submission) -> &'static str {
    match submission.state {
        SubmissionState::Checking => "being checked",
        SubmissionState::Checked => "checked, not submitted",
        SubmissionState::Submitted => "submitted",
        SubmissionState::Dropped => "dropped",
        SubmissionState::Failed => "could not be checked",
    }
}
