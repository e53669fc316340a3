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
use crate::record::Brand;
use crate::signals::ReadListing;
use crate::store::{Case, Entry, Role};

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

impl Form {
    /// Why there is no such form of a draft, where that is so.
    fn refusal(self, draft: &Draft<'_>) -> Option<NoDraft> {
        match self.word {
            "dsa" => dsa::statement(draft).err(),
            "dmca" => letter::dmca(draft).err(),
            _ => None,
        }
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
        let confirmed =
            Confirmed::of(visit, &case)?.ok_or_else(|| refused(NoDraft::NotConfirmed))?;
        let draft = confirmed
            .draft(visit, &candidate, read.as_ref())
            .map_err(refused)?;
        if let Some(why) = form.refusal(&draft) {
            return Err(refused(why));
        }
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
            form.word, confirmed.entry.place, form.ending
        );
        let headers = [
            (header::CONTENT_TYPE, form.kind.to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ];
        Ok((headers, text).into_response())
    })
    .await
}

/// What drafts of a case rest on.
struct Confirmed {
    entry: Entry,
    brand: Arc<Brand>,
}

impl Confirmed {
    /// The decision that stands, and the brand as it is now; `None` when nobody decided.
    fn of(visit: &Visit<'_>, case: &Case) -> Result<Option<Self>, Refusal> {
        let standing = visit.store.standing(&case.listing_id, &case.brand)?;
        let Some(entry) = standing else {
            return Ok(None);
        };
        let brand = visit.desk.brand(visit.store, &case.brand)?;
        let brand = brand.ok_or(Refusal::Missing)?;
        Ok(Some(Self { entry, brand }))
    }

    fn draft<'a>(
        &'a self,
        visit: &Visit<'_>,
        candidate: &'a Candidate,
        read: Option<&ReadListing>,
    ) -> Result<Draft<'a>, NoDraft> {
        let listed = read.and_then(|read| read.listing.listed_at);
        let (decision, hash) = (&self.entry.decision, &self.entry.hash);
        let day = visit.desk.today();
        Draft::of(candidate, decision, hash, &self.brand, listed, day)
    }
}

/// The forms that the user can have for a case with a confirmation, and why some are not among them.
#[derive(Default)]
pub(super) struct Offered {
    pub forms: Vec<Form>,
    pub without: Vec<String>,
}

impl Offered {
    pub(super) fn of(
        visit: &Visit<'_>,
        case: &Case,
        candidate: &Candidate,
        read: Option<&ReadListing>,
    ) -> Result<Self, Refusal> {
        let confirmed = match Confirmed::of(visit, case) {
            Ok(Some(confirmed)) => confirmed,
            // A brand whose catalog is gone has no right to cite.
            Ok(None) | Err(Refusal::Missing) => return Ok(Self::default()),
            Err(other) => return Err(other),
        };
        let draft = match confirmed.draft(visit, candidate, read) {
            Ok(draft) => draft,
            Err(why) => {
                return Ok(Self {
                    forms: Vec::new(),
                    without: vec![format!("Nothing: {why}.")],
                });
            }
        };
        let mut offered = Self::default();
        let theirs = FORMS
            .into_iter()
            .filter(|form| visit.decides() || form.for_owners);
        for form in theirs {
            match form.refusal(&draft) {
                None => offered.forms.push(form),
                // Of most cases nobody expects one.
                Some(NoDraft::NotCopyright) => {}
                Some(why) => offered.without.push(format!("No {}: {why}.", form.label)),
            }
        }
        Ok(offered)
    }
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
