//! What a products file says of its rows beside the products themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::intake::columns::Canonical;
use crate::intake::safe_image_path;
use crate::record::BrandId;
use crate::table::{Chunks, RawRow, TableError};

/// Rows read at once.
pub(super) const CHUNK_ROWS: usize = 4096;
/// Columns without a meaning that are remembered.
const MOST_OTHER_COLUMNS: usize = 100;
/// Characters of a cell that a person is shown.
const LONGEST_CELL: usize = 300;

/// Where each product stands, and what its row says of brand and photos.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// By the identifier as written (or Shopify's handle): its first row, and the group that row
    /// belongs to.
    by_id: BTreeMap<String, (u64, String)>,
    /// Other brands by slug: the name as first written, its first row and its number of rows.
    pub other_brands: BTreeMap<String, (String, u64, u64)>,
    /// Columns with a value that mean nothing here, and the first row that has one.
    pub other_columns: BTreeMap<String, u64>,
    /// The first row that says that the photos are not the owner's.
    pub no_image_rights: Option<u64>,
}

impl Rows {
    /// Reads the file once more: records do not remember their rows.
    ///
    /// `names` are the names that the brand column may have.
    pub(super) fn read(path: &Path, names: &[&str]) -> Result<Self, TableError> {
        let names: Vec<BrandId> = names.iter().map(|name| BrandId::from_name(name)).collect();
        let mut columns = Columns::default();
        let mut rows = Self::default();
        for chunk in Chunks::open(path, CHUNK_ROWS)? {
            for row in chunk?.into_iter().flatten() {
                rows.take(&row, &mut columns, &names);
            }
        }
        Ok(rows)
    }

    fn take(&mut self, row: &RawRow, columns: &mut Columns, names: &[BrandId]) {
        let mut cells: BTreeMap<&'static str, (usize, &str)> = BTreeMap::new();
        let mut group = "";
        for (header, value) in row.columns() {
            let value = value.trim();
            match columns.meaning(header) {
                _ if value.is_empty() => {}
                Meaning::Group => group = value,
                Meaning::Column(name, rank) => {
                    let cell = cells.entry(name).or_insert((rank, value));
                    *cell = (*cell).min((rank, value));
                }
                Meaning::Other => {
                    // NDJSON may have new names on every line.
                    if self.other_columns.len() < MOST_OTHER_COLUMNS
                        && !self.other_columns.contains_key(header)
                    {
                        self.other_columns.insert(header.to_owned(), row.row());
                    }
                }
            }
        }
        let get = |column: Canonical| cells.get(column.name()).map_or("", |(_, value)| value);
        let handle = get(Canonical::Handle);
        let id = if handle.is_empty() {
            get(Canonical::Id)
        } else {
            handle
        };
        let group = if group.is_empty() { handle } else { group };
        // A handle is the identifier in Shopify's exports and one more column elsewhere.
        for id in [id, get(Canonical::Id)] {
            if !id.is_empty() {
                self.by_id
                    .entry(id.to_owned())
                    .or_insert_with(|| (row.row(), group.to_owned()));
            }
        }
        let brand = BrandId::from_name(get(Canonical::Brand));
        if !brand.as_str().is_empty() && !names.contains(&brand) {
            let written = get(Canonical::Brand).to_owned();
            let other = self.other_brands.entry(brand.to_string());
            other.or_insert((written, row.row(), 0)).2 += 1;
        }
        let rights = get(Canonical::ImageRights).to_lowercase();
        if self.no_image_rights.is_none() && matches!(&*rights, "no" | "false" | "0" | "n") {
            self.no_image_rights = Some(row.row());
        }
    }

    /// The row of the product with that identifier, and its group, which may be empty.
    pub(super) fn place(&self, id: &str) -> (Option<u64>, String) {
        match self.by_id.get(id) {
            Some((row, group)) => (Some(*row), group.clone()),
            // `handle/sku` is a further variant of Shopify's `handle`.
            None => {
                let handle = id.rsplit_once('/').map_or("", |(handle, _)| handle);
                let group = self.by_id.get(handle).map(|(_, group)| group.clone());
                (None, group.unwrap_or_default())
            }
        }
    }
}

/// What a row of a products file says of itself, for people who look for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowHead {
    /// The identifier as written.
    pub id: String,
    /// The title as written.
    pub title: String,
    /// Its first image, a path below `images/`; empty when it names none.
    pub image: String,
}

/// The heads of the `wanted` rows of the products file in a catalog's folder; without those that cannot be read.
pub fn row_heads(dir: &Path, wanted: &BTreeSet<u64>) -> BTreeMap<u64, RowHead> {
    let mut heads = BTreeMap::new();
    let Some(file) = super::products::find(dir, &mut Vec::new()) else {
        return heads;
    };
    let mut columns = Columns::default();
    let chunks = Chunks::open(&dir.join(file), CHUNK_ROWS)
        .into_iter()
        .flatten();
    for row in chunks.map_while(Result::ok).flatten().flatten() {
        if wanted.contains(&row.row()) {
            heads.insert(row.row(), columns.head(&row));
        }
    }
    heads
}

#[derive(Clone, Copy)]
enum Meaning {
    Group,
    /// Canonical name, and how telling the file's name is: 0 is the most.
    Column(&'static str, usize),
    Other,
}

/// The meaning of each header, looked up once.
#[derive(Default)]
struct Columns(BTreeMap<String, Meaning>);

impl Columns {
    fn head(&mut self, row: &RawRow) -> RowHead {
        let mut head = RowHead::default();
        for (header, value) in row.columns() {
            let Meaning::Column(name, _) = self.meaning(header) else {
                continue;
            };
            let slot = match name {
                _ if name == Canonical::Id.name() => &mut head.id,
                _ if name == Canonical::Title.name() => &mut head.title,
                _ if name == Canonical::ImageLink.name() => &mut head.image,
                _ => continue,
            };
            if slot.is_empty() {
                *slot = value.trim().chars().take(LONGEST_CELL).collect();
            }
        }
        let first = head.image.split(',').next().unwrap_or_default();
        head.image = safe_image_path(first).unwrap_or_default();
        head
    }

    fn meaning(&mut self, header: &str) -> Meaning {
        if let Some(meaning) = self.0.get(header) {
            return *meaning;
        }
        let plain = header.trim().to_lowercase().replace([' ', '-'], "_");
        let meaning = match plain.trim_start_matches("g:") {
            "item_group_id" | "parent_sku" | "parent_id" => Meaning::Group,
            _ => match Canonical::of(header) {
                Some((column, rank)) => Meaning::Column(column.name(), rank),
                None => Meaning::Other,
            },
        };
        // NDJSON may have new names on every line.
        if self.0.len() < CHUNK_ROWS {
            self.0.insert(header.to_owned(), meaning);
        }
        meaning
    }
}
