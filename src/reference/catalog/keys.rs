//! Typed look-ups in a TOML table that report what is wrong, all of it, with the line.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::brand_toml::{BRAND_FILE, BRAND_KEYS};
use super::finding::{Code, Finding};
use super::nearest::nearest;

/// Typed look-ups in a table; every one that fails is reported with its line.
pub(super) struct Keys<'a> {
    pub text: &'a str,
    pub findings: &'a mut Vec<Finding>,
    /// Keys met so far that mean nothing where they stand, and where that is.
    pub unknown: Vec<(String, Range<usize>)>,
}

impl Keys<'_> {
    pub(super) fn line_of(&self, span: &Range<usize>) -> &str {
        let start = self.text.get(..span.start).map_or(0, |before| before.len());
        let from = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        self.text[from..].lines().next().unwrap_or("").trim()
    }

    pub(super) fn report(
        &mut self,
        code: Code,
        span: &Range<usize>,
        key: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        // What is not there at all stands nowhere.
        let line = (*span != (0..0)).then(|| {
            let before = self.text.get(..span.start).unwrap_or("");
            before.bytes().filter(|byte| *byte == b'\n').count() as u64 + 1
        });
        let finding = Finding::new(code, BRAND_FILE).at(line, key);
        self.findings.push(finding.found(found).expected(expected));
    }

    /// Reports the source text of a value that is not what it should be.
    pub(super) fn bad_value(
        &mut self,
        span: &Range<usize>,
        key: &str,
        expected: impl Into<String>,
    ) {
        let found = self.text.get(span.clone()).unwrap_or("").to_owned();
        self.report(Code::BadValue, span, key, found, expected);
    }

    /// Reports keys that mean nothing here, with the known key that each resembles.
    pub(super) fn unknown_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for (key, _) in table.iter() {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let expected = match nearest(name, known) {
                // In TOML a key below a table's header belongs to that table.
                None if BRAND_KEYS.contains(&name) => {
                    format!("move {name} above the first [[rights]]")
                }
                None => format!("remove it; the keys here are {}", known.join(", ")),
                Some(near) => format!("did you mean {near}? Rename or remove it"),
            };
            self.report(
                Code::UnknownKey,
                &key.span(),
                name,
                format!("key {name:?}"),
                expected,
            );
            self.unknown.push((name.to_owned(), key.span()));
        }
    }

    /// Where a key stands that was not understood and may have been meant to speak of `word`.
    pub(super) fn meant(&self, word: &str) -> Option<Range<usize>> {
        let mut unknown = self.unknown.iter();
        let found = unknown.find(|(key, _)| key.to_lowercase().contains(word));
        found.map(|(_, span)| span.clone())
    }

    /// The trimmed text; `None` when it is absent or something else.
    pub(super) fn string(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        let value = table.get(key)?;
        let text = value.get_ref().as_str().map(|text| text.trim().to_owned());
        if text.is_none() {
            self.bad_value(&value.span(), key, "a text: put it in quotes");
        }
        text
    }

    pub(super) fn boolean(&mut self, value: &Spanned<DeValue<'_>>, key: &str) -> Option<bool> {
        let found = value.get_ref().as_bool();
        if found.is_none() {
            self.bad_value(&value.span(), key, "true or false, without quotes");
        }
        found
    }

    /// The texts of a list, trimmed, empty ones and other values left out.
    pub(super) fn strings(&mut self, table: &DeTable<'_>, key: &str) -> Vec<String> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let expected = format!("a list of texts: {key} = [\"...\", \"...\"]");
        let Some(list) = value.get_ref().as_array() else {
            self.bad_value(&value.span(), key, expected);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in list.iter() {
            match item.get_ref().as_str().map(str::trim) {
                Some("") => {}
                Some(text) => texts.push(text.to_owned()),
                None => self.bad_value(&item.span(), key, expected.clone()),
            }
        }
        texts
    }
}
