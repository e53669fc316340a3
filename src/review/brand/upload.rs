//! A catalog comes in: streamed to the disk within bounds, unpacked, and left to be checked.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;

use super::super::Desk;
use super::super::access::{self, is_own_site, same};
use super::super::extract::Path as UrlPath;
use super::super::request::{Answer, Refusal, Visit, aside, refused, to};
use super::check;
use super::unpack::{Bounds, Sent, unpack};
use crate::record::BrandId;
use crate::store::{Store, Submission, SubmissionState};

/// Bytes of the longest upload, packed.
const MOST_BYTES: u64 = 300_000_000;
/// Bytes of a refused upload that are still read, so that the browser shows why instead of a broken connection.
const MOST_IGNORED: u64 = 2_000_000_000;
/// Files of an upload, a zip being one.
const MOST_FILES: usize = 5000;
/// Bytes of the form's token.
const LONGEST_TOKEN: usize = 200;

/// Takes a catalog that a browser sends.
pub(in super::super) async fn receive(
    State(desk): State<Arc<Desk>>,
    UrlPath(brand): UrlPath<String>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let brand = BrandId::from(brand);
    taken(desk, brand, headers, form)
        .await
        .unwrap_or_else(refused)
}

async fn taken(
    desk: Arc<Desk>,
    brand: BrandId,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    let own = is_own_site(&headers);
    let of = brand.clone();
    // Who may not is told so before a byte is kept.
    let (user, csrf) = aside(Arc::clone(&desk), move |desk, store| {
        let now = desk.now();
        let session = access::session(store, &headers, now)?.ok_or(Refusal::LogIn)?;
        let (user, csrf) = (session.user, session.csrf);
        let name = user.name.clone();
        let visit = Visit {
            desk,
            store,
            user,
            csrf: csrf.clone(),
            now,
        };
        visit.must_speak_for(&of)?;
        Ok((name, csrf))
    })
    .await?;
    let mut form = form.map_err(|error| Refusal::Wrong(error.body_text()))?;
    let Some(_uploading) = desk.uploads.begin(&brand) else {
        return Err(Refusal::Taken(
            "Another catalog of this brand is being taken in. Wait for it, then try again."
                .to_owned(),
        ));
    };
    let of = brand.clone();
    let free = aside(Arc::clone(&desk), move |_, store| must_be_free(store, &of)).await;
    if let Err(refusal) = free {
        ignore(&mut form, 0).await;
        return Err(refusal);
    }
    let folder = tempfile(&desk.workspace.submissions(), "incoming")?;
    let mut incoming = Incoming {
        csrf: own.then_some(csrf),
        bytes: 0,
        sent: Vec::new(),
    };
    let read = incoming.read(&mut form, folder.path()).await;
    if let Err(refusal) = read {
        ignore(&mut form, incoming.bytes).await;
        return Err(refusal);
    }
    let sent = incoming.sent;
    let shared = Arc::clone(&desk);
    let id = aside(Arc::clone(&desk), move |desk, store| {
        let whole = tempfile(&desk.workspace.submissions(), "unpacked")?;
        let left_out = unpack(&sent, whole.path(), Bounds::default())
            .map_err(|why| Refusal::Unusable(why.to_string()))?;
        drop(folder);
        check::keep_left_out(whole.path(), &left_out)?;
        let now: Timestamp = desk.now();
        let _turn = desk.turn();
        must_be_free(store, &brand)?;
        for earlier in store.submissions(&brand, 20)? {
            drop_submission(desk, store, &earlier)?;
        }
        let id = store.add_submission(&brand, &user, now)?;
        let place = check::folder(&desk.workspace, id);
        if let Err(error) = std::fs::rename(whole.path(), &place) {
            let (from, to) = (SubmissionState::Checking, SubmissionState::Failed);
            store.move_submission(id, from, to, "The desk could not keep it.")?;
            return Err(Refusal::from(error));
        }
        // Here, so that it is checked even if the browser has gone by now.
        check::start(shared, id);
        Ok(id)
    })
    .await?;
    to(&format!("/catalog/{id}"))
}

/// Refuses another catalog while one of the brand is being checked: one brand does not keep the desk from the others', nor
/// fill its disk.
fn must_be_free(store: &Store, brand: &BrandId) -> Result<(), Refusal> {
    let unchecked = store.unchecked_submissions()?;
    if unchecked.iter().any(|one| one.brand == *brand) {
        return Err(Refusal::Taken(
            "A catalog of this brand is being checked. Wait for the answer, then hand in another one."
                .to_owned(),
        ));
    }
    Ok(())
}

/// Forgets a catalog that was not submitted, with its files; leaves others alone.
pub(super) fn drop_submission(
    desk: &Desk,
    store: &mut Store,
    submission: &Submission,
) -> Result<bool, Refusal> {
    let mut dropped = false;
    for state in [SubmissionState::Checked, SubmissionState::Failed] {
        dropped |= submission.state == state
            && store.move_submission(submission.id, state, SubmissionState::Dropped, "")?;
    }
    if dropped {
        check::clear_away(&desk.workspace, submission.id)?;
    }
    Ok(dropped)
}

/// What has come in so far.
struct Incoming {
    /// The session's token; none for a form of another site.
    csrf: Option<String>,
    bytes: u64,
    sent: Vec<Sent>,
}

impl Incoming {
    async fn read(&mut self, form: &mut Multipart, folder: &Path) -> Result<(), Refusal> {
        let mut proved = false;
        while let Some(mut field) = form.next_field().await.map_err(broken)? {
            match field.name() {
                Some("csrf") => {
                    let given = self.token(&mut field).await?;
                    let expected = self.csrf.as_deref();
                    proved = expected.is_some_and(|expected| same(&given, expected));
                }
                // The token comes first in the desk's own form, so that nothing of another's is kept.
                _ if !proved => break,
                Some("files") => self.file(&mut field, folder).await?,
                _ => {}
            }
        }
        if proved {
            Ok(())
        } else {
            Err(Refusal::Forbidden(
                "This form is not of your session. Go back, load the page again and repeat.",
            ))
        }
    }

    async fn token(&mut self, field: &mut Field<'_>) -> Result<String, Refusal> {
        let mut token = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            self.bytes += chunk.len() as u64;
            if token.len() + chunk.len() <= LONGEST_TOKEN {
                token.extend_from_slice(&chunk);
            }
        }
        Ok(String::from_utf8_lossy(&token).into_owned())
    }

    async fn file(&mut self, field: &mut Field<'_>, folder: &Path) -> Result<(), Refusal> {
        let name = field.file_name().unwrap_or_default().to_owned();
        if name.is_empty() {
            return Ok(());
        }
        if self.sent.len() >= MOST_FILES {
            return Err(Refusal::Unusable(format!(
                "More than {MOST_FILES} files: put them into a zip."
            )));
        }
        let path = folder.join(self.sent.len().to_string());
        // Written to the system's memory, which is quick enough to do here.
        let mut file = File::create_new(&path)?;
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            self.bytes += chunk.len() as u64;
            if self.bytes > MOST_BYTES {
                return Err(Refusal::Unusable(format!(
                    "More than {} MB: make the pictures smaller. 2,000 pixels on the longer side are plenty.",
                    MOST_BYTES / 1_000_000
                )));
            }
            file.write_all(&chunk)?;
        }
        self.sent.push(Sent { name, path });
        Ok(())
    }
}

fn broken(error: MultipartError) -> Refusal {
    Refusal::Wrong(format!("The upload broke off: {error}."))
}

/// Reads the rest of a refused form, up to a bound.
async fn ignore(form: &mut Multipart, mut bytes: u64) {
    while let Ok(Some(mut field)) = form.next_field().await {
        while let Ok(Some(chunk)) = field.chunk().await {
            bytes += chunk.len() as u64;
            if bytes > MOST_IGNORED {
                return;
            }
        }
    }
}

/// A folder that goes when the value does, unless it was moved.
struct Passing(std::path::PathBuf);

impl Passing {
    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        // Whatever is left is cleared away when the desk starts.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn tempfile(parent: &Path, what: &str) -> Result<Passing, Refusal> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)?;
    let folder = parent.join(format!("{what}-{:016x}.partial", u64::from_le_bytes(bytes)));
    std::fs::create_dir_all(&folder)?;
    Ok(Passing(folder))
}
