//! A new model beside the one that it was drawn to, on the same held-out rows.

use std::collections::BTreeMap;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::super::Score;
use super::super::metrics::rounded;
use super::HeldOut;

/// How often sellers are drawn again.
const REPEATS: usize = 1000;

/// Seed of the draws.
const SEED: u64 = 1;

/// With fewer sellers of fakes, or of honest listings, among the held-out rows nothing is said.
const FEWEST_SELLERS: u64 = 10;

/// A new model may be worse by no more than this, with a confidence of 95 %: in log loss as a share of the old one's,
/// and in the area under the precision-recall curve.
const MARGIN: f64 = 0.05;

/// A figure of both models on the same rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Paired {
    /// Of the old model.
    pub old: f64,
    /// Of the new one.
    pub new: f64,
    /// The new one's less the old one's: nine of ten repeats, in which sellers were drawn again, lie between these.
    pub difference: (f64, f64),
}

/// Whether the new model may take the old one's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is not worse.
    NotWorse,
    /// Its probabilities are less true: the log loss is higher, or may well be by more than the margin.
    LessTrue,
    /// It puts fakes less well before honest listings: the area under the precision-recall curve is smaller, or may
    /// well be by more than the margin.
    LessSharp,
    /// The held-out rows are of too few sellers to tell.
    TooFew,
}

/// Two models on the same held-out rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Rows.
    pub listings: u64,
    /// Fakes among them.
    pub fakes: u64,
    /// Sellers with fakes.
    pub sellers_of_fakes: u64,
    /// Sellers with honest listings.
    pub sellers_of_honest: u64,
    /// Mean log loss in nats; less is better.
    pub log_loss: Paired,
    /// Area under the precision-recall curve; more is better.
    pub pr_auc: Paired,
    /// What follows.
    pub verdict: Verdict,
}

/// What both models said of one row.
struct Row {
    seller: u32,
    fake: bool,
    old: Score,
    new: Score,
}

impl Comparison {
    /// Compares what models said of held-out rows; `None` when no earlier model spoke.
    ///
    /// Not worse is: the figure itself is no worse, and with a confidence of 95 % it is worse by no more than a margin
    /// (a one-sided test of non-inferiority, by drawing sellers again; Davison and Hinkley 1997, Bootstrap Methods,
    /// section 3.8). Both figures must pass: log loss says whether probabilities are true, the area under the
    /// precision-recall curve whether fakes come first.
    pub fn of(held_out: &[HeldOut]) -> Option<Self> {
        let mut numbers: BTreeMap<&str, u32> = held_out
            .iter()
            .map(|row| (row.seller_id.as_str(), 0))
            .collect();
        for (number, seller) in (0..).zip(numbers.values_mut()) {
            *seller = number;
        }
        let row = |row: &HeldOut| {
            Some(Row {
                seller: numbers[row.seller_id.as_str()],
                fake: row.fake,
                old: row.before?,
                new: row.probability,
            })
        };
        let rows: Vec<Row> = held_out.iter().map(row).collect::<Option<_>>()?;
        let draws = draws(numbers.len());
        let log_loss = paired(&draws, |times| {
            let loss = |of: fn(&Row) -> Score| log_loss(&rows, times, of);
            Some((loss(|row| row.old)?, loss(|row| row.new)?))
        })?;
        let (old, new) = (order(&rows, |row| row.old), order(&rows, |row| row.new));
        let pr_auc = paired(&draws, |times| {
            let area = |order: &[usize], of: fn(&Row) -> Score| area(&rows, order, times, of);
            Some((area(&old, |row| row.old)?, area(&new, |row| row.new)?))
        })?;
        let sellers_of = |fake: bool| {
            let mut with: Vec<u32> = rows
                .iter()
                .filter(|row| row.fake == fake)
                .map(|row| row.seller)
                .collect();
            with.sort_unstable();
            with.dedup();
            with.len() as u64
        };
        let mut compared = Self {
            listings: rows.len() as u64,
            fakes: rows.iter().filter(|row| row.fake).count() as u64,
            sellers_of_fakes: sellers_of(true),
            sellers_of_honest: sellers_of(false),
            log_loss,
            pr_auc,
            verdict: Verdict::NotWorse,
        };
        compared.verdict = compared.judged();
        Some(compared)
    }

    fn judged(&self) -> Verdict {
        let (loss, area) = (&self.log_loss, &self.pr_auc);
        if self.sellers_of_fakes.min(self.sellers_of_honest) < FEWEST_SELLERS {
            Verdict::TooFew
        } else if loss.new > loss.old || loss.difference.1 > MARGIN * loss.old {
            Verdict::LessTrue
        } else if area.new < area.old || area.difference.0 < -MARGIN {
            Verdict::LessSharp
        } else {
            Verdict::NotWorse
        }
    }

    /// What was found, in a few lines for a person.
    pub fn told(&self) -> String {
        let line = |name: &str, figure: &Paired| {
            let (low, high) = figure.difference;
            format!(
                "{name:<38}{:>9.4} {:>9.4}   {low:+.4} to {high:+.4}\n",
                figure.old, figure.new
            )
        };
        format!(
            "{} decided listings ({} fakes) of {} sellers of fakes and {} of honest ones\n\
             {:<38}{:>9} {:>9}   {}\n{}{}{}\n",
            self.listings,
            self.fakes,
            self.sellers_of_fakes,
            self.sellers_of_honest,
            "",
            "old",
            "new",
            "difference, 90 %, sellers drawn again",
            line("log loss (less is better)", &self.log_loss),
            line("area under precision-recall (more is)", &self.pr_auc),
            self.verdict.sentence(),
        )
    }
}

impl Verdict {
    /// In words.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotWorse => "the new model is not worse",
            Self::LessTrue => {
                "the new model is not shown to be as good: its log loss is higher, or may be by more than 5 %"
            }
            Self::LessSharp => {
                "the new model is not shown to be as good: its area under the precision-recall curve is smaller, or may be by more than 0.05"
            }
            Self::TooFew => {
                "too few sellers to tell: at least 10 with fakes and 10 with honest listings are needed"
            }
        }
    }
}

/// For each repeat how often each seller was drawn.
fn draws(sellers: usize) -> Vec<Vec<u8>> {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let draw = |_| {
        let mut times = vec![0u8; sellers];
        for _ in 0..sellers {
            let seller = &mut times[random.random_range(0..sellers)];
            *seller = seller.saturating_add(1);
        }
        times
    };
    (0..REPEATS).map(draw).collect()
}

/// A figure of the old and the new model, given how often each seller counts; `None` without meaning.
fn paired(
    draws: &[Vec<u8>],
    figure: impl Fn(&dyn Fn(u32) -> f64) -> Option<(f64, f64)>,
) -> Option<Paired> {
    let (old, new) = figure(&|_| 1.0)?;
    let repeats = draws.iter().filter_map(|times| {
        let (old, new) = figure(&|seller| f64::from(times[seller as usize]))?;
        Some(new - old)
    });
    let mut repeats: Vec<f64> = repeats.collect();
    repeats.sort_unstable_by(f64::total_cmp);
    let cut = repeats.len() / 20;
    let (low, high) = (*repeats.get(cut)?, *repeats.iter().rev().nth(cut)?);
    Some(Paired {
        old: rounded(old),
        new: rounded(new),
        difference: (rounded(low), rounded(high)),
    })
}

fn log_loss(rows: &[Row], times: &dyn Fn(u32) -> f64, of: fn(&Row) -> Score) -> Option<f64> {
    let (mut sum, mut weight) = (0.0, 0.0);
    for row in rows {
        let probability = of(row).get().clamp(1e-12, 1.0 - 1e-12);
        let said = if row.fake {
            probability
        } else {
            1.0 - probability
        };
        sum -= times(row.seller) * said.ln();
        weight += times(row.seller);
    }
    (weight > 0.0).then(|| sum / weight)
}

/// Rows by falling probability.
fn order(rows: &[Row], of: fn(&Row) -> Score) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| of(&rows[*b]).cmp(&of(&rows[*a])).then(a.cmp(b)));
    order
}

/// Average precision of weighted rows; equal probabilities are flagged together. `None` without fakes.
fn area(
    rows: &[Row],
    order: &[usize],
    times: &dyn Fn(u32) -> f64,
    of: fn(&Row) -> Score,
) -> Option<f64> {
    let (mut flagged, mut found, mut before, mut area) = (0.0, 0.0, 0.0, 0.0);
    for (at, row) in order.iter().enumerate() {
        let row = &rows[*row];
        flagged += times(row.seller);
        if row.fake {
            found += times(row.seller);
        }
        let next = order.get(at + 1).map(|next| of(&rows[*next]));
        if next != Some(of(row)) && flagged > 0.0 {
            area += (found - before) * found / flagged;
            before = found;
        }
    }
    (found > 0.0).then(|| area / found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Listings of sixty sellers, a third of whom sell fakes; models say `old` and `new` of fake and honest ones.
    fn held_out(old: fn(bool, u32) -> f64, new: fn(bool, u32) -> f64) -> Vec<HeldOut> {
        let row = |at: u32| {
            let fake = (at / 4).is_multiple_of(3);
            let score = |said: f64| Score::new(said).expect("a probability");
            HeldOut {
                listing_id: format!("L{at}").into(),
                seller_id: format!("S{}", at / 4).into(),
                brand: "luma".into(),
                kind: String::new(),
                fake,
                probability: score(new(fake, at)),
                before: Some(score(old(fake, at))),
            }
        };
        (0..240).map(row).collect()
    }

    fn good(fake: bool, at: u32) -> f64 {
        let noise = f64::from(at * 7 % 10) / 40.0;
        if fake { 0.7 + noise } else { 0.25 - noise }
    }

    fn verdict(old: fn(bool, u32) -> f64, new: fn(bool, u32) -> f64) -> Verdict {
        Comparison::of(&held_out(old, new))
            .expect("both spoke")
            .verdict
    }

    #[test]
    fn the_same_model_is_not_worse_than_itself() {
        let compared = Comparison::of(&held_out(good, good)).expect("both spoke");
        assert_eq!(compared.log_loss.difference, (0.0, 0.0));
        assert_eq!(compared.pr_auc.old, 1.0);
        assert_eq!(compared.verdict, Verdict::NotWorse);
    }

    #[test]
    fn what_is_worse_in_either_way_is_not_promoted() {
        let timid = |fake, at| 0.5 + (good(fake, at) - 0.5) / 10.0;
        assert_eq!(verdict(good, timid), Verdict::LessTrue);
        assert_eq!(verdict(timid, good), Verdict::NotWorse);
        // Truer on the whole, but a few honest listings now come first.
        let blind = |fake: bool, at: u32| match at % 120 {
            4..8 => 0.99,
            _ if fake => 0.985,
            _ => 0.001,
        };
        let vague = |fake: bool, _| if fake { 0.51 } else { 0.49 };
        assert_eq!(verdict(vague, blind), Verdict::LessSharp);
    }

    #[test]
    fn few_sellers_tell_nothing() {
        let mut rows = held_out(good, good);
        rows.truncate(60);
        let compared = Comparison::of(&rows).expect("both spoke");
        assert_eq!(compared.verdict, Verdict::TooFew);
        rows[0].before = None;
        assert_eq!(
            Comparison::of(&rows),
            None,
            "there is nothing to compare with"
        );
    }

    #[test]
    fn areas_are_those_of_the_metrics() {
        use super::super::super::metrics::{Prediction, average_precision};
        let noisy =
            |fake: bool, at: u32| f64::from(at * 13 % 17) / 40.0 + if fake { 0.3 } else { 0.1 };
        let held = held_out(good, noisy);
        let predictions: Vec<Prediction> = held
            .iter()
            .map(|row| Prediction {
                probability: row.probability,
                fake: row.fake,
            })
            .collect();
        let compared = Comparison::of(&held).expect("both spoke");
        let expected = average_precision(&predictions).map(rounded);
        assert_eq!(Some(compared.pr_auc.new), expected);
    }
}
