use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::intake::Labels;
use crate::scan::{SettingsLayer, evaluate};

use super::context::Context;
use super::evaluate::headline;
use super::{Outcome, catalog, init, output, sample, scan, summary};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder of the demo's workspace; must not be one yet
    #[arg(default_value = "touchstone-demo")]
    dir: PathBuf,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        !args.dir.exists(),
        "{0} exists already; remove it, or name another folder: touchstone demo OTHER",
        args.dir.display()
    );
    let workspace = init::create(&args.dir)?;
    let sample = args.dir.join("sample");
    sample::lay_out(&sample)?;
    context.use_threads(None)?;
    let catalogs = subfolders(&sample.join("catalogs"))?;
    for folder in &catalogs {
        catalog::add(&workspace, folder, sample::AS_OF)?;
    }
    let flags = SettingsLayer {
        images: Some(sample.join("images")),
        as_of: Some(sample::AS_OF),
        // The sample's marketplace is a European one.
        market: Some(vec!["EU".to_owned()]),
        ..SettingsLayer::default()
    };
    let feed = sample.join("feed.csv");
    let (name, manifest) = scan::scan(
        &workspace,
        context,
        &[feed],
        flags,
        scan::Request::default(),
    )?;
    let run = workspace.runs().join(&name);
    let labels = Labels::read(&sample.join("truth.csv"))?;
    let evaluation = evaluate(&run, &labels)?;
    let mut text = summary::summary(&manifest, &run);
    text.push_str(&format!("truth       {}\n", headline(&evaluation)));
    text.push_str(&next_commands(&args.dir, &run, &name, &catalogs)?);
    output::print(&text)?;
    Ok(Outcome::Done)
}

fn subfolders(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let list = || -> std::io::Result<Vec<PathBuf>> {
        std::fs::read_dir(folder)?
            .map(|entry| Ok(entry?.path()))
            .collect()
    };
    let mut folders = list().with_context(|| format!("cannot list {}", folder.display()))?;
    folders.retain(|path| path.is_dir());
    folders.sort();
    Ok(folders)
}

/// Three things to try, ready to paste: the program under the name it was started by.
fn next_commands(
    dir: &Path,
    run: &Path,
    name: &str,
    catalogs: &[PathBuf],
) -> anyhow::Result<String> {
    let program = std::env::args()
        .next()
        .unwrap_or_else(|| "touchstone".to_owned());
    let first = first_candidate(run)?.unwrap_or_else(|| "LISTING".to_owned());
    let checked = catalogs.first().map_or(dir, PathBuf::as_path).display();
    let dir = dir.display();
    Ok(format!(
        "\nnext, try:\n\
         \x20 {program} --workspace {dir} explain {first}\n\
         \x20 {program} --workspace {dir} evaluate {name} --truth {dir}/sample/truth.csv\n\
         \x20 {program} catalog check {checked}\n"
    ))
}

/// The listing at the head of the queue.
fn first_candidate(run: &Path) -> anyhow::Result<Option<String>> {
    let path = run.join("candidates.ndjson");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let Some(line) = text.lines().next() else {
        return Ok(None);
    };
    let candidate: serde_json::Value = serde_json::from_str(line)?;
    Ok(candidate["listing_id"].as_str().map(str::to_owned))
}
