//! A run held against labels, for people: the same figures as a page, as Markdown and as plots.

mod plot;
mod rows;
mod tables;

use std::path::Path;

use askama::Template;

use crate::model::assess::Assessment;

use super::ExportError;
use tables::Table;

pub use rows::{COLUMNS, write_rows};

/// What an assessment is about.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The run's name.
    pub run: String,
    /// The date that it speaks of.
    pub as_of: String,
    /// The identity of its model.
    pub model: String,
    /// The file of labels.
    pub truth: String,
    /// The least probability of a candidate.
    pub threshold: f64,
    /// How many candidates the reviewers can decide.
    pub capacity: u64,
    /// Fakes that the run did not score: rejected, or not in its feed. No figure here counts them.
    pub not_scanned: u64,
}

/// Everything that the page and the Markdown show, as texts.
#[derive(Template)]
#[template(path = "assessment.html")]
pub struct Page {
    about: About,
    lead: String,
    bound: String,
    reliability: String,
    curve: String,
    tables: Vec<Table>,
}

impl Page {
    /// Lays out `assessment`.
    pub fn new(about: &About, assessment: &Assessment) -> Self {
        Self {
            about: about.clone(),
            lead: lead(about, assessment),
            bound: assessment.bound.sentence(assessment.settings.promise),
            reliability: plot::reliability(&assessment.reliability),
            curve: plot::curve(&assessment.curve),
            tables: tables::tables(assessment),
        }
    }

    /// The page; it needs no network and no script.
    ///
    /// # Errors
    /// When the template fails, which only a full memory can bring about.
    pub fn html(&self) -> Result<String, askama::Error> {
        self.render()
    }

    /// The same in Markdown, with the plots beside it.
    pub fn markdown(&self) -> String {
        let About {
            run,
            as_of,
            model,
            truth,
            ..
        } = &self.about;
        let mut page = format!(
            "# Model card: run {run} against labels\n\n- as of {as_of}, labels {truth}\n- model {model}\n\n{}\n\n## A bound on wrong accusations\n\n{}\n\n{}\n\n\
             ![reliability](reliability.svg) ![precision and recall](precision-recall.svg)\n",
            self.lead, self.bound, PROMISE
        );
        for table in &self.tables {
            page.push_str(&table.markdown());
        }
        page + "\n## Limits\n\n" + LIMITS + "\n"
    }

    /// Writes `card.html`, `CARD.md`, `reliability.svg`, `precision-recall.svg` and `assessment.json` into `folder`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, assessment: &Assessment, folder: &Path) -> Result<(), ExportError> {
        let json = serde_json::to_string_pretty(assessment)? + "\n";
        for (name, text) in [
            ("card.html", self.html()?),
            ("CARD.md", self.markdown()),
            ("reliability.svg", self.reliability.clone()),
            ("precision-recall.svg", self.curve.clone()),
            ("assessment.json", json),
        ] {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(|source| ExportError::Io { path, source })?;
        }
        Ok(())
    }

    fn promise(&self) -> &'static str {
        PROMISE
    }

    fn limits(&self) -> &'static str {
        LIMITS
    }
}

const PROMISE: &str = "The promise is about listings like the labelled ones, judged by the same model with the same conditions; \
    it counts the listings of one seller as if they all stood or fell together.";

const LIMITS: &str = "Figures hold for the listings labelled here. Where these are simulated, real marketplaces differ in ways that \
    nobody simulated, and the figures are upper bounds. Intervals hold 95 of 100 repeats in which sellers, with all their listings, were \
    drawn again; they say nothing of another marketplace. A listing whose model was trained on its seller flatters every figure. The \
    seller's country, name and language are no cues; they are looked at here to see who is flagged wrongly.";

fn lead(about: &About, assessment: &Assessment) -> String {
    let missing = match about.not_scanned {
        0 => String::new(),
        count => format!(" {count} labelled fakes were not scanned and count nowhere here."),
    };
    format!(
        "{} labelled listings of {} sellers, {} of them fakes. {} fulfil every condition of a candidate (threshold {}), {} of them are within \
         the capacity of {}.{missing}",
        assessment.listings,
        assessment.sellers,
        assessment.fakes,
        assessment.flagged,
        about.threshold,
        assessment.queued,
        about.capacity
    )
}

#[cfg(test)]
mod tests;
