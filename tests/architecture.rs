//! Rules about the shape of the crate that a reader can rely on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the lowest layer up. A module may name those before it in the list, on lower lines.
const LAYERS: &[&[&str]] = &[
    &["record", "panics"],
    &["image", "text", "price", "table"],
    &["matching"],
    &["intake", "workspace"],
    &["reference"],
    &["signals"],
    &["features", "rings"],
    &["model"],
    &["candidates"],
    &["store", "export", "simulate"],
    &["scan"],
    &["review"],
    &["cli"],
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        let mut entries: Vec<_> = fs::read_dir(folder)
            .expect("source folder is readable")
            .map(|entry| entry.expect("entry is readable").path())
            .collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("source is UTF-8");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    found
}

/// The top module that a file belongs to; `None` for `lib.rs` and `main.rs`.
fn module(path: &Path) -> Option<String> {
    let below = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .ok()?;
    let first = below.components().next()?.as_os_str().to_str()?;
    match first.strip_suffix(".rs") {
        Some("lib" | "main") => None,
        Some(name) => Some(name.to_owned()),
        None => Some(first.to_owned()),
    }
}

/// Code lines only: comments may name anything.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.split("//").next().unwrap_or("")))
}

/// Names that follow `crate::`, also inside `use crate::{a::X, b::Y}`.
fn imports(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in code(text) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let names = match rest.strip_prefix('{') {
                Some(group) => group.split(',').map(str::trim).collect(),
                None => vec![rest],
            };
            for name in names {
                let name: String = name
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if !name.is_empty() {
                    found.push((number, name));
                }
            }
        }
    }
    found
}

#[test]
fn imports_point_to_lower_layers() {
    let layer: BTreeMap<&str, usize> = LAYERS
        .iter()
        .enumerate()
        .flat_map(|(depth, names)| names.iter().map(move |name| (*name, depth)))
        .collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(home) = module(&path) else { continue };
        let depth = *layer
            .get(home.as_str())
            .unwrap_or_else(|| panic!("module {home} has no place in LAYERS"));
        for (line, name) in imports(&text) {
            if let Some(other) = layer.get(name.as_str())
                && name != home
                && *other >= depth
            {
                wrong.push(format!("{}:{line}: {home} names {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_table_names_polars() {
    assert_only("table", &["polars"]);
}

#[test]
fn only_the_command_line_prints_and_reads_the_environment() {
    assert_only(
        "cli",
        &[
            "println!",
            "eprintln!",
            "print!(",
            "eprint!(",
            "indicatif::",
            "env::var",
            "process::exit",
            "env::current_dir",
            "Zoned::now",
            "Timestamp::now",
            "SystemTime::now",
        ],
    );
}

fn assert_only(home: &str, words: &[&str]) {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if module(&path).is_none_or(|name| name == home) {
            continue;
        }
        for (line, code) in code(&text) {
            for word in words {
                if code.contains(word) {
                    wrong.push(format!("{}:{line}: {word}", path.display()));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "only {home} may do this:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_source_file_is_two_things() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > 500)
        .collect();
    assert!(
        long.is_empty(),
        "past 500 lines a file is two things: {long:?}"
    );
}
