//! What title, description and brand field say.

use crate::text::{ContextKind, Disguise, Mention};

use super::cue::{Cue, Direction, Family, Input, indicator};

/// Slang weights add up to at most this: three sure words say all that a fourth could.
const MOST_SLANG: f64 = 3.0;

/// A title at least this like the reference's is taken for a copy.
const COPIED_TITLE: f64 = 0.9;

/// A brand's name, plainly written, outside any lawful context, by an unauthorised seller.
pub const BRAND_MENTION: Cue = Cue {
    name: "text.brand_mention",
    family: Family::Text,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| Some(surest(input, is_plain)),
    sentence: |input| match mention(input, is_plain) {
        Some(found) => format!(
            "The {} names the brand {} (\"{}\"), and this seller is not authorised.",
            field(found),
            found.brand,
            found.text
        ),
        None => String::new(),
    },
};

/// A brand's name written so that a person reads it and a filter does not.
pub const DISGUISED: Cue = Cue {
    name: "text.disguised",
    family: Family::Text,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| Some(surest(input, is_evasive)),
    sentence: |input| match mention(input, is_evasive) {
        Some(found) => format!(
            "The {} writes the brand {} in disguise: \"{}\".",
            field(found),
            found.brand,
            found.text
        ),
        None => String::new(),
    },
};

/// A brand's name with a letter wrong, which may be a slip.
pub const MISSPELT: Cue = Cue {
    name: "text.misspelt",
    family: Family::Text,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| Some(surest(input, is_misspelt)),
    sentence: |input| match mention(input, is_misspelt) {
        Some(found) => format!(
            "The {} misspells the brand {}: \"{}\".",
            field(found),
            found.brand,
            found.text
        ),
        None => String::new(),
    },
};

/// Words of the replica trade: the sum of their weights.
pub const SLANG: Cue = Cue {
    name: "text.slang",
    family: Family::Text,
    direction: Direction::Raises,
    range: (0.0, MOST_SLANG),
    value: |input| {
        // "1:1" and "mirror quality" are ordinary words where no brand's goods are offered.
        if input.signals.subject().is_none() {
            return Some(0.0);
        }
        let words = &input.signals.reading.slang;
        Some(words.iter().map(|word| word.weight.max(0.0)).sum())
    },
    sentence: |input| {
        let slang = &input.signals.reading.slang;
        let words: Vec<String> = slang
            .iter()
            .map(|word| format!("\"{}\" ({})", word.text, word.meaning))
            .collect();
        format!(
            "The text uses words of the replica trade: {}.",
            words.join(", ")
        )
    },
};

/// An invitation to deal outside the marketplace.
pub const CONTACT: Cue = Cue {
    name: "text.contact",
    family: Family::Text,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| Some(indicator(!input.signals.reading.contacts.is_empty())),
    sentence: |input| {
        let contacts = input.signals.reading.contacts.join("\", \"");
        format!("The text leads buyers off the marketplace: \"{contacts}\".")
    },
};

/// Something made to go with a brand's product: a case *for* it.
pub const ACCESSORY: Cue = Cue {
    name: "text.accessory",
    family: Family::Text,
    direction: Direction::Lowers,
    range: (0.0, 1.0),
    value: |input| Some(indicator(input.context(ACCESSORIES).is_some())),
    sentence: |input| {
        let words = input.context(ACCESSORIES).unwrap_or_default();
        format!(
            "The text offers something that goes with the brand's product (\"{words}\"), which is lawful."
        )
    },
};

/// The goods are offered as used.
pub const SECOND_HAND: Cue = Cue {
    name: "text.second_hand",
    family: Family::Text,
    direction: Direction::Lowers,
    range: (0.0, 1.0),
    value: |input| Some(indicator(input.second_hand())),
    sentence: |input| match (input.context(&[ContextKind::Used]), input.listing.condition) {
        (Some(words), _) => {
            format!("The goods are offered as used (\"{words}\"); reselling them is lawful.")
        }
        (None, condition) => format!(
            "The goods are offered as {}; reselling them is lawful.",
            condition.map_or("used", |condition| condition.as_str())
        ),
    },
};

/// Parts, repair, a book, a box or a model of the product, not the product.
pub const ABOUT_THE_PRODUCT: Cue = Cue {
    name: "text.about_the_product",
    family: Family::Text,
    direction: Direction::Lowers,
    range: (0.0, 1.0),
    value: |input| Some(indicator(input.context(ABOUT).is_some())),
    sentence: |input| {
        let words = input.context(ABOUT).unwrap_or_default();
        format!("The text offers something about the product (\"{words}\"), not the product.")
    },
};

/// How probably this is a product of the reference catalog.
pub const PRODUCT_MATCH: Cue = Cue {
    name: "text.product_match",
    family: Family::Text,
    direction: Direction::Either,
    range: (0.0, 1.0),
    value: |input| {
        Some(
            input
                .signals
                .products
                .first()
                .map_or(0.0, |hit| hit.probability),
        )
    },
    sentence: |input| match input.signals.products.first() {
        Some(hit) => format!(
            "The listing matches \"{}\", {}'s product {} ({}).",
            hit.title, hit.brand, hit.product_id, hit.why
        ),
        None => String::new(),
    },
};

/// A model that the brand never made.
pub const NONEXISTENT_MODEL: Cue = Cue {
    name: "text.nonexistent_model",
    family: Family::Text,
    direction: Direction::Raises,
    range: (0.0, 1.0),
    value: |input| Some(indicator(input.signals.nonexistent_model.is_some())),
    sentence: |input| {
        let claimed = input
            .signals
            .nonexistent_model
            .as_deref()
            .unwrap_or_default();
        let nearest: Vec<String> = input
            .signals
            .nearest_models
            .iter()
            .map(|title| format!("\"{title}\""))
            .collect();
        let real = match &nearest[..] {
            [] => String::new(),
            some => format!(" Nearest to it are {}.", some.join(", ")),
        };
        format!(
            "The listing claims \"{claimed}\", a model that is not in the brand's catalog.{real}"
        )
    },
};

/// The title is the reference catalog's, nearly word for word.
pub const TITLE_COPIED: Cue = Cue {
    name: "text.title_copied",
    family: Family::Text,
    direction: Direction::Either,
    range: (0.0, 1.0),
    value: |input| {
        let likeness = input.signals.products.first()?.title_likeness;
        Some(((likeness - COPIED_TITLE) / (1.0 - COPIED_TITLE)).max(0.0))
    },
    sentence: |input| match input.signals.products.first() {
        Some(hit) => format!(
            "The title is nearly word for word \"{}\", that of {}'s product {}.",
            hit.title, hit.brand, hit.product_id
        ),
        None => String::new(),
    },
};

/// An unauthorised seller who vouches that the goods are genuine.
pub const CLAIMS_GENUINE: Cue = Cue {
    name: "text.claims_genuine",
    family: Family::Text,
    direction: Direction::Either,
    range: (0.0, 1.0),
    value: |input| {
        let claims = !input.signals.reading.claims.is_empty();
        Some(indicator(claims && !input.signals.authorised()))
    },
    sentence: |input| {
        let claims = input.signals.reading.claims.join("\", \"");
        format!("A seller who is not authorised vouches for the goods: \"{claims}\".")
    },
};

const ACCESSORIES: &[ContextKind] = &[ContextKind::CompatibleWith, ContextKind::Accessory];

const ABOUT: &[ContextKind] = &[
    ContextKind::Parts,
    ContextKind::Repair,
    ContextKind::Book,
    ContextKind::Packaging,
    ContextKind::ScaleModel,
];

type Kind = fn(&Mention) -> f64;

/// Another script's spelling of a name is how people there write it, and names run together are how
/// tags and web addresses are written: both are plain mentions.
fn is_plain(mention: &Mention) -> f64 {
    indicator(match mention.disguise {
        None | Some(Disguise::Joined | Disguise::Transliterated) => true,
        Some(_) => false,
    })
}

/// Letters set apart are sometimes a matter of style: a little less than the other disguises.
fn is_evasive(mention: &Mention) -> f64 {
    match mention.disguise {
        Some(Disguise::Spaced) => 0.8,
        Some(disguise) => indicator(disguise.is_deliberate()),
        None => 0.0,
    }
}

fn is_misspelt(mention: &Mention) -> f64 {
    indicator(mention.disguise == Some(Disguise::Misspelt))
}

/// The mention that counts most for a kind, of those that no lawful context and no authorisation covers.
fn mention<'a>(input: &Input<'a>, kind: Kind) -> Option<&'a Mention> {
    let mentions = input.signals.reading.mentions.iter();
    let strength = |mention: &Mention| mention.confidence * kind(mention);
    mentions
        .filter(|mention| !mention.lawful && !input.authorised_by(&mention.brand))
        .filter(|mention| strength(mention) > 0.0)
        .reduce(|best, next| {
            if strength(next) > strength(best) {
                next
            } else {
                best
            }
        })
}

fn surest(input: &Input<'_>, kind: Kind) -> f64 {
    mention(input, kind).map_or(0.0, |mention| mention.confidence * kind(mention))
}

fn field(mention: &Mention) -> &'static str {
    use crate::text::Field;
    match mention.field {
        Field::Title => "title",
        Field::Description => "description",
        Field::Brand => "brand field",
    }
}

#[cfg(test)]
mod tests {
    use crate::record::Condition;
    use crate::text::Slang;

    use super::super::fixture::{Case, context, mention as mention_of};
    use super::*;

    #[test]
    fn a_plain_name_and_a_hidden_one_are_two_cues() {
        let of = |disguise| {
            let mut case = Case::default();
            case.signals.reading.mentions = vec![mention_of("luma", disguise, 0.9)];
            let row = case.row();
            ["text.brand_mention", "text.disguised", "text.misspelt"].map(|name| row.get(name))
        };
        assert_eq!(of(None), [Some(0.9), Some(0.0), Some(0.0)]);
        assert_eq!(
            of(Some(Disguise::Masked)),
            [Some(0.0), Some(0.9), Some(0.0)]
        );
        assert_eq!(
            of(Some(Disguise::Misspelt)),
            [Some(0.0), Some(0.0), Some(0.9)]
        );
        // Writing a name in one's own script hides nothing.
        assert_eq!(
            of(Some(Disguise::Transliterated)),
            [Some(0.9), Some(0.0), Some(0.0)]
        );
    }

    #[test]
    fn lawful_or_authorised_mentions_do_not_count() {
        let mut case = Case::default();
        let lawful = Mention {
            lawful: true,
            ..mention_of("luma", Some(Disguise::Masked), 0.9)
        };
        case.signals.reading.mentions = vec![lawful, mention_of("orbi", None, 0.8)];
        case.signals.authorised_by.push("orbi".into());
        assert_eq!(case.row().get("text.disguised"), Some(0.0));
        assert_eq!(case.row().get("text.brand_mention"), Some(0.0));
    }

    #[test]
    fn slang_adds_up_to_a_limit_and_is_quoted() {
        let mut case = Case::default();
        let word = Slang {
            text: "AAA".into(),
            meaning: "replica grade".into(),
            weight: 0.75,
        };
        case.signals.reading.slang = vec![word.clone(), word.clone()];
        assert_eq!(
            case.row().get("text.slang"),
            Some(0.0),
            "no brand, no slang"
        );
        case.signals.reading.mentions = vec![mention_of("luma", None, 0.9)];
        assert_eq!(case.row().get("text.slang"), Some(1.5));
        assert_eq!(
            SLANG.explain(&case.input()).as_deref(),
            Some(
                "The text uses words of the replica trade: \"AAA\" (replica grade), \"AAA\" (replica grade)."
            )
        );
        case.signals.reading.slang = vec![word; 9];
        assert_eq!(case.row().get("text.slang"), Some(MOST_SLANG));
    }

    #[test]
    fn lawful_contexts_have_cues_of_their_own() {
        let of = |kind| {
            let mut case = Case::default();
            case.signals.reading.contexts = vec![context(kind, "words")];
            let row = case.row();
            [
                "text.accessory",
                "text.second_hand",
                "text.about_the_product",
            ]
            .map(|name| row.get(name))
        };
        assert_eq!(
            of(ContextKind::CompatibleWith),
            [Some(1.0), Some(0.0), Some(0.0)]
        );
        assert_eq!(of(ContextKind::Used), [Some(0.0), Some(1.0), Some(0.0)]);
        assert_eq!(of(ContextKind::Book), [Some(0.0), Some(0.0), Some(1.0)]);
        assert_eq!(of(ContextKind::NotReplica), [Some(0.0); 3]);
    }

    #[test]
    fn the_condition_field_alone_makes_goods_second_hand() {
        let mut case = Case::default();
        case.listing.condition = Some(Condition::Refurbished);
        assert_eq!(case.row().get("text.second_hand"), Some(1.0));
        let said = SECOND_HAND.explain(&case.input());
        assert_eq!(
            said.as_deref(),
            Some("The goods are offered as refurbished; reselling them is lawful.")
        );
        case.listing.condition = Some(Condition::New);
        assert_eq!(case.row().get("text.second_hand"), Some(0.0));
    }

    #[test]
    fn only_a_title_almost_equal_is_a_copy() {
        let mut case = Case::default();
        assert_eq!(case.row().get("text.title_copied"), None);
        for (likeness, copied) in [(0.8, 0.0), (1.0, 1.0)] {
            case.set_product(0.9, likeness);
            assert_eq!(case.row().get("text.title_copied"), Some(copied));
        }
        assert_eq!(
            PRODUCT_MATCH.explain(&case.input()).as_deref(),
            Some("The listing matches \"Luma day bag\", luma's product P1 (same title).")
        );
    }
}
