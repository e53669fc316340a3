//! What a scan would cost, told before it is paid.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;

use crate::image::{Folder, Look};
use crate::intake::{Listings, SeenIds, image_paths};
use crate::record::ContentHash;
use crate::scan::{Manifest, Settings};
use crate::store::{FingerprintCache, Store};
use crate::workspace::Workspace;

use super::output;

/// Pictures that are looked for and read, evenly over the feed, for what is known of all.
const SAMPLE: usize = 200;
/// Of those that are not known, the ones that are decoded to see how long that takes.
const DECODED: usize = 12;
/// The runs that say what a row costs, the last ones.
const RUNS: usize = 5;
/// Names of pictures are told apart by a hash of eight bytes.
type Name = u64;

/// What the feed holds.
#[derive(Default)]
struct Counted {
    rows: u64,
    scored: u64,
    rejected: u64,
    images: BTreeSet<Name>,
    /// Every so many-th picture.
    sample: Vec<String>,
    step: usize,
}

/// What a sample says of the pictures.
#[derive(Default)]
struct Pictures {
    found: usize,
    known: usize,
    asked: usize,
    seconds_each: Option<f64>,
    bytes: u64,
}

/// What earlier runs say of a row.
struct Past {
    runs: usize,
    seconds: f64,
    bytes: f64,
}

/// Prints how many rows and pictures a scan of `feeds` would read, what of them is known, and what that may cost.
pub(super) fn print(
    workspace: &Workspace,
    settings: &Settings,
    feeds: &[PathBuf],
) -> anyhow::Result<()> {
    let counted = count(settings, feeds)?;
    let mut lines = vec![format!(
        "rows        {}: {} to score, {} rejected, in {} files",
        counted.rows,
        counted.scored,
        counted.rejected,
        feeds.len()
    )];
    let mut decoding = 0.0;
    if let Some(folder) = &settings.images {
        let pictures = look(workspace, settings, folder, &counted.sample)?;
        let all = counted.images.len() as f64;
        let share = |part: usize| part as f64 / pictures.asked.max(1) as f64;
        let fresh = all * (share(pictures.found) - share(pictures.known)).max(0.0);
        lines.push(format!(
            "images      {}: about {:.0} % are there, {:.0} % are known, {fresh:.0} to decode",
            counted.images.len(),
            100.0 * share(pictures.found),
            100.0 * share(pictures.known)
        ));
        decoding = fresh * pictures.seconds_each.unwrap_or(0.0);
        lines.push(format!(
            "to read     about {} of pictures",
            bytes(all * pictures.bytes as f64 / pictures.asked.max(1) as f64)
        ));
    }
    match past(workspace)? {
        Some(past) => {
            let rows = past.seconds * counted.scored as f64;
            lines.push(format!(
                "CPU time    about {}: {} for rows as in the last {} runs, {} to decode pictures as measured now",
                time(rows + decoding),
                time(rows),
                past.runs,
                time(decoding)
            ));
            lines.push(format!(
                "disk        about {} for the run",
                bytes(past.bytes * counted.scored as f64)
            ));
        }
        None => lines.push(format!(
            "CPU time    {} to decode pictures; no earlier run says what a row costs",
            time(decoding)
        )),
    }
    lines.push("nothing was written\n".to_owned());
    output::print(&lines.join("\n"))?;
    Ok(())
}

fn count(settings: &Settings, feeds: &[PathBuf]) -> anyhow::Result<Counted> {
    let mut counted = Counted {
        step: 1,
        ..Counted::default()
    };
    let mut seen = SeenIds::default();
    for path in feeds {
        let mut listings = Listings::open_named(path, settings.chunk_rows, &settings.columns)?
            .default_currency(settings.currency)
            .after(seen);
        for batch in &mut listings {
            let batch = batch?;
            counted.rows += batch.rows;
            counted.scored += batch.records.len() as u64;
            counted.rejected += batch.rejects.len() as u64;
            for image in batch.records.iter().flat_map(|listing| &listing.images) {
                counted.image(image);
            }
        }
        seen = listings.into_seen();
    }
    Ok(counted)
}

impl Counted {
    fn image(&mut self, image: &str) {
        let mut name = [0; 8];
        name.copy_from_slice(&ContentHash::of(image.as_bytes()).as_bytes()[..8]);
        if !self.images.insert(u64::from_le_bytes(name)) {
            return;
        }
        if self.images.len().is_multiple_of(self.step) {
            self.sample.push(image.to_owned());
        }
        if self.sample.len() >= 2 * SAMPLE {
            let mut at = 0;
            self.sample.retain(|_| {
                at += 1;
                at % 2 == 0
            });
            self.step *= 2;
        }
    }
}

/// Looks for the pictures of the sample, and decodes a few that are not known.
fn look(
    workspace: &Workspace,
    settings: &Settings,
    folder: &Path,
    sample: &[String],
) -> anyhow::Result<Pictures> {
    let limits = settings.limits();
    let folder = Folder::open(folder)?.with_limits(limits);
    let cache = workspace.fingerprints();
    let cache = cache
        .is_file()
        .then(|| FingerprintCache::open(&cache))
        .transpose()?;
    let mut pictures = Pictures {
        asked: sample.len(),
        ..Pictures::default()
    };
    let (mut decoded, mut seconds) = (0, 0.0);
    for image in sample {
        let Some(read) = image_paths(image)
            .iter()
            .find_map(|path| folder.read(path).ok())
        else {
            continue;
        };
        pictures.found += 1;
        pictures.bytes += read.len() as u64;
        let known = match &cache {
            Some(cache) => cache.knows(&ContentHash::of(&read))?,
            None => false,
        };
        pictures.known += usize::from(known);
        if !known && decoded < DECODED {
            let begun = Instant::now();
            // A picture that cannot be decoded costs as much time.
            let _ = Look::of(&read, &limits);
            seconds += begun.elapsed().as_secs_f64();
            decoded += 1;
        }
    }
    pictures.seconds_each = (decoded > 0).then(|| seconds / decoded as f64);
    Ok(pictures)
}

/// The medians of what the last runs took for a scored listing; `None` when none says.
fn past(workspace: &Workspace) -> anyhow::Result<Option<Past>> {
    let runs = Store::open(&workspace.database())?.runs()?;
    let (mut seconds, mut bytes) = (Vec::new(), Vec::new());
    for run in runs.iter().rev().take(RUNS) {
        let folder = workspace.runs().join(&run.id);
        let (Ok(manifest), Ok(timings)) = (
            Manifest::read(&folder),
            std::fs::read_to_string(folder.join("timings.json")),
        ) else {
            continue;
        };
        let timings: serde_json::Value = serde_json::from_str(&timings)
            .with_context(|| format!("the timings of the run {} do not read", run.id))?;
        let scored = manifest.listings.scored.max(1) as f64;
        if let Some(spent) = timings
            .get("cpu_seconds")
            .and_then(serde_json::Value::as_f64)
        {
            seconds.push(spent / scored);
            bytes.push(size(&folder) as f64 / scored);
        }
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    let found = seconds.len();
    Ok(median(seconds)
        .zip(median(bytes))
        .map(|(seconds, bytes)| Past {
            runs: found,
            seconds,
            bytes,
        }))
}

/// Bytes of all files below a folder; what cannot be read counts nothing.
fn size(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => size(&entry.path()),
            Ok(found) => found.len(),
            Err(_) => 0,
        })
        .sum()
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

fn bytes(bytes: f64) -> String {
    match bytes {
        b if b < 1e6 => format!("{:.0} kB", b / 1e3),
        b if b < 1e9 => format!("{:.0} MB", b / 1e6),
        b => format!("{:.1} GB", b / 1e9),
    }
}
