use std::io::{self, Write};

use crate::table::{Column, Format, TableError, Writer};

/// The form of a table on stdout.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum TableFormat {
    Csv,
    Ndjson,
    Parquet,
}

impl From<TableFormat> for Format {
    fn from(format: TableFormat) -> Self {
        match format {
            TableFormat::Csv => Self::Csv,
            TableFormat::Ndjson => Self::Ndjson,
            TableFormat::Parquet => Self::Parquet,
        }
    }
}

/// A table that leaves by stdout.
pub(super) fn stdout_table(
    format: TableFormat,
    columns: &'static [Column],
) -> Result<Writer, TableError> {
    Writer::to_writer(Box::new(io::stdout()), format.into(), columns)
}

/// Prints text to stdout; a closed pipe is an error like any other.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Whether the reader of our output has gone, which is no failure of ours.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
