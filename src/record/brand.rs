use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{BrandId, SellerId};

/// A brand, with the rights and sellers that its owner registered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Brand {
    /// The slug of the name.
    pub id: BrandId,
    /// The name as registered.
    pub name: String,
    /// Other names, abbreviations and spellings in other scripts.
    pub aliases: Vec<String>,
    /// Registered rights.
    pub rights: Vec<Right>,
    /// Sellers with the owner's permission; they are never candidates.
    pub authorised_sellers: Vec<SellerId>,
    /// Whom to ask.
    pub contact: String,
    /// Whether the owner holds the rights to the catalog's photos.
    pub image_rights: bool,
    /// Whether the catalog holds every model that the brand has ever made, so that another one is an invented one.
    #[serde(default)]
    pub complete: bool,
}

/// What a right protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RightKind {
    /// A registered mark.
    Trademark,
    /// A registered design.
    Design,
    /// Authorship of texts and photos.
    Copyright,
    /// An invention.
    Patent,
}

impl RightKind {
    /// The word used in `brand.toml` and in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trademark => "trademark",
            Self::Design => "design",
            Self::Copyright => "copyright",
            Self::Patent => "patent",
        }
    }

    /// Reads the word, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Trademark, Self::Design, Self::Copyright, Self::Patent]
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(text.trim()))
    }
}

/// One registered right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Right {
    /// What it protects.
    pub kind: RightKind,
    /// Registration number.
    pub number: String,
    /// Registering office: `EUIPO`, `USPTO`, `WIPO`, ...
    pub office: String,
    /// ISO 3166-1 alpha-2 codes, or `EU`.
    pub territories: Vec<String>,
    /// Classes of the Nice Agreement, 1..=45.
    pub nice_classes: Vec<u8>,
    /// Last day of protection.
    pub expiry: Option<Date>,
}

impl Right {
    /// Whether the right is in force on `day`.
    pub fn in_force(&self, day: Date) -> bool {
        self.expiry.is_none_or(|expiry| day <= expiry)
    }
}
