//! Arrow IPC streams: how other engines hand rows over a pipe and take the answers back.
//!
//! The format is Arrow's streaming one, see <https://arrow.apache.org/docs/format/Columnar.html>. Batches go one at a
//! time in either direction, so that memory is bounded by the batch and a full pipe makes the other side wait.

mod messages;
mod reader;
mod writer;

pub use reader::ArrowReader;
pub use writer::ArrowWriter;
