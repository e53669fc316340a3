use serde::Deserialize;

use crate::text::ContextKind;

/// What every entry of a list has.
pub trait Entry {
    /// The words to look for; case, accents and punctuation do not matter.
    fn text(&self) -> &str;
    /// ISO 639-1.
    fn language(&self) -> &str;
    /// Whether the text must be whole words.
    fn whole_word(&self) -> bool {
        true
    }
    /// The entry does not count when one of these comes right after it.
    fn unless_followed_by(&self) -> &[String] {
        &[]
    }
    /// The entry does not count when one of these comes right before it.
    fn unless_preceded_by(&self) -> &[String] {
        &[]
    }
}

macro_rules! entry {
    ($name:ident $(, $also:ident)*) => {
        impl Entry for $name {
            fn text(&self) -> &str {
                &self.text
            }
            fn language(&self) -> &str {
                &self.language
            }
            $(entry!(@ $also);)*
        }
    };
    (@ whole_word) => {
        fn whole_word(&self) -> bool {
            self.whole_word
        }
    };
    (@ unless) => {
        fn unless_followed_by(&self) -> &[String] {
            &self.unless_followed_by
        }
        fn unless_preceded_by(&self) -> &[String] {
            &self.unless_preceded_by
        }
    };
}

fn yes() -> bool {
    true
}

/// `contexts.toml`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contexts {
    /// Phrases that give a context.
    pub contexts: Vec<Governor>,
    /// Names of things, which tell what is offered *for* the brand's goods.
    pub nouns: Vec<Noun>,
    /// Words that may stand between a weak phrase and the brand: `for *your* Nike`.
    pub bridges: Vec<String>,
}

/// A phrase that gives a context.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Governor {
    /// The words.
    pub text: String,
    /// ISO 639-1.
    pub language: String,
    /// What it says.
    pub kind: ContextKind,
    /// Which mentions it governs.
    pub scope: Scope,
    /// Whether it also means other things (`for`): only bridges may stand between it and the brand,
    /// and it makes nothing lawful when the thing offered is the brand's own kind of goods.
    #[serde(default)]
    pub weak: bool,
    /// Whether it counts in the title only.
    #[serde(default)]
    pub title_only: bool,
    /// Does not count when one of these comes right after it.
    #[serde(default)]
    pub unless_followed_by: Vec<String>,
    /// Does not count when one of these comes right before it.
    #[serde(default)]
    pub unless_preceded_by: Vec<String>,
    /// Whether it must be whole words.
    #[serde(default = "yes")]
    pub whole_word: bool,
}
entry!(Governor, whole_word, unless);

/// Which mentions a phrase governs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The brand that comes after it, and those listed with that: `fits A, B and C`.
    Before,
    /// The brand that comes before it: `A için`, `A用`.
    After,
    /// All mentions of the listing.
    Listing,
}

/// The name of a thing.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noun {
    /// The word.
    pub text: String,
    /// ISO 639-1.
    pub language: String,
    /// What kind of thing.
    pub kind: NounKind,
}
entry!(Noun);

/// What a thing is to a brand's goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NounKind {
    /// Goes with them: case, strap.
    Accessory,
    /// Goes into them: blade, hinge.
    Parts,
    /// Is of their kind: shoes, watch. `shoes for X` gives no licence.
    Goods,
}

/// `slang.toml`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlangWords {
    /// Words of replica trade.
    pub slang: Vec<SlangWord>,
    /// Words that turn slang and claims into their opposite.
    pub negations: Vec<Negation>,
}

/// A word of replica trade.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlangWord {
    /// The words.
    pub text: String,
    /// ISO 639-1.
    pub language: String,
    /// What it means, for an analyst to read.
    pub meaning: String,
    /// How much it says, above 0 and up to 1.
    pub weight: f64,
    /// Whether it must be whole words.
    #[serde(default = "yes")]
    pub whole_word: bool,
    /// Does not count when one of these comes right after it.
    #[serde(default)]
    pub unless_followed_by: Vec<String>,
    /// Does not count when one of these comes right before it.
    #[serde(default)]
    pub unless_preceded_by: Vec<String>,
}
entry!(SlangWord, whole_word, unless);

/// A word that turns slang or a claim near it into its opposite.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Negation {
    /// The words.
    pub text: String,
    /// ISO 639-1.
    pub language: String,
    /// Where it stands.
    #[serde(default)]
    pub side: Side,
    /// Does not count when one of these comes right after it.
    #[serde(default)]
    pub unless_followed_by: Vec<String>,
    /// Does not count when one of these comes right before it.
    #[serde(default)]
    pub unless_preceded_by: Vec<String>,
}
entry!(Negation, unless);

/// Where a negation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Before what it negates.
    #[default]
    Before,
    /// After it.
    After,
}

/// `contacts.toml`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contacts {
    /// Messengers and shops outside the marketplace.
    pub channels: Vec<Channel>,
    /// Words that ask the buyer to get in touch.
    pub invitations: Vec<Invitation>,
}

/// A messenger. It counts with a number or account after it, or an invitation before it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// The words.
    pub text: String,
    /// ISO 639-1.
    pub language: String,
    /// Whether it counts without number, account or invitation.
    #[serde(default)]
    pub alone: bool,
    /// Whether it must be whole words.
    #[serde(default = "yes")]
    pub whole_word: bool,
}
entry!(Channel, whole_word);

/// Words that ask the buyer to get in touch.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// The words.
    pub text: String,
    /// ISO 639-1.
    pub language: String,
}
entry!(Invitation);

/// Words with which sellers claim something.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The words.
    pub text: String,
    /// ISO 639-1.
    pub language: String,
    /// What is claimed: the name under which it is reported.
    pub claim: String,
    /// Does not count when one of these comes right after it.
    #[serde(default)]
    pub unless_followed_by: Vec<String>,
    /// Does not count when one of these comes right before it.
    #[serde(default)]
    pub unless_preceded_by: Vec<String>,
}
entry!(Claim, unless);

/// `common_words.toml`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommonWords {
    /// Ordinary words: a name that is one of them is less sure, and none is a misspelt name.
    pub ordinary: Vec<String>,
    /// Words that are written together with a brand's name: `nikeair`.
    pub joined: Vec<String>,
    /// Words that people mask for decency.
    pub censored: Vec<String>,
}
