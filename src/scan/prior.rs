//! What earlier decisions bring to a scan.

use super::manifest::PriorFacts;
use super::worked::WorkedRun;
use super::{Decided, ScanError};
use crate::candidates::decision::Fate;
use crate::reference::{Bank, BankEntry};
use crate::store::{Store, Verified};
use crate::workspace::Workspace;

/// What earlier decisions bring to a scan.
#[derive(Clone, Debug, Default)]
pub struct Prior {
    /// Pictures of known fakes and cleared ones.
    pub bank: Vec<BankEntry>,
    /// What was decided on.
    pub decided: Decided,
    /// What became of confirmed ones.
    pub fates: Vec<Fate>,
    /// Earlier queues, the newest first, and what stands of them.
    pub worked: Vec<WorkedRun>,
    /// The hash of the last decision in the log; `None` for an empty one.
    pub head: Option<String>,
}

impl Prior {
    /// What the store holds, and what people decided about the queues of the runs in `workspace`.
    ///
    /// # Errors
    /// As [`Prior::of`]; and when an earlier queue cannot be read.
    pub fn with_queues(store: &Store, workspace: &Workspace) -> Result<Self, ScanError> {
        Ok(Self {
            worked: WorkedRun::of_all(workspace, store)?,
            ..Self::of(store)?
        })
    }

    /// What the store holds, without earlier queues.
    ///
    /// # Errors
    /// When it cannot be read, and when its log of decisions is not whole: nothing is to follow from such a log.
    pub fn of(store: &Store) -> Result<Self, ScanError> {
        let head = match store.verify_decisions()? {
            Verified::Whole { entries: 0, .. } => None,
            Verified::Whole { head, .. } => Some(head),
            Verified::Broken { place, problem } => {
                return Err(ScanError::Decisions { place, problem });
            }
        };
        let decided = store.standing_decisions()?.into_iter();
        let decided = decided.map(|entry| {
            let decision = entry.decision;
            ((decision.listing_id, decision.brand), decision.content)
        });
        Ok(Self {
            bank: store.bank()?,
            decided: decided.collect(),
            fates: store.fates()?,
            worked: Vec::new(),
            head,
        })
    }
}

impl PriorFacts {
    pub(super) fn of(prior: &Prior, bank: &Bank) -> Self {
        let [known_fakes, cleared] = bank.sizes();
        Self {
            known_fakes,
            cleared,
            bank: bank.version().map(|version| version.to_string()),
            decided: prior.decided.len(),
            decisions: prior.head.clone(),
        }
    }
}
