use proptest::prelude::*;

use super::{file, joined};
use crate::intake::{Listings, Products};

/// Reads bytes as a feed and as a catalog; `joined` checks the sums.
fn never_panics(name: &str, bytes: &[u8], chunk: usize) {
    let (_folder, path) = file(name, bytes);
    if let Ok(listings) = Listings::open(&path, chunk) {
        let _ = joined(listings);
    }
    if let Ok(products) = Products::open(&path, "b".into(), chunk) {
        let _ = joined(products);
    }
}

/// Bytes made of what feeds are made of, so that some of them get far.
fn pieces(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(pieces).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..3),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_csv(
        header in prop::sample::select(vec!["", "id,title\n", "Handle,Title,Variant SKU,Variant Price,Image Src\n", "id;title;price;image_link\r\n"]),
        body in pieces(&["\"", "\"\"", ",", ",", ";", "\n", "\n", "\r\n", "a", "bag", "1", "é", "12.5 EUR", "../x", " ", "="]),
        chunk in 1usize..5,
    ) {
        let mut bytes = header.as_bytes().to_vec();
        bytes.extend(body);
        never_panics("feed.csv", &bytes, chunk);
    }

    #[test]
    fn any_ndjson(
        body in pieces(&["{\"id\":", "\"title\":", "\"Handle\":", "\"a\"", "1", ",", "}", "}\n", "[", "]", "null", "\n", "{\"id\":\"x\",\"title\":\"t\"}\n", "\\u0000"]),
        chunk in 1usize..5,
    ) {
        never_panics("feed.ndjson", &body, chunk);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), chunk in 1usize..5) {
        for name in ["feed.csv", "feed.ndjson", "feed.parquet"] {
            never_panics(name, &bytes, chunk);
        }
    }
}

#[test]
fn chunk_size_changes_nothing() {
    let mut text = "Handle,Title,Variant SKU,Variant Price,Image Src\n".to_owned();
    for handle in 0..20 {
        text.push_str(&format!("h{handle},Bag {handle},s0,1 EUR,{handle}.jpg\n"));
        for variant in 0..handle % 5 {
            text.push_str(&format!(
                "h{handle},,s{variant},{variant} EUR,{handle}-{variant}.jpg\n"
            ));
        }
    }
    let (_folder, path) = file("feed.csv", text.as_bytes());
    let read = |chunk| joined(Listings::open(&path, chunk).expect("opened")).expect("read");
    let whole = read(1000);
    assert_eq!(whole.records.len(), 20 + 4 * (1 + 2 + 3 + 4));
    for chunk in [1, 2, 3, 7] {
        assert_eq!(read(chunk), whole);
    }
}
