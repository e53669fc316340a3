//! For whom goods are made, as their titles say.

/// Men, women, boys and girls, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audience(u8);

const MEN: u8 = 1;
const WOMEN: u8 = 2;
const BOYS: u8 = 4;
const GIRLS: u8 = 8;

impl Audience {
    /// Whom the words name together; nobody for most goods.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self(words.into_iter().map(named).fold(0, |all, one| all | one))
    }

    /// Whether both name somebody, and nobody in common: one article is not made for both.
    pub fn differs(self, other: Self) -> bool {
        self.0 != 0 && other.0 != 0 && self.0 & other.0 == 0
    }
}

/// Whom one folded word names.
fn named(word: &str) -> u8 {
    match word {
        "men" | "mens" | "man" | "herren" | "homme" | "hommes" | "hombre" | "hombres" | "uomo"
        | "homem" | "masculino" | "masculina" | "erkek" | "メンズ" => MEN,
        "women" | "womens" | "woman" | "ladies" | "ladie" | "lady" | "damen" | "femme"
        | "femmes" | "mujer" | "mujeres" | "donna" | "mulher" | "feminino" | "feminina"
        | "kadin" | "kadın" | "レディース" => WOMEN,
        "boy" | "boys" | "jungen" | "garcon" | "garcons" => BOYS,
        "girl" | "girls" | "madchen" | "fille" | "filles" => GIRLS,
        "kids" | "kinder" | "kid" | "children" | "childrens" | "enfant" | "enfants" | "junior"
        | "youth" | "bambino" | "bambini" => BOYS | GIRLS,
        "unisex" => MEN | WOMEN,
        _ if word.starts_with("мужск") => MEN,
        _ if word.starts_with("женск") => WOMEN,
        _ if word.starts_with("детск") => BOYS | GIRLS,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::tokens::words;

    fn differ(a: &str, b: &str) -> bool {
        let of = |title| Audience::of(words(title).iter().map(String::as_str));
        assert_eq!(of(a).differs(of(b)), of(b).differs(of(a)));
        of(a).differs(of(b))
    }

    #[test]
    fn goods_for_others_are_others() {
        assert!(differ(
            "Stride Max 90 men's shoes",
            "Stride Max 90 women's shoes"
        ));
        assert!(differ("Stride Max 90 Herren", "Stride Max 90 Damen"));
        assert!(differ("Boys cotton pyjama", "Girls cotton pyjama"));
        assert!(differ("Кроссовки мужские", "Кроссовки женские"));
        assert!(!differ("Stride Max 90 men's", "Stride Max 90 unisex"));
        assert!(!differ("Kids pyjama", "Girls pyjama"));
        assert!(!differ("Stride Max 90 men's", "Stride Max 90"));
    }
}
