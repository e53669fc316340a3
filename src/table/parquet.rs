use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars_arrow::array::Array;
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_buffer::Buffer;
use polars_parquet::parquet::page::CompressedPage;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, FileMetadata, Filter, PageReader,
    column_iter_to_arrays, infer_schema, read_metadata,
};

use super::chunks::Step;
use super::parquet_text::{Named, cell, flatten};
use super::{RawRow, TableError};
use crate::panics::contained;

/// Rows decoded at once, where chunks are not longer themselves.
const SLICE_ROWS: usize = 16_384;
/// Bytes of the longest page; writers make pages of about a megabyte.
const MAX_PAGE: usize = 1 << 28;

/// The rows of a Parquet file as texts, whatever its columns' types.
///
/// Arrays are read below polars' data frames, because those panic on types whose feature is not
/// compiled in. The compressed row group in hand and one slice of it are held in memory.
pub(super) struct ParquetRows {
    path: PathBuf,
    file: File,
    metadata: FileMetadata,
    fields: Vec<Field>,
    header: Vec<Arc<str>>,
    group: Option<Group>,
    next_group: usize,
    slice: Slice,
    slice_rows: usize,
    row: u64,
}

/// The compressed columns of one row group.
struct Group {
    index: usize,
    columns: Vec<Vec<(usize, Buffer<u8>)>>,
    rows: usize,
    read: usize,
}

/// Decoded rows not yet handed out.
#[derive(Default)]
struct Slice {
    columns: Vec<Named>,
    rows: usize,
    next: usize,
}

impl ParquetRows {
    pub(super) fn open(path: &Path, mut file: File, chunk_rows: usize) -> Result<Self, TableError> {
        let (metadata, schema) = attempt(|| {
            let metadata = read_metadata(&mut file).map_err(|error| error.to_string())?;
            let schema = infer_schema(&metadata).map_err(|error| error.to_string())?;
            Ok((metadata, schema))
        })
        .map_err(|found| refuse(path, found))?;
        let fields: Vec<Field> = schema.iter_values().cloned().collect();
        let mut header = Vec::new();
        for field in &fields {
            names("", field, &mut header);
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            metadata,
            fields,
            header,
            group: None,
            next_group: 0,
            slice: Slice::default(),
            slice_rows: SLICE_ROWS.max(chunk_rows),
            row: 0,
        })
    }

    pub(super) fn header(&self) -> &[Arc<str>] {
        &self.header
    }

    pub(super) fn step(&mut self) -> Result<Step, TableError> {
        while self.slice.next >= self.slice.rows {
            if !self.next_slice()? {
                return Ok(Step::End);
            }
        }
        let at = self.slice.next;
        self.slice.next += 1;
        self.row += 1;
        let cells = self.slice.columns.iter();
        let cells =
            cells.filter_map(|(name, array)| cell(&**array, at).map(|cell| (name.clone(), cell)));
        Ok(Step::Row(Ok(RawRow::new(self.row, cells))))
    }

    /// Decodes the next slice; false after the last.
    fn next_slice(&mut self) -> Result<bool, TableError> {
        if self
            .group
            .as_ref()
            .is_none_or(|group| group.read >= group.rows)
        {
            if self.next_group >= self.metadata.row_groups.len() {
                return Ok(false);
            }
            self.group = None;
            let group = attempt(|| self.read_group()).map_err(|found| refuse(&self.path, found))?;
            self.next_group += 1;
            self.group = Some(group);
        }
        let Some(group) = &mut self.group else {
            return Ok(false);
        };
        let range = group.read..group.rows.min(group.read + self.slice_rows);
        group.read = range.end;
        let (fields, metadata) = (&self.fields, &self.metadata);
        let columns = attempt(|| decode(fields, metadata, group, range.clone()));
        let columns = columns.map_err(|found| refuse(&self.path, found))?;
        self.slice = Slice {
            columns,
            rows: range.len(),
            next: 0,
        };
        Ok(true)
    }

    fn read_group(&mut self) -> Result<Group, String> {
        let index = self.next_group;
        let metadata = &self.metadata.row_groups[index];
        let length = self
            .file
            .metadata()
            .map_err(|error| error.to_string())?
            .len();
        let mut columns = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let Some(chunks) = metadata.columns_idxs_under_root_iter(&field.name) else {
                return Err(format!("no data for column {}", field.name));
            };
            let mut read = Vec::with_capacity(chunks.len());
            for &chunk in chunks {
                let range = metadata.parquet_columns()[chunk].byte_range();
                if range.start > range.end || range.end > length {
                    return Err(format!("column {} beyond the end of the file", field.name));
                }
                let mut bytes = vec![0; (range.end - range.start) as usize];
                self.file
                    .seek(SeekFrom::Start(range.start))
                    .map_err(|error| error.to_string())?;
                self.file
                    .read_exact(&mut bytes)
                    .map_err(|error| error.to_string())?;
                let bytes = Buffer::from(bytes);
                check_pages(
                    &metadata.parquet_columns()[chunk],
                    &bytes,
                    metadata.num_rows(),
                )
                .map_err(|found| format!("column {}: {found}", field.name))?;
                read.push((chunk, bytes));
            }
            columns.push(read);
        }
        Ok(Group {
            index,
            columns,
            rows: metadata.num_rows(),
            read: 0,
        })
    }
}

/// Refuses pages whose headers promise more than there is: the decoder allocates what they say, and
/// an allocation that fails ends the program.
fn check_pages(chunk: &ColumnChunkMetadata, bytes: &Buffer<u8>, rows: usize) -> Result<(), String> {
    let mut values = 0usize;
    let expected = usize::try_from(chunk.num_values()).map_err(|error| error.to_string())?;
    for page in PageReader::new(Cursor::new(bytes.clone()), chunk, Vec::new(), MAX_PAGE) {
        let CompressedPage::Data(page) = page.map_err(|error| error.to_string())? else {
            continue;
        };
        let (count, size) = (page.num_values(), page.uncompressed_size());
        values = values.saturating_add(count);
        if count > expected || size > MAX_PAGE {
            return Err(format!("a page of {count} values and {size} bytes"));
        }
    }
    let nested = chunk.descriptor().descriptor.max_rep_level > 0;
    if values != expected || (!nested && values != rows) {
        return Err(format!(
            "{values} values in pages, {expected} promised, for {rows} rows"
        ));
    }
    Ok(())
}

fn decode(
    fields: &[Field],
    metadata: &FileMetadata,
    group: &Group,
    range: std::ops::Range<usize>,
) -> Result<Vec<Named>, String> {
    let chunks: &[ColumnChunkMetadata] = metadata.row_groups[group.index].parquet_columns();
    let mut columns = Vec::new();
    for (field, bytes) in fields.iter().zip(&group.columns) {
        let pages = bytes.iter().map(|(chunk, bytes)| {
            let pages = PageReader::new(
                Cursor::new(bytes.clone()),
                &chunks[*chunk],
                Vec::new(),
                MAX_PAGE,
            );
            BasicDecompressor::new(pages, Vec::new())
        });
        let types = bytes
            .iter()
            .map(|(chunk, _)| &chunks[*chunk].descriptor().descriptor.primitive_type);
        let filter = (range.len() < group.rows).then(|| Filter::Range(range.clone()));
        let arrays = column_iter_to_arrays(pages.collect(), types.collect(), field.clone(), filter);
        let (arrays, _) = arrays.map_err(|error| format!("column {}: {error}", field.name))?;
        let array = match <[Box<dyn Array>; 1]>::try_from(arrays) {
            Ok([array]) => array,
            Err(arrays) => polars_arrow::compute::concatenate::concatenate_unchecked(&arrays)
                .map_err(|error| format!("column {}: {error}", field.name))?,
        };
        if array.len() != range.len() {
            return Err(format!(
                "{} values in column {} for {} rows",
                array.len(),
                field.name,
                range.len()
            ));
        }
        flatten("", &field.name, array, &mut columns);
    }
    Ok(columns)
}

/// The names that a field's values come under: its own, or `name.member` for each member.
pub(super) fn names(prefix: &str, field: &Field, header: &mut Vec<Arc<str>>) {
    let name = format!("{prefix}{}", field.name.trim());
    match field.dtype.to_storage() {
        ArrowDataType::Struct(members) => {
            members
                .iter()
                .for_each(|member| names(&format!("{name}."), member, header));
        }
        _ => header.push(name.into()),
    }
}

/// A step of the decoder, which may panic on a hostile file.
fn attempt<T>(step: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    contained(step).unwrap_or_else(|| Err("data that the decoder cannot handle".to_owned()))
}

fn refuse(path: &Path, found: String) -> TableError {
    TableError::content(
        path,
        found,
        "a whole Parquet file",
        "write or copy the file again",
    )
}
