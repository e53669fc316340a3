//! How well products are matched on the public sets of other people's shops, and the fit of the shipped weights.
//!
//! `DATA` prints the figures of `docs/link.md`. `DATA fit FILE` fits the weights to the labelled pairs for training,
//! chooses the two intercepts on those for validation, and writes the file; see scripts/train-product-match.sh.
//! `DATA without SET` fits without one set and prints the figures, of which those of that set are then a stranger's.
//! `DATA only SET` fits to one set alone, as most publications do, and prints its figures.
//!
//! `DATA` holds for each set `left.csv`, `right.csv`, `matches.csv` (pairs of row numbers) and `pairs/` (labelled pairs
//! for train, valid and test). A match of the full tables belongs to the part whose labelled pairs hold it; other
//! left rows belong to a part by a hash of their title.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

use iso_currency::Currency;
use touchstone::matching::fit::{Labelled, fit};
use touchstone::matching::keys::key;
use touchstone::matching::search::{Scratch, Search};
use touchstone::matching::tokens::squeezed;
use touchstone::matching::{Article, Link, Model, Options, judge, link, one_to_one};
use touchstone::record::Money;

const EXPECTED: &str = "expected DATA, DATA fit FILE, DATA without SET or DATA only SET";
const SETS: [&str; 3] = ["abt_buy", "amazon_google", "walmart_amazon"];
const PARTS: [&str; 3] = ["train", "valid", "test"];
const TRAIN: usize = 0;
const VALID: usize = 1;
const TEST: usize = 2;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [data, task @ ..] = &words[..] else {
        return Err(EXPECTED.into());
    };
    let sets = SETS
        .iter()
        .map(|name| Set::read(&Path::new(data).join(name), name));
    let sets: Vec<Set> = sets.collect::<Result<_, _>>()?;
    match task {
        [] => figures(&sets, &Model::embedded()?, true),
        ["fit", file] => {
            let model = fitted(&sets)?;
            std::fs::write(file, serde_json::to_string_pretty(&model)? + "\n")?;
            figures(&sets, &model, false);
        }
        ["without" | "only", name] if sets.iter().all(|set| set.name != *name) => {
            return Err(format!("no set {name:?}; {EXPECTED}").into());
        }
        ["without", left_out] => {
            let model = fitted(sets.iter().filter(|set| set.name != *left_out))?;
            figures(&sets, &model, false);
        }
        ["only", name] => {
            let only: Vec<Set> = sets.into_iter().filter(|set| set.name == *name).collect();
            figures(&only, &fitted(&only)?, false);
        }
        _ => return Err(EXPECTED.into()),
    }
    Ok(())
}

/// One public set.
struct Set {
    name: String,
    left: Vec<Article>,
    right: Vec<Article>,
    matches: BTreeSet<(usize, usize)>,
    /// The part of each left row.
    part: Vec<usize>,
    pairs: Pairs,
}

/// The labelled pairs of all parts. Their texts are not those of the full tables.
#[derive(Default)]
struct Pairs {
    left: Vec<Article>,
    right: Vec<Article>,
    /// Part and label of each distinct pair of rows.
    labels: BTreeMap<(usize, usize), (usize, bool)>,
}

impl Set {
    fn read(folder: &Path, name: &str) -> Result<Self, Failure> {
        let (left, right) = (
            table(&folder.join("left.csv"))?,
            table(&folder.join("right.csv"))?,
        );
        let mut matches = BTreeSet::new();
        for row in csv::Reader::from_path(folder.join("matches.csv"))?.deserialize() {
            matches.insert(row?);
        }
        let mut pairs = Pairs::default();
        for (part, file) in PARTS.iter().enumerate() {
            pairs.read(&folder.join("pairs").join(file).with_extension("csv"), part)?;
        }
        let text =
            |left: &Article, right: &Article| (squeezed(&left.title), squeezed(&right.title));
        let same = pairs.labels.iter().filter(|(_, (_, same))| *same);
        let labelled: BTreeMap<(String, String), usize> = same
            .map(|((l, r), (part, _))| (text(&pairs.left[*l], &pairs.right[*r]), *part))
            .collect();
        let mut part: Vec<usize> = left.iter().map(|article| by_hash(&article.title)).collect();
        for (l, r) in &matches {
            if let Some(of_pair) = labelled.get(&text(&left[*l], &right[*r])) {
                part[*l] = *of_pair;
            }
        }
        Ok(Self {
            name: name.to_owned(),
            left,
            right,
            matches,
            part,
            pairs,
        })
    }
}

/// Three of five for training.
fn by_hash(title: &str) -> usize {
    match (key(&squeezed(title)) >> 7) % 5 {
        0..=2 => TRAIN,
        3 => VALID,
        _ => TEST,
    }
}

impl Pairs {
    fn read(&mut self, file: &Path, part: usize) -> Result<(), Failure> {
        let mut reader = csv::Reader::from_path(file)?;
        let header = reader.headers()?.clone();
        let label = header
            .iter()
            .position(|name| name == "match")
            .ok_or("no column match")?;
        let mut lefts = rows(&self.left);
        let mut rights = rows(&self.right);
        for row in reader.records() {
            let row = row?;
            let left = place(article(&header, &row, "left_"), &mut self.left, &mut lefts);
            let right = place(
                article(&header, &row, "right_"),
                &mut self.right,
                &mut rights,
            );
            self.labels
                .entry((left, right))
                .or_insert((part, &row[label] == "1"));
        }
        Ok(())
    }

    /// For fitting: only pairs for training keep their labels.
    fn to_fit(&self) -> Labelled {
        let same = self
            .labels
            .values()
            .map(|(part, same)| (*part == TRAIN).then_some(*same));
        Labelled {
            left: self.left.clone(),
            right: self.right.clone(),
            pairs: self.labels.keys().copied().collect(),
            same: same.collect(),
        }
    }

    /// All pairs judged together: those of other parts are rivals, but their labels are not seen.
    fn judged(&self, model: &Model) -> Vec<Link> {
        let pairs: Vec<(usize, usize)> = self.labels.keys().copied().collect();
        judge(&self.left, &self.right, &pairs, model)
    }

    /// The F1 of a part's pairs at this least log odds.
    fn f1(&self, links: &[Link], part: usize, least: f64) -> f64 {
        let of_part = links
            .iter()
            .map(|link| (self.labels[&(link.left, link.right)], link.log_odds));
        let mut counts = Counts::default();
        for ((_, same), odds) in of_part.filter(|((of, _), _)| *of == part) {
            counts.true_ones += usize::from(same);
            counts.found += usize::from(odds >= least);
            counts.right += usize::from(same && odds >= least);
        }
        counts.f1()
    }
}

fn identity(article: &Article) -> String {
    format!("{article:?}")
}

fn rows(articles: &[Article]) -> BTreeMap<String, usize> {
    articles
        .iter()
        .enumerate()
        .map(|(at, article)| (identity(article), at))
        .collect()
}

fn place(article: Article, table: &mut Vec<Article>, known: &mut BTreeMap<String, usize>) -> usize {
    *known.entry(identity(&article)).or_insert_with(|| {
        table.push(article);
        table.len() - 1
    })
}

fn table(file: &Path) -> Result<Vec<Article>, Failure> {
    let mut reader = csv::Reader::from_path(file)?;
    let header = reader.headers()?.clone();
    reader
        .records()
        .map(|row| Ok(article(&header, &row?, "")))
        .collect()
}

fn article(header: &csv::StringRecord, row: &csv::StringRecord, side: &str) -> Article {
    let cell = |names: &[&str]| {
        let at = names.iter().find_map(|name| {
            header
                .iter()
                .position(|of| of.strip_prefix(side) == Some(name))
        });
        at.and_then(|at| row.get(at))
            .unwrap_or("")
            .trim()
            .to_owned()
    };
    Article {
        title: cell(&["title", "name"]),
        description: cell(&["description"]),
        brand: cell(&["brand", "manufacturer"]),
        mpn: cell(&["modelno"]),
        price: Money::parse(&cell(&["price"]), Some(Currency::USD.code())).ok(),
        ..Article::default()
    }
}

#[derive(Default)]
struct Counts {
    true_ones: usize,
    found: usize,
    right: usize,
}

impl Counts {
    fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.true_ones + self.found).max(1) as f64
    }
}

/// The F1 of the rows of `part`, or of all, at this least log odds.
fn full_f1(set: &Set, links: &[Link], part: Option<usize>, least: f64) -> f64 {
    let inside = |left: usize| part.is_none_or(|part| set.part[left] == part);
    let kept = || {
        links
            .iter()
            .filter(|link| link.log_odds >= least && inside(link.left))
    };
    Counts {
        true_ones: set.matches.iter().filter(|(left, _)| inside(*left)).count(),
        found: kept().count(),
        right: kept()
            .filter(|link| set.matches.contains(&(link.left, link.right)))
            .count(),
    }
    .f1()
}

fn assigned(set: &Set, model: &Model) -> Vec<Link> {
    let links = link(&set.left, &set.right, model, &Options::default());
    one_to_one(&links, [set.left.len(), set.right.len()], model)
}

/// Fits to the pairs for training; then moves the intercepts to where the mean F1 on validation is best.
fn fitted<'a>(sets: impl IntoIterator<Item = &'a Set>) -> Result<Model, Failure> {
    let sets: Vec<&Set> = sets.into_iter().collect();
    let labelled: Vec<Labelled> = sets.iter().map(|set| set.pairs.to_fit()).collect();
    let mut model = fit(&labelled)?;
    let judged: Vec<Vec<Link>> = sets.iter().map(|set| set.pairs.judged(&model)).collect();
    model.rivals_intercept -= best(|least| {
        sets.iter()
            .zip(&judged)
            .map(|(set, links)| set.pairs.f1(links, VALID, least))
            .sum()
    });
    let linked: Vec<Vec<Link>> = sets.iter().map(|set| assigned(set, &model)).collect();
    model.assigned -= best(|least| {
        sets.iter()
            .zip(&linked)
            .map(|(set, links)| full_f1(set, links, Some(VALID), least))
            .sum()
    });
    model.rivals_intercept = (model.rivals_intercept * 1000.0).round() / 1000.0;
    Ok(model)
}

/// The least log odds at which `sum` is greatest.
fn best(sum: impl Fn(f64) -> f64) -> f64 {
    let tried = (-40..=40).map(|step| f64::from(step) / 20.0);
    let tried = tried.map(|least| (least, sum(least)));
    tried
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(0.0, |(least, _)| least)
}

fn figures(sets: &[Set], model: &Model, with_search: bool) {
    let judged: Vec<Vec<Link>> = sets.iter().map(|set| set.pairs.judged(model)).collect();
    let least = best(|least| {
        let of_set =
            |(set, links): (&Set, &Vec<Link>)| set.pairs.f1(&alone(links, model), VALID, least);
        sets.iter().zip(&judged).map(of_set).sum()
    });
    for (set, judged) in sets.iter().zip(judged) {
        println!("{}", set.name);
        if with_search {
            search(set);
        }
        let of_part = PARTS.iter().enumerate();
        let shown: Vec<String> = of_part
            .clone()
            .map(|(part, name)| format!("{name} {:.3}", set.pairs.f1(&judged, part, 0.0)))
            .collect();
        println!("  labelled pairs, F1: {}", shown.join(", "));
        let alone = set.pairs.f1(&alone(&judged, model), TEST, least);
        println!("  labelled pairs without rivals, F1: test {alone:.3}");
        let started = Instant::now();
        let links = assigned(set, model);
        let took = started.elapsed().as_secs_f64();
        let shown: Vec<String> = of_part
            .map(|(part, name)| format!("{name} {:.3}", full_f1(set, &links, Some(part), 0.0)))
            .collect();
        let all = full_f1(set, &links, None, 0.0);
        println!(
            "  full tables one to one, F1: {}, all {all:.3}; {took:.1} s",
            shown.join(", ")
        );
    }
}

/// The links with the log odds of each pair by itself.
fn alone(links: &[Link], model: &Model) -> Vec<Link> {
    let mut links = links.to_vec();
    for link in &mut links {
        link.log_odds = model.pair(&link.values);
    }
    links
}

fn search(set: &Set) {
    let index = Search::new(&set.right);
    let mut scratch = Scratch::default();
    let started = Instant::now();
    let found: Vec<Vec<u32>> = set
        .left
        .iter()
        .map(|query| index.find(query, 50, &mut scratch).to_vec())
        .collect();
    let rate = set.left.len() as f64 / started.elapsed().as_secs_f64();
    let recall = |most: usize| {
        let hit = |(left, right): &&(usize, usize)| {
            found[*left]
                .iter()
                .take(most)
                .any(|place| *place as usize == *right)
        };
        set.matches.iter().filter(hit).count() as f64 / set.matches.len() as f64
    };
    let (twenty, fifty) = (recall(20), recall(50));
    println!("  candidates: recall@20 {twenty:.4}, recall@50 {fifty:.4}, {rate:.0} queries/s");
}
