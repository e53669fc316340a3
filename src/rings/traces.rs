//! What a listing leaves that another account of the same people may leave too.

use serde::{Deserialize, Serialize};

use super::Sketch;
use super::sketch::mixed;
use crate::record::Product;
use crate::reference::{ImageRole, Verdict};
use crate::signals::{ImageSignal, ReadListing};
use crate::text::views::folded;

/// What two sellers have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieKind {
    /// A picture that is not the brand's photo as the brand shows it.
    Image,
    /// Nearly the same words, without those that are the brand's own.
    Text,
    /// A number or account to deal elsewhere.
    Contact,
    /// The same price for the same product.
    Price,
    /// Accounts opened within days of each other.
    Opened,
}

impl TieKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Image,
        Self::Text,
        Self::Contact,
        Self::Price,
        Self::Opened,
    ];

    /// The word in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Text => "text",
            Self::Contact => "contact",
            Self::Price => "price",
            Self::Opened => "opened",
        }
    }

    /// Whether it is the sellers' own work. Prices follow the market and accounts are opened every day, so that
    /// these two support a tie and never make one.
    pub fn is_strong(self) -> bool {
        matches!(self, Self::Image | Self::Text | Self::Contact)
    }
}

/// Something of a listing by which others of the same people can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The same for all listings that may share it; carries the kind, see [`Trace::kind_of`].
    pub key: i64,
    /// By what those are compared that have the key in common; `None` where the key says it all.
    pub sketch: Option<Sketch>,
}

/// Differing bits up to which two pictures are one: half of what makes a picture a copy of a brand's photo, since here
/// nothing else is looked at.
const SAME_PICTURE: u32 = 16;
/// Equal bytes, of 32, from which two texts are nearly the same.
const SAME_TEXT: usize = 16;
/// A text of fewer word pairs, beside the brand's own, says nothing of who wrote it.
const FEWEST_PAIRS: usize = 6;
/// Differing bits up to which a picture is the brand's own photo, saved again, and nobody's in particular.
const OFFICIAL_PHOTO: u32 = 31;
/// Pictures of a listing that leave a trace, the first ones.
const MOST_PICTURES: usize = 8;
/// Letters and digits that a contact code has at least.
const SHORTEST_CODE: usize = 5;
/// Room for the kind in a key.
const KIND_BITS: u32 = 3;

impl Trace {
    fn plain(kind: TieKind, text: &str) -> Self {
        Self {
            key: key(kind, hash(text)),
            sketch: None,
        }
    }

    fn banded(kind: TieKind, sketch: Sketch) -> impl Iterator<Item = Self> {
        band_keys(kind, sketch).map(move |key| Self {
            key,
            sketch: Some(sketch),
        })
    }

    /// What sort of thing has the key; `None` for a number that is no key.
    pub fn kind_of(key: i64) -> Option<TieKind> {
        let kind = (key as u64 & ((1 << KIND_BITS) - 1)) as usize;
        TieKind::ALL.get(kind).copied()
    }

    /// Whether two sketches with a key in common are of the same thing.
    pub fn is_same(kind: TieKind, a: &Sketch, b: &Sketch) -> bool {
        match kind {
            TieKind::Image => a.distance(b) <= SAME_PICTURE,
            TieKind::Text => a.agreement(b) >= SAME_TEXT,
            TieKind::Contact | TieKind::Price | TieKind::Opened => true,
        }
    }
}

/// The keys under which a sketch is found.
pub(super) fn band_keys(kind: TieKind, sketch: Sketch) -> impl Iterator<Item = i64> {
    (0u64..).zip(sketch.bands()).map(move |(band, bytes)| {
        key(
            kind,
            mixed(band << 32 | u64::from(u32::from_le_bytes(bytes))),
        )
    })
}

fn key(kind: TieKind, hash: u64) -> i64 {
    (hash << KIND_BITS | kind as u64) as i64
}

fn hash(text: &str) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(first)
}

/// A seller as a number.
pub fn seller_key(seller_id: &str) -> i64 {
    hash(seller_id) as i64
}

/// What `read` leaves, without repetitions. Only listings that are about a registered brand or use words of the replica
/// trade leave anything. `product` is the brand's own that it was matched to: its words and its photos are stock that
/// honest sellers share.
pub fn traces(read: &ReadListing, product: Option<&Product>) -> Vec<Trace> {
    let signals = &read.signals;
    if signals.subject().is_none() && !signals.slang() {
        return Vec::new();
    }
    let mut found: Vec<Trace> = Vec::new();
    let own = signals.images.iter().filter(|image| is_own(image));
    for image in own.take(MOST_PICTURES) {
        let sketch = image.pdq.as_deref().and_then(Sketch::of_picture);
        found.extend(
            sketch
                .into_iter()
                .flat_map(|sketch| Trace::banded(TieKind::Image, sketch)),
        );
    }
    if let Some(sketch) = words(read, product) {
        found.extend(Trace::banded(TieKind::Text, sketch));
    }
    let contacts = signals.reading.contacts.iter();
    let codes = contacts.filter_map(|contact| contact_code(contact));
    found.extend(codes.map(|code| Trace::plain(TieKind::Contact, &code)));
    if let (Some(product), Some(price)) = (product, read.listing.asking_price()) {
        let offer = format!("{}/{} {price}", product.brand, product.id);
        found.push(Trace::plain(TieKind::Price, &offer));
    }
    found.sort_by_key(|trace| (trace.key, trace.sketch));
    found.dedup_by_key(|trace| trace.key);
    found
}

/// Whether a picture has enough to see, and is not a brand's photo as the brand shows it.
fn is_own(image: &ImageSignal) -> bool {
    let telling = image
        .quality
        .is_some_and(|quality| quality >= crate::image::Fingerprint::TELLING_QUALITY);
    let official = image.hits.iter().any(|hit| {
        hit.role == ImageRole::Official
            && hit.verdict != Verdict::Related
            && hit.distance <= OFFICIAL_PHOTO
    });
    telling && !official
}

/// The words of a listing less those that stand in the brand's own; `None` when too few are left.
fn words(read: &ReadListing, product: Option<&Product>) -> Option<Sketch> {
    let listing = &read.listing;
    let mut pairs = word_pairs(&format!("{} {}", listing.title, listing.description));
    if let Some(product) = product {
        let stock = word_pairs(&format!("{} {}", product.title, product.description));
        pairs.retain(|pair| stock.binary_search(pair).is_err());
    }
    (pairs.len() >= FEWEST_PAIRS).then(|| Sketch::of_text(&pairs))
}

/// Hashes of each word with the next, sorted, without repetitions.
fn word_pairs(text: &str) -> Vec<u64> {
    let text = folded(text);
    let words: Vec<u64> = text
        .split_whitespace()
        .map(|word| {
            word.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
            })
        })
        .collect();
    let mut pairs: Vec<u64> = words.windows(2).map(|two| mixed(two[0]) ^ two[1]).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The number or account of an invitation to deal elsewhere, in one way of writing; `None` for a messenger's name alone.
pub fn contact_code(contact: &str) -> Option<String> {
    let digits: String = contact.chars().filter(char::is_ascii_digit).collect();
    if digits.len() >= SHORTEST_CODE {
        return Some(digits);
    }
    let (_, account) = contact.rsplit_once([' ', ':', '：', '@', '='])?;
    let account: String = account
        .chars()
        .filter(|letter| letter.is_alphanumeric() || *letter == '_')
        .flat_map(char::to_lowercase)
        .collect();
    (account.chars().count() >= SHORTEST_CODE).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_the_same_however_it_is_written() {
        let code = |text: &str| contact_code(text);
        assert_eq!(code("WhatsApp +1 555 0123"), code("wa: +1-555-0123"));
        assert_eq!(
            code("WeChat: Replica_King"),
            Some("replica_king".to_owned())
        );
        assert_eq!(code("WhatsApp"), None);
    }

    #[test]
    fn a_key_tells_its_kind() {
        for kind in TieKind::ALL {
            assert_eq!(Trace::kind_of(key(kind, u64::MAX)), Some(kind));
            assert_eq!(Trace::kind_of(key(kind, 7)), Some(kind));
        }
    }

    #[test]
    fn texts_that_differ_in_few_words_are_the_same() {
        let sketch = |text: &str| Sketch::of_text(&word_pairs(text));
        let one = "Brora trail shoe black size 42 ships from our own stock within two days no returns on worn shoes ask for pictures";
        let other = "Brora trail shoe black size 43 ships from our own stock in two days, no returns on worn shoes ask for pictures!";
        let another = "Brora trail shoe black, worn twice, my daughter outgrew them; smoke-free home, collection in Leeds preferred";
        assert!(Trace::is_same(TieKind::Text, &sketch(one), &sketch(other)));
        assert!(!Trace::is_same(
            TieKind::Text,
            &sketch(one),
            &sketch(another)
        ));
    }
}
