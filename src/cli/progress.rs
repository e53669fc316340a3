use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::scan::{Progress, Stage};

/// Bars on a terminal, nothing in a pipe.
pub(super) struct Bars {
    current: Mutex<ProgressBar>,
}

impl Bars {
    pub fn new() -> Self {
        Self {
            current: Mutex::new(ProgressBar::hidden()),
        }
    }
}

/// One bar, or a spinner without a total; hidden unless stderr is a terminal.
pub(super) fn bar(name: &'static str, total: Option<u64>) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match total {
        Some(total) => (
            ProgressBar::new(total),
            "{prefix:>10} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}",
        ),
        None => (
            ProgressBar::new_spinner(),
            "{prefix:>10} {spinner} {human_pos} {per_sec} {elapsed}",
        ),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.with_prefix(name)
}

impl Progress for Bars {
    fn begin(&self, stage: Stage, total: Option<u64>) {
        if let Ok(mut current) = self.current.lock() {
            *current = bar(stage.as_str(), total);
        }
    }

    fn advance(&self, steps: u64) {
        if let Ok(current) = self.current.lock() {
            current.inc(steps);
        }
    }

    fn end(&self, _: Stage) {
        if let Ok(current) = self.current.lock() {
            current.finish_and_clear();
        }
    }
}
