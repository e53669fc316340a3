use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;

use crate::candidates::decision::Projection;
use crate::candidates::{Candidate, Evidence, Ground};
use crate::export;
use crate::export::notice::{Draft, NoDraft, dsa, letter, pack, table};
use crate::export::side_by_side::Kept;
use crate::record::{Brand, BrandId, ListingId};
use crate::scan::Manifest;
use crate::signals::ReadListing;
use crate::store::{Entry, Store};
use crate::workspace::Workspace;

use super::Outcome;
use super::context::{Context, today};
use super::output::{self, TableFormat};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run whose confirmed candidates leave
    run: String,
    /// What leaves: statements of reasons, notices, rows for a marketplace's form, or the evidence
    #[arg(long, value_enum)]
    format: Form,
    /// The folder for letters and packs, one file a decision
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Only of this brand, by its identifier
    #[arg(long)]
    brand: Option<String>,
    /// The day on which rights must be in force [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// Statements of reasons for the DSA Transparency Database, one JSON object a line
    Dsa,
    /// Notices under Article 16 of the DSA, as text
    Art16,
    /// Notices under the DMCA, as text; copyright only
    Dmca,
    /// One row a listing
    Csv,
    /// Self-contained pages of evidence
    Pack,
}

/// A confirmed candidate with what belongs to it.
struct Confirmed {
    candidate: Candidate,
    entry: Entry,
    read: Option<ReadListing>,
}

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<Outcome> {
    let workspace = context.workspace()?;
    let store = Store::open(&workspace.database())?;
    let folder = workspace.run(&args.run).with_context(|| {
        format!(
            "no run {:?}; `touchstone runs list` shows what there is",
            args.run
        )
    })?;
    let brands: BTreeMap<BrandId, Brand> = store
        .catalogs()?
        .into_iter()
        .map(|catalog| (catalog.brand.id.clone(), catalog.brand))
        .collect();
    let day = args.as_of.unwrap_or_else(today);
    let mut writer = Writer::new(&args, &workspace, &store, &folder)?;
    let mut left_out: BTreeMap<String, u64> = BTreeMap::new();
    let mut drafted: Vec<(BrandId, Ground)> = Vec::new();
    for confirmed in confirmed(&store, &folder, &args)? {
        let written =
            draft(&confirmed, &brands, day).and_then(|draft| writer.push(&draft, &confirmed));
        match written {
            Ok(()) => {
                let ground = confirmed.entry.decision.ground;
                let candidate = confirmed.candidate;
                drafted.push((candidate.brand, ground.unwrap_or(candidate.ground)));
            }
            Err(error) if error.is::<NoDraft>() => {
                *left_out.entry(error.to_string()).or_default() += 1;
            }
            Err(error) => return Err(error),
        }
    }
    writer.finish()?;
    eprintln!("{} drafts; a person checks and sends them", drafted.len());
    let sent = drafted.iter().map(|(brand, ground)| (brand, *ground));
    if let Some(projection) = Projection::of(&store.fates()?, sent) {
        eprintln!("{}", projection.sentence());
    }
    for (why, count) in &left_out {
        eprintln!("{count} left out: {why}");
    }
    Ok(if left_out.is_empty() {
        Outcome::Done
    } else {
        Outcome::Incomplete
    })
}

/// The run's candidates that are confirmed, in the queue's order.
fn confirmed(store: &Store, folder: &Path, args: &Args) -> anyhow::Result<Vec<Confirmed>> {
    let mut standing: BTreeMap<(ListingId, BrandId), Entry> = BTreeMap::new();
    for entry in store.standing_decisions()? {
        let decision = &entry.decision;
        let brand = args
            .brand
            .as_deref()
            .is_none_or(|brand| decision.brand.as_str() == brand);
        if decision.kind == crate::candidates::DecisionKind::Confirm
            && decision.run == args.run
            && brand
        {
            let key = (decision.listing_id.clone(), decision.brand.clone());
            standing.insert(key, entry);
        }
    }
    let evidence = Evidence::below(&folder.join("evidence"));
    let mut found = Vec::new();
    export::candidates::read(&folder.join("candidates.ndjson"), |candidate, _| {
        let key = (candidate.listing_id.clone(), candidate.brand.clone());
        if let Some(entry) = standing.remove(&key) {
            let record = candidate.record.as_deref();
            let bytes = record.and_then(|place| evidence.read(place).ok());
            let read = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
            found.push(Confirmed {
                candidate,
                entry,
                read,
            });
        }
    })?;
    Ok(found)
}

fn draft<'a>(
    confirmed: &'a Confirmed,
    brands: &'a BTreeMap<BrandId, Brand>,
    day: Date,
) -> anyhow::Result<Draft<'a>> {
    let brand = brands
        .get(&confirmed.candidate.brand)
        .with_context(|| format!("no catalog of {}", confirmed.candidate.brand))?;
    let listed = confirmed
        .read
        .as_ref()
        .and_then(|read| read.listing.listed_at);
    let entry = &confirmed.entry;
    Ok(Draft::of(
        &confirmed.candidate,
        &entry.decision,
        &entry.hash,
        brand,
        listed,
        day,
    )?)
}

/// Where drafts go.
struct Writer<'a> {
    args: &'a Args,
    table: Option<crate::table::Writer>,
    folder: Option<&'a Path>,
    kept: Kept,
    program: String,
}

impl<'a> Writer<'a> {
    fn new(
        args: &'a Args,
        workspace: &Workspace,
        store: &Store,
        run: &Path,
    ) -> anyhow::Result<Self> {
        let letters = matches!(args.format, Form::Art16 | Form::Dmca | Form::Pack);
        let folder = match (&args.out, letters) {
            (Some(folder), true) => {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("cannot make {}", folder.display()))?;
                Some(folder.as_path())
            }
            (None, true) => anyhow::bail!("letters and packs are files: name a folder with --out"),
            (Some(_), false) => {
                anyhow::bail!("--out is for letters and packs; this form goes to stdout")
            }
            (None, false) => None,
        };
        let table = match args.format {
            Form::Csv => Some(output::stdout_table(TableFormat::Csv, table::COLUMNS)?),
            _ => None,
        };
        Ok(Self {
            args,
            table,
            folder,
            kept: Kept {
                evidence: Evidence::below(&run.join("evidence")),
                references: Evidence::below(&workspace.references()),
                contents: store.reference_contents()?,
            },
            program: Manifest::read(run)?.program,
        })
    }

    fn push(&mut self, draft: &Draft<'_>, confirmed: &Confirmed) -> anyhow::Result<()> {
        let (text, extension) = match self.args.format {
            Form::Csv => {
                if let Some(table) = &mut self.table {
                    table.push(table::cells(draft))?;
                }
                return Ok(());
            }
            Form::Dsa => {
                let statement = dsa::statement(draft)?;
                let problems = dsa::problems(&statement);
                anyhow::ensure!(
                    problems.is_empty(),
                    "the statement for {} does not fit its schema ({}); please report this",
                    confirmed.candidate.listing_id,
                    problems.join("; ")
                );
                output::print(&format!("{statement}\n"))?;
                return Ok(());
            }
            Form::Art16 => (letter::article_16(draft), "txt"),
            Form::Dmca => (letter::dmca(draft)?, "txt"),
            Form::Pack => (pack::page(draft, &self.contents_of(confirmed))?, "html"),
        };
        if let Some(folder) = self.folder {
            // By the place in the log: a listing's own name may be anything.
            let path = folder.join(format!("{:06}.{extension}", confirmed.entry.place));
            std::fs::write(&path, text)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    fn contents_of(&self, confirmed: &Confirmed) -> pack::Contents {
        pack::Contents {
            program: self.program.clone(),
            run: self.args.run.clone(),
            pictures: self
                .kept
                .pictures(&confirmed.candidate, confirmed.read.as_ref()),
            made_at: Some(jiff::Timestamp::now()),
        }
    }

    fn finish(self) -> anyhow::Result<()> {
        if let Some(table) = self.table {
            table.finish()?;
        }
        Ok(())
    }
}
