use std::collections::HashSet;

use crate::text::lexicon::CommonWords;
use crate::text::views::folded;

/// Words too ordinary to be the name of a model.
pub(super) struct CommonSet(HashSet<String>);

impl CommonSet {
    /// From the shipped lexicon; empty if that were damaged, which its tests rule out.
    pub fn embedded() -> Self {
        let common = CommonWords::embedded().unwrap_or_default();
        Self(
            common
                .ordinary
                .iter()
                .chain(&common.joined)
                .map(|word| folded(word))
                .collect(),
        )
    }

    pub fn contains(&self, word: &str) -> bool {
        self.0.contains(word)
            || ["s", "es", "ed", "ing", "er", "y", "ly"]
                .iter()
                .any(|ending| {
                    word.strip_suffix(ending)
                        .is_some_and(|stem| self.0.contains(stem))
                })
    }
}
