//! Classes of the Nice Agreement that a product type may belong to.
//!
//! By words of the Nice Classification's own headings and alphabetical list (12th edition, WIPO). English words only, and only
//! such as name the goods: a product type that says none of them belongs to no known class, and then a mark's
//! classes raise no doubt.

/// Class, and words for its goods in the singular.
const GOODS: &[(u8, &[&str])] = &[
    (
        3,
        &[
            "cosmetic",
            "cosmetics",
            "deodorant",
            "fragrance",
            "lipstick",
            "makeup",
            "mascara",
            "perfume",
            "shampoo",
            "skincare",
            "soap",
        ],
    ),
    (8, &["cutlery", "razor", "shaver"]),
    (
        9,
        &[
            "camera",
            "charger",
            "computer",
            "earbud",
            "earphone",
            "eyeglasses",
            "eyewear",
            "headphone",
            "headset",
            "laptop",
            "loudspeaker",
            "smartphone",
            "smartwatch",
            "software",
            "speaker",
            "sunglasses",
            "tablet",
            "telephone",
        ],
    ),
    (11, &["hairdryer", "heater", "lamp", "lighting"]),
    (12, &["bicycle", "tire", "tyre"]),
    (
        14,
        &[
            "bracelet",
            "earring",
            "jewellery",
            "jewelry",
            "necklace",
            "watch",
        ],
    ),
    (15, &["guitar", "piano", "violin"]),
    (16, &["book", "pen", "pencil", "poster", "stationery"]),
    (
        18,
        &[
            "backpack", "bag", "handbag", "luggage", "purse", "suitcase", "tote", "umbrella",
            "wallet",
        ],
    ),
    (20, &["chair", "furniture", "mirror", "pillow"]),
    (
        21,
        &["bottle", "cookware", "glassware", "mug", "toothbrush"],
    ),
    (24, &["bedding", "blanket", "curtain", "towel"]),
    (
        25,
        &[
            "apparel",
            "boot",
            "clothes",
            "clothing",
            "coat",
            "dress",
            "footwear",
            "glove",
            "hat",
            "hoodie",
            "jacket",
            "jeans",
            "pants",
            "sandal",
            "scarf",
            "shirt",
            "shoe",
            "skirt",
            "sneaker",
            "sock",
            "sweater",
            "sweatshirt",
            "trainer",
            "trousers",
        ],
    ),
    (28, &["doll", "puzzle", "racket", "skateboard", "toy"]),
    (30, &["chocolate", "coffee", "tea"]),
    (33, &["spirit", "whiskey", "whisky", "wine"]),
    (34, &["cigarette", "tobacco"]),
];

/// The classes of the goods that the last part of a category path names, or the part before that where the last names
/// none; empty when neither does, and for accessories, which may be of any class.
pub(super) fn classes(product_type: &str) -> Vec<u8> {
    let parts = product_type.split(['>', '/', '|']);
    for part in parts.rev().take(2) {
        let words: Vec<String> = part
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let named = |name: &str| words.iter().any(|word| is_plural_of(word, name));
        if named("accessory") || words.iter().any(|word| word == "accessories") {
            return Vec::new();
        }
        let found = GOODS
            .iter()
            .filter(|(_, names)| names.iter().any(|name| named(name)));
        let found: Vec<u8> = found.map(|(class, _)| *class).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Whether `word` is `name` or its plural.
fn is_plural_of(word: &str, name: &str) -> bool {
    let rest = word.strip_prefix(name);
    matches!(rest, Some("" | "s" | "es"))
}

#[cfg(test)]
mod tests {
    use super::classes;

    #[test]
    fn the_last_part_of_the_path_counts() {
        assert_eq!(classes("Apparel > Accessories > Sunglasses"), [9]);
        assert_eq!(classes("Clothing/Shoes/Men"), [25]);
        assert_eq!(classes("Jewelry & Watches"), [14]);
        assert_eq!(classes("Bags and Shoes"), [18, 25], "either");
    }

    #[test]
    fn what_names_no_goods_has_no_class() {
        assert_eq!(classes(""), [0u8; 0]);
        assert_eq!(classes("Clothing > Accessories"), [0u8; 0]);
        assert_eq!(classes("Collectibles"), [0u8; 0]);
        assert_eq!(classes("Watchmaking tools"), [0u8; 0], "whole words only");
    }
}
