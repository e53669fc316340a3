use iso_currency::Currency;
use jiff::civil::Date;

use super::Reject;
use super::columns::Canonical;
use super::fields::Fields;
use super::html::text_of_html;
use super::image_links::{MAX_IMAGES, safe_image_path, split_links};
use super::values::{self, MAX_ID, MAX_TEXT};
use crate::record::{Condition, Gtin, Money};

/// A row on its way into a record: reads typed values, and notes each one that it has to drop.
pub(super) struct RecordRow<'a> {
    fields: &'a Fields,
    file: &'a str,
    id: String,
    default_currency: Option<Currency>,
    notes: &'a mut Vec<Reject>,
}

impl<'a> RecordRow<'a> {
    /// A row with an identifier and a title, which every record needs.
    pub(super) fn new(
        fields: &'a Fields,
        file: &'a str,
        default_currency: Option<Currency>,
        notes: &'a mut Vec<Reject>,
    ) -> Result<Self, Box<Reject>> {
        let id = values::single(fields.get(Canonical::Id));
        let row = Self {
            fields,
            file,
            id,
            default_currency,
            notes,
        };
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

    fn note(&mut self, column: Canonical, found: &str, expected: impl Into<String>) {
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

    /// A text that may be HTML.
    pub(super) fn html(&mut self, column: Canonical) -> String {
        // Markup is at most some times its text; what lies beyond would be cut anyway.
        let (raw, _) = values::bounded(self.fields.get(column).to_owned(), 10 * MAX_TEXT);
        self.bounded(column, text_of_html(&raw).trim().to_owned())
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
            "a date as 2025-03-09, with or without a time",
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

    /// An amount in the currency beside it: its own, the row's, the file's.
    pub(super) fn money(&mut self, column: Canonical, beside: Option<Currency>) -> Option<Money> {
        let text = values::single(self.fields.get(column));
        if text.is_empty() {
            return None;
        }
        let stated = values::single(self.fields.get(Canonical::Currency));
        let currency = match beside.or(self.default_currency) {
            _ if !stated.is_empty() => Some(stated.as_str()),
            other => other.map(|currency| currency.code()),
        };
        if values::is_range(&text) {
            self.note(
                column,
                &text,
                "one amount, not a range; the value was dropped",
            );
            return None;
        }
        match Money::parse(&text, currency) {
            Ok(money) => Some(money),
            Err(error) => {
                self.note(
                    column,
                    &text,
                    format!(
                        "an amount with its currency, as 129.99 USD: {error}; the value was dropped"
                    ),
                );
                None
            }
        }
    }

    /// Price and reduced price; a compare-at price above the price makes the price a reduced one.
    pub(super) fn prices(&mut self) -> (Option<Money>, Option<Money>) {
        let price = self.money(Canonical::Price, None);
        let beside = price.map(Money::currency);
        let sale = self.money(Canonical::SalePrice, beside);
        let before = self.money(Canonical::CompareAtPrice, beside);
        match (price, sale, before) {
            (Some(now), None, Some(before))
                if before.currency() == now.currency() && before.minor() > now.minor() =>
            {
                (Some(before), Some(now))
            }
            _ => (price, sale),
        }
    }

    /// Safe paths of all images in `columns`, each once, in order.
    pub(super) fn images(&mut self, columns: &[Canonical]) -> Vec<String> {
        let mut paths: Vec<String> = Vec::new();
        for column in columns {
            let links: Vec<String> = self.fields.all(*column).flat_map(split_links).collect();
            for link in links {
                match safe_image_path(&link) {
                    Ok(path) if paths.contains(&path) => {}
                    Ok(path) if paths.len() < MAX_IMAGES => paths.push(path),
                    Ok(_) => {
                        self.note(
                            *column,
                            &link,
                            format!("at most {MAX_IMAGES} images; the rest was dropped"),
                        );
                        return paths;
                    }
                    Err(error) => {
                        self.note(*column, &link, format!("{error}; the link was dropped"))
                    }
                }
            }
        }
        paths
    }
}

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
