use super::*;
use crate::model::assess::{Outcome, Settings};

fn assessment() -> Assessment {
    let outcomes: Vec<Outcome> = (0..40)
        .map(|at| Outcome {
            listing_id: format!("L{at}"),
            seller: format!("S{}", at / 2),
            brand: if at % 2 == 0 { "<b>|luma" } else { "orbi" }.to_owned(),
            probability: f64::from(at) / 40.0,
            fake: at > 30,
            flagged: at > 28,
            queued: at > 29,
            ..Outcome::default()
        })
        .collect();
    Assessment::of(&outcomes, Settings::default())
}

#[test]
fn page_and_markdown_say_the_same() {
    let assessment = assessment();
    let about = About {
        run: "2026-03-31".to_owned(),
        capacity: 10,
        threshold: 0.7,
        ..About::default()
    };
    let page = Page::new(&about, &assessment);
    let (html, markdown) = (page.html().expect("renders"), page.markdown());
    for text in [&html, &markdown] {
        for part in [
            "Too few listings are decided",
            "Who is flagged wrongly",
            "40 labelled listings of 20 sellers",
            "By brand",
        ] {
            assert!(text.contains(part), "{part}");
        }
    }
    assert!(
        html.contains("<svg") && !html.contains("<b>|luma"),
        "names are escaped"
    );
    assert!(
        markdown.contains("| <b>\\|luma |"),
        "a name cannot break a table"
    );
    // No network, no script.
    assert!(!html.contains("<script") && !html.contains("http-equiv=\"refresh\""));
}

#[test]
fn plots_stand_by_themselves() {
    let page = Page::new(&About::default(), &assessment());
    for plot in [&page.reliability, &page.curve] {
        assert!(plot.starts_with("<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\""));
        assert!(plot.ends_with("</svg>\n") && plot.contains("prefers-color-scheme:dark"));
    }
    assert_eq!(
        page.reliability.matches("<circle").count(),
        assessment().reliability.len()
    );
}
