use super::file;
use crate::intake::Labels;

#[test]
fn labels_are_read() {
    let (_folder, path) = file(
        "truth.csv",
        b"listing_id,label,kind,group\n1,fake,masked,ring\n2,Genuine,sale,\n3,1,,\n",
    );
    let labels = Labels::read(&path).expect("read").labels;
    let shown: Vec<(&str, bool, &str, &str)> = labels
        .iter()
        .map(|l| {
            (
                l.listing_id.as_str(),
                l.fake,
                l.kind.as_str(),
                l.group.as_str(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("1", true, "masked", "ring"),
            ("2", false, "sale", ""),
            ("3", true, "", "")
        ]
    );
}

#[test]
fn wrong_labels_name_their_row() {
    for (text, message) in [
        (
            "id,label\n1,fake\n2,dubious\n",
            "row 2, column label: found \"dubious\", expected fake or genuine",
        ),
        (
            "id,label\n1,fake\n1,genuine\n",
            "row 2, column listing_id: found \"1\"",
        ),
        ("id,label\n,fake\n", "row 1, column listing_id"),
        ("id,label\n1,fake,x\n", "row 1, column : found \"3 values"),
    ] {
        let (_folder, path) = file("truth.csv", text.as_bytes());
        let error = Labels::read(&path).expect_err("refused").to_string();
        assert!(error.contains(message), "{error}");
    }
}
