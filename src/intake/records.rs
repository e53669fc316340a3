use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use iso_currency::Currency;

use super::columns::Canonical;
use super::fields::{Fields, Mapper};
use super::record_row::{RecordRow, reject};
use super::shopify::Group;
use super::{Batch, ColumnNames, IntakeError};
use crate::table::Chunks;

/// What an identifier should have been that was used before: in the first file, and after it.
pub(super) const REPEATED: [&str; 2] = [
    "an identifier that no row before has; the first row is kept",
    "an identifier that no row before has, in this file or an earlier one; the first row is kept",
];

/// The rows of one file on their way into records, whatever the record.
pub(super) struct Records {
    chunks: Chunks,
    mapper: Mapper,
    file: String,
    currency: Option<Currency>,
    seen: SeenIds,
    /// Whether earlier files used some of them.
    continued: bool,
    /// Whether rows with one `handle` belong together; `None` where each row has to tell.
    shopify: Option<bool>,
    /// The first row that could not be read at all.
    unreadable: Option<u64>,
    group: Option<Group>,
    done: bool,
}

/// The identifiers that files read so far use: eight bytes a record instead of the text.
#[derive(Clone, Debug, Default)]
pub struct SeenIds(HashSet<u64>);

impl Records {
    pub(super) fn open(
        path: &Path,
        chunk_rows: usize,
        named: &ColumnNames,
    ) -> Result<Self, IntakeError> {
        let chunks = Chunks::open(path, chunk_rows)?;
        let mut shopify = None;
        if let Some(header) = chunks.header() {
            has_named(path, named, header.iter().map(|name| &**name))?;
            let names: Vec<(Canonical, usize)> =
                header.iter().filter_map(|name| named.of(name)).collect();
            let holds = |column| names.iter().any(|(other, _)| *other == column);
            let own_id = names
                .iter()
                .any(|(column, rank)| *column == Canonical::Id && *rank != sku_rank());
            shopify = Some(holds(Canonical::Handle) && is_shopify(own_id, holds));
            let columns: Vec<Canonical> = names.iter().map(|found| found.0).collect();
            if shopify == Some(false) {
                need(path, header, &columns, Canonical::Id)?;
            }
            need(path, header, &columns, Canonical::Title)?;
        }
        Ok(Self {
            chunks,
            mapper: Mapper::new(named),
            file: path.display().to_string(),
            currency: None,
            seen: SeenIds::default(),
            continued: false,
            shopify,
            unreadable: None,
            group: None,
            done: false,
        })
    }

    pub(super) fn set_currency(&mut self, currency: Option<Currency>) {
        self.currency = currency;
    }

    /// Takes the identifiers in `seen` as used.
    pub(super) fn set_seen(&mut self, seen: SeenIds) {
        self.continued = !seen.0.is_empty();
        self.seen = seen;
    }

    pub(super) fn into_seen(self) -> SeenIds {
        self.seen
    }

    /// The first row so far that could not be read at all, so that its cells are unknown.
    pub(super) fn unreadable(&self) -> Option<u64> {
        self.unreadable
    }

    /// Whether the file's header has `column`; `None` for a format without a header.
    pub(super) fn states(&self, column: Canonical) -> Option<bool> {
        let header = self.chunks.header()?;
        let mut columns = header
            .iter()
            .filter_map(|name| self.mapper.names().of(name));
        Some(columns.any(|(other, _)| other == column))
    }

    /// The next chunk's records, each made by `build`; `None` after the last. Every row that can be
    /// read at all is shown to `see` first, also one that becomes no record.
    pub(super) fn next_batch<T>(
        &mut self,
        mut see: impl FnMut(&mut RecordRow<'_>, &Fields),
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
                            let short = raw.short();
                            let fields = self.mapper.fields(raw);
                            let mut row = RecordRow::unchecked(
                                &fields,
                                &self.file,
                                self.currency,
                                &mut batch.notes,
                            );
                            if let Some(short) = short {
                                row.note_short(short);
                            }
                            see(&mut row, &fields);
                            self.take(fields, &mut batch, &mut build);
                        }
                        Err(bad) => {
                            self.unreadable = self.unreadable.or(Some(bad.row));
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
                // Of a format without a header it shows in the end that a column is nowhere.
                let met = self.mapper.met();
                if self.chunks.header().is_none()
                    && !met.is_empty()
                    && let Err(error) =
                        has_named(self.chunks.path(), self.mapper.names(), met.iter().copied())
                {
                    return Some(Err(error));
                }
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
        let shopify = self.shopify.unwrap_or_else(|| row_is_shopify(&fields));
        let handle = if shopify {
            fields.get(Canonical::Handle)
        } else {
            ""
        };
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
            Ok(mut row) if self.seen.0.insert(hash(row.id())) => {
                let record = build(&mut row, &fields);
                batch.without_currency += u64::from(row.without_currency());
                batch.records.push(record);
            }
            Ok(row) => {
                let expected = REPEATED[usize::from(self.continued)];
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

/// Rows of one `handle` are Shopify's where nothing else identifies them (the export's `SKU` is the
/// variant's), or where columns of variants stand beside it.
fn is_shopify(own_id: bool, holds: impl Fn(Canonical) -> bool) -> bool {
    use Canonical as C;
    let variants = [
        C::VariantSku,
        C::VariantImage,
        C::OptionName,
        C::OptionValue,
    ];
    !own_id || variants.into_iter().any(holds)
}

fn row_is_shopify(row: &Fields) -> bool {
    let own_id = row
        .rank(Canonical::Id)
        .is_some_and(|rank| rank != sku_rank());
    is_shopify(own_id, |column| !row.get(column).is_empty())
}

fn sku_rank() -> usize {
    let mut names = Canonical::Id.names();
    names.position(|name| name == "sku").unwrap_or(usize::MAX)
}

/// Unkeyed, so that every run agrees.
fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// Whether the file has every column that was named.
pub(super) fn has_named<'a>(
    path: &Path,
    named: &ColumnNames,
    header: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), IntakeError> {
    match named.missing(header.clone()) {
        None => Ok(()),
        Some((column, named)) => Err(IntakeError::NoSuchColumn {
            file: path.to_owned(),
            column,
            named,
            found: shown(header),
        }),
    }
}

/// A file's columns as messages list them: the first ones.
fn shown<'a>(header: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = header.take(30).collect();
    names.join(", ").chars().take(300).collect()
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
    let expected: Vec<&str> = column.names().take(6).collect();
    Err(IntakeError::MissingColumn {
        file: path.to_owned(),
        column: column.name(),
        found: shown(header.iter().map(|name| &**name)),
        expected: expected.join(", "),
    })
}
