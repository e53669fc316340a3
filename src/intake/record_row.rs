use iso_currency::Currency;
use jiff::civil::Date;

use super::Reject;
use super::columns::Canonical;
use super::fields::Fields;
use super::html::text_of_html;
use super::image_links::{MAX_IMAGES, UnsafeLink, image_place, safe_image_path, split_links};
use super::values::{self, MAX_ID, MAX_TEXT};
use crate::record::{Condition, Gtin};

/// A row on its way into a record: reads typed values, and notes each one that it has to drop.
pub(super) struct RecordRow<'a> {
    pub(super) fields: &'a Fields,
    file: &'a str,
    id: String,
    pub(super) default_currency: Option<Currency>,
    notes: &'a mut Vec<Reject>,
    pub(super) without_currency: bool,
}

impl<'a> RecordRow<'a> {
    /// A row that may lack what a record needs.
    pub(super) fn unchecked(
        fields: &'a Fields,
        file: &'a str,
        default_currency: Option<Currency>,
        notes: &'a mut Vec<Reject>,
    ) -> Self {
        Self {
            fields,
            file,
            id: identifier(fields, Canonical::Id).unwrap_or_else(|text| text),
            default_currency,
            notes,
            without_currency: false,
        }
    }

    /// A row with an identifier and a title, which every record needs.
    pub(super) fn new(
        fields: &'a Fields,
        file: &'a str,
        default_currency: Option<Currency>,
        notes: &'a mut Vec<Reject>,
    ) -> Result<Self, Box<Reject>> {
        let row = Self::unchecked(fields, file, default_currency, notes);
        if row.id.is_empty() {
            return Err(row
                .about(Canonical::Id, "", "an identifier; fill the column")
                .into());
        }
        if row.id.chars().nth(MAX_ID).is_some() {
            let mut reject = row.about(
                Canonical::Id,
                &row.id,
                "an identifier of at most 512 characters",
            );
            reject.id.clear();
            return Err(reject.into());
        }
        if identifier(fields, Canonical::Id).is_err() {
            return Err(row.about(Canonical::Id, &row.id, LOST_DIGITS).into());
        }
        if fields.get(Canonical::Title).is_empty() {
            return Err(row
                .about(Canonical::Title, "", "a title; fill the column")
                .into());
        }
        Ok(row)
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Whether the price was dropped because nothing says its currency.
    pub(super) fn without_currency(&self) -> bool {
        self.without_currency
    }

    fn about(&self, column: Canonical, found: &str, expected: impl Into<String>) -> Reject {
        reject(
            self.file,
            self.fields.row,
            column.name(),
            found,
            expected,
            &self.id,
        )
    }

    pub(super) fn note(&mut self, column: Canonical, found: &str, expected: impl Into<String>) {
        let note = self.about(column, found, expected);
        self.notes.push(note);
    }

    /// A text, cut where it is too long.
    pub(super) fn text(&mut self, column: Canonical) -> String {
        self.bounded(column, self.fields.get(column).to_owned())
    }

    /// The first value where a list stands in for a text.
    pub(super) fn word(&mut self, column: Canonical) -> String {
        self.bounded(column, values::single(self.fields.get(column)))
    }

    /// An identifier, as a person would write it also where the file holds it as a number.
    pub(super) fn identifier(&mut self, column: Canonical) -> String {
        match identifier(self.fields, column) {
            Ok(text) => self.bounded(column, text),
            Err(number) => {
                self.note(
                    column,
                    &number,
                    format!("{LOST_DIGITS}; the value was dropped"),
                );
                String::new()
            }
        }
    }

    /// Notes that the row ends before its last column.
    pub(super) fn note_short(&mut self, [found, expected]: [usize; 2]) {
        let note = reject(
            self.file,
            self.fields.row,
            "",
            &format!("{found} values"),
            format!(
                "{expected} values, one for each column; those at the end were taken to be empty"
            ),
            &self.id,
        );
        self.notes.push(note);
    }

    /// A text that may be HTML.
    pub(super) fn html(&mut self, column: Canonical) -> String {
        self.bounded(column, text_of_description(self.fields.get(column)))
    }

    fn bounded(&mut self, column: Canonical, text: String) -> String {
        let (text, cut) = values::bounded(text, MAX_TEXT);
        if cut {
            self.note(
                column,
                &text,
                format!("at most {MAX_TEXT} characters; the rest was cut off"),
            );
        }
        text
    }

    /// Any value with a reader of its own; an unreadable one is dropped with a note.
    pub(super) fn parsed<T>(
        &mut self,
        column: Canonical,
        read: impl Fn(&str) -> Option<T>,
        expected: &str,
    ) -> Option<T> {
        let text = values::single(self.fields.get(column));
        if text.is_empty() {
            return None;
        }
        let value = read(&text);
        if value.is_none() {
            self.note(column, &text, format!("{expected}; the value was dropped"));
        }
        value
    }

    pub(super) fn date(&mut self, column: Canonical) -> Option<Date> {
        self.parsed(
            column,
            values::date,
            "a date as 2025-03-09, with or without a time, or seconds since 1970",
        )
    }

    pub(super) fn country(&mut self, column: Canonical) -> String {
        self.parsed(
            column,
            values::country,
            "a two-letter country code (ISO 3166-1)",
        )
        .unwrap_or_default()
    }

    pub(super) fn condition(&mut self) -> Option<Condition> {
        self.parsed(
            Canonical::Condition,
            Condition::parse,
            "new, refurbished or used",
        )
    }

    pub(super) fn gtin(&mut self) -> Option<Gtin> {
        let kind = self.fields.get(Canonical::GtinKind).to_ascii_uppercase();
        if !matches!(kind.as_str(), "" | "GTIN" | "EAN" | "UPC" | "ISBN") {
            return None;
        }
        let text = values::single(self.fields.get(Canonical::Gtin));
        // Spreadsheets leave a quote before digits kept as text, and a decimal after ones that were not.
        let digits = text.trim_start_matches('\'').trim_end_matches(".0").trim();
        if digits.is_empty() {
            return None;
        }
        match Gtin::parse(digits) {
            Ok(gtin) => Some(gtin),
            Err(error) => {
                self.note(
                    Canonical::Gtin,
                    &text,
                    format!("a GTIN with its check digit: {error}; the value was dropped"),
                );
                None
            }
        }
    }

    /// Safe paths of all images in `columns`, each once, in order.
    pub(super) fn images(&mut self, columns: &[Canonical]) -> Vec<String> {
        self.links(columns, safe_image_path)
    }

    /// The same, addresses whole; see [`image_place`].
    pub(super) fn image_places(&mut self, columns: &[Canonical]) -> Vec<String> {
        self.links(columns, image_place)
    }

    fn links(
        &mut self,
        columns: &[Canonical],
        place: fn(&str) -> Result<String, UnsafeLink>,
    ) -> Vec<String> {
        let (mut places, mut seen, mut unsafe_links): (Vec<String>, _, _) = (Vec::new(), 0, 0);
        for column in columns {
            let fields = self.fields;
            for link in fields.all(*column).flat_map(split_links) {
                seen += 1;
                match place(&link) {
                    _ if seen > MAX_IMAGES + MAX_REPEATED => {}
                    Ok(place) if places.contains(&place) => continue,
                    Ok(place) if places.len() < MAX_IMAGES => {
                        places.push(place);
                        continue;
                    }
                    Ok(_) => {}
                    Err(error) => {
                        unsafe_links += 1;
                        if unsafe_links <= MAX_LINK_NOTES {
                            self.note(*column, &link, format!("{error}; the link was dropped"));
                        }
                        continue;
                    }
                }
                let most = format!("at most {MAX_IMAGES} images; the rest was dropped");
                self.note(*column, &link, most);
                return places;
            }
        }
        places
    }
}

/// What an identifier should be that a file holds as a number with more digits than such numbers keep.
const LOST_DIGITS: &str =
    "an identifier as text, in quotes: as a number of this size it has lost digits";

/// An identifier; of one that a file holds as a number the digits, or as an error what is left of them.
fn identifier(fields: &Fields, column: Canonical) -> Result<String, String> {
    let text = values::single(fields.get(column));
    if fields.is_number(column) {
        values::digits(&text).ok_or(text)
    } else {
        Ok(text)
    }
}

/// The text of a description that may be HTML, of which no more is read than can be kept.
pub(super) fn text_of_description(html: &str) -> String {
    // Markup is at most some times its text; what lies beyond would be cut anyway.
    let end = html
        .char_indices()
        .nth(10 * MAX_TEXT)
        .map_or(html.len(), |(at, _)| at);
    text_of_html(&html[..end]).trim().to_owned()
}

/// Links of one row that are looked at beyond [`MAX_IMAGES`]: repeated or unsafe ones.
const MAX_REPEATED: usize = MAX_IMAGES;
/// Unsafe links of one row that are noted one by one.
const MAX_LINK_NOTES: usize = 10;

/// A reject or note with what was found cut to a readable length.
pub(super) fn reject(
    file: &str,
    row: u64,
    column: &str,
    found: &str,
    expected: impl Into<String>,
    id: &str,
) -> Reject {
    Reject {
        file: file.to_owned(),
        row,
        column: column.to_owned(),
        found: found.chars().take(200).collect(),
        expected: expected.into(),
        id: id.to_owned(),
    }
}
