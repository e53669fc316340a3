use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The identifier as its owner wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

identifier!(
    /// A listing, unique within one feed.
    ListingId
);
identifier!(
    /// A seller's account on the marketplace.
    SellerId
);
identifier!(
    /// A brand: the slug of its name, see [`BrandId::from_name`].
    BrandId
);
identifier!(
    /// A product, unique within its brand's catalog.
    ProductId
);

impl SellerId {
    /// The account that is meant, however it is written: without surrounding space, in lower case.
    ///
    /// A brand's own seller who is accused because of a capital letter is the worse mistake: marketplaces do not give
    /// two accounts names that differ in this alone.
    pub fn account(&self) -> String {
        self.0.trim().to_lowercase()
    }
}

impl BrandId {
    /// The slug of a brand's name: letters and digits in lower case, everything else one `-`.
    ///
    /// Letters of any script are kept, so that two brands that differ only in script stay apart.
    pub fn from_name(name: &str) -> Self {
        let mut slug = String::with_capacity(name.len());
        for letter in name.chars() {
            if letter.is_alphanumeric() {
                slug.extend(letter.to_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        Self(slug.trim_end_matches('-').to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::BrandId;

    #[test]
    fn slugs_keep_letters_of_any_script() {
        assert_eq!(BrandId::from_name("Ray-Ban®  Sun").as_str(), "ray-ban-sun");
        assert_eq!(BrandId::from_name("露玛").as_str(), "露玛");
        assert_eq!(BrandId::from_name("--").as_str(), "");
    }
}
