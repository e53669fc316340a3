//! Reference pictures that match far more listings than they should: set aside for a run, not trusted as evidence.
//!
//! A picture in a bank may be a stock photo that somebody took for a fake's, and a catalog's may be a logo on white or a
//! size chart. Such a picture would make a candidate of every listing that shows it, so the run does without it and says so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{LocalFeatures, ScanError, Settings};
use crate::reference::{BankEntry, Verdict};
use crate::signals::Signals;
use crate::table::{Column, Format, Kind, Writer, read_cells};

/// How many listings show each reference picture, by the picture's name; those that no listing shows are there with 0.
pub type Matches = BTreeMap<String, u64>;

/// A reference picture that a run did without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// Its name, as hits carry it.
    pub reference: String,
    /// Listings that show it.
    pub listings: u64,
    /// Listings that showed it in the run before, where that knew it.
    pub before: Option<u64>,
    /// Why, for people.
    pub why: String,
}

/// How many times its past share of all listings a picture may match.
const SUDDEN: u64 = 10;
/// Listings up to which nothing is a flood, however sudden.
const LEAST: u64 = 100;
/// Listings that it must have matched in the past: fewer do not tell what is usual.
const KNOWN: u64 = 10;
/// The share of all listings that a catalog's picture may match: resellers show official photos, and mean no harm.
const OFFICIAL_SHARE: f64 = 0.02;

/// The table of how many listings show each reference picture, in a run's folder.
const FILE: &str = "matches.parquet";

const COLUMNS: &[Column] = &[
    Column::new("reference", Kind::Text),
    Column::new("listings", Kind::Int),
];

/// Names of the reference pictures that a listing shows for sure.
pub fn shown(signals: &Signals) -> BTreeSet<&str> {
    let hits = signals.images.iter().flat_map(|image| &image.hits);
    hits.filter(|hit| hit.verdict != Verdict::Related && hit.confidence >= 0.5)
        .map(|hit| hit.reference.as_str())
        .collect()
}

/// Most listings of `scored` that may show a picture of that name.
pub fn limit(reference: &str, flood_limit: u64, scored: u64) -> u64 {
    if BankEntry::is_name(reference) {
        flood_limit
    } else {
        flood_limit.max((scored as f64 * OFFICIAL_SHARE) as u64)
    }
}

/// What the run before matched.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Past {
    matches: Matches,
    /// Listings that it scored.
    scored: u64,
    /// Pictures that it read.
    pictures: u64,
    local_features: LocalFeatures,
}

/// The pictures that are set aside among `matches` over `scored` listings, by name. A run before without pictures, or that
/// looked for edited copies in other listings, does not tell what is usual.
pub(super) fn set_aside(
    matches: &Matches,
    scored: u64,
    past: Option<&Past>,
    settings: &Settings,
) -> Vec<SetAside> {
    let past =
        past.filter(|past| past.pictures > 0 && past.local_features == settings.local_features);
    let many = |(reference, listings): (&String, &u64)| {
        let before = past.and_then(|past| past.matches.get(reference).copied());
        let most = limit(reference, settings.flood_limit, scored);
        let usual = past.map_or(0, |past| {
            let share = before.unwrap_or(0) as f64 / past.scored.max(1) as f64;
            (share * scored as f64) as u64
        });
        let known = before.is_some_and(|before| before >= KNOWN);
        let sudden = known && *listings > (SUDDEN * usual).max(LEAST);
        let why = if *listings > most {
            format!("{listings} listings show it, and {most} is the limit")
        } else if sudden {
            format!(
                "{listings} listings show it, and about {usual} were to be expected from the run before"
            )
        } else {
            return None;
        };
        Some(SetAside {
            reference: reference.clone(),
            listings: *listings,
            before,
            why,
        })
    };
    matches.iter().filter_map(many).collect()
}

/// Writes how many listings show each reference picture.
pub(super) fn write(run: &Path, matches: &Matches) -> Result<(), ScanError> {
    let mut table = Writer::create(&run.join(FILE), Format::Parquet, COLUMNS)?;
    for (reference, listings) in matches {
        table.push(vec![reference.as_str().into(), (*listings).into()])?;
    }
    table.finish()?;
    Ok(())
}

/// What the last run in the folder `runs` before `as_of` matched. One that does not tell, or cannot be read, is passed over: it
/// is no reason to stop a scan.
pub fn past(runs: &Path, as_of: jiff::civil::Date) -> Option<Past> {
    let (name, manifest) = super::drift::last_before(runs, as_of)?;
    Some(Past {
        matches: read(&runs.join(name)).ok()?,
        scored: manifest.listings.scored,
        pictures: manifest.images.fingerprinted,
        local_features: manifest.settings.local_features,
    })
}

fn read(run: &Path) -> Result<Matches, ScanError> {
    let mut matches = Matches::new();
    for chunk in read_cells(&run.join(FILE), Format::Parquet, COLUMNS, 65_536)? {
        for row in chunk? {
            if let [reference, listings] = row.as_slice()
                && let (Some(reference), Some(listings)) = (reference.as_text(), listings.as_int())
            {
                matches.insert(reference.to_owned(), listings.unsigned_abs());
            }
        }
    }
    Ok(matches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::SettingsLayer;

    fn of(pairs: &[(&str, u64)]) -> Matches {
        pairs
            .iter()
            .map(|(name, many)| ((*name).to_owned(), *many))
            .collect()
    }

    /// A run over 10,000 listings with pictures.
    fn run_before(matches: &[(&str, u64)]) -> Past {
        Past {
            matches: of(matches),
            scored: 10_000,
            pictures: 10_000,
            local_features: LocalFeatures::default(),
        }
    }

    fn aside(matches: &[(&str, u64)], scored: u64, past: Option<&Past>) -> Vec<String> {
        let settings = SettingsLayer::default()
            .resolve(jiff::civil::date(2026, 4, 1))
            .expect("settings");
        let found = set_aside(&of(matches), scored, past, &settings);
        found.into_iter().map(|found| found.reference).collect()
    }

    #[test]
    fn a_bank_is_held_to_the_limit_and_a_catalog_to_its_share_of_the_feed() {
        let found = aside(
            &[
                ("luma/bank/1", 1001),
                ("luma/bank/2", 1000),
                ("luma/a.jpg", 1001),
            ],
            100_000,
            None,
        );
        assert_eq!(found, ["luma/bank/1"]);
        assert_eq!(limit("luma/a.jpg", 1000, 1_000_000), 20_000);
    }

    #[test]
    fn what_suddenly_matches_ten_times_its_past_is_set_aside() {
        let now = [
            ("luma/a.jpg", 900),
            ("luma/b.jpg", 900),
            ("luma/c.jpg", 90),
            ("luma/d.jpg", 900),
        ];
        let past = run_before(&[("luma/a.jpg", 40), ("luma/b.jpg", 400), ("luma/c.jpg", 0)]);
        assert_eq!(
            aside(&now, 20_000, Some(&past)),
            ["luma/a.jpg"],
            "d was not known before"
        );
    }

    #[test]
    fn a_run_without_pictures_or_of_other_settings_does_not_tell_what_is_usual() {
        let now = [("luma/a.jpg", 900)];
        let past = run_before(&[("luma/a.jpg", 40)]);
        assert_eq!(aside(&now, 20_000, Some(&past)), ["luma/a.jpg"]);
        let without = Past {
            pictures: 0,
            ..past.clone()
        };
        let other = Past {
            local_features: LocalFeatures::Off,
            ..past
        };
        for past in [without, other] {
            assert!(aside(&now, 20_000, Some(&past)).is_empty());
        }
    }

    #[test]
    fn after_a_small_trial_only_the_limit_counts() {
        let now = [("luma/a.jpg", 900), ("luma/bank/1", 1001)];
        let trial = Past {
            scored: 500,
            pictures: 500,
            ..run_before(&[("luma/a.jpg", 0), ("luma/bank/1", 0)])
        };
        assert_eq!(aside(&now, 50_000, Some(&trial)), ["luma/bank/1"]);
        let few = run_before(&[("luma/a.jpg", 9)]);
        assert!(aside(&now[..1], 10_000, Some(&few)).is_empty());
    }
}
