//! `touchstone train`: a model from labelled feeds, or from what people decided here.

mod decisions;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::ValueEnum;
use jiff::civil::Date;

use crate::intake::Labels;
use crate::model::{
    DataSource, LabelledRow, SplitRule, TrainSettings, Trained, read_rows, train, train_for,
    write_held_out, write_rows,
};
use crate::record::ContentHash;
use crate::reference::Catalog;
use crate::scan::{LabelledFeed, SettingsLayer, labelled_rows};

use super::context::Context;
use super::progress::Bars;
use super::read::load_all;
use super::{Outcome, output};

/// What held-out listings have in common with none that the model was trained on. Sellers are always kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Apart {
    /// No seller
    Sellers,
    /// No seller and no brand
    Brands,
    /// No seller, and all are of a later day
    Later,
}

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Labelled marketplaces: folders with feed.{csv,ndjson,parquet}, truth.csv and images/
    #[arg(required_unless_present_any = ["rows", "from_decisions"], requires = "catalog")]
    marketplace: Vec<PathBuf>,
    /// Catalog folders that the marketplaces are held against
    #[arg(long, num_args = 1.., value_name = "DIR")]
    catalog: Vec<PathBuf>,
    /// Rows that --keep-rows wrote, beside the marketplaces or instead of them
    #[arg(long, num_args = 1.., value_name = "FILE")]
    rows: Vec<PathBuf>,
    /// Rows that --keep-rows wrote, of another market: the figures are told of these, and nothing is held out of the others
    #[arg(long, num_args = 1.., value_name = "FILE", conflicts_with = "split")]
    test_rows: Vec<PathBuf>,
    /// Learn from what people confirmed and cleared in this workspace; the new model is used from then on if it is not
    /// worse than the one in use on decisions that neither has seen
    #[arg(long, conflicts_with_all = ["marketplace", "rows", "test_rows", "keep_rows", "out"])]
    from_decisions: bool,
    /// With --from-decisions: only say how the new model compares
    #[arg(long, requires = "from_decisions")]
    no_promote: bool,
    /// What the held-out listings are kept apart by, beside their sellers [default: sellers; with --from-decisions later]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    split: Vec<Apart>,
    /// Also keep the cues of every labelled listing in this file (.parquet, .csv or .ndjson)
    #[arg(long, value_name = "FILE")]
    keep_rows: Option<PathBuf>,
    /// Also write what the model says of each listing held out of its training
    #[arg(long, value_name = "FILE")]
    held_out: Option<PathBuf>,
    /// The folder for the artifact, its card and its metrics
    #[arg(long, value_name = "DIR", required_unless_present = "from_decisions")]
    out: Option<PathBuf>,
    /// Decides which sellers go into which part
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The date that the marketplaces speak of [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
    /// The currency (ISO 4217 code) of prices for which the feeds name none
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
}

/// Beside the figures on other sellers: how the same rows would do on other brands, and on later days.
const REHEARSED: [SplitRule; 2] = [
    SplitRule {
        brands: true,
        later: false,
    },
    SplitRule {
        brands: false,
        later: true,
    },
];

impl Args {
    fn split(&self) -> SplitRule {
        SplitRule {
            brands: self.split.contains(&Apart::Brands),
            later: self.split.contains(&Apart::Later),
        }
    }
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let Some(out) = args.out.as_deref().filter(|_| !args.from_decisions) else {
        return decisions::run(&args, context);
    };
    let (mut rows, mut data) = marketplaces(&args, out, context)?;
    let several = args.rows.len() + args.marketplace.len() + args.test_rows.len() > 1;
    let mut number = 0;
    let mut kept = |paths: &[PathBuf]| -> anyhow::Result<Vec<LabelledRow>> {
        let mut rows = Vec::new();
        for path in paths {
            number += 1;
            let mut kept = read_rows(path)?;
            if several {
                // Sellers of one name in two files are not the same.
                kept.iter_mut().for_each(|row| apart(row, number));
            }
            eprintln!("{}: {} labelled listings", path.display(), kept.len());
            data.push(source(path, &[path])?);
            rows.extend(kept);
        }
        Ok(rows)
    };
    rows.extend(kept(&args.rows)?);
    let others = kept(&args.test_rows)?;
    if let Some(path) = &args.keep_rows {
        write_rows(path, &[rows.as_slice(), &others].concat())?;
    }
    let settings = TrainSettings {
        seed: args.seed,
        split: args.split(),
        rehearse: if args.split.is_empty() && others.is_empty() {
            REHEARSED.to_vec()
        } else {
            Vec::new()
        },
        data,
        ..TrainSettings::default()
    };
    let trained = if others.is_empty() {
        train(&rows, &settings)?
    } else {
        train_for(&rows, &others, &settings)?
    };
    if let Some(path) = &args.held_out {
        write_held_out(path, &trained.held_out)?;
    }
    write_model(&trained, out)?;
    output::print(&trained.summary())?;
    Ok(Outcome::Done)
}

/// The artifact, its card and its metrics.
fn write_model(trained: &Trained, folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    write(&folder.join("model.json"), &trained.model.to_json()?)?;
    write(&folder.join("CARD.md"), &trained.card())?;
    write(&folder.join("metrics.json"), &trained.metrics_json()?)
}

/// Sets the file's number before a row's identifiers.
fn apart(row: &mut LabelledRow, number: usize) {
    row.listing_id = format!("rows-{number}/{}", row.listing_id).into();
    row.seller_id = format!("rows-{number}/{}", row.seller_id).into();
}

/// The labelled listings of the marketplaces, and what they were read from.
fn marketplaces(
    args: &Args,
    out: &Path,
    context: &Context,
) -> anyhow::Result<(Vec<LabelledRow>, Vec<DataSource>)> {
    let (mut rows, mut data) = (Vec::new(), Vec::new());
    for (number, folder) in (1..).zip(&args.marketplace) {
        let images = folder.join("images");
        let layer = SettingsLayer {
            as_of: args.as_of,
            currency: args.currency.clone(),
            images: images.is_dir().then_some(images),
            ..SettingsLayer::default()
        };
        let settings = context.settings(layer, None)?;
        let feed = feed_of(folder)?;
        let scratch = tempfolder(out, number)?;
        let (catalogs, files) = load_all(&args.catalog, &settings)?;
        if data.is_empty() {
            data.push(catalog_source(&catalogs));
        }
        let truth = folder.join("truth.csv");
        let found = labelled_rows(
            LabelledFeed {
                name: &number.to_string(),
                feeds: std::slice::from_ref(&feed),
                catalogs,
                files: &files,
                labels: &Labels::read(&truth)?,
            },
            &settings,
            &scratch,
            &Bars::new(),
        )?;
        std::fs::remove_dir_all(&scratch)
            .with_context(|| format!("cannot remove {}", scratch.display()))?;
        eprintln!("{}: {} labelled listings", folder.display(), found.len());
        data.push(source(folder, &[&feed, &truth])?);
        rows.extend(found);
    }
    Ok((rows, data))
}

/// All catalogs, by the hash of their versions in the order of the brands.
fn catalog_source(catalogs: &[Catalog]) -> DataSource {
    let mut versions: Vec<String> = catalogs
        .iter()
        .map(|catalog| format!("{} {}\n", catalog.brand.id, catalog.version))
        .collect();
    versions.sort();
    DataSource {
        name: format!("{} catalogs", catalogs.len()),
        hash: ContentHash::of(versions.concat().as_bytes()),
    }
}

/// The folder's name, and what its `files` hold: the hash of one, or of the hashes of several, a line each.
fn source(folder: &Path, files: &[&Path]) -> anyhow::Result<DataSource> {
    let hashes: Vec<ContentHash> = files
        .iter()
        .map(|file| {
            let bytes = std::fs::read(file);
            let bytes = bytes.with_context(|| format!("cannot read {}", file.display()))?;
            Ok(ContentHash::of(&bytes))
        })
        .collect::<anyhow::Result<_>>()?;
    let hash = match hashes[..] {
        [one] => one,
        _ => {
            let lines: String = hashes.iter().map(|hash| format!("{hash}\n")).collect();
            ContentHash::of(lines.as_bytes())
        }
    };
    // The last part names the marketplace wherever it was made.
    let name = folder
        .components()
        .rev()
        .take(2)
        .map(|part| part.as_os_str().to_string_lossy());
    let mut name: Vec<_> = name.collect();
    name.reverse();
    Ok(DataSource {
        name: name.join("/"),
        hash,
    })
}

fn feed_of(folder: &Path) -> anyhow::Result<PathBuf> {
    ["feed.csv", "feed.ndjson", "feed.parquet"]
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
        .with_context(|| {
            format!(
                "{} holds no feed.csv, feed.ndjson or feed.parquet",
                folder.display()
            )
        })
}

fn tempfolder(out: &Path, number: usize) -> anyhow::Result<PathBuf> {
    let folder = out.join(format!(".rows-{number}"));
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
