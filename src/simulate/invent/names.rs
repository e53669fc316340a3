use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;

use crate::record::BrandId;
use crate::simulate::random::{chance, pick};

const ONSETS: [&str; 22] = [
    "Br", "Dr", "Fj", "Gw", "Hv", "Jor", "Kv", "Kel", "Lum", "Myr", "Nev", "Osk", "Pry", "Qu",
    "Rhov", "Skj", "Tarv", "Thr", "Ulv", "Vash", "Wey", "Zel",
];
const MIDDLES: [&str; 14] = [
    "a", "o", "ei", "u", "ae", "i", "ora", "eno", "iva", "usk", "olme", "adri", "ynne", "ethu",
];
const ENDS: [&str; 18] = [
    "dask", "lvik", "mbra", "nquist", "rvane", "sk", "tholm", "vexa", "zarn", "ldra", "mric",
    "nthe", "rquin", "stova", "vrek", "xel", "ndri", "lquor",
];

/// Names that the syllables above can make and that belong to someone, or mean something.
const AVOIDED: [&str; 6] = ["luma", "braun", "dralon", "zelda", "kelvin", "quark"];

/// A name that can be said and is no word, and that `taken` does not hold yet.
pub(super) fn unused(rng: &mut ChaCha8Rng, taken: &mut BTreeSet<BrandId>) -> String {
    loop {
        let name = word(rng);
        let id = BrandId::from_name(&name);
        if !AVOIDED.contains(&id.as_str()) && taken.insert(id) {
            return name;
        }
    }
}

/// The same for a line of models, shorter.
pub(super) fn line(rng: &mut ChaCha8Rng) -> String {
    let ending = [
        "ra", "ko", "vin", "est", "ulo", "ax", "ein", "ori", "umn", "eth",
    ];
    format!(
        "{}{}{}",
        pick(rng, &ONSETS),
        pick(rng, &["a", "e", "i", "o", "u"]),
        pick(rng, &ending)
    )
}

fn word(rng: &mut ChaCha8Rng) -> String {
    let mut name = format!(
        "{}{}{}",
        pick(rng, &ONSETS),
        pick(rng, &MIDDLES),
        pick(rng, &ENDS)
    );
    if chance(rng, 0.15) {
        name = format!(
            "{name} {}",
            pick(rng, &["Works", "Atelier", "Supply", "Nord"])
        );
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::random::stream;

    #[test]
    fn names_are_never_given_twice() {
        let (mut rng, mut taken) = (stream(1, "names", 0), BTreeSet::new());
        for count in 1..=2000 {
            let name = unused(&mut rng, &mut taken);
            assert_eq!(taken.len(), count, "{name}");
            assert!(
                name.chars().all(|c| c.is_ascii_alphabetic() || c == ' '),
                "{name}"
            );
        }
    }
}
