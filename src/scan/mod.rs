//! The four steps over a whole feed.
//!
//! READ spills each listing with its signals to disk, RELATE groups flat facts, JUDGE streams the
//! spilled listings past the model, EMIT writes the queue. Memory is bounded by the chunk, the
//! sellers, the reference and the queue, never by the feed.

mod buckets;
mod case_book;
mod decided;
mod diff;
mod drift;
mod emit;
mod error;
mod evaluate;
mod facts;
mod flood;
mod judge;
mod label;
mod learn;
mod manifest;
mod outcomes;
mod past;
mod picture_files;
mod pictures;
mod prior;
mod progress;
mod read;
mod reference_file;
mod relate;
mod rings;
mod segments;
mod settings;
mod spill;
mod stream;
mod worked;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::candidates::Evidence;
use crate::reference::{Bank, Catalog};
use crate::store::FingerprintCache;
use crate::workspace::Workspace;

pub use case_book::cases_of;
pub use decided::{DecidedRows, decided_rows};
pub use diff::{Again, Change, ChangeKind, diff};
pub use drift::Drift;
pub use error::ScanError;
pub use evaluate::{Evaluation, KindRow, evaluate};
pub use flood::{Matches, Past, SetAside, limit, past, shown};
pub use judge::{Decided, explain, load_model};
pub use label::{LabelledFeed, labelled_rows};
pub use learn::{Learned, learn};
pub use manifest::{
    CandidateSums, CaseSums, CatalogFacts, Cut, FeedFacts, ImageSums, ListingSums, MANIFEST_FORMAT,
    Manifest, PriorFacts, RateSums,
};
pub use outcomes::{Outcomes, outcomes};
pub use past::{catalogs_of, listings_of};
pub use picture_files::AMBIGUOUS;
pub use pictures::ReferenceFiles;
pub use prior::Prior;
pub use progress::{Anew, Progress, Silent, Stage};
pub use read::Engine;
pub use reference_file::{Opened, build_reference};
pub use settings::{LocalFeatures, Settings, SettingsLayer};
pub use stream::{
    Gathered, Grouped, emit_gathered, image_columns, judge_stream, names_stream, read_stream,
    relations, shared_names,
};
pub use worked::{WorkedRun, slices_of};

/// What a scan works on.
pub struct Inputs<'a> {
    /// The feed's files, read in this order.
    pub feeds: &'a [PathBuf],
    /// Folders of earlier runs, whole or interrupted: what they read, and what has not changed since, is not read
    /// again. `None` to read everything, and to decode every picture, again.
    pub known: Option<&'a [PathBuf]>,
    /// What to hold it against.
    pub catalogs: Vec<Catalog>,
    /// What decisions left behind.
    pub prior: Prior,
    /// Where reference images are kept.
    pub workspace: &'a Workspace,
    /// When the scan began. Files of pictures that changed later are read again by the next scan.
    pub begun: SystemTime,
}

/// Scans a feed and writes all outputs into the new folder `run`.
///
/// The folder appears by rename when everything in it is whole. After an error there is none, but what was read until
/// then stays beside it, as after an interruption ([`Workspace::interrupted`]): the next scan goes on from it.
///
/// # Errors
/// [`ScanError`] when a file cannot be read or written, or the sums do not add up.
pub fn scan(
    inputs: Inputs<'_>,
    settings: &Settings,
    run: &Path,
    progress: &dyn Progress,
) -> Result<Manifest, ScanError> {
    spill::make_whole(run, |partial| {
        scan_into(inputs, settings, partial, progress)
    })
}

fn scan_into(
    inputs: Inputs<'_>,
    settings: &Settings,
    run: &Path,
    progress: &dyn Progress,
) -> Result<Manifest, ScanError> {
    let model = load_model(settings)?;
    let catalogs = inputs.catalogs.iter().map(CatalogFacts::of).collect();
    let workspace = inputs.workspace;
    let files = ReferenceFiles::Kept(Evidence::below(&workspace.references()));
    let cache = FingerprintCache::open(&workspace.fingerprints())?;
    if inputs.known.is_none() {
        cache.forget_all()?;
    }
    let engine = Engine::new(inputs.catalogs, settings, &files, Some(cache))?;
    let prior = inputs.prior;
    let engine = engine
        .for_feeds(inputs.feeds)?
        .remembering_files(inputs.begun);
    let engine = engine.with_bank(Bank::new(&prior.bank, settings.as_of));

    let signals = run.join("signals");
    spill::fresh_folder(&signals)?;
    let earlier = inputs.known.unwrap_or_default().iter();
    let earlier: Vec<PathBuf> = earlier
        .map(|run| relate::SpillPaths::below(&run.join("signals")).listings)
        .collect();
    let feeds = spill::Feeds {
        files: inputs.feeds,
        earlier: &earlier,
    };
    let read = spill::read_feeds(&engine, &feeds, settings, run, progress)?;

    progress.begin(Stage::Relate, None);
    let spill = relate::SpillPaths::below(&signals);
    let past = past(&workspace.runs(), settings.as_of);
    let aside = flood::set_aside(&read.matches, read.listings.scored, past.as_ref(), settings);
    flood::write(run, &read.matches)?;
    let related =
        relate::Related::read(&spill, engine.reference(), settings.as_of)?.without(&aside);
    let rings = rings::Rings::read(&spill)?;
    progress.end(Stage::Relate);

    progress.begin(Stage::Judge, Some(read.listings.scored));
    let version = model.version()?.to_string();
    let cut = Cut::of(&model, &version, &prior.worked, settings);
    let judging = (settings, cut.threshold);
    let decided = &prior.decided;
    let judged = judge::judge_all(
        &engine,
        &model,
        (&related, &rings),
        decided,
        judging,
        run,
        progress,
    )?;
    let drift = Drift::since_last(inputs.workspace, settings.as_of, &version, &judged.tally);
    progress.end(Stage::Judge);

    let mut manifest = Manifest {
        format: MANIFEST_FORMAT,
        program: concat!("touchstone ", env!("CARGO_PKG_VERSION")).to_owned(),
        as_of: settings.as_of,
        settings: settings.clone(),
        model: version,
        catalogs,
        feeds: read.feeds,
        listings: read.listings,
        images: read.images,
        rates: read.rates,
        prior: PriorFacts::of(&prior, engine.bank()),
        candidates: judged.sums,
        cases: CaseSums {
            let_go: rings.let_go,
            ..CaseSums::default()
        },
        cut: Some(cut),
        tally: judged.tally,
        drift,
        set_aside: aside,
        projection: None,
        missed: None,
    };
    progress.begin(Stage::Emit, None);
    emit::emit(
        &engine,
        inputs.workspace,
        emit::Found {
            queue: judged.queue,
            misses: judged.misses,
            cases: judged.cases,
            fates: &prior.fates,
            worked: &prior.worked,
        },
        settings,
        &mut manifest,
        run,
    )?;
    progress.end(Stage::Emit);

    let wrong = manifest.discrepancies();
    if wrong.is_empty() {
        Ok(manifest)
    } else {
        Err(ScanError::Sums(wrong.join("; ")))
    }
}

impl CatalogFacts {
    fn of(catalog: &Catalog) -> Self {
        Self {
            brand: catalog.brand.id.to_string(),
            version: catalog.version.to_string(),
            products: catalog.products.len(),
            images: catalog.images.len(),
        }
    }
}
