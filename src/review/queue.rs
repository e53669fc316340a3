//! The queue: filters, search, pages of 50.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::Desk;
use super::bulk;
use super::extract::{Form, Query};
use super::request::{Fields, Refusal, Visit, field, html, submit, to, visit};
use super::view::{ACTIONS, Choice, Line, Top, ground, seller};
use crate::candidates::{DecisionKind, Ground};
use crate::export::display::visible;
use crate::record::BrandId;
use crate::store::{Filter, Role, SavedView, Sort, Status};

/// Cases on a page.
pub(super) const PAGE: usize = 50;
/// Nobody pages further; filters find what is there.
const MOST_PAGES: usize = Filter::COUNTED as usize / PAGE;

#[derive(Template)]
#[template(path = "review/queue.html")]
struct QueuePage {
    top: Top,
    runs: Vec<Choice>,
    statuses: Vec<Choice>,
    brands: Vec<Choice>,
    grounds: Vec<Choice>,
    actions: Vec<Choice>,
    sorts: Vec<Choice>,
    words: String,
    lines: Vec<Line>,
    count: String,
    page: usize,
    pages: usize,
    previous: Option<String>,
    next: Option<String>,
    query: String,
    fields: Vec<(&'static str, String)>,
    /// The page on which all open cases of the list are decided together; `None` where it is too wide.
    bulk: Option<String>,
    /// The seller whose cases these are, as people know them; empty for all.
    seller: String,
    /// The same list of all sellers.
    all_sellers: String,
    notice: Option<Notice>,
    views: Vec<SavedView>,
}

/// Most filters that a user keeps.
const MOST_VIEWS: u64 = 20;
/// Characters of a kept filter's name.
const LONGEST_NAME: usize = 40;

/// What was just done.
pub(super) struct Notice {
    pub text: String,
    /// The batch that can be undone; empty for the last single decision.
    pub batch: String,
}

impl Notice {
    /// What the address says was done.
    pub fn of(fields: &Fields) -> Option<Self> {
        if field(fields, "empty") == "1" {
            let text = "Nothing more to decide with these filters.";
            return Some(Self::without_undo(text.to_owned()));
        }
        if !field(fields, "undone").is_empty() {
            return Some(Self::without_undo("Taken back.".to_owned()));
        }
        let kind = DecisionKind::parse(field(fields, "done"))?;
        let listing = visible(field(fields, "listing"), 60);
        let mut text = format!("{}: {listing}.", kind.label());
        if let Ok(left) = field(fields, "left").parse::<u32>() {
            text.push_str(&format!(
                " {left} of those that were ticked were left: others decided or work on them."
            ));
        }
        Some(Self {
            text,
            batch: visible(field(fields, "batch"), 120),
        })
    }

    /// Of what cannot be undone.
    pub fn without_undo(text: String) -> Self {
        let batch = String::from("-");
        Self { text, batch }
    }

    /// The page of what was decided together, as part of an address; empty for a single decision.
    pub fn together(&self) -> String {
        match self.batch.as_str() {
            "" | "-" => String::new(),
            batch => encoded(batch),
        }
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        self.batch != "-"
    }
}

/// The names of the fields that filter, as they stand in addresses and forms.
pub(super) const FILTER_FIELDS: [&str; 8] = [
    "run", "status", "brand", "ground", "action", "seller", "q", "sort",
];

/// The filter that an address or a form asks for, within what the user may see.
pub(super) fn filter(visit: &Visit<'_>, fields: &Fields) -> Result<Filter, Refusal> {
    let run = match field(fields, "run") {
        "" => visit
            .store
            .indexed_runs()?
            .into_iter()
            .next()
            .map(|(run, ..)| run)
            .unwrap_or_default(),
        run => run.to_owned(),
    };
    let owner = visit.user.role == Role::BrandOwner;
    let status = match field(fields, "status") {
        "all" => None,
        // Owners come to see what became of their listings.
        "" if owner => None,
        word => Some(Status::parse(word).unwrap_or(Status::Open)),
    };
    let asked: Vec<BrandId> = Some(field(fields, "brand"))
        .filter(|brand| !brand.is_empty())
        .map(BrandId::from)
        .into_iter()
        .collect();
    let brands = match visit.user.role {
        Role::BrandOwner => {
            let mut own = visit.user.brands.clone();
            own.retain(|brand| asked.is_empty() || asked.contains(brand));
            // No brand at all is not every brand.
            if own.is_empty() {
                own.push(BrandId::from("\u{0}"));
            }
            own
        }
        _ => asked,
    };
    // A seller's name is personal: a brand owner finds nothing by it.
    let unless_owner = |name| {
        if owner {
            String::new()
        } else {
            field(fields, name).to_owned()
        }
    };
    Ok(Filter {
        run,
        status,
        brands,
        ground: field(fields, "ground").to_owned(),
        action: field(fields, "action").to_owned(),
        seller: unless_owner("seller"),
        words: unless_owner("q"),
        sort: match field(fields, "sort") {
            "rank" => Sort::Rank,
            _ => Sort::Value,
        },
    })
}

/// The filter's part of an address, with `page` and whatever else is to be said.
pub(super) fn address(fields: &Fields, path: &str, more: &[(&str, &str)]) -> String {
    let kept = FILTER_FIELDS
        .iter()
        .map(|name| (*name, field(fields, name)))
        .chain(more.iter().copied())
        .filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = kept
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    if pairs.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", pairs.join("&"))
    }
}

/// Percent-encoded but for what RFC 3986 leaves unreserved.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

pub(super) async fn home(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    visit(desk, headers, |_| to("/queue")).await
}

/// One page of the queue.
pub(super) async fn page(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Query(fields): Query<Fields>,
) -> Response {
    visit(desk, headers, move |visit| {
        visit.desk.index_runs(visit.store)?;
        let filter = filter(visit, &fields)?;
        let page = field(&fields, "page").parse::<usize>().unwrap_or(1);
        let page = page.clamp(1, MOST_PAGES);
        let found = visit.store.queue_page(&filter, page - 1, PAGE)?;
        let pages = (found.count as usize).div_ceil(PAGE).max(1);
        let count = match found.count {
            Filter::COUNTED => format!("{} or more", Filter::COUNTED),
            count => count.to_string(),
        };
        let lines = found.cases.iter().map(|case| Line::new(case, visit));
        let turn = |to: usize| address(&fields, "/queue", &[("page", &to.to_string())]);
        let choice = |value: &str, label: &str, now: &str| Choice::new(value, label, value == now);
        let status = filter.status.map_or("all", Status::as_str);
        html(&QueuePage {
            top: visit.top("queue"),
            runs: visit
                .store
                .indexed_runs()?
                .iter()
                .take(60)
                .map(|(run, _, cases)| choice(run, &format!("{run} ({cases})"), &filter.run))
                .collect(),
            statuses: Status::ALL
                .iter()
                .map(|one| choice(one.as_str(), one.label(), status))
                .chain([choice("all", "All", status)])
                .collect(),
            brands: brands(visit, &filter, field(&fields, "brand"))?,
            grounds: Ground::ALL
                .iter()
                .map(|one| choice(one.as_str(), ground(one.as_str()), &filter.ground))
                .collect(),
            actions: ACTIONS
                .iter()
                .map(|one| choice(one.as_str(), one.label(), &filter.action))
                .collect(),
            sorts: vec![
                Choice::new("value", "Probability × price", filter.sort == Sort::Value),
                Choice::new("rank", "Probability", filter.sort == Sort::Rank),
            ],
            words: filter.words.clone(),
            lines: lines.collect(),
            count,
            page,
            pages,
            previous: (page > 1).then(|| turn(page - 1)),
            next: (page < pages).then(|| turn(page + 1)),
            query: address(&fields, "", &[]),
            fields: FILTER_FIELDS
                .iter()
                .map(|name| (*name, field(&fields, name).to_owned()))
                .collect(),
            bulk: (bulk::is_narrow(&filter)
                && filter.status.is_none_or(|status| status == Status::Open))
            .then(|| address(&fields, "/bulk", &[])),
            seller: match found.cases.first() {
                _ if filter.seller.is_empty() => String::new(),
                Some(case) => seller(case, visit),
                None => visible(&filter.seller, 60),
            },
            all_sellers: {
                let mut others = fields.clone();
                others.remove("seller");
                address(&others, "/queue", &[])
            },
            notice: Notice::of(&fields),
            views: visit.store.saved_views(&visit.user.name)?,
        })
    })
    .await
}

/// Keeps the filter that a form names, or forgets a kept one.
pub(super) async fn change_views(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    submit(desk, headers, fields, |visit, fields| {
        let user = visit.user.name.as_str();
        let forgotten = field(fields, "forget");
        if !forgotten.is_empty() {
            visit.store.drop_view(user, forgotten)?;
            return to(&address(fields, "/queue", &[]));
        }
        let name = visible(field(fields, "name"), LONGEST_NAME);
        if name.is_empty() {
            return Err(Refusal::Wrong("Name the view.".to_owned()));
        }
        let query = address(fields, "", &[]);
        let view = SavedView { name, query };
        if !visit.store.save_view(user, &view, MOST_VIEWS)? {
            return Err(Refusal::Wrong(format!(
                "{MOST_VIEWS} views are kept already: forget one first."
            )));
        }
        to(&address(fields, "/queue", &[]))
    })
    .await
}

fn brands(visit: &Visit<'_>, filter: &Filter, chosen: &str) -> Result<Vec<Choice>, Refusal> {
    let mut brands = visit.store.queued_brands(&filter.run)?;
    brands.retain(|brand| visit.user.may_see(brand));
    Ok(brands
        .iter()
        .map(|brand| Choice::new(brand.as_str(), brand.as_str(), brand.as_str() == chosen))
        .collect())
}
