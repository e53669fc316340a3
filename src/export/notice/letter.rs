//! Notices as letters, in plain text. A person fills in what stands in square brackets, and signs.

use super::{Draft, NoDraft};
use crate::candidates::Ground;
use crate::export::display::visible;
use crate::export::report::web_address;

const NAME_LIMIT: usize = 120;
const SENTENCE_LIMIT: usize = 400;

/// A notice under Article 16 of Regulation (EU) 2022/2065, with what its second paragraph asks for.
pub fn article_16(draft: &Draft<'_>) -> String {
    format!(
        "DRAFT. A person checks and sends this.\n\n\
         Notice of illegal content (Article 16 of Regulation (EU) 2022/2065)\n\n\
         1. Why the content is illegal\n\
         The listing offers {claim}.\n{reason}\n\n\
         Right: {right}{expiry}\nRight holder: {brand}\n\n\
         What a reviewer looked at and confirmed on {day}:\n{reasons}\n\
         2. Where it is\n{place}\n\n\
         3. Who submits this notice\n{brand}\n[name of the person]\n{contact}\n\n\
         4. Good faith\n\
         The person submitting this notice has a bona fide belief that the information and allegations in it are \
         accurate and complete.\n\n\
         [place, date, name]\n\n\
         Decision record: {entry}\n",
        claim = draft.claim(),
        reason = visible(&draft.because, SENTENCE_LIMIT),
        right = visible(&draft.right.line(), 200),
        expiry = expiry(draft),
        brand = visible(&draft.brand.name, NAME_LIMIT),
        day = draft.decided_on(),
        reasons = draft.reasons(),
        place = place(draft),
        contact = contact(draft),
        entry = draft.entry,
    )
}

/// A notice under 17 U.S.C. 512(c)(3), with its six elements.
///
/// # Errors
/// [`NoDraft::NotCopyright`] for any other ground: the act is about copyright alone.
pub fn dmca(draft: &Draft<'_>) -> Result<String, NoDraft> {
    if draft.ground != Ground::Copyright {
        return Err(NoDraft::NotCopyright);
    }
    let candidate = draft.candidate;
    let work = candidate.image.as_ref().map_or_else(
        || "[the photograph]".to_owned(),
        |image| visible(&image.reference, NAME_LIMIT),
    );
    let copy = candidate.image.as_ref().map_or_else(
        || "[which picture of the listing]".to_owned(),
        |image| visible(&image.file, NAME_LIMIT),
    );
    Ok(format!(
        "DRAFT. A person checks, signs and sends this.\n\n\
         Notice of claimed infringement (17 U.S.C. 512(c)(3))\n\n\
         1. The copyrighted work: the photograph \"{work}\" of {brand}.\n\n\
         2. The material that infringes it: picture \"{copy}\" of this listing.\n{place}\n\n\
         3. How to reach the complaining party:\n{brand}\n[name, address, telephone]\n{contact}\n\n\
         4. The complaining party has a good faith belief that use of the material in the manner complained of is not \
         authorized by the copyright owner, its agent, or the law.\n\n\
         5. The information in this notification is accurate, and under penalty of perjury, the complaining party is \
         authorized to act on behalf of the owner of an exclusive right that is allegedly infringed.\n\n\
         6. Signature: [physical or electronic signature of a person authorized to act]\n\n\
         Decision record: {entry}\n",
        brand = visible(&draft.brand.name, NAME_LIMIT),
        place = place(draft),
        contact = contact(draft),
        entry = draft.entry,
    ))
}

fn expiry(draft: &Draft<'_>) -> String {
    let expiry = draft.right.expiry;
    expiry.map_or_else(String::new, |day| format!(", in force until {day}"))
}

fn place(draft: &Draft<'_>) -> String {
    let candidate = draft.candidate;
    let listing = visible(candidate.listing_id.as_str(), NAME_LIMIT);
    match web_address(&candidate.link) {
        Some(address) => format!("{address}\nListing {listing}"),
        None => format!("[address of the listing]\nListing {listing}"),
    }
}

fn contact(draft: &Draft<'_>) -> String {
    match visible(&draft.brand.contact, NAME_LIMIT) {
        contact if contact.is_empty() => "[e-mail address]".to_owned(),
        contact => contact,
    }
}
