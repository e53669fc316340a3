//! Titles, descriptions and brand fields, as honest sellers and sellers of fakes write them.

use std::collections::BTreeSet;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::super::invent;
use super::super::random::{chance, pick, weighted};
use super::disguise::{masked, misspelt, nickname};
use super::kind::Kind;
use super::phrases::Phrases;
use super::shelf::{Goods, Shelf};

/// What the seller wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) brand: String,
}

/// Longest title, in characters, as on most marketplaces.
const TITLE: usize = 150;

/// The text of one offer of `goods`.
pub(super) fn write(
    rng: &mut ChaCha8Rng,
    kind: Kind,
    goods: &Goods,
    shelf: &Shelf,
    words: &Phrases,
) -> Text {
    let brand = &shelf.brands[goods.brand].brand;
    let name = match kind {
        Kind::MaskedName => masked(rng, &brand.name),
        Kind::MisspeltName if chance(rng, 0.3) => nickname(rng, &brand.name),
        Kind::MisspeltName | Kind::HonestMisspelling => misspelt(rng, &brand.name),
        Kind::Slang => match weighted(rng, &[0.6, 0.2, 0.1, 0.1]) {
            0 => brand.name.clone(),
            1 => nickname(rng, &brand.name),
            2 => masked(rng, &brand.name),
            _ => misspelt(rng, &brand.name),
        },
        _ if chance(rng, 0.07) => pick(rng, &brand.aliases),
        _ => brand.name.clone(),
    };
    let name = if name.is_empty() {
        brand.name.clone()
    } else {
        name
    };
    let model = model(rng, kind, goods, shelf);
    let templates = match kind {
        Kind::LookAlike => &words.plain,
        Kind::SecondHand => &words.second_hand,
        Kind::Sale => &words.sale,
        Kind::Accessory => &words.accessory,
        Kind::Parts => &words.spare,
        Kind::EmptyBox => &words.empty_box,
        Kind::Book => &words.book,
        Kind::ScaleModel => &words.scale_model,
        Kind::Bundle => &words.bundle,
        Kind::NotAReplica => &words.not_replica,
        Kind::Unrelated => &words.unrelated,
        Kind::Slang => &words.slang,
        Kind::TooCheap if chance(rng, 0.2) => &words.sale,
        _ => &words.offer,
    };
    let mut title = pick(rng, templates)
        .replace("{brand}", &name)
        .replace("{model}", &model)
        .replace("{colour}", &colour(goods))
        .replace("{size}", &size(rng, goods))
        .replace("{part}", &pick(rng, &words.parts));
    match weighted(rng, &[0.86, 0.07, 0.04, 0.03]) {
        1 => title = title.to_uppercase(),
        2 => title.push_str(pick(rng, &["!!", " ✨", " - WOW", " 🔥", " *"])),
        3 => title = title.to_lowercase(),
        _ => {}
    }
    let title = title
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(TITLE)
        .collect();
    Text {
        title,
        description: describe(rng, kind, goods, words),
        brand: field(rng, kind, &brand.name, &name),
    }
}

fn model(rng: &mut ChaCha8Rng, kind: Kind, goods: &Goods, shelf: &Shelf) -> String {
    if kind == Kind::Nonexistent {
        return nonexistent(rng, goods, shelf);
    }
    if kind == Kind::LookAlike && chance(rng, 0.65) {
        return goods.noun.clone();
    }
    let model = if chance(rng, 0.5) {
        goods.model.replace(['-', '_'], " ")
    } else {
        goods.model.clone()
    };
    let words: Vec<&str> = model.split_whitespace().collect();
    if words.len() > 3 && chance(rng, 0.22) {
        words[..3].join(" ")
    } else {
        model
    }
}

/// A model that the brand never made: another number, a suffix, or a name of its own.
fn nonexistent(rng: &mut ChaCha8Rng, goods: &Goods, shelf: &Shelf) -> String {
    loop {
        let number = rng.random_range(2..99) * if chance(rng, 0.5) { 10 } else { 1 };
        let words: Vec<&str> = goods.model.split_whitespace().collect();
        let numbered = words
            .iter()
            .position(|word| word.chars().all(|c| c.is_ascii_digit()));
        let suffix = pick(
            rng,
            &[
                "Pro Max",
                "X2",
                "Ultra",
                "Limited GT",
                "V9",
                "Air 3",
                "Gold Edition",
                "Collab 2026",
            ],
        );
        let text = number.to_string();
        let made_up = match (numbered, rng.random_range(0..3)) {
            (Some(place), 0 | 1) => {
                let mut changed = words.clone();
                changed[place] = &text;
                changed.join(" ")
            }
            (_, 2) => format!("{} {text} {}", invent::model_line(rng), goods.noun),
            _ => format!(
                "{} {suffix} {text}",
                words.iter().take(2).copied().collect::<Vec<_>>().join(" ")
            ),
        };
        if !shelf.has_model(goods.brand, &made_up) {
            return made_up;
        }
    }
}

fn colour(goods: &Goods) -> String {
    goods.product.color.to_lowercase()
}

fn size(rng: &mut ChaCha8Rng, goods: &Goods) -> String {
    if ["shoe", "sneaker", "boot"]
        .iter()
        .any(|noun| goods.noun.contains(noun))
    {
        return rng.random_range(36..47).to_string();
    }
    pick(rng, &["S", "M", "L", "XL"]).to_owned()
}

fn describe(rng: &mut ChaCha8Rng, kind: Kind, goods: &Goods, words: &Phrases) -> String {
    let mut parts: Vec<String> = Vec::new();
    let of_brand = !matches!(
        kind,
        Kind::Unrelated
            | Kind::Accessory
            | Kind::Book
            | Kind::EmptyBox
            | Kind::ScaleModel
            | Kind::LookAlike
    );
    if of_brand && chance(rng, 0.42) {
        parts.push(goods.product.description.chars().take(240).collect());
    }
    let used = matches!(
        kind,
        Kind::SecondHand | Kind::Parts | Kind::EmptyBox | Kind::NotAReplica
    );
    let bare = match kind {
        Kind::Convincing => 0.12,
        Kind::Unrelated | Kind::Accessory => 0.25,
        kind if kind.is_fake() => 0.5,
        _ => 0.07,
    };
    let list = if used {
        &words.used_note
    } else if chance(rng, bare) {
        &words.bare_note
    } else {
        &words.note
    };
    parts.push(pick(rng, list));
    if chance(rng, 0.4) {
        parts.push(pick(rng, &words.note));
    }
    let claims = match kind {
        Kind::FalseClaim | Kind::NotAReplica => 0.9,
        Kind::Convincing | Kind::TooCheap => 0.25,
        kind if kind.is_fake() => 0.15,
        Kind::Reseller | Kind::NewSeller | Kind::SecondHand | Kind::Sale => 0.13,
        _ => 0.03,
    };
    if chance(rng, claims) {
        parts.push(pick(rng, &words.claim));
    }
    let false_claims = match kind {
        Kind::FalseClaim => 1.0,
        kind if kind.is_fake() => 0.06,
        _ => 0.004,
    };
    if chance(rng, false_claims) {
        parts.push(pick(rng, &words.false_claim));
    }
    let slang = match kind {
        Kind::Slang => 0.7,
        Kind::LookAlike => 0.12,
        kind if kind.is_fake() => 0.03,
        _ => 0.0005,
    };
    if chance(rng, slang) {
        parts.push(pick(rng, &words.slang_note));
    }
    if chance(rng, if kind.is_fake() { 0.05 } else { 0.006 }) {
        parts.push(format!("WhatsApp +1 555 01{:02}", rng.random_range(0..100)));
    }
    let mut seen = BTreeSet::new();
    parts.retain(|part| !part.is_empty() && seen.insert(part.clone()));
    parts.join(" ")
}

/// The brand field. Those who hide the name leave it empty; some honest sellers do too, and some
/// put the name of what their goods fit.
fn field(rng: &mut ChaCha8Rng, kind: Kind, brand: &str, written: &str) -> String {
    const NONE: [&str; 5] = ["", "", "no brand", "Unbranded", "Generic"];
    let one_of = |rng: &mut ChaCha8Rng, weights: [f64; 4]| match weighted(rng, &weights) {
        0 => brand.to_owned(),
        1 => written.to_owned(),
        2 => invent::other_brand(rng),
        _ => pick(rng, &NONE).to_owned(),
    };
    match kind {
        Kind::MaskedName | Kind::MisspeltName => one_of(rng, [0.08, 0.22, 0.05, 0.65]),
        Kind::HonestMisspelling => one_of(rng, [0.35, 0.4, 0.0, 0.25]),
        Kind::Slang => one_of(rng, [0.4, 0.1, 0.05, 0.45]),
        Kind::LookAlike => one_of(rng, [0.0, 0.0, 0.3, 0.7]),
        Kind::Accessory | Kind::ScaleModel | Kind::Book => one_of(rng, [0.1, 0.0, 0.45, 0.45]),
        Kind::Unrelated => one_of(rng, [0.0, 0.0, 0.55, 0.45]),
        Kind::SecondHand | Kind::Parts | Kind::EmptyBox => one_of(rng, [0.75, 0.0, 0.0, 0.25]),
        _ => one_of(rng, [0.88, 0.02, 0.0, 0.1]),
    }
}
