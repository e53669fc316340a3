use super::{refusal, rows, shown};

#[test]
fn delimiters_quotes_and_marks() {
    let expected = ["1 id=1 title=a, \"b\"", "2 id=2 title=c\nd"];
    for text in [
        "id,title\n1,\"a, \"\"b\"\"\"\n2,\"c\nd\"\n",
        "\u{feff}id,title\r\n1,\"a, \"\"b\"\"\"\r\n\r\n2,\"c\nd\"\r\n",
        "id;title\n1;a, \"b\"\n2;\"c\nd\"",
        "id\ttitle\n1\ta, \"b\"\n2\t\"c\nd\"\n",
        "id|title|\n1|a, \"b\"|\n2|\"c\nd\"|\n",
    ] {
        assert_eq!(shown("feed.csv", text), expected, "{text:?}");
    }
    assert_eq!(
        shown("feed.csv", "id,title\r1,a\r2,b\r"),
        ["1 id=1 title=a", "2 id=2 title=b"]
    );
}

#[test]
fn line_breaks_within_quotes_are_kept_as_they_are() {
    let read = rows("feed.csv", "id,title\r\n1,\"a\r\nb\r\n\"\r\n").expect("readable");
    assert_eq!(
        read[0].as_ref().expect("good").get("title"),
        Some("a\r\nb\r\n")
    );
}

#[test]
fn a_row_that_ends_early_says_so() {
    let short = |text: &str| -> Vec<Option<[usize; 2]>> {
        let rows = rows("feed.csv", text).expect("readable").into_iter();
        rows.map(|row| row.expect("good").short()).collect()
    };
    assert_eq!(
        short("id,title,price\n1,a,2\n2,b\n3,,\n"),
        [None, Some([2, 3]), None]
    );
    // A delimiter behind the last name is no column.
    assert_eq!(short("id,title,\n1,a\n2\n"), [None, Some([1, 2])]);
}

#[test]
fn packed_text_is_read_as_if_it_were_not() {
    let text = b"id,title\n1,a\n2,\"b\nc\"\n";
    let expected = shown("feed.csv", text);
    let mut gzip = packed(&text[..12]);
    // Several members one after the other are one file.
    gzip.extend(packed(&text[12..]));
    assert_eq!(shown("feed.csv.gz", &gzip), expected);
    let zstandard = zstd::encode_all(&text[..], 0).expect("packed");
    assert_eq!(shown("feed.csv.zst", zstandard), expected);
    // Some programs unpack what they fetch and keep its name.
    assert_eq!(shown("feed.csv.gz", text), expected);
    // Without the name it is refused: a products file has limits that packing would evade.
    assert!(refusal("feed.csv", &gzip).contains("keep .gz or .zst at the end of its name"));
    let cut = refusal("feed.csv.gz", &gzip[..gzip.len() - 12]);
    assert!(cut.contains("copy the file again"), "{cut}");
    assert!(refusal("feed.parquet.gz", &gzip).contains("each also with .gz"));
}

/// A quarter of a gigabyte without a line's end, in a megabyte of file.
#[test]
fn packed_text_takes_no_more_memory_than_its_lines_may() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, b"id,title\n").expect("packed");
    let block = vec![b'x'; 1 << 20];
    for _ in 0..256 {
        std::io::Write::write_all(&mut encoder, &block).expect("packed");
    }
    std::io::Write::write_all(&mut encoder, b"\n1,a\n").expect("packed");
    let rows = shown("feed.csv.gz", encoder.finish().expect("packed"));
    assert!(rows[0].contains("a line of more than 1 MiB"), "{}", rows[0]);
    assert_eq!(rows[1], "2 id=1 title=a");
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, bytes).expect("packed");
    encoder.finish().expect("packed")
}

#[test]
fn short_rows_are_read_and_long_ones_are_not() {
    let text = "id,title,price\n1,a\n2,b,3,,\n3,c,4,x\n4,d,5\n";
    assert_eq!(
        shown("feed.csv", text),
        [
            "1 id=1 title=a",
            "2 id=2 title=b price=3",
            "3 BAD : 4 values: 3,c,4,x",
            "4 id=4 title=d price=5"
        ]
    );
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row() {
    let mut text = "id,title\n1,good\n2,\"broken\n".to_owned();
    for row in 3..=2500 {
        text.push_str(&format!("{row},fine\n"));
    }
    let rows = rows("feed.csv", &text).expect("readable");
    assert_eq!(rows.len(), 2500);
    let bad: Vec<u64> = rows
        .iter()
        .filter_map(|row| row.as_ref().err())
        .map(|bad| bad.row)
        .collect();
    assert_eq!(bad, [2]);
    assert_eq!(rows[2499].as_ref().expect("good").get("id"), Some("2500"));
}

#[test]
fn a_quote_that_closes_in_a_later_row_costs_one_row() {
    let text = "id,title,note\n1,\"broken,x\n2,b,y\n3,\"c\",z\n4,d,w\n";
    let shown = shown("feed.csv", text);
    assert!(
        shown[0].starts_with("1 BAD : a quote that closes in the middle"),
        "{}",
        shown[0]
    );
    assert_eq!(
        &shown[1..],
        [
            "2 id=2 title=b note=y",
            "3 id=3 title=c note=z",
            "4 id=4 title=d note=w"
        ]
    );
}

#[test]
fn a_quote_open_at_the_end_of_the_file_costs_one_row() {
    let shown = shown("feed.csv", "id,title\n1,\"cut off\n2,b");
    assert_eq!(
        shown,
        [
            "1 BAD : a quote that is never closed: 1,\"cut off",
            "2 id=2 title=b"
        ]
    );
}

#[test]
fn an_endless_line_costs_one_row() {
    let text = format!("id,title\n1,{}\n2,b\n", "x".repeat(3 << 20));
    let shown = shown("feed.csv", text);
    assert!(
        shown[0].starts_with("1 BAD : a line of more than 1 MiB: 1,xxx"),
        "{}",
        shown[0]
    );
    assert_eq!(shown[1], "2 id=2 title=b");
}

#[test]
fn one_row_in_another_encoding_is_a_bad_row() {
    let shown = shown("feed.csv", b"id,title\n1,caf\xc3\xa9\n2,caf\xe9\n3,c\n");
    assert_eq!(
        shown,
        [
            "1 id=1 title=café",
            "2 BAD title: caf\u{fffd}",
            "3 id=3 title=c"
        ]
    );
}

#[test]
fn a_file_in_another_encoding_is_refused() {
    let header = refusal("feed.csv", b"id,pr\xe9cio\n1,2\n");
    assert!(
        header.contains("bytes that are not UTF-8") && header.contains("save it as UTF-8"),
        "{header}"
    );
    let rows = refusal(
        "feed.csv",
        b"id,title\n1,\xe9t\xe9\n2,no\xebl\n3,caf\xe9\n4,x\n",
    );
    assert!(rows.contains("first in \"1,\u{fffd}t\u{fffd}\""), "{rows}");
}

#[test]
fn utf_16_is_read_by_its_mark() {
    for (mark, bytes_of) in [
        ([0xFF, 0xFE], u16::to_le_bytes as fn(u16) -> [u8; 2]),
        ([0xFE, 0xFF], u16::to_be_bytes),
    ] {
        let mut bytes = mark.to_vec();
        bytes.extend(
            "id,title\r\n1,露玛 👜\r\n"
                .encode_utf16()
                .flat_map(bytes_of),
        );
        assert_eq!(shown("feed.csv", &bytes), ["1 id=1 title=露玛 👜"]);
        let unmarked = refusal("feed.csv", &bytes[2..]);
        assert!(unmarked.contains("without a byte order mark"), "{unmarked}");
    }
}

#[test]
fn files_of_other_kinds_are_named() {
    assert!(refusal("feed.csv", b"PAR1xxxx").contains("a Parquet file"));
    assert!(refusal("feed.csv", b"\x1f\x8b\x08rest").contains("unpack it first"));
    assert!(refusal("feed.csv", b"").contains("an empty file"));
    assert!(refusal("feed.csv", b"\n\n").contains("an empty file"));
    assert!(refusal("feed.csv", b",,\n1,2,3\n").contains("a first line without names"));
    assert!(refusal("feed.xlsx", b"x").contains("ends in \"xlsx\""));
}

#[test]
fn amazon_template_lines_are_skipped() {
    let names = "item_sku\titem_name\n1\ta\n";
    let template = "TemplateType=Clothing\tVersion=2024\n";
    let expected = ["1 item_sku=1 item_name=a"];
    assert_eq!(
        shown(
            "flat.txt",
            format!("{template}Seller SKU\tProduct Name\n{names}")
        ),
        expected
    );
    assert_eq!(shown("flat.txt", format!("{template}{names}")), expected);
}
