//! The rights of `brand.toml`, and what every right is checked for.

use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::finding::Code;
use super::keys::Keys;
use crate::record::{Right, RightKind};

const RIGHT_KEYS: &[&str] = &[
    "type",
    "number",
    "office",
    "territories",
    "nice_classes",
    "expiry",
];

pub(super) const KIND_EXPECTED: &str =
    "trademark, design, copyright or patent; the right is left out until then";
pub(super) const TERRITORY_EXPECTED: &str =
    "two-letter country codes of ISO 3166-1 (the United Kingdom is GB), or EU";
pub(super) const CLASS_EXPECTED: &str =
    "whole numbers from 1 to 45, the classes of the Nice Agreement";
pub(super) const DATE_EXPECTED: &str =
    "a date such as 2031-05-01; the right is left out until then";

/// A weakness of a right that is kept: code, key, what was found and what to do.
pub(super) type Weakness = (Code, &'static str, String, &'static str);

/// What an analyst would miss when citing the right.
pub(super) fn weaknesses(right: &Right, as_of: Date) -> Vec<Weakness> {
    let mut weak = Vec::new();
    let word = right.kind.as_str();
    let name = format!("{word} {}", right.number);
    // Copyright is not registered in most countries.
    if right.kind != RightKind::Copyright {
        if right.number.is_empty() {
            let expected =
                "write the registration number: without it an analyst cannot cite the right";
            let found = format!("a {word} without a number");
            weak.push((Code::RightWithoutNumber, "number", found, expected));
        }
        if right.office.is_empty() {
            let expected = "write the office that registered it, such as EUIPO, USPTO or WIPO";
            let found = format!("{} without an office", name.trim_end());
            weak.push((Code::RightWithoutOffice, "office", found, expected));
        } else if right.holds_in("EU").is_none() {
            let expected = "write where it holds, such as territories = [\"FR\"]: a right that fits an offer is cited before one \
                            of which nobody knows";
            let found = format!(
                "{} of {} without territories",
                name.trim_end(),
                right.office
            );
            weak.push((Code::RightWithoutTerritory, "territories", found, expected));
        }
    }
    if let Some(expiry) = right.expiry.filter(|_| !right.in_force(as_of)) {
        let expected = "renew it and correct the date, or remove it: it is no ground for anything";
        let found = format!("{} ended on {expiry}, before {as_of}", name.trim_end());
        weak.push((Code::RightExpired, "expiry", found, expected));
    }
    weak
}

/// `2031-05-01` and nothing more: a time of day would be dropped without a word.
pub(super) fn iso_date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// The code in upper case, when it has the shape of one.
pub(super) fn territory(code: &str) -> Option<String> {
    let code = code.trim().to_ascii_uppercase();
    let shape = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    (shape && code != "UK").then_some(code)
}

impl Keys<'_> {
    /// Every right of the file that can be told.
    pub(super) fn rights(&mut self, table: &DeTable<'_>, as_of: Date) -> Vec<Right> {
        let Some(value) = table.get("rights") else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.bad_value(
                &value.span(),
                "rights",
                "one [[rights]] table for each right",
            );
            return Vec::new();
        };
        let mut rights = Vec::new();
        for item in list.iter() {
            let span = item.span();
            let Some(table) = item.get_ref().as_table() else {
                self.bad_value(&span, "rights", "a [[rights]] table");
                continue;
            };
            let Some(right) = self.right(table, &span) else {
                continue;
            };
            for (code, key, found, expected) in weaknesses(&right, as_of) {
                let span = table.get(key).map_or(span.clone(), Spanned::span);
                self.report(code, &span, key, found, expected);
            }
            rights.push(right);
        }
        rights
    }

    /// One right; left out when its kind or its last day cannot be told.
    fn right(&mut self, table: &DeTable<'_>, span: &Range<usize>) -> Option<Right> {
        self.unknown_keys(table, RIGHT_KEYS);
        let kind = self.kind(table, span);
        let number = self.string(table, "number").unwrap_or_default();
        let office = self.string(table, "office").unwrap_or_default();
        let territories = self.territories(table);
        let nice_classes = self.nice_classes(table);
        let expiry = self.expiry(table);
        Some(Right {
            kind: kind?,
            number,
            office,
            territories,
            nice_classes,
            expiry: expiry.ok()?,
        })
    }

    fn kind(&mut self, table: &DeTable<'_>, span: &Range<usize>) -> Option<RightKind> {
        let Some(value) = table.get("type") else {
            self.report(
                Code::BadValue,
                span,
                "type",
                "a right without a type",
                KIND_EXPECTED,
            );
            return None;
        };
        let kind = value.get_ref().as_str().and_then(RightKind::parse);
        if kind.is_none() {
            self.bad_value(&value.span(), "type", KIND_EXPECTED);
        }
        kind
    }

    fn territories(&mut self, table: &DeTable<'_>) -> Vec<String> {
        let span = table.get("territories").map_or(0..0, Spanned::span);
        let mut kept = Vec::new();
        for code in self.strings(table, "territories") {
            match territory(&code) {
                Some(code) => kept.push(code),
                None => {
                    let found = format!("{code:?}");
                    self.report(
                        Code::BadValue,
                        &span,
                        "territories",
                        found,
                        TERRITORY_EXPECTED,
                    );
                }
            }
        }
        kept
    }

    fn nice_classes(&mut self, table: &DeTable<'_>) -> Vec<u8> {
        let Some(value) = table.get("nice_classes") else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            let expected = format!("a list of {CLASS_EXPECTED}");
            self.bad_value(&value.span(), "nice_classes", expected);
            return Vec::new();
        };
        let mut classes = Vec::new();
        for item in list.iter() {
            let number = item.get_ref().as_integer();
            let class =
                number.and_then(|number| u8::from_str_radix(number.as_str(), number.radix()).ok());
            match class.filter(|class| (1..=45).contains(class)) {
                Some(class) => classes.push(class),
                None => self.bad_value(&item.span(), "nice_classes", CLASS_EXPECTED),
            }
        }
        classes.sort_unstable();
        classes.dedup();
        classes
    }

    /// A TOML date or a text of that shape; `Ok(None)` when absent.
    fn expiry(&mut self, table: &DeTable<'_>) -> Result<Option<Date>, Unreadable> {
        let Some(value) = table.get("expiry") else {
            return Ok(None);
        };
        let day = match value.get_ref() {
            DeValue::Datetime(day) => iso_date(&day.to_string()),
            DeValue::String(text) => iso_date(text.trim()),
            _ => None,
        };
        if day.is_none() {
            self.bad_value(&value.span(), "expiry", DATE_EXPECTED);
            return Err(Unreadable);
        }
        Ok(day)
    }
}

/// A date stands there, but cannot be read: not the same as no date.
struct Unreadable;
