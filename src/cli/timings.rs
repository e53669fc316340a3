use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::Context as _;

use crate::scan::{Anew, Manifest, Progress, Stage};

use super::progress::Bars;

/// Times a scan's stages beside showing how it gets on.
///
/// What it writes stands apart from the outputs, which must not depend on when and where a run was made.
pub(super) struct Timings {
    bars: Bars,
    started: Instant,
    stages: Mutex<Vec<Timed>>,
    anew: Mutex<Anew>,
}

/// A stage that has begun.
struct Timed {
    stage: Stage,
    begun: Instant,
    seconds: f64,
    steps: u64,
}

impl Timings {
    pub fn start() -> Self {
        Self {
            bars: Bars::new(),
            started: Instant::now(),
            stages: Mutex::default(),
            anew: Mutex::default(),
        }
    }

    fn last(&self, change: impl FnOnce(&mut Timed)) {
        let mut stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = stages.last_mut() {
            change(last);
        }
    }

    /// Writes `timings.json`, and `metrics.prom` for the textfile collector of Prometheus' node exporter.
    pub fn write(self, run: &Path, manifest: &Manifest) -> anyhow::Result<()> {
        let seconds = self.started.elapsed().as_secs_f64();
        let stages = self
            .stages
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let anew = self
            .anew
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let per_second = manifest.listings.rows as f64 / seconds.max(f64::EPSILON);
        let mut timings = serde_json::json!({
            "seconds": seconds,
            "rows_per_second": per_second,
            "threads": rayon::current_num_threads(),
            "finished_at": jiff::Timestamp::now().to_string(),
            "read_anew": { "listings": anew.listings, "pictures": anew.pictures },
        });
        for timed in &stages {
            timings["stages"][timed.stage.as_str()] =
                serde_json::json!({ "seconds": timed.seconds, "steps": timed.steps });
        }
        if let Some(seconds) = cpu_seconds() {
            timings["cpu_seconds"] = seconds.into();
        }
        if let Some(bytes) = peak_memory() {
            timings["peak_memory_bytes"] = bytes.into();
        }
        let metrics = metrics(manifest, &stages, anew, seconds);
        for (name, text) in [
            ("timings.json", format!("{timings:#}\n")),
            ("metrics.prom", metrics),
        ] {
            let path = run.join(name);
            std::fs::write(&path, text)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

impl Progress for Timings {
    fn begin(&self, stage: Stage, total: Option<u64>) {
        self.bars.begin(stage, total);
        let mut stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        stages.push(Timed {
            stage,
            begun: Instant::now(),
            seconds: 0.0,
            steps: 0,
        });
    }

    fn advance(&self, steps: u64) {
        self.bars.advance(steps);
        self.last(|timed| timed.steps += steps);
    }

    fn end(&self, stage: Stage) {
        self.bars.end(stage);
        self.last(|timed| timed.seconds = timed.begun.elapsed().as_secs_f64());
    }

    fn read_anew(&self, anew: Anew) {
        *self.anew.lock().unwrap_or_else(PoisonError::into_inner) = anew;
    }
}

/// The greatest resident set of this process in bytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// The time that all threads of this process have spent so far, where the system tells (proc(5), fields 14 and 15).
fn cpu_seconds() -> Option<f64> {
    /// Ticks a second in that file, the same on every Linux that Rust runs on.
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in brackets may hold spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks: f64 = fields
        .get(11..13)?
        .iter()
        .flat_map(|ticks| ticks.parse::<f64>())
        .sum();
    Some(ticks / TICKS)
}

/// The run's sums and times in the text form of Prometheus, all of them gauges of the last run.
fn metrics(manifest: &Manifest, stages: &[Timed], anew: Anew, seconds: f64) -> String {
    let mut text = String::new();
    let mut family = |name: &str, help: &str, label: &str, values: &[(&str, f64)]| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (value_of, value) in values {
            let _ = match label {
                "" => writeln!(text, "{name} {value}"),
                _ => writeln!(text, "{name}{{{label}=\"{value_of}\"}} {value}"),
            };
        }
    };
    let listings = &manifest.listings;
    family(
        "touchstone_listings",
        "Rows of the last scan's feed.",
        "state",
        &[
            ("scored", listings.scored as f64),
            ("folded", listings.folded as f64),
            ("rejected", listings.rejected as f64),
        ],
    );
    let images = &manifest.images;
    family(
        "touchstone_images",
        "Images of the last scan's listings.",
        "state",
        &[
            ("fingerprinted", images.fingerprinted as f64),
            ("unreadable", images.unreadable as f64),
        ],
    );
    family(
        "touchstone_read_anew",
        "Listings whose text the last scan read, and pictures that it decoded; the rest was known.",
        "of",
        &[
            ("listings", anew.listings as f64),
            ("pictures", anew.pictures as f64),
        ],
    );
    let candidates = &manifest.candidates;
    family(
        "touchstone_candidates",
        "Listings of the last scan that fulfil every condition, and those of them in the queue.",
        "state",
        &[
            ("eligible", candidates.eligible as f64),
            ("queued", candidates.queued as f64),
        ],
    );
    let of_stages: Vec<(&str, f64)> = stages
        .iter()
        .map(|timed| (timed.stage.as_str(), timed.seconds))
        .collect();
    family(
        "touchstone_stage_seconds",
        "Wall time of the last scan's stages.",
        "stage",
        &of_stages,
    );
    family(
        "touchstone_scan_seconds",
        "Wall time of the last scan.",
        "",
        &[("", seconds)],
    );
    family(
        "touchstone_finished_timestamp_seconds",
        "When the last scan ended.",
        "",
        &[("", jiff::Timestamp::now().as_second() as f64)],
    );
    text
}
