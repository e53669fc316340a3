use crate::support::{Desk, picture};

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
    let hashes: Vec<String> = run
        .stdout()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|row| row["pdq"].as_str().expect("a hash").to_owned())
        .collect();
    assert!(distance(&hashes[0], &hashes[1]) <= 10, "{hashes:?}");
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
