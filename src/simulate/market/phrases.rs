use serde::Deserialize;

use super::super::SimulateError;

const SOURCE: &str = include_str!("../../../datasets/simulate/phrases.toml");

/// What sellers write in one language; see `datasets/simulate/phrases.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phrases {
    pub(super) share: f64,
    pub(super) offer: Vec<String>,
    pub(super) plain: Vec<String>,
    pub(super) second_hand: Vec<String>,
    pub(super) sale: Vec<String>,
    pub(super) accessory: Vec<String>,
    pub(super) parts: Vec<String>,
    pub(super) spare: Vec<String>,
    pub(super) empty_box: Vec<String>,
    pub(super) book: Vec<String>,
    pub(super) scale_model: Vec<String>,
    pub(super) bundle: Vec<String>,
    pub(super) not_replica: Vec<String>,
    pub(super) unrelated: Vec<String>,
    pub(super) slang: Vec<String>,
    pub(super) slang_note: Vec<String>,
    pub(super) claim: Vec<String>,
    pub(super) false_claim: Vec<String>,
    pub(super) note: Vec<String>,
    pub(super) used_note: Vec<String>,
    pub(super) bare_note: Vec<String>,
}

/// The languages in the file's order.
pub(super) fn load() -> Result<Vec<Phrases>, SimulateError> {
    let table: toml::Table = SOURCE
        .parse()
        .map_err(|error: toml::de::Error| SimulateError::Phrases(error.to_string()))?;
    table
        .into_iter()
        .map(|(language, value)| {
            value
                .try_into()
                .map_err(|error| SimulateError::Phrases(format!("[{language}]: {error}")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_make_a_whole_and_no_list_is_empty() {
        let all = load().expect("the built-in phrases read");
        let sum: f64 = all.iter().map(|language| language.share).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
        for language in &all {
            for list in [
                &language.offer,
                &language.plain,
                &language.slang,
                &language.accessory,
                &language.unrelated,
            ] {
                assert!(!list.is_empty());
            }
        }
    }
}
