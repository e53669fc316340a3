//! The review desk's index over the candidates of runs. The candidates themselves stay in their run's folder.

mod ages;
mod cases;
#[cfg(test)]
mod fixture;
mod index;
mod similar;

use rusqlite::Row;
use rusqlite::types::Value;

use crate::candidates::DecisionKind;
use crate::record::{BrandId, ListingId, SellerId};

pub use ages::Ages;
pub(super) use index::restate;
pub use similar::{Likeness, Similar};

/// How far a case has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nobody decided yet.
    Open,
    /// Confirmed once; somebody else must confirm too.
    Second,
    /// Decided in that way.
    Decided(DecisionKind),
}

impl Status {
    /// All statuses, in the order of a case's life.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Second,
        Self::Decided(DecisionKind::Escalate),
        Self::Decided(DecisionKind::Unsure),
        Self::Decided(DecisionKind::TestBuy),
        Self::Decided(DecisionKind::Confirm),
        Self::Decided(DecisionKind::Clear),
    ];

    /// The word in the store and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Second => "second",
            Self::Decided(kind) => kind.as_str(),
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Second => "Second review",
            Self::Decided(kind) => kind.label(),
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether the matter is at an end.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Decided(kind) if kind.is_final())
    }
}

/// A candidate of a run, as far as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its number at the desk.
    pub id: i64,
    /// The run.
    pub run: String,
    /// Its rank in the run's queue.
    pub rank: i64,
    /// The listing.
    pub listing_id: ListingId,
    /// The brand whose right is cited.
    pub brand: BrandId,
    /// The account that offers it.
    pub seller_id: SellerId,
    /// The shop's name; may be empty.
    pub seller_name: String,
    /// The listing's title.
    pub title: String,
    /// The ground's word.
    pub ground: String,
    /// The suggested action's word.
    pub action: String,
    /// The probability of a counterfeit, 0..=1.
    pub probability: f64,
    /// What a right decision is worth: probability times harm.
    pub value: f64,
    /// The asked price; may be empty.
    pub price: String,
    /// What is the same for listings that show the same image.
    pub image_key: Option<String>,
    /// The reference product that it was matched with, in the brand's catalog.
    pub product: Option<String>,
    /// Where its line lies in the run's `candidates.ndjson`: first byte and length.
    pub place: [u64; 2],
    /// How far it has got.
    pub status: Status,
    /// The place in the log of the decision that stands.
    pub decision: Option<u64>,
    /// Who works on it, until which second.
    pub claim: Option<(String, i64)>,
}

impl Case {
    /// Who works on it at the second `now`.
    pub fn claimed_by(&self, now: i64) -> Option<&str> {
        let claim = self.claim.as_ref().filter(|(_, until)| *until > now);
        claim.map(|(name, _)| name.as_str())
    }
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Probability times harm, the greatest first.
    #[default]
    Value,
    /// The run's own order: by probability, the greatest first.
    Rank,
}

/// Which cases.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Of this run.
    pub run: String,
    /// That have got so far; all when `None`.
    pub status: Option<Status>,
    /// Of these brands; all when empty.
    pub brands: Vec<BrandId>,
    /// On this ground; all when empty.
    pub ground: String,
    /// With this suggested action; all when empty.
    pub action: String,
    /// Of this seller; all when empty.
    pub seller: String,
    /// With these words in title, seller or listing; all when under three letters.
    pub words: String,
    /// In this order.
    pub sort: Sort,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuePage {
    /// The page's cases.
    pub cases: Vec<Case>,
    /// How many cases the filter leaves, counted up to [`Filter::COUNTED`].
    pub count: u64,
}

const CASE: &str = "queue.id, run, rank, listing_id, brand, seller_id, seller_name, title, ground, action,
    probability, value, price, image_key, start, length, status, decision, claimed_by, claimed_until,
    product";

/// Most cases that a search finds.
const MOST_FOUND: usize = 5000;

impl Filter {
    /// Counting ends here: nobody pages further, and a million takes too long.
    pub const COUNTED: u64 = 10_000;

    /// The tables and the condition, with its values.
    fn sql(&self) -> (String, Vec<Value>) {
        let mut values = vec![Value::from(self.run.clone())];
        let mut condition = String::from("run = ?1");
        let mut add = |column: &str, text: &str| {
            if !text.is_empty() {
                values.push(Value::from(text.to_owned()));
                condition.push_str(&format!(" AND {column} = ?{}", values.len()));
            }
        };
        add("status", self.status.map_or("", Status::as_str));
        add("ground", &self.ground);
        add("action", &self.action);
        add("seller_id", &self.seller);
        if let [brand] = self.brands.as_slice() {
            add("brand", brand.as_str());
        } else if !self.brands.is_empty() {
            let first = values.len() + 1;
            values.extend(
                self.brands
                    .iter()
                    .map(|brand| Value::from(brand.to_string())),
            );
            let marks: Vec<String> = (first..=values.len()).map(|n| format!("?{n}")).collect();
            condition.push_str(&format!(" AND brand IN ({})", marks.join(", ")));
        }
        let words = self.words.trim();
        if words.chars().count() < 3 {
            // A seller has few cases; without being told, SQLite would go through all in the order of the list.
            let by_seller = match self.seller.as_str() {
                "" => "",
                _ => "INDEXED BY queue_of_seller ",
            };
            return (format!("queue {by_seller}WHERE {condition}"), values);
        }
        values.push(Value::from(format!("\"{}\"", words.replace('"', "\"\""))));
        let from = format!(
            "(SELECT rowid AS hit FROM queue_words WHERE queue_words MATCH ?{} LIMIT {MOST_FOUND})
             CROSS JOIN queue ON queue.id = hit WHERE {condition}",
            values.len()
        );
        (from, values)
    }

    fn order(&self) -> &'static str {
        match self.sort {
            Sort::Value => "value DESC, queue.id",
            Sort::Rank => "rank",
        }
    }
}

fn case(row: &Row<'_>) -> rusqlite::Result<Case> {
    let number = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
    let status: String = row.get(16)?;
    let claimed_by: Option<String> = row.get(18)?;
    let until = row.get(19)?;
    Ok(Case {
        id: row.get(0)?,
        run: row.get(1)?,
        rank: row.get(2)?,
        listing_id: row.get::<_, String>(3)?.into(),
        brand: row.get::<_, String>(4)?.into(),
        seller_id: row.get::<_, String>(5)?.into(),
        seller_name: row.get(6)?,
        title: row.get(7)?,
        ground: row.get(8)?,
        action: row.get(9)?,
        probability: row.get(10)?,
        value: row.get(11)?,
        price: row.get(12)?,
        image_key: row.get(13)?,
        product: row.get(20)?,
        place: [number(14)?, number(15)?],
        status: Status::parse(&status).unwrap_or(Status::Open),
        decision: row.get::<_, Option<i64>>(17)?.map(i64::unsigned_abs),
        claim: claimed_by.map(|name| (name, until)),
    })
}
