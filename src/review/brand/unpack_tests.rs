use std::io::Write;
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Bounds, Refused, Sent, arrange, unpack};

/// A zip with these files, in a temporary folder.
fn zipped(folder: &Path, files: &[(&str, &[u8])]) -> Vec<Sent> {
    let path = folder.join("sent.zip");
    let mut zip = ZipWriter::new(std::fs::File::create(&path).expect("made"));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        zip.start_file(*name, options).expect("begun");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("finished");
    vec![Sent {
        name: "catalog.zip".to_owned(),
        path,
    }]
}

fn unpacked(
    files: &[(&str, &[u8])],
    bounds: Bounds,
) -> Result<(Vec<String>, Vec<String>), Refused> {
    let folder = tempfile::tempdir().expect("temporary folder");
    let to = folder.path().join("to");
    std::fs::create_dir(&to).expect("made");
    let left_out = unpack(&zipped(folder.path(), files), &to, bounds)?;
    let mut found = Vec::new();
    let mut folders = vec![to.clone()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("read").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path();
                let path = path.strip_prefix(&to).expect("below");
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    // Nothing is beside the folder that it was told to use.
    assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 2);
    Ok((found, left_out))
}

#[test]
fn a_catalog_is_found_in_the_folder_that_it_was_zipped_with() {
    let (found, left_out) = unpacked(
        &[
            ("luma/brand.toml", b"name = \"Luma\""),
            ("luma/products.csv", b"id"),
            ("luma/images/a/one.png", b"x"),
            ("luma/loose.JPG", b"x"),
            ("luma/notes.docx", b"x"),
            ("other/brand.txt", b"x"),
            ("__MACOSX/luma/._brand.toml", b"x"),
            ("luma/.DS_Store", b"x"),
        ],
        Bounds::default(),
    )
    .expect("unpacked");
    assert_eq!(
        found,
        [
            "brand.toml",
            "images/a/one.png",
            "images/loose.JPG",
            "products.csv"
        ]
    );
    assert_eq!(left_out, ["luma/notes.docx", "other/brand.txt"]);
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for name in [
        "../evil.png",
        "luma/../../evil.png",
        "/etc/passwd",
        "C:/evil.png",
        "images\\..\\evil.png",
        "images//evil.png",
        "images/./evil.png",
        "images/a\nb.png",
        "a/b/c/d/e/f/g/h/i/j/k.png",
    ] {
        let refused = arrange(&["brand.toml", name], Bounds::default());
        assert!(
            matches!(refused, Err(Refused::Name(_))),
            "{name}: {refused:?}"
        );
        let files: [(&str, &[u8]); 2] = [("brand.toml", b"x"), (name, b"x")];
        assert!(unpacked(&files, Bounds::default()).is_err(), "{name}");
    }
}

#[test]
fn a_zip_bomb_is_cut_off_where_the_bounds_are() {
    let zeros = vec![0; 3_000_000];
    let bounds = Bounds {
        files: 4,
        bytes: 5_000_000,
        file_bytes: 4_000_000,
    };
    let one = ("images/one.png", &zeros[..]);
    let two = ("images/two.png", &zeros[..]);
    assert!(unpacked(&[one], bounds).is_ok());
    let refused = unpacked(&[one, two], bounds).expect_err("too much");
    assert!(matches!(refused, Refused::TooMuch(5)), "{refused}");
    let long = vec![0; 4_000_001];
    let refused = unpacked(&[("images/long.png", &long)], bounds).expect_err("too long");
    assert!(matches!(refused, Refused::TooLong { .. }), "{refused}");
    let names: Vec<String> = (0..9)
        .map(|number| format!("images/{number}.png"))
        .collect();
    let many: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), &b"x"[..]))
        .collect();
    assert!(matches!(
        unpacked(&many[..5], bounds),
        Err(Refused::TooManyFiles(4))
    ));
    // So many that the directory is not even read.
    assert!(matches!(
        unpacked(&many, bounds),
        Err(Refused::TooManyFiles(4))
    ));
}

#[test]
fn links_and_what_is_no_zip_are_refused() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("sent.zip");
    let mut zip = ZipWriter::new(std::fs::File::create(&path).expect("made"));
    zip.add_symlink(
        "images/one.png",
        "/etc/passwd",
        SimpleFileOptions::default(),
    )
    .expect("added");
    zip.finish().expect("finished");
    let sent = |name: &str, path: &Path| Sent {
        name: name.to_owned(),
        path: path.to_owned(),
    };
    let to = folder.path().join("to");
    let refused = unpack(&[sent("a.zip", &path)], &to, Bounds::default());
    assert!(matches!(refused, Err(Refused::Link(_))), "{refused:?}");
    std::fs::write(&path, "no zip at all").expect("written");
    let refused = unpack(&[sent("a.zip", &path)], &to, Bounds::default());
    assert!(matches!(refused, Err(Refused::NoZip(_))), "{refused:?}");
    let both = [sent("a.zip", &path), sent("brand.toml", &path)];
    let refused = unpack(&both, &to, Bounds::default());
    assert!(matches!(refused, Err(Refused::ZipAndFiles)), "{refused:?}");
    let refused = unpack(&[], &to, Bounds::default());
    assert!(matches!(refused, Err(Refused::Nothing)), "{refused:?}");
    assert!(!to.exists());
}

#[test]
fn loose_pictures_go_to_the_images_and_no_name_comes_twice() {
    let plan = arrange(
        &["brand.toml", "products.csv", "one.png"],
        Bounds::default(),
    );
    let places = plan.expect("arranged").places;
    assert_eq!(places[2], Some(PathBuf::from("images/one.png")));
    let refused = arrange(&["one.png", "images/one.png"], Bounds::default());
    assert!(matches!(refused, Err(Refused::Twice(_))), "{refused:?}");
}

#[test]
fn below_images_pictures_alone_are_taken() {
    let plan = arrange(
        &["brand.toml", "images/one.png", "images/run.sh"],
        Bounds::default(),
    );
    let plan = plan.expect("arranged");
    assert_eq!(plan.places[1], Some(PathBuf::from("images/one.png")));
    assert_eq!(plan.places[2], None);
    assert_eq!(plan.left_out, ["images/run.sh"]);
    let refused = arrange(&["brand.toml", "images/more.TAR"], Bounds::default());
    assert!(matches!(refused, Err(Refused::Archive(_))), "{refused:?}");
}
