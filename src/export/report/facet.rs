//! What the page can be filtered by.

use std::collections::BTreeMap;

use crate::candidates::{Action, Candidate, Ground, News};
use crate::export::display::{grouped, visible};

/// One row of filter buttons; candidates carry the number of their choice in a data attribute.
pub(super) struct Facet {
    /// The attribute's and the radio group's name: ours, never a seller's.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// All choices that occur.
    pub choices: Vec<Choice>,
    /// The number of the choice that the page opens on; 0 is "all".
    pub chosen: usize,
}

/// One filter button.
pub(super) struct Choice {
    /// Its number within the facet, from 1; 0 is "all".
    pub number: usize,
    /// For people.
    pub label: String,
    /// How many candidates it leaves.
    pub count: String,
    key: String,
}

/// The numbers of a candidate's choices, in the facets' order.
pub(super) struct Choices {
    pub brand: usize,
    pub ground: usize,
    pub action: usize,
    pub news: usize,
}

/// Counts the queue by brand (most candidates first), ground and action (in their fixed order).
pub(super) fn facets(queue: &[Candidate]) -> Vec<Facet> {
    let mut brands: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for candidate in queue {
        *brands
            .entry((candidate.brand.as_str(), &candidate.brand_name))
            .or_default() += 1;
    }
    let mut brands: Vec<_> = brands.into_iter().collect();
    brands.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let count =
        |which: &dyn Fn(&Candidate) -> bool| queue.iter().filter(|c| which(c)).count() as u64;
    let brand = brands
        .iter()
        .map(|((id, name), count)| (*id, visible(name, 40), *count))
        .collect();
    let ground = Ground::ALL.map(|ground| {
        (
            ground.as_str(),
            ground_label(ground).to_owned(),
            count(&|c| c.ground == ground),
        )
    });
    let action = [
        Action::HoldPayout,
        Action::Review,
        Action::TestBuy,
        Action::Monitor,
    ]
    .map(|action| {
        (
            action.as_str(),
            action.label().to_owned(),
            count(&|c| c.action == action),
        )
    });
    let mut facets = vec![
        facet("brand", "Brand", brand),
        facet("ground", "Ground", ground.into()),
        facet("action", "Action", action.into()),
    ];
    if queue.iter().any(|one| one.news.is_some()) {
        facets.push(since_before(queue));
    }
    facets
}

/// What is new since the run before, first and chosen where there is any: nobody reads the rest again every morning.
fn since_before(queue: &[Candidate]) -> Facet {
    let count = |key: &str| {
        let found = queue
            .iter()
            .filter(|one| one.news.as_ref().is_some_and(|news| word(news) == key));
        found.count() as u64
    };
    let keys = [("new", "New or relisted"), ("known", "Queued before")];
    let counted = keys.map(|(key, label)| (key, label.to_owned(), count(key)));
    let mut facet = facet("news", "Since the run before", counted.into());
    facet.chosen = facet
        .choices
        .iter()
        .find(|choice| choice.key == "new")
        .map_or(0, |new| new.number);
    facet
}

/// In which of the two a candidate is counted.
fn word(news: &News) -> &'static str {
    match news {
        News::New | News::Relisted { .. } => "new",
        News::Known => "known",
    }
}

fn facet(name: &'static str, label: &'static str, counted: Vec<(&str, String, u64)>) -> Facet {
    let occurring = counted.into_iter().filter(|(_, _, count)| *count > 0);
    let choices = occurring
        .zip(1..)
        .map(|((key, label, count), number)| Choice {
            number,
            label,
            count: grouped(count),
            key: key.to_owned(),
        })
        .collect();
    Facet {
        name,
        label,
        choices,
        chosen: 0,
    }
}

/// The numbers of a candidate's choices.
pub(super) fn choices(facets: &[Facet], candidate: &Candidate) -> Choices {
    let number = |name: &str, key: &str| {
        let choices = facets
            .iter()
            .filter(|facet| facet.name == name)
            .flat_map(|facet| &facet.choices);
        choices
            .into_iter()
            .find(|choice| choice.key == key)
            .map_or(0, |choice| choice.number)
    };
    Choices {
        brand: number("brand", candidate.brand.as_str()),
        ground: number("ground", candidate.ground.as_str()),
        action: number("action", candidate.action.as_str()),
        news: candidate
            .news
            .as_ref()
            .map_or(0, |news| number("news", word(news))),
    }
}

/// For people.
pub(super) fn ground_label(ground: Ground) -> &'static str {
    match ground {
        Ground::Nonexistent => "Nonexistent model",
        Ground::Trademark => "Trademark",
        Ground::Copyright => "Copyright",
        Ground::Design => "Design",
    }
}
