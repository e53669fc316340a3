//! One listing as plain text: every cue, the arithmetic, the reference, the verdict.

use crate::candidates::{Candidate, Case, FAMILY_MINIMUM, NoCandidate, families};
use crate::features::{self, Family};
use crate::model::{Contribution, Score};
use crate::signals::Signals;

use super::candidates::verdict as verdict_word;
use super::display::{percent, signed, visible};

const TEXT_LIMIT: usize = 400;

/// The page for one judged listing, ending in a line break.
///
/// Texts of the seller are made harmless for a terminal: control and direction characters are shown, not obeyed.
pub fn explain(case: &Case<'_>, verdict: &Result<Candidate, NoCandidate>) -> String {
    let mut page = Page::default();
    head(&mut page, case, verdict);
    read(&mut page, case);
    cues(&mut page, case);
    agreement(&mut page, case);
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn heading(&mut self, text: &str) {
        self.0.push_str(&format!("\n{text}\n"));
    }

    /// A name and what belongs to it, one below the other.
    fn fact(&mut self, name: &str, text: &str) {
        self.0.push_str(&format!("  {name:<12}{text}\n"));
    }
}

fn head(page: &mut Page, case: &Case<'_>, verdict: &Result<Candidate, NoCandidate>) {
    let listing = case.input.listing;
    page.0.push_str(&format!(
        "{}  {}\n",
        shown(listing.id.as_str()),
        shown(&listing.title)
    ));
    page.fact(
        "seller",
        shown(&format!("{} {}", listing.seller.id, listing.seller.name)).trim(),
    );
    match verdict {
        Ok(candidate) => {
            page.heading(&format!("Candidate, {}", percent(candidate.probability)));
            let ground = format!(
                "{} of {}: {}",
                candidate.ground, candidate.brand_name, candidate.ground_reason
            );
            page.fact("ground", &shown(&ground));
            page.fact("right", &shown(&candidate.right.line()));
            page.fact(
                "action",
                &format!("{}: {}", candidate.action.label(), candidate.action_reason),
            );
        }
        Err(why_not) => {
            page.heading(&format!(
                "No candidate, {}",
                percent(case.scored.probability.get())
            ));
            page.fact("why not", why_not.reason());
        }
    }
}

/// What was read from the listing, and what it was held against.
fn read(page: &mut Page, case: &Case<'_>) {
    let signals = case.input.signals;
    page.heading("What was read");
    for mention in &signals.reading.mentions {
        let how = mention
            .disguise
            .map_or("as it is", |disguise| disguise.as_str());
        let lawful = if mention.lawful {
            ", in a lawful context"
        } else {
            ""
        };
        let text = format!(
            "{} as \"{}\" ({how}), {} sure{lawful}",
            mention.brand,
            mention.text,
            percent(mention.confidence)
        );
        page.fact("mention", &shown(&text));
    }
    for context in &signals.reading.contexts {
        page.fact(
            "context",
            &shown(&format!("{}: \"{}\"", context.kind.as_str(), context.text)),
        );
    }
    for slang in &signals.reading.slang {
        page.fact(
            "slang",
            &shown(&format!("\"{}\": {}", slang.text, slang.meaning)),
        );
    }
    if let Some(model) = &signals.nonexistent_model {
        page.fact(
            "model",
            &shown(&format!("\"{model}\" is not in the brand's catalog")),
        );
    }
    for hit in &signals.products {
        let sure = percent(hit.probability);
        let text = format!(
            "{sure} \"{}\" ({} {}): {}",
            hit.title, hit.brand, hit.product_id, hit.why
        );
        page.fact("product", &shown(&text));
    }
    for image in &signals.images {
        page.fact(
            "image",
            &shown(&format!("{}: {}", image.file, image.status)),
        );
        for hit in &image.hits {
            let frame = match image.frame_of(&hit.reference) {
                0 => String::new(),
                frame => format!("frame {}: ", frame + 1),
            };
            let text = format!(
                "{frame}{} of {}, {} of 256 bits apart, {} sure",
                verdict_word(hit.verdict),
                hit.reference,
                hit.distance,
                percent(hit.confidence)
            );
            page.fact("", &shown(&text));
        }
    }
    page.fact("price", &price(signals));
}

/// The division as one would write it down.
fn price(signals: &Signals) -> String {
    let price = &signals.price;
    let asked = price
        .amount
        .map_or_else(|| "no price".to_owned(), |amount| amount.to_string());
    let Some((reference, ratio)) = price.reference.zip(price.ratio) else {
        let why = price
            .why_missing
            .as_deref()
            .unwrap_or("nothing to compare with");
        return shown(&format!("{asked}; not compared: {why}"));
    };
    let converted = match price
        .amount
        .filter(|amount| amount.currency() != reference.currency())
    {
        Some(_) => format!(
            " ({:.2} {})",
            ratio * reference.major(),
            reference.currency().code()
        ),
        None => String::new(),
    };
    let floor = match price.below_floor {
        Some(true) => "; below the lowest price of genuine goods",
        _ => "",
    };
    let shipping = price
        .shipping
        .map_or_else(String::new, |amount| format!(" + {amount} shipping"));
    let place = price.place.map_or_else(String::new, |place| {
        format!(
            "; lower than {:.0} % of {} offers, quantile {:.3}",
            (place.cheaper_than * 100.0).floor(),
            place.offers,
            place.quantile
        )
    });
    format!("{asked}{shipping}{converted} / {reference} = {ratio:.3}{floor}{place}")
}

fn cues(page: &mut Page, case: &Case<'_>) {
    page.heading("How the score adds up, in log-odds");
    let parts = &case.scored.contributions;
    let width = parts
        .iter()
        .map(|part| part.cue.len())
        .max()
        .unwrap_or(0)
        .max("before any cue".len());
    let row = |name: &str, value: &str, amount: &str, sentence: &str| {
        format!("  {name:<width$}  {value:>8}  {amount:>7}  {sentence}")
            .trim_end()
            .to_owned()
            + "\n"
    };
    page.0
        .push_str(&row("cue", "value", "adds", "what it says"));
    page.0.push_str(&row(
        "before any cue",
        "",
        &signed(case.scored.intercept),
        "",
    ));
    for part in parts {
        let value = part
            .value
            .map_or_else(|| "missing".to_owned(), |value| format!("{value:.3}"));
        page.0.push_str(&row(
            part.cue,
            &value,
            &signed(part.log_odds),
            &sentence(case, part),
        ));
    }
    if case.scored.calibration != 0.0 {
        let said = "made true on listings that the model was not fitted to";
        page.0.push_str(&row(
            "calibration",
            "",
            &signed(case.scored.calibration),
            said,
        ));
    }
    let log_odds = case.scored.log_odds;
    let even = format!(
        "1 / (1 + e^{}) = {:.4}",
        signed(-log_odds),
        Score::of_log_odds(log_odds).get()
    );
    page.0.push_str(&row("sum", "", &signed(log_odds), &even));
}

fn sentence(case: &Case<'_>, part: &Contribution) -> String {
    let said = features::cue(part.cue).and_then(|cue| cue.explain(&case.input));
    shown(&said.unwrap_or_default())
}

/// Which kinds of cues agree: a candidate needs two.
fn agreement(page: &mut Page, case: &Case<'_>) {
    page.heading(&format!(
        "Which kinds of cues agree (from {}, two are needed)",
        signed(FAMILY_MINIMUM)
    ));
    let counting = families(case.scored);
    for family in Family::ALL {
        let own = case
            .scored
            .contributions
            .iter()
            .filter(|part| part.family == family);
        let sum: f64 = own.map(|part| part.log_odds).sum();
        let counts = if counting.contains(&family) {
            "  counts"
        } else {
            ""
        };
        let held = if family == Family::Seller && case.scored.seller_held {
            "  (cut to the most that a seller may add)"
        } else {
            ""
        };
        page.fact(family.as_str(), &format!("{}{counts}{held}", signed(sum)));
    }
}

fn shown(text: &str) -> String {
    visible(text, TEXT_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::{invented, judge};

    #[test]
    fn every_cue_the_sum_and_the_division_are_there() {
        let world = invented::World::default();
        let case = world.case();
        let page = explain(&case, &judge(&case));
        for part in &world.scored.contributions {
            assert!(
                page.contains(part.cue),
                "{} is missing in\n{page}",
                part.cue
            );
        }
        assert!(page.contains("39.00 USD / 130.00 USD = 0.300"), "{page}");
        assert!(page.contains("trademark EUIPO 018000001 (EU)"), "{page}");
        let intercept = signed(world.scored.intercept);
        assert!(
            page.lines()
                .any(|line| line.contains("before any cue") && line.contains(&intercept)),
            "{page}"
        );
    }

    #[test]
    fn a_listing_that_is_no_candidate_says_why() {
        let world = invented::World {
            threshold: 1.0,
            ..invented::World::default()
        };
        let case = world.case();
        let page = explain(&case, &judge(&case));
        assert!(
            page.contains(NoCandidate::BelowThreshold.reason()),
            "{page}"
        );
    }

    #[test]
    fn a_title_cannot_command_the_terminal() {
        let mut world = invented::World::default();
        world.listing.title = "Luma \u{1b}]0;owned\u{7}\u{202E}gab".to_owned();
        let case = world.case();
        let page = explain(&case, &judge(&case));
        assert!(!page.contains(['\u{1b}', '\u{7}', '\u{202E}']), "{page:?}");
    }
}
