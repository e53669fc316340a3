use std::collections::BTreeSet;
use std::path::Path;

use super::IntakeError;
use crate::record::ListingId;
use crate::table::{Chunks, RawRow};

/// What is known of one listing: whether it offers a fake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The listing.
    pub listing_id: ListingId,
    /// True for a counterfeit.
    pub fake: bool,
    /// The kind of fake or of honest listing, empty when not given.
    pub kind: String,
    /// Listings of one group (a seller, a ring) belong into the same part of a split; may be empty.
    pub group: String,
    /// The part of the split that the file assigns, empty when it leaves that open.
    pub split: String,
}

/// A truth or label file: columns `listing_id` (or `id`), `label` (`fake` or `genuine`, `1` or `0`),
/// and optionally `kind`, `group` (or `ring`; else `seller_id` names the group) and `split`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// In the file's order, one for each listing.
    pub labels: Vec<Label>,
}

impl Labels {
    /// Reads a label file of any table format.
    ///
    /// # Errors
    /// [`IntakeError`] for a file that cannot be read, a row without a listing, an unknown label and
    /// a listing labelled twice; each names the row. Nothing is skipped, because a wrong truth
    /// spoils every figure that is measured against it.
    pub fn read(path: &Path) -> Result<Self, IntakeError> {
        let (mut labels, mut seen) = (Vec::new(), BTreeSet::new());
        for chunk in Chunks::open(path, 8192)? {
            for row in chunk? {
                let label = match row {
                    Ok(row) => label_of(path, &row)?,
                    Err(bad) => {
                        return Err(error(path, bad.row, &bad.column, &bad.found, &bad.expected));
                    }
                };
                if !seen.insert(label.1.listing_id.clone()) {
                    let id = label.1.listing_id.as_str();
                    return Err(error(
                        path,
                        label.0,
                        "listing_id",
                        id,
                        "a listing that has no label yet",
                    ));
                }
                labels.push(label.1);
            }
        }
        Ok(Self { labels })
    }
}

fn label_of(path: &Path, row: &RawRow) -> Result<(u64, Label), IntakeError> {
    let text = |names: &[&str]| {
        let named =
            |(name, _): &(&str, &str)| names.iter().any(|n| name.trim().eq_ignore_ascii_case(n));
        row.columns()
            .find(named)
            .map_or("", |(_, value)| value.trim())
    };
    let id = text(&["listing_id", "id"]);
    if id.is_empty() {
        return Err(error(path, row.row(), "listing_id", "", "the listing's id"));
    }
    let word = text(&["label", "is_fake", "fake"]);
    let fake = match word.to_ascii_lowercase().as_str() {
        "fake" | "counterfeit" | "1" | "true" => true,
        "genuine" | "0" | "false" => false,
        _ => {
            return Err(error(
                path,
                row.row(),
                "label",
                word,
                "fake or genuine (or 1 or 0)",
            ));
        }
    };
    let label = Label {
        listing_id: id.into(),
        fake,
        kind: text(&["kind"]).to_owned(),
        group: match text(&["group", "ring"]) {
            "" => text(&["seller_id"]).to_owned(),
            group => group.to_owned(),
        },
        split: text(&["split"]).to_owned(),
    };
    Ok((row.row(), label))
}

fn error(path: &Path, row: u64, column: &str, found: &str, expected: &str) -> IntakeError {
    IntakeError::Label {
        file: path.to_owned(),
        row,
        column: column.to_owned(),
        found: found.chars().take(200).collect(),
        expected: expected.to_owned(),
    }
}
