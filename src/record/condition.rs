use serde::{Deserialize, Serialize};

/// The condition an item is offered in, as the Google product feed names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Condition {
    /// Unused, as sold by the maker.
    New,
    /// Restored to working order.
    Refurbished,
    /// Used before.
    Used,
}

impl Condition {
    /// Reads a feed's word for a condition: plain (`new`), Amazon (`UsedLikeNew`, `11`),
    /// schema.org (`https://schema.org/UsedCondition`) or Facebook (`used_good`).
    pub fn parse(text: &str) -> Option<Self> {
        let word = text
            .trim()
            .rsplit('/')
            .next()
            .unwrap_or("")
            .to_ascii_lowercase();
        match word.as_str() {
            "new" | "newcondition" | "11" | "brand new" | "nwt" => Some(Self::New),
            "10" => Some(Self::Refurbished),
            "open box" | "pre-owned" | "preowned" | "pre owned" | "damagedcondition"
            | "vintage" => Some(Self::Used),
            _ if word.starts_with("refurb") || word.starts_with("renewed") => {
                Some(Self::Refurbished)
            }
            _ if word.starts_with("used") || word.starts_with("collectible") => Some(Self::Used),
            _ => word
                .parse::<u8>()
                .ok()
                .filter(|n| (1..=8).contains(n))
                .map(|_| Self::Used),
        }
    }

    /// The canonical word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Refurbished => "refurbished",
            Self::Used => "used",
        }
    }
}
