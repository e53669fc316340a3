use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Number, Value};

use super::guard::guarded;
use super::parquet_write::{Grouping, RowGroups};
use super::{Cell, Column, Format, Kind, TableError};

/// Writes one table row by row. The same rows give the same bytes.
///
/// CSV: a header, `\n` line ends, texts guarded against formula injection by a leading `'`. NDJSON:
/// every column in every object, `null` where there is nothing. Parquet: Zstandard, row groups of
/// bounded size. A float that is not finite is written as nothing.
pub struct Writer {
    path: PathBuf,
    columns: Vec<Column>,
    sink: Sink,
    rows: u64,
    /// Raised when the reader of a pipe has gone: what wraps the error does not always tell.
    closed: Arc<AtomicBool>,
}

type Output = Box<dyn Write + Send>;

enum Sink {
    Csv(Box<csv::Writer<Output>>),
    Ndjson(Output),
    Parquet(Box<RowGroups<Output>>),
}

impl Writer {
    /// Creates a file, in place of any that is there.
    ///
    /// # Errors
    /// [`TableError::Write`] when it cannot be created or written to.
    pub fn create(path: &Path, format: Format, columns: &[Column]) -> Result<Self, TableError> {
        let file = File::create(path).map_err(|error| TableError::write(path, error))?;
        Self::start(path, Watched::new(BufWriter::new(file)), format, columns)
    }

    /// Writes to a stream, such as standard output.
    ///
    /// # Errors
    /// [`TableError::Write`] when the header cannot be written,
    /// or [`TableError::Closed`], here and later, when the reader of a pipe has gone.
    pub fn to_writer(out: Output, format: Format, columns: &[Column]) -> Result<Self, TableError> {
        Self::start(Path::new("output"), Watched::new(out), format, columns)
    }

    fn start(
        path: &Path,
        out: Watched,
        format: Format,
        columns: &[Column],
    ) -> Result<Self, TableError> {
        let closed = out.closed.clone();
        let sink = match format {
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(Box::new(out) as Output);
                let header = columns.iter().map(|column| column.name);
                writer
                    .write_record(header)
                    .map_err(|error| failed(path, &closed, error))?;
                Sink::Csv(Box::new(writer))
            }
            Format::Ndjson => Sink::Ndjson(Box::new(out)),
            Format::Parquet => {
                return Self::start_parquet(path, out, columns, Grouping::KEPT);
            }
        };
        Ok(Self {
            path: path.to_owned(),
            columns: columns.to_vec(),
            sink,
            rows: 0,
            closed,
        })
    }

    /// Creates a Parquet file for rows that are only put aside, with many others at once: each holds back rows of so many
    /// bytes of memory.
    ///
    /// # Errors
    /// [`TableError::Write`] when it cannot be created or written to.
    pub(super) fn spill(path: &Path, columns: &[Column], bytes: usize) -> Result<Self, TableError> {
        let file = File::create(path).map_err(|error| TableError::write(path, error))?;
        let out = Watched::new(BufWriter::new(file));
        Self::start_parquet(path, out, columns, Grouping::spilled(bytes))
    }

    fn start_parquet(
        path: &Path,
        out: Watched,
        columns: &[Column],
        grouping: Grouping,
    ) -> Result<Self, TableError> {
        let closed = out.closed.clone();
        let groups = RowGroups::new(Box::new(out) as Output, columns, grouping);
        let groups = groups.map_err(|error| failed(path, &closed, error))?;
        Ok(Self {
            path: path.to_owned(),
            columns: columns.to_vec(),
            sink: Sink::Parquet(Box::new(groups)),
            rows: 0,
            closed,
        })
    }

    /// Writes one row: a cell for each column, each null or of the column's kind (a whole number
    /// also where the column is of floats).
    ///
    /// # Errors
    /// [`TableError::Cell`] when a cell does not fit, [`TableError::Write`] when writing fails.
    pub fn push(&mut self, mut row: Vec<Cell>) -> Result<(), TableError> {
        self.fit(&mut row)?;
        self.rows += 1;
        let written = match &mut self.sink {
            Sink::Csv(writer) => {
                let cells = row.iter().map(csv_text);
                writer
                    .write_record(cells)
                    .map_err(|error| error.to_string())
            }
            Sink::Ndjson(out) => {
                write_object(out, &self.columns, row).map_err(|error| error.to_string())
            }
            Sink::Parquet(groups) => groups.push(row),
        };
        written.map_err(|error| failed(&self.path, &self.closed, error))
    }

    /// Writes what is still held back and closes the table; the number of rows.
    ///
    /// # Errors
    /// [`TableError::Write`] when writing fails.
    pub fn finish(self) -> Result<u64, TableError> {
        let written = match self.sink {
            Sink::Csv(mut writer) => writer.flush().map_err(|error| error.to_string()),
            Sink::Ndjson(mut out) => out.flush().map_err(|error| error.to_string()),
            Sink::Parquet(groups) => groups.finish(),
        };
        written.map_err(|error| failed(&self.path, &self.closed, error))?;
        Ok(self.rows)
    }

    fn fit(&self, row: &mut [Cell]) -> Result<(), TableError> {
        let misfit = |column: &str, found: String, expected: String| TableError::Cell {
            file: self.path.clone(),
            row: self.rows + 1,
            column: column.to_owned(),
            found,
            expected,
        };
        if row.len() != self.columns.len() {
            let (found, expected) = (row.len(), self.columns.len());
            return Err(misfit(
                "",
                format!("{found} cells"),
                format!("{expected} cells"),
            ));
        }
        for (cell, column) in row.iter_mut().zip(&self.columns) {
            match (&*cell, column.kind) {
                (Cell::Float(number), Kind::Float) if !number.is_finite() => *cell = Cell::Null,
                (Cell::Int(number), Kind::Float) => *cell = Cell::Float(*number as f64),
                (Cell::Null, _)
                | (Cell::Text(_), Kind::Text)
                | (Cell::Int(_), Kind::Int)
                | (Cell::Float(_), Kind::Float)
                | (Cell::Bool(_), Kind::Bool) => {}
                (cell, kind) => {
                    return Err(misfit(
                        column.name,
                        format!("{cell:?}"),
                        kind.as_str().to_owned(),
                    ));
                }
            }
        }
        Ok(())
    }
}

fn failed(path: &Path, closed: &AtomicBool, error: impl ToString) -> TableError {
    if closed.load(Ordering::Relaxed) {
        let source = io::Error::from(io::ErrorKind::BrokenPipe);
        TableError::Closed { source }
    } else {
        TableError::write(path, error)
    }
}

/// An output that remembers whether its reader has gone.
struct Watched {
    out: Output,
    closed: Arc<AtomicBool>,
}

impl Watched {
    fn new(out: impl Write + Send + 'static) -> Self {
        Self {
            out: Box::new(out),
            closed: Arc::default(),
        }
    }

    fn watch<T>(&self, done: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &done
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            self.closed.store(true, Ordering::Relaxed);
        }
        done
    }
}

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.out.write(bytes);
        self.watch(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.out.flush();
        self.watch(done)
    }
}

fn csv_text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Text(text) => guarded(text).into_owned(),
        Cell::Int(number) => number.to_string(),
        Cell::Float(number) => number.to_string(),
        Cell::Bool(truth) => truth.to_string(),
    }
}

fn write_object(out: &mut Output, columns: &[Column], row: Vec<Cell>) -> io::Result<()> {
    let mut object = Map::new();
    for (column, cell) in columns.iter().zip(row) {
        let value = match cell {
            Cell::Null => Value::Null,
            Cell::Text(text) => Value::String(text),
            Cell::Int(number) => Value::Number(number.into()),
            Cell::Float(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
            Cell::Bool(truth) => Value::Bool(truth),
        };
        object.insert(column.name.to_owned(), value);
    }
    serde_json::to_writer(&mut *out, &Value::Object(object))?;
    out.write_all(b"\n")
}
