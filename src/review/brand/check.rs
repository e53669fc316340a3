//! Catalogs that were handed in are checked one after the other, beside the requests; the answer lies with the files.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::Desk;
use super::super::desk::DeskError;
use super::super::request::Refusal;
use crate::export::display::visible;
use crate::panics::contained;
use crate::record::BrandId;
use crate::reference::catalog::{Hint, RowHead, row_heads};
use crate::reference::{self, Catalog, CatalogReport};
use crate::store::{Naming, Store, SubmissionState};
use crate::workspace::Workspace;

/// Most findings that are kept of one catalog.
const MOST_FINDINGS: usize = 5000;

/// What the check said of a catalog, as pages show it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Checked {
    /// The brand's name as the file has it.
    pub brand: String,
    /// Why it cannot be the brand's catalog; empty when it can.
    pub refused: String,
    /// Rows of the products file, and the products made of them.
    pub rows: u64,
    pub products: u64,
    /// Of those, found by picture, by text, by price.
    pub found_by: [u64; 3],
    /// Pictures that are named, and those that can be used.
    pub images_named: u64,
    pub images: u64,
    /// Rights, and those in force.
    pub rights: u64,
    pub rights_in_force: u64,
    pub sellers: u64,
    /// Errors, warnings, remarks.
    pub counts: [u64; 3],
    pub findings: Vec<Found>,
    /// What the rows with findings say of themselves.
    pub heads: BTreeMap<u64, RowHead>,
    /// Pictures of the first products that can be used, with their names.
    pub sample: Vec<(String, String)>,
    pub hints: Vec<Hint>,
    /// Names that no catalog has.
    pub left_out: Vec<String>,
}

impl Checked {
    /// Whether something cannot be used.
    pub fn has_errors(&self) -> bool {
        self.counts[0] > 0
    }
}

/// One finding in words.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Found {
    pub severity: String,
    pub code: String,
    pub file: String,
    pub row: Option<u64>,
    pub column: String,
    pub found: String,
    pub expected: String,
}

/// The files of a submission.
pub(super) fn folder(workspace: &Workspace, id: i64) -> PathBuf {
    workspace.submissions().join(id.to_string())
}

const ANSWER: &str = "answer.json";
const CATALOG: &str = "catalog.json";
const LEFT_OUT: &str = "left_out.json";

/// Notes what was left out when the folder was made.
pub(super) fn keep_left_out(folder: &Path, names: &[String]) -> Result<(), Refusal> {
    Ok(std::fs::write(
        folder.join(LEFT_OUT),
        serde_json::to_vec(names)?,
    )?)
}

/// Takes everything of a submission off the disk but what the check said.
pub(super) fn clear_away(workspace: &Workspace, id: i64) -> std::io::Result<()> {
    let folder = folder(workspace, id);
    let answer = std::fs::read(folder.join(ANSWER));
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if let Ok(answer) = answer {
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(ANSWER), answer)?;
    }
    Ok(())
}

/// What the check said of a submission.
pub(super) fn answer(workspace: &Workspace, id: i64) -> Result<Checked, Refusal> {
    let bytes = std::fs::read(folder(workspace, id).join(ANSWER)).map_err(|_| Refusal::Missing)?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// The usable part of a submission, as it was checked.
pub(super) fn catalog(workspace: &Workspace, id: i64) -> Result<Catalog, Refusal> {
    let bytes = std::fs::read(folder(workspace, id).join(CATALOG)).map_err(|_| Refusal::Missing)?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// Checks a submission beside the requests.
pub(super) fn start(desk: Arc<Desk>, id: i64) {
    tokio::task::spawn_blocking(move || {
        // Decoding takes the whole machine: one catalog after the other.
        let _turn = desk.checking();
        // A connection that saw a panic is not used again.
        let checked = contained(|| desk.with_store(|store| check(&desk, store, id)));
        let problem = match checked {
            Some(Ok(Ok(()))) => return,
            Some(Ok(Err(refusal))) => format!("{refusal:?}"),
            Some(Err(error)) => error.to_string(),
            None => "its check panicked".to_owned(),
        };
        tracing::error!("catalog {id}: {problem}");
        let _ = desk.with_store(|store| {
            let _turn = desk.turn();
            let (from, to) = (SubmissionState::Checking, SubmissionState::Failed);
            store.move_submission(
                id,
                from,
                to,
                "The desk could not check it; its log says why.",
            )
        });
    });
}

/// Checks what was handed in before the desk ended, and clears away what had not come in whole.
pub(in super::super) fn resume(desk: &Arc<Desk>) -> Result<(), DeskError> {
    let submissions = desk.workspace.submissions();
    for entry in std::fs::read_dir(submissions)
        .into_iter()
        .flatten()
        .flatten()
    {
        if entry.file_name().to_string_lossy().ends_with(".partial") {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    for submission in desk.with_store(|store| store.unchecked_submissions())?? {
        start(Arc::clone(desk), submission.id);
    }
    Ok(())
}

fn check(desk: &Desk, store: &mut Store, id: i64) -> Result<(), Refusal> {
    let submission = store.submission(id)?.ok_or(Refusal::Missing)?;
    let folder = folder(&desk.workspace, id);
    let today = desk.today();
    let (catalog, report) = reference::load(&folder, &desk.limits, today)?;
    let mut checked = said(&folder, &report);
    checked.refused = refusal(store, &submission.brand, catalog.as_ref(), &report)?;
    if let Some(catalog) = &catalog {
        checked.hints = catalog.hints(today);
        let shown = catalog.products.iter().filter(|one| !one.images.is_empty());
        checked.sample = shown
            .take(12)
            .map(|one| (one.images[0].clone(), visible(&one.title, 80)))
            .collect();
        std::fs::write(folder.join(CATALOG), serde_json::to_vec(catalog)?)?;
    }
    std::fs::write(folder.join(ANSWER), serde_json::to_vec(&checked)?)?;
    let _turn = desk.turn();
    store.move_submission(id, SubmissionState::Checking, SubmissionState::Checked, "")?;
    Ok(())
}

/// Why this cannot be the brand's catalog; empty when it can.
fn refusal(
    store: &Store,
    brand: &BrandId,
    catalog: Option<&Catalog>,
    report: &CatalogReport,
) -> Result<String, Refusal> {
    let found = BrandId::from_name(&report.brand);
    let other = !found.as_str().is_empty() && found != *brand;
    if other {
        return Ok(format!(
            "This is the catalog of {:?}, and here only that of {brand:?} is taken.",
            visible(&report.brand, 80)
        ));
    }
    let Some(catalog) = catalog else {
        return Ok("Nothing of it can be used until its errors are corrected.".to_owned());
    };
    Ok(match store.naming(&catalog.brand)? {
        Naming::Other(kept) => format!(
            "The brand {:?} is not {kept:?}, whose catalog is kept: write the name alike.",
            visible(&report.brand, 80)
        ),
        Naming::Same | Naming::Spelt(_) => String::new(),
    })
}

fn said(folder: &Path, report: &CatalogReport) -> Checked {
    use crate::reference::Severity;
    let findings = report.findings.iter().take(MOST_FINDINGS);
    // Rows of the products file; in `brand.toml` they are lines.
    let of_products = findings
        .clone()
        .filter(|one| one.file.starts_with("products"));
    let rows: BTreeSet<u64> = of_products.filter_map(|one| one.row).collect();
    let left_out = std::fs::read(folder.join(LEFT_OUT)).unwrap_or_default();
    Checked {
        brand: visible(&report.brand, 80),
        rows: report.rows,
        products: report.products,
        found_by: [
            report.found_by_image,
            report.found_by_text,
            report.found_by_price,
        ],
        images_named: report.images_named,
        images: report.images,
        rights: report.rights,
        rights_in_force: report.rights_in_force,
        sellers: report.authorised_sellers,
        counts: [Severity::Error, Severity::Warning, Severity::Info].map(|one| report.count(one)),
        findings: findings
            .map(|finding| Found {
                severity: finding.severity.as_str().to_owned(),
                code: finding.code.as_str().to_owned(),
                file: finding.file.clone(),
                row: finding.row,
                column: finding.column.clone(),
                found: finding.found.clone(),
                expected: finding.expected.clone(),
            })
            .collect(),
        heads: row_heads(folder, &rows),
        left_out: serde_json::from_slice(&left_out).unwrap_or_default(),
        ..Checked::default()
    }
}
