use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};

use crate::intake::{ColumnNames, Reject, StreamIntake, StreamRow};
use crate::record::ContentHash;
use crate::signals::ReadListing;
use crate::table::{ArrowReader, ArrowWriter, Cell, Column, Kind, RawRow};

use super::super::facts::ListingFacts;
use super::super::{Engine, ScanError, flood, segments};
use super::{Row, row};

/// What READ writes. Beside the listing with its signals stand the facts that RELATE groups, so that they need not be
/// taken out of the JSON again.
const COLUMNS: &[Column] = &[
    // `listing`, `reject`, `note` or `sums`.
    Column::new("kind", Kind::Text),
    // Where the row came from. Of sums: which file the count is of.
    Column::new("file", Kind::Text),
    // The row's place there, from 1. Of sums: how many rows came.
    Column::new("row", Kind::Int),
    // Which of its row's notes this is, from 1.
    Column::new("number", Kind::Int),
    Column::new("listing_id", Kind::Text),
    // The listing with what was read from it, as a run keeps it.
    Column::new("read", Kind::Text),
    Column::new("without_currency", Kind::Bool),
    // Null when the listing names none.
    Column::new("seller_id", Kind::Text),
    Column::new("disguised", Kind::Bool),
    Column::new("slang", Kind::Bool),
    Column::new("ratio", Kind::Float),
    // Identifiers as a JSON array.
    Column::new("brands", Kind::Text),
    Column::new("product", Kind::Text),
    Column::new("offer_ratio", Kind::Float),
    Column::new("second_hand", Kind::Bool),
    Column::new("picture", Kind::Text),
    // Keys as a JSON array.
    Column::new("image_keys", Kind::Text),
    // Names of reference pictures as a JSON array, each once.
    Column::new("shown", Kind::Text),
    // Of rejects and notes.
    Column::new("column", Kind::Text),
    Column::new("found", Kind::Text),
    Column::new("expected", Kind::Text),
];

/// Image addresses by the file name that they end in.
const NAME_COLUMNS: &[Column] = &[
    Column::new("name", Kind::Text),
    Column::new("place", Kind::Text),
];

/// READ as a filter: rows of a feed in, listings with their signals, rejects and notes out.
///
/// # Errors
/// When a stream breaks or has no column for an identifier or a title, and when `engine` fails.
pub fn read_stream(
    engine: &Engine,
    input: Box<dyn Read + Send>,
    out: Box<dyn Write + Send>,
) -> Result<(), ScanError> {
    let settings = engine.settings();
    let batches = open(input, &settings.columns)?;
    let mut out = ArrowWriter::new(out, COLUMNS)?;
    let mut intake = StreamIntake::new(&settings.columns, settings.currency);
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    for batch in batches {
        let taken: Vec<StreamRow> = batch?.into_iter().map(|raw| intake.take(raw)).collect();
        for row in &taken {
            *rows.entry(row.file.clone()).or_default() += 1;
        }
        out.push(read_batch(engine, taken)?)?;
    }
    let sums = rows.into_iter().map(|(file, count)| {
        let kind = Row::Sums.as_str();
        row(
            COLUMNS,
            [
                ("kind", kind.into()),
                ("file", file.into()),
                ("row", count.into()),
            ],
        )
    });
    out.push(sums.collect())?;
    Ok(out.finish()?)
}

fn read_batch(engine: &Engine, taken: Vec<StreamRow>) -> Result<Vec<Vec<Cell>>, ScanError> {
    let (mut places, mut listings, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for taken in taken {
        for (number, note) in (1_u64..).zip(&taken.notes) {
            others.push(refused(Row::Note, number, note));
        }
        match taken.listing {
            Ok(listing) => {
                places.push((taken.file, taken.row, taken.without_currency));
                listings.push(listing);
            }
            Err(reject) => others.push(refused(Row::Reject, 1, &reject)),
        }
    }
    let read = engine.read(listings)?;
    let rows = read
        .iter()
        .zip(places)
        .map(|(read, place)| told(read, place, engine.reading_version()));
    let mut rows: Vec<Vec<Cell>> = rows.collect::<Result<_, ScanError>>()?;
    rows.append(&mut others);
    Ok(rows)
}

fn told(
    read: &ReadListing,
    (file, place, without_currency): (String, u64, bool),
    version: &ContentHash,
) -> Result<Vec<Cell>, ScanError> {
    let facts = ListingFacts::of(read);
    let offer = facts.offer.as_ref();
    let shown: Vec<&str> = flood::shown(&read.signals).into_iter().collect();
    let list = |texts: &[&str]| serde_json::to_string(texts).map_err(ScanError::spilled);
    Ok(row(
        COLUMNS,
        [
            ("kind", Row::Listing.as_str().into()),
            ("file", file.into()),
            ("row", place.into()),
            ("listing_id", read.listing.id.as_str().into()),
            ("read", segments::Row::of(read, version)?.into_text().into()),
            ("without_currency", without_currency.into()),
            ("seller_id", facts.seller.into()),
            ("disguised", facts.disguised.into()),
            ("slang", facts.slang.into()),
            ("ratio", facts.ratio.into()),
            ("brands", list(&facts.brands)?.into()),
            ("product", offer.map(|offer| offer.product.clone()).into()),
            ("offer_ratio", offer.and_then(|offer| offer.ratio).into()),
            ("second_hand", offer.map(|offer| offer.second_hand).into()),
            ("picture", offer.and_then(|offer| offer.picture).into()),
            ("image_keys", list(&facts.images)?.into()),
            ("shown", list(&shown)?.into()),
        ],
    ))
}

fn refused(kind: Row, number: u64, why: &Reject) -> Vec<Cell> {
    row(
        COLUMNS,
        [
            ("kind", kind.as_str().into()),
            ("file", why.file.as_str().into()),
            ("row", why.row.into()),
            ("number", number.into()),
            ("listing_id", why.id.as_str().into()),
            ("column", why.column.as_str().into()),
            ("found", why.found.as_str().into()),
            ("expected", why.expected.as_str().into()),
        ],
    )
}

/// The image addresses of a feed's rows, each once a batch, with the file names that they end in: a name of several
/// addresses does not tell whose picture a file of it is (see [`crate::intake::SharedNames`]).
///
/// # Errors
/// When a stream breaks, or has not the columns that `columns` names.
pub fn names_stream(
    columns: &ColumnNames,
    input: Box<dyn Read + Send>,
    out: Box<dyn Write + Send>,
) -> Result<(), ScanError> {
    let batches = open(input, columns)?;
    let mut out = ArrowWriter::new(out, NAME_COLUMNS)?;
    let mut intake = StreamIntake::new(columns, None);
    for batch in batches {
        let addresses = |raw: RawRow| intake.addresses(raw);
        let found: BTreeSet<(String, String)> = batch?.into_iter().flat_map(addresses).collect();
        let rows = found
            .into_iter()
            .map(|(name, place)| vec![name.into(), place.into()]);
        out.push(rows.collect())?;
    }
    Ok(out.finish()?)
}

/// The names of a stream's columns that hold images, the main one first.
///
/// # Errors
/// As [`names_stream`].
pub fn image_columns(
    columns: &ColumnNames,
    input: Box<dyn Read + Send>,
) -> Result<Vec<String>, ScanError> {
    let batches = open(input, columns)?;
    let header = batches.header().iter().map(|name| &**name);
    let found = StreamIntake::image_columns(columns, header);
    Ok(found.into_iter().map(str::to_owned).collect())
}

fn open(input: Box<dyn Read + Send>, columns: &ColumnNames) -> Result<ArrowReader, ScanError> {
    let batches = ArrowReader::open(input)?;
    StreamIntake::check(columns, batches.header().iter().map(|name| &**name))?;
    Ok(batches)
}
