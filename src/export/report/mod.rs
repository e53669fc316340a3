//! The queue as one self-contained page, for the analyst who works through it.
//!
//! The page needs no network and no script: styles are inline, pictures are `data:` URIs, filters are
//! radio buttons and `:has()`. Its content security policy allows nothing else, so that even markup
//! that slipped through escaping could not load or run anything. The template only lays out what
//! [`Report`] holds; every text in it has been made visible and is escaped there.

mod card;
mod facet;
mod facts;
mod waterfall;

use askama::Template;

use crate::candidates::Candidate;

use card::{Card, Line};
use facet::{Facet, facets};
use facts::Facts;

pub(crate) use card::{data_uri, web_address};
pub use facts::{CatalogLine, RunFacts};
pub(crate) use waterfall::Waterfall;

/// The most bytes of pictures in one page; as base64 they take a third more.
const PICTURE_BUDGET: usize = 12_000_000;

/// The pictures of one candidate, as JPEG, PNG, WebP or GIF, already small.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    /// The listing's image.
    pub listing: Option<Vec<u8>>,
    /// The reference image to hold it against.
    pub reference: Option<Vec<u8>>,
}

/// Everything that the page shows, as texts.
#[derive(Template)]
#[template(path = "report.html")]
pub struct Report {
    facts: Facts,
    facets: Vec<Facet>,
    cards: Vec<Card>,
    rest: Vec<Line>,
}

impl Report {
    /// Lays out `queue`: the first `limit` candidates as cards with `pictures`, the others as a table.
    ///
    /// `pictures` is asked once a card, in order. When pictures reach 12 MB, later cards do without.
    pub fn new(
        facts: &RunFacts,
        queue: &[Candidate],
        limit: usize,
        mut pictures: impl FnMut(&Candidate) -> Pictures,
    ) -> Self {
        let (first, rest) = queue.split_at(limit.min(queue.len()));
        let facets = facets(queue);
        let mut budget = PICTURE_BUDGET;
        let cards = first
            .iter()
            .map(|candidate| {
                let shown = if budget > 0 {
                    pictures(candidate)
                } else {
                    Pictures::default()
                };
                let size = [&shown.listing, &shown.reference]
                    .map(|picture| picture.as_ref().map_or(0, Vec::len));
                budget = budget.saturating_sub(size.iter().sum());
                Card::new(candidate, &facets, &shown)
            })
            .collect();
        let rest = rest
            .iter()
            .map(|candidate| Line::new(candidate, &facets))
            .collect();
        Self {
            facts: Facts::new(facts, queue),
            facets,
            cards,
            rest,
        }
    }

    /// The page.
    ///
    /// # Errors
    /// When the template fails, which only a full memory can bring about.
    pub fn page(&self) -> Result<String, askama::Error> {
        self.render()
    }
}

#[cfg(test)]
mod tests;
