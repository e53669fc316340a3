//! Everything that listings are held against, in one file: built once, then opened quickly by every process of every
//! host.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::candidates::decision::{Content, Fate};
use crate::model::Model;
use crate::price::Rates;
use crate::record::{BrandId, ContentHash, ListingId};
use crate::reference::images::ReferenceDetail;
use crate::reference::{Bank, BankEntry, Catalog, Reference};
use crate::store::FingerprintCache;
use crate::text::Lexicons;
use crate::workspace::partial;

use super::flood::Past;
use super::manifest::{CatalogFacts, Cut, PriorFacts};
use super::pictures::{ReferenceFiles, details};
use super::read::Sources;
use super::worked::WorkedRun;
use super::{Decided, Engine, Prior, ScanError, Settings, judge};

/// What such a file begins with; the number is its form's version.
const MAGIC: &[u8; 24] = b"touchstone reference 02\n";

/// The file's content, behind the magic and the BLAKE3 hash of what follows.
#[derive(Serialize, Deserialize)]
struct Kept {
    program: String,
    /// As JSON, in which settings that are missing have their defaults.
    settings: String,
    model: String,
    /// By file name; `None` for the built-in ones.
    lexicons: Option<Vec<(String, String)>>,
    rates: Option<Vec<u8>>,
    catalogs: Vec<Catalog>,
    /// Of the catalogs' pictures, in the order of [`crate::reference::images::ImageIndex::references`].
    details: Vec<Option<ReferenceDetail>>,
    bank: Vec<BankEntry>,
    /// What was decided on; contents as JSON.
    decided: Vec<(ListingId, BrandId, Option<String>)>,
    fates: Vec<Fate>,
    worked: Vec<WorkedRun>,
    head: Option<String>,
    past: Option<Past>,
}

/// Builds the file `out` of `catalogs`, whose pictures are in `files`, and of what decisions and the run before left
/// behind.
///
/// It appears by rename when it is whole. Pictures that `cache` knows are not decoded again.
///
/// # Errors
/// [`ScanError`] when something that the settings name cannot be read, or the file cannot be written.
pub fn build_reference(
    catalogs: Vec<Catalog>,
    settings: &Settings,
    files: &ReferenceFiles,
    cache: Option<&FingerprintCache>,
    (prior, past): (Prior, Option<Past>),
    out: &Path,
) -> Result<(), ScanError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| ScanError::Io { path, source }
    };
    let reference = Reference::new(catalogs.clone());
    let images = reference.images.references();
    let details = details(images, files, &settings.limits(), cache)?;
    drop(reference);
    let lexicons = settings.lexicons.as_deref().map(|folder| {
        let read = |name: &&str| {
            let path = folder.join(name);
            let text = std::fs::read_to_string(&path).map_err(at(&path))?;
            Ok(((*name).to_owned(), text))
        };
        Lexicons::FILES
            .iter()
            .map(read)
            .collect::<Result<_, ScanError>>()
    });
    let rates = settings.rates.as_deref();
    let rates = rates.map(|path| std::fs::read(path).map_err(at(path)));
    let decided = prior
        .decided
        .into_iter()
        .map(|((listing, brand), content)| {
            let content = content.map(|content| serde_json::to_string(&content));
            Ok((
                listing,
                brand,
                content.transpose().map_err(ScanError::spilled)?,
            ))
        });
    let content = Kept {
        program: concat!("touchstone ", env!("CARGO_PKG_VERSION")).to_owned(),
        settings: serde_json::to_string(settings).map_err(ScanError::spilled)?,
        model: judge::load_model(settings)?.to_json()?,
        lexicons: lexicons.transpose()?,
        rates: rates.transpose()?,
        catalogs,
        details,
        bank: prior.bank,
        decided: decided.collect::<Result<_, ScanError>>()?,
        fates: prior.fates,
        worked: prior.worked,
        head: prior.head,
        past,
    };
    let body = postcard::to_allocvec(&content).map_err(|error| refuse(out, error))?;
    let new = partial(out);
    let write = || {
        let mut file = std::fs::File::create(&new)?;
        file.write_all(MAGIC)?;
        file.write_all(blake3::hash(&body).as_bytes())?;
        file.write_all(&body)?;
        std::fs::rename(&new, out)
    };
    write().map_err(at(out))
}

/// A reference file, opened: all that the steps of a scan need besides the feed.
pub struct Opened {
    /// What READ holds listings against.
    pub engine: Engine,
    /// What JUDGE scores them by.
    pub model: Model,
    /// What was decided on.
    pub decided: Decided,
    /// What became of earlier decisions.
    pub fates: Vec<Fate>,
    /// Earlier queues and what stands of them.
    pub worked: Vec<WorkedRun>,
    /// The catalogs in it.
    pub catalogs: Vec<CatalogFacts>,
    /// What earlier decisions bring.
    pub prior: PriorFacts,
    /// What the run before matched.
    pub past: Option<Past>,
    /// The BLAKE3 hash of its content.
    pub version: ContentHash,
}

impl Opened {
    /// Where a queue is cut by what is in the file.
    pub(super) fn cut(&self) -> Result<Cut, ScanError> {
        let version = self.model.version()?.to_string();
        let settings = self.engine.settings();
        Ok(Cut::of(&self.model, &version, &self.worked, settings))
    }

    /// Opens the file at `path`. `images` stands in for the folder of images that its settings name, which may lie
    /// elsewhere on this host; pictures that `cache` knows are not decoded again.
    ///
    /// # Errors
    /// [`ScanError::ReferenceFile`] when it is of another version, cut off or changed; else when the folder of images
    /// cannot be used.
    pub fn open(
        path: &Path,
        images: Option<PathBuf>,
        cache: Option<FingerprintCache>,
    ) -> Result<Self, ScanError> {
        Self::read(path, cache, |settings| images.or(settings))
    }

    /// The same for steps that look at no image.
    ///
    /// # Errors
    /// As [`Opened::open`], but for images.
    pub fn without_images(path: &Path) -> Result<Self, ScanError> {
        Self::read(path, None, |_| None)
    }

    fn read(
        path: &Path,
        cache: Option<FingerprintCache>,
        images: impl FnOnce(Option<PathBuf>) -> Option<PathBuf>,
    ) -> Result<Self, ScanError> {
        let (version, content) = read_checked(path)?;
        let mut settings: Settings =
            serde_json::from_str(&content.settings).map_err(ScanError::spilled)?;
        settings.images = images(settings.images);
        let lexicons = match &content.lexicons {
            Some(files) => Lexicons::from_files(files)?,
            None => Lexicons::embedded()?,
        };
        let rates = match &content.rates {
            Some(bytes) => Rates::from_ecb_csv(bytes.as_slice())?,
            None => Rates::embedded()?,
        };
        let catalogs = content.catalogs.iter().map(CatalogFacts::of).collect();
        let details = content.details;
        let Ok(reference) =
            Reference::with_details(content.catalogs, |_| Ok::<_, Infallible>(details));
        let bank = Bank::new(&content.bank, settings.as_of);
        let decided: Vec<((ListingId, BrandId), Option<Content>)> = content
            .decided
            .into_par_iter()
            .map(|(listing, brand, content)| {
                let content = content.map(|content| serde_json::from_str(&content));
                let content = content.transpose().map_err(ScanError::spilled)?;
                Ok(((listing, brand), content))
            })
            .collect::<Result<_, ScanError>>()?;
        let prior = Prior {
            bank: content.bank,
            decided: decided.into_iter().collect(),
            fates: content.fates,
            worked: content.worked,
            head: content.head,
        };
        let facts = PriorFacts::of(&prior, &bank);
        let sources = Sources { lexicons, rates };
        let engine = Engine::over(reference, sources, &settings, cache)?.with_bank(bank);
        Ok(Self {
            engine,
            model: Model::from_json(&content.model)?,
            decided: prior.decided,
            fates: prior.fates,
            worked: prior.worked,
            catalogs,
            prior: facts,
            past: content.past,
            version,
        })
    }
}

/// The content of the file, if nothing in it was lost or changed, and its hash.
fn read_checked(path: &Path) -> Result<(ContentHash, Kept), ScanError> {
    let io = |source| ScanError::Io {
        path: path.to_owned(),
        source,
    };
    let mut file = std::fs::File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    let (mut magic, mut hash) = ([0; MAGIC.len()], [0; 32]);
    let mut head = || {
        file.read_exact(&mut magic)?;
        file.read_exact(&mut hash)
    };
    if head().is_err() || magic != *MAGIC {
        let found = "found no reference file of this version of the program";
        return Err(refuse(path, found));
    }
    let mut body = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.read_to_end(&mut body).map_err(io)?;
    let (version, content) = rayon::join(
        || ContentHash::of(&body),
        || postcard::from_bytes(&body).map_err(|error| refuse(path, error)),
    );
    if *version.as_bytes() != hash {
        return Err(refuse(path, "found other bytes than were written"));
    }
    Ok((version, content?))
}

fn refuse(path: &Path, problem: impl ToString) -> ScanError {
    ScanError::ReferenceFile {
        path: path.to_owned(),
        problem: problem.to_string(),
    }
}
