//! A workspace in a temporary folder, and the program to run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// A temporary folder with a workspace in `w`.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    /// An empty workspace.
    pub fn new() -> Self {
        let desk = Self {
            folder: tempfile::tempdir().expect("temporary folder"),
        };
        desk.run(&["init", "w"]).code(0);
        desk
    }

    /// A workspace that holds the catalog of [`small_catalog`].
    pub fn with_small_catalog() -> Self {
        let desk = Self::new();
        small_catalog(&desk.path("luma"));
        desk.run(&["catalog", "add", "luma", "--as-of", "2026-03-31"])
            .code(0);
        desk
    }

    /// A path below the temporary folder.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Writes a file below the temporary folder.
    pub fn write(&self, relative: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("folder made");
        fs::write(path, bytes).expect("file written");
    }

    /// Runs the program in the temporary folder, on the workspace `w`.
    pub fn run(&self, args: &[&str]) -> Run {
        self.run_with_input(args, "")
    }

    /// The same with something on stdin.
    pub fn run_with_input(&self, args: &[&str], input: &str) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_touchstone"))
            .current_dir(self.folder.path())
            .write_stdin(input)
            .args(args)
            .args(if matches!(args[0], "init" | "demo") {
                &[][..]
            } else {
                &["--workspace", "w"][..]
            })
            .output()
            .expect("the program starts");
        Run { output }
    }

    /// Runs the program as a filter of bytes; gives what it wrote, and what it said when it failed.
    pub fn filter(&self, args: &[&str], input: Vec<u8>) -> Result<Vec<u8>, String> {
        let output = Command::new(env!("CARGO_BIN_EXE_touchstone"))
            .current_dir(self.folder.path())
            .write_stdin(input)
            .args(args)
            .output()
            .expect("the program starts");
        match output.status.code() {
            Some(0) => Ok(output.stdout),
            Some(1) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
            other => panic!("ended with {other:?}"),
        }
    }

    /// Scans `feed` into the run `r` and expects `code`.
    pub fn scan(&self, feed: &str, code: i32) -> Run {
        fs::create_dir_all(self.path("images")).expect("folder made");
        self.run(&[
            "scan",
            feed,
            "--images",
            "images",
            "--as-of",
            "2026-03-31",
            "--run",
            "r",
        ])
        .code(code)
    }

    /// Scans `feed` into the run `run`, whatever the probabilities.
    pub fn scan_all(&self, feed: &str, run: &str) {
        self.run(&[
            "scan",
            feed,
            "--images",
            "images",
            "--as-of",
            "2026-03-31",
            "--threshold",
            "0",
            "--run",
            run,
        ])
        .code(0);
    }

    /// How many listings of the run `run` were queued, and how many were decided before.
    pub fn queued_and_decided(&self, run: &str) -> (u64, u64) {
        let path = self.path("w/runs").join(run).join("manifest.json");
        let text = fs::read_to_string(path).expect("the run has a manifest");
        let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let count = |place: &str| manifest.pointer(place).and_then(serde_json::Value::as_u64);
        (
            count("/candidates/queued").unwrap_or(0),
            count("/candidates/not_candidates/decided").unwrap_or(0),
        )
    }

    /// A text file of the run `r`.
    pub fn output(&self, name: &str) -> String {
        fs::read_to_string(self.path("w/runs/r").join(name)).expect("the run has this file")
    }

    /// The manifest of the run `r`.
    pub fn manifest(&self) -> serde_json::Value {
        serde_json::from_str(&self.output("manifest.json")).expect("the manifest is JSON")
    }
}

/// What a run of the program gave.
pub struct Run {
    output: Output,
}

impl Run {
    /// Expects this exit code.
    pub fn code(self, code: i32) -> Self {
        assert_eq!(
            self.output.status.code(),
            Some(code),
            "stdout:\n{}\nstderr:\n{}",
            self.stdout(),
            self.stderr()
        );
        self
    }

    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }
}

/// A brand with two products, each with a picture, and a registered trademark.
pub fn small_catalog(dir: &Path) {
    fs::create_dir_all(dir.join("images")).expect("folder made");
    fs::write(
        dir.join("brand.toml"),
        r#"name = "Velnora"
aliases = ["Velnora Active"]
authorised_sellers = ["S-OK"]
contact = "ip@velnora.example"

[[rights]]
type = "trademark"
number = "018123456"
office = "EUIPO"
territories = ["EU"]
nice_classes = [18, 25]
expiry = 2031-05-01
"#,
    )
    .expect("written");
    fs::write(
        dir.join("products.csv"),
        "id,title,price,gtin,mpn,image_link\n\
         P1,Velnora Trail Runner VX-200,129.00 EUR,4006381333931,VX-200,one.png\n\
         P2,Velnora City Backpack CB-15,89.00 EUR,,CB-15,two.png\n",
    )
    .expect("written");
    for (name, seed) in [("one.png", 1), ("two.png", 2)] {
        fs::write(dir.join("images").join(name), picture(seed)).expect("written");
    }
}

/// A PNG with enough detail for a perceptual hash: overlapping discs placed by `seed`.
pub fn picture(seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).max(1);
    let mut next = move |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % below
    };
    let discs: Vec<(i64, i64, i64, u8)> = (0..24)
        .map(|_| {
            let (x, y) = (i64::from(next(256)), i64::from(next(256)));
            (x, y, i64::from(12 + next(40)), next(256) as u8)
        })
        .collect();
    let pixels = image::RgbImage::from_fn(256, 256, |x, y| {
        let (x, y) = (i64::from(x), i64::from(y));
        let value = discs
            .iter()
            .rev()
            .find(|(cx, cy, r, _)| (x - cx).pow(2) + (y - cy).pow(2) <= r * r)
            .map_or(230, |disc| disc.3);
        image::Rgb([value, value / 2 + 60, 255 - value])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("encoded");
    bytes.into_inner()
}

/// A GIF whose frames are the [`picture`]s of these seeds.
pub fn animation(seeds: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new_with_speed(&mut bytes, 10);
    for &seed in seeds {
        let frame = image::load_from_memory(&picture(seed)).expect("decoded");
        encoder
            .encode_frame(image::Frame::new(frame.into_rgba8()))
            .expect("encoded");
    }
    drop(encoder);
    bytes
}
