use std::sync::Arc;

/// One value of a file as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawCell {
    /// The text; of a number its plain form with `.` as the decimal mark.
    pub text: String,
    /// Whether the file holds it as a number, so that no mark in it groups digits. Never in CSV,
    /// which has texts only.
    pub number: bool,
}

impl RawCell {
    /// A number in its plain form.
    pub fn number(text: String) -> Self {
        Self { text, number: true }
    }
}

impl From<String> for RawCell {
    fn from(text: String) -> Self {
        Self {
            text,
            number: false,
        }
    }
}

/// One row as texts, under the column names of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRow {
    row: u64,
    cells: Vec<(Arc<str>, RawCell)>,
    short: Option<[usize; 2]>,
}

impl RawRow {
    /// A row of `cells`; empty values are left out.
    pub(super) fn new(row: u64, cells: impl IntoIterator<Item = (Arc<str>, RawCell)>) -> Self {
        let cells = cells
            .into_iter()
            .filter(|(_, value)| !value.text.is_empty())
            .collect();
        Self {
            row,
            cells,
            short: None,
        }
    }

    /// The same with `found` values where the file has `expected` columns.
    pub(super) fn with_short(mut self, found: usize, expected: usize) -> Self {
        self.short = (found < expected).then_some([found, expected]);
        self
    }

    /// Of a row that ends before the last named column: its number of values, and how many there should be.
    pub fn short(&self) -> Option<[usize; 2]> {
        self.short
    }

    /// Where the row stands, from 1: CSV and Parquet count data rows, NDJSON counts lines.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// The value under a column name as the file spells it; `None` when absent or empty.
    pub fn get(&self, column: &str) -> Option<&str> {
        self.columns()
            .find(|(name, _)| *name == column)
            .map(|(_, value)| value)
    }

    /// Column names and values in the file's order, empty values left out.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &str)> {
        self.cells
            .iter()
            .map(|(name, value)| (&**name, value.text.as_str()))
    }

    /// The same with the cells moved out.
    pub fn into_columns(self) -> impl Iterator<Item = (Arc<str>, RawCell)> {
        self.cells.into_iter()
    }

    /// Bytes of text held, for bounding chunks.
    pub(super) fn bytes(&self) -> usize {
        self.cells
            .iter()
            .map(|(_, value)| value.text.len() + 48)
            .sum()
    }
}

/// A row that cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Where the row stands, counted as in [`RawRow::row`].
    pub row: u64,
    /// The column at fault, empty when it is the row as a whole.
    pub column: String,
    /// What is there, shortened.
    pub found: String,
    /// What should be there, and what to do.
    pub expected: String,
}

impl BadRow {
    pub(super) fn new(row: u64, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            row,
            column: String::new(),
            found: found.into(),
            expected: expected.into(),
        }
    }
}

/// The beginning of some bytes as text, for messages: at most 80 characters.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(400)]);
    let mut text: String = head.trim_end().chars().take(80).collect();
    if text.len() < head.trim_end().len() || bytes.len() > 400 {
        text.push('…');
    }
    text
}
