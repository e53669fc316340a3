use std::io::Write;

use polars::io::parquet::write::{BatchedWriter, StatisticsOptions};
use polars::prelude::{
    Column as PolarsColumn, DataFrame, DataType, ParquetCompression, ParquetWriter, PolarsError,
    Schema,
};

use super::{Cell, Column, Kind};

/// How large row groups grow, and what is told of each.
#[derive(Clone, Copy)]
pub(super) struct Grouping {
    rows: usize,
    /// Of memory that the cells of a group take.
    bytes: usize,
    /// Whether the file tells the least and the greatest value of each column of a group.
    statistics: bool,
}

impl Grouping {
    /// For files that are kept: readers hold a group at a time.
    pub const KEPT: Self = Self {
        rows: 16_384,
        bytes: 16 << 20,
        statistics: true,
    };

    /// For one of many files that are written side by side, and soon read back whole. What a file tells of its groups is
    /// in memory until it is closed: statistics of texts would come to more than the cells that are held back.
    pub const fn spilled(bytes: usize) -> Self {
        Self {
            rows: usize::MAX,
            bytes,
            statistics: false,
        }
    }
}

/// Gathers rows into row groups and writes each as it fills.
pub(super) struct RowGroups<W: Write> {
    writer: BatchedWriter<W>,
    columns: Vec<(&'static str, Values)>,
    grouping: Grouping,
    rows: usize,
    bytes: usize,
}

enum Values {
    Text(Vec<Option<String>>),
    Int(Vec<Option<i64>>),
    Float(Vec<Option<f64>>),
    Bool(Vec<Option<bool>>),
}

impl<W: Write> RowGroups<W> {
    pub(super) fn new(out: W, columns: &[Column], grouping: Grouping) -> Result<Self, PolarsError> {
        let schema: Schema = columns
            .iter()
            .map(|column| (column.name.into(), Values::new(column.kind).data_type()))
            .collect();
        let statistics = if grouping.statistics {
            StatisticsOptions::default()
        } else {
            StatisticsOptions::empty()
        };
        // One thread: scans run this beside a pool of their own.
        let writer = ParquetWriter::new(out)
            .with_compression(ParquetCompression::Zstd(None))
            .with_statistics(statistics)
            .set_parallel(false)
            .batched(&schema)?;
        let columns = columns
            .iter()
            .map(|column| (column.name, Values::new(column.kind)))
            .collect();
        Ok(Self {
            writer,
            columns,
            grouping,
            rows: 0,
            bytes: 0,
        })
    }

    /// Adds a row whose cells fit the columns.
    pub(super) fn push(&mut self, row: Vec<Cell>) -> Result<(), String> {
        for ((_, values), cell) in self.columns.iter_mut().zip(row) {
            self.bytes += values.room() + cell.as_text().map_or(0, str::len);
            values.push(cell);
        }
        self.rows += 1;
        if self.rows >= self.grouping.rows || self.bytes >= self.grouping.bytes {
            self.write_group().map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), String> {
        self.write_group().map_err(|error| error.to_string())?;
        self.writer.finish().map_err(|error| error.to_string())?;
        Ok(())
    }

    fn write_group(&mut self) -> Result<(), PolarsError> {
        if self.rows == 0 {
            return Ok(());
        }
        let columns = self
            .columns
            .iter_mut()
            .map(|(name, values)| values.take(name))
            .collect();
        self.writer
            .write_batch(&DataFrame::new(self.rows, columns)?)?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

impl Values {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(Vec::new()),
            Kind::Int => Self::Int(Vec::new()),
            Kind::Float => Self::Float(Vec::new()),
            Kind::Bool => Self::Bool(Vec::new()),
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Self::Text(_) => DataType::String,
            Self::Int(_) => DataType::Int64,
            Self::Float(_) => DataType::Float64,
            Self::Bool(_) => DataType::Boolean,
        }
    }

    /// Bytes of memory that a cell takes, beside its text.
    fn room(&self) -> usize {
        match self {
            Self::Text(_) => size_of::<Option<String>>(),
            Self::Int(_) => size_of::<Option<i64>>(),
            Self::Float(_) => size_of::<Option<f64>>(),
            Self::Bool(_) => size_of::<Option<bool>>(),
        }
    }

    fn push(&mut self, cell: Cell) {
        match self {
            Self::Text(values) => values.push(if let Cell::Text(text) = cell {
                Some(text)
            } else {
                None
            }),
            Self::Int(values) => values.push(cell.as_int()),
            Self::Float(values) => values.push(cell.as_float()),
            Self::Bool(values) => values.push(cell.as_bool()),
        }
    }

    fn take(&mut self, name: &str) -> PolarsColumn {
        match self {
            Self::Text(values) => PolarsColumn::new(name.into(), std::mem::take(values)),
            Self::Int(values) => PolarsColumn::new(name.into(), std::mem::take(values)),
            Self::Float(values) => PolarsColumn::new(name.into(), std::mem::take(values)),
            Self::Bool(values) => PolarsColumn::new(name.into(), std::mem::take(values)),
        }
    }
}
