use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use polars_arrow::array::Array;
use polars_arrow::io::ipc::read::{StreamReader, StreamState, read_stream_metadata};
use polars_arrow::record_batch::RecordBatchT;

use super::super::parquet::names;
use super::super::parquet_text::{Named, cell, flatten};
use super::super::{RawRow, TableError};
use super::messages::Messages;
use crate::panics::contained;

/// What stands for the stream's name in errors.
const NAME: &str = "the Arrow stream";

/// The rows of an Arrow IPC stream as texts, a batch at a time, whatever the columns' types; texts are made of values
/// as from a Parquet file. After an error the iteration ends.
pub struct ArrowReader {
    stream: StreamReader<Messages>,
    fields: Vec<Arc<str>>,
    header: Vec<Arc<str>>,
    rows: u64,
    done: bool,
}

impl ArrowReader {
    /// Reads the schema, with which a stream begins.
    ///
    /// # Errors
    /// [`TableError`] when the input is no such stream.
    pub fn open(input: Box<dyn Read + Send>) -> Result<Self, TableError> {
        let mut messages = Messages::new(input);
        let metadata = contained(|| read_stream_metadata(&mut messages))
            .ok_or_else(|| refuse("a schema that the decoder cannot handle"))?
            .map_err(refuse)?;
        let (mut fields, mut header) = (Vec::new(), Vec::new());
        for field in metadata.schema.iter_values() {
            fields.push(field.name.as_str().into());
            names("", field, &mut header);
        }
        Ok(Self {
            stream: StreamReader::new(messages, metadata, None),
            fields,
            header,
            rows: 0,
            done: false,
        })
    }

    /// The names of the columns, of a struct's members as `name.member`.
    pub fn header(&self) -> &[Arc<str>] {
        &self.header
    }

    fn next_batch(&mut self) -> Result<Option<Vec<RawRow>>, TableError> {
        let stream = &mut self.stream;
        let next = contained(|| stream.next())
            .ok_or_else(|| refuse("data that the decoder cannot handle"))?;
        match next.transpose().map_err(refuse)? {
            None => Ok(None),
            // The pipe was closed: whoever wrote it has failed, and what is missing is not known.
            Some(StreamState::Waiting) => Err(refuse("no end of the stream after the last batch")),
            Some(StreamState::Some(batch)) => Ok(Some(self.rows_of(batch))),
        }
    }

    fn rows_of(&mut self, batch: RecordBatchT<Box<dyn Array>>) -> Vec<RawRow> {
        let length = batch.len();
        let mut columns: Vec<Named> = Vec::new();
        for (name, array) in self.fields.iter().zip(batch.into_arrays()) {
            flatten("", name, array, &mut columns);
        }
        let first = self.rows + 1;
        self.rows += length as u64;
        (0..length)
            .map(|at| {
                let cells = columns.iter();
                let cells =
                    cells.filter_map(|(name, array)| Some((name.clone(), cell(&**array, at)?)));
                RawRow::new(first + at as u64, cells)
            })
            .collect()
    }
}

impl Iterator for ArrowReader {
    type Item = Result<Vec<RawRow>, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = self.next_batch();
        self.done = !matches!(next, Ok(Some(_)));
        next.transpose()
    }
}

fn refuse(found: impl ToString) -> TableError {
    TableError::content(
        Path::new(NAME),
        found.to_string(),
        "a whole Arrow IPC stream (schema, batches, end)",
        "look at what writes it",
    )
}
