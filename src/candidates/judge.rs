use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::features::{self, Family, Input};
use crate::model::{Contribution, Scored};
use crate::record::Product;
use crate::reference::Reference;
use crate::signals::Signals;

use super::action::words_give_away;
use super::ground::{self, Basis, NoBasis, SURE, open_mentions};
use super::{
    Action, Candidate, CitedRight, Cue, EvidenceImage, MatchedImage, MatchedProduct, Neighbours,
    Offer, Purpose,
};

/// The least sum of a family's contributions, in log-odds, for it to count: odds times 1.28.
pub const FAMILY_MINIMUM: f64 = 0.25;

/// The least contribution, in log-odds, that is told as a reason: odds times 1.1.
const REASON_MINIMUM: f64 = 0.1;

/// A scored listing, ready to be judged.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The listing, what it shows, and what the feed tells of it.
    pub input: Input<'a>,
    /// Its score.
    pub scored: &'a Scored,
    /// What it is held against.
    pub reference: &'a Reference,
    /// The run's date: rights must be in force on it.
    pub as_of: Date,
    /// The least probability of a candidate, 0..=1.
    pub threshold: f64,
    /// The countries that the marketplace sells to; empty when nobody says.
    pub market: &'a [String],
}

/// Why a listing is no candidate; the first that holds, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoCandidate {
    /// The owners of all brands that the listing is about authorised the seller.
    AuthorisedSeller,
    /// Less probable than the run's threshold.
    BelowThreshold,
    /// The listing is lawful as it describes itself.
    LawfulContext,
    /// No right in force covers what is there.
    NoGround,
    /// Fewer than two families of cues speak for a counterfeit.
    OneFamily,
    /// Two families do, but they are only who sells and that a brand is named.
    OnlyCircumstance,
    /// Two families do, but they are only a price and words that any honest offer has.
    OnlyWordsAndPrice,
    /// A person decided on it under the same brand, and it did not change in what mattered.
    Decided,
}

impl NoCandidate {
    /// All reasons, in their order.
    pub const ALL: [Self; 8] = [
        Self::AuthorisedSeller,
        Self::BelowThreshold,
        Self::LawfulContext,
        Self::NoGround,
        Self::OneFamily,
        Self::OnlyCircumstance,
        Self::OnlyWordsAndPrice,
        Self::Decided,
    ];

    /// The word in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorisedSeller => "authorised_seller",
            Self::BelowThreshold => "below_threshold",
            Self::LawfulContext => "lawful_context",
            Self::NoGround => "no_ground",
            Self::OneFamily => "one_family",
            Self::OnlyCircumstance => "only_circumstance",
            Self::OnlyWordsAndPrice => "only_words_and_price",
            Self::Decided => "decided",
        }
    }

    /// For people, as a sentence.
    pub fn reason(self) -> &'static str {
        match self {
            Self::AuthorisedSeller => "The brand's owner authorised this seller.",
            Self::BelowThreshold => "The probability is below the run's threshold.",
            Self::LawfulContext => {
                "The listing is lawful as it describes itself: for a brand's goods, a part, second hand, or a book about them."
            }
            Self::NoGround => "No registered right in force covers what the listing shows.",
            Self::OneFamily => {
                "Only one kind of cue (image, text, price or seller) speaks for a counterfeit; two are needed."
            }
            Self::OnlyCircumstance => {
                "All that speaks for a counterfeit is who the seller is and that a brand is named; that is no sign of one."
            }
            Self::OnlyWordsAndPrice => {
                "All that speaks for a counterfeit is a price and words that any honest offer has; the price is low only if the words name the right product, and a clearance looks the same."
            }
            Self::Decided => {
                "A person decided on this listing before, and it did not change in what mattered."
            }
        }
    }
}

impl fmt::Display for NoCandidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Judges one listing: a candidate with ground, right, action and reasons, or why it is none.
///
/// # Errors
/// [`NoCandidate`] names the first condition that fails.
pub fn judge(case: &Case<'_>) -> Result<Candidate, NoCandidate> {
    let signals = case.input.signals;
    if signals.authorised() {
        return Err(NoCandidate::AuthorisedSeller);
    }
    if case.scored.probability.get() < case.threshold {
        return Err(NoCandidate::BelowThreshold);
    }
    let offer = offer(case);
    let basis = basis(case, &offer).map_err(|none| match none {
        NoBasis::LawfulContext => NoCandidate::LawfulContext,
        NoBasis::Nothing => NoCandidate::NoGround,
    })?;
    let families = families(case.scored);
    independent(&families, signals)?;
    Ok(candidate(case, &basis, offer, families))
}

fn offer(case: &Case<'_>) -> Offer {
    let Input {
        listing, signals, ..
    } = case.input;
    Offer::of(listing, signals, case.reference, case.market)
}

fn basis<'a>(case: &Case<'a>, offer: &Offer) -> Result<Basis<'a>, NoBasis> {
    ground::route(
        case.input.signals,
        |id| case.reference.brand(id),
        offer,
        case.as_of,
    )
}

/// Whether a right in force covers the listing and nobody authorised its seller, so that only its probability
/// and its cues decide whether it is a candidate.
pub fn is_covered(case: &Case<'_>) -> bool {
    !case.input.signals.authorised() && basis(case, &offer(case)).is_ok()
}

/// The listing as it is queued to check for misses, whatever its probability; `None` unless
/// [`is_covered`].
pub fn check_of_misses(case: &Case<'_>) -> Option<Candidate> {
    if case.input.signals.authorised() {
        return None;
    }
    let offer = offer(case);
    let basis = basis(case, &offer).ok()?;
    Some(Candidate {
        purpose: Purpose::CheckOfMisses,
        action: Action::Review,
        action_reason: "Drawn at random from below the threshold, to estimate what it misses."
            .to_owned(),
        ..candidate(case, &basis, offer, families(case.scored))
    })
}

/// Cues of what is not there. They speak against nobody, so no family rests on them.
const ABSENCES: [&str; 3] = ["image.missing", "price.missing", "seller.unknown"];

/// Whether a part of the score rests on something missing.
fn is_absence(part: &Contribution) -> bool {
    ABSENCES.contains(&part.cue) || part.value.is_none() && part.log_odds > 0.0
}

/// The families whose contributions sum to at least [`FAMILY_MINIMUM`], in their fixed order. What
/// is missing does not count towards a family.
pub fn families(scored: &Scored) -> Vec<Family> {
    Family::ALL
        .into_iter()
        .filter(|family| {
            let own = scored
                .contributions
                .iter()
                .filter(|part| part.family == *family && !is_absence(part));
            own.map(|part| part.log_odds).sum::<f64>() >= FAMILY_MINIMUM
        })
        .collect()
}

/// At least two families that speak independently of each other. Words that give the listing away (a deliberate
/// disguise, replica slang, a model that never existed) and pictures stand beside any other family. Without either:
///
/// - who sells and that a brand is named are no sign: everybody new or small names what they sell;
/// - a price and plain words are one sign, not two: the price is held against the product that the words name, and
///   someone who clears a shelf writes the same.
///
/// Who openly calls a brand's goods a copy, in words that hardly anybody says of genuine ones, needs no second family.
fn independent(families: &[Family], signals: &Signals) -> Result<(), NoCandidate> {
    let speaks = |family: Family| families.contains(&family);
    if families.len() < 2 && !(speaks(Family::Text) && says_so(signals)) {
        Err(NoCandidate::OneFamily)
    } else if speaks(Family::Image) || (speaks(Family::Text) && words_give_away(signals)) {
        Ok(())
    } else if !speaks(Family::Price) {
        Err(NoCandidate::OnlyCircumstance)
    } else if !speaks(Family::Seller) {
        Err(NoCandidate::OnlyWordsAndPrice)
    } else {
        Ok(())
    }
}

/// Whether the seller says what the goods are, beside an open mention of the brand.
fn says_so(signals: &Signals) -> bool {
    /// The weight of slang that is hardly ever said of genuine goods.
    const SAYS_SO: f64 = 0.95;
    let mut slang = signals.reading.slang.iter();
    slang.any(|slang| slang.weight >= SAYS_SO) && open_mentions(signals).next().is_some()
}

fn candidate(case: &Case<'_>, basis: &Basis<'_>, offer: Offer, families: Vec<Family>) -> Candidate {
    let Input {
        listing,
        signals,
        relations,
        ..
    } = case.input;
    let probability = case.scored.probability.get();
    let action = Action::suggest(probability, signals, relations);
    let cues = cues(case.scored, &case.input);
    let product = signals
        .products
        .iter()
        .find(|hit| hit.brand == basis.brand.id && hit.probability >= SURE);
    let of_catalog = product.and_then(|hit| case.reference.product(&hit.brand, &hit.product_id));
    let image = matched_image(signals, basis);
    Candidate {
        rank: 0,
        listing_id: listing.id.clone(),
        seller_id: listing.seller.id.clone(),
        seller_name: listing.seller.name.clone(),
        title: listing.title.clone(),
        link: listing.link.clone(),
        brand: basis.brand.id.clone(),
        brand_name: basis.brand.name.clone(),
        ground: basis.ground,
        ground_reason: basis.because.clone(),
        right: basis.right.clone(),
        offer,
        action,
        action_reason: action_reason(action, &basis.right),
        probability,
        log_odds: case.scored.log_odds,
        intercept: case.scored.intercept,
        calibration: case.scored.calibration,
        families,
        reasons: told(&cues, |cue| cue.log_odds >= REASON_MINIMUM),
        in_favour: told(&cues, |cue| cue.log_odds <= -REASON_MINIMUM),
        product: product.map(|hit| MatchedProduct {
            product_id: hit.product_id.clone(),
            title: hit.title.clone(),
            probability: hit.probability,
            why: hit.why.clone(),
        }),
        reference_image: image
            .as_ref()
            .map(|image| image.reference.clone())
            .or_else(|| of_catalog.and_then(first_image)),
        image,
        price: signals.price.clone(),
        images: signals.images.iter().map(evidence_image).collect(),
        record: None,
        neighbours: Neighbours {
            image_key: signals.images.iter().find_map(|image| image.key.clone()),
            ..Neighbours::default()
        },
        purpose: Purpose::Candidate,
        case: None,
        news: None,
        content: None,
        cues,
    }
}

/// Why the action, and what to look at first where the right that is cited may not fit.
fn action_reason(action: Action, right: &CitedRight) -> String {
    let doubts = right.doubts.iter().map(|doubt| doubt.sentence());
    let sentences: Vec<&str> = std::iter::once(action.reason()).chain(doubts).collect();
    sentences.join(" ")
}

/// All cues that moved the score, the strongest first; equal ones by name.
pub(crate) fn cues(scored: &Scored, input: &Input<'_>) -> Vec<Cue> {
    let mut cues: Vec<Cue> = scored
        .contributions
        .iter()
        .filter(|part| part.log_odds != 0.0)
        .map(|part| Cue {
            cue: part.cue.to_owned(),
            family: part.family,
            value: part.value,
            log_odds: part.log_odds,
            sentence: sentence(part, input),
        })
        .collect();
    cues.sort_by(|a, b| {
        b.log_odds
            .abs()
            .total_cmp(&a.log_odds.abs())
            .then_with(|| a.cue.cmp(&b.cue))
    });
    cues
}

/// What the cue says; its bare name when it says nothing of this listing and yet moved the score.
fn sentence(part: &Contribution, input: &Input<'_>) -> String {
    if part.value.is_none() {
        return format!("{} is not known of this listing.", part.cue);
    }
    features::cue(part.cue)
        .and_then(|cue| cue.explain(input))
        .unwrap_or_else(|| part.cue.to_owned())
}

/// What the cues say that `which` chooses. A value that is missing or nothing may move the score, but says nothing of the
/// listing: it is no reason.
fn told(cues: &[Cue], which: impl Fn(&Cue) -> bool) -> Vec<String> {
    cues.iter()
        .filter(|cue| cue.value.is_some_and(|value| value != 0.0) && which(cue))
        .map(|cue| cue.sentence.clone())
        .collect()
}

/// The picture that says most: a copy before a recoloured one before one that has something in common, however sure.
fn matched_image(signals: &Signals, basis: &Basis<'_>) -> Option<MatchedImage> {
    let hits = signals
        .images
        .iter()
        .flat_map(|image| image.hits.iter().map(move |hit| (image, hit)))
        .filter(|(_, hit)| hit.brand == basis.brand.id);
    let (image, hit) = hits.min_by(|(_, a), (_, b)| {
        let verdict = a.verdict.cmp(&b.verdict);
        verdict.then(b.confidence.total_cmp(&a.confidence))
    })?;
    Some(MatchedImage {
        file: image.file.clone(),
        reference: hit.reference.clone(),
        role: hit.role,
        verdict: hit.verdict,
        distance: hit.distance,
        confidence: hit.confidence,
    })
}

fn first_image(product: &Product) -> Option<String> {
    product
        .images
        .first()
        .map(|file| format!("{}/{file}", product.brand))
}

fn evidence_image(image: &crate::signals::ImageSignal) -> EvidenceImage {
    EvidenceImage {
        file: image.file.clone(),
        status: image.status.clone(),
        content: image.content,
        evidence: None,
    }
}
