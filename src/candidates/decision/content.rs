use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::record::{ContentHash, Money};
use crate::signals::ReadListing;

/// What a listing said when it was decided: as long as it says the same, nobody need decide again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// A hash over what a decision rests on: who sells, title, description, brand field, article and part numbers,
    /// condition, and what the images hold.
    pub key: ContentHash,
    /// The asked price.
    pub price: Option<Money>,
}

/// The share of a price by which it may move without another decision.
const PRICE_MARGIN: f64 = 0.2;

impl Content {
    /// What `read` says. Case and white space of texts do not matter, nor the order of images or their names where they
    /// could be read.
    pub fn of(read: &ReadListing) -> Self {
        let listing = &read.listing;
        let folded = |text: &str| {
            let words = text.split_whitespace().map(str::to_lowercase);
            words.collect::<Vec<_>>().join(" ")
        };
        let images: BTreeSet<String> = if read.signals.images.is_empty() {
            listing.images.iter().cloned().collect()
        } else {
            let images = read.signals.images.iter();
            images
                .map(|image| match image.content {
                    Some(content) => content.to_string(),
                    None => image.file.clone(),
                })
                .collect()
        };
        let parts = (
            listing.seller.id.as_str(),
            [
                &listing.title,
                &listing.description,
                &listing.brand,
                &listing.mpn,
            ]
            .map(|text| folded(text)),
            listing.gtin.as_ref().map(ToString::to_string),
            listing.condition.map(|condition| format!("{condition:?}")),
            images,
        );
        Self {
            key: ContentHash::of(format!("{parts:?}").as_bytes()),
            price: listing.asking_price(),
        }
    }

    /// Whether nothing that mattered changed between the two: the same key, and a price in the same currency that moved
    /// by no more than a fifth of the earlier one.
    pub fn stands_for(&self, later: &Self) -> bool {
        let price = match (self.price, later.price) {
            (Some(before), Some(after)) if before.currency() == after.currency() => {
                let moved = (after.major() - before.major()).abs();
                moved <= PRICE_MARGIN * before.major()
            }
            (before, after) => before == after,
        };
        price && self.key == later.key
    }
}

#[cfg(test)]
mod tests {
    use crate::candidates::invented::World;
    use crate::record::Money;
    use crate::signals::ReadListing;

    use super::Content;

    fn read() -> ReadListing {
        let world = World::default();
        ReadListing {
            listing: world.listing,
            signals: world.signals,
        }
    }

    #[test]
    fn spaces_case_and_small_moves_of_the_price_change_nothing_that_matters() {
        let before = Content::of(&read());
        let mut later = read();
        later.listing.title = format!("  {} ", later.listing.title.to_uppercase());
        later.listing.price = Money::parse("36 USD", None).ok();
        later.listing.sale_price = None;
        let mut first = before.clone();
        first.price = Money::parse("39 USD", None).ok();
        assert!(first.stands_for(&Content::of(&later)));
        later.listing.price = Money::parse("20 USD", None).ok();
        assert!(!first.stands_for(&Content::of(&later)));
    }

    #[test]
    fn other_words_another_seller_and_other_images_matter() {
        let before = Content::of(&read());
        let mut words = read();
        words.listing.description.push_str(" replica");
        let mut seller = read();
        seller.listing.seller.id = "somebody-else".into();
        let mut images = read();
        for image in &mut images.signals.images {
            image.content = Some(crate::record::ContentHash::of(b"another"));
        }
        images.listing.images.push("another.jpg".to_owned());
        for changed in [words, seller, images] {
            assert!(!before.stands_for(&Content::of(&changed)));
        }
    }
}
