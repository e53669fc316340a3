//! Which of the owner's rights a notice about a listing could rest on.
//!
//! | ground | needs | right cited |
//! |---|---|---|
//! | `nonexistent` | a claimed model that the brand never made, beside an open mention of the brand | trademark |
//! | `trademark` | an open mention of the brand, disguised or not; else the brand's mark in a photo | trademark |
//! | `copyright` | a copy of an official photo, whose rights the owner holds; where no design is registered also the photo in other colours | copyright |
//! | `design` | no mention of the brand; a copied or recoloured reference image, or the product itself by its data, with a picture to compare | design |
//!
//! A mention is *open* when its confidence is at least [`SURE`] and no lawful context governs it: in
//! "case for Luma" and "used Luma" the name says what the goods fit or what they are, which is
//! lawful, and such a mention never makes the grounds `trademark` or `nonexistent`. A brand that is
//! mentioned in lawful ways only, and every brand when the whole listing says that it is second
//! hand, a book or the like, is *shielded*: its photo or its look alone does not make a ground
//! either, because someone who says openly that they sell an accessory or a second-hand piece
//! should not be accused over a picture. Replica slang lifts the shield of the picture, never that of the name.
//!
//! The table is also the order of preference. A model that never existed cannot be a genuine one
//! resold, so it is the plainest notice; a mark on show is what a trademark notice is for; a photo
//! can be copied by an honest reseller too, so it comes after the mark; a look needs the longest look.
//!
//! Only rights in force on the run's date count, and never a brand that authorised the seller. Of several the one is cited that
//! fits the place and the goods best ([`citation`]).

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::record::{Brand, BrandId, RightKind};
use crate::reference::{ImageHit, ImageRole, Verdict};
use crate::signals::Signals;
use crate::text::{Field, Mention};

use super::{CitedRight, Offer, citation};

/// The confidence from which a mention, an image hit or a product match counts.
pub const SURE: f64 = 0.5;

/// On what a notice could rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ground {
    /// A model that the brand never made, under its mark.
    Nonexistent,
    /// The mark on goods that are not the owner's.
    Trademark,
    /// The owner's photo, by someone with no right to it.
    Copyright,
    /// The look, without the name.
    Design,
}

impl Ground {
    /// All grounds, the preferred first.
    pub const ALL: [Self; 4] = [
        Self::Nonexistent,
        Self::Trademark,
        Self::Copyright,
        Self::Design,
    ];

    /// The word in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nonexistent => "nonexistent",
            Self::Trademark => "trademark",
            Self::Copyright => "copyright",
            Self::Design => "design",
        }
    }

    /// The ground with this word, in any case.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|ground| ground.as_str().eq_ignore_ascii_case(word.trim()))
    }

    /// What the right must protect that a notice on this ground cites.
    pub fn right_kind(self) -> RightKind {
        match self {
            Self::Nonexistent | Self::Trademark => RightKind::Trademark,
            Self::Copyright => RightKind::Copyright,
            Self::Design => RightKind::Design,
        }
    }

    /// The right of the brand's, in force on `day`, that a notice on this ground about `offer` should cite: the registered
    /// one that fits best, or the authorship of photos that the owner holds the rights to.
    pub fn right_of(self, brand: &Brand, day: Date, offer: &Offer) -> Option<CitedRight> {
        citation::cite(self, brand, day, offer)
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A ground with what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis<'a> {
    /// The ground.
    pub ground: Ground,
    /// The owner.
    pub brand: &'a Brand,
    /// The right to cite.
    pub right: CitedRight,
    /// What the ground rests on, as a sentence.
    pub because: String,
}

/// Why there is no ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBasis {
    /// The listing is lawful as it describes itself.
    LawfulContext,
    /// Nothing that a right in force covers.
    Nothing,
}

/// Finds the best ground; see the [module](self) for the rules.
///
/// `brand` looks up a registered brand. Equal evidence is told apart by its order in `signals`, so
/// the result depends on nothing else.
///
/// # Errors
/// [`NoBasis`] when there is none.
pub fn route<'a>(
    signals: &Signals,
    brand: impl Fn(&BrandId) -> Option<&'a Brand>,
    offer: &Offer,
    as_of: Date,
) -> Result<Basis<'a>, NoBasis> {
    let facts = Facts {
        signals,
        brand,
        offer,
        as_of,
    };
    facts
        .nonexistent()
        .or_else(|| facts.trademark())
        .or_else(|| facts.copyright(Verdict::Copy))
        .or_else(|| facts.design())
        .or_else(|| facts.copyright(Verdict::Recoloured))
        .ok_or_else(|| {
            let mut mentions = signals.reading.mentions.iter();
            let named = mentions.any(|mention| mention.confidence >= SURE && mention.lawful);
            if named || lawful_as_a_whole(signals) {
                NoBasis::LawfulContext
            } else {
                NoBasis::Nothing
            }
        })
}

/// Whether the whole listing says of itself what makes every brand's name in it lawful.
fn lawful_as_a_whole(signals: &Signals) -> bool {
    let mut contexts = signals.reading.contexts.iter();
    contexts.any(|context| context.brand.is_none() && context.kind.lawful_without_brand_rights())
}

/// The mentions that use a brand's name as a mark would be: sure, and in no lawful context.
pub fn open_mentions(signals: &Signals) -> impl Iterator<Item = &Mention> {
    signals
        .reading
        .mentions
        .iter()
        .filter(|mention| mention.confidence >= SURE && !mention.lawful)
}

struct Facts<'s, F> {
    signals: &'s Signals,
    brand: F,
    offer: &'s Offer,
    as_of: Date,
}

impl<'a, F: Fn(&BrandId) -> Option<&'a Brand>> Facts<'_, F> {
    fn nonexistent(&self) -> Option<Basis<'a>> {
        let model = self.signals.nonexistent_model.as_ref()?;
        let (mention, brand, right) = self.marked_mention()?;
        let because = format!(
            "{} offers \"{model}\" as {}; {} has no such model in its catalog.",
            subject(mention.field),
            brand.name,
            brand.name
        );
        Some(Basis {
            ground: Ground::Nonexistent,
            brand,
            right,
            because,
        })
    }

    fn trademark(&self) -> Option<Basis<'a>> {
        self.named_trademark().or_else(|| self.shown_trademark())
    }

    fn named_trademark(&self) -> Option<Basis<'a>> {
        let (mention, brand, right) = self.marked_mention()?;
        let disguised = if mention.disguise.is_some() {
            ", disguised,"
        } else {
            ""
        };
        let because = format!(
            "{} uses \"{}\"{disguised} for goods offered as {}.",
            subject(mention.field),
            mention.text,
            brand.name
        );
        Some(Basis {
            ground: Ground::Trademark,
            brand,
            right,
            because,
        })
    }

    fn shown_trademark(&self) -> Option<Basis<'a>> {
        let cited = |brand| Ground::Trademark.right_of(brand, self.as_of, self.offer);
        let (file, hit, brand) = self.best_hit(|hit, brand| {
            hit.role == ImageRole::Mark && hit.verdict != Verdict::Related && cited(brand).is_some()
        })?;
        let because = format!(
            "Image \"{file}\" shows {}'s mark \"{}\".",
            brand.name, hit.reference
        );
        Some(Basis {
            ground: Ground::Trademark,
            brand,
            right: cited(brand)?,
            because,
        })
    }

    fn copyright(&self, verdict: Verdict) -> Option<Basis<'a>> {
        let (file, hit, brand) = self.best_hit(|hit, brand| {
            hit.role == ImageRole::Official && hit.verdict == verdict && brand.image_rights
        })?;
        let right = Ground::Copyright.right_of(brand, self.as_of, self.offer)?;
        let colours = match verdict {
            Verdict::Recoloured => " in other colours",
            _ => "",
        };
        let because = format!(
            "Image \"{file}\" is {}'s own photo \"{}\"{colours}; the seller is not authorised to use it.",
            brand.name, hit.reference
        );
        Some(Basis {
            ground: Ground::Copyright,
            brand,
            right,
            because,
        })
    }

    fn design(&self) -> Option<Basis<'a>> {
        let protected = |brand: &'a Brand| {
            let right = Ground::Design.right_of(brand, self.as_of, self.offer)?;
            (!self.mentioned(&brand.id)).then_some((brand, right))
        };
        let shown = self.best_hit(|hit, brand| {
            hit.role != ImageRole::Mark
                && hit.verdict != Verdict::Related
                && protected(brand).is_some()
        });
        if let Some((file, hit, brand)) = shown {
            let (brand, right) = protected(brand)?;
            let because = format!(
                "Image \"{file}\" shows the look of \"{}\" without naming {}.",
                hit.reference, brand.name
            );
            return Some(Basis {
                ground: Ground::Design,
                brand,
                right,
                because,
            });
        }
        // Data alone shows no look: without a picture there is nothing to hold against the design.
        if self
            .signals
            .images
            .iter()
            .all(|image| image.content.is_none())
        {
            return None;
        }
        let product = self.signals.products.iter().find_map(|hit| {
            let brand = self
                .eligible(&hit.brand)
                .filter(|_| hit.probability >= SURE)?;
            protected(brand).map(|(brand, right)| (hit, brand, right))
        });
        let (hit, brand, right) = product?;
        let because = format!(
            "The listing is {}'s \"{}\" by its data ({}) without naming {}.",
            brand.name, hit.title, hit.why, brand.name
        );
        Some(Basis {
            ground: Ground::Design,
            brand,
            right,
            because,
        })
    }

    /// The surest open mention of a brand with a trademark in force.
    fn marked_mention(&self) -> Option<(&Mention, &'a Brand, CitedRight)> {
        let mut best: Option<(&Mention, &'a Brand, CitedRight)> = None;
        for mention in open_mentions(self.signals) {
            if best
                .as_ref()
                .is_some_and(|(first, ..)| first.confidence >= mention.confidence)
            {
                continue;
            }
            let Some(brand) = self.registered(&mention.brand) else {
                continue;
            };
            if let Some(right) = Ground::Trademark.right_of(brand, self.as_of, self.offer) {
                best = Some((mention, brand, right));
            }
        }
        best
    }

    /// The surest image hit that `fits` and whose brand is not shielded.
    fn best_hit(
        &self,
        fits: impl Fn(&ImageHit, &'a Brand) -> bool,
    ) -> Option<(&str, &ImageHit, &'a Brand)> {
        let mut best: Option<(&str, &ImageHit, &'a Brand)> = None;
        for image in &self.signals.images {
            for hit in image.hits.iter().filter(|hit| hit.confidence >= SURE) {
                if best.is_some_and(|(_, first, _)| first.confidence >= hit.confidence) {
                    continue;
                }
                if let Some(brand) = self.eligible(&hit.brand).filter(|brand| fits(hit, brand)) {
                    best = Some((&image.file, hit, brand));
                }
            }
        }
        best
    }

    /// A registered brand that did not authorise the seller.
    fn registered(&self, id: &BrandId) -> Option<&'a Brand> {
        if self.signals.authorised_by.contains(id) {
            None
        } else {
            (self.brand)(id)
        }
    }

    /// The same, unless the listing speaks of it in lawful ways only.
    fn eligible(&self, id: &BrandId) -> Option<&'a Brand> {
        self.registered(id).filter(|_| !self.shielded(id))
    }

    fn shielded(&self, id: &BrandId) -> bool {
        let openly = open_mentions(self.signals).any(|mention| &mention.brand == id);
        let lawfully = self.mentioned(id) || lawful_as_a_whole(self.signals);
        lawfully && !openly && self.signals.reading.slang.is_empty()
    }

    fn mentioned(&self, id: &BrandId) -> bool {
        let mut mentions = self.signals.reading.mentions.iter();
        mentions.any(|mention| &mention.brand == id && mention.confidence >= SURE)
    }
}

fn subject(field: Field) -> &'static str {
    match field {
        Field::Title => "The title",
        Field::Description => "The description",
        Field::Brand => "The brand field",
    }
}

#[cfg(test)]
mod tests;
