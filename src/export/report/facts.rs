//! The head of the page: what the run read and what it found.

use crate::candidates::{Candidate, NoCandidate, Purpose};
use crate::export::display::{grouped, percent, visible};

/// What a run says about itself at the head of its report.
#[derive(Clone, Debug, Default)]
pub struct RunFacts {
    /// The program and its version.
    pub program: String,
    /// The date that the run speaks of.
    pub as_of: String,
    /// The model's identity.
    pub model: String,
    /// The files of the feed.
    pub feeds: Vec<String>,
    /// What the feed was held against.
    pub catalogs: Vec<CatalogLine>,
    /// The least probability of a candidate, 0..=1.
    pub threshold: f64,
    /// Where the queue was cut and what can be promised of it, as sentences.
    pub cut: String,
    /// What the random slice below the threshold is, as sentences; empty when there is none.
    pub misses: String,
    /// What moved since the run before, a line each; empty when there is none.
    pub drift: Vec<String>,
    /// Reference pictures that the run did without and why, a line each.
    pub set_aside: Vec<String>,
    /// What may become of the queue, as a sentence; empty while nothing is known of earlier decisions.
    pub projection: String,
    /// How many candidates the reviewers can decide.
    pub capacity: u64,
    /// Rows of the feed.
    pub rows: u64,
    /// Listings scored.
    pub scored: u64,
    /// Rows merged into another row's listing.
    pub folded: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Images named by scored listings.
    pub images: u64,
    /// Images that could not be read.
    pub unreadable: u64,
    /// Listings that fulfil every condition of a candidate, in the queue or not.
    pub eligible: u64,
    /// The other listings by the reason why they are no candidates.
    pub not_candidates: Vec<(NoCandidate, u64)>,
}

/// One catalog that the feed was held against.
#[derive(Clone, Debug, Default)]
pub struct CatalogLine {
    /// The brand.
    pub brand: String,
    /// Products that can be matched.
    pub products: u64,
    /// Images that can be matched.
    pub images: u64,
}

/// The same as texts.
pub(super) struct Facts {
    pub program: String,
    pub as_of: String,
    pub model: String,
    pub feeds: String,
    pub catalogs: String,
    pub threshold: String,
    pub cut: String,
    pub misses: String,
    pub drift: Vec<String>,
    pub set_aside: Vec<String>,
    pub projection: String,
    pub tiles: Vec<Tile>,
    pub not_candidates: Vec<Reason>,
    pub empty: bool,
}

/// One figure.
pub(super) struct Tile {
    pub figure: String,
    pub label: &'static str,
    pub note: String,
}

/// How many listings are no candidates for one reason.
pub(super) struct Reason {
    pub count: String,
    pub sentence: &'static str,
}

impl Facts {
    pub fn new(run: &RunFacts, queue: &[Candidate]) -> Self {
        let catalogs = run.catalogs.iter().map(|line| {
            format!(
                "{} ({} products, {} images)",
                visible(&line.brand, 60),
                grouped(line.products),
                grouped(line.images)
            )
        });
        let queued = queue
            .iter()
            .filter(|one| one.purpose == Purpose::Candidate)
            .count() as u64;
        let held_back = run.eligible.saturating_sub(queued);
        let candidates = queue.iter().filter(|one| one.purpose == Purpose::Candidate);
        let sellers: std::collections::BTreeSet<_> = candidates.map(|one| &one.seller_id).collect();
        let capacity = match held_back {
            0 => format!("capacity {}", grouped(run.capacity)),
            more => format!("{} more beyond the capacity", grouped(more)),
        };
        Self {
            program: visible(&run.program, 60),
            as_of: visible(&run.as_of, 20),
            model: visible(&run.model, 80),
            feeds: run
                .feeds
                .iter()
                .map(|file| visible(file, 120))
                .collect::<Vec<_>>()
                .join(", "),
            catalogs: catalogs.collect::<Vec<_>>().join(", "),
            threshold: percent(run.threshold),
            cut: run.cut.clone(),
            misses: run.misses.clone(),
            drift: run.drift.iter().map(|line| visible(line, 300)).collect(),
            set_aside: run
                .set_aside
                .iter()
                .map(|line| visible(line, 300))
                .collect(),
            projection: run.projection.clone(),
            tiles: vec![
                Tile {
                    figure: grouped(queued),
                    label: "to decide",
                    note: match queue.len() as u64 - queued {
                        0 => capacity,
                        drawn => format!("{capacity}; and {drawn} drawn at random"),
                    },
                },
                Tile {
                    figure: grouped(sellers.len() as u64),
                    label: "sellers",
                    note: "behind these candidates".to_owned(),
                },
                Tile {
                    figure: grouped(run.scored),
                    label: "listings scored",
                    note: rows_note(run),
                },
                Tile {
                    figure: grouped(run.images.saturating_sub(run.unreadable)),
                    label: "images read",
                    note: format!("{} unreadable", grouped(run.unreadable)),
                },
            ],
            not_candidates: run
                .not_candidates
                .iter()
                .map(|(why, count)| Reason {
                    count: grouped(*count),
                    sentence: why.reason(),
                })
                .collect(),
            empty: queue.is_empty(),
        }
    }
}

fn rows_note(run: &RunFacts) -> String {
    let folded = match run.folded {
        0 => String::new(),
        folded => format!("{} folded, ", grouped(folded)),
    };
    format!(
        "of {} rows: {folded}{} rejected",
        grouped(run.rows),
        grouped(run.rejected)
    )
}
