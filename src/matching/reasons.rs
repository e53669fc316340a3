//! What comparisons say, in words.

use super::compare::{COMPARISONS, Values};

/// Comparisons that speak for themselves, in the order in which a person would name them; what they
/// say holds from half their range on.
const SAID: &[(&str, &str)] = &[
    ("gtin_equal", "same GTIN"),
    ("mpn_equal", "same part number"),
    ("model_equal", "same model number"),
    ("mpn_near", "similar part number"),
    ("model_near", "similar model number"),
    ("colour_equal", "same colour"),
    ("brand_equal", "same brand"),
    ("gtin_differs", "another GTIN"),
    ("mpn_differs", "another part number"),
    ("model_differs", "another model number"),
    ("number_differs", "another number"),
    ("measure_differs", "another measure"),
    ("colour_differs", "another colour"),
    ("brand_differs", "another brand"),
    ("kind_differs", "another kind of goods"),
    ("pack_differs", "another pack"),
    ("audience_differs", "made for others"),
];
/// Numbers are named before the title, for they tell more.
const BEFORE_TITLE: usize = 5;

/// What the comparisons of a pair say, for a person to read, and how alike the titles are, 0..=1.
pub fn reasons(values: &Values, title_likeness: f64) -> Vec<&'static str> {
    let holds = |(name, _): &&(&str, &str)| value(values, name) >= 0.5;
    let say = |(_, words): &(&'static str, &'static str)| *words;
    let (before, after) = SAID.split_at(BEFORE_TITLE);
    let mut said: Vec<&str> = before.iter().filter(holds).map(say).collect();
    said.extend(of_title(title_likeness));
    said.extend(after.iter().filter(holds).map(say));
    said
}

fn of_title(likeness: f64) -> Option<&'static str> {
    match likeness {
        0.98.. => Some("same title"),
        0.8.. => Some("nearly the same title"),
        0.5.. => Some("similar title"),
        0.1.. => Some("title words in common"),
        _ => None,
    }
}

/// The value of a comparison; 0 for a name that is none, which tests rule out.
pub fn value(values: &Values, name: &str) -> f64 {
    let place = COMPARISONS.iter().position(|of| of.name == name);
    place
        .and_then(|place| values.get(place))
        .copied()
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comparisons_are_said() {
        for (name, _) in SAID {
            assert!(COMPARISONS.iter().any(|of| of.name == *name), "{name}");
        }
    }

    #[test]
    fn numbers_come_before_the_title() {
        let mut values = [0.0; COMPARISONS.len()];
        for (value, of) in values.iter_mut().zip(&COMPARISONS) {
            let wanted = ["mpn_equal", "colour_differs"];
            *value = f64::from(u8::from(wanted.contains(&of.name)));
        }
        assert_eq!(
            reasons(&values, 1.0),
            ["same part number", "same title", "another colour"]
        );
    }
}
