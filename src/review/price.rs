//! The asked price against what genuine offers of the product ask, as a picture.

use crate::export::display::{grouped, visible};
use crate::price::{Among, Comparable, Place};

const SENTENCE_LIMIT: usize = 400;

/// A price in words and as a picture.
pub(super) struct Price {
    pub asked: String,
    pub note: String,
    pub reference: String,
    pub picture: Option<Axis>,
}

/// Positions on an axis of 1000 from a twentieth of the reference price to four times it, in equal steps of proportion.
pub(super) struct Axis {
    pub asked: u32,
    pub reference: u32,
    /// Where eight in ten genuine offers are expected, and what they ask in the middle.
    pub spread: Option<[u32; 3]>,
    /// The whole picture in words.
    pub label: String,
    /// Which offers the spread is of.
    pub offers: String,
}

const LEAST: f64 = 0.05;
const MOST: f64 = 4.0;

fn at(ratio: f64) -> u32 {
    let part = (ratio.clamp(LEAST, MOST) / LEAST).ln() / (MOST / LEAST).ln();
    (part * 1000.0).round() as u32
}

impl Price {
    pub fn new(facts: &Comparable) -> Self {
        let note = match (facts.ratio, &facts.why_missing) {
            (Some(ratio), _) => format!("{:.0} % of the reference price", ratio * 100.0),
            (None, Some(why)) => format!("not compared: {}", visible(why, SENTENCE_LIMIT)),
            (None, None) => "not compared".to_owned(),
        };
        let money = |amount: Option<crate::record::Money>| amount.map(|money| money.to_string());
        let asked = money(facts.amount).unwrap_or_else(|| "no price".to_owned());
        let reference = money(facts.reference).unwrap_or_default();
        let picture = facts.ratio.map(|ratio| {
            let spread = facts.place.and_then(|place| spread(ratio, place));
            let mut label = format!("asked {asked}, reference {reference}");
            if let Some([low, middle, high]) = spread {
                let percent = |ratio: f64| format!("{:.0} %", 100.0 * ratio);
                label.push_str(&format!(
                    "; genuine offers ask {} of it in the middle, eight in ten {} to {}",
                    percent(middle),
                    percent(low),
                    percent(high)
                ));
            }
            Axis {
                asked: at(ratio),
                reference: at(1.0),
                spread: spread.map(|ratios| ratios.map(at)),
                label,
                offers: facts.place.map_or_else(String::new, offers),
            }
        });
        Self {
            asked,
            note,
            reference,
            picture,
        }
    }
}

/// The tenth, the middle and the ninetieth percentile of the spread, by the reference price: a price and its quantile tell
/// how wide it is.
fn spread(ratio: f64, place: Place) -> Option<[f64; 3]> {
    // The same approximation by which the quantile was made (`price::Spread::quantile`).
    let z = (place.quantile / (1.0 - place.quantile)).ln() / 1.702;
    let width = (ratio.ln() - place.usual.ln()) / z;
    let tenth = 1.2816 * width;
    let known = width.is_finite() && width > 0.0 && z.abs() > 0.05 && place.quantile > 0.0;
    known.then(|| [-tenth, 0.0, tenth].map(|step| place.usual * step.exp()))
}

fn offers(place: Place) -> String {
    let of = match place.among {
        Among::Product => "of this product",
        Among::Kind => "of the brand's products of this type",
        Among::Brand => "of the brand's products",
        Among::All => "of all products",
    };
    format!("{} offers {of}", grouped(place.offers.into()))
}

#[cfg(test)]
mod tests {
    use super::{at, spread};
    use crate::price::{Among, Place};

    #[test]
    fn a_price_and_its_quantile_tell_the_spread() {
        // Half of what is usual, at a width of 0.3: z = ln(0.5) / 0.3.
        let z = 0.5_f64.ln() / 0.3;
        let place = Place {
            quantile: 1.0 / (1.0 + (-1.702 * z).exp()),
            usual: 0.8,
            cheaper_than: 1.0,
            offers: 40,
            among: Among::Product,
        };
        let [low, middle, high] = spread(0.4, place).expect("a spread");
        assert!((middle - 0.8).abs() < 1e-9);
        assert!((low - 0.8 * (-0.38448_f64).exp()).abs() < 1e-6, "{low}");
        assert!((high * low - 0.64).abs() < 1e-9);
        assert_eq!(
            spread(
                0.8,
                Place {
                    quantile: 0.5,
                    ..place
                }
            ),
            None
        );
        assert_eq!(
            spread(
                0.4,
                Place {
                    quantile: 0.0,
                    ..place
                }
            ),
            None
        );
    }

    #[test]
    fn what_is_off_the_axis_is_at_its_end() {
        assert_eq!((at(0.001), at(0.05), at(4.0), at(90.0)), (0, 0, 1000, 1000));
        assert!(at(0.5) < at(1.0));
    }
}
