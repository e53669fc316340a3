//! What may leave after a person has decided: drafts, which a person sends.
//!
//! - [`Draft`]: a confirmed decision with everything that a notice names, or why there may be none;
//! - [`dsa`]: a statement of reasons for the DSA Transparency Database;
//! - [`letter`]: a notice under Article 16 of the DSA, and one under section 512(c)(3) of the DMCA;
//! - [`table`]: all drafts as rows, for a marketplace's own form;
//! - [`pack`]: the evidence as one self-contained page.

pub mod dsa;
pub mod letter;
pub mod pack;
mod schema;
pub mod table;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::candidates::{Candidate, CitedRight, Decision, DecisionKind, Ground};
use crate::features::{CONTACT, Family};
use crate::record::Brand;

/// A decision that a notice may rest on.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// What was decided on.
    pub candidate: &'a Candidate,
    /// The decision.
    pub decision: &'a Decision,
    /// The hash of its entry in the log, which no other has.
    pub entry: &'a str,
    /// The owner of the right.
    pub brand: &'a Brand,
    /// The ground that was confirmed.
    pub ground: Ground,
    /// The right that it rests on.
    pub right: CitedRight,
    /// What the ground rests on, as a sentence.
    pub because: String,
    /// When the listing was put up, as far as the feed tells.
    pub listed_at: Option<Date>,
}

/// Why there may be no notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoDraft {
    /// No person confirmed it.
    #[error("nobody confirmed it")]
    NotConfirmed,
    /// One did, and another must.
    #[error("a second reviewer has not confirmed it yet")]
    AwaitsSecond,
    /// The decision is about something else.
    #[error("the decision is about another listing or brand")]
    OtherCase,
    /// The owner gave the seller permission since.
    #[error("the right holder has given this seller permission")]
    Authorised,
    /// The right ended.
    #[error("the right that it cites has expired")]
    Expired,
    /// No right of the owner's protects what the ground says.
    #[error("no right of the brand's that is in force covers the ground that was confirmed")]
    OtherRight,
    /// The form is for another ground.
    #[error("this form is for copyright only")]
    NotCopyright,
    /// The law does not reach there.
    #[error("the right holds nowhere in the European Economic Area")]
    OutsideEurope,
}

impl<'a> Draft<'a> {
    /// What a notice on `day` may rest on.
    ///
    /// # Errors
    /// [`NoDraft`] says why there may be none: without a settled confirmation, or under a right that ended, never.
    pub fn of(
        candidate: &'a Candidate,
        decision: &'a Decision,
        entry: &'a str,
        brand: &'a Brand,
        listed_at: Option<Date>,
        day: Date,
    ) -> Result<Self, NoDraft> {
        if decision.kind != DecisionKind::Confirm {
            return Err(NoDraft::NotConfirmed);
        }
        if decision.awaits_second {
            return Err(NoDraft::AwaitsSecond);
        }
        let same = decision.listing_id == candidate.listing_id
            && decision.brand == candidate.brand
            && brand.id == candidate.brand;
        if !same {
            return Err(NoDraft::OtherCase);
        }
        let seller = candidate.seller_id.account();
        let mut authorised = brand.authorised_sellers.iter();
        if !seller.is_empty() && authorised.any(|other| other.account() == seller) {
            return Err(NoDraft::Authorised);
        }
        let ground = decision.ground.unwrap_or(candidate.ground);
        let (right, because) = if ground == candidate.ground {
            if !is_in_force(&candidate.right, brand, day) {
                return Err(NoDraft::Expired);
            }
            (candidate.right.clone(), candidate.ground_reason.clone())
        } else {
            let right = ground
                .right_of(brand, day, &candidate.offer)
                .ok_or(NoDraft::OtherRight)?;
            let because = format!(
                "A person looked at the listing and found {}.",
                claim(ground)
            );
            (right, because)
        };
        if right.kind != ground.right_kind() {
            return Err(NoDraft::OtherRight);
        }
        Ok(Self {
            candidate,
            decision,
            entry,
            brand,
            ground,
            right,
            because,
            listed_at,
        })
    }

    /// The day of the decision, by universal time.
    pub fn decided_on(&self) -> Date {
        self.decision.decided_at.to_zoned(TimeZone::UTC).date()
    }

    /// What the ground says, as a notice puts it.
    fn claim(&self) -> &'static str {
        claim(self.ground)
    }

    /// The reasons that the reviewer was shown and confirmed, one a line, without those that are about the account, since
    /// who offers something makes it no infringement, or that quote how to reach somebody.
    fn reasons(&self) -> String {
        let cues = self.candidate.cues.iter();
        let personal: Vec<&str> = cues
            .filter(|cue| cue.family == Family::Seller || cue.cue == CONTACT.name)
            .map(|cue| cue.sentence.as_str())
            .collect();
        let reasons = self.candidate.reasons.iter();
        reasons
            .filter(|reason| !personal.contains(&reason.as_str()))
            .map(|reason| format!("- {}\n", super::display::visible(reason, 300)))
            .collect()
    }
}

/// Whether the right is in force on `day` both as it was cited and as the catalog has it now: it may have been given up since.
fn is_in_force(cited: &CitedRight, brand: &Brand, day: Date) -> bool {
    let registered = brand.rights.iter().find(|right| {
        right.kind == cited.kind && right.number == cited.number && right.office == cited.office
    });
    cited.expiry.is_none_or(|expiry| day <= expiry)
        && match registered {
            Some(right) => right.in_force(day),
            None => cited.number.is_empty(),
        }
}

/// What a ground says, as a notice puts it.
fn claim(ground: Ground) -> &'static str {
    match ground {
        Ground::Nonexistent => {
            "goods under the mark of the right holder that the right holder never made"
        }
        Ground::Trademark => {
            "goods under a sign identical or similar to the registered mark, without the right holder's consent"
        }
        Ground::Copyright => "a photograph of the right holder, reproduced without permission",
        Ground::Design => {
            "goods in which the registered design is incorporated, without the right holder's consent"
        }
    }
}

/// At most `limit` characters of a text, cut at a word where that is near.
fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let head: String = text.chars().take(limit.saturating_sub(1)).collect();
    let at = head.rfind(' ').filter(|at| head.len() - at < 40);
    format!("{}…", head[..at.unwrap_or(head.len())].trim_end())
}

#[cfg(test)]
mod tests;
