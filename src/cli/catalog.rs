use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::civil::Date;

use crate::candidates::Evidence;
use crate::image::Limits;
use crate::reference::{self, CatalogReport, Severity};
use crate::store::{Added, Naming, Store};
use crate::table::{Cell, Column, Kind};
use crate::workspace::Workspace;

use super::Outcome;
use super::against_feed;
use super::context::{Context, today};
use super::output::{self, TableFormat};
use super::read::usable;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Report every problem of a catalog folder: file, row, column, what was found, what to do
    Check(CheckArgs),
    /// Add a catalog to the workspace, or a new version of it
    Add(AddArgs),
    /// List the workspace's catalogs
    List(ListArgs),
    /// Show one catalog: the brand, its rights, its versions
    Show(ShowArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// The folder with brand.toml, products and images/
    dir: PathBuf,
    /// The date that rights must be in force on [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
    /// Tell instead how many listings of this feed show each of the catalog's pictures
    #[arg(long, value_name = "FEED", requires = "images")]
    against_feed: Option<PathBuf>,
    /// The folder that image paths of that feed start from
    #[arg(long, value_name = "DIR")]
    images: Option<PathBuf>,
    /// The form of the findings
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
}

#[derive(Debug, clap::Args)]
pub(super) struct AddArgs {
    /// Folders with brand.toml, products and images/
    #[arg(required = true)]
    dir: Vec<PathBuf>,
    /// The date that rights must be in force on [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
}

#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// The form of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
}

#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// The brand's identifier, as `catalog list` prints it
    brand: String,
}

pub(super) fn run(command: Command, context: &Context) -> anyhow::Result<Outcome> {
    context.use_threads(None)?;
    match command {
        Command::Check(args) => match args.against_feed {
            None => check(&args),
            Some(feed) => against_feed::run(&args.dir, &feed, args.images, args.format, context),
        },
        Command::Add(args) => {
            let workspace = context.workspace()?;
            let as_of = args.as_of.unwrap_or_else(today);
            add_all(&workspace, &args.dir, as_of)
        }
        Command::List(args) => list(&args, context),
        Command::Show(args) => show(&args, context),
    }
}

const FINDING_COLUMNS: &[Column] = &[
    Column {
        name: "severity",
        kind: Kind::Text,
    },
    Column {
        name: "code",
        kind: Kind::Text,
    },
    Column {
        name: "file",
        kind: Kind::Text,
    },
    Column {
        name: "row",
        kind: Kind::Int,
    },
    Column {
        name: "column",
        kind: Kind::Text,
    },
    Column {
        name: "found",
        kind: Kind::Text,
    },
    Column {
        name: "expected",
        kind: Kind::Text,
    },
];

fn check(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let as_of = args.as_of.unwrap_or_else(today);
    let (catalog, report) = reference::load(&args.dir, &Limits::default(), as_of)?;
    let mut table = output::stdout_table(args.format, FINDING_COLUMNS)?;
    for finding in &report.findings {
        table.push(vec![
            finding.severity.as_str().into(),
            finding.code.as_str().into(),
            finding.file.as_str().into(),
            finding.row.map_or(Cell::Null, Cell::from),
            finding.column.as_str().into(),
            finding.found.as_str().into(),
            finding.expected.as_str().into(),
        ])?;
    }
    table.finish()?;
    eprintln!("{}", report.summary());
    anyhow::ensure!(catalog.is_some(), "this catalog cannot be used as it is");
    Ok(outcome(&report))
}

fn outcome(report: &CatalogReport) -> Outcome {
    let errors = report
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    if errors {
        Outcome::Incomplete
    } else {
        Outcome::Done
    }
}

/// Adds every catalog folder that can be used: one owner's slip is not to keep the others' catalogs out.
fn add_all(workspace: &Workspace, dirs: &[PathBuf], as_of: Date) -> anyhow::Result<Outcome> {
    if let [dir] = dirs {
        return add(workspace, dir, as_of);
    }
    let (mut outcome, mut left_out) = (Outcome::Done, 0);
    for dir in dirs {
        match add(workspace, dir, as_of) {
            Ok(Outcome::Done) => {}
            Ok(Outcome::Incomplete) => outcome = Outcome::Incomplete,
            Err(error) => {
                left_out += 1;
                eprintln!("not added: {}", super::told(&error));
            }
        }
    }
    anyhow::ensure!(
        left_out == 0,
        "{left_out} of {} catalogs were not added, for the reasons above; the others were",
        dirs.len()
    );
    Ok(outcome)
}

/// Adds one catalog folder: what can be used goes into the store, with its images.
pub(super) fn add(workspace: &Workspace, dir: &Path, as_of: Date) -> anyhow::Result<Outcome> {
    let (catalog, report) = reference::load(dir, &Limits::default(), as_of)?;
    let catalog = usable(catalog, dir)?;
    let mut store = Store::open(&workspace.database())?;
    let naming = store.naming(&catalog.brand)?;
    if let Naming::Other(kept) = &naming {
        bail!(
            "the brand {:?} has the same identifier, {:?}, as {kept:?}, whose catalog this workspace keeps; \
             if they are two brands, add a word to one of the names, else name them alike",
            catalog.brand.name,
            catalog.brand.id.as_str()
        );
    }
    Evidence::below(&workspace.references()).keep_references(dir, &catalog)?;
    let added = store.add_catalog(&catalog, as_of)?;
    let (brand, products, images) = (
        &catalog.brand.name,
        catalog.products.len(),
        catalog.images.len(),
    );
    let what = match added {
        Added::New => "added".to_owned(),
        Added::NewVersion(number) => format!("added as version {number}"),
        Added::Unchanged => "unchanged".to_owned(),
    };
    eprintln!("{brand}: {what}, {products} products, {images} images");
    if let Naming::Spelt(kept) = naming {
        eprintln!(
            "{brand}: taken for the brand that this workspace kept as {kept:?}, since both are {:?} \
             as an identifier; name them alike, or apart by a letter if they are two brands",
            catalog.brand.id.as_str()
        );
    }
    let outcome = outcome(&report);
    if outcome == Outcome::Incomplete {
        eprintln!(
            "{brand}: some records could not be used; `touchstone catalog check {}` lists them",
            dir.display()
        );
    }
    Ok(outcome)
}

const LIST_COLUMNS: &[Column] = &[
    Column {
        name: "brand",
        kind: Kind::Text,
    },
    Column {
        name: "name",
        kind: Kind::Text,
    },
    Column {
        name: "version",
        kind: Kind::Int,
    },
    Column {
        name: "added_on",
        kind: Kind::Text,
    },
    Column {
        name: "products",
        kind: Kind::Int,
    },
    Column {
        name: "images",
        kind: Kind::Int,
    },
    Column {
        name: "content",
        kind: Kind::Text,
    },
];

fn list(args: &ListArgs, context: &Context) -> anyhow::Result<Outcome> {
    let store = Store::open(&context.workspace()?.database())?;
    let mut table = output::stdout_table(args.format, LIST_COLUMNS)?;
    for entry in store.catalog_list()? {
        table.push(vec![
            entry.brand.as_str().into(),
            entry.name.as_str().into(),
            entry.version.into(),
            entry.added_on.to_string().into(),
            entry.products.into(),
            entry.images.into(),
            entry.content.to_string().into(),
        ])?;
    }
    table.finish()?;
    Ok(Outcome::Done)
}

fn show(args: &ShowArgs, context: &Context) -> anyhow::Result<Outcome> {
    let store = Store::open(&context.workspace()?.database())?;
    let catalogs = store.catalogs()?;
    let catalog = catalogs
        .iter()
        .find(|catalog| catalog.brand.id.as_str() == args.brand)
        .with_context(|| {
            format!(
                "no catalog of {:?}; `touchstone catalog list` shows what there is",
                args.brand
            )
        })?;
    let versions = store.catalog_versions(&catalog.brand.id)?;
    let shown = serde_json::json!({
        "brand": catalog.brand,
        "products": catalog.products.len(),
        "images": catalog.images.len(),
        "content": catalog.version,
        "versions": versions,
    });
    output::print(&format!("{shown:#}\n"))?;
    Ok(Outcome::Done)
}
