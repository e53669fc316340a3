//! What may become of a queue, going by what became of earlier decisions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Decision, Outcome, OutcomeKind};
use crate::candidates::Ground;
use crate::model::statistics::clopper_pearson_upper;
use crate::record::{BrandId, SellerId};

/// What is known of a confirmed decision that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// The brand.
    pub brand: BrandId,
    /// On which ground it was confirmed.
    pub ground: Ground,
    /// Who offered the listing; may be empty.
    pub seller: SellerId,
    /// The platform's last answer: whether it upheld; `None` before any.
    pub stood: Option<bool>,
    /// Whether any outcome is known.
    pub answered: bool,
    /// Whether the seller countered.
    pub countered: bool,
    /// Whether the seller appealed.
    pub appealed: bool,
}

impl Fate {
    /// What became of `decision`, going by its `outcomes`; `None` when it is not a settled confirmation on a ground.
    pub fn of(decision: &Decision, outcomes: &[Outcome]) -> Option<Self> {
        let ground = decision.ground.filter(|_| decision.is_settled())?;
        let any = |kind| outcomes.iter().any(|outcome| outcome.kind == kind);
        let answers = outcomes
            .iter()
            .filter(|outcome| matches!(outcome.kind, OutcomeKind::Upheld | OutcomeKind::Rejected));
        let last = answers.max_by_key(|outcome| outcome.day);
        Some(Self {
            brand: decision.brand.clone(),
            ground,
            seller: decision.seller_id.clone(),
            stood: last.map(|outcome| outcome.kind == OutcomeKind::Upheld),
            answered: !outcomes.is_empty(),
            countered: any(OutcomeKind::Countered),
            appealed: any(OutcomeKind::Appealed),
        })
    }
}

/// A share with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The share, 0..=1.
    pub value: f64,
    /// It is no less, with a confidence of 97.5 %.
    pub low: f64,
    /// It is no more, with a confidence of 97.5 %.
    pub high: f64,
}

/// Which earlier decisions a projection goes by: the narrowest of these with enough sellers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Those of the same brand and ground.
    BrandAndGround,
    /// Those of the same ground, whatever the brand.
    Ground,
    /// All.
    All,
}

impl Basis {
    /// The word in every table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BrandAndGround => "brand_and_ground",
            Self::Ground => "ground",
            Self::All => "all",
        }
    }
}

/// What may become of the candidates of one brand and ground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectedRow {
    /// The brand.
    pub brand: String,
    /// The ground.
    pub ground: String,
    /// Candidates.
    pub candidates: u64,
    /// The earlier decisions that it goes by; `None` when all together are of too few sellers.
    pub basis: Option<Basis>,
    /// How many of these have an outcome.
    pub answered: u64,
    /// The share that will stand, of those that people confirm and the platform answers.
    pub stands: Option<Share>,
    /// The share that a seller will counter, of those that people confirm.
    pub countered: Option<Share>,
}

/// What may become of a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Projection {
    /// By brand and ground, in this order.
    pub rows: Vec<ProjectedRow>,
    /// The share of the whole queue that will stand. Its interval is as wide as if the rows' shares all erred to one side.
    pub stands: Option<Share>,
    /// The share of the whole queue that will be countered.
    pub countered: Option<Share>,
}

/// Earlier decisions with an outcome of fewer sellers than this are no basis.
const FEWEST_SELLERS: usize = 5;

/// The chance that a share lies beyond an end of its interval.
const DOUBT: f64 = 0.025;

impl Projection {
    /// What may become of `queue`, going by `fates`; `None` for an empty queue, and while no outcome is known at all.
    pub fn of<'a>(
        fates: &[Fate],
        queue: impl Iterator<Item = (&'a BrandId, Ground)>,
    ) -> Option<Self> {
        let mut counts: BTreeMap<(&BrandId, Ground), u64> = BTreeMap::new();
        for key in queue {
            *counts.entry(key).or_default() += 1;
        }
        let answered: Vec<&Fate> = fates.iter().filter(|fate| fate.answered).collect();
        if counts.is_empty() || answered.is_empty() {
            return None;
        }
        let rows: Vec<ProjectedRow> = counts
            .into_iter()
            .map(|((brand, ground), candidates)| row(&answered, brand, ground, candidates))
            .collect();
        Some(Self {
            stands: together(&rows, |row| row.stands),
            countered: together(&rows, |row| row.countered),
            rows,
        })
    }

    /// For people, in one or two sentences.
    pub fn sentence(&self) -> String {
        let candidates: u64 = self.rows.iter().map(|row| row.candidates).sum();
        let told = |share: Share| {
            let percent = |share: f64| format!("{:.0}", share * 100.0);
            let (low, high) = (percent(share.low), percent(share.high));
            format!("{} % ({low} to {high})", percent(share.value))
        };
        let unknown = "a share that too few answers tell".to_owned();
        let stands = self.stands.map_or_else(|| unknown.clone(), told);
        let countered = self.countered.map_or(unknown, told);
        format!(
            "Going by what became of earlier decisions, of these {candidates}, as far as people confirm them, {stands} \
             would stand and {countered} be countered."
        )
    }
}

fn row(answered: &[&Fate], brand: &BrandId, ground: Ground, candidates: u64) -> ProjectedRow {
    let belongs = |basis: Basis, fate: &Fate| match basis {
        Basis::BrandAndGround => fate.brand == *brand && fate.ground == ground,
        Basis::Ground => fate.ground == ground,
        Basis::All => true,
    };
    let of = |basis: Basis| -> Vec<&Fate> {
        let own = answered.iter().copied();
        own.filter(|fate| belongs(basis, fate)).collect()
    };
    let found = [Basis::BrandAndGround, Basis::Ground, Basis::All]
        .into_iter()
        .map(|basis| (basis, of(basis)))
        .find(|(_, own)| sellers(own).len() >= FEWEST_SELLERS);
    let own = found.as_ref().map_or(&[][..], |(_, own)| own);
    let answers: Vec<(&Fate, bool)> = own
        .iter()
        .filter_map(|fate| Some((*fate, fate.stood?)))
        .collect();
    let counters: Vec<(&Fate, bool)> = own.iter().map(|fate| (*fate, fate.countered)).collect();
    ProjectedRow {
        brand: brand.to_string(),
        ground: ground.as_str().to_owned(),
        candidates,
        basis: found.as_ref().map(|(basis, _)| *basis),
        answered: own.len() as u64,
        stands: share(&answers),
        countered: share(&counters),
    }
}

/// Decisions by seller; of unknown sellers each is its own.
fn sellers(fates: &[&Fate]) -> Vec<f64> {
    let mut known: BTreeMap<&SellerId, f64> = BTreeMap::new();
    let mut sizes = Vec::new();
    for fate in fates {
        if fate.seller.as_str().is_empty() {
            sizes.push(1.0);
        } else {
            *known.entry(&fate.seller).or_default() += 1.0;
        }
    }
    sizes.extend(known.into_values());
    sizes
}

/// The share that is so, with the interval of Clopper and Pearson (1934). What one seller's listings came to is one
/// story, so they count for as many independent ones as Kish's design effect leaves (1965, Survey Sampling, section 5.4).
fn share(fates: &[(&Fate, bool)]) -> Option<Share> {
    let all = fates.len() as f64;
    let sizes = sellers(&fates.iter().map(|(fate, _)| *fate).collect::<Vec<_>>());
    let squares: f64 = sizes.iter().map(|size| size * size).sum();
    if squares == 0.0 {
        return None;
    }
    let value = fates.iter().filter(|(_, is)| *is).count() as f64 / all;
    let effective = all * all / squares;
    let upper = |share: f64| clopper_pearson_upper(share * effective, effective, DOUBT);
    Some(Share {
        value: rounded(value),
        low: rounded(1.0 - upper(1.0 - value)),
        high: rounded(upper(value)),
    })
}

/// The shares of all rows that have one, each counting for its candidates.
fn together(rows: &[ProjectedRow], of: fn(&ProjectedRow) -> Option<Share>) -> Option<Share> {
    let known: Vec<(f64, Share)> = rows
        .iter()
        .filter_map(|row| Some((row.candidates as f64, of(row)?)))
        .collect();
    let all: f64 = known.iter().map(|(count, _)| count).sum();
    let mean = |part: fn(Share) -> f64| {
        let sum: f64 = known
            .iter()
            .map(|(count, share)| count * part(*share))
            .sum();
        rounded(sum / all)
    };
    (all > 0.0).then(|| Share {
        value: mean(|share| share.value),
        low: mean(|share| share.low),
        high: mean(|share| share.high),
    })
}

fn rounded(share: f64) -> f64 {
    (share * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fate(brand: &str, ground: Ground, seller: &str, stood: bool) -> Fate {
        Fate {
            brand: brand.into(),
            ground,
            seller: seller.into(),
            stood: Some(stood),
            answered: true,
            countered: !stood,
            appealed: false,
        }
    }

    fn projection(fates: &[Fate], queue: &[(&str, Ground)]) -> Option<Projection> {
        let queue: Vec<(BrandId, Ground)> = queue
            .iter()
            .map(|(brand, ground)| ((*brand).into(), *ground))
            .collect();
        Projection::of(fates, queue.iter().map(|(brand, ground)| (brand, *ground)))
    }

    #[test]
    fn the_narrowest_earlier_decisions_with_enough_sellers_are_the_basis() {
        let mut fates: Vec<Fate> = (0..20)
            .map(|at| fate("luma", Ground::Trademark, &format!("S{at}"), at >= 2))
            .collect();
        fates.extend((0..3).map(|at| fate("orbi", Ground::Trademark, &format!("T{at}"), false)));
        let queue = [
            ("luma", Ground::Trademark),
            ("luma", Ground::Trademark),
            ("orbi", Ground::Trademark),
            ("orbi", Ground::Design),
        ];
        let projection = projection(&fates, &queue).expect("outcomes are known");
        let bases: Vec<Option<Basis>> = projection.rows.iter().map(|row| row.basis).collect();
        assert_eq!(
            bases,
            [
                Some(Basis::BrandAndGround),
                Some(Basis::Ground),
                Some(Basis::All)
            ],
            "{projection:?}"
        );
        let luma = projection.rows[0].stands.expect("answers");
        assert_eq!(luma.value, 0.9);
        // Clopper and Pearson's interval of 18 in 20.
        assert_eq!((luma.low, luma.high), (0.683, 0.9877));
        assert!(
            projection.sentence().contains("of these 4"),
            "{}",
            projection.sentence()
        );
    }

    #[test]
    fn many_answers_about_one_seller_are_one_story() {
        let of = |sellers: usize| -> Share {
            let fates: Vec<Fate> = (0..60)
                .map(|at| {
                    fate(
                        "luma",
                        Ground::Trademark,
                        &format!("S{}", at % sellers),
                        true,
                    )
                })
                .collect();
            let found = projection(&fates, &[("luma", Ground::Trademark)]).expect("known");
            found.stands.expect("answers")
        };
        assert!(
            of(60).low > 0.93 && of(6).low < 0.6,
            "{:?}",
            (of(60), of(6))
        );
    }

    #[test]
    fn nothing_is_projected_from_nothing() {
        let queue = [("luma", Ground::Trademark)];
        assert_eq!(projection(&[], &queue), None);
        let few = [fate("luma", Ground::Trademark, "S1", true)];
        assert_eq!(projection(&few, &[]), None);
        let projection = projection(&few, &queue).expect("an outcome is known");
        assert_eq!((projection.rows[0].basis, projection.stands), (None, None));
        assert!(projection.sentence().contains("too few answers"));
    }
}
