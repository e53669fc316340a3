use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::image::{
    FrameFingerprint, Frames, Limits, PdqLine, Unreadable, fingerprint_frames, read_file,
};
use crate::table::{Cell, Column, Kind, Writer};

use super::Outcome;
use super::context::Context;
use super::output::{self, TableFormat};
use super::sources::files_below;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Image files, or folders whose files are all hashed
    #[arg(required = true)]
    path: Vec<PathBuf>,
    /// The form of the output
    #[arg(long, value_enum, default_value = "csv")]
    format: Form,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Form {
    Csv,
    Ndjson,
    Parquet,
    /// Lines of PDQ hash, quality and file, as ThreatExchange's tools read them
    Pdq,
}

const COLUMNS: &[Column] = &[
    Column::new("file", Kind::Text),
    Column::new("status", Kind::Text),
    Column::new("reason", Kind::Text),
    Column::new("format", Kind::Text),
    Column::new("width", Kind::Int),
    Column::new("height", Kind::Int),
    Column::new("pdq", Kind::Text),
    Column::new("quality", Kind::Int),
    Column::new("phash", Kind::Text),
    Column::new("frame", Kind::Int),
    Column::new("code", Kind::Text),
];

/// Files hashed between two writes; bounds memory, not the result.
const CHUNK: usize = 1024;

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    context.use_threads(None)?;
    let files = files_below(&args.path)?;
    let limits = Limits::default();
    let mut sink = Sink::new(args.format)?;
    let mut outcome = Outcome::Done;
    for chunk in files.chunks(CHUNK) {
        let read: Vec<Result<Frames, Unreadable>> = chunk
            .par_iter()
            .map(|file| fingerprint_frames(&read_file(file, &limits)?, &limits))
            .collect();
        for (file, result) in chunk.iter().zip(read) {
            let (frames, failure) = match result {
                Ok(Frames { frames, cut }) => (frames, cut.map(|reason| ("cut", reason))),
                Err(reason) => (Vec::new(), Some(("unreadable", reason))),
            };
            for frame in &frames {
                sink.frame(file, frame)?;
            }
            if let Some((status, reason)) = failure {
                sink.failure(file, status, &reason)?;
                outcome = Outcome::Incomplete;
            }
        }
    }
    sink.finish()?;
    Ok(outcome)
}

/// Where fingerprints go.
enum Sink {
    Table(Writer),
    Lines(io::BufWriter<io::Stdout>),
}

impl Sink {
    fn new(form: Form) -> anyhow::Result<Self> {
        let table = |format| output::stdout_table(format, COLUMNS).map(Self::Table);
        Ok(match form {
            Form::Csv => table(TableFormat::Csv)?,
            Form::Ndjson => table(TableFormat::Ndjson)?,
            Form::Parquet => table(TableFormat::Parquet)?,
            Form::Pdq => Self::Lines(io::BufWriter::new(io::stdout())),
        })
    }

    fn frame(&mut self, file: &Path, frame: &FrameFingerprint) -> anyhow::Result<()> {
        let FrameFingerprint { index, fingerprint } = frame;
        let name = file.display().to_string();
        match self {
            Self::Table(table) => table.push(vec![
                name.into(),
                "ok".into(),
                Cell::Null,
                fingerprint.format.as_str().into(),
                fingerprint.width.into(),
                fingerprint.height.into(),
                fingerprint.pdq[0].to_string().into(),
                u32::from(fingerprint.quality).into(),
                fingerprint.phash.to_string().into(),
                (*index).into(),
                Cell::Null,
            ])?,
            Self::Lines(lines) => {
                let line = PdqLine {
                    hash: fingerprint.pdq[0],
                    quality: Some(fingerprint.quality),
                    metadata: match index {
                        0 => name,
                        frame => format!("{name}#frame={frame}"),
                    },
                };
                writeln!(lines, "{line}")?;
            }
        }
        Ok(())
    }

    /// The lines have no room for a reason: it goes to stderr, as the tools do it.
    fn failure(&mut self, file: &Path, status: &str, reason: &Unreadable) -> anyhow::Result<()> {
        match self {
            Self::Table(table) => {
                let name = file.display().to_string();
                let mut cells = vec![name.into(), status.into(), reason.to_string().into()];
                cells.resize(COLUMNS.len() - 1, Cell::Null);
                cells.push(reason.as_str().into());
                table.push(cells)?;
            }
            Self::Lines(_) => eprintln!("{}: {status}: {reason}", file.display()),
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Table(table) => {
                table.finish()?;
            }
            Self::Lines(mut lines) => lines.flush()?,
        }
        Ok(())
    }
}
