use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;

use crate::intake::Labels;
use crate::model::{TrainSettings, train};
use crate::scan::{LabelledFeed, SettingsLayer, labelled_rows};

use super::context::Context;
use super::progress::Bars;
use super::read::load_all;
use super::{Outcome, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Labelled marketplaces: folders with feed.{csv,ndjson,parquet}, truth.csv and images/
    #[arg(required = true)]
    marketplace: Vec<PathBuf>,
    /// Catalog folders that the marketplaces are held against
    #[arg(long, required = true, value_name = "DIR")]
    catalog: Vec<PathBuf>,
    /// The folder for the artifact, its card and its metrics
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Decides which sellers go into which part
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The date that the marketplaces speak of [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let mut rows = Vec::new();
    for (number, folder) in (1..).zip(&args.marketplace) {
        let images = folder.join("images");
        let layer = SettingsLayer {
            as_of: args.as_of,
            images: images.is_dir().then_some(images),
            ..SettingsLayer::default()
        };
        let settings = context.settings(layer, None)?;
        let scratch = tempfolder(&args.out, number)?;
        let found = labelled_rows(
            LabelledFeed {
                name: &number.to_string(),
                feeds: &[feed_of(folder)?],
                catalogs: load_all(&args.catalog, &settings)?,
                labels: &Labels::read(&folder.join("truth.csv"))?,
            },
            &settings,
            &scratch,
            &Bars::new(),
        )?;
        std::fs::remove_dir_all(&scratch)
            .with_context(|| format!("cannot remove {}", scratch.display()))?;
        eprintln!("{}: {} labelled listings", folder.display(), found.len());
        rows.extend(found);
    }
    let trained = train(
        &rows,
        &TrainSettings { seed: args.seed, ..TrainSettings::default() },
    )?;
    write(&args.out.join("model.json"), &trained.model.to_json()?)?;
    write(&args.out.join("CARD.md"), &trained.card())?;
    write(&args.out.join("metrics.json"), &trained.metrics_json()?)?;
    output::print(&trained.summary())?;
    Ok(Outcome::Done)
}

fn feed_of(folder: &Path) -> anyhow::Result<PathBuf> {
    ["feed.csv", "feed.ndjson", "feed.parquet"]
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
        .with_context(|| {
            format!("{} holds no feed.csv, feed.ndjson or feed.parquet", folder.display())
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
