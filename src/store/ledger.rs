//! What became of confirmed decisions.

use std::collections::BTreeMap;

use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;

use super::decisions::{Entry, place};
use super::{Store, StoreError};
use crate::candidates::decision::{Fate, Outcome, OutcomeKind};
use crate::record::BrandId;

/// How the confirmed decisions of one brand, ground and model fared.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LedgerRow {
    /// The brand.
    pub brand: String,
    /// The ground.
    pub ground: String,
    /// The model that scored the listings.
    pub model: String,
    /// Confirmed decisions that stand.
    pub confirmed: u64,
    /// Those of which any outcome is known.
    pub answered: u64,
    /// Those whose last answer of the platform was to uphold.
    pub upheld: u64,
    /// Those whose last answer of the platform was to refuse.
    pub rejected: u64,
    /// Those that a seller countered.
    pub countered: u64,
    /// Those that a seller appealed.
    pub appealed: u64,
    /// Upheld out of upheld and rejected, 0..=1; `None` when there are none.
    pub stood: Option<f64>,
    /// Countered out of answered, 0..=1; `None` when there are none.
    pub share_countered: Option<f64>,
}

impl Store {
    /// Keeps outcomes, all or none; gives how many were not known before.
    ///
    /// # Errors
    /// When the database cannot be written, or an outcome names no decision.
    pub fn add_outcomes(&mut self, outcomes: &[Outcome]) -> Result<u64, StoreError> {
        let path = self.path.clone();
        let at = StoreError::at(&path);
        let transaction = self.write()?;
        let mut new = 0;
        for outcome in outcomes {
            let sql = "INSERT OR IGNORE INTO outcomes (decision, kind, day, note) VALUES (?1, ?2, ?3, ?4)";
            let row = (
                outcome.decision as i64,
                outcome.kind.as_str(),
                outcome.day.to_string(),
                &outcome.note,
            );
            let added = transaction
                .prepare_cached(sql)
                .map_err(&at)?
                .execute(row)
                .map_err(&at)?;
            new += added as u64;
        }
        transaction.commit().map_err(&at)?;
        Ok(new)
    }

    /// All outcomes, by decision and day.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn outcomes(&self) -> Result<Vec<Outcome>, StoreError> {
        let at = StoreError::at(&self.path);
        let sql = "SELECT decision, kind, day, note FROM outcomes ORDER BY decision, day, kind";
        let mut statement = self.connection.prepare(sql).map_err(&at)?;
        let rows = statement.query_map([], outcome).map_err(&at)?;
        rows.collect::<Result<_, _>>().map_err(&at)
    }

    /// How confirmed decisions fared, by brand, ground and model.
    ///
    /// # Errors
    /// When the database, or an entry, cannot be read.
    pub fn ledger(&self) -> Result<Vec<LedgerRow>, StoreError> {
        self.ledger_over(self.standing_decisions()?)
    }

    /// The same of one brand.
    ///
    /// # Errors
    /// When the database, or an entry, cannot be read.
    pub fn ledger_of(&self, brand: &BrandId) -> Result<Vec<LedgerRow>, StoreError> {
        let which = "brand = ?1 AND kind = 'confirm' AND place IN (SELECT place FROM standing)";
        self.ledger_over(self.entries_where(which, [brand.as_str()])?)
    }

    fn ledger_over(&self, entries: Vec<Entry>) -> Result<Vec<LedgerRow>, StoreError> {
        let mut rows: BTreeMap<(String, String, String), LedgerRow> = BTreeMap::new();
        for (fate, model) in self.fates_by_model(entries)? {
            let key = (
                fate.brand.to_string(),
                fate.ground.as_str().to_owned(),
                model,
            );
            let row = rows.entry(key.clone()).or_insert_with(|| LedgerRow {
                brand: key.0,
                ground: key.1,
                model: key.2,
                ..LedgerRow::default()
            });
            row.count(&fate);
        }
        Ok(rows.into_values().map(LedgerRow::with_shares).collect())
    }

    /// What became of each confirmed decision that stands, by its place in the log.
    ///
    /// # Errors
    /// When the database, or an entry, cannot be read.
    pub fn fates(&self) -> Result<Vec<Fate>, StoreError> {
        let fates = self.fates_by_model(self.standing_decisions()?)?.into_iter();
        Ok(fates.map(|(fate, _)| fate).collect())
    }

    fn fates_by_model(&self, entries: Vec<Entry>) -> Result<Vec<(Fate, String)>, StoreError> {
        let mut known: BTreeMap<u64, Vec<Outcome>> = BTreeMap::new();
        for outcome in self.outcomes()? {
            known.entry(outcome.decision).or_default().push(outcome);
        }
        let fates = entries.into_iter().filter_map(|entry| {
            let outcomes = known.get(&entry.place).map_or(&[][..], Vec::as_slice);
            let fate = Fate::of(&entry.decision, outcomes)?;
            Some((fate, entry.decision.model))
        });
        Ok(fates.collect())
    }
}

fn outcome(row: &Row<'_>) -> rusqlite::Result<Outcome> {
    let kind: String = row.get(1)?;
    let kind = OutcomeKind::parse(&kind).ok_or_else(|| {
        let error = format!("{kind:?} is no outcome").into();
        rusqlite::Error::FromSqlConversionFailure(1, Type::Text, error)
    })?;
    Ok(Outcome {
        decision: place(row, 0)?,
        kind,
        day: super::runs::date(row, 2)?,
        note: row.get(3)?,
    })
}

impl LedgerRow {
    fn count(&mut self, fate: &Fate) {
        self.confirmed += 1;
        self.answered += u64::from(fate.answered);
        self.countered += u64::from(fate.countered);
        self.appealed += u64::from(fate.appealed);
        self.upheld += u64::from(fate.stood == Some(true));
        self.rejected += u64::from(fate.stood == Some(false));
    }

    fn with_shares(mut self) -> Self {
        let share = |part: u64, all: u64| (all > 0).then(|| part as f64 / all as f64);
        self.stood = share(self.upheld, self.upheld + self.rejected);
        self.share_countered = share(self.countered, self.answered);
        self
    }
}
