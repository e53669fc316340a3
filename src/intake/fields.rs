use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::ColumnNames;
use super::columns::Canonical;
use crate::table::{RawCell, RawRow};

/// Names remembered at once; a feed whose every line has new names cannot fill the memory.
const MAX_REMEMBERED: usize = 4096;

/// Maps a file's column names to canonical ones, each name once.
#[derive(Default)]
pub(super) struct Mapper {
    names: ColumnNames,
    known: HashMap<Arc<str>, Option<(Canonical, usize)>>,
}

impl Mapper {
    pub(super) fn new(names: &ColumnNames) -> Self {
        Self {
            names: names.clone(),
            ..Self::default()
        }
    }

    /// What the file's columns are called.
    pub(super) fn names(&self) -> &ColumnNames {
        &self.names
    }

    /// The names of columns that had a value so far: some thousand, and all that the feed's owner named.
    pub(super) fn met(&self) -> BTreeSet<&str> {
        self.known.keys().map(|name| &**name).collect()
    }

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
        let found = self.names.of(&name);
        if self.known.len() < MAX_REMEMBERED || self.names.has(&name) {
            self.known.insert(name, found);
        }
        found
    }
}

/// One row's values under canonical columns, none of them blank text.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    pub(super) row: u64,
    values: Vec<(Canonical, usize, RawCell)>,
}

impl Fields {
    /// The value under the most telling of the column's names, trimmed; empty when absent.
    pub(super) fn get(&self, column: Canonical) -> &str {
        self.best(column).map_or("", |(_, value)| value.text.trim())
    }

    /// Whether that value is a number in the file.
    pub(super) fn is_number(&self, column: Canonical) -> bool {
        self.best(column).is_some_and(|(_, value)| value.number)
    }

    /// How telling the name is that the value stands under; 0 is the most.
    pub(super) fn rank(&self, column: Canonical) -> Option<usize> {
        self.best(column).map(|(rank, _)| rank)
    }

    fn best(&self, column: Canonical) -> Option<(usize, &RawCell)> {
        self.values
            .iter()
            .filter(|(c, _, value)| *c == column && !value.text.trim().is_empty())
            .map(|(_, rank, value)| (*rank, value))
            .min_by_key(|(rank, _)| *rank)
    }

    /// Bytes of text held.
    pub(super) fn bytes(&self) -> usize {
        self.values
            .iter()
            .map(|(_, _, value)| value.text.len())
            .sum()
    }

    /// Every value of a column that may stand several times in a row, in the file's order.
    pub(super) fn all(&self, column: Canonical) -> impl Iterator<Item = &str> {
        self.values
            .iter()
            .filter(move |(c, ..)| *c == column)
            .map(|(_, _, value)| value.text.as_str())
    }

    /// Puts `value` in place of whatever the column has.
    pub(super) fn set(&mut self, column: Canonical, value: String) {
        self.clear(column);
        self.values.push((column, 0, value.into()));
    }

    /// Takes all values of a column out.
    pub(super) fn clear(&mut self, column: Canonical) {
        self.values.retain(|(c, ..)| *c != column);
    }

    /// Takes a column over from `other` where this row leaves it blank.
    pub(super) fn inherit(&mut self, column: Canonical, other: &Self) {
        if self.get(column).is_empty()
            && let Some((rank, value)) = other.best(column)
        {
            self.values.push((column, rank, value.clone()));
        }
    }

    /// Rewrites the value under the most telling name, where there is one.
    pub(super) fn rewrite(&mut self, column: Canonical, change: impl FnOnce(&str) -> String) {
        if let Some((rank, value)) = self.best(column) {
            let (text, number) = (change(value.text.trim()), value.number);
            self.clear(column);
            self.values.push((column, rank, RawCell { text, number }));
        }
    }
}
