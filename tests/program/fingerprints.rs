use crate::support::{Desk, animation, picture};

#[test]
fn one_row_a_file_readable_or_not() {
    let desk = Desk::new();
    desk.write("pictures/a.png", picture(1));
    desk.write("pictures/b.png", picture(2));
    desk.write("pictures/c.jpg", "no picture");
    let run = desk.run(&["fingerprint", "pictures"]).code(3);
    insta::assert_snapshot!(run.stdout());
}

#[test]
fn a_copy_in_another_format_has_nearly_the_same_hash() {
    let desk = Desk::new();
    desk.write("a.png", picture(5));
    let pixels = image::load_from_memory(&picture(5)).expect("decoded");
    let mut jpeg = std::io::Cursor::new(Vec::new());
    pixels
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .expect("encoded");
    desk.write("a.jpg", jpeg.into_inner());
    let run = desk
        .run(&["fingerprint", "a.png", "a.jpg", "--format", "ndjson"])
        .code(0);
    let hashes: Vec<String> = rows(&run.stdout())
        .iter()
        .map(|row| row["pdq"].as_str().expect("a hash").to_owned())
        .collect();
    assert!(distance(&hashes[0], &hashes[1]) <= 10, "{hashes:?}");
}

/// Hash and quality of the pictures that seeds 1 and 2 draw, as `pdq-photo-hasher` prints them.
const LINES: &str = "\
32e6935d8cdacc6bb12e4a945e5d32844999b46b47a489a62cfdc5c68b5a64b7,100,pictures/a.png
29a55ed772d1aea0685da097d85bc99bd452a929b92341f964b4d6e54cb47c92,100,pictures/b.png
";

#[test]
fn the_pdq_form_is_that_of_threatexchange() {
    let desk = Desk::new();
    desk.write("pictures/a.png", picture(1));
    desk.write("pictures/b.png", picture(2));
    desk.write("pictures/c.jpg", "no picture");
    let run = desk.run(&["fingerprint", "pictures", "--format", "pdq"]);
    let run = run.code(3);
    assert_eq!(run.stdout(), LINES);
    assert!(run.stderr().contains("pictures/c.jpg"), "{}", run.stderr());
}

#[test]
fn every_spoilt_picture_is_one_row_with_a_reason_code() {
    let desk = Desk::new();
    let whole = picture(7);
    desk.write("p/1-cut.png", &whole[..whole.len() / 2]);
    desk.write("p/2-empty.jpg", "");
    desk.write("p/3-page.jpg", "<html>404 not found</html>");
    desk.write("p/4-avif.jpg", b"\0\0\0\x1cftypavif\0\0\0\0");
    desk.write(
        "p/5-huge.gif",
        b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02\x4c\x01\0;",
    );
    desk.write(
        "p/6-twelve-bits.jpg",
        b"\xff\xd8\xff\xc1\0\x0b\x0c\0\x08\0\x08\x01\x01\x11\0\xff\xd9",
    );
    let run = desk.run(&["fingerprint", "p", "p/nowhere.png", "--format", "ndjson"]);
    let codes: Vec<String> = rows(&run.code(3).stdout())
        .iter()
        .map(|row| {
            assert_eq!(row["status"], "unreadable");
            assert!(row["reason"].as_str().is_some_and(|text| text.len() > 10));
            row["code"].as_str().expect("a code").to_owned()
        })
        .collect();
    assert_eq!(
        codes,
        [
            "truncated_or_corrupt",
            "empty",
            "unknown_format",
            "unsupported",
            "too_many_pixels",
            "unsupported",
            "missing"
        ]
    );
}

#[test]
fn every_frame_of_an_animation_is_a_row() {
    let desk = Desk::new();
    let whole = animation(&[1, 2, 3]);
    desk.write("a.gif", &whole);
    desk.write("b.gif", &whole[..whole.len() * 5 / 6]);
    let args = ["fingerprint", "a.gif", "b.gif", "--format", "ndjson"];
    let run = desk.run(&args).code(3);
    let said: Vec<_> = rows(&run.stdout())
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            (
                text("file"),
                text("status"),
                row["frame"].as_u64(),
                text("code"),
            )
        })
        .collect();
    let row = |file: &str, status: &str, frame, code: &str| {
        (file.to_owned(), status.to_owned(), frame, code.to_owned())
    };
    assert_eq!(
        said,
        [
            row("a.gif", "ok", Some(0), ""),
            row("a.gif", "ok", Some(1), ""),
            row("a.gif", "ok", Some(2), ""),
            row("b.gif", "ok", Some(0), ""),
            row("b.gif", "ok", Some(1), ""),
            row("b.gif", "cut", None, "truncated_or_corrupt"),
        ]
    );
}

/// The columns of `copies` that lists of hashes fill.
fn matches(desk: &Desk, args: &[&str], code: i32) -> Vec<String> {
    let run = desk.run(&[&["copies", "--format", "ndjson"], args].concat());
    rows(&run.code(code).stdout())
        .iter()
        .map(|row| {
            let keys = [
                "query",
                "reference",
                "verdict",
                "transform",
                "distance",
                "frame",
                "code",
            ];
            let shown = keys.map(|key| match &row[key] {
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            shown.join(" ")
        })
        .collect()
}

#[test]
fn pictures_are_held_against_a_list_of_hashes() {
    let desk = Desk::new();
    desk.write("q.png", picture(2));
    desk.write("other.png", picture(9));
    desk.write("hashes.txt", format!("{LINES}what is this?\n"));
    assert_eq!(
        matches(&desk, &["q.png", "other.png", "--of", "hashes.txt"], 3),
        [
            "null hashes.txt unreadable null null null no_hash",
            "q.png pictures/b.png copy identity 0 0 null"
        ]
    );
}

#[test]
fn a_list_of_hashes_is_held_against_pictures_and_another_list() {
    let desk = Desk::new();
    desk.write("a.png", picture(1));
    desk.write("bare.txt", format!("{}\n", &LINES[..64]));
    desk.write("hashes.txt", LINES);
    assert_eq!(
        matches(&desk, &["bare.txt", "--of", "a.png", "hashes.txt"], 0),
        [
            "bare.txt#1 a.png copy identity 0 0 null",
            "bare.txt#1 pictures/a.png copy identity 0 0 null"
        ]
    );
}

#[test]
fn a_photo_in_the_third_frame_of_an_animation_is_found_and_the_frame_named() {
    let desk = Desk::with_small_catalog();
    desk.write("one.png", picture(1));
    desk.write("images/moving.gif", animation(&[8, 9, 1, 8]));
    let found = matches(&desk, &["images/moving.gif", "--of", "one.png"], 0);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("images/moving.gif one.png "),
        "{found:?}"
    );
    assert!(found[0].ends_with(" 2 null"), "{found:?}");

    desk.write(
        "feed.csv",
        "id,title,seller_id,price,image_link\nL1,Plain mug,S1,5 EUR,moving.gif\n",
    );
    let run = desk.run(&[
        "read",
        "feed.csv",
        "--catalog",
        "luma",
        "--images",
        "images",
    ]);
    let signals = &rows(&run.code(0).stdout())[0];
    let image = &signals["images"][0];
    assert_eq!(image["hits"][0]["reference"], "velnora/one.png");
    let frames = &image["animation"]["frames"];
    assert_eq!(frames[1]["frame"], 2);
    assert_eq!(frames[1]["matches"], serde_json::json!(["velnora/one.png"]));
}

fn rows(ndjson: &str) -> Vec<serde_json::Value> {
    ndjson
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn distance(a: &str, b: &str) -> u32 {
    let digits = |text: &str| -> Vec<u32> {
        text.chars()
            .map(|c| c.to_digit(16).expect("hexadecimal"))
            .collect()
    };
    assert_eq!(a.len(), 64);
    digits(a)
        .iter()
        .zip(digits(b))
        .map(|(x, y)| (x ^ y).count_ones())
        .sum()
}
