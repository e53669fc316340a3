use std::path::{Path, PathBuf};

use iso_currency::Currency;

use crate::intake::Listings;
use crate::matching::{Article, Link, Model, Options, link, one_to_one};
use crate::table::{Column, Kind};

use super::Outcome;
use super::output::{self, TableFormat};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A product table: CSV, NDJSON or Parquet with an id and a title; what else is known helps
    left: PathBuf,
    /// The table that each of its rows is searched in, of the same kind
    right: PathBuf,
    /// Give every row at most one partner
    #[arg(long)]
    one_to_one: bool,
    /// The least probability of a link, 0 to 1
    #[arg(long, default_value_t = 0.5, value_name = "P", value_parser = probability)]
    threshold: f64,
    /// At most this many links of a left row, the most probable
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..))]
    top: Option<u16>,
    /// The currency (ISO 4217 code) of prices that name none
    #[arg(long, default_value = "USD", value_name = "CODE")]
    currency: String,
    /// The form of the table
    #[arg(long, value_enum, default_value = "csv")]
    format: TableFormat,
}

const COLUMNS: &[Column] = &[
    Column::new("left_id", Kind::Text),
    Column::new("right_id", Kind::Text),
    Column::new("probability", Kind::Float),
    Column::new("cues", Kind::Text),
];

/// Rows read at a time.
const CHUNK: usize = 4096;
/// Candidates looked at for each left row, and more where more links are asked for.
const FEWEST_CANDIDATES: usize = 20;
/// Cues that are shown of a link.
const MOST_CUES: usize = 5;

fn probability(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    let inside = (0.0..=1.0).contains(&number);
    inside
        .then_some(number)
        .ok_or_else(|| "not from 0 to 1".to_owned())
}

pub(super) fn run(args: Args) -> anyhow::Result<Outcome> {
    let Some(currency) = Currency::from_code(&args.currency.to_uppercase()) else {
        anyhow::bail!(
            "--currency {:?} is no ISO 4217 code, such as EUR",
            args.currency
        );
    };
    let model = Model::embedded()?;
    let left = Table::read(&args.left, currency)?;
    let right = Table::read(&args.right, currency)?;
    let top = args.top.map_or(usize::MAX, usize::from);
    let options = Options {
        candidates: FEWEST_CANDIDATES.max(args.top.map_or(0, usize::from)),
    };
    let mut links = link(&left.articles, &right.articles, &model, &options);
    if args.one_to_one {
        let sizes = [left.articles.len(), right.articles.len()];
        links = one_to_one(&links, sizes, &model);
    }
    let mut table = output::stdout_table(args.format, COLUMNS)?;
    let (mut row, mut given) = (usize::MAX, 0);
    for link in links
        .iter()
        .filter(|link| link.probability >= args.threshold)
    {
        given = if link.left == row { given + 1 } else { 1 };
        row = link.left;
        if given <= top {
            table.push(vec![
                left.ids[link.left].clone().into(),
                right.ids[link.right].clone().into(),
                link.probability.into(),
                cues(link, &model).into(),
            ])?;
        }
    }
    table.finish()?;
    let whole = left.rejected + right.rejected == 0;
    Ok(if whole {
        Outcome::Done
    } else {
        Outcome::Incomplete
    })
}

/// The weightiest comparisons with what each adds to the log odds, then what the rivals add.
fn cues(link: &Link, model: &Model) -> String {
    let mut parts: Vec<(&str, f64)> = model.contributions(&link.values).collect();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
    parts.truncate(MOST_CUES);
    parts.retain(|(_, added)| added.abs() >= 0.05);
    parts.push(("rivals", link.log_odds - model.pair(&link.values)));
    let shown: Vec<String> = parts
        .iter()
        .map(|(name, added)| format!("{name} {added:+.1}"))
        .collect();
    shown.join(", ")
}

/// A product table in memory.
struct Table {
    ids: Vec<String>,
    articles: Vec<Article>,
    rejected: usize,
}

impl Table {
    fn read(path: &Path, currency: Currency) -> anyhow::Result<Self> {
        let mut table = Self {
            ids: Vec::new(),
            articles: Vec::new(),
            rejected: 0,
        };
        for batch in Listings::open(path, CHUNK)?.default_currency(Some(currency)) {
            let batch = batch?;
            for reject in &batch.rejects {
                eprintln!(
                    "{}, row {}, column {}: found {:?}, expected {}",
                    reject.file, reject.row, reject.column, reject.found, reject.expected
                );
            }
            table.rejected += batch.rejects.len();
            for listing in batch.records {
                table.ids.push(listing.id.to_string());
                table.articles.push(listing.into());
            }
        }
        anyhow::ensure!(
            !table.articles.is_empty(),
            "{}: no row with an id and a title, so there is nothing to link",
            path.display()
        );
        Ok(table)
    }
}
