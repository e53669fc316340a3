use std::path::{Path, PathBuf};

use crate::workspace::Workspace;

use super::Outcome;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder; made when absent
    #[arg(default_value = ".")]
    dir: PathBuf,
}

/// The settings file of a new workspace: every setting with its meaning, all at their defaults.
const SETTINGS: &str = include_str!("touchstone.toml");

pub(super) fn run(args: Args) -> anyhow::Result<Outcome> {
    create(&args.dir)?;
    eprintln!("made a workspace in {}", args.dir.display());
    let enter = if args.dir == Path::new(".") {
        String::new()
    } else {
        format!("cd {}, then ", args.dir.display())
    };
    eprintln!("next: {enter}touchstone catalog check FOLDER, then touchstone catalog add FOLDER");
    Ok(Outcome::Done)
}

pub(super) fn create(dir: &Path) -> anyhow::Result<Workspace> {
    Ok(Workspace::create(dir, SETTINGS)?)
}

#[cfg(test)]
mod tests {
    use super::SETTINGS;
    use crate::scan::SettingsLayer;

    #[test]
    fn the_values_shown_are_the_defaults() {
        let shown: String = SETTINGS
            .lines()
            .filter_map(|line| line.strip_prefix('#'))
            .filter(|line| line.contains(" = ") && !line.starts_with(' '))
            .map(|line| format!("{line}\n"))
            .collect();
        let shown: SettingsLayer = toml::from_str(&shown).expect("every setting reads");
        let day = jiff::civil::date(2026, 1, 31);
        let (shown, defaults) = (
            shown.resolve(day).expect("valid"),
            SettingsLayer::default().resolve(day).expect("valid"),
        );
        let numbers = |settings: &crate::scan::Settings| {
            (
                settings.capacity,
                settings.threshold,
                settings.max_image_bytes,
                settings.max_image_pixels,
                settings.report_cards,
                settings.chunk_rows,
                settings.local_features,
            )
        };
        assert_eq!(numbers(&shown), numbers(&defaults));
    }
}
