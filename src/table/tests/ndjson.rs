use super::{refusal, shown};

#[test]
fn objects_are_flattened() {
    let text = r#"{"id": 1, "title": "a", "offers": {"price": 12.5, "seller": {"name": "S"}}, "empty": null}

{"id": "2", "image": ["x.jpg", "y.jpg"], "offers": [{"price": 1}, {"price": 2}], "new": true}"#;
    assert_eq!(
        shown("feed.ndjson", text),
        [
            "1 id=1 title=a offers.price=12.5 offers.seller.name=S",
            "3 id=2 image=[\"x.jpg\",\"y.jpg\"] offers.price=1 offers.1.price=2 new=true",
        ]
    );
}

#[test]
fn a_line_that_is_cut_off_is_a_bad_row() {
    let shown = shown("feed.jsonl", "{\"id\": 1}\nnonsense\n[1]\n{\"id\": 2, \"ti");
    assert_eq!(
        shown,
        [
            "1 id=1",
            "2 BAD : no JSON at column 2: nonsense",
            "3 BAD : [1]",
            "4 BAD : an object that is cut off: {\"id\": 2, \"ti",
        ]
    );
}

#[test]
fn a_bad_byte_is_a_bad_row() {
    let shown = shown(
        "feed.jsonl",
        b"{\"id\": 1}\n{\"id\": \"\xff\"}\n{\"id\": 3}\n",
    );
    assert_eq!(
        shown[1],
        "2 BAD : a byte that is not UTF-8 at 9: {\"id\": \"\u{fffd}\"}"
    );
    assert_eq!(shown[2], "3 id=3");
}

#[test]
fn an_endless_line_is_a_bad_row() {
    let text = format!(
        "{{\"id\": 1}}\n{{\"id\": \"{}\"}}\n{{\"id\": 3}}\n",
        "x".repeat(9 << 20)
    );
    let shown = shown("feed.ndjson", text);
    assert!(
        shown[1].starts_with("2 BAD : a line of more than 8 MiB: {\"id\""),
        "{}",
        shown[1]
    );
    assert_eq!(shown[2], "3 id=3");
}

#[test]
fn deep_nesting_is_a_bad_row() {
    let text = format!(
        "{{\"a\": {}1{}}}\n{{\"id\": 2}}\n",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    let shown = shown("feed.ndjson", text);
    assert!(shown[0].starts_with("1 BAD"), "{}", shown[0]);
    assert_eq!(shown[1], "2 id=2");
}

#[test]
fn documents_over_the_whole_file_are_refused() {
    assert!(refusal("feed.json", "[{\"id\": 1},\n{\"id\": 2}]").contains("jq -c '.[]' FILE"));
    assert!(refusal("feed.json", "{\n  \"id\": 1\n}\n").contains("jq -c . FILE"));
    assert!(refusal("feed.json", "{\"@context\": \"x\", \"@graph\": [{}]}").contains("@graph"));
    assert!(refusal("feed.json", "").contains("an empty file"));
}
