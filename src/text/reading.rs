use serde::{Deserialize, Serialize};

use crate::record::BrandId;

/// What a listing's texts say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Brand names, in the order brand field, title, description and then of their place.
    pub mentions: Vec<Mention>,
    /// Lawful contexts: accessories, second hand, parts, ...
    pub contexts: Vec<Context>,
    /// Words that replica sellers use among themselves.
    pub slang: Vec<Slang>,
    /// Invitations to deal outside the marketplace, as written.
    pub contacts: Vec<String>,
    /// What the seller claims, by the claim's name in the lexicon: `genuine`, `authorised dealer`, ...
    pub claims: Vec<String>,
    /// The language of title and description as ISO 639-3, when it can be told.
    pub language: Option<String>,
}

/// A brand's name found in a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Whose name it is.
    pub brand: BrandId,
    /// The name as the seller wrote it.
    pub text: String,
    /// Where it stands.
    pub field: Field,
    /// First byte of `text` in the original field.
    pub start: usize,
    /// The byte after `text` in the original field.
    pub end: usize,
    /// How the name was altered; `None` for the name or one of its aliases as they are.
    pub disguise: Option<Disguise>,
    /// How sure it is that the brand is meant, 0..=1; from 0.5 on we would act on it.
    pub confidence: f64,
    /// Whether a context governs this mention in which the brand's name is lawful without the
    /// owner's permission ([`ContextKind::lawful_without_brand_rights`]): `case for X`.
    pub lawful: bool,
}

/// A text of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The brand field.
    Brand,
    /// The title.
    Title,
    /// The description.
    Description,
}

/// How a brand's name was altered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disguise {
    /// Letters that look like others: another script, small capitals, circled, struck through.
    Lookalike,
    /// Invisible or direction-changing characters inside.
    Invisible,
    /// Letters covered: `N*ke`, `COA**`.
    Masked,
    /// Letters set apart: `N I K E`, `gu.cci`.
    Spaced,
    /// Digits and signs for letters: `N1ke`.
    Leetspeak,
    /// A letter wrong, missing, repeated or swapped, or the name spelt by ear.
    Misspelt,
    /// Run together with another word: `nikeair`.
    Joined,
    /// Spelt in another script by sound: `Адидас`. In that script's languages an ordinary spelling.
    Transliterated,
    /// Written from behind: `ekin`.
    Reversed,
    /// Begun in the title and ended in the description.
    Split,
}

impl Disguise {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lookalike => "lookalike",
            Self::Invisible => "invisible",
            Self::Masked => "masked",
            Self::Spaced => "spaced",
            Self::Leetspeak => "leetspeak",
            Self::Misspelt => "misspelt",
            Self::Joined => "joined",
            Self::Transliterated => "transliterated",
            Self::Reversed => "reversed",
            Self::Split => "split",
        }
    }

    /// Whether it is hardly ever an accident. Honest sellers misspell, transliterate and write
    /// names together.
    pub fn is_deliberate(self) -> bool {
        !matches!(self, Self::Misspelt | Self::Joined | Self::Transliterated)
    }
}

/// A lawful reason to name a brand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// What it says of the offer.
    pub kind: ContextKind,
    /// The words as written.
    pub text: String,
    /// The brand it governs; `None` when it holds for the whole listing.
    pub brand: Option<BrandId>,
}

/// Kinds of lawful context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextKind {
    /// Made to work with the brand's goods.
    CompatibleWith,
    /// A case, strap, battery, ... for the brand's goods.
    Accessory,
    /// Used before: the rights in genuine goods end with their first sale.
    Used,
    /// A part of the brand's goods.
    Parts,
    /// Repair, or goods offered as broken.
    Repair,
    /// A book, poster, manual about the brand.
    Book,
    /// The empty box.
    Packaging,
    /// A scale model of the brand's goods.
    ScaleModel,
    /// Several things in one lot.
    Bundle,
    /// The seller says that it is no replica.
    NotReplica,
}

impl ContextKind {
    /// The word used in every output and in the lexicon.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CompatibleWith => "compatible_with",
            Self::Accessory => "accessory",
            Self::Used => "used",
            Self::Parts => "parts",
            Self::Repair => "repair",
            Self::Book => "book",
            Self::Packaging => "packaging",
            Self::ScaleModel => "scale_model",
            Self::Bundle => "bundle",
            Self::NotReplica => "not_replica",
        }
    }

    /// Whether naming the brand is lawful in this context without the owner's permission
    /// (Regulation (EU) 2017/1001, art. 14(1)(c) and 15). A bundle and a denial give no such right.
    pub fn lawful_without_brand_rights(self) -> bool {
        !matches!(self, Self::Bundle | Self::NotReplica)
    }

    /// Whether something else is offered than the product that is named, so that the product's price
    /// says nothing of the offer's.
    pub fn other_goods(self) -> bool {
        matches!(
            self,
            Self::CompatibleWith
                | Self::Accessory
                | Self::Parts
                | Self::Repair
                | Self::Book
                | Self::Packaging
                | Self::ScaleModel
        )
    }
}

/// A word of replica trade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slang {
    /// As written.
    pub text: String,
    /// What it means, from the lexicon.
    pub meaning: String,
    /// How much it says, 0..=1, from the lexicon.
    pub weight: f64,
}
