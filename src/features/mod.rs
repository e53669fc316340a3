//! The cues: what is looked at, in which order, and how each is said to a person.
//!
//! | file | holds |
//! |---|---|
//! | `cue` | what a cue is: name, family, direction, range, value, sentence |
//! | `row` | the values of all cues for one listing |
//! | `image`, `text`, `price`, `seller` | one family of cues each |
//!
//! A cue is one constant in its family's file and one line in [`CUES`]. `docs/cues.md` describes
//! each. The seller's country, name and language are not cues: they say where somebody is from,
//! not what is sold.

mod cue;
mod image;
mod price;
mod row;
mod seller;
mod text;

#[cfg(test)]
pub(crate) mod fixture;

pub use cue::{Cue, Direction, Family, Input};
pub use row::{FeatureError, FeatureRow};
pub use text::CONTACT;

use crate::record::ContentHash;

/// Raised when a cue's value changes its meaning while its name stays: models trained before no longer fit.
const MEANING: u32 = 3;

/// Every cue, in the order of a [`FeatureRow`].
pub const CUES: &[Cue] = &[
    image::BRAND_PHOTO,
    image::BRAND_PHOTO_AT_LOW_PRICE,
    image::EDITED_COPY,
    image::RECOLOURED,
    image::KNOWN_FAKE,
    image::SHARED_UNOFFICIAL,
    image::MISSING,
    text::BRAND_MENTION,
    text::DISGUISED,
    text::MISSPELT,
    text::SLANG,
    CONTACT,
    text::ACCESSORY,
    text::SECOND_HAND,
    text::ABOUT_THE_PRODUCT,
    text::PRODUCT_MATCH,
    text::NONEXISTENT_MODEL,
    text::TITLE_COPIED,
    text::CLAIMS_GENUINE,
    price::DEPTH,
    price::NEAR_RETAIL,
    price::MISSING,
    seller::NEW_ACCOUNT,
    seller::FEW_SALES,
    seller::LOW_RATING,
    seller::UNKNOWN,
    seller::EVASIVE_SHARE,
    seller::BELOW_HALF_SHARE,
    seller::MANY_BRANDS,
    seller::BULK_AT_USUAL_PRICE,
    seller::LARGE_STOCK_NEW_ACCOUNT,
];

/// The place of the cue `name` in [`CUES`].
pub fn position(name: &str) -> Option<usize> {
    CUES.iter().position(|cue| cue.name == name)
}

/// The cue called `name`.
pub fn cue(name: &str) -> Option<&'static Cue> {
    CUES.iter().find(|cue| cue.name == name)
}

/// What changes when the table does: a model fits only the table that it was trained with.
pub fn table_version() -> ContentHash {
    let mut text = format!("{MEANING}\n");
    for cue in CUES {
        let (low, high) = cue.range;
        let direction = cue.direction.as_str();
        text.push_str(&format!("{} {direction} {low} {high}\n", cue.name));
    }
    ContentHash::of(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn names_are_unique_and_start_with_their_family() {
        let names: BTreeSet<&str> = CUES.iter().map(|cue| cue.name).collect();
        assert_eq!(names.len(), CUES.len());
        for cue in CUES {
            let family = cue.name.split('.').next();
            assert_eq!(family, Some(cue.family.as_str()), "{}", cue.name);
            assert!(cue.range.0 < cue.range.1, "{}", cue.name);
        }
    }

    #[test]
    fn every_cue_has_its_line_in_the_documentation() {
        let page = include_str!("../../docs/cues.md");
        for cue in CUES {
            let (low, high) = cue.range;
            let direction = cue.direction.as_str();
            let start = format!("| `{}` | {direction} | {low} to {high} |", cue.name);
            assert!(page.contains(&start), "docs/cues.md lacks a line {start}");
        }
        let documented = page
            .lines()
            .filter(|line| {
                Family::ALL
                    .iter()
                    .any(|family| line.starts_with(&format!("| `{}.", family.as_str())))
            })
            .count();
        assert_eq!(
            documented,
            CUES.len(),
            "docs/cues.md describes a cue that is gone"
        );
    }

    #[test]
    fn every_cue_has_its_page_and_every_page_its_cue() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cues");
        let index = include_str!("../../docs/cues.md");
        for cue in CUES {
            let file = format!("{}.md", cue.name.replace('.', "_"));
            let page = std::fs::read_to_string(folder.join(&file)).expect(cue.name);
            let parts = [
                "# ",
                &format!("\n`{}`\n", cue.name),
                "**What it means.**",
                "**What it does not mean.**",
                "**How an honest seller would explain it.**",
                "**What to do with it.**",
            ];
            for part in parts {
                assert!(page.contains(part), "{file} lacks {part}");
            }
            assert!(index.contains(&format!("(cues/{file})")), "{file}");
        }
        let pages = std::fs::read_dir(&folder).expect("the pages").count();
        assert_eq!(pages, CUES.len(), "a page of a cue that is gone");
    }

    #[test]
    fn a_cue_is_found_by_its_name() {
        assert_eq!(position("image.brand_photo"), Some(0));
        assert_eq!(
            cue("price.depth").map(|cue| cue.family),
            Some(Family::Price)
        );
        assert_eq!(cue("seller.country"), None);
    }
}
