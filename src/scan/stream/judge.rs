use std::collections::BTreeMap;
use std::io::{Read, Write};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::candidates::MissCheck;
use crate::export::{scores, unreadable};
use crate::model::Model;
use crate::model::drift::Tally;
use crate::table::facts::Key;
use crate::table::{ArrowReader, ArrowWriter, Cell, Column, Kind, RawRow};

use super::super::judge::{Judge, Verdict};
use super::super::manifest::{CandidateSums, ImageSums, ListingSums, RateSums};
use super::super::relate::Related;
use super::super::{Opened, ScanError, segments};
use super::{Row, row};

/// What JUDGE writes: the columns of `scores.parquet`, and these before and after.
const BEFORE: &[Column] = &[
    // `score`, `reject` or `sums`.
    Column::new("kind", Kind::Text),
    // Where the listing came from.
    Column::new("file", Kind::Text),
    Column::new("row", Kind::Int),
    // Which place the listing has in a run's tables: by this text.
    Column::new("key", Kind::Text),
];
const AFTER: &[Column] = &[
    // Below the threshold and covered by a right: the place in the draw of the check of misses, if it may still be drawn.
    Column::new("place", Kind::Text),
    // Sums over the stream as JSON.
    Column::new("sums", Kind::Text),
    // The pictures that could not be read, as JSON: a list of their files, each with the code of the reason.
    Column::new("unreadable", Kind::Text),
    // Why a row could not be judged.
    Column::new("found", Kind::Text),
    Column::new("expected", Kind::Text),
];

/// What JUDGE counts over a stream, to be added up by whoever gathers streams.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StreamSums {
    /// By file of the feed.
    pub feeds: BTreeMap<String, ListingSums>,
    pub images: ImageSums,
    pub rates: RateSums,
    pub candidates: CandidateSums,
    pub tally: Tally,
}

/// JUDGE as a filter: what [`super::read_stream`] wrote of listings in, scores out.
///
/// # Errors
/// When a stream breaks.
pub fn judge_stream(
    opened: &Opened,
    related: &Related,
    input: Box<dyn Read + Send>,
    out: Box<dyn Write + Send>,
) -> Result<(), ScanError> {
    let (settings, model) = (opened.engine.settings(), &opened.model);
    let judge = Judge {
        reference: opened.engine.reference(),
        model,
        related,
        decided: &opened.decided,
        settings,
        threshold: opened.cut()?.threshold,
    };
    let columns = [BEFORE, scores::COLUMNS, AFTER].concat();
    let batches = ArrowReader::open(input)?;
    let mut out = ArrowWriter::new(out, &columns)?;
    // Of each stream no more places are told than a whole run draws.
    let mut misses = MissCheck::new(settings.miss_check, settings.as_of);
    let mut sums = StreamSums::of(model);
    for batch in batches {
        let judged: Vec<Judged> = batch?
            .into_par_iter()
            .map(|raw| Judged::of(&raw, &judge, &misses))
            .collect();
        let rows = judged.into_iter().map(|judged| match judged.verdict {
            Ok(verdict) => {
                sums.count(&judged.file, judged.without_currency, &verdict);
                sums.tally.add(model.artifact(), &verdict.scored);
                told(judged.file, judged.row, verdict, &mut misses)
            }
            Err(found) => row(
                &columns,
                [
                    ("kind", Row::Reject.as_str().into()),
                    ("file", judged.file.into()),
                    ("row", judged.row),
                    ("found", found.into()),
                    (
                        "expected",
                        "a listing as READ wrote it; read it again".into(),
                    ),
                ],
            ),
        });
        out.push(rows.collect())?;
    }
    let json = serde_json::to_string(&sums).map_err(ScanError::spilled)?;
    out.push(vec![row(
        &columns,
        [("kind", Row::Sums.as_str().into()), ("sums", json.into())],
    )])?;
    Ok(out.finish()?)
}

/// One row after JUDGE.
struct Judged {
    file: String,
    row: Cell,
    without_currency: bool,
    /// The verdict, or what is there in place of a listing.
    verdict: Result<Verdict, String>,
}

impl Judged {
    fn of(raw: &RawRow, judge: &Judge<'_>, misses: &MissCheck) -> Self {
        let text = |column| raw.get(column).unwrap_or_default();
        let read = segments::Row::from_text(text("read"));
        let read = read.and_then(|row| row.parse().map_err(|error| error.to_string()));
        Self {
            file: text("file").to_owned(),
            row: text("row").parse::<i64>().ok().into(),
            without_currency: text("without_currency") == "true",
            verdict: read.map(|read| judge.verdict(read, misses)),
        }
    }
}

fn told(file: String, row: Cell, verdict: Verdict, misses: &mut MissCheck) -> Vec<Cell> {
    let seller = verdict.read.listing.seller.id.as_str();
    let (signals, judged) = (&verdict.read.signals, &verdict.judged);
    let key = Key::of(verdict.read.listing.id.as_str()).to_string();
    let mut cells = vec![Row::Score.as_str().into(), file.into(), row, key.into()];
    cells.extend(scores::cells(seller, signals, &verdict.scored, judged));
    let mut place = None;
    if let Some(miss) = verdict.miss {
        misses.count();
        if let Some((drawn, candidate)) = miss {
            place = Some(drawn.0.to_string());
            misses.offer(drawn, candidate);
        }
    }
    let unreadable: Vec<(&str, &str)> = unreadable::of(signals).collect();
    let unreadable = (!unreadable.is_empty()).then(|| serde_json::json!(unreadable).to_string());
    cells.extend([
        place.into(),
        Cell::Null,
        unreadable.into(),
        Cell::Null,
        Cell::Null,
    ]);
    cells
}

impl StreamSums {
    /// Of nothing yet, judged by `model`.
    pub fn of(model: &Model) -> Self {
        Self {
            feeds: BTreeMap::new(),
            images: ImageSums::default(),
            rates: RateSums::default(),
            candidates: CandidateSums::default(),
            tally: Tally::new(model.artifact()),
        }
    }

    fn count(&mut self, file: &str, without_currency: bool, verdict: &Verdict) {
        let feed = self.feeds.entry(file.to_owned()).or_default();
        feed.scored += 1;
        feed.without_currency += u64::from(without_currency);
        for image in &verdict.read.signals.images {
            self.images.count(&image.status);
        }
        self.rates.count(&verdict.read.signals.price);
        self.candidates.count(&verdict.judged);
        self.candidates.below_threshold_covered += u64::from(verdict.miss.is_some());
    }

    /// Adds the sums of another stream, which `text` holds as JSON.
    pub fn add(&mut self, text: &str) -> Result<(), ScanError> {
        let other: Self = serde_json::from_str(text).map_err(ScanError::spilled)?;
        for (file, sums) in &other.feeds {
            self.feeds.entry(file.clone()).or_default().add(sums);
        }
        self.images.add(&other.images);
        self.rates.old += other.rates.old;
        self.rates.missing += other.rates.missing;
        self.candidates.add(&other.candidates);
        if !self.tally.add_all(&other.tally) {
            let problem = "sums of streams that were judged by different models".to_owned();
            return Err(ScanError::Sums(problem));
        }
        Ok(())
    }
}
