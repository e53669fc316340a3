use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use iso_currency::Currency;

use super::columns::Canonical;
use super::fields::{Fields, Mapper};
use super::record_row::{RecordRow, reject};
use super::shopify::Group;
use super::{Batch, IntakeError};
use crate::table::Chunks;

/// The rows of one file on their way into records, whatever the record.
pub(super) struct Records {
    chunks: Chunks,
    mapper: Mapper,
    file: String,
    currency: Option<Currency>,
    /// Hashes of the identifiers so far: eight bytes a record instead of the text.
    seen: HashSet<u64>,
    group: Option<Group>,
    done: bool,
}

impl Records {
    pub(super) fn open(path: &Path, chunk_rows: usize) -> Result<Self, IntakeError> {
        let chunks = Chunks::open(path, chunk_rows)?;
        if let Some(header) = chunks.header() {
            let columns: Vec<Canonical> = header
                .iter()
                .filter_map(|name| Canonical::of(name))
                .map(|found| found.0)
                .collect();
            if !columns.contains(&Canonical::Handle) {
                need(path, header, &columns, Canonical::Id)?;
            }
            need(path, header, &columns, Canonical::Title)?;
        }
        Ok(Self {
            chunks,
            mapper: Mapper::default(),
            file: path.display().to_string(),
            currency: None,
            seen: HashSet::new(),
            group: None,
            done: false,
        })
    }

    pub(super) fn set_currency(&mut self, currency: Option<Currency>) {
        self.currency = currency;
    }

    /// The next chunk's records, each made by `build`; `None` after the last.
    pub(super) fn next_batch<T>(
        &mut self,
        mut build: impl FnMut(&mut RecordRow<'_>, &Fields) -> T,
    ) -> Option<Result<Batch<T>, IntakeError>> {
        if self.done {
            return None;
        }
        let mut batch = Batch::default();
        match self.chunks.next() {
            Some(Ok(rows)) => {
                for row in rows {
                    batch.rows += 1;
                    match row {
                        Ok(raw) => {
                            let fields = self.mapper.fields(raw);
                            self.take(fields, &mut batch, &mut build);
                        }
                        Err(bad) => {
                            let column = &bad.column;
                            batch.rejects.push(reject(
                                &self.file,
                                bad.row,
                                column,
                                &bad.found,
                                bad.expected,
                                "",
                            ));
                        }
                    }
                }
                Some(Ok(batch))
            }
            Some(Err(error)) => {
                self.done = true;
                Some(Err(error.into()))
            }
            None => {
                self.done = true;
                self.close_group(&mut batch, &mut build);
                (!batch.records.is_empty() || !batch.rejects.is_empty()).then_some(Ok(batch))
            }
        }
    }

    fn take<T>(
        &mut self,
        fields: Fields,
        batch: &mut Batch<T>,
        build: &mut impl FnMut(&mut RecordRow<'_>, &Fields) -> T,
    ) {
        let handle = fields.get(Canonical::Handle);
        if let Some(group) = self
            .group
            .as_mut()
            .filter(|group| !handle.is_empty() && group.holds(&fields))
        {
            batch.folded += u64::from(!group.push(fields));
            return;
        }
        self.close_group(batch, build);
        if handle.is_empty() {
            self.finish(fields, batch, build);
        } else if fields.get(Canonical::Title).is_empty() {
            let expected = "a title on the handle's first row; keep the rows of a handle together";
            let title = Canonical::Title.name();
            batch
                .rejects
                .push(reject(&self.file, fields.row, title, "", expected, handle));
        } else {
            self.group = Some(Group::open(fields));
        }
    }

    fn close_group<T>(
        &mut self,
        batch: &mut Batch<T>,
        build: &mut impl FnMut(&mut RecordRow<'_>, &Fields) -> T,
    ) {
        for fields in self.group.take().into_iter().flat_map(Group::close) {
            self.finish(fields, batch, build);
        }
    }

    fn finish<T>(
        &mut self,
        fields: Fields,
        batch: &mut Batch<T>,
        build: &mut impl FnMut(&mut RecordRow<'_>, &Fields) -> T,
    ) {
        match RecordRow::new(&fields, &self.file, self.currency, &mut batch.notes) {
            Ok(mut row) if self.seen.insert(hash(row.id())) => {
                let record = build(&mut row, &fields);
                batch.records.push(record);
            }
            Ok(row) => {
                let expected = "an identifier that no row before has; the first row is kept";
                let id = Canonical::Id.name();
                batch.rejects.push(reject(
                    &self.file,
                    fields.row,
                    id,
                    row.id(),
                    expected,
                    row.id(),
                ));
            }
            Err(reject) => batch.rejects.push(*reject),
        }
    }
}

/// Unkeyed, so that every run agrees.
fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

fn need(
    path: &Path,
    header: &[Arc<str>],
    columns: &[Canonical],
    column: Canonical,
) -> Result<(), IntakeError> {
    if columns.contains(&column) {
        return Ok(());
    }
    let found: Vec<&str> = header.iter().take(30).map(|name| &**name).collect();
    let expected: Vec<&str> = column.names().take(6).collect();
    Err(IntakeError::MissingColumn {
        file: path.to_owned(),
        column: column.name(),
        found: found.join(", ").chars().take(300).collect(),
        expected: expected.join(", "),
    })
}
