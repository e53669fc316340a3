//! What lies in a catalog's folder.

use std::path::Path;

use super::finding::{Code, Finding};
use super::images::IMAGES;

/// All files below `dir`, as paths with `/`, sorted. Hidden files, the systems' own and symbolic
/// links are left out.
pub(super) fn files_below(dir: &Path, findings: &mut Vec<Finding>) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![(dir.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                let finding = Finding::new(Code::ImagesFolder, &format!("{IMAGES}/{prefix}"))
                    .found(error.to_string())
                    .expected("a folder that may be read");
                findings.push(finding);
                continue;
            }
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if name.starts_with('.') || matches!(&*name, "Thumbs.db" | "desktop.ini") {
                continue;
            }
            if kind.is_dir() {
                folders.push((entry.path(), format!("{prefix}{name}/")));
            } else if kind.is_file() {
                files.push(format!("{prefix}{name}"));
            }
        }
    }
    files.sort_unstable();
    files
}

/// The file that `file` was probably meant to name: the same but for upper and lower case, or in
/// another folder.
pub(super) fn namesake<'a>(file: &str, present: &'a [String]) -> Option<&'a str> {
    let alike = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let base = |path: &'a str| path.rsplit('/').next().unwrap_or(path);
    let wanted = file.rsplit('/').next().unwrap_or(file);
    present
        .iter()
        .find(|other| alike(other, file))
        .or_else(|| present.iter().find(|other| alike(base(other), wanted)))
        .map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_its_name_in_another_case_or_folder() {
        let present = ["A.JPG".to_owned(), "b/c.png".to_owned()];
        assert_eq!(namesake("a.jpg", &present), Some("A.JPG"));
        assert_eq!(namesake("c.png", &present), Some("b/c.png"));
        assert_eq!(namesake("d.png", &present), None);
    }

    #[test]
    fn hidden_files_are_left_out() {
        let place = tempfile::tempdir().expect("temporary folder");
        std::fs::create_dir(place.path().join("z")).expect("made");
        for name in ["z/1.png", "b.png", ".DS_Store", "Thumbs.db"] {
            std::fs::write(place.path().join(name), "").expect("written");
        }
        let mut findings = Vec::new();
        assert_eq!(
            files_below(place.path(), &mut findings),
            ["b.png", "z/1.png"]
        );
        assert_eq!(findings, []);
    }
}
