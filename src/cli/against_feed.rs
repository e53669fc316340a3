//! Which of a catalog's pictures a feed is full of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::intake::Listings;
use crate::record::SellerId;
use crate::reference::{Catalog, ReferenceImage};
use crate::scan::{Engine, SettingsLayer, limit, shown};
use crate::table::{Column, Kind};

use super::Outcome;
use super::context::Context;
use super::output::{self, TableFormat};
use super::read::load_all;

/// Listings from which on a picture should not be used alone, in thousandths of the feed, where that is less than the limit
/// at which a scan does without it.
const MANY: u64 = 5;

const COLUMNS: &[Column] = &[
    Column::new("image", Kind::Text),
    Column::new("product_id", Kind::Text),
    Column::new("listings", Kind::Int),
    Column::new("sellers", Kind::Int),
    Column::new("share", Kind::Float),
    Column::new("advice", Kind::Text),
];

/// How widely a picture is shown.
#[derive(Default)]
struct Shown {
    listings: u64,
    sellers: BTreeSet<SellerId>,
}

/// Prints for each picture of the catalog in `dir` how many listings of `feed` show it, the most shown first.
pub(super) fn run(
    dir: &Path,
    feed: &Path,
    images: Option<PathBuf>,
    format: TableFormat,
    context: &Context,
) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        images.is_some(),
        "name the folder of the feed's pictures with --images"
    );
    let layer = SettingsLayer {
        images,
        ..SettingsLayer::default()
    };
    let settings = context.settings(layer, None)?;
    let (catalogs, files) = load_all(&[dir.to_owned()], &settings)?;
    let references = references(&catalogs);
    let feeds = [feed.to_owned()];
    let engine = Engine::new(catalogs, &settings, &files, None)?.for_feeds(&feeds)?;
    let mut found: BTreeMap<String, Shown> = BTreeMap::new();
    let mut listings = 0;
    for batch in Listings::open_named(feed, settings.chunk_rows, &settings.columns)? {
        for read in engine.read(batch?.records)? {
            listings += 1;
            for name in shown(&read.signals) {
                let shown = found.entry(name.to_owned()).or_default();
                shown.listings += 1;
                let seller = &read.listing.seller.id;
                if !seller.as_str().is_empty() {
                    shown.sellers.insert(seller.clone());
                }
            }
        }
    }
    anyhow::ensure!(listings > 0, "{} has no listings", feed.display());
    let mut rows: Vec<(ReferenceImage, Shown)> = references
        .into_iter()
        .map(|image| {
            let shown = found.remove(&image.name()).unwrap_or_default();
            (image, shown)
        })
        .collect();
    rows.sort_by(|(a, of_a), (b, of_b)| {
        (of_b.listings.cmp(&of_a.listings)).then_with(|| a.name().cmp(&b.name()))
    });
    let mut table = output::stdout_table(format, COLUMNS)?;
    let mut alone = 0_u64;
    for (image, shown) in rows {
        let advice = advice(
            &image.name(),
            shown.listings,
            settings.flood_limit,
            listings,
        );
        alone += u64::from(advice != USE);
        table.push(vec![
            image.file.into(),
            image.product.map(|product| product.to_string()).into(),
            shown.listings.into(),
            (shown.sellers.len() as i64).into(),
            (shown.listings as f64 / listings as f64).into(),
            advice.into(),
        ])?;
    }
    table.finish()?;
    eprintln!("{listings} listings; {alone} pictures should not be used alone");
    Ok(Outcome::Done)
}

const USE: &str = "use";

/// What to do with a picture that so many listings show.
fn advice(name: &str, shown: u64, flood_limit: u64, listings: u64) -> &'static str {
    if shown > limit(name, flood_limit, listings) {
        "a scan would do without it: leave it out, or show the product itself"
    } else if shown * 1000 > listings * MANY {
        "not alone: many show it, give other pictures of the product too"
    } else {
        USE
    }
}

fn references(catalogs: &[Catalog]) -> Vec<ReferenceImage> {
    catalogs
        .iter()
        .flat_map(|catalog| catalog.images.clone())
        .collect()
}
