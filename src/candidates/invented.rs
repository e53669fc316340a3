//! An invented brand, listing and score, small enough to hold in the head, for tests.

use jiff::civil::date;

use crate::features::{Family, Input};
use crate::image::Transform;
use crate::model::{Contribution, Score, Scored};
use crate::price::Comparable;
use crate::record::{Brand, ContentHash, Listing, Money, Product, Right, RightKind, Seller};
use crate::reference::{Catalog, ImageHit, ImageRole, ProductHit, Reference, Verdict};
use crate::signals::{ImageSignal, Relations, Signals};
use crate::text::{Field, Mention, Reading};

use super::{
    Action, Candidate, Case, CitedRight, Cue, EvidenceImage, Ground, MatchedImage, MatchedProduct,
    Neighbours, Purpose,
};

/// All that a case borrows from.
pub(crate) struct World {
    pub listing: Listing,
    pub signals: Signals,
    pub relations: Relations,
    pub scored: Scored,
    pub brand: Brand,
    pub threshold: f64,
    pub reference: Reference,
}

impl Default for World {
    /// A new bag under Luma's name, with Luma's photo, at 30 % of Luma's price.
    fn default() -> Self {
        let brand = brand();
        let catalog = Catalog {
            brand: brand.clone(),
            products: vec![Product {
                id: "P1".into(),
                brand: "luma".into(),
                title: "Luma Day Bag".to_owned(),
                price: Some(money("130.00 USD")),
                images: vec!["day-bag.jpg".to_owned()],
                ..Product::default()
            }],
            images: Vec::new(),
            version: ContentHash::of(b"luma"),
        };
        Self {
            listing: Listing {
                id: "L1".into(),
                title: "Luma day bag".to_owned(),
                images: vec!["1.jpg".to_owned()],
                seller: Seller {
                    id: "S1".into(),
                    name: "Bags & More".to_owned(),
                    ..Seller::default()
                },
                ..Listing::default()
            },
            signals: Signals {
                listing_id: "L1".into(),
                reading: Reading {
                    mentions: vec![mention()],
                    ..Reading::default()
                },
                products: vec![ProductHit {
                    product_id: "P1".into(),
                    brand: "luma".into(),
                    title: "Luma Day Bag".to_owned(),
                    probability: 0.9,
                    title_likeness: 0.9,
                    why: "nearly the same title".to_owned(),
                }],
                nonexistent_model: None,
                nearest_models: Vec::new(),
                price: Comparable {
                    amount: Some(money("39.00 USD")),
                    reference: Some(money("130.00 USD")),
                    ratio: Some(0.3),
                    ..Comparable::default()
                },
                images: vec![image(vec![hit()])],
                authorised_by: Vec::new(),
            },
            relations: Relations::default(),
            scored: scored(&[
                ("image.brand_photo", Family::Image, 1.5),
                ("text.brand_mention", Family::Text, 0.4),
                ("price.depth", Family::Price, 2.0),
                ("seller.new_account", Family::Seller, 0.0),
            ]),
            brand,
            threshold: 0.5,
            reference: Reference::new(vec![catalog]),
        }
    }
}

impl World {
    pub fn case(&self) -> Case<'_> {
        Case {
            input: Input {
                listing: &self.listing,
                signals: &self.signals,
                relations: &self.relations,
            },
            scored: &self.scored,
            reference: &self.reference,
            as_of: date(2026, 1, 2),
            threshold: self.threshold,
            market: &[],
        }
    }

    /// What the router says, for this world's `brand`, which a test may have changed.
    pub fn route(&self) -> Result<(Ground, CitedRight), super::ground::NoBasis> {
        let look_up = |id: &_| (id == &self.brand.id).then_some(&self.brand);
        let offer = super::Offer::default();
        super::ground::route(&self.signals, look_up, &offer, date(2026, 1, 2))
            .map(|basis| (basis.ground, basis.right))
    }
}

/// A brand with every right in force, and the rights in its photos.
pub(crate) fn brand() -> Brand {
    let right = |kind, number: &str| Right {
        kind,
        number: number.to_owned(),
        office: "EUIPO".to_owned(),
        territories: vec!["EU".to_owned()],
        nice_classes: vec![18],
        expiry: Some(date(2031, 5, 1)),
    };
    Brand {
        id: "luma".into(),
        name: "Luma".to_owned(),
        rights: vec![
            right(RightKind::Trademark, "018000001"),
            right(RightKind::Design, "018000002"),
        ],
        image_rights: true,
        ..Brand::default()
    }
}

/// The brand's name, plain, in the title.
pub(crate) fn mention() -> Mention {
    Mention {
        brand: "luma".into(),
        text: "Luma".to_owned(),
        field: Field::Title,
        start: 0,
        end: 4,
        disguise: None,
        confidence: 0.95,
        lawful: false,
    }
}

/// A copy of an official photo.
pub(crate) fn hit() -> ImageHit {
    ImageHit {
        colour_difference: None,
        reference: "luma/day-bag.jpg".to_owned(),
        brand: "luma".into(),
        product_id: Some("P1".into()),
        role: ImageRole::Official,
        verdict: Verdict::Copy,
        transform: Transform::Identity,
        distance: 6,
        phash_distance: 2,
        inverted: false,
        inliers: 0,
        features: None,
        query_coverage: 1.0,
        in_reference: Vec::new(),
        in_query: Vec::new(),
        coverage: 1.0,
        confidence: 0.9,
    }
}

pub(crate) fn image(hits: Vec<ImageHit>) -> ImageSignal {
    ImageSignal {
        file: "1.jpg".to_owned(),
        status: "ok".to_owned(),
        content: Some(ContentHash::of(b"1.jpg")),
        pdq: None,
        quality: Some(100),
        key: Some("luma/day-bag.jpg".to_owned()),
        hits,
        animation: None,
    }
}

/// A score with these contributions over an intercept of -2.
pub(crate) fn scored(parts: &[(&'static str, Family, f64)]) -> Scored {
    let intercept = -2.0;
    let log_odds = intercept + parts.iter().map(|part| part.2).sum::<f64>();
    let contributions = parts
        .iter()
        .map(|&(cue, family, log_odds)| Contribution {
            cue,
            family,
            value: Some(1.0),
            log_odds,
        })
        .collect();
    let probability = Score::new(1.0 / (1.0 + (-log_odds).exp())).expect("finite");
    Scored {
        probability,
        log_odds,
        intercept,
        calibration: 0.0,
        contributions,
        seller_held: false,
    }
}

pub(crate) fn money(text: &str) -> Money {
    Money::parse(text, None).expect("an amount")
}

/// A whole candidate; `number` makes it different from others.
pub(crate) fn candidate(number: u32) -> Candidate {
    let cue = |cue: &str, family, log_odds, sentence: &str| Cue {
        cue: cue.to_owned(),
        family,
        value: Some(0.75),
        log_odds,
        sentence: sentence.to_owned(),
    };
    let cues = vec![
        cue(
            "price.depth",
            Family::Price,
            2.0,
            "The price is 30 % of the reference price.",
        ),
        cue(
            "image.brand_photo",
            Family::Image,
            1.5,
            "Image 1.jpg is Luma's own photo.",
        ),
        cue(
            "seller.few_sales",
            Family::Seller,
            -0.5,
            "The seller has made 900 sales.",
        ),
    ];
    let log_odds = 1.0;
    let hash = ContentHash::of(&number.to_le_bytes());
    Candidate {
        rank: u64::from(number),
        listing_id: format!("L{number}").into(),
        seller_id: "S1".into(),
        seller_name: "Bags & More".to_owned(),
        title: "Luma day bag".to_owned(),
        link: "https://market.example/L1".to_owned(),
        brand: "luma".into(),
        brand_name: "Luma".to_owned(),
        ground: Ground::Trademark,
        ground_reason: "The title uses \"Luma\" for goods offered as Luma.".to_owned(),
        right: CitedRight::from(&brand().rights[0]),
        offer: super::Offer::default(),
        action: Action::Review,
        action_reason: Action::Review.reason().to_owned(),
        probability: 1.0 / (1.0 + f64::exp(-log_odds)),
        log_odds,
        intercept: -2.0,
        calibration: 0.0,
        families: vec![Family::Image, Family::Price],
        reasons: vec![cues[0].sentence.clone(), cues[1].sentence.clone()],
        in_favour: vec![cues[2].sentence.clone()],
        cues,
        product: Some(MatchedProduct {
            product_id: "P1".into(),
            title: "Luma Day Bag".to_owned(),
            probability: 0.9,
            why: "nearly the same title".to_owned(),
        }),
        image: Some(MatchedImage {
            file: "1.jpg".to_owned(),
            reference: "luma/day-bag.jpg".to_owned(),
            role: ImageRole::Official,
            verdict: Verdict::Copy,
            distance: 6,
            confidence: 0.9,
        }),
        reference_image: Some("luma/day-bag.jpg".to_owned()),
        price: Comparable {
            amount: Some(money("39.00 USD")),
            reference: Some(money("130.00 USD")),
            ratio: Some(0.3),
            ..Comparable::default()
        },
        images: vec![EvidenceImage {
            file: "1.jpg".to_owned(),
            status: "ok".to_owned(),
            content: Some(hash),
            evidence: Some(format!("{}/{hash}.jpg", &hash.to_string()[..2])),
        }],
        record: None,
        case: None,
        news: None,
        content: None,
        neighbours: Neighbours {
            image_key: Some("luma/day-bag.jpg".to_owned()),
            ..Neighbours::default()
        },
        purpose: Purpose::Candidate,
    }
}
