use std::path::Path;

use iso_currency::Currency;

use super::columns::Canonical as C;
use super::fields::Mapper;
use super::image_links::{IMAGE_COLUMNS, image_paths, image_place, is_address, split_links};
use super::listings::listing;
use super::record_row::{RecordRow, reject};
use super::records::{REPEATED, has_named};
use super::{ColumnNames, IntakeError, Reject};
use crate::record::Listing;
use crate::table::RawRow;

/// The column that names the file which a row of a stream came from, as rejects are to name it.
pub const FILE_COLUMN: &str = "touchstone_file";
/// The column with the row's place in that file, from 1.
pub const ROW_COLUMN: &str = "touchstone_row";

/// Rows of any feed, each on its own and in any order, into listings.
///
/// As [`super::Listings`], but that nothing is known of other rows: identifiers that repeat are for the caller to settle
/// (see [`repeated`]), and one row is one listing, so that exports in which several rows make one are refused.
#[derive(Default)]
pub struct StreamIntake {
    mapper: Mapper,
    currency: Option<Currency>,
}

/// What one row became.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamRow {
    /// The file that it came from; empty when the stream does not tell.
    pub file: String,
    /// Its place there, from 1; where the stream does not tell, its place in the stream.
    pub row: u64,
    /// The listing, or why there is none.
    pub listing: Result<Listing, Reject>,
    /// Fields of the listing that were dropped or shortened.
    pub notes: Vec<Reject>,
    /// Whether its price was dropped because nothing says its currency.
    pub without_currency: bool,
}

impl StreamIntake {
    /// An intake of columns that may be named, and of prices in `currency` where they name none.
    pub fn new(names: &ColumnNames, currency: Option<Currency>) -> Self {
        Self {
            mapper: Mapper::new(names),
            currency,
        }
    }

    /// Checks the names of a stream's columns.
    ///
    /// # Errors
    /// [`IntakeError::NoSuchColumn`] when a name of `named` is not there,
    /// [`IntakeError::MissingColumn`] when none stands for an identifier or for a title,
    /// [`IntakeError::SeveralRows`] for an export of variants.
    pub fn check<'a>(
        named: &ColumnNames,
        header: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), IntakeError> {
        has_named(Path::new("the Arrow stream"), named, header.clone())?;
        let holds = |column| {
            let mut known = header.clone().filter_map(|name| named.of(name));
            known.any(|(found, _)| found == column)
        };
        let variants = [
            C::VariantSku,
            C::VariantImage,
            C::OptionName,
            C::OptionValue,
        ];
        if holds(C::Handle) && variants.into_iter().any(holds) {
            return Err(IntakeError::SeveralRows);
        }
        for column in [C::Id, C::Title] {
            if !holds(column) {
                let found: Vec<&str> = header.clone().take(30).collect();
                let expected: Vec<&str> = column.names().take(6).collect();
                return Err(IntakeError::MissingColumn {
                    file: "the Arrow stream".into(),
                    column: column.name(),
                    found: found.join(", ").chars().take(300).collect(),
                    expected: expected.join(", "),
                });
            }
        }
        Ok(())
    }

    /// Those columns of a stream that hold images, the main one first.
    pub fn image_columns<'a>(
        named: &ColumnNames,
        header: impl Iterator<Item = &'a str>,
    ) -> Vec<&'a str> {
        let place = |name| {
            let (found, rank) = named.of(name)?;
            let column = IMAGE_COLUMNS.iter().position(|column| *column == found)?;
            Some((column, rank, name))
        };
        let mut places: Vec<_> = header.filter_map(place).collect();
        places.sort_unstable();
        places.into_iter().map(|(_, _, name)| name).collect()
    }

    /// One row into a listing, or the reason why not.
    pub fn take(&mut self, raw: RawRow) -> StreamRow {
        let file = raw.get(FILE_COLUMN).unwrap_or_default().to_owned();
        let place = raw.get(ROW_COLUMN).and_then(|row| row.parse().ok());
        let mut fields = self.mapper.fields(raw);
        fields.row = place.unwrap_or(fields.row);
        let mut notes = Vec::new();
        let mut without_currency = false;
        let listing = match RecordRow::new(&fields, &file, self.currency, &mut notes) {
            Ok(mut row) => {
                let listing = listing(&mut row);
                without_currency = row.without_currency();
                Ok(listing)
            }
            Err(reject) => Err(*reject),
        };
        StreamRow {
            row: fields.row,
            file,
            listing,
            notes,
            without_currency,
        }
    }

    /// The image addresses of a row: the file name that each ends in, and the address. See [`super::SharedNames`].
    pub fn addresses(&mut self, raw: RawRow) -> Vec<(String, String)> {
        let fields = self.mapper.fields(raw);
        let links = IMAGE_COLUMNS
            .into_iter()
            .flat_map(|column| fields.all(column).flat_map(split_links));
        links.filter_map(|link| address(&link)).collect()
    }
}

/// The file name that an address ends in, and the address in the one form that it has; `None` of a path.
pub(super) fn address(link: &str) -> Option<(String, String)> {
    let place = image_place(link).ok().filter(|place| is_address(place))?;
    let name = image_paths(&place).pop()?;
    Some((name, place))
}

/// The reject of a row whose identifier a row before it has, in an earlier file or, if `first_file`, in the same one.
pub fn repeated(file: &str, row: u64, id: &str, first_file: bool) -> Reject {
    let expected = REPEATED[usize::from(!first_file)];
    reject(file, row, C::Id.name(), id, expected, id)
}
