//! Who offers it and what else they offer.
//!
//! New and small sellers are mostly honest: these cues say how little is known of a seller, and a
//! candidate needs another family beside them.

use crate::signals::SellerRelation;

use super::cue::{Cue, Direction, Family, Input, indicator};
use super::price;

/// After so many days an account counts half as new.
const NEWNESS_HALF_LIFE: f64 = 90.0;

/// With so many sales a seller counts half as untried.
const UNTRIED_SALES: f64 = 20.0;

/// A rating from here on is no cue.
const GOOD_RATING: f64 = 4.5;

/// Shares are taken as if the seller had this many more listings that show nothing, so that one
/// listing of a small seller does not make a share of 100 %.
const PRIOR_LISTINGS: f64 = 4.0;

/// log2 of 16 brands: more of them say nothing new.
const MOST_BRANDS_LOG2: f64 = 4.0;

/// Pieces on offer that make a stock as large as it counts.
const LARGE_STOCK: f64 = 1000.0;

/// A new account: 1 on the first day, half after 90 days.
pub const NEW_ACCOUNT: Cue = Cue {
    name: "seller.new_account",
    family: Family::Seller,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: newness,
    sentence: |input| {
        let days = input.relations.seller.age_days.unwrap_or_default();
        format!("The seller's account is {days} days old.")
    },
};

/// Few or no sales so far: 1 with none, half with 20.
pub const FEW_SALES: Cue = Cue {
    name: "seller.few_sales",
    family: Family::Seller,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| Some(UNTRIED_SALES / (UNTRIED_SALES + input.listing.seller.sales? as f64)),
    sentence: |input| {
        let sales = input.listing.seller.sales.unwrap_or_default();
        format!("The seller has {sales} sales so far.")
    },
};

/// A rating below 4.5 of 5. Many marketplaces write 0 where nobody has rated yet.
pub const LOW_RATING: Cue = Cue {
    name: "seller.low_rating",
    family: Family::Seller,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| Some(((GOOD_RATING - rating(input)?) / GOOD_RATING).max(0.0)),
    sentence: |input| {
        let rating = input.listing.seller.rating.unwrap_or_default();
        format!("Buyers rate the seller {rating:.1} of 5.")
    },
};

/// Neither age nor sales nor rating of the seller are known.
pub const UNKNOWN: Cue = Cue {
    name: "seller.unknown",
    family: Family::Seller,
    direction: Direction::Either,
    range: (0.0, 1.0),
    value: |input| {
        let seller = &input.listing.seller;
        let known = input.relations.seller.age_days.is_some()
            || seller.sales.is_some()
            || rating(input).is_some();
        Some(indicator(!known))
    },
    sentence: |_| "Nothing is known of the seller's age, sales or rating.".to_owned(),
};

/// The share of the seller's other listings with disguised brand names or replica slang.
pub const EVASIVE_SHARE: Cue = Cue {
    name: "seller.evasive_share",
    family: Family::Seller,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| {
        let seller = others(input)?;
        Some(share(seller.disguised.max(seller.slang), seller.listings))
    },
    sentence: |input| {
        let seller = others(input).unwrap_or_default();
        format!(
            "Of the seller's {} other listings, {} with a brand's name in disguise and {} with words of the replica trade.",
            seller.listings, seller.disguised, seller.slang
        )
    },
};

/// The share of the comparable prices of the seller's other listings that are under half of the reference price.
pub const BELOW_HALF_SHARE: Cue = Cue {
    name: "seller.below_half_share",
    family: Family::Seller,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| {
        let seller = others(input)?;
        (seller.priced > 0).then(|| share(seller.below_half, seller.priced))
    },
    sentence: |input| {
        let seller = others(input).unwrap_or_default();
        format!(
            "Of the {} comparable prices of the seller's other listings {} are under half of the reference price.",
            seller.priced, seller.below_half
        )
    },
};

/// Many registered brands under one seller: log2 of their number.
pub const MANY_BRANDS: Cue = Cue {
    name: "seller.many_brands",
    family: Family::Seller,
    direction: Direction::Raises,
    range: (0.0, MOST_BRANDS_LOG2),
    value: |input| {
        let seller = known(input)?;
        Some((seller.brands.max(1) as f64).log2())
    },
    sentence: |input| {
        let brands = input.relations.seller.brands;
        format!("The seller offers goods of {brands} registered brands.")
    },
};

/// A large stock from a new account.
pub const LARGE_STOCK_NEW_ACCOUNT: Cue = Cue {
    name: "seller.large_stock_new_account",
    family: Family::Seller,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| Some(stock(input)? * newness(input)?),
    sentence: |input| {
        let days = input.relations.seller.age_days.unwrap_or_default();
        let pieces = input.listing.quantity.unwrap_or_default();
        format!("An account {days} days old offers {pieces} pieces.")
    },
};

/// A large stock from a new account that no brand authorised, at about the reference price or less: the other side of a price
/// far too low. Fakes that mean to deceive are sold near what a shop asks; what is cheaper is no less suspicious, so that a
/// cut in price never pays. It stands with the seller, whose cues are bounded and make no candidate, since honest shops open too.
pub const BULK_AT_USUAL_PRICE: Cue = Cue {
    name: "seller.bulk_at_usual_price",
    family: Family::Seller,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| {
        let usual = price::no_more_than_usual(input)? * stock(input)? * newness(input)?;
        let authorised = !input.signals.authorised_by.is_empty();
        Some(if authorised { 0.0 } else { usual })
    },
    sentence: |input| {
        let days = input.relations.seller.age_days.unwrap_or_default();
        let pieces = input.listing.quantity.unwrap_or_default();
        format!(
            "An account {days} days old, which no brand authorised, offers {pieces} pieces at about the reference price or less."
        )
    },
};

/// How large the stock is: 0 for one piece, 1 from a thousand on, by the logarithm.
fn stock(input: &Input<'_>) -> Option<f64> {
    let pieces = f64::from(input.listing.quantity?.max(1));
    Some((pieces.ln() / LARGE_STOCK.ln()).min(1.0))
}

/// See [`NEW_ACCOUNT`]. A first day after the run's date is read as the run's date.
fn newness(input: &Input<'_>) -> Option<f64> {
    let days = input.relations.seller.age_days?.max(0) as f64;
    Some((-days / NEWNESS_HALF_LIFE).exp2())
}

/// The seller's rating, when anybody has rated: 0 and what lies off the scale of 5 are none.
fn rating(input: &Input<'_>) -> Option<f64> {
    let rating = input.listing.seller.rating?;
    (rating > 0.0 && rating <= 5.0).then_some(rating)
}

/// What the feed tells of the seller; nothing of a listing that names none.
fn known<'a>(input: &Input<'a>) -> Option<&'a SellerRelation> {
    let seller = &input.relations.seller;
    (seller.listings > 0).then_some(seller)
}

fn others(input: &Input<'_>) -> Option<SellerRelation> {
    Some(known(input)?.without(input.signals))
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / (whole as f64 + PRIOR_LISTINGS)
}

#[cfg(test)]
mod tests {
    use crate::signals::SellerRelation;

    use super::super::fixture::Case;

    fn get(case: &Case, name: &str) -> Option<f64> {
        case.row().get(name)
    }

    #[test]
    fn newness_halves_every_90_days() {
        let mut case = Case::default();
        assert_eq!(get(&case, "seller.new_account"), None);
        for (days, value) in [(-5, 1.0), (0, 1.0), (90, 0.5), (180, 0.25)] {
            case.relations.seller.age_days = Some(days);
            assert_eq!(get(&case, "seller.new_account"), Some(value), "{days} days");
        }
    }

    #[test]
    fn an_old_account_with_a_large_stock_is_told_nothing() {
        let mut case = Case::default();
        case.listing.quantity = Some(1000);
        for (days, told) in [(10, true), (3650, false)] {
            case.relations.seller.age_days = Some(days);
            for cue in [&super::NEW_ACCOUNT, &super::LARGE_STOCK_NEW_ACCOUNT] {
                let said = cue.explain(&case.input());
                assert_eq!(said.is_some(), told, "{days} days: {said:?}");
            }
        }
    }

    #[test]
    fn unknown_means_that_nothing_is_known() {
        let mut case = Case::default();
        assert_eq!(get(&case, "seller.unknown"), Some(1.0));
        case.listing.seller.sales = Some(0);
        assert_eq!(get(&case, "seller.unknown"), Some(0.0));
        assert_eq!(get(&case, "seller.few_sales"), Some(1.0));
        case.listing.seller.sales = Some(20);
        assert_eq!(get(&case, "seller.few_sales"), Some(0.5));
    }

    #[test]
    fn a_rating_out_of_its_scale_is_missing() {
        let mut case = Case::default();
        for (rating, value) in [
            (1.0, Some(3.5 / 4.5)),
            (4.8, Some(0.0)),
            (93.0, None),
            (f64::NAN, None),
        ] {
            case.listing.seller.rating = Some(rating);
            assert_eq!(get(&case, "seller.low_rating"), value, "{rating}");
        }
    }

    #[test]
    fn a_seller_whom_nobody_has_rated_yet_is_not_a_badly_rated_one() {
        let mut case = Case::default();
        case.listing.seller.rating = Some(0.0);
        assert_eq!(get(&case, "seller.low_rating"), None);
        assert_eq!(get(&case, "seller.unknown"), Some(1.0));
    }

    #[test]
    fn listings_without_a_seller_have_no_cues_of_other_listings() {
        let case = Case::default();
        for name in [
            "seller.evasive_share",
            "seller.below_half_share",
            "seller.many_brands",
        ] {
            assert_eq!(get(&case, name), None, "{name}");
        }
    }

    #[test]
    fn one_listing_does_not_make_a_share_of_a_hundred_percent() {
        let mut case = Case::default();
        case.relations.seller = SellerRelation {
            listings: 2,
            disguised: 1,
            ..SellerRelation::default()
        };
        assert_eq!(get(&case, "seller.evasive_share"), Some(0.2));
        case.relations.seller = SellerRelation {
            listings: 97,
            slang: 90,
            ..SellerRelation::default()
        };
        assert_eq!(get(&case, "seller.evasive_share"), Some(0.9));
    }

    #[test]
    fn a_share_is_of_the_other_listings() {
        let mut case = Case::default();
        case.signals.price.ratio = Some(0.2);
        case.relations.seller = SellerRelation {
            listings: 1,
            priced: 1,
            below_half: 1,
            ..SellerRelation::default()
        };
        assert_eq!(get(&case, "seller.below_half_share"), None);
        assert_eq!(get(&case, "seller.evasive_share"), Some(0.0));
    }

    #[test]
    fn a_usual_price_is_a_cue_only_with_a_stock_a_new_account_and_no_leave() {
        let name = "seller.bulk_at_usual_price";
        let mut case = Case::default();
        case.listing.quantity = Some(1000);
        case.relations.seller.age_days = Some(0);
        assert_eq!(get(&case, name), None, "no price to compare");
        case.set_ratio(1.0);
        assert_eq!(get(&case, name), Some(1.0));
        case.set_ratio(0.6);
        assert_eq!(get(&case, name), Some(1.0), "a cut in price hides nothing");
        case.set_ratio(1.5);
        assert_eq!(get(&case, name), Some(0.0), "dearer than anybody's");
        case.set_ratio(1.0);
        case.listing.quantity = Some(1);
        assert_eq!(get(&case, name), Some(0.0));
        case.listing.quantity = Some(1000);
        case.relations.seller.age_days = Some(90);
        assert_eq!(get(&case, name), Some(0.5));
        case.signals.authorised_by = vec!["luma".into()];
        assert_eq!(get(&case, name), Some(0.0));
    }

    #[test]
    fn where_a_seller_is_from_changes_nothing() {
        let mut case = Case::default();
        let before = case.row();
        case.listing.seller.country = "CN".into();
        case.listing.seller.ships_from = "CN".into();
        case.listing.seller.name = "深圳商店".into();
        case.signals.reading.language = Some("cmn".into());
        assert_eq!(case.row(), before);
    }
}
