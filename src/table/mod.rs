//! Tables: rows in from CSV, NDJSON and Parquet, rows out, and the group-bys over a whole feed.
//!
//! The only module that names polars. Nothing public here has a data frame: rows come in chunks of
//! texts ([`Chunks`]) or typed cells ([`read_cells`]), leave through a [`Writer`], and what needs
//! the whole feed is one function a question in [`facts`]. Over a pipe, rows come and leave as Arrow streams
//! ([`ArrowReader`], [`ArrowWriter`]).

mod arrow;
mod cell;
mod chunks;
mod csv;
mod encoding;
mod error;
pub mod facts;
mod format;
mod guard;
mod lines;
mod ndjson;
mod parquet;
mod parquet_text;
mod parquet_write;
mod quotes;
mod read_cells;
mod row;
mod spill;
#[cfg(test)]
mod tests;
mod writer;

pub use arrow::{ArrowReader, ArrowWriter};
pub use cell::{Cell, Column, Kind};
pub use chunks::Chunks;
pub use error::TableError;
pub use format::{Format, is_packed};
pub(crate) use guard::guarded;
pub use read_cells::{Cells, read_cells};
pub use row::{BadRow, RawCell, RawRow};
pub use spill::Spill;
pub use writer::Writer;
