//! Rings told as cases: JUDGE passes their listings by, EMIT writes what came together.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;

use jiff::civil::Date;

use crate::model::Scored;
use crate::record::{BrandId, ContentHash, SellerId};
use crate::reference::Reference;
use crate::rings::case::{MOST_LISTINGS, MOST_THINGS, carry_over, sort};
use crate::rings::{Case, CaseListing, CaseSeller, SharedThing, TieKind, Trace, seller_key};
use crate::signals::ReadListing;

use super::ScanError;
use super::facts::matched;
use super::manifest::Manifest;
use super::rings::{Ring, Rings, left_by};

/// How many times the feed's share of expected counterfeits a ring's listings must hold to be a case: honest shops that show one
/// supplier's photos and words are tied too, and are nobody's business.
const SUSPECT: f64 = 2.0;

/// Tells the rings as cases while JUDGE passes their listings.
pub(super) struct CaseBook<'a> {
    rings: &'a Rings,
    told: Vec<Told>,
    /// Listings of the whole feed, and counterfeits to be expected among them.
    all: (u64, f64),
}

/// What was told of one ring.
#[derive(Default)]
struct Told {
    sellers: BTreeMap<SellerId, CaseSeller>,
    brands: BTreeMap<BrandId, u64>,
    listings: u64,
    tied: u64,
    expected: f64,
    shared: BTreeMap<i64, Shared>,
    /// The best so far; cut when they are twice as many as are kept.
    examples: Vec<CaseListing>,
}

/// What is known of a shared thing.
struct Shared {
    kind: TieKind,
    what: String,
    content: Option<ContentHash>,
    sellers: BTreeSet<SellerId>,
    listings: u64,
}

impl<'a> CaseBook<'a> {
    pub fn new(rings: &'a Rings) -> Self {
        Self {
            told: rings.rings.iter().map(|_| Told::default()).collect(),
            rings,
            all: (0, 0.0),
        }
    }

    /// Takes note of a listing, if its seller belongs to a ring.
    pub fn add(&mut self, read: &ReadListing, scored: &Scored, reference: &Reference) {
        let (listing, signals) = (&read.listing, &read.signals);
        self.all.0 += 1;
        self.all.1 += scored.probability.get();
        let Some(at) = self.rings.of(&listing.seller.id) else {
            return;
        };
        let (ring, told) = (&self.rings.rings[at], &mut self.told[at]);
        let probability = scored.probability.get();
        let left = left_by(read, reference).into_iter();
        let shared: Vec<i64> = left
            .map(|trace| trace.key)
            .filter(|key| ring.keys.contains(key))
            .collect();
        let tied = !shared.is_empty();
        told.listings += 1;
        told.tied += u64::from(tied);
        told.expected += probability;
        if let Some(brand) = signals.subject() {
            *told.brands.entry(brand.clone()).or_default() += 1;
        }
        let seller = told
            .sellers
            .entry(listing.seller.id.clone())
            .or_insert_with(|| CaseSeller {
                seller_id: listing.seller.id.clone(),
                seller_name: listing.seller.name.clone(),
                opened: listing.seller.created_at,
                ties: ring
                    .ties
                    .get(&seller_key(listing.seller.id.as_str()))
                    .copied()
                    .unwrap_or(0),
                ..CaseSeller::default()
            });
        seller.listings += 1;
        seller.tied += u64::from(tied);
        seller.expected += probability;
        let mut shares: Vec<TieKind> = shared
            .iter()
            .filter_map(|key| Trace::kind_of(*key))
            .collect();
        for (key, kind) in shared.into_iter().zip(shares.clone()) {
            told.shared
                .entry(key)
                .or_insert_with(|| shown(kind, key, read, reference))
                .add(&listing.seller.id);
        }
        shares.sort_unstable();
        shares.dedup();
        let image = signals.images.iter().find(|image| image.content.is_some());
        told.examples.push(CaseListing {
            listing_id: listing.id.clone(),
            seller_id: listing.seller.id.clone(),
            title: listing.title.clone(),
            link: listing.link.clone(),
            brand: signals.subject().cloned(),
            price: listing
                .asking_price()
                .map(|price| price.to_string())
                .unwrap_or_default(),
            probability,
            shares,
            image: image.map(|image| image.file.clone()),
            content: image.and_then(|image| image.content),
            evidence: None,
        });
        if told.examples.len() >= 2 * MOST_LISTINGS {
            best(&mut told.examples);
        }
    }

    /// The cases, as if no run had been before.
    pub fn cases(self, as_of: Date) -> Vec<Case> {
        let rings = self.rings;
        let (listings, expected) = self.all;
        let suspect = |told: &Told| {
            told.expected * listings as f64 >= SUSPECT * expected * told.listings as f64
        };
        let told = self.told.into_iter().zip(&rings.rings);
        told.filter(|(told, _)| suspect(told))
            .map(|(told, ring)| told.case(ring, as_of))
            .collect()
    }
}

/// A shared thing as one listing shows it.
fn shown(kind: TieKind, key: i64, read: &ReadListing, reference: &Reference) -> Shared {
    let (listing, signals) = (&read.listing, &read.signals);
    // Of several pictures and contacts the one that has the key.
    let image = signals.images.iter().find(|image| {
        let mut alone = read.clone();
        alone.signals.images = vec![(*image).clone()];
        kind == TieKind::Image
            && left_by(&alone, reference)
                .iter()
                .any(|trace| trace.key == key)
    });
    let contact = signals.reading.contacts.iter().find(|contact| {
        let mut alone = read.clone();
        alone.signals.reading.contacts = vec![(*contact).clone()];
        kind == TieKind::Contact
            && left_by(&alone, reference)
                .iter()
                .any(|trace| trace.key == key)
    });
    let product = matched(signals)
        .map(|hit| hit.product_id.to_string())
        .unwrap_or_default();
    let what = match kind {
        TieKind::Image => image.map(|image| image.file.clone()).unwrap_or_default(),
        TieKind::Contact => contact.cloned().unwrap_or_default(),
        TieKind::Price => {
            let price = listing.asking_price().map(|price| price.to_string());
            format!("{product} at {}", price.unwrap_or_default())
        }
        TieKind::Text | TieKind::Opened => listing.title.clone(),
    };
    Shared {
        kind,
        what,
        content: image.and_then(|image| image.content),
        sellers: BTreeSet::new(),
        listings: 0,
    }
}

impl Shared {
    fn add(&mut self, seller: &SellerId) {
        self.sellers.insert(seller.clone());
        self.listings += 1;
    }
}

/// Keeps the listings most likely to be counterfeit, tied ones first among equals.
fn best(listings: &mut Vec<CaseListing>) {
    listings.sort_by(|a, b| {
        (b.probability.total_cmp(&a.probability))
            .then(b.shares.len().cmp(&a.shares.len()))
            .then_with(|| a.listing_id.cmp(&b.listing_id))
    });
    listings.truncate(MOST_LISTINGS);
}

impl Told {
    fn case(mut self, ring: &Ring, as_of: Date) -> Case {
        best(&mut self.examples);
        let mut sellers: Vec<CaseSeller> = self.sellers.into_values().collect();
        let names: String = sellers
            .iter()
            .map(|seller| format!("{}\n", seller.seller_id))
            .collect();
        sellers.sort_by(|a, b| {
            (b.expected.total_cmp(&a.expected)).then_with(|| a.seller_id.cmp(&b.seller_id))
        });
        let mut shared: Vec<Shared> = self.shared.into_values().collect();
        shared.sort_by(|a, b| {
            (Reverse(a.sellers.len()), a.kind, &a.what).cmp(&(
                Reverse(b.sellers.len()),
                b.kind,
                &b.what,
            ))
        });
        // One thing may be found under several keys.
        shared.dedup_by(|a, b| (a.kind, &a.what) == (b.kind, &b.what));
        shared.retain(|thing| thing.sellers.len() >= 2);
        shared.truncate(MOST_THINGS);
        Case {
            id: format!("C-{}", &ContentHash::of(names.as_bytes()).to_string()[..8]),
            priority: self.expected,
            expected: self.expected,
            sellers,
            brands: self.brands,
            listings: self.listings,
            tied: self.tied,
            queued: 0,
            first_seen: as_of,
            growth: None,
            density: ring.density,
            shared: shared
                .into_iter()
                .map(|thing| SharedThing {
                    kind: thing.kind,
                    what: thing.what,
                    content: thing.content,
                    evidence: None,
                    sellers: thing.sellers.len() as u64,
                    listings: thing.listings,
                })
                .collect(),
            examples: self.examples,
        }
    }
}

/// The cases in order, with what they carry over from the last run before in the folder `runs` that made cases. One whose
/// cases cannot be read carries nothing over: it is no reason to stop a scan.
pub(super) fn settle(mut cases: Vec<Case>, runs: &Path, as_of: Date) -> Vec<Case> {
    if let Some(since) = last_with_cases(runs, as_of)
        && let Ok(before) = cases_of(&runs.join(&since))
    {
        carry_over(&mut cases, &before, &since);
    }
    sort(&mut cases);
    cases
}

/// The last finished run of an earlier date that made cases, of one date the one whose name comes last. A run without cases
/// says nothing of whether they go on.
fn last_with_cases(runs: &Path, as_of: Date) -> Option<String> {
    let entries = std::fs::read_dir(runs).ok()?;
    let made = entries.filter_map(|entry| {
        let path = entry.ok()?.path();
        let manifest = Manifest::read(&path).ok()?;
        let name = path.file_name()?.to_string_lossy().into_owned();
        let earlier = manifest.settings.cases && manifest.as_of < as_of;
        earlier.then_some((manifest.as_of, name))
    });
    made.max().map(|(_, name)| name)
}

/// The cases of a run, one a line.
pub(super) const FILE: &str = "cases.ndjson";

/// The cases of the finished run in the folder `run`, in order.
///
/// # Errors
/// When they cannot be read.
pub fn cases_of(run: &Path) -> Result<Vec<Case>, ScanError> {
    let path = run.join(FILE);
    let at = |source| ScanError::Io {
        path: path.clone(),
        source,
    };
    let lines = BufReader::new(std::fs::File::open(&path).map_err(at)?).lines();
    lines
        .map(|line| serde_json::from_str(&line.map_err(at)?).map_err(ScanError::spilled))
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::manifest::{
        CandidateSums, ImageSums, ListingSums, MANIFEST_FORMAT, RateSums,
    };
    use super::*;
    use crate::scan::SettingsLayer;

    fn case(sellers: &[&str], as_of: Date) -> Case {
        let of = |id: &&str| {
            let seller_id = SellerId::from(*id);
            let seller = CaseSeller {
                seller_id: seller_id.clone(),
                ..CaseSeller::default()
            };
            (seller_id, seller)
        };
        let told = Told {
            sellers: sellers.iter().map(of).collect(),
            ..Told::default()
        };
        told.case(&Ring::default(), as_of)
    }

    /// A finished run of that date; `cases` is `None` where none were to be made.
    fn run(runs: &Path, as_of: Date, cases: Option<&Case>) {
        let folder = runs.join(as_of.to_string());
        std::fs::create_dir_all(&folder).expect("made");
        let layer = SettingsLayer {
            cases: Some(cases.is_some()),
            ..SettingsLayer::default()
        };
        let manifest = serde_json::json!({
            "format": MANIFEST_FORMAT,
            "program": "test",
            "as_of": as_of,
            "settings": layer.resolve(as_of).expect("settings"),
            "model": "",
            "catalogs": [],
            "feeds": [],
            "listings": ListingSums::default(),
            "images": ImageSums::default(),
            "rates": RateSums::default(),
            "candidates": CandidateSums::default(),
        });
        std::fs::write(folder.join("manifest.json"), manifest.to_string()).expect("written");
        let line = |case: &Case| serde_json::to_string(case).expect("JSON") + "\n";
        let lines = cases.map(line).unwrap_or_default();
        std::fs::write(folder.join(FILE), lines).expect("written");
    }

    #[test]
    fn a_night_without_cases_does_not_make_them_forgotten() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let first = case(&["a", "b", "c"], date(2026, 4, 1));
        run(folder.path(), date(2026, 4, 1), Some(&first));
        run(folder.path(), date(2026, 4, 2), None);
        let today = date(2026, 4, 3);
        let now = case(&["a", "b", "c", "d"], today);
        assert_ne!(now.id, first.id);
        let settled = settle(vec![now], folder.path(), today);
        assert_eq!(
            (settled[0].id.as_str(), settled[0].first_seen),
            (first.id.as_str(), date(2026, 4, 1))
        );
        let growth = settled[0].growth.clone().expect("grown");
        assert_eq!(
            (growth.since.as_str(), growth.new_sellers),
            ("2026-04-01", 1)
        );
    }
}
