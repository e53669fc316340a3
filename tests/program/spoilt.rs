//! Every spoilt input becomes a named reject, a counted unreadable image or a clear error.

use std::io::Write;

use crate::support::{Desk, picture};

const HEADER: &str = "id,title,seller_id,price,image_link\n";

fn reason_of_image(name: &str, bytes: &[u8]) -> String {
    let desk = Desk::with_small_catalog();
    desk.write(&format!("images/{name}"), bytes);
    desk.write(
        "feed.csv",
        format!("{HEADER}L1,Plain mug,S1,5 EUR,{name}\n"),
    );
    desk.scan("feed.csv", 3);
    let images = &desk.manifest()["images"];
    assert_eq!(images["seen"], 1);
    assert_eq!(images["unreadable"], 1);
    let reasons = images["unreadable_by_reason"].as_object().expect("a table");
    reasons.keys().next().expect("one reason").clone()
}

#[test]
fn an_image_cut_short_is_unreadable_with_its_reason() {
    let whole = picture(7);
    assert_eq!(
        reason_of_image("cut.png", &whole[..whole.len() / 2]),
        "truncated_or_corrupt"
    );
}

#[test]
fn a_text_that_calls_itself_an_image_is_no_image() {
    assert_eq!(
        reason_of_image("page.jpg", b"<html>404 not found</html>"),
        "unknown_format"
    );
}

#[test]
fn an_empty_image_is_said_to_be_empty() {
    assert_eq!(reason_of_image("empty.jpg", b""), "empty");
}

#[test]
fn a_missing_image_is_said_to_be_missing() {
    let desk = Desk::with_small_catalog();
    desk.write(
        "feed.csv",
        format!("{HEADER}L1,Plain mug,S1,5 EUR,nowhere.jpg\n"),
    );
    desk.scan("feed.csv", 3);
    assert_eq!(
        desk.manifest()["images"]["unreadable_by_reason"]["missing"],
        1
    );
}

/// A megabyte of file that would be more than a gigabyte of pixels.
#[test]
fn a_png_of_a_gigabyte_is_refused_before_it_is_decoded() {
    let (width, height) = (20_000u32, 18_000u32);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut png, b"IHDR", &header);
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let row = vec![0u8; width as usize * 3 + 1];
    for _ in 0..height {
        packed.write_all(&row).expect("packed");
    }
    chunk(&mut png, b"IDAT", &packed.finish().expect("packed"));
    chunk(&mut png, b"IEND", &[]);
    assert_eq!(reason_of_image("bomb.png", &png), "too_many_pixels");
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    png.extend(kind);
    png.extend(data);
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(data);
    png.extend(crc.sum().to_be_bytes());
}

#[test]
fn an_image_link_never_leaves_the_image_folder() {
    let desk = Desk::with_small_catalog();
    desk.write("secret.png", picture(3));
    desk.write(
        "feed.csv",
        format!(
            "{HEADER}L1,Mug,S1,5 EUR,../../etc/passwd\nL2,Mug,S1,5 EUR,../secret.png\nL3,Mug,S1,5 EUR,/etc/passwd\n"
        ),
    );
    desk.scan("feed.csv", 0);
    assert_eq!(desk.manifest()["images"]["seen"], 0);
    let notes = desk.output("notes.csv");
    for link in ["../../etc/passwd", "../secret.png", "/etc/passwd"] {
        assert!(notes.contains(link), "{link} is not noted:\n{notes}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_the_image_folder_that_leads_out_of_it_is_refused() {
    let desk = Desk::with_small_catalog();
    desk.write("secret.png", picture(3));
    desk.write("images/inside.png", picture(4));
    std::os::unix::fs::symlink(desk.path("secret.png"), desk.path("images/out.png"))
        .expect("linked");
    desk.write("feed.csv", format!("{HEADER}L1,Mug,S1,5 EUR,out.png\n"));
    desk.scan("feed.csv", 3);
    assert_eq!(
        desk.manifest()["images"]["unreadable_by_reason"]["outside_folder"],
        1
    );
}

#[test]
fn a_broken_quote_does_not_swallow_the_rest_of_the_feed() {
    let desk = Desk::with_small_catalog();
    let mut feed = format!("{HEADER}L0,\"a quote that never ends,S1,5 EUR,\n");
    for number in 1..=5_000 {
        feed.push_str(&format!("L{number},Plain mug number {number},S1,5 EUR,\n"));
    }
    desk.write("feed.csv", feed);
    desk.scan("feed.csv", 3);
    let manifest = desk.manifest();
    let scored = manifest["listings"]["scored"].as_u64().expect("a number");
    assert!(scored >= 4_900, "only {scored} of 5000 good rows were read");
    assert!(desk.output("rejects.csv").lines().count() >= 2);
}

#[test]
fn rows_in_another_encoding_are_rejected_by_row_and_the_others_are_read() {
    let desk = Desk::with_small_catalog();
    let mut feed = HEADER.as_bytes().to_vec();
    for number in 0..50 {
        feed.extend(format!("L{number},Schöne Tasse,S1,5 EUR,\n").bytes());
    }
    feed.extend(b"LX,Sch\xf6ne Tasse,S1,5 EUR,\n");
    desk.write("feed.csv", feed);
    desk.scan("feed.csv", 3);
    assert_eq!(desk.manifest()["listings"]["scored"], 50);
    assert_eq!(desk.manifest()["listings"]["rejected"], 1);
    assert!(desk.output("rejects.csv").contains("UTF-8"));
}

#[test]
fn utf_16_is_read() {
    let desk = Desk::with_small_catalog();
    let text = format!("{HEADER}L1,Schöne Tasse,S1,5 EUR,\n");
    let bytes: Vec<u8> = std::iter::once(0xFEFFu16)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    desk.write("feed.csv", bytes);
    desk.scan("feed.csv", 0);
    assert_eq!(desk.manifest()["listings"]["scored"], 1);
}

#[test]
fn ndjson_cut_in_the_middle_of_a_line_loses_that_line_only() {
    let desk = Desk::with_small_catalog();
    desk.write(
        "feed.ndjson",
        "{\"id\":\"L1\",\"title\":\"Mug\"}\nnot json\n{\"id\":\"L2\",\"title\":\"Bowl\"}\n{\"id\":\"L3\",\"tit",
    );
    desk.scan("feed.ndjson", 3);
    let listings = &desk.manifest()["listings"];
    assert_eq!(
        (
            &listings["rows"],
            &listings["scored"],
            &listings["rejected"]
        ),
        (&4.into(), &2.into(), &2.into())
    );
}

#[test]
fn a_parquet_file_that_is_none_is_a_clear_error() {
    let desk = Desk::with_small_catalog();
    desk.write("feed.parquet", b"PAR1 but not really PAR1");
    let run = desk.scan("feed.parquet", 1);
    let error = run.stderr();
    assert!(error.contains("feed.parquet"), "{error}");
    assert!(
        !desk.path("w/runs/r").exists(),
        "a failed scan leaves no run"
    );
    assert!(!desk.path("w/runs/r.partial").exists(), "nor a part of one");
}

/// Numbers where texts are expected: the program's own scores table as a feed.
#[test]
fn a_parquet_file_with_other_types_is_read_or_rejected_never_a_crash() {
    let desk = Desk::with_small_catalog();
    desk.write("feed.csv", format!("{HEADER}L1,Mug,S1,5 EUR,\n"));
    desk.scan("feed.csv", 0);
    std::fs::copy(
        desk.path("w/runs/r/scores.parquet"),
        desk.path("scores.parquet"),
    )
    .expect("copied");
    let run = desk
        .run(&[
            "scan",
            "scores.parquet",
            "--as-of",
            "2026-03-31",
            "--run",
            "s",
        ])
        .code(1);
    assert!(run.stderr().contains("title"), "{}", run.stderr());
}

#[test]
fn markup_and_formulas_in_titles_reach_no_output_alive() {
    let desk = Desk::with_small_catalog();
    desk.write("images/copy.png", picture(1));
    let title =
        "<script>alert(1)</script> =HYPERLINK(\"\"http://x\"\") Velnora 1:1 mirror replica VX-200";
    let formula = "=HYPERLINK(\"\"http://x\"\") Velnora replica VX-200";
    desk.write(
        "feed.csv",
        format!("{HEADER}L1,\"{title}\",S1,9 EUR,copy.png\nL2,\"{formula}\",S2,9 EUR,copy.png\n"),
    );
    desk.run(&[
        "scan",
        "feed.csv",
        "--images",
        "images",
        "--as-of",
        "2026-03-31",
        "--run",
        "r",
        "--threshold",
        "0",
    ])
    .code(0);
    assert_eq!(
        desk.manifest()["candidates"]["queued"],
        2,
        "both are candidates"
    );
    let page = desk.output("report.html");
    assert!(
        !page.contains("<script>alert"),
        "markup is alive in the report"
    );
    assert!(page.contains("&lt;script&gt;") || page.contains("&#60;script&#62;"));
    let table = desk.output("candidates.csv");
    for line in table.lines() {
        assert!(
            !line.contains(",=HYPER") && !line.contains("\"=HYPER"),
            "{line}"
        );
    }
}

#[test]
fn a_feed_that_is_not_there_is_named() {
    let desk = Desk::with_small_catalog();
    let run = desk.scan("nowhere.csv", 1);
    assert!(run.stderr().contains("nowhere.csv"), "{}", run.stderr());
}

#[test]
fn a_feed_without_ids_says_which_columns_it_found() {
    let desk = Desk::with_small_catalog();
    desk.write("feed.csv", "foo,bar\n1,2\n");
    let run = desk.scan("feed.csv", 1);
    let error = run.stderr();
    assert!(
        error.contains("found the columns foo, bar") && error.contains("item_sku"),
        "{error}"
    );
}

#[test]
fn a_feed_without_a_row_fails_by_name_and_makes_no_run() {
    let desk = Desk::with_small_catalog();
    desk.write("feed.csv", HEADER);
    let error = desk.scan("feed.csv", 1).stderr();
    assert!(error.contains("feed.csv: no listings"), "{error}");
    assert!(!desk.path("w/runs/r").exists(), "no run of nothing");
    // Beside a file that has listings an empty one is no failure.
    desk.write("day/1.csv", HEADER);
    desk.write("day/2.csv", format!("{HEADER}L1,Mug,S1,5 EUR,\n"));
    desk.scan("day", 0);
}

#[test]
fn a_missing_feed_is_named_once_with_the_systems_word() {
    let desk = Desk::with_small_catalog();
    let told = desk.run(&["scan", "nowhere.csv"]).code(1).stderr();
    assert_eq!(told.matches("No such file").count(), 1, "{told}");
    assert!(told.contains("nowhere.csv"), "{told}");
}
