//! One listing with nothing on it, for tests to put one thing on.

use iso_currency::Currency;

use crate::image::Transform;
use crate::price::Comparable;
use crate::record::{Listing, Money};
use crate::reference::{ImageHit, ImageRole, ProductHit, Verdict};
use crate::signals::{ImageSignal, Relations, Signals};
use crate::text::{Context, ContextKind, Disguise, Field, Mention, Reading};

use super::{FeatureRow, Input};

pub(crate) struct Case {
    pub(crate) listing: Listing,
    pub(crate) signals: Signals,
    pub(crate) relations: Relations,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            listing: Listing::default(),
            signals: Signals {
                listing_id: "L1".into(),
                reading: Reading::default(),
                products: Vec::new(),
                nonexistent_model: None,
                nearest_models: Vec::new(),
                price: Comparable::default(),
                images: Vec::new(),
                authorised_by: Vec::new(),
            },
            relations: Relations::default(),
        }
    }
}

impl Case {
    pub(crate) fn with_hit(hit: ImageHit) -> Self {
        let mut case = Self::default();
        case.listing.images = vec!["a.jpg".into()];
        case.signals.images = vec![ImageSignal {
            file: "a.jpg".into(),
            status: "ok".into(),
            content: None,
            pdq: None,
            quality: Some(100),
            key: None,
            hits: vec![hit],
            animation: None,
        }];
        case
    }

    pub(crate) fn input(&self) -> Input<'_> {
        Input {
            listing: &self.listing,
            signals: &self.signals,
            relations: &self.relations,
        }
    }

    pub(crate) fn row(&self) -> FeatureRow {
        FeatureRow::new(&self.input())
    }

    /// A price of `ratio` of 100 USD.
    pub(crate) fn set_ratio(&mut self, ratio: f64) {
        self.signals.price.amount = Money::from_major(ratio * 100.0, Currency::USD);
        self.signals.price.reference = Money::from_major(100.0, Currency::USD);
        self.signals.price.ratio = Some(ratio);
    }

    pub(crate) fn set_product(&mut self, probability: f64, title_likeness: f64) {
        self.signals.products = vec![ProductHit {
            product_id: "P1".into(),
            brand: "luma".into(),
            title: "Luma day bag".into(),
            probability,
            title_likeness,
            why: "same title".into(),
        }];
    }
}

pub(crate) fn hit(reference: &str, distance: u32, confidence: f64) -> ImageHit {
    ImageHit {
        colour_difference: None,
        reference: reference.into(),
        brand: "luma".into(),
        product_id: Some("P1".into()),
        role: ImageRole::Official,
        verdict: Verdict::Copy,
        transform: Transform::Identity,
        distance,
        phash_distance: 0,
        inverted: false,
        inliers: 0,
        features: None,
        query_coverage: 1.0,
        in_reference: Vec::new(),
        in_query: Vec::new(),
        coverage: 1.0,
        confidence,
    }
}

pub(crate) fn mention(brand: &str, disguise: Option<Disguise>, confidence: f64) -> Mention {
    Mention {
        brand: brand.into(),
        text: brand.into(),
        field: Field::Title,
        start: 0,
        end: brand.len(),
        disguise,
        confidence,
        lawful: false,
    }
}

pub(crate) fn context(kind: ContextKind, text: &str) -> Context {
    Context {
        kind,
        text: text.into(),
        brand: None,
    }
}
