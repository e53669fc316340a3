use super::*;
use crate::candidates::{Action, Ground, invented};

const JPEG: [u8; 6] = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2];

fn page(queue: &[Candidate], limit: usize) -> String {
    let pictures = |_: &Candidate| Pictures {
        listing: Some(JPEG.to_vec()),
        reference: Some(JPEG.to_vec()),
    };
    Report::new(&RunFacts::default(), queue, limit, pictures)
        .page()
        .expect("rendered")
}

/// What a browser would take for elements: every `<` of the page with the name that follows it.
fn elements(page: &str) -> Vec<String> {
    page.split('<')
        .skip(1)
        .map(|after| {
            after
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || "/!".contains(*c))
                .collect::<String>()
        })
        .map(|name| name.to_ascii_lowercase())
        .collect()
}

#[test]
fn markup_in_a_sellers_texts_stays_text() {
    let hostile = "</bdi><script>alert(1)</script><img src=x onerror=alert(1)>\" style=\"x' =HYPERLINK(\"x\")";
    let mut candidate = invented::candidate(1);
    let honest = elements(&page(&[candidate.clone()], 1));
    for field in [
        &mut candidate.title,
        &mut candidate.seller_name,
        &mut candidate.brand_name,
        &mut candidate.ground_reason,
        &mut candidate.reasons[0],
        &mut candidate.in_favour[0],
        &mut candidate.cues[0].sentence,
        &mut candidate.right.number,
    ] {
        *field = hostile.to_owned();
    }
    candidate.listing_id = hostile.into();
    candidate.seller_id = hostile.into();
    candidate.price.ratio = None;
    candidate.price.why_missing = Some(hostile.to_owned());
    candidate.link = format!("https://x.example/{}", hostile.replace(' ', ""));
    let shown = page(&[candidate.clone()], 1);
    assert_eq!(
        elements(&shown),
        honest,
        "hostile texts must not add elements"
    );
    assert!(!shown.contains("<script"));
    assert!(shown.contains("&#60;script&#62;alert(1)"));
    let as_line = page(&[candidate], 0);
    assert!(!as_line.contains("<script") && !as_line.contains("<img"));
}

#[test]
fn the_page_asks_nothing_of_the_network_and_runs_nothing() {
    let shown = page(&[invented::candidate(1), invented::candidate(2)], 1);
    assert!(shown.contains("default-src 'none'"));
    for needle in [
        "<script",
        "<link",
        "<iframe",
        "@import",
        "url(",
        "javascript:",
        "onclick",
        "src=\"http",
    ] {
        assert!(!shown.contains(needle), "{needle}");
    }
}

#[test]
fn direction_overrides_are_shown_and_not_obeyed() {
    let mut candidate = invented::candidate(1);
    candidate.title = "Luma \u{202E}gab".to_owned();
    let shown = page(&[candidate], 1);
    assert!(!shown.contains('\u{202E}'));
    assert!(
        shown.contains("<bdi>Luma ‹U+202E›gab</bdi>"),
        "isolated and visible"
    );
}

#[test]
fn a_title_of_ten_thousand_characters_is_cut() {
    let mut candidate = invented::candidate(1);
    candidate.title = "W".repeat(10_000);
    let shown = page(&[candidate], 1);
    assert!(!shown.contains(&"W".repeat(200)));
    assert!(shown.contains('…'));
}

#[test]
fn beyond_the_limit_candidates_are_lines_without_pictures() {
    let queue: Vec<Candidate> = (1..=5).map(invented::candidate).collect();
    let shown = page(&queue, 2);
    assert_eq!(shown.matches("<article").count(), 2);
    assert_eq!(shown.matches("<tr id=").count(), 3);
    assert_eq!(shown.matches("data:image/jpeg").count(), 4);
    assert_eq!(page(&queue, 10).matches("<article").count(), 5);
}

#[test]
fn pictures_stop_at_the_budget() {
    let queue: Vec<Candidate> = (1..=30).map(invented::candidate).collect();
    let large = [&JPEG[..], &vec![0; 1_000_000]].concat();
    let pictures = |_: &Candidate| Pictures {
        listing: Some(large.clone()),
        reference: None,
    };
    let shown = Report::new(&RunFacts::default(), &queue, 30, pictures)
        .page()
        .expect("rendered");
    assert_eq!(shown.matches("<article").count(), 30);
    assert!(shown.len() < 20_000_000, "{}", shown.len());
}

#[test]
fn filters_count_what_occurs_and_every_candidate_has_its_choice() {
    let mut queue: Vec<Candidate> = (1..=3).map(invented::candidate).collect();
    queue[2].brand = "nori".into();
    queue[2].brand_name = "Nori".to_owned();
    queue[2].ground = Ground::Design;
    queue[1].action = Action::TestBuy;
    let facets = facets(&queue);
    let told: Vec<(String, String)> = facets
        .iter()
        .flat_map(|facet| &facet.choices)
        .map(|choice| (choice.label.clone(), choice.count.clone()))
        .collect();
    let expected = [
        ("Luma", "2"),
        ("Nori", "1"),
        ("Trademark", "2"),
        ("Design", "1"),
        ("Review", "2"),
        ("Test buy", "1"),
    ];
    assert_eq!(
        told,
        expected.map(|(label, count)| (label.to_owned(), count.to_owned()))
    );
    let shown = page(&queue, 3);
    assert!(shown.contains("body:has(#brand-2:checked) [data-brand]:not([data-brand=\"2\"])"));
    assert!(shown.contains("data-brand=\"2\" data-ground=\"2\" data-action=\"1\""));
}

#[test]
fn an_empty_queue_is_a_page_too() {
    assert!(page(&[], 10).contains("No listing fulfils every condition"));
}
