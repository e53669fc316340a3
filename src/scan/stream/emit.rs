use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::candidates::{MissCheck, Queue};
use crate::export::rejects::RejectWriter;
use crate::export::scores::{self, ScoreWriter};
use crate::export::unreadable::UnreadableWriter;
use crate::intake::{Reject, repeated};
use crate::table::facts::Key;
use crate::table::{Cell, Column, Format, Kind};
use crate::workspace::Workspace;

use super::super::drift::Drift;
use super::super::emit::{Found, emit};
use super::super::flood::{self, Matches};
use super::super::judge::Judge;
use super::super::manifest::{
    CaseSums, Cut, FeedFacts, ListingSums, MANIFEST_FORMAT, Manifest, RateSums,
};
use super::super::reference_file::Opened;
use super::super::relate::{Related, SpillPaths};
use super::super::segments::{self, SegmentWriter};
use super::super::{ScanError, Settings, spill};
use super::judge::StreamSums;
use super::relations::{for_each_row, relations, text};

/// Listings with what was read from them.
const CHOSEN: &[Column] = &[Column::new("read", Kind::Text)];
const REFUSED: &[Column] = &[
    // `reject` or `note`; `repeated`: the row's identifier was used before.
    Column::new("kind", Kind::Text),
    Column::new("file", Kind::Text),
    Column::new("row", Kind::Int),
    Column::new("listing_id", Kind::Text),
    Column::new("column", Kind::Text),
    Column::new("found", Kind::Text),
    Column::new("expected", Kind::Text),
    // Of repeated ones: whether no file before the row's had a listing.
    Column::new("first_file", Kind::Bool),
];
const UNREADABLE: &[Column] = &[
    Column::new("listing_id", Kind::Text),
    Column::new("unreadable", Kind::Text),
];
const ROWS: &[Column] = &[
    Column::new("file", Kind::Text),
    Column::new("rows", Kind::Int),
];
const SUMS: &[Column] = &[Column::new("sums", Kind::Text)];

/// Where another engine left what its filters wrote.
///
/// A folder with `feeds.txt`, the feed's files in order, one a line, and with tables that are folders of Parquet files,
/// their rows in the order of the files' names: `scores` and `unreadable` (what JUDGE told of pictures) by their keys, `rejects`
/// and `notes` in the feed's order; in any order `chosen` (at least the listings of the best candidates within the capacity, and those with the first places in the
/// check of misses), `rows` (the sums of READ by file) and `sums` (those of JUDGE by stream).
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The folder.
    pub folder: PathBuf,
    /// What JUDGE went by, see [`relations()`].
    pub relations: PathBuf,
}

impl Gathered {
    fn table(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The feed's files in order, with the sums that the filters counted.
    fn feeds(
        &self,
        mut counted: BTreeMap<String, ListingSums>,
    ) -> Result<Vec<FeedFacts>, ScanError> {
        let path = self.folder.join("feeds.txt");
        let list =
            std::fs::read_to_string(&path).map_err(|source| ScanError::Io { path, source })?;
        let feeds = list.lines().map(|file| {
            Ok(FeedFacts {
                // Of a file that only the cluster reaches nobody asks for all bytes once more.
                content: if file.contains("://") {
                    String::new()
                } else {
                    spill::hash_file(Path::new(file))?
                },
                sums: counted.remove(file).unwrap_or_default(),
                file: file.to_owned(),
            })
        });
        let feeds = feeds.collect::<Result<Vec<_>, ScanError>>()?;
        match counted.into_keys().next() {
            None => Ok(feeds),
            Some(file) => Err(ScanError::Sums(format!(
                "rows of {file:?}, which feeds.txt does not name"
            ))),
        }
    }
}

/// EMIT over what another engine gathered: the same run as [`super::super::scan`] makes of the same feed without cases,
/// but for `signals/`, which holds what was chosen alone.
///
/// The folder `run` appears by rename when everything in it is whole.
///
/// # Errors
/// [`ScanError`] when a table cannot be read or written, or the sums do not add up: then rows were lost or came twice.
pub fn emit_gathered(
    opened: &Opened,
    gathered: &Gathered,
    workspace: &Workspace,
    run: &Path,
) -> Result<Manifest, ScanError> {
    spill::make_whole(run, |partial| {
        emit_into(opened, gathered, workspace, partial)
    })
}

fn emit_into(
    opened: &Opened,
    gathered: &Gathered,
    workspace: &Workspace,
    run: &Path,
) -> Result<Manifest, ScanError> {
    let (engine, model) = (&opened.engine, &opened.model);
    let settings = engine.settings();
    let mut sums = StreamSums::of(model);
    for_each_row(&gathered.table("sums"), SUMS, |cells| {
        sums.add(&text(&cells[0]))
    })?;
    for_each_row(&gathered.table("rows"), ROWS, |cells| {
        let feed = sums.feeds.entry(text(&cells[0])).or_default();
        feed.rows += u64::try_from(cells[1].as_int().unwrap_or(0)).unwrap_or(0);
        Ok(())
    })?;
    write_refused(gathered, "rejects", run, |reject| {
        let feed = sums.feeds.entry(reject.file.clone()).or_default();
        feed.rejected += 1;
    })?;
    write_refused(gathered, "notes", run, |note| {
        let feed = sums.feeds.entry(note.file.clone()).or_default();
        feed.note(&note.column);
    })?;
    let scored = write_scores(gathered, run)?;
    let unreadable = write_unreadable(gathered, run)?;
    if unreadable != sums.images.unreadable {
        let problem = format!(
            "{unreadable} reasons for {} unreadable images",
            sums.images.unreadable
        );
        return Err(ScanError::Sums(problem));
    }
    let grouped = relations(&gathered.relations, opened)?;
    let mut matches: Matches = engine.reference_names().map(|name| (name, 0)).collect();
    matches.extend(grouped.matches);
    flood::write(run, &matches)?;
    let below = sums.candidates.below_threshold_covered;
    let cut = opened.cut()?;
    let (queue, misses) = draw(opened, gathered, &grouped.related, &cut, below, run)?;
    let feeds = gathered.feeds(sums.feeds)?;
    let mut listings = ListingSums::default();
    for feed in &feeds {
        listings.add(&feed.sums);
    }
    if scored != listings.scored {
        let problem = format!("{scored} scores of {} listings", listings.scored);
        return Err(ScanError::Sums(problem));
    }
    let version = model.version()?.to_string();
    let drift = Drift::since_last(workspace, settings.as_of, &version, &sums.tally);
    let mut manifest = Manifest {
        format: MANIFEST_FORMAT,
        program: concat!("touchstone ", env!("CARGO_PKG_VERSION")).to_owned(),
        as_of: settings.as_of,
        settings: Settings {
            cases: false,
            ..settings.clone()
        },
        model: version,
        catalogs: opened.catalogs.clone(),
        feeds,
        listings,
        images: sums.images,
        rates: RateSums {
            old: sums.rates.old,
            missing: sums.rates.missing,
            ..RateSums::new(engine.rates().last_day(), settings.as_of)
        },
        prior: opened.prior.clone(),
        candidates: sums.candidates,
        cut: Some(cut),
        tally: sums.tally,
        drift,
        cases: CaseSums::default(),
        set_aside: grouped.set_aside,
        projection: None,
        missed: None,
    };
    emit(
        engine,
        workspace,
        Found {
            queue,
            misses,
            cases: Vec::new(),
            fates: &opened.fates,
            worked: &opened.worked,
        },
        settings,
        &mut manifest,
        run,
    )?;
    let wrong = manifest.discrepancies();
    if wrong.is_empty() {
        Ok(manifest)
    } else {
        Err(ScanError::Sums(wrong.join("; ")))
    }
}

/// The queue and the check of misses, by judging what was chosen once more: a candidate that went through a text would not
/// have the same numbers to the last digit. The listings are spilled where a scan would spill all.
fn draw(
    opened: &Opened,
    gathered: &Gathered,
    related: &Related,
    cut: &Cut,
    below: u64,
    run: &Path,
) -> Result<(Queue, MissCheck), ScanError> {
    let (settings, model) = (opened.engine.settings(), &opened.model);
    let judge = Judge {
        reference: opened.engine.reference(),
        model,
        related,
        decided: &opened.decided,
        settings,
        threshold: cut.threshold,
    };
    let mut queue = Queue::new(settings.capacity);
    let mut misses = MissCheck::new(settings.miss_check, settings.as_of);
    misses.count_all(below);
    let signals = run.join("signals");
    spill::fresh_folder(&signals)?;
    let paths = SpillPaths::below(&signals);
    let mut rows: Vec<(Key, segments::Row)> = Vec::new();
    for_each_row(&gathered.table("chosen"), CHOSEN, |cells| {
        let mut row = segments::Row::from_text(&text(&cells[0])).map_err(ScanError::Sums)?;
        let read = row.parse()?;
        row.listing_id = read.listing.id.to_string();
        rows.push((Key::of(&row.listing_id), row));
        let verdict = judge.verdict(read, &misses);
        if let Ok(candidate) = verdict.judged {
            queue.push(candidate);
        } else if let Some(Some((place, candidate))) = verdict.miss {
            misses.offer(place, candidate);
        }
        Ok(())
    })?;
    rows.sort_unstable_by_key(|(key, _)| *key);
    let mut kept = SegmentWriter::create(&paths.listings)?;
    for (_, row) in rows {
        kept.push(row)?;
    }
    kept.finish()?;
    Ok((queue, misses))
}

fn write_scores(gathered: &Gathered, run: &Path) -> Result<u64, ScanError> {
    let mut writer = ScoreWriter::create(&run.join("scores.parquet"), Format::Parquet)?;
    for_each_row(&gathered.table("scores"), scores::COLUMNS, |mut cells| {
        // A listing that names no seller has an empty text there, which reads back as nothing.
        for cell in cells.iter_mut().take(2) {
            if *cell == Cell::Null {
                *cell = "".into();
            }
        }
        Ok(writer.push_cells(cells)?)
    })?;
    Ok(writer.finish()?)
}

fn write_unreadable(gathered: &Gathered, run: &Path) -> Result<u64, ScanError> {
    let mut writer = UnreadableWriter::create(&run.join("unreadable.csv"))?;
    for_each_row(&gathered.table("unreadable"), UNREADABLE, |cells| {
        let listing = text(&cells[0]);
        let images: Vec<(String, String)> =
            serde_json::from_str(&text(&cells[1])).map_err(ScanError::spilled)?;
        for (file, reason) in images {
            writer.push_one(&listing, &file, &reason)?;
        }
        Ok(())
    })?;
    Ok(writer.finish()?)
}

/// Writes `rejects.csv` or `notes.csv`; `count` is told each row.
fn write_refused(
    gathered: &Gathered,
    table: &str,
    run: &Path,
    mut count: impl FnMut(&Reject),
) -> Result<(), ScanError> {
    let mut writer = RejectWriter::create(&run.join(format!("{table}.csv")))?;
    for_each_row(&gathered.table(table), REFUSED, |cells| {
        let (file, id) = (text(&cells[1]), text(&cells[3]));
        let row = u64::try_from(cells[2].as_int().unwrap_or(0)).unwrap_or(0);
        let reject = if cells[0].as_text() == Some("repeated") {
            repeated(&file, row, &id, cells[7].as_bool().unwrap_or(false))
        } else {
            Reject {
                file,
                row,
                column: text(&cells[4]),
                found: text(&cells[5]),
                expected: text(&cells[6]),
                id,
            }
        };
        count(&reject);
        Ok(writer.push(&reject)?)
    })?;
    writer.finish()?;
    Ok(())
}
