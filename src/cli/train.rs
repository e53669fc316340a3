use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;

use crate::intake::Labels;
use crate::model::{
    DataSource, LabelledRow, TrainSettings, read_rows, train, write_held_out, write_rows,
};
use crate::record::ContentHash;
use crate::scan::{LabelledFeed, SettingsLayer, labelled_rows};

use super::context::Context;
use super::progress::Bars;
use super::read::load_all;
use super::{Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Labelled marketplaces: folders with feed.{csv,ndjson,parquet}, truth.csv and images/
    #[arg(required_unless_present = "rows", requires = "catalog")]
    marketplace: Vec<PathBuf>,
    /// Catalog folders that the marketplaces are held against
    #[arg(long, num_args = 1.., value_name = "DIR")]
    catalog: Vec<PathBuf>,
    /// Rows that --keep-rows wrote, beside the marketplaces or instead of them
    #[arg(long, num_args = 1.., value_name = "FILE")]
    rows: Vec<PathBuf>,
    /// Also keep the cues of every labelled listing in this file (.parquet, .csv or .ndjson)
    #[arg(long, value_name = "FILE")]
    keep_rows: Option<PathBuf>,
    /// Also write what the model says of each listing held out of its training
    #[arg(long, value_name = "FILE")]
    held_out: Option<PathBuf>,
    /// The folder for the artifact, its card and its metrics
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
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

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let (mut rows, mut data) = marketplaces(&args, context)?;
    let several = args.rows.len() + args.marketplace.len() > 1;
    for (number, path) in (1..).zip(&args.rows) {
        let mut kept = read_rows(path)?;
        if several {
            // Sellers of one name in two files are not the same.
            kept.iter_mut().for_each(|row| apart(row, number));
        }
        eprintln!("{}: {} labelled listings", path.display(), kept.len());
        data.push(source(path, path)?);
        rows.extend(kept);
    }
    if let Some(path) = &args.keep_rows {
        write_rows(path, &rows)?;
    }
    let trained = train(
        &rows,
        &TrainSettings {
            seed: args.seed,
            data,
            ..TrainSettings::default()
        },
    )?;
    if let Some(path) = &args.held_out {
        write_held_out(path, &trained.held_out)?;
    }
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot make {}", args.out.display()))?;
    write(&args.out.join("model.json"), &trained.model.to_json()?)?;
    write(&args.out.join("CARD.md"), &trained.card())?;
    write(&args.out.join("metrics.json"), &trained.metrics_json()?)?;
    output::print(&trained.summary())?;
    Ok(Outcome::Done)
}

/// Sets the file's number before a row's identifiers.
fn apart(row: &mut LabelledRow, number: usize) {
    row.listing_id = format!("rows-{number}/{}", row.listing_id).into();
    row.seller_id = format!("rows-{number}/{}", row.seller_id).into();
}

/// The labelled listings of the marketplaces, and what they were read from.
fn marketplaces(
    args: &Args,
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
        let scratch = tempfolder(&args.out, number)?;
        let (catalogs, files) = load_all(&args.catalog, &settings)?;
        let found = labelled_rows(
            LabelledFeed {
                name: &number.to_string(),
                feeds: std::slice::from_ref(&feed),
                catalogs,
                files: &files,
                labels: &Labels::read(&folder.join("truth.csv"))?,
            },
            &settings,
            &scratch,
            &Bars::new(),
        )?;
        std::fs::remove_dir_all(&scratch)
            .with_context(|| format!("cannot remove {}", scratch.display()))?;
        eprintln!("{}: {} labelled listings", folder.display(), found.len());
        data.push(source(folder, &feed)?);
        rows.extend(found);
    }
    Ok((rows, data))
}

/// The feed's name and content, for the artifact.
fn source(folder: &Path, feed: &Path) -> anyhow::Result<DataSource> {
    let bytes = std::fs::read(feed).with_context(|| format!("cannot read {}", feed.display()))?;
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
        hash: ContentHash::of(&bytes),
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
