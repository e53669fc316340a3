use std::collections::BTreeMap;

use crate::record::BrandId;

use super::super::artifact::{BrandFigures, Figures, KindFigures};
use super::super::metrics::{Metrics, Prediction, average_precision, brier, rounded};
use super::LabelledRow;

/// The figures of `predictions`, one for each of `rows`.
pub(super) fn figures(rows: &[&LabelledRow], predictions: &[Prediction]) -> Figures {
    let mut kinds: BTreeMap<(&str, bool), Vec<f64>> = BTreeMap::new();
    let mut brands: BTreeMap<&BrandId, Vec<Prediction>> = BTreeMap::new();
    for (row, prediction) in rows.iter().zip(predictions) {
        kinds
            .entry((&row.kind, row.fake))
            .or_default()
            .push(prediction.probability.get());
        brands.entry(&row.brand).or_default().push(*prediction);
    }
    let kinds = kinds
        .into_iter()
        .map(|((kind, fake), probabilities)| KindFigures {
            kind: kind.to_owned(),
            fake,
            rows: probabilities.len() as u64,
            flagged: probabilities
                .iter()
                .filter(|probability| **probability >= 0.5)
                .count() as u64,
            mean_probability: rounded(
                probabilities.iter().sum::<f64>() / probabilities.len() as f64,
            ),
        });
    let brands = brands.into_iter().map(|(brand, predictions)| BrandFigures {
        brand: brand.to_string(),
        rows: predictions.len() as u64,
        fakes: predictions.iter().filter(|one| one.fake).count() as u64,
        pr_auc: average_precision(&predictions).map(rounded),
        brier: brier(&predictions).map(rounded),
    });
    Figures {
        all: Metrics::of(predictions),
        kinds: kinds.collect(),
        brands: brands.collect(),
        rehearsed: Vec::new(),
    }
}
