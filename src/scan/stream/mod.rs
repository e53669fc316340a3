//! READ and JUDGE as filters over Arrow streams, for engines that bring their own clusters, and EMIT over what these
//! gathered.
//!
//! A filter reads a batch, writes what became of it and reads the next: memory is bounded by the batch, and whoever
//! writes too fast waits. A record that cannot be used is a row with its reason; only what makes every further row
//! doubtful is an error. Each stream ends with rows of sums, so that whoever gathers them can tell whether all arrived.

mod emit;
mod judge;
mod read;
mod relations;

pub use emit::{Gathered, emit_gathered};
pub use judge::judge_stream;
pub use read::{image_columns, names_stream, read_stream};
pub use relations::{Grouped, relations, shared_names};

use crate::table::{Cell, Column};

/// What a row of a filter's output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    /// A listing with what was read from it.
    Listing,
    /// A listing with its score.
    Score,
    /// A row that became no listing.
    Reject,
    /// A field that was dropped from a listing.
    Note,
    /// Sums over the stream.
    Sums,
}

impl Row {
    /// The word in the column `kind`.
    fn as_str(self) -> &'static str {
        match self {
            Self::Listing => "listing",
            Self::Score => "score",
            Self::Reject => "reject",
            Self::Note => "note",
            Self::Sums => "sums",
        }
    }
}

/// The cells of a row of `columns` from those that are not null, by name.
fn row<const N: usize>(columns: &[Column], mut cells: [(&str, Cell); N]) -> Vec<Cell> {
    let mut cell = |column: &Column| {
        let found = cells.iter_mut().find(|(name, _)| *name == column.name);
        found.map_or(Cell::Null, |(_, cell)| std::mem::take(cell))
    };
    columns.iter().map(&mut cell).collect()
}
