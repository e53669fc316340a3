use super::{flag, share};
use crate::matching::align::number_likeness;
use crate::matching::facts::Facts;

pub(super) fn identifiers(left: &Facts, right: &Facts) -> [f64; 9] {
    let equal = left
        .models
        .iter()
        .filter(|model| right.models.binary_search(model).is_ok());
    let equal = equal.map(String::len).max();
    let pairs = left
        .models
        .iter()
        .flat_map(|a| right.models.iter().map(move |b| number_likeness(a, b)));
    let near = pairs.fold(0.0, f64::max);
    let inside = |one: &Facts, other: &Facts| {
        one.models
            .iter()
            .any(|model| model.len() >= 5 && other.letters.contains(model.as_str()))
    };
    let in_text = equal.is_none() && (inside(left, right) || inside(right, left));
    let both_models = !left.models.is_empty() && !right.models.is_empty();
    let both_fields = left.mpn.len() >= 2 && right.mpn.len() >= 2;
    let field = if both_fields {
        number_likeness(&left.mpn, &right.mpn)
    } else {
        0.0
    };
    let same_field = both_fields && left.mpn == right.mpn;
    let both_gtins = left.gtin.is_some() && right.gtin.is_some();
    [
        // A short number is sooner equal by chance.
        equal.map_or(0.0, |length| if length >= 5 { 1.0 } else { 0.6 }),
        if equal.is_none() { near } else { 0.0 },
        flag(both_models && equal.is_none() && near < 0.6),
        flag(in_text),
        flag(same_field),
        if same_field { 0.0 } else { field },
        flag(both_fields && !same_field && field < 0.6),
        flag(both_gtins && left.gtin == right.gtin),
        flag(both_gtins && left.gtin != right.gtin),
    ]
}

pub(super) fn measures(left: &Facts, right: &Facts) -> [f64; 5] {
    let equal = left
        .measures
        .iter()
        .filter(|measure| right.measures.contains(measure))
        .count();
    let (numbers, others) = (&left.numbers, &right.numbers);
    let same = numbers
        .iter()
        .filter(|number| others.contains(number))
        .count();
    [
        share(equal, 2),
        share(differing(left, right, |unit| unit != "pk"), 2),
        share(same, 2),
        flag(!numbers.is_empty() && !others.is_empty() && same == 0),
        share(numbers.len() + others.len() - 2 * same, 3),
    ]
}

/// Measures of the left whose unit the right has with other numbers only.
pub(super) fn differing(left: &Facts, right: &Facts, wanted: impl Fn(&str) -> bool) -> usize {
    let differs = |(number, unit): &&(String, &'static str)| {
        let mut of_unit = right
            .measures
            .iter()
            .filter(|(_, other)| other == unit)
            .peekable();
        wanted(unit) && of_unit.peek().is_some() && of_unit.all(|(other, _)| other != number)
    };
    left.measures.iter().filter(differs).count()
}
