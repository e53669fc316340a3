//! A statement of reasons for the DSA Transparency Database, API version 2.
//!
//! Fields, enums and limits: `datasets/dsa/statement.schema.json`, which names its source. Statements must hold no personal
//! data (Article 24(5) of Regulation (EU) 2022/2065): neither seller, title nor address is in one.

use serde::Serialize;
use serde_json::Value;

use super::{Draft, NoDraft, cut, schema};
use crate::candidates::Ground;
use crate::export::display::visible;
use crate::record::territory::{UNION, holds};

/// The further countries of the European Economic Area.
const BEYOND: [&str; 3] = ["IS", "LI", "NO"];

#[derive(Serialize)]
struct Statement {
    decision_visibility: [&'static str; 1],
    decision_ground: &'static str,
    illegal_content_legal_ground: String,
    illegal_content_explanation: String,
    content_type: [&'static str; 1],
    category: &'static str,
    category_specification: [&'static str; 1],
    territorial_scope: Vec<&'static str>,
    content_date: String,
    application_date: String,
    decision_facts: String,
    source_type: &'static str,
    automated_detection: &'static str,
    automated_decision: &'static str,
    puid: String,
}

/// The draft of a statement of reasons for taking the listing down.
///
/// # Errors
/// [`NoDraft::OutsideEurope`] for a right that holds nowhere in the European Economic Area.
pub fn statement(draft: &Draft<'_>) -> Result<Value, NoDraft> {
    let candidate = draft.candidate;
    let (law, keyword) = match draft.ground {
        Ground::Nonexistent | Ground::Trademark => (
            "Trade mark law: Article 9(2) of Regulation (EU) 2017/1001, Article 10(2) of Directive (EU) 2015/2436",
            "KEYWORD_TRADEMARK_INFRINGEMENT",
        ),
        Ground::Copyright => (
            "Copyright law: Articles 2 and 3 of Directive 2001/29/EC",
            "KEYWORD_COPYRIGHT_INFRINGEMENT",
        ),
        Ground::Design => (
            "Design law: Article 19 of Council Regulation (EC) No 6/2002",
            "KEYWORD_DESIGN_INFRINGEMENT",
        ),
    };
    let right = visible(&draft.right.line(), 200);
    let day = draft.decided_on();
    let facts = format!(
        "A product listing was held against what the right holder {} registered ({right}). The reviewer was shown: {}\n{}\
         A reviewer looked at the listing and its pictures beside the right holder's and confirmed it on {day}. \
         The probability shown to the reviewer was {:.2}.",
        visible(&draft.brand.name, 100),
        visible(&draft.because, 400),
        draft.reasons(),
        draft.decision.probability.unwrap_or(candidate.probability),
    );
    let statement = Statement {
        decision_visibility: ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        decision_ground: "DECISION_GROUND_ILLEGAL_CONTENT",
        illegal_content_legal_ground: cut(&format!("{law}. Right: {right}"), 500),
        illegal_content_explanation: cut(
            &format!(
                "The listing offers {}. {}",
                draft.claim(),
                visible(&draft.because, 400)
            ),
            2000,
        ),
        content_type: ["CONTENT_TYPE_PRODUCT"],
        category: "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        category_specification: [keyword],
        territorial_scope: scope(&draft.right.territories).ok_or(NoDraft::OutsideEurope)?,
        content_date: draft.listed_at.unwrap_or(day).min(day).to_string(),
        application_date: day.to_string(),
        decision_facts: cut(&facts, 5000),
        source_type: "SOURCE_VOLUNTARY",
        automated_detection: "Yes",
        automated_decision: "AUTOMATED_DECISION_NOT_AUTOMATED",
        puid: format!("touchstone-{}", &draft.entry[..draft.entry.len().min(64)]),
    };
    Ok(serde_json::to_value(statement).unwrap_or_default())
}

/// What of a draft the database would refuse, in words; empty when nothing.
pub fn problems(statement: &Value) -> Vec<String> {
    schema::problems(statement)
}

/// The countries that a right's territories mean; all of the Union for a right that needs none, such as authorship.
fn scope(territories: &[String]) -> Option<Vec<&'static str>> {
    if territories.is_empty() {
        return Some(UNION.to_vec());
    }
    let countries = UNION.into_iter().chain(BEYOND);
    let mut countries: Vec<&'static str> = countries
        .filter(|country| holds(territories, country))
        .collect();
    countries.sort_unstable();
    (!countries.is_empty()).then_some(countries)
}
