use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::model::drift::{Alarm, Shift, Tally};
use crate::workspace::Workspace;

use super::manifest::Manifest;

/// How far a run's cues and scores have moved since the night before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// The run that this one is compared with: the last of an earlier date.
    pub against: String,
    /// Its date.
    pub as_of: Date,
    /// The score and every cue, what moved farthest first; empty when the runs cannot be compared.
    pub shifts: Vec<Shift>,
    /// The worst of them, or why there is none, as a sentence.
    pub meaning: String,
}

impl Drift {
    /// Compares a run of `model` with the run before it; `None` when there is none.
    pub(super) fn since_last(
        workspace: &Workspace,
        as_of: Date,
        model: &str,
        tally: &Tally,
    ) -> Option<Self> {
        let (against, before) = last_before(&workspace.runs(), as_of)?;
        let shifts = if before.model == model {
            tally.since(&before.tally)
        } else {
            Vec::new()
        };
        let meaning = match shifts.iter().map(|shift| shift.alarm).max() {
            Some(worst) => worst.sentence().to_owned(),
            None => {
                "That run was judged by another model, whose bins are not comparable.".to_owned()
            }
        };
        Some(Self {
            against,
            as_of: before.as_of,
            shifts,
            meaning,
        })
    }

    /// What is not steady, what moved farthest first.
    pub fn moved(&self) -> impl Iterator<Item = &Shift> {
        self.shifts
            .iter()
            .filter(|shift| shift.alarm != Alarm::Steady)
    }
}

/// The last finished run of an earlier date, of one date the one whose name comes last. Runs that cannot be
/// read are passed over: they are no reason to stop a scan.
pub(super) fn last_before(runs: &Path, as_of: Date) -> Option<(String, Manifest)> {
    let entries = std::fs::read_dir(runs).ok()?;
    entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let manifest = Manifest::read(&path).ok()?;
            let name = path.file_name()?.to_string_lossy().into_owned();
            (manifest.as_of < as_of).then_some((name, manifest))
        })
        .max_by(|(a, of_a), (b, of_b)| of_a.as_of.cmp(&of_b.as_of).then_with(|| a.cmp(b)))
}
