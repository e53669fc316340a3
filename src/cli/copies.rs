use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rayon::prelude::*;

use crate::image::{Frames, Limits, PdqLine, PdqLineError, Unreadable};
use crate::record::BrandId;
use crate::reference::images::{Depth, ImageIndex, ReferenceDetail};
use crate::reference::{
    FrameHit, HashHit, HashList, ImageRole, ReferenceImage, Verdict, find_in_frames,
};
use crate::table::{Cell, Column, Kind, Writer};

use super::Outcome;
use super::context::Context;
use super::output::{self, TableFormat};
use super::sources::{Source, files_below, hashes};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Image files, lists of PDQ hashes, or folders of them, that may be copies
    #[arg(required = true)]
    queries: Vec<PathBuf>,
    /// Image files, lists of PDQ hashes, or folders of them, that they may be copies of
    #[arg(long = "of", required = true, num_args = 1.., value_name = "PATH")]
    references: Vec<PathBuf>,
    /// Compare hashes only: quicker, but loses crops, overlays and collages
    #[arg(long)]
    hashes_only: bool,
    /// The form of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
}

const COLUMNS: &[Column] = &[
    Column::new("query", Kind::Text),
    Column::new("reference", Kind::Text),
    Column::new("verdict", Kind::Text),
    Column::new("transform", Kind::Text),
    Column::new("distance", Kind::Int),
    Column::new("inliers", Kind::Int),
    Column::new("coverage", Kind::Float),
    Column::new("confidence", Kind::Float),
    Column::new("inverted", Kind::Bool),
    Column::new("query_coverage", Kind::Float),
    Column::new("in_query", Kind::Text),
    Column::new("in_reference", Kind::Text),
    Column::new("reason", Kind::Text),
    Column::new("frame", Kind::Int),
    Column::new("code", Kind::Text),
];

/// Files, or hashes of a list, looked at between two writes; bounds memory, not the result.
const CHUNK: usize = 256;

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    context.use_threads(None)?;
    let limits = Limits::default();
    let mut table = output::stdout_table(args.format, COLUMNS)?;
    let (references, failed) = References::read(&files_below(&args.references)?, &limits)?;
    let mut outcome = Outcome::Done;
    for failure in failed {
        table.push(failure.cells(Side::Reference))?;
        outcome = Outcome::Incomplete;
    }
    let depth = if args.hashes_only {
        Depth::Hashes
    } else {
        Depth::LocalFeatures
    };
    for chunk in files_below(&args.queries)?.chunks(CHUNK) {
        let answers: Vec<Result<Answer, Unreadable>> = chunk
            .par_iter()
            .map(|file| Ok(references.answer(Source::read(file, &limits)?, depth)))
            .collect();
        for (file, answer) in chunk.iter().zip(answers) {
            let failed = match answer {
                Ok(Answer::Picture { hits, listed, cut }) => {
                    let name = file.display().to_string();
                    for found in &hits {
                        table.push(cells(&name, found)?)?;
                    }
                    for hit in listed {
                        table.push(hash_cells(&name, &references.listed, hit))?;
                    }
                    cut.map(|reason| Failure::of_file("cut", file, &reason))
                }
                Ok(Answer::Hashes(text)) => {
                    if references.answer_hashes(file, &text, &mut table)? {
                        outcome = Outcome::Incomplete;
                    }
                    None
                }
                Err(reason) => Some(Failure::of_file("unreadable", file, &reason)),
            };
            if let Some(failure) = failed {
                table.push(failure.cells(Side::Query))?;
                outcome = Outcome::Incomplete;
            }
        }
    }
    table.finish()?;
    Ok(outcome)
}

/// What queries are held against.
struct References {
    pictures: ImageIndex,
    /// The hashes of lists.
    listed: HashList,
    /// The hashes of the pictures, for queries that are hashes themselves.
    pictured: HashList,
}

/// What a query matches.
enum Answer {
    Picture {
        hits: Vec<FrameHit>,
        listed: Vec<HashHit>,
        cut: Option<Unreadable>,
    },
    /// A list, whose hashes are still to be looked up.
    Hashes(String),
}

impl References {
    fn read(files: &[PathBuf], limits: &Limits) -> anyhow::Result<(Self, Vec<Failure>)> {
        anyhow::ensure!(
            !files.is_empty(),
            "no file to compare with: --of names empty folders"
        );
        let read: Vec<Result<Reference, Unreadable>> = files
            .par_iter()
            .map(|file| Reference::read(file, limits))
            .collect();
        let (mut images, mut details) = (Vec::new(), Vec::new());
        let (mut listed, mut pictured, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        for (file, result) in files.iter().zip(read) {
            match result {
                Ok(Reference::Picture(picture)) => {
                    let (image, detail) = *picture;
                    pictured.push(PdqLine {
                        hash: image.fingerprint.pdq[0],
                        quality: Some(image.fingerprint.quality),
                        metadata: image.file.clone(),
                    });
                    details.push(Some(detail));
                    images.push(image);
                }
                Ok(Reference::Hashes(text)) => {
                    for line in hashes(file, &text) {
                        match line {
                            Ok(line) => listed.push(line),
                            Err(error) => failed.push(Failure::of_line(file, &error)),
                        }
                    }
                }
                Err(reason) => failed.push(Failure::of_file("unreadable", file, &reason)),
            }
        }
        let pictures = ImageIndex::with_details(images, details);
        let references = Self {
            pictures,
            listed: HashList::new(listed),
            pictured: HashList::new(pictured),
        };
        Ok((references, failed))
    }

    fn answer(&self, query: Source, depth: Depth) -> Answer {
        match query {
            Source::Picture(look, Frames { frames, cut }) => Answer::Picture {
                hits: find_in_frames(&self.pictures, &look, &frames, depth),
                listed: self.listed.of_picture(&look.fingerprint, &frames),
                cut,
            },
            Source::Hashes(text) => Answer::Hashes(text),
        }
    }

    /// Writes what the hashes of a list match; tells whether there were lines without one.
    fn answer_hashes(&self, file: &Path, text: &str, table: &mut Writer) -> anyhow::Result<bool> {
        let mut lines = hashes(file, text);
        let mut failed = false;
        loop {
            let chunk: Vec<Result<PdqLine, PdqLineError>> = lines.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                return Ok(failed);
            }
            let rows: Vec<Vec<Vec<Cell>>> = chunk
                .par_iter()
                .map(|line| match line {
                    Ok(line) => [&self.pictured, &self.listed]
                        .into_iter()
                        .flat_map(|list| {
                            let hits = list.of_hash(line).into_iter();
                            hits.map(move |hit| hash_cells(&line.metadata, list, hit))
                        })
                        .collect(),
                    Err(error) => vec![Failure::of_line(file, error).cells(Side::Query)],
                })
                .collect();
            failed |= chunk.iter().any(Result::is_err);
            for row in rows.into_iter().flatten() {
                table.push(row)?;
            }
        }
    }
}

enum Reference {
    Picture(Box<(ReferenceImage, ReferenceDetail)>),
    Hashes(String),
}

impl Reference {
    fn read(file: &Path, limits: &Limits) -> Result<Self, Unreadable> {
        Ok(match Source::read(file, limits)? {
            Source::Picture(look, _) => {
                let image = ReferenceImage {
                    brand: BrandId::from(""),
                    product: None,
                    file: file.display().to_string(),
                    role: ImageRole::Official,
                    fingerprint: look.fingerprint,
                };
                Self::Picture(Box::new((image, ReferenceDetail::of(&look)?)))
            }
            Source::Hashes(text) => Self::Hashes(text),
        })
    }
}

fn cells(query: &str, FrameHit { frame, hit }: &FrameHit) -> anyhow::Result<Vec<Cell>> {
    let corners = |polygon| serde_json::to_string(polygon).context("corners have no text form");
    // References have no brand here, so their names are a slash and the path.
    let reference = hit.reference.strip_prefix('/').unwrap_or(&hit.reference);
    Ok(vec![
        query.into(),
        reference.into(),
        hit.verdict.as_str().into(),
        hit.transform.as_str().into(),
        hit.distance.into(),
        hit.inliers.into(),
        hit.coverage.into(),
        hit.confidence.into(),
        hit.inverted.into(),
        hit.query_coverage.into(),
        corners(&hit.in_query)?.into(),
        corners(&hit.in_reference)?.into(),
        Cell::Null,
        (*frame).into(),
        Cell::Null,
    ])
}

/// Where only hashes are known, nothing is said about colours, places and how sure it is.
fn hash_cells(query: &str, list: &HashList, hit: HashHit) -> Vec<Cell> {
    let reference = list.line(hit.position).map(|line| line.metadata.clone());
    let mut cells = vec![
        query.into(),
        reference.into(),
        Verdict::Copy.as_str().into(),
        hit.transform.as_str().into(),
        hit.distance.into(),
    ];
    cells.resize(8, Cell::Null);
    cells.push(hit.inverted.into());
    cells.resize(COLUMNS.len() - 2, Cell::Null);
    cells.extend([hit.frame.into(), Cell::Null]);
    cells
}

/// A file, or a line of a list, that could not be read.
struct Failure {
    file: String,
    status: &'static str,
    reason: String,
    code: &'static str,
}

#[derive(Clone, Copy)]
enum Side {
    Query,
    Reference,
}

impl Failure {
    fn of_file(status: &'static str, file: &Path, reason: &Unreadable) -> Self {
        Self {
            file: file.display().to_string(),
            status,
            reason: reason.to_string(),
            code: reason.as_str(),
        }
    }

    fn of_line(file: &Path, error: &PdqLineError) -> Self {
        Self {
            file: file.display().to_string(),
            status: "unreadable",
            reason: error.to_string(),
            code: "no_hash",
        }
    }

    fn cells(self, side: Side) -> Vec<Cell> {
        let mut cells = match side {
            Side::Query => vec![self.file.into(), Cell::Null],
            Side::Reference => vec![Cell::Null, self.file.into()],
        };
        cells.push(self.status.into());
        cells.resize(COLUMNS.len() - 3, Cell::Null);
        cells.extend([self.reason.into(), Cell::Null, self.code.into()]);
        cells
    }
}
