use serde::Serialize;

/// A row that became no record, or a field that was dropped from one, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The file, as its path was given.
    pub file: String,
    /// The row, from 1: CSV and Parquet count data rows, NDJSON counts lines.
    pub row: u64,
    /// The canonical column at fault, empty when it is the row as a whole.
    pub column: String,
    /// What is there, at most 200 characters.
    pub found: String,
    /// What should be there, and what to do.
    pub expected: String,
    /// The record's identifier, empty when it has none.
    pub id: String,
}

/// What one chunk of input rows became.
///
/// Over a file, the rows are the records, the folded rows and the rejects together.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<T> {
    /// Input rows used up.
    pub rows: u64,
    /// The records.
    pub records: Vec<T>,
    /// Rows merged into another row's record, such as Shopify's extra image rows.
    pub folded: u64,
    /// Rows that became no record.
    pub rejects: Vec<Reject>,
    /// Fields dropped or shortened; their records were kept.
    pub notes: Vec<Reject>,
    /// Records whose price was dropped because nothing says its currency.
    pub without_currency: u64,
}

impl<T> Default for Batch<T> {
    fn default() -> Self {
        Self {
            rows: 0,
            records: Vec::new(),
            folded: 0,
            rejects: Vec::new(),
            notes: Vec::new(),
            without_currency: 0,
        }
    }
}
