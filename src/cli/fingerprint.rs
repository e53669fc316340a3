use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rayon::prelude::*;

use crate::image::{Fingerprint, Limits, Unreadable, fingerprint_file};
use crate::table::{Cell, Column, Kind};

use super::Outcome;
use super::context::Context;
use super::output::{self, TableFormat};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Image files, or folders whose files are all hashed
    #[arg(required = true)]
    path: Vec<PathBuf>,
    /// The form of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
}

const COLUMNS: &[Column] = &[
    Column {
        name: "file",
        kind: Kind::Text,
    },
    Column {
        name: "status",
        kind: Kind::Text,
    },
    Column {
        name: "reason",
        kind: Kind::Text,
    },
    Column {
        name: "format",
        kind: Kind::Text,
    },
    Column {
        name: "width",
        kind: Kind::Int,
    },
    Column {
        name: "height",
        kind: Kind::Int,
    },
    Column {
        name: "pdq",
        kind: Kind::Text,
    },
    Column {
        name: "quality",
        kind: Kind::Int,
    },
    Column {
        name: "phash",
        kind: Kind::Text,
    },
];

/// Files hashed between two writes; bounds memory, not the result.
const CHUNK: usize = 1024;

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    context.use_threads(None)?;
    let files = files_below(&args.path)?;
    let limits = Limits::default();
    let mut table = output::stdout_table(args.format, COLUMNS)?;
    let mut outcome = Outcome::Done;
    for chunk in files.chunks(CHUNK) {
        let read: Vec<_> = chunk
            .par_iter()
            .map(|file| fingerprint_file(file, &limits))
            .collect();
        for (file, result) in chunk.iter().zip(read) {
            if result.is_err() {
                outcome = Outcome::Incomplete;
            }
            table.push(cells(file, result))?;
        }
    }
    table.finish()?;
    Ok(outcome)
}

fn cells(file: &Path, result: Result<Fingerprint, Unreadable>) -> Vec<Cell> {
    let file = Cell::from(file.display().to_string());
    match result {
        Ok(fingerprint) => vec![
            file,
            "ok".into(),
            Cell::Null,
            fingerprint.format.as_str().into(),
            fingerprint.width.into(),
            fingerprint.height.into(),
            fingerprint.pdq[0].to_string().into(),
            u32::from(fingerprint.quality).into(),
            fingerprint.phash.to_string().into(),
        ],
        Err(reason) => {
            let mut cells = vec![file, "unreadable".into(), reason.to_string().into()];
            cells.resize(COLUMNS.len(), Cell::Null);
            cells
        }
    }
}

/// The files named, and all files below the folders named, each folder's in order of name.
pub(super) fn files_below(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, &mut files)?;
        } else {
            // A file that is not there becomes a row with its reason.
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let read = || -> std::io::Result<Vec<(PathBuf, std::fs::FileType)>> {
        std::fs::read_dir(folder)?
            .map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))))
            .collect()
    };
    let mut entries = read().with_context(|| format!("cannot list {}", folder.display()))?;
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, kind) in entries {
        // Links to folders are not followed: they could lead in a circle.
        if kind.is_dir() {
            walk(&path, files)?;
        } else if kind.is_file() || path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}
