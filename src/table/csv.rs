use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Cursor, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use csv::{ByteRecord, Position, ReaderBuilder, Terminator};

use super::chunks::Step;
use super::encoding::Utf8Source;
use super::lines::{Line, Lines};
use super::quotes::Quotes;
use super::row::excerpt;
use super::{BadRow, RawRow, TableError};

/// Bytes and lines of the longest record that is read. A quote that is never closed would otherwise
/// take in the rest of the file.
const MAX_RECORD: usize = 1 << 20;
const MAX_RECORD_LINES: usize = 1000;
/// The delimiters that a header is searched for, in order of preference.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Delimited text, record by record.
///
/// Quotes follow RFC 4180. A record over several lines is taken only when its quotes close properly
/// and it has no more fields than the header; otherwise its first line is a bad row and reading
/// goes on with the next line, so that a stray quote costs one row and not the rest of the file. A
/// record with fewer fields than the header leaves the last columns empty, and says so ([`RawRow::short`]).
pub(super) struct CsvRows {
    lines: Lines,
    delimiter: u8,
    splitter: csv::Reader<Cursor<Vec<u8>>>,
    fields: ByteRecord,
    header: Vec<Arc<str>>,
    row: u64,
}

impl CsvRows {
    pub(super) fn open(path: &Path, file: File) -> Result<Self, TableError> {
        let source = Utf8Source::open(path, file)?;
        let mut lines = Lines::new(source.reader, &source.sample, MAX_RECORD);
        let io = |error| TableError::read(path, 0, error);
        let template = skip_template(&mut lines).map_err(io)?;
        let first = peek(&mut lines).map_err(io)?;
        let delimiter = if template {
            b'\t'
        } else {
            delimiter_of(&first)
        };
        let splitter = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(Cursor::new(Vec::new()));
        let header = Vec::new();
        let mut rows = Self {
            lines,
            delimiter,
            splitter,
            fields: ByteRecord::new(),
            header,
            row: 0,
        };
        rows.read_header(path)?;
        Ok(rows)
    }

    pub(super) fn header(&self) -> &[Arc<str>] {
        &self.header
    }

    fn read_header(&mut self, path: &Path) -> Result<(), TableError> {
        let refuse = |found: &str, remedy| {
            TableError::content(
                path,
                found,
                "a header line with the names of the columns",
                remedy,
            )
        };
        let record = self
            .record()
            .map_err(|error| TableError::read(path, 0, error))?;
        let line = match record {
            None => return Err(refuse("an empty file", "check how it was made")),
            Some(Err(found)) => return Err(refuse(&found, "correct the first line")),
            Some(Ok(line)) => line,
        };
        self.split(&line)
            .map_err(|error| TableError::read(path, 0, error))?;
        let mut seen = BTreeSet::new();
        for name in &self.fields {
            let name = String::from_utf8_lossy(name).trim().to_owned();
            // Of two columns with one name the first counts; nameless ones hold nothing.
            let name = if seen.insert(name.clone()) {
                name
            } else {
                String::new()
            };
            self.header.push(name.into());
        }
        if self.header.iter().all(|name| name.is_empty()) {
            return Err(refuse(
                "a first line without names",
                "put the names of the columns there",
            ));
        }
        Ok(())
    }

    pub(super) fn step(&mut self) -> io::Result<Step> {
        let Some(record) = self.record()? else {
            return Ok(Step::End);
        };
        self.row += 1;
        let bytes = match record {
            Ok(bytes) => bytes,
            Err(found) => {
                let expected = "quotes in pairs around a value, doubled within it; reading goes on with the next line";
                return Ok(Step::Row(Err(BadRow::new(self.row, found, expected))));
            }
        };
        self.split(&bytes)?;
        Ok(Step::Row(self.row_of(&bytes)))
    }

    fn row_of(&self, bytes: &[u8]) -> Result<RawRow, BadRow> {
        let extra = self
            .fields
            .iter()
            .skip(self.header.len())
            .any(|field| !field.is_empty());
        if extra {
            let found = format!("{} values: {}", self.fields.len(), excerpt(bytes));
            let expected = format!(
                "{} values, one for each column; put quotes around a value with a {:?} in it",
                self.header.len(),
                char::from(self.delimiter)
            );
            return Err(BadRow::new(self.row, found, expected));
        }
        let mut cells = Vec::with_capacity(self.header.len());
        for (name, value) in self.header.iter().zip(&self.fields) {
            let Ok(value) = std::str::from_utf8(value) else {
                let mut bad = BadRow::new(
                    self.row,
                    excerpt(value),
                    "text in UTF-8; save the file as UTF-8",
                );
                bad.column = name.to_string();
                return Err(bad);
            };
            if !name.is_empty() && !value.is_empty() {
                cells.push((name.clone(), value.to_owned().into()));
            }
        }
        // Columns without a name hold nothing, so that nothing is missing there.
        let named = self.header.iter().rposition(|name| !name.is_empty());
        let named = named.map_or(0, |last| last + 1);
        Ok(RawRow::new(self.row, cells).with_short(self.fields.len(), named))
    }

    /// Splits one record into `self.fields`, by the csv crate.
    fn split(&mut self, record: &[u8]) -> io::Result<()> {
        let buffer = self.splitter.get_mut().get_mut();
        buffer.clear();
        buffer.extend_from_slice(record);
        self.fields.clear();
        self.splitter
            .seek_raw(SeekFrom::Start(0), Position::new())?;
        self.splitter.read_byte_record(&mut self.fields)?;
        Ok(())
    }

    /// The bytes of the next record, or what is wrong with the line that starts it.
    fn record(&mut self) -> io::Result<Option<Result<Vec<u8>, String>>> {
        let first = loop {
            match self.lines.next()? {
                None => return Ok(None),
                Some(Line::Whole(line)) if matches!(line.as_slice(), b"" | b"\r") => {}
                Some(Line::Whole(line)) => break line,
                Some(Line::TooLong(head)) => {
                    return Ok(Some(Err(format!(
                        "a line of more than 1 MiB: {}",
                        excerpt(&head)
                    ))));
                }
            }
        };
        let mut quotes = Quotes::new(self.delimiter);
        quotes.read_line(&first);
        if !quotes.open() {
            return Ok(Some(Ok(without_return(first))));
        }
        let (mut more, mut bytes) = (Vec::new(), first.len());
        let fault = loop {
            if more.len() + 1 >= MAX_RECORD_LINES || bytes > MAX_RECORD {
                break format!("a quote that {} lines do not close", more.len() + 1);
            }
            match self.lines.next()? {
                None => break "a quote that is never closed".to_owned(),
                Some(Line::TooLong(head)) => {
                    self.lines.put_back_line(Line::TooLong(head));
                    break "a quote that is not closed before a line of more than 1 MiB".to_owned();
                }
                Some(Line::Whole(line)) => {
                    bytes += line.len() + 1;
                    quotes.read_line(&line);
                    more.push(line);
                }
            }
            let columns = if self.header.is_empty() {
                usize::MAX
            } else {
                self.header.len()
            };
            if quotes.stray || quotes.fields > columns {
                break "a quote that closes in the middle of a later row".to_owned();
            }
            if !quotes.open() {
                let mut record = first;
                for line in more {
                    record.push(b'\n');
                    record.extend(line);
                }
                return Ok(Some(Ok(without_return(record))));
            }
        };
        let found = format!("{fault}: {}", excerpt(&first));
        self.lines.put_back(more.into_iter());
        Ok(Some(Err(found)))
    }
}

/// A record without the carriage return of its `\r\n`.
fn without_return(mut record: Vec<u8>) -> Vec<u8> {
    if record.last() == Some(&b'\r') {
        record.pop();
    }
    record
}

/// Skips the lines that Amazon's flat files have above the header: `TemplateType=...`, then labels
/// for people. The header is the first line after the template's whose names look like `item_sku`.
fn skip_template(lines: &mut Lines) -> io::Result<bool> {
    let first = peek(lines)?;
    let start = first
        .trim_ascii_start()
        .strip_prefix(b"\"")
        .unwrap_or(first.trim_ascii_start());
    if !start.starts_with(b"TemplateType=") {
        return Ok(false);
    }
    lines.next()?;
    let second = peek(lines)?;
    let machine_name = |name: &[u8]| {
        name.iter()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
    };
    let names: Vec<&[u8]> = second
        .split(|b| *b == b'\t')
        .filter(|name| !name.is_empty())
        .collect();
    if names.iter().filter(|name| machine_name(name)).count() * 2 <= names.len() {
        lines.next()?;
    }
    Ok(true)
}

/// The next line that is not empty, left where it is.
fn peek(lines: &mut Lines) -> io::Result<Vec<u8>> {
    loop {
        match lines.next()? {
            None => return Ok(Vec::new()),
            Some(Line::Whole(line)) if line.trim_ascii().is_empty() => {}
            Some(Line::Whole(line)) => {
                let copy = line.clone();
                lines.put_back_line(Line::Whole(line));
                return Ok(copy);
            }
            Some(Line::TooLong(head)) => {
                let copy = head.clone();
                lines.put_back_line(Line::TooLong(head));
                return Ok(copy);
            }
        }
    }
}

/// The delimiter that stands most often in the header outside quotes.
fn delimiter_of(header: &[u8]) -> u8 {
    let count = |delimiter: u8| {
        let mut quotes = Quotes::new(delimiter);
        quotes.read(header);
        quotes.fields
    };
    DELIMITERS
        .into_iter()
        .rev()
        .max_by_key(|delimiter| count(*delimiter))
        .unwrap_or(b',')
}
