//! Pictures that decisions left behind: of known fakes, and cleared ones.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::FrameHit;
use super::animations::best;
use super::images::{ImageIndex, ImageRole, ReferenceImage, Verdict};
use crate::image::{Fingerprint, FrameFingerprint};
use crate::record::{BrandId, ContentHash, ProductId};

/// What a banked picture is evidence of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BankKind {
    /// Fakes were offered with it.
    KnownFake,
    /// It was looked at and says nothing against its listing.
    Cleared,
}

impl BankKind {
    /// The word in every table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KnownFake => "known_fake",
            Self::Cleared => "cleared",
        }
    }

    /// Reads the word, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace('-', "_");
        [Self::KnownFake, Self::Cleared]
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(&text))
    }
}

/// A picture in a bank, and where it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BankEntry {
    /// Its name in the bank, see [`BankEntry::id_of`].
    pub id: String,
    /// What it is evidence of.
    pub kind: BankKind,
    /// For which brand.
    pub brand: BrandId,
    /// The product that it passes for, where that is known.
    pub product: Option<ProductId>,
    /// What it looks like.
    pub fingerprint: Fingerprint,
    /// Where it came from: `listing <id> of <run>`, or a file.
    pub source: String,
    /// The place in the log of the decision that put it here; `None` for one put in by hand.
    pub decision: Option<u64>,
    /// Who put it here.
    pub added_by: String,
    /// When.
    pub added_on: Date,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// Whether it counts.
    pub enabled: bool,
}

impl BankEntry {
    /// The name of a picture in a bank: 16 hexadecimal digits of a hash of what makes it one of its own.
    pub fn id_of(kind: BankKind, brand: &BrandId, content: ContentHash) -> String {
        let text = format!("{} {brand} {content}", kind.as_str());
        ContentHash::of(text.as_bytes()).to_string()[..16].to_owned()
    }

    /// Whether it counts on `day`.
    pub fn counts_on(&self, day: Date) -> bool {
        self.enabled && self.until.is_none_or(|until| day <= until)
    }

    /// The name that hits carry.
    pub fn name(&self) -> String {
        self.reference().name()
    }

    /// Whether `name`, which a hit carries, is of a banked picture.
    pub fn is_name(name: &str) -> bool {
        name.split_once('/')
            .is_some_and(|(_, file)| file.starts_with("bank/"))
    }

    fn reference(&self) -> ReferenceImage {
        ReferenceImage {
            brand: self.brand.clone(),
            product: self.product.clone(),
            file: format!("bank/{}", self.id),
            role: ImageRole::KnownFake,
            fingerprint: self.fingerprint,
        }
    }
}

/// Both banks, to be searched.
///
/// They are searched by hashes of whole pictures alone: what was kept of a picture when it was first read is enough, so
/// that a fake confirmed today is held against every old picture without decoding one again.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    known_fakes: ImageIndex,
    cleared: ImageIndex,
    version: Option<ContentHash>,
}

impl Bank {
    /// The entries that count on `day`.
    pub fn new(entries: &[BankEntry], day: Date) -> Self {
        let mut entries: Vec<&BankEntry> = entries
            .iter()
            .filter(|entry| entry.counts_on(day))
            .collect();
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        let of = |kind: BankKind| {
            let own = entries.iter().filter(|entry| entry.kind == kind);
            ImageIndex::new(own.map(|entry| entry.reference()).collect())
        };
        let names: String = entries
            .iter()
            .map(|entry| format!("{}\n", entry.id))
            .collect();
        Self {
            known_fakes: of(BankKind::KnownFake),
            cleared: of(BankKind::Cleared),
            version: (!entries.is_empty()).then(|| ContentHash::of(names.as_bytes())),
        }
    }

    /// How many pictures of known fakes, and how many cleared ones.
    pub fn sizes(&self) -> [usize; 2] {
        [self.known_fakes.len(), self.cleared.len()]
    }

    /// A hash over what is in it; `None` when nothing is.
    pub fn version(&self) -> Option<ContentHash> {
        self.version
    }

    /// The names that hits carry, of known fakes.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.known_fakes
            .references()
            .iter()
            .map(ReferenceImage::name)
    }

    /// The banked picture of that name, which hits carry.
    pub fn get(&self, name: &str) -> Option<&ReferenceImage> {
        self.known_fakes.get(name)
    }

    /// What a picture matches, without what was cleared and with the known fakes that any of its frames is a copy of:
    /// best first, one entry a reference, at most [`super::ImageHit::MOST`]. `hits` is what catalogs say of it.
    pub fn weigh(
        &self,
        first: &Fingerprint,
        later: &[FrameFingerprint],
        hits: &[FrameHit],
    ) -> Vec<FrameHit> {
        let known = copies(&self.known_fakes, first, later);
        let cleared = copies(&self.cleared, first, later);
        if known.is_empty() && cleared.is_empty() {
            return hits.to_vec();
        }
        let hits = hits.iter().cloned().chain(known);
        best(
            hits.filter(|found| {
                cleared
                    .iter()
                    .all(|clear| clear.hit.brand != found.hit.brand)
            })
            .collect(),
        )
    }
}

fn copies(index: &ImageIndex, first: &Fingerprint, later: &[FrameFingerprint]) -> Vec<FrameHit> {
    if index.is_empty() {
        return Vec::new();
    }
    let later = later.iter().map(|frame| (frame.index, &frame.fingerprint));
    let frames = [(0, first)].into_iter().chain(later);
    let found = frames.flat_map(|(frame, print)| {
        let hits = index.hits(print).into_iter();
        hits.map(move |hit| FrameHit { frame, hit })
    });
    found
        .filter(|found| found.hit.verdict == Verdict::Copy && found.hit.confidence >= 0.5)
        .collect()
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};
    use jiff::civil::date;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::{Bank, BankEntry, BankKind};
    use crate::image::{Fingerprint, Limits, fingerprint};
    use crate::reference::FrameHit;

    /// A picture of tiles that only `seed` decides on.
    fn print(seed: u64) -> Fingerprint {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let tiles: [[u8; 3]; 64] = std::array::from_fn(|_| rng.random());
        let picture =
            RgbImage::from_fn(256, 256, |x, y| Rgb(tiles[(y / 32 * 8 + x / 32) as usize]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .expect("a PNG");
        fingerprint(bytes.get_ref(), &Limits::default()).expect("a picture")
    }

    fn entry(kind: BankKind, brand: &str, fingerprint: Fingerprint) -> BankEntry {
        BankEntry {
            id: BankEntry::id_of(kind, &brand.into(), fingerprint.content),
            kind,
            brand: brand.into(),
            product: None,
            fingerprint,
            source: "listing L1 of run r".to_owned(),
            decision: Some(1),
            added_by: "ann".to_owned(),
            added_on: date(2026, 3, 1),
            until: Some(date(2026, 4, 30)),
            enabled: true,
        }
    }

    fn names(bank: &Bank, print: &Fingerprint, hits: &[FrameHit]) -> Vec<String> {
        let found = bank.weigh(print, &[], hits).into_iter();
        found.map(|found| found.hit.reference).collect()
    }

    #[test]
    fn a_known_fake_is_found_until_its_last_day_and_a_cleared_picture_says_nothing() {
        let (fake, other) = (print(1), print(2));
        let known = entry(BankKind::KnownFake, "luma", fake);
        let day = date(2026, 4, 30);
        let bank = Bank::new(std::slice::from_ref(&known), day);
        assert_eq!(names(&bank, &fake, &[]), [known.name()]);
        assert_eq!(names(&bank, &other, &[]), [""; 0]);
        assert!(bank.get(&known.name()).is_some());
        let late = Bank::new(std::slice::from_ref(&known), date(2026, 5, 1));
        assert_eq!((names(&late, &fake, &[]).len(), late.version()), (0, None));

        let hits = bank.weigh(&fake, &[], &[]);
        let cleared = entry(BankKind::Cleared, "luma", fake);
        let bank = Bank::new(std::slice::from_ref(&cleared), day);
        assert_eq!(names(&bank, &fake, &hits), [""; 0]);
        assert_eq!(
            names(&bank, &other, &hits),
            [known.name()],
            "another picture"
        );
        let elsewhere = entry(BankKind::Cleared, "orbis", fake);
        let bank = Bank::new(&[known.clone(), elsewhere], day);
        assert_eq!(
            names(&bank, &fake, &[]),
            [known.name()],
            "cleared for another brand"
        );
    }
}
