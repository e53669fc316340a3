use std::collections::BTreeMap;

/// Offers that a group needs for its own figures to weigh as much as those of the group above it.
const PRIOR_OFFERS: f64 = 8.0;

/// The half width, in |ln ratio|, that one product's genuine offers have where nothing is known: offers of one
/// product across shops differ by a median of .13 to .18.
const USUAL_WIDTH: f64 = 0.16;

/// From the median absolute deviation to the standard deviation of a normal distribution.
const MAD_TO_SIGMA: f64 = 1.4826;

/// What offers are like each other by: more of it is a narrower group.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// The brand.
    pub brand: String,
    /// The type of goods.
    pub product_type: String,
    /// The condition.
    pub condition: String,
    /// The product.
    pub product: String,
}

/// How prices lie around the reference price, in natural logarithms of the ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle.
    pub middle: f64,
    /// A robust standard deviation.
    pub width: f64,
    /// Offers of the narrowest group that has any.
    pub offers: u32,
}

/// The spread of prices in each group, each drawn towards the wider group above it: product, then brand with type
/// and condition, then brand, then all. Medians and median absolute deviations, so that a few fakes or slips
/// do not move them; few offers say little (Efron and Morris, doi:10.1080/01621459.1975.10479864).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spreads {
    by_group: BTreeMap<Group, Spread>,
}

impl Spreads {
    /// From offers with the ratio of price to reference price; ratios that are no positive numbers are left out.
    pub fn new<'a>(offers: impl IntoIterator<Item = (&'a Group, f64)>) -> Self {
        let mut logs: BTreeMap<Group, Vec<f64>> = BTreeMap::new();
        for (group, ratio) in offers {
            if ratio > 0.0 && ratio.is_finite() {
                for wider in group.levels() {
                    logs.entry(wider).or_default().push(ratio.ln());
                }
            }
        }
        let mut by_group: BTreeMap<Group, Spread> = BTreeMap::new();
        // Wider groups have more empty fields and come first, so each finds the one above it.
        for (group, logs) in &mut logs {
            let above = group
                .levels()
                .skip(1)
                .find_map(|wider| by_group.get(&wider));
            let (middle, width) =
                above.map_or((0.0, USUAL_WIDTH), |above| (above.middle, above.width));
            by_group.insert(group.clone(), shrunk(logs, middle, width));
        }
        Self { by_group }
    }

    /// The spread of `group`, or of the narrowest group above it with offers; `None` without any offer.
    pub fn of(&self, group: &Group) -> Option<Spread> {
        group
            .levels()
            .find_map(|wider| self.by_group.get(&wider).copied())
    }
}

impl Spread {
    /// Where `ratio` lies: the share of offers that would be lower if logarithms were normal, 0..=1.
    pub fn quantile(&self, ratio: f64) -> f64 {
        let z = (ratio.ln() - self.middle) / self.width;
        // Logistic approximation of the normal distribution, off by at most 0.0095 (doi:10.2307/2346841).
        1.0 / (1.0 + (-1.702 * z).exp())
    }
}

impl Group {
    /// The group itself, then ever wider ones.
    fn levels(&self) -> impl Iterator<Item = Group> {
        let kind = Group {
            product: String::new(),
            ..self.clone()
        };
        let brand = Group {
            brand: self.brand.clone(),
            ..Group::default()
        };
        let mut levels = vec![self.clone(), kind, brand, Group::default()];
        levels.dedup();
        levels.into_iter()
    }
}

fn shrunk(logs: &mut [f64], middle: f64, width: f64) -> Spread {
    let own = median(logs);
    let mut deviations: Vec<f64> = logs.iter().map(|log| (log - own).abs()).collect();
    let own_width = MAD_TO_SIGMA * median(&mut deviations);
    let count = logs.len() as f64;
    let weigh =
        |own: f64, above: f64| (count * own + PRIOR_OFFERS * above) / (count + PRIOR_OFFERS);
    Spread {
        middle: weigh(own, middle),
        width: weigh(own_width, width).max(f64::EPSILON),
        offers: u32::try_from(logs.len()).unwrap_or(u32::MAX),
    }
}

/// Sorts; 0 of nothing.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[count / 2],
        count => (values[count / 2 - 1] + values[count / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shoe(product: &str) -> Group {
        Group {
            brand: "luma".to_owned(),
            product_type: "shoes".to_owned(),
            condition: "new".to_owned(),
            product: product.to_owned(),
        }
    }

    #[test]
    fn few_offers_are_drawn_towards_the_brands() {
        let brand: Vec<(Group, f64)> = (0..200)
            .map(|nth| (shoe("other"), 0.8 + 0.002 * f64::from(nth % 100)))
            .collect();
        let one = (shoe("a"), 0.2);
        let offers = brand.iter().chain(std::iter::once(&one));
        let spreads = Spreads::new(offers.map(|(group, ratio)| (group, *ratio)));
        let spread = spreads.of(&shoe("a")).expect("it has an offer");
        assert_eq!(spread.offers, 1);
        assert!(spread.middle > 0.7f64.ln(), "{spread:?}");
        assert!(
            spread.quantile(0.2) < 0.01 && spread.quantile(0.9) > 0.3,
            "{spread:?}"
        );
        assert_eq!(spreads.of(&shoe("unheard of")), spreads.of(&shoe("")));
        assert_eq!(Spreads::default().of(&shoe("a")), None);
    }

    #[test]
    fn a_third_of_fakes_does_not_move_the_middle_far() {
        let honest = (0..20).map(|nth| 0.9 + 0.01 * f64::from(nth));
        let offers: Vec<(Group, f64)> = honest
            .chain(std::iter::repeat_n(0.1, 9))
            .map(|ratio| (shoe("a"), ratio))
            .collect();
        let spreads = Spreads::new(offers.iter().map(|(group, ratio)| (group, *ratio)));
        let spread = spreads.of(&shoe("a")).expect("it has offers");
        assert!(spread.middle > 0.8f64.ln(), "{spread:?}");
        assert!(spread.quantile(0.1) < 0.001);
    }

    proptest! {
        #[test]
        fn cheaper_lies_lower(ratios in prop::collection::vec(0.01f64..5.0, 1..30), ratio in 0.01f64..5.0) {
            let group = shoe("a");
            let spreads = Spreads::new(ratios.iter().map(|ratio| (&group, *ratio)));
            let spread = spreads.of(&group).expect("it has offers");
            let (low, high) = (spread.quantile(ratio / 2.0), spread.quantile(ratio));
            prop_assert!((0.0..=1.0).contains(&low) && low <= high && high <= 1.0);
        }
    }
}
