use std::collections::HashMap;
use std::sync::Arc;

use super::columns::Canonical;
use crate::table::RawRow;

/// Names remembered at once; a feed whose every line has new names cannot fill the memory.
const MAX_REMEMBERED: usize = 4096;

/// Maps a file's column names to canonical ones, each name once.
#[derive(Default)]
pub(super) struct Mapper {
    known: HashMap<Arc<str>, Option<(Canonical, usize)>>,
}

impl Mapper {
    /// The canonical columns of one row; columns with unknown names are left out.
    pub(super) fn fields(&mut self, raw: RawRow) -> Fields {
        let row = raw.row();
        let mut values = Vec::new();
        for (name, value) in raw.into_columns() {
            if let Some((column, rank)) = self.column(name) {
                values.push((column, rank, value));
            }
        }
        Fields { row, values }
    }

    fn column(&mut self, name: Arc<str>) -> Option<(Canonical, usize)> {
        if let Some(found) = self.known.get(&name) {
            return *found;
        }
        let found = Canonical::of(&name);
        if self.known.len() < MAX_REMEMBERED {
            self.known.insert(name, found);
        }
        found
    }
}

/// One row's values under canonical columns, none of them blank text.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    pub(super) row: u64,
    values: Vec<(Canonical, usize, String)>,
}

impl Fields {
    /// The value under the most telling of the column's names, trimmed; empty when absent.
    pub(super) fn get(&self, column: Canonical) -> &str {
        let values = self
            .values
            .iter()
            .filter(|(c, _, value)| *c == column && !value.trim().is_empty());
        values
            .min_by_key(|(_, rank, _)| *rank)
            .map_or("", |(_, _, value)| value.trim())
    }

    /// Every value of a column that may stand several times in a row, in the file's order.
    pub(super) fn all(&self, column: Canonical) -> impl Iterator<Item = &str> {
        self.values
            .iter()
            .filter(move |(c, ..)| *c == column)
            .map(|(_, _, value)| value.as_str())
    }

    /// Puts `value` in place of whatever the column has.
    pub(super) fn set(&mut self, column: Canonical, value: String) {
        self.clear(column);
        self.values.push((column, 0, value));
    }

    /// Takes all values of a column out.
    pub(super) fn clear(&mut self, column: Canonical) {
        self.values.retain(|(c, ..)| *c != column);
    }

    /// Takes a column over from `other` where this row leaves it blank.
    pub(super) fn inherit(&mut self, column: Canonical, other: &Self) {
        if self.get(column).is_empty() && !other.get(column).is_empty() {
            self.set(column, other.get(column).to_owned());
        }
    }
}
