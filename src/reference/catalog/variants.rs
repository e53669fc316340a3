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

/// Whether all `items` are of one group, or more than half of the words of their titles are the
/// same, from the first on: `Chaz Hoodie-XS-Black`, `Chaz Hoodie-S-Gray`.
pub(super) fn are_variants(items: &[&Item]) -> bool {
    let Some((first, rest)) = items.split_first() else {
        return true;
    };
    if !first.group.is_empty() && rest.iter().all(|item| item.group == first.group) {
        return true;
    }
    let stem = words(&first.product.title);
    let (mut common, mut shortest) = (stem.len(), stem.len());
    for item in rest {
        let words = words(&item.product.title);
        let same = stem.iter().zip(&words).take_while(|(a, b)| a == b).count();
        common = common.min(same);
        shortest = shortest.min(words.len());
    }
    common * 2 > shortest
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

    fn item(title: &str, group: &str) -> Item {
        let product = Product {
            title: title.to_owned(),
            ..Product::default()
        };
        Item {
            product,
            row: None,
            group: group.to_owned(),
        }
    }

    fn variants(items: &[(&str, &str)]) -> bool {
        let items: Vec<Item> = items
            .iter()
            .map(|(title, group)| item(title, group))
            .collect();
        are_variants(&items.iter().collect::<Vec<_>>())
    }

    #[test]
    fn sizes_and_colours_are_told_from_other_models() {
        assert!(variants(&[
            ("Chaz Hoodie-XS-Black", ""),
            ("Chaz Hoodie-S-Gray", ""),
            ("chaz hoodie", "")
        ]));
        assert!(variants(&[("Runner", "g1"), ("Walker", "g1")]));
        assert!(!variants(&[("Runner", "g1"), ("Walker", "g2")]));
        assert!(!variants(&[("Adidas Superstar", ""), ("Adidas Samba", "")]));
        assert!(!variants(&[("", ""), ("", "")]));
    }
}
