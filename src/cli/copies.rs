use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rayon::prelude::*;

use crate::image::{Limits, Look, Unreadable};
use crate::record::BrandId;
use crate::reference::images::{Depth, ImageIndex, ReferenceDetail};
use crate::reference::{ImageHit, ImageRole, ReferenceImage};
use crate::table::{Cell, Column, Kind};

use super::Outcome;
use super::context::Context;
use super::fingerprint::files_below;
use super::output::{self, TableFormat};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Image files, or folders of them, that may be copies
    #[arg(required = true)]
    queries: Vec<PathBuf>,
    /// Image files, or folders of them, that they may be copies of
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
];

/// Files looked at between two writes; bounds memory, not the result.
const CHUNK: usize = 256;

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    context.use_threads(None)?;
    let limits = Limits::default();
    let mut table = output::stdout_table(args.format, COLUMNS)?;
    let (index, unreadable) = references(&files_below(&args.references)?, &limits)?;
    let mut outcome = Outcome::Done;
    for (file, reason) in unreadable {
        table.push(failure(None, Some(&file), &reason))?;
        outcome = Outcome::Incomplete;
    }
    let depth = if args.hashes_only {
        Depth::Hashes
    } else {
        Depth::LocalFeatures
    };
    for chunk in files_below(&args.queries)?.chunks(CHUNK) {
        let answers: Vec<Result<Vec<ImageHit>, Unreadable>> = chunk
            .par_iter()
            .map(|file| Ok(index.find(&Look::of_file(file, &limits)?, depth)))
            .collect();
        for (file, answer) in chunk.iter().zip(answers) {
            match answer {
                Ok(hits) => {
                    for hit in &hits {
                        table.push(cells(file, hit)?)?;
                    }
                }
                Err(reason) => {
                    table.push(failure(Some(file), None, &reason))?;
                    outcome = Outcome::Incomplete;
                }
            }
        }
    }
    table.finish()?;
    Ok(outcome)
}

/// A file and why it could not be read.
type Failed = (PathBuf, Unreadable);

fn references(files: &[PathBuf], limits: &Limits) -> anyhow::Result<(ImageIndex, Vec<Failed>)> {
    anyhow::ensure!(
        !files.is_empty(),
        "no file to compare with: --of names empty folders"
    );
    let read: Vec<Result<(ReferenceImage, ReferenceDetail), Failed>> = files
        .par_iter()
        .map(|file| {
            let read = || {
                let look = Look::of_file(file, limits)?;
                Ok((reference(file, &look), ReferenceDetail::of(&look)?))
            };
            read().map_err(|reason| (file.clone(), reason))
        })
        .collect();
    let (mut images, mut details, mut failed) = (Vec::new(), BTreeMap::new(), Vec::new());
    for result in read {
        match result {
            Ok((image, detail)) => {
                details.insert(image.file.clone(), detail);
                images.push(image);
            }
            Err(failure) => failed.push(failure),
        }
    }
    let index = ImageIndex::new(images).with_details(|image| details.remove(&image.file));
    Ok((index, failed))
}

fn reference(file: &Path, look: &Look) -> ReferenceImage {
    ReferenceImage {
        brand: BrandId::from(""),
        product: None,
        file: file.display().to_string(),
        role: ImageRole::Official,
        fingerprint: look.fingerprint,
    }
}

fn cells(query: &Path, hit: &ImageHit) -> anyhow::Result<Vec<Cell>> {
    let corners = |polygon| serde_json::to_string(polygon).context("corners have no text form");
    // References have no brand here, so their names are a slash and the path.
    let reference = hit.reference.strip_prefix('/').unwrap_or(&hit.reference);
    Ok(vec![
        query.display().to_string().into(),
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
    ])
}

/// A row for a file that could not be read.
fn failure(query: Option<&Path>, reference: Option<&Path>, reason: &Unreadable) -> Vec<Cell> {
    let name = |path: Option<&Path>| Cell::from(path.map(|path| path.display().to_string()));
    let mut cells = vec![name(query), name(reference), "unreadable".into()];
    cells.resize(COLUMNS.len() - 1, Cell::Null);
    cells.push(reason.to_string().into());
    cells
}
