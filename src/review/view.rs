//! What pages have in common.

use super::queue::encoded;
use super::request::Visit;
use crate::candidates::decision::{APPEALED, DISPUTED, reasons};
use crate::candidates::{Action, DecisionKind, Ground};
use crate::export::display::{self, percent, visible};
use crate::store::{Case, Role, Status, User, View};

/// Characters of a title in a list.
const TITLE_LIMIT: usize = 140;
const NAME_LIMIT: usize = 60;

/// The head of every page.
pub(super) struct Top {
    pub user: String,
    pub csrf: String,
    pub here: &'static str,
    pub leads: bool,
    /// What the page of brands is called; empty where there is none.
    pub brands: &'static str,
    pub decides: bool,
    pub view: &'static str,
    pub views: Vec<Choice>,
}

impl Top {
    pub fn new(user: &User, csrf: &str, here: &'static str) -> Self {
        let views = View::ALL.map(|view| {
            let label = match view {
                View::Plain => "Pictures as they are",
                View::Grey => "Pictures in grey",
                View::Blurred => "Pictures blurred",
            };
            Choice::new(view.as_str(), label, view == user.view)
        });
        Self {
            user: visible(&user.name, NAME_LIMIT),
            csrf: csrf.to_owned(),
            here,
            leads: user.role >= Role::Lead,
            brands: match user.role {
                Role::BrandOwner if user.brands.len() == 1 => "Brand",
                Role::BrandOwner | Role::Lead | Role::Admin => "Brands",
                Role::Analyst => "",
            },
            decides: user.role >= Role::Analyst,
            view: user.view.as_str(),
            views: views.into(),
        }
    }
}

/// One option of a list to choose from.
pub(super) struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

impl Choice {
    pub fn new(value: &str, label: &str, chosen: bool) -> Self {
        Self {
            value: value.to_owned(),
            label: visible(label, NAME_LIMIT),
            chosen,
        }
    }
}

/// A decision that can be made, with its key and its reasons.
pub(super) struct Button {
    pub kind: &'static str,
    pub label: &'static str,
    pub key: &'static str,
    pub reasons: Vec<Choice>,
}

/// The decisions that a reviewer can make, in the order of the buttons.
pub(super) fn buttons() -> Vec<Button> {
    [
        (DecisionKind::Confirm, "Confirm", "c"),
        (DecisionKind::Clear, "Clear", "x"),
        (DecisionKind::Unsure, "Unsure", "u"),
        (DecisionKind::Escalate, "Escalate", "e"),
        (DecisionKind::TestBuy, "Test buy", "t"),
    ]
    .map(|(kind, label, key)| Button {
        kind: kind.as_str(),
        label,
        key,
        reasons: reasons(kind)
            .filter(|reason| ![APPEALED, DISPUTED].contains(&reason.code))
            .map(|reason| Choice::new(reason.code, reason.label, false))
            .collect(),
    })
    .into()
}

/// A case in one line.
pub(super) struct Line {
    pub id: i64,
    pub title: String,
    pub listing: String,
    pub seller: String,
    /// The list of the seller's cases; empty for who may not know the seller.
    pub of_seller: String,
    pub brand: String,
    pub ground: &'static str,
    pub action: &'static str,
    pub probability: String,
    pub price: String,
    pub status: &'static str,
    pub status_class: &'static str,
    pub claimed: String,
}

impl Line {
    pub fn new(case: &Case, visit: &Visit<'_>) -> Self {
        let now = visit.now.as_second();
        let claimed = case.claimed_by(now).filter(|name| *name != visit.user.name);
        Self {
            id: case.id,
            title: match visible(&case.title, TITLE_LIMIT) {
                title if title.is_empty() => "(no title)".to_owned(),
                title => title,
            },
            listing: visible(case.listing_id.as_str(), NAME_LIMIT),
            seller: seller(case, visit),
            of_seller: match case.seller_id.as_str() {
                id if !id.is_empty() && visit.decides() => format!(
                    "/queue?run={}&status=all&seller={}",
                    encoded(&case.run),
                    encoded(id)
                ),
                _ => String::new(),
            },
            brand: visible(case.brand.as_str(), NAME_LIMIT),
            ground: ground(&case.ground),
            action: action(&case.action),
            probability: percent(case.probability),
            price: if case.price.is_empty() {
                "no price".to_owned()
            } else {
                visible(&case.price, NAME_LIMIT)
            },
            status: case.status.label(),
            status_class: case.status.as_str(),
            claimed: claimed.map_or_else(String::new, |name| visible(name, NAME_LIMIT)),
        }
    }
}

/// The seller's name, or for a brand owner a name that only tells sellers apart.
pub(super) fn seller(case: &Case, visit: &Visit<'_>) -> String {
    if visit.user.role == Role::BrandOwner {
        return visit.desk.alias(&case.seller_id);
    }
    display::seller(&case.seller_name, case.seller_id.as_str(), NAME_LIMIT)
}

/// A part of a whole in percent, for people.
pub(super) fn share(part: u64, all: u64) -> String {
    match all {
        0 => "none yet".to_owned(),
        _ => format!("{:.0} %", 100.0 * part as f64 / all as f64),
    }
}

/// For people.
pub(super) fn ground(word: &str) -> &'static str {
    let found = Ground::ALL
        .into_iter()
        .find(|ground| ground.as_str() == word);
    match found {
        Some(Ground::Nonexistent) => "Nonexistent model",
        Some(Ground::Trademark) => "Trademark",
        Some(Ground::Copyright) => "Copyright",
        Some(Ground::Design) => "Design",
        None => "none",
    }
}

/// All actions, as the queue filters by them.
pub(super) const ACTIONS: [Action; 4] = [
    Action::HoldPayout,
    Action::Review,
    Action::TestBuy,
    Action::Monitor,
];

fn action(word: &str) -> &'static str {
    let found = ACTIONS.into_iter().find(|action| action.as_str() == word);
    found.map_or("Review", Action::label)
}

/// Whether a user may decide on a case that has got so far.
pub(super) fn may_decide(status: Status, role: Role) -> bool {
    match status {
        Status::Open | Status::Second => role >= Role::Analyst,
        Status::Decided(DecisionKind::Unsure | DecisionKind::TestBuy) => role >= Role::Analyst,
        // What is escalated, and overturning what is decided, is for leads.
        Status::Decided(_) => role >= Role::Lead,
    }
}
