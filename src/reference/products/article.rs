use crate::matching::Article;
use crate::matching::tokens::words;
use crate::record::{Brand, BrandId, Listing, Product};
use crate::text::{Field, Reading};

/// What a brand is called.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// As registered.
    pub name: String,
    /// The words of the name and of each alias, the longest first.
    pub spelt: Vec<Vec<String>>,
    /// The words of aliases that are names of lines of products.
    pub lines: Vec<Vec<String>>,
}

impl Names {
    /// The names of `brand`, which makes `products`. An alias that stands in some of their titles is the name of a line of
    /// theirs (iPhone, Air Max): it tells them apart, and is none of the names that say nothing.
    pub fn new(brand: &Brand, products: &[Product]) -> Self {
        let titles: Vec<Vec<String>> = products
            .iter()
            .map(|product| words(&product.title))
            .collect();
        let is_line = |alias: &[String]| {
            let holds = |title: &&Vec<String>| title.windows(alias.len()).any(|part| part == alias);
            let held = titles.iter().filter(holds).count();
            held > 0 && 2 * held <= titles.len()
        };
        let aliases = brand.aliases.iter().map(|alias| words(alias));
        let (lines, aliases): (Vec<_>, Vec<_>) = aliases
            .filter(|alias| !alias.is_empty())
            .partition(|alias| is_line(alias));
        let mut spelt = vec![words(&brand.name)];
        spelt.extend(aliases);
        spelt.retain(|words| !words.is_empty());
        spelt.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        spelt.dedup();
        Self {
            name: brand.name.clone(),
            spelt,
            lines,
        }
    }

    /// `title` without the brand's names, unless it is nothing else.
    pub fn taken_from(&self, title: &str) -> String {
        let pieces: Vec<(&str, Vec<String>)> = title
            .split_whitespace()
            .map(|piece| (piece, words(piece)))
            .collect();
        let (mut kept, mut at) = (Vec::new(), 0);
        while at < pieces.len() {
            let named = self
                .spelt
                .iter()
                .find_map(|name| begins(&pieces[at..], name));
            if named.is_none() {
                kept.push(pieces[at].0);
            }
            at += named.unwrap_or(1);
        }
        if kept.is_empty() {
            title.to_owned()
        } else {
            kept.join(" ")
        }
    }
}

/// How many of the first pieces are the words of `name`, where they are.
fn begins(pieces: &[(&str, Vec<String>)], name: &[String]) -> Option<usize> {
    let mut rest = name;
    for (count, (_, words)) in (1..).zip(pieces) {
        rest = rest
            .strip_prefix(&words[..])
            .filter(|_| !words.is_empty())?;
        if rest.is_empty() {
            return Some(count);
        }
    }
    None
}

/// A product of a catalog, with its title without the brand's name, which all the brand's products have.
pub(super) fn of_product(product: &Product, title: &str, names: &Names) -> Article {
    Article {
        title: title.to_owned(),
        brand: names.name.clone(),
        mpn: product.mpn.clone(),
        gtin: product.gtin,
        color: product.color.clone(),
        ..Article::default()
    }
}

/// A listing as it is held against the products of a brand that it mentions, or against all.
///
/// What names the brand, in whatever disguise, is no part of the title; the name of a line of products is. A part number means something
/// within its brand only.
pub(super) fn of_listing(
    listing: &Listing,
    reading: &Reading,
    brand: Option<(&BrandId, &Names)>,
) -> Article {
    let mut article = Article {
        title: listing.title.clone(),
        gtin: listing.gtin,
        color: listing.color.clone(),
        ..Article::default()
    };
    if names_a_brand(&listing.brand) {
        article.brand = listing.brand.clone();
    }
    let Some((id, names)) = brand else {
        return article;
    };
    let of_brand = reading
        .mentions
        .iter()
        .filter(|mention| mention.brand == *id);
    if article.brand.is_empty()
        || of_brand
            .clone()
            .any(|mention| mention.field == Field::Brand)
    {
        article.brand = names.name.clone();
    }
    if is_telling(&listing.mpn) {
        article.mpn = listing.mpn.clone();
    }
    let mut spans: Vec<(usize, usize)> = of_brand
        .filter(|mention| mention.field == Field::Title)
        .map(|mention| (mention.start, mention.end))
        .filter(|(start, end)| {
            let written = listing.title.get(*start..*end).unwrap_or("");
            !names.lines.contains(&words(written))
        })
        .collect();
    spans.sort_unstable();
    let (mut title, mut at) = (String::new(), 0);
    for (start, end) in spans {
        if let Some(before) = listing.title.get(at..start) {
            title.push_str(before);
            title.push(' ');
            at = end;
        }
    }
    title.push_str(listing.title.get(at..).unwrap_or(""));
    article.title = title;
    article
}

fn names_a_brand(field: &str) -> bool {
    let field = field.trim().to_lowercase();
    !matches!(
        field.as_str(),
        "" | "unbranded" | "no brand" | "generic" | "none" | "n/a" | "na" | "-" | "does not apply"
    )
}

/// Four characters and a digit: `black` or `12` as a part number says nothing.
fn is_telling(number: &str) -> bool {
    let letters = || number.chars().filter(|c| c.is_alphanumeric());
    letters().count() >= 4 && letters().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brands_names_are_no_part_of_its_titles() {
        let names = Names::new(
            &Brand {
                name: "The North Face".to_owned(),
                aliases: vec!["TNF".to_owned()],
                ..Brand::default()
            },
            &[],
        );
        for (title, left) in [
            ("THE NORTH FACE Nuptse 700", "Nuptse 700"),
            ("Nuptse, by The North Face", "Nuptse, by"),
            ("TNF face mask", "face mask"),
            ("The North Face", "The North Face"),
        ] {
            assert_eq!(names.taken_from(title), left);
        }
    }
}
