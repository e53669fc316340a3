//! What may leave after a confirmation, as files: drafts, which a person sends.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::Desk;
use super::case::{candidate_of, case_for, record_of};
use super::extract::Path;
use super::golden;
use super::request::{Refusal, Visit, visit};
use crate::candidates::{Candidate, Evidence};
use crate::export::notice::{Draft, NoDraft, dsa, letter, pack, table};
use crate::export::side_by_side::Kept;
use crate::signals::ReadListing;
use crate::store::{Case, Role};

/// The longer side of a picture, in pixels.
const SIDE: u32 = 900;

/// A form that leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// The word in addresses.
    pub word: &'static str,
    /// For people.
    pub label: &'static str,
    kind: &'static str,
    ending: &'static str,
    /// Whether a brand's owner has it: the notices that are the owner's own to send, which name no seller.
    pub for_owners: bool,
}

const fn form(
    word: &'static str,
    label: &'static str,
    kind: &'static str,
    ending: &'static str,
) -> Form {
    Form {
        word,
        label,
        kind,
        ending,
        for_owners: false,
    }
}

/// All forms, in the order of the page.
pub(super) const FORMS: [Form; 5] = [
    form("pack", "Evidence", "text/html; charset=utf-8", "html"),
    form("dsa", "DSA statement", "application/json", "json"),
    Form {
        for_owners: true,
        ..form(
            "art16",
            "Article 16 notice",
            "text/plain; charset=utf-8",
            "txt",
        )
    },
    Form {
        for_owners: true,
        ..form("dmca", "DMCA notice", "text/plain; charset=utf-8", "txt")
    },
    form("csv", "CSV row", "text/csv; charset=utf-8", "csv"),
];

/// One draft as a file.
pub(super) async fn page(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Path((id, word)): Path<(i64, String)>,
) -> Response {
    visit(desk, headers, move |visit| {
        let case = case_for(visit, id)?;
        let form = FORMS.into_iter().find(|form| form.word == word);
        let form = form.ok_or(Refusal::Missing)?;
        if visit.user.role == Role::BrandOwner && !form.for_owners {
            return Err(Refusal::Forbidden("This form is not for brand owners."));
        }
        if golden::is_asked(visit, &case)? {
            // A draft would tell that it is confirmed.
            return Err(refused(NoDraft::NotConfirmed));
        }
        let candidate = candidate_of(visit.desk, &case)?;
        let read = record_of(visit.desk, &case, &candidate);
        let entry = visit
            .store
            .standing(&case.listing_id, &case.brand)?
            .ok_or_else(|| refused(NoDraft::NotConfirmed))?;
        let brand = visit.store.brand(&case.brand)?.ok_or(Refusal::Missing)?;
        let listed = read.as_ref().and_then(|read| read.listing.listed_at);
        let day = visit.desk.today();
        let draft = Draft::of(
            &candidate,
            &entry.decision,
            &entry.hash,
            &brand,
            listed,
            day,
        )
        .map_err(refused)?;
        let text = match form.word {
            "dsa" => {
                let statement = dsa::statement(&draft).map_err(refused)?;
                let problems = dsa::problems(&statement);
                if !problems.is_empty() {
                    return Err(Refusal::Failed(problems.join("; ")));
                }
                format!("{statement:#}\n")
            }
            "art16" => letter::article_16(&draft),
            "dmca" => letter::dmca(&draft).map_err(refused)?,
            "csv" => table::csv(&draft)?,
            _ => evidence(visit, &case, &candidate, read.as_ref(), &draft)?,
        };
        let name = format!(
            "attachment; filename=\"{}-{:06}.{}\"",
            form.word, entry.place, form.ending
        );
        let headers = [
            (header::CONTENT_TYPE, form.kind.to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ];
        Ok((headers, text).into_response())
    })
    .await
}

fn refused(why: NoDraft) -> Refusal {
    Refusal::Wrong(format!("There is nothing to send: {why}."))
}

/// The evidence pack, whose own policy stands in it.
fn evidence(
    visit: &Visit<'_>,
    case: &Case,
    candidate: &Candidate,
    read: Option<&ReadListing>,
    draft: &Draft<'_>,
) -> Result<String, Refusal> {
    let desk = visit.desk;
    let folder = desk.workspace.run(&case.run).ok_or(Refusal::Missing)?;
    let kept = Kept {
        evidence: Evidence::below(&folder.join("evidence")),
        references: Evidence::below(&desk.workspace.references()),
        contents: BTreeMap::clone(&*desk.references(visit.store)?),
    };
    let contents = pack::Contents {
        program: concat!("touchstone ", env!("CARGO_PKG_VERSION")).to_owned(),
        run: case.run.clone(),
        pictures: kept.pictures(candidate, read).smaller(&desk.limits, SIDE),
        made_at: Some(visit.now),
    };
    Ok(pack::page(draft, &contents)?)
}
