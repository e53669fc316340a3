use std::path::PathBuf;

use anyhow::Context as _;
use jiff::civil::Date;

use crate::candidates::Evidence;
use crate::image::{Limits, fingerprint};
use crate::record::BrandId;
use crate::reference::{BankEntry, BankKind, ImageIndex, ImageRole, Verdict};
use crate::scan::learn;
use crate::store::Store;
use crate::table::{Column, Kind};
use crate::workspace::Workspace;

use super::Outcome;
use super::context::{Context, today};
use super::output::{self, TableFormat};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Put pictures into a bank
    Add(AddArgs),
    /// List both banks, after taking in what decisions left
    List(ListArgs),
    /// Make pictures count again
    Enable(NameArgs),
    /// Make pictures count no longer, without forgetting them
    Disable(NameArgs),
    /// Forget pictures; decisions made so far do not bring them back
    Delete(NameArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct AddArgs {
    /// The pictures
    #[arg(required = true)]
    file: Vec<PathBuf>,
    /// The brand's identifier, as `catalog list` prints it
    #[arg(long)]
    brand: String,
    /// Whether fakes are offered with the picture, or it says nothing against a listing
    #[arg(long, value_name = "known_fake|cleared", default_value = "known_fake", value_parser = kind)]
    kind: BankKind,
    /// The product of the brand's catalog that the picture passes for
    #[arg(long, value_name = "ID")]
    product: Option<String>,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    by: String,
    /// The last day on which it counts
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// The form of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
}

#[derive(Debug, clap::Args)]
pub(super) struct NameArgs {
    /// Names, as `bank list` prints them
    #[arg(required = true)]
    id: Vec<String>,
}

fn kind(text: &str) -> Result<BankKind, String> {
    BankKind::parse(text).ok_or_else(|| format!("found {text:?}, expected known_fake or cleared"))
}

pub(super) fn run(command: Command, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    let mut store = Store::open(&workspace.database())?;
    match command {
        Command::Add(args) => add(&args, &workspace, &mut store)?,
        Command::List(args) => {
            learn(&workspace, &mut store, today())?;
            list(&args, &store)?;
        }
        Command::Enable(args) => each(&args, |id| Ok(store.enable_in_bank(id, true)?))?,
        Command::Disable(args) => each(&args, |id| Ok(store.enable_in_bank(id, false)?))?,
        Command::Delete(args) => each(&args, |id| Ok(store.delete_from_bank(id)?))?,
    }
    Ok(Outcome::Done)
}

fn each(
    args: &NameArgs,
    mut change: impl FnMut(&str) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    for id in &args.id {
        anyhow::ensure!(
            change(id)?,
            "no picture {id:?}; `touchstone bank list` shows what there is"
        );
    }
    Ok(())
}

fn add(args: &AddArgs, workspace: &Workspace, store: &mut Store) -> anyhow::Result<()> {
    let brand = BrandId::from(args.brand.as_str());
    let catalogs = store.catalogs()?;
    anyhow::ensure!(
        catalogs.iter().any(|catalog| catalog.brand.id == brand),
        "no catalog of {:?}; `touchstone catalog list` shows what there is",
        args.brand
    );
    let images = catalogs.into_iter().flat_map(|catalog| catalog.images);
    let official = images.filter(|image| image.role != ImageRole::KnownFake);
    let official = ImageIndex::new(official.collect());
    let references = Evidence::below(&workspace.references());
    for path in &args.file {
        let bytes =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let fingerprint = fingerprint(&bytes, &Limits::default())
            .with_context(|| format!("{} is no picture", path.display()))?;
        anyhow::ensure!(
            fingerprint.is_telling(),
            "{} has too little to see: pictures of quality {} match each other, {} is needed",
            path.display(),
            fingerprint.quality,
            crate::image::Fingerprint::TELLING_QUALITY
        );
        let mut known = official.hits(&fingerprint).into_iter();
        if let Some(hit) = known.find(|hit| hit.verdict == Verdict::Copy && hit.confidence >= 0.5) {
            anyhow::bail!(
                "{} is the brand's own photo {}, which honest resellers show too; it cannot go into a bank",
                path.display(),
                hit.reference
            );
        }
        references.keep_image(fingerprint.content, &bytes)?;
        let entry = BankEntry {
            id: BankEntry::id_of(args.kind, &brand, fingerprint.content),
            kind: args.kind,
            brand: brand.clone(),
            product: args.product.as_deref().map(Into::into),
            fingerprint,
            source: path.display().to_string(),
            decision: None,
            added_by: args.by.clone(),
            added_on: today(),
            until: args.until,
            enabled: true,
        };
        let added = store.add_to_bank(&entry)?;
        let what = if added { "added" } else { "known before" };
        eprintln!("{}: {what} as {}", path.display(), entry.id);
    }
    Ok(())
}

const COLUMNS: &[Column] = &[
    Column::new("id", Kind::Text),
    Column::new("kind", Kind::Text),
    Column::new("brand", Kind::Text),
    Column::new("product_id", Kind::Text),
    Column::new("enabled", Kind::Bool),
    Column::new("until", Kind::Text),
    Column::new("added_by", Kind::Text),
    Column::new("added_on", Kind::Text),
    Column::new("source", Kind::Text),
    Column::new("decision", Kind::Int),
    Column::new("pdq", Kind::Text),
    Column::new("content", Kind::Text),
];

fn list(args: &ListArgs, store: &Store) -> anyhow::Result<()> {
    let mut table = output::stdout_table(args.format, COLUMNS)?;
    for entry in store.bank()? {
        table.push(vec![
            entry.id.into(),
            entry.kind.as_str().into(),
            entry.brand.as_str().into(),
            entry.product.map(|product| product.to_string()).into(),
            entry.enabled.into(),
            entry.until.map(|day| day.to_string()).into(),
            entry.added_by.into(),
            entry.added_on.to_string().into(),
            entry.source.into(),
            entry.decision.into(),
            entry.fingerprint.pdq[0].to_string().into(),
            entry.fingerprint.content.to_string().into(),
        ])?;
    }
    table.finish()?;
    Ok(())
}
