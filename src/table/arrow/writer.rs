use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use polars_arrow::array::{Array, BooleanArray, PrimitiveArray, Utf8Array};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, ArrowSchemaRef, Field};
use polars_arrow::io::ipc::write::{StreamWriter, WriteOptions};
use polars_arrow::record_batch::RecordBatchT;

use super::super::{Cell, Column, Kind, TableError};

/// What stands for the stream's name in errors.
const NAME: &str = "output";

/// Bytes of text that one batch holds at most, beside its last row: offsets into a column's text have 32 bits, which is
/// what most engines take.
const BATCH_BYTES: usize = 256 << 20;

/// Holds nothing back: whoever reads may be waiting for this batch before it writes the next.
struct Unheld(Box<dyn Write + Send>);

impl Write for Unheld {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(bytes)?;
        self.0.flush()?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes rows as an Arrow IPC stream. Every column may have nulls; texts are of Arrow's type `utf8`.
pub struct ArrowWriter {
    stream: StreamWriter<Unheld>,
    schema: ArrowSchemaRef,
    columns: Vec<Column>,
}

impl ArrowWriter {
    /// Starts the stream with its schema.
    ///
    /// # Errors
    /// [`TableError::Write`] when writing fails.
    pub fn new(out: Box<dyn Write + Send>, columns: &[Column]) -> Result<Self, TableError> {
        let fields = columns.iter().map(|column| {
            let kind = match column.kind {
                Kind::Text => ArrowDataType::Utf8,
                Kind::Int => ArrowDataType::Int64,
                Kind::Float => ArrowDataType::Float64,
                Kind::Bool => ArrowDataType::Boolean,
            };
            Field::new(column.name.into(), kind, true)
        });
        let schema = Arc::new(ArrowSchema::from_iter(fields));
        let mut stream = StreamWriter::new(Unheld(out), WriteOptions { compression: None });
        stream.start(&schema, None).map_err(failed)?;
        Ok(Self {
            stream,
            schema,
            columns: columns.to_vec(),
        })
    }

    /// Writes a batch of rows, each with a null or a cell of the column's kind for each column; one whose texts do not
    /// fit as several.
    ///
    /// # Errors
    /// [`TableError::Write`] when writing fails.
    pub fn push(&mut self, rows: Vec<Vec<Cell>>) -> Result<(), TableError> {
        let (mut part, mut bytes) = (Vec::new(), 0);
        for row in rows {
            let texts = row.iter().filter_map(Cell::as_text);
            bytes += texts.map(str::len).sum::<usize>();
            part.push(row);
            if bytes >= BATCH_BYTES {
                self.write(&std::mem::take(&mut part))?;
                bytes = 0;
            }
        }
        self.write(&part)
    }

    /// Ends the stream.
    ///
    /// # Errors
    /// [`TableError::Write`] when writing fails.
    pub fn finish(mut self) -> Result<(), TableError> {
        self.stream.finish().map_err(failed)
    }

    fn write(&mut self, rows: &[Vec<Cell>]) -> Result<(), TableError> {
        let columns = self.columns.iter().enumerate();
        let arrays = columns.map(|(at, column)| array(column.kind, rows, at));
        let batch = RecordBatchT::try_new(rows.len(), self.schema.clone(), arrays.collect());
        let batch = batch.map_err(failed)?;
        self.stream.write(&batch, None).map_err(failed)
    }
}

/// The column at `at` of the rows.
fn array(kind: Kind, rows: &[Vec<Cell>], at: usize) -> Box<dyn Array> {
    let cells = || rows.iter().map(|row| row.get(at).unwrap_or(&Cell::Null));
    match kind {
        Kind::Text => {
            let texts: Vec<Option<&str>> = cells().map(Cell::as_text).collect();
            Box::new(Utf8Array::<i32>::from(texts))
        }
        Kind::Int => {
            let numbers: Vec<Option<i64>> = cells().map(Cell::as_int).collect();
            Box::new(PrimitiveArray::<i64>::from(numbers))
        }
        Kind::Float => {
            let finite = |cell: &Cell| cell.as_float().filter(|number| number.is_finite());
            let numbers: Vec<Option<f64>> = cells().map(finite).collect();
            Box::new(PrimitiveArray::<f64>::from(numbers))
        }
        Kind::Bool => {
            let truths: Vec<Option<bool>> = cells().map(Cell::as_bool).collect();
            Box::new(BooleanArray::from(truths))
        }
    }
}

fn failed(found: impl ToString) -> TableError {
    TableError::write(Path::new(NAME), found)
}
