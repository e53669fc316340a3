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

use Condition::{New, Refurbished, Used};

/// Words of feeds and marketplaces, in lower case with one space for every other sign.
///
/// From schema.org's `OfferItemCondition`, Google's and Meta's feeds, eBay's condition names and
/// numbers, Amazon's condition types and numbers, and what sellers write in other languages.
const WORDS: &[(Condition, &[&str])] = &[
    (
        New,
        &[
            "new",
            "newcondition",
            "brand new",
            "nwt",
            "nwot",
            "bnib",
            "bnwt",
            "bnwot",
            "unworn",
            "unused",
            "sealed",
            "factory sealed",
            "deadstock",
            "neu",
            "nuevo",
            "nueva",
            "nuovo",
            "nuova",
            "neuf",
            "neuve",
            "novo",
            "nova",
            "nieuw",
            "nowy",
            "nowa",
            "ny",
            "nytt",
            "yeni",
            "новый",
            "новая",
            "новое",
            "新品",
            "全新",
            "未使用",
            "새상품",
            "11",
            "1000",
            "1500",
            "1750",
        ],
    ),
    (
        Refurbished,
        &[
            "refurbished",
            "refurbishedcondition",
            "refurb",
            "renewed",
            "reconditioned",
            "remanufactured",
            "certified refurbished",
            "certified renewed",
            "manufacturer refurbished",
            "seller refurbished",
            "factory refurbished",
            "excellent refurbished",
            "very good refurbished",
            "good refurbished",
            "generalüberholt",
            "reconditionné",
            "reacondicionado",
            "ricondizionato",
            "recondicionado",
            "odnowiony",
            "восстановленный",
            "整備済み",
            "翻新",
            "10",
            "2000",
            "2010",
            "2020",
            "2030",
            "2500",
        ],
    ),
    (
        Used,
        &[
            "used",
            "usedcondition",
            "damagedcondition",
            "damaged",
            "open box",
            "openbox",
            "opened never used",
            "pre owned",
            "preowned",
            "pre loved",
            "preloved",
            "pre worn",
            "second hand",
            "secondhand",
            "2nd hand",
            "like new",
            "as new",
            "very good",
            "good",
            "acceptable",
            "fair",
            "poor",
            "excellent",
            "vintage",
            "worn",
            "collectible",
            "for parts",
            "for parts or not working",
            "parts only",
            "not working",
            "spares or repair",
            "gebraucht",
            "wie neu",
            "aus zweiter hand",
            "occasion",
            "d occasion",
            "comme neuf",
            "usagé",
            "usado",
            "usada",
            "segunda mano",
            "de segunda mano",
            "como nuevo",
            "seminovo",
            "seminuevo",
            "usato",
            "usata",
            "come nuovo",
            "di seconda mano",
            "tweedehands",
            "gebruikt",
            "używany",
            "używana",
            "begagnad",
            "begagnat",
            "brugt",
            "brukt",
            "käytetty",
            "použité",
            "použitý",
            "használt",
            "ikinci el",
            "kullanılmış",
            "б у",
            "бу",
            "подержанный",
            "подержанная",
            "中古",
            "二手",
            "중고",
            "1",
            "2",
            "3",
            "4",
            "5",
            "6",
            "7",
            "8",
            "2750",
            "2990",
            "3000",
            "3010",
            "4000",
            "5000",
            "6000",
            "7000",
        ],
    ),
];

impl Condition {
    /// Reads a feed's word for a condition: plain (`new`, `Pre-owned`), Amazon (`UsedLikeNew`, `11`),
    /// eBay (`For parts or not working`, `3000`), schema.org (`https://schema.org/UsedCondition`),
    /// Meta (`used_like_new`) or of another language (`gebraucht`, `中古`).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let word = match text.rsplit_once("schema.org/") {
            Some((_, word)) => word,
            None => text.strip_prefix("schema:").unwrap_or(&text),
        };
        let parts = word.split(|c: char| !c.is_alphanumeric());
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        let plain = parts.join(" ");
        let named = |words: &[&str]| words.contains(&plain.as_str());
        if let Some((condition, _)) = WORDS.iter().find(|(_, words)| named(words)) {
            return Some(*condition);
        }
        // Amazon's types (`UsedVeryGood`, `CollectibleGood`), and a word with a remark behind it.
        let starts = |start: &str| plain.starts_with(start);
        let first = parts.first().copied().unwrap_or("");
        match first {
            _ if starts("refurb") || starts("renewed") => Some(Refurbished),
            _ if starts("used") || starts("collectible") => Some(Used),
            _ if starts("for parts") || starts("open box") => Some(Used),
            // `New with defects` is sold as new; `new other` is eBay's for opened goods.
            "new" => Some(New),
            _ => None,
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_word_stands_twice() {
        let mut seen = BTreeSet::new();
        for word in WORDS.iter().flat_map(|(_, words)| *words) {
            assert!(seen.insert(word), "{word} stands twice");
            assert_eq!(*word, word.to_lowercase());
        }
    }

    #[test]
    fn conditions_of_the_marketplaces_and_of_other_languages() {
        for (condition, texts) in [
            (
                New,
                &[
                    "new",
                    "NEW",
                    "https://schema.org/NewCondition",
                    "Brand New",
                    "New with tags",
                    "11",
                    "1000",
                ][..],
            ),
            (
                Refurbished,
                &[
                    "refurbished",
                    "Seller refurbished",
                    "Renewed",
                    "schema:RefurbishedCondition",
                    "10",
                    "2500",
                ],
            ),
            (
                Used,
                &[
                    "used",
                    "UsedLikeNew",
                    "used_like_new",
                    "CollectibleGood",
                    "open_box",
                    "pre_owned",
                    "Pre-Owned",
                    "like new",
                    "Second Hand",
                    "For parts or not working",
                    "gebraucht",
                    "Occasion",
                    "d'occasion",
                    "usado",
                    "usato",
                    "中古",
                    "б/у",
                    "3000",
                    "2",
                    "http://schema.org/DamagedCondition",
                    "Open Box - unused",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(Condition::parse(text), Some(condition), "{text}");
            }
        }
        for text in ["", "so so", "12", "renew", "unknown"] {
            assert_eq!(Condition::parse(text), None, "{text}");
        }
    }
}
