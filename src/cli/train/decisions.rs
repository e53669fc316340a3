//! `train --from-decisions`: what people decided teaches the next night, if the new model is not worse than the old.

use anyhow::Context as _;
use serde::Serialize;

use crate::model::{
    Comparison, DataSource, LabelledRow, SplitRule, TrainSettings, Trained, Verdict, train,
    write_held_out,
};
use crate::scan::{SettingsLayer, decided_rows, load_model};
use crate::store::Store;
use crate::workspace::Workspace;

use super::super::context::Context;
use super::super::{Outcome, output};
use super::{Args, write, write_model};

/// From a penalty that lets many decisions speak to one that hardly moves the old model.
const ALPHAS: [f64; 4] = [1.0, 10.0, 100.0, 1000.0];

/// The share of the newest decisions held out: more than of a market, since a comparison needs many and the old model needs
/// few to be moved.
const HOLDOUT: f64 = 0.3;

/// With fewer brands that have fakes, brands are not kept apart: one held out leaves too little to train on.
const FEWEST_BRANDS: usize = 3;

/// The first digits of a model's hash, which name its folder.
const NAME_DIGITS: usize = 16;

/// The new model beside the old one on listings held out in one way.
#[derive(Debug, Serialize)]
struct Check {
    /// What the held-out listings are.
    held_out: String,
    #[serde(flatten)]
    compared: Comparison,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    let layer = SettingsLayer::default();
    let settings = context.settings(layer, Some(&workspace))?;
    let store = Store::open(&workspace.database())?;
    let decided = decided_rows(&workspace, &store)?;
    let listings = decided.rows.len();
    eprintln!(
        "{listings} decided listings of {} runs; {} more are of runs that are gone, or not in theirs",
        decided.runs, decided.lost
    );
    let later = SplitRule {
        brands: false,
        later: true,
    };
    let rule = if args.split.is_empty() {
        later
    } else {
        args.split()
    };
    let old = load_model(&settings)?;
    let training = TrainSettings {
        seed: args.seed,
        split: rule,
        holdout: HOLDOUT,
        prior: Some(old.clone()),
        alphas: ALPHAS.to_vec(),
        // A queue is not short of fakes.
        fake_weights: vec![1.0],
        data: vec![DataSource {
            name: format!("{listings} decisions of {} runs", decided.runs),
            hash: decided.log,
        }],
        ..TrainSettings::default()
    };
    let trained = train(&decided.rows, &training)?;
    let mut said = trained.summary();
    let mut checks = vec![check(&trained, &mut said)?];
    if args.split.is_empty() && brands_with_fakes(&decided.rows) >= FEWEST_BRANDS {
        let split = SplitRule {
            brands: true,
            later: false,
        };
        // A rehearsal: the same way to a model, held against brands that it has not seen.
        match train(&decided.rows, &TrainSettings { split, ..training }) {
            Ok(rehearsed) => checks.push(check(&rehearsed, &mut said)?),
            Err(error) => said.push_str(&format!("\nnot checked on other brands: {error}\n")),
        }
    }
    if let Some(path) = &args.held_out {
        write_held_out(path, &trained.held_out)?;
    }
    // The model's own check must tell; a rehearsal on too few sellers says nothing against it.
    let passed = checks[0].compared.verdict == Verdict::NotWorse
        && checks[1..]
            .iter()
            .all(|check| matches!(check.compared.verdict, Verdict::NotWorse | Verdict::TooFew));
    let name = keep(&workspace, &trained, &checks)?;
    let folder = workspace.models().join(&name);
    said.push('\n');
    if trained.model == old {
        said.push_str("nothing new was learnt: the model in use stays\n");
    } else if passed && !args.no_promote {
        workspace.use_model(&name)?;
        said.push_str(&promoted(&workspace, &folder.display().to_string())?);
    } else {
        let why = if passed {
            "as asked"
        } else {
            "since it is not shown to be as good"
        };
        said.push_str(&format!(
            "not promoted, {why}; it lies in {} to be looked at\n",
            folder.display()
        ));
    }
    output::print(&said)?;
    Ok(Outcome::Done)
}

fn check(trained: &Trained, said: &mut String) -> anyhow::Result<Check> {
    let compared =
        Comparison::of(&trained.held_out).context("the old model says nothing of these")?;
    let facts = &trained.model.artifact().training;
    let held_out = facts.split.sentence(facts.holdout);
    said.push_str(&format!("\nheld out: {held_out}\n{}", compared.told()));
    Ok(Check { held_out, compared })
}

fn brands_with_fakes(rows: &[LabelledRow]) -> usize {
    let fakes = rows.iter().filter(|row| row.fake);
    let mut brands: Vec<&str> = fakes.map(|row| row.brand.as_str()).collect();
    brands.sort_unstable();
    brands.dedup();
    brands.len()
}

/// Keeps the model with its card, its metrics and the comparison; gives the folder's name, which is the same for the same
/// model.
fn keep(workspace: &Workspace, trained: &Trained, checks: &[Check]) -> anyhow::Result<String> {
    let version = trained.model.version()?.to_string();
    let name = version[..NAME_DIGITS].to_owned();
    let folder = workspace.models().join(&name);
    write_model(trained, &folder)?;
    let json = serde_json::to_string_pretty(checks)? + "\n";
    write(&folder.join("comparison.json"), &json)?;
    Ok(name)
}

/// What a person is told of the model now in use, and whether the settings name another.
fn promoted(workspace: &Workspace, folder: &str) -> anyhow::Result<String> {
    let mut said = format!("promoted: scans use {folder} from now on\n");
    let file = SettingsLayer::read(&workspace.settings_file())?;
    if let Some(named) = file.model {
        said.push_str(&format!(
            "but touchstone.toml names {}, which wins: take that line out\n",
            named.display()
        ));
    }
    Ok(said)
}
