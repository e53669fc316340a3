use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::chunks::Step;
use super::encoding::Utf8Source;
use super::lines::{Line, Lines};
use super::row::excerpt;
use super::{BadRow, RawCell, RawRow, TableError};

/// Bytes of the longest line that is read.
const MAX_LINE: usize = 8 << 20;
/// Objects of one array that are flattened; shops list at most some dozens of images or offers.
const MAX_ELEMENTS: usize = 32;

/// One JSON object a line, flattened: `offers.price` for an object in an object. The first object of
/// an array takes the array's name, the others `name.1`, `name.2`, ...; an array of scalars stays
/// one JSON text.
pub(super) struct NdjsonRows {
    lines: Lines,
    line: u64,
}

impl NdjsonRows {
    pub(super) fn open(path: &Path, file: File) -> Result<Self, TableError> {
        let source = Utf8Source::open(path, file)?;
        refuse_one_document(path, &source.sample)?;
        Ok(Self {
            lines: Lines::new(source.reader, &source.sample, MAX_LINE),
            line: 0,
        })
    }

    pub(super) fn step(&mut self) -> io::Result<Step> {
        loop {
            let Some(line) = self.lines.next()? else {
                return Ok(Step::End);
            };
            self.line += 1;
            match line {
                Line::Whole(bytes) if bytes.trim_ascii().is_empty() => {}
                Line::Whole(bytes) => return Ok(Step::Row(self.parse(&bytes))),
                Line::TooLong(head) => {
                    let found = format!(
                        "a line of more than {} MiB: {}",
                        MAX_LINE >> 20,
                        excerpt(&head)
                    );
                    return Ok(Step::Row(Err(self.bad(found, "one JSON object a line"))));
                }
            }
        }
    }

    fn parse(&self, bytes: &[u8]) -> Result<RawRow, BadRow> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let found = format!(
                "a byte that is not UTF-8 at {}: {}",
                error.valid_up_to() + 1,
                excerpt(bytes)
            );
            self.bad(found, "text in UTF-8; save the file as UTF-8")
        })?;
        let value: Value = serde_json::from_str(text).map_err(|error| {
            let found = match error.classify() {
                serde_json::error::Category::Eof => {
                    format!("an object that is cut off: {}", excerpt(bytes))
                }
                _ => format!("no JSON at column {}: {}", error.column(), excerpt(bytes)),
            };
            self.bad(found, "one whole JSON object a line; write the file again")
        })?;
        let Value::Object(object) = value else {
            return Err(self.bad(excerpt(bytes), "a JSON object with a name for each value"));
        };
        let mut cells = Vec::new();
        flatten("", object, &mut cells);
        Ok(RawRow::new(self.line, cells))
    }

    fn bad(&self, found: impl Into<String>, expected: &str) -> BadRow {
        BadRow::new(self.line, found, expected)
    }
}

/// Refuses a file that is one JSON document over all its lines.
fn refuse_one_document(path: &Path, sample: &[u8]) -> Result<(), TableError> {
    let refuse = |found: &str, remedy| {
        Err(TableError::content(
            path,
            found,
            "one JSON object a line (NDJSON)",
            remedy,
        ))
    };
    let text = sample.trim_ascii();
    let first = text
        .split(|b| matches!(b, b'\n' | b'\r'))
        .next()
        .unwrap_or_default()
        .trim_ascii();
    if text.is_empty() {
        return refuse("an empty file", "check how it was made");
    }
    if text.starts_with(b"[") {
        return refuse(
            "one JSON array over the whole file",
            "write one object a line: jq -c '.[]' FILE",
        );
    }
    let opening = text
        .strip_prefix(b"{")
        .unwrap_or_default()
        .trim_ascii_start();
    if opening.starts_with(b"\"@graph\"") || contains(first, b"\"@graph\"") {
        return refuse(
            "a JSON-LD @graph over the whole file",
            "write one object a line: jq -c '.\"@graph\"[]' FILE",
        );
    }
    if first == b"{" {
        return refuse(
            "a JSON object over several lines",
            "write one object a line: jq -c . FILE",
        );
    }
    Ok(())
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}

fn flatten(prefix: &str, object: Map<String, Value>, cells: &mut Vec<(Arc<str>, RawCell)>) {
    for (name, value) in object {
        let name = if prefix.is_empty() {
            name.trim().to_owned()
        } else {
            format!("{prefix}.{}", name.trim())
        };
        put(name, value, cells);
    }
}

fn put(name: String, value: Value, cells: &mut Vec<(Arc<str>, RawCell)>) {
    match value {
        Value::Null => {}
        Value::String(text) => cells.push((name.into(), text.into())),
        Value::Bool(truth) => cells.push((name.into(), truth.to_string().into())),
        Value::Number(number) => {
            cells.push((name.into(), RawCell::number(number.to_string())));
        }
        Value::Object(object) => flatten(&name, object, cells),
        Value::Array(elements) => {
            let (objects, scalars): (Vec<_>, Vec<_>) =
                elements.into_iter().partition(Value::is_object);
            let scalars: Vec<Value> = scalars
                .into_iter()
                .filter(|v| !v.is_null() && !v.is_array())
                .collect();
            if !scalars.is_empty() {
                let list = Value::Array(scalars).to_string();
                cells.push((name.as_str().into(), list.into()));
            }
            for (index, object) in objects.into_iter().take(MAX_ELEMENTS).enumerate() {
                let name = if index == 0 {
                    name.clone()
                } else {
                    format!("{name}.{index}")
                };
                put(name, object, cells);
            }
        }
    }
}
