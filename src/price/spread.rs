use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Offers that a group needs for its own figures to weigh as much as those of the group above it.
const PRIOR_OFFERS: f64 = 8.0;

/// The half width, in |ln ratio|, that one product's genuine offers have where nothing is known: offers of one
/// product across shops differ by a median of .13 to .18.
const USUAL_WIDTH: f64 = 0.16;

/// No market is taken for wider: prices all over the scale must not make any price an ordinary one.
const GREATEST_WIDTH: f64 = 0.35;

/// No market is taken for narrower: shops that all ask the list price would make a tenth less a marvel.
const LEAST_WIDTH: f64 = 0.05;

/// A market of new goods with a lower middle than half of the reference price is taken for one at half: genuine
/// sales stop there, and many fakes of one product must not make each other ordinary.
const LOWEST_NEW: f64 = 0.5;

/// From the median absolute deviation to the standard deviation of a normal distribution.
const MAD_TO_SIGMA: f64 = 1.4826;

/// Bins of a natural logarithm: prices one hundredth apart are the same here.
const BINS: f64 = 100.0;

/// The fewest offers of which a share is told.
const LEAST_OFFERS: u32 = 5;

/// What products are like each other by.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// The brand.
    pub brand: String,
    /// The type of goods.
    pub product_type: String,
    /// Whether they are offered as used or restored.
    pub second_hand: bool,
}

/// How prices lie around the reference price, in natural logarithms of the ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle.
    pub middle: f64,
    /// A robust standard deviation.
    pub width: f64,
}

/// Where a price lies among others of the same feed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The share of genuine offers of the product that would be expected to ask less, 0..=1: by the spread, in
    /// which a few fakes count for little.
    pub quantile: f64,
    /// What is asked in the middle of that spread, by the reference price.
    pub usual: f64,
    /// The share of the offers below that ask more, 0..=1: counted, not estimated.
    pub cheaper_than: f64,
    /// Offers counted, one for each seller and product.
    pub offers: u32,
    /// Which offers those are.
    pub among: Among,
}

/// The narrowest group that has offers enough to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Among {
    /// The product itself.
    Product,
    /// The brand's products of the same type.
    Kind,
    /// The brand's products.
    Brand,
    /// All that is offered.
    All,
}

/// Offers as they come in. Memory grows with products and with the different prices of each, not with offers. The
/// order in which offers are added changes nothing.
#[derive(Clone, Debug)]
pub struct Offers<P> {
    products: BTreeMap<(P, bool), Counts>,
    wider: BTreeMap<Level, Counts>,
}

/// The spread of prices of each product, drawn towards the wider groups above it: the brand's products of the
/// type, the brand's, all; second-hand goods apart. Medians and median absolute deviations, so that a few fakes or
/// slips do not move them; few offers say little (Efron and Morris, doi:10.1080/01621459.1975.10479864).
#[derive(Clone, Debug)]
pub struct Spreads<P> {
    products: BTreeMap<(P, bool), Group>,
    wider: BTreeMap<Level, Group>,
}

/// A group wider than one product.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    All(bool),
    Brand(bool, String),
    Kind(Kind),
}

impl<P: Ord> Default for Offers<P> {
    fn default() -> Self {
        Self {
            products: BTreeMap::new(),
            wider: BTreeMap::new(),
        }
    }
}

impl<P: Ord + Clone> Offers<P> {
    /// Adds an offer with the ratio of its price to the reference price; one that is no positive number is left out.
    pub fn add(&mut self, product: &P, kind: &Kind, ratio: f64) {
        let Some(bin) = bin(ratio) else { return };
        let own = (product.clone(), kind.second_hand);
        self.products.entry(own).or_default().add(bin);
        for (_, level) in levels(kind) {
            self.wider.entry(level).or_default().add(bin);
        }
    }

    /// How they lie.
    pub fn spreads(self) -> Spreads<P> {
        let group = |counts: Counts| Group::of(&counts);
        let products = self.products.into_iter();
        let wider = self.wider.into_iter();
        Spreads {
            products: products.map(|(key, counts)| (key, group(counts))).collect(),
            wider: wider.map(|(key, counts)| (key, group(counts))).collect(),
        }
    }
}

impl<P: Ord + Clone> Spreads<P> {
    /// Where `ratio` lies; `None` where too few offers of anything could be compared.
    pub fn place(&self, product: &P, kind: &Kind, ratio: f64) -> Option<Place> {
        let bin = bin(ratio)?;
        let own = self.products.get(&(product.clone(), kind.second_hand));
        let groups = std::iter::once((Among::Product, own)).chain(
            levels(kind)
                .into_iter()
                .map(|(among, level)| (among, self.wider.get(&level))),
        );
        let groups: Vec<(Among, &Group)> = groups
            .filter_map(|(among, group)| Some((among, group?)))
            .collect();
        let lowest = if kind.second_hand {
            f64::NEG_INFINITY
        } else {
            LOWEST_NEW.ln()
        };
        let spread = groups.iter().rev().fold(Spread::USUAL, |above, (_, own)| {
            own.spread(above).not_below(lowest)
        });
        let (among, counted) = groups
            .iter()
            .find(|(_, group)| group.offers >= LEAST_OFFERS)?;
        let offers = counted.offers;
        Some(Place {
            quantile: spread.quantile(ratio),
            usual: spread.middle.exp(),
            cheaper_than: f64::from(counted.above(bin)) / f64::from(offers),
            offers,
            among: *among,
        })
    }
}

/// The groups above a product, from the narrowest.
fn levels(kind: &Kind) -> [(Among, Level); 3] {
    [
        (Among::Kind, Level::Kind(kind.clone())),
        (
            Among::Brand,
            Level::Brand(kind.second_hand, kind.brand.clone()),
        ),
        (Among::All, Level::All(kind.second_hand)),
    ]
}

impl Spread {
    /// What is expected where nothing is known: offers about the reference price.
    const USUAL: Self = Self {
        middle: 0.0,
        width: USUAL_WIDTH,
    };

    /// Where `ratio` lies: the share of offers that would be lower if logarithms were normal, 0..=1.
    pub fn quantile(&self, ratio: f64) -> f64 {
        let z = (ratio.ln() - self.middle) / self.width;
        // Logistic approximation of the normal distribution, off by at most 0.0095 (doi:10.2307/2346841).
        1.0 / (1.0 + (-1.702 * z).exp())
    }

    fn not_below(self, lowest: f64) -> Self {
        Self {
            middle: self.middle.max(lowest),
            ..self
        }
    }
}

/// How many offers ask what, by [`bin`].
#[derive(Clone, Debug, Default)]
struct Counts(BTreeMap<i16, u32>);

impl Counts {
    fn add(&mut self, bin: i16) {
        let count = self.0.entry(bin).or_default();
        *count = count.saturating_add(1);
    }
}

/// How the offers of one group lie by themselves.
#[derive(Clone, Debug)]
struct Group {
    /// Offers.
    offers: u32,
    /// Bins that offers lie in, ascending, and how many lie there or below.
    up_to: Vec<(i16, u32)>,
    middle: f64,
    width: f64,
}

impl Group {
    fn of(counts: &Counts) -> Self {
        let own = |bin: i16| f64::from(bin) / BINS;
        let logs = counts.0.iter().map(|(bin, count)| (own(*bin), *count));
        let middle = median(logs.clone().collect());
        let deviations = logs.map(|(log, count)| ((log - middle).abs(), count));
        let width = MAD_TO_SIGMA * median(deviations.collect());
        let mut offers = 0u32;
        let up_to = counts.0.iter().map(|(bin, count)| {
            offers = offers.saturating_add(*count);
            (*bin, offers)
        });
        let up_to = up_to.collect();
        Self {
            offers,
            up_to,
            middle,
            width,
        }
    }

    /// Offers that ask more.
    fn above(&self, bin: i16) -> u32 {
        let dearer = self.up_to.partition_point(|(other, _)| *other <= bin);
        let others = dearer.checked_sub(1).map_or(0, |last| self.up_to[last].1);
        self.offers - others
    }

    /// Their spread, drawn towards that of the group above.
    fn spread(&self, above: Spread) -> Spread {
        let count = f64::from(self.offers);
        let weigh =
            |own: f64, above: f64| (count * own + PRIOR_OFFERS * above) / (count + PRIOR_OFFERS);
        Spread {
            middle: weigh(self.middle, above.middle),
            width: weigh(self.width, above.width).clamp(LEAST_WIDTH, GREATEST_WIDTH),
        }
    }
}

/// The bin of a ratio; `None` unless it is a positive number.
fn bin(ratio: f64) -> Option<i16> {
    let hundredths = (ratio.ln() * BINS).round();
    (ratio > 0.0 && ratio.is_finite()).then_some(hundredths as i16)
}

/// The middle of values that each occur so many times, between the two middle ones of an even number; 0 of nothing.
fn median(mut values: Vec<(f64, u32)>) -> f64 {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: u64 = values.iter().map(|(_, count)| u64::from(*count)).sum();
    let at = |place: u64| {
        let mut before = 0;
        let mut reached = values.iter().filter(|(_, count)| {
            before += u64::from(*count);
            before > place
        });
        reached.next().map_or(0.0, |(value, _)| *value)
    };
    if all % 2 == 1 {
        at(all / 2)
    } else {
        (at((all / 2).saturating_sub(1)) + at(all / 2)) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shoes() -> Kind {
        Kind {
            brand: "luma".to_owned(),
            product_type: "shoes".to_owned(),
            second_hand: false,
        }
    }

    fn collected(offers: impl IntoIterator<Item = (&'static str, f64)>) -> Offers<&'static str> {
        let mut collected = Offers::default();
        for (product, ratio) in offers {
            collected.add(&product, &shoes(), ratio);
        }
        collected
    }

    fn of(offers: impl IntoIterator<Item = (&'static str, f64)>) -> Spreads<&'static str> {
        collected(offers).spreads()
    }

    fn place(spreads: &Spreads<&'static str>, product: &'static str, ratio: f64) -> Place {
        spreads
            .place(&product, &shoes(), ratio)
            .expect("offers enough")
    }

    #[test]
    fn few_offers_are_drawn_towards_the_brands() {
        let brand = (0..200).map(|nth| ("other", 0.8 + 0.002 * f64::from(nth % 100)));
        let spreads = of(brand.chain([("a", 0.2)]));
        let low = place(&spreads, "a", 0.2);
        assert!(low.usual > 0.7 && low.quantile < 0.01, "{low:?}");
        assert_eq!((low.offers, low.among), (201, Among::Kind));
        assert!(place(&spreads, "a", 0.9).quantile > 0.3);
        let unheard_of = place(&spreads, "b", 0.2);
        assert!(unheard_of.quantile < 0.01, "{unheard_of:?}");
    }

    #[test]
    fn no_offers_no_place() {
        assert_eq!(of([]).place(&"a", &shoes(), 0.2), None);
        let few = of([("a", 0.9); 4]);
        assert_eq!(few.place(&"a", &shoes(), 0.2), None);
        let enough = of([("a", 0.9); 5]);
        assert_eq!(enough.place(&"a", &shoes(), f64::NAN), None);
        let used = Kind {
            second_hand: true,
            ..shoes()
        };
        assert_eq!(enough.place(&"a", &used, 0.2), None);
    }

    #[test]
    fn a_share_is_counted_and_its_own_price_is_not_above_itself() {
        let spreads = of((1..=40)
            .map(|nth| ("a", 0.5 + 0.02 * f64::from(nth)))
            .chain([("a", 0.2)]));
        let found = place(&spreads, "a", 0.2);
        assert_eq!((found.offers, found.among), (41, Among::Product));
        assert_eq!(found.cheaper_than, 40.0 / 41.0);
        assert_eq!(place(&spreads, "a", 5.0).cheaper_than, 0.0);
    }

    #[test]
    fn a_third_of_fakes_does_not_move_the_middle_far() {
        let honest = (0..20).map(|nth| ("a", 0.9 + 0.01 * f64::from(nth)));
        let spreads = of(honest.chain(std::iter::repeat_n(("a", 0.1), 9)));
        let found = place(&spreads, "a", 0.1);
        assert!(found.usual > 0.8 && found.quantile < 0.001, "{found:?}");
    }

    #[test]
    fn a_product_that_only_fakes_are_offered_of_does_not_make_them_ordinary() {
        for ratio in [0.1, 0.15, 0.2, 0.25] {
            let found = place(&of(vec![("a", ratio); 60]), "a", ratio);
            assert!(found.quantile < 0.01, "{ratio} {found:?}");
            assert_eq!(found.usual, LOWEST_NEW);
        }
        let all_over = (0..60).map(|nth| ("a", 0.1 + 0.03 * f64::from(nth)));
        let found = place(&of(all_over), "a", 0.15);
        assert!(found.quantile < 0.01, "{found:?}");
    }

    #[test]
    fn second_hand_goods_are_a_market_of_their_own() {
        let mut offers = collected((0..20).map(|nth| ("a", 0.9 + 0.01 * f64::from(nth))));
        let used = Kind {
            second_hand: true,
            ..shoes()
        };
        for nth in 0..20 {
            offers.add(&"a", &used, 0.2 + 0.02 * f64::from(nth));
        }
        let spreads = offers.spreads();
        let found = spreads.place(&"a", &used, 0.3).expect("offers enough");
        assert!(found.usual < 0.5 && found.quantile > 0.1, "{found:?}");
        assert!(place(&spreads, "a", 0.3).quantile < 0.001);
    }

    proptest! {
        #[test]
        fn cheaper_lies_lower(ratios in prop::collection::vec(0.01f64..5.0, 5..30), ratio in 0.01f64..5.0) {
            let spreads = of(ratios.iter().map(|ratio| ("a", *ratio)));
            let (low, high) = (place(&spreads, "a", ratio / 2.0), place(&spreads, "a", ratio));
            prop_assert!((0.0..=1.0).contains(&low.quantile) && low.quantile <= high.quantile);
            prop_assert!(low.cheaper_than >= high.cheaper_than);
        }

        #[test]
        fn the_order_of_offers_changes_nothing(ratios in prop::collection::vec(0.01f64..5.0, 5..30), ratio in 0.01f64..5.0) {
            let there = of(ratios.iter().map(|ratio| ("a", *ratio)));
            let back = of(ratios.iter().rev().map(|ratio| ("a", *ratio)));
            prop_assert_eq!(place(&there, "a", ratio), place(&back, "a", ratio));
        }

        #[test]
        fn a_median_is_that_of_the_values_written_out(values in prop::collection::vec(0u8..6, 0..20)) {
            let mut sorted: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
            sorted.sort_by(f64::total_cmp);
            let expected = match sorted.len() {
                0 => 0.0,
                count if count % 2 == 1 => sorted[count / 2],
                count => (sorted[count / 2 - 1] + sorted[count / 2]) / 2.0,
            };
            let counted = values.iter().map(|value| (f64::from(*value), 1)).collect();
            prop_assert_eq!(median(counted), expected);
        }
    }
}
