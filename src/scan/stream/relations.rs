use std::path::{Path, PathBuf};

use crate::intake::SharedNames;
use crate::table::facts::{ImageFacts, OfferFacts, ProductFacts, SellerFacts};
use crate::table::{Cell, Column, Format, Kind, read_cells};

use super::super::ScanError;
use super::super::flood::{self, Matches, SetAside};
use super::super::reference_file::Opened;
use super::super::relate::{Groups, Related};

/// Rows of a table of relations that are read at a time.
const CHUNK_ROWS: usize = 16_384;

const SELLERS: &[Column] = &[
    Column::new("seller_id", Kind::Text),
    Column::new("listings", Kind::Int),
    Column::new("brands", Kind::Int),
    Column::new("disguised", Kind::Int),
    Column::new("slang", Kind::Int),
    Column::new("priced", Kind::Int),
    Column::new("below_half", Kind::Int),
];
const IMAGES: &[Column] = &[
    Column::new("image_key", Kind::Text),
    Column::new("listings", Kind::Int),
    Column::new("sellers", Kind::Int),
];
const PRODUCTS: &[Column] = &[
    Column::new("product", Kind::Text),
    Column::new("listings", Kind::Int),
    Column::new("sellers", Kind::Int),
];
const OFFERS: &[Column] = &[
    Column::new("product", Kind::Text),
    Column::new("second_hand", Kind::Bool),
    Column::new("ratio", Kind::Float),
];
const MATCHES: &[Column] = &[
    Column::new("reference", Kind::Text),
    Column::new("listings", Kind::Int),
    Column::new("scored", Kind::Int),
];

/// What another engine grouped.
pub struct Grouped {
    /// What the whole feed tells of each listing, without what floods.
    pub related: Related,
    /// How many listings show each reference picture; not those that none shows.
    pub matches: Matches,
    /// The reference pictures that flood, by name.
    pub set_aside: Vec<SetAside>,
}

/// Loads what another engine grouped: below `folder` the tables `sellers`, `images` (those that two sellers show),
/// `products` and `offers`, each a folder of Parquet files in any order, of what the types of
/// [`crate::table::facts`] say; and `matches`, how many listings show each reference picture, beside how many there are.
///
/// # Errors
/// When a table is missing or cannot be read.
pub fn relations(folder: &Path, opened: &Opened) -> Result<Grouped, ScanError> {
    let settings = opened.engine.settings();
    let reference = opened.engine.reference();
    let mut related = Groups::none(settings.as_of);
    for_each_row(&folder.join("sellers"), SELLERS, |cells| {
        related.add_seller(&SellerFacts {
            seller_id: text(&cells[0]),
            listings: count(&cells[1]),
            brands: count(&cells[2]),
            disguised: count(&cells[3]),
            slang: count(&cells[4]),
            priced: count(&cells[5]),
            below_half: count(&cells[6]),
        });
        Ok(())
    })?;
    for_each_row(&folder.join("images"), IMAGES, |cells| {
        related.add_image(&ImageFacts {
            image_key: text(&cells[0]),
            listings: count(&cells[1]),
            sellers: count(&cells[2]),
        });
        Ok(())
    })?;
    for_each_row(&folder.join("products"), PRODUCTS, |cells| {
        related.add_product(&ProductFacts {
            product: text(&cells[0]),
            listings: count(&cells[1]),
            sellers: count(&cells[2]),
        });
        Ok(())
    })?;
    for_each_row(&folder.join("offers"), OFFERS, |cells| {
        let offer = OfferFacts {
            product: text(&cells[0]),
            second_hand: cells[1].as_bool().unwrap_or(false),
            ratio: cells[2].as_float().unwrap_or(0.0),
        };
        related.add_offer(&offer, reference);
        Ok(())
    })?;
    let (mut matches, mut scored) = (Matches::new(), 0);
    for_each_row(&folder.join("matches"), MATCHES, |cells| {
        matches.insert(text(&cells[0]), count(&cells[1]).into());
        scored = count(&cells[2]).into();
        Ok(())
    })?;
    let set_aside = flood::set_aside(&matches, scored, opened.past.as_ref(), settings);
    Ok(Grouped {
        related: related.related().without(&set_aside),
        matches,
        set_aside,
    })
}

/// Loads the file names that several image addresses of the feed share: a folder of Parquet files with a column `name`.
///
/// # Errors
/// When the table is missing or cannot be read.
pub fn shared_names(table: &Path) -> Result<SharedNames, ScanError> {
    let mut names = Vec::new();
    for_each_row(table, &[Column::new("name", Kind::Text)], |cells| {
        names.push(text(&cells[0]));
        Ok(())
    })?;
    Ok(SharedNames::of(names.iter().map(String::as_str)))
}

/// Goes over the rows of a table that is a folder of Parquet files, these in the order of their names.
pub(super) fn for_each_row(
    table: &Path,
    columns: &[Column],
    mut take: impl FnMut(Vec<Cell>) -> Result<(), ScanError>,
) -> Result<(), ScanError> {
    for file in parts(table)? {
        for chunk in read_cells(&file, Format::Parquet, columns, CHUNK_ROWS)? {
            for cells in chunk? {
                take(cells)?;
            }
        }
    }
    Ok(())
}

fn parts(table: &Path) -> Result<Vec<PathBuf>, ScanError> {
    let at = |source| ScanError::Io {
        path: table.to_owned(),
        source,
    };
    let mut parts = Vec::new();
    for entry in std::fs::read_dir(table).map_err(at)? {
        let path = entry.map_err(at)?.path();
        if path.extension().is_some_and(|ending| ending == "parquet") {
            parts.push(path);
        }
    }
    parts.sort();
    Ok(parts)
}

pub(super) fn text(cell: &Cell) -> String {
    cell.as_text().unwrap_or_default().to_owned()
}

/// A count of sixty-four bits; what is grouped has fewer rows than [`u32`] counts, or is as good as that many.
fn count(cell: &Cell) -> u32 {
    let number = cell.as_int().unwrap_or(0).max(0);
    u32::try_from(number).unwrap_or(u32::MAX)
}
