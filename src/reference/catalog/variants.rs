//! Whether several products are variants (sizes, colours) of one.

use crate::record::Product;

/// A product with the row that it came from.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Item {
    pub product: Product,
    /// The data row, when it could be told.
    pub row: Option<u64>,
    /// What the file says the product is a variant of; empty when it says nothing.
    pub group: String,
}

/// Whether all `items` are of one group, or have titles that begin alike: the same but for sizes
/// and colours, or the first two words or more, and at least half, the same: `Chaz Hoodie-XS-Black`,
/// `Chaz Hoodie-S-Gray`. The brand's name, which all titles may begin with, does not count.
pub(super) fn are_variants(items: &[&Item]) -> bool {
    let Some((first, rest)) = items.split_first() else {
        return true;
    };
    if !first.group.is_empty() && rest.iter().all(|item| item.group == first.group) {
        return true;
    }
    let stem = stem(&first.product);
    let (mut common, mut shortest, mut longest) = (stem.len(), stem.len(), stem.len());
    for item in rest {
        let other = self::stem(&item.product);
        let same = stem.iter().zip(&other).take_while(|(a, b)| a == b);
        common = common.min(same.count());
        shortest = shortest.min(other.len());
        longest = longest.max(other.len());
    }
    common > 0 && (common == longest || common >= 2 && common * 2 >= shortest)
}

/// The words of a title without the brand's name at its beginning, sizes, numbers and the colour.
fn stem(product: &Product) -> Vec<String> {
    let brand = words(product.brand.as_str());
    let colour = words(&product.color);
    let mut title = words(&product.title);
    if title.starts_with(&brand) {
        title.drain(..brand.len());
    }
    title.retain(|word| !is_size(word) && !colour.contains(word));
    title
}

fn is_size(word: &str) -> bool {
    const SIZES: &[&str] = &[
        "xxxs", "xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl", "small", "medium", "large",
    ];
    SIZES.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit())
}

fn words(title: &str) -> Vec<String> {
    title
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(title: &str, group: &str, color: &str) -> Item {
        let product = Product {
            title: title.to_owned(),
            brand: "ray-ban".into(),
            color: color.to_owned(),
            ..Product::default()
        };
        Item {
            product,
            row: None,
            group: group.to_owned(),
        }
    }

    fn variants(titles: &[&str]) -> bool {
        let items: Vec<Item> = titles.iter().map(|title| item(title, "", "")).collect();
        are_variants(&items.iter().collect::<Vec<_>>())
    }

    #[test]
    fn sizes_and_colours_are_told_from_other_models() {
        assert!(variants(&[
            "Chaz Hoodie-XS-Black",
            "Chaz Hoodie-S-Gray",
            "chaz hoodie"
        ]));
        assert!(variants(&["Poster 28", "Poster L"]));
        assert!(!variants(&["Adidas Superstar", "Adidas Samba"]));
        assert!(!variants(&["Ray-Ban Aviator", "Ray-Ban Wayfarer"]));
        assert!(!variants(&["", ""]));
    }

    #[test]
    fn the_files_own_groups_and_colours_are_believed() {
        let (runner, walker) = (item("Runner", "g1", ""), item("Walker", "g1", ""));
        assert!(are_variants(&[&runner, &walker]));
        assert!(!are_variants(&[&runner, &item("Walker", "g2", "")]));
        let (red, blue) = (item("Cap red", "", "Red"), item("Cap blue", "", "Blue"));
        assert!(are_variants(&[&red, &blue]));
    }
}
