use crate::export::display::visible;
use crate::model::assess::{Assessment, Estimate, FIGURES, Slice, WrongfulRate};

/// A table for people; the first column is text, the others are numbers.
pub(super) struct Table {
    pub title: String,
    pub note: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// The figures shown of a slice, by key, with a short name.
const OF_SLICE: [(&str, &str); 5] = [
    ("pr_auc", "PR-AUC"),
    ("precision_at_capacity", "precision of the queue"),
    ("recall_at_capacity", "recall of the queue"),
    ("brier", "Brier"),
    ("ece", "ECE"),
];

const BY: [(&str, &str); 6] = [
    ("brand", "By brand"),
    ("kind", "By kind"),
    ("language", "By language"),
    ("seller_size", "By the seller's size"),
    ("seller_age", "By the account's age"),
    ("country", "By the seller's country"),
];

pub(super) fn tables(assessment: &Assessment) -> Vec<Table> {
    let mut tables = vec![
        figures(assessment),
        wrongful(&assessment.wrongful),
        reliability(assessment),
    ];
    for (by, title) in BY {
        let slices: Vec<&Slice> = assessment
            .slices
            .iter()
            .filter(|slice| slice.by == by)
            .collect();
        if slices.len() > 1 {
            tables.push(slices_of(title, &slices));
        }
    }
    tables
}

fn figures(assessment: &Assessment) -> Table {
    let rows = FIGURES.iter().zip(&assessment.figures);
    Table {
        title: "Figures".to_owned(),
        note: "Precision and recall of the queue are those of the candidates within the reviewers' capacity; the other figures are of \
               probabilities alone."
            .to_owned(),
        head: texts(&["figure", "value", "95 % interval"]),
        rows: rows
            .map(|(figure, estimate)| vec![figure.name.to_owned(), number(estimate.value), interval(estimate)])
            .collect(),
    }
}

fn wrongful(rates: &[WrongfulRate]) -> Table {
    let rows = rates.iter().map(|rate| {
        vec![
            rate.group.clone(),
            share(rate.flagged[0], rate.honest[0]),
            share(rate.flagged[1], rate.honest[1]),
            interval(&rate.difference),
            share(rate.sellers_flagged[0], rate.sellers[0]),
            share(rate.sellers_flagged[1], rate.sellers[1]),
            number(Some(rate.p_value)),
            number(Some(rate.p_holm)),
        ]
    });
    Table {
        title: "Who is flagged wrongly".to_owned(),
        note: "Honest listings that fulfil every condition of a candidate, for groups of sellers beside all others of whom the fact is known. \
               The interval of the difference is by drawing sellers again; p is Fisher's exact test, two-sided, of sellers with a listing \
               wrongly flagged; Holm's is corrected for the number of groups."
            .to_owned(),
        head: texts(&["group", "of its honest listings", "of the others'", "difference", "of its sellers", "of the others", "p", "p, Holm"]),
        rows: rows.collect(),
    }
}

fn share(flagged: u64, of: u64) -> String {
    match of {
        0 => "-".to_owned(),
        of => {
            let percent = flagged as f64 / of as f64 * 100.0;
            format!("{percent:.2} % ({flagged} of {of})")
        }
    }
}

fn reliability(assessment: &Assessment) -> Table {
    let rows = assessment.reliability.iter().map(|bin| {
        vec![
            format!("{:.3}", bin.from),
            bin.rows.to_string(),
            format!("{:.3}", bin.mean_probability),
            format!("{:.3}", bin.fakes),
        ]
    });
    Table {
        title: "Reliability".to_owned(),
        note: String::new(),
        head: texts(&[
            "probability from",
            "listings",
            "mean probability",
            "share of fakes",
        ]),
        rows: rows.collect(),
    }
}

fn slices_of(title: &str, slices: &[&Slice]) -> Table {
    let head = [
        "",
        "listings",
        "fakes",
        "wrongly flagged",
        "less the others'",
        "p, Holm",
    ]
    .into_iter();
    let head = head.chain(OF_SLICE.map(|(_, name)| name));
    let shown = OF_SLICE.map(|(key, _)| FIGURES.iter().position(|figure| figure.key == key));
    let rows = slices.iter().map(|slice| {
        let wrongful = &slice.wrongful;
        let mut row = vec![
            visible(&slice.name, 60),
            slice.listings.to_string(),
            slice.fakes.to_string(),
            share(wrongful.flagged[0], wrongful.honest[0]),
            interval(&wrongful.difference),
            number(Some(wrongful.p_holm)),
        ];
        row.extend(shown.iter().flatten().map(|at| {
            let estimate = &slice.figures[*at];
            match estimate.interval {
                Some(_) => format!("{} ({})", number(estimate.value), interval(estimate)),
                None => number(estimate.value),
            }
        }));
        row
    });
    Table {
        title: title.to_owned(),
        note: "Wrongly flagged are honest listings, beside those of all other lines together; the difference is drawn and tested as above."
            .to_owned(),
        head: head.map(str::to_owned).collect(),
        rows: rows.collect(),
    }
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

fn interval(estimate: &Estimate) -> String {
    let bounds = estimate.interval;
    bounds.map_or_else(
        || "-".to_owned(),
        |(low, high)| format!("{low:.3} to {high:.3}"),
    )
}

impl Table {
    pub(super) fn markdown(&self) -> String {
        let row = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let mut text = format!("\n## {}\n\n", self.title);
        if !self.note.is_empty() {
            text.push_str(&format!("{}\n\n", self.note));
        }
        text.push_str(&row(&self.head));
        text.push_str(&format!("|{}\n", "---|".repeat(self.head.len())));
        for cells in &self.rows {
            text.push_str(&row(cells));
        }
        text
    }
}
