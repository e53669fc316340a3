//! READ: one listing and its images in, its [`Signals`] out. No state is shared between listings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::prelude::*;

use crate::image::{Fingerprint, Folder};
use crate::intake::SharedNames;
use crate::price::{self, Asked, Comparable, Rates};
use crate::record::{BrandId, ContentHash, Listing};
use crate::reference::images::Depth;
use crate::reference::{
    Bank, Catalog, FrameHit, ImageHit, ProductHit, Reference, ReferenceImage, Verdict,
};
use crate::signals::{Animation, FrameSignal, ImageSignal, ReadListing, Signals};
use crate::store::FingerprintCache;
use crate::text::{Lexicons, Reader, Reading};

use super::pictures::{PictureRead, Pictures, ReferenceFiles, Shows, details};
use super::settings::LocalFeatures;
use super::{ScanError, Settings};

/// Raised whenever the text of the same listing would be read differently.
const READING: &str = "reading 4";

/// A listing to be read.
pub(super) struct Known {
    pub listing: Listing,
    /// What its text shows, where that is known from an earlier run; price and pictures are looked at anew.
    pub signals: Option<Signals>,
}

/// All that READ holds a listing against.
pub struct Engine {
    reference: Reference,
    bank: Bank,
    reader: Reader,
    rates: Rates,
    pictures: Pictures,
    /// By account, see [`SellerId::account`](crate::record::SellerId::account).
    authorised: BTreeMap<String, Vec<BrandId>>,
    /// What the reading of a text depends on besides the listing.
    reading_version: ContentHash,
    settings: Settings,
}

/// What READ takes from files of the settings.
pub(super) struct Sources {
    pub lexicons: Lexicons,
    pub rates: Rates,
}

impl Sources {
    fn of(settings: &Settings) -> Result<Self, ScanError> {
        let lexicons = match &settings.lexicons {
            Some(folder) => Lexicons::from_dir(folder)?,
            None => Lexicons::embedded()?,
        };
        let rates = match &settings.rates {
            Some(path) => {
                let file = std::fs::File::open(path).map_err(|source| ScanError::Io {
                    path: path.clone(),
                    source,
                })?;
                Rates::from_ecb_csv(file)?
            }
            None => Rates::embedded()?,
        };
        Ok(Self { lexicons, rates })
    }
}

impl Engine {
    /// Builds the search structures over `catalogs`, whose pictures are in `files`. Pictures that `cache` knows are not
    /// decoded again.
    ///
    /// # Errors
    /// When a lexicon, rates file or image folder that the settings name, or the cache, cannot be used.
    pub fn new(
        catalogs: Vec<Catalog>,
        settings: &Settings,
        files: &ReferenceFiles,
        cache: Option<FingerprintCache>,
    ) -> Result<Self, ScanError> {
        let reference = Reference::with_details(catalogs, |images| {
            details(images, files, &settings.limits(), cache.as_ref())
        })?;
        Self::over(reference, Sources::of(settings)?, settings, cache)
    }

    /// The same over search structures that are whole already.
    ///
    /// # Errors
    /// When the image folder that the settings name, or the cache, cannot be used.
    pub(super) fn over(
        reference: Reference,
        sources: Sources,
        settings: &Settings,
        cache: Option<FingerprintCache>,
    ) -> Result<Self, ScanError> {
        let limits = settings.limits();
        let folder = settings
            .images
            .as_deref()
            .map(|path| open_folder(path, settings))
            .transpose()?;
        let mut authorised: BTreeMap<String, Vec<BrandId>> = BTreeMap::new();
        for brand in reference.brands() {
            for seller in &brand.authorised_sellers {
                let brands = authorised.entry(seller.account()).or_default();
                // Two spellings of one account are one permission.
                if brands.last() != Some(&brand.id) {
                    brands.push(brand.id.clone());
                }
            }
        }
        let program = env!("CARGO_PKG_VERSION");
        let mut reading_version = format!("{READING} {program} {}\n", sources.lexicons.version());
        for (brand, version) in reference.versions() {
            reading_version.push_str(&format!("{brand} {version}\n"));
        }
        Ok(Self {
            reading_version: ContentHash::of(reading_version.as_bytes()),
            reader: Reader::new(sources.lexicons, &reference.brand_names())?,
            pictures: Pictures::new(folder, limits, cache, &reference.images),
            reference,
            bank: Bank::default(),
            rates: sources.rates,
            authorised,
            settings: settings.clone(),
        })
    }

    /// Learns which file names several image addresses of `feeds` share, so that no listing gets
    /// another's picture. Reads the feeds' image columns once, when there is an image folder.
    ///
    /// # Errors
    /// When a feed cannot be read.
    pub fn for_feeds(mut self, feeds: &[PathBuf]) -> Result<Self, ScanError> {
        if self.pictures.folder().is_some() {
            let shared =
                SharedNames::read(feeds, self.settings.chunk_rows, &self.settings.columns)?;
            self.pictures.share_names(shared);
        }
        Ok(self)
    }

    /// Remembers, in its cache, what is in the files of pictures that changed before `begun`, a time before this call.
    pub fn remembering_files(mut self, begun: SystemTime) -> Self {
        self.pictures.remember_files(begun);
        self
    }

    /// The same where those names were found out elsewhere.
    pub fn with_shared_names(mut self, names: SharedNames) -> Self {
        self.pictures.share_names(names);
        self
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Holds pictures also against what decisions left behind.
    pub fn with_bank(mut self, bank: Bank) -> Self {
        self.bank = bank;
        self
    }

    /// What decisions left behind.
    pub fn bank(&self) -> &Bank {
        &self.bank
    }

    /// The reference picture of that name, of a catalog or a bank.
    pub fn reference_image(&self, name: &str) -> Option<&ReferenceImage> {
        let of_catalog = self.reference.images.get(name);
        of_catalog.or_else(|| self.bank.get(name))
    }

    /// The names of all reference pictures, of catalogs and of the bank of known fakes.
    pub fn reference_names(&self) -> impl Iterator<Item = String> {
        let of_catalogs = self.reference.images.references().iter();
        of_catalogs
            .map(ReferenceImage::name)
            .chain(self.bank.names())
    }

    /// The exchange rates.
    pub fn rates(&self) -> &Rates {
        &self.rates
    }

    /// The catalogs as search structures.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// The folder of listing images, when there is one.
    pub fn folder(&self) -> Option<&Folder> {
        self.pictures.folder()
    }

    /// How many of the listings' images were decoded so far; the others were known.
    pub fn decoded(&self) -> u64 {
        self.pictures.decoded()
    }

    /// Reads a chunk of listings in parallel; the result is in the same order.
    ///
    /// With a cache, an image that several listings show, under whatever name, is decoded once, and again where one asks
    /// for a closer look than those before it did.
    ///
    /// # Errors
    /// When the cache of pictures cannot be used.
    pub fn read(&self, listings: Vec<Listing>) -> Result<Vec<ReadListing>, ScanError> {
        let unknown = |listing| Known {
            listing,
            signals: None,
        };
        self.read_on(listings.into_iter().map(unknown).collect())
    }

    /// What the reading of a text depends on besides the listing: what is known under another version is read again.
    pub(super) fn reading_version(&self) -> &ContentHash {
        &self.reading_version
    }

    /// [`Engine::read`], of which some is known.
    pub(super) fn read_on(&self, listings: Vec<Known>) -> Result<Vec<ReadListing>, ScanError> {
        let mut read: Vec<ReadListing> = listings
            .into_par_iter()
            .map(|Known { listing, signals }| {
                let signals = match signals {
                    Some(known) => Signals {
                        price: self.price(&listing, &known.reading, &known.products),
                        ..known
                    },
                    None => self.signals(&listing),
                };
                ReadListing { listing, signals }
            })
            .collect();
        // A listing's images are looked at as closely as it asks for itself: what another listing of the chunk shows must
        // not change what is found in them.
        // A close look tells what hashes alone would, so it comes first.
        for depth in [Depth::LocalFeatures, Depth::Hashes] {
            let mut files: BTreeMap<&str, Depth> = BTreeMap::new();
            for ReadListing { listing, signals } in &read {
                if self.depth(signals) == depth {
                    files.extend(listing.images.iter().map(|file| (file.as_str(), depth)));
                }
            }
            let images = self.pictures.read(files, &self.reference.images)?;
            for ReadListing { listing, signals } in &mut read {
                if self.depth(signals) == depth {
                    signals.images = self.image_signals(listing, &images);
                }
            }
        }
        Ok(read)
    }

    /// How closely to look at the images of a listing, by what its text shows.
    fn depth(&self, signals: &Signals) -> Depth {
        let suspect = || {
            let named = !signals.reading.mentions.is_empty() || signals.slang();
            named
                || signals
                    .products
                    .first()
                    .is_some_and(|hit| hit.probability >= 0.5)
        };
        let closely = match self.settings.local_features {
            LocalFeatures::All => true,
            LocalFeatures::Suspects => suspect(),
            LocalFeatures::Off => false,
        };
        if closely {
            Depth::LocalFeatures
        } else {
            Depth::Hashes
        }
    }

    /// What the text and price of a listing show.
    fn signals(&self, listing: &Listing) -> Signals {
        let reading = self.reader.read(listing);
        let products = self.reference.product_index.hits(listing, &reading);
        let invented = self
            .reference
            .product_index
            .nonexistent(listing, &reading, &products);
        let price = self.price(listing, &reading, &products);
        Signals {
            listing_id: listing.id.clone(),
            reading,
            products,
            nearest_models: invented
                .as_ref()
                .map_or_else(Vec::new, |model| model.nearest.clone()),
            nonexistent_model: invented.map(|model| model.claimed),
            price,
            images: Vec::new(),
            authorised_by: self
                .authorised
                .get(&listing.seller.id.account())
                .cloned()
                .unwrap_or_default(),
        }
    }

    /// The asked price against the matched product's, unless something else than it is offered.
    fn price(&self, listing: &Listing, reading: &Reading, products: &[ProductHit]) -> Comparable {
        let other = reading
            .contexts
            .iter()
            .find(|context| context.kind.other_goods());
        let matched = products
            .first()
            .filter(|hit| hit.probability >= 0.5 && other.is_none())
            .and_then(|hit| self.reference.product(&hit.brand, &hit.product_id));
        let day = listing.listed_at.unwrap_or(self.settings.as_of);
        // A day after the run's own is a slip, or a way around the rates.
        let as_of = self.settings.as_of;
        let pieces = matched.map_or(1.0, |product| {
            price::pieces_per_reference(&listing.title, &product.title)
        });
        let asked = Asked {
            price: listing.asking_price(),
            shipping: listing.shipping,
            pieces,
        };
        let mut price = price::compare(asked, matched, day.min(as_of), as_of, &self.rates);
        if let Some(context) = other {
            price.why_missing = Some(format!(
                "\"{}\" says that something else is offered than the product",
                context.text
            ));
        }
        price
    }

    fn image_signals(
        &self,
        listing: &Listing,
        images: &BTreeMap<String, PictureRead>,
    ) -> Vec<ImageSignal> {
        // Without an image folder nothing is claimed about images, not even that they are missing.
        if self.pictures.folder().is_none() {
            return Vec::new();
        }
        let mut shown = BTreeSet::new();
        listing
            .images
            .iter()
            .filter_map(|image| {
                // Every image of the chunk was read.
                let read = images.get(image)?;
                Some(match &read.shows {
                    // Two addresses of one listing may lead to one file.
                    Ok(_) if !shown.insert(&read.file) => return None,
                    Ok(shows) => readable(&read.file, shows, &self.bank),
                    Err(reason) => unreadable(&read.file, reason),
                })
            })
            .collect()
    }
}

fn open_folder(path: &Path, settings: &Settings) -> Result<Folder, ScanError> {
    let folder = Folder::open(path).map_err(|reason| ScanError::Settings {
        origin: "images".to_owned(),
        problem: reason.to_string(),
    })?;
    Ok(folder.with_limits(settings.limits()))
}

fn readable(file: &str, shows: &Shows, bank: &Bank) -> ImageSignal {
    let fingerprint = &shows.fingerprint;
    let found = bank.weigh(fingerprint, &shows.later, &shows.hits);
    let hits: Vec<ImageHit> = found.iter().map(|found| found.hit.clone()).collect();
    ImageSignal {
        file: file.to_owned(),
        status: "ok".to_owned(),
        content: Some(fingerprint.content),
        pdq: Some(fingerprint.pdq[0].to_string()),
        quality: Some(fingerprint.quality),
        key: image_key(fingerprint, &hits),
        hits,
        animation: animation(shows, &found),
    }
}

fn animation(shows: &Shows, found: &[FrameHit]) -> Option<Animation> {
    if shows.later.is_empty() && shows.cut.is_none() {
        return None;
    }
    let frames = shows.later.iter().map(|frame| {
        let matched = found.iter().filter(|hit| hit.frame == frame.index);
        FrameSignal {
            frame: frame.index,
            pdq: frame.fingerprint.pdq[0].to_string(),
            quality: frame.fingerprint.quality,
            matches: matched.map(|found| found.hit.reference.clone()).collect(),
        }
    });
    Some(Animation {
        frames: frames.collect(),
        cut: shows.cut.clone(),
    })
}

fn unreadable(file: &str, reason: &str) -> ImageSignal {
    ImageSignal {
        file: file.to_owned(),
        status: reason.to_owned(),
        content: None::<ContentHash>,
        pdq: None,
        quality: None,
        key: None,
        hits: Vec::new(),
        animation: None,
    }
}

/// A matched reference names its copies; other images are the same when their DCT hash is.
fn image_key(fingerprint: &Fingerprint, hits: &[ImageHit]) -> Option<String> {
    let matched = |hit: &&ImageHit| hit.verdict != Verdict::Related && hit.confidence >= 0.5;
    match hits.first().filter(matched) {
        Some(hit) => Some(hit.reference.clone()),
        None => fingerprint
            .is_telling()
            .then(|| format!("phash:{}", fingerprint.phash)),
    }
}
