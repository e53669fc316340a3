use super::DecisionKind;

/// Why something was decided, as a code that can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The decision that it is for.
    pub kind: DecisionKind,
    /// The code in every table.
    pub code: &'static str,
    /// For people.
    pub label: &'static str,
}

const fn of(kind: DecisionKind, code: &'static str, label: &'static str) -> Reason {
    Reason { kind, code, label }
}

/// The code of a brand owner's dispute of a cleared decision, which leaves it to a lead.
pub const DISPUTED: &str = "disputed";
/// The code of a seller's appeal against a confirmed one, which does so too.
pub const APPEALED: &str = "appealed";

const REASONS: &[Reason] = &[
    of(
        DecisionKind::Confirm,
        "counterfeit",
        "Goods are counterfeit",
    ),
    of(DecisionKind::Confirm, "disguised_mark", "Mark is disguised"),
    of(
        DecisionKind::Confirm,
        "invented_model",
        "Brand never made this model",
    ),
    of(
        DecisionKind::Confirm,
        "copied_photo",
        "Brand's photo without permission",
    ),
    of(
        DecisionKind::Confirm,
        "copied_design",
        "Protected look is copied",
    ),
    of(
        DecisionKind::Confirm,
        "test_purchase",
        "Shown by a test purchase",
    ),
    of(
        DecisionKind::Clear,
        "genuine_resale",
        "Genuine goods, resold",
    ),
    of(DecisionKind::Clear, "second_hand", "Second-hand piece"),
    of(DecisionKind::Clear, "accessory", "Accessory or spare part"),
    of(DecisionKind::Clear, "permitted", "Seller has permission"),
    of(
        DecisionKind::Clear,
        "other_brand",
        "Another brand's or nobody's",
    ),
    of(DecisionKind::Clear, "wrong_match", "Match is wrong"),
    of(DecisionKind::Unsure, "too_little", "Too little to see"),
    of(
        DecisionKind::Unsure,
        "contradictory",
        "Signs contradict each other",
    ),
    of(DecisionKind::Escalate, "legal_question", "Question of law"),
    of(DecisionKind::Escalate, "safety", "Danger to buyers"),
    of(DecisionKind::Escalate, "disagreement", "Reviewers disagree"),
    of(DecisionKind::Escalate, DISPUTED, "Brand owner disputes it"),
    of(DecisionKind::Escalate, APPEALED, "Seller appeals"),
    of(
        DecisionKind::TestBuy,
        "needs_goods",
        "Only the goods can tell",
    ),
];

/// The reasons for a decision of `kind`, the most usual first.
pub fn reasons(kind: DecisionKind) -> impl Iterator<Item = &'static Reason> {
    REASONS.iter().filter(move |reason| reason.kind == kind)
}

/// The reason with that code for a decision of `kind`.
pub fn reason(kind: DecisionKind, code: &str) -> Option<&'static Reason> {
    reasons(kind).find(|reason| reason.code == code)
}
